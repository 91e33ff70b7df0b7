"""Attribution graphs of viewers' files: ours come back as they left, others as far as they can be carried, in words."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx
import pytest

from bench.testbed.databases import Database
from queries.errors import DataError
from queries.export.asking import Request, export
from queries.export.viewers import viewer_json
from queries.graphs.resampling.probable import read_probable
from queries.groups import keep_group
from queries.integrity.check import check_database
from queries.load import published
from queries.load.restart import graph_pagerank
from queries.load.viewers.file import parse_viewer_file
from queries.load.viewers.graphs import ImportedGraphs, import_viewer_files, read_viewer_files
from queries.load.viewers.model import named_model
from queries.progress import ignore_progress
from queries.records import Score, digest_of
from tests.viewer_documents import language, node, own, prompt, text


@pytest.fixture(scope="module")
def sample(arcadedb: Database) -> Iterator[Database]:
    """The engine with the sample; every test imports under a model of its own."""
    known = {row["id"] for row in arcadedb.run("models")}
    yield arcadedb
    for row in arcadedb.run("models"):
        if row["id"] not in known:
            arcadedb.remove(row["id"])


def load(database: Database, *contents: bytes, model: str) -> ImportedGraphs:
    files = [parse_viewer_file(content) for content in contents]
    return database.await_(import_viewer_files(database.store, files, model, ignore_progress))


def exported(database: Database, model: str, index: int) -> dict[str, Any]:
    """The file of a class, without its date, what an import leaves out, and why there are no probabilities."""
    document: dict[str, Any] = json.loads(
        viewer_json(database.await_(export(database.store, Request(model, index), whole=True)))
    )
    document["metadata"]["info"].pop("create_time_ms")
    document["metadata"]["generation_settings"].pop("date")
    document["metadata"]["generation_settings"].pop("no_probability", None)
    for values in (document["metadata"]["generation_settings"], *document["nodes"], *document["links"]):
        for name in [name for name in values if name == "name" or name.startswith(("output_", "attributed"))]:
            del values[name]
    top = {node["node_id"] for node in document["nodes"] if node["feature_type"] == "logit"}
    document["links"] = [link for link in document["links"] if link["target"] not in top]
    return document


def bytes_of(database: Database, model: str, index: int) -> bytes:
    return viewer_json(database.await_(export(database.store, Request(model, index), whole=True))).encode()


def test_what_was_exported_imported_and_exported_again_is_equal(sample: Database) -> None:
    """Under another id, because the sample's is taken."""
    contents = [bytes_of(sample, "sample", index) for index in (0, 1)]
    before = [json.dumps(exported(sample, "sample", index)) for index in (0, 1)]
    moved = [content.replace(b"sample", b"copies") for content in contents]
    done = load(sample, *moved, model="copies")
    assert (done.written, done.weight_unit, done.ranked) == (2, None, 0)
    assert done.left_out.keys() == {
        "names that people gave to channels",
        "channels' parts in the class output",
        "counts of edges by attribution",
    }
    after = [json.dumps(exported(sample, "copies", index)).replace("copies", "sample") for index in (0, 1)]
    assert after == before
    assert sample.run("layers", model="copies") == sample.run("layers", model="sample")
    assert sample.await_(check_database(sample.store, "copies", ignore_progress)).damages == ()
    again = load(sample, *moved, model="copies")
    assert (again.written, again.unchanged) == (0, 2)


def test_probabilities_come_back_as_they_left_also_of_channels_outside(sample: Database) -> None:
    document = own(replicates=64, outside={"low/3": 0.25, "high/0": 0.015625})
    shares = (0.5, 1.0, None)
    document["nodes"] = [{**each, "probability": share} for each, share in zip(document["nodes"], shares, strict=True)]
    document["links"][0]["probability"] = 0.671875
    load(sample, text(document), model="likely")
    told = exported(sample, "likely", 0)
    assert {node["node_id"]: node.get("probability") for node in told["nodes"]} == {
        "0_4_0": 0.5,
        "1_2_0": 1.0,
        "2_0_0": None,
    }
    assert told["links"] == [{"source": "0_4_0", "target": "1_2_0", "weight": 4, "probability": 0.671875}]
    settings = told["metadata"]["generation_settings"]
    assert (settings["replicates"], settings["outside"]) == (64, {"low/3": 0.25, "high/0": 0.015625})
    (probable,) = sample.await_(read_probable(sample.store, [("likely/0", Score.ACTIVATION)]))
    assert probable.of_channel("likely/low/3") == 0.25 and probable.of_channel("likely/low/0") == 0.0
    assert sample.await_(check_database(sample.store, "likely", ignore_progress)).damages == ()
    load(sample, text(own()), model="likely")
    (probable,) = sample.await_(read_probable(sample.store, [("likely/0", Score.ACTIVATION)]))
    assert not probable.known, "of a file that has none"


