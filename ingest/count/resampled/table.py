"""Sparse tables of counts; each entry has one in every replicate."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy
from numpy.typing import NDArray

from ingest.count.batch import NO_VOTE
from ingest.tracing.labels import OUTSIDE
from queries.graphs.resampling.replicates import REPLICATES

AT_ONCE = 2**22  # votes sorted at once: some 100 MB

Places = NDArray[numpy.int64]
Counts = NDArray[numpy.signedinteger]  # int16 or int32, (rows, REPLICATES)


@dataclass(frozen=True, eq=False)
class Table:
    """A table (T, S), few of whose places have an entry.

    starts   (T + 1,): where the entries of each target start, and how many there are in all
    sources  (entries,): by target, ascending
    counts   (entries, REPLICATES)
    """

    starts: Places
    sources: Places
    counts: Counts

    @classmethod
    def of(cls, cells: Places, counts: Counts, targets: int, sources: int) -> "Table":
        """cells: places of the entries, row by row, ascending. Entries that no replicate counts are left out."""
        some = counts.any(axis=1)
        cells, counts = cells[some], counts[some]
        return cls(numpy.searchsorted(cells, numpy.arange(targets + 1) * sources), cells % sources, counts)

    def targets(self) -> Places:
        """(entries,)"""
        return numpy.arange(len(self.starts) - 1).repeat(numpy.diff(self.starts))

    def above(self, lower: "Table") -> "Table":
        """Both, this one's targets after those of `lower`."""
        return Table(
            numpy.concatenate([lower.starts[:-1], lower.starts[-1] + self.starts]),
            numpy.concatenate([lower.sources, self.sources]),
            numpy.concatenate([lower.counts, self.counts]),
        )

    def lengths(self, targets: Places) -> Places:
        """How many entries each of some targets has; OUTSIDE has none."""
        return numpy.where(targets == OUTSIDE, 0, self.starts[targets + 1] - self.starts[targets])

    def entries(self, targets: Places) -> tuple[Places, Places]:
        """(places in `targets`, entries): all of some targets, one target after another; OUTSIDE has none."""
        lengths = self.lengths(targets)
        before = numpy.cumsum(lengths) - lengths
        shift = (self.starts[targets] - before).repeat(lengths)
        return numpy.arange(len(targets)).repeat(lengths), shift + numpy.arange(len(shift))


def fold(
    cells: Places, rows: Callable[[Places], Counts], into: Callable[[Counts, Counts], object]
) -> tuple[Places, Counts]:
    """Those of `cells` (n,), ascending, without repetition, and of each one row: what `into` makes of all its rows.

    rows  the rows at some places among `cells`, as a new array
    into  changes its first argument, row by row, by the second
    numpy's `reduceat` does the same, and takes five times as long over short rows.
    """
    starts = numpy.flatnonzero(numpy.diff(cells, prepend=-1))
    lengths = numpy.diff(starts, append=len(cells))
    longest_first = numpy.argsort(-lengths, kind="stable")
    first, lengths = starts[longest_first], lengths[longest_first]
    found = rows(first)
    for step in range(1, lengths.max(initial=1)):
        longer = int(numpy.searchsorted(-lengths, -step))
        into(found[:longer], rows(first[:longer] + step))
    ordered = numpy.empty_like(found)
    ordered[longest_first] = found
    return cells[starts], ordered


def counted_votes(winners: NDArray[numpy.uint16], targets: int, sources: int, weights: Counts) -> Table:
    """How often each source is among the strongest of each target.

    winners  (pictures, T * top): sources, NO_VOTE for none
    weights  (pictures, REPLICATES): how often a replicate has a picture
    """
    pictures, top = len(winners), winners.shape[1] // targets
    block = max(1, AT_ONCE // max(1, pictures * top))
    cells, counts = [numpy.zeros(0, numpy.int64)], [numpy.zeros((0, REPLICATES), weights.dtype)]
    for start in range(0, targets, block):
        some = range(start, min(start + block, targets))
        votes = winners[:, start * top : some.stop * top].reshape(pictures, len(some), top)
        of_targets = votes.swapaxes(0, 1).reshape(len(some), pictures * top)
        order = of_targets.argsort(axis=1, kind="stable")
        of_targets = numpy.take_along_axis(of_targets, order, axis=1)
        voted = of_targets != NO_VOTE
        first = numpy.array(some)[:, None] * sources
        picture = (order // top)[voted]
        found = fold((first + of_targets)[voted], partial(_rows, weights, picture), numpy.ndarray.__iadd__)
        cells.append(found[0])
        counts.append(found[1])
    return Table.of(numpy.concatenate(cells), numpy.concatenate(counts), targets, sources)


def _rows(counts: Counts, of: Places, at: Places) -> Counts:
    return counts.take(of[at], axis=0)
