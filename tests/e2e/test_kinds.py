"""Kinds of edges on the page: drawn, told, filtered, saved and compared; and lanes of channels that are handed on."""

import csv
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Command, Service
from tests.e2e.axe import faults
from tests.e2e.conftest import opening
from tests.e2e.looking import MODEL, probe, reach
from tests.e2e.residual import NAME
from tests.e2e.test_site import serving_files

OpenPage = Callable[..., Page]
SVG = "{http://www.w3.org/2000/svg}"
Edge = dict[str, Any]

AT = f"/?model={NAME}&class=0"
COMPARED = f"/?room=compare&model={NAME}&classes=0,1"
BEADED = "g.edge:not(.gone):has(> .beads)"
WORDS = {"CONVOLUTION": "convolution", "SKIP": "skip", "BOTH": "skip and convolution"}
DRAWN = """() => Object.fromEntries([...document.querySelectorAll("g.edge:not(.gone)")].map((edge) =>
  [edge.__data__.id, [...edge.querySelectorAll("path")].map((path) => path.getAttribute("class")).join(" ")]))"""
MOVED = "(path) => Number.parseFloat(getComputedStyle(path).strokeDashoffset)"
OFFSET = "() => document.querySelector('.room-explore .front > g').style.strokeDashoffset"
PLACES = "() => [...document.querySelectorAll('g.node:not(.gone)')].map((node) => [node.__data__.id, node.__data__.x])"
GROUNDS = """() => {
  const boxOf = (shape) => shape.getBoundingClientRect();
  const fillOf = (shape) => getComputedStyle(shape).fill;
  const lanes = [...document.querySelectorAll(".lane")];
  const isIn = ({ left, right, bottom }, lane) =>
    lane.left < left && right < lane.right && lane.top < bottom && bottom < lane.bottom;
  const pairs = [...document.querySelectorAll("g.node:not(.gone)")].map((node) => {
    const lane = lanes.find((one) => isIn(boxOf(node.querySelector(".picture")), boxOf(one)));
    const under = lane ? fillOf(lane) : getComputedStyle(document.body).backgroundColor;
    return `${fillOf(node.querySelector(".corners"))} on ${under}`;
  });
  return [...new Set(pairs)].map((pair) => pair.split(" on "));
}"""  # of the corners that pictures have, and of what they stand on


@pytest.fixture(scope="module")
def edges(live: Service) -> list[Edge]:
    """Those of the graph that AT shows."""
    query = f"""{{ imageClass(model: "{NAME}", index: 0) {{ attributionGraph {{
      edges {{ source target kind weight }} }} }} }}"""
    found: list[Edge] = live.ask(query)["imageClass"]["attributionGraph"]["edges"]
    assert {edge["kind"] for edge in found} == set(WORDS), "edges of every kind, or nothing is tested"
    return found


def handed_on(edge: Edge) -> bool:
    return edge["kind"] in ("SKIP", "BOTH")


def id_of(edge: Edge) -> str:
    return f"{edge['source']}>{edge['target']}"


def pin_of(edge: Edge) -> str:
    return ">".join(edge[end].split("/", 1)[1] for end in ("source", "target"))


def choice(page: Page, words: str) -> Any:
    return page.locator(".kinds:visible").get_by_role("button", name=re.compile(words))


def saved(page: Page, name: str) -> Path:
    page.get_by_role("button", name="Export").locator("visible=true").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name=name).click()
    return download.value.path()


def test_what_is_handed_on_has_beads_and_the_legend_counts_every_kind(open_live: OpenPage, edges: list[Edge]) -> None:
    page = open_live(AT)
    expect(page.locator("g.edge:not(.gone)")).to_have_count(len(edges))
    expect(page.locator(BEADED)).to_have_count(sum(map(handed_on, edges)))
    drawn = page.evaluate(DRAWN)
    assert drawn == {id_of(edge): "line beads" if handed_on(edge) else "line" for edge in edges}
    counts = Counter(edge["kind"] for edge in edges)
    words = page.locator(".kinds .choices .word")
    expect(words).to_have_text([f"{WORDS[kind]} {counts[kind]}" for kind in ("CONVOLUTION", "SKIP", "BOTH")])
    expect(choice(page, "^all")).to_have_text(f"all {len(edges)}")
    assert faults(page) == []


