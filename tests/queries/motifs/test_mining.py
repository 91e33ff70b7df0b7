"""Motifs of graphs small enough to check by hand, and laws that hold for all graphs."""

import asyncio
import itertools
import time
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError
from itertools import combinations, islice
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.errors import DataError, QueryError
from queries.motifs import mining
from queries.motifs.motif import in_words, rank
from queries.motifs.patterns import (
    Edge,
    EdgeRow,
    Graphs,
    Pattern,
    edge_rows,
    places,
    threshold,
    weighted_support,
    weights_of,
)
from queries.motifs.search import Budget, Search, gather
from queries.records import ClassGraph, GraphEdge
from queries.store import Store
from tests.queries.motifs.mined import mined, motifs

# Five classes. A path a > b > c that 0, 1 and 2 have, with b > d in 0 and 1; an edge far away, x > y, in all but 2.
ROWS = [
    EdgeRow("a", "b", (0, 1, 2), (9, 5, 4)),
    EdgeRow("b", "c", (0, 1, 2, 3), (7, 8, 1, 2)),
    EdgeRow("b", "d", (0, 1), (2, 6)),
    EdgeRow("x", "y", (0, 1, 3, 4), (1, 1, 1, 1)),
    EdgeRow("x", "z", (4,), (1,)),
]
FIVE = range(5)
AB, BC, BD, XY = (("a", "b"), ("b", "c"), ("b", "d"), ("x", "y"))

edges_of_small_graphs = st.tuples(st.sampled_from("abc"), st.sampled_from("cdef")).filter(
    lambda ends: ends[0] != ends[1]
)


@st.composite
def small_rows(draw: st.DrawFn) -> list[EdgeRow]:
    held = draw(st.dictionaries(edges_of_small_graphs, st.sets(st.integers(0, 5), min_size=1), max_size=8))
    return [EdgeRow(*edge, sorted(classes)) for edge, classes in held.items()]


def connected(edges: Iterable[Edge]) -> bool:
    waiting = list(edges)
    channels = set(waiting.pop()) if waiting else set()
    while near := [edge for edge in waiting if channels & set(edge)]:
        channels.update(end for edge in near for end in edge)
        waiting = [edge for edge in waiting if edge not in near]
    return not waiting


def classes_with(rows: Iterable[EdgeRow], edges: Iterable[Edge], among: Iterable[int]) -> frozenset[int]:
    held = {(row.source, row.target): frozenset(row.classes) for row in rows}
    return frozenset(among).intersection(*(held[edge] for edge in edges))


def connected_patterns(rows: list[EdgeRow], support: int) -> dict[frozenset[Edge], frozenset[int]]:
    """Every connected set of edges that is frequent, by trying all sets."""
    edges = [(row.source, row.target) for row in rows]
    every = (chosen for size in range(1, len(edges) + 1) for chosen in combinations(edges, size) if connected(chosen))
    found = {frozenset(chosen): classes_with(rows, chosen, range(6)) for chosen in every}
    return {chosen: classes for chosen, classes in found.items() if len(classes) >= support}


def closed_by_definition(rows: list[EdgeRow], support: int) -> dict[frozenset[Edge], frozenset[int]]:
    every = connected_patterns(rows, support)
    return {
        chosen: classes
        for chosen, classes in every.items()
        if not any(chosen < larger and len(classes) == len(held) for larger, held in every.items())
    }


def maximal_by_definition(rows: list[EdgeRow], support: int) -> set[frozenset[Edge]]:
    every = connected_patterns(rows, support)
    return {chosen for chosen in every if not any(chosen < larger for larger in every)}


def by_name(graphs: Graphs, patterns: Iterable[Pattern]) -> dict[frozenset[Edge], frozenset[int]]:
    return {
        frozenset(graphs.edges[place] for place in places(pattern.edges)): frozenset(graphs.class_list(pattern.classes))
        for pattern in patterns
    }


def test_a_search_over_very_many_edges_has_a_cursor() -> None:
    """A bit for each edge: as decimal digits Python would not write such a number."""
    graphs = Graphs([EdgeRow("a", f"b{target}", (0, 1)) for target in range(20_000)], range(2), support=2)
    assert gather(Search(graphs), Budget(patterns=1)).cursor


