"""The map of classes in a real browser: what is drawn and counted is what the API says."""

import csv
import json
import re
from collections.abc import Callable
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.commands import wait_for
from tests.conftest import Service
from tests.e2e.axe import faults
from tests.e2e.charting import CANVAS, RADIUS, Place, chart, embedding_of, is_ringed
from tests.e2e.looking import MODEL, probe, write_name
from tests.e2e.test_late_answers import Held

OpenPage = Callable[..., Page]
Shoot = Callable[[Page, str], None]
CART = 603
ARTIFACT, ORGANISM = "n00021939", "n00004475"
LAYERS = ["mixed3a", "mixed3b", "mixed4a", "mixed4b", "mixed4c", "mixed4d", "mixed4e", "mixed5a", "mixed5b"]
ROOM = "/?room=map&layer="
ACCENT, ACCENT_LIGHT = (38, 49, 95), (109, 124, 196)
pytestmark = pytest.mark.usefixtures("mapped")


def open_map(open_page: OpenPage, rest: str = "", layer: str = "mixed4d", **options: object) -> Page:
    page = open_page(f"{ROOM}{layer}{rest}", **options)
    expect(page.locator(".room-map h1")).to_have_text(f"Classes at {layer}")
    expect(rows(page).first).to_be_visible()
    return page


def rows(page: Page) -> Locator:
    return page.locator(".room-map .classes a.item")


def names(service: Service) -> dict[int, str]:
    query = "query ($model: ID!) { classes(model: $model, first: 1000) { nodes { index name } } }"
    return {item["index"]: item["name"] for item in service.ask(query, model=MODEL)["classes"]["nodes"]}


def listed(service: Service, order: str, **names: object) -> list[str]:
    query = """query ($model: ID!, $order: ClassOrder!, $similarTo: Int, $layer: String) {
      classes(model: $model, orderBy: $order, similarTo: $similarTo, layer: $layer, first: 12) { nodes { name } } }"""
    found = service.ask(query, model=MODEL, order=order, **names)["classes"]["nodes"]
    return [item["name"] for item in found]


def on_page(page: Page, place: Place) -> Place:
    box = page.locator(CANVAS).bounding_box()
    assert box is not None
    return (box["x"] + place[0], box["y"] + place[1])


def drag(page: Page, *corners: Place) -> None:
    page.mouse.move(*on_page(page, corners[0]))
    page.mouse.down()
    for corner in (*corners[1:], corners[0]):
        page.mouse.move(*on_page(page, corner), steps=3)
    page.mouse.up()


def test_the_map_shows_the_classes_of_a_layer_and_small_maps_of_all(open_page: OpenPage, shoot: Shoot) -> None:
    page = open_map(open_page, f"&class={CART}")
    expect(page.locator(".room-map #placed")).to_contain_text("1,000 classes")
    expect(page.locator(CANVAS)).to_have_attribute("aria-label", re.compile("1,000 classes at mixed4d"))
    expect(page.locator(".stamp")).to_have_count(len(LAYERS))
    expect(page.locator(".company .row")).to_have_count(len(LAYERS))
    shoot(page, "map")
    page.locator(".stamp[data-layer='mixed5a']").click()
    expect(page.locator(".room-map h1")).to_have_text("Classes at mixed5a")
    expect(page).to_have_url(re.compile("layer=mixed5a"))
    expect(page.locator(".stamp[aria-pressed='true']")).to_have_text("5a")


def test_pointing_at_a_point_and_at_a_row_mean_the_same_class(open_page: OpenPage, running: Service) -> None:
    page = open_map(open_page, "&sort=name")
    drawn = chart(page, running, "mixed4d")
    (index, *_) = drawn.lonely(drawn.classes, 30)
    page.mouse.move(*on_page(page, drawn.place(index)))
    expect(page.locator(".room-map p.unseen")).to_have_text(names(running)[index])

    row = rows(page).nth(4)
    other = int(row.get_attribute("data-class") or "")
    row.hover()
    expect(page.locator(".room-map p.unseen")).to_have_text(names(running)[other])
    wait_for(lambda: is_ringed(page, drawn.place(other), RADIUS + 4, ACCENT))


