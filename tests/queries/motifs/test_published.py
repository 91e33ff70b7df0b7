"""The miner against others on the published graphs, beginning to end: none has a line in common with it.

The reference lists all closed edge sets (Close-by-One: Kuznetsov 1993) by intersecting classes, and takes their
connected components. pyfim and mlxtend are libraries; pyfim loses sets that every transaction holds, unless one more
transaction is empty.
"""

from collections.abc import Iterable, Sequence

import fim
import pandas
import pytest
from mlxtend.frequent_patterns import fpmax

from queries.load.published import MODEL, PublishedData
from queries.load.tables import read_group_list
from queries.motifs.mining import Question, mine, mine_rows
from queries.motifs.patterns import Edge, EdgeRow, Graphs, edge_rows, places, threshold
from queries.motifs.search import Search
from tests.conftest import DATA, Database
from tests.queries.motifs.mined import mined, motifs

GROUPS = {"dog": "n02084071", "bird": "n01503061", "mammal": "n01861778", "vehicle": "n04524313", "bear": "n02131653"}
CASES = [(group, share) for group in ["all", *GROUPS] for share in (0.5, 0.2, 0.1)]

Found = dict[frozenset[Edge], frozenset[int]]


@pytest.fixture(scope="module")
def rows(published_data: PublishedData) -> list[EdgeRow]:
    return edge_rows(MODEL, published_data.graphs)


@pytest.fixture(scope="module")
def classes() -> dict[str, Sequence[int]]:
    listed = {row["wnid"]: row["classes"] for row in read_group_list(DATA / "imagenet_groups.tsv")}
    return {"all": range(1000), **{name: listed[wnid] for name, wnid in GROUPS.items()}}


def test_the_database_hands_over_the_same_rows(rows: list[EdgeRow], arcadedb: Database) -> None:
    asked = {"model": MODEL, "min_support": 100}
    expected = [row for row in rows if len(row.classes) >= 100]

    assert [EdgeRow(*row.values()) for row in arcadedb.run("model_edge_rows", **asked)] == [
        row._replace(classes=list(row.classes), weights=list(row.weights)) for row in expected
    ]
    assert [(row["source"], row["target"], set(row["classes"])) for row in arcadedb.run("edge_holders", **asked)] == [
        (row.source, row.target, set(row.classes)) for row in expected
    ]


@pytest.mark.parametrize("group", ["bear", "mammal"])
def test_a_contrast_with_all_others_is_told_from_few_rows(
    group: str, rows: list[EdgeRow], classes: dict[str, Sequence[int]], arcadedb: Database
) -> None:
    others = sorted(set(range(1000)).difference(classes[group]))
    question = Question(MODEL, classes[group], "CLOSED", 0.3, others)
    support = threshold(0.3, len(classes[group]))
    expected = mine_rows(rows, question, support)
    assert len(expected) >= 10
    assert list(arcadedb.await_(mine(arcadedb.store, question))) == list(expected)


def frequent_rows(rows: Iterable[EdgeRow], among: Sequence[int], support: int) -> dict[Edge, frozenset[int]]:
    enough = [row for row in rows if len(row.classes) >= support]
    held = {(row.source, row.target): frozenset(among).intersection(row.classes) for row in enough}
    return {edge: has for edge, has in held.items() if len(has) >= support}


def components(edges: Iterable[Edge]) -> list[frozenset[Edge]]:
    """Sets of edges joined through their channels, by walking from channel to channel."""
    at: dict[str, list[Edge]] = {}
    for edge in edges:
        for channel in edge:
            at.setdefault(channel, []).append(edge)
    found = []
    while at:
        part: set[Edge] = set()
        waiting = [next(iter(at))]
        while waiting:
            for edge in at.pop(waiting.pop(), ()):
                part.add(edge)
                waiting.extend(edge)
        found.append(frozenset(part))
    return found


