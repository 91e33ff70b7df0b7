"""How often each replicate counts a picture: Poisson variables that follow from the picture's name alone."""

import hashlib
import math
from collections.abc import Sequence

import numpy
from numpy.typing import NDArray

from queries.graphs.resampling.replicates import REPLICATES

WORD = 4  # bytes of a hash for one variable
MOST = 12  # a Poisson variable of mean 1 is larger once in 2**32 times


def poisson_weights(names: Sequence[str]) -> NDArray[numpy.int32]:
    """(pictures, REPLICATES): Poisson variables of mean 1, equal for equal names on any machine and in any order."""
    digests = b"".join(hashlib.shake_256(name.encode()).digest(WORD * REPLICATES) for name in names)
    uniform = numpy.frombuffer(digests, "<u4").reshape(len(names), REPLICATES)
    return numpy.searchsorted(_bounds(), uniform, side="right").astype(numpy.int32)


def _bounds() -> NDArray[numpy.uint32]:
    """2**32 times the chance of at most 0, 1, 2, ...: a variable is how many of these a uniform number reaches."""
    chances = [math.exp(-1) / math.factorial(count) for count in range(MOST)]
    return numpy.array([min(2**32 - 1, math.floor(2**32 * math.fsum(chances[: at + 1]))) for at in range(MOST)], "<u4")
