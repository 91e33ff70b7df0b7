"""Graphs of any threshold and extraction over GraphQL."""

from collections.abc import Iterator
from typing import Any

import pytest

from bench.testbed.counted import attributed, counted
from bench.testbed.sample import CHECKED
from queries.engines.arcadedb import ArcadeDB
from queries.graphs.extraction import Cut, cut_graph, extract_model
from queries.graphs.faithfulness import channels_by_activation, faithfulness_step
from queries.graphs.scored import read_scored
from queries.graphs.stored import read_graph
from queries.progress import ignore_progress
from queries.records import Score
from tests.conftest import Database, open_database
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
        "variant": "procedure",
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
    assert (first["written"], first["unchanged"], first["variant"]) == (2, 0, "procedure")
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


def test_companions_of_too_many_channels_are_refused(small: Api) -> None:
    small.ask(EXTRACT, classes=list(range(10)))
    small.ask(EXTRACT, classes=list(range(10, 30)))
    asked = """query($first: Int!) { classes(model: "made", first: $first) { nodes { attributionGraph { channels {
      channel { companions { together } } } } } } }"""
    (one,) = small.ask(asked, first=1)["classes"]["nodes"]
    assert len(one["attributionGraph"]["channels"][0]["channel"]["companions"]) > 1
    code, message = small.refusal(asked, first=30)
    assert code == "STORE_BUSY" and "ask for fewer objects at a time" in message


SCORED = """query($score: Score! = ATTRIBUTION, $threshold: Float) {
  imageClass(model: "both", index: 0) { attributionGraph(score: $score, threshold: $threshold) {
    channels { count pagerank channel { id } } edges { source target weight } origin { threshold } } } }"""
COMPARED = """query($classes: [Int!]!, $score: Score! = ATTRIBUTION) {
  compare(model: "both", classes: $classes, operation: UNION, score: $score) {
    channels { channel { id } classes counts } edges { source target classes weights }
    layers { layer jaccard counts } } }"""


@pytest.fixture(scope="module")
def both(made: Database) -> Database:
    """Three classes with graphs by both scores; class 2 has no attribution counts, and so one graph."""
    made.load(attributed(counted("both", (8, 9, 10), 3, 0.2), without=[2]))
    for score in Score:
        made.await_(extract_model(made.store, "both", score=score, progress=ignore_progress))
    return made


def test_a_graph_by_attribution_is_given_where_it_is_asked_for_and_only_there(small: Api, both: Database) -> None:
    channels, edges, _ = both.await_(read_scored(both.store, "both/0", Score.ATTRIBUTION))
    plain, _, _ = both.await_(read_graph(both.store, "both/0"))
    ours, default = small.ask(SCORED), small.ask(SCORED, score="ACTIVATION")
    unasked = small.ask(SCORED.replace("score: $score, ", "").replace("$score: Score! = ATTRIBUTION, ", ""))

    assert unasked == default != ours
    shown = ours["imageClass"]["attributionGraph"]
    assert [(each["channel"]["id"], each["count"]) for each in shown["channels"]] == [
        (row["channel"], row["count"]) for row in channels
    ]
    assert shown["edges"] == [{name: row[name] for name in ("source", "target", "weight")} for row in edges]
    default_channels = default["imageClass"]["attributionGraph"]["channels"]
    assert [each["channel"]["id"] for each in default_channels] == [row["channel"] for row in plain]
    wider = small.ask(SCORED, threshold=40.0)["imageClass"]["attributionGraph"]
    assert wider["origin"]["threshold"] == 40.0 and len(wider["channels"]) > len(channels)


def test_graphs_by_attribution_are_compared(small: Api, both: Database) -> None:
    found = small.ask(COMPARED, classes=[0, 1])["compare"]
    graphs = [both.await_(read_scored(both.store, f"both/{index}", Score.ATTRIBUTION))[0] for index in (0, 1)]
    held = [{row["channel"] for row in channels} for channels in graphs]
    assert {each["channel"]["id"]: each["classes"] for each in found["channels"]} == {
        channel: [index for index in (0, 1) if channel in held[index]] for channel in held[0] | held[1]
    }
    assert sum(layer["counts"][0] for layer in found["layers"]) == len(held[0])
    assert small.ask(COMPARED, classes=[0, 1], score="ACTIVATION")["compare"] != found


