"""Searches in memory, in threads outside the event loop: a few at once, cancelled when nobody waits for them."""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

from queries.errors import StoreBusy
from queries.store import SEARCHES, Store

PATIENCE_SECONDS = 3.0
Answer = TypeVar("Answer")


async def search_in_thread(store: Store, work: Callable[[Callable[[], bool]], Answer]) -> Answer:
    """What `work(given_up)` returns, from its own thread. Raises StoreBusy where all slots are taken.

    given_up  whether nobody waits for the result any more; the work checks it as often as its Budget
    """
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await store.searches.acquire()
    except TimeoutError as error:
        raise StoreBusy(
            f"{SEARCHES} searches are running, the most allowed at a time; try again in a moment"
        ) from error
    given_up = threading.Event()
    try:
        return await asyncio.to_thread(work, given_up.is_set)
    finally:
        given_up.set()
        store.searches.release()
