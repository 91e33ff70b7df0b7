"""Questions in plain words, what is done with their answers, and the editor for statements of one's own."""

import json
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.conftest import ROOT, Service
from tests.e2e.conftest import TOWN_ACCURACY
from tests.e2e.looking import MODEL, probe
from tests.e2e.test_late_answers import Held

OpenPage = Callable[..., Page]
Shoot = Callable[[Page, str], None]
ASKED = ROOT / "web" / "src" / "rooms" / "query" / "questions.json"
TELLS_APART = "/?room=query&query=difference_channels&plain=true"


def test_every_question_is_answered_from_the_list(open_page: OpenPage, running: Service) -> None:
    stored = {query["name"] for query in running.ask("{ storedQueries { name } }")["storedQueries"]}
    page = open_page("/?room=query")
    links = page.get_by_label("Queries", exact=True).locator("a[href*='plain=true']")
    expect(links.first).to_be_visible()
    words = links.all_inner_texts()
    assert len(words) == len(json.loads(ASKED.read_text())) >= 12
    assert all(text.endswith("?") and "{" not in text for text in words)
    for text in words:
        links.filter(has_text=re.compile(f"^{re.escape(text)}$")).click()
        expect(page.locator(".sentence")).to_be_visible()
        expect(page.locator(".summary h2")).to_contain_text(re.compile(r"[1-9]\d* rows?"))
        expect(page.locator(".resultstage .notice")).to_be_hidden()
        assert parse_qs(urlsplit(page.url).query)["query"][0] in stored
        heads = page.locator(".result th").all_inner_texts()
        assert heads and not any("_" in head or "{" in head for head in heads), (text, heads)


def test_a_blank_is_filled_by_search_and_the_answer_follows(
    open_page: OpenPage, running: Service, shoot: Shoot
) -> None:
    page = open_page(TELLS_APART)
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("What tells .*brown bear.* from .*American"))
    page.locator(".sentence").get_by_role("button", name="brown bear").click()
    field = page.get_by_role("combobox", name="Find a class", exact=True)
    field.fill("ice bear")
    expect(page.get_by_role("option", name=re.compile("^ice bear"))).to_be_visible()
    field.press("Enter")
    expect(page.locator(".result th").nth(1)).to_have_text("share, ice bear")
    asked = {"classes": [f"{MODEL}/296", f"{MODEL}/295"], "first": 1, "limit": 20}
    assert json.loads(parse_qs(urlsplit(page.url).query)["args"][0]) == asked
    query = 'query ($p: JSON) { storedQuery(name: "difference_channels", parameters: $p) { rows } }'
    rows = running.ask(query, p=asked)["storedQuery"]["rows"]
    expect(page.locator(".result tbody tr")).to_have_count(len(rows))
    shown = [link.removeprefix(f"{MODEL}/") for link, *_ in rows]
    expect(page.locator(".result tbody td:first-child")).to_have_text(shown)
    expect(page.locator(".result tbody td:first-child img").first).to_be_visible()
    expect(page).to_have_title(re.compile("What tells ice bear from American black bear"))
    assert probe(page, "faintTexts") == []
    shoot(page, "question")


def test_an_answer_is_seen_as_bars_and_its_classes_are_compared(open_page: OpenPage) -> None:
    page = open_page(TELLS_APART)
    page.get_by_role("button", name="Chart").click()
    expect(page.locator(".barchart dt")).to_have_count(20)
    page.get_by_label("Number shown").select_option(label="difference")
    values = [float(text) for text in page.locator(".barchart .value").all_inner_texts()]
    minus = page.locator(".barhost i.minus")
    expect(minus).to_have_count(sum(value < 0 for value in values))
    assert 0 < minus.count() < 20
    zero = page.locator(".barchart").evaluate("list => parseFloat(list.style.getPropertyValue('--zero'))")
    for bar, value in zip(page.locator(".barhost i").all(), values, strict=True):
        left, width = bar.evaluate("bar => [parseFloat(bar.style.left), parseFloat(bar.style.width)]")
        assert abs((left + width if value < 0 else left) - zero) < 0.02
    page.get_by_role("link", name="Compare these 2").click()
    expect(page).to_have_url(re.compile("room=compare.*classes=294,295"))


