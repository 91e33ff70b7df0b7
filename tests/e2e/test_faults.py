"""Stuck states in a real browser: bad addresses, filters that leave nothing, a service that goes away."""

import json
import re
from collections.abc import Callable

import networkx
import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Service
from tests.e2e.looking import MODEL, graph_of

OpenPage = Callable[..., Page]
BEAR = f"/?model={MODEL}&class=294"
HUGE = 9007199254740993  # 2^53 + 1


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/?class=bear", "“class=bear” in the address cannot be read: expected the index of a class"),
        (f"{BEAR}&pin=431", "“pin=431” in the address cannot be read"),
        ("/?room=attic", "“room=attic” in the address cannot be read: expected one of explore"),
        ("/?room=query&query=class_channels&args={limit", "expected a JSON object"),
        (f"{BEAR}&klass=7", "Unknown in an address: “klass”."),
        (f"{BEAR}&shape=EDGE", "“shape=EDGE” in the address has no effect in explore: it is read in motifs."),
        (f"{BEAR}&weighed=attribution", f"not counted by attribution, as summit check {MODEL} --edges does."),
        ("/?room=query&query=class_edges&plain=true", "has no effect in query: no question in plain words asks this."),
        ("/?room=map&sort=accuracy", "“sort=accuracy” in the address has no effect in map: no accuracies are known."),
        (
            "/?room=compare&classes=294,295&weighed=attribution",
            "has no effect in compare: edges are weighed by influence.",
        ),
    ],
)
def test_what_cannot_be_read_in_an_address_is_named(open_page: OpenPage, address: str, said: str) -> None:
    page = open_page(address)
    expect(page.locator(".banner")).to_contain_text(said)
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator(".banner")).to_be_hidden()


@pytest.mark.parametrize(
    ("pin", "said"),
    [
        ("mixed9z/1", f"{MODEL} has no channel mixed9z/1."),
        ("mixed4d/9999", f"{MODEL} has no channel mixed4d/9999."),
        ("mixed4d/0", "mixed4d/0 is not in the graph of brown bear."),
    ],
)
def test_a_pin_that_is_not_in_the_graph_is_named(open_page: OpenPage, pin: str, said: str) -> None:
    page = open_page(f"{BEAR}&pin={pin}")
    warning = page.locator(".detail .warning")
    expect(warning).to_contain_text(said)
    warning.get_by_role("button", name="Release").click()
    expect(page).not_to_have_url(re.compile("pin="))


@pytest.mark.parametrize(
    ("pin", "said"),
    [
        ("mixed5b/1", "mixed5b/1 is not in the graph of any of these classes."),
        ("mixed5a/1>mixed5b/1", "mixed5a/1 → mixed5b/1 is not in the graph of any of these classes."),
        ("mixed9z/1", f"{MODEL} has no channel mixed9z/1."),
        ("mixed5b/7>class output/0", "No edges of any of these classes to the class itself are known."),
    ],
)
def test_a_pin_that_no_compared_class_has_is_named(open_page: OpenPage, pin: str, said: str) -> None:
    page = open_page(f"/?room=compare&classes=294,295&pin={pin}")
    warning = page.locator(".room-compare .detail .warning")
    expect(warning).to_contain_text(said)
    warning.get_by_role("button", name="Release").click()
    expect(page).not_to_have_url(re.compile("pin="))
    expect(warning).to_have_count(0)


def test_a_graph_that_a_filter_empties_says_so_and_offers_the_way_back(open_page: OpenPage, running: Service) -> None:
    graph = graph_of(running, 294)
    page = open_page(f"{BEAR}&min=99999")
    notice = page.locator(".stage > .notice")
    expect(notice).to_contain_text("No channel of brown bear is in 99,999 or more pictures")
    expect(page.locator(".tools > .slider output")).to_have_text("≥ 99,999")
    notice.get_by_role("link", name="Show all channels").click()
    expect(page.locator("g.node:not(.gone)")).to_have_count(graph["totalChannels"])
    expect(notice).to_be_hidden()


def test_a_query_and_a_model_that_are_not_there_have_their_heading(open_page: OpenPage) -> None:
    page = open_page("/?room=query&query=nonsense")
    expect(page.locator(".resultstage .message")).to_have_text("There is no stored query “nonsense”.")
    expect(page.get_by_role("heading", level=1)).to_have_text("nonsense")
    page.goto("/?model=nonsense")
    expect(page.locator("main > .notice")).to_contain_text("There is no model “nonsense”.")
    expect(page.get_by_role("heading").first).to_have_text("Summit Graph")


