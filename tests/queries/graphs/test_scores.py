"""Two graphs of each class, by activation and by attribution: each is right, and nothing mixes them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from bench.testbed.counted import Counted, attributed, by_hand, counted, load
from queries.ask.functions import readable
from queries.errors import DataError, NotFound, StoreBusy
from queries.graphs import stored as graphs
from queries.graphs.channels import graph_members
from queries.graphs.compare import OPERATIONS, compare
from queries.graphs.extraction import Cut, Extracted, cut_graph, extract_model
from queries.graphs.scored import graph_step, read_scored, require_graph
from queries.graphs.stored import read_graph
from queries.graphs.subset.stored import Subset, read_subset, subset_step
from queries.graphs.totals import graph_totals, kept_totals
from queries.groups import write_groups
from queries.integrity.check import check_database
from queries.library import StoredQuery
from queries.map.stored import embed_model, find_source, is_due
from queries.motifs.mining import Question, mine
from queries.progress import ignore_progress
from queries.records import LayerSize, Score, channel_id, class_id
from queries.store import Row
from tests.conftest import Database

Graph = tuple[list[Row], list[Row], Row]
names = (f"scored{number}" for number in count())
SIZES = (8, 9, 10)
ABOUT_SCORES = {"model_scores", "revision", *(name for name in readable() if name.startswith("scored_"))}
ABOUT_SUBSETS = {name for name in readable() if "subset" in name}


def loaded(database: Database, run: Counted, *scores: Score, **options: Any) -> Counted:
    """The run in the database, extracted by these scores."""
    database.await_(load(database.store, run))
    for score in scores:
        extract(database, run.name, score, **options)
    return run


def extract(database: Database, model: str, score: Score, **options: Any) -> Extracted:
    return database.await_(extract_model(database.store, model, score=score, progress=ignore_progress, **options))


def keep_subsets(database: Database, model: str, index: int) -> None:
    """Graphs of a subset by either score, next to the two of the class."""
    for score in Score:
        graph = database.await_(cut_graph(database.store, class_id(model, index), Cut(20.0), "digest", score))
        step = subset_step(model, graph, score, Subset("wrong", 7, None, 3, 0, 0, None))
        database.await_(database.store.write_together([step]))


def scored(database: Database, model: str, index: int = 0) -> Graph:
    return database.await_(read_scored(database.store, class_id(model, index), Score.ATTRIBUTION))


def without_model(model: str, graph: Graph) -> tuple[list[Any], list[Any], Row]:
    """A graph's rows as lists, ids without the model."""
    channels, edges, cut = (
        [[str(value).removeprefix(model) for value in row.values()] for row in graph[0]],
        [[str(value).removeprefix(model) for value in row.values()] for row in graph[1]],
        graph[2],
    )
    return channels, edges, cut


@pytest.mark.parametrize("cut", [Cut(), Cut(20.0), Cut(30.0, unified=True, dead_ends=False)], ids=str)
def test_a_graph_by_attribution_is_the_one_by_activation_of_a_class_whose_activations_are_its_attributions(
    scratch: Database, cut: Cut
) -> None:
    run = attributed(counted(next(names), SIZES, 2, 0.3))
    held = {index: replace(counts, activations=counts.attributions) for index, counts in run.held.items()}
    other = replace(run, name=next(names), held=held)
    done = loaded(scratch, run), extract(scratch, run.name, Score.ATTRIBUTION, cut=cut)
    loaded(scratch, other, Score.ACTIVATION, cut=cut)

    vertices = edges = 0
    for index in run.classes:
        found = scored(scratch, run.name, index)
        wanted = scratch.await_(read_graph(scratch.store, class_id(other.name, index)))
        assert without_model(run.name, found) == without_model(other.name, wanted)
        vertices, edges = vertices + len(found[0]), edges + len(found[1])
        for threshold in (1.0, 20.0, 50.0):
            name = class_id(run.name, index)
            by_score = cut_graph(scratch.store, name, Cut(threshold), score=Score.ATTRIBUTION)
            same = cut_graph(scratch.store, class_id(other.name, index), Cut(threshold))
            ours, theirs = scratch.await_(by_score), scratch.await_(same)
            assert (ours.vertices, ours.edges) == (theirs.vertices, theirs.edges) and ours.vertices
    assert (done[1].score, done[1].written, done[1].vertices, done[1].edges) == (Score.ATTRIBUTION, 2, vertices, edges)