def test_the_list_has_every_order_and_the_chosen_class_on_top_of_each(open_page: OpenPage, running: Service) -> None:
    page = open_map(open_page, f"&class={CART}")
    for button, order in (("Similar", "SIMILARITY"), ("Name", "NAME"), ("Index", "INDEX")):
        page.locator(".room-map").get_by_role("button", name=button, exact=True).click()
        expected = [name for name in listed(running, order, similarTo=CART, layer="mixed4d") if name != "horse cart"]
        expect(rows(page).locator(".name").nth(1)).to_have_text(expected[0])
        shown = rows(page).locator(".name").all_inner_texts()
        assert shown[: 1 + len(expected)] == ["horse cart", *expected]
    page.locator(".room-map").get_by_label("Filter classes").fill("lemon")
    expect(rows(page).locator(".name")).to_have_text(["horse cart", "lemon"])
    page.locator(".room-map").get_by_label("Group", exact=True).select_option("n02131653")
    expect(page.get_by_text("No class is called “lemon”.")).to_be_visible()
    page.locator(".room-map").get_by_label("Filter classes").fill("")
    expect(rows(page)).to_have_count(5)
    expect(rows(page).first).to_have_attribute("aria-current", "true")


def test_every_class_is_in_the_list_but_only_what_is_seen_is_drawn(open_page: OpenPage) -> None:
    page = open_map(open_page, f"&class={CART}&sort=index")
    assert rows(page).count() < 60
    page.locator(".room-map .scroll").evaluate("(list) => { list.scrollTop = list.scrollHeight; }")
    expect(rows(page).last).to_have_attribute("data-class", "999")
    assert rows(page).count() < 60
    expect(rows(page).first.locator(".name")).to_have_text("horse cart")
    rows(page).last.focus()
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    expect(page.locator(".room-map a.item[data-class='996']")).to_be_focused()


def test_the_classes_that_the_list_shows_are_marked_on_the_map(open_page: OpenPage, running: Service) -> None:
    page = open_map(open_page, "&sort=index")
    drawn = chart(page, running, "mixed4d")
    above, below = drawn.lonely(range(12), 14), drawn.lonely(range(500, 510), 14)
    assert above and below
    page.mouse.move(0, 0)

    def marked() -> list[bool]:
        places = [drawn.place(index) for index in (above[0], below[0])]
        return [is_ringed(page, place, RADIUS + 1.5, ACCENT_LIGHT) for place in places]

    wait_for(lambda: marked() == [True, False])
    page.locator(".room-map .scroll").evaluate("(list) => { list.scrollTop = 36 * 500; }")
    expect(page.locator(".room-map a.item[data-class='505']")).to_be_visible()
    wait_for(lambda: marked() == [False, True])


def trail_of(service: Service, index: int) -> tuple[Place, ...]:
    """Where a class is at each layer."""
    stops = [embedding_of(service, layer) for layer in LAYERS]
    return tuple((stop["x"][row], stop["y"][row]) for stop in stops for row in [stop["classes"].index(index)])


