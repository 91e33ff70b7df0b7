"""What is asked of the database for a file, over the published graphs."""

import json

from bench.testbed.databases import MODEL, Database
from queries.export.asking import Request, export
from queries.export.viewers import node_id, viewer_json
from queries.groups import chosen_classes
from queries.motifs.mining import Question, mine
from queries.records import Score


def test_motifs_that_tell_two_groups_apart_say_so(arcadedb: Database) -> None:
    asked = Request(MODEL, group="bear", against="canine", shape="MAXIMAL", min_support=1, first=3)
    about = arcadedb.await_(export(arcadedb.store, asked)).about
    bears, dogs = (arcadedb.await_(chosen_classes(arcadedb.store, MODEL, group, None)) for group in ("bear", "canine"))
    found = arcadedb.await_(mine(arcadedb.store, Question(MODEL, bears, "MAXIMAL", 1, dogs)))
    expected = [
        (each.motif.support, each.contrast.table.outside, each.contrast.q) for each in found[:3] if each.contrast
    ]
    assert [(m["support"], m["support_against"], m["q_value"]) for m in about["motifs"]] == expected and expected
    assert (about["against"], about["against_classes"], about["classes"]) == ("canine", dogs, bears)


def test_a_comparison_says_how_its_graphs_were_cut_where_only_the_model_knows(arcadedb: Database) -> None:
    about = arcadedb.await_(export(arcadedb.store, Request(MODEL, classes=[294, 295]))).about
    assert about["threshold"] == 7.5 and "damping" not in about


def test_what_leads_to_the_class_is_told_of_the_channels_of_the_last_layer(arcadedb: Database) -> None:
    found = arcadedb.await_(export(arcadedb.store, Request("sample", image_class=0, score=Score.ATTRIBUTION)))
    assert (found.about["output_bias"], found.about["output_score"]) == (0.5, 3.375)
    told = {vertex.id: {k: v for k, v in vertex.values.items() if k.startswith("output_")} for vertex in found.vertices}
    expected = {"output_attributed": 12, "output_contribution": 3.0, "output_weight": 2.0, "output_mean": 1.5}
    assert told["sample/top/1"] == expected and told["sample/middle/1"] == {}
    graph = json.loads(viewer_json(found))
    (output,) = (node["node_id"] for node in graph["nodes"] if node["feature_type"] == "logit")
    links = {link["source"]: link["weight"] for link in graph["links"] if link["target"] == output}
    assert links == {node_id(2, 1): 12}
    other = arcadedb.await_(export(arcadedb.store, Request("sample", image_class=1)))
    assert not any(name.startswith("output_") for name in (*other.about, *other.vertices[0].values))


def test_counts_by_attribution_come_with_a_classs_edges_however_its_graph_is_cut(arcadedb: Database) -> None:
    """Those of the sample: of the channels that lead to middle/1 none was counted, of other classes nothing."""
    known = {("sample/bottom/0", "sample/middle/0"): (8, 8), ("sample/middle/1", "sample/top/1"): (5, 8)}
    asked = [Request("sample", 0), Request("sample", 0, score=Score.ATTRIBUTION), Request("sample", 0, threshold=50.0)]
    told = set()
    for request in asked:
        for arc in arcadedb.await_(export(arcadedb.store, request)).arcs:
            counted = arc.values.get("attributed"), arc.values.get("attributed_of")
            uncounted = arc.target == "sample/middle/1"
            assert counted == ((None, None) if uncounted else known.get((arc.source, arc.target), (0, 8))), arc
            told.add(counted[0])
    assert {8, 5, 0} <= told
    for other in (Request("sample", 1), Request("sample", classes=[0, 1])):
        arcs = arcadedb.await_(export(arcadedb.store, other)).arcs
        assert arcs and not any(name.startswith("attributed") for arc in arcs for name in arc.values)


def test_edges_of_a_counted_network_are_written_with_their_kinds(arcadedb: Database) -> None:
    """Of the sample: bottom/1 is handed on to middle/1, bottom/0 to middle/0 beside a convolution."""
    skips = {("sample/bottom/1", "sample/middle/1"): "SKIP", ("sample/bottom/0", "sample/middle/0"): "BOTH"}
    asked = [Request("sample", image_class=0), Request("sample", image_class=0, score=Score.ATTRIBUTION)]
    asked += [Request("sample", image_class=0, threshold=50.0), Request("sample", classes=[0, 1])]
    told = set()
    for request in asked:
        arcs = arcadedb.await_(export(arcadedb.store, request)).arcs
        assert arcs and [arc.values["kind"] for arc in arcs] == [
            skips.get((arc.source, arc.target), "CONVOLUTION") for arc in arcs
        ]
        told |= {arc.values["kind"] for arc in arcs}
    assert told == {"CONVOLUTION", "SKIP", "BOTH"}
    published = arcadedb.await_(export(arcadedb.store, Request(MODEL, image_class=294))).arcs
    assert published and all("kind" not in arc.values for arc in published)


def test_channels_are_written_with_the_names_that_somebody_gave_them(arcadedb: Database) -> None:
    found = arcadedb.await_(export(arcadedb.store, Request("sample", classes=[0, 1]))).vertices
    assert {each.channel: each.values["name"] for each in found if "name" in each.values} == {
        "sample/middle/1": "stripes"
    }


def test_a_damaged_name_is_not_written(arcadedb: Database) -> None:
    at = "MATCH (kept:Annotation {id: 'sample/channel/middle/1'})"
    arcadedb.administer(f"{at} SET kept.target = 7")
    try:
        found = arcadedb.await_(export(arcadedb.store, Request("sample", classes=[0, 1]))).vertices
        assert found and not any("name" in each.values for each in found)
    finally:
        arcadedb.administer(f"{at} SET kept.target = 'middle/1'")
