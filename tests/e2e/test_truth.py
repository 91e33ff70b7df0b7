"""Graphs by either score, and what a check found about them, in a real browser."""

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Request, expect

from bench.testbed.sample import FOUND
from tests.conftest import Service
from tests.e2e.axe import faults

OpenPage = Callable[..., Page]
AT = "/?model=sample&class=0"
GRAPH = """query($score: Score!) { imageClass(model: "sample", index: 0) { attributionGraph(score: $score) {
  channels { count channel { id } } edges { source target } output { edges { source attributed } } } } }"""
SUBSET = """query($subset: String!) { imageClass(model: "sample", index: 0) { name attributionGraph(subset: $subset) {
  channels { channel { id } } edges { source target } } } }"""
UNIFIED = f"{AT}&score=attribution&threshold=50&unified=true"
COUNTED = """{ imageClass(model: "sample", index: 0) { attributionGraph(
  threshold: 50, unified: true, score: ATTRIBUTION) {
  edges { source target weight attributed attributedOf } output { edges { source } } } } }"""
CLASS = "sample/class output/0"

DRAWN = """(ids) => JSON.stringify(ids) ===
  JSON.stringify([...document.querySelectorAll("g.node:not(.gone)")].map((node) => node.__data__.id).sort())"""


def graph_of(live: Service, score: str) -> dict[str, Any]:
    found: dict[str, Any] = live.ask(GRAPH, score=score)["imageClass"]["attributionGraph"]
    return found


def expect_drawn(page: Page, graph: dict[str, Any]) -> None:
    ids = sorted([CLASS, *(each["channel"]["id"] for each in graph["channels"])])
    page.wait_for_function(DRAWN, arg=ids)
    expect(page.locator("g.edge:not(.gone)")).to_have_count(len(graph["edges"]) + len(graph["output"]["edges"]))


def test_rows_show_what_the_class_loses_without_their_channels(open_live: OpenPage) -> None:
    page = open_live(AT)
    heads = page.locator(".heads > g")
    expect(heads).to_have_count(4)  # the class itself is on top
    widths = {layer: drop for layer, (drop, _, _) in FOUND.items()}
    for layer, drop in widths.items():
        head = heads.filter(has_text=layer)
        bar = head.locator(".drop").evaluate("(bar) => Number(bar.getAttribute('width'))")
        whole = head.locator(".track").evaluate("(bar) => Number(bar.getAttribute('width'))")
        assert bar == whole * drop / max(widths.values())
        expect(head.locator("title")).to_contain_text(
            f"log-odds fall by {drop:.2f}; without as many random ones they fall by 0.25"
        )
    column = page.get_by_role("complementary", name="Details")
    expect(column).to_contain_text("costs 1.17 of the class's log-odds on average; as many random channels cost 0.25")
    assert faults(page) == []
    page.keyboard.press("d")
    layers = page.get_by_role("region").locator("section", has_text="Layers (3)").locator("table")
    expect(layers.get_by_role("columnheader", name="loss without them, log-odds")).to_be_visible()
    expect(layers.locator("tbody tr").first).to_contain_text("2")


def asking_for(order: str) -> Callable[[Request], bool]:
    return lambda request: f'"{order}"' in (request.post_data or "")


