"""Searches in threads: how many may run, and that they end when nobody waits for them."""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from queries.errors import StoreBusy
from queries.motifs import runner as background
from queries.motifs.runner import search_in_thread
from queries.store import SEARCHES
from tests.conftest import Database


def until(given_up: Callable[[], bool]) -> None:
    while not given_up():
        time.sleep(0.01)


def test_a_search_ends_when_nobody_waits_for_it(arcadedb: Database) -> None:
    ended = threading.Event()

    def work(given_up: Callable[[], bool]) -> None:
        until(given_up)
        ended.set()

    async def ask() -> None:
        search = asyncio.create_task(search_in_thread(arcadedb.store, work))
        await asyncio.sleep(0.1)
        search.cancel()
        with suppress(asyncio.CancelledError):
            await search

    arcadedb.await_(ask())
    assert ended.wait(5)


def test_more_searches_than_there_are_places_are_told_so(arcadedb: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "PATIENCE_SECONDS", 0.1)

    async def ask() -> int:
        searches = [asyncio.create_task(search_in_thread(arcadedb.store, until)) for _ in range(SEARCHES)]
        await asyncio.sleep(0.1)
        with pytest.raises(StoreBusy, match="searches are running"):
            await search_in_thread(arcadedb.store, until)
        for search in searches:
            search.cancel()
        await asyncio.gather(*searches, return_exceptions=True)
        return await search_in_thread(arcadedb.store, lambda _: 7)

    assert arcadedb.await_(ask()) == 7