def test_a_lasso_makes_a_group_that_goes_on_to_motifs(open_page: OpenPage, running: Service) -> None:
    page = open_map(open_page, f"&class={CART}")
    trail = trail_of(running, CART)
    drawn = chart(page, running, "mixed4d", trail)
    page.mouse.move(0, 0)
    wait_for(lambda: is_ringed(page, drawn.to_screen(*trail[LAYERS.index("mixed5a")]), 3.5, ACCENT))
    index = next(index for index in drawn.classes if 5 < len(drawn.inside(*around(drawn.place(index)))) < 12)
    left, top, right, bottom = around(drawn.place(index))
    expected = drawn.inside(left, top, right, bottom)

    page.get_by_role("button", name="Lasso").click()
    drag(page, (left, top), (right, top), (right, bottom), (left, bottom))
    expect(page).to_have_url(re.compile(f"class={CART}&.*picked={','.join(map(str, expected))}$"))
    expect(page.get_by_role("heading", name=f"{len(expected)} classes picked")).to_be_visible()
    expect(page.get_by_role("button", name="Lasso")).to_have_attribute("aria-pressed", "false")

    page.keyboard.down("Shift")
    page.mouse.click(*on_page(page, drawn.place(index)))
    page.keyboard.up("Shift")
    expect(page.get_by_role("heading", name=f"{len(expected) - 1} classes picked")).to_be_visible()

    page.locator(".picked").get_by_role("link", name="Motifs").click()
    kept = ",".join(str(other) for other in expected if other != index)
    expect(page).to_have_url(re.compile(f"room=motifs.*of={kept}&against=others"))
    expect(page.locator(".motif, .warning, .room-motifs .notice").first).to_be_visible()
    page.go_back()
    page.locator(".picked").get_by_role("link", name="Compare").click()
    expect(page).to_have_url(re.compile(f"room=compare.*classes={kept}"))


def around(place: Place) -> tuple[float, float, float, float]:
    return (place[0] - 25, place[1] - 25, place[0] + 25, place[1] + 25)


def test_the_chosen_class_leaves_a_trail_through_all_layers(open_page: OpenPage, running: Service) -> None:
    query = """query ($model: ID!) { imageClass(model: $model, index: 603) { trail { layer x y } } }"""
    trail = running.ask(query, model=MODEL)["imageClass"]["trail"]
    assert [stop["layer"] for stop in trail] == LAYERS
    for stop in trail:
        points = embedding_of(running, stop["layer"])
        row = points["classes"].index(CART)
        assert (points["x"][row], points["y"][row]) == (stop["x"], stop["y"])

    page = open_map(open_page, f"&class={CART}")
    steps = [(abs(complex(b["x"] - a["x"], b["y"] - a["y"])), a, b) for a, b in pairwise(trail)]
    _, lower, upper = max(steps, key=lambda step: step[0])
    first = f"moves most between {lower['layer'][5:]} and {upper['layer'][5:]}"
    expect(page.locator(".room-map .right")).to_contain_text(first)
    here = chart(page, running, "mixed4d", tuple((stop["x"], stop["y"]) for stop in trail))
    near = next(stop for stop in trail if stop["layer"] == "mixed5a")
    page.mouse.move(0, 0)
    wait_for(lambda: is_ringed(page, here.to_screen(near["x"], near["y"]), 3.5, ACCENT))


def test_the_map_is_fitted_to_the_whole_trail(open_page: OpenPage, running: Service) -> None:
    layers = {layer: embedding_of(running, layer) for layer in LAYERS}
    within = {
        layer: (min(points["x"]), max(points["x"]), min(points["y"]), max(points["y"]))
        for layer, points in layers.items()
    }
    outside, layer, index = max(
        (max(left - x, x - right, low - y, y - high), layer, index)
        for layer, (left, right, low, high) in within.items()
        for points in layers.values()
        for index, x, y in zip(points["classes"], points["x"], points["y"], strict=True)
    )
    assert outside > 0
    trail = trail_of(running, index)

    page = open_map(open_page, f"&class={index}", layer=layer)
    whole = chart(page, running, layer, trail)
    places = [whole.to_screen(x, y) for x, y in trail]
    assert all(0 < x < whole.width and 0 < y < whole.height for x, y in places)
    page.mouse.move(0, 0)
    farthest = max(places, key=lambda place: abs(place[0] - whole.width / 2) + abs(place[1] - whole.height / 2))
    wait_for(lambda: is_ringed(page, farthest, 3.5, ACCENT))  # until the map has moved to where all is seen


