"""Which classes are neighbours at a layer, and which change theirs from one layer to another. Pure, no database.

Classes are compared by the cosine of their channel counts. For a group the stored query moving_classes answers the
same; here all classes of a model are compared with one another, by one product of matrices.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

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


@dataclass(frozen=True, slots=True)
class Change:
    """How much a class changes its neighbours over all layers, and where.

    total         sum of the shares of its neighbours that are gone from each layer to the next
    lower, upper  where its share is farthest above that of the other classes; moved: its share there (0..1)
    """

    index: int
    total: float
    lower: str
    upper: str
    moved: float


def changes(layers: Iterable[tuple[str, Counts]], neighbours: int) -> list[Change]:
    """Every class that is compared between two layers, the one that changes most first; layers come lowest first."""
    near = [(name, nearest(counts, neighbours)) for name, counts in layers]
    total: dict[int, float] = {}
    found: dict[int, tuple[float, str, str, float]] = {}  # how far above the others, and where
    for (lower, before), (upper, after) in pairwise(near):
        shares = {index: gone(before[index], after[index]) for index in before.keys() & after.keys() if before[index]}
        usual = sum(sorted(shares.values())) / max(len(shares), 1)
        for index, share in shares.items():
            total[index] = total.get(index, 0.0) + share
            excess = round(share - usual, DIGITS)
            if index not in found or excess > found[index][0]:
                found[index] = (excess, lower, upper, share)
    every = [
        Change(index, round(total[index], DIGITS), lower, upper, moved)
        for index, (_, lower, upper, moved) in found.items()
    ]
    return sorted(every, key=lambda change: (-change.total, change.index))


def gone(before: tuple[int, ...], after: tuple[int, ...]) -> float:
    """The share of neighbours that are none any more."""
    return len(set(before).difference(after)) / len(before)


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
    indexes = sorted(index for index, held in counts.items() if any(held.values()))
    if not indexes:
        return {}
    similarity = cosines([counts[index] for index in indexes])
    np.fill_diagonal(similarity, 0)
    ranked = np.argsort(-similarity, axis=1, kind="stable")[:, :neighbours]
    return {
        index: tuple(indexes[place] for place in places if similarity[row, place] > 0)
        for row, (index, places) in enumerate(zip(indexes, ranked.tolist(), strict=True))
    }


def cosines(held: Sequence[Mapping[int, int]]) -> NDArray[np.float64]:
    """How similar classes are to one another, 0 to 1: classes x classes, each class with at least one count.

    The products are whole numbers below 2**53, so their sums are the same in whatever order they are added: the answer
    does not depend on the number of threads.
    """
    columns = {channel: column for column, channel in enumerate(sorted(set().union(*held)))}
    rows = np.zeros((len(held), len(columns)))
    for row, of_class in enumerate(held):
        rows[row, [columns[channel] for channel in of_class]] = list(of_class.values())
    products = rows @ rows.T
    lengths = np.sqrt(np.diagonal(products))
    rounded: NDArray[np.float64] = np.round(products / (lengths[:, None] * lengths), DIGITS)
    return rounded
