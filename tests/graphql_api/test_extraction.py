"""Graphs of any threshold and extraction over GraphQL."""

from collections.abc import Iterator
from typing import Any

import pytest

from queries.engines.arcadedb import ArcadeDB
from queries.graphs.extraction import Cut, cut_graph, extract_model
from queries.progress import ignore_progress
from tests.conftest import Database, open_database
from tests.counted import counted
from tests.graphql_api.test_api import Api

GRAPH = """query($threshold: Float, $unified: Boolean! = false, $deadEnds: Boolean! = true) {
  imageClass(model: "made", index: 0) { live
    attributionGraph(threshold: $threshold, unified: $unified, deadEnds: $deadEnds) {
      totalChannels totalEdges channels { count share pagerank channel { layer index } } edges { source target weight }
      origin { threshold unified step deadEnds thresholds damping variant } } } }"""
EXTRACT = """mutation($classes: [Int!]!, $threshold: Float! = 7.5) {
  extract(model: "made", classes: $classes, threshold: $threshold) { written unchanged variant seconds } }"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The embedded engine with counts of a small network; class 0 is extracted."""
    with open_database(ArcadeDB(), tmp_path_factory.mktemp("made") / "arcadedb") as database:
        database.load(counted("made", (8, 9, 10), 30, 0.2))
        work = extract_model(database.store, "made", classes=[0], progress=ignore_progress)
        database.await_(work)
        yield database


@pytest.fixture(scope="module")
def small(made: Database) -> Iterator[Api]:
    api = Api(made)
    yield api
    made.await_(api.guard.close())


def graph_of(api: Api, **variables: Any) -> Any:
    return api.ask(GRAPH, **variables)["imageClass"]["attributionGraph"]


@pytest.mark.parametrize("threshold", [1.0, 7.5, 33.0, 50.0])
@pytest.mark.parametrize("unified", [False, True])
def test_a_graph_is_cut_at_any_threshold(small: Api, made: Database, threshold: float, unified: bool) -> None:
    shown = graph_of(small, threshold=threshold, unified=unified, deadEnds=False)
    wanted = made.await_(cut_graph(made.store, "made/0", Cut(threshold, unified, dead_ends=False)))

    found = [(each["channel"]["layer"], each["channel"]["index"], each["count"]) for each in shown["channels"]]
    assert found == [(each.layer, each.channel, each.count) for each in wanted.vertices]
    assert [each["weight"] for each in shown["edges"]] == [each.weight for each in wanted.edges]
    assert (shown["totalChannels"], shown["totalEdges"]) == (len(wanted.vertices), len(wanted.edges))
    assert shown["channels"][0]["share"] == shown["channels"][0]["count"] / 50
    assert shown["origin"] == {
        "threshold": threshold,
        "unified": unified,
        "step": 0.5,
        "deadEnds": False,
        "thresholds": wanted.properties["graph_thresholds"],
        "damping": 0.85,
        "variant": "portable",
    }


def test_without_a_threshold_the_stored_graph_is_told_with_how_it_was_cut(small: Api) -> None:
    stored, same = graph_of(small), graph_of(small, threshold=7.5)

    assert stored["origin"] == same["origin"]
    assert [each["channel"] for each in stored["channels"]] == [each["channel"] for each in same["channels"]]
    assert sorted(map(str, stored["edges"])) == sorted(map(str, same["edges"]))


@pytest.mark.parametrize(
    "asked, code, words",
    [
        ({"threshold": 0.9}, "BAD_QUERY", "threshold 0.9 is not in 1 to 50 percent"),
        ({"threshold": 51}, "BAD_QUERY", "threshold 51 is not in 1 to 50 percent"),
        ({"unified": True}, "BAD_QUERY", "unified and deadEnds go with a threshold"),
    ],
)
def test_what_cannot_be_cut_is_told(small: Api, asked: dict[str, Any], code: str, words: str) -> None:
    told = small.refusal(GRAPH, **asked)
    assert told[0] == code and words in told[1]


def test_a_class_without_pagerank_says_so(small: Api) -> None:
    assert small.ask('{ imageClass(model: "made", index: 5) { live } }') == {"imageClass": {"live": False}}
    code, message = small.refusal(
        '{ imageClass(model: "made", index: 5) { attributionGraph(threshold: 10) { totalChannels } } }'
    )
    assert code == "NOT_FOUND" and "made/5 has no PageRank to cut other graphs from" in message


def test_a_mutation_extracts_and_says_what_it_did(small: Api) -> None:
    first = small.ask(EXTRACT, classes=[1, 2, 2])["extract"]
    assert (first["written"], first["unchanged"], first["variant"]) == (2, 0, "portable")
    assert first["seconds"] > 0
    again = small.ask(EXTRACT, classes=[1, 2])["extract"]
    assert (again["written"], again["unchanged"]) == (0, 2)
    assert small.ask(EXTRACT, classes=[1], threshold=40)["extract"]["written"] == 1
    shown = small.ask('{ imageClass(model: "made", index: 1) { live attributionGraph { origin { threshold } } } }')[
        "imageClass"
    ]
    assert shown == {"live": True, "attributionGraph": {"origin": {"threshold": 40}}}


def test_a_mutation_takes_a_handful_of_classes(small: Api) -> None:
    for classes in ([], list(range(21))):
        code, message = small.refusal(EXTRACT, classes=classes)
        assert code == "BAD_QUERY" and "a request extracts 1 to 20, `summit extract` all of them" in message
