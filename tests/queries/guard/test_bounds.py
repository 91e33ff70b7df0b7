"""Integers beyond 32 bits in users' statements: right, or refused with the reason."""

import re
from typing import Any

import pytest

from queries.errors import QueryError
from queries.guard.bounds import wrapped_integer
from queries.library import StoredQuery, load_library
from queries.values import MOST_COUNT
from tests.conftest import ROOT
from tests.queries.guard.guarded import Guarded

COOKBOOK = re.findall(r"```cypher\n(.*?)```", (ROOT / "docs" / "cypher.md").read_text(), re.DOTALL)
WRAPPED: list[tuple[str, dict[str, Any], list[list[Any]] | None]] = [  # and the answer, None if Neo4j refuses it, too
    ("UNWIND range(1, 5) AS x RETURN x LIMIT 4294967297", {}, [[1], [2], [3], [4], [5]]),
    ("UNWIND range(1, 5) AS x RETURN x limit $n", {"n": 4294967297}, [[1], [2], [3], [4], [5]]),
    ("UNWIND range(1, 5) AS x RETURN x LIMIT 2147483648 * 2 + 1", {}, [[1], [2], [3], [4], [5]]),
    ("UNWIND range(1, 5) AS x RETURN x LIMIT toInteger('4294967297')", {}, [[1], [2], [3], [4], [5]]),
    ("UNWIND range(1, 5) AS x RETURN x ORDER BY x LIMIT 2147483647", {}, [[1], [2], [3], [4], [5]]),
    ("UNWIND range(1, 5) AS x RETURN x SKIP 4294967297", {}, []),
    ("UNWIND range(1, 5) AS x WITH x LIMIT 4294967298 RETURN size(collect(x)) AS n", {}, [[5]]),
    ("RETURN COUNT { UNWIND range(1, 5) AS x RETURN x LIMIT 4294967298 } AS n", {}, [[5]]),
    ("RETURN [1, 2, 3][4294967297] AS x", {}, [[None]]),
    ("RETURN [1, 2, 3][$n] AS x", {"n": 4294967297}, [[None]]),
    ("RETURN range(1, 3)[0..4294967297] AS x", {}, None),
    ("WITH [1, 2, 3] AS xs RETURN xs [0 .. 4294967297] AS x", {}, None),
    ("UNWIND range(1, 5) AS x RETURN x LIMIT $`n`", {"n": 4294967297}, [[1], [2], [3], [4], [5]]),
    ("UNWIND range(1, 5) AS x RETURN x LIMIT $0", {"0": 4294967297}, [[1], [2], [3], [4], [5]]),
    ("UNWIND range(1, 5) AS x RETURN x LIMIT 0o40000000001", {}, [[1], [2], [3], [4], [5]]),
    ("UNWIND range(1, 5) AS x RETURN x LIMIT $ n", {"n": 4294967297}, [[1], [2], [3], [4], [5]]),
    ("RETURN [1, 2, 3][$`n`] AS x", {"n": 4294967297}, [[None]]),
    ("RETURN [1, 2, 3][$m.n] AS x", {"m": {"n": 4294967297}}, [[None]]),
    ("RETURN [1, 2, 3][0o40000000001] AS x", {}, [[None]]),
]


@pytest.mark.parametrize(("statement", "parameters", "right"), WRAPPED)
def test_an_integer_that_an_engine_would_cut_is_right_or_refused(
    guarded: Guarded, statement: str, parameters: dict[str, Any], right: list[list[Any]] | None
) -> None:
    if guarded.database.name == "neo4j" and right is None:
        with pytest.raises(QueryError, match="Expected an integer between"):
            guarded.run(statement, **parameters)
    elif guarded.database.name == "neo4j":
        assert guarded.run(statement, **parameters).rows == right
    else:
        assert "the built-in engine" in guarded.refusal(statement, **parameters)


@pytest.mark.parametrize(
    ("statement", "parameters", "right"),
    [
        (f"UNWIND range(1, 5) AS x RETURN x ORDER BY x LIMIT {MOST_COUNT}", {}, [[1], [2], [3], [4], [5]]),
        ("UNWIND range(1, 5) AS x RETURN x ORDER BY x SKIP $n LIMIT $m", {"n": 1, "m": 2}, [[2], [3]]),
        ("UNWIND range(1, 3) AS x WITH x LIMIT 2 RETURN collect(x) AS xs", {}, [[[1, 2]]]),
        ("RETURN 4294967297 IN [4294967297] AS x", {}, [[True]]),
        ("RETURN [4294967297][0] AS x, {limit: 4294967297}.limit AS y", {}, [[4294967297, 4294967297]]),
        ("RETURN 'LIMIT 4294967297' AS x // LIMIT 4294967297", {}, [["LIMIT 4294967297"]]),
        ("WITH 1 AS `limit` RETURN `limit` + 4294967296 AS x", {}, [[4294967297]]),
    ],
)
def test_other_integers_are_taken_as_they_are(
    guarded: Guarded, statement: str, parameters: dict[str, Any], right: list[list[Any]]
) -> None:
    assert guarded.run(statement, **parameters).rows == right


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("RETURN substring('abc', 4294967297) AS x", "4294967297 is a position"),
        ("RETURN left('abc', 0x100000001) AS x", "0x100000001 is a position"),
        ("RETURN n.list[toInteger(4294967297)] AS x", "4294967297 is a position"),
        ("MATCH (n) RETURN n.id SKIP 1 + 1", "SKIP is not followed by a whole number"),
        ("MATCH (n) RETURN n.id LIMIT $missing", None),  # the engine names what is missing
        ("MATCH (n) RETURN n.id LIMIT $real", "LIMIT is not followed by a whole number"),
        ("MATCH (n) RETURN n.id LIMIT $ n", "LIMIT is not followed by a whole number"),
        ("MATCH (n) RETURN n.id LIMIT 2L", "LIMIT is not followed by a whole number"),
        ("MATCH (n) RETURN n.id LIMIT 1_000", "LIMIT is not followed by a whole number"),
        ("RETURN n.list[$0] AS x", "$ stands where a position"),
        ("RETURN n.list[0o2] AS x", "0o2 stands where a position"),
        ("RETURN n.list[$map.n] AS x", "$map is a position"),
        ("RETURN n.list[$real] AS x, n.list[0x2] AS y, $`n` AS z, $map.n AS m", None),
        ("RETURN left(n.name, toInteger(size(n.name) * 0.5 + 1.5e-3)) AS x", None),
        ("WITH 5 AS limit RETURN limit", "put a name in backticks"),
        ("MATCH (n) WHERE n.limit > 4294967297 RETURN n.limit", None),
        ("MATCH (n)-[:INFLUENCES*1..3]->(m) WHERE n.seen IN [4294967297, $n] RETURN m LIMIT 3", None),
    ],
)
def test_what_is_judged_and_why(statement: str, why: str | None) -> None:
    found = wrapped_integer(statement, {"n": 4294967297, "real": 1.0, "map": {"n": [4294967297]}})
    assert found is None if why is None else why in (found or "")


@pytest.mark.parametrize("statement", COOKBOOK)
def test_the_cookbook_passes(statement: str) -> None:
    assert wrapped_integer(statement, {}) is None


@pytest.mark.parametrize("query", load_library().of_mode("read"), ids=lambda query: query.name)
def test_stored_queries_pass(query: StoredQuery) -> None:
    assert wrapped_integer(query.text, query.example) is None
