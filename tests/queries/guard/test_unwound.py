"""`WITH *` comes between UNWIND and MATCH on the built-in engine, and the engine still needs it."""

import pytest

from queries.guard.unwound import separated
from tests.conftest import MODEL, Database
from tests.queries.guard.guarded import Guarded

NEEDED = "MATCH (m:Model {id: $model}) UNWIND $ids AS id MATCH (c:ImageClass {id: id}) RETURN c.id AS id ORDER BY id"
GIVEN = {"model": MODEL, "ids": [f"{MODEL}/0", f"{MODEL}/1"]}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("MATCH (m) UNWIND [1] AS k MATCH (c {n: k})", "MATCH (m) UNWIND [1] AS k WITH * MATCH (c {n: k})"),
        ("match (m) unwind ['a']as `k`match (c) return c", "match (m) unwind ['a']as `k`WITH * match (c) return c"),
        ("UNWIND [x IN [1] | x] AS k // MATCH\nMATCH (c)", "UNWIND [x IN [1] | x] AS k // MATCH\nWITH * MATCH (c)"),
        (
            "UNWIND a AS k UNWIND b AS l MATCH (c) CALL (c) { UNWIND [1] AS i MATCH (d) RETURN d }",
            "UNWIND a AS k UNWIND b AS l WITH * MATCH (c) CALL (c) { UNWIND [1] AS i WITH * MATCH (d) RETURN d }",
        ),
    ],
)
def test_with_comes_between(statement: str, expected: str) -> None:
    assert separated(statement) == expected
    assert separated(expected) == expected


@pytest.mark.parametrize(
    "statement",
    [
        "MATCH (m) RETURN 'UNWIND [1] AS k MATCH (c)' AS text",
        "MATCH (m) UNWIND [1] AS k OPTIONAL MATCH (c) RETURN c",
        "MATCH (m) UNWIND [1] AS k WITH k MATCH (c) RETURN c",
        "MATCH (m) /* UNWIND [1] AS k MATCH (c) */ RETURN m AS match",
        "MATCH (m) UNWIND [1] AS match RETURN match",
        "UNWIND",
        "UNWIND [1] AS",
        "UNWIND [1])]} AS k",
    ],
)
def test_other_statements_stay_as_they_are(statement: str) -> None:
    assert separated(statement) == statement


def test_a_match_after_an_unwind_is_answered_to_users(guarded: Guarded) -> None:
    assert guarded.run(NEEDED, **GIVEN).rows == [[f"{MODEL}/0"], [f"{MODEL}/1"]]


def test_the_built_in_engine_still_needs_it(arcadedb: Database) -> None:
    """When this fails the engine is mended: queries/guard/unwound.py can go."""
    assert arcadedb.await_(arcadedb.store.read_text(NEEDED, **GIVEN)) == []
    assert len(arcadedb.await_(arcadedb.store.read_text(separated(NEEDED), **GIVEN))) == 2
