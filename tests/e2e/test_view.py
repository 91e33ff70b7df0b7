"""How a graph is shown, in a real browser: spacing, light edges left out, the full screen, undo, and the tour."""

import re
from collections.abc import Callable
from math import floor
from statistics import mean
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.conftest import Service
from tests.e2e.axe import faults
from tests.e2e.conftest import PATIENCE
from tests.e2e.looking import MODEL, comparison_of, graph_of

OpenPage = Callable[..., Page]
BEAR = f"/?model={MODEL}&class=294"
HELD = "() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"


def slide(page: Page, name: str, value: int) -> None:
    page.get_by_role("slider", name=name).fill(str(value))


RARER_IS_LARGER = """(having) => {
  const rows = Map.groupBy(document.querySelectorAll("g.node:not(.gone)"),
    (node) => node.getAttribute("transform").split(",")[1] + node.getAttribute("class"));
  return rows.size > 5 && [...rows.values()].every((row) => {
    const sides = row.map((node) => [having[node.getAttribute("aria-label").split(",")[0]],
                                     Number(node.querySelector(".picture").getAttribute("width"))]);
    return sides.every(([a, x]) => sides.every(([b, y]) => a >= b || x >= y - 0.1));
  });
}"""  # within each row of a zone, which has a scale of its own where it is full


def open_view(page: Page) -> None:
    expect(page.locator("g.node").first).to_be_attached()
    page.get_by_role("button", name="View", exact=True).click()


