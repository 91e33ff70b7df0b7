"""An answer that is to be written to a file, whatever the format. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from statistics import mean

from queries.graphs.compare import Comparison
from queries.graphs.effects import EdgeAttributions
from queries.graphs.output import Output
from queries.graphs.resampling.probable import Probable
from queries.motifs.mining import Mined
from queries.records import Record, Score, Skips, edge_kind
from queries.store import Row
from queries.values import utc_now

Scalar = int | float | str | bool


@dataclass(frozen=True, slots=True)
class Scale:
    """What shares are taken of where a class's number of pictures is unknown: the largest of the model's graphs."""

    count: int
    weight: int


@dataclass(frozen=True, slots=True)
class Vertex:
    """A channel, once for each part.

    id      unique in the file; the channel's id, with the part before it where there are several parts
    share   of the pictures, 0 to 1, which sets its size
    part    0, or the rank of the motif it belongs to
    held    by how many of the compared classes; 1 of 1 without a comparison
    zone    0 only the first of two classes has it, 1 both, 2 only the second; None where not two are compared
    values  what else the file tells of it
    """

    id: str
    channel: str
    layer: str
    index: int
    share: float
    values: Mapping[str, Scalar]
    part: int = 0
    held: int = 1
    zone: int | None = None


@dataclass(frozen=True, slots=True)
class Arc:
    """An edge between two vertices, by their ids, from the lower layer up; weight in pictures."""

    source: str
    target: str
    weight: int | float
    share: float
    values: Mapping[str, Scalar]
    part: int = 0
    zone: int | None = None


@dataclass(frozen=True, slots=True)
class Export:
    """name    of the file, without its ending
    about   where the answer comes from: JSON values by name, nothing unknown
    layers  (name, channels) of the network, lowest first
    outside of one class's graph with probabilities, those of other channels, by label, above 0; None where not known
    skips   of the whole network, layer -> Skips; None where not known or not wanted
    """

    name: str
    about: Record
    layers: Sequence[tuple[str, int]]
    vertices: Sequence[Vertex]
    arcs: Sequence[Arc]
    classes: Mapping[int, str] = field(default_factory=dict)
    outside: Mapping[str, float] | None = None
    skips: Mapping[str, Skips] | None = None


def provenance(model: Row, layers: Sequence[Row], **asked: object) -> Record:
    """What a file says about where it comes from; what is unknown is left out."""
    about = {"program": "Summit Graph", "version": version("summit-graph"), "date": utc_now(), "model": model["id"]}
    about |= {name: model[name] for name in ("architecture", "dataset", "weights")}
    about |= {"layers": [row["name"] for row in layers], "layer_channels": [row["channels"] for row in layers]}
    about |= {"weight_unit": model["weight_unit"], **asked}
    return {name: value for name, value in about.items() if value is not None}


def of_class(
    about: Record,
    layers: Sequence[Row],
    image_class: Row,
    channels: Sequence[Row],
    edges: Sequence[Row],
    scale: Scale,
) -> Export:
    """One class's attribution graph: rows as read_graph gives them."""
    images = image_class["images"]
    vertices = [
        _vertex(
            row["channel"],
            row["count"] / (images or scale.count),
            values={"count": row["count"], "pagerank": row["pagerank"], **_probability(row)},
        )
        for row in channels
    ]
    arcs = [
        Arc(row["source"], row["target"], row["weight"], row["weight"] / (images or scale.weight), _probability(row))
        for row in edges
    ]
    name = f"{about['model']} {image_class['index']} {image_class['name']}{_by(about)}"
    return Export(name, about, _sizes(layers), vertices, arcs, {image_class["index"]: image_class["name"]})


def _probability(row: Row) -> dict[str, Scalar]:
    """Of a channel or edge; nothing where it is not known."""
    value = row.get("probability")
    return {} if value is None else {"probability": value}


def with_output(export: Export, found: Output) -> Export:
    """The same with what leads from channels of the last layer to the class, as values of these channels."""
    rows = {row["channel"]: row for row in found.rows}
    names = ("attributed", "contribution", "weight", "mean")

    def told(vertex: Vertex) -> Vertex:
        row = rows.get(vertex.channel, {})
        values = {f"output_{name}": row[name] for name in names if row.get(name) is not None}
        return replace(vertex, values={**vertex.values, **values})

    known = {"output_score": found.score, "output_bias": found.bias, "output_reason": found.reason}
    about = {**export.about, **{name: value for name, value in known.items() if value is not None}}
    return replace(export, about=about, vertices=[told(vertex) for vertex in export.vertices])


def with_attributions(export: Export, found: EdgeAttributions) -> Export:
    """The same with what was counted by attribution of a class's edges, where it was."""

    def told(arc: Arc) -> Arc:
        if (counted := found.of_edge(arc.source, arc.target)) is None:
            return arc
        return replace(arc, values={**arc.values, "attributed": counted[0], "attributed_of": counted[1]})

    return replace(export, arcs=[told(arc) for arc in export.arcs])


def with_kinds(export: Export, skips: Mapping[str, Row]) -> Export:
    """The same with the kind of each edge that is known; rows of skips_into by channel."""
    channel = {vertex.id: vertex.channel for vertex in export.vertices}

    def told(arc: Arc) -> Arc:
        into = skips.get(channel[arc.target])
        kind = edge_kind(int(channel[arc.source].rpartition("/")[2]), into) if into else None
        return replace(arc, values={**arc.values, "kind": kind.value}) if kind else arc

    return replace(export, arcs=[told(arc) for arc in export.arcs])


