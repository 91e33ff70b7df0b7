"""Pairs of channels that influence one another in any class, as sorted arrays: the full channel graph. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Self

import numpy
from numpy.typing import NDArray

from queries.records import Columns, LayerSize

Array = NDArray[numpy.int64]
MERGED_FROM = 2_000_000  # pairs that wait, before equal ones are put together


@dataclass(frozen=True, slots=True)
class Hop:
    """Two neighbouring layers; their pairs have the keys first + target * lower.channels + source."""

    lower: LayerSize
    upper: LayerSize
    first: int

    @property
    def end(self) -> int:
        return self.first + self.lower.channels * self.upper.channels


def hops(layers: Sequence[LayerSize]) -> list[Hop]:
    """Neighbouring layers, lowest first, with keys of their own each."""
    found: list[Hop] = []
    for lower, upper in pairwise(layers):
        found.append(Hop(lower, upper, found[-1].end if found else 0))
    return found


@dataclass(frozen=True, slots=True)
class Pairs:
    """A channel graph.

    keys     of the pairs (see Hop), ascending, each once
    classes  how many classes have the influence
    weights  their numbers of pictures, summed
    """

    keys: Array
    classes: Array
    weights: Array

    @property
    def influences(self) -> int:
        """Of all classes."""
        return int(self.classes.sum())

    def where(self, chosen: NDArray[numpy.bool_] | NDArray[numpy.intp]) -> "Pairs":
        return Pairs(self.keys[chosen], self.classes[chosen], self.weights[chosen])

    def of(self, hop: Hop) -> "Pairs":
        """The pairs of two layers."""
        start, end = numpy.searchsorted(self.keys, [hop.first, hop.end])
        return Pairs(self.keys[start:end], self.classes[start:end], self.weights[start:end])

    def equals(self, other: "Pairs") -> bool:
        names = ("keys", "classes", "weights")
        return all(numpy.array_equal(getattr(self, name), getattr(other, name)) for name in names)


def no_pairs() -> Pairs:
    return Pairs(*(numpy.zeros(0, numpy.int64) for _ in range(3)))


def added(tables: Iterable[Pairs]) -> Pairs:
    """All of them in one, equal pairs summed."""
    listed = list(tables)
    keys, places = numpy.unique(numpy.concatenate([each.keys for each in listed]), return_inverse=True)
    sums = []
    for name in ("classes", "weights"):
        total = numpy.zeros(len(keys), numpy.int64)
        numpy.add.at(total, places, numpy.concatenate([getattr(each, name) for each in listed]))
        sums.append(total)
    return Pairs(keys, *sums)


def taken_off(whole: Pairs, part: Pairs) -> Pairs | None:
    """What is left of a channel graph without some of its classes; None where they are not in it."""
    if not numpy.isin(part.keys, whole.keys).all():
        return None
    places = numpy.searchsorted(whole.keys, part.keys)
    classes, weights = whole.classes.copy(), whole.weights.copy()
    classes[places] -= part.classes
    weights[places] -= part.weights
    return Pairs(whole.keys, classes, weights).where(classes > 0) if (classes >= 0).all() else None


def keyed(hop: Hop, sources: Array, targets: Array, classes: Array, weights: Array) -> Pairs:
    """Pairs of two layers from their columns, each pair once."""
    keys = hop.first + targets * hop.lower.channels + sources
    order = numpy.argsort(keys, kind="stable")
    return Pairs(keys[order], classes[order], weights[order])


def pairs_of_class(layers: Sequence[LayerSize], influences: Mapping[str, Columns]) -> Pairs:
    """The channel graph of one class. A pair that is there twice, which only damage makes, counts twice."""
    found = [no_pairs()]
    for hop in hops(layers):
        if table := influences.get(hop.upper.name):
            sources, targets, weights = table.arrays()
            found.append(keyed(hop, sources, targets, numpy.ones_like(sources), weights))
    return Pairs(
        *(numpy.concatenate([getattr(each, name) for each in found]) for name in ("keys", "classes", "weights"))
    )


@dataclass(slots=True)
class Sum:
    """The channel graph of classes that come one after another."""

    layers: Sequence[LayerSize]
    _waiting: list[Pairs] = field(default_factory=lambda: [no_pairs()])

    def add(self, influences: Mapping[str, Columns]) -> Self:
        self._waiting.append(pairs_of_class(self.layers, influences))
        size, first = sum(len(each.keys) for each in self._waiting), len(self._waiting[0].keys)
        if size > 2 * first + MERGED_FROM:
            self._waiting = [added(self._waiting)]
        return self

    def total(self) -> Pairs:
        self._waiting = [added(self._waiting)]
        return self._waiting[0]


@dataclass(frozen=True, slots=True)
class Changes:
    """What makes one channel graph of another: pairs to add, pairs with other numbers, pairs to remove."""

    new: Pairs
    other: Pairs
    gone: Pairs

    def __len__(self) -> int:
        return len(self.new.keys) + len(self.other.keys) + len(self.gone.keys)


def changes(held: Pairs, wanted: Pairs) -> Changes:
    """What is there twice, which only damage makes, is removed and added again."""
    keys, first, times = numpy.unique(held.keys, return_index=True, return_counts=True)
    twice = held.where(first[times > 1])
    held = held.where(numpy.isin(held.keys, keys[times == 1]))
    fresh = ~numpy.isin(wanted.keys, held.keys, assume_unique=True)
    lost = ~numpy.isin(held.keys, wanted.keys, assume_unique=True)
    kept, before = wanted.where(~fresh), held.where(~lost)
    differ = (kept.classes != before.classes) | (kept.weights != before.weights)
    return Changes(wanted.where(fresh), kept.where(differ), added([held.where(lost), twice]))
