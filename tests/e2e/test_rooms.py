"""Motifs, Query and Channel in a real browser."""

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.conftest import Service
from tests.e2e.axe import faults
from tests.e2e.looking import MODEL, probe, write_name

OpenPage = Callable[..., Page]
Shoot = Callable[[Page, str], None]
BEARS = "/?room=motifs&of=n02131653"


def test_a_group_is_chosen_and_its_motifs_are_ranked(open_page: OpenPage, running: Service, shoot: Shoot) -> None:
    query = """query ($model: ID!) { motifs(model: $model, group: "n02131653", minSupport: 0.5) {
      totalCount classCount nodes { support edges { source } } } }"""
    motifs = running.ask(query, model=MODEL)["motifs"]

    page = open_page("/?room=motifs")
    page.get_by_role("button", name="Choose a group").click()
    page.get_by_label("Find a group or a class").first.fill("bear")
    page.get_by_role("option", name="bear 4 classes").click()
    expect(page).to_have_url(re.compile("of=n02131653$"))
    expect(page.locator(".bar .second")).to_contain_text("against all others, 996")
    page.get_by_role("button", name="nothing", exact=True).last.click()
    expect(page).to_have_url(re.compile("of=n02131653&against=nothing$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("bear")
    shown = min(20, motifs["totalCount"])
    expect(page.locator(".motif")).to_have_count(shown)
    expect(page.locator(".bar .second")).to_have_text(f"{shown} of {motifs['totalCount']} motifs · 4 classes")
    expect(page.locator(".motif").first.locator("svg path")).to_have_count(len(motifs["nodes"][0]["edges"]))
    expect(page.locator(".motif").first.locator(".support b")).to_have_text(str(motifs["nodes"][0]["support"]))
    shoot(page, "motifs")


def test_a_contrast_tells_how_often_others_have_it(open_page: OpenPage, shoot: Shoot) -> None:
    page = open_page(f"{BEARS}&shape=FAN_IN")
    first = page.locator(".motif").first
    expect(first.locator(".support")).to_have_count(2)
    expect(first.locator(".support").nth(1)).to_contain_text("of 996")
    expect(first).to_contain_text("odds ratio")
    shoot(page, "motifs-contrast")


def test_classes_are_listed_ad_hoc_one_by_one(open_page: OpenPage, running: Service) -> None:
    query = """query ($model: ID!) { motifs(model: $model, classes: [294, 296]) { totalCount
      nodes { edges { source } } } }"""
    motifs = running.ask(query, model=MODEL)["motifs"]
    page = open_page("/?room=motifs")
    page.get_by_role("button", name="Choose a group").click()
    page.get_by_label("Find a group or a class").first.fill("brown bear")
    page.get_by_role("option", name="brown bear").click()
    expect(page.get_by_text(re.compile("^A motif is what the graphs of two classes or more have"))).to_be_visible()
    page.get_by_role("button", name="Add a class").click()
    page.get_by_label("Find a group or a class").first.fill("ice bear")
    page.get_by_role("option", name="ice bear").click()
    expect(page).to_have_url(re.compile("of=294,296$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("brown bear, ice bear")
    expect(page.locator(".motif")).to_have_count(motifs["totalCount"])
    expect(page.locator(".motif").first.locator("svg path")).to_have_count(len(motifs["nodes"][0]["edges"]))
    page.get_by_title("Take brown bear out").click()
    expect(page).to_have_url(re.compile("of=296$"))


def test_a_name_of_two_groups_asks_which(open_page: OpenPage) -> None:
    page = open_page("/?room=motifs&of=car")
    notice = page.locator(".stage .notice")
    expect(notice.locator(".message")).to_contain_text("2 groups of summit-inceptionv1 are called 'car'")
    notice.get_by_role("link", name="car n02959942").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("car n02959942")


def test_a_search_that_ended_early_goes_on(open_page: OpenPage) -> None:
    page = open_page("/?room=motifs&of=all&support=0.025&seconds=0.2")
    sliders = page.get_by_label("What to look for").get_by_role("status")
    expect(sliders.filter(has_text="% of classes")).to_have_text("2.5 % of classes")  # as the address says
    expect(sliders.filter(has_text=re.compile(r" s$"))).to_have_text("0.2 s")
    warning = page.locator(".warning")
    expect(warning).to_contain_text("stopped at the limit of 0.2 s")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as saved:
        page.get_by_role("menuitem", name="Data (JSON)").click()
    data = json.loads(saved.value.path().read_text())
    assert data["complete"] is False and data["note"].startswith("stopped at the limit of 0.2 s")
    first = page.locator(".motif figure").first.inner_html()
    warning.get_by_role("button", name="Go on searching").click()
    expect(page.locator(".bar .second")).to_contain_text("part 2 of the search")
    assert page.locator(".motif figure").first.inner_html() != first


def test_a_stored_search_that_ended_early_goes_on(open_page: OpenPage) -> None:
    page = open_page("/?room=query&query=motifs")
    page.get_by_label("group string?").fill("")
    page.get_by_label("share float").fill("0.02")
    page.get_by_label("seconds float").fill("0.2")
    page.get_by_role("button", name="Run").click()
    warning = page.locator(".warning")
    expect(warning).to_contain_text("stopped at the limit of 0.2 s")
    first = page.locator(".result tbody").inner_html()
    warning.get_by_role("button", name="Go on searching").click()
    expect(page.get_by_label("cursor string?")).not_to_have_value("")
    expect(warning).to_contain_text("stopped at the limit of 0.2 s")
    assert page.locator(".result tbody").inner_html() != first
    page.go_back()
    expect(page.get_by_label("cursor string?")).to_have_value("")


def test_motifs_around_a_channel_that_is_not_there_are_refused(open_page: OpenPage) -> None:
    page = open_page("/?room=motifs&of=all&around=mixed4d/999")
    expect(page.locator(".stage .notice .message")).to_contain_text("mixed4d/999")


def test_motifs_around_a_channel_and_the_classes_that_nearly_have_them(open_page: OpenPage, running: Service) -> None:
    query = """query ($model: ID!, $channel: ID!) {
      motifs(model: $model, channel: $channel, minSupport: 0.08) { totalCount nodes { nearlyClasses } } }"""
    motifs = running.ask(query, model=MODEL, channel=f"{MODEL}/mixed4d/431")["motifs"]
    page = open_page("/?channel=mixed4d/431")
    page.get_by_role("link", name="Motifs around it").click()
    expect(page).to_have_url(re.compile("of=all&around=mixed4d/431&support=0.08$"))
    expect(page.locator(".motif")).to_have_count(motifs["totalCount"])
    write_name(page, "mixed4d/431", "my name")
    expect(page.get_by_role("button", name="mixed4d/431 my name")).to_be_visible()
    near = motifs["nodes"][0]["nearlyClasses"]
    expect(page.locator(".motif").first).to_contain_text(f"{len(near)} classes lack one edge of it")
    page.locator(".motif").first.locator(".nearly").first.click()
    expect(page.get_by_role("button", name=re.compile(r"motif: \d of \d edges"))).to_be_visible()
    lacking, edges = re.findall(r"\d", page.get_by_role("button", name=re.compile("motif:")).inner_text())
    assert int(lacking) == int(edges) - 1


def test_chains_are_as_long_as_asked(open_page: OpenPage) -> None:
    page = open_page(f"{BEARS}&shape=CHAIN&length=4")
    expect(page.locator(".motif h2").first).to_contain_text("4 channels, 3 edges")
    page.get_by_role("slider", name="Chain length").fill("5")
    expect(page.locator(".motif h2").first).to_contain_text("5 channels, 4 edges")
    expect(page).to_have_url(re.compile("length=5"))


def test_a_contrast_leads_to_the_mean_difference(open_page: OpenPage) -> None:
    page = open_page(f"{BEARS}&against=n02083346&shape=EDGE")
    page.get_by_role("link", name="by channel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("group_difference_channels")
    expect(page.locator(".result tbody tr")).to_have_count(50)
    expect(page.get_by_role("textbox", name="group string")).to_have_value("294,295,296,297")


def test_a_contrast_counts_the_classes_of_the_second_group_alone(open_page: OpenPage) -> None:
    page = open_page(f"/?room=motifs&model={MODEL}&of=294,295&against=294,295,296&shape=EDGE&support=1")
    told = "2 classes · against brown bear, American black bear, ice bear, 1 · mean difference"
    expect(page.locator(".bar .second")).to_contain_text(told)
    expect(page.locator(".motif").first.locator(".support .value").last).to_have_text(re.compile("of 1, "))


def test_a_motif_is_laid_over_a_class_and_taken_away(open_page: OpenPage, shoot: Shoot) -> None:
    page = open_page(f"{BEARS}&shape=FAN_IN&against=others")
    page.locator(".motif").first.get_by_role("link", name="American black bear").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("American black bear")
    expect(page.locator("g.edge.laid")).to_have_count(2)
    chip = page.get_by_role("button", name=re.compile("motif: 2 of 2 edges"))
    expect(chip).to_be_visible()
    shoot(page, "motif-over-a-class")
    chip.click()
    expect(page.locator("g.edge.laid")).to_have_count(0)
    page.go_back()
    expect(page.locator("g.edge.laid")).to_have_count(2)


def test_a_motif_is_laid_over_a_graph_with_all_its_edges(open_page: OpenPage) -> None:
    page = open_page(f"/?model={MODEL}&class=294&weight=1200")
    expect(page.locator("g.node").first).to_be_visible()
    page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Motifs").click()
    page.get_by_role("button", name="Choose a group").click()
    page.get_by_label("Find a group or a class").first.fill("bear")
    page.get_by_role("option", name=re.compile("^bear [0-9]+ classes")).click()
    page.locator(".motif").first.get_by_role("link", name="brown bear").click()
    chip = page.get_by_role("button", name=re.compile("motif:"))
    expect(chip).to_have_text(re.compile(r"^motif: (\d+) of \1 edges?"))
    expect(page.locator("g.edge.laid")).to_have_count(int(re.findall(r"\d+", chip.inner_text())[0]))


def test_a_stored_query_is_a_form_with_its_contract(open_page: OpenPage, running: Service, shoot: Shoot) -> None:
    found = running.ask("{ storedQueries { name about mode returns { name } } }")["storedQueries"]
    (similar,) = (query for query in found if query["name"] == "similar_classes")
    page = open_page("/?room=query&query=similar_classes")
    expect(page.get_by_text(similar["about"]).last).to_be_visible()
    page.get_by_label("limit").fill("7")
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".result tbody tr")).to_have_count(7)
    expect(page.locator(".result th")).to_have_text([field["name"] for field in similar["returns"]])
    shoot(page, "query-stored")
    page.get_by_label("limit").fill("many")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text("limit must be a whole number")).to_be_visible()


def test_a_query_is_found_and_its_fields_are_filled_by_search(open_page: OpenPage) -> None:
    page = open_page("/?room=query")
    page.get_by_label("Filter queries").fill("signed channel")
    expect(page.get_by_label("Queries", exact=True).get_by_role("link")).to_have_count(3)
    page.get_by_role("link", name=re.compile("^difference_channels")).click()
    for group in ("bear", "fungus"):
        page.get_by_role("button", name="Add").click()
        page.get_by_label("Find a class or a group").first.fill(group)
        page.get_by_role("option", name=re.compile(f"^{group} \\d+ classes")).click()
    ids = [f"{MODEL}/{index}" for index in (294, 295, 296, 297, 991, 992, 993, 994, 995, 996, 997)]
    expect(page.get_by_role("textbox", name="classes list")).to_have_value(json.dumps(ids, separators=(",", ":")))
    page.get_by_label("first").fill("4")
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".result tbody tr")).to_have_count(10)