def test_the_choice_of_kinds_is_in_the_address_and_moves_no_channel(open_live: OpenPage, edges: list[Edge]) -> None:
    page = open_live(AT)
    expect(page.locator("g.edge:not(.gone)")).to_have_count(len(edges))
    places = page.evaluate(PLACES)
    kept = [id_of(edge) for edge in edges if handed_on(edge)]
    choice(page, "^skip").click()
    expect(page).to_have_url(re.compile("kinds=skips"))
    expect(page.locator("g.edge:not(.gone)")).to_have_count(len(kept))
    assert sorted(page.evaluate(DRAWN)) == sorted(kept)
    assert page.evaluate(PLACES) == places
    expect(page.locator("#shown")).to_contain_text(f"{len(kept)} of {len(edges)} edges")
    page.keyboard.press("d")
    table = page.get_by_role("region").locator("section").nth(1)
    expect(table.locator("h2")).to_have_text(f"Edges ({len(kept)})")
    told = {WORDS[edge["kind"]] for edge in edges if handed_on(edge)}
    assert set(table.locator("tbody tr td:nth-last-child(2)").all_inner_texts()) == told
    page.keyboard.press("d")
    choice(page, "^convolution").click()
    expect(page).to_have_url(re.compile("kinds=convolutions"))
    expect(page.locator("g.edge:not(.gone)")).to_have_count(len(edges) - len(kept))
    choice(page, "^all").click()
    expect(page).not_to_have_url(re.compile("kinds="))
    expect(page.locator("g.edge:not(.gone)")).to_have_count(len(edges))


def test_a_trace_follows_the_edges_of_the_chosen_kinds(open_live: OpenPage, edges: list[Edge]) -> None:
    skips = [edge for edge in edges if handed_on(edge)]
    pinned = next(edge["target"] for edge in skips if any(other["source"] == edge["target"] for other in skips))
    expected = reach(skips, pinned, "target", "source") | reach(skips, pinned, "source", "target")
    assert len(reach(edges, pinned, "target", "source")) > len(reach(skips, pinned, "target", "source"))
    page = open_live(f"{AT}&kinds=skips&trace=true&pin={pinned.split('/', 1)[1]}")
    expect(page.locator("g.node.lit")).to_have_count(len(expected))
    lit = page.locator("g.node.lit").evaluate_all("(nodes) => nodes.map((node) => node.__data__.id)")
    assert set(lit) == expected


@pytest.mark.parametrize("kind", WORDS)
def test_an_edge_that_is_pinned_tells_its_kind(open_live: OpenPage, edges: list[Edge], kind: str) -> None:
    edge = next(edge for edge in edges if edge["kind"] == kind)
    page = open_live(f"{AT}&pin={pin_of(edge)}")
    expect(page.locator(".detail h2")).to_have_text("Edge")
    expect(
        page.locator(".fact").filter(has=page.locator("dt", has_text=re.compile("^kind$"))).locator("dd")
    ).to_have_text(WORDS[kind])


def test_files_have_kinds_as_far_as_edges_are_shown(open_live: OpenPage, edges: list[Edge]) -> None:
    page = open_live(f"{AT}&kinds=skips")
    kinds = {(edge["source"], edge["target"]): edge["kind"] for edge in edges if handed_on(edge)}
    expect(page.locator("g.edge:not(.gone)")).to_have_count(len(kinds))
    rows = list(csv.DictReader(saved(page, "Edges (CSV)").read_text().splitlines()))
    assert {(row["source"], row["target"]): row["kind"] for row in rows} == kinds
    data = json.loads(saved(page, "Data (JSON)").read_text())
    assert data["edgesOf"] == "skips" and data["totalEdges"] == len(edges)
    assert {(row["source"], row["target"]): row["kind"] for row in data["edges"]} == kinds
    picture = saved(page, "Picture (SVG)").read_text()
    assert picture.count('class="beads"') == len(kinds) + 2, "and two samples in the legend"
    for kind in WORDS:
        count = sum(edge["kind"] == kind for edge in edges)
        assert f">{WORDS[kind]} {count}<" in picture
    assert "stroke-linecap: round" in picture


