"""Compare in a real browser: places, counts and overlaps are those of the API."""

import csv
import json
import re
from collections.abc import Callable
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Service
from tests.e2e.looking import MODEL, comparison_of, graph_of, probe, reach, write_name

OpenPage = Callable[..., Page]
Shoot = Callable[[Page, str], None]
BEARS = "/?room=compare&classes=294,295"


@pytest.fixture
def bears(open_page: OpenPage) -> Page:
    page = open_page(BEARS)
    expect(page.locator("g.node").first).to_be_visible()
    return page


def open_rows(page: Page) -> None:
    """Show the channels that rows had no room for."""
    while (hidden := page.get_by_role("button", name=re.compile("^show .* more channels"))).count():
        hidden.first.click()
    page.mouse.move(0, 0)  # what has come to stand under the mouse would be lit


def test_a_comparison_is_opened_from_a_class(open_page: OpenPage) -> None:
    page = open_page("/?class=294")
    page.get_by_role("button", name="Compare with…").click()
    page.get_by_label("Compare with a class").first.fill("American black")
    page.get_by_role("option", name="American black bear").click()
    expect(page).to_have_url(re.compile(r"room=compare&model=[^&]*&classes=294,295$"))
    expect(page).to_have_title("brown bear · American black bear · Summit Graph")


def test_the_place_says_whose_a_channel_is(bears: Page, running: Service, shoot: Shoot) -> None:
    channels = comparison_of(running, 294, 295)["channels"]
    for tone, classes in (("a", [294]), ("both", [294, 295]), ("b", [295])):
        wanted = [item for item in channels if sorted(item["classes"]) == classes]
        expect(bears.locator(f"g.node.{tone}")).to_have_count(len(wanted))
        expect(bears.locator(f".zonehead.{tone}")).to_contain_text(f"{len(wanted)} channels")
    right = bears.locator("g.node.a").evaluate_all(
        "(nodes) => Math.max(...nodes.map((n) => n.getBoundingClientRect().right))"
    )
    middle = bears.locator("g.node.both").evaluate_all("(nodes) => nodes.map((n) => n.getBoundingClientRect().left)")
    assert right < min(middle)
    assert bears.locator(".room-compare .graph > g").first.get_attribute("transform") == "translate(0,0) scale(1)"
    assert (probe(bears, "coveredNumbers"), probe(bears, "overlaps")) == (0, 0)
    shoot(bears, "compare")


def test_each_row_ends_with_its_overlap(bears: Page, running: Service) -> None:
    layers = comparison_of(running, 294, 295)["layers"]
    drawn = [float(text) for text in bears.locator(".tails .value").all_text_contents()]
    assert drawn == pytest.approx([layer["jaccard"] for layer in layers], abs=0.0051)
    expect(bears.locator(".tails .note")).to_have_text([f"{layer['shared']} of {layer['union']}" for layer in layers])


def test_edges_only_the_second_class_has_are_dashed(bears: Page, running: Service) -> None:
    edges = comparison_of(running, 294, 295)["edges"]
    expect(bears.locator("g.edge.b")).to_have_count(sum(edge["classes"] == [295] for edge in edges))
    dash = bears.locator("g.edge.b .line").first.evaluate("(path) => getComputedStyle(path).strokeDasharray")
    solid = bears.locator("g.edge.a .line").first.evaluate("(path) => getComputedStyle(path).strokeDasharray")
    assert (dash != "none", solid) == (True, "none")


def test_an_edge_s_ends_are_pinned_where_it_is_shown(open_page: OpenPage, running: Service) -> None:
    edge = comparison_of(running, 294, 295)["edges"][0]
    source, target = (edge[end].partition("/")[2] for end in ("source", "target"))
    page = open_page(f"{BEARS}&pin={source}>{target}")
    expect(page.locator(".detail h2")).to_have_text("Edge")
    page.locator(".ends .end").last.click()
    expect(page).to_have_url(re.compile(f"room=compare&.*pin={target}$"))
    expect(page.locator(".detail h2")).to_have_text(target.replace("/", " / "))


def test_sides_are_swapped(bears: Page) -> None:
    ours = bears.locator("g.node.a").count()
    bears.get_by_role("button", name="Swap sides").click()
    expect(bears).to_have_url(re.compile("classes=295,294"))
    expect(bears.locator("g.node.b")).to_have_count(ours)
    bears.go_back()
    expect(bears.locator("g.node.a")).to_have_count(ours)


