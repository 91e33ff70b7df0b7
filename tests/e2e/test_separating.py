"""What separates classes, from Compare: rankings against the API, in a real browser."""

import math
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.conftest import Service
from tests.e2e.axe import faults
from tests.e2e.looking import MODEL, comparison_of

OpenPage = Callable[..., Page]
Shoot = Callable[[Page, str], None]
BEARS = f"/?room=compare&model={MODEL}&classes=294,295"
SAMPLE = "/?room=compare&model=sample&classes=0,1&look=ranking"
CHANNELS = "Channels, by counts of pictures"
EFFECTS = "By what a class loses when a channel is switched off"
Z = 1.959964


def odds(count: int, total: int, other: int, other_total: int) -> tuple[float, float]:
    """The logarithm of the ratio of odds and the half of its interval, written apart from the page."""
    cells = [count + 0.5, other_total - other + 0.5, total - count + 0.5, other + 0.5]
    return math.log(cells[0] * cells[1] / cells[2] / cells[3]), Z * math.sqrt(sum(1 / cell for cell in cells))


def lines(page: Page, table: str) -> list[list[str]]:
    """The words of each line."""
    expect(page.get_by_role("table", name=table, exact=True)).to_be_visible()
    reading = (
        "({ tBodies }) => [...tBodies[0].rows].map(({ cells }) => [...cells].map((cell) => cell.textContent.trim()))"
    )
    found: list[list[str]] = page.get_by_role("table", name=table, exact=True).evaluate(reading)
    return found


def test_what_separates_two_classes_is_asked_from_the_comparison(
    open_page: OpenPage, running: Service, shoot: Shoot
) -> None:
    page = open_page(BEARS)
    page.get_by_role("button", name="What separates them?").click()
    expect(page).to_have_url(re.compile("look=ranking"))
    expect(page.get_by_text("is not known, so there are no odds")).to_be_visible()
    expect(page.get_by_text("excludes even odds")).to_have_count(0)
    expect(page.get_by_text("without the network, nothing can be switched off")).to_be_visible()
    channels = comparison_of(running, 294, 295)["channels"]
    page.get_by_role("button", name=f"Show all {len(channels)}").click()
    told = {row[0]: row for row in lines(page, CHANNELS)}
    assert len(told) == len(channels)
    edges = running.ask(
        "query($m: ID!) { compare(model: $m, classes: [294, 295], operation: UNION) { edges { classes weights } } }",
        m=MODEL,
    )["compare"]["edges"]
    largest = {
        index: max(
            dict(zip(row["classes"], row[name], strict=True)).get(index, 0)
            for rows, name in ((channels, "counts"), (edges, "weights"))
            for row in rows
        )
        for index in (294, 295)
    }
    for row in channels:
        counts = dict(zip(row["classes"], row["counts"], strict=True))
        _, _, words, *cells = told[row["channel"]["id"].partition("/")[2]]
        assert cells == [f"{counts[index]:,}" if index in counts else "\u2013" for index in (294, 295)]
        difference = counts.get(294, 0) / largest[294] - counts.get(295, 0) / largest[295]
        which = "brown bear" if difference > 0 else "American black bear"
        assert re.fullmatch(f"{'only ' if len(counts) == 1 else ''}{which} \\+[\\d.]+", words), words
        assert abs(float(words.partition("+")[2]) - 100 * abs(difference)) < 0.51
    assert faults(page) == []
    shoot(page, "separating")


def test_a_count_leads_to_the_class_s_own_graph_and_back(open_page: OpenPage, running: Service) -> None:
    page = open_page(f"{BEARS}&look=ranking")
    shared = next(row for row in comparison_of(running, 294, 295)["channels"] if len(row["classes"]) == 2)
    name = shared["channel"]["id"].partition("/")[2]
    page.get_by_role("button", name="Show all").first.click()
    count = shared["counts"][shared["classes"].index(295)]
    line = page.locator(f"tr[data-id='{shared['channel']['id']}']").first
    line.get_by_role("link", name=f"{count:,} pictures of American black bear").click()
    expect(page).to_have_url(re.compile(f"class=295&pin={name}"))
    details = page.locator(".room-explore").get_by_role("complementary", name="Details")
    expect(details.get_by_role("link", name=name.replace("/", " / "))).to_be_visible()
    page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Compare").click()
    expect(page).to_have_url(re.compile(f"classes=294,295&look=ranking&pin={name}"))
    expect(page.get_by_role("table", name=CHANNELS)).to_be_visible()


