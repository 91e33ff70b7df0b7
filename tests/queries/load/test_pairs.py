"""The channel graph of several classes is the sum of theirs, however they come, and what differs is found."""

from collections import Counter

import numpy
import pytest

from bench.testbed.counted import counted
from queries.load import pairs
from queries.load.pairs import Pairs, Sum, changes, no_pairs, taken_off

RUN = counted("summed", (5, 4, 6), 5, 0.5)


def triples(found: Pairs) -> list[tuple[int, int, int]]:
    return list(zip(found.keys.tolist(), found.classes.tolist(), found.weights.tolist(), strict=True))


def of(*rows: tuple[int, int, int]) -> Pairs:
    """Pairs from (key, classes, weight)."""
    return Pairs(*numpy.array(rows, numpy.int64).reshape(-1, 3).T)


@pytest.mark.parametrize("merged_from", [0, 10**6])
def test_classes_add_up(merged_from: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "MERGED_FROM", merged_from)
    total, classes, weights = Sum(RUN.layers), Counter[int](), Counter[int]()
    for counts in RUN.held.values():
        total.add(counts.influences)
        for lower, upper, first in ((5, "layer1", 0), (4, "layer2", 20)):
            table = counts.influences[upper]
            for source, target, weight in zip(table.sources, table.targets, table.weights, strict=True):
                classes[first + target * lower + source] += 1
                weights[first + target * lower + source] += weight

    assert triples(total.total()) == [(key, classes[key], weights[key]) for key in sorted(classes)]
    assert total.total().influences == sum(counts.influence_count for counts in RUN.held.values())


def test_classes_that_are_taken_off_leave_the_others() -> None:
    held = list(RUN.held.values())
    whole, some, others = (Sum(RUN.layers) for _ in range(3))
    for index, counts in enumerate(held):
        whole.add(counts.influences)
        (some if index % 2 else others).add(counts.influences)

    left = taken_off(whole.total(), some.total())
    assert left is not None
    assert left.equals(others.total())
    nothing = taken_off(whole.total(), whole.total())
    assert nothing is not None
    assert len(nothing.keys) == 0
    assert taken_off(of((1, 1, 5), (3, 1, 5)), of((2, 1, 5))) is None
    assert taken_off(of((1, 1, 5)), of((1, 2, 5))) is None
    assert taken_off(no_pairs(), of((1, 1, 5))) is None


def test_only_what_differs_changes() -> None:
    found = changes(of((1, 1, 5), (2, 1, 5), (3, 2, 9), (4, 1, 1)), of((2, 1, 5), (3, 2, 10), (4, 2, 1), (7, 1, 3)))

    assert triples(found.new) == [(7, 1, 3)]
    assert triples(found.other) == [(3, 2, 10), (4, 2, 1)]
    assert triples(found.gone) == [(1, 1, 5)]
    assert len(found) == 4
    assert len(changes(no_pairs(), no_pairs())) == 0


def test_a_pair_that_is_there_twice_is_removed_and_added_again() -> None:
    found = changes(of((1, 1, 5), (2, 1, 5), (2, 1, 5)), of((1, 1, 5), (2, 1, 5)))

    assert triples(found.new) == [(2, 1, 5)]
    assert found.gone.keys.tolist() == [2]
    assert len(found.other.keys) == 0