def test_the_classes_that_change_company_most_are_listed_with_the_layers(open_page: OpenPage, running: Service) -> None:
    found = running.ask(
        """query ($model: ID!) { storedQuery(name: "changes_of_company", parameters: {
          model: $model, neighbours: 10, limit: 8 }) { columns rows } }""",
        model=MODEL,
    )["storedQuery"]
    movers = [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]
    assert len({each["name"] for each in movers}) == 8
    page = open_map(open_page)
    listed = page.locator(".room-map .right .uses a.use")
    expect(listed).to_have_text([f"{each['name']}{each['lower'][5:]} → {each['upper'][5:]}" for each in movers])
    first = movers[0]
    share = f"{first['moved']:.0%}".replace("%", " %")
    told = f"{share} of its nearest at {first['lower']} are not among those at {first['upper']}"
    expect(listed.first).to_have_attribute("title", told)
    listed.first.click()
    expect(page.locator(".room-map h1")).to_have_text(f"Classes at {first['upper']}")
    expect(page.locator(".room-map .right").get_by_role("heading", name=first["name"])).to_be_visible()


def test_the_company_of_horse_cart_is_artifact_then_organism_then_artifact(
    open_page: OpenPage, running: Service
) -> None:
    page = open_map(open_page, f"&class={CART}&company={ARTIFACT},{ORGANISM}")
    query = """query ($model: ID!, $layer: String!, $groups: [String!]!) { imageClass(model: $model, index: 603) {
      company(layer: $layer, groups: $groups) { count group { name } } } }"""
    organisms = []
    for layer in LAYERS:
        found = running.ask(query, model=MODEL, layer=layer, groups=[ARTIFACT, ORGANISM])["imageClass"]["company"]
        told = ", ".join(f"{item['count']} {item['group']['name']}" for item in found)
        expect(page.locator(f".company .row[data-layer='{layer}']")).to_have_attribute("title", f"{layer}: {told}")
        organisms.append(found[1]["count"])
    assert organisms == [0, 0, 1, 1, 5, 7, 9, 5, 0]
    lengths = page.locator(".company .stack").evaluate_all("(bars) => bars.map((bar) => bar.clientWidth)")
    assert len(set(lengths)) == 1, "full bars are equally long"
    page.locator(".companyof").get_by_role("button", name="Add a group").click()
    page.get_by_label("Find a group to count").first.fill("carnivore")
    page.locator(".finding", has_text="carnivore").first.click()
    expect(page).to_have_url(re.compile(f"company={ARTIFACT},{ORGANISM},n"))
    expect(page.locator(".company .row").first).to_have_attribute("title", re.compile("carnivore"))
    page.locator(".company .row[data-layer='mixed4e']").click()
    expect(page.locator(".room-map h1")).to_have_text("Classes at mixed4e")


def test_the_keyboard_walks_chooses_opens_and_clears(open_page: OpenPage, running: Service) -> None:
    page = open_map(open_page, f"&class={CART}")
    drawn = chart(page, running, "mixed4d")
    known = names(running)
    canvas = page.locator(CANVAS)
    expect(page.locator(".room-map .right .title h2")).to_have_text(known[CART])
    canvas.focus()
    index: int | None = CART
    for key, across, up in (("ArrowUp", 0, 1), ("ArrowLeft", -1, 0), ("ArrowLeft", -1, 0), ("ArrowDown", 0, -1)):
        index = drawn.towards(index, across, up) if index is not None else None
        assert index is not None
        canvas.press(key)
        expect(page.locator(".room-map p.unseen")).to_have_text(known[index])
    canvas.press("Enter")
    expect(page).to_have_url(re.compile(f"class={index}&"))
    expect(page.locator(".room-map .right .title h2")).to_have_text(known[index or 0])
    canvas.press("Escape")
    expect(page).not_to_have_url(re.compile("class="))
    canvas.press("ArrowUp")
    canvas.press("Enter")
    expect(page).to_have_url(re.compile("class="))
    canvas.press("Enter")
    expect(page).not_to_have_url(re.compile("room=map"))
    expect(page.locator(".room-explore h1")).to_be_visible()


