"""Searches in threads: how many may run, and that they end when nobody waits for them."""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from queries.errors import StoreBusy
from queries.motifs.runner import search_in_thread
from queries.store import SEARCHES
from tests.conftest import HANGS, Database


def until(given_up: Callable[[], bool]) -> None:
    while not given_up():
        time.sleep(0.01)


def test_a_search_ends_when_nobody_waits_for_it(arcadedb: Database) -> None:
    begun, ended = threading.Event(), threading.Event()

    def work(given_up: Callable[[], bool]) -> None:
        begun.set()
        until(given_up)
        ended.set()

    async def ask() -> None:
        search = asyncio.create_task(search_in_thread(arcadedb.store, work))
        await asyncio.to_thread(begun.wait)
        search.cancel()
        with suppress(asyncio.CancelledError):
            await search

    arcadedb.await_(ask())
    assert ended.wait(HANGS)


def test_more_searches_than_there_are_places_are_told_so(arcadedb: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arcadedb.store.searches, "patience", 0.1)
    begun = threading.Semaphore(0)

    def work(given_up: Callable[[], bool]) -> None:
        begun.release()
        until(given_up)

    async def ask() -> int:
        searches = [asyncio.create_task(search_in_thread(arcadedb.store, work)) for _ in range(SEARCHES)]
        for _ in searches:
            await asyncio.to_thread(begun.acquire)
        with pytest.raises(StoreBusy, match="searches are running"):
            await search_in_thread(arcadedb.store, until)
        for search in searches:
            search.cancel()
        await asyncio.gather(*searches, return_exceptions=True)
        return await search_in_thread(arcadedb.store, lambda _: 7)

    assert arcadedb.await_(ask()) == 7
