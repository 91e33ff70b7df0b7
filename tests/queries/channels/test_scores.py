"""Scores of channels: kept until other counts are loaded; a model without them is asked about frequency alone."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest

from bench.testbed.counted import Counted, counted, load
from queries.channels.scores import channel_score_steps
from queries.graphs.extraction import extract_model
from queries.progress import ignore_progress
from queries.store import Row
from tests.conftest import Database

names = (f"meaning{number}" for number in count())
LIMITS = {"position": 1.0, "selectivity": 0.12, "frequency": 0.05, "graphs": 0.5, "limit": 50}
SCORES = [
    {"layer": "layer0", "index": 0, "frequency": 0.5, "position": 1.5, "selectivity": 0.1},
    {"layer": "layer1", "index": 2, "frequency": 0.5, "position": 1.1, "selectivity": 0.0},
    {"layer": "layer1", "index": 3, "frequency": 0.75, "position": 2.0, "selectivity": 0.11},
    {"layer": "layer0", "index": 1, "frequency": 0.04, "position": 1.5, "selectivity": 0.1},
    {"layer": "layer0", "index": 2, "frequency": 0.5, "position": 1.0, "selectivity": 0.1},
    {"layer": "layer0", "index": 3, "frequency": 0.5, "position": 1.5, "selectivity": 0.12},
    {"layer": "layer0", "index": 4, "frequency": 0.5, "position": None, "selectivity": 0.1},
    {"layer": "layer0", "index": 5, "frequency": 0.5, "position": 1.5, "selectivity": None},
]


@pytest.fixture
def run(database: Database) -> Iterator[Counted]:
    run = counted(next(names), (8, 9, 10), 3, 0.3)
    database.await_(load(database.store, run))
    yield run
    database.administer(
        f"MATCH (node) WHERE node.model = '{run.name}' OR node.id STARTS WITH '{run.name}' DETACH DELETE node"
    )


def proposed(database: Database, model: str, **limits: float) -> list[Row]:
    return database.ask("channels_without_meaning", {"model": model, **LIMITS, **limits})


def test_measured_channels_are_proposed_by_their_scores(database: Database, run: Counted) -> None:
    database.await_(database.store.write_together(channel_score_steps(run.name, SCORES)))
    rows = proposed(database, run.name)
    assert [row["channel"] for row in rows] == [f"{run.name}/{name}" for name in ("layer1/3", "layer0/0", "layer1/2")]
    assert {row["reason"] for row in rows} == {"position and selectivity"}
    assert [(row["frequency"], row["position"], row["selectivity"]) for row in rows] == [
        (0.75, 2.0, 0.11),
        (0.5, 1.5, 0.1),
        (0.5, 1.1, 0.0),
    ]
    assert len(proposed(database, run.name, frequency=0.01)) == 4
    database.await_(database.store.write_together(channel_score_steps(run.name, SCORES[:1])))  # in place of all
    assert [row["index"] for row in proposed(database, run.name)] == [0]


def test_scores_go_with_the_counts_they_are_of(database: Database, run: Counted) -> None:
    database.await_(database.store.write_together(channel_score_steps(run.name, SCORES)))
    database.await_(load(database.store, run))
    assert len(proposed(database, run.name)) == 3  # nothing was written
    other = counted(run.name, (8, 9, 10), 3, 0.3, seed=1)
    database.await_(load(database.store, replace(other, held={**run.held, 2: other.held[2]})))
    assert not proposed(database, run.name)


def test_channels_of_graphs_without_scores_are_proposed_by_frequency_alone(database: Database, run: Counted) -> None:
    assert not proposed(database, run.name, graphs=0.0)  # no graphs
    database.await_(extract_model(database.store, run.name, progress=ignore_progress))
    rows = proposed(database, run.name, graphs=0.6)
    holders = database.administer(
        f"MATCH (class:ImageClass)-[:HAS_CHANNEL]->(channel:Channel) WHERE channel.model = '{run.name}' "
        "RETURN channel.id AS channel, count(class) AS classes"
    )
    expected = {channel for channel, classes in holders if classes >= 2}
    assert expected and {row["channel"] for row in rows} == expected
    assert all(row["reason"] == "frequency alone" and row["frequency"] is None for row in rows)
    classes = [row["classes"] for row in rows]
    assert classes == sorted(classes, reverse=True)