def test_a_picture_s_legend_has_the_colours_of_choices_that_are_not_pressed(
    open_live: OpenPage, edges: list[Edge]
) -> None:
    page = open_live(f"{AT}&kinds=skips")
    expect(page.locator("g.edge:not(.gone)")).to_have_count(sum(map(handed_on, edges)))
    colour = choice(page, "^convolution").evaluate("(button) => getComputedStyle(button).color")
    pressed = choice(page, "^skip")
    assert pressed.evaluate("(button) => getComputedStyle(button).color") != colour, "or nothing is tested"
    picture = ElementTree.fromstring(saved(page, "Picture (SVG)").read_text())
    texts = [text for text in picture.iter(f"{SVG}text") if re.match(r"(convolution|skip)", text.text or "")]
    assert len(texts) == len(WORDS)
    assert {styles(text)["fill"] for text in texts} == {colour}
    samples = [each for each in picture.iter(f"{SVG}svg") if "sample edge" in each.get("class", "")]
    assert len(samples) == len(WORDS)
    strokes = {styles(path)["stroke"] for sample in samples for path in sample.iter(f"{SVG}path")} - {"none"}
    assert len(strokes) == 1
    expect(pressed).to_have_attribute("aria-pressed", "true")


def styles(element: ElementTree.Element) -> dict[str, str]:
    pairs = (each.split(":", 1) for each in element.get("style", "").split(";") if ":" in each)
    return {name.strip(): value.strip() for name, value in pairs}


def test_files_that_the_service_writes_say_that_they_have_all_edges(open_live: OpenPage, edges: list[Edge]) -> None:
    for address in (AT, COMPARED):
        page = open_live(address)
        room = page.locator(".room:visible")
        export = room.get_by_role("button", name="Export").locator("visible=true")
        export.click()
        expect(room.get_by_role("menuitem", name="GraphML", exact=True)).to_be_visible()
        page.keyboard.press("Escape")
        choice(page, "^skip").click()
        expect(page).to_have_url(re.compile("kinds=skips"))
        export.click()
        expect(room.get_by_role("menuitem", name="GraphML (all edges)", exact=True)).to_be_visible()
        expect(room.get_by_role("menuitem", name="Edges (CSV)", exact=True)).to_be_visible()


def test_ranks_of_edges_in_a_table_are_those_in_the_whole_graph(open_live: OpenPage, edges: list[Edge]) -> None:
    def rank(edge: Edge, among: list[Edge]) -> int:
        return 1 + len([1 for each in among if each["target"] == edge["target"] and each["weight"] > edge["weight"]])

    skips = [edge for edge in edges if handed_on(edge)]
    ranks = {pin_of(edge): str(rank(edge, edges)) for edge in skips}
    assert any(rank(edge, skips) != rank(edge, edges) for edge in skips), "or nothing is tested"
    page = open_live(f"{AT}&kinds=skips&table=true")
    table = page.get_by_role("region").locator("section").nth(1)
    expect(table.locator("h2")).to_have_text(f"Edges ({len(skips)})")
    heads = table.locator("thead th").all_inner_texts()
    rows = table.locator("tbody tr").evaluate_all(
        "(rows) => rows.map((row) => [...row.querySelectorAll('th, td')].map((cell) => cell.textContent))"
    )
    at = next(k for k, head in enumerate(heads) if head.startswith("rank of inputs"))
    assert {f"{row[0]}>{row[1]}": row[at] for row in rows} == ranks


def test_a_choice_that_leaves_no_edge_says_so_and_leads_back(open_live: OpenPage, live: Service) -> None:
    query = '{ imageClass(model: "sample", index: 1) { attributionGraph { edges { kind } } } }'
    kinds = {edge["kind"] for edge in live.ask(query)["imageClass"]["attributionGraph"]["edges"]}
    assert kinds == {"CONVOLUTION"}
    page = open_live("/?model=sample&class=1&kinds=skips")
    expect(page.locator(".kinds").get_by_role("status")).to_have_text("No edge of this graph is a skip.")
    expect(page.locator("g.edge:not(.gone)")).to_have_count(0)
    assert json.loads(saved(page, "Data (JSON)").read_text())["edgesOf"] == "skips"
    page.get_by_role("button", name="Show all edges").click()
    expect(page.locator("g.edge:not(.gone)").first).to_be_attached()
    expect(page.get_by_role("button", name="Show all edges")).to_be_hidden()
    expect(choice(page, "^all")).to_be_focused()


