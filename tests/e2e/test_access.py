"""The page without a mouse, without colours and without pictures, in a real browser."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.conftest import Service
from tests.e2e.axe import faults
from tests.e2e.charting import embedding_of
from tests.e2e.looking import MODEL, comparison_of, graph_of

OpenPage = Callable[..., Page]
BEAR = f"/?model={MODEL}&class=294"
BEARS = f"/?model={MODEL}&room=compare&classes=294,295"
MAP = f"/?model={MODEL}&room=map&layer=mixed4d&class=603"
MOTIFS = f"/?model={MODEL}&room=motifs&of=n02131653&against=nothing"
ROOMS = {
    "explore": (f"{BEAR}&pin=mixed4d/431", "g.node"),
    "explore as tables": (f"{BEAR}&table=true", ".twin td"),
    "map": (MAP, ".company .row"),
    "map as tables": (f"{MAP}&table=true", ".twin td"),
    "compare": (BEARS, "g.node"),
    "compare as tables": (f"{BEARS}&table=true", ".twin td"),
    "matrix": (f"/?model={MODEL}&room=compare&classes=294,295,296,297", ".matrix td"),
    "nothing to compare": (f"/?model={MODEL}&room=compare", ".notice p"),
    "motifs": (MOTIFS, ".motif"),
    "motifs as tables": (f"{MOTIFS}&table=true", ".twin td"),
    "no motifs": (f"/?model={MODEL}&room=motifs", ".notice a"),
    "query": (f"/?model={MODEL}&room=query&query=class_edges&args={{}}", ".result td"),
    "question": (f"/?model={MODEL}&room=query&query=difference_channels&plain=true", ".result td img"),
    "editor": (f"/?model={MODEL}&room=query", ".code"),
    "channel": (f"/?model={MODEL}&channel=mixed4d/431", ".usage li"),
    "no channel": (f"/?model={MODEL}&room=channel", ".separating td"),
}


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_serious_keeps_anybody_from_a_room(
    open_page: OpenPage, request: pytest.FixtureRequest, room: str
) -> None:
    """In the light and in the dark."""
    address, here = ROOMS[room]
    if address.startswith(MAP):
        request.getfixturevalue("mapped")
    page = open_page(address)
    expect(page.locator(here).first).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert faults(page) == []
    page.emulate_media(color_scheme="dark")
    assert faults(page) == []


def cells(table: Locator) -> list[list[str]]:
    """The words of a table, row by row."""
    reading = "({ tBodies }) => [...tBodies[0].rows].map(({ cells }) => [...cells].map((cell) => cell.textContent))"
    found: list[list[str]] = table.evaluate(reading)
    return found


def numbers(row: list[str], *places: int) -> list[int | None]:
    return [int(row[place]) if row[place] else None for place in places]


def test_a_graph_is_a_table_too_one_key_away(open_page: OpenPage, running: Service) -> None:
    graph = graph_of(running, 294)
    page = open_page(BEAR)
    expect(page.locator("g.node").first).to_be_visible()
    page.keyboard.press("d")
    expect(page).to_have_url(re.compile("table=true"))
    tables = page.get_by_role("region", name="Attribution graph of brown bear, as tables")
    expect(tables).to_be_visible()
    expect(page.locator("svg.graph")).to_be_hidden()
    shown = {row[0]: numbers(row, 2)[0] for row in cells(tables.get_by_role("table", name="Channels"))}
    assert shown == {short(item["channel"]["id"]): item["count"] for item in graph["channels"]}
    edges = {(row[0], row[1]): numbers(row, 2)[0] for row in cells(tables.get_by_role("table", name="Edges"))}
    assert edges == {(short(edge["source"]), short(edge["target"])): edge["weight"] for edge in graph["edges"]}
    tables.get_by_role("link", name="mixed4d/431").first.click()
    expect(page.locator(".detail h2")).to_have_text("mixed4d / 431")


def short(channel: str) -> str:
    return channel.partition("/")[2]


def test_a_table_is_sorted_by_its_heads_which_keep_the_focus(open_page: OpenPage) -> None:
    page = open_page(f"{BEAR}&table=true")
    table = page.get_by_role("table", name="Channels")
    head = table.get_by_role("button", name="pictures")
    for descending in (False, True):
        head.press("Enter")
        expect(head).to_be_focused()
        counts = [int(row[2]) for row in cells(table)]
        assert counts == sorted(counts, reverse=descending)
    page.get_by_role("table", name="Edges").get_by_role("link").first.press("Enter")
    expect(page.locator(".detail h2")).to_be_visible()
    assert [int(row[2]) for row in cells(table)] == counts  # pinning leaves the table as it is


def test_a_comparison_is_a_table_too(open_page: OpenPage, running: Service) -> None:
    query = """query ($model: ID!) { compare(model: $model, classes: [294, 295], operation: UNION) {
      channels { channel { id } classes counts } layers { layer shared union counts } } }"""
    compared = running.ask(query, model=MODEL)["compare"]
    page = open_page(f"{BEARS}&table=true")
    tables = page.get_by_role("region", name="brown bear compared with American black bear, as tables")
    shown = {row[0]: numbers(row, 3, 4) for row in cells(tables.get_by_role("table", name="Channels"))}
    assert shown == {short(item["channel"]["id"]): by_class(item, 294, 295) for item in compared["channels"]}
    overlap = {row[0]: numbers(row, 1, 2, 4, 5) for row in cells(tables.get_by_role("table", name="Overlap"))}
    assert overlap == {row["layer"]: [row["shared"], row["union"], *row["counts"]] for row in compared["layers"]}
    edges = comparison_of(running, 294, 295)["edges"]
    assert len(cells(tables.get_by_role("table", name="Edges"))) == len(edges)


def by_class(item: dict[str, Any], *classes: int) -> list[int | None]:
    counts = dict(zip(item["classes"], item["counts"], strict=True))
    return [counts.get(index) for index in classes]


@pytest.mark.usefixtures("mapped")
def test_a_map_is_a_table_too_with_every_class(open_page: OpenPage, running: Service) -> None:
    points = embedding_of(running, "mixed4d")
    page = open_page(MAP)
    expect(page.locator(".company .row").first).to_be_visible()
    page.get_by_role("button", name="Table").press("Enter")
    table = page.get_by_role("table", name="Classes at mixed4d")
    page.get_by_role("button", name="Show all 1,000 rows").click()
    at = {int(row[1]): (float(row[2]), float(row[3])) for row in cells(table)}
    assert at == {
        index: (float(f"{x:.6g}"), float(f"{y:.6g}"))
        for index, x, y in zip(points["classes"], points["x"], points["y"], strict=True)
    }
    expect(page.get_by_role("table", name="Way of horse cart")).to_be_visible()
    table.get_by_role("link", name="tench", exact=True).click()
    expect(page.locator(".room-map .right .title h2")).to_have_text("tench")


def test_motifs_are_a_table_too(open_page: OpenPage, running: Service) -> None:
    query = """query ($model: ID!) { motifs(model: $model, group: "n02131653", minSupport: 0.5) {
      nodes { support edges { source target } channels { id } } } }"""
    motifs = running.ask(query, model=MODEL)["motifs"]["nodes"]
    page = open_page(MOTIFS)
    expect(page.locator(".motif").first).to_be_visible()
    page.keyboard.press("d")
    rows = cells(page.get_by_role("table", name="Motifs"))
    assert [numbers(row, 1, 2, 3) for row in rows] == [
        [len(motif["edges"]), len(motif["channels"]), motif["support"]] for motif in motifs
    ]
    first = motifs[0]["edges"][0]
    edge = f"{short(first['source'])} → {short(first['target'])}"
    assert any(edge in cell.split(", ") for cell in rows[0])
    page.keyboard.press("d")
    expect(page.locator(".motif").first).to_be_visible()


def test_the_focus_returns_to_the_channel_when_the_picture_does(open_page: OpenPage) -> None:
    page = open_page(BEAR)
    page.locator("g.node").first.wait_for()
    node = page.locator('g.node[tabindex="0"]')
    node.focus()
    name = node.get_attribute("aria-label")
    page.keyboard.press("d")
    expect(page.locator(".twin")).to_be_focused()
    page.keyboard.press("d")
    expect(page.locator("g.node:focus")).to_have_attribute("aria-label", str(name))


def test_the_focus_goes_with_a_change_of_rooms_and_comes_back(open_page: OpenPage) -> None:
    page = open_page(BEAR)
    page.get_by_role("button", name="Compare with ice bear").first.press("Enter")
    expect(page.locator(".room-compare")).to_be_focused()
    page.go_back()
    expect(page.get_by_role("button", name="Compare with ice bear").first).to_be_focused()


def test_the_first_key_skips_the_header_and_a_room_that_a_key_opens_has_the_focus(open_page: OpenPage) -> None:
    page = open_page(BEAR)
    expect(page.locator("g.node").first).to_be_attached()
    page.keyboard.press("Tab")
    skip = page.get_by_role("button", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page.locator(".room-motifs")).to_be_focused()
    assert page.evaluate("document.scrollingElement.scrollHeight - innerHeight") == 0


def test_what_is_pressed_in_the_header_and_in_a_full_row_leaves_the_focus_where_people_are(open_page: OpenPage) -> None:
    page = open_page(f"/?room=compare&model={MODEL}&classes=294,295", width=1100)
    more = page.get_by_role("button", name=re.compile("^show .* more channels"))
    expect(more.first).to_be_visible()
    layer = str(more.first.get_attribute("aria-label")).rpartition(" ")[2]
    more.first.press("Enter")
    expect(page.locator("g.node:focus")).to_have_attribute("aria-label", re.compile(f"^{layer}/"))
    brand = page.get_by_role("link", name="Summit Graph")
    brand.press("Enter")
    expect(brand).to_be_focused()


def test_a_choice_in_a_menu_returns_the_focus_to_its_button(open_page: OpenPage) -> None:
    page = open_page(BEAR)
    expect(page.locator("g.node").first).to_be_visible()
    button = page.get_by_role("button", name="Export")
    button.press("Enter")
    with page.expect_download():
        page.get_by_role("menuitem", name="Data (JSON)").press("Enter")
    expect(button).to_be_focused()


def test_the_help_names_the_key_of_the_tables(open_page: OpenPage) -> None:
    page = open_page(BEAR)
    expect(page.locator("g.node").first).to_be_visible()
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="Help")
    expect(help_.locator("div", has=page.locator("kbd", has_text=re.compile("^d$")))).to_contain_text("tables")


def pixel(page: Page, x: int, y: int) -> object:
    with Image.open(BytesIO(page.screenshot(clip={"x": x, "y": y, "width": 1, "height": 1}))) as picture:
        return picture.convert("RGB").getpixel((0, 0))


def colours_of(drawn: Locator) -> list[object]:
    """All that are seen there."""
    with Image.open(BytesIO(drawn.screenshot())) as picture:
        return list(picture.convert("RGB").getcolors(1 << 24) or [])


@pytest.mark.usefixtures("mapped")
def test_what_is_chosen_in_the_search_and_who_uses_a_channel_are_seen_in_forced_colours(open_page: OpenPage) -> None:
    page = open_page(f"{BEAR}&pin=mixed4d/431")
    expect(page.locator("g.node").first).to_be_visible()
    page.emulate_media(forced_colors="active")
    user = page.locator(".classes li.user").first
    expect(user.locator("a")).to_have_attribute("title", re.compile(", uses the pinned channel$"))
    assert user.evaluate("(row) => getComputedStyle(row, '::before').borderTopWidth") == "3px"
    page.mouse.move(800, 900)
    for drawn in (".tools > .slider input:visible", ".classes li:nth-child(2) i.bar", ".smallmap canvas >> nth=0"):
        assert len(colours_of(page.locator(drawn))) > 1, f"{drawn} cannot be seen"
    page.locator(".room-explore").focus()
    around = [(800, 999), (1599, 500), (0, 500)]  # below, right, left
    assert len({pixel(page, x, y) for x, y in around}) == 1, "the room's ring is covered"
    pressed = page.get_by_role("button", name="Synthesised")
    page.keyboard.press("Tab")
    pressed.focus()
    assert pressed.evaluate("(button) => getComputedStyle(button).outlineStyle") == "dashed"
    page.keyboard.press("/")
    page.keyboard.type("tench")
    option = page.locator("header").get_by_role("option", selected=True)
    expect(option).to_be_visible()
    assert option.evaluate("(option) => getComputedStyle(option).outlineStyle") == "solid"


def test_two_compared_classes_are_told_apart_in_forced_colours(open_page: OpenPage) -> None:
    """By a line before their names, as their edges are drawn: the second's is dashed."""
    page = open_page(BEARS)
    expect(page.locator("g.node").first).to_be_visible()
    page.emulate_media(forced_colors="active")
    before = """(name) => (({ content, borderTopStyle, borderTopColor }) => [content, borderTopStyle, borderTopColor])(
      getComputedStyle(name, "::before"))"""
    for names in (".classname > .button", ".zonehead:is(.a, .b) b"):
        first, second = (page.locator(names).nth(k).evaluate(before) for k in (0, 1))
        assert [first[:2], second[:2]] == [['""', "solid"], ['""', "dashed"]]
        assert first[2] != second[2]


def test_the_search_gives_the_focus_back(open_page: OpenPage) -> None:
    page = open_page(BEAR)
    expect(page.locator("g.node").first).to_be_visible()
    button = page.get_by_role("button", name="Export")
    search = page.get_by_role("combobox", name="Search classes, channels and groups")
    button.focus()
    page.keyboard.press("/")
    expect(search).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("tench")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("tench")
    expect(button).to_be_focused()
    page.get_by_role("searchbox", name="Filter classes").focus()
    page.locator("header").get_by_role("combobox").focus()  # the key would be typed into the filter
    page.keyboard.type("goldfish")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("goldfish")
    expect(page.locator(".room-explore")).to_be_focused()
