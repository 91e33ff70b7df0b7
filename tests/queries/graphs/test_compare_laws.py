"""Laws of set algebra, asked of the database for classes that hypothesis chooses."""

from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from queries.graphs.compare import compare
from queries.records import class_id
from tests.conftest import MODEL, Database

few = settings(max_examples=8)  # each example asks the database several times
two_classes = st.lists(st.integers(0, 999), min_size=2, max_size=2, unique=True)
some_classes = st.lists(st.integers(0, 999), min_size=2, max_size=6, unique=True)

Parts = dict[Any, dict[str, Any]]


def ask(database: Database, classes: list[int], operation: str, at_least: int | None = None) -> Parts:
    """Channels and edges by name, each with what the classes that have it count."""
    found = database.await_(compare(database.store, MODEL, classes, operation, at_least))
    channels = {row["channel"]: dict(zip(row["classes"], row["counts"], strict=True)) for row in found.channels}
    edges = {
        (row["source"], row["target"]): dict(zip(row["classes"], row["weights"], strict=True)) for row in found.edges
    }
    return {**channels, **edges}


def graph(database: Database, index: int) -> set[Any]:
    name = {"class": class_id(MODEL, index)}
    channels = {row["channel"] for row in database.run("class_channels", **name, min_count=0)}
    return channels | {(row["source"], row["target"]) for row in database.run("class_edges", **name)}


@few
@given(some_classes, st.randoms())
def test_the_order_of_classes_changes_no_intersection_and_no_union(
    arcadedb: Database, classes: list[int], chance: Any
) -> None:
    shuffled = chance.sample(classes, len(classes))
    for operation in ("INTERSECTION", "UNION", "SYMMETRIC_DIFFERENCE"):
        assert ask(arcadedb, classes, operation) == ask(arcadedb, shuffled, operation)


@few
@given(two_classes)
def test_a_difference_has_nothing_of_the_second_and_makes_the_first_with_the_intersection(
    arcadedb: Database, classes: list[int]
) -> None:
    first, second = (graph(arcadedb, index) for index in classes)
    difference, intersection = (ask(arcadedb, classes, operation) for operation in ("DIFFERENCE", "INTERSECTION"))
    assert difference.keys() & second == set()
    assert difference.keys() | intersection.keys() == first
    assert difference.keys() & intersection.keys() == set()


@few
@given(two_classes)
def test_a_symmetric_difference_is_the_union_without_the_intersection(arcadedb: Database, classes: list[int]) -> None:
    union, intersection = (ask(arcadedb, classes, operation) for operation in ("UNION", "INTERSECTION"))
    both_ways = ask(arcadedb, classes, "DIFFERENCE") | ask(arcadedb, classes[::-1], "DIFFERENCE")
    assert ask(arcadedb, classes, "SYMMETRIC_DIFFERENCE") == both_ways
    assert both_ways.keys() == union.keys() - intersection.keys()


@few
@given(some_classes)
def test_at_least_one_is_the_union_and_at_least_all_the_intersection(arcadedb: Database, classes: list[int]) -> None:
    steps = [ask(arcadedb, classes, "AT_LEAST", number) for number in range(1, len(classes) + 1)]
    assert steps[0] == ask(arcadedb, classes, "UNION")
    assert steps[-1] == ask(arcadedb, classes, "INTERSECTION")
    assert all(more.keys() >= fewer.keys() for more, fewer in pairwise(steps))


@few
@given(some_classes, st.integers(1, 5))
def test_a_signed_difference_changes_its_sign_with_the_order_of_the_groups(
    arcadedb: Database, classes: list[int], first: int
) -> None:
    first = min(first, len(classes) - 1)
    names = [class_id(MODEL, index) for index in classes]
    back = names[first:] + names[:first]
    for query in ("difference_channels", "difference_edges"):
        there = arcadedb.run(query, classes=names, first=first, limit=100_000)
        here = arcadedb.run(query, classes=back, first=len(names) - first, limit=100_000)
        signed = {tuple(row.values())[:-3]: row["difference"] for row in there}
        assert signed.keys() == {tuple(row.values())[:-3] for row in here}
        assert all(abs(signed[tuple(row.values())[:-3]] + row["difference"]) < 1e-12 for row in here)
        assert all(-1 <= difference <= 1 for difference in signed.values())