def test_where_kinds_are_not_known_there_is_no_legend_and_a_choice_is_told(open_page: OpenPage) -> None:
    page = open_page(f"/?model={MODEL}&class=294")
    expect(page.locator("g.edge").first).to_be_attached()
    expect(page.locator(".kinds")).to_be_hidden()
    count = page.locator("g.edge").count()
    page = open_page(f"/?model={MODEL}&class=294&kinds=skips")
    expect(page.locator(".kinds").get_by_role("status")).to_contain_text(
        "because their kinds are not known for this graph"
    )
    expect(page.locator("g.edge")).to_have_count(count)
    assert json.loads(saved(page, "Data (JSON)").read_text())["edgesOf"] == "all"
    page.get_by_role("button", name="Show all edges").click()
    expect(page).not_to_have_url(re.compile("kinds="))
    expect(page.locator(".room-explore")).to_be_focused()
    page = open_page("/?room=compare&classes=294,295&kinds=skips")
    expect(page.locator(".room-compare g.edge").first).to_be_attached()
    data = json.loads(saved(page, "Data (JSON)").read_text())
    assert data["edgesOf"] == "all" and data["edges"]


def test_a_channel_that_is_handed_on_keeps_its_column_until_lanes_are_let_go(
    open_live: OpenPage, edges: list[Edge]
) -> None:
    page = open_live(AT)
    expect(page.locator(BEADED)).to_have_count(sum(map(handed_on, edges)))
    x = dict(page.evaluate(PLACES))
    skips = [edge for edge in edges if handed_on(edge)]
    assert all(x[edge["source"]] == x[edge["target"]] for edge in skips)
    expect(page.locator(".lane").first).to_be_attached()
    grounds = page.evaluate(GROUNDS)
    assert len(grounds) == 2 and all(corners == under for corners, under in grounds)
    lanes = page.get_by_role("button", name="Lanes")
    lanes.click()
    expect(page).to_have_url(re.compile("lanes=false"))
    expect(page.locator(".lane")).to_have_count(0)
    lanes.click()
    expect(page).not_to_have_url(re.compile("lanes="))
    assert probe(page, "overlaps") == 0


def test_beads_travel_in_their_direction_unless_motion_is_reduced(open_live: OpenPage, edges: list[Edge]) -> None:
    edge = next(edge for edge in edges if edge["kind"] == "SKIP")
    for still in (False, True):
        page = open_live(f"{AT}&pin={edge['target'].split('/', 1)[1]}", still=still)
        beads = page.locator(".front .skip.input > .beads").first
        expect(beads).to_be_attached()
        if still:
            page.wait_for_timeout(400)
            assert beads.evaluate(MOVED) == 0
        else:
            page.wait_for_function(f"() => ({MOVED})(document.querySelector('.front .skip.input > .beads')) < -3")


def test_what_is_laid_over_a_graph_and_what_nobody_sees_stands_still(open_live: OpenPage, edges: list[Edge]) -> None:
    page = open_live(f"{AT}&motif={pin_of(edges[0])}", still=False)
    expect(page.locator(".front > g > g.laid")).to_have_count(1)
    page.wait_for_timeout(400)
    assert page.evaluate(OFFSET) == ""
    page = open_live(f"{AT}&pin={edges[0]['target'].split('/', 1)[1]}", still=False)
    expect(page.locator(".front .input").first).to_be_attached()
    page.wait_for_function(f"() => Number.parseFloat(({OFFSET})()) < -3")
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page.locator(".room-explore")).to_be_hidden()
    before = page.evaluate(OFFSET)
    page.wait_for_timeout(400)
    assert page.evaluate(OFFSET) == before


def test_compared_classes_have_kinds_too(open_live: OpenPage, live: Service) -> None:
    query = (
        f"""{{ compare(model: "{NAME}", classes: [0, 1], operation: UNION) {{ edges {{ source target kind }} }} }}"""
    )
    found: list[Edge] = live.ask(query)["compare"]["edges"]
    skips = [edge for edge in found if handed_on(edge)]
    assert 0 < len(skips) < len(found)
    page = open_live(COMPARED)
    expect(page.locator(".room-compare g.edge:not(.gone)")).to_have_count(len(found))
    expect(page.locator(f".room-compare {BEADED}")).to_have_count(len(skips))
    expect(page.locator(".room-compare").get_by_role("button", name="Lanes")).to_be_hidden()
    choice(page, "^skip").click()
    expect(page).to_have_url(re.compile("kinds=skips"))
    expect(page.locator(".room-compare g.edge:not(.gone)")).to_have_count(len(skips))
    rows = list(csv.DictReader(saved(page, "Edges (CSV)").read_text().splitlines()))
    assert {(row["source"], row["target"], row["kind"]) for row in rows} == {
        (edge["source"], edge["target"], edge["kind"]) for edge in skips
    }
    assert faults(page) == []


