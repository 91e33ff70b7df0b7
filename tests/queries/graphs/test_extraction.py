"""Attribution graphs out of counts, on both engines, beside a plain and literal extraction."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import pytest

from bench.testbed.counted import Counted, by_hand, class_counts, counted, network_steps, ranked_steps
from queries.errors import DataError, NotFound, QueryError, StoreBusy
from queries.graphs import stored as graphs
from queries.graphs.compare import STORED_TRIES, Comparison, compare
from queries.graphs.cutting import CUT_TRIES, cut_in_one_state
from queries.graphs.extraction import Cut, Extracted, Walk, cut_graph, extract_model
from queries.graphs.stored import read_graph
from queries.groups import keep_group
from queries.integrity.check import damages_by_totals
from queries.load.counts import ClassCounts
from queries.motifs.mining import Question, mine
from queries.progress import ignore_progress
from queries.records import ClassGraph, GraphVertex, LayerSize, Score, class_id
from queries.store import Row
from tests.conftest import Database
from tests.queries.graphs.extraction import extraction

Graph = tuple[list[Row], list[Row], Row]
THRESHOLDS = (1.0, 7.5, 30.0, 50.0)
CUTS = [Cut(t, unified, dead_ends=ends) for t in THRESHOLDS for unified in (False, True) for ends in (False, True)]
CUTS += [Cut(1.0, step=0.3), Cut(2.0, True, step=3.0)]


class Stopped(Exception):
    """Somebody stopped the work."""


def put(database: Database, run: Counted) -> None:
    """All that extraction reads."""
    database.await_(database.store.write_together([*network_steps(run), *ranked_steps(run)]))


def extract(database: Database, model: str, **options: Any) -> Extracted:
    return database.await_(extract_model(database.store, model, progress=ignore_progress, **options))


def stored(database: Database, model: str, index: int) -> tuple[list[Row], list[Row]]:
    name = {"class": class_id(model, index)}
    return database.run("class_channels", **name, min_count=0), database.run("class_edges", **name)


def pagerank_by_layer(database: Database, run: Counted, index: int) -> list[dict[int, float]]:
    rows = database.run("personalized_pagerank", **{"class": class_id(run.name, index)}, **asdict(Walk()), score=None)
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


LAYERS = [LayerSize(f"layer{index}", index, channels) for index, channels in enumerate((3, 4, 3))]
COMPLETE = {
    "layer1": {(s, t): 5 for s in range(3) for t in range(4)},
    "layer2": {(s, t): 5 for s in (0, 3) for t in (0, 2)},
}
AT_THE_EDGE = [
    by_hand({}, {}, index=0),
    by_hand({"layer0": {1: 3}, "layer1": {0: 9}}, {}, index=1),
    by_hand({}, {"layer1": {(0, 0): 1}, "layer2": {(3, 2): 9}}, index=2),
    by_hand({"layer0": {0: 2, 1: 2, 2: 2}}, COMPLETE, index=3),  # ties
    by_hand({"layer0": {0: 7}, "layer2": {1: 4}}, {"layer1": {(0, 3): 2}, "layer2": {(3, 0): 1}}, index=4),
    by_hand({"layer0": {2: 9}, "layer1": {1: 9}}, {"layer1": {(0, 0): 1, (2, 2): 1}}, index=5),
]
RUNS = [
    counted("cut-three", (6, 9, 7), 3, 0.15),
    counted("cut-four", (12, 5, 11, 8), 3, 0.05),
    counted("cut-narrow", (1, 3, 1), 2, 0.5),
    counted("cut-one", (4,), 1, 0.5),
    Counted("cut-edge", LAYERS, dict(enumerate(AT_THE_EDGE))),
]


@pytest.mark.parametrize("run", RUNS, ids=[run.name for run in RUNS])
def test_a_graph_of_any_threshold_is_the_one_its_definition_gives(scratch: Database, run: Counted) -> None:
    put(scratch, run)
    extract(scratch, run.name)
    heights = {layer.name: layer.index for layer in run.layers}
    for index in run.classes:
        pageranks, weights = pagerank_by_layer(scratch, run, index), weights_by_layer(run, index)
        for cut in CUTS:
            graph = scratch.await_(cut_graph(scratch.store, class_id(run.name, index), cut))
            thresholds, channels, edges = extraction(
                pageranks, weights, cut.threshold, unified=cut.unified, step=cut.step, dead_ends=cut.dead_ends
            )
            assert graph.properties["graph_thresholds"] == pytest.approx(thresholds, rel=1e-12), cut
            assert {(heights[v.layer], v.channel) for v in graph.vertices} == {
                (layer, channel) for layer, row in enumerate(channels) for channel in row
            }, cut
            assert {(heights[e.target_layer], e.source, e.target, e.weight) for e in graph.edges} == {
                (layer, *edge) for layer, row in enumerate(edges) for edge in row
            }, cut


@pytest.mark.parametrize("run", RUNS, ids=[run.name for run in RUNS])
def test_the_cut_has_the_same_bits_in_every_form(
    scratch: Database, run: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(scratch, run)
    extract(scratch, run.name)
    assert scratch.store.variant("extract_attribution_graph") == (
        "procedure" if scratch.name == "arcadedb" else "portable"
    )

    def cut_all() -> list[str]:
        names = [class_id(run.name, index) for index in run.classes]
        return [repr(scratch.await_(cut_graph(scratch.store, name, cut))) for name in names for cut in CUTS]

    fastest = cut_all()
    monkeypatch.setattr(scratch.store, "form", "portable")
    assert cut_all() == fastest


@pytest.mark.parametrize(
    "unified, counts, thresholds, vertices, edges",
    [
        pytest.param(
            False,
            # x = 1 + y/2 and y = 1/9 + x/2 give layer0/0 38/27 and layer1/0 22/27; layer1/2, which leads nowhere, keeps
            # its 27/27: before layer1/0 come 27/49 of the layer, 55.1 %
            by_hand({"layer0": {0: 7}, "layer1": {2: 9, 0: 1}}, {"layer1": {(0, 0): 3}}),
            [7.5, 55.5, 7.5],
            [("layer1", 2), ("layer1", 0), ("layer0", 0)],
            [(0, 0, 3)],
            id="a layer's threshold is raised until a channel with one below is in",
        ),
        pytest.param(
            True,
            # x = 1/7 + y/2 and y = x/2 give layer0/1 4/21 and layer1/2 2/21; layer0/0, which leads nowhere, keeps its
            # 21/21: before layer1/2 come 25/27 of the network, 92.6 %
            by_hand({"layer0": {0: 7, 1: 1}}, {"layer1": {(1, 2): 3}}),
            [93.0, 93.0, 93.0],
            [("layer1", 2), ("layer0", 0), ("layer0", 1)],
            [(1, 2, 3)],
            id="the network's threshold is raised until both ends are in",
        ),
    ],
)
def test_a_graph_by_hand(
    scratch: Database,
    unified: bool,
    counts: ClassCounts,
    thresholds: list[float],
    vertices: list[tuple[str, int]],
    edges: list[tuple[int, int, int]],
) -> None:
    put(scratch, Counted("hand", LAYERS, {0: counts}))
    extract(scratch, "hand", walk=Walk(0.5), cut=Cut(unified=unified))
    graph = scratch.await_(cut_graph(scratch.store, "hand/0", Cut(unified=unified)))
    assert graph.properties["graph_thresholds"] == thresholds
    assert [(vertex.layer, vertex.channel) for vertex in graph.vertices] == vertices
    assert [(edge.source, edge.target, edge.weight) for edge in graph.edges] == edges
    assert [row["channel"] for row in stored(scratch, "hand", 0)[0]] == [f"hand/{name}/{at}" for name, at in vertices]


def test_what_is_stored_is_what_is_cut_with_its_parameters(scratch: Database) -> None:
    run = counted("kept", (8, 9, 10), 2, 0.2)
    scratch.load(run)
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
    scratch.load(run)
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


def test_who_reads_while_a_graph_is_replaced_sees_the_old_or_the_new_one(scratch: Database) -> None:
    scratch.load(counted("hammered", (30, 40, 35), 1, 0.1))
    cuts = (Cut(7.5), Cut(30.0))
    seen: list[Graph] = []

    async def replace_and_read() -> list[Graph]:
        written = []
        for cut in cuts:
            await extract_model(scratch.store, "hammered", cut=cut, progress=ignore_progress)
            written.append(await read_graph(scratch.store, "hammered/0"))

        async def replace() -> None:
            for turn in range(10):
                await extract_model(scratch.store, "hammered", cut=cuts[turn % 2], progress=ignore_progress)

        async def read() -> None:
            while not replacing.done():
                seen.append(await read_graph(scratch.store, "hammered/0"))

        replacing = asyncio.ensure_future(replace())
        await asyncio.gather(*(read() for _ in range(4)))
        await replacing
        return written

    written = scratch.await_(replace_and_read())
    assert [cut["threshold"] for *_, cut in written] == [7.5, 30.0]
    assert {written.index(graph) for graph in seen} == {0, 1}


@pytest.mark.parametrize("times", [1, STORED_TRIES])
def test_a_comparison_is_of_graphs_that_were_there_together(
    scratch: Database, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    scratch.load(counted("compared", (8, 9, 10), 2, 0.2))
    extract(scratch, "compared")
    store, ask, cuts = scratch.store, scratch.store.run_packed, iter([Cut(20.0), Cut(30.0), Cut(50.0)][:times])

    async def ask_late(name: str, **parameters: Any) -> list[Row]:
        if name == "compared_edges" and (cut := next(cuts, None)):
            await extract_model(store, "compared", cut=cut, progress=ignore_progress)
        return await ask(name, **parameters)

    def union() -> Comparison:
        return scratch.await_(compare(store, "compared", [0, 1], "UNION"))

    with monkeypatch.context() as patch:
        patch.setattr(store, "run_packed", ask_late)
        found = union()
    assert (found.channels, found.edges, found.overlap) == ((now := union()).channels, now.edges, now.overlap)


def test_a_cut_is_of_pagerank_that_was_there_all_the_time(scratch: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch.load(counted("sliced", (8, 9, 10), 1, 0.2))
    extract(scratch, "sliced")
    store, ask, walks = scratch.store, scratch.store.run_packed, iter([Walk(0.5)])

    async def ask_early(name: str, **parameters: Any) -> list[Row]:
        rows = await ask(name, **parameters)
        if name == "extract_attribution_graph" and (walk := next(walks, None)):
            await extract_model(store, "sliced", walk=walk, progress=ignore_progress)
        return rows

    with monkeypatch.context() as patch:
        patch.setattr(store, "run_packed", ask_early)
        graph = scratch.await_(cut_in_one_state(store, "sliced/0", Cut(30.0), Score.ACTIVATION))
    assert graph.properties["graph_damping"] == 0.5
    assert graph == scratch.await_(cut_graph(store, "sliced/0", Cut(30.0)))


def test_a_cut_is_made_while_other_things_are_written(scratch: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A load of another model writes without end: the class's own PageRank stays."""
    scratch.load(counted("steady", (8, 9, 10), 1, 0.2))
    extract(scratch, "steady")
    store, ask, cuts = scratch.store, scratch.store.run_packed, list[str]()

    async def ask_early(name: str, **parameters: Any) -> list[Row]:
        rows = await ask(name, **parameters)
        assert len(cuts) < CUT_TRIES
        cuts.append(name)
        await store.write("upsert_model", model="elsewhere", properties={"source": str(len(cuts))}, now="now")
        return rows

    with monkeypatch.context() as patch:
        patch.setattr(store, "run_packed", ask_early)
        graph = scratch.await_(cut_in_one_state(store, "steady/0", Cut(30.0), Score.ACTIVATION))
    assert graph == scratch.await_(cut_graph(store, "steady/0", Cut(30.0)))
    assert cuts == ["extract_attribution_graph"]


