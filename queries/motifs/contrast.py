"""What is frequent in one group of classes and rare in another, and whether a group shares more than chance. Pure.

The given groups may overlap (bears and mammals): a class of both counts only for the first.
"""

import math
import random
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Generic, TypeVar

from queries.errors import QueryError
from queries.motifs.patterns import EdgeRow, Graphs, Pattern, frequent_edges, places, threshold
from queries.motifs.search import Budget, Search, gather
from queries.motifs.significance import (
    OddsRatio,
    Table2x2,
    adjusted_where_testable,
    fisher,
    fisher_at_best,
    odds_ratio,
)

Subject = TypeVar("Subject")

A_DRAW = Budget(seconds=1.0)


@dataclass(frozen=True, slots=True)
class Contrast(Generic[Subject]):
    """How a channel, an edge or a motif distinguishes two groups.

    table  the number of classes of each group that have it
    log_p  one-sided Fisher's exact test, natural logarithm
    q      Benjamini-Hochberg over all that can be significant at all (Tarone); 1 for the others
    """

    subject: Subject
    table: Table2x2
    log_p: float
    q: float

    @property
    def p(self) -> float:
        return math.exp(self.log_p)

    @property
    def odds(self) -> OddsRatio:
        return odds_ratio(self.table)


def two_groups(first: Iterable[int], second: Iterable[int]) -> tuple[frozenset[int], frozenset[int]]:
    """The groups without overlap: a class of both stays in the first. Raises QueryError if one is empty."""
    inside = frozenset(first)
    outside = frozenset(second) - inside
    if not inside or not outside:
        raise QueryError(
            "a contrast needs two groups, and the first has no classes"
            if not inside
            else "every class of the second group is also in the first, so nothing is left to compare with; swap the "
            "groups, or name a larger second one"
        )
    return inside, outside


def contrast_held(
    held: Mapping[Subject, Collection[int]], first: Iterable[int], second: Iterable[int]
) -> list[Contrast[Subject]]:
    """Channels or edges by how much more often classes of the first group have them, most distinctive first.

    held  the classes that have each; those that neither group has are omitted
    """
    inside, outside = two_groups(first, second)
    counts = {subject: (len(inside.intersection(has)), len(outside.intersection(has))) for subject, has in held.items()}
    return contrasts(
        {subject: Table2x2(a, len(inside), b, len(outside)) for subject, (a, b) in counts.items() if a or b}
    )


def contrast_patterns(
    rows: Iterable[EdgeRow], graphs: Graphs, patterns: Iterable[Pattern], second: Iterable[int]
) -> list[Contrast[Pattern]]:
    """Patterns of the first group's graphs by how much more often it has them than the second.

    patterns  if they are its closed ones, no other pattern with the same classes is rarer in the second group
    rows      of their edges in the classes of both groups
    """
    inside, outside = two_groups(graphs.classes, second)
    held = frequent_edges(rows, sorted(outside), support=1)
    there = [held.get(edge, 0) for edge in graphs.edges]
    everyone = (1 << len(outside)) - 1

    def table(pattern: Pattern) -> Table2x2:
        holders = reduce(and_, (there[edge] for edge in places(pattern.edges)), everyone)
        return Table2x2(pattern.classes.bit_count(), len(inside), holders.bit_count(), len(outside))

    return contrasts({pattern: table(pattern) for pattern in patterns})


def contrasts(tables: Mapping[Subject, Table2x2]) -> list[Contrast[Subject]]:
    """Tests, corrections and order: smallest p, then most classes of the first group, then as given."""
    log_ps = [fisher(table) for table in tables.values()]
    qs = adjusted_where_testable(log_ps, [fisher_at_best(table) for table in tables.values()])
    found = [Contrast(*row) for row in zip(tables, tables.values(), log_ps, qs, strict=True)]
    return sorted(found, key=lambda contrast: (contrast.log_p, -contrast.table.inside))


@dataclass(frozen=True, slots=True)
class Baseline:
    """How many closed connected patterns a group has, and random groups of its size.

    drawn     of the groups that there was time for
    complete  every group was drawn and no search reached its limit; otherwise its number is a lower bound
    """

    observed: int
    drawn: tuple[int, ...]
    complete: bool

    @property
    def chance(self) -> float:
        """The share of groups, the observed one included, that have at least as many; never 0 (Phipson and Smyth,
        Statistical Applications in Genetics and Molecular Biology 9(1), 2010)."""
        return (1 + sum(count >= self.observed for count in self.drawn)) / (1 + len(self.drawn))


def baseline(
    rows: Sequence[EdgeRow],
    group: Iterable[int],
    population: Iterable[int],
    share: float,
    *,
    draws: int = 20,
    seed: int = 0,
    budget: Budget = A_DRAW,
    seconds: float = 60.0,
) -> Baseline:
    """Count the patterns of a group and of `draws` random groups of the same size from the population; seeded.

    Each search has this budget; after `seconds` no more groups are drawn.
    """
    members, everyone = sorted(set(group)), sorted(set(population))
    if len(members) > len(everyone):
        raise QueryError(f"no group of {len(members)} classes can be drawn from {len(everyone)}")
    chance, until = random.Random(seed), time.monotonic() + seconds
    groups = [members, *(chance.sample(everyone, len(members)) for _ in range(draws))]
    found = [
        gather(Search(Graphs(rows, group, threshold(share, len(group)))), budget)
        for group in groups
        if group is members or time.monotonic() < until
    ]
    observed, *drawn = (len(each.patterns) for each in found)
    return Baseline(observed, tuple(drawn), len(found) == len(groups) and all(each.complete for each in found))