def test_the_closed_patterns_of_five_classes() -> None:
    graphs = Graphs(ROWS, FIVE, support=2)
    assert by_name(graphs, Search(graphs)) == {
        frozenset({AB, BC, BD}): {0, 1},
        frozenset({AB, BC}): {0, 1, 2},  # a > b alone is not closed: all its classes have b > c too
        frozenset({BC}): {0, 1, 2, 3},
        frozenset({XY}): {0, 1, 3, 4},  # never joined with the others, because it touches none of them
    }


def test_only_patterns_that_cannot_grow_are_maximal() -> None:
    found = motifs(ROWS, FIVE, 0.4, shape="MAXIMAL")
    assert {motif.edges for motif in found} == {(AB, BC, BD), (XY,)}


def test_a_motif_names_the_classes_that_have_it_and_those_that_lack_one_edge() -> None:
    largest = next(motif for motif in motifs(ROWS, FIVE, 0.4) if len(motif.edges) == 3)
    assert largest.classes == (0, 1)
    assert largest.nearly == ((2, BD),)  # class 3 lacks two of the edges, class 4 all
    assert largest.channels == ("a", "b", "c", "d")
    assert largest.support == 2


def test_nobody_nearly_has_a_single_edge() -> None:
    assert motifs(ROWS, FIVE, 0.8)[0].nearly == ()


def test_motifs_around_a_channel() -> None:
    assert {motif.edges for motif in motifs(ROWS, FIVE, 0.4, channel="a")} == {(AB, BC), (AB, BC, BD)}
    assert motifs(ROWS, FIVE, 0.4, channel="nowhere") == []


def test_motifs_are_ranked_by_chance_then_size_then_support() -> None:
    ranked = motifs(ROWS, FIVE, 0.4)
    assert [motif.edges for motif in ranked] == [(AB, BC, BD), (AB, BC), (BC,), (XY,)]
    assert [motif.log_p for motif in ranked] == sorted(motif.log_p for motif in ranked)
    assert [each.motif for each in mined(ROWS, FIVE, 0.4)[:2]] == ranked[:2]
    assert len(mined(ROWS, FIVE, 0.4)) == 4


def test_the_order_of_rows_and_classes_does_not_matter() -> None:
    backwards = [EdgeRow(row.source, row.target, row.classes[::-1], row.weights[::-1]) for row in reversed(ROWS)]
    assert motifs(backwards, reversed(FIVE), 0.4) == motifs(ROWS, FIVE, 0.4)


def test_classes_that_are_not_asked_for_do_not_count() -> None:
    assert {motif.edges for motif in motifs(ROWS, (3, 4), 0.5)} == {(XY,)}


@pytest.mark.parametrize("classes, rows", [((), ROWS), ((7, 8), ROWS), (FIVE, [])])
def test_where_there_is_nothing_there_is_no_motif(classes: tuple[int, ...], rows: list[EdgeRow]) -> None:
    found = mined(rows, classes, 0.1)
    assert (list(found), found.found.complete) == ([], True)


def test_two_rows_for_an_edge_are_refused() -> None:
    with pytest.raises(DataError, match="one row per edge"):
        mined([*ROWS, EdgeRow("b", "c", (0, 4))], FIVE, 0.4)


@pytest.mark.parametrize("share, classes, least", [(0.5, 118, 59), (0.1, 1000, 100), (0.07, 100, 7), (0.01, 4, 2)])
def test_the_threshold_is_the_share_rounded_up_and_at_least_two(share: float, classes: int, least: int) -> None:
    assert threshold(share, classes) == least


def test_a_threshold_that_is_no_share_is_refused() -> None:
    with pytest.raises(QueryError, match="from 0 to 1"):
        threshold(50, 118)


def test_the_weighted_support_adds_the_weakest_edge_of_each_class() -> None:
    assert weighted_support(weights_of(ROWS), [AB, BC], FIVE) == 7 + 5 + 1
    assert weighted_support(weights_of(ROWS), [AB, BC, BD], FIVE) == 2 + 5


def test_a_mined_motif_tells_what_its_edges_weigh() -> None:
    largest = next(each for each in mined(ROWS, FIVE, 0.4) if len(each.motif.edges) == 3)
    assert (largest.weights, largest.weighted) == ((7, 7.5, 4), 2 + 5)  # a > b, b > c, b > d in classes 0 and 1


