"""Searches in memory beside the event loop: a few at once, and given up when nobody waits for them any more."""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

from queries.errors import StoreBusy
from queries.store import SEARCHES, Store

PATIENCE_SECONDS = 3.0
Answer = TypeVar("Answer")


async def search_beside(store: Store, work: Callable[[Callable[[], bool]], Answer]) -> Answer:
    """What `work(given_up)` returns, from a thread of its own. Raises StoreBusy where all places are taken.

    given_up  whether the work is for nothing by now: it looks at this often, as at its Budget
    """
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await store.searches.acquire()
    except TimeoutError as error:
        raise StoreBusy(f"{SEARCHES} searches are under way, as many as there may be; ask again in a moment") from error
    given_up = threading.Event()
    try:
        return await asyncio.to_thread(work, given_up.is_set)
    finally:
        given_up.set()
        store.searches.release()
