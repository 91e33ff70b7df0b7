"""Two groups of classes compared, and a group compared with chance."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.errors import QueryError
from queries.motifs.contrast import Baseline, baseline, contrast_held, two_groups
from queries.motifs.patterns import EdgeRow
from queries.motifs.significance import Table2x2
from tests.queries.motifs.mined import mined

# Classes 0 to 3 share an edge that 4 to 7 lack; everybody has a second one; the third is 0's alone.
ROWS = [
    EdgeRow("a", "b", (0, 1, 2, 3), (1, 1, 1, 1)),
    EdgeRow("b", "c", tuple(range(8)), (1,) * 8),
    EdgeRow("c", "d", (0,), (1,)),
]
HELD = {"a": (0, 1, 2, 3), "b": range(8), "d": (0,), "e": (9,)}


def test_what_only_the_first_group_has_comes_first() -> None:
    contrasts = contrast_held(HELD, range(4), range(4, 8))
    assert [contrast.subject for contrast in contrasts] == ["a", "d", "b"]  # what neither has is left out
    only = contrasts[0]
    assert only.table == Table2x2(4, 4, 0, 4)
    assert only.p == pytest.approx(1 / math.comb(8, 4))
    assert only.q == pytest.approx(only.p)  # the other two can never be significant, so they cost nothing
    assert only.odds.ratio == pytest.approx(81)
    assert [contrast.q for contrast in contrasts[1:]] == [1.0, 1.0]


def test_a_class_of_both_groups_counts_for_the_first() -> None:
    assert two_groups(range(4), range(8)) == (frozenset(range(4)), frozenset(range(4, 8)))
    assert contrast_held(HELD, range(4), range(8)) == contrast_held(HELD, range(4), range(4, 8))


@pytest.mark.parametrize("first, second, reason", [((), (1,), "has no class"), ((1, 2), (2,), "nothing is left")])
def test_a_contrast_needs_two_groups(first: tuple[int, ...], second: tuple[int, ...], reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        two_groups(first, second)


def test_motifs_of_one_group_are_counted_in_the_other() -> None:
    (found,) = mined(ROWS, range(4), 0.5, against=range(4, 8))
    assert found.contrast is not None
    assert found.motif.edges == (("a", "b"), ("b", "c"))
    assert found.contrast.table == Table2x2(4, 4, 0, 4)


def test_motifs_that_too_many_of_the_other_group_have_can_be_left_out() -> None:
    rows = [*ROWS, EdgeRow("x", "y", (0, 1, 2, 3, 4), (1,) * 5)]
    both = [(("a", "b"), ("b", "c")), (("x", "y"),)]
    for rare, edges in ((1.0, both), (0.25, both), (0.0, both[:1])):
        assert [each.motif.edges for each in mined(rows, range(4), 0.5, against=range(4, 8), rare=rare)] == edges


@given(st.dictionaries(st.text("ab", min_size=1, max_size=4), st.sets(st.integers(0, 11), max_size=12)))
def test_contrasts_are_ordered_and_their_corrections_too(held: dict[str, set[int]]) -> None:
    contrasts = contrast_held(held, range(6), range(6, 12))
    log_ps = [contrast.log_p for contrast in contrasts]
    assert log_ps == sorted(log_ps)
    assert all(contrast.p <= contrast.q + 1e-12 <= 1 + 1e-9 for contrast in contrasts)


def test_a_group_that_shares_an_edge_beats_random_groups() -> None:
    twins = [EdgeRow(f"a{index}", "b", (2 * index, 2 * index + 1)) for index in range(50)]
    found = baseline(twins, (0, 1), range(100), 1.0, draws=99, seed=7)
    assert found.observed == 1
    assert found.chance <= 0.05
    assert found.complete
    assert found == baseline(twins, (1, 0), range(100), 1.0, draws=99, seed=7)


def test_random_groups_follow_the_seed() -> None:
    twins = [EdgeRow(f"a{index}", "b", (2 * index, 2 * index + 1)) for index in range(50)]
    drawn = [baseline(twins, range(60), range(100), 0.01, seed=seed).drawn for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_the_chance_of_a_baseline_is_never_zero() -> None:
    assert Baseline(observed=9, drawn=(1, 2, 3), complete=True).chance == 0.25


def test_no_group_can_be_drawn_from_fewer_classes() -> None:
    with pytest.raises(QueryError, match="3 classes can be drawn from 2"):
        baseline(ROWS, range(3), range(2), 0.5)
