"""The signed difference of two groups, against the same worked out from the files."""

import pytest

from queries.load.published import MODEL, PublishedData
from queries.records import channel_id, class_id
from tests.conftest import Database

FIRST, SECOND = [294, 295], [603, 0, 813]


def mean_shares(data: PublishedData, classes: list[int]) -> dict[str, float]:
    """Mean share of pictures by channel, pictures being the largest count or weight of the class's graph."""
    means: dict[str, float] = {}
    for graph in (graph for graph in data.graphs if graph.index in classes):
        pictures = max([v.count for v in graph.vertices] + [e.weight for e in graph.edges])
        for vertex in graph.vertices:
            id = channel_id(MODEL, vertex.layer, vertex.channel)
            means[id] = means.get(id, 0.0) + vertex.count / pictures / len(classes)
    return means


def test_channels_differ_by_their_mean_shares(database: Database, published_data: PublishedData) -> None:
    first, second = mean_shares(published_data, FIRST), mean_shares(published_data, SECOND)
    classes = [class_id(MODEL, index) for index in FIRST + SECOND]

    rows = database.run("difference_channels", classes=classes, first=len(FIRST), limit=10_000)

    assert {row["channel"] for row in rows} == first.keys() | second.keys()
    for row in rows:
        assert row["first"] == pytest.approx(first.get(row["channel"], 0.0))
        assert row["second"] == pytest.approx(second.get(row["channel"], 0.0))
    sizes = [abs(row["difference"]) for row in rows]
    assert sizes == sorted(sizes, reverse=True)


def test_a_difference_changes_its_sign_with_the_order_of_the_groups(database: Database) -> None:
    bears = [class_id(MODEL, index) for index in (294, 295)]

    forth = database.run("difference_edges", classes=bears, first=1, limit=10_000)
    back = database.run("difference_edges", classes=bears[::-1], first=1, limit=10_000)

    assert forth
    assert {(row["source"], row["target"]): row["difference"] for row in forth} == {
        (row["source"], row["target"]): -row["difference"] for row in back
    }
