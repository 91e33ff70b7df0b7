"""Explore in a real browser: what is drawn is what the API says, and every way of pointing works."""

import re
from collections.abc import Callable

import networkx
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.conftest import Service
from tests.e2e.looking import MODEL, graph_of, probe, reach

OpenPage = Callable[..., Page]
Shoot = Callable[[Page, str], None]
BEAR = f"/?model={MODEL}&class=294"


def node(page: Page, name: str) -> Locator:
    return page.locator(f'g.node[aria-label^="{name},"]')


@pytest.fixture
def bear(open_page: OpenPage) -> Page:
    page = open_page(BEAR)
    expect(page.locator("h1")).to_have_text("brown bear")
    return page


def test_the_first_visit_shows_a_class_without_being_asked(open_page: OpenPage) -> None:
    page = open_page("/")
    expect(page.locator("h1")).to_have_text("tench")
    expect(page).to_have_url(re.compile(rf"\?model={MODEL}&class=0$"))
    expect(page).to_have_title("tench · Summit Graph")


def test_every_channel_and_edge_of_the_class_is_drawn(bear: Page, running: Service, shoot: Shoot) -> None:
    graph = graph_of(running, 294)
    expect(bear.locator("g.node")).to_have_count(graph["totalChannels"])
    expect(bear.locator("g.edge")).to_have_count(graph["totalEdges"])
    expect(bear.locator("#shown")).to_have_text(f"{graph['totalChannels']} channels · {graph['totalEdges']} edges")
    shoot(bear, "explore")


def test_a_class_is_found_by_typing(open_page: OpenPage, shoot: Shoot) -> None:
    page = open_page("/?class=0")
    expect(page.locator("h1")).to_have_text("tench")
    page.keyboard.press("/")
    page.keyboard.type("brown b")
    expect(page.get_by_role("option", name="brown bear")).to_be_visible()
    shoot(page, "search")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("brown bear")
    expect(page).to_have_url(re.compile("class=294"))


def test_a_channel_is_found_by_its_number(bear: Page) -> None:
    bear.keyboard.press("/")
    bear.keyboard.type("4d 431")
    expect(bear.get_by_role("option", name="mixed4d/431")).to_be_visible()
    bear.keyboard.press("Enter")
    expect(bear).to_have_url(re.compile(r"channel=mixed4d/431$"))


def test_hover_shows_and_click_pins(bear: Page, shoot: Shoot) -> None:
    detail = bear.locator(".detail")
    node(bear, "mixed4d/431").locator(".picture").hover()
    expect(detail.locator("h2")).to_have_text("mixed4d / 431")
    bear.locator("h1").hover()
    expect(detail.locator("h2")).to_have_text("brown bear")

    node(bear, "mixed4d/431").locator(".picture").click()
    bear.locator("h1").hover()
    expect(detail.locator("h2")).to_have_text("mixed4d / 431")
    expect(bear).to_have_url(re.compile(r"pin=mixed4d/431$"))
    expect(detail.get_by_text("Pictures that excite it most")).to_be_visible()
    shoot(bear, "pinned")

    bear.keyboard.press("Escape")
    expect(detail.locator("h2")).to_have_text("brown bear")
    expect(bear).not_to_have_url(re.compile("pin="))


def test_the_detail_tells_the_numbers_of_the_api(bear: Page, running: Service) -> None:
    graph = graph_of(running, 294)
    channel = f"{MODEL}/mixed4d/431"
    (count,) = (item["count"] for item in graph["channels"] if item["channel"]["id"] == channel)
    inputs = [edge for edge in graph["edges"] if edge["target"] == channel]
    outputs = [edge for edge in graph["edges"] if edge["source"] == channel]

    node(bear, "mixed4d/431").locator(".picture").hover()
    facts = bear.locator(".portrait .facts")
    expect(facts.locator(".fact", has_text="pictures").locator("b")).to_have_text(str(count))
    expect(facts.locator(".fact", has_text="edges").locator("b")).to_have_text(f"{len(inputs)} in, {len(outputs)} out")
    expect(bear.locator("g.edge.input")).to_have_count(len(inputs))
    expect(bear.locator("g.edge.output")).to_have_count(len(outputs))


