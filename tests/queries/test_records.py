"""Records refuse nonsense, and an address keeps its password to itself."""

import pytest

from queries.errors import DataError, QueryError, StoreError
from queries.records import Address, GraphEdge, GraphVertex, channel_id, class_id, model_id


@pytest.mark.parametrize(
    "text, address",
    [
        ("bolt://neo4j:secret@db:7688/graphs", Address("bolt://db:7688", "neo4j", "secret", "graphs")),
        ("neo4j+s://me:a%40b%2F@host", Address("neo4j+s://host:7687", "me", "a@b/")),
        ("bolt://host/", Address("bolt://host:7687", "", "")),
        (" bolt://u:p@host\n", Address("bolt://host:7687", "u", "p")),
        ("bolt://u:p@[::1]:7687", Address("bolt://[::1]:7687", "u", "p")),
    ],
)
def test_a_bolt_url_reads_as_an_address(text: str, address: Address) -> None:
    assert Address.parse(text) == address


@pytest.mark.parametrize(
    "text, shown",
    [
        ("http://u:pass123@h", "http://...@h"),
        ("host:7687", "host:7687"),
        ("bolt://", "bolt://"),
        ("bolt://u:pass123@h:port", "bolt://...@h:port"),
        ("bolt://u:pass123@h:70000", "bolt://...@h:70000"),
        ("bolt://u:pass123/4@h", "bolt://...@h"),
        ("u:pass123://4@h", "...@h"),
        ("bolt://[::1", "bolt://[::1"),
    ],
)
def test_anything_else_is_refused_without_its_password(text: str, shown: str) -> None:
    with pytest.raises(StoreError) as refusal:
        Address.parse(text)
    assert f"{shown!r} is not a Bolt URL; expected bolt://user:password@host" in str(refusal.value)
    assert "pass123" not in str(refusal.value)


def test_an_address_is_shown_without_its_password() -> None:
    assert "secret" not in repr(Address.parse("bolt://neo4j:secret@db"))


def test_ids_are_put_together_from_their_parts() -> None:
    assert channel_id("summit-inceptionv1", "mixed4d", 431) == "summit-inceptionv1/mixed4d/431"
    assert class_id("summit-inceptionv1", 294) == "summit-inceptionv1/294"


@pytest.mark.parametrize("channel, count, pagerank", [(-1, 1, 0.1), (0, -1, 0.1), (0, 1, 1.1), (0, 1, float("nan"))])
def test_a_vertex_that_cannot_be_is_refused(channel: int, count: int, pagerank: float) -> None:
    with pytest.raises(DataError, match="mixed4d/"):
        GraphVertex("mixed4d", channel, count, pagerank)


def test_an_edge_of_less_than_no_pictures_is_refused() -> None:
    with pytest.raises(DataError, match="mixed4c/1 -> mixed4d/2: -3 < 0"):
        GraphEdge("mixed4c", 1, "mixed4d", 2, -3)


@pytest.mark.parametrize(
    "name", ["", " ", "..", "a/b", " padded", "two\nlines", "bell\a", "\ud800", "x" * 201, "e\u0301t", "a\u202eb"]
)
def test_what_cannot_be_the_id_of_a_model_is_refused(name: str) -> None:
    with pytest.raises(QueryError, match="is not a model id; expected 1 to 200 printable characters"):
        model_id(name)


@pytest.mark.parametrize("name", ["m", "My Photos #1?", "ResNet-50 (été)", "x" * 200])
def test_a_model_may_have_any_readable_name(name: str) -> None:
    assert model_id(name) == name