def with_names(export: Export, names: Mapping[str, str]) -> Export:
    """The same with the names that somebody gave to channels, by their ids."""
    vertices = [
        replace(each, values={**each.values, "name": names[each.channel]}) if each.channel in names else each
        for each in export.vertices
    ]
    return replace(export, vertices=vertices)


def _by(about: Record) -> str:
    """The score of the graphs, where it is not the usual one."""
    score = about.get("score", Score.ACTIVATION.value)
    return "" if score == Score.ACTIVATION.value else f" by {score}"


def of_comparison(
    about: Record,
    layers: Sequence[Row],
    found: Comparison,
    scale: Scale,
    likely: Sequence[Probable] = (),
) -> Export:
    """Several classes' graphs as one: values by class have its index in their names; a weight is their mean.

    likely  for each class the probabilities in its graph, which are told of all classes, also where a graph lacks it
    """
    by_id = {row["id"]: row for row in found.classes}
    indexes = [row["index"] for row in found.classes]

    def values(row: Row, **columns: str) -> dict[str, Scalar]:
        holders = [by_id[id]["index"] for id in row["classes"]]
        several = {
            f"{name}_{index}": value
            for name, column in columns.items()
            for index, value in zip(holders, row[column], strict=True)
        }
        return {"classes": " ".join(map(str, holders)), **several}

    def share(row: Row, column: str, largest: int) -> float:
        pairs = zip(row[column], row["classes"], strict=True)
        return float(mean(value / (by_id[id]["images"] or largest) for value, id in pairs))

    vertices = {
        row["channel"]: Vertex(
            row["channel"],
            row["channel"],
            row["layer"],
            row["index"],
            share(row, "counts", scale.count),
            values(row, count="counts", pagerank="pageranks")
            | _probabilities(indexes, [each.of_channel(row["channel"]) for each in likely]),
            held=len(row["classes"]),
            zone=_zone(row, list(by_id)),
        )
        for row in found.channels
    }
    for end in sorted({row[end] for row in found.edges for end in ("source", "target")} - vertices.keys()):
        vertices[end] = _vertex(end, 0.0, held=0, zone=1 if len(indexes) == 2 else None)  # kept by its edges alone
    arcs = [
        Arc(
            row["source"],
            row["target"],
            float(mean(row["weights"])),
            share(row, "weights", scale.weight),
            values(row, weight="weights")
            | _probabilities(indexes, [each.of_edge(row["source"], row["target"]) for each in likely]),
            zone=_zone(row, list(by_id)),
        )
        for row in found.edges
    ]
    name = f"{about['model']} compare {' '.join(map(str, indexes))}{_by(about)}"
    classes = {row["index"]: row["name"] for row in found.classes}
    return Export(name, about, _sizes(layers), list(vertices.values()), arcs, classes)


def _zone(row: Row, ids: Sequence[str]) -> int | None:
    """0: of the first of two compared classes alone, 1: of both, 2: of the second alone; None for another number."""
    if len(ids) != 2:
        return None
    return 1 if len(row["classes"]) == 2 else 2 * ids.index(row["classes"][0])


def _probabilities(indexes: Sequence[int], found: Sequence[float | None]) -> dict[str, Scalar]:
    """By class; found is empty where none was asked for."""
    return {f"probability_{index}": value for index, value in zip(indexes, found, strict=False) if value is not None}


def of_motifs(about: Record, layers: Sequence[Row], mined: Mined, first: int, scale: Scale) -> Export:
    """The best motifs, each a part of its own; a weight is the mean over the classes that have the motif."""
    vertices, arcs, ranks = [], [], []
    for rank, found in enumerate(mined[:first], start=1):
        motif = found.motif
        vertices += [_vertex(channel, 0.5, part=rank, id=f"{rank}:{channel}") for channel in motif.channels]
        arcs += [
            Arc(f"{rank}:{source}", f"{rank}:{target}", float(weight), weight / scale.weight, {"motif": rank}, rank)
            for (source, target), weight in zip(motif.edges, found.weights, strict=True)
        ]
        told = {"motif": rank, "support": motif.support, "log_p": motif.log_p, "classes": list(motif.classes)}
        if found.contrast:
            told |= {"support_against": found.contrast.table.outside, "q_value": found.contrast.q}
        ranks.append(told)
    complete = {"searched": mined.classes, "found": len(mined), "complete": mined.found.complete, "motifs": ranks}
    name = f"{about['model']} motifs {about.get('group', '')}".strip()
    return Export(name, {**about, **complete}, _sizes(layers), vertices, arcs)


def _vertex(
    channel: str,
    share: float,
    *,
    id: str | None = None,
    part: int = 0,
    held: int = 1,
    zone: int | None = None,
    values: Mapping[str, Scalar] | None = None,
) -> Vertex:
    _, layer, index = channel.rsplit("/", 2)
    told = {"channel": channel, "motif": part, **(values or {})} if part else values or {}
    return Vertex(id or channel, channel, layer, int(index), share, told, part, held, zone)


def _sizes(layers: Sequence[Row]) -> tuple[tuple[str, int], ...]:
    return tuple((row["name"], row["channels"]) for row in layers)
