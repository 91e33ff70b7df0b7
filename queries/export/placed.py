"""Where the vertices of an export stand, and their colours: those of the page. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from queries.drawing.scene import Layer, Link, Node, make_scene
from queries.export.record import Arc, Export, Vertex

Colour = tuple[int, int, int]  # red, green, blue, 0 to 255
LOWEST: Colour = (109, 124, 196)
HIGHEST: Colour = (38, 49, 95)
FEW: Colour = (180, 180, 174)  # of many compared classes
ZONES: tuple[Colour, Colour, Colour] = ((29, 95, 168), (43, 43, 48), (176, 77, 8))  # only the first, both, the second
APART = 80.0  # px between two motifs


@dataclass(frozen=True, slots=True)
class Place:
    """x to the right and y upwards, in px from the lower left corner; side of the square."""

    x: float
    y: float
    side: float


def place(export: Export) -> Mapping[str, Place]:
    """Layers as rows, the last on top; motifs side by side."""
    layers = [Layer(name, "") for name, _ in export.layers]
    zones = 3 if any(vertex.zone is not None for vertex in export.vertices) else 1
    found, left = dict[str, Place](), 0.0
    for part in sorted({vertex.part for vertex in export.vertices}):
        nodes = [
            Node(each.id, each.layer, each.index, each.share, "", each.zone or 0)
            for each in export.vertices
            if each.part == part
        ]
        links = [
            Link(arc.source, arc.target, arc.share, "", kind=_kind(arc)) for arc in export.arcs if arc.part == part
        ]
        scene = make_scene(layers, nodes, links, zones)
        first = min(seat.x for seat in scene.seats) if part else 0.0
        for seat in scene.seats:
            found[seat.node.id] = Place(round(left + seat.x - first, 1), round(scene.height - seat.y, 1), seat.side)
        left = max(each.x for each in found.values()) + APART
    return found


def _kind(arc: Arc) -> str | None:
    kind = arc.values.get("kind")
    return str(kind) if kind else None


def colour(export: Export, vertex: Vertex) -> Colour:
    """By its zone where two classes are compared, by the classes that have it where more are, else by its layer."""
    if vertex.zone is not None:
        return ZONES[vertex.zone]
    if len(export.classes) > 1:
        return _between(FEW, ZONES[1], vertex.held / len(export.classes))
    names = [name for name, _ in export.layers]
    return _between(LOWEST, HIGHEST, names.index(vertex.layer) / max(1, len(names) - 1))


def _between(low: Colour, high: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(low, high, strict=True))
    return red, green, blue