def test_the_channel_room_without_a_channel_asks_for_one(open_page: OpenPage) -> None:
    page = open_page("/?room=channel")
    page.get_by_role("button", name="Find a channel").click()
    page.keyboard.type("4d 431")
    page.get_by_role("option", name="mixed4d/431").click()
    expect(page.locator(".masthead h1")).to_have_text("mixed4d / 431")


def test_whole_numbers_keep_their_digits_in_parameters_table_and_export(open_page: OpenPage) -> None:
    page = open_page("/?room=query")
    page.get_by_label("Cypher statement").fill("RETURN $n AS n")
    page.get_by_label("Parameters, as JSON").fill(f'{{"n": {HUGE}}}')
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".result td")).to_have_text(str(HUGE))
    for item, suffix in (("Table (CSV)", "csv"), ("Data (JSON)", "json")):
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as saved:
            page.get_by_role("menuitem", name=item).click()
        text = saved.value.path().read_text()
        assert str(HUGE) in text, suffix
    data = json.loads(text)
    assert (data["rows"], data["address"]) == ([[HUGE]], page.url)


def test_a_service_that_goes_away_is_waited_for_and_nothing_is_lost(open_page: OpenPage, running: Service) -> None:
    page = open_page(BEAR, offline=True)
    expect(page.locator(".classes a.item").nth(3)).to_be_visible()
    expect(page.locator("g.node:not(.gone)").first).to_be_visible()
    nodes = page.locator("g.node:not(.gone)").count()
    page.context.set_offline(True)
    other = page.locator(".classes a.item").nth(3)
    index = int(other.get_attribute("data-class") or "")
    other.click()
    banner = page.locator(".banner")
    expect(banner).to_have_count(1)
    expect(banner).to_contain_text("The service does not answer. Trying again")
    expect(page.locator("g.node:not(.gone)")).to_have_count(nodes)
    expect(page.locator("h1").first).to_have_text("brown bear")
    expect(page.locator("main")).not_to_contain_text(re.compile("NO_ANSWER|graphql|summit serve"))
    page.context.set_offline(False)
    expect(page.locator("g.node:not(.gone)")).to_have_count(graph_of(running, index)["totalChannels"])
    expect(banner).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("tench")
    expect(page.get_by_role("option", name="tench")).to_be_visible()


def test_a_room_whose_code_could_not_be_loaded_comes_when_the_service_is_back(open_page: OpenPage) -> None:
    page = open_page(BEAR, offline=True)
    page.route("**/map-*.js", lambda route: route.abort())
    page.reload()
    page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Map").click()
    expect(page.locator(".room-map .notice")).to_contain_text("A part of the page could not be loaded.")
    expect(page.get_by_role("heading", level=1)).to_have_text("That did not work")
    page.unroute("**/map-*.js")
    page.context.set_offline(True)
    page.context.set_offline(False)
    expect(page.locator(".room-map .title h1")).to_have_text(re.compile("^Classes at "))


def test_a_class_that_cannot_be_opened_leaves_the_graph_that_is_shown(open_page: OpenPage) -> None:
    page = open_page(BEAR)
    nodes = page.locator("g.node:not(.gone)")
    expect(nodes.first).to_be_visible()
    count = nodes.count()
    page.evaluate("history.pushState(null, '', '?class=2000'); dispatchEvent(new PopStateEvent('popstate'))")
    expect(page.locator(".banner")).to_contain_text("has no class 2000")
    expect(nodes).to_have_count(count)
    page.locator(".banner").get_by_role("link", name="Back to brown bear").click()
    expect(page).to_have_url(re.compile("class=294"))
    expect(page.locator(".banner")).to_be_hidden()


def test_a_file_that_could_not_be_saved_is_asked_for_again(open_page: OpenPage) -> None:
    page = open_page(f"/?room=motifs&model={MODEL}&of=bear&shape=MAXIMAL", offline=True)  # its complaints are meant
    expect(page.locator(".motifs svg").first).to_be_visible()
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as saved:
        page.get_by_role("menuitem", name="Data (JSON)").click()
    data = json.loads(saved.value.path().read_text())
    assert (data["model"], data["graphThreshold"], data["address"]) == (MODEL, 7.5, page.url)
    page.route("**/export/**", lambda route: route.abort())
    page.get_by_role("button", name="Export").click()
    page.get_by_role("menuitem", name="GraphML").click()
    retry = page.get_by_role("button", name="Retry")
    expect(retry).to_be_visible()
    page.unroute("**/export/**")
    with page.expect_download() as saved:
        retry.click()
    assert saved.value.suggested_filename == f"{MODEL} motifs bear.graphml"
    graph = networkx.read_graphml(saved.value.path())
    told = json.loads(graph.graph["motifs"])
    assert told and graph.graph["shape"] == "MAXIMAL" and len(told) == page.locator(".motifs .motif").count()
    expect(page.locator(".motifs svg").first).to_be_visible()