def test_a_pinned_channel_marks_the_classes_that_use_it(open_page: OpenPage, running: Service) -> None:
    query = "query ($id: ID!) { channel(id: $id) { classes(first: 1000) { imageClass { index } } } }"
    found = running.ask(query, id=f"{MODEL}/mixed4d/431")["channel"]["classes"]
    users = {item["imageClass"]["index"] for item in found}
    page = open_map(open_page, "&pin=mixed4d/431&sort=index")
    expect(page.get_by_role("button", name=f"{len(users)} classes use mixed4d/431")).to_be_visible()
    marked = page.locator(".room-map .classes li.user a")
    shown = {int(item.get_attribute("data-class") or "") for item in rows(page).all()}
    assert {int(item.get_attribute("data-class") or "") for item in marked.all()} == users & shown
    assert len(strong_points(page)) == len(users), "the others are faint on the map"
    write_name(page, "mixed4d/431", "my name")
    told = f"{len(users)} classes use mixed4d/431 my name"
    expect(page.get_by_role("button", name=told)).to_be_visible()
    picture = saved(page, "Picture (SVG)").read_text()
    assert f"near by the channels in their graphs {told}</text>" in picture
    assert json.loads(saved(page, "Data (JSON)").read_text())["names"] == {"mixed4d/431": "my name"}
    page.keyboard.press("Escape")
    expect(marked).to_have_count(0)
    expect(page).not_to_have_url(re.compile("pin="))


def test_what_the_address_names_and_the_model_lacks_is_told(open_page: OpenPage) -> None:
    page = open_page("/?room=map&colours=nothing&picked=1,5000&pin=mixed4d/99999")
    for words in ("no group “nothing”", "no class 5000", f"no channel '{MODEL}/mixed4d/99999'"):
        expect(page.locator(".room-map .middle")).to_contain_text(words)


def test_lists_that_are_cut_say_of_how_many(open_page: OpenPage) -> None:
    page = open_page("/?room=map&class=294")
    for heading in ("Most like it at mixed4d8 of 999", "Change company most8 of 1,000"):
        expect(page.locator(".right .label", has_text=re.compile(f"^{heading}$"))).to_be_visible()


def test_every_row_leads_to_a_comparison(open_page: OpenPage) -> None:
    page = open_map(open_page, f"&class={CART}")
    rows(page).nth(2).hover()
    other = rows(page).nth(2).get_attribute("data-class")
    page.locator(f".room-map [data-compare='{other}']").click()
    expect(page).to_have_url(re.compile(f"room=compare.*classes={CART},{other}"))


def test_colours_are_groups_that_are_chosen(open_page: OpenPage) -> None:
    page = open_map(open_page)
    legend = page.locator(".legend .item")
    count = legend.count()
    page.locator(".legend").get_by_role("button", name=re.compile("^Take .* out")).first.click()
    expect(legend).to_have_count(count - 1)
    expect(page).to_have_url(re.compile("colours=n"))
    page.locator(".legend").get_by_role("button", name="Add a group").click()
    page.get_by_label("Find a group to colour").first.fill("primate")
    page.locator(".finding", has_text="primate").first.click()
    expect(page.locator(".legend .item", has_text="primate")).to_be_visible()
    page.reload()
    expect(page.locator(".legend .item", has_text="primate")).to_be_visible()
    expect(page.get_by_role("button", name="accuracy", exact=True)).to_be_hidden()


def test_explores_small_map_leads_to_the_room_and_keeps_what_is_pinned(open_page: OpenPage) -> None:
    page = open_page(f"/?model={MODEL}&class=294&pin=mixed4d/431")
    small = page.get_by_role("link", name=re.compile("^Open the map of the classes at"))
    expect(small).to_be_visible()
    expect(page.locator(".stop img")).to_have_count(len(LAYERS))
    small.click()
    expect(page).to_have_url(re.compile(r"room=map&.*class=294&pin=mixed4d/431"))
    expect(page.locator(".room-map h1")).to_have_text(re.compile("Classes at mixed"))