def test_skips_belong_to_the_network_and_come_with_the_first_file_that_says_them(sample: Database) -> None:
    load(sample, text(own()), model="skipped")
    assert sample.run("channel_skips", model="skipped") == []
    skips = {"high": {"alone": [[2, [1]]], "beside": [[0, [0, 4]]]}}
    load(sample, text(own("Texas", 1, skips=skips)), model="skipped")
    assert exported(sample, "skipped", 0)["metadata"]["generation_settings"]["skips"] == {
        "low": {"alone": [], "beside": []},
        **skips,
    }
    assert [link["kind"] for link in exported(sample, "skipped", 0)["links"]] == ["CONVOLUTION"]
    assert sample.await_(check_database(sample.store, "skipped", ignore_progress)).damages == ()
    load(sample, text(own("Austin", 2)), model="skipped")
    assert len(sample.run("channel_skips", model="skipped")) == 8, "a file without them takes nothing away"
    with pytest.raises(DataError, match="its skips differ; import it as another model"):
        load(sample, text(own("Waco", 3, skips={})), model="skipped")


def test_a_graph_of_a_language_model_is_carried_and_what_is_not_is_named(sample: Database) -> None:
    done = load(sample, text(language()), model="language")
    assert done.classes == {0: "The capital of Texas is"}
    assert (done.weight_unit, done.ranked, done.edges) == (1e-05, 1, 1)
    assert done.left_out == {
        "nodes of type 'embedding'": 1,
        "nodes of type 'mlp reconstruction error'": 1,
        "nodes of type 'logit'": 1,
        "links from or to nodes that are left out": 3,
    }
    document = exported(sample, "language", 0)
    assert document["links"] == [{"source": "0_42_0", "target": "2_7_0", "weight": 1.75}]
    assert {each["clerp"]: each["count"] for each in document["nodes"][:-1]} == {"0/42": 2, "2/7": 1}
    (row,) = [row for row in sample.run("models") if row["id"] == "language"]
    assert row["architecture"] == "some/model" and row["weight_unit"] == 1e-05
    assert row["source"].startswith("imported from attribution-graph JSON of a tracer 0.9; counts are positions")
    assert [row["channels"] for row in sample.run("layers", model="language")] == [1, 0, 1]
    assert sample.await_(check_database(sample.store, "language", ignore_progress)).damages == ()
    back = load(sample, bytes_of(sample, "language", 0), model="language again")
    assert (back.weight_unit, back.left_out, back.ranked) == (1e-05, {}, 0)
    assert exported(sample, "language again", 0)["links"] == document["links"]


def test_a_later_file_adds_a_class_in_the_units_of_the_model(sample: Database) -> None:
    load(sample, text(language()), model="grown")
    other = language(links=[{"source": "0_42_2", "target": "3_9_2", "weight": 0.25}])
    other["nodes"] = [node("0_42_2", "0", 900), node("3_9_2", "3", 9)]
    other["metadata"] = {**other["metadata"], "prompt": 'a "second", prompt\nÅ 🐻'}
    done = load(sample, text(other), model="grown")
    assert done.classes == {1: 'a "second", prompt\nÅ 🐻'} and done.weight_unit == 1e-05
    assert [row["channels"] for row in sample.run("layers", model="grown")] == [1, 0, 1, 1]
    assert exported(sample, "grown", 1)["links"][0]["weight"] == 0.25
    assert exported(sample, "grown", 0)["links"][0]["weight"] == 1.75
    assert sample.await_(check_database(sample.store, "grown", ignore_progress)).damages == ()


