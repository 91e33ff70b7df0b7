"""Several classes' attribution graphs as one: the stored comparison queries, asked together and checked.

The graphs of many classes, and those by another score than activation, are read whole and compared in our own memory
(queries/graphs/algebra.py): the database sorts all their rows at once, and 300 classes take 2 GB of its heap.
"""

import asyncio
import shlex
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial

from queries.errors import NotFound, QueryError
from queries.graphs.algebra import compared_channels, compared_edges, layer_overlap
from queries.graphs.scored import read_scored
from queries.graphs.stored import read_graph
from queries.line import Place
from queries.lookup import find_classes
from queries.records import Score, class_id
from queries.revision import in_one_state
from queries.store import Row, Store

READ_AT_ONCE = 4  # graphs of one comparison
STORED_TRIES = 3  # of the stored queries, before whole graphs are read, each of them with its seal
MOST_STORED = 30  # classes that the stored queries compare
MOST_CLASSES = 300  # more is too much to look at; motifs show what larger groups share
OPERATIONS = ("INTERSECTION", "UNION", "DIFFERENCE", "SYMMETRIC_DIFFERENCE", "AT_LEAST")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows of classes_by_id and graph_cuts (as asked), compared_channels, compared_edges and layer_overlap."""

    classes: list[Row]
    cuts: list[Row]
    channels: list[Row]
    edges: list[Row]
    overlap: list[Row]


async def compare(
    store: Store,
    model: str,
    classes: Sequence[int],
    operation: str,
    at_least: int | None = None,
    score: Score = Score.ACTIVATION,
) -> Comparison:
    """Set algebra over the graphs by one score of two or more classes of one model.

    Raises NotFound for an unknown model or class, or one without a graph by the score; QueryError for classes or
    numbers that make no comparison; StoreBusy where the line of comparisons is too long.
    """
    if operation not in OPERATIONS:
        raise QueryError(f"operation is {operation!r}; expected one of {', '.join(OPERATIONS)}")
    if len(classes) < 2 or len(set(classes)) < len(classes):
        raise QueryError(f"classes is {list(classes)}; a comparison takes two or more different classes")
    if len(classes) > MOST_CLASSES:
        raise QueryError(
            f"{len(classes)} classes; expected at most {MOST_CLASSES}; search for motifs (shape EDGE) to see what more "
            "classes share"
        )
    number = 1 if at_least is None else at_least
    if (operation == "AT_LEAST") != (at_least is not None) or not 1 <= number <= len(classes):
        raise QueryError(
            f"atLeast is {at_least} with {operation}; AT_LEAST takes a number from 1 to the number of classes "
            f"({len(classes)}), the other operations take none"
        )
    async with store.comparisons.place() as place:
        if score is not Score.ACTIVATION or len(classes) > MOST_STORED:
            return await compare_in_memory(store, place, model, classes, operation, number, score)
        stored = await compare_stored(store, model, classes, operation, number)
        return stored or await compare_in_memory(store, place, model, classes, operation, number, score)


async def compare_stored(
    store: Store, model: str, classes: Sequence[int], operation: str, number: int
) -> Comparison | None:
    """By the stored comparison queries, of arguments that were checked; None where graphs change at each try."""
    ids = [class_id(model, index) for index in classes]
    question = {"classes": ids, "operation": operation, "at_least": number}

    async def ask() -> Comparison:
        found, cuts, channels, edges, overlap = await asyncio.gather(
            find_classes(store, model, classes),
            store.run("graph_cuts", classes=ids, score=Score.ACTIVATION.value),
            store.run_packed("compared_channels", **question),
            store.run_packed("compared_edges", **question),
            store.run("layer_overlap", classes=ids),
        )
        await require_graphs(store, model, set(ids) - {row["class"] for row in overlap if row["channels"]})
        return Comparison(found, as_asked(cuts, ids), channels, edges, overlap)

    return await in_one_state(store.revision, ask, STORED_TRIES)


async def read_cuts(store: Store, ids: Sequence[str], score: Score) -> list[Row]:
    """Rows of graph_cuts in the order of the classes' ids, with the seal of each graph: where it is another one than
    before, so is the graph. Raises NotFound for a class that is gone.
    """
    return as_asked(await store.run("graph_cuts", classes=list(ids), score=score.value), ids)


def as_asked(rows: Sequence[Row], ids: Sequence[str]) -> list[Row]:
    """Rows of some classes in the order of their ids. Raises NotFound for a class that is gone."""
    found = {row["class"]: row for row in rows}
    if missing := [id for id in ids if id not in found]:
        raise NotFound(f"no class {missing[0]!r} in the database any more; was it removed a moment ago?")
    return [found[id] for id in ids]


async def require_graphs(store: Store, model: str, bare: Set[str]) -> None:
    """Raise NotFound where a class without channels in its graph by activation has no such graph at all."""
    if not bare:
        return
    made = {row["class"] for row in await store.run("class_digests", model=model) if row["graph"] is not None}
    if missing := sorted(bare - made):
        raise NotFound(
            f"class {missing[0]} has no graph by activation; `summit extract {shlex.quote(model)}` makes it from the "
            "class's counts"
        )


async def compare_in_memory(
    store: Store, place: Place, model: str, classes: Sequence[int], operation: str, at_least: int, score: Score
) -> Comparison:
    """The same without the stored comparison queries, in a place of their line; of arguments that were checked."""
    found = await find_classes(store, model, classes)
    heights = {row["name"]: row["index"] for row in await store.run("layers", model=model)}
    slots = asyncio.Semaphore(READ_AT_ONCE)

    async def read(name: str) -> tuple[list[Row], list[Row]]:
        async with slots:
            stored = score is Score.ACTIVATION
            channels, edges, _ = await (read_graph(store, name) if stored else read_scored(store, name, score))
        return channels, edges

    ids = [row["id"] for row in found]
    cuts = await read_cuts(store, ids, score)
    graphs = dict(zip(ids, await asyncio.gather(*map(read, ids)), strict=True))
    if score is Score.ACTIVATION:  # read_scored has refused a class without a graph
        await require_graphs(store, model, {name for name, (channels, _) in graphs.items() if not channels})
    compared = await place.in_thread(partial(compared_graphs, graphs, operation, at_least, heights))
    return Comparison(found, cuts, *compared)


def compared_graphs(
    graphs: Mapping[str, tuple[list[Row], list[Row]]], operation: str, at_least: int, heights: Mapping[str, int]
) -> tuple[list[Row], list[Row], list[Row]]:
    """Rows of compared_channels, compared_edges and layer_overlap of whole graphs. Some tenths of a second for 300."""
    channels = {name: graph[0] for name, graph in graphs.items()}
    edges = {name: graph[1] for name, graph in graphs.items()}
    return (
        compared_channels(channels, operation, at_least, heights),
        compared_edges(edges, operation, at_least),
        layer_overlap(channels, heights),
    )