def test_the_stamps_of_the_layers_mark_the_class_that_is_chosen(open_page: OpenPage) -> None:
    page = open_page(f"/?model={MODEL}&class=294")
    expect(page.locator(".stop img")).to_have_count(len(LAYERS))
    painted = "() => [...document.querySelectorAll('.stop img')].map(({ src }) => src)"
    before = page.evaluate(painted)
    assert all(picture.startswith("data:image/png") for picture in before)
    page.locator("ul.classes a.item").nth(2).click()
    page.wait_for_function(f"(before) => ({painted})().every((src, k) => src !== before[k])", arg=before)


def test_names_appear_with_zoom_and_fit_shows_all_again(open_page: OpenPage, running: Service) -> None:
    page = open_map(open_page)
    drawn = chart(page, running, "mixed4d")
    few = len(words(page))
    page.mouse.move(*on_page(page, (drawn.width / 2, drawn.height / 2)))
    page.mouse.wheel(0, -400)
    page.wait_for_timeout(300)
    assert len(words(page)) > few
    page.keyboard.press("0")
    page.wait_for_timeout(300)
    assert len(words(page)) == few


def words(page: Page) -> list[str]:
    """The names on the map, from the picture that can be saved."""
    return re.findall(r"<text [^>]*>([^<]*)</text>", saved(page, "Picture (SVG)").read_text())


def strong_points(page: Page) -> list[tuple[float, float]]:
    """Where the points of the map stand that are not faint, in px, from the picture that can be saved."""
    picture = saved(page, "Picture (SVG)").read_text()
    return points_in(picture, at_least=0.5)


def points_in(picture: str, at_least: float = 0) -> list[tuple[float, float]]:
    points = r'<circle cx="([\d.-]+)" cy="([\d.-]+)"[^>]* opacity="([\d.]+)"'
    return [(float(x), float(y)) for x, y, opacity in re.findall(points, picture) if float(opacity) >= at_least]


@pytest.mark.parametrize("still", [False, True], ids=["motion", "reduced motion"])
def test_points_move_to_the_next_layer_or_jump_there_under_reduced_motion(open_page: OpenPage, still: bool) -> None:
    page = open_map(open_page, "&colours=accuracy", still=still)
    before = points_in(saved(page, "Picture (SVG)").read_text())
    at_once = """() => {
      document.querySelector(".stamp[data-layer='mixed5a']").click();
      const items = [...document.querySelectorAll(".room-map [role='menuitem']")];
      items.find((item) => item.textContent === "Picture (SVG)").click();
    }"""
    page.locator(".room-map").get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.evaluate(at_once)
    first = points_in(download.value.path().read_text())
    assert len(before) == len(first) == 1000
    moved = [place for place, was in zip(first, before, strict=True) if place != was]
    assert len(moved) > 900 if still else not moved


def test_another_layer_makes_nothing_again_that_it_does_not_change(open_page: OpenPage) -> None:
    """So that the page has time for the motion of the points."""
    page = open_map(open_page)
    parts = "header .facts span, .legend .item, .room-map .classes li, .room-map .right .uses a"
    expect(page.locator(".room-map .right .uses a").first).to_be_visible()
    page.evaluate("parts => document.querySelectorAll(parts).forEach((part) => (part.stays = true))", parts)
    page.locator(".stamp[data-layer='mixed5a']").click()
    expect(page.locator(".room-map h1")).to_have_text("Classes at mixed5a")
    assert page.evaluate("parts => [...document.querySelectorAll(parts)].every((part) => part.stays)", parts)


def test_a_link_that_stays_leads_on_from_what_is_shown_now(open_page: OpenPage) -> None:
    page = open_map(open_page)
    page.locator(".stamp[data-layer='mixed5a']").click()
    expect(page.locator(".room-map h1")).to_have_text("Classes at mixed5a")
    rows(page).nth(2).hover()
    expect(rows(page).nth(2)).to_have_attribute(
        "href", re.compile("class=2&.*layer=mixed5a|layer=mixed5a.*class=2(&|$)")
    )


