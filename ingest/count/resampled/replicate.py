"""A class counted again with the weights of each replicate, from the votes of its pictures."""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice

import numpy
import torch
from numpy.typing import NDArray

from ingest.count.batch import ClassResult, VoteLog
from ingest.count.joining import identity, strongest_only
from ingest.count.resampled.joining import join
from ingest.count.resampled.pagerank import Edges, pageranks
from ingest.count.resampled.table import Table, counted_votes
from ingest.count.resampled.weights import poisson_weights
from ingest.count.tally import ChannelCounter
from ingest.tracing.labels import Span
from queries.graphs.resampling.replicates import LEFT_OUT, Bytes, HopReplicates, Replicates, ranks_before
from queries.records import Score

# Threads, each at one span or replicate: nearly all of the work is in large arrays, which hold no lock of Python's, and
# the other processes of a count wait meanwhile. Each span at work needs memory for 64 replicates of its edges.
AT_ONCE = min(4, os.cpu_count() or 1)


@dataclass(frozen=True, eq=False)
class Hop:
    """Edges between two layers, and their weights in each replicate: (REPLICATES, edges), int16 or int32."""

    sources: NDArray[numpy.int64]
    targets: NDArray[numpy.int64]
    weights: NDArray[numpy.signedinteger]

    def kept(self) -> HopReplicates:
        bits = numpy.zeros(len(self.sources), numpy.uint64)
        for at, row in enumerate(self.weights):
            bits |= (row > 0).astype(numpy.uint64) << numpy.uint64(at)
        return HopReplicates(self.sources.astype(numpy.int32), self.targets.astype(numpy.int32), bits)


@dataclass(frozen=True, eq=False)
class Recount:
    """A class counted again with the weights of each replicate.

    sizes   channels of each layer, lowest first
    seeds   by score (REPLICATES, channels of all layers): A, or R
    hops    one per layer but the lowest
    members (channels,): channels that are not left out
    filled  (REPLICATES,): which have a picture; the graph of the others is empty
    """

    sizes: tuple[int, ...]
    seeds: Mapping[Score, NDArray[numpy.int32]]
    hops: Sequence[Hop]
    members: NDArray[numpy.bool_]
    filled: NDArray[numpy.bool_]

    def pageranks(self, score: Score, at: int) -> NDArray[numpy.float64]:
        """(channels,) of one replicate: shares of 1 over the whole network."""
        starts, weights = self._starts(), [hop.weights[at] for hop in self.hops]
        return pageranks(self._edges(), weights, self.seeds[score][at], starts, self.members)

    def replicates(self, counts: str, threads: Executor) -> Replicates:
        """What a cut needs; counts: digest of what was counted of the class."""
        edges = self._edges()
        ranks = {score.value: self._ranks(edges, each, threads) for score, each in self.seeds.items()}
        return Replicates(counts, self.sizes, ranks, tuple(hop.kept() for hop in self.hops))

    def _starts(self) -> NDArray[numpy.int64]:
        return numpy.cumsum([0, *self.sizes])

    def _edges(self) -> Edges:
        return Edges.between(self._starts(), [(hop.sources, hop.targets) for hop in self.hops])

    def _ranks(self, edges: Edges, seeds: NDArray[numpy.int32], threads: Executor) -> Bytes:
        """`Replicates.ranks` by one score."""
        starts = self._starts()

        def rank(at: int) -> Bytes:
            found = pageranks(edges, [hop.weights[at] for hop in self.hops], seeds[at], starts, self.members)
            layers = numpy.split(numpy.where(self.members, found, 0.0), starts[1:-1])
            return numpy.concatenate([ranks_before(layer) for layer in layers])

        ranks = numpy.full(seeds.shape, LEFT_OUT, numpy.uint8)
        some = numpy.flatnonzero(self.filled)
        for at, row in zip(some, threads.map(rank, some), strict=True):
            ranks[at] = row
        return ranks


def replicate(counter: ChannelCounter, result: ClassResult, counts: str) -> Replicates | None:
    """The replicates of a class; None where the votes of some of its pictures were not kept.

    counts  digest of what was counted of the class
    """
    names = {picture.position: picture.path for picture in result.pictures if picture.prediction}
    log = VoteLog.joined(result.votes)
    if log is None or log.winners is None or sorted(log.positions.tolist()) != sorted(names):
        return None
    weights = poisson_weights([names[position] for position in log.positions.tolist()])
    with replicating() as threads:
        return recount(counter, log, weights, threads).replicates(counts, threads)


