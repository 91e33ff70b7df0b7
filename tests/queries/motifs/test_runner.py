"""Searches in threads: how many may run, and that they end when nobody waits for them."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import pytest

from queries.ask.functions import ask
from queries.errors import StoreBusy
from queries.line import Place
from queries.motifs import mining
from queries.motifs.mining import SEARCHING, Question, mine
from queries.motifs.runner import search_in_thread
from queries.motifs.search import LEAST_SECONDS, Budget
from queries.store import SEARCHES
from tests.conftest import HANGS, MODEL, Database


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


def test_reading_and_waiting_count_as_the_seconds_of_a_search(
    arcadedb: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    budgets: list[Budget] = []
    monkeypatch.setattr(mining, "mine_rows", lambda *given: budgets.append(given[-1]))
    question = Question(MODEL, [294, 295], "CLOSED", 1.0)
    before = time.monotonic()
    arcadedb.await_(mine(arcadedb.store, question, Budget(60)))
    (budget,) = budgets
    after = time.monotonic()
    assert budget.until is not None and before <= budget.until - SEARCHING * 60 <= after
    assert budget.end() == budget.until


def test_a_search_whose_time_was_spent_with_waiting_still_gets_on() -> None:
    before = time.monotonic()
    late = Budget(10, until=before - 30).end()
    assert before + LEAST_SECONDS <= late <= time.monotonic() + LEAST_SECONDS
    assert Budget(0.0, until=before).end() <= time.monotonic()


def test_a_search_waits_for_a_place_no_longer_than_its_own_time(
    arcadedb: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float | None] = []
    given = arcadedb.store.searches.place

    @asynccontextmanager
    async def place(patience: float | None = None) -> AsyncIterator[Place]:
        waited.append(patience)
        async with given() as found:
            yield found

    monkeypatch.setattr(arcadedb.store.searches, "place", place)
    for seconds in (1e-9, 40.0):
        arcadedb.await_(mine(arcadedb.store, Question(MODEL, [294, 295], "CLOSED", 1.0), Budget(seconds)))
    least, most = waited
    assert least == LEAST_SECONDS and most is not None and LEAST_SECONDS <= most <= SEARCHING * 40


def test_a_search_whose_graphs_do_not_come_in_time_is_refused(
    arcadedb: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def read(*_: object) -> None:
        await asyncio.sleep(HANGS)

    monkeypatch.setattr(mining, "edge_rows", read)
    monkeypatch.setattr(mining, "READING_SECONDS", 0.1)
    with pytest.raises(StoreBusy, match=r"the database did not give the graphs within 0.1 s.*with more seconds"):
        arcadedb.await_(mine(arcadedb.store, Question(MODEL, [294, 295], "CLOSED", 1.0), Budget(0.01)))


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("changes_of_company", {"neighbours": 3, "limit": 3}),
        ("moving_classes_of_model", {"lower": None, "upper": None, "group": "294,295", "neighbours": 1, "limit": 3}),
    ],
)
def test_neighbours_of_a_whole_model_are_looked_for_in_the_same_line(
    arcadedb: Database, monkeypatch: pytest.MonkeyPatch, query: str, parameters: dict[str, Any]
) -> None:
    searches = arcadedb.store.searches
    monkeypatch.setattr(searches, "patience", 0.05)

    async def in_vain() -> None:
        async with AsyncExitStack() as stack:
            for _ in range(SEARCHES):
                await stack.enter_async_context(searches.place())
            with pytest.raises(StoreBusy, match="searches are running"):
                await ask(arcadedb.store, query, {"model": MODEL, **parameters})

    arcadedb.await_(in_vain())