def test_effects_are_ranked_signed_and_have_intervals(open_live: OpenPage, live: Service) -> None:
    rows = live.ask(
        'query($p: JSON) { storedQuery(name: "effects_between", parameters: $p) { columns rows } }',
        p={"class": "sample/0", "other": "sample/1", "limit": 20},
    )["storedQuery"]
    page = open_live(SAMPLE)
    told = lines(page, EFFECTS)
    for (name, _, words, *_), row in zip(told, rows["rows"], strict=True):
        known = dict(zip(rows["columns"], row, strict=True))
        assert name.split()[0] == known["channel"].partition("/")[2]  # and a name that somebody gave it
        assert words == f"class {0 if known['difference'] > 0 else 1} {abs(known['difference']):.2f}"
    assert told[0][3:] == ["\u22120.50 \u22121.00 to 0.00", "2.00"]
    assert faults(page) == []
    page.emulate_media(color_scheme="dark")
    assert faults(page) == []


def test_counts_outside_a_graph_are_those_of_the_database(open_live: OpenPage) -> None:
    page = open_live(SAMPLE)
    expect(page.get_by_role("table", name=CHANNELS)).to_contain_text("stripes")  # names come later
    told = {row[0]: row[2:] for row in lines(page, CHANNELS)}
    log, wide = odds(10, 50, 1, 50)
    interval = f"{math.exp(log - wide):.1f} to {math.exp(log + wide):.0f}"
    assert told["bottom/0"] == [f"class 0 {math.exp(log):.1f} \u00d7{interval}", "10", "1 out"]
    assert told["middle/1 stripes"][1:] == ["4 out", "9"]
    page.keyboard.press("d")
    table = page.get_by_role("region").get_by_role("table", name="Channels by odds")
    expect(table.locator("tbody tr")).to_have_count(len(told))
    expect(table).to_contain_text("excludes 1")


def test_effects_that_were_not_measured_name_the_command(open_live: OpenPage) -> None:
    page = open_live("/?room=compare&model=tower&classes=0,1,2&look=ranking")
    expect(page.get_by_text("summit check tower --channels --classes 0,1,2")).to_be_visible()
    assert {len(row) for row in lines(page, CHANNELS)} == {6}
    assert faults(page) == []


def test_two_groups_are_separated_by_their_classes(open_page: OpenPage, running: Service) -> None:
    page = open_page(f"/?room=compare&model={MODEL}")
    page.get_by_role("link", name="Compare two groups").click()
    page.get_by_label("First group").select_option("n02131653")
    page.get_by_label("Second group").select_option("n02120997")
    expect(page).to_have_url(re.compile("groups=n02131653,n02120997"))
    expect(page.locator(".room-compare .notice")).to_be_hidden()
    expect(page.get_by_role("heading", name="What separates bear from feline?")).to_be_visible()
    title = "Channels, by classes whose graphs have them"
    members = {
        group["wnid"]: [f"{MODEL}/{index}" for index in group["classes"]]
        for group in running.ask("query($m: ID!) { groups(model: $m) { wnid classes } }", m=MODEL)["groups"]
    }
    bears, cats = members["n02131653"], members["n02120997"]
    found = running.ask(
        'query($p: JSON) { storedQuery(name: "separating_channels", parameters: $p) { columns rows } }',
        p={"classes": bears, "others": cats, "limit": 5000},
    )["storedQuery"]
    rows = [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]
    told = lines(page, title)
    held = {row["channel"].partition("/")[2]: (row["here"], row["there"]) for row in rows}
    sure = [
        abs(log) - wide for here, there in held.values() for log, wide in [odds(here, len(bears), there, len(cats))]
    ]
    shown = [odds(held[row[0]][0], len(bears), held[row[0]][1], len(cats)) for row in told]
    assert [abs(log) - wide for log, wide in shown] == sorted(sure, reverse=True)[: len(told)]
    for row in told:
        here, there = held[row[0]]
        assert row[3:] == [f"{here} of {len(bears)}", f"{there} of {len(cats)}"]
    assert faults(page) == []
    with page.expect_download() as saved:
        page.get_by_role("button", name="Export").click()
        page.get_by_role("menuitem", name="Channels by odds (CSV)").click()
    first, *_ = Path(saved.value.path()).read_text().splitlines()[1:]
    assert first.startswith(f"{MODEL}/{told[0][0]},")
    page.get_by_label("First group").select_option("")
    expect(page.get_by_role("link", name="Compare two groups")).to_be_visible()
    page.goto(f"/?room=compare&model={MODEL}&look=ranking&groups=n02131653,n02131653")
    expect(page.get_by_text("is on both sides. Choose two groups.")).to_be_visible()
    page.get_by_label("Second group").select_option("n02120997")
    page.locator("tr[data-id] a").first.click()
    expect(page).to_have_url(re.compile("group=n02131653"))


