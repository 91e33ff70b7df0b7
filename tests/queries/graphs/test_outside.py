"""What counts say of channels and edges that a class's graph lacks: worked out by hand on the sample."""

import pytest

from queries.errors import QueryError
from queries.graphs import outside
from queries.graphs.outside import counted_channels, counted_edges
from queries.records import Score
from tests.conftest import MODEL, Database

SAMPLE = ("sample/0", "sample/1")


def test_counts_are_of_all_channels_whatever_the_graphs_have(database: Database) -> None:
    channels = ["sample/bottom/0", "sample/bottom/1", "sample/middle/2", "sample/middle/3"]
    first, second = database.await_(counted_channels(database.store, SAMPLE, channels, Score.ACTIVATION))
    assert [first.of_channel(each) for each in channels] == [10, 5, 2, 0]
    assert [second.of_channel(each) for each in channels] == [1, 0, 0, 0]


def test_counts_by_attribution_are_others_and_unknown_without_them(database: Database) -> None:
    channels = ["sample/bottom/0", "sample/bottom/1", "sample/top/1"]
    first, second = database.await_(counted_channels(database.store, SAMPLE, channels, Score.ATTRIBUTION))
    assert [first.of_channel(each) for each in channels] == [0, 7, 12]
    assert [second.of_channel(each) for each in channels] == [None, None, None], "class 1 is no output"


def test_weights_are_of_the_edges_that_are_asked_for_whatever_the_graphs_have(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside, "EDGES_AT_ONCE", 1)
    edges = [
        ("sample/bottom/1", "sample/middle/0"),
        ("sample/bottom/2", "sample/middle/1"),
        ("sample/bottom/0", "sample/middle/1"),
    ]
    first, second = database.await_(counted_edges(database.store, SAMPLE, edges))
    assert [first.of_edge(*edge) for edge in edges] == [2, 0, 0]
    assert [second.of_edge(*edge) for edge in edges] == [0, 9, 1]
    assert first.edges == {("sample/middle/0", 1): 2}, "its other source is not read"


def test_nothing_is_known_of_published_graphs(database: Database) -> None:
    classes, channel = (f"{MODEL}/294", f"{MODEL}/295"), f"{MODEL}/mixed4d/431"
    channels = database.await_(counted_channels(database.store, classes, [channel], Score.ACTIVATION))
    edges = database.await_(counted_edges(database.store, classes, [(f"{MODEL}/mixed4c/1", channel)]))
    assert [one.of_channel(channel) for one in channels] == [None, None]
    assert [one.of_edge(f"{MODEL}/mixed4c/1", channel) for one in edges] == [None, None]


def test_counts_of_too_many_classes_are_refused(database: Database) -> None:
    with pytest.raises(QueryError, match="counts of 31 classes were asked for; expected at most 30"):
        database.await_(counted_edges(database.store, [f"sample/{index}" for index in range(31)], []))
