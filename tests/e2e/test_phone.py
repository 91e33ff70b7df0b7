"""The page on a phone and on paper, and names that are longer than their place."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.looking import MODEL

OpenPage = Callable[..., Page]
BEAR = f"/?model={MODEL}&class=294"
BEARS = f"/?model={MODEL}&room=compare&classes=294,295"
PHONE = {"width": 360, "height": 800, "touch": True}
LONG = "a name that is much longer than its place " * 2

# A place that is 10 to 17 px from the nearest edge, and not at a channel.
BESIDE_AN_EDGE = """() => {
  const boxes = [...document.querySelectorAll("g.node")].map((node) => node.getBoundingClientRect());
  const points = [...document.querySelectorAll("g.edge .line")].flatMap((line) => {
    const [length, matrix] = [line.getTotalLength(), line.getScreenCTM()];
    const at = (k) => line.getPointAtLength((length * k) / 40).matrixTransform(matrix);
    return Array.from({ length: 41 }, (_, k) => at(k));
  });
  const stage = document.querySelector(".stage").getBoundingClientRect();
  const away = (x, y) => Math.min(...points.map((at) => Math.hypot(at.x - x, at.y - y)));
  const isNear = (x, y) => (box) => x > box.left - 24 && x < box.right + 24 && y > box.top - 24 && y < box.bottom + 24;
  for (let y = stage.top + 60; y < Math.min(innerHeight, stage.bottom) - 20; y += 3)
    for (let x = stage.left + 90; x < stage.right - 4; x += 3)
      if (!boxes.some(isNear(x, y)) && away(x, y) > 10 && away(x, y) < 17) return [x, y];
}"""
# Sliders without a word next to them.
SILENT = """(sliders) => sliders.filter((slider) => {
  const parts = [...slider.closest("label").querySelectorAll("span, output")];
  return !parts.some((part) => part.checkVisibility() && /[a-z]/i.test(part.textContent));
}).map((slider) => slider.getAttribute("aria-label"))"""
# What scrolls sideways and is neither a table nor a drawing.
WIDER = """() => [...document.querySelectorAll("body, body *")].filter((at) => at.checkVisibility()
  && /auto|scroll/.test(getComputedStyle(at).overflowX) && at.scrollWidth > at.clientWidth + 1
  && !at.matches(".twin, .matrixhost, .resulthost, .wide")).map((at) => at.className)"""
IS_CUT = "(at) => at.scrollWidth > at.clientWidth && getComputedStyle(at).textOverflow === 'ellipsis'"
# Parts of the drawing that do not fit on A4 upright; nothing is drawn again for paper.
OUTSIDE = """() => {
  document.body.style.width = "720px";
  const all = [...document.querySelectorAll("g.node, .zonehead, .twin td:first-child")];
  const parts = all.filter((part) => part.checkVisibility());
  return parts.map((part) => part.getBoundingClientRect()).filter((box) => box.left < 0 || box.right > 720).length;
}"""


def test_a_tap_shows_what_hovering_shows(open_page: OpenPage) -> None:
    page = open_page(BEAR, **PHONE)
    page.locator('g.node[aria-label^="mixed4d/431,"] .picture').tap()
    sheet = page.locator(".right")
    expect(sheet.locator("h2")).to_have_text("mixed4d / 431")
    expect(sheet.locator(".fact", has_text="pictures").first).to_contain_text("167")
    expect(sheet.get_by_role("heading", name="Pictures that excite it most")).to_be_attached()
    expect(sheet).to_be_in_viewport()


def test_a_finger_near_an_edge_means_it(open_page: OpenPage) -> None:
    """More than 8 px away, which is too far for a mouse."""
    page = open_page(BEAR, width=1100, height=900, touch=True)
    expect(page.locator("g.node").first).to_be_visible()
    x, y = page.evaluate(BESIDE_AN_EDGE)
    page.mouse.click(x, y)
    expect(page.locator(".detail.pinned")).to_have_count(0)
    page.touchscreen.tap(x, y)
    expect(page.locator(".detail.pinned h2")).to_have_text("Edge")


@pytest.mark.parametrize("address", [BEAR, BEARS + ",296", f"/?model={MODEL}&room=motifs&of=n02131653"])
def test_every_slider_says_what_it_is(open_page: OpenPage, address: str) -> None:
    page = open_page(address, **PHONE)
    expect(page.locator("g.node, .motif").first).to_be_visible()
    assert page.locator("input[type=range]:visible").evaluate_all(SILENT) == []


def test_a_comparison_comes_to_rest_at_a_zone(open_page: OpenPage) -> None:
    page = open_page(BEARS, **PHONE)
    expect(page.locator("g.node").first).to_be_visible()
    rests = page.locator(".room-compare .middle").evaluate(
        """async (middle) => {
          const rests = new Set();
          for (let x = 0; x <= middle.scrollWidth - middle.clientWidth; x += 40) {
            middle.scrollTo({ left: x, behavior: "instant" });
            await new Promise(requestAnimationFrame);
            rests.add(Math.round(middle.scrollLeft));
          }
          return [...rests];
        }"""
    )
    assert rests[0] == 0 and 2 <= len(rests) <= 4


def test_a_graph_of_three_classes_is_in_sight(open_page: OpenPage) -> None:
    page = open_page(f"{BEARS},296", **PHONE)
    expect(page.locator(".room-compare g.node").first).to_be_visible()
    rights = "[...document.querySelectorAll('.room-compare g.node')].map((node) => node.getBoundingClientRect().right)"
    page.wait_for_function(f"() => Math.max(...{rights}) <= innerWidth")


def test_the_note_that_no_edge_is_left_stays_in_sight_of_a_comparison(open_page: OpenPage) -> None:
    page = open_page(f"{BEARS}&weight=9999", **PHONE)
    expect(page.locator(".emptied")).to_be_visible()
    page.locator(".room-compare .middle").evaluate("(middle) => middle.scrollTo({ left: 400, behavior: 'instant' })")
    page.wait_for_function("() => document.querySelector('.room-compare .middle').scrollLeft > 200")
    page.wait_for_function("() => document.querySelector('.emptied').getBoundingClientRect().left >= 0")


@pytest.mark.parametrize(
    "address, place, name",
    [
        (BEAR, ".classes a.item", ".classes a.item .name"),
        (BEARS, ".classname > button", ".classname > button"),
        (f"/?model={MODEL}&room=motifs&of=n02131653", ".form .menuhost > .button", ".form .menuhost > .button"),
    ],
)
def test_a_long_name_ends_in_an_ellipsis_and_is_whole_with_the_focus(
    open_page: OpenPage, address: str, place: str, name: str
) -> None:
    page = open_page(address)
    words = page.locator(name).first
    expect(words).to_be_visible()
    page.wait_for_load_state("networkidle")
    words.evaluate("(element, text) => (element.textContent = text)", LONG)
    assert words.evaluate(IS_CUT)
    page.keyboard.press("Tab")
    page.locator(place).first.focus()
    assert not words.evaluate("(element) => element.scrollWidth > element.clientWidth + 1")


@pytest.mark.usefixtures("mapped")
def test_the_map_opens_at_its_heading_with_the_layer_s_small_map_in_the_strip(open_page: OpenPage) -> None:
    page = open_page(f"/?model={MODEL}&room=map&layer=mixed5b", **PHONE | {"height": 640})
    expect(page.locator(".strip-maps [aria-pressed='true']")).to_have_text("5b")
    page.wait_for_function("() => document.querySelector('.strip-maps').scrollLeft > 0")
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    reaches = "(at) => at.getBoundingClientRect().right <= at.parentElement.getBoundingClientRect().right + 1"
    assert page.locator(".strip-maps [aria-pressed='true']").evaluate(reaches)


@pytest.mark.parametrize(
    "address, name", [(BEAR, ".right h2"), (f"{BEARS},296,297", ".matrix th:nth-child(2)")], ids=["details", "matrix"]
)
def test_a_name_without_a_space_leaves_no_column(open_page: OpenPage, address: str, name: str) -> None:
    page = open_page(address)
    words = page.locator(name).first
    expect(words).to_be_visible()
    words.evaluate("(element) => (element.textContent = 'x'.repeat(200))")
    width = words.evaluate("(element) => element.getBoundingClientRect().width")
    assert width <= 280
    assert words.evaluate(f"(at) => at.scrollWidth <= at.clientWidth || ({IS_CUT})(at)")


@pytest.mark.parametrize("address", [BEAR, BEARS, f"{BEAR}&table=true"])
def test_paper_shows_the_drawing_whole_and_no_controls(open_page: OpenPage, address: str) -> None:
    page = open_page(address)
    shown = page.locator(".twin td, g.node").first
    expect(shown).to_be_attached()
    page.wait_for_load_state("networkidle")
    page.emulate_media(media="print")
    for hidden in ("header", ".left", ".bar .tools", ".actions >> nth=0", ".classesbar .round"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert page.evaluate(OUTSIDE) == 0
    assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize(
    "address",
    [
        f"/?model={MODEL}&channel=mixed4d/431",
        f"/?model={MODEL}&room=query&query=class_edges",
        f"{BEARS}&table=true",
        f"{BEARS},296,297",
    ],
)
def test_words_reflow_at_four_times_their_size(open_page: OpenPage, address: str) -> None:
    """A window of 1280 px, zoomed to 400 %: only drawings and tables are wider than it."""
    page = open_page(address, width=320, height=256)
    expect(page.locator(".usage li, .queryform .field, .twin td, .matrix td").first).to_be_attached()
    assert page.evaluate(WIDER) == []


def test_two_compared_classes_are_as_wide_as_the_paper(open_page: OpenPage) -> None:
    page = open_page(BEARS, width=718, height=1000)
    expect(page.locator("g.node").first).to_be_visible()
    stage = page.locator(".room-compare .stage").first
    width = "(stage) => stage.getBoundingClientRect().width"
    assert stage.evaluate(width) == 820, "on a screen it scrolls"
    page.emulate_media(media="print")
    expect(page.locator("header")).to_be_hidden()
    assert stage.evaluate(width) <= 718