def anonymous(model: str, rows: Sequence[Row]) -> list[Row]:
    """Rows of a comparison, ids without the model."""

    def plain(value: Any) -> Any:
        return [plain(each) for each in value] if isinstance(value, list) else str(value).removeprefix(model)

    return [{name: plain(value) for name, value in row.items()} for row in rows]


@pytest.mark.parametrize("classes", [(0, 2, 11), (11, 0)], ids=str)
def test_graphs_by_attribution_are_compared_as_those_by_activation(scratch: Database, classes: Sequence[int]) -> None:
    whole = attributed(counted(next(names), SIZES, 12, 0.3))
    run = replace(whole, held={index: whole.counts(index) for index in (0, 2, 11)})
    held = {index: replace(counts, activations=counts.attributions) for index, counts in run.held.items()}
    other = replace(run, name=next(names), held=held)
    loaded(scratch, run, Score.ATTRIBUTION)
    loaded(scratch, other, Score.ACTIVATION)

    kept = set()
    for operation in OPERATIONS:
        at_least = 2 if operation == "AT_LEAST" else None
        asked = classes, operation, at_least
        ours = scratch.await_(compare(scratch.store, run.name, *asked, Score.ATTRIBUTION))
        wanted = scratch.await_(compare(scratch.store, other.name, *asked))
        assert [row["index"] for row in ours.classes] == list(classes)
        for part in ("channels", "edges", "overlap"):
            assert anonymous(run.name, getattr(ours, part)) == anonymous(other.name, getattr(wanted, part)), operation
        kept.add((len(ours.channels), len(ours.edges)))
    assert len(kept) > 2, "the operations keep different parts"


def test_a_comparison_with_a_class_without_a_graph_by_attribution_is_refused(scratch: Database) -> None:
    run = loaded(scratch, attributed(counted(next(names), SIZES, 2, 0.3), without=[1]), *Score)
    with pytest.raises(NotFound, match=f"class {run.name}/1 has no attribution counts"):
        scratch.await_(compare(scratch.store, run.name, [0, 1], "UNION", score=Score.ATTRIBUTION))
    with pytest.raises(NotFound, match=f"model {run.name} has no class 7"):
        scratch.await_(compare(scratch.store, run.name, [0, 7], "UNION", score=Score.ATTRIBUTION))


def test_an_empty_graph_by_attribution_is_compared_where_there_is_none_by_activation(scratch: Database) -> None:
    run = loaded(scratch, attributed(counted(next(names), SIZES, 2, 0.3)), Score.ATTRIBUTION)
    cut = scratch.await_(cut_graph(scratch.store, f"{run.name}/1", Cut(), "empty", Score.ATTRIBUTION))
    empty = graph_step(run.name, replace(cut, vertices=(), edges=()), Score.ATTRIBUTION)
    scratch.await_(scratch.store.write_together([empty]))
    found = scratch.await_(compare(scratch.store, run.name, [0, 1], "UNION", score=Score.ATTRIBUTION))
    assert {row["channel"] for row in found.channels} == {row["channel"] for row in scored(scratch, run.name)[0]}