def test_the_address_of_an_answer_leads_to_the_answer(open_page: OpenPage) -> None:
    page = open_page("/?room=query&query=similar_classes")
    page.get_by_label("limit").fill("3")
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".result tbody tr")).to_have_count(3)
    expect(page.locator(".result td").first).to_have_text("summit-inceptionv1/248 Eskimo dog")
    page.reload()
    expect(page.locator(".result tbody tr")).to_have_count(3)
    expect(page.get_by_label("limit")).to_have_value("3")
    page.goto("/?room=query&cypher=RETURN 7 AS seven")
    expect(page.locator(".result td")).to_have_text("7")


def test_cypher_runs_from_the_keyboard_and_sorts_on_a_click(open_page: OpenPage, shoot: Shoot) -> None:
    page = open_page("/?room=query")
    editor = page.get_by_label("Cypher statement")
    editor.fill("UNWIND [10, 9, 100] AS number RETURN number, toString(number) AS word")
    editor.press("Control+Enter")
    numbers = page.locator(".result td.value")
    expect(numbers).to_have_text(["10", "9", "100"])
    page.get_by_role("button", name="number").click()
    expect(numbers).to_have_text(["9", "10", "100"])
    page.get_by_role("button", name="number").click()
    expect(numbers).to_have_text(["100", "10", "9"])
    expect(page).to_have_url(re.compile("cypher=UNWIND"))
    shoot(page, "query-cypher")


