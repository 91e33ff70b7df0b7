"""Hostile statements against both real engines. None may change anything, which is counted at the end."""

import asyncio
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from queries.errors import GraphError, QueryError, StatementRefused, StoreBusy, StoreRefused
from queries.guard import Guard
from queries.library import StoredQuery, load_library
from queries.records import Table
from tests.conftest import Database

READS = load_library().of_mode("read")


@dataclass(frozen=True)
class Guarded:
    """A database behind its guard, for plain test functions."""

    database: Database
    guard: Guard

    def run(self, statement: str, **parameters: Any) -> Table:
        return self.database.await_(self.guard.run(statement, parameters))

    def refusal(self, statement: str) -> str:
        with pytest.raises(StatementRefused) as refused:
            self.run(statement)
        return str(refused.value)


@pytest.fixture
def guarded(database: Database) -> Iterator[Guarded]:
    access = database.access
    guard = database.await_(Guard.open(access.reader or access.address, rows=50, seconds=2))
    yield Guarded(database, guard)
    database.await_(guard.close())


def contents(database: Database) -> list[Any]:
    """What the administrator sees: counts, names and users."""
    asked = (
        "MATCH (n) RETURN count(n) AS c",
        "MATCH ()-[r]->() RETURN count(r) AS c",
        "CALL db.labels() YIELD label RETURN label ORDER BY label",
        "CALL db.propertyKeys() YIELD propertyKey RETURN propertyKey ORDER BY propertyKey",
        "SHOW USERS",
        "SHOW INDEXES",
    )
    return [database.administer(statement) for statement in asked]


@pytest.fixture(autouse=True, scope="module")
def nothing_changes(request: pytest.FixtureRequest) -> Iterator[None]:
    databases = [request.getfixturevalue(name) for name in ("arcadedb", "neo4j")]
    before = [contents(database) for database in databases]
    yield
    assert [stripped(contents(database)) for database in databases] == [stripped(rows) for rows in before]


def stripped(found: list[Any]) -> list[Any]:
    """Without the usage statistics of indexes, which reading changes."""
    return [*found[:-1], sorted(str(row[1]) for row in found[-1])]


@pytest.mark.parametrize("query", READS, ids=lambda query: query.name)
def test_a_stored_query_passes_and_answers_what_it_always_does(query: StoredQuery, guarded: Guarded) -> None:
    guard = replace_limits(guarded.guard, seconds=60)
    table = guarded.database.await_(guard.run(query.text, query.example))

    assert table.columns == tuple(query.returns)
    rows = [list(row.values()) for row in guarded.database.run(query.name, **query.example)]
    assert len(table.rows) == min(len(rows), guard.rows)
    assert table.truncated == (len(rows) > guard.rows)


def replace_limits(guard: Guard, seconds: float) -> Guard:
    guard.seconds = seconds
    return guard


@pytest.mark.parametrize(
    "statement",
    [
        "RETURN 1 AS one",
        "RETURN 1 AS one;",
        "  // a comment first\nRETURN 1 AS one // and one at the end",
        "/* MATCH (n) DELETE n */ RETURN 1 AS one",
        "RETURN 'CREATE (n) } LOAD CSV' AS text",
        "MATCH (c:Channel) RETURN count(*)",
        "MATCH (c:Channel) RETURN c LIMIT 3",
        "MATCH (c:Channel) RETURN c.layer AS layer, count(*) AS n ORDER BY n DESC, layer LIMIT 5",
        "CALL db.labels() YIELD label RETURN label ORDER BY label",
        "MATCH (l:Layer) CALL (l) { MATCH (c:Channel)-[:OF_LAYER]->(l) RETURN count(c) AS n } RETURN l.name, n",
        "MATCH (l:Layer) RETURN l.name, COUNT { (:Channel)-[:OF_LAYER]->(l) } AS n ORDER BY n",
        "UNWIND [1, 2] AS x RETURN x UNION UNWIND [3] AS x RETURN x",
        "MATCH (c:ImageClass) WHERE c.name CONTAINS 'bear' OPTIONAL MATCH (c)-[:IN_GROUP]->(g) RETURN c.name, count(g)",
        "MATCH p = (c:ImageClass {index: 3})-[:HAS_CHANNEL]->()-[:OF_LAYER]->() RETURN length(p), count(*)",
        "RETURN reduce(s = 0, x IN range(1, 10) | s + x) AS s, date('2020-01-01') AS d, $name AS name",
    ],
)
def test_reading_is_allowed(statement: str, guarded: Guarded) -> None:
    assert guarded.run(statement, name="value").rows


