"""Where in its map each channel has its peaks: a histogram over a grid that is the same for maps of any size.

Needs no torch. Integers, so that batches, parts and ranks add up to the same in any order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

SIDE = 7  # of the grid
CELLS = SIDE * SIDE


@dataclass(frozen=True, slots=True, eq=False)
class Maxima:
    """counts is (channels of all layers, CELLS) int32: pictures whose peak is above 0 and in that cell, row by row."""

    counts: NDArray[numpy.int32]

    @classmethod
    def of(
        cls, peaks: NDArray[numpy.float32], places: NDArray[numpy.int32], sizes: Sequence[tuple[int, int, int]]
    ) -> "Maxima":
        """From some pictures: peaks and places are (pictures, channels), places row * width + column.

        sizes  channels, height and width of each layer
        """
        channels = [layer[0] for layer in sizes]
        height, width = (numpy.repeat([layer[side] for layer in sizes], channels) for side in (1, 2))
        row, column = numpy.divmod(places, width)
        cell = row * SIDE // height * SIDE + column * SIDE // width
        at = (numpy.arange(peaks.shape[1]) * CELLS + cell)[peaks > 0]
        return cls(numpy.bincount(at, minlength=peaks.shape[1] * CELLS).astype(numpy.int32).reshape(-1, CELLS))

    def __add__(self, other: "Maxima") -> "Maxima":
        """Of both, which have different pictures."""
        return Maxima(self.counts + other.counts)
