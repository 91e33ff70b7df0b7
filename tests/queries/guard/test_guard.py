"""Hostile statements against both real engines. None may change anything, which is counted at the end."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from neo4j.exceptions import Neo4jError

from queries.errors import QueryError, StatementRefused, StoreRefused
from queries.guard.calls import UNLIKE_NEO4J
from queries.guard.guard import Guard
from queries.library import StoredQuery, load_library
from tests.conftest import MODEL, Database
from tests.queries.guard.guarded import Guarded
from tests.queries.guard.hostile import KNOWN, NOT_OPEN, REASONS, UPDATES

READS = load_library().of_mode("read")


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
    guarded.limit(seconds=60)
    table = guarded.run(query.text, **{**dict.fromkeys(query.params), **query.example})

    assert table.columns == tuple(query.returns)
    rows = guarded.database.example(query.name)
    assert len(table.rows) == min(len(rows), guarded.guard.rows)
    assert table.truncated == (len(rows) > guarded.guard.rows)


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


SCHEMA = {
    "db.propertyKeys": "propertyKey",
    "db.schema.visualization": "nodes, relationships",
    "db.schema.nodeTypeProperties": "nodeType, propertyName",
    "db.schema.relTypeProperties": "relType, propertyName",
}


@pytest.mark.parametrize("procedure", SCHEMA)
def test_a_procedure_about_the_schema_answers_as_on_neo4j_or_is_refused_in_words(
    procedure: str, guarded: Guarded
) -> None:
    statement = f"CALL {procedure}() YIELD {SCHEMA[procedure]} RETURN {SCHEMA[procedure]}"
    if guarded.database.name == "arcadedb":
        for text in (statement, f"CALL {procedure}()", f"CALL {{ {statement} }} RETURN 1"):
            refused = guarded.refusal(text)
            if procedure in UNLIKE_NEO4J:  # the engine itself knows no others
                assert f"does not answer {procedure} as Neo4j does" in refused and "CALL db.labels()" in refused
        return
    guarded.limit(rows=500, seconds=60)
    found = guarded.run(statement).rows
    if procedure == "db.schema.visualization":
        (nodes, relationships), *_ = found
        assert "Channel" in {node["properties"]["name"] for node in nodes}
        assert "HAS_CHANNEL" in {each["type"] for each in relationships}
    else:
        told = str(found)
        assert "share" in told or "weight" in told
        assert all(value is not None for row in found for value in row[:1])


def test_what_a_refusal_of_the_schema_offers_is_answered(guarded: Guarded) -> None:
    labels = guarded.run("CALL db.labels() YIELD label RETURN label").rows
    assert ["Channel"] in labels
    assert guarded.run("CALL db.relationshipTypes() YIELD relationshipType RETURN relationshipType").rows
    assert "id" in guarded.run("MATCH (n:Channel) RETURN keys(n) LIMIT 1").rows[0][0]


@pytest.mark.parametrize("statement", REASONS)
def test_writes_commands_and_procedures_are_refused(statement: str, guarded: Guarded) -> None:
    """For the reason that is expected. An engine that lacks a procedure or a command says so instead."""
    with pytest.raises(QueryError, match=REASONS[statement][guarded.database.name]):
        guarded.run(statement)


@pytest.mark.parametrize("statement", KNOWN)
def test_the_refused_statements_are_spelt_as_the_database_reads_them(statement: str, neo4j: Database) -> None:
    """Without the guard Neo4j plans them (EXPLAIN executes nothing), or knows them and leaves them to its Enterprise
    edition.
    """
    try:
        neo4j.administer(f"EXPLAIN {statement}")
    except Neo4jError as error:
        assert error.code == "Neo.ClientError.Statement.UnsupportedAdministrationCommand", error


def test_a_refusal_says_what_and_why(guarded: Guarded) -> None:
    assert "than read the graph: its plan has the step" in guarded.refusal("LOAD CSV FROM 'x' AS l RETURN l")
    assert "not one statement that only reads" in guarded.refusal("MATCH (n) SET n.x = 1 RETURN n")
    assert "or it has a syntax error (inside braces, the database reports: " in guarded.refusal("MATCH (n) RETRUN n")


def test_a_condition_that_is_a_pattern_is_refused_with_what_to_write(guarded_arcadedb: Guarded) -> None:
    pattern = f"(class)-[:IN_GROUP]->(:ClassGroup {{id: '{MODEL}/n02131653'}})"
    asked = f"MATCH (class:ImageClass) WHERE %s AND class.model = '{MODEL}' RETURN class.index AS i ORDER BY i"
    with pytest.raises(StatementRefused, match=r"put it in EXISTS { }: WHERE EXISTS { \(class\)"):
        guarded_arcadedb.run(asked % pattern)
    assert guarded_arcadedb.run(asked % f"EXISTS {{ {pattern} }}").rows == [[294], [295], [296], [297]]


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
                with pytest.raises(StatementRefused, match=r"(?i)load ?csv|is not allowed to update security"):
                    guarded.run(statement, place=place)
        server.shutdown()
    assert asked == []


def test_a_reader_of_arcadedb_can_do_nothing_where_the_plan_sees_nothing(arcadedb: Database) -> None:
    """The rights alone, without judging: this is what stands behind the plan's blind spots."""
    reader = arcadedb.access.reader
    assert reader is not None

    async def attempts() -> list[str]:
        from neo4j import AsyncGraphDatabase

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


