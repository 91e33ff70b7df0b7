"""Pointing in a real browser: every edge can be reached, and an edge shows where it leads."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Service
from tests.e2e.looking import MODEL, graph_of

OpenPage = Callable[..., Page]

# Moves a pointer along each edge until it is the one pointed at; answers those that never were.
UNREACHED = """() => {
  const edges = [...document.querySelectorAll("g.edge")];
  const svg = document.querySelector("svg.graph");
  const isReached = (edge) => {
    const line = edge.querySelector(".line");
    const [length, matrix] = [line.getTotalLength(), line.getScreenCTM()];
    for (let k = 0; k <= 40; k++) {
      const part = 0.5 + (k % 2 ? 1 : -1) * Math.ceil(k / 2) / 41;
      const { x, y } = line.getPointAtLength(length * part).matrixTransform(matrix);
      const over = document.elementFromPoint(x, y);
      if (!svg.contains(over)) continue;
      over.dispatchEvent(new PointerEvent("pointermove", { clientX: x, clientY: y, bubbles: true }));
      if (edge.classList.contains("pointed")) return true;
    }
    return false;
  };
  return edges.filter((edge) => !isReached(edge)).map((edge) => edge.__data__.id);
}"""


@pytest.mark.parametrize("address", [f"/?model={MODEL}&class=294", "/?room=compare&classes=294,295"])
def test_every_edge_can_be_pointed_at(open_page: OpenPage, address: str) -> None:
    page = open_page(address)
    expect(page.locator("g.edge").first).to_be_attached()
    assert page.evaluate(UNREACHED) == []


def test_an_edge_that_is_pointed_at_names_both_ends_with_pictures(open_page: OpenPage, running: Service) -> None:
    weakest = min(graph_of(running, 294)["edges"], key=lambda edge: (edge["weight"], edge["source"], edge["target"]))
    ends = [weakest[end].split("/", 1)[1] for end in ("source", "target")]
    page = open_page(f"/?model={MODEL}&class=294&pin={'>'.join(ends)}")
    expect(page.locator(".detail h2")).to_have_text("Edge")
    for name in ends:
        expect(page.locator(".ends")).to_contain_text(name)
        expect(page.locator(f'img[alt^="Pictures that excite it most: {name}, 1 of"]')).to_be_visible()
    expect(page.locator(".fact", has_text="pictures").first).to_contain_text(str(weakest["weight"]))


@pytest.mark.parametrize("still", [False, True])
def test_edges_flow_in_their_direction_unless_motion_is_reduced(open_page: OpenPage, still: bool) -> None:
    page = open_page(f"/?model={MODEL}&class=294", still=still)
    page.locator('g.node[aria-label^="mixed4d/431,"] .picture').hover()
    flow = page.locator(".front .input > .flow").first
    expect(flow).to_be_attached()
    moved = "(path) => Number.parseFloat(getComputedStyle(path).strokeDashoffset)"
    if still:
        page.wait_for_timeout(400)
        shown = flow.evaluate("(path) => getComputedStyle(path).display")
        assert (shown, flow.evaluate(moved)) == ("none", 0)
    else:
        page.wait_for_function(f"() => ({moved})(document.querySelector('.front .input > .flow')) < -3")
        page.mouse.move(400, 62)
        expect(page.locator(".front .flow")).to_have_count(0)


def test_pointing_marks_only_what_changes(open_page: OpenPage) -> None:
    page = open_page(f"/?model={MODEL}&class=294")
    page.locator('g.node[aria-label^="mixed4d/431,"] .picture').hover()
    expect(page.locator("g.node.pointed")).to_have_count(1)
    page.evaluate(
        """() => { window.touched = new Set(); new MutationObserver((changes) => {
             for (const { target } of changes) window.touched.add(target); })
           .observe(document.querySelector("svg.graph > g"), { attributes: true, subtree: true }); }"""
    )
    lit = page.locator("g:is(.lit, .input, .output)").count()
    page.locator('g.node[aria-label^="mixed4e/759,"] .picture').hover()
    expect(page.locator('g.node.pointed[aria-label^="mixed4e/759,"]')).to_have_count(1)
    lit += page.locator("g:is(.lit, .input, .output)").count()
    assert page.evaluate("window.touched.size") <= lit


def test_pointing_styles_what_is_lit_and_told_and_not_the_whole_drawing(open_page: OpenPage, browser: Browser) -> None:
    page = open_page(f"/?model={MODEL}&class=294")
    expect(page.locator("g.node")).to_have_count(57)
    page.wait_for_load_state("networkidle")
    page.mouse.move(400, 62)
    page.wait_for_timeout(500)
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    page.locator('g.node[aria-label^="mixed4d/431,"] .picture').hover()
    expect(page.locator(".detail h2")).to_have_text("mixed4d / 431")
    page.mouse.move(400, 62)
    expect(page.locator(".detail h2")).to_have_text("brown bear")
    events = json.loads(browser.stop_tracing())["traceEvents"]
    styled = [
        event["args"]["elementCount"] for event in events if event["name"] == "UpdateLayoutTree" and event["args"]
    ]
    assert styled and max(styled) < 300, "the drawing has some 1,000 elements"


def test_a_wheel_step_styles_the_numbers_again_and_nothing_else(open_page: OpenPage, browser: Browser) -> None:
    page = open_page(f"/?model={MODEL}&class=294")
    expect(page.locator("g.node")).to_have_count(57)
    page.wait_for_load_state("networkidle")
    page.mouse.move(800, 500)
    page.wait_for_timeout(500)
    size = "(number) => number.getBoundingClientRect().height"
    before = page.locator("g.node .number").first.evaluate(size)
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    page.mouse.wheel(0, -120)
    expect(page.locator("svg.graph > g")).to_have_attribute("transform", re.compile(r"scale\(1\."))
    page.wait_for_timeout(200)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    styled = [
        event["args"]["elementCount"] for event in events if event["name"] == "UpdateLayoutTree" and event["args"]
    ]
    assert styled and max(styled) < 4 * 57
    assert abs(page.locator("g.node .number").first.evaluate(size) - before) < 1.5


# Turns the wheel over the drawing; answers how it and its first channel stand before it rests.
TURN = """() => {
  const [drawing, svg] = [".drawing", "svg.graph"].map((name) => document.querySelector(name));
  const { left, top } = drawing.getBoundingClientRect();
  const at = { clientX: left + 400, clientY: top + 300, deltaY: -120, bubbles: true, cancelable: true };
  drawing.dispatchEvent(new WheelEvent("wheel", at));
  const { x, y } = svg.querySelector(".picture").getBoundingClientRect();
  return { drawn: svg.querySelector("g").getAttribute("transform"), moved: svg.style.transform, x, y };
}"""


def test_the_wheel_moves_the_drawing_as_a_picture_and_draws_it_once_it_rests(open_page: OpenPage) -> None:
    page = open_page(f"/?model={MODEL}&class=294")
    expect(page.locator("g.node")).to_have_count(57)
    page.wait_for_load_state("networkidle")
    drawn = page.locator("svg.graph > g").get_attribute("transform")
    moving = page.evaluate(TURN)
    assert moving["drawn"] == drawn
    assert moving["moved"].startswith("matrix(1.")
    expect(page.locator("svg.graph > g")).to_have_attribute("transform", re.compile(r"scale\(1\."))
    at_rest = page.evaluate(
        """() => { const svg = document.querySelector("svg.graph");
           const { x, y } = svg.querySelector(".picture").getBoundingClientRect();
           return { moved: svg.style.transform, x, y }; }"""
    )
    assert at_rest["moved"] == ""
    assert (at_rest["x"], at_rest["y"]) == pytest.approx((moving["x"], moving["y"]), abs=0.5)


def test_what_is_lit_looks_so_in_front_alone(open_page: OpenPage) -> None:
    page = open_page(f"/?model={MODEL}&class=294")
    page.locator('g.node[aria-label^="mixed4d/431,"] .picture').hover()
    expect(page.locator(".front use.pointed")).to_have_count(1)
    assert page.locator(".look:is(.pointed, .laid, .lit)").count() == 0
    ring = "(use) => getComputedStyle(use).getPropertyValue('--ring') !== ''"
    assert page.locator(".front use.pointed").evaluate(ring)
