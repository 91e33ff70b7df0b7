"""Answers that come late, or not at all, in a real browser: what is shown is always what its heading says."""

import base64
import json
import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.e2e.looking import MODEL, write_name

OpenPage = Callable[..., Page]
BEAR = f"/?model={MODEL}&class=294"
BEARS = f"/?room=motifs&model={MODEL}&of=bear&shape=EDGE"
ACCENT = "rgb(38, 49, 95)"
OTHER_END = {"after": base64.urlsafe_b64encode(b"after 20 another").decode(), "cursor": "another.1"}
REFUSED = '{"data": null, "errors": [{"message": "made up", "extensions": {"code": "STORE_BUSY"}}]}'


class Held:
    """The page's questions that hold a word are kept back until they are let go, answered by the service or refused."""

    def __init__(self, page: Page, word: str) -> None:
        self.routes: list[Route] = []
        self.page, self.word = page, word
        page.route("**/graphql", self._take)

    def _take(self, route: Route) -> None:
        if self.word in (route.request.post_data or ""):
            self.routes.append(route)
        else:
            route.fallback()

    def wait(self, count: int = 1) -> None:
        for _ in range(600):
            if len(self.routes) >= count:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{len(self.routes)} questions with {self.word!r}; expected {count}")

    def release(self) -> None:
        """The service answers those so far, and the page has done all it does with the answers."""
        while self.routes:
            self._answer(self.routes.pop(0))
        self.page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")

    def _answer(self, route: Route) -> None:
        with self.page.expect_response(lambda got: got.request == route.request) as answer:
            route.continue_()
        answer.value.finished()

    def refuse(self) -> None:
        while self.routes:
            self.routes.pop(0).fulfill(content_type="application/json", body=REFUSED)


def mislead(page: Page, name: str) -> None:
    """Of the page's questions that go on from somewhere, the service is asked as if from another list's end."""

    def change(route: Route) -> None:
        asked = json.loads(route.request.post_data or "{}")
        if asked.get("variables", {}).get(name):
            asked["variables"][name] = OTHER_END[name]
        route.continue_(post_data=json.dumps(asked))

    page.route("**/graphql", change)


def expect_still_said(page: Page, sentence: str) -> None:
    """In the banner, also after the next change of the page's state."""
    banner = page.locator(".banner")
    expect(banner).to_contain_text(sentence)
    page.keyboard.press("t")
    expect(page).to_have_url(re.compile("trace=true"))
    expect(banner).to_contain_text(sentence)