def test_classes_are_listed_by_what_they_lose_without_their_graphs_channels(open_live: OpenPage) -> None:
    page = open_live(AT)
    rows = page.locator(".classes .item")
    by_loss = page.get_by_role("button", name="Faithfulness")
    for direction, arrow, order in (("drop", "↓", "DROP_DESCENDING"), ("drop-up", "↑", "DROP_ASCENDING")):
        with page.expect_request(asking_for(order)):
            by_loss.click()
        expect(page).to_have_url(re.compile(f"sort={direction}(&|$)"))
        expect(by_loss).to_have_text(f"Faithfulness {arrow}")
        expect(rows.first.locator(".accuracy")).to_have_text("1.17")
        expect(rows.first).to_have_attribute("title", re.compile(r"one layer at a time, its log-odds fall by 1\.17"))
        expect(rows.nth(1)).to_have_attribute("title", re.compile("its graph was not checked"))
        expect(rows.nth(1).locator(".accuracy")).to_have_count(0)
    page.get_by_label("Graphs by").select_option("attribution")  # by which nothing was checked
    expect(by_loss).to_be_hidden()
    expect(page.get_by_role("button", name="Index", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(rows.first.locator(".accuracy")).to_have_text("80 %")
    page.get_by_label("Graphs by").select_option("activation")
    expect(by_loss).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Accuracy").click()
    expect(rows.first.locator(".accuracy")).to_have_text("80 %")


def test_the_map_lists_classes_by_what_they_lose_of_graphs_by_activation(open_live: OpenPage) -> None:
    page = open_live("/?room=map&model=sample&class=0&sort=drop&score=attribution")
    row = page.locator(".room-map .classes .item").first
    expect(row.locator(".accuracy")).to_have_text("1.17")


def test_a_graph_that_was_not_checked_has_no_bars(open_live: OpenPage) -> None:
    page = open_live("/?model=sample&class=0&score=attribution")
    expect(page.locator(".heads > g")).to_have_count(4)
    expect(page.locator(".heads .loss:visible")).to_have_count(0)
    page = open_live(f"{AT}&threshold=40")  # another cut than the one that was checked
    expect(page.locator(".heads > g")).to_have_count(4)
    expect(page.locator(".heads .loss:visible")).to_have_count(0)


def test_graphs_are_chosen_by_their_score(open_live: OpenPage, live: Service) -> None:
    by_activation, by_attribution = graph_of(live, "ACTIVATION"), graph_of(live, "ATTRIBUTION")
    assert by_activation != by_attribution
    page = open_live(AT)
    expect_drawn(page, by_activation)
    page.get_by_label("Graphs by").select_option("attribution")
    expect(page).to_have_url(re.compile("score=attribution"))
    expect_drawn(page, by_attribution)
    page.go_back()
    expect(page.get_by_label("Graphs by")).to_have_value("activation")
    expect_drawn(page, by_activation)


def test_the_class_stands_above_the_last_layer(open_live: OpenPage) -> None:
    page = open_live("/?model=sample&class=0&score=attribution")
    column = page.get_by_role("complementary", name="Details")
    expect(column).to_contain_text("+3.38 bias +0.500")
    itself = page.locator('[aria-label^="the class"]')
    expect(itself).to_have_count(1)
    page.locator("g.node[aria-label^='top/1']").focus()
    page.keyboard.press("ArrowUp")
    expect(itself).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("pin=class"))
    expect(column).to_contain_text("mean score")
    page = open_live("/?model=sample&class=0&score=attribution&pin=top/1")
    column = page.get_by_role("complementary", name="Details")
    column.get_by_role("button", name=re.compile("the edge with")).last.click()
    expect(column).to_contain_text("+3.00 +2.00")
    expect(column).to_contain_text("12 of 50 pictures")
    assert faults(page) == []
    page.keyboard.press("d")
    table = page.get_by_role("region").locator("table").nth(2)
    expect(table.get_by_role("columnheader", name="contribution")).to_be_visible()
    expect(table.locator("tbody tr").first).to_contain_text("top/1")


def test_edges_are_weighed_by_attribution_where_that_was_counted(open_live: OpenPage, live: Service) -> None:
    graph = live.ask(COUNTED)["imageClass"]["attributionGraph"]
    counts = {
        f"{each['source']}>{each['target']}": each["attributed"]
        for each in graph["edges"]
        if each["attributed"] is not None
    }
    assert 0 < len(counts) < len(graph["edges"]) and len(set(counts.values())) > 1
    page = open_live(f"{UNIFIED}&pin=middle/1>top/1")
    column = page.get_by_role("complementary", name="Details")
    expect(column.locator(".fact", has_text="by attribution")).to_have_text("by attribution5 of 8 pictures")
    page.get_by_role("button", name="View", exact=True).click()
    choice, slider = page.get_by_label("Edges, weighed"), page.get_by_role("slider", name="edge weight")
    expect(page.get_by_text(f"{len(graph['edges'])} of {len(graph['edges'])} edges shown")).to_be_visible()
    slider.fill("3")
    expect(page).to_have_url(re.compile("weight=3"))
    choice.select_option("attribution")
    expect(page).to_have_url(re.compile("&weighed=attribution"))
    expect(page).not_to_have_url(re.compile("weight="))  # it counts other pictures now
    missing = len(graph["edges"]) - len(counts)
    expect(page.get_by_text(f"{len(counts)} of {len(counts)} edges shown, {missing} not counted")).to_be_visible()
    assert faults(page) == []
    drawn = page.locator("g.edge:not(.gone)")
    expect(drawn).to_have_count(len(counts) + len(graph["output"]["edges"]))
    told = dict(drawn.evaluate_all("(edges) => edges.map(({ __data__: { id, weight } }) => [id, weight])"))
    assert {edge: weight for edge, weight in told.items() if edge in counts} == counts
    expect(page.locator("#shown")).to_contain_text("edges, weighed by attribution")
    slider.fill("1")
    few = [edge for edge, count in counts.items() if count]
    expect(page.get_by_text(f"{len(few)} of {len(counts)} edges shown")).to_be_visible()
    expect(page).to_have_url(re.compile("weight=1&weighed=attribution"))
    page.goto(f"{UNIFIED}&weight=1&weighed=attribution&pin=middle/1")
    expect(column).to_contain_text("1, pictures by attribution, of 8")
    page.keyboard.press("d")
    table = page.get_by_role("region").locator("table").nth(1)
    expect(table.get_by_role("columnheader", name="by attribution")).to_be_visible()
    expect(table.locator("tbody tr")).to_have_count(len(few))
    page.get_by_role("button", name="View", exact=True).click()
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(page).not_to_have_url(re.compile("weigh"))


def test_a_graph_whose_edges_were_not_counted_by_attribution_has_no_trace_of_it(open_live: OpenPage) -> None:
    page = open_live("/?model=sample&class=1&weighed=attribution&weight=999")  # which is a weight by attribution
    expect(page.locator("g.edge:not(.gone)").first).to_be_attached()
    page.get_by_role("button", name="View", exact=True).click()
    expect(page.get_by_role("slider", name="edge weight")).to_be_visible()
    expect(page.get_by_label("Edges, weighed")).to_be_hidden()
    expect(page.get_by_text("weighed by attribution")).to_have_count(0)
    page.get_by_role("slider", name="edge weight").fill("1")
    expect(page).to_have_url(re.compile("weight=1"))
    expect(page).not_to_have_url(re.compile("weighed="))


def test_a_class_without_attribution_counts_has_no_row_of_its_own(open_live: OpenPage) -> None:
    page = open_live("/?model=sample&class=1")
    expect(page.locator(".heads > g")).to_have_count(3)
    expect(page.locator("[aria-label^='the class']")).to_have_count(0)


def test_a_class_without_a_graph_by_attribution_says_so_and_leads_back(open_live: OpenPage) -> None:
    page = open_live("/?model=sample&class=1&score=attribution")
    expect(page.get_by_text("sample/1 has no attribution counts")).to_be_visible()
    page.get_by_role("link", name="Show the graph by activation").click()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("g.node:not(.gone)").first).to_be_visible()
    expect(page).not_to_have_url(re.compile("score="))