def test_what_was_pressed_keeps_the_focus(bears: Page) -> None:
    swap = bears.get_by_role("button", name="Swap sides")
    swap.press("Enter")
    expect(bears).to_have_url(re.compile("classes=295,294"))
    expect(swap).to_be_focused()


def test_a_class_that_is_chosen_for_the_other_changes_sides_with_it(bears: Page) -> None:
    bears.get_by_role("button", name="brown bear", exact=True).click()
    bears.get_by_label("Choose a class").first.fill("american black")
    bears.get_by_role("option", name="American black bear").click()
    expect(bears).to_have_url(re.compile("classes=295,294$"))


def test_the_zones_names_follow_the_drawing(bears: Page) -> None:
    def places() -> list[tuple[float, float]]:
        boxes = [bears.locator(place).bounding_box() for place in (".zonehead.both", "rect.zone")]
        return [(box["x"], box["width"]) for box in boxes if box]

    for key in ("+", "+", "-", "0"):
        bears.keyboard.press(key)
        bears.wait_for_timeout(400)
        name, zone = places()
        assert name == pytest.approx(zone, abs=1.5)
        if key == "-":
            bears.mouse.move(700, 800)
            bears.mouse.down()
            bears.mouse.move(500, 800)
            bears.mouse.up()
            name, zone = places()
            assert name == pytest.approx(zone, abs=1.5)


@pytest.mark.parametrize(
    ("classes", "pin"), [((0, 999), "mixed4a/424"), ((294, 295), "mixed4d/431"), ((294, 295, 296), "mixed4c/415")]
)
def test_paths_are_walked_in_each_class_s_own_graph(
    open_page: OpenPage, running: Service, classes: tuple[int, ...], pin: str
) -> None:
    channel = f"{MODEL}/{pin}"
    graphs = {index: graph_of(running, index) for index in classes}
    walked = {
        index: (reach(graph["edges"], channel, "target", "source"), reach(graph["edges"], channel, "source", "target"))
        for index, graph in graphs.items()
    }
    lit = set[str]().union(*(below | above for below, above in walked.values()))
    names = ",".join(map(str, classes))
    page = open_page(f"/?room=compare&classes={names}&operation=UNION&look=graph&pin={pin}&trace=true")
    expect(page.locator("g.node.lit").first).to_be_visible()
    open_rows(page)
    expect(page.locator("g.node.lit")).to_have_count(len(lit))
    said = [
        f"reach{len(below) - 1} below, {len(above) - 1} above"
        for index, (below, above) in walked.items()
        if any(item["channel"]["id"] == channel for item in graphs[index]["channels"])
    ]
    if len(classes) == 2:
        expect(page.locator(".fact", has_text="reach")).to_have_text(said)


def test_more_classes_than_can_be_drawn_are_said_to_be_left_out(open_page: OpenPage) -> None:
    page = open_page(f"/?room=compare&classes={','.join(map(str, range(20)))}")
    expect(page.locator(".classesbar")).to_contain_text("the first 12 of 20")


def test_a_shared_channel_tells_both_counts(bears: Page, shoot: Shoot) -> None:
    bears.locator('g.node[aria-label^="mixed4e/759,"] .picture').hover()
    facts = bears.locator(".portrait .facts")
    expect(facts.locator(".fact.a b").first).to_have_text("535")
    expect(facts.locator(".fact.b b").first).to_have_text("423")
    shoot(bears, "compare-hover")


