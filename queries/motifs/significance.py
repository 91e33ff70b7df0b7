"""How surprising a count is: exact tails, odds ratios and corrections for many tests. Pure, standard library only.

Probabilities are natural logarithms (`log_p`), because those of large patterns are smaller than a float can be.
Attribution graphs of classes are not independent samples (a hundred dogs share what makes a dog), so every figure here
is for ranking and proves nothing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

EXACT_BELOW = 1e-4  # an alternating sum that kept less than this share of its terms is recomputed in integers


def log_chance_in_common(total: int, sizes: Sequence[int], common: int) -> float:
    """Log of the probability that random sets of these sizes, drawn from `total` items, have >= `common` in common.

    The null model of a pattern: every edge keeps its frequency exactly, but the classes that have it are drawn at
    random, independently of the other edges. The size X of the intersection follows from inclusion and exclusion
    (Feller, An Introduction to Probability Theory and Its Applications, volume 1, IV.5, "at least m among N events"):

        P(X >= m) = sum over j >= m of (-1)^(j-m) C(j-1, m-1) S(j),   S(j) = C(total, j) prod C(size, j) / C(total, j)

    With two sets it is the hypergeometric tail of Fisher's test; with many it is the multi-set test of Wang, Zhao and
    Zhang (Scientific Reports 5:16923, 2015); if only the expectation of each edge's frequency were kept, it would be a
    binomial tail with the product of the frequencies (Kirsch et al., Journal of the ACM 59(3), 2012).
    Cost: a few terms in floats where the count is surprising, else min(sizes) terms in exact integers.
    """
    if not all(0 <= size <= total for size in sizes):
        raise ValueError(f"sets of {list(sizes)} items cannot be drawn from {total}")
    if common <= 0:
        return 0.0
    if common > min(sizes, default=total):
        return -math.inf
    if len(sizes) < 2:
        return 0.0
    ordered = tuple(sorted(sizes))
    kept, terms = _alternating_sum(total, ordered, common)
    if kept > EXACT_BELOW * terms:
        return min(0.0, _log_first_term(total, ordered, common) + math.log(kept))
    return _log_exact_sum(total, ordered, common)


def _log_first_term(total: int, sizes: Sequence[int], common: int) -> float:
    """log S(common): the expected number of ways to choose `common` items that all sets contain."""
    every = log_choose(total, common)
    return every + sum(log_choose(size, common) - every for size in sizes)


def _alternating_sum(total: int, sizes: Sequence[int], common: int) -> tuple[float, float]:
    """The sum in units of its first term, and the sum of its terms without their signs (what rounding grows with)."""
    term = kept = terms = 1.0
    for j in range(common, sizes[0]):
        term *= -(j / (j - common + 1)) * ((total - j) / (j + 1)) * math.prod((s - j) / (total - j) for s in sizes)
        kept += term
        terms += abs(term)
        if terms > 1e300:
            return 0.0, terms
        if abs(term) < 1e-17 * abs(kept):
            break
    return kept, terms


def _log_exact_sum(total: int, sizes: Sequence[int], common: int) -> float:
    """The same sum in integers, with the common denominator prod C(total, size)."""
    term = math.comb(total, common) * math.prod(math.comb(total - common, size - common) for size in sizes)
    kept = term
    for j in range(common, sizes[0]):
        grown = term * j * (total - j) * math.prod(size - j for size in sizes)
        term = -(grown // ((j - common + 1) * (j + 1) * (total - j) ** len(sizes)))
        kept += term
    return math.log(kept) - math.log(math.prod(math.comb(total, size) for size in sizes))


@lru_cache(maxsize=1 << 16)
def log_choose(total: int, chosen: int) -> float:
    """log C(total, chosen)."""
    return math.log(math.comb(total, chosen))


@dataclass(frozen=True, slots=True)
class Table2x2:
    """A count in two groups without common members.

    inside, inside_of    members of the first group that have it, and all members of it
    outside, outside_of  the same in the second group
    """

    inside: int
    inside_of: int
    outside: int
    outside_of: int

    def __post_init__(self) -> None:
        if not (0 <= self.inside <= self.inside_of and 0 <= self.outside <= self.outside_of):
            raise ValueError(f"{self}: a count is not between 0 and the size of its group")

    @property
    def outside_share(self) -> float:
        """How many of the second group have it, 0 to 1."""
        return self.outside / max(1, self.outside_of)


@lru_cache(maxsize=1 << 16)
def fisher(table: Table2x2) -> float:
    """One-sided Fisher's exact test: log of the chance that the first group has it at least as often, margins held."""
    return _log_hypergeometric_tail(table.inside_of, table.outside_of, table.inside + table.outside, table.inside)


