"""Pictures of channels in a real browser: patches, what follows the pointer, and what stands where one is missing."""

import re
from collections.abc import Callable
from io import BytesIO
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Request, Route, expect

from queries.pictures import MEAN, picture_name, synthesised_folder
from tests.conftest import Service
from tests.e2e.conftest import pictures_of_sample
from tests.e2e.looking import MODEL
from tests.e2e.patched import SIDE, SQUARE

OpenPage = Callable[..., Page]
BEAR, TOWER = f"/?model={MODEL}&class=294", "/?model=tower&class=2"
CHANNEL = "mixed4d/431"
PATCHES = """query ($id: ID!, $class: Int) { channel(id: $id) { pictures { patches(class: $class, first: 3) {
  picture whole x y side imageClass } } } }"""

# Notes what changes in the drawing outside one channel.
WATCH = """(node) => {
  node.id = "waiting";
  window.touched = [];
  const outside = ({ target }) => !node.contains(target);
  const observer = new MutationObserver((changes) => window.touched.push(...changes.filter(outside)));
  observer.observe(document.querySelector("svg.graph"), { attributes: true, childList: true, subtree: true });
}"""


def node(page: Page, name: str) -> Locator:
    return page.locator(f'g.node[aria-label^="{name},"]')


# [when it was asked for, its address] of each picture that the drawing asked for first, no other part of the page
BEGUN = """() => performance.getEntriesByType("resource")
  .filter(({ initiatorType, name }) => initiatorType === "image" && name.includes("/pictures/"))
  .map(({ startTime, name }) => [startTime, name])"""


AT_THE_RIGHT = """([own, other]) => {
  const [left, right] = [own.getBoundingClientRect(), other.getBoundingClientRect()];
  return right.width >= 24 && right.left > left.right;
}"""


def picture(page: Page, name: str) -> Locator:
    return node(page, name).locator("image.picture")


def some_channel(service: Service) -> str:
    """A channel of class 2's graph in `tower` that has patches, as "<layer>/<index>"."""
    query = '{ imageClass(model: "tower", index: 2) { attributionGraph { channels { channel { id } } } } }'
    ids = [item["channel"]["id"] for item in service.ask(query)["imageClass"]["attributionGraph"]["channels"]]
    return next(str(id).partition("/")[2] for id in ids if patches_of(service, id))


def patches_of(service: Service, id: str, image_class: int | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = service.ask(PATCHES, id=id, **{"class": image_class})["channel"]["pictures"][
        "patches"
    ]
    return found


def point(page: Page, name: str, place: float = 0.5) -> None:
    """Move the mouse to a place of a channel's width, 0..1."""
    box = picture(page, name).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + place * box["width"], box["y"] + box["height"] / 2)