def test_a_cut_is_refused_where_its_pagerank_is_replaced_again_and_again(
    scratch: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch.load(counted("restless", (8, 9, 10), 1, 0.2))
    extract(scratch, "restless")
    store, ask, times = scratch.store, scratch.store.run_packed, iter(range(CUT_TRIES))

    async def ask_early(name: str, **parameters: Any) -> list[Row]:
        rows = await ask(name, **parameters)
        properties = {"pagerank_digest": f"replaced {next(times)}"}
        await store.write("store_rankings", **{"class": "restless/0"}, properties=properties, rows=[])
        return rows

    with monkeypatch.context() as patch:
        patch.setattr(store, "run_packed", ask_early)
        with pytest.raises(StoreBusy, match="PageRank of restless/0 was replaced at each of 20 cuts; ask again"):
            scratch.await_(cut_in_one_state(store, "restless/0", Cut(30.0), Score.ACTIVATION))


def test_a_graph_that_something_else_changed_is_not_taken_for_whole(
    scratch: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch.load(counted("changed", (8, 9, 10), 2, 0.2))
    extract(scratch, "changed")
    scratch.write("remove_attribution_edges", classes=["changed/0"])
    monkeypatch.setattr(graphs, "READ_PAUSE", 0)

    with pytest.raises(StoreBusy, match=r"graph of changed/0 was not whole in 50 reads; .*Extract or import it again"):
        scratch.await_(read_graph(scratch.store, "changed/0"))
    assert scratch.await_(read_graph(scratch.store, "changed/1"))
    with pytest.raises(NotFound, match="no class 'changed/9'"):
        scratch.await_(read_graph(scratch.store, "changed/9"))


def test_a_graph_is_told_with_the_pagerank_it_was_cut_from_not_with_a_later_one(scratch: Database) -> None:
    scratch.load(counted("later", (8, 9, 10), 1, 0.2))
    extract(scratch, "later")
    scratch.write("store_rankings", **{"class": "later/0"}, properties={"pagerank_damping": 0.5}, rows=[])

    assert scratch.run("graph_origin", **{"class": "later/0"})[0]["damping"] == 0.85
    anew = scratch.await_(cut_graph(scratch.store, "later/0", Cut(20.0)))
    assert anew.properties["graph_damping"] == 0.5


def test_counts_that_were_loaded_anew_are_extracted_anew(scratch: Database) -> None:
    run = counted("reloaded", (8, 9, 10), 2, 0.2)
    scratch.load(run)
    extract(scratch, "reloaded")
    old = stored(scratch, "reloaded", 1)
    (kept,) = scratch.run("attribution_graph", **{"class": "reloaded/0"})
    other = {1: class_counts(1, run.layers, 0.3, random.Random(77))}
    assert scratch.load(replace(run, held={**run.held, **other})).graphs_removed == 1

    assert stored(scratch, "reloaded", 1) == ([], [])  # of other counts, maybe of another number of pictures
    assert [row["index"] for row in scratch.run("classes_with_graph", model="reloaded")] == [0]
    assert scratch.run("attribution_graph", **{"class": "reloaded/0"}) == [kept]
    assert not [each for each in scratch.await_(damages_by_totals(scratch.store)) if each.model == "reloaded"]
    with pytest.raises(NotFound, match="reloaded/1 has no PageRank to cut other graphs from"):
        scratch.await_(cut_graph(scratch.store, "reloaded/1", Cut(30.0)))
    assert extract(scratch, "reloaded").written == 1
    assert stored(scratch, "reloaded", 1) != old


def test_counts_that_were_only_mended_keep_what_was_made_of_them(scratch: Database) -> None:
    run = counted("mended", (8, 9, 10), 2, 0.2)
    scratch.load(run)
    extract(scratch, "mended")
    kept = scratch.run("attribution_graph", **{"class": "mended/1"}), pagerank_by_layer(scratch, run, 1)
    scratch.administer("MATCH (:ImageClass {id: 'mended/1'})-[edge:INFLUENCED]->() WITH edge LIMIT 1 DELETE edge")
    done = scratch.load(run)

    assert (done.written, done.unchanged, done.graphs_removed) == (1, 1, 0)
    assert (scratch.run("attribution_graph", **{"class": "mended/1"}), pagerank_by_layer(scratch, run, 1)) == kept
    assert scratch.await_(cut_graph(scratch.store, "mended/1", Cut(30.0))).vertices
    assert not [each for each in scratch.await_(damages_by_totals(scratch.store)) if each.model == "mended"]
    assert extract(scratch, "mended").written == 0


def test_classes_side_by_side_give_the_same_graphs_as_one_after_another(scratch: Database) -> None:
    for name, at_once in (("alone", 1), ("together", 4)):
        scratch.load(counted(name, (20, 30, 25), 8, 0.1))
        extract(scratch, name, at_once=at_once)
    assert_equal_graphs(scratch, "alone", "together", 8)


def test_a_class_takes_one_question_and_one_transaction(scratch: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is asked of the model before and after, three classes take no more than twice two beyond one."""
    scratch.load(counted("crossed", (8, 9, 10), 4, 0.2))
    store, crossings = scratch.store, list[str]()

    def noted(name: str) -> Callable[..., Any]:
        cross = getattr(store, name)

        def call(*words: Any) -> Any:
            crossings.append(name)
            return cross(*words)

        return call

    counts = []
    with monkeypatch.context() as patch:
        for name in ("_ask", "_write_marked"):
            patch.setattr(store, name, noted(name))
        for classes in ([0], [1, 2, 3]):
            crossings.clear()
            assert extract(scratch, "crossed", classes=classes).written == len(classes)
            counts.append(len(crossings))
    assert counts[1] - counts[0] == 2 * 2
    assert extract(scratch, "crossed").unchanged == 4


def test_a_class_that_cannot_be_cut_keeps_nothing_of_a_new_pagerank(
    scratch: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PageRank and graph are written together, or neither is."""
    scratch.load(counted("whole-or-not", (8, 9, 10), 1, 0.2))
    extract(scratch, "whole-or-not")
    before = (
        stored(scratch, "whole-or-not", 0),
        scratch.run("class_digests", model="whole-or-not"),
    )

    def fail(*_: object) -> None:
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr("queries.graphs.extraction.cut_answer", fail)
        with pytest.raises(Stopped):
            extract(scratch, "whole-or-not", walk=Walk(0.5), cut=Cut(30.0))
    after = (
        stored(scratch, "whole-or-not", 0),
        scratch.run("class_digests", model="whole-or-not"),
    )
    assert before == after


@pytest.mark.parametrize(("engine", "other"), [("arcadedb", "procedure"), ("neo4j", "gds")])
def test_all_forms_give_the_same_graphs(request: pytest.FixtureRequest, engine: str, other: str) -> None:
    database: Database = request.getfixturevalue(engine)
    variants = ["portable", other]
    try:
        for variant in variants:
            database.load(counted(f"made-{variant}", (20, 30, 25), 4, 0.1))
            database.store.form = variant
            assert extract(database, f"made-{variant}", at_once=4).variant == variant
        assert_equal_graphs(database, "made-portable", f"made-{other}", 4)
        origins = [database.run("graph_origin", **{"class": f"made-{variant}/0"})[0] for variant in variants]
        assert [origin["variant"] for origin in origins] == variants
    finally:
        database.store.form = None
        for variant in variants:
            database.remove(f"made-{variant}")


def assert_equal_graphs(database: Database, one: str, other: str, classes: int) -> None:
    """Of two models with equal counts; PageRank to its tolerance."""
    for index in range(classes):
        here, there = (stored(database, name, index) for name in (one, other))
        assert [row["channel"].removeprefix(one) for row in here[0]] == [
            row["channel"].removeprefix(other) for row in there[0]
        ]
        assert [row["pagerank"] for row in here[0]] == pytest.approx([row["pagerank"] for row in there[0]], abs=1e-9)
        assert [row["weight"] for row in here[1]] == [row["weight"] for row in there[1]] != []


def test_influences_that_were_loaded_by_other_means_are_extracted_alike(scratch: Database) -> None:
    scratch.load(counted("bare", (8, 9, 10), 2, 0.2))
    scratch.write("remove_adjacency", classes=["bare/0"])
    extract(scratch, "bare")
    scratch.load(counted("whole", (8, 9, 10), 2, 0.2))
    extract(scratch, "whole")

    bare, whole = stored(scratch, "bare", 0), stored(scratch, "whole", 0)
    assert [row["index"] for row in bare[0]] == [row["index"] for row in whole[0]]
    assert [row["weight"] for row in bare[1]] == [row["weight"] for row in whole[1]] != []


def test_an_interrupted_extraction_goes_on_where_it_stopped(scratch: Database) -> None:
    scratch.load(counted("stopped", (20, 30, 25), 6, 0.1))
    seen: list[int] = []

    def stop_at_three(what: str, done: int, total: int) -> None:
        seen.append(done)
        if done == 3:
            raise Stopped

    with pytest.raises(Stopped):
        scratch.await_(extract_model(scratch.store, "stopped", progress=stop_at_three))
    finished = extract(scratch, "stopped")
    assert (finished.written, finished.unchanged) == (3, 3)


def test_classes_without_a_graph_count_in_no_statistic(scratch: Database) -> None:
    scratch.load(counted("partly", (8, 9, 10), 6, 0.3))
    extract(scratch, "partly", classes=range(4), cut=Cut(50.0))

    def motifs(*classes: int) -> list[tuple[object, float]]:
        found = scratch.await_(mine(scratch.store, Question("partly", classes, "EDGE", 0.5)))
        assert found.classes == len({*classes} - {4, 5})
        return [(each.motif.edges, each.motif.log_p) for each in found]

    assert motifs(*range(6)) == motifs(*range(4)) != []
    contrasted = Question("partly", (0, 1, 4), "EDGE", 0.5, against=(1, 2, 3, 5))
    assert scratch.await_(mine(scratch.store, contrasted)).against == 2
    assert scratch.await_(mine(scratch.store, replace(contrasted, against=None))).against is None
    for query in ("contrasted_channels", "contrasted_edges", "group_difference_channels", "group_difference_edges"):
        groups = {"model": "partly", "limit": 100}
        whole = scratch.ask(query, {**groups, "group": "0,1,4", "against": "2,3,5"})
        assert whole == scratch.ask(query, {**groups, "group": "0,1", "against": "2,3"}) != []
    (row,) = scratch.ask("motif_baseline", {"model": "partly", "group": "0,1,2,3", "share": 0.5, "draws": 3, "seed": 0})
    assert row["drawn"] == [row["observed"]] * 3  # no other four classes have a graph
    with pytest.raises(QueryError, match=r"none of the classes 4, 5 of partly has .* graph; `summit extract partly`"):
        motifs(4, 5)


def test_shares_of_groups_are_of_their_classes_with_a_graph(scratch: Database) -> None:
    run = counted("sides", (8, 9, 10), 6, 0.3)
    groups: list[Row] = []
    for model, without in (("sides", {3, 5}), ("halves", set[int]())):  # the same without the classes that lack a graph
        held = {index: counts for index, counts in run.held.items() if model == "sides" or index not in {3, 5}}
        scratch.load(replace(run, name=model, held=held))
        extract(scratch, model, classes=held.keys() - without, cut=Cut(50.0))
        for name, members in (("one", {1, 2, 3}), ("other", {0, 4, 5})):
            groups.append(scratch.await_(keep_group(scratch.store, model, name, sorted(members & held.keys()))))

    def answers(model: str, group: Row, against: Row) -> list[list[Row]]:
        (channel, *_) = [row["channel"] for row in scratch.run("group_channels", group=group["id"], limit=1)]
        found = [
            scratch.run("channel_groups", channel=channel, min_classes=1, limit=10),
            scratch.run("group_channels", group=group["id"], limit=10),
            scratch.run("class_between_groups", **{"class": f"{model}/0"}, group=group["id"], against=against["id"]),
        ]
        return [[{name: plain(value, model) for name, value in row.items()} for row in rows] for rows in found]

    def plain(value: Any, model: str) -> Any:
        return value.removeprefix(f"{model}/") if isinstance(value, str) else value

    ours, theirs = answers("sides", *groups[:2]), answers("halves", *groups[2:])
    assert all(ours) and ours == theirs


def test_what_cannot_be_extracted_is_told(scratch: Database) -> None:
    scratch.load(counted("told", (3, 4), 1, 0.5))
    scratch.write("upsert_classes", model="told", rows=[{"id": "told/7", "index": 7}])

    with pytest.raises(NotFound, match="nowhere"):
        extract(scratch, "nowhere")
    with pytest.raises(NotFound, match="told has no class 5"):
        extract(scratch, "told", classes=[0, 5])
    with pytest.raises(DataError, match="class 7 of told has no counts; `summit load RUN`"):
        extract(scratch, "told", classes=[7])
    for threshold in (0.99, 50.01, -7.5, float("nan"), float("inf")):
        with pytest.raises(QueryError, match="is not in 1 to 50 percent"):
            Cut(threshold)
    with pytest.raises(QueryError, match="step 0 is not above 0"):
        Cut(step=0.0)
    with pytest.raises(QueryError, match=r"damping 1\.0 is not in 0 to 1"):
        Walk(1.0)


@pytest.mark.parametrize("finishes", [True, False])
def test_totals_are_kept_only_where_no_graph_changed_while_they_were_read(
    scratch: Database, monkeypatch: pytest.MonkeyPatch, finishes: bool
) -> None:
    """`finishes`: whether the other extraction, whose graph is written meanwhile, comes to its own end."""
    model = f"totalled-{finishes}"
    scratch.load(counted(model, (8, 9, 10), 3, 0.3))
    extract(scratch, model, classes=[0])
    run, begun = scratch.store.run, False

    async def with_another(name: str, **parameters: Any) -> list[Row]:
        nonlocal begun
        rows = await run(name, **parameters)
        if name == "model_scale" and not begun:
            begun = True
            if finishes:
                await extract_model(scratch.store, model, classes=[1], progress=ignore_progress)
            else:
                large = ClassGraph(1, (GraphVertex("layer0", 0, 10**6, 0.1),), (), "digest")
                await scratch.store.write_together(graphs.graph_steps(model, [large]))
        return rows

    monkeypatch.setattr(scratch.store, "run", with_another)
    extract(scratch, model, classes=[2])
    monkeypatch.undo()
    names = ("graph_channel_count", "largest_count", "largest_weight")
    (kept,) = [row for row in scratch.run("models") if row["id"] == model]
    (scale,) = scratch.run("model_scale", model=model)
    assert begun and [kept[name] for name in names] == [scale[name] if finishes else None for name in names]
    extract(scratch, model)
    (kept,) = [row for row in scratch.run("models") if row["id"] == model]
    (scale,) = scratch.run("model_scale", model=model)
    assert [kept[name] for name in names] == [scale[name] for name in names]
