"""Slots for users' statements, some of which may be held for good by what cannot be stopped."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from queries.errors import GraphError, StoreBusy
from queries.records import Table
from queries.values import counted

STUCK_SECONDS = 5.0  # that every slot may be held by what cannot be stopped


class Places:
    """How many statements may run at a time.

    restart  ends the engine, which is then started again, if nobody else uses it, and names who does; None where
             that is for others to do
    """

    def __init__(self, at_once: int) -> None:
        self.at_once = at_once
        self.restart: Callable[[], Awaitable[list[str]]] | None = None
        self._free = asyncio.Semaphore(at_once)
        self._stuck: set[str] = set()
        self._freeing: asyncio.Task[None] | None = None
        self._in_the_way: list[str] = []  # other users of an engine that should be started again

    async def take(self, seconds: float) -> None:
        """Take a slot. Raises StoreBusy where none is free for so long."""
        try:
            async with asyncio.timeout(seconds):
                await self._free.acquire()
        except TimeoutError:
            raise StoreBusy(
                f"{counted(self.at_once, 'statement')} of users {'is' if self.at_once == 1 else 'are'} running, "
                f"the most allowed at a time; {self._outlook()}"
            ) from None

    def give_back(self, mark: str) -> None:
        """The slot of the statement with this mark, which has ended."""
        self._stuck.discard(mark)
        self._free.release()

    def hold_for_good(self, mark: str) -> None:
        """Note that a statement could not be stopped. When such ones hold every slot, the engine is restarted."""
        self._stuck.add(mark)
        if self._freeing is None or self._freeing.done():
            self._freeing = asyncio.create_task(self._restart_while_full())

    async def close(self) -> None:
        if self._freeing is not None:
            self._freeing.cancel()
            await asyncio.gather(self._freeing, return_exceptions=True)

    def _outlook(self) -> str:
        """When there is a free slot again."""
        if len(self._stuck) < self.at_once:
            return "try again in a moment"
        if self.restart is None:
            return "they cannot be stopped: wait for them to end, or restart the database"
        if self._in_the_way:
            return (
                "they cannot be stopped, and the engine is restarted as soon as nobody else uses it (now "
                f"{', '.join(self._in_the_way)})"
            )
        return "they cannot be stopped, so the engine is being restarted: try again in some seconds"

    async def _restart_while_full(self) -> None:
        while self.restart and len(self._stuck) == self.at_once:
            await asyncio.sleep(STUCK_SECONDS)
            if len(self._stuck) == self.at_once:
                with suppress(GraphError, OSError):
                    self._in_the_way = await self.restart()
        self._in_the_way = []


def tells_its_end(work: asyncio.Task[Table]) -> bool:
    """Whether the work ended because its statement did (an answer, an error, a connection that the database closed).

    It did not if it was cancelled here, or if the driver gave up on a server that was silent for long.
    """
    if work.cancelled():
        return False
    error = work.exception()
    while error is not None and not isinstance(error, TimeoutError):
        error = error.__cause__ or error.__context__
    return error is None