def test_a_model_with_graphs_by_activation_alone_offers_no_choice(open_live: OpenPage) -> None:
    page = open_live("/?model=tower&class=1")
    expect(page.locator("g.node:not(.gone)").first).to_be_visible()
    expect(page.get_by_label("Graphs by")).to_be_hidden()


def test_classes_are_compared_by_activation_where_one_has_no_other_graph(open_live: OpenPage) -> None:
    page = open_live("/?room=compare&model=sample&classes=0,1&score=attribution")
    page.get_by_role("link", name="Compare graphs by activation").click()
    expect(page.locator(".room-compare g.node:not(.gone)").first).to_be_visible()
    expect(page.locator(".room-compare").get_by_label("Graphs by")).to_have_value("activation")


def test_both_graphs_of_a_class_are_compared_like_two_classes(open_live: OpenPage, live: Service) -> None:
    graphs = [graph_of(live, score) for score in ("ACTIVATION", "ATTRIBUTION")]
    ours, theirs = ({each["channel"]["id"] for each in graph["channels"]} for graph in graphs)
    assert ours != theirs
    page = open_live(f"{AT}&score=attribution")
    page.get_by_role("link", name="Its graph by activation against the one by attribution").click()
    expect(page).to_have_url(re.compile("room=compare.*classes=0.*subset=activation"))
    room = page.locator(".room-compare")
    heads = room.locator(".zonehead.zone")
    expect(heads.nth(0)).to_contain_text(f"only activation{len(ours - theirs)} channel")
    expect(heads.nth(1)).to_contain_text(f"{len(ours & theirs)} channel")
    expect(heads.nth(2)).to_contain_text(f"only attribution{len(theirs - ours)} channel")
    column = page.get_by_role("complementary", name="Details")
    expect(column).to_contain_text("Graphs of the class by activation and by attribution, of the same pictures.")
    expect(column).not_to_contain_text("Largest differences")  # of counts of different things
    expect(room.get_by_label("Graphs by")).to_be_hidden()
    assert faults(page) == []
    page = open_live("/?room=compare&model=sample&classes=1&subset=attribution")
    expect(page.locator(".room-compare")).to_contain_text("class sample/1 has no attribution counts")
    for without in ("/?model=tower&class=1", "/?model=sample&class=1"):
        page = open_live(without)
        expect(page.locator("g.node:not(.gone)").first).to_be_visible()
        expect(page.get_by_role("link", name="Its graph by activation against")).to_have_count(0)


