"""Attribution graphs by another score than activation, in the database and out of it, next to those by activation.

Each is one ScoredGraph node with its channels and edges as lists. It has no HAS_CHANNEL or ATTRIBUTES relationships, so
whatever follows those, stored queries and users' own statements, finds one graph per class, however many there are.
With a `score` on these relationships each of the statements would need a condition, and one that lacks it would answer
wrongly without a word.
"""

import shlex
from collections.abc import Mapping, Sequence

from queries.errors import DataError, NotFound
from queries.graphs.stored import (
    EDGE,
    VERTEX,
    SealedGraph,
    graph_rows,
    probability_seals,
    seal,
    sealed_graph,
    whole_graph,
)
from queries.graphs.totals import GraphTotals, KeptTotals, attribution_totals
from queries.records import ClassGraph, Record, Score, class_id
from queries.store import Row, Step, Store
from queries.values import counted

MADE_FROM = ("pagerank", "graph", "replicates", "no_probability")
NOTHING: Row = dict.fromkeys((*MADE_FROM, "vertex_count", "edge_count"))  # of a class without such a graph


def scored_id(class_id: str, score: Score) -> str:
    """The only place where the id of a ScoredGraph is built."""
    return f"{class_id}/{score.value}"


async def scored_graphs(store: Store, model: str, score: Score) -> dict[str, Row]:
    """Rows of the stored query by class id, for the classes that have anything by this score."""
    rows = await store.run("scored_graphs", model=model)
    return {row["class"]: row for row in rows if row["score"] == score.value}


async def scored_state(
    store: Store, model: str, rows: Sequence[Row], kept: Mapping[str, KeptTotals], score: Score
) -> tuple[dict[str, GraphTotals], dict[str, KeptTotals]]:
    """What graph_totals and kept_totals are for a score; `rows` of class_digests get its digests and totals.

    Raises DataError for a class whose counts of the score are not all there.
    """
    found, held_counts = await scored_graphs(store, model, score), await attribution_totals(store, model)
    for row in rows:
        name, scored = row["class"], found.get(row["class"], NOTHING)
        if held_counts.get(name, 0) != row["attributions"]:
            raise DataError(
                f"counts of {name} are lost: the database has "
                f"{counted(held_counts.get(name, 0), 'attribution count')} where {row['attributions']:,} were "
                "written; `summit load RUN` writes them again"
            )
        row |= {name: scored[name] for name in MADE_FROM}
        row |= {"vertices": scored["vertex_count"], "edges": scored["edge_count"]}
    held = {name: GraphTotals(row["vertices"] or 0, row["edges"] or 0) for name, row in found.items()}
    rankings = {name: row["rankings"] for name, row in found.items()}
    return held, {name: KeptTotals(each.adjacency, rankings.get(name, 0)) for name, each in kept.items()}


def ranking_step(class_id: str, score: Score, properties: Record, rankings: Sequence[Row]) -> Step:
    """The write that puts a class's PageRank by a score in place of the one it has."""
    name = scored_id(class_id, score)
    rows = [{**row, "id": f"{name}/{row['layer']}", "class_id": class_id} for row in rankings]
    place = {"class": class_id, "graph": name, "score": score.value}
    return "store_scored_rankings", {**place, "properties": dict(properties), "rows": rows}


def graph_step(model: str, graph: ClassGraph, score: Score) -> Step:
    """The write that puts a class's graph by a score in place of the one it has; its PageRank is there already."""
    name = scored_id(class_id(model, graph.index), score)
    return "store_scored_graphs", {"rows": [{"id": name, "properties": graph_lists(model, graph)}]}


def graph_lists(model: str, graph: ClassGraph) -> Row:
    """A whole graph as the properties of one node: its channels and edges as lists, its digests, how it was cut."""
    channels, edges, cut = graph_rows(model, graph)
    edges.sort(key=lambda row: (-row["weight"], row["source"], row["target"]))
    lists = {column: known([row[name] for row in channels]) for name, column in VERTEX.items()}
    lists |= {column: known([row[name] for row in edges]) for name, column in EDGE.items()}
    signature = {
        "graph_digest": graph.digest,
        "graph_seal": seal(channels, edges, cut),
        **probability_seals(graph, channels, edges),
        "vertex_count": len(channels),
        "edge_count": len(edges),
        "least_images": graph.least_images,
    }
    return {**signature, **graph.properties, **lists}


def known(values: Sequence[object]) -> Sequence[object] | None:
    """A list that a database keeps; None for one with unknown values."""
    return None if None in values else values


async def read_scored(store: Store, class_id: str, score: Score) -> tuple[list[Row], list[Row], Row]:
    """A class's graph by a score, as read_graph gives the one by activation. Raises NotFound, StoreBusy."""

    async def read() -> SealedGraph:
        rows = await store.run("scored_graph", **{"class": class_id}, score=score.value)
        if not rows:
            raise NotFound(f"no class {class_id!r} in the database")
        (row,) = rows
        require_graph(class_id, row, score)
        return sealed_graph(row)

    return await whole_graph(class_id, read)


def require_graph(class_id: str, row: Row, score: Score) -> None:
    """Raise NotFound where a row of scored_graph has no graph; says what the class lacks."""
    if row["channels"] is not None:
        return
    if row["attributions"] is None:
        raise NotFound(no_counts(f"class {class_id}", score))
    model = class_id.rpartition("/")[0]
    raise NotFound(
        f"class {class_id} has no graph by {score.value}; "
        f"`summit extract {shlex.quote(model)} --score {score.value}` makes it"
    )


async def require_counts(store: Store, class_id: str, score: Score) -> None:
    """Raise NotFound for a class without counts of the score; a class that is not there passes."""
    for row in await store.run("scored_graph", **{"class": class_id}, score=score.value):
        if row["attributions"] is None:
            raise NotFound(no_counts(f"class {class_id}", score))


def no_counts(name: str, score: Score) -> str:
    """That a class or a model lacks what its graph by a score is made from, and how it gets it."""
    return (
        f"{name} has no {score.value} counts: the run was counted without --{score.value}, or the class is no output "
        f"of the network; count with `summit ingest --{score.value}`, then `summit load RUN`"
    )
