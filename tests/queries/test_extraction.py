"""Attribution graphs out of counts, on both engines, beside a plain and literal extraction."""

import random
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import pytest

from queries.errors import DataError, NotFound, QueryError
from queries.extraction import Cut, Extracted, Walk, cut_graph, extract_model
from queries.graphs import ignore_progress
from queries.records import class_id
from queries.store import Row
from tests.conftest import Database, open_database
from tests.counted import Counted, class_counts, counted, load
from tests.queries.extraction import extraction

THRESHOLDS = (1.0, 7.5, 30.0, 50.0)
CUTS = [Cut(t, unified, dead_ends=ends) for t in THRESHOLDS for unified in (False, True) for ends in (False, True)]


@pytest.fixture(scope="module", params=["arcadedb", "neo4j"])
def scratch(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Either engine with nothing in it; every test loads under a model of its own."""
    from queries.engines.arcadedb import ArcadeDB

    engine = ArcadeDB() if request.param == "arcadedb" else request.getfixturevalue("neo4j_engine")
    with open_database(engine, tmp_path_factory.mktemp("scratch") / request.param) as database:
        yield database


class Stopped(Exception):
    """Somebody stopped the work."""


def extract(database: Database, model: str, **options: Any) -> Extracted:
    return database.await_(extract_model(database.store, model, progress=ignore_progress, **options))


def stored(database: Database, model: str, index: int) -> tuple[list[Row], list[Row]]:
    name = {"class": class_id(model, index)}
    return database.run("class_channels", **name, min_count=0), database.run("class_edges", **name)


def pagerank_by_layer(database: Database, run: Counted, index: int) -> list[dict[int, float]]:
    rows = database.run("personalized_pagerank", **{"class": class_id(run.name, index)}, **asdict(Walk()))
    layers: dict[str, dict[int, float]] = {layer.name: {} for layer in run.layers}
    for row in rows:
        _, layer, channel = row["channel"].rsplit("/", 2)
        layers[layer][int(channel)] = row["pagerank"]
    return list(layers.values())


def weights_by_layer(run: Counted, index: int) -> list[dict[tuple[int, int], int]]:
    influences = run.held[index].influences
    tables = [influences.get(layer.name) for layer in run.layers]
    return [
        dict(zip(zip(table.sources, table.targets, strict=True), table.weights, strict=True)) if table else {}
        for table in tables
    ]


@pytest.mark.parametrize("sizes, density", [((6, 9, 7), 0.15), ((12, 5, 11, 8), 0.05), ((1, 3, 1), 0.5), ((4,), 0.5)])
def test_a_graph_of_any_threshold_is_the_one_its_definition_gives(
    scratch: Database, sizes: tuple[int, ...], density: float
) -> None:
    run = counted(f"cut{len(sizes)}-{sizes[0]}", sizes, 3, density)
    load(scratch, run)
    extract(scratch, run.name)
    heights = {layer.name: layer.index for layer in run.layers}
    for index in run.classes:
        pageranks, weights = pagerank_by_layer(scratch, run, index), weights_by_layer(run, index)
        for cut in CUTS:
            graph = scratch.await_(cut_graph(scratch.store, class_id(run.name, index), cut))
            thresholds, channels, edges = extraction(
                pageranks, weights, cut.threshold, unified=cut.unified, dead_ends=cut.dead_ends
            )
            assert graph.properties["graph_thresholds"] == thresholds, cut
            assert {(heights[v.layer], v.channel) for v in graph.vertices} == {
                (layer, channel) for layer, row in enumerate(channels) for channel in row
            }, cut
            assert {(heights[e.target_layer], e.source, e.target, e.weight) for e in graph.edges} == {
                (layer, *edge) for layer, row in enumerate(edges) for edge in row
            }, cut


def test_what_is_stored_is_what_is_cut_with_its_parameters(scratch: Database) -> None:
    run = counted("kept", (8, 9, 10), 2, 0.2)
    load(scratch, run)
    done = extract(scratch, "kept", cut=Cut(20.0), classes=[1])

    assert (done.written, done.unchanged) == (1, 0)
    assert stored(scratch, "kept", 0) == ([], [])
    channels, edges = stored(scratch, "kept", 1)
    graph = scratch.await_(cut_graph(scratch.store, "kept/1", Cut(20.0)))
    assert [(row["layer"], row["index"], row["count"], row["pagerank"]) for row in channels] == [
        (v.layer, v.channel, v.count, v.pagerank) for v in graph.vertices
    ]
    assert (done.vertices, done.edges) == (len(channels), len(edges)) == (len(graph.vertices), len(graph.edges))
    (origin,) = scratch.run("graph_origin", **{"class": "kept/1"})
    assert origin == {
        "threshold": 20.0,
        "unified": False,
        "step": 0.5,
        "dead_ends": True,
        "thresholds": graph.properties["graph_thresholds"],
        "damping": 0.85,
        "variant": scratch.store.variant("personalized_pagerank"),
        "live": True,
    }
    assert scratch.run("graph_origin", **{"class": "kept/0"})[0]["live"] is False


def test_a_second_extraction_changes_nothing_and_another_cut_replaces_the_graph(scratch: Database) -> None:
    run = counted("again", (8, 9, 10), 2, 0.2)
    load(scratch, run)
    assert extract(scratch, "again").written == 2
    before = stored(scratch, "again", 0)
    assert (extract(scratch, "again").written, extract(scratch, "again").unchanged) == (0, 2)
    assert stored(scratch, "again", 0) == before

    assert extract(scratch, "again", cut=Cut(50.0)).written == 2
    wide = stored(scratch, "again", 0)
    assert {row["channel"] for row in before[0]} < {row["channel"] for row in wide[0]}
    assert extract(scratch, "again", walk=Walk(0.5)).written == 2
    assert extract(scratch, "again", walk=Walk()).written == 2
    assert stored(scratch, "again", 0) == before


def test_counts_that_were_loaded_anew_are_extracted_anew(scratch: Database) -> None:
    run = counted("reloaded", (8, 9, 10), 2, 0.2)
    load(scratch, run)
    extract(scratch, "reloaded")
    old = stored(scratch, "reloaded", 1)
    other = {1: class_counts(1, run.layers, 0.3, random.Random(77))}
    load(scratch, replace(run, held={**run.held, **other}))

    assert stored(scratch, "reloaded", 1) == old  # a whole graph until the new one is there
    with pytest.raises(NotFound, match="reloaded/1 has no PageRank to cut other graphs from"):
        scratch.await_(cut_graph(scratch.store, "reloaded/1", Cut(30.0)))
    assert extract(scratch, "reloaded").written == 1
    assert stored(scratch, "reloaded", 1) != old


def test_classes_side_by_side_give_the_same_graphs_as_one_after_another(scratch: Database) -> None:
    for name, at_once in (("alone", 1), ("together", 4)):
        load(scratch, counted(name, (20, 30, 25), 8, 0.1))
        extract(scratch, name, at_once=at_once)
    for index in range(8):
        one, other = (stored(scratch, name, index) for name in ("alone", "together"))
        assert [len(rows) for rows in one] == [len(rows) for rows in other]
        pageranks = [[row["pagerank"] for row in rows] for rows in (one[0], other[0])]
        assert pageranks[0] == pytest.approx(pageranks[1], rel=1e-12)  # GDS adds up in any order


def test_influences_that_were_loaded_by_other_means_are_extracted_alike(scratch: Database) -> None:
    load(scratch, counted("bare", (8, 9, 10), 2, 0.2))
    scratch.write("remove_adjacency", classes=["bare/0"])
    extract(scratch, "bare")
    load(scratch, counted("whole", (8, 9, 10), 2, 0.2))
    extract(scratch, "whole")

    bare, whole = stored(scratch, "bare", 0), stored(scratch, "whole", 0)
    assert [row["index"] for row in bare[0]] == [row["index"] for row in whole[0]]
    assert [row["weight"] for row in bare[1]] == [row["weight"] for row in whole[1]] != []


def test_an_interrupted_extraction_goes_on_where_it_stopped(scratch: Database) -> None:
    load(scratch, counted("stopped", (20, 30, 25), 6, 0.1))
    seen: list[int] = []

    def stop_at_three(what: str, done: int, total: int) -> None:
        seen.append(done)
        if done == 3:
            raise Stopped

    with pytest.raises(Stopped):
        scratch.await_(extract_model(scratch.store, "stopped", progress=stop_at_three))
    finished = extract(scratch, "stopped")
    assert (finished.written, finished.unchanged) == (3, 3)


def test_what_cannot_be_extracted_is_told(scratch: Database) -> None:
    load(scratch, counted("told", (3, 4), 1, 0.5))
    scratch.write("upsert_classes", model="told", rows=[{"id": "told/7", "index": 7}])

    with pytest.raises(NotFound, match="nowhere"):
        extract(scratch, "nowhere")
    with pytest.raises(NotFound, match="told has no class 5"):
        extract(scratch, "told", classes=[0, 5])
    with pytest.raises(DataError, match="class 7 of told has no counts; `summit load RUN`"):
        extract(scratch, "told", classes=[7])
    for threshold in (0.5, 50.5, float("nan")):
        with pytest.raises(QueryError, match="is not in 1 to 50 percent"):
            Cut(threshold)
    with pytest.raises(QueryError, match="step 0 is not above 0"):
        Cut(step=0.0)
    with pytest.raises(QueryError, match=r"damping 1\.0 is not in 0 to 1"):
        Walk(1.0)