def test_the_switch_shows_patches_in_the_whole_graph_and_is_kept_in_the_address(
    open_live: OpenPage, live: Service
) -> None:
    name = some_channel(live)
    page = open_live(TOWER)
    page.get_by_role("button", name="Patches", exact=True).click()
    expect(page).to_have_url(re.compile("show=patches"))
    first = patches_of(live, f"tower/{name}", 2)[0]
    assert first["imageClass"] == 2
    expect(picture(page, name)).to_have_attribute("href", f".{first['picture']}")
    page.reload()
    expect(picture(page, name)).to_have_attribute("href", f".{first['picture']}")
    expect(page.get_by_role("button", name="Patches", exact=True)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Synthesised").click()
    expect(page).not_to_have_url(re.compile("show="))


def test_published_pictures_are_switched_as_well(open_page: OpenPage) -> None:
    page = open_page(f"{BEAR}&show=patches")
    expect(picture(page, CHANNEL)).to_have_attribute("href", re.compile(rf"{CHANNEL}/dataset-p-0\.jpg$"))
    page.get_by_role("button", name="Synthesised").click()
    expect(picture(page, CHANNEL)).to_have_attribute("href", re.compile(rf"{CHANNEL}/channel\.jpg$"))


@pytest.mark.parametrize("width", [1600, 360])
def test_a_channels_patches_stand_beside_the_pointer_those_of_the_class_first(
    open_live: OpenPage, live: Service, width: int
) -> None:
    name = some_channel(live)
    page = open_live(TOWER, width=width)
    picture(page, name).scroll_into_view_if_needed()
    point(page, name)
    card = page.locator(".picturecard")
    expect(card.locator("b")).to_have_text(name)
    expected = [each["picture"] for each in patches_of(live, f"tower/{name}", 2)]
    for at, address in enumerate(expected):
        expect(card.locator("img").nth(at)).to_have_attribute("src", f".{address}")
    box, stage = card.bounding_box(), page.locator(".stage").bounding_box()
    assert box is not None and stage is not None
    assert stage["x"] <= box["x"] and box["x"] + box["width"] <= stage["x"] + stage["width"] + 1
    page.mouse.move(2, 2)
    expect(card).to_be_hidden()


def test_moving_over_a_channel_shows_its_varied_pictures_one_after_another(open_page: OpenPage) -> None:
    page = open_page(BEAR)
    point(page, CHANNEL, 0.1)
    for at, place in enumerate((0.1, 0.4, 0.6, 0.9)):
        point(page, CHANNEL, place)
        expect(picture(page, CHANNEL)).to_have_attribute("href", re.compile(rf"{CHANNEL}/diversity-{at}\.jpg$"))
    page.mouse.move(2, 2)
    expect(picture(page, CHANNEL)).to_have_attribute("href", re.compile(rf"{CHANNEL}/channel\.jpg$"))


def test_a_patch_opens_the_whole_picture_with_its_frame(open_live: OpenPage, live: Service) -> None:
    name = some_channel(live)
    page = open_live(f"{TOWER}&pin={name}")
    patch = patches_of(live, f"tower/{name}", 2)[0]
    page.locator(".right .patch").first.click()
    whole = page.locator("dialog.whole")
    expect(whole.locator("img")).to_have_attribute("src", f".{patch['whole']}")
    expect(whole.locator(".frame")).to_be_visible()
    frame, square = whole.locator(".frame").bounding_box(), whole.locator("img").bounding_box()
    assert frame is not None and square is not None
    shown = square["width"] / SQUARE
    assert frame["x"] - square["x"] == pytest.approx(patch["x"] * shown, abs=1.5)
    assert frame["y"] - square["y"] == pytest.approx(patch["y"] * shown, abs=1.5)
    assert frame["width"] == pytest.approx(SIDE * shown, abs=1.5)
    page.keyboard.press("Escape")
    expect(whole).to_have_count(0)


def test_what_is_missing_is_named_and_no_picture_is_broken(open_live: OpenPage, live: Service) -> None:
    name = some_channel(live)
    page = open_live("/?model=sample&class=0")
    other = page.locator("g.node").first
    other.hover()
    expect(page.locator(".right")).to_contain_text(re.compile(r"no patches yet: summit patches trial --model sample"))

    page = open_live(f"{TOWER}&pin={name}", offline=True)
    expect(page.locator(".right .patch img").first).to_be_visible()
    page.route("**/patch-*", lambda route: route.abort())
    page.reload()
    expect(page.locator(".right .patch .missing").first).to_be_visible()
    expect(page.locator(".right .patch img")).to_have_count(0)


def test_the_top_layers_pictures_are_asked_for_first(open_page: OpenPage) -> None:
    """By the browser's own clock, in which several may begin at once. The column may ask for some of them earlier."""
    page = open_page(BEAR)
    expect(picture(page, CHANNEL)).to_be_visible()
    page.wait_for_load_state("networkidle")
    begun = [(start, address.split("/")[-3]) for start, address in page.evaluate(BEGUN)]
    layers = [layer for _, layer in sorted(sorted(begun, key=itemgetter(1), reverse=True), key=itemgetter(0))]
    assert layers == sorted(layers, reverse=True) and len(set(layers)) == 9


def test_a_question_about_a_channel_that_the_pointer_left_is_cancelled(open_live: OpenPage) -> None:
    page = open_live(TOWER)
    nodes = page.locator("g.node")
    expect(nodes.first).to_be_visible()
    held: list[Route] = []

    def hold(route: Route) -> None:
        if "ChannelPictures" in (route.request.post_data or ""):
            held.append(route)
        else:
            route.continue_()

    page.route("**/graphql", hold)
    with page.expect_request(lambda request: "ChannelPictures" in (request.post_data or "")):
        nodes.first.hover()
    with page.expect_event("requestfailed", lambda request: "ChannelPictures" in (request.post_data or "")):
        page.mouse.move(2, 2)


def zoom(page: Page, name: str, turns: int) -> None:
    """Turn the wheel over a channel: away from oneself it comes nearer."""
    box = picture(page, name).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -400 * turns)


