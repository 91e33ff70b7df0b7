"""What single channels do to a class, what separates two classes, edges by attribution: by hand on the sample."""

from typing import Any

import pytest

from queries.graphs.effects import EdgeAttributions
from tests.conftest import Database


def test_effects_are_ranked_and_signed(database: Database) -> None:
    rows = database.ask("class_effects", {"class": "sample/0", "limit": 10})
    assert [(row["channel"], row["drop"], row["low"], row["high"]) for row in rows] == [
        ("sample/middle/0", 2.5, 2.25, 2.75),
        ("sample/bottom/0", 1.5, 1.0, 2.0),
        ("sample/middle/1", -0.5, -1.0, 0.0),
    ]
    assert all((row["pictures"], row["seed"]) == (8, 0) for row in rows)
    assert len(database.ask("class_effects", {"class": "sample/0", "limit": 1})) == 1


def test_what_separates_two_classes_is_ranked_by_the_difference(database: Database) -> None:
    rows = database.ask("effects_between", {"class": "sample/0", "other": "sample/1", "limit": 10})
    assert [(row["channel"], row["drop"], row["other_drop"], row["difference"]) for row in rows] == [
        ("sample/middle/1", -0.5, 2.0, -2.5),
        ("sample/bottom/0", 1.5, -0.25, 1.75),
    ]
    assert (rows[0]["low"], rows[0]["high"], rows[0]["other_low"], rows[0]["other_high"]) == (-1.0, 0.0, None, None)
    assert all((row["pictures"], row["other_pictures"]) == (8, 8) for row in rows)
    turned = database.ask("effects_between", {"class": "sample/1", "other": "sample/0", "limit": 10})
    assert [row["difference"] for row in turned] == [2.5, -1.75]


def test_edges_by_attribution_are_told_target_by_target(database: Database) -> None:
    rows = database.ask("class_edge_attributions", {"class": "sample/0"})
    assert [(row["target"], row["layer"], row["index"], row["sources"], row["counts"]) for row in rows] == [
        ("sample/middle/0", "middle", 0, [0, 2], [8, 3]),
        ("sample/top/0", "top", 0, [], []),
        ("sample/top/1", "top", 1, [1], [5]),
    ]
    assert all((row["pictures"], row["seed"]) == (8, 0) for row in rows)
    assert database.ask("class_edge_attributions", {"class": "sample/1"}) == []


@pytest.mark.parametrize(
    "flaw", [{"sources": None}, {"counts": [1]}, {"counts": "8, 3"}, {"counts": [8, "3"]}, {"pictures": None}]
)
def test_damaged_edges_by_attribution_are_not_known(flaw: dict[str, Any]) -> None:
    row = {"target": "m/high/1", "sources": [0, 2], "counts": [8, 3], "pictures": 8}
    found = EdgeAttributions([row, {**row, "target": "m/high/2", **flaw}])
    assert found.of_edge("m/low/2", "m/high/1") == (3, 8) and found.of_edge("m/low/1", "m/high/1") == (0, 8)
    assert found.of_edge("m/low/2", "m/high/2") is None