def test_zoom_and_pan_have_bounds(open_page: OpenPage) -> None:
    page = open_map(open_page)
    box = page.locator(CANVAS).bounding_box()
    assert box is not None
    width, height = box["width"], box["height"]
    page.mouse.move(*on_page(page, (width / 2, height / 2)))
    for _ in range(12):
        page.mouse.wheel(0, 1000)  # out
    for _ in range(3):
        page.mouse.move(*on_page(page, (20, 20)))
        page.mouse.down()
        page.mouse.move(*on_page(page, (width - 20, height - 20)), steps=4)
        page.mouse.up()
    seen = [(x, y) for x, y in points_in(saved(page, "Picture (SVG)").read_text()) if 0 < x < width and 0 < y < height]
    assert len(seen) > 300, "the map cannot be pulled out of sight"


def test_names_are_written_in_the_pages_font(open_page: OpenPage) -> None:
    page = open_map(open_page)
    (painter,) = page.workers
    loaded = (
        "[...self.fonts].filter((font) => font.status === 'loaded').map((font) => font.family.replaceAll('\"', ''))"
    )
    wait_for(lambda: painter.evaluate(loaded) == ["Inter Variable"])


def test_without_its_painter_the_map_is_painted_by_the_page(open_page: OpenPage) -> None:
    page = open_map(open_page, offline=True)
    page.route("**/assets/painter*", lambda route: route.abort())
    page.reload()
    over = page.locator(f"{CANVAS}[aria-hidden]")
    painted = "(canvas) => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)"
    wait_for(lambda: over.count() == 1 and over.evaluate(painted))


def saved(page: Page, name: str) -> Path:
    page.locator(".room-map").get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name=name).click()
    return download.value.path()


def test_pictures_and_data_of_the_map_can_be_saved(open_page: OpenPage, running: Service) -> None:
    points = embedding_of(running, "mixed4d")
    page = open_map(open_page, f"&class={CART}")
    expect(page.locator(".company .row")).to_have_count(len(LAYERS))
    picture = saved(page, "Picture (SVG)").read_text()
    assert picture.count("<circle") >= 1000
    assert picture.count("Q") >= len(LAYERS) - 1
    assert {"Classes at mixed4d", "horse cart", "3b", "5b"} <= set(re.findall(r">([^<>]+)</text>", picture))
    with Image.open(saved(page, "Picture (PNG)")) as pixels:
        assert pixels.width == 2 * round(chart(page, running, "mixed4d").width)
        assert len(pixels.convert("RGB").resize((200, 120)).getcolors(24_000) or []) > 100
    data = json.loads(saved(page, "Data (JSON)").read_text())
    assert (data["model"], data["dataset"], data["graphThreshold"], data["address"]) == (
        MODEL,
        "ImageNet",
        7.5,
        page.url,
    )
    assert [point["x"] for point in data["points"]] == points["x"]
    table = list(csv.DictReader(StringIO(saved(page, "Data (CSV)").read_text())))
    assert [float(row["y"]) for row in table] == points["y"]
    assert table[CART]["name"] == "horse cart"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_serious_keeps_anybody_from_using_the_map(open_page: OpenPage, dark: bool, shoot: Shoot) -> None:
    page = open_map(open_page, f"&class={CART}&picked=1,2,3", dark=dark)
    expect(page.locator(".company .row")).to_have_count(len(LAYERS))
    assert faults(page) == []
    assert probe(page, "faintTexts") == []
    if dark:
        page.keyboard.press("Escape")
        shoot(page, "map-dark")


def test_nothing_serious_keeps_anybody_from_using_the_map_before_a_class_is_chosen(open_page: OpenPage) -> None:
    page = open_page("/?room=map")
    expect(page.locator(".right .label", has_text="Change company most")).to_be_visible()
    assert faults(page) == []