def test_the_keyboard_alone_reaches_walks_pins_and_releases(bear: Page, shoot: Shoot) -> None:
    bear.locator("g.node[tabindex='0']").focus()
    bear.keyboard.press("ArrowRight")
    bear.keyboard.press("ArrowDown")
    expect(bear.locator(".detail h2")).to_have_text(re.compile(r"mixed5a / \d+"))
    bear.keyboard.press("Enter")
    expect(bear).to_have_url(re.compile(r"pin=mixed5a/\d+"))
    expect(bear.locator("g.node[aria-pressed='true']")).to_have_count(1)
    bear.keyboard.press("Escape")
    expect(bear).not_to_have_url(re.compile("pin="))
    bear.keyboard.press("?")
    expect(bear.get_by_role("dialog", name="Help")).to_be_visible()
    shoot(bear, "help")
    bear.keyboard.press("Escape")
    expect(bear.get_by_role("dialog", name="Help")).to_be_hidden()


def test_the_tab_key_reads_what_is_told_about_a_channel_and_pins_from_there(bear: Page) -> None:
    bear.locator("g.node[tabindex='0']").focus()
    bear.keyboard.press("ArrowDown")
    title = bear.locator(".detail h2")
    expect(title).to_have_text(re.compile(r"mixed5a / \d+"))
    told = title.inner_text()
    bear.keyboard.press("Tab")
    expect(title.get_by_role("link")).to_be_focused()
    expect(title).to_have_text(told)
    first = bear.locator(".neighbour.input").first
    name = first.locator("span").first.inner_text()
    for _ in range(4):  # its name, Trace, its page
        bear.keyboard.press("Tab")
    expect(first).to_be_focused()
    bear.keyboard.press("Enter")
    expect(title).to_contain_text(name.replace("/", " / "))
    expect(bear).to_have_url(re.compile(f"pin={name}$"))
    bear.get_by_role("button", name="the edge with").first.press("Enter")
    expect(title).to_have_text("Edge")
    expect(bear).to_have_url(re.compile(f"pin=.*{name}"))


def test_the_class_list_is_one_stop_of_the_tab_key(bear: Page) -> None:
    expect(bear.locator(".classes a.item").nth(1)).to_be_visible()
    bear.get_by_label("Group", exact=True).focus()
    bear.keyboard.press("Tab")
    expect(bear.locator(".classes a.item").first).to_be_focused()
    bear.keyboard.press("ArrowDown")
    expect(bear.locator(".classes a.item").nth(1)).to_be_focused()
    bear.keyboard.press("Tab")
    expect(bear.get_by_role("heading", name="brown bear", level=1)).to_be_focused()
    bear.keyboard.press("Tab")
    expect(bear.get_by_role("slider")).to_be_focused()


def test_what_opened_a_menu_or_a_search_gets_the_focus_back(bear: Page) -> None:
    compare = bear.get_by_role("button", name="Compare with…")
    compare.press("Enter")
    expect(bear.get_by_label("Compare with a class").first).to_be_focused()
    bear.keyboard.press("Escape")
    expect(compare).to_be_focused()
    export = bear.get_by_role("button", name="Export")
    export.press("Enter")
    bear.keyboard.press("ArrowDown")
    expect(bear.get_by_role("menuitem", name="Picture (PNG)")).to_be_focused()
    bear.keyboard.press("Escape")
    expect(export).to_be_focused()
    motifs = bear.get_by_role("link", name="Motifs", exact=True)
    motifs.press("Enter")
    expect(bear).to_have_url(re.compile("room=motifs"))
    expect(motifs).to_be_focused()


def test_a_trace_lights_all_a_channel_is_built_on_and_leads_to(bear: Page, running: Service, shoot: Shoot) -> None:
    edges = graph_of(running, 294)["edges"]
    channel = f"{MODEL}/mixed4d/431"
    below, above = reach(edges, channel, "target", "source"), reach(edges, channel, "source", "target")
    node(bear, "mixed4d/431").locator(".picture").click()
    bear.get_by_role("button", name="Trace").click()
    expect(bear).to_have_url(re.compile("trace=true"))
    expect(bear.locator("g.node.lit")).to_have_count(len(below | above))
    expect(bear.locator("g.edge.input")).to_have_count(sum(edge["target"] in below for edge in edges))
    expect(bear.locator(".fact", has_text="reach")).to_contain_text(f"{len(below) - 1} below, {len(above) - 1} above")
    shoot(bear, "trace")
    bear.keyboard.press("t")
    expect(bear).not_to_have_url(re.compile("trace"))


