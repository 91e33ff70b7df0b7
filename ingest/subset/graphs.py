"""The graphs of some of a class's pictures, and how they differ from one another, from the votes of its pictures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy
from numpy.typing import NDArray

from ingest.count.batch import VoteLog
from ingest.count.resampled.replicate import Recount, recount, replicating
from ingest.count.tally import ChannelCounter
from ingest.subset.choose import Members
from queries.graphs.resampling.replicates import DAMPING, REPLICATES, STEP, Cuts, cut_each, steps_of
from queries.graphs.resampling.stability import told
from queries.graphs.subset.difference import Difference, difference_of
from queries.records import ClassGraph, GraphEdge, GraphVertex, Score

VARIANT = "memory"
NO_PROBABILITY = "the graph is of some of the class's pictures, and resamples are kept of all of them together"


@dataclass(frozen=True, slots=True)
class Asked:
    """How graphs are cut: as those of the class.

    threshold, step  percents, whole multiples of STEP
    """

    score: Score
    threshold: float
    step: float
    dead_ends: bool


def graphs_of(
    counter: ChannelCounter,
    log: VoteLog,
    sides: Sequence[Members],
    splits: Members,
    asked: Asked,
    index: int,
    digest: str,
) -> tuple[list[ClassGraph], Difference | None]:
    """A graph for each side, and how the two differ next to random splits of the pictures; None for one side alone.

    log     with winners
    sides   one or two, (pictures of the log,) each: the pictures of a graph
    splits  (pictures, splits): the pictures of one side of each random split; the others are the other side
    """
    names = [layer.name for layer in counter.wiring.layers]
    columns = [*sides, *(side for split in splits.T for side in (split, ~split))]
    if len(sides) == 1:
        columns = [*sides, numpy.zeros(len(log.positions), bool)]
    graphs: list[ClassGraph] = []
    pairs: list[NDArray[numpy.float64]] = []
    with replicating() as threads:
        for start in range(0, len(columns), REPLICATES):
            batch = columns[start : start + REPLICATES]
            weights = numpy.zeros((len(log.positions), REPLICATES), numpy.int32)
            weights[:, : len(batch)] = numpy.stack(batch, 1)
            found = recount(counter, log, weights, threads)
            steps = steps_of(asked.threshold) or 0, steps_of(asked.step) or 0
            cuts = cut_each(found.replicates(digest, threads), asked.score.value, *steps, asked.dead_ends)
            pairs.append(jaccards(cuts, len(batch) // 2))
            if not graphs:
                graphs = [graph_of(found, cuts, at, names, asked, index, digest) for at in range(len(sides))]
    return graphs, difference_of(names, numpy.concatenate(pairs)) if len(sides) == 2 else None


def graph_of(
    found: Recount, cuts: Cuts, at: int, names: Sequence[str], asked: Asked, index: int, digest: str
) -> ClassGraph:
    """One of the graphs as a record, in the order of cut_answer: highest layer and strongest edges first."""
    bounds = numpy.cumsum([0, *found.sizes])
    pageranks, counts = found.pageranks(asked.score, at), found.seeds[asked.score][at]
    vertices, edges = list[GraphVertex](), list[GraphEdge]()
    for layer in reversed(range(len(names))):
        chosen = numpy.flatnonzero(cuts.channels[layer][at])
        ranks, own = pageranks[bounds[layer] :][chosen], counts[bounds[layer] :][chosen]
        vertices += [
            GraphVertex(names[layer], int(chosen[k]), int(own[k]), float(ranks[k]))
            for k in numpy.lexsort((chosen, -ranks))
        ]
    for (lower, upper), hop, held in zip(pairwise(names), found.hops, cuts.edges, strict=True):
        edges += [
            GraphEdge(lower, int(hop.sources[k]), upper, int(hop.targets[k]), int(hop.weights[at, k]))
            for k in numpy.flatnonzero(held[at])
        ]
    edges.sort(key=lambda edge: -edge.weight)
    origin = {
        "threshold": asked.threshold,
        "unified": False,
        "step": asked.step,
        "dead_ends": asked.dead_ends,
        "thresholds": [float(each[at]) * STEP for each in cuts.thresholds],
        "damping": DAMPING,
        "variant": VARIANT,
    }
    properties = {f"graph_{name}": value for name, value in origin.items()} | told(no_probability=NO_PROBABILITY)
    return ClassGraph(index, tuple(vertices), tuple(edges), digest, properties)


def jaccards(cuts: Cuts, pairs: int) -> NDArray[numpy.float64]:
    """(pairs, 2 + layers + hops): of channels and edges in all, channels by layer, edges by hop."""
    rows = [numpy.stack([*_common(cuts.channels, 2 * at), *_common(cuts.edges, 2 * at)]) for at in range(pairs)]
    layers = len(cuts.channels)
    found = numpy.zeros((pairs, 2 + layers + len(cuts.edges)))
    for at, row in enumerate(rows):
        both = numpy.stack([row[:layers].sum(0), row[layers:].sum(0), *row])
        found[at] = numpy.where(both[:, 1] > 0, both[:, 0] / numpy.maximum(both[:, 1], 1), 1.0)
    return found


def _common(tables: Sequence[NDArray[numpy.bool_]], at: int) -> Iterator[NDArray[numpy.int64]]:
    """[in both, in one or both] of the graphs at two neighbouring places, of each table."""
    for table in tables:
        yield numpy.array([(table[at] & table[at + 1]).sum(), (table[at] | table[at + 1]).sum()])
