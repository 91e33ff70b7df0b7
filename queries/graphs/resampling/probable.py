"""Probabilities of channels and edges in the graphs of several classes, for comparisons: also of what a graph lacks."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from queries.graphs.stored import EDGE, VERTEX, table
from queries.records import Score
from queries.store import Row, Store


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
    """For pairs of a class's id and a score, in their order."""

    async def read(name: str, score: Score) -> Probable:
        if score is Score.ACTIVATION:
            rows = await store.run("attribution_graph", **{"class": name})
        else:
            rows = await store.run("scored_graph", **{"class": name}, score=score.value)
        return probable(rows[0]) if rows else Probable()

    return list(await asyncio.gather(*(read(*each) for each in wanted)))


def probable(row: Row) -> Probable:
    """What a row of attribution_graph or scored_graph says."""
    if not row["replicates"] or row["probabilities"] is None or row["edge_probabilities"] is None:
        return Probable()
    channels = {each["channel"]: float(each["probability"]) for each in table(row, VERTEX)}
    outside = zip(row["outside"] or (), row["outside_probabilities"] or (), strict=False)
    edges = {(each["source"], each["target"]): float(each["probability"]) for each in table(row, EDGE)}
    return Probable(True, {**{name: float(value) for name, value in outside}, **channels}, edges)
