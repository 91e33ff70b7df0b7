"""Probabilities of channels and edges in the graphs of several classes, for comparisons: also of what a graph lacks."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from queries.errors import StoreBusy
from queries.graphs.stored import EDGE, READ_PAUSE, READ_TRIES, VERTEX, are_sealed, table
from queries.records import Score
from queries.store import Row, Store

READ_AT_ONCE = 8  # graphs
CHANNEL = {name: VERTEX[name] for name in ("channel", "probability")}
LINK = {name: EDGE[name] for name in ("source", "target", "probability")}
NOTHING: Row = {column: [] for column in (*CHANNEL.values(), *LINK.values())}  # of a graph without channels or edges


@dataclass(frozen=True, slots=True)
class Probable:
    """Shares of the resamples of a class's pictures whose graph has a channel or an edge (0..1).

    known     whether the class's graph has probabilities
    channels  by id; those above 0
    edges     by (source, target); those of the stored graph
    """

    known: bool = False
    channels: Mapping[str, float] = field(default_factory=dict)
    edges: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def of_channel(self, channel: str) -> float | None:
        """None where nothing is known; 0 for a channel that no resample's graph has."""
        return self.channels.get(channel, 0.0) if self.known else None

    def of_edge(self, source: str, target: str) -> float | None:
        """None where it is not known, as for an edge that the stored graph lacks."""
        return self.edges.get((source, target))


async def read_probable(store: Store, wanted: Sequence[tuple[str, Score]]) -> list[Probable]:
    """For pairs of a class's id and a score, in their order. Each is of a graph as it was written, as in read_graph.

    Raises StoreBusy where no whole graph is found in some seconds.
    """
    found: dict[tuple[str, Score], Probable] = {}
    for score in Score:
        names = [name for name, by in dict.fromkeys(wanted) if by is score]
        for start in range(0, len(names), READ_AT_ONCE):
            whole = await read_whole(store, names[start : start + READ_AT_ONCE], score)
            found |= {(name, score): each for name, each in whole.items()}
    return [found.get(each, Probable()) for each in wanted]


async def read_whole(store: Store, names: Sequence[str], score: Score) -> dict[str, Probable]:
    """By class, of those whose graph has probabilities; those of a graph that is being replaced are asked for again."""
    whole: dict[str, Probable] = {}
    for _ in range(READ_TRIES):
        rows = await read_rows(store, names, score)
        sealed = [row for row in rows if are_sealed(row, table(row, CHANNEL), table(row, LINK))]
        whole |= {row["class"]: probable(row) for row in sealed}
        if len(sealed) == len(rows):
            return whole
        names = [row["class"] for row in rows if row["class"] not in whole]
        await asyncio.sleep(READ_PAUSE)
    raise StoreBusy(
        f"the probabilities in the graph of {names[0]} were not whole in {READ_TRIES} reads; were they changed by "
        "something else than Summit Graph? `summit db check` says so, and `summit extract` then writes them again"
    )


async def read_rows(store: Store, names: Sequence[str], score: Score) -> list[Row]:
    """Rows of graph_resamples with the columns of channels and edges, of the classes whose graph has probabilities."""
    rows = [
        row for row in await store.run("graph_resamples", classes=list(names), score=score.value) if row["replicates"]
    ]
    if not rows or score is not Score.ACTIVATION:
        return [{**row, "channels": row["channels"] or [], "sources": row["sources"] or []} for row in rows]
    known = [row["class"] for row in rows]
    vertices = {row["class"]: row for row in await store.run("graph_vertices", classes=known)}
    edges = {row["class"]: row for row in await store.run("graph_edges", classes=known)}
    return [{**row, **NOTHING, **vertices.get(row["class"], {}), **edges.get(row["class"], {})} for row in rows]


def probable(row: Row) -> Probable:
    """What a row of read_rows says."""
    if row["probabilities"] is None or row["edge_probabilities"] is None:
        return Probable()
    channels = {each["channel"]: float(each["probability"]) for each in table(row, CHANNEL)}
    outside = zip(row["outside"] or (), row["outside_probabilities"] or (), strict=False)
    edges = {(each["source"], each["target"]): float(each["probability"]) for each in table(row, LINK)}
    return Probable(True, {**{name: float(value) for name, value in outside}, **channels}, edges)
