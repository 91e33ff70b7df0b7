"""How similar classes are, by the counts in their graphs, with the sums kept with a graph and without them."""

import math
from collections.abc import Iterator

import pytest

from bench.testbed.counted import counted
from queries.graphs.extraction import extract_model
from queries.graphs.stored import graph_steps
from queries.load.steps import layer_steps, model_step
from queries.progress import ignore_progress
from queries.records import ClassGraph, GraphVertex, LayerSize, class_id
from tests.conftest import Database

MODEL = "alike"
CLASSES = 6


@pytest.fixture(scope="module")
def graphs(scratch: Database) -> Iterator[list[dict[str, int]]]:
    """By class, the counts in its graph by channel."""
    scratch.load(counted(MODEL, (8, 9, 10), CLASSES, 0.5))
    scratch.await_(extract_model(scratch.store, MODEL, progress=ignore_progress))
    names = [{"class": f"{MODEL}/{index}"} for index in range(CLASSES)]
    yield [
        {row["channel"]: row["count"] for row in scratch.run("class_channels", **name, min_count=0)} for name in names
    ]
    scratch.remove(MODEL)


def cosine(one: dict[str, int], other: dict[str, int], layer: str | None) -> float:
    mine, theirs = ({k: n for k, n in each.items() if layer in (None, k.split("/")[1])} for each in (one, other))
    squares = math.prod(sum(count**2 for count in each.values()) for each in (mine, theirs))
    return (
        sum(count * theirs.get(channel, 0) for channel, count in mine.items()) / math.sqrt(squares) if squares else 0.0
    )


@pytest.mark.parametrize("without", [(), (1, 2, 5), tuple(range(CLASSES))])
def test_classes_are_similar_by_the_cosine_of_their_counts(
    scratch: Database, graphs: list[dict[str, int]], without: tuple[int, ...]
) -> None:
    """`without`: classes whose graphs an earlier version wrote, which kept no sums."""
    of_them = f"MATCH (class:ImageClass {{model: '{MODEL}'}}) WHERE class.index IN {list(without)}"
    scratch.administer(f"{of_them} REMOVE class.graph_layers, class.graph_squares")
    layers = {channel.split("/")[1] for graph in graphs for channel in graph}
    for layer in (None, *sorted(layers)):
        for index, graph in enumerate(graphs):
            expected = {other: cosine(graph, graphs[other], layer) for other in range(CLASSES) if other != index}
            best = sorted((n for n in expected if expected[n]), key=lambda n: (-expected[n], n))
            rows = scratch.run("similar_classes", **{"class": f"{MODEL}/{index}"}, layer=layer, limit=4)
            assert [row["class"] for row in rows] == [f"{MODEL}/{other}" for other in best[:4]]
            assert [row["similarity"] for row in rows] == pytest.approx([expected[other] for other in best[:4]])


def test_of_classes_that_are_equally_similar_the_lower_index_comes_first(scratch: Database) -> None:
    """By 1 / sqrt(2), which floats round to 0.7071067811865475 for 1 and to 0.7071067811865476 for 3 pictures."""
    model, layer = "tied", LayerSize("low", 0, 3)
    scratch.await_(scratch.store.write_together([model_step(model, {}), *layer_steps(model, [layer])]))
    rows = [{"id": class_id(model, index), "index": index} for index in range(4)]
    scratch.write("upsert_classes", model=model, rows=rows)
    counts = [{0: 1, 1: 1}, {0: 1}, {0: 3}, {0: 2, 2: 1}]
    graphs = [
        ClassGraph(index, tuple(GraphVertex("low", each, n, 0.1) for each, n in held.items()), (), "digest")
        for index, held in enumerate(counts)
    ]
    scratch.await_(scratch.store.write_together(graph_steps(model, graphs)))
    for name in ({"layer": None}, {"layer": "low"}):
        found = scratch.run("similar_classes", **{"class": f"{model}/0"}, **name, limit=5)
        assert [(row["class"], row["similarity"]) for row in found] == TIED
    found = scratch.run("similar_classes_by_layer", **{"class": f"{model}/0"}, limit=5)
    assert [(row["class"], row["similarity"]) for row in found] == TIED


TIED = [("tied/1", 0.707106781), ("tied/2", 0.707106781), ("tied/3", 0.632455532)]