WRITES = [
    "CREATE (:Hacked)",
    "CREATE (:Channel {id: 'x'}) RETURN 1 AS one",
    "MERGE (n:Hacked) RETURN n",
    "MATCH (n:Channel) SET n.index = 0",
    "MATCH (n:Channel) SET n:Hacked RETURN n",
    "MATCH (n:Channel) REMOVE n.index",
    "MATCH (n) DETACH DELETE n",
    "MATCH ()-[r]->() DELETE r",
    "MATCH (n:Channel) FOREACH (x IN [1] | SET n.index = x)",
    "MATCH (n:Channel) CALL (n) { SET n.index = 0 } IN TRANSACTIONS OF 10 ROWS",
    "CALL () { CREATE (:Hacked) RETURN 1 AS one } RETURN one",
    "CALL { MATCH (n) DETACH DELETE n } RETURN 1 AS one",
    "RETURN COLLECT { CREATE (:Hacked) RETURN 1 } AS list",
    "RETURN EXISTS { MATCH (n) SET n.x = 1 RETURN n } AS e",
    "UNWIND [1] AS x RETURN x UNION CREATE (:Hacked) RETURN 1 AS x",
    "/* read */ CREATE /* only */ (:Hacked)",
    "// RETURN 1\nCREATE (:Hacked)",
    "CR\\u0045ATE (:Hacked)",
    "\\u0043REATE (:Hacked) RETURN 1 AS one",
    "RETURN 1 AS one } AS x CREATE (:Hacked) WITH 1 AS y RETURN EXISTS { RETURN 1 AS one",
    "RETURN 1 AS one\n} AS a, EXISTS { CREATE (:Hacked) RETURN 1 AS one",
    "PROFILE CREATE (:Hacked)",
    "EXPLAIN CREATE (:Hacked)",
    "CYPHER runtime=slotted CREATE (:Hacked)",
    "CYPHER 25 CREATE (:Hacked)",
    "CALL db.createLabel('Hacked')",
    "CALL db.createProperty('hacked') RETURN 1 AS one",
    "CALL apoc.merge.node(['Hacked'], {n: 1}, {}, {}) YIELD node RETURN node",
    "CALL merge.node(['Hacked'], {n: 1}, {}, {}) YIELD node RETURN node",
    "MATCH (n:Layer) WITH collect(n) AS all CALL apoc.refactor.mergeNodes(all, {}) YIELD node RETURN node",
    "CALL gds.pageRank.write('g', {writeProperty: 'p'}) YIELD nodePropertiesWritten AS n RETURN n",
]
COMMANDS = [
    "CREATE INDEX hacked FOR (n:Channel) ON (n.index)",
    "CREATE CONSTRAINT hacked FOR (n:Layer) REQUIRE n.name IS UNIQUE",
    "DROP INDEX hacked IF EXISTS",
    "CREATE USER eve SET PASSWORD 'abcdefgh1'",
    "EXPLAIN CREATE USER eve SET PASSWORD 'abcdefgh1'",
    "DROP USER root",
    "ALTER USER neo4j SET PASSWORD 'abcdefgh1'",
    "ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'abcdefgh1'",
    "SHOW USERS",
    "SHOW CURRENT USER",
    "SHOW SETTINGS",
    "SHOW PROCEDURES",
    "SHOW TRANSACTIONS",
    "SHOW TRANSACTIONS YIELD transactionId AS id TERMINATE TRANSACTIONS id",
    "TERMINATE TRANSACTIONS 'q1'",
    "SHOW DATABASES",
    "CREATE DATABASE hacked",
    "DROP DATABASE neo4j",
    "STOP DATABASE neo4j",
    "USE system SHOW USERS",
    "USE system MATCH (n) RETURN n",
    "START TRANSACTION",
    "BEGIN",
    "COMMIT",
    "SESSION CLOSE",
    "ALTER DATABASE `arcadedb.command.timeout` 0",
    "RETURN 1 AS one; RETURN 2 AS two",
    "RETURN 1 AS one; CREATE (:Hacked)",
    "USING PERIODIC COMMIT LOAD CSV FROM 'file:///etc/passwd' AS line CREATE (:Hacked)",
]
PROCEDURES = [
    "CALL dbms.listConfig() YIELD name, value RETURN name, value",
    "CALL dbms.listConnections() YIELD connectionId RETURN connectionId",
    "CALL dbms.killConnections(['x']) YIELD message RETURN message",
    "CALL db.stats.collect('QUERIES') YIELD section RETURN section",
    "CALL db.awaitIndexes(1000) RETURN 1 AS one",
    "CALL db.clearQueryCaches() YIELD value RETURN value",
    "CALL tx.setMetaData({a: 1}) RETURN 1 AS one",
    "CALL gds.graph.list() YIELD graphName RETURN graphName",
    "CALL gds.graph.drop('g') YIELD graphName RETURN graphName",
    "CALL gds.graph.export('g', {dbName: 'x'}) YIELD dbName RETURN dbName",
    "CALL `gds`.`graph`.`list`() YIELD graphName RETURN graphName",
    "CALL apoc.util.sleep(100) RETURN 1 AS one",
    "CALL apoc.do.when(true, 'CREATE (:Hacked)', '', {}) YIELD value RETURN value",
    "CALL algo.pagerank() YIELD node RETURN node",
]