def test_more_than_two_classes_become_a_presence_matrix(open_page: OpenPage, running: Service, shoot: Shoot) -> None:
    page = open_page("/?room=compare&classes=294,295,296,297")
    channels = comparison_of(running, 294, 295, 296, 297)["channels"]
    rows = page.locator(".matrix tbody tr:not(.block)")
    expect(rows).to_have_count(sum(len(item["classes"]) >= 2 for item in channels))
    page.get_by_role("slider").fill("4")
    expect(rows).to_have_count(sum(len(item["classes"]) == 4 for item in channels))
    shoot(page, "matrix")
    first = page.locator(".matrix .neighbour").first
    channel = (first.get_attribute("data-channel") or "").removeprefix(f"{MODEL}/")
    write_name(page, channel, "my name")
    expect(first).to_have_text(f"{channel.rsplit('/')[-1]} my name")
    page.get_by_role("button", name="Take ice bear out").click()
    expect(page).to_have_url(re.compile("classes=294,295,297"))


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        ("INTERSECTION", "in all 3 classes"),
        ("UNION", "in any of the classes"),
        ("DIFFERENCE", "only in brown bear"),
        ("SYMMETRIC_DIFFERENCE", "in an odd number of classes"),
    ],
)
def test_every_operation_draws_the_graph_of_the_api(
    open_page: OpenPage, running: Service, operation: str, words: str
) -> None:
    answer = comparison_of(running, 294, 295, 296, operation=operation)
    channels = {item["channel"]["id"] for item in answer["channels"]}
    ends = {edge[end] for edge in answer["edges"] for end in ("source", "target")}
    page = open_page("/?room=compare&classes=294,295,296")
    page.get_by_label("What is shown").select_option(words)
    expect(page).to_have_url(re.compile(f"operation={operation}"))
    head = page.locator(".zonehead").first
    expect(head).to_contain_text(f"{words}{len(channels)} of ")
    expect(head).to_contain_text(f" {len(answer['edges'])} of ")
    open_rows(page)
    expect(page.locator("g.edge:not(.gone)")).to_have_count(len(answer["edges"]))
    expect(page.locator("g.node:not(.gone)")).to_have_count(len(channels | ends))
    assert (probe(page, "coveredNumbers"), probe(page, "overlaps")) == (0, 0)


def test_the_difference_is_taken_from_any_of_the_classes(open_page: OpenPage, running: Service) -> None:
    page = open_page("/?room=compare&classes=294,295,296")
    page.get_by_label("What is shown").select_option("only in ice bear")
    expect(page).to_have_url(re.compile("classes=296,294,295&operation=DIFFERENCE"))
    answer = comparison_of(running, 296, 294, 295, operation="DIFFERENCE")
    expect(page.locator(".zonehead").first).to_contain_text(f"only in ice bear{len(answer['channels'])} of ")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as saved:
        page.get_by_role("menuitem", name="Data (JSON)").click()
    data = json.loads(saved.value.path().read_text())
    assert (data["compared"], data["operation"]) == ([296, 294, 295], "DIFFERENCE")
    assert len(data["edges"]) == len(answer["edges"])


def exported(page: Page, item: str) -> Path:
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as saved:
        page.get_by_role("menuitem", name=item).click()
    return Path(saved.value.path())


def test_a_comparison_is_saved_whole_with_where_it_comes_from(open_page: OpenPage, running: Service) -> None:
    answer = comparison_of(running, 294, 295)
    page = open_page("/?room=compare&classes=294,295")
    expect(page.locator("g.node").first).to_be_visible()
    for _ in range(3):
        page.keyboard.press("+")
    picture = exported(page, "Picture (SVG)").read_text()
    assert picture.count("data:image/jpeg") == len(answer["channels"])
    for words in ("brown bear", "American black bear", "only brown bear", "both", "only American black bear"):
        assert re.search(rf"<text[^>]*>{words}</text>", picture)
    view_box = re.search(r'^<svg[^>]* viewBox="0 -?[0-9.]+ ([0-9.]+) ', picture)
    assert view_box and float(view_box[1]) >= page.locator("svg.graph").evaluate("(svg) => svg.clientWidth")

    data = json.loads(exported(page, "Data (JSON)").read_text())
    assert (data["model"], data["dataset"], data["graphThreshold"]) == (MODEL, "ImageNet", 7.5)
    assert data["address"] == page.url and data["version"] and datetime.fromisoformat(data["date"])
    rows = list(csv.DictReader(StringIO(exported(page, "Channels (CSV)").read_text())))
    counts = {row["id"]: [int(row[f"count_{index}"]) for index in (294, 295) if row[f"count_{index}"]] for row in rows}
    assert counts == {item["channel"]["id"]: item["counts"] for item in answer["channels"]}
    edges = list(csv.DictReader(StringIO(exported(page, "Edges (CSV)").read_text())))
    assert [(row["source"], row["target"]) for row in edges] == [(e["source"], e["target"]) for e in answer["edges"]]
    pairs = list(csv.DictReader(StringIO(exported(page, "Pairs (CSV)").read_text())))
    assert {(row["Source"], row["Target"]) for row in pairs} == {(e["source"], e["target"]) for e in answer["edges"]}
    assert {row["Class"] for row in pairs} == {"294 295"}