def test_a_question_begins_with_what_was_looked_at(open_page: OpenPage, running: Service) -> None:
    """What all bears share that other carnivores lack: three steps from the start page."""
    page = open_page("/")
    search = page.get_by_role("combobox", name="Search classes, channels and groups")
    search.fill("bear")
    search.press("Enter")  # the group of that name, not the class bearskin
    expect(page).to_have_url(re.compile("group=n02131653"))
    page.get_by_role("link", name="Query").click()
    page.get_by_role("link", name="What do the classes of a group have that").click()
    expect(page.locator(".sentence button.button")).to_have_text(["bear", "carnivore"])
    asked = {"model": MODEL, "group": "bear", "against": "carnivore", "limit": 20}
    query = 'query ($p: JSON) { storedQuery(name: "contrasted_channels", parameters: $p) { rows } }'
    rows = running.ask(query, p=asked)["storedQuery"]["rows"]
    shown = [channel.removeprefix(f"{MODEL}/") for channel, *_ in rows]
    expect(page.locator(".result tbody td:first-child")).to_have_text(shown)


def test_an_answer_that_ends_at_its_limit_says_so(open_page: OpenPage) -> None:
    page = open_page(TELLS_APART)
    expect(page.locator(".summary h2")).to_contain_text("20 rows, the limit")


def test_shares_in_an_answer_say_what_they_are_of(open_page: OpenPage) -> None:
    page = open_page(TELLS_APART)
    expect(page.locator(".result th").nth(2)).to_have_text("share, American black bear")
    expect(page.locator(".queryhead")).to_contain_text("if the number of pictures is unknown, the largest count")


def test_a_parameter_that_a_query_does_not_have_is_told(open_page: OpenPage) -> None:
    page = open_page('/?room=query&query=channel_classes&args={"chanel":"mixed4d/1"}')
    told = page.locator(".resultstage .notice")
    expect(told).to_contain_text("channel_classes has no parameter chanel; it has channel, limit.")
    told.get_by_role("button", name="Ask without it").click()
    expect(page.locator(".summary h2")).to_contain_text("rows")


def test_a_question_about_groups_is_not_asked_of_another_model(open_live: OpenPage) -> None:
    page = open_live("/?model=sample&room=query&query=contrasted_channels&plain=true")
    expect(page.locator(".resultstage .notice")).to_have_text(
        "sample has 0 groups of classes; this question needs 2. Keep one on the map, or run summit groups sample LIST."
    )
    expect(page.locator("table.result tbody tr")).to_have_count(0)


def test_the_end_of_a_path_may_be_left_open(open_page: OpenPage) -> None:
    page = open_page("/?room=query&query=paths_to_top&plain=true")
    expect(page.locator(".result tbody tr").nth(1)).to_be_visible()
    page.get_by_role("button", name="the top layer").click()
    field = page.get_by_role("combobox", name=re.compile("^Find a channel"))
    field.fill("5a 796")
    expect(page.get_by_role("option", name="mixed5a/796")).to_be_visible()
    field.press("Enter")
    expect(page.locator(".result tbody tr")).to_have_count(1)
    expect(page.locator(".result tbody td").first).to_have_text("mixed5a/796")
    page.get_by_role("button", name="Any channel").click()
    expect(page.locator(".result tbody tr").nth(1)).to_be_visible()
    expect(page.get_by_role("button", name="the top layer")).to_be_focused()


def test_questions_are_about_the_model_that_is_looked_at(open_live: OpenPage) -> None:
    page = open_live("/?model=town&room=query")
    links = page.get_by_label("Queries", exact=True).locator("a[href*='plain=true']")
    links.filter(has_text="What do the classes of a group share?").click()
    expect(page.locator(".summary h2")).to_contain_text("row")
    args = json.loads(parse_qs(urlsplit(page.url).query)["args"][0])
    assert args["group"].startswith("town/")
    assert MODEL not in page.locator(".sentence").inner_text()
    page = open_live("/?model=tower&room=query")
    expect(page.get_by_role("link", name="Which classes are most like a class?")).to_be_visible()
    expect(page.get_by_role("link", name="What do the classes of a group share?")).to_have_count(0)


def test_a_query_without_a_question_has_its_form_whatever_the_address_says(open_page: OpenPage) -> None:
    page = open_page("/?room=query&query=class_edges&plain=true")
    expect(page.get_by_role("button", name="Run")).to_be_visible()
    page = open_page("/?room=query&plain=true")
    expect(page.get_by_role("button", name="Run")).to_be_visible()