def test_an_answer_made_of_edges_is_seen_as_a_graph(open_page: OpenPage, shoot: Shoot) -> None:
    page = open_page("/?room=query&query=class_edges")
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".result tbody tr")).to_have_count(176)
    page.get_by_role("button", name="Graph").click()
    expect(page.locator(".motifpicture path")).to_have_count(176)
    expect(page.locator(".result")).to_be_hidden()
    shoot(page, "query-graph")
    channel = str(page.locator(".motifpicture a").first.get_attribute("aria-label"))
    write_name(page, channel, "my name")
    expect(page.locator(f".motifpicture a[aria-label='{channel}, my name']")).to_have_count(1)
    page.get_by_role("button", name="Graph").click()
    expect(page.locator(".result")).to_be_visible()
    expect(page.locator(".result a", has_text=f"{channel} my name").first).to_be_visible()


def test_a_refused_statement_is_told_with_the_services_words(open_page: OpenPage, running: Service) -> None:
    statement = "CREATE (n:Stray) RETURN n"
    answer = running.post("query ($s: String!) { cypher(statement: $s) { columns } }", s=statement)
    page = open_page("/?room=query")
    page.get_by_label("Cypher statement").fill(statement)
    page.get_by_role("button", name="Run").click()
    notice = page.locator(".resultstage .notice")
    expect(notice.locator(".message")).to_have_text(answer["errors"][0]["message"])
    expect(notice).to_have_attribute("data-code", answer["errors"][0]["extensions"]["code"])
    expect(notice).not_to_contain_text(answer["errors"][0]["extensions"]["code"])


