"""Joining the hops between two layers in all replicates at once.

A picture votes for few sources of a target, so the tables of a class are sparse, and their paths are followed one by
one.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy
import torch

from ingest.count.joining import identity
from ingest.count.resampled.table import Counts, Places, Table, fold
from ingest.tracing.labels import Hop, Span, Sum

PATHS = 2**20  # followed at once


def join(span: Span, hops: Sequence[Table], alive: Counts) -> Table:
    """(T, S): the widths of the edges between the two layers, as `ingest.count.joining.join` defines them.

    hops   one per hop of the span: (T, S / groups)
    alive  (S, REPLICATES): images in which a channel of the lower layer was above 0
    All have one type. Counts must be below `identity`.
    """
    flag = identity(torch.from_numpy(alive).dtype)
    widths = Table(numpy.arange(span.sources + 1), numpy.arange(span.sources), numpy.full_like(alive, flag))  # by label
    of_hops = iter(hops)
    for stage in span.stages:
        if isinstance(stage, Sum):
            made = _wider(stage, widths, span.sources, flag)
        else:
            made = _through(stage, next(of_hops), widths, span.sources)
        widths = made.above(widths)
    targets, entries = widths.entries(span.targets.numpy())
    sources, edges = widths.sources[entries], widths.counts[entries]
    convolved = edges % flag
    edges = numpy.where(edges >= flag, numpy.maximum(convolved, alive[sources]), convolved)
    return Table.of(targets * span.sources + sources, edges, len(span.targets), span.sources)


def _wider(total: Sum, widths: Table, sources: int, flag: int) -> Table:
    """The larger of two widths, flagged where either is: the widest path with a convolution stays known."""

    def width(paths: Places) -> Counts:
        return widths.counts.take(entries[paths], axis=0)

    def widen(one: Counts, other: Counts) -> None:
        either = (one | other) & flag
        numpy.maximum(one % flag, other % flag, out=one)
        one |= either

    both = [widths.entries(labels) for labels in total.labels.numpy()]
    targets, entries = (numpy.concatenate(each) for each in zip(*both, strict=True))
    cells = targets * sources + widths.sources[entries]
    order = cells.argsort(kind="stable")
    entries = entries[order]
    return Table.of(*fold(cells[order], width, widen), total.width, sources)


def _through(hop: Hop, votes: Table, widths: Table, sources: int) -> Table:
    """The widths of the paths that end with a hop: of each the narrower of a vote and of the paths to what it reads."""
    groups = hop.convolution.groups
    targets, labels = votes.targets(), hop.labels.numpy().reshape(groups, -1)
    read = labels[targets // (hop.width // groups), votes.sources]
    cells, counts = [numpy.zeros(0, numpy.int64)], [votes.counts[:0]]
    for block in _blocks(votes, widths.lengths(read)):
        found = _widest(targets[block], votes.counts[block], read[block], widths, sources)
        cells.append(found[0])
        counts.append(found[1])
    return Table.of(numpy.concatenate(cells), numpy.concatenate(counts), hop.width, sources)


def _widest(targets: Places, votes: Counts, read: Places, widths: Table, sources: int) -> tuple[Places, Counts]:
    """Of some votes for whole targets, and of the labels that they read: cells (T, S), and the width of each."""

    def width(paths: Places) -> Counts:
        found = votes.take(vote[paths], axis=0)
        return numpy.minimum(found, widths.counts.take(entry[paths], axis=0), out=found)

    def widen(one: Counts, other: Counts) -> None:
        numpy.maximum(one, other, out=one)

    vote, entry = widths.entries(read)
    cells = targets[vote] * sources + widths.sources[entry]
    order = cells.argsort(kind="stable")
    vote, entry = vote[order], entry[order]
    return fold(cells[order], width, widen)


def _blocks(votes: Table, paths: Places) -> Iterator[slice]:
    """Entries of whole targets, with PATHS paths or a few more; paths: (entries,), how many each vote has."""
    before = numpy.concatenate([[0], paths.cumsum()])[votes.starts]
    first = numpy.flatnonzero(numpy.diff(before // PATHS, prepend=-1))
    for start, end in pairwise([*votes.starts[first].tolist(), len(paths)]):
        yield slice(start, end)