def test_a_second_extraction_changes_nothing_and_another_cut_replaces_the_graph_of_its_score_alone(
    scratch: Database,
) -> None:
    run = loaded(scratch, attributed(counted(next(names), SIZES, 2, 0.3)), *Score)
    assert [extract(scratch, run.name, score).written for score in Score] == [0, 0]
    before = scratch.await_(read_graph(scratch.store, f"{run.name}/0")), scored(scratch, run.name)
    assert before[0] != before[1]

    assert extract(scratch, run.name, Score.ATTRIBUTION, cut=Cut(50.0)).written == 2
    assert extract(scratch, run.name, Score.ACTIVATION).written == 0
    assert scratch.await_(read_graph(scratch.store, f"{run.name}/0")) == before[0]
    assert len(scored(scratch, run.name)[0]) > len(before[1][0])
    assert extract(scratch, run.name, Score.ACTIVATION, cut=Cut(50.0)).written == 2
    assert extract(scratch, run.name, Score.ATTRIBUTION).written == 2
    assert scored(scratch, run.name) == before[1]


def about(model: str, query: StoredQuery, channel: str) -> dict[str, Any]:
    """A query's example, asked of this model; channel: one of class 0's graph."""
    classes = [class_id(model, index) for index in range(4)]
    channels = [channel_id(model, "layer1", index) for index in range(SIZES[1])]
    groups = {"group": "first", "against": "second"}
    ours: dict[str, Any] = {
        "model": model,
        "class": classes[0],
        "other": classes[1],
        "classes": classes[:2] if "others" in query.params else classes,
        "others": classes[2:],
        "part": classes[:2],
        "channel": channel,
        "to": None,  # any channel of the highest layer
        "channels": channels,
        "sources": [channel_id(model, "layer0", index) for index in range(SIZES[0])],
        "groups": list(groups.values()),
        "layer": f"{model}/layer1" if query.name == "layer_influences" else "layer1",
        "lower": "layer0",
        "upper": "layer2",
        "source": "graphs",
        "min_support": 1,
        "min_classes": 1,
        "at_least": 1,
        "operation": "UNION",
        "length": 3,
        "share": 0.5,
        "seconds": 60,
    }
    asked = {**query.example, **{name: ours[name] for name in query.example.keys() & ours.keys()}}
    for name in (name for name in groups if query.example.get(name)):
        asked[name] = f"{model}/{groups[name]}" if "/" in query.example[name] else groups[name]
    return asked


def answers(database: Database, model: str) -> dict[str, list[Row]]:
    """What every stored query and every function says of the model, sets in order."""
    channel = database.run("class_edges", **{"class": class_id(model, 0)})[0]["source"]
    return {
        name: [query.ordered(row) for row in database.ask(name, about(model, query, channel))]
        for name, query in readable().items()
        if name not in ABOUT_SCORES | ABOUT_SUBSETS
    }


def derived(database: Database, model: str, classes: Sequence[int]) -> list[Any]:
    """What Python makes of a model's graphs."""
    store, await_ = database.store, database.await_
    found: list[Any] = [
        await_(graph_totals(store, model)),
        await_(kept_totals(store, model)),
        await_(find_source(store, model)),
        await_(is_due(store, model)),
    ]
    for index in classes:
        name = class_id(model, index)
        found += [await_(read_graph(store, name)), await_(cut_graph(store, name, Cut(20.0)))]
    for operation in OPERATIONS:
        found.append(await_(compare(store, model, classes, operation, 2 if operation == "AT_LEAST" else None)))
    for shape in ("CLOSED", "MAXIMAL", "EDGE", "CHAIN", "FAN_IN", "DIAMOND"):
        mined = await_(mine(store, Question(model, classes, shape, 0.5)))
        found.append([mined[place] for place in range(len(mined))])
    return found


def relationships(database: Database, model: str) -> list[list[Any]]:
    """Every relationship between channels, and between classes and channels, whatever its type."""
    return database.administer(
        f"MATCH (a)-[edge]->(b:Channel) WHERE b.model = '{model}' "
        "RETURN type(edge) AS type, a.id AS a, b.id AS b, edge.count AS count, edge.weight AS weight, "
        "edge.class_id AS class ORDER BY type, a, b, class"
    )


