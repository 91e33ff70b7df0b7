"""Keeps the built-in engine running for as long as the service runs.

What passes (no file descriptors left, a disk that is full or does not answer) is tried again, ever more slowly, and
told once. An engine that cannot be started again does not end the service either: requests get a 503 with the reason
and the time of the next try, and are answered again as soon as a try succeeds.
"""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

from queries.engines.session import Access
from queries.engines.waiting import Clock
from queries.errors import EngineError, StoreError

WATCH_SECONDS = 1.0
LONGEST_SECONDS = 30.0  # between two tries
SILENT_SECONDS = 60.0  # before the same sentence is said again

Follow = Callable[[Access], Awaitable[None]]


class Watch:
    """Looks after one engine.

    down    why the engine is gone and does not start, None while it is there as far as we know
    pause   seconds to the next look
    """

    def __init__(
        self,
        access: Access,
        follow: Follow,
        report: Callable[[str], None],
        now: Callable[[], float] = time.monotonic,
        *,
        silent: bool = False,
    ) -> None:
        """`silent` where another process watches the same engine and says what both find; a restart is said always."""
        self.down: str | None = None
        self.pause = WATCH_SECONDS
        self._silent = silent
        self._access, self._follow, self._report = access, follow, report
        self._trouble: str | None = None
        self._said: dict[str, float] = {}  # when a sentence was said last
        self._now = now
        self._ending = threading.Event()
        self._clock = Clock(time.monotonic, self._sleep)

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        try:
            while self._access.revive is not None:
                await asyncio.sleep(self.pause)
                await self.look()
        finally:
            self._ending.set()  # for a try under way in its thread

    async def look(self) -> None:
        """Have the engine started again if it ended, and go along where it listens elsewhere now."""
        assert self._access.revive is not None
        try:
            access = await asyncio.to_thread(self._access.revive, self._clock)
            if access.address != self._access.address:
                await self._follow(access)
            self._access = replace(access, end=self._access.end)  # a worker has the engine ended by its parent
        except (OSError, StoreError) as error:
            self._note(error)
        else:
            self._note(None)

    async def restart(self) -> list[str]:
        """End the engine, which the next look starts again, unless others use it: they are named.

        Where another process of the service has ended it already, that was enough.
        """
        assert self._access.end is not None and self._access.running is not None
        using = await asyncio.to_thread(self._access.end, self._access.running, self._clock)
        if using is None:
            return []
        if not using:
            self._report("statements of users cannot be stopped and hold every place: the engine is restarted")
        return using

    def _note(self, error: OSError | StoreError | None) -> None:
        """Remember what was found, and say so if it is new."""
        trouble = None if error is None else told(error)
        self.down = trouble if isinstance(error, StoreError) else None
        self.pause = WATCH_SECONDS if error is None else min(LONGEST_SECONDS, 2 * self.pause)
        if trouble != self._trouble:
            self._say("the engine is running again" if trouble is None else f"{trouble}; trying again")
        self._trouble = trouble

    def _say(self, sentence: str) -> None:
        """Report, but not what was said a moment ago."""
        if not self._silent and self._now() - self._said.get(sentence, -SILENT_SECONDS) >= SILENT_SECONDS:
            self._said[sentence] = self._now()
            self._report(sentence)

    def _sleep(self, seconds: float) -> None:
        if self._ending.wait(seconds):
            raise EngineError("the service ends")


def told(error: OSError | StoreError) -> str:
    """What is said of trouble; the same for the same kind."""
    if isinstance(error, OSError):
        return f"cannot check the engine for now: {error.filename or 'a system call'}: {error.strerror or error}"
    return str(error)
