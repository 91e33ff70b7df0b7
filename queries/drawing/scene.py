"""Where channels and edges of a layered graph stand: the geometry of the page, in px. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from queries.drawing.lanes import Grid, Lanes, find_lanes, seat_lanes
from queries.drawing.order import Edge, order_rows

SMALLEST, LARGEST = 22.0, 62.0  # a picture's side at a share of 0 and of 1
PITCH = 92.0  # between rows
NUMBER = 16.0  # below a picture, for its number
BAND = 16.0  # for the edges between the largest picture and the numbers of the row above
ZOOM = (PITCH - NUMBER - BAND) / LARGEST  # times their size that pictures are drawn at
COLUMN = 92.0  # between centres, where there is room
GAP = 4.0  # between pictures, at least
TABS = 10.0  # beside a picture, in a comparison
MARGIN, TOP, BOTTOM = 16.0, 20.0, 16.0
BETWEEN = 16.0  # zones
CROWDED = 0.45  # of the room between two rows: their edges' widths together
LANE, APART = 7.0, 1.0  # around the pictures of a lane, where there is room; from the middle between two lanes
HANDED_ON = ("SKIP", "BOTH")  # kinds of edges along which a channel itself goes on
WIDTH = 1000.0


@dataclass(frozen=True, slots=True)
class Layer:
    """A row; note  what its head says below the name, e.g. "7 of 512"."""

    name: str
    note: str


@dataclass(frozen=True, slots=True)
class Node:
    """A channel to be drawn.

    share  of the pictures, 0 to 1; sets the size
    zone   0 where there is one zone; else 0 for the first class alone, 1 for both, 2 for the second alone
    about  what a tooltip says
    """

    id: str
    layer: str
    index: int
    share: float
    about: str
    zone: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """An edge to be drawn; share and zone as for a Node.

    kind  CONVOLUTION, SKIP or BOTH; None where it is not known
    """

    source: str
    target: str
    share: float
    about: str
    zone: int = 0
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """bottom  of its pictures; middle  of its head."""

    layer: Layer
    bottom: float
    middle: float


@dataclass(frozen=True, slots=True)
class Seat:
    """x  centre of a node's picture; y  its bottom; side  of the square; pitch  of its row, between centres."""

    node: Node
    x: float
    y: float
    side: float
    pitch: float


@dataclass(frozen=True, slots=True)
class Places:
    """Places of a row, or of several together: how many there are, the widest picture, the place of each node."""

    count: int
    widest: float
    at: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Curve:
    """An edge between two seats; width in px, opacity 0 to 1."""

    link: Link
    lower: Seat
    upper: Seat
    width: float
    opacity: float


@dataclass(frozen=True, slots=True)
class Lane:
    """The ground behind a channel that is handed on from layer to layer."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Scene:
    """zones  (left, width) of each, one or three."""

    width: float
    height: float
    rows: tuple[Row, ...]
    seats: tuple[Seat, ...]
    curves: tuple[Curve, ...]
    zones: tuple[tuple[float, float], ...]
    lanes: tuple[Lane, ...] = ()


def make_scene(layers: Sequence[Layer], nodes: Sequence[Node], links: Sequence[Link], zones: int = 1) -> Scene:
    """Rows from the lowest layer up, the last on top; a row without room makes the scene wider.

    layers  lowest first; every node is in one of them
    links   between nodes, from a lower layer to a higher one
    zones   1, or 3 for a comparison of two classes
    """
    by_id = {node.id: node for node in nodes}
    start = [sorted((n for n in nodes if n.layer == layer.name), key=lambda n: n.index) for layer in layers]
    edges = [(link.source, link.target, link.share) for link in links]
    order = order_rows([[node.id for node in row] for row in start], edges, lambda id: by_id[id].zone)
    blocks = [[[by_id[id] for id in row if by_id[id].zone == zone] for zone in range(zones)] for row in order]

    head = min(180.0, max(96.0, 36 + 7.4 * max((len(layer.name) for layer in layers), default=0))) + MARGIN
    room = _divide(blocks, WIDTH - head - MARGIN, zones)
    lowest = TOP + LARGEST * ZOOM + PITCH * max(0, len(layers) - 1)
    hops = [edge for edge, link in zip(edges, links, strict=True) if zones == 1 and link.kind in HANDED_ON]
    lanes = find_lanes(order, hops)
    places = _places(order, lanes, by_id, edges)
    rows, seats, x = [], dict[str, Seat](), head
    spans = list[tuple[float, float]]()
    for width in room:
        spans.append((x, width))
        x += width + BETWEEN
    for height, (layer, row) in enumerate(zip(layers, blocks, strict=True)):
        bottom = lowest - PITCH * height
        rows.append(Row(layer, bottom, bottom - LARGEST * ZOOM / 2 + 6))
        for zone, (left, width) in enumerate(spans):
            lean = 0.5 if zones == 1 else (1.0, 0.5, 0.0)[zone]  # the outer zones lean on the shared one
            for seat in _seat_row(row[zone], left, width, bottom, lean, TABS if zones > 1 else 0.0, places.get(height)):
                seats[seat.node.id] = seat
    width = x - BETWEEN + MARGIN
    return Scene(
        width,
        lowest + NUMBER + BOTTOM,
        tuple(rows),
        tuple(seats.values()),
        _curves(links, seats, width - head),
        tuple(spans),
        tuple(_lanes(lanes, seats)),
    )


def side_of(share: float) -> float:
    """A picture's side; its area over the smallest grows with the share."""
    return SMALLEST + (LARGEST - SMALLEST) * sqrt(min(1.0, max(0.0, share)))


