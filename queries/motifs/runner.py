"""Searches in memory, in threads outside the event loop: a few at once, cancelled when nobody waits for them."""

import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from queries.motifs.search import stop_if
from queries.store import Store

Answer = TypeVar("Answer")


async def search_in_thread(
    store: Store, work: Callable[[Callable[[], bool]], Answer], patience: float | None = None
) -> Answer:
    """What `work(given_up)` returns, from its own thread. Raises StoreBusy where the line is too long.

    given_up  whether nobody waits for the result any more; the work checks it as often as its Budget
    patience  seconds that it waits for a place, None for as long as the line allows
    """
    given_up = threading.Event()
    async with store.searches.place(patience) as place:
        try:
            return await place.in_thread(partial(begun, work, given_up.is_set))
        finally:
            given_up.set()


def begun(work: Callable[[Callable[[], bool]], Answer], given_up: Callable[[], bool]) -> Answer:
    """The work, unless nobody waits for it any more when its thread begins."""
    stop_if(given_up)
    return work(given_up)