def test_a_statement_outlives_the_late_arrival_of_the_stored_queries(open_page: OpenPage) -> None:
    page = open_page("/?channel=mixed4d/431")
    held: list[Route] = []
    page.route(
        "**/graphql",
        lambda route: held.append(route) if "StoredQueries" in str(route.request.post_data) else route.continue_(),
    )
    page.get_by_role("link", name="Query").click()
    page.get_by_label("Cypher statement").fill("RETURN 1 AS one")
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".result td")).to_have_text("1")
    held[0].continue_()
    expect(page.get_by_role("link", name="similar_classes", exact=False).first).to_be_visible()
    expect(page.get_by_label("Cypher statement")).to_have_value("RETURN 1 AS one")
    expect(page.locator(".result td")).to_have_text("1")


def test_ids_in_an_answer_lead_to_their_pages(open_page: OpenPage) -> None:
    page = open_page("/?room=query&query=channel_classes")
    page.get_by_role("button", name="Run").click()
    page.locator(".result td a").first.click()
    expect(page).to_have_url(re.compile(r"\?(model=.*&)?class=\d+"))
    expect(page.locator("g.node").first).to_be_visible()


def test_lists_in_an_answer_are_told_in_short_and_lead_on(open_page: OpenPage) -> None:
    page = open_page(f"/?room=query&model={MODEL}&query=compared_channels&args={{}}")
    classes = page.locator(".result tbody tr").first.locator("td").nth(3)
    expect(classes).to_have_text("brown bear, American black bear")
    expect(classes).to_have_attribute("title", f'["{MODEL}/294","{MODEL}/295"]')
    classes.get_by_role("link", name="American black bear").click()
    expect(page).to_have_url(re.compile("class=295$"))


