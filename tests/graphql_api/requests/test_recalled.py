"""Rows of stored queries are given again while the database is as it was, and never after anybody wrote to it."""

import asyncio
from collections.abc import Callable
from contextvars import Context
from typing import Any, cast

import pytest

from bench.testbed.databases import Database
from graphql_api.requests import recalled as recalled_rows
from graphql_api.requests.kept import LARGEST, Answers
from graphql_api.requests.recalled import ENTRY, OVERHEAD, Rows, least_size_of, question_of, size_of
from queries.graphs.extraction import Cut, extract_model
from queries.progress import ignore_progress
from queries.revision import RECALL, Revision, in_one_state
from queries.store import Store
from tests.graphql_api.asgi import BEARER
from tests.graphql_api.requests.conftest import COMPARE, NAME, WRITES, Asked, rename

# Answers that are computed each time, since pictures lie on disk
GRAPH = """query ($index: Int!) { imageClass(model: "kept", index: $index) { name groups { name }
  attributionGraph { totalChannels channels { count channel { id classCount pictures { thumbnail } } } }
  similar(first: 2) { similarity imageClass { index } } } }"""
CHANGE = """mutation ($percent: Float!) { extract(model: "kept", classes: [0], threshold: $percent) { written } }"""


@pytest.mark.parametrize(
    "rows", [[], [{"a": 1}], [{"a": [1, 2], "b": "x"}] * 3, [{"rows": [[1, [2]]] * 9}], [{"a": []}]]
)
def test_rows_take_at_least_what_the_number_of_their_values_says(rows: list[dict[str, Any]]) -> None:
    assert least_size_of(rows) <= size_of(rows)
    assert least_size_of([{"a": list(range(1_000))}]) >= 1_000 * OVERHEAD


def test_rows_that_are_far_too_large_are_refused_without_being_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recalled_rows, "size_of", lambda _: pytest.fail("they were written out"))
    rows = Rows(Answers(cast(Store, None), most=LARGEST * 1_000))
    rows.keep(("", ""), [{"a": 1}] * 1_000)
    rows.keep(("", ""), [{"rows": [[1, 2]] * 1_000}])
    assert len(rows) == 0


def recalled(asked: Asked, query: str, **variables: Any) -> tuple[Any, int]:
    """The answer, and how many of its reads were answered from memory."""
    rows: Rows = asked.app.state.rows
    before = rows.given
    return asked.ask(query, **variables), rows.given - before


def test_a_question_with_pictures_reads_what_it_read_before_from_memory(asked: Asked) -> None:
    first, from_memory = recalled(asked, GRAPH, index=0)
    assert first["data"]
    assert from_memory == 0
    for _ in range(2):
        again, from_memory = recalled(asked, GRAPH, index=0)
        assert again == first
        assert from_memory >= 5
    assert asked.answers.given == 0


@pytest.mark.parametrize("write", WRITES)
def test_what_another_process_writes_is_read(asked: Asked, write: Callable[[Store], Any]) -> None:
    for _ in range(3):
        recalled(asked, GRAPH, index=0)
        before, from_memory = recalled(asked, GRAPH, index=0)
        assert from_memory > 0
        asked.database.await_(write(asked.other))
        after, from_memory = recalled(asked, GRAPH, index=0)
        assert after != before
        assert from_memory == 0


def test_while_a_write_is_under_way_everything_is_read(asked: Asked) -> None:
    recalled(asked, GRAPH, index=0)
    asked.database.administer("MATCH (schema:Schema) SET schema.revision = 'under way'")
    assert all(recalled(asked, GRAPH, index=0)[1] == 0 for _ in range(3))
    asked.database.await_(rename(asked.other))


def test_a_request_reads_what_it_wrote_itself(asked: Asked) -> None:
    for percent in (25, 8):
        recalled(asked, GRAPH, index=0)
        asked("POST", "/graphql", headers=BEARER, json={"query": CHANGE, "variables": {"percent": percent}})
        assert recalled(asked, GRAPH, index=0)[1] == 0

    async def work() -> None:
        store, rows = asked.database.store, Rows(Answers(asked.database.store))
        for threshold in (20.0, 7.5):
            for _ in range(2):
                RECALL.set(await rows.begin())
                await store.run("graph_origin", **{"class": f"{NAME}/0"})
            await extract_model(store, NAME, classes=[0], cut=Cut(threshold), progress=ignore_progress)
            given = rows.given
            (row,) = await store.run("graph_origin", **{"class": f"{NAME}/0"})
            assert (row["threshold"], rows.given) == (threshold, given)

    asked.database.await_(work())


