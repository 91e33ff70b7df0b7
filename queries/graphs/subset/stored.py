"""Graphs of some of a class's pictures, in the database and out of it, next to those of the whole class.

Each is one SubsetGraph node with its channels and edges as lists, as a ScoredGraph is; with a label and a relationship
of their own, so that nothing that reads a class's graph can read one of these in its place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from queries.errors import NotFound, QueryError
from queries.graphs.scored import graph_lists
from queries.graphs.stored import SealedGraph, sealed_graph, whole_graph
from queries.graphs.subset.difference import Difference
from queries.records import ClassGraph, Record, Score, class_id, digest_of
from queries.store import Row, Step, Store

COLUMNS = ("jaccard", "mean", "low", "high")
PLACES = ("what", "layers")


@dataclass(frozen=True, slots=True)
class Subset:
    """A graph of some of a class's pictures, with how it differs from that of the others.

    name      of the subset; rest of the others, None where those are too few for a graph
    pictures  in it, and rest_pictures not in it
    splits    random splits of the pictures that the difference is compared with, drawn by seed; 0 without a difference
    """

    name: str
    pictures: int
    rest: str | None
    rest_pictures: int
    splits: int
    seed: int
    difference: Difference | None


def subset_id(class_id: str, score: Score, subset: str) -> str:
    """The only place where the id of a SubsetGraph is built."""
    return f"{class_id}/{score.value}/{subset}"


def subset_step(model: str, graph: ClassGraph, score: Score, subset: Subset) -> Step:
    """The write that puts a subset's graph in place of the one that the class has of this name."""
    name = class_id(model, graph.index)
    described = {
        "class_id": name,
        "score": score.value,
        "subset": subset.name,
        "pictures": subset.pictures,
        "rest": subset.rest,
        "rest_pictures": subset.rest_pictures,
        "splits": subset.splits,
        "seed": subset.seed,
    }
    id, difference = subset_id(name, score, subset.name), difference_lists(subset.difference)
    sealed = {"subset_seal": seal_of_subset({"class": name, "id": id, **described, **difference})}
    properties = {**described, **graph_lists(model, graph), **difference, **sealed}
    return "store_subset_graph", {"class": name, "id": id, "properties": properties}


def seal_of_subset(row: Record) -> str:
    """Digest of all that describes a subset's graph besides the graph itself; `row` is of subset_graphs."""
    described = [row[name] for name in ("class", "id", "score", "subset", "rest")]
    counted = [int(row[name] or 0) for name in ("pictures", "rest_pictures", "splits", "seed")]
    numbers = [[float(value) for value in row[f"difference_{name}"] or ()] for name in COLUMNS]
    return digest_of([described, counted, *(list(row[f"difference_{name}"] or ()) for name in PLACES), *numbers])


def difference_lists(difference: Difference | None) -> Row:
    """Columns of a difference as a node keeps them: one list for each, in its order; None without one."""
    rows = difference or ()
    banded = bool(rows) and rows[0].mean is not None
    lists: Row = {f"difference_{name}": [getattr(row, name) for row in rows] or None for name in COLUMNS}
    if not banded:
        lists |= {f"difference_{name}": None for name in COLUMNS[1:]}
    return lists | {
        "difference_what": [row.what for row in rows] or None,
        "difference_layers": [row.layer or "" for row in rows] or None,  # lists keep no nulls
    }


async def read_subset(store: Store, class_id: str, score: Score, subset: str) -> tuple[list[Row], list[Row], Row]:
    """A class's graph of a subset, as read_graph gives that of the class; how it was cut has its `pictures`, too.

    Raises NotFound, StoreBusy.
    """

    async def read() -> SealedGraph:
        rows = await store.run("subset_graph", **{"class": class_id}, score=score.value, subset=subset)
        if not rows:
            raise NotFound(await no_subset(store, class_id, score, subset))
        channels, edges, cut, sealed = sealed_graph(rows[0])
        return channels, edges, {**cut, "pictures": rows[0]["pictures"]}, sealed

    return await whole_graph(class_id, read)


async def no_subset(store: Store, class_id: str, score: Score, subset: str) -> str:
    """That a class has no graph of a subset, which it has, and how it gets one."""
    if not await store.run("classes_by_id", classes=[class_id]):
        return f"no class {class_id!r} in the database"
    rows = await store.run("class_subsets", **{"class": class_id})
    held = ", ".join(row["subset"] for row in rows if row["score"] == score.value) or "none"
    return (
        f"class {class_id} has no graph by {score.value} of a subset {subset!r:.80} (it has: {held}); "
        "`summit subset RUN --wrong` (or --right, --predicted, --pictures) makes it where the run kept its votes"
    )


async def subset_digests(store: Store, model: str) -> Mapping[tuple[str, str, str], str | None]:
    """(class id, score, subset) -> digest of what the graph was made from, of a model's subsets that are whole."""
    return {
        (row["class"], row["score"], row["subset"]): row["graph"]
        for row in await store.run("subset_graphs", model=model)
        if (row["vertices"], row["edges"]) == (row["vertex_count"], row["edge_count"])
    }


def refuse_cut(threshold: float | None, subset: str | None) -> None:
    """Raises QueryError for a threshold together with a subset: no PageRank of it is kept."""
    if threshold is not None and subset is not None:
        raise QueryError(
            f"threshold {threshold:g} with subset {subset!r:.80}: graphs of subsets are cut once, as their class's "
            "graph is; ask for one of both, or extract at the threshold and repeat `summit subset`"
        )


def rows_of_differences(rows: Sequence[Row]) -> list[Row]:
    """Rows of class_subsets, with the columns of each difference as rows of its own under `difference`."""
    found = []
    for row in rows:
        lists = {name: row[name] for name in ("what", "layers", *COLUMNS)}
        kept = {name: value for name, value in row.items() if name not in lists}
        parts = [
            {
                "what": what,
                "layer": layer or None,
                **{name: lists[name][at] if lists[name] else None for name in COLUMNS},
            }
            for at, (what, layer) in enumerate(zip(lists["what"] or (), lists["layers"] or (), strict=True))
        ]
        found.append({**kept, "difference": parts})
    return found
