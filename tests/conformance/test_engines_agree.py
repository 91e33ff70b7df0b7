"""Every stored query answers the same on both engines."""

import math
from typing import Any

import pytest

from queries.ask.functions import readable
from queries.library import StoredQuery, has_type
from tests.conftest import Database

READS = list(readable().values())
OWN_TO_A_LOADING = {"created", "pictures"}
OWN_TO_AN_ENGINE = {"variant"}  # the form of PageRank that ran, and digests of what it takes part in
SEALS, SEALED = ("seal", "pagerank_seal"), ("scored_graph", "scored_graphs", "graph_cuts")
OWN_TO_AN_ENGINE |= {f"{part}_{name}" for part in ("graph", "pagerank") for name in ("variant", "digest", "seal")}


def equal(one: Any, other: Any) -> bool:
    """Equal values; floats to twelve digits, for the engines add in different orders."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        own = OWN_TO_A_LOADING | OWN_TO_AN_ENGINE
        return one.keys() == other.keys() and all(equal(one[name], other[name]) for name in one.keys() - own)
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-15)
    return bool(one == other)


def answer(database: Database, query: StoredQuery) -> list[list[Any]]:
    """The example's rows."""
    return [list(query.ordered(row).values()) for row in database.example(query.name)]


@pytest.mark.parametrize("query", READS, ids=lambda query: query.name)
def test_a_stored_query_answers_the_same_rows_in_the_same_order(
    query: StoredQuery, arcadedb: Database, neo4j: Database
) -> None:
    here, there = answer(arcadedb, query), answer(neo4j, query)

    assert here, f"the example of {query.path.name} answers nothing; an example shows what the query is for"
    assert len(here) == len(there)
    for mine, theirs in zip(here, there, strict=True):
        if query.name == "revision":  # marks never come twice
            assert all(map(all, (mine, theirs)))
            continue
        if query.name == "models":  # created and pictures are the loading's own
            mine, theirs = mine[:5] + mine[7:], theirs[:5] + theirs[7:]
        if query.name in ("graph_origin", "extract_attribution_graph", "scored_graph"):  # each engine has its PageRank
            place = list(query.returns).index("variant")
            assert (mine[place], theirs[place]) == ("procedure", "portable")
            mine[place] = theirs[place]
        for name in SEALS if query.name in SEALED else ():  # and so its last digits
            if name in query.returns:
                place = list(query.returns).index(name)
                assert mine[place] and theirs[place]
                mine[place] = theirs[place]
        assert equal(mine, theirs), f"{mine} on ArcadeDB, {theirs} on Neo4j"


@pytest.mark.parametrize("query", READS, ids=lambda query: query.name)
def test_an_answer_has_the_declared_columns_and_types(query: StoredQuery, database: Database) -> None:
    for row in database.example(query.name):
        assert list(row) == list(query.returns)
        wrong = {name: row[name] for name, kind in query.returns.items() if not has_type(row[name], kind)}
        assert not wrong, f"{query.path.name} declares {query.returns}"
