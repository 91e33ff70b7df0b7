"""Shapes joined in memory, counted by hand, by definition, and by the database's own stored queries."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations, pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.load.published import MODEL
from queries.motifs import shapes
from queries.motifs.patterns import Edge, EdgeRow, Graphs, Pattern, places
from queries.motifs.search import Budget, gather
from queries.records import class_id
from tests.conftest import Database

# A diamond a > {b, c} > d that classes 0 and 1 have, with d > e in 0 only.
ROWS = [
    EdgeRow("a", "b", (0, 1, 2)),
    EdgeRow("a", "c", (0, 1)),
    EdgeRow("b", "d", (0, 1)),
    EdgeRow("c", "d", (0, 1, 2)),
    EdgeRow("d", "e", (0,)),
]
DOGS = range(151, 211)
QUERIES = {
    "EDGE": "motif_edges",
    "CHAIN": "motif_chains",
    "FAN_IN": "motif_fan_in",
    "FAN_OUT": "motif_fan_out",
    "DIAMOND": "motif_diamonds",
    "BI_FAN": "motif_bifans",
}

layered = st.tuples(st.sampled_from(["1a", "1b", "2a", "2b"]), st.sampled_from(["2a", "2b", "3a", "3b"])).filter(
    lambda ends: ends[0][0] < ends[1][0]  # edges of an imported graph may skip a layer
)


@st.composite
def small_graphs(draw: st.DrawFn) -> Graphs:
    held = draw(st.dictionaries(layered, st.sets(st.integers(0, 3), min_size=1), max_size=8))
    return Graphs([EdgeRow(*edge, sorted(classes)) for edge, classes in held.items()], range(4), 2)


def patterns(search: Iterator[Pattern | None]) -> list[Pattern]:
    return [found for found in search if found is not None]


def edges_of(graphs: Graphs, pattern: Pattern) -> frozenset[Edge]:
    return frozenset(graphs.edges[place] for place in places(pattern.edges))


def looks_like(shape: str, edges: tuple[Edge, ...]) -> bool:
    """The shape told by how many edges leave and reach each channel."""
    leaving, reaching = Counter(source for source, _ in edges), Counter(target for _, target in edges)
    degrees = (len(edges), sorted(leaving.values()), sorted(reaching.values()))
    return {
        "CHAIN": degrees == (2, [1, 1], [1, 1]) and len(leaving.keys() & reaching.keys()) == 1,
        "FAN_IN": degrees == (2, [1, 1], [2]),
        "FAN_OUT": degrees == (2, [2], [1, 1]),
        "DIAMOND": degrees == (4, [1, 1, 2], [1, 1, 2]) and len(leaving.keys() & reaching.keys()) == 2,
        "BI_FAN": degrees == (4, [2, 2], [2, 2]),
    }[shape]


def test_the_shapes_of_three_classes() -> None:
    graphs = Graphs(ROWS, range(3), support=2)
    found = {
        name: [
            ("".join(sorted({end for edge in edges_of(graphs, each) for end in edge})))
            for each in patterns(search(graphs))
        ]
        for name, search in shapes.SHAPES.items()
    }
    assert {name: sorted(channels) for name, channels in found.items()} == {
        "EDGE": ["ab", "ac", "bd", "cd"],
        "CHAIN": ["abd", "acd"],
        "FAN_IN": ["bcd"],
        "FAN_OUT": ["abc"],
        "DIAMOND": ["abcd"],
        "BI_FAN": [],
    }


def test_a_search_that_finds_nothing_for_long_ends_in_time() -> None:
    """Chains longer than the network has layers."""
    layers = [[f"{layer}{channel}" for channel in range(20)] for layer in "abcdefgh"]
    rows = [EdgeRow(*edge, (0, 1)) for below, above in pairwise(layers) for edge in product(below, above)]
    found = gather(shapes.chains(Graphs(rows, range(2), support=2), 20), Budget(seconds=0.1))
    assert (found.complete, found.patterns) == (False, ())


def test_chains_have_the_length_asked_for() -> None:
    graphs = Graphs(ROWS, range(3), support=1)
    assert [len(patterns(shapes.chains(graphs, length))) for length in (2, 3, 4, 5)] == [5, 4, 2, 0]


@pytest.mark.parametrize("shape", ["CHAIN", "FAN_IN", "FAN_OUT", "DIAMOND", "BI_FAN"])
@given(small_graphs())
def test_every_pattern_of_the_shape_is_found_once(shape: str, graphs: Graphs) -> None:
    found = Counter(edges_of(graphs, pattern) for pattern in patterns(shapes.SHAPES[shape](graphs)))
    size = 2 if shape in ("CHAIN", "FAN_IN", "FAN_OUT") else 4
    expected = Counter(
        frozenset(chosen)
        for chosen in combinations(graphs.edges, size)
        if looks_like(shape, chosen) and graphs.pattern(chosen).classes.bit_count() >= graphs.support
    )
    assert found == expected


@pytest.mark.parametrize("shape", QUERIES)
def test_the_database_finds_the_same(shape: str, arcadedb: Database) -> None:
    """Sixty dogs, a quarter of them at least."""
    ids = [class_id(MODEL, index) for index in DOGS]
    graphs = Graphs(
        [EdgeRow(*row.values()) for row in arcadedb.run("edge_rows", classes=ids, min_support=15)], DOGS, 15
    )
    length = {"length": 4} if shape == "CHAIN" else {}
    asked = arcadedb.run(QUERIES[shape], classes=ids, min_support=15, limit=100_000, **length)
    there = {
        frozenset(zip(row["sources"], row["targets"], strict=True)): (row["support"], row["classes"]) for row in asked
    }
    search = shapes.chains(graphs, 4) if shape == "CHAIN" else shapes.SHAPES[shape](graphs)
    here = {
        edges_of(graphs, each): [class_id(MODEL, index) for index in graphs.class_list(each.classes)]
        for each in patterns(search)
    }
    assert here
    assert there == {edges: (len(classes), classes) for edges, classes in here.items()}
    assert len(asked) == len(there)
