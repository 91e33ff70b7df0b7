"""Neighbours of a handful of classes by hand, by definition, and by the database's stored query."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.load.published import MODEL
from queries.map.neighbours import Change, Counts, Move, changes, moves, nearest
from queries.records import class_id
from tests.conftest import Database

# At the first layer 0 and 1 are alike and so are 2 and 3; at the second 0 goes with 2, and 1 and 3 stay.
LOWER = {0: {7: 10}, 1: {7: 20, 8: 1}, 2: {9: 5}, 3: {9: 5, 8: 1}}
UPPER = {0: {1: 3}, 1: {2: 3, 3: 1}, 2: {1: 4}, 3: {3: 9}}

layers = st.dictionaries(st.integers(0, 7), st.dictionaries(st.integers(0, 5), st.integers(1, 9)))


def cosine(one: dict[int, int], other: dict[int, int]) -> float:
    product = sum(count * other.get(channel, 0) for channel, count in one.items())
    return product / math.hypot(*one.values()) / math.hypot(*other.values())


def test_the_nearest_class_shares_most() -> None:
    assert nearest(LOWER, 1) == {0: (1,), 1: (0,), 2: (3,), 3: (2,)}
    assert nearest(UPPER, 3) == {0: (2,), 1: (3,), 2: (0,), 3: (1,)}  # those with nothing in common are no neighbours


def test_the_classes_that_change_their_company_come_first() -> None:
    assert moves(LOWER, UPPER, 1) == [
        Move(0, 1.0, (1,), (2,)),
        Move(1, 1.0, (0,), (3,)),
        Move(2, 1.0, (3,), (0,)),
        Move(3, 1.0, (2,), (1,)),
    ]
    assert [each.moved for each in moves(LOWER, LOWER, 2)] == [0.0] * 4


def test_a_class_without_neighbours_below_or_channels_above_does_not_move() -> None:
    assert moves({0: {1: 1}, 1: {2: 1}}, {0: {1: 1}, 1: {1: 1}}, 1) == []
    assert moves({0: {1: 1}, 1: {1: 1}}, {0: {}, 1: {1: 1}}, 1) == [Move(1, 1.0, (0,), ())]


def test_who_changes_most_over_all_layers_comes_first_with_the_layers_where_it_stands_out() -> None:
    two = {0: {0: 1}, 1: {0: 1}, 2: {1: 1}, 3: {1: 1}}
    swapped = {0: {0: 1}, 3: {0: 1}, 2: {1: 1}, 1: {1: 1}}
    mixed = {0: {0: 1}, 3: {0: 1}, 1: {1: 1}, 2: {5: 1}}  # 1 and 2 part; 2 is alone
    found = changes([("a", two), ("b", swapped), ("c", mixed)], 1)
    assert found == [
        Change(1, 2.0, "b", "c", 1.0),
        Change(2, 2.0, "b", "c", 1.0),
        Change(0, 1.0, "a", "b", 1.0),
        Change(3, 1.0, "a", "b", 1.0),
    ]
    assert changes([("a", two)], 1) == []


@given(layers, st.integers(1, 8))
def test_the_nearest_are_those_of_the_largest_cosine(counts: dict[int, dict[int, int]], size: int) -> None:
    held = {index: channels for index, channels in counts.items() if channels}
    expected = {
        index: sorted(
            (other for other in held if other != index and cosine(held[index], held[other]) > 0),
            key=lambda other: (-round(cosine(held[index], held[other]), 9), other),
        )[:size]
        for index in held
    }
    assert {index: list(near) for index, near in nearest(counts, size).items()} == expected


def test_the_database_finds_the_same_movers_among_dogs(arcadedb: Database) -> None:
    dogs = range(151, 269)
    asked = arcadedb.run(
        "moving_classes",
        classes=[class_id(MODEL, index) for index in dogs],
        lower="mixed4a",
        upper="mixed5b",
        neighbours=10,
        limit=1000,
    )
    found = moves(layer_counts(arcadedb, "mixed4a", dogs), layer_counts(arcadedb, "mixed5b", dogs), 10)
    assert [Move(row["class"], row["moved"], tuple(row["left"]), tuple(row["joined"])) for row in asked] == found
    assert len(found) == len(dogs)


def layer_counts(database: Database, layer: str, among: range) -> Counts:
    rows = database.run("layer_counts", model=MODEL, layer=layer)
    return {
        row["class"]: dict(zip(row["channels"], row["counts"], strict=True)) for row in rows if row["class"] in among
    }


@pytest.mark.parametrize("size", [0, 1])
def test_nobody_is_no_ones_neighbour(size: int) -> None:
    assert moves({}, {}, size) == []
    assert moves(LOWER, UPPER, 0) == []
