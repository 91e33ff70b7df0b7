"""Work of a service, announced once it turns out to be long. No file is touched by the event loop's own thread."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from queries.progress import Progress, ignore_progress
from queries.work.state import DONE, FAILED
from queries.work.under_way import WRITE_SECONDS, Announcement, Clock, announce

QUIET_SECONDS = 2.0  # that work runs before others hear of it: most searches are over by then

Said = tuple[str, int, int]  # what, done, total


class _Latest:
    """What a Progress was called with last."""

    def __init__(self) -> None:
        self.said: Said | None = None

    def update(self, what: str, done: int, total: int) -> None:
        self.said = what, done, total


@asynccontextmanager
async def announced_if_long(
    home: Path | None, kind: str, model: str | None = None, limit: float | None = None, now: Clock = time.time
) -> AsyncIterator[Progress]:
    """As under_way.announced, for code that awaits: work that is over in QUIET_SECONDS is not announced at all."""
    if home is None:
        yield ignore_progress
        return
    latest, end = _Latest(), asyncio.Future[str]()
    begin = partial(announce, home, kind, model, limit, now, since=now())
    telling = asyncio.create_task(_tell(begin, latest, end))
    state = FAILED
    try:
        yield latest.update
        state = DONE
    finally:
        end.set_result(state)
        await asyncio.shield(telling)


async def _tell(begin: Callable[[], Announcement | None], latest: _Latest, end: asyncio.Future[str]) -> None:
    """Write what was said last, now and then, until the end is known with its state."""
    await asyncio.wait([end], timeout=QUIET_SECONDS)
    if end.done() or (record := await asyncio.to_thread(begin)) is None:
        return
    written: Said | None = None
    while True:
        ended = end.done()
        if (said := latest.said) is not None and said != written:
            written = said
            await asyncio.to_thread(record.write, *said)
        if ended:
            break
        await asyncio.wait([end], timeout=WRITE_SECONDS)
    await asyncio.to_thread(record.end, end.result())