def test_a_question_leads_to_its_stored_query_and_back(open_page: OpenPage) -> None:
    page = open_page(TELLS_APART)
    expect(page.locator(".result tbody tr").first).to_be_visible()
    page.get_by_text("How this is answered").click()
    page.get_by_role("textbox", name="limit int").fill("3")
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator(".result tbody tr")).to_have_count(3)
    page.locator("details").get_by_role("link", name="difference_channels").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("difference_channels")
    expect(page.locator(".result tbody tr")).to_have_count(3)
    page.get_by_role("link", name="Ask in plain words").click()
    expect(page.locator(".sentence")).to_be_visible()
    expect(page.locator(".result tbody tr")).to_have_count(3)


def test_a_statement_is_coloured_as_it_is_typed(open_page: OpenPage) -> None:
    page = open_page("/?room=query")
    page.get_by_label("Cypher statement").fill("MATCH (c:Channel) RETURN c.name, 'text', 7 // why")
    colours = page.locator(".colours")
    assert (colours.text_content() or "").rstrip("\n") == "MATCH (c:Channel) RETURN c.name, 'text', 7 // why"
    expect(colours.locator(".of-keyword")).to_have_text(["MATCH", "RETURN"])
    expect(colours.locator(".of-label")).to_have_text([":Channel"])
    expect(colours.locator(".of-comment")).to_have_text(["// why"])
    assert probe(page, "faintTexts") == []


def test_statements_are_kept_and_found_again(open_page: OpenPage, shoot: Shoot) -> None:
    page = open_page("/?room=query")
    field = page.get_by_label("Cypher statement")
    for statement in ("RETURN 1 AS one", "RETURN 2 AS two"):
        field.fill(statement)
        field.press("Control+Enter")
        expect(page.locator(".result td")).to_have_text(statement[7])
    page.get_by_text("Kept and recent").click()
    listed = page.locator(".statements").first.get_by_role("link")
    expect(listed).to_have_text(["RETURN 2 AS two", "RETURN 1 AS one"])
    page.get_by_label("Name for the statement").fill("the second")
    page.get_by_label("Name for the statement").press("Enter")
    expect(listed).to_have_text(["the second", "RETURN 1 AS one"])
    shoot(page, "query-kept")
    page.reload()
    page.get_by_text("Kept and recent").click()
    listed.filter(has_text="RETURN 1 AS one").click()
    expect(page.locator(".result td")).to_have_text("1")
    page.get_by_label("Cypher statement").fill("RETURN 3 AS three")
    page.get_by_text("Kept and recent").click()
    listed.filter(has_text="RETURN 1 AS one").click()
    expect(page.get_by_label("Cypher statement")).to_have_value("RETURN 1 AS one")
    expect(page.locator(".result td")).to_have_text("1")
    page.get_by_role("button", name="Forget the second").click()
    expect(listed).to_have_text(["RETURN 2 AS two", "RETURN 1 AS one"])


def test_the_schema_and_examples_stand_beside_the_editor(open_page: OpenPage) -> None:
    page = open_page("/?room=query")
    page.get_by_text("What the database holds").click()
    of_graphs = "(:ImageClass)-[:HAS_CHANNEL {count, pagerank, probability}]->(:Channel)"
    expect(page.locator("details pre")).to_contain_text(of_graphs)
    page.get_by_text("Examples").click()
    page.get_by_role("link", name="Which classes use mixed4d/431 most?").click()
    expect(page.locator(".result tbody tr")).to_have_count(10)
    expect(page.get_by_label("Cypher statement")).to_have_value(re.compile("^MATCH .*LIMIT 10$", re.DOTALL))


def test_examples_are_about_the_model_s_own_classes_once_those_are_known(open_live: OpenPage) -> None:
    page = open_live("/?model=town&class=0")
    held = Held(page, "query StoredQueries")
    page.get_by_role("link", name="Query").click()
    held.wait()
    page.get_by_label("Cypher statement").fill("RETURN 1 AS one")
    page.get_by_text("Examples", exact=True).click()
    examples = page.locator("details", has_text="Examples").locator("a")
    held.release()
    expect(page.get_by_role("link", name="similar_classes", exact=False).first).to_be_visible()
    named = re.findall(r"'town/([0-9]+)'", " ".join(examples.evaluate_all("(all) => all.map(({ title }) => title)")))
    assert named and all(int(index) < len(TOWN_ACCURACY) for index in named)
    expect(page.get_by_label("Cypher statement")).to_have_value("RETURN 1 AS one")