def test_pagerank_of_a_graph_that_lacks_it_is_that_of_networkx() -> None:
    counts = {(0, 1): 2, (0, 2): 1, (1, 5): 4, (2, 0): 3, (2, 9): 0, (3, 3): 1}
    edges = {((0, 1), (1, 5)): 2.5, ((0, 2), (1, 5)): 1.0, ((1, 5), (2, 0)): 4.0, ((0, 1), (2, 0)): 0.5}
    graph = networkx.Graph()
    graph.add_nodes_from(counts)
    graph.add_weighted_edges_from((*pair, weight) for pair, weight in edges.items())
    largest = {0: 2, 1: 4, 2: 3, 3: 1}
    restart = {feature: count / largest[feature[0]] for feature, count in counts.items()}
    expected = networkx.pagerank(graph, personalization=restart, tol=1e-14, max_iter=1000)
    assert graph_pagerank(counts, edges) == pytest.approx(expected, abs=1e-12)


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no nodes": ({"nodes": []}, "none of its nodes is a feature"),
    "an unknown end": ({"links": [{"source": "0_42_2", "target": "x", "weight": 1}]}, "one of them is not a node"),
    "a weight in words": ({"links": [{"source": "0_42_2", "target": "2_7_2", "weight": "1"}]}, "expected a number"),
    "no metadata": ({"metadata": None}, "expected an attribution graph as Anthropic's"),
    "a node twice": ({"nodes": [node("0_1_1", "0", 1)] * 2}, "listed twice"),
    "a layer in words": ({"nodes": [node("a", "top", 1)]}, "expected the number of a layer"),
    "no feature": ({"nodes": [node("a", "1", -1)]}, "does not say which feature it is"),
}