def test_a_phone_shows_the_map_above_its_list(open_page: OpenPage) -> None:
    page = open_map(open_page, f"&class={CART}", width=360, height=800)
    expect(page.locator(".company .row")).to_have_count(len(LAYERS))
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert (probe(page, "clipped"), probe(page, "faintTexts")) == ([], [])


def test_too_few_classes_make_no_map_and_that_is_said(open_live: OpenPage) -> None:
    page = open_live("/?room=map&model=sample")
    notice = page.locator(".room-map .notice:visible")
    expect(notice).to_contain_text("A map needs 3 classes or more; sample has 2.")
    expect(rows(page)).to_have_count(2)
    page = open_live("/?model=sample&class=0")
    expect(page.locator(".above")).to_contain_text("A map needs 3 classes or more; sample has 2.")


def test_a_dark_map_is_printed_in_light_colours_on_any_paper(open_page: OpenPage) -> None:
    page = open_map(open_page, f"&class={CART}", dark=True, width=1123, height=794)
    page.evaluate(PRINTED)
    page.pdf(format="A4", landscape=True)  # from the screen, as people print it
    printed = page.evaluate("window.printed")
    assert "38,49,95" in printed, "the light accent"
    assert "20,21,24" not in printed, "the dark ground"
    expect(page.locator(CANVAS)).to_have_count(1)
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator("header")).to_be_hidden()
    assert page.locator(".room-map .plot").evaluate("({ clientHeight }) => clientHeight") > 300

    page.emulate_media(media="screen")
    page.keyboard.press("d")
    expect(page.locator(".room-map .twin tbody tr").first).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(CANVAS)).to_be_hidden()
    for table in page.locator(".room-map .twin table").all():
        box, stage = table.bounding_box(), page.locator(".room-map .stage").bounding_box()
        assert box and stage and box["y"] + box["height"] <= stage["y"] + stage["height"], "rows are cut off"
    expect(page.locator(".room-map .twin .button")).to_be_hidden()


PRINTED = """() => addEventListener("beforeprint", () => {
  const canvas = [...document.querySelectorAll(".room-map .plot canvas")].at(-1);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const colours = new Set();
  for (let k = 0; k < data.length; k += 4) if (data[k + 3] === 255) colours.add(data.slice(k, k + 3).join());
  window.printed = [...colours];
})"""


def test_what_failed_beside_the_map_says_so_and_is_asked_for_again(open_page: OpenPage) -> None:
    page = open_page("/?room=query")
    held = [Held(page, "query Similar("), Held(page, "query RunStoredQuery(")]
    page.goto(f"{ROOM}mixed4d&class={CART}")
    right = page.locator(".room-map .right")
    for each in held:
        each.wait()
        each.refuse()
    titles = ("Most like it", "Change company most")
    beside = [right.locator(f":is(h2, h3):has-text('{title}') + *") for title in titles]
    for part in beside:
        expect(part).to_contain_text("made up")
    page.unroute_all()
    for part in beside:
        part.get_by_role("button", name="Retry").click()
        expect(part.locator("a.use").first).to_be_visible()
        expect(part).not_to_contain_text("made up")


def test_a_small_map_that_failed_or_was_still_being_made_is_looked_for_again(open_page: OpenPage) -> None:
    page = open_page(f"/?room=query&model={MODEL}")
    maps = Held(page, "query Embeddings(")
    page.goto(f"/?model={MODEL}&class=294")
    maps.wait()
    maps.refuse()
    above = page.locator(".room-explore .above")
    above.get_by_role("button", name="Retry").click()
    maps.wait()
    while maps.routes:
        maps.routes.pop(0).fulfill(content_type="application/json", body='{"data": {"model": {"embeddings": []}}}')
    expect(above).to_contain_text("The map is being made.")
    page.unroute_all()
    page.locator('ul.classes a[data-class="295"]').click()
    expect(above).to_contain_text("Classes at mixed4d")
    expect(above.locator("canvas")).to_be_visible()
