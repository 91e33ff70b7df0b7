"""A line for work of which only some may run at once: in the order of arrival, with an end to the waiting."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import copy_context
from functools import partial
from math import ceil
from typing import TypeVar

from queries.errors import StoreBusy
from queries.values import counted

REMEMBERED = 20  # durations that the next ones are guessed from
Answer = TypeVar("Answer")


class Place:
    """One of a line's places. It is free again when its block has ended and no thread works in it any more.

    leave  what frees it
    """

    def __init__(self, leave: Callable[[], None]) -> None:
        self._leave, self._users = leave, 1

    def end(self) -> None:
        """One of those who use it has ended."""
        self._users -= 1
        if not self._users:
            self._leave()

    async def in_thread(self, work: Callable[[], Answer]) -> Answer:
        """What the work returns, from a thread, which keeps the place also where nobody waits for it any more."""
        working = asyncio.get_running_loop().run_in_executor(None, copy_context().run, work)
        self._users += 1
        working.add_done_callback(take_error)
        working.add_done_callback(lambda _: self.end())
        return await asyncio.shield(working)


def take_error(done: asyncio.Future[Answer]) -> None:
    """See what begun work raised, so that it is not logged where nobody waits for it any more."""
    if not done.cancelled():
        done.exception()


class Line:
    """Places, and who waits for one.

    name      what runs, for messages: "search"
    places    how many run at once
    patience  longest wait in seconds; a longer one is refused at once
    """

    def __init__(self, name: str, places: int, patience: float, now: Callable[[], float] = time.monotonic) -> None:
        self.name, self.places, self.patience = name, places, patience
        self.waiting = 0
        self._free = asyncio.Semaphore(places)
        self._took: deque[float] = deque(maxlen=REMEMBERED)
        self._now = now

    def is_full(self) -> bool:
        """Whether the next one has to wait."""
        return self._free.locked()

    def resize(self, places: int) -> None:
        """Another number of places, before anybody came."""
        self.places, self._free = places, asyncio.Semaphore(places)

    @asynccontextmanager
    async def place(self, patience: float | None = None) -> AsyncIterator[Place]:
        """A place for the length of a block. Raises StoreBusy, with the length of the line and the time it takes.

        patience  of this one, where it is shorter than that of the line
        """
        patience = self.patience if patience is None else min(patience, self.patience)
        ahead = self.waiting
        if self.is_full() and self._seconds(ahead) > patience:
            raise self._refusal(ahead)
        self.waiting += 1
        try:
            async with asyncio.timeout(patience):
                await self._free.acquire()
        except TimeoutError:
            raise self._refusal(self.waiting - 1) from None
        finally:
            self.waiting -= 1
        place = Place(partial(self._leave, self._now()))
        try:
            yield place
        finally:
            place.end()

    def _leave(self, began: float) -> None:
        self._took.append(self._now() - began)
        self._free.release()

    def _seconds(self, ahead: int) -> float:
        """About how long it takes until somebody has a place before whom so many others wait."""
        if not self._took:
            return 0
        return sum(self._took) / len(self._took) * (ahead + 1) / self.places

    def _refusal(self, ahead: int) -> StoreBusy:
        others = f", and {ahead} more wait{'s' if ahead == 1 else ''}" if ahead else ""
        when = f"in about {ceil(seconds)} s" if (seconds := self._seconds(ahead)) else "in a moment"
        running = f"{counted(self.places, self.name)} {'is' if self.places == 1 else 'are'} running"
        return StoreBusy(f"{running}, the most allowed at a time{others}; try again {when}")
