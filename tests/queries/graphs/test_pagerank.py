"""Personalized PageRank as a stored query agrees with networkx: on both engines, with and without GDS."""

import asyncio
import logging
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.testbed.counted import Counted, by_hand, class_counts, large, network_steps, ranked_steps
from bench.testbed.sample import SAMPLE
from queries.engines.neo4j import Neo4j
from queries.errors import QueryError
from queries.load.counts import ClassCounts
from queries.records import LayerSize, channel_id, class_id
from queries.store import Row, Store
from queries.version import gds_problem
from tests.conftest import Database, open_database
from tests.prepared import copy_engine

MODEL = "ranked"
LAYERS = tuple(LayerSize(f"layer{index}", index, size) for index, size in enumerate((3, 4, 2, 5)))
WALK = {"damping": 0.85, "tolerance": 1e-12, "steps": 60, "score": None}
LISTED = "CALL gds.graph.list() YIELD graphName RETURN graphName ORDER BY graphName"


def one_class(counts: ClassCounts) -> Counted:
    """A run whose only class has these counts."""
    return Counted(MODEL, LAYERS, {0: counts})


def expected(run: Counted, index: int = 0, *, damping: float = 0.85, directed: bool = False) -> dict[str, float]:
    """networkx.pagerank to a tight tolerance, by channel."""
    graph = networkx.DiGraph() if directed else networkx.Graph()
    start: dict[str, float] = {}
    activations, influences = run.held[index].activations, run.held[index].influences
    for layer in run.layers:
        found = activations.get(layer.name)
        counts = dict(zip(found.channels, found.counts, strict=True)) if found else {}
        for channel in set(range(layer.channels)) - layer.excluded:
            graph.add_node(channel_id(run.name, layer.name, channel))
            start[channel_id(run.name, layer.name, channel)] = counts.get(channel, 0) / max(counts.values(), default=1)
    for lower, upper in pairwise(run.layers):
        if columns := influences.get(upper.name):
            for source, target, weight in zip(columns.sources, columns.targets, columns.weights, strict=True):
                if source not in lower.excluded and target not in upper.excluded:
                    ends = channel_id(run.name, lower.name, source), channel_id(run.name, upper.name, target)
                    graph.add_edge(*ends, weight=weight)
    anything = any(start.values())
    found_ranks: dict[str, float] = networkx.pagerank(
        graph, alpha=damping, personalization=start if anything else None, tol=2e-14 / len(graph), max_iter=5000
    )
    return found_ranks


def error(rows: Sequence[Mapping[str, object]], reference: Mapping[str, float]) -> float:
    """Summed difference over all channels; infinite where the channels are not the same."""
    ranks = {str(row["channel"]): float(str(row["pagerank"])) for row in rows}
    if ranks.keys() != reference.keys():
        return float("inf")
    return sum(abs(ranks[channel] - reference[channel]) for channel in reference)


@contextmanager
def form(database: Database, variant: str) -> Iterator[None]:
    """Run queries in this form for the length of a block, whatever is the fastest."""
    database.store.form = variant
    try:
        assert database.store.variant("personalized_pagerank") == variant
        yield
    finally:
        database.store.form = None


def forms_of(database: Database) -> list[str]:
    return [variant for engine, variant in FORMS if engine == database.name]


@dataclass(frozen=True)
class Ranker:
    """A database and the form that the statement takes there, with a network of our own in it."""

    database: Database
    variant: str

    def put(self, counts: ClassCounts) -> None:
        """Load the class's A and the adjacency of its I, in place of those before."""
        self.database.await_(self.database.store.write_together(ranked_steps(one_class(counts))))

    def rank(self, **walk: float) -> dict[str, float]:
        with form(self.database, self.variant):
            rows = self.database.run("personalized_pagerank", **{"class": class_id(MODEL, 0)}, **{**WALK, **walk})
        return {row["channel"]: row["pagerank"] for row in rows}


FORMS = [("arcadedb", "procedure"), ("arcadedb", "portable"), ("neo4j", "portable"), ("neo4j", "gds")]


@pytest.fixture(scope="module", params=FORMS, ids=" ".join)
def ranker(request: pytest.FixtureRequest) -> Iterator[Ranker]:
    """Each engine in each form that it has."""
    engine, variant = request.param
    database: Database = request.getfixturevalue(engine)
    database.await_(database.store.write_together(network_steps(one_class(by_hand({}, {})))))
    yield Ranker(database, variant)
    database.remove(MODEL)