@contextmanager
def replicating() -> Iterator[Executor]:
    """The threads that spans and replicates are worked on by."""
    with ThreadPoolExecutor(AT_ONCE, "replicates") as threads:
        yield threads


def recount(
    counter: ChannelCounter,
    log: VoteLog,
    weights: NDArray[numpy.int32],
    threads: Executor,
) -> Recount:
    """The class whose pictures each replicate counts as often as it says.

    log      with winners
    weights  (pictures of the log, REPLICATES)
    """
    if log.winners is None:
        raise ValueError("the log has no winners")
    sizes = tuple(layer.channels for layer in counter.wiring.layers)
    seeds = {Score.ACTIVATION: _activated(counter, log, weights)}
    if log.attributed is not None:
        attributed = numpy.unpackbits(log.attributed, axis=1, count=sum(sizes)).astype(numpy.int32)
        seeds[Score.ATTRIBUTION] = weights.T @ attributed
    members = numpy.concatenate([~each.cpu().numpy() for each in counter.excluded])
    hop = partial(_hop, weights=weights, strongest=counter.rules.join == "strongest")
    hops = list(threads.map(hop, _votes(counter, log, log.winners)))
    return Recount(sizes, seeds, hops, members, weights.sum(0) > 0)


def _activated(counter: ChannelCounter, log: VoteLog, weights: NDArray[numpy.int32]) -> NDArray[numpy.int32]:
    """(REPLICATES, channels): A of each replicate."""
    layers = torch.split(torch.from_numpy(log.peaks), [layer.channels for layer in counter.wiring.layers], dim=1)
    found: NDArray[numpy.int32] = weights.T @ torch.cat([counter.activated(z) for z in layers], 1).numpy().astype("i4")
    return found


@dataclass(frozen=True, eq=False)
class Votes:
    """Those of all pictures for the edges between two neighbouring layers.

    hops    of each hop of the span: winners (pictures, T * top), T and S
    active  (pictures, S): whether a channel of the lower layer is
    """

    span: Span
    hops: Sequence[tuple[NDArray[numpy.uint16], int, int]]
    active: NDArray[numpy.bool_]


def _votes(counter: ChannelCounter, log: VoteLog, winners: NDArray[numpy.uint16]) -> Iterator[Votes]:
    """By span, the lowest first."""
    sizes = [layer.channels for layer in counter.wiring.layers]
    layers = numpy.split(log.peaks > 0, numpy.cumsum(sizes)[:-1], axis=1)
    convolutions, start = iter(counter.convolutions), 0
    for span, active in zip(counter.wiring.spans, layers, strict=False):
        hops = []
        for prepared in islice(convolutions, len(span.hops)):
            end = start + prepared.targets * min(counter.rules.influence_top, prepared.sources)
            hops.append((winners[:, start:end], prepared.targets, prepared.sources))
            start = end
        yield Votes(span, hops, active)


def _hop(votes: Votes, weights: NDArray[numpy.int32], strongest: bool) -> Hop:
    """The joined edges between two neighbouring layers; `strongest`: only those that SUMMIT chooses."""
    kind = numpy.int16 if weights.sum(0).max() < identity(torch.int16) else numpy.int32  # holds all counts
    tables = [counted_votes(*hop, weights.astype(kind)) for hop in votes.hops]
    edges = join(votes.span, tables, (votes.active.T.astype("i4") @ weights).astype(kind))
    if strongest:
        edges = _strongest(votes.span, edges)
    return Hop(edges.sources, edges.targets(), numpy.ascontiguousarray(edges.counts.T))


def _strongest(span: Span, edges: Table) -> Table:
    """Those that `strongest_only` leaves of each replicate."""
    targets, sources = edges.targets(), edges.sources
    dense = torch.zeros(len(span.targets), span.sources, dtype=torch.from_numpy(edges.counts).dtype)
    kept = numpy.empty_like(edges.counts)
    for at, counts in enumerate(edges.counts.T):
        dense[targets, sources] = torch.from_numpy(counts.copy())
        kept[:, at] = strongest_only(span, dense)[targets, sources]
    return Table.of(targets * span.sources + sources, kept, len(span.targets), span.sources)
