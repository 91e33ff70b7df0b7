"""A relationship that a WITH is ordered by is named before it on the built-in engine, and the engine still needs it."""

import pytest

from queries.guard.ordered import carried
from tests.conftest import MODEL, Database
from tests.queries.guard.guarded import Guarded

USES = f"MATCH (class:ImageClass {{id: '{MODEL}/294'}})-[use:HAS_CHANNEL]->(c:Channel {{layer: 'mixed5b'}})"
TOP = "ORDER BY use.count DESC LIMIT 3 RETURN c.index AS channel"
STRONGEST = [[398], [338], [474]]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("MATCH ()-[h]->(c) WITH c ORDER BY h.n", "MATCH ()-[h]->(c) WITH *, h AS h WITH c ORDER BY h.n"),
        ("match ()<-[h:X]-(c) with c order by h.n", "match ()<-[h:X]-(c) WITH *, h AS h with c order by h.n"),
        (
            "MATCH ()-[`h h`:X]-(c)-[e]-() WITH * ORDER BY -`h h`.n, abs(e.n) RETURN c",
            "MATCH ()-[`h h`:X]-(c)-[e]-() WITH *, `h h` AS `h h`, e AS e WITH * ORDER BY -`h h`.n, abs(e.n) RETURN c",
        ),
        (
            "MATCH ()-[h]->(c) WHERE c.n STARTS WITH 'a' UNWIND [1] AS k WITH c.h AS i ORDER BY h['n'] SKIP 1 RETURN 1",
            "MATCH ()-[h]->(c) WHERE c.n STARTS WITH 'a' UNWIND [1] AS k WITH *, h AS h WITH c.h AS i ORDER BY h['n'] "
            "SKIP 1 RETURN 1",
        ),
        (
            "CALL { MATCH ()-[h]->(c) WITH c ORDER BY h.n RETURN c } WITH c ORDER BY c.h RETURN c",
            "CALL { MATCH ()-[h]->(c) WITH *, h AS h WITH c ORDER BY h.n RETURN c } WITH c ORDER BY c.h RETURN c",
        ),
    ],
)
def test_a_relationship_is_named_before_a_with_that_is_ordered_by_it(statement: str, expected: str) -> None:
    assert carried(statement) == expected


@pytest.mark.parametrize(
    "statement",
    [
        "MATCH ()-[h]->(c) RETURN c ORDER BY h.n",
        "MATCH ()-[:X]->(c) WITH c ORDER BY c:Channel, c.n RETURN c",
        "MATCH ()-[*1..2]->(c) WITH c ORDER BY c.n * 2 RETURN c",
        "MATCH ()-[]->(c) WITH c ORDER BY [c.n][0] RETURN c",
        "MATCH ()-[h]->(c) WITH c, h RETURN c ORDER BY h.n",
        "MATCH ()-[h]->(c) WITH c ORDER BY c.n RETURN c.n AS h",
        "MATCH ()-[h]->(c) WITH c, h.n AS n WITH c ORDER BY n RETURN c",
        "MATCH ()-[:X]->(c) WITH c ORDER BY c.n MATCH (c)-[h]->() RETURN c ORDER BY h.n",
        "MATCH ()-[h]->(c) RETURN 'WITH c ORDER BY h.n' AS text // WITH c ORDER BY h.n",
        "MATCH ()-[h]->(c) WHERE c.n ENDS WITH h.n RETURN c.with AS with, {with: 1} AS m ORDER BY h.n",
        "MATCH ()-[",
        "])} WITH",
    ],
)
def test_other_statements_stay_as_they_are(statement: str) -> None:
    assert carried(statement) == statement


@pytest.mark.parametrize(
    "form",
    [
        f"{USES} WITH c {TOP}",
        f"{USES} WITH * {TOP}",
        f"{USES} UNWIND [1] AS one WITH c {TOP}",
        f"MATCH (m:Model {{id: '{MODEL}'}}) CALL (m) {{ {USES} WITH c {TOP} }} RETURN channel AS channel",
    ],
)
def test_users_get_what_is_ordered_by_a_relationship(guarded: Guarded, form: str) -> None:
    assert guarded.run(form).rows == STRONGEST


def test_the_built_in_engine_still_needs_it(arcadedb: Database) -> None:
    """When this fails the engine is mended: queries/guard/ordered.py can go."""
    assert [[row["channel"]] for row in arcadedb.await_(arcadedb.store.read_text(f"{USES} WITH c {TOP}"))] != STRONGEST
