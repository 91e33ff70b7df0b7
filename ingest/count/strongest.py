"""The pictures of a class that excite each channel most, and where in them: all that patches need, in bounded space.

Independent of the votes a run keeps and of its methods. The best of several parts are the best of all of them, so parts
join in any order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

KEPT = 6  # pictures per class and channel: two of the strongest over all classes, three of the class, one in reserve
NOBODY = -1


@dataclass(frozen=True, slots=True, eq=False)
class Strongest:
    """One row per channel of all layers, up to KEPT columns, strongest first; of equal peaks the lower position first.

    positions  int32, see PictureResult; NOBODY where fewer pictures excite the channel
    peaks      float32, above 0; 0 where there is no picture
    places     int32: where in the channel's map the peak is, row * width + column
    """

    positions: NDArray[numpy.int32]
    peaks: NDArray[numpy.float32]
    places: NDArray[numpy.int32]

    @classmethod
    def of(cls, positions: Sequence[int], peaks: NDArray[numpy.float32], places: NDArray[numpy.int32]) -> "Strongest":
        """From some pictures: peaks and places are (pictures, channels), peaks at least 0."""
        numbers = numpy.broadcast_to(numpy.array(positions, numpy.int32), (peaks.shape[1], len(positions)))
        return _best(cls(numbers, peaks.T, places.T))

    def __add__(self, other: "Strongest") -> "Strongest":
        """The strongest of both, which have different pictures."""
        joined = _beside(self, other)
        if self.peaks.shape[1] < KEPT:
            return _best(joined)
        rows = numpy.flatnonzero((other.peaks[:, 0] > 0) & (other.peaks[:, 0] >= self.peaks[:, -1]))
        best = _best(joined.channels(rows))
        new = Strongest(self.positions.copy(), self.peaks.copy(), self.places.copy())
        new.positions[rows], new.peaks[rows], new.places[rows] = best.positions, best.peaks, best.places
        return new

    def channels(self, rows: NDArray[numpy.int64]) -> "Strongest":
        return Strongest(self.positions[rows], self.peaks[rows], self.places[rows])

    def first(self, columns: int) -> "Strongest":
        return Strongest(self.positions[:, :columns], self.peaks[:, :columns], self.places[:, :columns])

    def renumbered(self, numbers: Mapping[int, int]) -> "Strongest":
        """With other positions for the same pictures."""
        known = sorted(numbers)
        new = numpy.array([*(numbers[position] for position in known), NOBODY], numpy.int32)
        at = numpy.searchsorted(numpy.array(known, numpy.int32), self.positions)
        return Strongest(new[numpy.where(self.positions == NOBODY, len(known), at)], self.peaks, self.places)


def _beside(one: Strongest, other: Strongest) -> Strongest:
    return Strongest(
        numpy.concatenate([one.positions, other.positions], axis=1),
        numpy.concatenate([one.peaks, other.peaks], axis=1),
        numpy.concatenate([one.places, other.places], axis=1),
    )


def _best(found: Strongest) -> Strongest:
    """Each row in order, and no more than KEPT of it."""
    chosen = numpy.lexsort((found.positions, -found.peaks), axis=1)[:, :KEPT]
    peaks = numpy.take_along_axis(found.peaks, chosen, 1)
    empty = peaks <= 0
    positions, places = (numpy.take_along_axis(each, chosen, 1) for each in (found.positions, found.places))
    return Strongest(
        numpy.where(empty, numpy.int32(NOBODY), positions), peaks, numpy.where(empty, numpy.int32(0), places)
    )