def test_a_channel_has_a_page_with_every_class_that_uses_it(
    open_page: OpenPage, running: Service, shoot: Shoot
) -> None:
    channel = running.ask("query ($id: ID!) { channel(id: $id) { classCount } }", id=f"{MODEL}/mixed4d/431")["channel"]
    page = open_page("/?channel=mixed4d/431")
    expect(page.get_by_role("heading", level=1)).to_have_text("mixed4d / 431")
    expect(page).to_have_title("mixed4d/431 · Summit Graph")
    expect(page.locator(".usage .use")).to_have_count(channel["classCount"])
    expect(page.locator(".gallery img")).to_have_count(14)
    expect(page.locator(".masthead figcaption")).to_have_text("synthesised: what excites it most")
    assert probe(page, "faintTexts") == []
    shoot(page, "channel")
    page.locator(".usage .use").first.click()
    expect(page.locator(".detail h2")).to_have_text("mixed4d / 431")


def test_a_channel_s_page_tells_its_edges_its_company_and_its_places(open_page: OpenPage, running: Service) -> None:
    def rows(name: str) -> list[dict[str, Any]]:
        query = "query($n: String!, $p: JSON) { storedQuery(name: $n, parameters: $p) { columns rows } }"
        asked = {"channel": f"{MODEL}/mixed4d/431", "limit": 5000}
        found = running.ask(query, n=name, p=asked)["storedQuery"]
        return [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]

    page = open_page(f"/?model={MODEL}&channel=mixed4d/431")
    neighbours = rows("channel_neighbours")
    lists = {
        "What leads to it": [(row["neighbour"], row["classes"]) for row in neighbours if row["is_input"]],
        "Where it leads": [(row["neighbour"], row["classes"]) for row in neighbours if not row["is_input"]],
        "Usually comes with": [(row["companion"], row["together"]) for row in rows("channel_companions")],
    }
    for title, wanted in lists.items():
        section = page.locator(".everywhere section").filter(has_text=title)
        expect(section.get_by_role("heading")).to_contain_text(f"8 of {len(wanted):,},")
        expect(section.locator(".value")).to_have_text([str(classes) for _, classes in wanted[:8]])
        told = section.locator(".neighbour > span:first-of-type").all_text_contents()
        assert [text.split()[0] for text in told] == [name.partition("/")[2] for name, _ in wanted[:8]]
    places = {row["name"]: f"{row['rank']} of {row['row']}" for row in rows("channel_places")}
    for use in page.locator(".usage .use").all()[:20]:
        name, _, place = (span.text_content() for span in use.locator("span").all())
        assert place == places[name or ""]
    assert faults(page) == []
    page.locator(".everywhere a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        lists["What leads to it"][0][0].partition("/")[2].replace("/", " / ")
    )


def test_an_unknown_channel_is_told_with_the_services_words(open_page: OpenPage) -> None:
    page = open_page("/?channel=mixed4d/9999")
    notice = page.locator(".room-channel .notice")
    expect(notice.locator(".message")).to_contain_text("mixed4d/9999")
    expect(notice.get_by_role("button", name="Retry")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("mixed4d/9999")


def test_every_room_is_readable_in_the_dark(open_page: OpenPage) -> None:
    page = open_page(f"{BEARS}&shape=FAN_IN", dark=True)
    expect(page.locator(".motif").first).to_be_visible()
    assert probe(page, "faintTexts") == []
    page = open_page("/?room=query", dark=True)
    expect(page.get_by_role("button", name="Run")).to_be_visible()
    assert probe(page, "faintTexts") == []