def test_a_graph_by_attribution_that_is_not_there_is_refused_in_words(small: Api, both: Database) -> None:
    no_counts = "class both/2 has no attribution counts: the run was counted without --attribution"
    lone = SCORED.replace("index: 0", "index: 2")
    asked: list[tuple[str, dict[str, Any]]] = [(lone, {}), (lone, {"threshold": 20.0}), (COMPARED, {"classes": [0, 2]})]
    for document, variables in asked:
        code, message = small.refusal(document, **variables)
        assert code == "NOT_FOUND" and message.startswith(no_counts)
    both.write("remove_scored_graphs", classes=["both/1"])
    _, message = small.refusal(SCORED.replace("index: 0", "index: 1"))
    assert message == "class both/1 has no graph by attribution; `summit extract both --score attribution` makes it"


def test_a_mutation_tells_what_of_its_model_is_damaged_when_it_is_asked(small: Api, made: Database) -> None:
    made.load(counted("torn", (8, 9, 10), 3, 0.2))
    extract = 'mutation { extract(model: "torn", classes: [0, 1]) { written unchanged damages } }'
    try:
        assert small.ask(extract)["extract"] == {"written": 2, "unchanged": 0, "damages": []}
        made.administer("MATCH (:ImageClass {id: 'torn/1'})-[edge:HAS_CHANNEL]->() DELETE edge")
        other = 'mutation { extract(model: "torn", classes: [0]) { unchanged damages } }'
        done = small.ask(other)["extract"]
        assert done["unchanged"] == 1
        assert any("torn/1" in line and "`summit extract torn" in line for line in done["damages"]), done
        assert small.ask(extract)["extract"] == {"written": 1, "unchanged": 1, "damages": []}
    finally:
        made.remove("torn")


FAITHFULNESS = """{ model(id: "checked") { scores { score graphs checked } } imageClass(model: "checked", index: 0) {
  faithfulness { pictures draws seed drop nullMean beaten
    layers { layer channels drop nullMean null99 beaten matched recovered } }
  other: faithfulness(score: ATTRIBUTION) { drop } } }"""


def test_what_a_check_found_is_answered_until_the_graph_is_another(small: Api, made: Database) -> None:
    made.load(attributed(counted("checked", (8, 9, 10), 1, 0.2)))
    extract = """mutation($threshold: Float! = 7.5, $score: Score! = ACTIVATION) {
      extract(model: "checked", classes: [0], threshold: $threshold, score: $score) { written } }"""
    assert (
        small.ask(extract)["extract"]["written"] == small.ask(extract, score="ATTRIBUTION")["extract"]["written"] == 1
    )
    unchecked = small.ask(FAITHFULNESS)
    assert unchecked["imageClass"] == {"faithfulness": None, "other": None}
    assert [(each["graphs"], each["checked"]) for each in unchecked["model"]["scores"]] == [(1, 0), (1, 0)]

    (graph,) = made.await_(channels_by_activation(made.store, "checked", [0]))
    rows = [{**row, "layer": f"layer{at}"} for at, row in enumerate(CHECKED)]
    made.await_(made.store.write_together([faithfulness_step("checked", graph, ["layer0", "layer1", "layer2"], rows)]))
    answered = small.ask(FAITHFULNESS)
    assert answered["model"]["scores"][0] == {"score": "ACTIVATION", "graphs": 1, "checked": 1}
    found = answered["imageClass"]["faithfulness"]
    assert [layer["drop"] for layer in found["layers"]] == [0.5, 1.0, 2.0]
    assert [layer["recovered"] for layer in found["layers"]] == [None, 0.5, 0.9]
    assert found["layers"][0]["null99"] == 0.75
    assert (found["drop"], found["nullMean"], found["pictures"], found["draws"]) == (3.5 / 3, 0.25, 8, 20)
    assert answered["imageClass"]["other"] is None

    assert small.ask(extract, threshold=30)["extract"]["written"] == 1
    assert small.ask(FAITHFULNESS)["imageClass"]["faithfulness"] is None
