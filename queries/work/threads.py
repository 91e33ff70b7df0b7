"""Threads that do not keep a process from ending: Python waits for those of its own pools, however long they work."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

MOST = 32  # far more than there are places for searches, comparisons and exports: upkeep never waits for those
END_SECONDS = 0.5  # for work that is almost done when the pool is shut down

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")
Work = tuple[Future[Any], Callable[[], Any]]


class LeavingThreads(ThreadPoolExecutor):
    """A pool for an event loop. What is still at work a moment after the end is left, and ends with the process.

    most         threads
    end_seconds  how long the end waits
    """

    def __init__(self, most: int = MOST, end_seconds: float = END_SECONDS) -> None:
        super().__init__(most)
        self._most, self._end_seconds = most, end_seconds
        self._waiting: SimpleQueue[Work | None] = SimpleQueue()
        self._started: list[threading.Thread] = []
        self._idle = threading.Semaphore(0)
        self._ended = False

    def submit(
        self, fn: Callable[Parameters, Answer], /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Future[Answer]:
        """Raises RuntimeError after the end."""
        if self._ended:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future: Future[Answer] = Future()
        self._waiting.put((future, lambda: fn(*args, **kwargs)))
        if not self._idle.acquire(blocking=False) and len(self._started) < self._most:
            thread = threading.Thread(target=self._work, daemon=True)
            self._started.append(thread)
            thread.start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Waits at most a moment; what has not begun is never done."""
        self._ended = True
        for _ in self._started:
            self._waiting.put(None)
        deadline = time.monotonic() + self._end_seconds * wait
        for thread in self._started:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _work(self) -> None:
        while (work := self._waiting.get()) is not None:
            future, call = work
            if not self._ended and future.set_running_or_notify_cancel():
                settle(future, call)
            self._idle.release()


def settle(future: Future[Answer], call: Callable[[], Answer]) -> None:
    """Give a future its result or its error."""
    try:
        result = call()
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(result)


def leave_threads_at_the_end() -> None:
    """Have asyncio.to_thread use such a pool from now on, in the running loop."""
    asyncio.get_running_loop().set_default_executor(LeavingThreads())