def test_two_subsets_of_a_class_are_compared_from_its_statistics(open_live: OpenPage, live: Service) -> None:
    sides = {name: live.ask(SUBSET, subset=name)["imageClass"] for name in ("wrong", "right")}
    whole = sides["wrong"]["name"]
    channels = {
        name: {each["channel"]["id"] for each in of["attributionGraph"]["channels"]} for name, of in sides.items()
    }
    edges = {
        name: {(each["source"], each["target"]) for each in of["attributionGraph"]["edges"]}
        for name, of in sides.items()
    }
    assert channels["wrong"] < channels["right"]
    page = open_live(AT)
    column = page.get_by_role("complementary", name="Details")
    pair = "misclassified (10 pictures) against correctly classified (40)"
    expect(column).to_contain_text(
        f"{pair}Jaccard index of channels 0.25, below random splits (0.50 to 1.00), of edges 0.13, below"
    )
    page.keyboard.press("d")
    table = page.get_by_role("region").locator("table").last
    expect(table.locator("tbody tr")).to_have_count(4)
    expect(table.locator("tbody tr").nth(2)).to_contain_text(re.compile("channels.*bottom.*0.5"))
    page.keyboard.press("d")
    column.get_by_role("link", name=pair).click()
    expect(page).to_have_url(re.compile("room=compare&model=sample&classes=0&subset=wrong$"))
    room = page.locator(".room-compare")
    drawn = "(count) => document.querySelectorAll('.room-compare g.node:not(.gone)').length === count"
    page.wait_for_function(drawn, arg=len(channels["right"]))
    only, both = channels["right"] - channels["wrong"], edges["right"] & edges["wrong"]
    heads = room.locator(".zonehead.zone")
    expect(heads.nth(0)).to_have_text("only misclassified0 channels · 0 edges")
    expect(heads.nth(1)).to_contain_text(f"{len(channels['wrong'])} channels · {len(both)} edge")
    expect(heads.nth(2)).to_contain_text(f"only correctly classified{len(only)} channel")
    expect(page).to_have_title(f"{whole}: misclassified · correctly classified · Summit Graph")
    details = room.get_by_role("complementary", name="Details")
    expect(details).to_contain_text("below random splits")
    expect(details).to_contain_text("cut at 30 % of each layer's PageRank and 50 % of the network's PageRank")
    for left_out in ("What separates them?", "Add a class"):
        expect(room.get_by_text(left_out)).to_be_hidden()
    expect(details.get_by_role("link", name="Motifs of these classes")).to_have_count(0)
    assert faults(page) == []
    room.get_by_role("button", name="Swap sides").click()
    expect(page).to_have_url(re.compile("classes=0&subset=right$"))
    expect(heads.nth(0)).to_contain_text("only correctly classified")
    room.get_by_role("link", name=whole).click()
    expect(page.locator("h1").first).to_have_text(whole)
    expect(page).to_have_url(re.compile(r"\?model=sample&class=0$"))


def test_a_pin_that_neither_subset_has_is_named(open_live: OpenPage, live: Service) -> None:
    graph = live.ask(SUBSET, subset="right")["imageClass"]["attributionGraph"]
    held = {each["channel"]["id"].removeprefix("sample/") for each in graph["channels"]}
    stray = next(name for name in ("top/0", "top/1", "bottom/0", "bottom/1") if name not in held)
    page = open_live(f"/?room=compare&model=sample&classes=0&subset=wrong&pin={stray}")
    warning = page.locator(".room-compare .detail .warning")
    expect(warning).to_contain_text(f"{stray} is not in the graph of either side.")
    warning.get_by_role("button", name="Release").click()
    expect(page).not_to_have_url(re.compile("pin="))
    expect(warning).to_have_count(0)