def test_three_compared_classes_have_lanes(open_live: OpenPage) -> None:
    page = open_live(f"/?room=compare&model={NAME}&classes=0,1,2&operation=UNION&look=graph")
    expect(page.locator(".room-compare .lane").first).to_be_attached()
    page.locator(".room-compare").get_by_role("button", name="Lanes").click()
    expect(page.locator(".room-compare .lane")).to_have_count(0)


def test_of_three_compared_classes_the_head_counts_the_edges_that_are_drawn(open_live: OpenPage, live: Service) -> None:
    query = f"""{{ compare(model: "{NAME}", classes: [0, 1, 2], operation: UNION) {{ edges {{ kind }} }} }}"""
    found: list[Edge] = live.ask(query)["compare"]["edges"]
    kept = sum(map(handed_on, found))
    assert 0 < kept < len(found)
    page = open_live(f"/?room=compare&model={NAME}&classes=0,1,2&operation=UNION&look=graph")
    head = page.locator(".room-compare .zonehead").first
    expect(head).to_contain_text(f"· {len(found):,} of {len(found):,} edges")
    choice(page, "^skip").click()
    expect(page.locator(".room-compare g.edge:not(.gone)")).to_have_count(kept)
    expect(head).to_contain_text(f"· {kept:,} of {len(found):,} edges")


@pytest.mark.parametrize("address", [AT, f"{COMPARED}&kinds=skips"])
def test_on_paper_the_legend_stays_without_its_controls(open_live: OpenPage, address: str) -> None:
    page = open_live(address)
    bar = page.locator(".kinds:visible")
    words = bar.locator(".choices .word")
    expect(words).to_have_count(len(WORDS))
    page.emulate_media(media="print")
    for k in range(len(WORDS)):
        expect(words.nth(k)).to_be_visible()
    expect(bar.get_by_role("button", name=re.compile("^(all|Lanes|Probability|Show)"))).to_have_count(0)
    assert len(set(words.evaluate_all("(words) => words.map((word) => getComputedStyle(word).color)"))) == 1
    expect(page.locator(".cut:visible, .cutbar select:visible")).to_have_count(0)


def test_on_a_phone_the_legend_of_a_comparison_stays_at_the_left(open_live: OpenPage) -> None:
    page = open_live(COMPARED, width=360, height=740)
    expect(choice(page, "^skip")).to_be_visible()
    page.locator(".room-compare .middle").evaluate("(middle) => middle.scrollTo({ left: 400, behavior: 'instant' })")
    page.wait_for_function("() => document.querySelector('.room-compare .middle').scrollLeft > 100")
    assert page.locator(".room-compare .kindhost").evaluate("(host) => host.getBoundingClientRect().left") == 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_legend_is_legible_and_fits_a_phone(open_live: OpenPage, dark: bool) -> None:
    page = open_live(AT, dark=dark, width=360, height=740)
    expect(page.locator(".kinds")).to_be_visible()
    assert probe(page, "clipped") == []
    assert probe(page, "faintTexts") == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_published_copy_has_kinds(
    browser: Browser, live: Service, summit: Command, tmp_path: Path, edges: list[Edge]
) -> None:
    assert live.home is not None
    made = summit("export-site", NAME, "--to", tmp_path / "site", home=live.home)
    assert made.returncode == 0, made.stderr
    query = f"""{{ imageClass(model: "{NAME}", index: 0) {{ attributionGraph {{ edges {{ kind }} }} }}
      compare(model: "{NAME}", classes: [0, 1], operation: UNION) {{ edges {{ kind }} }} }}"""
    told = live.ask(query)
    with serving_files(tmp_path / "site") as server, opening(browser, server) as open_:
        page = open_("/?class=0")
        stored = told["imageClass"]["attributionGraph"]["edges"]
        expect(page.locator("g.edge:not(.gone)")).to_have_count(len(stored))
        expect(page.locator(BEADED)).to_have_count(sum(map(handed_on, stored)))
        expect(page.locator(".kinds")).to_be_visible()
        page.goto("/?room=compare&classes=0,1")
        expect(page.locator(f".room-compare {BEADED}")).to_have_count(sum(map(handed_on, told["compare"]["edges"])))
        expect(page.get_by_text("Telling which differences are beyond resampling needs a Summit Graph")).to_be_visible()