def test_three_classes_are_a_graph_that_can_be_a_matrix(open_page: OpenPage, running: Service, shoot: Shoot) -> None:
    page = open_page("/?room=compare&classes=294,295,296")
    held = comparison_of(running, 294, 295, 296, operation="AT_LEAST", at_least=2)
    expect(page.locator("g.edge:not(.gone)")).to_have_count(len(held["edges"]))
    expect(page.locator('g.node[aria-label="mixed4e/759, in 3 of 3 classes"]')).to_be_visible()
    shoot(page, "compare-three")
    page.get_by_role("slider").fill("3")
    expect(page).to_have_url(re.compile("atLeast=3"))
    everywhere = comparison_of(running, 294, 295, 296, operation="INTERSECTION")
    expect(page.locator("g.edge:not(.gone)")).to_have_count(len(everywhere["edges"]))
    page.get_by_role("button", name="Matrix").click()
    expect(page.locator(".matrix tbody tr:not(.block)")).to_have_count(len(everywhere["channels"]))
    page.go_back()
    expect(page.locator("g.node").first).to_be_visible()


def test_two_classes_differ_by_as_much_as_the_stored_query_says(bears: Page, running: Service) -> None:
    query = 'query ($p: JSON) { storedQuery(name: "difference_channels", parameters: $p) { rows } }'
    parameters = {"classes": [f"{MODEL}/294", f"{MODEL}/295"], "first": 1, "limit": 6}
    rows = running.ask(query, p=parameters)["storedQuery"]["rows"]
    drawn = bears.locator(".neighbour:is(.a, .b)")
    expect(drawn).to_have_count(6)
    minus = "\N{MINUS SIGN}"
    told = [f"{row[0].split('/', 1)[1]}{100 * row[3]:+.0f}".replace("-", minus) for row in rows]
    expect(drawn).to_have_text(told)
    expect(bears.get_by_text("A channel outside one of the graphs counts as 0 there.")).to_be_visible()
    bears.locator(".all").get_by_role("link", name="edges").click()
    expect(bears.get_by_role("heading", level=1)).to_have_text("difference_edges")
    expect(bears.locator(".result tbody tr")).to_have_count(126 + 50 + 123)


def test_the_matrix_is_walked_and_pinned_with_the_keyboard(open_page: OpenPage) -> None:
    page = open_page("/?room=compare&classes=294,295,296,297")
    channels = page.locator(".matrix tbody button")
    expect(channels.first).to_be_visible()
    page.get_by_role("button", name="Export").focus()
    page.keyboard.press("Tab")
    expect(channels.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(channels.nth(1)).to_be_focused()
    expect(page.locator(".detail h2")).to_have_text(f"mixed5b / {channels.nth(1).inner_text()}")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("pin=mixed5b/"))
    expect(channels.nth(1)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".detail h2 a")).to_be_focused()


def test_names_of_many_classes_stand_side_by_side(open_page: OpenPage) -> None:
    page = open_page("/?room=compare&classes=294,295,296,297", width=1440)
    names = page.locator(".classesbar .classname")
    expect(names).to_have_count(4)
    assert len({round(box["y"]) for name in names.all() if (box := name.bounding_box())}) == 1


def test_with_too_few_classes_the_page_asks_for_more(open_page: OpenPage) -> None:
    page = open_page("/?room=compare&classes=294")
    expect(page.get_by_role("heading", level=1)).to_have_text("brown bear")
    page = open_page("/?room=compare")
    expect(page.get_by_text("Choose two classes to compare.")).to_be_visible()
    for name in ("tench", "goldfish"):
        page.locator(".notice").get_by_role("button", name=re.compile("^Choose ")).click()
        page.locator(".notice").get_by_label("Choose a class").first.fill(name)
        page.locator(".notice").get_by_role("option", name=name).first.click()
    expect(page.locator("g.node").first).to_be_visible()
    expect(page).to_have_url(re.compile("classes=0,1"))


def test_dark_and_narrow(open_page: OpenPage, shoot: Shoot) -> None:
    page = open_page(BEARS, dark=True)
    expect(page.locator("g.node").first).to_be_visible()
    shoot(page, "compare-dark")
    narrow = open_page(BEARS, width=1100, height=800)
    expect(narrow.locator("g.node").first).to_be_visible()
    assert narrow.evaluate("document.documentElement.scrollWidth") == 1100
    assert narrow.locator('g.node.a[aria-label^="mixed5b/"]').count() < 11
    narrow.get_by_role("button", name=re.compile(r"show \d+ more channels of mixed5b")).first.click()
    expect(narrow.locator('g.node.a[aria-label^="mixed5b/"]')).to_have_count(11)