def test_a_channel_drawn_large_has_more_of_its_pictures_beside_it_only_on_the_screen(
    open_page: OpenPage, running: Service
) -> None:
    query = "query ($id: ID!) { channel(id: $id) { pictures { diversity examples } } }"
    pictures = running.ask(query, id=f"{MODEL}/{CHANNEL}")["channel"]["pictures"]
    page = open_page(BEAR)
    zoom(page, CHANNEL, 3)
    beside = node(page, CHANNEL).locator(".beside image")
    expect(beside).to_have_count(6)
    shown = beside.evaluate_all("(images) => images.map((image) => image.getAttribute('href'))")
    assert shown == [f".{address}" for address in [*pictures["diversity"][:3], *pictures["examples"][:3]]]
    own = picture(page, CHANNEL).element_handle()
    page.wait_for_function(AT_THE_RIGHT, arg=[own, beside.last.element_handle()])
    stage = page.locator(".room-explore .stage").bounding_box()
    assert stage is not None
    for each in page.locator("g.node", has=page.locator(".beside")).all():
        box = each.bounding_box()
        assert box and box["x"] < stage["x"] + stage["width"] and box["x"] + box["width"] > stage["x"]
    page.keyboard.press("0")
    expect(page.locator(".beside")).to_have_count(0)


def test_pictures_of_channels_that_are_no_longer_drawn_large_are_not_waited_for(open_page: OpenPage) -> None:
    page = open_page(BEAR)
    expect(picture(page, CHANNEL)).to_be_visible()
    page.wait_for_load_state("networkidle")
    held: list[Route] = []

    def is_of_several(request: Request) -> bool:
        return "c1:channel" in (request.post_data or "")

    def hold(route: Route) -> None:
        if is_of_several(route.request):
            held.append(route)
        else:
            route.continue_()

    page.route("**/graphql", hold)
    with page.expect_request(is_of_several):
        zoom(page, CHANNEL, 3)
    with page.expect_event("requestfailed", is_of_several):
        page.keyboard.press("0")
    expect(page.locator(".beside")).to_have_count(0)


def test_a_picture_made_in_the_background_fills_in_and_nothing_else_is_drawn(
    open_live: OpenPage, live_home: Path
) -> None:
    page = open_live("/?model=sample&class=0")
    waiting = page.locator("g.node", has=page.locator("rect.picture")).first
    expect(waiting).to_be_attached()
    page.wait_for_load_state("networkidle")  # names that arrive late are drawn, too
    waiting.evaluate(WATCH)
    name, _, _ = str(waiting.get_attribute("aria-label")).partition(",")
    layer, _, channel = name.rpartition("/")
    content = BytesIO()
    Image.new("RGB", (64, 64), "teal").save(content, "JPEG")
    folder = synthesised_folder(pictures_of_sample(live_home), layer)
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / picture_name(int(channel), MEAN, content.getvalue())
    made.write_bytes(content.getvalue())
    try:
        arrived = page.locator("#waiting image.picture")
        expect(arrived).to_have_attribute("href", re.compile(rf"{channel}/mean\.[0-9a-f]{{16}}"))
        assert page.evaluate("window.touched.length") == 0
    finally:
        made.unlink()
