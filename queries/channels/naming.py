"""A name for a channel from the company of its users: the group most enriched among the classes whose graphs have it.

Pure. Every pair of a channel and a group is a test: the hypergeometric chance that at least so many of the channel's
classes are of the group, if they were drawn at random from all classes with a graph. Benjamini and Hochberg's q over
all pairs decides which names are suggested. Classes are not independent samples, so a name is a suggestion and proves
nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

from queries.motifs.significance import benjamini_hochberg, log_enrichment
from queries.store import Row

MOST_Q = 0.01


@dataclass(frozen=True, slots=True)
class SuggestedName:
    """The group that a channel may stand for.

    groups    rows of groups.cypher, shortest name first; several where they are the same set of classes
    together  classes of the group whose graphs have the channel
    classes   classes whose graphs have the channel
    size      classes of the group that have a graph
    log_p     natural logarithm of the chance of so many or more
    q         after Benjamini and Hochberg, over all pairs of channel and group
    """

    channel: str
    groups: tuple[Row, ...]
    together: int
    classes: int
    size: int
    log_p: float
    q: float

    @property
    def name(self) -> str:
        return " / ".join(dict.fromkeys(group["name"] for group in self.groups))


@dataclass(frozen=True, slots=True)
class _Set:
    """A set of classes that is one group, or several."""

    members: frozenset[int]
    groups: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _Pair:
    """A channel and a set of classes that it is found in more often than by chance."""

    channel: str
    set: int
    together: int
    log_p: float


def suggest_names(
    held: Mapping[str, Collection[int]], groups: Sequence[Row], classes: Collection[int]
) -> dict[str, SuggestedName]:
    """The channels that have a group, by id, each with its name.

    held     by channel, the classes whose graphs have it
    groups   rows of groups.cypher
    classes  with a graph
    """
    everyone = frozenset(classes)
    sets = _sets(groups, everyone)
    pairs = _enriched(held, sets, everyone)
    tests = len(held) * sum(len(each.groups) for each in sets)
    repeated = [pair for pair in pairs for _ in sets[pair.set].groups]
    qs = benjamini_hochberg([pair.log_p for pair in repeated], tests)
    best: dict[str, tuple[tuple[float, int, str], _Pair, float]] = {}
    for pair, q in zip(repeated, qs, strict=True):
        key = (pair.log_p, len(sets[pair.set].members), sets[pair.set].groups[0]["name"])
        if q < MOST_Q and (pair.channel not in best or key < best[pair.channel][0]):
            best[pair.channel] = key, pair, q
    return {
        channel: SuggestedName(
            channel,
            sets[pair.set].groups,
            pair.together,
            len(held[channel]),
            len(sets[pair.set].members),
            pair.log_p,
            q,
        )
        for channel, (_, pair, q) in best.items()
    }


def _sets(groups: Sequence[Row], classes: frozenset[int]) -> list[_Set]:
    """The groups by their classes that have a graph; those without any are left out."""
    same: defaultdict[frozenset[int], list[Row]] = defaultdict(list)
    for group in groups:
        same[classes.intersection(group["classes"])].append(group)
    return [_Set(members, tuple(sorted(rows, key=_shortest))) for members, rows in same.items() if members]


def _shortest(group: Row) -> tuple[int, str, str]:
    return len(group["name"]), group["name"], group["id"]


def _enriched(held: Mapping[str, Collection[int]], sets: Sequence[_Set], classes: frozenset[int]) -> list[_Pair]:
    """The pairs with more classes together than the mean of chance. All others have p >= 1/2, for the median of a
    hypergeometric distribution is not below its mean rounded down (Siegel, Statistical Science 16(1), 2001).
    """
    users = _membership(list(held.values()), classes)
    members = _membership([each.members for each in sets], classes)
    together = users @ members.T  # (channels, sets); whole numbers, exact in floats
    drawn, sizes = users.sum(axis=1), members.sum(axis=1)
    rows, columns = numpy.nonzero(together * len(classes) > numpy.outer(drawn, sizes))
    tables = numpy.stack([sizes[columns], drawn[rows], together[rows, columns]], axis=1).astype(int).tolist()
    channels = list(held)
    chance = {table: log_enrichment(len(classes), *table) for table in {tuple(table) for table in tables}}
    return [
        _Pair(channels[row], column, table[2], chance[tuple(table)])
        for row, column, table in zip(rows.tolist(), columns.tolist(), tables, strict=True)
    ]


def _membership(subsets: Sequence[Collection[int]], classes: frozenset[int]) -> NDArray[numpy.float64]:
    """(subsets, classes): 1 where a class is in a subset."""
    place = {index: position for position, index in enumerate(sorted(classes))}
    found = numpy.zeros((len(subsets), len(place)))
    for row, subset in zip(found, subsets, strict=True):
        row[[place[index] for index in subset]] = 1
    return found