@lru_cache(maxsize=1 << 16)
def fisher_at_best(table: Table2x2) -> float:
    """The smallest log p that a table with these margins can have: all of it in the first group (Tarone 1990)."""
    held = table.inside + table.outside
    return _log_hypergeometric_tail(table.inside_of, table.outside_of, held, min(held, table.inside_of))


def _log_hypergeometric_tail(first: int, second: int, drawn: int, at_least: int) -> float:
    """log P(X >= at_least), X of `drawn` members being of the first group. Exact: integers until the logarithm."""
    if at_least <= max(0, drawn - second):
        return 0.0
    ways = sum(
        math.comb(first, count) * math.comb(second, drawn - count) for count in range(at_least, min(first, drawn) + 1)
    )
    return math.log(ways) - math.log(math.comb(first + second, drawn))


def log_enrichment(total: int, size: int, drawn: int, together: int) -> float:
    """log P(X >= together), X of `drawn` items out of `total` being among `size` marked ones; for together > the mean.

    Above the mean the terms fall, so that a few of them are all of the sum: a hundred times faster than integers, with
    the relative error of a float. Raises ValueError at or below the mean.
    """
    if together * total <= size * drawn:
        raise ValueError(f"{together} of {drawn} among {size} of {total} is not above the mean; expected more")
    first = log_choose(size, together) + log_choose(total - size, drawn - together) - log_choose(total, drawn)
    term = terms = 1.0
    for count in range(together, min(size, drawn)):
        term *= (size - count) * (drawn - count) / ((count + 1) * (total - size - drawn + count + 1))
        terms += term
        if term < 1e-17 * terms:
            break
    return first + math.log(terms)


@dataclass(frozen=True, slots=True)
class OddsRatio:
    """How many times higher the odds are in the first group, with the bounds of its confidence interval."""

    ratio: float
    low: float
    high: float


def odds_ratio(table: Table2x2, confidence: float = 0.95) -> OddsRatio:
    """The odds ratio with one half added to each cell (Haldane 1956, Anscombe 1956), so that no cell is empty.

    The interval is Woolf's (1955): log-normal, with the root of the summed reciprocals of the cells as standard error.
    """
    cells = [
        count + 0.5
        for count in (
            table.inside,
            table.inside_of - table.inside,
            table.outside,
            table.outside_of - table.outside,
        )
    ]
    log_ratio = math.log(cells[0] * cells[3] / (cells[1] * cells[2]))
    reach = NormalDist().inv_cdf((1 + confidence) / 2) * math.sqrt(sum(1 / cell for cell in cells))
    return OddsRatio(math.exp(log_ratio), math.exp(log_ratio - reach), math.exp(log_ratio + reach))


def benjamini_hochberg(log_ps: Sequence[float], tests: int | None = None) -> list[float]:
    """Adjusted values (q), in the order given: rejecting all q <= x keeps the false discovery rate below x.

    tests  how many there were, where those with p >= 1/2 are not all listed; any q below 1/2 is as if they were
    Benjamini and Hochberg, Journal of the Royal Statistical Society B 57(1), 1995.
    """
    total = len(log_ps) if tests is None else tests
    if total < len(log_ps):
        raise ValueError(f"{len(log_ps)} tests are listed; expected at most the {total} that there were")
    order = sorted(range(len(log_ps)), key=lambda position: log_ps[position])
    adjusted = [1.0] * len(log_ps)
    smallest = 1.0
    for rank in range(len(order), 0, -1):
        position = order[rank - 1]
        smallest = min(smallest, math.exp(log_ps[position]) * total / rank)
        adjusted[position] = smallest
    return adjusted


def reachable(log_bests: Sequence[float], alpha: float = 0.05) -> list[bool]:
    """Which tests of discrete data can come out significant at all (Tarone, Biometrics 46(2), 1990).

    log_bests  the smallest log p that each test can have, whatever is observed within its margins
    Tarone's K is the smallest number k with at most k tests whose best p is <= alpha / k; only those are testable, and
    only they need a correction. Benjamini-Hochberg over them is the procedure of Gilbert (Applied Statistics 54, 2005).
    """
    ordered = sorted(log_bests)
    log_alpha = math.log(alpha)
    allowed = 1
    while allowed < len(ordered) and ordered[allowed] <= log_alpha - math.log(allowed):
        allowed += 1
    return [best <= log_alpha - math.log(allowed) for best in log_bests]


def adjusted_where_testable(log_ps: Sequence[float], log_bests: Sequence[float], alpha: float = 0.05) -> list[float]:
    """Benjamini-Hochberg over the testable tests; the others get 1."""
    able = reachable(log_bests, alpha)
    adjusted = iter(benjamini_hochberg([log_p for log_p, can in zip(log_ps, able, strict=True) if can]))
    return [next(adjusted) if can else 1.0 for can in able]