def components_of_closed_sets(held: dict[Edge, frozenset[int]], among: Sequence[int], support: int) -> Found:
    edges = list(held)
    graph_of = {index: sum(1 << place for place, edge in enumerate(edges) if index in held[edge]) for index in among}
    closed = {
        edge_set for edge_set in close_by_one([graph_of[index] for index in among], len(edges), support) if edge_set
    }
    parts = {part for edge_set in closed for part in components(edges[place] for place in places(edge_set))}
    return {part: frozenset(among).intersection(*(held[edge] for edge in part)) for part in parts}


def close_by_one(graphs: list[int], edges: int, support: int) -> Iterable[int]:
    """Every intersection of at least `support` graphs, once."""
    holders = [sum(1 << place for place, graph in enumerate(graphs) if graph >> edge & 1) for edge in range(edges)]

    def meet(holding: int) -> int:
        common = (1 << edges) - 1
        for place in places(holding):
            common &= graphs[place]
        return common

    everyone = (1 << len(graphs)) - 1
    waiting = [(everyone, meet(everyone), 0)] if len(graphs) >= support else []
    while waiting:
        holding, closed, start = waiting.pop()
        yield closed
        for edge in range(start, edges):
            fewer = holding & holders[edge]
            if closed >> edge & 1 or fewer.bit_count() < support:
                continue
            larger = meet(fewer)
            if (larger ^ closed) & ((1 << edge) - 1) == 0:
                waiting.append((fewer, larger, edge + 1))


def searched(rows: Iterable[EdgeRow], among: Sequence[int], share: float) -> Found:
    graphs = Graphs(rows, among, threshold(share, len(among)))
    return {
        frozenset(graphs.edges[place] for place in places(found.edges)): frozenset(graphs.class_list(found.classes))
        for found in Search(graphs)
    }


@pytest.mark.parametrize("group, share", CASES)
def test_the_same_patterns_as_the_components_of_closed_sets(
    group: str, share: float, rows: list[EdgeRow], classes: dict[str, Sequence[int]]
) -> None:
    among = classes[group]
    support = threshold(share, len(among))
    expected = components_of_closed_sets(frequent_rows(rows, among, support), among, support)
    assert searched(rows, among, share) == expected


@pytest.mark.parametrize("group, share", CASES)
def test_the_same_patterns_as_pyfim(
    group: str, share: float, rows: list[EdgeRow], classes: dict[str, Sequence[int]]
) -> None:
    among = classes[group]
    support = threshold(share, len(among))
    held = frequent_rows(rows, among, support)
    edges = list(held)
    graphs = [[place for place, edge in enumerate(edges) if index in held[edge]] for index in among]
    closed = fim.fim([*graphs, []], target="c", supp=-support, zmin=1, report="")
    parts = {part for (chosen, *_) in closed for part in components(edges[place] for place in chosen)}
    assert searched(rows, among, share).keys() == parts


def test_the_same_maximal_patterns_as_mlxtend_where_half_the_dogs_agree(
    rows: list[EdgeRow], classes: dict[str, Sequence[int]]
) -> None:
    among = classes["dog"]
    held = frequent_rows(rows, among, threshold(0.5, len(among)))
    table = pandas.DataFrame({f"{edge}": [index in has for index in among] for edge, has in held.items()})
    by_name = {f"{edge}": edge for edge in held}
    largest = fpmax(table, min_support=0.5, use_colnames=True)["itemsets"]
    parts = {part for chosen in largest for part in components(by_name[name] for name in chosen)}
    inclusion_maximal = {part for part in parts if not any(part < other for other in parts)}
    found = motifs(rows, among, 0.5, shape="MAXIMAL")
    assert {frozenset(motif.edges) for motif in found} == inclusion_maximal


@pytest.mark.parametrize("share, patterns", [(0.1, 561), (0.05, 5308)])
def test_the_thousand_graphs_have_as_many_patterns_as_ever(share: float, patterns: int, rows: list[EdgeRow]) -> None:
    assert len(mined(rows, range(1000), share)) == patterns
