"""Random numbers of one picture: a stream of its own for each channel and step.

A picture then depends on nothing but its channel: not on its neighbours in a batch, on the number of processes, or on
what was made before it. numpy's Philox gives the same numbers on every machine.
"""

import hashlib

import numpy
from numpy.typing import NDArray

Floats = NDArray[numpy.float32]


def stream(picture: str, step: int) -> numpy.random.Generator:
    """The stream of a step; step 0 is the start.

    picture  what is made, e.g. "mixed4d/17/mean"
    """
    key = hashlib.blake2b(f"{picture}/{step}".encode(), digest_size=16).digest()
    return numpy.random.Generator(numpy.random.Philox(key=int.from_bytes(key, "little")))


def start(picture: str, shape: tuple[int, ...]) -> Floats:
    """Standard normal values to begin with."""
    return stream(picture, 0).standard_normal(shape, numpy.float32)


def moves(picture: str, step: int, count: int) -> Floats:
    """(count,) numbers, uniform in -1..1: how far the picture is turned, scaled and shifted in a step."""
    return stream(picture, step).random(count, numpy.float32) * 2 - 1
