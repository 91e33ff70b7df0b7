"""Which of a class's counted pictures a subset has. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy
from numpy.typing import NDArray

from queries.records import Record

FEWEST = 5  # pictures: a graph of fewer says more about them than about anything they share
WRONG, RIGHT, NOT = "wrong", "right", "not "

Members = NDArray[numpy.bool_]


@dataclass(frozen=True, slots=True)
class Choice:
    """Some of a class's pictures, by what the network takes them for, or by their names.

    name    of the subset
    rest    name of the subset of all other counted pictures of the class
    output  pictures that the network takes for this output; None for the class's own
    names   pictures with these names instead
    """

    name: str
    rest: str
    output: int | None = None
    names: frozenset[str] | None = None

    @classmethod
    def wrong(cls) -> "Choice":
        return cls(WRONG, RIGHT)

    @classmethod
    def right(cls) -> "Choice":
        return cls(RIGHT, WRONG)

    @classmethod
    def predicted(cls, output: int) -> "Choice":
        return cls(f"predicted:{output}", f"{NOT}predicted:{output}", output=output)

    @classmethod
    def listed(cls, name: str, pictures: Sequence[str]) -> "Choice":
        return cls(f"list:{name}", f"{NOT}list:{name}", names=frozenset(pictures))

    @property
    def stale(self) -> list[str]:
        """Names of graphs that cannot be of this choice where a class has too few of its pictures.

        What the network takes a picture for is counted, so the graph of all others is still what it says; a list can
        have been another one.
        """
        return [self.name] if self.names is None else [self.name, self.rest]

    def members(self, pictures: Sequence[Record], own: int | None) -> Members | str:
        """Whether each picture belongs to the subset, or why that cannot be said.

        pictures  rows of pictures.parquet; own  the class's output, None where it is none
        """
        if self.names is not None:
            return numpy.array([row["path"] in self.names for row in pictures], bool)
        output = own if self.output is None else self.output
        if output is None:
            return (
                "it is not an output of the network, so none of its pictures is classified correctly or misclassified"
            )
        taken = numpy.array([row["predicted"] == output for row in pictures], bool)
        return ~taken if self.name == WRONG else taken


def both_sides(name: str) -> list[str]:
    """Names of a subset and of that of the other pictures."""
    if name in (WRONG, RIGHT):
        return [name, RIGHT if name == WRONG else WRONG]
    return [name, name.removeprefix(NOT) if name.startswith(NOT) else f"{NOT}{name}"]


def random_splits(names: Sequence[str], size: int, splits: int, seed: int) -> Members:
    """(pictures, splits): `size` of the pictures in each split, drawn by the seed and their names, in any order."""
    found = numpy.zeros((len(names), splits), bool)
    for at in range(splits):
        keys = [blake2b(f"{seed}/{at}/{name}".encode(), digest_size=8).digest() for name in names]
        found[sorted(range(len(names)), key=keys.__getitem__)[:size], at] = True
    return found