def test_the_importance_slider_says_shown_and_total(bear: Page, running: Service) -> None:
    graph = graph_of(running, 294)
    kept = {item["channel"]["id"] for item in graph["channels"] if item["count"] >= 300}
    edges = [edge for edge in graph["edges"] if {edge["source"], edge["target"]} <= kept]

    bear.get_by_role("slider").fill("300")
    expect(bear.locator(".tools > .slider output")).to_have_text("≥ 300")
    shown = f"{len(kept)} of {graph['totalChannels']} channels · {len(edges)} of {graph['totalEdges']} edges"
    expect(bear.locator("#shown")).to_have_text(shown)
    expect(bear.locator("g.node:not(.gone)")).to_have_count(len(kept))
    expect(bear).to_have_url(re.compile("min=300"))


def test_back_and_forward_walk_through_the_classes(bear: Page) -> None:
    bear.get_by_label("Classes").get_by_role("link", name="American black bear").first.click()
    expect(bear.locator("h1")).to_have_text("American black bear")
    bear.go_back()
    expect(bear.locator("h1")).to_have_text("brown bear")
    bear.go_forward()
    expect(bear.locator("h1")).to_have_text("American black bear")


def test_a_deep_link_opens_as_it_was_left(open_page: OpenPage) -> None:
    page = open_page(f"{BEAR}&pin=mixed4d/431&sort=name&group=n02131653&min=100")
    expect(page.locator(".detail h2")).to_have_text("mixed4d / 431")
    expect(page.locator(".classes a.item")).to_have_text(
        [re.compile(name) for name in ("brown bear", "American black bear", "ice bear", "sloth bear")]
    )
    expect(page.locator(".tools > .slider output")).to_have_text("≥ 100")


def test_numbers_stand_clear_of_every_edge(bear: Page) -> None:
    assert probe(bear, "coveredNumbers") == 0


def test_pictures_and_numbers_of_a_row_do_not_overlap(bear: Page) -> None:
    assert probe(bear, "overlaps") == 0


def test_an_unknown_class_is_told_with_the_services_words(open_page: OpenPage, shoot: Shoot) -> None:
    page = open_page(f"/?model={MODEL}&class=2000")
    notice = page.locator(".stage .notice")
    expect(notice).to_contain_text("has no class 2000")
    expect(notice.get_by_role("button", name="Retry")).to_be_visible()
    expect(page.locator(".classes a.item").first).to_have_text(re.compile("tench"))
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    shoot(page, "error")
    notice.get_by_role("link", name="Show the first class").click()
    expect(page.locator("h1")).to_have_text("tench")


def test_a_group_whose_name_is_not_its_own_is_chosen_among_those_that_have_it(open_page: OpenPage) -> None:
    page = open_page(f"{BEAR}&group=car")
    page.locator(".left .notice").get_by_role("link", name="car n02959942").click()
    expect(page.locator(".total")).to_have_text("2 of 1,000")


def test_a_layer_that_the_model_does_not_have_is_taken_out_of_the_address(open_page: OpenPage) -> None:
    page = open_page(f"{BEAR}&layer=attic&rows=many")
    expect(page.locator("h1")).to_have_text("brown bear")
    expect(page).not_to_have_url(re.compile("layer"))
    expect(page.locator(".banner")).to_contain_text("“rows=many” in the address cannot be read")
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator(".banner")).to_contain_text("“layer=attic” in the address names no layer of")
    expect(page.get_by_role("button", name="Similarity over all layers")).to_have_attribute("aria-pressed", "true")


