"""The geometry of a drawing, and the SVG: laws that hold for any layered graph."""

import re
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.drawing.order import crossings, order_rows
from queries.drawing.scene import Layer, Link, Node, Scene, make_scene, side_of
from queries.drawing.svg import data_uri, draw

LAYERS = [Layer(f"layer {height}", f"{height} of 9") for height in range(3)]


@st.composite
def graphs(draw_: st.DrawFn) -> tuple[list[Node], list[Link], int]:
    """Nodes in three layers, edges from one to the next, in one or three zones."""
    zones, shares = draw_(st.sampled_from((1, 3))), st.floats(0, 1)
    nodes = [
        Node(f"{height}/{index}", f"layer {height}", index, draw_(shares), "", draw_(st.integers(0, zones - 1)))
        for height in range(3)
        for index in range(draw_(st.integers(0, 40)))
    ]
    pairs = [(low, high) for low in nodes for high in nodes if int(low.id[0]) + 1 == int(high.id[0])]
    chosen = draw_(st.lists(st.sampled_from(pairs), max_size=30, unique=True)) if pairs else []
    return nodes, [Link(low.id, high.id, draw_(st.floats(0, 1)), "") for low, high in chosen], zones


@given(graphs())
def test_pictures_never_overlap_and_stay_in_their_row_and_zone(graph: tuple[list[Node], list[Link], int]) -> None:
    nodes, links, zones = graph
    scene = make_scene(LAYERS, nodes, links, zones)
    assert sorted(seat.node.id for seat in scene.seats) == sorted(node.id for node in nodes)
    assert [row.bottom for row in scene.rows] == sorted((row.bottom for row in scene.rows), reverse=True)
    for row in scene.rows:
        here = sorted((s for s in scene.seats if s.node.layer == row.layer.name), key=lambda seat: seat.x)
        assert all(seat.y == pytest.approx(row.bottom, abs=0.1) for seat in here)
        assert all(a.x + a.side / 2 < b.x - b.side / 2 for a, b in pairwise(here))
        for seat in here:
            left, width = scene.zones[seat.node.zone]
            assert left - 0.1 <= seat.x - seat.side / 2 and seat.x + seat.side / 2 <= left + width + 0.1
            assert seat.x - seat.side / 2 > 0 and seat.x + seat.side / 2 < scene.width
            assert seat.y - seat.side > 0 and seat.y < scene.height
    assert len(scene.curves) == len(links)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=25))
def test_crossings_are_the_pairs_of_edges_with_their_ends_in_opposite_orders(band: list[tuple[int, int]]) -> None:
    rows = [[f"{side}{place}" for place in range(7)] for side in ("low", "high")]
    edges = [(f"low{left}", f"high{right}", 1.0) for left, right in band]
    assert crossings(rows, edges) == sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(band, 2))


@given(graphs())
def test_order_has_no_more_crossings_than_the_start_and_keeps_zones(graph: tuple[list[Node], list[Link], int]) -> None:
    nodes, links, _ = graph
    zone = {node.id: node.zone for node in nodes}
    start = [sorted((n.id for n in nodes if n.layer == layer.name), key=lambda id: zone[id]) for layer in LAYERS]
    edges = [(link.source, link.target, link.share) for link in links]
    order = order_rows(start, edges, lambda id: zone[id])
    assert [sorted(row) for row in order] == [sorted(row) for row in start]
    assert crossings(order, edges) <= crossings(start, edges)
    assert all([zone[id] for id in row] == sorted(zone[id] for id in row) for row in order)


def test_two_crossed_edges_are_uncrossed() -> None:
    rows, edges = [["a", "b"], ["c", "d"]], [("a", "d", 1.0), ("b", "c", 1.0)]
    assert crossings(rows, edges) == 1
    assert crossings(order_rows(rows, edges), edges) == 0


def test_a_picture_grows_with_the_share() -> None:
    assert [side_of(share) for share in (-1, 0, 0.25, 1, 7)] == [22, 22, 42, 62, 62]


def small(zones: int = 1) -> Scene:
    nodes = [
        Node("m/layer 0/1", "layer 0", 1, 0.5, 'bottom & "first" <one>', 0),
        Node("m/layer 1/2", "layer 1", 2, 0.5, "middle", zones // 2),
    ]
    return make_scene(LAYERS, nodes, [Link("m/layer 0/1", "m/layer 1/2", 0.5, "a to b", 0)], zones)


@pytest.mark.parametrize("whose", [(), ("only ox", "both", "only <yak>")])
def test_an_svg_is_xml_that_needs_nothing_else(whose: tuple[str, ...]) -> None:
    uri = data_uri(b"\xff\xd8picture")
    text = draw(small(3 if whose else 1), "ox & \x07yak", "2 channels", whose=whose, pictures={"m/layer 0/1": uri})
    root = ElementTree.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    assert [image.get("href") for image in root.iter(f"{space}image")] == [uri]
    assert len(root.findall(f"{space}path")) == 1 and root.get("aria-label") == "ox &  yak"
    texts = [element.text for element in root.iter(f"{space}text")]
    assert {"layer 0", "0 of 9", "1", "2", "2 channels", *whose} <= set(texts)
    assert 'bottom & "first" <one>' in [title.text for title in root.iter(f"{space}title")]
    assert not re.search(r"(href|src|url\()[=(]?\"?(https?:|/)", text)


def test_it_is_light_and_dark_by_the_system_and_by_the_notebook() -> None:
    text = draw(small(), "ox", "")
    name = re.search(r'class="(summit-[0-9a-f]+)"', text)
    assert name and draw(small(), "ox", "") == text
    for where in ("@media (prefers-color-scheme: dark)", '[data-jp-theme-light="false"]', ".vscode-dark"):
        assert where in text
    rules = re.findall(r"^(\S[^{@]*)\{", text[text.index("<style>") + 7 : text.index("</style>")], re.MULTILINE)
    assert rules and all(
        f".{name[1]}" in rule or rule.startswith("@media") for rule in rules
    )  # nothing else in the document is touched
