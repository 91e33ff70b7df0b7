"""Comparison is set algebra: the same on both engines as on Python's own sets."""

import random
from collections import Counter
from collections.abc import Iterable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from queries.errors import NotFound, QueryError, StoreBusy
from queries.graphs.compare import MOST_STORED, OPERATIONS, Comparison, compare
from queries.graphs.stored import graph_steps
from queries.groups import with_graphs
from queries.load.published import LAYERS, PublishedData
from queries.load.steps import layer_steps, model_step
from queries.records import ClassGraph, GraphVertex, LayerSize, channel_id, class_id
from queries.store import COMPARISONS
from tests.conftest import MODEL, Database

BROWN, BLACK = 294, 295
SHARED = {
    "mixed5b": {338, 799, 839},
    "mixed5a": {796},
    "mixed4e": {585, 759},
    "mixed4d": {431, 446},
    "mixed4c": {216, 219, 390, 414, 415},
    "mixed4b": {398, 408, 418, 436, 439},
    "mixed4a": {140, 267, 307},
    "mixed3b": {152, 368, 379, 415},
    "mixed3a": {76, 101},
}
ONLY_BROWN = {("mixed5a", 460), ("mixed5a", 48), ("mixed4e", 541)}
ONLY_BLACK = {("mixed5a", 33), ("mixed5a", 709), ("mixed4e", 814), ("mixed4d", 188)}

Sets = list[set[str]]


def ask(database: Database, classes: list[int], operation: str, at_least: int | None = None) -> Comparison:
    return database.await_(compare(database.store, MODEL, classes, operation, at_least))


def places(comparison: Comparison) -> set[tuple[str, int]]:
    return {(row["layer"], row["index"]) for row in comparison.channels}


def test_the_bears_share_the_channels_of_the_published_figure(database: Database) -> None:
    both = ask(database, [BROWN, BLACK], "INTERSECTION")
    assert places(both) == {(layer, index) for layer, indexes in SHARED.items() for index in indexes}
    assert all(row["classes"] == [class_id(MODEL, BROWN), class_id(MODEL, BLACK)] for row in both.channels)


def test_a_difference_is_what_only_the_first_class_has(database: Database) -> None:
    brown = places(ask(database, [BROWN, BLACK], "DIFFERENCE"))
    black = places(ask(database, [BLACK, BROWN], "DIFFERENCE"))

    assert (len(brown), len(black)) == (30, 26)
    assert brown > ONLY_BROWN
    assert black > ONLY_BLACK


def test_the_overlap_of_a_layer_is_shared_over_union(database: Database) -> None:
    overlap = {(row["layer"], row["class"]): row for row in ask(database, [BROWN, BLACK], "UNION").overlap}

    assert {layer: overlap[layer, class_id(MODEL, BROWN)]["shared"] for layer in SHARED} == {
        layer: len(indexes) for layer, indexes in SHARED.items()
    }
    brown, black = overlap["mixed5a", class_id(MODEL, BROWN)], overlap["mixed5a", class_id(MODEL, BLACK)]
    assert (brown["channels"], black["channels"], brown["shared"], brown["total"]) == (5, 4, 1, 8)
    assert brown["jaccard"] == black["jaccard"] == 1 / 8
    assert overlap["mixed4b", class_id(MODEL, BROWN)]["jaccard"] == 1.0


