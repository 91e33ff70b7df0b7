"""How sure each channel and edge of a class's graph is: its probability of being there when pictures are resampled."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy
from numpy.typing import NDArray

from queries.errors import DataError, first_line
from queries.graphs.resampling.replicates import (
    DAMPING,
    FILE,
    REPLICATES,
    STEP,
    HopReplicates,
    appearances,
    read_about,
    read_replicates,
    steps_of,
)
from queries.pictures import run_argument
from queries.records import ClassGraph, Record, Score, channel_id
from queries.store import Row

# What is kept with a graph; of a class with the prefix `graph_`: how many resamples, or why there are no probabilities.
STABILITY = ("replicates", "no_probability")
OUTSIDE = ("outside", "outside_probabilities")  # channels that only graphs of resamples have

IMPORTED = (
    "the graph was imported, without what single pictures contributed to it; graphs of runs of `summit ingest` have "
    "probabilities"
)
ABSENT = "there is no graph yet; `summit extract` makes one of a class that has counts"
EARLIER = (
    "the graph was extracted before its pictures were resampled; `summit extract` computes probabilities where the run "
    "keeps resamples"
)
NO_RUN = "the database does not say which run the class was loaded from; `summit load RUN` writes it"
UNREADABLE = "the replicates of the class cannot be read: "
LIVE = (
    "probabilities belong to stored graphs, and this one was cut when it was asked for; `summit extract` with the same "
    "threshold computes them"
)


def told_of(row: Row, channels: Sequence[Row], edges: Sequence[Row]) -> Row:
    """`replicates` and `no_probability` of a stored graph: one of them is None, and `channels` and `edges` agree.

    row  of attribution_graph or scored_graph
    """
    if row["replicates"] and all(each["probability"] is not None for each in (*channels, *edges)):
        return {"replicates": row["replicates"], "no_probability": None}
    for each in (*channels, *edges):
        each["probability"] = None
    is_there = bool(channels) or row["seal"] is not None
    why = ABSENT if not is_there else EARLIER if row["counted"] else IMPORTED
    return {"replicates": None, "no_probability": row["no_probability"] or why}


@dataclass(frozen=True, slots=True)
class Resamples:
    """The replicates of a model's classes, where its run lies.

    run  its folder, as the model has it; None for a model that was not loaded from one
    """

    run: str | None

    def reasons(
        self, rows: Sequence[Row], layers: Sequence[str], score: Score, damping: float, cut: Record
    ) -> dict[str, str | None]:
        """`why_not` by class, for rows of class_digests. Where all of a file could not be read, all of it is tried."""
        found = {row["class"]: self.why_not(row["index"], row["counts"], score, damping, cut) for row in rows}
        for row in rows:
            if found[row["class"]] is None and (row["no_probability"] or "").startswith(UNREADABLE):
                likely = self.read(row["index"], layers, score, cut)
                found[row["class"]] = likely if isinstance(likely, str) else None
        return found

    def why_not(self, index: int, counts: str, score: Score, damping: float, cut: Record) -> str | None:
        """Why there are no probabilities for a cut of a class's graph; None where there are, if `read` finds no damage.

        counts  digest of the class's counts
        cut     the fields of a Cut
        """
        if self.run is None:
            return NO_RUN
        if damping != DAMPING:
            return f"replicates are kept for a damping of {DAMPING}, and this one is {damping:g}"
        if cut["unified"]:
            return "replicates are kept for thresholds of each layer, and this one is of the whole network"
        if None in (steps_of(cut["threshold"]), steps_of(cut["step"])):
            return f"replicates are kept for thresholds and steps that are whole multiples of {STEP} percentage points"
        name = Path(self.run).name
        if not Path(self.run).is_dir():
            return f"the run {name} is not where it was loaded from; `summit load` it from where it is, then extract"
        try:
            about = read_about(self._file(index))
        except FileNotFoundError:
            return (
                f"the run {name} keeps no replicates of the class: it was counted by an earlier version, with "
                "--no-resample, with a method that has no votes, or in parts whose votes were not kept (--keep-votes); "
                "where all votes were kept, repeat its `summit ingest`, otherwise count it again as another run"
            )
        except (OSError, DataError) as error:
            return f"{UNREADABLE}{first_line(error)}"
        if about.counts != counts:
            again = f"`summit load {run_argument(Path(self.run))}` again"
            return f"the run {name} has other counts of the class than the database; {again}"
        return None if score.value in about.scores else f"the run keeps no replicates by {score.value} of the class"

    def read(self, index: int, layers: Sequence[str], score: Score, cut: Record) -> "Likely | str":
        """What the replicates of a class say of a cut, or why they cannot be read.

        layers  names, lowest first; `why_not` has found no reason
        """
        try:
            found = read_replicates(self._file(index))
        except (OSError, DataError) as error:
            return f"{UNREADABLE}{first_line(error)}"
        steps = (steps_of(cut["threshold"]) or 0, steps_of(cut["step"]) or 0)
        channels, edges = appearances(found, score.value, *steps, cut["dead_ends"])
        return Likely(
            dict(zip(layers, channels, strict=True)),
            {
                (upper, source, target): count
                for upper, hop, counts in zip(layers[1:], found.hops, edges, strict=True)
                for source, target, count in _above_none(hop, counts)
            },
        )

    def _file(self, index: int) -> Path:
        return Path(self.run or "") / "classes" / f"{index:05d}" / FILE


@dataclass(frozen=True, slots=True)
class Likely:
    """In how many replicates' graphs the channels and edges of a class are.

    channels  layer -> count of each channel
    edges     (upper layer, source, target) -> count, of those that any has
    """

    channels: Mapping[str, NDArray[numpy.int64]]
    edges: Mapping[tuple[str, int, int], int]

    def on(self, graph: ClassGraph, model: str) -> ClassGraph:
        """The class's graph with the probability of each channel and edge."""
        inside = {(vertex.layer, vertex.channel) for vertex in graph.vertices}
        outside = {
            channel_id(model, layer, channel): int(counts[channel]) / REPLICATES
            for layer, counts in self.channels.items()
            for channel in counts.nonzero()[0].tolist()
            if (layer, channel) not in inside
        }
        return replace(
            graph,
            vertices=tuple(
                replace(each, probability=int(self.channels[each.layer][each.channel]) / REPLICATES)
                for each in graph.vertices
            ),
            edges=tuple(
                replace(each, probability=self.edges.get((each.target_layer, each.source, each.target), 0) / REPLICATES)
                for each in graph.edges
            ),
            properties={
                **graph.properties,
                **told(replicates=REPLICATES, outside=[*outside], outside_probabilities=[*outside.values()]),
            },
        )


def told(**known: object) -> Row:
    """What is kept of probabilities with a graph; what is not given is removed."""
    return {f"graph_{name}": known.get(name) for name in (*STABILITY, *OUTSIDE)}


def _above_none(hop: HopReplicates, counts: NDArray[numpy.int64]) -> Iterator[tuple[int, int, int]]:
    """(source, target, count) of the edges that any replicate's graph has."""
    some = counts.nonzero()[0]
    return zip(hop.sources[some].tolist(), hop.targets[some].tolist(), counts[some].tolist(), strict=True)