def test_groups_in_an_address_are_ranked_without_another_word(open_page: OpenPage) -> None:
    page = open_page("/?room=compare&groups=n02131653,n02075296")
    expect(page.get_by_role("heading", name="What separates bear from carnivore?")).to_be_visible()


def test_explore_and_compare_remember_one_another(open_page: OpenPage) -> None:
    page = open_page(f"/?model={MODEL}&class=295&pin=mixed4d/431&min=100")
    expect(page.locator("g.node").first).to_be_visible()
    page.get_by_role("button", name="Compare with…").click()
    page.get_by_label("Compare with a class").first.fill("brown bear")
    page.get_by_role("option", name="brown bear").click()
    expect(page).to_have_url(re.compile("classes=295,294&pin=mixed4d/431"))
    page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Explore").click()
    expect(page).to_have_url(re.compile("class=295&pin=mixed4d/431.*min=100"))
    page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Compare").click()
    expect(page).to_have_url(re.compile("classes=295,294&pin=mixed4d/431"))
    page.reload()
    page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Explore").click()
    expect(page).to_have_url(re.compile("class=295&pin=mixed4d/431"))


def test_a_pinned_channel_stays_so_on_the_map(open_page: OpenPage, mapped: None) -> None:
    page = open_page(f"/?model={MODEL}&class=295&pin=mixed4d/431")
    expect(page.locator("g.node").first).to_be_visible()
    page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Map").click()
    expect(page).to_have_url(re.compile("room=map.*pin=mixed4d/431"))
    expect(page.get_by_role("button", name="170 classes use mixed4d/431")).to_be_visible()
    page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Query").click()
    expect(page).not_to_have_url(re.compile("pin="))


def test_a_ranking_fits_a_phone(open_page: OpenPage) -> None:
    page = open_page(f"{BEARS}&look=ranking&pin=mixed5a/33", width=360, height=780)
    expect(page.get_by_role("table", name=CHANNELS)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert faults(page) == []
    wide = page.get_by_role("region", name=f"{CHANNELS}, a table")
    wide.focus()
    wide.evaluate("(table) => (table.scrollLeft = 40)")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="mixed5a/33", pressed=False).first).to_be_visible()
    expect(wide).to_be_focused()
    assert wide.evaluate("({ scrollLeft }) => scrollLeft") == 40


def test_a_ranking_of_groups_is_called_so_and_offered_where_there_are_groups(
    open_page: OpenPage, open_live: OpenPage
) -> None:
    page = open_page(f"{BEARS}&groups=n02131653,n02120997")
    expect(page.get_by_role("heading", level=1)).to_have_text("bear compared with feline")
    expect(page).to_have_title("bear \u00b7 feline \u00b7 Summit Graph")
    page.get_by_label("First group").select_option("")
    expect(page).to_have_title("brown bear \u00b7 American black bear \u00b7 Summit Graph")
    page = open_live("/?room=compare&model=tower")
    expect(page.get_by_text("Choose two classes to compare.")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("link", name="Compare two groups")).to_be_hidden()
