"""Live thresholds in a real browser: what is drawn is what the API cuts, and a cut can be kept and undone."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.commands import wait_for
from tests.conftest import Service, serving
from tests.e2e.conftest import opening
from tests.e2e.looking import cut_of, origin_of, probe

OpenPage = Callable[..., Page]
Shoot = Callable[[Page, str], None]
TOWER = "/?model=tower&class=1"


@pytest.fixture
def tower(open_live: OpenPage) -> Page:
    page = open_live(TOWER)
    expect(page.locator("h1")).to_have_text("made up 1")
    expect(field(page)).to_have_value("7.5")
    return page


def field(page: Page) -> Locator:
    return page.get_by_label("Threshold in percent")


def expect_drawn(page: Page, graph: dict[str, Any]) -> None:
    """Every channel of the graph and no other, and the counts in words."""
    expect(page.locator("#shown")).to_have_text(
        re.compile(rf"^{graph['totalChannels']} channels · {graph['totalEdges']} edges")
    )
    expect(page.locator("g.node:not(.gone)")).to_have_count(graph["totalChannels"])
    expect(page.locator("g.edge:not(.gone)")).to_have_count(graph["totalEdges"])


def test_a_typed_threshold_draws_what_the_api_cuts(tower: Page, live: Service, shoot: Shoot) -> None:
    stored, cut = cut_of(live, "tower", 1, 7.5), cut_of(live, "tower", 1, 50)
    assert cut["totalChannels"] > stored["totalChannels"]
    expect_drawn(tower, stored)
    field(tower).fill("50")
    expect_drawn(tower, cut)
    expect(tower.get_by_role("slider", name="Threshold")).to_have_value("50")
    expect(tower).to_have_url(re.compile("threshold=50"))
    shoot(tower, "threshold")
    tower.go_back()
    expect_drawn(tower, stored)
    expect(field(tower)).to_have_value("7.5")
    tower.go_forward()
    expect_drawn(tower, cut)
    tower.reload()
    expect_drawn(tower, cut)
    tower.get_by_role("button", name="stored: 7.5 %").click()
    expect_drawn(tower, stored)
    expect(tower).not_to_have_url(re.compile("threshold"))


def test_a_threshold_stays_in_its_bounds(tower: Page) -> None:
    field(tower).fill("120")
    expect(field(tower)).to_have_attribute("aria-invalid", "true")
    field(tower).press("Enter")
    expect(field(tower)).to_have_value("50")
    expect(tower).to_have_url(re.compile("threshold=50"))
    field(tower).fill("")
    field(tower).press("Enter")
    expect(field(tower)).to_have_value("50")


def test_the_arrow_keys_move_the_slider_and_back_undoes_the_whole_movement(tower: Page, live: Service) -> None:
    slider = tower.get_by_role("slider", name="Threshold")
    slider.focus()
    for step in range(1, 26):
        slider.press("ArrowRight")
        if step % 5 == 0:
            expect(tower).to_have_url(re.compile(f"threshold={7.5 + step / 2:g}$"))
    expect(field(tower)).to_have_value("20")
    expect_drawn(tower, cut_of(live, "tower", 1, 20))
    tower.go_back()
    expect(tower).not_to_have_url(re.compile("threshold"))
    expect(slider).to_have_value("7.5")


def test_the_last_threshold_wins_and_the_graph_stays_meanwhile(tower: Page, live: Service) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        if '"threshold":50' in str(route.request.post_data):
            held.append(route)
        else:
            route.continue_()

    tower.route("**/graphql", hold)
    field(tower).fill("50")
    expect(tower.locator(".stage")).to_have_attribute("aria-busy", "true")
    expect_drawn(tower, cut_of(live, "tower", 1, 7.5))
    with tower.expect_event("requestfailed") as cancelled:
        field(tower).fill("20")
    assert cancelled.value == held[0].request
    expect_drawn(tower, cut_of(live, "tower", 1, 20))
    expect(tower.locator(".stage")).not_to_have_attribute("aria-busy", "true")


def test_one_threshold_for_the_network_and_no_dead_ends(tower: Page, live: Service) -> None:
    tower.get_by_role("button", name="of the network").click()
    unified = cut_of(live, "tower", 1, 7.5, unified=True)
    expect_drawn(tower, unified)
    (final,) = set(unified["origin"]["thresholds"])
    expect(tower.locator(".cutnote")).to_have_text(f"· raised to {final:g} %")
    tower.get_by_label("dead ends").uncheck()
    expect_drawn(tower, cut_of(live, "tower", 1, 7.5, unified=True, dead_ends=False))
    expect(tower).to_have_url(re.compile("threshold=7.5&unified=true&deadEnds=false"))


def test_layers_say_what_their_threshold_was_raised_to(open_live: OpenPage, live: Service) -> None:
    page = open_live("/?model=tower&class=0")
    thresholds = cut_of(live, "tower", 0, 7.5)["origin"]["thresholds"]
    raised = [f"{value:g} %" for value in thresholds if value > 7.5]
    assert raised
    expect(page.locator(".heads .raised").filter(has_text="%")).to_have_text([f"↑ {value}" for value in raised])
    expect(page.locator(".detail .fact", has_text="layer1")).to_contain_text(raised[0])


def test_a_cut_is_kept_and_undone(open_live: OpenPage, live: Service, shoot: Shoot) -> None:
    former, cut = origin_of(live, "tower", 2), cut_of(live, "tower", 2, 20)
    page = open_live(f"/?model=tower&class=2&token={live.token}")
    expect(page).to_have_url(re.compile(r"/\?model=tower&class=2$"))
    expect(page.get_by_role("button", name="Keep this graph")).to_be_hidden()
    page.get_by_role("link", name="Compare", exact=True).click()
    page.go_back()
    field(page).fill("20")
    expect_drawn(page, cut)
    page.get_by_role("button", name="Keep this graph").click()
    expect(page.locator(".toast p")).to_contain_text(
        re.compile("^Kept for made up 2 in .* s: 20 % of each layer's PageRank")
    )
    assert origin_of(live, "tower", 2) == {**former, "threshold": 20.0}
    expect_drawn(page, cut)
    expect(page).not_to_have_url(re.compile("threshold"))
    expect(page.get_by_role("button", name="Keep this graph")).to_be_hidden()
    shoot(page, "threshold-kept")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast p")).to_have_text(
        "Undone: made up 2 is stored at 7.5 % of each layer's PageRank again."
    )
    assert origin_of(live, "tower", 2) == former
    expect_drawn(page, cut)
    expect(page).to_have_url(re.compile("threshold=20"))
    page.get_by_role("button", name="stored: 7.5 %").click()
    expect_drawn(page, cut_of(live, "tower", 2, 7.5))


def test_what_rests_on_stored_graphs_is_asked_again_when_one_is_kept(open_live: OpenPage, live: Service) -> None:
    page = open_live(f"/?model=tower&class=2&threshold=20&token={live.token}")
    page.locator('g.node[tabindex="0"]').press("Enter")
    expect(page.get_by_text("Classes that use it")).to_be_visible()
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.post_data or ""))
    page.get_by_role("button", name="Keep this graph").click()
    expect(page.locator(".toast p")).to_contain_text("Kept for made up 2")
    # The column's classes, and those that the list and the map mark.
    wait_for(lambda: page.evaluate("1") and sum("query Channel(" in body for body in asked) == 2)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast p")).to_contain_text("Undone")


def test_a_maps_painter_ends_with_its_room(open_live: OpenPage, live: Service) -> None:
    page = open_live(f"/?model=tower&class=2&token={live.token}")
    page.get_by_role("link", name="Map", exact=True).click()
    wait_for(lambda: page.evaluate("1") and len(page.workers) == 1)
    page.go_back()
    field(page).fill("20")
    page.get_by_role("button", name="Keep this graph").click()
    expect(page.locator(".toast p")).to_contain_text("Kept for made up 2")
    wait_for(lambda: page.evaluate("1") and not page.workers)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast p")).to_contain_text("Undone")


def test_who_may_not_keep_a_graph_is_told_so_where_it_happened_and_gives_the_token(
    browser: Browser, live: Service, live_home: Path, shoot: Shoot
) -> None:
    with serving(live_home, SUMMIT_TOKEN="secret") as guarded, opening(browser, guarded) as open_guarded:
        mutation = 'mutation { extract(model: "tower", classes: [1], threshold: 20) { written } }'
        (error,) = guarded.post(mutation)["errors"]
        assert error["extensions"]["code"] == "FORBIDDEN"
        page = open_guarded(f"{TOWER}&threshold=20")
        page.get_by_role("button", name="Keep this graph").click()
        expect(page.locator(".toast.error")).to_contain_text(error["message"])
        expect_drawn(page, cut_of(live, "tower", 1, 20))
        page.get_by_label("Token").fill("guessed")
        page.get_by_label("Token").press("Enter")
        expect(page.locator(".toast.error")).to_contain_text(error["message"])
        expect(page.get_by_label("Token")).to_have_value("")
        shoot(page, "token")
        assert origin_of(live, "tower", 1)["threshold"] == 7.5
        page.get_by_label("Token").fill("secret")
        page.locator(".toast").get_by_role("button", name="Retry").click()
        expect(page.locator(".toast p")).to_contain_text("Kept for made up 1")
        page.get_by_role("button", name="Undo").click()
        expect(page.locator(".toast p")).to_contain_text("Undone")
    assert origin_of(live, "tower", 1)["threshold"] == 7.5


def test_a_class_without_pagerank_says_how_its_graph_was_cut(open_page: OpenPage) -> None:
    page = open_page("/?class=294&threshold=20")
    expect(page.locator(".cutnote")).to_contain_text("cut at 7.5 % of each layer's PageRank")
    expect(page.locator(".cutnote")).to_contain_text("no other can be cut")
    expect(page.locator("g.node")).to_have_count(57)
    expect(page.locator(".cutbar")).to_be_hidden()


def test_models_are_switched_and_the_address_remembers(open_live: OpenPage) -> None:
    page = open_live("/?model=sample")
    expect(page.locator("h1")).to_have_text("class 0")
    expect(page).to_have_url(re.compile(r"\?model=sample&class=0$"))
    page.get_by_label("Model").select_option("tower")
    expect(page.locator("h1")).to_have_text("made up 0")
    expect(page).to_have_url(re.compile(r"\?model=tower&class=0$"))
    page.go_back()
    expect(page.locator("h1")).to_have_text("class 0")


def test_a_model_without_groups_and_pictures_reads_well_in_every_room(open_live: OpenPage) -> None:
    page = open_live(TOWER)
    expect(page.locator(".groups")).to_be_hidden()
    expect(page.locator(".detail")).not_to_contain_text("WordNet")
    page.get_by_role("link", name="Motifs").click()
    expect(page.get_by_text("The classes of this model are in no groups.")).to_be_visible()
    page.get_by_role("link", name="all classes 4").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("all classes")
    page.get_by_role("link", name="Query").click()
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".result tbody tr").first).to_be_visible()
    page.goto("/?room=compare&model=tower&classes=0,1")
    expect(page.locator("g.node").first).to_be_visible()
    assert page.locator("body").inner_text().count("null") == 0


def test_a_real_picture_stands_for_a_channel_where_none_is_synthesised(open_live: OpenPage) -> None:
    page = open_live("/?model=sample&class=0&pin=top/0")
    address = "./pictures/sample/top/0/dataset-p-0.jpg"
    expect(page.locator('g.node[aria-label^="top/0,"] image')).to_have_attribute("href", address)
    expect(page.locator(".portrait img")).to_have_attribute("src", address)
    page.get_by_role("link", name="Open channel").click()
    expect(page.locator(".masthead img")).to_have_attribute("src", address)
    expect(page.locator(".masthead figcaption")).to_have_text("the picture that excites it most")


COLUMNS = [["header", "header :is(nav, .tools) *"], [".middle", ".middle .bar .tools *"]]
OUTSIDE = """(columns) => columns.flatMap(([within, what]) => {
  const edge = document.querySelector(within).getBoundingClientRect().right;
  return [...document.querySelectorAll(what)].filter((part) => part.getBoundingClientRect().right > edge + 1);
}).map((part) => part.outerHTML)"""


@pytest.mark.parametrize("width", [900, 1100, 1440])
def test_every_tool_stays_within_its_column(open_live: OpenPage, width: int) -> None:
    page = open_live(TOWER, width=width, height=800)
    expect(page.get_by_role("button", name="Export")).to_be_visible()
    assert page.evaluate(OUTSIDE, COLUMNS) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_bar_is_readable_and_fits(open_live: OpenPage, dark: bool) -> None:
    page = open_live(f"{TOWER}&threshold=20&unified=true", dark=dark, width=1100, height=800)
    expect(page.get_by_role("button", name="Keep this graph")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 1100
    assert (probe(page, "clipped"), probe(page, "faintTexts")) == ([], [])
    assert (probe(page, "coveredNumbers"), probe(page, "overlaps")) == (0, 0)