def test_rows_from_graphs_in_memory_hold_each_edge_once() -> None:
    graph = ClassGraph(3, (), (GraphEdge("low", 1, "high", 2, weight=5),), digest="")
    other = ClassGraph(4, (), (GraphEdge("low", 1, "high", 2, weight=6),), digest="")
    assert edge_rows("m", [graph, other]) == [EdgeRow("m/low/1", "m/high/2", (3, 4), (5, 6))]


def test_a_search_out_of_patterns_says_so_and_where_to_go_on() -> None:
    graphs = Graphs(ROWS, FIVE, support=2)
    part = gather(Search(graphs), Budget(patterns=3))
    assert not part.complete
    assert part.note is not None and "3 patterns" in part.note
    rest = gather(Search(graphs, cursor=part.cursor), Budget())
    assert rest.complete and rest.cursor is None
    assert part.patterns + rest.patterns == tuple(Search(graphs))


def test_a_search_out_of_time_says_so() -> None:
    found = mined(ROWS, FIVE, 0.4, budget=Budget(seconds=0))
    assert not found.found.complete
    assert found.found.note is not None and "0 s" in found.found.note


def test_what_comes_after_a_search_ends_too_when_nobody_waits_for_it() -> None:
    patterns = len(mined(ROWS, range(3), 0.4))  # each of which the search looks up once for
    assert patterns > 1
    for looks, against in ((patterns, None), (2 * patterns, (3, 4))):  # to be put in order, and to be contrasted
        with pytest.raises(CancelledError):
            mined(ROWS, range(3), 0.4, against=against, budget=Budget(given_up=after(looks)))


def after(looks: int) -> Callable[[], bool]:
    """Somebody who leaves after so many looks."""
    count = itertools.count()
    return lambda: next(count) >= looks


def test_motifs_have_a_mark_by_which_pages_go_together() -> None:
    whole = mined(ROWS, FIVE, 0.4)
    assert whole.mark == mined(ROWS[::-1], FIVE, 0.4).mark
    others = [mined(ROWS, FIVE, 0.4, budget=Budget(patterns=2)), mined(ROWS, FIVE, 0.6), mined(ROWS[1:], FIVE, 0.4)]
    assert len({whole.mark, *(each.mark for each in others)}) == 4


def test_a_second_group_without_classes_is_refused() -> None:
    with pytest.raises(QueryError, match="the second group has no classes"):
        mining.Question("m", FIVE, "CLOSED", 0.5, ()).check()


def test_the_note_says_how_long_was_searched_and_what_to_do_where_reading_took_the_time() -> None:
    now = time.monotonic()
    for began, advised in ((None, False), (now - 30, True)):
        note = mined(ROWS, FIVE, 0.4, budget=Budget(0.0, began=began)).found.note
        assert note is not None and "s of it for the search itself" in note
        assert ("took 30 s, so ask for more seconds" in note) == advised


def test_a_time_limit_of_something_else_is_not_taken_for_that_of_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    async def read(*_: object) -> None:
        raise TimeoutError("a socket")

    monkeypatch.setattr(mining, "read", read)
    with pytest.raises(TimeoutError, match="a socket"):
        asyncio.run(mining.mine(cast(Store, None), mining.Question("m", FIVE, "CLOSED", 0.5)))


@pytest.mark.parametrize("tail", ["x", "", "9999", "999999999", "9" * 5000, "-1", "²"])
def test_a_cursor_that_was_tampered_with_is_refused(tail: str) -> None:
    graphs = Graphs(ROWS, FIVE, support=2)
    cursor = gather(Search(graphs), Budget(patterns=1)).cursor
    with pytest.raises(QueryError, match="ask again without it"):
        Search(graphs, cursor=f"{cursor}.{tail}")


def test_a_cursor_of_another_search_is_refused() -> None:
    graphs = Graphs(ROWS, FIVE, support=2)
    cursor = gather(Search(graphs), Budget(patterns=1)).cursor
    with pytest.raises(QueryError, match="another search"):
        Search(graphs, cursor="")
    with pytest.raises(QueryError, match="another search"):
        Search(Graphs(ROWS, FIVE, support=3), cursor=cursor)
    with pytest.raises(QueryError, match="another search"):
        Search(graphs, graphs.seeds(channel="a"), cursor)


