"""The compact adjacency holds a class's influences, in lists that can be read at one channel."""

from collections.abc import Mapping
from typing import Any

import pytest

from bench.testbed.sample import SAMPLE
from queries.errors import DataError
from queries.graphs.adjacency import adjacency_rows, rebuild_steps
from queries.records import Columns, LayerSize, class_id
from tests.conftest import Database

LOW, HIGH = LayerSize("low", 0, 2), LayerSize("high", 1, 3, frozenset({2}))


def entries(row: Mapping[str, Any], side: str, others: str, channel: int) -> list[tuple[int, int]]:
    """(other channel, weight) of one channel, as a statement reads them."""
    start, end = row[f"{side}_starts"][channel : channel + 2]
    return list(zip(row[f"{side}_{others}"][start:end], row[f"{side}_weights"][start:end], strict=True))


def test_the_lists_of_a_few_edges_by_hand() -> None:
    low, high = adjacency_rows("m/0", [HIGH, LOW], {"high": Columns([1, 0, 1], [1, 1, 0], [5, 6, 7])})

    assert low == {
        "id": "m/0/low",
        "class_id": "m/0",
        "layer": "low",
        "layer_index": 0,
        "in_starts": [0, 0, 0],
        "in_sources": [],
        "in_weights": [],
        "out_starts": [0, 1, 3],
        "out_targets": [1, 0, 1],
        "out_weights": [6, 7, 5],
    }
    assert (high["in_starts"], high["in_sources"], high["in_weights"]) == ([0, 1, 3, 3], [1, 0, 1], [7, 6, 5])
    assert (high["out_starts"], high["out_targets"], high["out_weights"]) == ([0, 0, 0, 0], [], [])


def test_each_edge_is_at_both_its_ends() -> None:
    rows = adjacency_rows("m/0", SAMPLE.layers, SAMPLE.held[0].influences)

    assert entries(rows[0], "out", "targets", 1) == [(0, 2), (1, 4)]
    assert entries(rows[1], "in", "sources", 0) == [(0, 8), (1, 2)]
    assert entries(rows[1], "out", "targets", 1) == [(0, 1), (1, 3)]
    assert entries(rows[1], "in", "sources", 2) == []
    assert entries(rows[2], "in", "sources", 1) == [(1, 3)]


def test_a_class_without_influences_has_empty_rows_of_every_layer() -> None:
    rows = adjacency_rows("m/0", SAMPLE.layers, {})
    assert [(row["layer"], len(row["in_starts"]), len(row["out_starts"])) for row in rows] == [
        (layer.name, layer.channels + 1, layer.channels + 1) for layer in SAMPLE.layers
    ]


def test_edges_of_excluded_channels_and_without_weight_are_left_out() -> None:
    _, high = adjacency_rows("m/0", [LOW, HIGH], {"high": Columns([0, 0, 1], [2, 0, 1], [9, 0, 4])})
    assert (high["in_sources"], high["in_weights"]) == ([1], [4])


@pytest.mark.parametrize(
    "influences, complaint",
    [
        ({"high": Columns([2], [0], [1])}, "name channels 2 to 2 of low, which has 2"),
        ({"high": Columns([0], [3], [1])}, "name channels 3 to 3 of high, which has 3"),
        ({"high": Columns([0], [-1], [1])}, "name channels -1 to -1 of high"),
        ({"low": Columns([0], [0], [1])}, r"influences on \['low'\]; a model's upper layers are \['high'\]"),
    ],
)
def test_influences_that_do_not_fit_the_layers_are_refused(influences: dict[str, Columns], complaint: str) -> None:
    with pytest.raises(DataError, match=complaint):
        adjacency_rows("m/0", [LOW, HIGH], influences)


@pytest.mark.parametrize("index", SAMPLE.classes)
def test_what_is_built_from_relationships_is_what_was_loaded(database: Database, index: int) -> None:
    name = class_id(SAMPLE.name, index)
    kept = f"MATCH (:ImageClass {{id: '{name}'}})-[:HAS_ADJACENCY]->(node) RETURN properties(node) ORDER BY node.id"
    counts = SAMPLE.held[index]
    loaded = [row[0] for row in database.administer(kept)]
    assert loaded == adjacency_rows(name, SAMPLE.layers, counts.influences)

    _, built = database.await_(database.store.write_together(rebuild_steps(name)))

    assert built == {"layers": len(SAMPLE.layers), "edges": counts.influence_count}
    assert [row[0] for row in database.administer(kept)] == loaded


def test_nothing_is_built_for_a_class_that_is_not_there(database: Database) -> None:
    assert database.write("build_adjacency", **{"class": "nowhere/0"}) == {"layers": 0, "edges": 0}