def test_what_is_to_be_of_one_state_is_not_mixed_with_what_was_read_before_a_write(asked: Asked) -> None:
    async def work() -> None:
        store, rows = asked.database.store, Rows(Answers(asked.database.store))

        async def name() -> str:
            (row,) = await store.run("classes_by_id", classes=[f"{NAME}/0"])
            return str(row["name"])

        for _ in range(2):
            RECALL.set(await rows.begin())
            before = await name()
        RECALL.set(await rows.begin())
        assert await in_one_state(store.revision, name, 1) == before
        assert rows.given == 2, "nothing was written: rows may be given"
        RECALL.set(await rows.begin())
        await asyncio.create_task(rename(asked.other), context=Context())
        assert await in_one_state(store.revision, name, 1) not in (before, None), "a stale state takes no try"

    asked.database.await_(work())


def test_a_comparison_looks_at_the_state_of_the_database_once_before_and_once_after_it_reads(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, look = 0, Store.revision

    async def counted(store: Store) -> Revision | None:
        nonlocal looks
        looks += 1
        return await look(store)

    monkeypatch.setattr(Store, "revision", counted)
    assert asked.ask(COMPARE)["data"]
    assert looks == 2


def test_rows_are_given_to_later_requests_only_and_not_after_a_write(filled: Database) -> None:
    async def work() -> None:
        rows = Rows(Answers(filled.store))
        one, beside = await rows.begin(), await rows.begin()
        assert one is not None and beside is not None
        one.keep("text", {"a": 1}, [{"x": [1]}])
        assert one.find("text", {"a": 1}) is None
        assert beside.find("text", {"a": 1}) is None, "it may have been read while something was written"
        later = await rows.begin()
        assert later is not None
        assert later.find("text", {"a": 1}) == [{"x": [1]}]
        assert later.find("text", {"a": 1}) is None, "who asks again wants to read"
        assert later.find("text", {"a": 1.0}) is None
        assert later.find("other", {"a": 1}) is None

        before = await rows.begin()
        assert before is not None
        await rename(filled.store)
        before.keep("text", {"a": 2}, [{"x": 2}])
        after = await rows.begin()
        assert after is not None
        assert (after.find("text", {"a": 1}), after.find("text", {"a": 2}), rows.size) == (None, None, 0)
        later.keep("text", {"a": 3}, [{"x": 3}])
        assert len(rows) == 0, "it was read in a state that is over"

        after.stop()
        after.keep("text", {"a": 4}, [{"x": 4}])
        assert len(rows) == 0

    filled.await_(work())


def test_what_a_request_changes_in_its_rows_stays_its_own(filled: Database) -> None:
    async def work() -> None:
        rows = Rows(Answers(filled.store))
        for number in range(3):
            RECALL.set(await rows.begin())
            (row,) = await filled.store.run("models")
            assert row["id"] == NAME
            row["id"] = str(number)
        assert rows.given == 2

    filled.await_(work())


def test_the_least_recently_asked_is_forgotten_first_and_the_bytes_are_bounded(filled: Database) -> None:
    async def work() -> None:
        row = [{"name": "x" * 1000}]
        each = ENTRY + size_of(row) + len(question_of("", {"a": 1})[1])
        rows = Rows(Answers(filled.store, most=LARGEST * each))
        first = await rows.begin()
        assert first is not None
        for number in range(LARGEST):
            first.keep("", {"a": number}, row)
        second = await rows.begin()
        assert second is not None
        assert second.find("", {"a": 0})
        second.keep("", {"b": 0}, row)
        second.keep("", {"c": 0}, row * 2)
        third = await rows.begin()
        assert third is not None
        assert [bool(third.find("", key)) for key in ({"a": 1}, {"a": 0}, {"b": 0}, {"c": 0})] == [
            False,
            True,
            True,
            False,
        ]
        assert rows.size == LARGEST * each == sum(kept.size for kept in rows.kept.values())
        assert await Rows(Answers(filled.store, most=0)).begin() is None

    filled.await_(work())
