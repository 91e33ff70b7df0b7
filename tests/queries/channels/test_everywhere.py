"""A channel over all classes: its place in each graph, and its edges, answered again from the published files."""

from collections import defaultdict

from queries.load.published import MODEL, PublishedData
from queries.records import channel_id, class_id
from tests.conftest import Database

CHANNEL = ("mixed4d", 431)
ID = f"{MODEL}/mixed4d/431"


def test_a_channel_has_its_place_in_each_graph(database: Database, published_data: PublishedData) -> None:
    rows = database.ask("channel_places", {"channel": ID, "limit": 1000})
    wanted = {}
    for graph in published_data.graphs:
        row = {each.channel: each for each in graph.vertices if each.layer == CHANNEL[0]}
        if CHANNEL[1] in row:
            higher = sum(each.pagerank > row[CHANNEL[1]].pagerank for each in row.values())
            wanted[class_id(MODEL, graph.index)] = (row[CHANNEL[1]].count, 1 + higher, len(row))
    assert {row["class"]: (row["count"], row["rank"], row["row"]) for row in rows} == wanted
    assert [row["rank"] for row in rows] == sorted(row["rank"] for row in rows)
    assert {row["share"] for row in rows} == {None}, "the published graphs do not tell the pictures"
    (known,) = [
        row["share"]
        for row in database.ask("channel_places", {"channel": "sample/bottom/0", "limit": 9})
        if row["index"] == 0
    ]
    assert known == 10 / 50


def test_a_channel_s_edges_are_counted_over_all_graphs(database: Database, published_data: PublishedData) -> None:
    rows = database.ask("channel_neighbours", {"channel": ID, "limit": 10_000})
    inputs: dict[str, list[int]] = defaultdict(list)
    outputs: dict[str, list[int]] = defaultdict(list)
    for graph in published_data.graphs:
        for edge in graph.edges:
            if (edge.target_layer, edge.target) == CHANNEL:
                inputs[channel_id(MODEL, edge.source_layer, edge.source)].append(edge.weight)
            if (edge.source_layer, edge.source) == CHANNEL:
                outputs[channel_id(MODEL, edge.target_layer, edge.target)].append(edge.weight)
    assert inputs and outputs
    for is_input, wanted in ((True, inputs), (False, outputs)):
        found = {row["neighbour"]: row for row in rows if row["is_input"] is is_input}
        assert {name: row["classes"] for name, row in found.items()} == {
            name: len(weights) for name, weights in wanted.items()
        }
        assert all(
            abs(row["mean_weight"] - sum(wanted[name]) / len(wanted[name])) < 1e-9 for name, row in found.items()
        )
    assert [row["classes"] for row in rows] == sorted((row["classes"] for row in rows), reverse=True)
    assert len(database.ask("channel_neighbours", {"channel": ID, "limit": 3})) == 3
