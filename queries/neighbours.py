"""Which classes are neighbours at a layer, and which change theirs from one layer to another. Pure, no database.

Classes are compared by the cosine of their channel counts. For a group the stored query moving_classes answers the
same; here all classes of a model are compared with one another: a second or two for a thousand classes.
"""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from heapq import nsmallest

Counts = Mapping[int, Mapping[int, int]]  # class index: channel index: number of pictures, for one layer

DIGITS = 9  # similarities that agree so far count as equal, and the lower class index comes first


@dataclass(frozen=True, slots=True)
class Move:
    """How a class changes its neighbours between two layers.

    moved   share of the neighbours at the first layer that are none at the second (0..1)
    left    neighbours at the first layer only, nearest first; joined: at the second only
    """

    index: int
    moved: float
    left: tuple[int, ...]
    joined: tuple[int, ...]


def moves(first: Counts, second: Counts, neighbours: int) -> list[Move]:
    """Every class that has neighbours at the first layer and channels at the second, the one that moves most first."""
    before, after = nearest(first, neighbours), nearest(second, neighbours)
    found = [move(index, before[index], after[index]) for index in before.keys() & after.keys() if before[index]]
    return sorted(found, key=lambda each: (-each.moved, each.index))


def move(index: int, before: tuple[int, ...], after: tuple[int, ...]) -> Move:
    left = tuple(near for near in before if near not in after)
    joined = tuple(near for near in after if near not in before)
    return Move(index, len(left) / len(before), left, joined)


def nearest(counts: Counts, neighbours: int) -> dict[int, tuple[int, ...]]:
    """The most similar classes of each class, nearest first; only classes with a channel in common are similar."""
    units = {index: unit(held) for index, held in counts.items() if held}
    holders: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    for index, held in units.items():
        for channel, share in held.items():
            holders[channel].append((index, share))
    return {index: nearest_of(index, held, holders, neighbours) for index, held in units.items()}


def unit(held: Mapping[int, int]) -> dict[int, float]:
    """Counts as a vector of length 1."""
    norm = math.sqrt(sum(count * count for count in held.values()))
    return {channel: count / norm for channel, count in held.items() if count}


def nearest_of(
    index: int, held: Mapping[int, float], holders: Mapping[int, list[tuple[int, float]]], neighbours: int
) -> tuple[int, ...]:
    similarity: defaultdict[int, float] = defaultdict(float)
    for channel, share in held.items():
        for other, theirs in holders[channel]:
            similarity[other] += share * theirs
    del similarity[index]
    ranked = nsmallest(neighbours, ((-round(value, DIGITS), other) for other, value in similarity.items()))
    return tuple(other for _, other in ranked)
