"""Statements that ask for too much: rows, time, memory, depth. Whatever they do, the next one is answered."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bench.testbed.databases import Database
from queries.engines.ports import free_ports
from queries.errors import GraphError, QueryError, StatementRefused, StoreBusy
from queries.guard.guard import GRACE_SECONDS, PLACE_SECONDS, RUNNING_SHARE
from queries.guard.statement import LONGEST, SECONDS
from tests.queries.guard.guarded import Guarded, guarding

WALK = {"class": "sample/0", "damping": 0.85, "tolerance": 1e-9, "steps": 40, "score": None}


@pytest.fixture
def guarded(database: Database) -> Iterator[Guarded]:
    """A guard for each test alone: a statement that cannot be stopped takes no place from the next test."""
    with guarding(database) as guarded:
        yield guarded


def test_rows_are_capped_and_the_rest_is_not_computed(guarded: Guarded) -> None:
    """Of ten thousand million rows, which no engine computes in a minute."""
    guarded.limit(seconds=60)
    table = guarded.run("UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN a, b")

    assert (len(table.rows), table.truncated) == (50, True)
    guarded.database.await_(guarded.settles())
    assert running(guarded.database, "UNWIND") == 0
    assert not guarded.run("UNWIND range(1, 50) AS x RETURN x").truncated


def test_an_answer_that_is_too_large_is_not_taken(guarded: Guarded) -> None:
    """A few rows can be of any size: here 30 MB in one, and as much in fifty."""
    guarded.guard.seconds = 30
    one = "RETURN [x IN range(1, 600000) | 'some forty letters and a few more, no more' + x] AS list"
    fifty = (
        "UNWIND range(1, 50) AS n RETURN [x IN range(1, 12000) | 'some forty letters and a few more, no more' + x] AS l"
    )
    for statement in (one, fifty):
        with pytest.raises(StoreBusy, match="larger than 8 MiB"):
            guarded.run(statement)
    assert guarded.run("RETURN size([x IN range(1, 100000) | x]) AS n").rows == [[100_000]]
    assert len(guarded.run("RETURN range(1, 100000) AS list").rows[0][0]) == 100_000


def test_time_is_limited_and_the_work_stops(guarded: Guarded) -> None:
    forever = "UNWIND range(1, 10000) AS a UNWIND range(1, 10000) AS b UNWIND range(1, 10000) AS c RETURN count(*) AS n"
    started = time.perf_counter()
    with pytest.raises(StoreBusy) as refusal:
        guarded.run(forever)

    assert time.perf_counter() - started > 1.9
    assert "could not be stopped" not in str(refusal.value)
    guarded.database.await_(guarded.settles())
    assert running(guarded.database, "UNWIND") == 0


def test_procedures_of_ours_answer_a_reader_and_end_when_their_statement_does(arcadedb: Database) -> None:
    """A thousand steps, or a cut, for each of a million rows: the guard's time is over long before."""
    call = """MATCH (class:ImageClass {id: 'sample/0'})
CALL summit.personalizedPageRank(class, 'ACTIVATES', 0.85, 1e-9, 40) YIELD channel, pagerank, count
RETURN channel, pagerank, count"""
    again = "MATCH (class:ImageClass {id: 'sample/0'}) UNWIND range(1, 1000000) AS again WITH class, again"
    ranking = f"""{again} CALL summit.personalizedPageRank(class, 'ACTIVATES', 0.99999999, 0.0, 100000) YIELD pagerank
RETURN sum(pagerank) AS all"""
    cutting = f"""{again} CALL summit.attributionGraph(class, class, 7.5, false, 0.5, true) YIELD threshold
RETURN sum(threshold) AS all"""
    with guarding(arcadedb) as guarded:
        guarded.limit(seconds=60)
        rows = arcadedb.run("personalized_pagerank", **WALK)
        assert guarded.run(call).rows == [list(row.values()) for row in rows]
        guarded.limit(seconds=2)
        for forever in (ranking, cutting):
            with pytest.raises(StoreBusy) as refusal:
                guarded.run(forever)
            assert "could not be stopped" not in str(refusal.value)
            arcadedb.await_(guarded.settles())
            assert running(arcadedb, "MATCH (class") == 0