def test_a_procedure_is_found_in_subqueries_which_the_plan_of_arcadedb_does_not_show(arcadedb: Database) -> None:
    """`do.when` runs a text of its own: it would tell what others ask, and end it."""
    commands = ("SHOW TRANSACTIONS", "SHOW TRANSACTIONS YIELD transactionId AS id TERMINATE TRANSACTIONS id")
    calls = [f"CALL apoc.do.when(true, '{command}', '', {{}}) YIELD value" for command in commands]
    calls += [
        "CALL algo.pagerank() YIELD node",
        "CALL path.expand(null, '', '', 1, 2) YIELD path",
        "CALL db.info() YIELD id",
    ]
    around = (
        "{} RETURN 1 AS one",
        "CALL () {{ {} RETURN 1 AS one }} RETURN one",
        "CALL () {{ CALL () {{ /* ' */ {} RETURN 1 AS one /* ' */ }} RETURN one }} RETURN one",
        "RETURN EXISTS {{ {} RETURN 1 AS one }} AS one",
        "MATCH (n:Layer) WHERE COUNT {{ {} RETURN 1 AS one }} > 0 RETURN n",
        "RETURN [x IN [1] WHERE EXISTS {{ {} RETURN 1 AS one }} | x] AS one",
    )

    async def attempts() -> None:
        assert arcadedb.access.reader is not None
        async with await Guard.open(arcadedb.access.reader) as guard:
            for place in around:
                for call in calls:
                    with pytest.raises(QueryError, match=f"{NOT_OPEN}|{UPDATES}"):
                        await guard.run(place.format(call))
                assert (await guard.run(place.format("CALL db.labels() YIELD label"))).rows
            for place in ("RETURN {} AS one", "RETURN [x IN [1] | {}] AS one"):
                for function in ("util.sleep(60000)", "apoc.util.sleep(60000)", "`util`.`sleep`(60000)"):
                    with pytest.raises(StatementRefused, match=f"calls the function|{UPDATES}"):
                        await guard.run(place.format(function))
                assert (await guard.run(place.format("size([1])"))).rows

    arcadedb.await_(attempts())


def test_nodes_relationships_and_paths_are_told_as_objects(guarded: Guarded) -> None:
    pattern = "(layer:Layer {id: 'summit-inceptionv1/mixed3a'})-[r:OF_MODEL]->(m)"
    statement = f"MATCH p = {pattern} RETURN layer, r, p, date('2020-01-02')"
    guarded.guard.seconds = 30
    ((layer, relationship, path, date),) = guarded.run(statement).rows

    assert (layer["labels"], layer["properties"]["name"]) == (["Layer"], "mixed3a")
    assert (relationship["type"], relationship["start"]) == ("OF_MODEL", layer["element_id"])
    assert [node["labels"] for node in path["nodes"]] == [["Layer"], ["Model"]]
    assert path["relationships"] == [relationship]
    assert date == "2020-01-02"


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
            assert (await guard.run("MATCH (n:Layer) RETURN n.name AS name, size(n.name) AS g ORDER BY name")).rows

    neo4j.await_(attempts())


def test_a_wrong_password_is_an_error_of_its_own(database: Database) -> None:
    with pytest.raises(StoreRefused):
        database.await_(Guard.open(replace(database.access.address, password="wrong-password")))