@pytest.mark.parametrize("statement", [*WRITES, *COMMANDS, *PROCEDURES])
def test_writes_commands_and_procedures_are_refused(statement: str, guarded: Guarded) -> None:
    """As StatementRefused, or as an unknown name where the engine has no such procedure."""
    with pytest.raises(QueryError):
        guarded.run(statement)


def test_a_refusal_says_what_and_why(guarded: Guarded) -> None:
    assert "than read the graph: its plan has the step" in guarded.refusal("LOAD CSV FROM 'x' AS l RETURN l")
    assert "not one statement that only reads" in guarded.refusal("MATCH (n) SET n.x = 1 RETURN n")
    assert "not one statement that only reads" in guarded.refusal("MATCH (n) RETRUN n")
    assert "at most 20000" in guarded.refusal("RETURN 1 //" + "x" * 20_000)


def test_no_file_and_no_address_is_read(guarded: Guarded, tmp_path: Path) -> None:
    """Not even where the plan does not show it: inside a subquery or an expression."""
    (tmp_path / "table.csv").write_text("a,b\n")
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for place in (
            f"file://{tmp_path}/table.csv",
            f"{tmp_path}/table.csv",
            f"http://127.0.0.1:{server.server_port}/",
        ):
            for statement in (
                f"LOAD CSV FROM '{place}' AS line RETURN line",
                f"LOAD CSV WITH HEADERS FROM $place AS line RETURN line // {place}",
                f"CALL () {{ LOAD CSV FROM '{place}' AS line RETURN line }} RETURN line",
                f"RETURN COLLECT {{ LOAD CSV FROM '{place}' AS line RETURN line }} AS lines",
                f"UNWIND [1] AS x CALL (x) {{ CALL () {{ LOAD CSV FROM '{place}' AS l RETURN l }} RETURN l }} RETURN l",
            ):
                with pytest.raises(StatementRefused):
                    guarded.run(statement, place=place)
        server.shutdown()
    assert asked == []


def test_a_reader_of_arcadedb_can_do_nothing_where_the_plan_sees_nothing(arcadedb: Database) -> None:
    """The rights alone, without judging: this is what stands behind the plan's blind spots."""
    reader = arcadedb.access.reader
    assert reader is not None

    async def attempts() -> list[str]:
        from neo4j import AsyncGraphDatabase
        from neo4j.exceptions import Neo4jError

        codes = []
        async with AsyncGraphDatabase.driver(reader.url, auth=(reader.user, reader.password)) as driver:
            for inside in (
                "CALL apoc.do.when(true, 'CREATE (:Hacked) RETURN 1', '', {}) YIELD value",
                "CALL apoc.do.when(true, \"LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l\", '', {}) YIELD value",
                "CALL apoc.do.when(true, \"CREATE USER eve SET PASSWORD 'abcdefgh1'\", '', {}) YIELD value",
                "CALL apoc.merge.node(['Hacked'], {n: 1}, {}, {}) YIELD node",
                "CALL db.migrateLegacyTemporals()",
                "LOAD CSV FROM 'file:///etc/passwd' AS line",
                "CREATE (:Channel)",
            ):
                try:
                    await driver.execute_query(f"CALL () {{ {inside} RETURN 1 AS one }} RETURN one", database_="summit")
                    codes.append(f"went through: {inside}")
                except Neo4jError as error:
                    codes.append(error.code or "")
        return codes

    assert set(arcadedb.await_(attempts())) == {"Neo.ClientError.Security.Forbidden"}


