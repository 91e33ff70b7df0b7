"""Counts that can be worked out by hand, laws, and scipy as the judge."""

import math
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from queries.motifs.significance import (
    Table2x2,
    adjusted_where_testable,
    benjamini_hochberg,
    fisher,
    fisher_at_best,
    log_chance_in_common,
    log_enrichment,
    odds_ratio,
    reachable,
)

TEA = Table2x2(inside=3, inside_of=4, outside=1, outside_of=4)  # Fisher's lady names 3 of her 4 cups rightly


@st.composite
def tables(draw: st.DrawFn, most: int = 60) -> Table2x2:
    first, second = draw(st.integers(1, most)), draw(st.integers(1, most))
    return Table2x2(draw(st.integers(0, first)), first, draw(st.integers(0, second)), second)


@st.composite
def draws_in_common(draw: st.DrawFn, most: int, sets: int) -> tuple[int, list[int], int]:
    total = draw(st.integers(1, most))
    sizes = draw(st.lists(st.integers(0, total), min_size=1, max_size=sets))
    return total, sizes, draw(st.integers(0, total))


def chance_by_listing(total: int, sizes: list[int], common: int) -> float:
    """Every choice of sets, counted one by one."""
    choices = [[frozenset(chosen) for chosen in combinations(range(total), size)] for size in sizes]
    outcomes = [len(frozenset(range(total)).intersection(*drawn)) >= common for drawn in product(*choices)]
    return sum(outcomes) / len(outcomes)


def test_two_pairs_drawn_from_four_share_at_least_one_five_times_in_six() -> None:
    assert math.exp(log_chance_in_common(4, [2, 2], 1)) == pytest.approx(5 / 6)
    assert math.exp(log_chance_in_common(4, [2, 2], 2)) == pytest.approx(1 / 6)


def test_a_single_set_holds_what_it_holds() -> None:
    assert log_chance_in_common(1000, [70], 70) == 0.0
    assert log_chance_in_common(1000, [70], 71) == -math.inf


def test_sets_larger_than_the_whole_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be drawn from 3"):
        log_chance_in_common(3, [4], 1)


@given(draws_in_common(most=5, sets=3))
def test_the_chance_in_common_is_the_share_of_all_ways_to_draw(case: tuple[int, list[int], int]) -> None:
    total, sizes, common = case
    assert math.exp(log_chance_in_common(total, sizes, common)) == pytest.approx(
        chance_by_listing(total, sizes, common), abs=1e-12
    )


@given(st.integers(1, 1000), st.data())
def test_with_two_sets_it_is_the_hypergeometric_tail(total: int, data: st.DataObject) -> None:
    first, second = data.draw(st.integers(0, total)), data.draw(st.integers(0, total))
    common = data.draw(st.integers(0, min(first, second)))
    expected = stats.hypergeom.sf(common - 1, total, first, second)
    assert math.exp(log_chance_in_common(total, [first, second], common)) == pytest.approx(expected, rel=1e-7)