def test_a_walk_between_two_channels_by_hand(ranker: Ranker) -> None:
    """Each of layer0/0 and layer0/1 starts half of the walks, and half of the time a walk goes on if it can.

    x = 1/2 + y/2 and y = x/2 give x = 2/3 and y = 1/3; layer0/1 has no neighbour and keeps its 1/2; the sum is 3/2.
    """
    ranker.put(by_hand({"layer0": {0: 7, 1: 7}}, {"layer1": {(0, 2): 3}}))

    ranks = ranker.rank(damping=0.5)

    assert ranks.pop(f"{MODEL}/layer0/0") == pytest.approx(4 / 9, abs=1e-12)
    assert ranks.pop(f"{MODEL}/layer1/2") == pytest.approx(2 / 9, abs=1e-12)
    assert ranks.pop(f"{MODEL}/layer0/1") == pytest.approx(3 / 9, abs=1e-12)
    assert set(ranks.values()) == {0.0}


def test_equal_channels_rank_equal_and_channels_come_in_order(ranker: Ranker) -> None:
    ranker.put(by_hand({"layer0": {0: 2, 1: 2, 2: 2}}, {"layer1": {(s, t): 5 for s in range(3) for t in range(4)}}))

    ranks = ranker.rank()

    assert list(ranks) == [channel_id(MODEL, layer.name, k) for layer in LAYERS for k in range(layer.channels)]
    for layer in LAYERS:
        of_layer = [ranks[channel_id(MODEL, layer.name, k)] for k in range(layer.channels)]
        assert max(of_layer) - min(of_layer) < 1e-12


@pytest.mark.parametrize(
    "counts",
    [
        pytest.param(by_hand({}, {}), id="no counts at all: uniform"),
        pytest.param(by_hand({"layer0": {1: 3}}, {}), id="no influences"),
        pytest.param(by_hand({}, {"layer1": {(0, 0): 1}, "layer3": {(1, 4): 9}}), id="no activations: uniform start"),
        pytest.param(by_hand({"layer2": {0: 4}}, {"layer1": {(0, 0): 1}}), id="starts only where nobody leads on"),
        pytest.param(by_hand({"layer3": {4: 1, 0: 9}}, {"layer2": {(3, 0): 2}}), id="a part that no walk reaches"),
        pytest.param(by_hand({"layer0": {0: 1}}, {"layer1": {(0, 0): 10**6, (0, 1): 1}}), id="weights far apart"),
    ],
)
def test_cases_at_the_edge_agree_with_networkx(ranker: Ranker, counts: ClassCounts) -> None:
    ranker.put(counts)
    reference = expected(one_class(counts))
    ranks = ranker.rank()
    assert max(abs(ranks[channel] - rank) for channel, rank in reference.items()) < 1e-12


@st.composite
def made_up(draw: st.DrawFn) -> ClassCounts:
    def table(places: int, most: int) -> list[int]:
        return draw(st.lists(st.integers(-most, most), min_size=places, max_size=places))  # below 1: not there

    activations = {
        layer.name: {index: count for index, count in enumerate(table(layer.channels, 40)) if count > 0}
        for layer in LAYERS
    }
    influences = {}
    for lower, upper in pairwise(LAYERS):
        weights = table(lower.channels * upper.channels, 9)
        influences[upper.name] = {
            divmod(place, upper.channels): weight for place, weight in enumerate(weights) if weight > 0
        }
    return by_hand(activations, influences)


@settings(max_examples=15)
@given(counts=made_up(), damping=st.sampled_from([0.0, 0.3, 0.85, 0.97]))
def test_any_network_agrees_with_networkx_either_way_and_upwards(
    ranker: Ranker, counts: ClassCounts, damping: float
) -> None:
    ranker.put(counts)
    run = one_class(counts)
    reference, ranks = expected(run, damping=damping), ranker.rank(damping=damping)
    assert ranks.keys() == reference.keys()
    assert sum(abs(ranks[channel] - rank) for channel, rank in reference.items()) < 1e-11
    assert sum(ranks.values()) == pytest.approx(1)

    rows = ranker.database.run("personalized_pagerank_directed", **{"class": class_id(MODEL, 0)}, damping=damping)
    assert error(rows, expected(run, damping=damping, directed=True)) < 1e-11


def test_a_looser_tolerance_is_kept_and_fewer_steps_are_not_exact(ranker: Ranker) -> None:
    counts = by_hand(
        {"layer0": {0: 5, 2: 1}},
        {
            "layer1": {(0, 0): 4, (0, 1): 1, (1, 1): 3, (2, 3): 8, (2, 1): 2},
            "layer2": {(1, 0): 2, (3, 1): 5, (0, 1): 1},
        },
    )
    ranker.put(counts)
    reference = expected(one_class(counts))
    for tolerance in (1e-2, 1e-4, 1e-6):
        ranks = ranker.rank(tolerance=tolerance)
        assert sum(abs(ranks[channel] - rank) for channel, rank in reference.items()) < tolerance
    ranks = ranker.rank(tolerance=0.0, steps=1)
    assert ranker.variant == "gds" or sum(abs(ranks[channel] - reference[channel]) for channel in reference) > 1e-6


