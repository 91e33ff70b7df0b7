"""A channel's place in a graph and among its users, against the published files and against other cuts."""

from statistics import fmean

import pytest

from bench.testbed.counted import IMAGES
from queries.channels.place import ChannelPlace, find_place
from queries.graphs.extraction import Cut, cut_graph
from queries.graphs.stored import graph_rows, read_graph
from queries.load.published import PublishedData
from queries.records import channel_id, class_id
from tests.conftest import MODEL, Database

BROWN = 294


def stored_place(database: Database, model: str, index: int, channel: str) -> ChannelPlace | None:
    id = class_id(model, index)
    channels, edges, _ = database.await_(read_graph(database.store, id))
    return database.await_(find_place(database.store, id, f"{model}/{channel}", channels, edges, unified=False))


@pytest.mark.parametrize("channel", ["mixed4d/431", "mixed4a/140", "mixed5b/338"])
def test_a_place_is_that_of_the_published_files(
    channel: str, published_data: PublishedData, arcadedb: Database
) -> None:
    layer, _, index = channel.partition("/")
    counts = {
        graph.index: vertex.count
        for graph in published_data.graphs
        for vertex in graph.vertices
        if (vertex.layer, vertex.channel) == (layer, int(index))
    }
    (graph,) = [graph for graph in published_data.graphs if graph.index == BROWN]
    row = sorted((vertex.pagerank, vertex.channel) for vertex in graph.vertices if vertex.layer == layer)
    (mine,) = [pagerank for pagerank, other in row if other == int(index)]
    elsewhere = [count for other, count in counts.items() if other != BROWN]
    found = stored_place(arcadedb, MODEL, BROWN, channel)

    assert found is not None
    assert found.vertex["count"] == counts[BROWN]
    assert (found.rank, found.row_size) == (1 + sum(pagerank > mine for pagerank, _ in row), len(row))
    assert found.margin == mine / row[0][0]
    assert found.pagerank_before is None
    assert found.others == len(elsewhere)
    assert found.rank_among_users == 1 + sum(count > counts[BROWN] for count in elsewhere)
    assert found.mean_count == pytest.approx(fmean(elsewhere), rel=1e-12)
    assert found.mean_share is None
    edges = [edge for edge in graph.edges if (edge.target_layer, edge.target) == (layer, int(index))]
    assert [(edge["source"], edge["weight"]) for edge in found.inputs] == sorted(
        ((channel_id(MODEL, edge.source_layer, edge.source), edge.weight) for edge in edges),
        key=lambda each: (-each[1], each[0]),
    )


def test_a_channel_that_is_not_in_the_graph_has_no_place(arcadedb: Database) -> None:
    assert stored_place(arcadedb, MODEL, BROWN, "mixed4d/188") is None


def test_shares_are_compared_where_numbers_of_pictures_are_known(arcadedb: Database) -> None:
    """middle/1 is in the graph of class 1 alone, in 9 pictures."""
    asked = {"class": "sample/0", "channel": "sample/middle/1", "count": 4}
    (found,) = arcadedb.run("channel_elsewhere", **asked)

    assert found == {"others": 1, "higher_count": 1, "higher_share": 1, "mean_count": 9, "mean_share": 9 / IMAGES}
    (alone,) = arcadedb.run("channel_elsewhere", **{**asked, "class": "sample/1"})
    assert alone == {"others": 0, "higher_count": 0, "higher_share": 0, "mean_count": None, "mean_share": None}


@pytest.mark.parametrize("unified", [False, True])
@pytest.mark.parametrize("threshold", [7.5, 40, 49.2, 49.4])
def test_a_channel_is_in_the_graph_at_thresholds_above_the_pagerank_before_it(
    threshold: float, unified: bool, arcadedb: Database
) -> None:
    graph = arcadedb.await_(cut_graph(arcadedb.store, "sample/0", Cut(threshold, unified)))
    final = dict(zip(("bottom", "middle", "top"), graph.properties["graph_thresholds"], strict=True))
    channels, edges, _ = graph_rows("sample", graph)
    shown = {row["channel"] for row in channels}
    column = "in_all" if unified else "in_layer"
    for layer, size in (("bottom", 3), ("middle", 3), ("top", 2)):  # the fourth of the middle is left out
        for id in [f"sample/{layer}/{index}" for index in range(size)]:
            (before,) = arcadedb.run("pagerank_before", **{"class": "sample/0", "channel": id})
            place = arcadedb.await_(find_place(arcadedb.store, "sample/0", id, channels, edges, unified))
            assert (id in shown) == (before[column] < final[layer]), id
            assert (place.pagerank_before if place else before[column]) == before[column]
    assert arcadedb.run("pagerank_before", **{"class": "sample/0", "channel": "sample/middle/3"}) == []