def _divide(blocks: Sequence[Sequence[Sequence[Node]]], width: float, zones: int) -> list[float]:
    """Widths of the zones: by the root of what they hold, and at least what their longest row needs."""
    beside = TABS if zones > 1 else 0.0
    longest = [max((len(row[zone]) for row in blocks), default=0) for zone in range(zones)]
    means = [sum(len(row[zone]) for row in blocks) / max(1, len(blocks)) for zone in range(zones)]
    wished = [sqrt((most + mean) / 2 + 1) for most, mean in zip(longest, means, strict=True)]
    free = width - BETWEEN * (zones - 1)
    return [
        max(free * wish / sum(wished), most * (SMALLEST + GAP + beside))
        for wish, most in zip(wished, longest, strict=True)
    ]


def _places(
    order: Sequence[Sequence[str]], lanes: Lanes, nodes: Mapping[str, Node], edges: Sequence[Edge]
) -> dict[int, Places]:
    """Common places of the rows that lanes lead through, by row."""
    found = dict[int, Places]()
    for lowest, highest in lanes.stages:
        rows = order[lowest : highest + 1]
        count = max(map(len, rows))
        around = [*order[max(0, lowest - 1) : lowest], *order[highest + 1 : highest + 2]]
        grid = Grid(rows, lanes.of, count, _centred(rows, count), _centred(around, count))
        widest = max(side_of(nodes[id].share) for row in rows for id in row) * ZOOM
        places = Places(count, widest, seat_lanes(grid, edges))
        found |= dict.fromkeys(range(lowest, highest + 1), places)
    return found


def _centred(rows: Sequence[Sequence[str]], columns: int) -> dict[str, float]:
    return {id: (columns - len(row)) / 2 + place for row in rows for place, id in enumerate(row)}


def _seat_row(
    nodes: Sequence[Node],
    left: float,
    width: float,
    bottom: float,
    lean: float,
    beside: float,
    common: Places | None,
) -> list[Seat]:
    """Seats of one row of a zone, in order. Where they are many, pictures shrink together, to no less than 22 px.

    common  places that the row has in common with others
    """
    sides = [side_of(node.share) * ZOOM for node in nodes]
    places = common or Places(len(nodes), max(sides, default=0.0), {node.id: at for at, node in enumerate(nodes)})
    pitch = max(SMALLEST + GAP + beside, min(COLUMN, width / max(1, places.count)))
    shrink = min(1.0, (pitch - GAP - beside) / max(SMALLEST, places.widest))
    first = left + (width - pitch * places.count) * lean + pitch / 2
    return [
        Seat(
            node,
            round(first + pitch * places.at[node.id], 1),
            round(bottom, 1),
            round(max(min(SMALLEST, side), side * shrink), 1),
            pitch,
        )
        for node, side in zip(nodes, sides, strict=True)
    ]


def _lanes(lanes: Lanes, seats: Mapping[str, Seat]) -> Iterator[Lane]:
    members = defaultdict[int, list[Seat]](list)
    for seat in seats.values():  # lowest row first
        if seat.node.id in lanes.of:
            members[lanes.of[seat.node.id]].append(seat)
    for here in members.values():
        lowest, highest = here[0], here[-1]
        half = min(lowest.pitch / 2 - APART, max(seat.side for seat in here) / 2 + LANE)
        top = highest.y - highest.side - LANE
        yield Lane(round(lowest.x - half, 1), round(top, 1), round(2 * half, 1), round(lowest.y + NUMBER + 2 - top, 1))


def _curves(links: Sequence[Link], seats: dict[str, Seat], room: float) -> tuple[Curve, ...]:
    """Edges, the weakest first, all thinned alike so that those between two rows never become a wall."""
    ink = defaultdict[float, float](float)
    for link in links:
        ink[seats[link.source].y] += _width(link.share)
    thin = min([1.0, *(max(0.15, room * CROWDED / used) for used in ink.values())])
    strongest_last = sorted(links, key=lambda link: (link.kind in HANDED_ON, link.share, link.source, link.target))
    return tuple(
        Curve(
            link,
            seats[link.source],
            seats[link.target],
            round(_width(link.share) * thin, 2),
            round((0.13 + 0.47 * min(1.0, max(0.0, link.share))) * sqrt(thin), 3),
        )
        for link in strongest_last
    )


def _width(share: float) -> float:
    return (0.8 + 5.2 * min(1.0, max(0.0, share))) * ZOOM