def running(database: Database, word: str) -> int:
    rows = database.administer("SHOW TRANSACTIONS YIELD currentQuery RETURN currentQuery")
    return sum(str(row[0]).startswith(word) for row in rows)


@asynccontextmanager
async def away(guarded: Guarded) -> AsyncIterator[None]:
    """The connections are closed, and nobody listens until the block ends."""
    relay = guarded.guard._relay
    assert relay is not None
    there = relay._to
    relay.redirect("127.0.0.1", *free_ports(1))
    for connection in tuple(relay._open):
        connection.close()
    yield
    relay.redirect(*there)


def test_a_statement_waits_for_a_database_that_is_started_again(guarded: Guarded) -> None:
    async def away_for_a_while() -> Sequence[Sequence[Any]]:
        async with away(guarded):
            asked = asyncio.create_task(guarded.guard.run("RETURN 1 AS one"))
            await asyncio.sleep(1)
            assert not asked.done()
        return (await asked).rows

    guarded.limit(seconds=60)
    assert guarded.run("RETURN 0 AS none").rows == [[0]]
    assert guarded.database.await_(away_for_a_while()) == [[1]]


def test_a_statement_whose_client_leaves_while_the_database_is_away_never_begins(guarded: Guarded) -> None:
    begun: list[str] = []

    async def leave() -> None:
        async with away(guarded):
            asked = asyncio.create_task(guarded.guard.run("RETURN 1 AS one"))
            await asyncio.sleep(1)
            (work,) = (task for task in guarded.guard._running if "_judge_and_read" in repr(task.get_coro()))
            work.add_done_callback(lambda ended: begun.append("no" if ended.exception() else "yes"))
            asked.cancel()
            await asyncio.sleep(0)
        await guarded.settles()

    guarded.limit(seconds=60)
    assert guarded.run("RETURN 0 AS none").rows == [[0]]
    guarded.database.await_(leave())
    assert begun in (["no"], []), "cancelled on Neo4j, refused on ArcadeDB"


def test_who_stops_waiting_stops_the_work(guarded: Guarded) -> None:
    async def give_up() -> None:
        forever = (
            "UNWIND range(1, 10000) AS a UNWIND range(1, 10000) AS b UNWIND range(1, 10000) AS c RETURN count(*) AS n"
        )
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await guarded.guard.run(forever)
        await guarded.settles()

    guarded.database.await_(give_up())
    assert running(guarded.database, "UNWIND") == 0


