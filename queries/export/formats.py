"""An export as the text of a file: JSON, GraphML, GEXF, CSV, Cypher, and what viewers of such graphs read. Pure."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from queries.errors import DataError, QueryError
from queries.export.placed import colour, place
from queries.export.record import Export, Scalar
from queries.export.script import cypher_script
from queries.export.viewers import viewer_json
from queries.records import Record

if TYPE_CHECKING:
    import networkx

GEXF = "http://www.gexf.net/1.2draft"
VIZ = "http://www.gexf.net/1.2draft/viz"
NOT_IN_XML = re.compile("[\x00-\x1f\x7f\ufffe\uffff]")  # XML does not keep the first 32, or changes them
NOT_IN_A_NAME = re.compile(r"[^\w .,()-]")
LONGEST_NAME = 100  # characters of a file's name
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a cell begins with that spreadsheets work out


@dataclass(frozen=True, slots=True)
class Format:
    """ending of a file's name, media type, and what writes it."""

    ending: str
    media: str
    write: Callable[[Export], str]
    whole: bool = False  # it holds what belongs to the whole network, so that an import is exact


def graph_of(export: Export) -> "networkx.DiGraph":
    """The export as a graph whose vertices and arcs carry single values, with x and y in px; provenance is its own."""
    from networkx import DiGraph

    places, graph = place(export), DiGraph(**export.about)
    for each in export.vertices:
        at = places[each.id]
        label = {"label": f"{each.layer}/{each.index}", "layer": each.layer, "index": each.index}
        graph.add_node(each.id, **label, **each.values, x=at.x, y=at.y)
    for arc in export.arcs:
        graph.add_edge(arc.source, arc.target, weight=arc.weight, **arc.values)
    return graph


def node_link(export: Export) -> str:
    """What networkx.node_link_graph reads."""
    from networkx import node_link_data

    return json.dumps(node_link_data(graph_of(export), edges="edges"), ensure_ascii=False, indent=1) + "\n"


def graphml(export: Export) -> str:
    """What networkx.read_graphml reads; lists of the provenance are JSON there. Raises DataError, see _in_xml."""
    _in_xml(export)
    return _graphml(graph_of(export))


def strict_graphml(export: Export) -> str:
    """The same with ids that GraphML's schema takes, n0, n1, ...: it has no slash in an id. Raises DataError.

    A channel's id is the value `id`; relabel_nodes(graph, dict(graph.nodes(data="id"))) gives the ids of `graphml`.
    """
    from networkx import relabel_nodes, set_node_attributes

    _in_xml(export)
    graph = graph_of(export)
    set_node_attributes(graph, {id: id for id in graph}, "id")
    return _graphml(relabel_nodes(graph, {id: f"n{number}" for number, id in enumerate(graph)}))


def _graphml(graph: "networkx.DiGraph") -> str:
    from networkx import generate_graphml

    graph.graph = {name: _single(value) for name, value in graph.graph.items()}
    return "<?xml version='1.0' encoding='utf-8'?>\n" + "\n".join(generate_graphml(graph)) + "\n"


def gexf(export: Export) -> str:
    """What Gephi opens: places, sizes and colours are set; provenance is the description, as JSON. Raises DataError."""
    from networkx import generate_gexf

    _in_xml(export)
    places, graph = place(export), graph_of(export)
    graph.graph = {}
    for each in export.vertices:
        (red, green, blue), at, node = colour(export, each), places[each.id], graph.nodes[each.id]
        node.pop("x"), node.pop("y")
        node["viz"] = {
            "color": {"r": red, "g": green, "b": blue, "a": 1.0},
            "size": at.side,
            "position": {"x": at.x, "y": at.y, "z": 0.0},
        }
    return _signed("\n".join(generate_gexf(graph, version="1.2draft")), export.about)