@given(small_rows(), st.integers(2, 4))
def test_exactly_the_closed_connected_patterns_are_found(rows: list[EdgeRow], support: int) -> None:
    graphs = Graphs(rows, range(6), support)
    found = list(Search(graphs))
    assert by_name(graphs, found) == closed_by_definition(rows, support)
    assert len(found) == len(set(found))


@given(small_rows(), st.integers(2, 4))
def test_every_motif_is_connected_and_has_the_support_it_says(rows: list[EdgeRow], support: int) -> None:
    graphs = Graphs(rows, range(6), support)
    for edges, held in by_name(graphs, Search(graphs)).items():
        assert connected(edges)
        assert held == classes_with(rows, edges, range(6))
        assert len(held) >= support


@given(small_rows(), st.integers(2, 4))
def test_exactly_the_maximal_patterns_are_marked(rows: list[EdgeRow], support: int) -> None:
    graphs = Graphs(rows, range(6), support)
    marked = filter(graphs.is_maximal, Search(graphs))
    assert set(by_name(graphs, marked)) == maximal_by_definition(rows, support)


@given(small_rows(), st.integers(2, 4))
def test_closed_connected_patterns_are_the_components_of_closed_edge_sets(rows: list[EdgeRow], support: int) -> None:
    """The theorem itself: closed sets are the intersections of classes' edge sets."""
    held = {index: frozenset((r.source, r.target) for r in rows if index in r.classes) for index in range(6)}
    groups = (chosen for size in range(support, 7) for chosen in combinations(range(6), size))
    closed = {frozenset.intersection(*(held[index] for index in chosen)) for chosen in groups}
    components = {component for edges in closed for component in components_of(edges)}
    graphs = Graphs(rows, range(6), support)
    assert set(by_name(graphs, Search(graphs))) == components


def components_of(edges: frozenset[Edge]) -> set[frozenset[Edge]]:
    found: set[frozenset[Edge]] = set()
    for edge in edges:
        near = {part for part in found if any(set(edge) & set(other) for other in part)}
        found = (found - near) | {frozenset({edge}).union(*near)}
    return found


@given(small_rows(), st.integers(2, 3))
def test_patterns_around_a_channel_are_those_of_all_that_hold_it(rows: list[EdgeRow], support: int) -> None:
    graphs = Graphs(rows, range(6), support)
    around = by_name(graphs, Search(graphs, graphs.seeds(channel="c")))
    every = by_name(graphs, Search(graphs))
    assert around == {edges: held for edges, held in every.items() if any("c" in edge for edge in edges)}


@given(small_rows(), st.integers(0, 30), st.booleans())
def test_two_parts_of_a_search_make_the_whole(rows: list[EdgeRow], stop: int, seeded: bool) -> None:
    graphs = Graphs(rows, range(6), 2)
    seeds = graphs.seeds(channel="c") if seeded else None
    whole = list(Search(graphs, seeds))
    first = Search(graphs, seeds)
    part = list(islice(first, stop))
    rest = list(Search(graphs, seeds, first.cursor)) if first.cursor else []
    assert part + rest == whole


@given(small_rows(), st.data())
def test_support_never_grows_with_an_edge(rows: list[EdgeRow], data: st.DataObject) -> None:
    edges = [(row.source, row.target) for row in rows]
    chosen = data.draw(st.lists(st.sampled_from(edges), unique=True, min_size=1)) if edges else []
    weights = weights_of([EdgeRow(*row[:3], [1 + index * 7 % 5 for index in row.classes]) for row in rows])
    for size in range(1, len(chosen)):
        few, more = chosen[:size], chosen[: size + 1]
        assert classes_with(rows, more, range(6)) <= classes_with(rows, few, range(6))
        assert weighted_support(weights, more, range(6)) <= weighted_support(weights, few, range(6))


@given(small_rows())
def test_classes_that_nearly_have_a_motif_lack_exactly_one_edge(rows: list[EdgeRow]) -> None:
    graphs = Graphs(rows, range(6), 2)
    for motif in (in_words(graphs, pattern) for pattern in rank(graphs, Search(graphs))):
        lacking = {
            index: [edge for edge in motif.edges if index not in classes_with(rows, [edge], range(6))]
            for index in range(6)
        }
        expected = {index: edges[0] for index, edges in lacking.items() if len(edges) == 1}
        assert dict(motif.nearly) == (expected if len(motif.edges) > 1 else {})
        assert set(motif.classes) == {index for index, edges in lacking.items() if not edges}
