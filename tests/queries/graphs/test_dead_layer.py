"""A layer that no picture activates: its channels are in graphs with count 0, and no answer has a NaN."""

from typing import Any

import pytest

from bench.testbed.counted import Counted, by_hand
from queries.graphs.extraction import extract_model
from queries.progress import ignore_progress
from queries.records import LayerSize
from tests.conftest import Database

LAYERS = [LayerSize("low", 0, 2), LayerSize("dead", 1, 2), LayerSize("top", 2, 2)]


@pytest.fixture(scope="module")
def model(scratch: Database) -> str:
    """Three classes with influences through a layer without a single activation; the third has no activation at all."""
    influences = {"dead": {(0, 0): 5, (1, 0): 5}, "top": {(0, 1): 5, (0, 0): 5}}
    activations: tuple[dict[str, dict[int, int]], ...] = (
        {"low": {0: 5, 1: 3}, "top": {1: 5}},
        {"low": {0: 2}, "top": {0: 5, 1: 4}},
        {},
    )
    held = {index: by_hand(active, influences, index) for index, active in enumerate(activations)}
    scratch.load(Counted("unlit", LAYERS, held))
    scratch.await_(extract_model(scratch.store, "unlit", progress=ignore_progress))
    return "unlit"


def test_classes_are_similar_only_where_they_have_counts(scratch: Database, model: str) -> None:
    def ask(name: str, **parameters: Any) -> list[dict[str, Any]]:
        return scratch.run(name, **parameters)

    of_dead = [
        row["count"] for row in ask("class_channels", **{"class": f"{model}/0"}, min_count=0) if row["layer"] == "dead"
    ]
    assert of_dead and set(of_dead) == {0}
    assert ask("similar_classes", **{"class": f"{model}/0"}, layer="dead", limit=5) == []
    assert ask("similar_classes", **{"class": f"{model}/2"}, layer=None, limit=5) == []
    layers = {row["layer"] for row in ask("similar_classes_by_layer", **{"class": f"{model}/0"}, limit=5)}
    assert layers and "dead" not in layers
    near = {"class": f"{model}/0", "layer": "dead", "source": "graphs", "neighbours": 5}
    assert ask("nearest_classes", **near) == []
    classes = [f"{model}/{index}" for index in range(3)]
    assert ask("moving_classes", classes=classes, lower="dead", upper="top", neighbours=2, limit=5) == []