def pairs(export: Export) -> str:
    """One line per arc; provenance in columns of every line, so that files can be put together."""
    about = {**export.about, "class": " ".join(map(str, export.classes)) or None}
    told = {name.capitalize(): about[name] for name in PAIRS if about.get(name) is not None}
    extra = sorted({name for arc in export.arcs for name in arc.values}, key=_by_number)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["Source", "Target", "Weight", *extra, *told])
    for arc in export.arcs:
        values = (arc.values.get(name, "") for name in extra)
        writer.writerow(map(inert, [arc.source, arc.target, arc.weight, *values, *told.values()]))
    return text.getvalue()


def inert(cell: object) -> object:
    """A cell of CSV that no spreadsheet takes for a formula: text that begins like one is put behind an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


PAIRS = (
    *("model", "class", "group", "operation", "at_least", "score", "dataset"),
    *("threshold", "unified", "min_count", "damping", "version", "date"),
)
FORMATS: Mapping[str, Format] = {
    "json": Format("json", "application/json", node_link),
    "graphml": Format("graphml", "application/graphml+xml", graphml),
    "gexf": Format("gexf", "application/gexf+xml", gexf),
    "csv": Format("csv", "text/csv", pairs),
    "cypher": Format("cypher", "application/x-cypher-query", cypher_script),
    "graphml-strict": Format("strict.graphml", "application/graphml+xml", strict_graphml),
    "neuronpedia": Format("neuronpedia.json", "application/json", viewer_json, whole=True),
}


def format_named(name: str) -> Format:
    """Raises QueryError with the formats there are."""
    if name not in FORMATS:
        raise QueryError(f"format is {name!r:.40}; expected one of {', '.join(FORMATS)}")
    return FORMATS[name]


def format_of(name: str) -> str:
    """The format that a file's name ends with, else its last ending, which format_named refuses."""
    fitting = [each for each in FORMATS if name.endswith(f".{FORMATS[each].ending}")]
    return max(fitting, key=lambda each: len(FORMATS[each].ending), default=PurePath(name).suffix.removeprefix("."))


def file_name(export: Export, format: Format) -> str:
    """A name for its file that every system takes."""
    return f"{NOT_IN_A_NAME.sub('-', export.name)[:LONGEST_NAME].strip()}.{format.ending}"


def _in_xml(export: Export) -> None:
    """Raises DataError for a text with a character that XML does not keep, such as a channel's own name."""
    held = [*(each.values for each in export.vertices), *(arc.values for arc in export.arcs)]
    texts = [*(each.id for each in export.vertices), *_texts(held), *_texts(export.about)]
    if bad := next((text for text in texts if NOT_IN_XML.search(text)), None):
        raise DataError(f"{bad!a:.100} has a character that XML cannot keep; choose json, csv or cypher")


def _texts(value: object) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for each in value.values() for text in _texts(each))
    elif isinstance(value, Sequence):
        yield from (text for each in value for text in _texts(each))


def _signed(document: str, about: Record) -> str:
    """A GEXF document that says where it comes from."""
    ElementTree.register_namespace("", GEXF)
    ElementTree.register_namespace("viz", VIZ)
    root = ElementTree.fromstring(document)
    meta, graph = (root.find(f"{{{GEXF}}}{name}") for name in ("meta", "graph"))
    assert meta is not None and graph is not None
    meta.clear()
    meta.set("lastmodifieddate", about["date"][:10])
    ElementTree.SubElement(meta, f"{{{GEXF}}}creator").text = f"{about['program']} {about['version']}"
    ElementTree.SubElement(meta, f"{{{GEXF}}}description").text = json.dumps(about, ensure_ascii=False)
    graph.attrib.pop("name", None)  # which the format does not have
    ElementTree.indent(root)
    return "<?xml version='1.0' encoding='utf-8'?>\n" + ElementTree.tostring(root, encoding="unicode") + "\n"


def _single(value: object) -> Scalar:
    return value if isinstance(value, (int, float, str)) else json.dumps(value, ensure_ascii=False)


def _by_number(name: str) -> tuple[str, int]:
    """weight_9 before weight_10."""
    word, _, number = name.rpartition("_")
    return (word, int(number)) if number.isdecimal() else (name, -1)