def test_a_late_answer_is_not_shown_below_another_query(open_page: OpenPage) -> None:
    page = open_page(f"/?room=query&model={MODEL}&query=compared_channels")
    expect(page.get_by_role("heading", level=1)).to_have_text("compared_channels")
    held = Held(page, "query RunStoredQuery(")
    page.get_by_role("button", name="Run").click()
    held.wait()
    page.get_by_role("link", name=re.compile("^class_edges")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("class_edges")
    held.release()
    expect(page.locator(".summary")).to_be_empty()
    expect(page.locator(".resulthost tbody tr")).to_have_count(0)


def test_what_belongs_to_the_last_motifs_does_not_stop_a_search(open_page: OpenPage) -> None:
    page = open_page(BEARS)
    more = page.get_by_role("button", name="More motifs")
    expect(more).to_be_visible()
    held = Held(page, '"shape":"FAN_IN"')
    page.get_by_role("button", name=re.compile("^Fan-in")).click()
    held.wait()
    more.click()
    for former in (page.locator(".motifs"), page.locator(".middle .title")):
        expect(former).to_have_attribute("aria-busy", "true")
        expect(former).to_have_css("opacity", "0.35")
    expect(page.locator(".patience")).to_have_text("Looking for motifs… Those shown are of the search before.")
    held.release()
    expect(page.locator(".motif h2").first).to_contain_text("3 channels, 2 edges")
    expect(page.locator(".room-motifs .loading")).to_be_hidden()
    expect(page.locator(".room-motifs [aria-busy]")).to_have_count(0)


def test_a_page_of_another_list_is_refused_and_retried_from_the_start(open_page: OpenPage) -> None:
    page = open_page(BEARS)
    more, motifs = page.get_by_role("button", name="More motifs"), page.locator(".motif")
    expect(motifs).to_have_count(20)
    first = motifs.first.inner_html()
    mislead(page, "after")
    more.click()
    notice = page.locator(".room-motifs .notice")
    expect(notice).to_contain_text("the end of a page of another list")
    with page.expect_request(lambda request: "query Motifs(" in (request.post_data or "")):
        notice.get_by_role("button", name="Retry").click()
    expect(notice).to_be_hidden()
    expect(motifs).to_have_count(20)
    assert motifs.first.inner_html() == first


def test_enter_chooses_what_was_typed_and_escape_chooses_nothing(open_page: OpenPage) -> None:
    page = open_page(BEAR)
    expect(page.locator("g.node").first).to_be_visible()
    address = page.url
    held = Held(page, '"search":"tenc')
    page.keyboard.press("/")
    page.keyboard.type("tenc")
    held.wait()
    field = page.get_by_role("combobox", name="Search classes, channels and groups")
    field.evaluate("(field) => { field.value = 'tench'; }")  # typed while the answer is on its way
    held.release()
    expect(page.locator("header .findings")).to_be_visible()
    field.press("Enter")
    held.wait()
    assert '"search":"tench"' in (held.routes[0].request.post_data or "")
    field.press("Escape")
    held.release()
    expect(page.locator("header .findings")).to_be_hidden()
    expect(page).to_have_url(address)


def test_findings_are_those_of_the_text_in_the_field(open_page: OpenPage) -> None:
    page = open_page(BEAR)
    expect(page.locator("g.node").first).to_be_visible()
    held = Held(page, '"search":"tench"')
    field = page.get_by_role("combobox", name="Search classes, channels and groups")
    field.fill("tench")
    field.press("Enter")
    held.wait()
    held.refuse()
    expect(page.locator("header .findings")).to_have_text("made up")
    field.fill("tench")  # what failed is asked again
    held.wait()
    field.press("Enter")
    field.fill("bear")
    first = page.locator("header .finding").first
    expect(first).to_contain_text("bear")
    field.fill("tench")
    held.release()
    expect(first).to_contain_text("tench")


def test_a_comparison_that_is_on_its_way_shows_so_and_an_order_of_the_same_classes_is_here(open_page: OpenPage) -> None:
    page = open_page(f"/?room=compare&model={MODEL}&classes=294,295,296")
    expect(page.locator("g.node").first).to_be_visible()
    select = page.get_by_label("What is shown")
    held = Held(page, "query Compare(")
    select.select_option(label="only in ice bear")
    expect(select.locator("option:checked")).to_have_text("only in ice bear")
    expect(page).to_have_url(re.compile("classes=296,294,295"))
    assert held.routes == []
    page.get_by_role("button", name="Take brown bear out").click()
    held.wait()
    expect(page.locator(".room-compare .loading")).to_be_visible()
    held.refuse()
    expect_still_said(page, "The former comparison is still shown")


def test_a_list_keeps_its_order_and_its_rows_when_a_question_fails(open_page: OpenPage) -> None:
    page = open_page(f"{BEAR}&group=nonsense", offline=True)
    page.get_by_role("link", name="Show all classes").click()
    expect(page.locator(".classes a.item .value").nth(1)).to_have_text(re.compile(r"^0\.\d\d$"))
    rows = page.locator(".classes li")
    held = Held(page, '"first":1000,"after":"')
    left = page.locator(".room-explore .left")
    left.locator(".scroll").evaluate("(list) => list.scrollTo(0, 70 * 36)")
    held.wait()
    held.refuse()
    retry = left.get_by_role("button", name="Retry")
    expect(retry).to_be_visible()
    left.locator(".scroll").evaluate("(list) => list.scrollTo(0, 0)")
    expect(rows.nth(5)).to_be_visible()
    page.unroute_all()
    retry.click()
    expect(retry).to_be_hidden()
    left.locator(".scroll").evaluate("(list) => list.scrollTo(0, 70 * 36)")
    expect(page.locator(".classes li[aria-posinset='72']")).to_be_visible()


def test_a_class_that_was_chosen_before_does_not_head_the_list(open_page: OpenPage) -> None:
    page = open_page(f"/?room=query&model={MODEL}")
    held = Held(page, "query Listed(")
    page.goto(f"/?model={MODEL}&class=900&sort=index")
    held.wait()
    page.locator(".room-explore .classes a.item[data-class='3']").click()
    head = page.locator(".room-explore .classes li.pinned a.item")
    expect(head).to_have_attribute("data-class", "3")
    held.release()
    expect(head).to_have_attribute("data-class", "3")


def test_groups_that_come_with_a_failure_can_be_chosen(open_page: OpenPage) -> None:
    page = open_page(f"/?room=query&model={MODEL}", offline=True)
    groups, lists = Held(page, "query Groups("), Held(page, '"group":"nonsense"')
    page.goto(f"{BEAR}&group=nonsense")
    groups.wait()
    lists.wait()
    groups.refuse()
    lists.release()
    lists.wait()  # in the order of their indexes
    lists.release()
    groups.wait()
    groups.release()
    expect(page.locator(".room-explore .left .notice")).to_be_visible()
    expect(page.get_by_label("Group", exact=True)).to_be_visible()


def test_the_graph_that_is_still_shown_is_said_to_be_so_after_the_next_click(open_page: OpenPage) -> None:
    page = open_page(BEAR)
    expect(page.locator("g.node").first).to_be_visible()
    held = Held(page, '"index":0,')
    page.evaluate("history.pushState(null, '', '?class=0'); dispatchEvent(new PopStateEvent('popstate'))")
    held.wait()
    held.refuse()
    expect_still_said(page, "The graph of brown bear by activation is still shown")
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page.get_by_role("heading", name="Motifs", exact=True)).to_be_visible()
    expect(page.locator(".banner")).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("e")
    expect(page.locator(".banner")).to_contain_text("The graph of brown bear by activation is still shown")