def places(page: Page) -> dict[str, tuple[float, float]]:
    """Where channels stand in the drawing, by their names."""
    found: dict[str, Any] = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll("g.node:not(.gone)")].map((node) =>
             [node.getAttribute("aria-label").split(",")[0],
              node.getAttribute("transform").match(/[-\\d.]+/g).map(Number)]))"""
    )
    return {name: (x, y) for name, (x, y) in found.items()}


def gap(page: Page) -> tuple[float, float]:
    """Between two channels of a row, and between their row and the next."""
    at = places(page)
    return abs(at["mixed4d/431"][0] - at["mixed4d/477"][0]), abs(at["mixed4d/431"][1] - at["mixed4e/759"][1])


def wait_until(page: Page, holds: Callable[[], bool]) -> None:
    for _ in range(PATIENCE // 100):
        if holds():
            return
        page.wait_for_timeout(100)
    assert holds()


def wait_for_gap(page: Page, across: float, down: float, rel: float = 0.01) -> None:
    """Until the drawing has followed."""
    wait_until(page, lambda: gap(page) == pytest.approx((across, down), rel=rel))


def test_width_and_height_space_the_graph_live_stay_in_the_address_and_are_reset(open_page: OpenPage) -> None:
    page = open_page(BEAR)
    open_view(page)
    across, down = gap(page)
    slide(page, "width", 150)
    slide(page, "height", 200)
    expect(page).to_have_url(re.compile("width=150&height=200"))
    wait_for_gap(page, 1.5 * across, 2 * down)
    page.reload()
    expect(page.locator("g.node").first).to_be_attached()
    wait_for_gap(page, 1.5 * across, 2 * down)
    open_view(page)
    expect(page.get_by_role("slider", name="width")).to_have_value("150")
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(page).not_to_have_url(re.compile("width|height"))
    wait_for_gap(page, across, down)


def test_more_room_leaves_the_pictures_as_large_as_they_are(open_page: OpenPage) -> None:
    page = open_page(BEAR)
    open_view(page)
    picture = page.locator('g.node[aria-label^="mixed4d/431,"] image')
    across, down = gap(page)
    before = picture.bounding_box()
    slide(page, "height", 200)
    wait_for_gap(page, across, 2 * down)
    after = picture.bounding_box()
    assert before and after and after["width"] >= before["width"]


def test_light_edges_are_left_out_everywhere_and_an_emptied_graph_leads_back(
    open_page: OpenPage, service_weights: list[int]
) -> None:
    page = open_page(BEAR)
    open_view(page)
    middle = sorted(service_weights)[len(service_weights) // 2]
    heavy, of = sum(weight >= middle for weight in service_weights), len(service_weights)
    slide(page, "edge weight", middle)
    expect(page.locator("svg.graph g.edge:not(.gone)")).to_have_count(heavy)
    expect(page.locator(".popover output.second")).to_have_text(f"{heavy} of {of} edges shown")
    expect(page.locator("#shown")).to_have_text(f"57 channels · {heavy} of {of} edges")
    expect(page).to_have_url(re.compile(f"weight={middle}"))
    page.keyboard.press("Escape")

    page.goto(f"{BEAR}&table=true&weight={middle}")
    expect(page.get_by_role("table", name="Edges").locator("tbody tr")).to_have_count(heavy)

    page.goto(f"{BEAR}&weight={max(service_weights) + 1}")
    note = page.locator(".emptied")
    expect(note).to_contain_text(f"No edge of brown bear has a weight of {max(service_weights) + 1:,} pictures or more")
    expect(page.locator("g.node")).to_have_count(57)
    note.get_by_role("button", name="Show all edges").click()
    expect(note).to_be_hidden()
    expect(page.locator("svg.graph g.edge:not(.gone)")).to_have_count(of)
    assert page.evaluate(HELD) == "View"


@pytest.fixture
def service_weights(running: Service) -> list[int]:
    return [edge["weight"] for edge in graph_of(running, 294)["edges"]]


@pytest.mark.parametrize("room", ["class=294", "room=compare&classes=294,295"])
def test_pictures_are_as_large_as_their_channels_are_specific_where_that_is_chosen(
    open_page: OpenPage, running: Service, room: str
) -> None:
    query = """query ($model: ID!) { compare(model: $model, classes: [294, 295], operation: UNION) {
      channels { channel { layer index classCount } } } }"""
    having = {
        f"{channel['layer']}/{channel['index']}": channel["classCount"]
        for channel in (item["channel"] for item in running.ask(query, model=MODEL)["compare"]["channels"])
    }
    page = open_page(f"/?model={MODEL}&{room}")
    open_view(page)
    page.get_by_label("Size of pictures").select_option("by specificity")
    expect(page).to_have_url(re.compile("size=specificity"))
    expect(page.locator(".popover")).to_contain_text("The fewer of the 1,000 graphs have a channel, the larger")
    page.wait_for_function(RARER_IS_LARGER, arg=having)
    page.keyboard.press("Escape")
    step(page, "Undo").click()
    expect(page).not_to_have_url(re.compile("size="))
    page.wait_for_function(f"(having) => !({RARER_IS_LARGER})(having)", arg=having)


PAIR, THREE = (294, 295), (294, 295, 296)
FITS = """() => {
  const rights = [...document.querySelectorAll("g.node:not(.gone)")].map((node) => node.getBoundingClientRect().right);
  return Math.max(...rights) <= document.querySelector(".tails .plate").getBoundingClientRect().left;
}"""  # no channel lies behind the overlap


@pytest.mark.parametrize("classes", [PAIR, THREE])
def test_light_edges_of_a_comparison_are_left_out_everywhere(
    open_page: OpenPage, running: Service, classes: tuple[int, ...]
) -> None:
    edges = comparison_of(running, *classes, at_least=len(classes) - 1, operation="AT_LEAST")["edges"]
    weights = sorted(floor(mean(edge["weights"]) + 0.5) for edge in edges)
    middle = weights[len(weights) // 2]
    heavy = [weight for weight in weights if weight >= middle]
    address = f"/?model={MODEL}&room=compare&look=graph&classes={','.join(map(str, classes))}"
    page = open_page(address)
    open_view(page)
    channels = page.locator("g.node:not(.gone)").count()
    slide(page, "edge weight", middle)
    expect(page.locator("svg.graph g.edge:not(.gone)")).to_have_count(len(heavy))
    expect(page.locator(".popover output.second")).to_have_text(f"{len(heavy)} of {len(weights)} edges shown")
    expect(page.locator("g.node:not(.gone)")).to_have_count(channels)
    expect(page).to_have_url(re.compile(f"weight={middle}"))
    told = re.findall(r"(\d+)(?: of \d+)? edge", page.locator(".zonebar").inner_text())
    assert sum(map(int, told)) == len(heavy)
    page.keyboard.press("Escape")

    page.goto(f"{address}&table=true&weight={middle}")
    expect(page.get_by_role("table", name="Edges").locator("tbody tr")).to_have_count(len(heavy))

    page.goto(f"{address}&weight={max(weights) + 1}")
    note = page.locator(".room-compare .emptied")
    whole = (
        "No edge of brown bear and American black bear has"
        if len(classes) == 2
        else "Of the edges that the other filters leave, none has"
    )
    expect(note).to_have_text(
        f"{whole} a weight of {max(weights) + 1:,} pictures or more; the most is {max(weights):,}.Show all edges"
    )
    note.get_by_role("button", name="Show all edges").click()
    expect(note).to_be_hidden()
    expect(page.locator("svg.graph g.edge:not(.gone)")).to_have_count(len(weights))
    assert page.evaluate(HELD) == "View"


def test_a_comparison_is_spaced_live_and_its_overlap_stays_at_the_end_of_the_rows(open_page: OpenPage) -> None:
    page = open_page(f"/?model={MODEL}&room=compare&classes=294,295")
    open_view(page)
    across, down = gap(page)
    end = page.locator(".tails .row").first
    before = end.bounding_box()
    slide(page, "width", 150)
    slide(page, "height", 120)
    expect(page).to_have_url(re.compile("width=150&height=120"))
    wait_for_gap(page, 1.5 * across, 1.2 * down, rel=0.02)  # between zones there is as much room as before
    after = end.bounding_box()
    assert before and after and after["x"] == pytest.approx(before["x"], abs=1)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Fit", exact=True).click()
    page.wait_for_function(FITS)
    open_view(page)
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(page).not_to_have_url(re.compile("width|height"))
    wait_for_gap(page, across, down)


def test_a_wide_comparison_is_saved_with_the_heading_of_the_overlap_above_it(open_page: OpenPage) -> None:
    def headed(width: int) -> float:
        """From the heading to the numbers below it, px."""
        page = open_page(f"/?model={MODEL}&room=compare&classes=294,295&width={width}")
        expect(page.locator("g.node").first).to_be_attached()
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as saved:
            page.get_by_role("menuitem", name="Picture (SVG)").click()
        drawn = ElementTree.parse(saved.value.path()).iter("{http://www.w3.org/2000/svg}text")
        texts = [(text.text or "", float(text.get("x", 0))) for text in drawn]
        return next(x for text, x in texts if re.fullmatch(r"\d\.\d\d", text)) - dict(texts)["OVERLAP"]  # as it is seen

    assert headed(200) == pytest.approx(headed(100), abs=1)


def test_what_compare_cannot_filter_by_keeps_its_weight_and_a_slider_is_one_step(open_page: OpenPage) -> None:
    held = "weighed=attribution&width=120"
    page = open_page(f"/?model={MODEL}&room=compare&classes=294,295&weight=50&{held}")
    open_view(page)
    expect(page.get_by_role("slider", name="edge weight")).to_have_value("0")
    expect(page.locator(".popover")).to_contain_text("The larger the channel's share of the pictures, on average")
    slide(page, "edge weight", 100)
    expect(page).to_have_url(re.compile("weight=100&width=120"))
    page.keyboard.press("Escape")
    step(page, "Undo").click()
    expect(page).to_have_url(re.compile(f"weight=50&{held}"))
    expect(step(page, "Undo")).to_have_attribute("aria-disabled", "true")
    open_view(page)
    expect(page.get_by_role("slider", name="edge weight")).to_have_value("0")
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(page).to_have_url(re.compile("weight=50&weighed=attribution$"))


def test_what_offers_no_filter_by_weight_has_none(open_page: OpenPage, running: Service) -> None:
    edges = comparison_of(running, *THREE, at_least=2, operation="AT_LEAST")["edges"]
    page = open_page(f"/?model={MODEL}&room=compare&look=matrix&classes=294,295,296&weight=9999")
    expect(page.locator(".matrix tbody tr").first).to_be_visible()
    expect(page.get_by_role("button", name="View", exact=True)).to_be_hidden()
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as saved:
        page.get_by_role("menuitem", name="Edges (CSV)").click()
    assert len(saved.value.path().read_text().splitlines()) == 1 + len(edges)
    page.goto(f"/?model={MODEL}&room=compare&look=ranking&table=true&classes=294,295&weight=9999")
    expect(page.locator(".twin table tbody tr").first).to_be_visible()
    expect(page.get_by_role("button", name="View", exact=True)).to_be_hidden()
    page.get_by_role("button", name="What separates them?").click()
    expect(page.get_by_role("button", name="View", exact=True)).to_be_visible()


def test_a_compared_channel_drawn_large_has_more_of_its_pictures_beside_it(open_page: OpenPage) -> None:
    page = open_page(f"/?model={MODEL}&room=compare&classes=294,295")
    channel = page.locator('g.node[aria-label^="mixed4d/431,"]')
    box = channel.locator(".picture").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -1200)
    expect(channel.locator(".beside image")).to_have_count(6)
    page.keyboard.press("0")
    expect(page.locator(".beside")).to_have_count(0)


def test_the_page_takes_the_whole_screen_by_button_and_key_and_gives_the_focus_back(open_page: OpenPage) -> None:
    page = open_page(BEAR)
    expect(page.locator("ul.classes a.item").nth(3)).to_be_visible()
    page.locator("ul.classes a.item").nth(3).focus()
    held = page.evaluate(HELD)
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement !== null")
    expect(page.get_by_role("button", name="Full screen")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".room-explore .left")).to_be_hidden()
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement === null")
    expect(page.locator("ul.classes a.item").nth(3)).to_be_focused()
    assert page.evaluate(HELD) == held
    page.get_by_role("button", name="Full screen").click()
    page.wait_for_function("() => document.fullscreenElement !== null")
    page.get_by_role("button", name="Full screen").click()
    page.wait_for_function("() => document.fullscreenElement === null")
    expect(page.get_by_role("button", name="Full screen")).to_be_focused()


def test_nothing_of_the_header_is_cut_off_on_a_small_screen(open_page: OpenPage) -> None:
    page = open_page(BEAR)
    expect(page.locator("g.node").first).to_be_attached()
    for width in (1010, 900, 805):
        page.set_viewport_size({"width": width, "height": 700})
        help_button = page.get_by_role("button", name="Help")
        page.wait_for_function(
            "(button) => button.getBoundingClientRect().right <= innerWidth", arg=help_button.element_handle()
        )
        page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")


def step(page: Page, verb: str) -> Locator:
    return page.get_by_role("button", name={"Undo": "Step back", "Redo": "Step forward"}[verb])


def test_filters_are_undone_and_done_again_by_buttons_that_say_what(open_page: OpenPage) -> None:
    page = open_page(BEAR)
    expect(step(page, "Undo")).to_have_attribute("aria-disabled", "true")
    open_view(page)
    slide(page, "edge weight", 300)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Patches", exact=True).click()
    expect(step(page, "Undo")).to_have_attribute("title", "Step back: pictures default → patches (Ctrl+Z)")
    step(page, "Undo").click()
    expect(page).not_to_have_url(re.compile("show="))
    expect(step(page, "Undo")).to_have_attribute("title", "Step back: edge weight 0 → 300 (Ctrl+Z)")
    expect(step(page, "Redo")).to_have_attribute("title", "Step forward: pictures default → patches (Ctrl+Shift+Z)")
    page.keyboard.press("Control+z")
    expect(page).not_to_have_url(re.compile("weight="))
    page.keyboard.press("Control+Shift+Z")
    expect(page).to_have_url(re.compile("weight=300"))
    step(page, "Redo").click()
    expect(page).to_have_url(re.compile("show=patches"))

    search = page.get_by_role("combobox", name="Search classes, channels and groups")
    search.fill("bear")
    search.press("Control+z")
    expect(page).to_have_url(re.compile("show=patches"))
    expect(search).not_to_have_value("bear")


def test_the_tour_that_is_started_twice_is_one_tour(open_page: OpenPage) -> None:
    page = open_page(BEAR)
    held: list[Route] = []
    read: list[str] = []
    page.route("**/tour-*.json", lambda route: held.append(route))
    page.on("requestfinished", lambda request: read.append(request.url) if "/tour-" in request.url else None)
    page.keyboard.press("?")
    page.get_by_role("button", name="Take the tour").dblclick()
    wait_until(page, lambda: len(held) == 2)
    expect(page.get_by_role("dialog", name="Help")).to_be_visible()  # its words are not here yet
    held[0].continue_()
    expect(page.locator(".tour")).to_have_count(1)
    held[1].continue_()
    wait_until(page, lambda: len(read) == 2)
    page.evaluate("fetch('?last')")  # the words of the second have been read by then
    expect(page.locator(".tour")).to_have_count(1)
    expect(page.locator(".tourring")).to_have_count(1)


def test_the_tour_is_shown_at_the_first_visit_of_the_start_page_and_never_again(open_page: OpenPage) -> None:
    page = open_page("/", new=True)
    card = page.get_by_role("dialog", name="Choose a class")
    expect(card).to_be_visible()
    expect(card.get_by_role("button", name="Next")).to_be_focused()
    assert page.locator(".tourring").evaluate("(ring) => getComputedStyle(ring).transitionDuration") == "0s"
    assert faults(page) == []
    for title in ("Read its graph", "Point, and click to keep", "Look further"):
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog", name=title)).to_be_visible()
        left, ring = page.locator(".tourring").bounding_box(), page.locator(".tour [aria-live]")
        assert left and left["width"] > 100
        expect(ring).to_contain_text(title)
    expect(page.locator(".tour")).to_contain_text("4 of 4")
    page.get_by_role("button", name="Back", exact=True).click()
    expect(page.get_by_role("dialog", name="Point, and click to keep")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".tour, .tourring")).to_have_count(0)
    page.goto("/")
    expect(page.locator("g.node").first).to_be_attached()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".tour")).to_have_count(0)

    page.get_by_role("button", name="Help").click()
    page.get_by_role("button", name="Take the tour").click()
    expect(page.get_by_role("dialog", name="Choose a class")).to_be_visible()
    page.get_by_role("button", name="End the tour").click()
    expect(page.get_by_role("button", name="Help")).to_be_focused()

    page.get_by_role("button", name="Help").click()
    page.get_by_role("button", name="Take the tour").click()
    expect(page.get_by_role("button", name="Next")).to_be_focused()
    page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Compare").click()
    expect(page.locator(".tourring")).to_be_hidden()  # what it spoke of is not in this room
    page.keyboard.press("Escape")
    expect(page.locator(".tour, .tourring")).to_have_count(0)


def test_who_follows_a_link_is_not_interrupted_by_the_tour(open_page: OpenPage) -> None:
    page = open_page(BEAR, new=True)
    expect(page.locator("g.node").first).to_be_attached()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".tour")).to_have_count(0)