def test_steps_beyond_the_last_digit_change_nothing(ranker: Ranker) -> None:
    """Without a tolerance the residual shrinks until its square is no number any more."""
    if ranker.variant == "gds":
        pytest.skip("power iterations end where nothing changes")
    for seed in range(20, 40):
        counts = class_counts(0, LAYERS, 0.7, random.Random(seed))
        ranker.put(counts)
        reference, ranks = expected(one_class(counts)), ranker.rank(tolerance=0.0, steps=1000)
        assert sum(abs(ranks[channel] - rank) for channel, rank in reference.items()) < 1e-11, seed


@pytest.mark.parametrize("index", SAMPLE.classes)
def test_an_excluded_channel_has_no_rank_and_no_influence(database: Database, index: int) -> None:
    reference, name = expected(SAMPLE, index), class_id(SAMPLE.name, index)
    assert f"{SAMPLE.name}/middle/3" not in reference
    for variant in forms_of(database):
        with form(database, variant):
            assert error(database.run("personalized_pagerank", **{"class": name}, **WALK), reference) < 1e-11, variant


def test_each_channel_comes_with_its_count_by_the_score(database: Database) -> None:
    for score, query in (("activation", "class_activations"), ("attribution", "class_attributions"), (None, "")):
        counted = database.run(query or "class_activations", **{"class": "sample/0"})
        counts = {row["channel"]: row["count"] for row in counted}
        assert len(set(counts.values())) > 2
        for variant in forms_of(database):
            with form(database, variant):
                rows = database.run("personalized_pagerank", **{"class": "sample/0"}, **{**WALK, "score": score})
            told = {row["channel"]: row["count"] for row in rows}
            assert told == {channel: counts.get(channel, 0) for channel in told}, (variant, score)
            assert all(type(count) is int for count in told.values()), variant


def test_a_class_without_adjacency_and_one_that_is_not_there_have_no_ranks(database: Database) -> None:
    for name in ("summit-inceptionv1/294", "nowhere/0"):
        for variant in forms_of(database):
            with form(database, variant):
                assert database.run("personalized_pagerank", **{"class": name}, **WALK) == []
        assert database.run("personalized_pagerank_directed", **{"class": name}, damping=0.85) == []


def test_by_attribution_the_walk_restarts_at_the_channels_of_the_attribution_counts(database: Database) -> None:
    counts = SAMPLE.counts(0)
    reference = expected(replace(SAMPLE, held={0: replace(counts, activations=counts.attributions)}))
    for variant in forms_of(database):
        with form(database, variant):
            rows = database.run("personalized_pagerank", **{"class": "sample/0"}, **{**WALK, "score": "attribution"})
            plain = database.run("personalized_pagerank", **{"class": "sample/0"}, **{**WALK, "score": "activation"})
        assert error(rows, reference) < 1e-11, variant
        assert error(plain, expected(SAMPLE)) < 1e-11 < 0.01 < error(plain, reference), variant


def test_a_class_without_attribution_counts_has_no_ranks_by_attribution(database: Database) -> None:
    asked = {**WALK, "score": "attribution"}
    for variant in forms_of(database):
        with form(database, variant):
            assert database.run("personalized_pagerank", **{"class": "sample/1"}, **asked) == []


@pytest.fixture(scope="module")
def network() -> Counted:
    return large("large")


@pytest.fixture(scope="module")
def reference(network: Counted) -> dict[str, float]:
    return expected(network)


@pytest.fixture(scope="module", params=["arcadedb", "neo4j"])
def held(request: pytest.FixtureRequest, network: Counted) -> Iterator[Database]:
    """Each engine in turn, with a network of InceptionV1's size."""
    database: Database = request.getfixturevalue(request.param)
    put_network(database, network)
    yield database
    database.remove(network.name)


def put_network(database: Database, network: Counted) -> None:
    database.await_(database.store.write_together([*network_steps(network), *ranked_steps(network)]))


def rank_large(database: Database) -> list[Row]:
    walk = {"damping": 0.85, "tolerance": 1e-9, "steps": 40, "score": None}
    return database.run("personalized_pagerank", **{"class": "large/0"}, **walk)


def test_a_network_of_the_size_of_inceptionv1_agrees_with_networkx(held: Database, reference: dict[str, float]) -> None:
    assert len(reference) == 5484
    for variant in forms_of(held):
        with form(held, variant):
            assert error(rank_large(held), reference) < 1e-9, variant