def test_a_link_leads_to_the_same_place_however_it_is_used(open_page: OpenPage) -> None:
    page = open_page(BEAR)
    row = page.locator(".classes a.item").nth(2)
    expect(row).to_be_visible()
    page.keyboard.press("t")
    expect(page).to_have_url(re.compile("trace=true"))
    row.dispatch_event("pointerdown")
    expect(row).to_have_attribute("href", re.compile("trace=true"))
    page.goto(f"/?room=motifs&model={MODEL}&of=bear&shape=EDGE")
    page.evaluate("window.stayed = true")
    page.locator("svg.motifpicture a").first.click()
    expect(page.get_by_text("Classes that use it")).to_be_visible()
    assert page.evaluate("window.stayed") is True


def test_a_picture_is_saved_under_the_name_of_what_it_shows(open_page: OpenPage) -> None:
    page = open_page(f"{BEAR}&pin=mixed4d/431")
    expect(page.locator("use.pointed")).to_have_count(1)
    pictures: list[Route] = []
    page.route(
        "**/pictures/**",
        lambda route: pictures.append(route) if route.request.resource_type == "fetch" else route.continue_(),
    )
    page.get_by_role("button", name="Export").click()
    page.get_by_role("menuitem", name="Picture (SVG)").click()
    for _ in range(200):
        if pictures:
            break
        page.wait_for_timeout(50)
    assert page.locator(".look.pointed").count() == 0, "behind the veil nothing has changed"
    page.locator('ul.classes a[data-class="295"]').click()
    expect(page.get_by_role("heading", level=1)).to_have_text("American black bear")
    with page.expect_download() as saved:
        for route in pictures:
            route.continue_()
        page.unroute_all()
    assert saved.value.suggested_filename == "brown bear.svg"
    picture = saved.value.path().read_text()
    (name,) = re.findall('<use href="#([^"]+)"[^>]*class="pointed"', picture)
    ring = re.search(f'id="{name}".*?class="ring"[^>]*?; stroke: ([^;]+);', picture, re.DOTALL)
    assert ring and ring[1] == ACCENT, "as it is seen in front"


def test_a_search_that_does_not_go_on_keeps_what_it_found(open_page: OpenPage) -> None:
    page = open_page(f"/?room=motifs&model={MODEL}&of=all&support=0.025&seconds=0.2")
    go_on = page.get_by_role("button", name="Go on searching")
    expect(go_on).to_be_visible()
    found = page.locator(".motif").count()
    assert found
    held = Held(page, "query Motifs(")
    go_on.click()
    held.wait()
    held.refuse()
    warning = page.locator(".room-motifs .warning")
    expect(warning).to_contain_text("made up")
    expect(page.locator(".motif")).to_have_count(found)
    page.unroute_all()
    warning.get_by_role("button", name="Retry").click()
    heading = page.locator(".bar .second")
    expect(heading).to_contain_text("part 2 of the search")
    mislead(page, "cursor")
    go_on.click()
    expect(warning).to_contain_text("belongs to another search")
    warning.get_by_role("button", name="Retry").click()
    expect(heading).not_to_contain_text("part")
    expect(go_on).to_be_visible()
    first = (page.locator(".motif svg a").first.get_attribute("aria-label") or "").partition(",")[0]
    write_name(page, first, "my name")
    expect(page.locator(".motif svg a").first).to_have_attribute("aria-label", f"{first}, my name")