def kept(sets: Sets, operation: str, at_least: int | None) -> set[str]:
    """The operation on Python's sets."""
    times = Counter(item for each in sets for item in each)
    if operation == "DIFFERENCE":
        return sets[0].difference(*sets[1:])
    wanted: dict[str, Iterable[int]] = {
        "INTERSECTION": [len(sets)],
        "UNION": range(1, len(sets) + 1),
        "SYMMETRIC_DIFFERENCE": range(1, len(sets) + 1, 2),
        "AT_LEAST": range(at_least or 1, len(sets) + 1),
    }
    return {item for item, count in times.items() if count in wanted[operation]}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_agrees_with_sets_of_random_classes(
    database: Database, published_data: PublishedData, operation: str
) -> None:
    chance = random.Random(operation)
    for size in (2, 3, 7, 40):
        classes = chance.sample(range(1000), size)
        at_least = chance.randint(1, size) if operation == "AT_LEAST" else None
        channels: dict[str, dict[str, Any]] = {}
        edges: dict[str, dict[str, Any]] = {}
        for index in classes:
            graph, name = published_data.graphs[index], class_id(MODEL, index)
            channels[name] = {channel_id(MODEL, v.layer, v.channel): (v.count, v.pagerank) for v in graph.vertices}
            edges[name] = {
                channel_id(MODEL, e.source_layer, e.source)
                + " "
                + channel_id(MODEL, e.target_layer, e.target): e.weight
                for e in graph.edges
            }

        found = ask(database, classes, operation, at_least)

        assert [row["index"] for row in found.classes] == classes
        assert {row["channel"] for row in found.channels} == kept(
            [set(c) for c in channels.values()], operation, at_least
        )
        for row in found.channels:
            assert len(row["classes"]) == len(row["counts"]) == len(row["pageranks"])
            assert {name for name in channels if row["channel"] in channels[name]} == set(row["classes"])
            for name, count, pagerank in zip(row["classes"], row["counts"], row["pageranks"], strict=True):
                assert channels[name][row["channel"]] == (count, pagerank)
        assert {f"{row['source']} {row['target']}" for row in found.edges} == kept(
            [set(e) for e in edges.values()], operation, at_least
        )
        for row in found.edges:
            pair = f"{row['source']} {row['target']}"
            assert {name: edges[name][pair] for name in edges if pair in edges[name]} == dict(
                zip(row["classes"], row["weights"], strict=True)
            )
        check_overlap(found, channels)


def check_overlap(found: Comparison, channels: dict[str, dict[str, Any]]) -> None:
    for layer in LAYERS:
        sets = {name: {c for c in have if f"/{layer.name}/" in c} for name, have in channels.items()}
        rows = {row["class"]: row for row in found.overlap if row["layer"] == layer.name}
        shared, union = set.intersection(*sets.values()), set.union(*sets.values())
        assert rows.keys() == sets.keys()
        for name, row in rows.items():
            assert (row["channels"], row["shared"], row["total"]) == (len(sets[name]), len(shared), len(union))
            assert row["jaccard"] == len(shared) / len(union)


@pytest.mark.parametrize("operation", ["DIFFERENCE", "UNION"])
def test_many_classes_give_the_rows_of_the_stored_queries(arcadedb: Database, operation: str) -> None:
    """More than the stored queries are asked for: their rows are the same, in the same order."""
    classes = random.Random(0).sample(range(1000), MOST_STORED + 1)
    ids = [class_id(MODEL, index) for index in classes]
    found = ask(arcadedb, classes, operation)

    assert found.channels == arcadedb.run("compared_channels", classes=ids, operation=operation, at_least=1)
    assert found.edges == arcadedb.run("compared_edges", classes=ids, operation=operation, at_least=1)
    rows = arcadedb.run("layer_overlap", classes=ids)
    assert sorted(found.overlap, key=str) == sorted(rows, key=str)


@pytest.mark.parametrize("operation", ["INTERSECTION", "UNION", "SYMMETRIC_DIFFERENCE"])
def test_the_order_of_the_classes_does_not_matter(arcadedb: Database, operation: str) -> None:
    assert (
        ask(arcadedb, [BROWN, BLACK, 296], operation).channels == ask(arcadedb, [296, BROWN, BLACK], operation).channels
    )


@pytest.mark.parametrize(
    "classes, operation, at_least, complaint",
    [
        ([BROWN], "UNION", None, "a comparison takes two or more different classes"),
        ([BROWN, BROWN], "UNION", None, "a comparison takes two or more different classes"),
        ([BROWN, BLACK], "MINUS", None, "operation is 'MINUS'; expected one of INTERSECTION, UNION"),
        ([BROWN, BLACK], "UNION", 1, "atLeast is 1 with UNION"),
        ([BROWN, BLACK], "AT_LEAST", None, "atLeast is None with AT_LEAST"),
        ([BROWN, BLACK], "AT_LEAST", 0, "takes a number from 1 to the number of classes"),
        ([BROWN, BLACK], "AT_LEAST", 3, r"takes a number from 1 to the number of classes \(2\)"),
    ],
)
def test_what_makes_no_comparison_is_refused(
    arcadedb: Database, classes: list[int], operation: str, at_least: int | None, complaint: str
) -> None:
    with pytest.raises(QueryError, match=complaint):
        ask(arcadedb, classes, operation, at_least)