@pytest.mark.parametrize("flaw", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_in_words(flaw: str) -> None:
    changes, words = REFUSED[flaw]
    with pytest.raises(DataError, match=words):
        parse_viewer_file(text(language(**changes)))


def test_numbers_that_are_none_and_files_cut_short_are_refused(tmp_path: Path) -> None:
    whole = text(language())
    (tmp_path / "a.json").write_bytes(whole[:-20])
    with pytest.raises(DataError, match=rf"{tmp_path}/a.json: not whole JSON"):
        read_viewer_files([tmp_path / "a.json"], ignore_progress)
    with pytest.raises(DataError, match="NaN is not a number"):
        parse_viewer_file(whole.replace(b"1.25", b"NaN"))


def test_files_that_do_not_belong_together_are_refused(sample: Database) -> None:
    ours, theirs = bytes_of(sample, "sample", 0), text(language())
    read = [parse_viewer_file(each) for each in (ours, theirs)]
    with pytest.raises(DataError, match="2 networks"):
        named_model(read, None)
    assert named_model(read[1:], None) == "some-model"
    with pytest.raises(DataError, match="two files are of"):
        load(sample, theirs, theirs, model="twice")
    with pytest.raises(DataError, match="different networks"):
        load(sample, ours, theirs, model="mixed")
    with pytest.raises(DataError, match="the id sample is taken by a model that was not imported"):
        load(sample, ours, model="sample")
    load(sample, ours, model="ours")
    half = json.loads(ours)
    half["links"][0]["weight"] = 0.5
    with pytest.raises(DataError, match="the weights of 'class 0' are not all numbers of pictures"):
        load(sample, text(half), model="ours")
    assert not [row for row in sample.run("models") if row["id"] in ("twice", "mixed")]
    attribution = json.loads(ours)
    attribution["metadata"]["generation_settings"]["score"] = "attribution"
    with pytest.raises(DataError, match="holds a graph by attribution; export the class again with --score activation"):
        parse_viewer_file(text(attribution))


class Stop(Exception):
    """The user's, in the middle of an import."""


def test_an_import_stopped_after_its_last_graph_is_completed_by_the_next(sample: Database) -> None:
    def stop(what: str, done: int, total: int) -> None:
        if what == "loading" and done == total:
            raise Stop

    files = [parse_viewer_file(text(prompt("a", 1.5)))]
    with pytest.raises(Stop):
        sample.await_(import_viewer_files(sample.store, files, "stopped", stop))
    again = load(sample, text(prompt("a", 1.5)), model="stopped")
    assert again.written == 0
    (row,) = [row for row in sample.run("models") if row["id"] == "stopped"]
    assert (row["largest_count"], row["largest_weight"]) == (1, 150000)


def test_the_first_edge_fixes_the_unit_and_an_edge_may_skip_layers(sample: Database) -> None:
    """A chain 0 > 3 > 4 with an edge over three layers, in two classes."""
    nodes = [node("0_1_1", "0", 1), node("3_2_1", "3", 2), node("4_3_1", "4", 3)]
    links = [("0_1_1", "3_2_1", 0.37), ("3_2_1", "4_3_1", 0.25)]
    long = language(nodes=nodes, links=[dict(zip(("source", "target", "weight"), each, strict=True)) for each in links])
    first, second = ({**long, "metadata": {**long["metadata"], "prompt": name}} for name in "ab")
    assert load(sample, text(prompt("empty")), model="skipping").weight_unit == 1.0
    assert load(sample, text(first), text(second), model="skipping").weight_unit == 1e-06
    assert [link["weight"] for link in exported(sample, "skipping", 1)["links"]] == [0.37, 0.25]
    motifs = Request("skipping", group="ab", shape="CHAIN")
    sample.await_(keep_group(sample.store, "skipping", "ab", [1, 2]))
    (chain,) = [{vertex.channel for vertex in each.vertices} for each in [sample.await_(export(sample.store, motifs))]]
    assert chain == {"skipping/0/1", "skipping/3/2", "skipping/4/3"}
    compared = sample.await_(export(sample.store, Request("skipping", classes=[1, 2])))
    assert [(arc.source, arc.target, arc.zone) for arc in compared.arcs] == [
        ("skipping/0/1", "skipping/3/2", 1),
        ("skipping/3/2", "skipping/4/3", 1),
    ]
    assert sample.await_(check_database(sample.store, "skipping", ignore_progress)).damages == ()


@pytest.mark.parametrize("model, origin", [("viewed", "imported from"), ("sample", "counted by")])
def test_published_graphs_do_not_enter_a_model_of_another_origin(sample: Database, model: str, origin: str) -> None:
    load(sample, text(own()), model="viewed")
    nothing = published.PublishedData(Path(), (), ())
    before = [row["layer"] for row in sample.run("layer_totals", model=model)]
    with pytest.raises(DataError, match=rf"the id {model} is taken by a model of another origin .{origin}"):
        sample.await_(
            published.import_graphs(sample.store, nothing, model=model, names=[], groups=[], progress=ignore_progress)
        )
    assert [row["layer"] for row in sample.run("layer_totals", model=model)] == before


@pytest.mark.parametrize("query", ["difference_channels", "difference_edges", "difference_edges_of_many"])
def test_differences_of_graphs_without_pictures_are_of_shares_of_their_own_largest(
    sample: Database, query: str
) -> None:
    """Counts are numbers of positions, weights millions of units: neither is a share of the other."""
    other = {**language(), "metadata": {"scan": "some/model", "prompt": "Another one"}}
    load(sample, text(language()), text(other), model="shares")
    rows = sample.run(query, classes=["shares/0", "shares/1"], first=1, limit=100)
    assert max(row["first"] for row in rows) == max(row["second"] for row in rows) == 1.0
    assert min(row["first"] for row in rows) > 1e-3


def test_graphs_that_an_earlier_version_imported_are_completed(sample: Database) -> None:
    content = text(language())
    load(sample, content, model="earlier")
    digest = digest_of([parse_viewer_file(content).digest, 1e-05])
    sample.administer(
        "MATCH (class:ImageClass {id: 'earlier/0'}) "
        f"SET class.graph_digest = '{digest}', class.largest_count = null, class.largest_weight = null"
    )
    assert [load(sample, content, model="earlier").written for _ in range(2)] == [1, 0]
    (row,) = sample.run("class_records", model="earlier")
    assert (row["record"]["largest_count"], row["record"]["largest_weight"]) == (2, 175_000)