@pytest.fixture
def one_graph(scratch: Database) -> Iterator[Counted]:
    """A model whose classes have everything but a graph by attribution."""
    run = loaded(scratch, attributed(counted(next(names), SIZES, 4, 0.7), without=[3]), Score.ACTIVATION, cut=Cut(50.0))
    members = {"first": [0, 1], "second": [1, 2, 3]}
    groups = [{"wnid": name, "name": name, "classes": classes} for name, classes in members.items()]
    scratch.await_(write_groups(scratch.store, run.name, groups))
    scratch.await_(embed_model(scratch.store, run.name, ignore_progress))
    yield run
    scratch.remove(run.name)


def test_whatever_reads_a_graph_reads_the_same_without_and_with_a_second_one(
    scratch: Database, one_graph: Counted
) -> None:
    model, classes = one_graph.name, one_graph.classes
    before = answers(scratch, model), derived(scratch, model, classes), relationships(scratch, model)
    extract(scratch, model, Score.ATTRIBUTION, cut=Cut(40.0))
    for index in classes[:3]:
        keep_subsets(scratch, model, index)
    after = answers(scratch, model), derived(scratch, model, classes), relationships(scratch, model)

    for name, rows in before[0].items():
        assert after[0][name] == rows, f"{name} answers otherwise where there is a second graph"
        touches = any(kind in readable()[name].text for kind in ("HAS_CHANNEL", "ATTRIBUTES"))
        assert rows or not touches, f"{name} answers nothing, so that nothing was tried"
    assert after[1:] == before[1:]
    for index in classes[:3]:
        ours, plain = scored(scratch, model, index), scratch.await_(read_graph(scratch.store, class_id(model, index)))
        both = {row["channel"] for row in (*ours[0], *plain[0])}
        assert both > {row["channel"] for row in plain[0]}
        found = scratch.await_(graph_members(scratch.store, model))[index]
        assert both == {f"{model}/{layer}/{channel}" for layer, of in found.items() for channel in of}
        for score in Score:
            of_some = scratch.await_(read_subset(scratch.store, class_id(model, index), score, "wrong"))
            assert of_some[2]["threshold"] == 20 and of_some[2]["pictures"] == 7
            assert {row["channel"] for row in of_some[0]} != {row["channel"] for row in plain[0]}
    assert scratch.await_(check_database(scratch.store, model, ignore_progress)).damages == ()


def test_a_class_without_attribution_counts_is_left_out_or_refused(scratch: Database) -> None:
    run = loaded(scratch, attributed(counted(next(names), SIZES, 2, 0.3), without=[1]), Score.ACTIVATION)
    done = extract(scratch, run.name, Score.ATTRIBUTION)
    assert (done.written, done.unchanged) == (1, 0)

    refusal = (
        rf"class {run.name}/1 has no attribution counts: the run was counted without --attribution, or .*no output"
    )
    with pytest.raises(DataError, match=refusal):
        extract(scratch, run.name, Score.ATTRIBUTION, classes=[0, 1])
    with pytest.raises(NotFound, match=refusal):
        scored(scratch, run.name, 1)
    with pytest.raises(NotFound, match=refusal):
        scratch.await_(cut_graph(scratch.store, f"{run.name}/1", Cut(), score=Score.ATTRIBUTION))
    for query in ("scored_graph", "scored_rankings"):
        with pytest.raises(NotFound, match=refusal):
            scratch.ask(query, {"class": f"{run.name}/1", "score": "attribution"})


def test_a_model_without_attribution_counts_is_refused_with_the_way_on(scratch: Database) -> None:
    run = loaded(scratch, counted(next(names), SIZES, 2, 0.3), Score.ACTIVATION)
    way_on = "count with `summit ingest --attribution`, then `summit load RUN`"
    with pytest.raises(DataError, match=f"{run.name} has no attribution counts: .*{way_on}"):
        extract(scratch, run.name, Score.ATTRIBUTION)