@pytest.mark.parametrize("stranger", [1000, -1])
def test_an_unknown_class_is_named_with_those_there_are(arcadedb: Database, stranger: int) -> None:
    with pytest.raises(NotFound, match=rf"has no class {stranger}; it has 1000 classes \(0 to 999\)"):
        ask(arcadedb, [BROWN, stranger], "UNION")


def test_an_unknown_model_is_named_with_those_there_are(arcadedb: Database) -> None:
    with pytest.raises(NotFound, match=rf"no model 'vgg' in the database; it holds sample, {MODEL}"):
        arcadedb.await_(compare(arcadedb.store, "vgg", [BROWN, BLACK], "UNION"))


@pytest.mark.parametrize("others", [1, MOST_STORED])
def test_a_class_without_a_graph_is_refused_and_not_taken_for_an_empty_one(scratch: Database, others: int) -> None:
    """Where the stored queries compare, and where our own memory does."""
    model, all_classes = f"bare-{others}", range(others + 1)
    layers = layer_steps(model, [LayerSize("low", 0, 2)])
    scratch.await_(scratch.store.write_together([model_step(model, {}), *layers]))
    rows = [{"id": class_id(model, index), "index": index} for index in all_classes]
    scratch.write("upsert_classes", model=model, rows=rows)
    graphs = [ClassGraph(index, (GraphVertex("low", 0, 1, 1.0),), (), "digest") for index in all_classes[1:]]
    scratch.await_(scratch.store.write_together(graph_steps(model, graphs)))
    with pytest.raises(NotFound, match=f"class {model}/0 has no graph by activation; `summit extract {model}`"):
        scratch.await_(compare(scratch.store, model, list(all_classes), "UNION"))


def test_a_model_of_one_class_is_said_to_have_that_class(scratch: Database) -> None:
    scratch.await_(scratch.store.write_together([model_step("single", {})]))
    scratch.write("upsert_classes", model="single", rows=[{"id": "single/124", "index": 124}])
    with pytest.raises(NotFound, match=r"model single has no class 0; it has class 124$"):
        scratch.await_(compare(scratch.store, "single", [0, 124], "UNION"))


def test_a_graph_without_channels_is_a_graph(scratch: Database) -> None:
    layers = layer_steps("empty", [LayerSize("low", 0, 2)])
    scratch.await_(scratch.store.write_together([model_step("empty", {}), *layers]))
    scratch.write(
        "upsert_classes", model="empty", rows=[{"id": f"empty/{index}", "index": index} for index in range(3)]
    )
    graphs = [ClassGraph(0, (), (), "digest"), ClassGraph(1, (GraphVertex("low", 0, 1, 1.0),), (), "digest")]
    scratch.await_(scratch.store.write_together(graph_steps("empty", graphs)))
    assert scratch.await_(with_graphs(scratch.store, "empty", [0, 1, 2])) == [0, 1]
    assert scratch.await_(compare(scratch.store, "empty", [0, 1], "DIFFERENCE")).channels == []
    assert len(scratch.await_(compare(scratch.store, "empty", [0, 1], "UNION")).channels) == 1


def test_comparisons_wait_in_one_line_whatever_they_are_of(arcadedb: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    line = arcadedb.store.comparisons
    monkeypatch.setattr(line, "patience", 0.05)

    async def in_vain() -> None:
        async with AsyncExitStack() as stack:
            for _ in range(COMPARISONS):
                await stack.enter_async_context(line.place())
            for classes in ([BROWN, BLACK], list(range(MOST_STORED + 1))):
                with pytest.raises(StoreBusy, match="comparisons are running"):
                    await compare(arcadedb.store, MODEL, classes, "UNION")

    arcadedb.await_(in_vain())