def test_a_walk_upwards_through_a_network_of_that_size_agrees_with_networkx(held: Database, network: Counted) -> None:
    rows = held.run("personalized_pagerank_directed", **{"class": "large/0"}, damping=0.85)
    assert error(rows, expected(network, directed=True)) < 1e-9


def test_an_engine_without_graph_data_science_ranks_in_the_portable_form(
    scratch: Database, network: Counted, reference: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    put_network(scratch, network)
    monkeypatch.setattr(scratch.store, "abilities", frozenset())
    assert scratch.store.variant("personalized_pagerank") == "portable"
    assert error(rank_large(scratch), reference) < 1e-9
    scratch.remove(network.name)


def test_graph_data_science_that_may_not_be_called_is_left_alone_and_told(
    neo4j_engine: Neo4j, empty_neo4j: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    home = copy_engine(empty_neo4j, tmp_path / "neo4j")
    locked = replace(neo4j_engine, settings=(("dbms.security.procedures.allowlist", "gds.version,gds.graph.*"),))
    with caplog.at_level(logging.WARNING), open_database(locked, home) as database:
        assert database.store.abilities == frozenset()
    assert "does not let us call gds.pageRank.stream, gds.util.asNodes" in caplog.text
    assert "portable form" in caplog.text


def test_graph_data_science_counts_from_version_2_17_on() -> None:
    names = {"gds.graph.project", "gds.util.asNodes", "gds.pageRank.stream", "gds.graph.drop", "gds.graph.list"}
    assert gds_problem("2.17.0", names) is None
    assert gds_problem("3.0.0-alpha01", names) is None
    assert "2.16.1 is older than 2.17" in str(gds_problem("2.16.1", names))
    assert "gds.graph.drop" in str(gds_problem("2.26.0", names - {"gds.graph.drop"}))


def project(database: Database, name: str) -> None:
    database.administer(f'MATCH (one:Model) RETURN gds.graph.project("{name}", one, null).nodeCount')


def test_no_projection_stays_behind_and_what_others_left_is_cleared_away(neo4j: Database) -> None:
    query = neo4j.store.library["personalized_pagerank"]
    for name in ("personalized_pagerank left", "another's"):
        project(neo4j, name)
    try:
        with form(neo4j, "gds"):
            neo4j.run("personalized_pagerank", **query.example, score=None)
        assert neo4j.administer(LISTED) == [["another's"], ["personalized_pagerank left"]]  # it may be in use

        old = (
            query.variants["gds"]
            .replace("PT1M", "PT0S")
            .replace("$class", "'sample/0'")
            .replace("$run", "'mine'")
            .replace("$score", "null")
        )
        for name in ("damping", "tolerance", "steps"):
            old = old.replace(f"${name}", str(query.example[name]))
        assert len(neo4j.administer(old)) == 8
        assert neo4j.administer(LISTED) == [["another's"]]
    finally:
        neo4j.administer('CALL gds.graph.drop("another\'s", false) YIELD graphName RETURN graphName')


def test_a_walk_that_fails_leaves_no_projection(neo4j: Database) -> None:
    with form(neo4j, "gds"), pytest.raises(QueryError, match=r"gds\.pageRank\.stream"):
        neo4j.run("personalized_pagerank", **{"class": "sample/0"}, **{**WALK, "damping": 1.5})
    assert neo4j.administer(LISTED) == []


@pytest.mark.parametrize("held", ["neo4j"], indirect=True)
def test_a_walk_that_is_given_up_leaves_no_projection(held: Database) -> None:
    endless = {"class": "large/0", "damping": 0.999999, "tolerance": 0.0, "steps": 10**9, "score": None}
    with form(held, "gds"), pytest.raises(TimeoutError):
        held.await_(asyncio.wait_for(held.store.run("personalized_pagerank", **endless), 5))
    assert held.administer(LISTED) == []


@pytest.mark.parametrize("variant", ["procedure", "portable", "gds"])
def test_any_number_of_walks_may_run_at_once(database: Database, variant: str) -> None:
    if variant not in forms_of(database):
        pytest.skip(f"{database.name} has no such form")
    with form(database, variant):
        walk_side_by_side(database)


def walk_side_by_side(database: Database) -> None:
    alone = database.run("personalized_pagerank", **{"class": "sample/0"}, **WALK)

    async def many(store: Store) -> list[list[dict[str, object]]]:
        ask = [store.run("personalized_pagerank", **{"class": "sample/0"}, **WALK) for _ in range(8)]
        return await asyncio.gather(*ask)

    for rows in database.await_(many(database.store)):
        assert error(rows, {row["channel"]: row["pagerank"] for row in alone}) < 1e-12