def test_a_filter_that_finds_nothing_says_so(bear: Page) -> None:
    bear.get_by_label("Filter classes").fill("unicorn")
    expect(bear.get_by_text("No class is called “unicorn”.")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_is_readable(open_page: OpenPage, dark: bool, shoot: Shoot) -> None:
    """A contrast of 4.5 for every word of the page against the ground it stands on."""
    page = open_page(f"{BEAR}&pin=mixed4d/431", dark=dark)
    expect(page.get_by_text("Classes that use it")).to_be_visible()
    bear_name = page.locator("h1").evaluate("(h) => getComputedStyle(h).color")
    assert bear_name == ("rgb(236, 236, 239)" if dark else "rgb(28, 28, 31)")
    assert probe(page, "faintTexts") == []
    if dark:
        shoot(page, "explore-dark")


def test_what_is_shown_can_be_saved(bear: Page, running: Service) -> None:
    expect(bear.locator("g.node").first).to_be_visible()
    bear.get_by_role("button", name="Export").click()
    with bear.expect_download() as saved:
        bear.get_by_role("menuitem", name="Picture (SVG)").click()
    assert saved.value.suggested_filename == "brown bear.svg"
    picture = saved.value.path().read_text()
    assert picture.count("data:image/jpeg") == graph_of(running, 294)["totalChannels"]
    assert re.search(r"<text[^>]*>brown bear</text>", picture)
    assert re.search(r"<text[^>]*>57 channels · 176 edges", picture)

    bear.get_by_role("button", name="Export").click()
    with bear.expect_download() as saved:
        bear.get_by_role("menuitem", name="Picture (PNG)").click()
    stage = bear.locator("svg.graph").bounding_box()
    assert stage is not None
    with Image.open(saved.value.path()) as pixels:
        assert pixels.width == 2 * round(stage["width"])
        assert pixels.height > 2 * round(stage["height"])  # the headings stand above
        assert len(pixels.convert("RGB").resize((100, 60)).getcolors(6000) or []) > 500

    bear.get_by_role("button", name="Export").click()
    with bear.expect_download() as saved:
        bear.get_by_role("menuitem", name="Data (JSON)").click()
    assert '"name": "brown bear"' in saved.value.path().read_text()


def test_files_for_other_programs_are_those_of_the_service(bear: Page, running: Service) -> None:
    expect(bear.locator("g.node").first).to_be_visible()
    bear.get_by_role("slider", name="importance").fill("300")
    bear.get_by_role("button", name="Export").click()
    with bear.expect_download() as saved:
        bear.get_by_role("menuitem", name="GraphML").click()
    assert saved.value.suggested_filename == "summit-inceptionv1 294 brown bear.graphml"
    graph = networkx.read_graphml(saved.value.path())
    kept = [row["channel"]["id"] for row in graph_of(running, 294)["channels"] if row["count"] >= 300]
    assert set(graph) == set(kept) and 0 < len(kept) < 57 and graph.graph["image_class"] == 294
    for item, ending in (("Gephi (GEXF)", "gexf"), ("networkx (JSON)", "json"), ("Script (Cypher)", "cypher")):
        bear.get_by_role("button", name="Export").click()
        with bear.expect_download() as saved:
            bear.get_by_role("menuitem", name=item).click()
        assert saved.value.suggested_filename.endswith(f".{ending}") and saved.value.path().stat().st_size > 1000


def test_a_narrow_window_keeps_everything_apart(open_page: OpenPage, shoot: Shoot) -> None:
    page = open_page(BEAR, width=1100, height=800)
    expect(page.locator("g.node")).to_have_count(57)
    assert page.evaluate("document.documentElement.scrollWidth") == 1100
    assert probe(page, "clipped") == []
    assert probe(page, "overlaps") == 0
    shoot(page, "narrow")


@pytest.mark.parametrize(
    "address",
    [
        BEAR,
        "/?room=compare&classes=294,295",
        "/?room=compare&classes=294,295,296,297",
        "/?room=motifs&of=n02131653",
        "/?room=query&query=class_edges&args={}",
        "/?channel=mixed4d/431",
        "/?class=2000",
    ],
)
def test_a_phone_shows_every_room_one_thing_below_another(open_page: OpenPage, address: str, shoot: Shoot) -> None:
    page = open_page(address, width=420, height=900)
    expect(page.locator("g.node, .matrix td, .motif, .result td, .usage, .notice h2").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 420
    assert [item for item in probe(page, "clipped") if "zonehead" not in item] == []
    assert (probe(page, "overlaps"), probe(page, "faintTexts")) == (0, [])
    if address == BEAR:
        expect(page.locator(".right")).to_be_visible()
        shoot(page, "phone")


def test_a_counted_class_says_what_its_images_are_taken_for(open_live: OpenPage, live: Service) -> None:
    told = live.ask('{ imageClass(model: "sample", index: 0) { confusions { name images class { index } } } }')
    page = open_live("/?model=sample&class=0")
    taken = page.locator(".room-explore .right .uses").first
    expect(taken.locator(".use")).to_have_text(
        [f"{item['name']}{item['images']}" for item in told["imageClass"]["confusions"]]
    )
    expect(page.get_by_text("of 50 images", exact=True)).to_be_visible()
    taken.get_by_role("link").click()
    expect(page).to_have_url(re.compile("class=1"))