def test_functions_of_graph_data_science_are_refused_on_neo4j(neo4j: Database) -> None:
    hidden = [
        "MATCH (n:Layer) RETURN gds.graph.project('g', n, n) AS g",
        "MATCH (n:Layer) RETURN 1 + gds.graph.project('g', n, n).nodeCount AS g",
        "MATCH (n:Layer) RETURN n.name AS name, gds.graph.project('g', n, n) AS g ORDER BY name",
        "MATCH (n:Layer) RETURN `gds`.`graph`.`project`('g', n, n) AS g",
        "RETURN COLLECT { MATCH (n:Layer) RETURN gds.graph.project('g', n, n) AS g } AS g",
        "CALL () { MATCH (n:Layer) RETURN gds.graph.project('g', n, n) AS g } RETURN g",
        "MATCH (n:Layer) WHERE gds.graph.exists('g') RETURN n",
        "UNWIND range(1, 3) AS x RETURN [" + "'filler', " * 500 + "gds.version()] AS list",
        "MATCH (n:Layer) RETURN [(n)--(m) WHERE gds.graph.exists('g') | m] AS list",
        "MATCH (n:Layer)((a)-->(b) WHERE gds.graph.exists(a.name)){1,2}(c) RETURN c",
        "MATCH (n:Layer) RETURN n ORDER BY gds.version() SKIP 1",
        "MATCH (n:Layer) RETURN n LIMIT toInteger(left(gds.version(), 1))",
    ]

    async def attempts() -> None:
        async with await Guard.open(neo4j.access.address) as guard:
            for statement in hidden:
                with pytest.raises(StatementRefused, match=r"calls the function gds\."):
                    await guard.run(statement)

    neo4j.await_(attempts())


def test_rows_are_capped_and_the_rest_is_not_computed(guarded: Guarded) -> None:
    started = time.perf_counter()
    table = guarded.run("UNWIND range(1, 10000) AS a UNWIND range(1, 10000) AS b RETURN a, b")

    assert (len(table.rows), table.truncated) == (50, True)
    assert time.perf_counter() - started < 1.5
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
    with pytest.raises(StoreBusy):
        guarded.run(forever)

    assert 1.9 < time.perf_counter() - started < 4.5
    assert running(guarded.database, "UNWIND") == 0


def running(database: Database, word: str) -> int:
    rows = database.administer("SHOW TRANSACTIONS YIELD currentQuery RETURN currentQuery")
    return sum(str(row[0]).startswith(word) for row in rows)


def test_who_stops_waiting_stops_the_work(guarded: Guarded) -> None:
    async def give_up() -> None:
        forever = (
            "UNWIND range(1, 10000) AS a UNWIND range(1, 10000) AS b UNWIND range(1, 10000) AS c RETURN count(*) AS n"
        )
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await guarded.guard.run(forever)
        await asyncio.sleep(1)

    guarded.database.await_(give_up())
    assert running(guarded.database, "UNWIND") == 0


def test_what_cannot_be_stopped_keeps_its_place_until_it_ends(
    guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two nested loops in one expression, a few seconds of them: no engine looks at the clock in there."""
    monkeypatch.setattr("queries.guard.GRACE_SECONDS", 0.3)
    steps = 5_000 if guarded.database.name == "arcadedb" else 15_000
    stubborn = "RETURN reduce(s = 0, x IN range(1, $n) | s + reduce(t = 0, y IN range(1, $n) | t + y)) AS n"

    async def fill_both_places() -> None:
        guarded.guard.seconds = 0.5
        two = [asyncio.create_task(guarded.guard.run(stubborn, {"n": steps})) for _ in range(2)]
        for outcome in await asyncio.gather(*two, return_exceptions=True):
            assert "could not be stopped" in str(outcome)
        with pytest.raises(StoreBusy, match="2 statements of users are running"):
            await guarded.guard.run("RETURN 1 AS one")

        deadline = time.monotonic() + 60
        while True:
            try:
                assert (await guarded.guard.run("RETURN 1 AS one")).rows == [[1]]
                break
            except StoreBusy:
                assert time.monotonic() < deadline

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


def test_a_wrong_password_is_an_error_of_its_own(database: Database) -> None:
    with pytest.raises(StoreRefused):
        database.await_(Guard.open(replace(database.access.address, password="wrong-password")))
