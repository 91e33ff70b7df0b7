"""Switching classes, zooming and saving in a real browser."""

import csv
import json
import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, Request, expect

from tests.conftest import Service
from tests.e2e.looking import MODEL, graph_of

OpenPage = Callable[..., Page]
BEAR = f"/?model={MODEL}&class=294"
SVG = "{http://www.w3.org/2000/svg}"


def transform(page: Page) -> list[float]:
    """x, y and scale of the drawing."""
    text = page.locator("svg.graph > g").first.get_attribute("transform") or ""
    return [float(number) for number in re.findall(r"-?[\d.]+", text)]


def test_a_switch_asks_for_everything_in_one_document_and_marks_the_click_at_once(open_page: OpenPage) -> None:
    page = open_page(BEAR)
    row = page.locator(".classes a.item").nth(3)
    expect(row).to_be_visible()
    expect(page.locator("g.node").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/graphql"):
            asked.append(re.split(r"\W+", json.loads(request.post_data or "{}")["query"])[1])

    page.on("request", note)
    index = row.get_attribute("data-class")
    marked = row.evaluate("(link) => { link.click(); return link.getAttribute('aria-current'); }")
    assert marked == "true"
    expect(page).to_have_url(re.compile(f"class={index}$"))
    expect(page.locator("h1")).to_have_text(row.page.locator(".classes li.pinned .name").inner_text())
    page.wait_for_load_state("networkidle")
    assert [name for name in asked if name in ("Graph", "Cut", "Similar", "View")] == ["View"]


def test_a_class_that_is_no_longer_wanted_is_not_waited_for(open_page: OpenPage) -> None:
    page = open_page(BEAR, offline=True)
    rows = page.locator(".classes a.item")
    expect(rows.nth(4)).to_be_visible()
    page.route(
        "**/graphql", lambda route: None if '"index":0' in (route.request.post_data or "") else route.continue_()
    )

    def unwanted(request: Request) -> bool:
        body = request.post_data or ""
        return "View" in body and '"index":0' in body

    with page.expect_request(unwanted):
        page.evaluate("history.pushState(null, '', '?class=0'); dispatchEvent(new PopStateEvent('popstate'))")
    with page.expect_event("requestfailed", unwanted):
        page.evaluate("history.pushState(null, '', '?class=295'); dispatchEvent(new PopStateEvent('popstate'))")
    expect(page.locator("h1")).to_have_text("American black bear")


def test_the_drawing_cannot_be_dragged_out_of_sight_and_another_class_is_fitted(open_page: OpenPage) -> None:
    page = open_page(BEAR)
    expect(page.locator("g.node").first).to_be_visible()
    fitted = transform(page)
    for _ in range(4):
        page.mouse.move(1200, 900)
        page.mouse.down()
        page.mouse.move(330, 130, steps=4)
        page.mouse.up()
    x, y, _ = transform(page)
    width, height = page.evaluate(
        "() => ['clientWidth', 'clientHeight'].map((name) => document.querySelector('.stage')[name])"
    )
    assert (x, y) != tuple(fitted[:2])
    assert x >= -width / 2 - 1
    assert y >= -height / 2 - 1
    page.locator(".classes a.item").nth(2).click()
    expect(page.locator("h1")).not_to_have_text("brown bear")
    expect(page.locator("svg.graph > g").first).to_have_attribute("transform", "translate(0,0) scale(1)")


def test_numbers_and_strokes_keep_their_size_when_zoomed(open_page: OpenPage) -> None:
    page = open_page(BEAR)
    number = page.locator("g.node .number").first
    expect(number).to_be_visible()
    before = number.bounding_box()
    for _ in range(4):
        page.keyboard.press("+")
    expect(page.locator("svg.graph > g").first).not_to_have_attribute("transform", "translate(0,0) scale(1)")
    page.wait_for_timeout(300)
    after = number.bounding_box()
    assert before and after
    assert after["height"] == pytest.approx(before["height"], rel=0.15)
    assert (
        page.locator(".edge .line").first.evaluate("(line) => getComputedStyle(line).vectorEffect")
        == "non-scaling-stroke"
    )


def test_a_4k_screen_is_filled(open_page: OpenPage) -> None:
    page = open_page(BEAR, width=3840, height=2160)
    expect(page.locator("g.node").first).to_be_visible()
    boxes = page.locator("g.node .picture").evaluate_all(
        "(items) => items.map((item) => item.getBoundingClientRect().y)"
    )
    assert max(boxes) - min(boxes) > 0.8 * 2160


def test_a_picture_holds_the_whole_graph_whatever_the_zoom(open_page: OpenPage, running: Service) -> None:
    page = open_page(BEAR)
    expect(page.locator("g.node").first).to_be_visible()
    for _ in range(6):
        page.keyboard.press("+")
    page.wait_for_timeout(300)
    zoomed = transform(page)
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as saved:
        page.get_by_role("menuitem", name="Picture (SVG)").click()
    root = ElementTree.parse(saved.value.path()).getroot()
    ground = root.find(f"{SVG}g")
    assert ground is not None
    assert ground.get("transform") == "translate(0,0) scale(1)"
    nodes = [item for item in root.iter() if "node" in (item.get("class") or "").split()]
    graph = graph_of(running, 294)
    assert len(nodes) == graph["totalChannels"]
    heading = f"{graph['totalChannels']} channels · {graph['totalEdges']} edges · cut at 7.5 % per layer"
    assert heading in {item.text for item in root.iter(f"{SVG}text")}
    _, _, width, height = (float(part) for part in (root.get("viewBox") or "").split())
    places = [[float(part) for part in re.findall(r"-?[\d.]+", item.get("transform") or "")] for item in nodes]
    assert all(0 <= x <= width and 0 <= y <= height for x, y in places)
    assert transform(page) == zoomed
    for look in (item for item in root.iter() if "look" in (item.get("class") or "").split()):
        parts = {part.get("class"): k for k, part in enumerate(look)}
        assert parts["picture"] < parts["corners"] < parts["ring"], "the corners' cover would lie over the ring"
        assert "rx: 9px" in (look[parts["ring"]].get("style") or "")


# Turns the wheel over the drawing, and saves it before it rests.
TURN_AND_SAVE = """(item) => {
  const drawing = document.querySelector(".drawing");
  const { left, top } = drawing.getBoundingClientRect();
  const at = { clientX: left + 400, clientY: top + 300, deltaY: -120, bubbles: true, cancelable: true };
  drawing.dispatchEvent(new WheelEvent("wheel", at));
  if (!document.querySelector("svg.graph").style.transform) throw new Error("the drawing is not moved as a picture");
  item.click();
}"""


def test_a_picture_that_is_saved_while_the_drawing_moves_holds_it_whole(open_page: OpenPage) -> None:
    page = open_page(BEAR)
    expect(page.locator("g.node").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("+")
    expect(page.locator("svg.graph > g")).not_to_have_attribute("transform", "translate(0,0) scale(1)")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as saved:
        page.get_by_role("menuitem", name="Picture (SVG)").evaluate(TURN_AND_SAVE)
    root = ElementTree.parse(saved.value.path()).getroot()
    ground = root.find(f"{SVG}g")
    assert ground is not None
    assert ground.get("transform") == "translate(0,0) scale(1)"
    assert "transform" not in (root.get("style") or "")
    expect(page.locator("svg.graph > g")).not_to_have_attribute("transform", "translate(0,0) scale(1)")


def test_data_say_where_they_come_from_and_are_tables_too(open_page: OpenPage, running: Service) -> None:
    graph = graph_of(running, 294)
    page = open_page(BEAR)
    expect(page.locator("g.node").first).to_be_visible()

    def save(item: str) -> str:
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as saved:
            page.get_by_role("menuitem", name=item).click()
        return saved.value.path().read_text()

    data = json.loads(save("Data (JSON)"))
    assert data["address"] == page.url
    assert (data["dataset"], data["graphThreshold"]) == ("ImageNet", 7.5)
    assert re.fullmatch(r"\d+\.\d+\.\d+", data["version"])
    assert re.match(r"\d{4}-\d\d-\d\dT", data["date"])
    channels = list(csv.DictReader(save("Channels (CSV)").splitlines()))
    assert {row["id"]: int(row["count"]) for row in channels} == {
        item["channel"]["id"]: item["count"] for item in graph["channels"]
    }
    edges = list(csv.DictReader(save("Edges (CSV)").splitlines()))
    assert sorted((row["source"], row["target"], int(row["weight"])) for row in edges) == sorted(
        (edge["source"], edge["target"], edge["weight"]) for edge in graph["edges"]
    )


def test_on_a_phone_what_is_pinned_is_a_sheet_and_a_chosen_class_comes_into_view(open_page: OpenPage) -> None:
    page = open_page(f"{BEAR}&pin=mixed4d/431", width=360, height=740)
    sheet = page.locator(".room-explore .right")
    expect(page.locator(".detail h2")).to_have_text("mixed4d / 431")
    box = sheet.bounding_box()
    assert box
    assert box["y"] >= 0.5 * 740
    assert box["y"] + box["height"] <= 741
    page.get_by_role("button", name="pinned").click()
    row = page.locator(".classes a.item").nth(2)
    row.scroll_into_view_if_needed()
    row.click()
    expect(page.locator("h1")).not_to_have_text("brown bear")
    expect(page.locator("h1")).to_be_in_viewport()


def test_the_current_room_is_visible_in_forced_colours(open_page: OpenPage) -> None:
    page = open_page(BEAR)
    page.emulate_media(forced_colors="active")
    current = page.locator("nav [aria-current='page']")
    expect(current).to_be_visible()
    assert current.evaluate("(link) => getComputedStyle(link).outlineStyle") == "solid"


def test_the_former_graph_is_not_drawn_again_while_the_next_is_on_its_way(open_page: OpenPage) -> None:
    page = open_page(f"/?model={MODEL}&class=294")
    expect(page.locator("g.node")).to_have_count(57)
    page.wait_for_load_state("networkidle")
    page.route("**/graphql", lambda route: None if '"index":295' in str(route.request.post_data) else route.continue_())
    page.evaluate(
        """() => { window.touched = 0; new MutationObserver((changes) => (window.touched += changes.length))
           .observe(document.querySelector("svg.graph"), { attributes: true, childList: true, subtree: true }); }"""
    )
    page.locator('ul.classes a[data-class="295"]').press("Enter")
    expect(page.locator('ul.classes a[data-class="295"]')).to_have_attribute("aria-current", "true")
    page.wait_for_timeout(100)
    assert page.evaluate("window.touched") == 0


def test_the_edges_of_another_class_stand_in_their_places_at_once(open_page: OpenPage, running: Service) -> None:
    page = open_page(BEAR, still=False)
    expect(page.locator("g.node")).to_have_count(57)
    page.locator('ul.classes a[data-class="295"]').press("Enter")
    edges = page.locator("g.edge:not(.gone)")
    expect(edges).to_have_count(len(graph_of(running, 295)["edges"]))
    assert edges.evaluate_all("(all) => all.every((edge) => edge.getAttribute('opacity') === '1')")


SLIDE = """(least) => {
  const slider = document.querySelector(".room-explore .tools > .slider input");
  slider.value = least;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}"""


def test_edges_do_not_blink_while_the_slider_is_moved(open_page: OpenPage) -> None:
    page = open_page(BEAR, still=False)
    expect(page.locator("g.node")).to_have_count(57)
    page.wait_for_load_state("networkidle")
    before = page.locator("g.edge:not(.gone)").count()
    page.evaluate(
        """() => { window.faded = []; const layer = document.querySelector("svg.graph g:has(> g.edge)");
           new MutationObserver(() => window.faded.push(layer.getAttribute("opacity")))
           .observe(layer, { attributes: true, attributeFilter: ["opacity"] }); }"""
    )
    page.evaluate(SLIDE, 300)
    page.wait_for_function("(before) => document.querySelectorAll('g.edge').length < before - 100", arg=before)
    page.wait_for_timeout(300)
    assert [opacity for opacity in page.evaluate("window.faded") if float(opacity) < 1] == []
