"""What a check found is kept for the graph that was checked, and goes with it."""

from itertools import count

import pytest

from bench.testbed.counted import attributed, counted, load
from queries.errors import QueryError
from queries.graphs.extraction import Cut, extract_model
from queries.graphs.faithfulness import (
    GraphChannels,
    channels_by_activation,
    channels_by_attribution,
    faithfulness_step,
)
from queries.graphs.stored import read_graph
from queries.progress import ignore_progress
from queries.records import Score, class_id
from queries.store import Row
from tests.conftest import Database

names = (f"checked{number}" for number in count())
LAYERS = ("layer0", "layer1", "layer2")


def extracted(database: Database, *scores: Score) -> str:
    """A model of two classes, of which the second has no attribution counts."""
    run = attributed(counted(next(names), (8, 9, 10), 2, 0.3), without=[1])
    database.await_(load(database.store, run))
    for score in scores:
        extract(database, run.name, score)
    return run.name


def extract(database: Database, model: str, score: Score = Score.ACTIVATION, threshold: float = 7.5) -> None:
    cut = Cut(threshold)
    database.await_(extract_model(database.store, model, score=score, cut=cut, progress=ignore_progress))


def found(layers: tuple[str, ...] = LAYERS, drop: float = 1.5, recovered: float | None = 0.5) -> list[Row]:
    """What a check could find."""
    measured = {"null_mean": 0.25, "null_99": 0.75, "beaten": 1.0, "matched": 0.5, "recovered": recovered}
    drawn = {"pictures": 8, "draws": 20, "seed": 0}
    return [
        {"layer": layer, "channels": 2, "drop": drop + place, **measured, **drawn} for place, layer in enumerate(layers)
    ]


def keep(database: Database, model: str, graph: GraphChannels, rows: list[Row]) -> None:
    database.await_(database.store.write_together([faithfulness_step(model, graph, LAYERS, rows)]))


def kept(database: Database, model: str, index: int = 0, score: Score = Score.ACTIVATION) -> list[Row]:
    return database.ask("class_faithfulness", {"class": class_id(model, index), "score": score.value})


def scores_of(database: Database, model: str) -> dict[str, tuple[int, int]]:
    return {row["score"]: (row["graphs"], row["checked"]) for row in database.ask("model_scores", {"model": model})}


def test_what_was_found_is_that_of_the_graph_that_is_stored_now(scratch: Database) -> None:
    model = extracted(scratch, *Score)
    (graph,) = scratch.await_(channels_by_activation(scratch.store, model, [0]))
    (other,) = scratch.await_(channels_by_attribution(scratch.store, model, [0, 1], required=False))
    assert kept(scratch, model) == []

    assert scores_of(scratch, model) == {"activation": (2, 0), "attribution": (1, 0)}
    keep(scratch, model, graph, found())
    keep(scratch, model, other, found(("layer1", "layer2"), 7.0, None))
    assert scores_of(scratch, model) == {"activation": (2, 1), "attribution": (1, 1)}
    assert kept(scratch, model) == found()
    assert kept(scratch, model, score=Score.ATTRIBUTION) == found(("layer1", "layer2"), 7.0, None)
    assert kept(scratch, model, 1) == []
    keep(scratch, model, graph, found(drop=2.5, recovered=None))
    assert kept(scratch, model) == found(drop=2.5, recovered=None)
    (row,) = scratch.ask("faithfulness_of_classes", {"model": model, "score": "activation"})
    assert (row["class"], row["layers"], row["drop"], row["null_mean"], row["beaten"]) == (
        f"{model}/0",
        3,
        3.5,
        0.25,
        1,
    )

    extract(scratch, model, threshold=25.0)
    assert scores_of(scratch, model) == {"activation": (2, 0), "attribution": (1, 1)}
    assert kept(scratch, model) == [] and len(kept(scratch, model, score=Score.ATTRIBUTION)) == 2
    (fresh,) = scratch.await_(channels_by_activation(scratch.store, model, [0]))
    keep(scratch, model, fresh, found(("layer2",)))
    assert [row["layer"] for row in kept(scratch, model)] == ["layer2"]  # not those of the graph before
    extract(scratch, model)
    assert kept(scratch, model) == []  # of the first graph's check one layer was overwritten, so nothing is shown


def test_a_check_goes_with_its_class(scratch: Database) -> None:
    model = extracted(scratch, Score.ACTIVATION)
    (graph,) = scratch.await_(channels_by_activation(scratch.store, model, [0]))
    keep(scratch, model, graph, found())
    scratch.write("remove_attribution_edges", classes=[class_id(model, 0)])
    scratch.write("remove_classes", classes=[class_id(model, 0)])
    query = f"MATCH (node:LayerFaithfulness) WHERE node.id STARTS WITH '{model}/' RETURN count(node)"
    assert scratch.administer(query) == [[0]]


def test_channels_to_check_are_those_of_the_stored_graphs(scratch: Database) -> None:
    model = extracted(scratch, *Score)
    for graph in scratch.await_(channels_by_activation(scratch.store, model, [0, 1])):
        rows, _, _ = scratch.await_(read_graph(scratch.store, class_id(model, graph.index)))
        ids = {f"{model}/{layer}/{channel}" for layer, channels in graph.channels.items() for channel in channels}
        assert ids == {row["channel"] for row in rows} and graph.score is Score.ACTIVATION
    with pytest.raises(QueryError, match=rf"classes \[1\] of {model} have no attribution graph by attribution; run"):
        scratch.await_(channels_by_attribution(scratch.store, model, [0, 1], required=True))


def test_classes_without_a_graph_are_named(scratch: Database) -> None:
    model = extracted(scratch)
    with pytest.raises(
        QueryError, match=rf"classes \[0\] of {model} have no attribution graph .* `summit extract {model}`"
    ):
        scratch.await_(channels_by_activation(scratch.store, model, [0]))
    assert scores_of(scratch, model) == {"activation": (0, 0), "attribution": (0, 0)}
