"""Every file is read back by the program it is meant for, and equals what was written."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import jsonschema
import networkx
import pytest
from networkx.utils import graphs_equal

from queries.errors import DataError, QueryError
from queries.export.formats import (
    FORMATS,
    file_name,
    format_named,
    format_of,
    gexf,
    graph_of,
    graphml,
    inert,
    node_link,
    pairs,
    strict_graphml,
)
from queries.export.record import Export
from queries.export.script import cypher_script
from queries.export.viewers import viewer_json
from tests.queries.export.exports import ABOUT, BIG, NAME, THIRD, attributed, motifs, odd, one, resampled, skipped, two
from tests.queries.export.schemas import OF_VIEWERS, check_gexf, check_graphml

KINDS = pytest.mark.parametrize("made", [one, resampled, attributed, odd, two, skipped, motifs])
Made = Callable[[], Export]


def same_values(found: Any, expected: Any) -> bool:
    """Equal graphs, whole numbers and floats kept apart."""
    kinds = [
        {thing: {name: type(value) for name, value in about.items()} for thing, about in things.items()}
        for graph in (found, expected)
        for things in (graph.nodes, graph.edges)
    ]
    return graphs_equal(found, expected) and kinds[:2] == kinds[2:]


def test_no_cell_of_a_table_is_a_formula_and_numbers_stay_numbers() -> None:
    made = motifs()
    odd = replace(made, about={**made.about, "group": '=HYPERLINK("//evil.example")', "damping": -0.5, "dataset": "-1"})
    (row, *_) = csv.DictReader(io.StringIO(pairs(odd)))
    assert (row["Group"], row["Damping"], row["Dataset"]) == ('\'=HYPERLINK("//evil.example")', "-0.5", "'-1")
    assert [inert(cell) for cell in ("+1", "@x", "\t=x", "a=b", -1, None)] == ["'+1", "'@x", "'\t=x", "a=b", -1, None]


@KINDS
def test_node_link_json_is_read_back_equal(made: Made) -> None:
    found = networkx.node_link_graph(json.loads(node_link(made())), edges="edges")
    assert same_values(found, graph_of(made()))


@KINDS
def test_graphml_is_valid_and_read_back_equal_with_its_provenance(made: Made) -> None:
    text = graphml(made())
    check_graphml(text)
    assert_equal_with_provenance(networkx.parse_graphml(text), graph_of(made()))


@KINDS
def test_strict_graphml_is_read_back_equal_once_channels_have_their_ids_again(made: Made) -> None:
    text = strict_graphml(made())
    check_graphml(text)
    found = networkx.parse_graphml(text)
    assert all(id[0] == "n" and id[1:].isdecimal() for id in found)
    found = networkx.relabel_nodes(found, dict(found.nodes(data="id")))
    assert all(about.pop("id") == id for id, about in found.nodes(data=True))
    assert_equal_with_provenance(found, graph_of(made()))


def assert_equal_with_provenance(found: Any, expected: Any) -> None:
    lists = {name: value for name, value in expected.graph.items() if isinstance(value, (list, dict))}
    told = {name: json.loads(value) if name in lists else value for name, value in found.graph.items()}
    found.graph = {name: value for name, value in told.items() if name not in ("node_default", "edge_default")}
    assert same_values(found, expected)


@KINDS
def test_gexf_is_valid_and_read_back_equal_with_places_and_provenance(made: Made) -> None:
    text, export = gexf(made()), made()
    check_gexf(text)
    found, expected = networkx.read_gexf(io.BytesIO(text.encode())), graph_of(export)
    assert set(found) == set(expected) and set(found.edges) == set(expected.edges)
    for name, about in expected.nodes(data=True):
        told = found.nodes[name]
        place = told.pop("viz")
        assert told == {k: v for k, v in about.items() if k not in ("x", "y")}
        assert (place["position"]["x"], place["position"]["y"]) == (about["x"], about["y"])
        assert set(place["color"]) == {"r", "g", "b", "a"} and place["size"] > 0
    for *edge, about in expected.edges(data=True):
        assert {k: v for k, v in found.edges[edge].items() if k != "id"} == about
    description = ElementTree.fromstring(text).findtext(".//{*}description")
    assert json.loads(description or "") == export.about


def test_the_kind_of_an_edge_is_told_where_it_is_known() -> None:
    edges = graph_of(skipped()).edges
    assert {(*ends, kind) for *ends, kind in edges(data="kind")} == {
        ("m/low/1", "m/high/0", "BOTH"),
        ("m/low/4", "m/high/0", "SKIP"),
        ("m/low/1", "m/high/2", None),
    }
    assert all("kind" not in about for *_, about in graph_of(two()).edges(data=True))
    lines = list(csv.DictReader(io.StringIO(pairs(skipped()))))
    assert [(line["Source"], line["kind"]) for line in lines] == [
        ("m/low/1", "BOTH"),
        ("m/low/4", "SKIP"),
        ("m/low/1", ""),
    ]
    assert '`kind`: "SKIP"' in cypher_script(skipped()) and "kind" not in cypher_script(two())


def test_counts_by_attribution_are_told_of_the_edges_whose_target_was_counted() -> None:
    names, edges = ("attributed", "attributed_of"), graph_of(attributed()).edges
    assert {(*ends[:2], *(about.get(name) for name in names)) for *ends, about in edges(data=True)} == {
        ("m/low/4", "m/high/0", 6, 8),
        ("m/low/1", "m/high/0", 0, 8),
        ("m/low/1", "m/high/2", None, None),
    }
    lines = list(csv.DictReader(io.StringIO(pairs(attributed()))))
    assert [tuple(line[name] for name in names) for line in lines] == [("6", "8"), ("0", "8"), ("", "")]
    assert "`attributed`: 6, `attributed_of`: 8" in cypher_script(attributed())
    links = json.loads(viewer_json(attributed()))["links"]
    assert [tuple(link.get(name) for name in names) for link in links] == [(6, 8), (0, 8), (None, None)]
    assert "attributed" not in cypher_script(one())


def test_probabilities_are_told_where_they_are_known_also_of_what_a_class_lacks() -> None:
    graph = graph_of(resampled())
    assert [graph.nodes[id]["probability"] for id in ("m/high/0", "m/low/4")] == [1.0, 0.0]
    assert graph.edges["m/low/4", "m/high/0"]["probability"] == 0.671875
    assert not any("probability" in about for _, about in graph_of(one()).nodes(data=True))
    (line,) = csv.DictReader(io.StringIO(pairs(resampled())))
    assert line["probability"] == "0.671875"
    assert "`probability`: 0.671875" in cypher_script(resampled())
    nodes = json.loads(viewer_json(resampled()))["nodes"]
    assert [node.get("probability") for node in nodes] == [1.0, 0.0, None]
    both = graph_of(two())
    found = {name: value for name, value in both.nodes["m/low/1"].items() if name.startswith("probability")}
    assert found == {"probability_3": 0.0, "probability_12": 0.015625}
    assert both.edges["m/low/1", "m/high/0"].keys() & {"probability_3", "probability_12"} == {"probability_12"}


def test_numbers_are_kept_to_the_last_digit() -> None:
    found = networkx.parse_graphml(graphml(one()))
    assert found.nodes["m/high/0"]["count"] == BIG and found.nodes["m/high/0"]["pagerank"] == THIRD
    assert found.nodes["m/low/4"]["count"] == 0 and found.nodes["m/low/4"]["pagerank"] == 1e-17
    read = networkx.read_gexf(io.BytesIO(gexf(one()).encode()))
    assert read.nodes["m/high/0"]["count"] == BIG and read.nodes["m/low/4"]["pagerank"] == 1e-17
    assert found.graph["class_name"] == NAME


def test_a_character_that_xml_changes_is_refused_there_alone() -> None:
    odd = replace(one(), about={**ABOUT, "class_name": "a\rb\x00"})
    for write in (graphml, gexf):
        with pytest.raises(DataError, match=r"has a character that XML cannot keep; choose json, csv or cypher"):
            write(odd)
    assert json.loads(node_link(odd))["graph"]["class_name"] == "a\rb\x00"


def test_a_name_of_a_channel_that_xml_cannot_hold_is_refused_there() -> None:
    first, *rest = one().vertices
    named = replace(one(), vertices=(replace(first, values={**first.values, "name": "bear\uffff"}), *rest))
    for write in (graphml, gexf, strict_graphml):
        with pytest.raises(DataError, match=r"has a character that XML cannot keep; choose json, csv or cypher"):
            write(named)


def test_rows_stand_above_one_another_and_zones_from_left_to_right() -> None:
    graph = graph_of(one())
    assert graph.nodes["m/low/1"]["y"] == graph.nodes["m/low/4"]["y"] < graph.nodes["m/high/0"]["y"]
    both = networkx.read_gexf(io.BytesIO(gexf(two()).encode())).nodes
    assert both["m/high/0"]["viz"]["position"]["x"] < both["m/low/1"]["viz"]["position"]["x"]
    assert both["m/high/0"]["viz"]["color"] != both["m/low/1"]["viz"]["color"]
    places = graph_of(motifs()).nodes
    assert places["1:m/low/1"]["x"] < places["2:m/low/1"]["x"]


@KINDS
def test_csv_is_read_back_with_every_edge_and_its_numbers(made: Made) -> None:
    rows = list(csv.DictReader(io.StringIO(pairs(made()), newline="")))
    found = {(row["Source"], row["Target"]): float(row["Weight"]) for row in rows}
    assert len(rows) == len(found) and found == {(arc.source, arc.target): arc.weight for arc in made().arcs}
    for row, arc in zip(rows, made().arcs, strict=True):
        words = {"classes", "kind"}
        assert {name: float(row[name]) for name in arc.values.keys() - words} == {
            name: value for name, value in arc.values.items() if name not in words
        }


def test_names_on_two_lines_are_kept_where_the_format_can() -> None:
    lines = replace(one(), about={**ABOUT, "dataset": 'two\nlines, "quoted"', "class_name": "a\nb"})
    assert json.loads(node_link(lines))["graph"]["class_name"] == "a\nb"
    assert next(csv.DictReader(io.StringIO(pairs(lines), newline="")))["Dataset"] == 'two\nlines, "quoted"'
    assert json.loads(cypher_script(lines).partition("\n")[0].removeprefix("// ")) == lines.about


def test_csv_has_one_line_per_edge_with_its_provenance() -> None:
    rows = list(csv.DictReader(io.StringIO(pairs(two()))))
    assert list(rows[0])[:3] == ["Source", "Target", "Weight"]
    assert [(row["Source"], row["Target"], float(row["Weight"])) for row in rows] == [
        ("m/low/1", "m/high/0", 5.0),
        ("m/low/4", "m/high/0", 1.5),
    ]
    assert [(row["weight_3"], row["weight_12"]) for row in rows] == [("", "5"), ("1", "2")]
    assert {(row["Model"], row["Threshold"], row["Version"], row["Date"], row["Class"]) for row in rows} == {
        ("m", "7.5", "1.2", "2026-01-02T03:04:05Z", "3 12")
    }
    assert next(csv.reader(io.StringIO(pairs(one()))))[:3] == ["Source", "Target", "Weight"]


def test_graphs_of_a_class_by_either_score_can_be_told_apart_when_files_are_put_together() -> None:
    files = [replace(one(), about={**one().about, "score": score}) for score in ("activation", "attribution")]
    scores = [{row["Score"] for row in csv.DictReader(io.StringIO(pairs(each)))} for each in files]
    assert scores == [{"activation"}, {"attribution"}]


@pytest.mark.parametrize(
    ("name", "format"),
    [("a.json", "json"), ("a.neuronpedia.json", "neuronpedia"), ("b.c.gexf", "gexf"), ("a.svg", "svg"), ("a", "")],
)
def test_the_format_is_that_of_the_longest_ending(name: str, format: str) -> None:
    assert format_of(name) == format


def test_the_viewers_json_fits_their_schema_and_holds_the_whole_graph() -> None:
    export, document = one(), json.loads(viewer_json(one()))
    jsonschema.validate(document, OF_VIEWERS)
    names = {node["node_id"]: node["clerp"] for node in document["nodes"]}
    assert len(names) == len(document["nodes"]) == len(export.vertices) + 1
    told = {node["clerp"]: (node["count"], node["pagerank"]) for node in document["nodes"][:-1]}
    assert told == {f"{v.layer}/{v.index}": (v.values["count"], v.values["pagerank"]) for v in export.vertices}
    links = {(names[link["source"]], names[link["target"]]): link["weight"] for link in document["links"]}
    assert links == {(a.source.removeprefix("m/"), a.target.removeprefix("m/")): a.weight for a in export.arcs}
    assert document["nodes"][-1]["feature_type"] == "logit" and document["nodes"][-1]["feature"] == 3
    assert document["metadata"]["prompt"] == NAME and document["metadata"]["generation_settings"] == export.about
    for other in (two(), motifs()):
        with pytest.raises(QueryError, match="holds the graph of one class"):
            viewer_json(other)


@pytest.mark.parametrize("name", FORMATS)
def test_a_graph_without_edges_is_written_too(name: str) -> None:
    assert FORMATS[name].write(replace(one(), arcs=[], vertices=one().vertices[:1]))
    assert FORMATS[name].write(replace(one(), arcs=[], vertices=[]))


def test_names_of_files_hold_nothing_that_a_system_refuses() -> None:
    assert file_name(replace(one(), name='a/b:c*"é'), FORMATS["gexf"]) == "a-b-c--é.gexf"
    with pytest.raises(QueryError, match=r"format is 'svg'; expected one of json, graphml, gexf, csv, cypher"):
        format_named("svg")