def test_a_graph_that_was_not_extracted_is_not_found_and_the_command_is_named(scratch: Database) -> None:
    run = loaded(scratch, attributed(counted(next(names), SIZES, 1, 0.3)), Score.ACTIVATION)
    missing = f"{run.name}/0 has no graph by attribution; `summit extract {run.name} --score attribution` makes it"
    with pytest.raises(NotFound, match=missing):
        scored(scratch, run.name)
    with pytest.raises(NotFound, match=missing):
        scratch.await_(cut_graph(scratch.store, f"{run.name}/0", Cut(), score=Score.ATTRIBUTION))
    with pytest.raises(NotFound, match="no class 'nowhere/0' in the database"):
        scored(scratch, "nowhere")


def test_a_command_that_is_named_takes_a_model_whose_id_has_a_space() -> None:
    with pytest.raises(NotFound, match="`summit extract 'my net' --score attribution` makes it"):
        require_graph("my net/0", {"channels": None, "attributions": 3}, Score.ATTRIBUTION)


def test_other_counts_of_a_class_remove_its_graph_by_attribution(scratch: Database) -> None:
    run = loaded(scratch, attributed(counted(next(names), SIZES, 2, 0.3)), *Score)
    kept = scored(scratch, run.name, 0)
    other = attributed(run, seed=9).counts(1)
    loaded(scratch, replace(run, held={**run.held, 1: other}))

    assert scored(scratch, run.name, 0) == kept
    with pytest.raises(NotFound, match="has no graph by attribution"):
        scored(scratch, run.name, 1)
    left = f"MATCH (n) WHERE (n:ScoredGraph OR n:ScoredRanking) AND n.id STARTS WITH '{run.name}/1/' RETURN count(n)"
    assert scratch.administer(left) == [[0]]
    assert extract(scratch, run.name, Score.ATTRIBUTION).written == 1


def test_lost_attribution_counts_are_not_extracted_from(scratch: Database) -> None:
    run = loaded(scratch, attributed(counted(next(names), SIZES, 1, 0.3)))
    scratch.administer(f"MATCH (:ImageClass {{id: '{run.name}/0'}})-[e:ATTRIBUTED_TO]->() WITH e LIMIT 1 DELETE e")
    with pytest.raises(DataError, match=rf"counts of {run.name}/0 are lost: .* attribution counts .*`summit load RUN`"):
        extract(scratch, run.name, Score.ATTRIBUTION)


def test_a_graph_by_attribution_that_something_else_changed_is_not_taken_for_whole(
    scratch: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = loaded(scratch, attributed(counted(next(names), SIZES, 1, 0.3)), Score.ATTRIBUTION)
    scratch.administer(
        f"MATCH (n:ScoredGraph {{id: '{run.name}/0/attribution'}}) SET n.counts = [c IN n.counts | c + 1]"
    )
    monkeypatch.setattr(graphs, "READ_PAUSE", 0)
    with pytest.raises(StoreBusy, match="was not whole"):
        scored(scratch, run.name)


def test_a_graph_by_attribution_by_hand(scratch: Database) -> None:
    """Nothing influences anything: a layer's PageRank is its R, and the cut takes the highest until it has 50 %."""
    layers = (LayerSize("low", 0, 3), LayerSize("top", 1, 2))
    counts = by_hand({"low": {0: 9}, "top": {0: 9}}, {}, attributions={"low": {1: 4, 2: 8}, "top": {1: 5}})
    run = Counted(next(names), layers, {0: counts})
    loaded(scratch, run, Score.ATTRIBUTION, cut=Cut(50.0))
    channels, edges, cut = scored(scratch, run.name)

    assert [(row["channel"], row["count"]) for row in channels] == [(f"{run.name}/top/1", 5), (f"{run.name}/low/2", 8)]
    assert [row["pagerank"] for row in channels] == [pytest.approx(0.4), pytest.approx(0.4)]
    assert (edges, cut["threshold"], cut["thresholds"]) == ([], 50.0, [50.0, 50.0])