def test_a_ranking_that_is_entered_from_two_subsets_asks_nothing_of_them(open_live: OpenPage) -> None:
    page = open_live("/?room=compare&model=sample&classes=0,1&look=ranking")
    ranking = page.get_by_role("table", name="Channels, by counts of pictures")
    expect(ranking).to_be_visible()
    page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Explore").click()
    page.get_by_role("complementary", name="Details").get_by_role("link", name="misclassified").first.click()
    expect(page).to_have_url(re.compile("classes=0&subset=wrong$"))
    expect(page.locator(".room-compare g.node:not(.gone)").first).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.post_data or ""))
    page.go_back()
    page.go_back()
    expect(page).to_have_url(re.compile("look=ranking"))
    expect(ranking).to_be_visible()
    with page.expect_request("**/?last"):  # those before it have been told of by then
        page.evaluate("fetch('?last')")
    assert [question for question in asked if re.search(r"sample/-|-1,", question)] == []


def test_two_subsets_are_tables_though_the_address_ranks_groups(open_live: OpenPage) -> None:
    page = open_live("/?room=compare&model=sample&classes=0&subset=wrong&look=ranking&groups=1,2")
    expect(page.locator(".room-compare g.node:not(.gone)").first).to_be_visible()
    page.keyboard.press("d")
    expect(page.get_by_role("region").locator("table").first).to_be_visible()


def test_what_is_saved_of_two_subsets_names_them(open_live: OpenPage) -> None:
    page = open_live("/?room=compare&model=sample&classes=0&subset=wrong")
    expect(page.locator("g.node:not(.gone)").first).to_be_visible()
    page.get_by_role("button", name="Export").click()
    expect(page.get_by_text("GraphML")).to_have_count(0)
    with page.expect_download() as saving:
        page.get_by_text("Channels (CSV)").click()
    assert saving.value.suggested_filename == "compare 0 wrong right channels.csv"
    names = saving.value.path().read_text().splitlines()[0].split(",")
    assert [name for name in names if "count" in name] == ["count_wrong", "count_right"]
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as saving:
        page.get_by_text("Data (JSON)").click()
    saved = json.loads(saving.value.path().read_text())
    assert (saved["compared"], saved["subsets"]) == ([0], {"-1": "wrong", "-2": "right"})
    assert [(each["index"], each["images"], each["accuracy"]) for each in saved["classes"]] == [
        (-1, 10, None),
        (-2, 40, None),
    ]


def test_what_is_no_subset_is_told(open_live: OpenPage) -> None:
    page = open_live("/?room=compare&model=sample&classes=0&subset=list:night", offline=True)
    expect(page.get_by_text("no graph by activation of a subset 'list:night' (it has: right, wrong)")).to_be_visible()
    page.get_by_role("link", name="Choose other classes").click()
    expect(page).to_have_url(re.compile("room=compare&model=sample$"))
    page = open_live("/?room=compare&model=sample&classes=0,1&subset=wrong")
    expect(page.get_by_text("“subset=wrong” in the address needs one class, not 2.")).to_be_visible()
    page = open_live("/?model=sample&class=1")
    column = page.get_by_role("complementary", name="Details")
    expect(column).to_contain_text("No subset of its pictures has a graph; summit subset RUN --wrong makes")


def test_undo_is_for_the_graph_that_was_kept_and_goes_when_the_other_is_chosen(
    open_live: OpenPage, live: Service
) -> None:
    """Last in this file: a graph that is kept again counts as another one, which no check has measured."""
    origin = """{ imageClass(model: "sample", index: 0) {
      a: attributionGraph { origin { threshold } }
      b: attributionGraph(score: ATTRIBUTION) { origin { threshold } } } }"""
    page = open_live(f"{AT}&token={live.token}")
    keep, toast = page.get_by_role("button", name="Keep this graph"), page.locator(".toast")
    page.get_by_label("Threshold in percent").fill("40")
    keep.click()
    expect(toast).to_contain_text("Kept for")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.get_by_label("Graphs by").select_option("attribution")
    expect(toast).to_be_hidden()
    found = live.ask(origin)["imageClass"]
    assert [found[name]["origin"]["threshold"] for name in ("a", "b")] == [40.0, 7.5]

    page.get_by_label("Graphs by").select_option("activation")
    expect(page.get_by_label("Threshold in percent")).to_have_value("40")
    page.get_by_label("Threshold in percent").fill("7.5")
    keep.click()
    expect(toast).to_contain_text("Kept for")
    assert live.ask(origin)["imageClass"]["a"]["origin"]["threshold"] == 7.5