def test_what_cannot_be_stopped_keeps_its_place_until_it_ends(
    guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two nested loops in one expression, a few seconds of them: no engine looks at the clock in there."""
    monkeypatch.setattr("queries.guard.guard.GRACE_SECONDS", 0.3)
    monkeypatch.setattr("queries.guard.guard.PLACE_SECONDS", 0.3)
    steps = 2_000 if guarded.database.name == "arcadedb" else 10_000
    stubborn = "RETURN reduce(s = 0, x IN range(1, $n) | s + reduce(t = 0, y IN range(1, $n) | t + y)) AS n"

    guarded.guard.seconds = 60
    guarded.run(stubborn, n=1)  # so that it is planned, which can be stopped

    async def fill_both_places() -> None:
        guarded.guard.seconds = 0.5
        two = [asyncio.create_task(guarded.guard.run(stubborn, {"n": steps})) for _ in range(2)]
        for outcome in await asyncio.gather(*two, return_exceptions=True):
            assert "could not be stopped" in str(outcome)
        with pytest.raises(StoreBusy, match="2 statements of users are running"):
            await guarded.guard.run("RETURN 1 AS one")
        await guarded.finds_a_place(seconds=240)

    guarded.database.await_(fill_both_places())


@pytest.mark.parametrize(
    "statement",
    [
        "RETURN size(reduce(s = 'a', x IN range(1, 40) | s + s)) AS n",
        "RETURN [x IN range(1, 1000000000) | x][0] AS x",
        "UNWIND range(1, 5000) AS x UNWIND range(1, 5000) AS y RETURN size(collect([x, y])) AS n",
    ],
)
def test_a_statement_that_wants_all_memory_fails_and_the_database_goes_on(statement: str, guarded: Guarded) -> None:
    guarded.guard.seconds = 20
    with pytest.raises(GraphError):
        guarded.run(statement)
    assert guarded.run("RETURN 1 AS one").rows == [[1]]


def test_texts_that_grow_too_long_take_no_place_for_ever(guarded: Guarded) -> None:
    """ArcadeDB hangs up on such a statement and never strikes it off its list."""
    guarded.guard.seconds = 60
    for _ in range(6):
        with pytest.raises(GraphError) as refusal:
            guarded.run("RETURN size(reduce(s = 'a', x IN range(1, 40) | s + s)) AS n")
        assert "statements of users are running" not in str(refusal.value)
    assert guarded.run("RETURN 1 AS one").rows == [[1]]
    assert guarded.database.run("models")


@pytest.mark.parametrize(
    "depth, complaint",
    [
        (90, None),
        (500, "nested more than 100 deep"),
        (5_000, "nested more than 100 deep|could not be stopped|closed the connection"),
    ],
)
def test_an_answer_that_is_nested_too_deep_is_refused_and_the_next_is_answered(
    depth: int, complaint: str | None, guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neo4j sends nothing at all where its own encoder gives up, and waits: that must not keep the places."""
    monkeypatch.setattr("queries.guard.guard.GRACE_SECONDS", 0.3)
    monkeypatch.setattr("queries.guard.guard.PLACE_SECONDS", 0.3)
    guarded.guard.seconds = 3 if depth == 5_000 else 30
    statement = f"RETURN reduce(deep = {{in: 1}}, x IN range(1, {depth}) | {{in: deep}}) AS deep"

    async def ask_thrice_and_go_on() -> None:
        for _ in range(3):
            if complaint is None:
                assert (await guarded.guard.run(statement)).rows
                continue
            with pytest.raises(GraphError, match=f"{complaint}|statements of users are running"):
                await guarded.guard.run(statement)
        await guarded.finds_a_place(seconds=30)

    guarded.database.await_(ask_thrice_and_go_on())


@pytest.mark.parametrize(
    "begin, end, most", [("(", ")", 50), ("[", "][0]", 50), ("COLLECT { RETURN ", " AS x }[0]", 10)]
)
def test_brackets_are_nested_so_deep_and_no_deeper(begin: str, end: str, most: int, guarded: Guarded) -> None:
    """Neo4j's parser takes minutes over twice as many, and no one can stop it."""
    guarded.guard.seconds = 30
    deepest, deeper = (f"RETURN {begin * depth}1{end * depth} AS x" for depth in (most, most + 1))
    assert guarded.run(deepest).rows == [[1]]
    assert f"{most + 1} deep; at most {most} levels are allowed" in guarded.refusal(deeper)


@pytest.mark.parametrize(
    "statement, complaint", [("", "is empty"), (" ; ", "is empty"), ("RETURN '\ud83d' AS x", "U+D83D")]
)
def test_what_cannot_be_sent_is_refused_at_once(statement: str, complaint: str, guarded: Guarded) -> None:
    assert complaint in guarded.refusal(statement)


def test_a_statement_is_so_long_and_no_longer(guarded: Guarded) -> None:
    assert guarded.run("RETURN 1 AS one //".ljust(LONGEST, "x")).rows == [[1]]
    with pytest.raises(StatementRefused, match=f"at most {LONGEST}"):
        guarded.run("RETURN 1 AS one //".ljust(LONGEST + 1, "x"))


@pytest.mark.parametrize("value", [2**63, "\ud800", {"a": [-(2**70)]}, {"\udfff": 1}])
def test_a_parameter_that_no_database_takes_is_named(value: Any, guarded: Guarded) -> None:
    with pytest.raises(QueryError, match="parameter 'name'"):
        guarded.run("RETURN $name AS name", name=value)


@pytest.mark.parametrize(
    "value", [None, True, 2**63 - 1, -(2**63), 0.1, "a\x00b 🐻", [1, [2, [3]]], {"a": {"b": [None]}}]
)
def test_any_other_json_value_comes_back_as_it_went(value: Any, guarded: Guarded) -> None:
    assert guarded.run("RETURN $name AS name", name=value).rows == [[value]]


def test_what_a_statement_may_wait_for_adds_up_to_less_than_two_seconds_beyond_its_limit() -> None:
    waiting = SECONDS - RUNNING_SHARE * SECONDS  # that is among its own seconds
    assert waiting + 1e-9 >= PLACE_SECONDS
    assert GRACE_SECONDS < 2
