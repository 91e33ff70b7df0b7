"""How strongly each channel of the last layer is activated in a class's pictures, summed without rounding.

Needs no torch. A picture's mean over positions is a float32, which is a whole number of the smallest float32. So sums
are integers, and batches, parts and ranks add up to the same in any order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy
import pyarrow
from numpy.typing import NDArray

UNIT = 149  # the smallest float32 is 2 ** -UNIT


@dataclass(frozen=True, slots=True)
class Pooled:
    """sums has one integer for each channel: the sum over pictures of its mean over positions, times 2 ** UNIT."""

    sums: tuple[int, ...]

    @classmethod
    def of(cls, means: NDArray[numpy.float64]) -> "Pooled":
        """From some pictures: means is (pictures, channels), finite, and rounded to float32 here."""
        exact = numpy.ldexp(means.astype(numpy.float32).astype(numpy.float64), UNIT)
        return cls(tuple(sum(map(int, column)) for column in exact.T.tolist()))

    def __add__(self, other: "Pooled") -> "Pooled":
        """Of both, which have different pictures."""
        return Pooled(tuple(map(sum, zip(self.sums, other.sums, strict=True))))

    def means(self, pictures: int) -> list[float]:
        """Of each channel over pictures and positions."""
        return [total / (pictures << UNIT) for total in self.sums]

    def table(self) -> pyarrow.Table:
        """One row per channel; digits, as these integers are longer than those of a file."""
        return pyarrow.table({"sum": pyarrow.array(map(str, self.sums), pyarrow.string())})

    @classmethod
    def read(cls, table: pyarrow.Table) -> "Pooled":
        return cls(tuple(map(int, table["sum"].to_pylist())))


def output_table(weights: Sequence[float], bias: float, means: Sequence[float]) -> pyarrow.Table:
    """One row per channel of the last layer, then one of the bias alone; contributions add up to the class's score."""
    contributions = [weight * mean for weight, mean in zip(weights, means, strict=True)]
    return pyarrow.table(
        {
            "channel": pyarrow.array([*range(len(means)), None], pyarrow.int32()),
            "weight": pyarrow.array([*weights, None], pyarrow.float64()),
            "mean": pyarrow.array([*means, None], pyarrow.float64()),
            "contribution": pyarrow.array([*contributions, bias], pyarrow.float64()),
        }
    )
