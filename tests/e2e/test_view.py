"""How a graph is shown, in a real browser: spacing, light edges left out, the full screen, undo, and the tour."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import Service
from tests.e2e.axe import faults
from tests.e2e.conftest import PATIENCE
from tests.e2e.looking import MODEL, graph_of

OpenPage = Callable[..., Page]
BEAR = f"/?model={MODEL}&class=294"
HELD = "() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"


def slide(page: Page, name: str, value: int) -> None:
    page.get_by_role("slider", name=name).fill(str(value))


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


def wait_for_gap(page: Page, across: float, down: float) -> None:
    """Until the drawing has followed."""
    for _ in range(PATIENCE // 100):
        if gap(page) == pytest.approx((across, down), rel=0.01):
            return
        page.wait_for_timeout(100)
    assert gap(page) == pytest.approx((across, down), rel=0.01)


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