@given(draws_in_common(most=300, sets=8))
def test_the_chance_never_grows_with_what_is_asked_for(case: tuple[int, list[int], int]) -> None:
    total, sizes, common = case
    chance = log_chance_in_common(total, sizes, common)
    assert chance <= 0.0
    assert log_chance_in_common(total, sizes, common + 1) <= chance + 1e-9
    assert log_chance_in_common(total, [*sizes, total // 2], common) <= chance + 1e-9


def test_rare_edges_come_close_to_the_binomial_with_the_product_of_their_frequencies() -> None:
    exact = log_chance_in_common(10_000, [400, 500, 600], 3)
    binomial = stats.binom.logsf(2, 10_000, 0.04 * 0.05 * 0.06)
    assert exact == pytest.approx(binomial, rel=0.01)


def test_a_chance_below_the_smallest_float_is_still_told() -> None:
    assert log_chance_in_common(1000, [50] * 10, 50) == pytest.approx(-9 * math.log(math.comb(1000, 50)))


def test_the_lady_tasting_tea() -> None:
    assert math.exp(fisher(TEA)) == pytest.approx(17 / 70)
    assert math.exp(fisher_at_best(TEA)) == pytest.approx(1 / 70)


@given(tables())
def test_fisher_agrees_with_scipy(table: Table2x2) -> None:
    cells = np.array(
        [
            [table.inside, table.inside_of - table.inside],
            [table.outside, table.outside_of - table.outside],
        ]
    )
    assert math.exp(fisher(table)) == pytest.approx(stats.fisher_exact(cells, "greater").pvalue, rel=1e-7)


@given(tables())
def test_no_table_beats_the_best_with_its_margins(table: Table2x2) -> None:
    assert fisher_at_best(table) <= fisher(table) + 1e-12


def test_the_odds_ratio_adds_one_half_to_each_cell() -> None:
    odds = odds_ratio(TEA)
    assert odds.ratio == pytest.approx(3.5 * 3.5 / (1.5 * 1.5))
    assert math.log(odds.high / odds.low) / 2 == pytest.approx(1.959964 * math.sqrt(2 / 3.5 + 2 / 1.5), rel=1e-6)


@given(tables())
def test_exchanging_the_groups_turns_the_odds_ratio_over(table: Table2x2) -> None:
    odds = odds_ratio(table)
    other = odds_ratio(Table2x2(table.outside, table.outside_of, table.inside, table.inside_of))
    assert odds.ratio * other.ratio == pytest.approx(1)
    assert odds.low * other.high == pytest.approx(1)
    assert odds.low < odds.ratio < odds.high


def test_a_count_above_its_group_is_refused() -> None:
    with pytest.raises(ValueError, match="not between 0 and the size"):
        Table2x2(5, 4, 0, 4)


@given(st.lists(st.floats(1e-12, 1.0), min_size=1, max_size=50))
def test_benjamini_hochberg_agrees_with_scipy(ps: list[float]) -> None:
    expected = stats.false_discovery_control(ps, method="bh")
    assert benjamini_hochberg([math.log(p) for p in ps]) == pytest.approx(list(expected), rel=1e-9)


def test_tarone_leaves_out_what_could_never_be_significant() -> None:
    bests = [math.log(p) for p in (0.001, 0.02, 0.04, 0.3)]
    assert reachable(bests) == [True, True, False, False]  # K = 2: two tests can reach 0.05 / 2


@given(st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=40), st.sampled_from([0.01, 0.05, 0.2]))
def test_tarones_number_is_the_smallest_that_bounds_the_tests_it_allows(bests: list[float], alpha: float) -> None:
    def reach(k: int) -> int:
        return sum(math.log(best) <= math.log(alpha) - math.log(k) for best in bests)

    smallest = next(k for k in range(1, len(bests) + 1) if reach(k) <= k)
    assert sum(reachable([math.log(best) for best in bests], alpha)) == reach(smallest)


def test_the_correction_spares_the_testable_ones() -> None:
    log_ps = [math.log(p) for p in (0.01, 0.9, 0.9)]
    bests = [math.log(p) for p in (0.001, 0.5, 0.5)]
    assert adjusted_where_testable(log_ps, bests) == pytest.approx([0.01, 1.0, 1.0])
    assert benjamini_hochberg(log_ps)[0] == pytest.approx(0.03)


@given(tables(most=200))
def test_an_enrichment_is_fishers_chance_to_the_last_digits(table: Table2x2) -> None:
    total, drawn = table.inside_of + table.outside_of, table.inside + table.outside
    if table.inside * total <= table.inside_of * drawn:
        assert math.exp(fisher(table)) >= 0.5  # what is not above the mean is never worth a test
        with pytest.raises(ValueError, match="not above the mean"):
            log_enrichment(total, table.inside_of, drawn, table.inside)
    else:
        found = log_enrichment(total, table.inside_of, drawn, table.inside)
        assert found == pytest.approx(fisher(table), rel=1e-12, abs=1e-12)


def test_what_is_not_listed_counts_as_a_test() -> None:
    log_ps = [math.log(p) for p in (0.001, 0.02, 0.2)]
    every = benjamini_hochberg([*log_ps, *[math.log(0.7)] * 7])

    assert benjamini_hochberg(log_ps, tests=10)[:2] == every[:2]
    with pytest.raises(ValueError, match="at most the 2"):
        benjamini_hochberg(log_ps, tests=2)
