"""A published copy in a browser, from a plain server below a path: what the service shows, without one."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Locator, Page, Response, expect

from tests.conftest import Command, Service
from tests.e2e.axe import faults
from tests.e2e.conftest import opening
from tests.e2e.looking import MODEL, comparison_of, graph_of

CLASSES = (0, 1, 270, 294, 295)
BELOW = "/lab/site/"
COPY = re.compile(r"\./pictures/[0-9a-f]{16}\.jpg")  # of a picture
NEEDS = "a Summit Graph service; this is a published copy without one."

OpenPage = Callable[..., Page]


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that writes no log."""

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving_files(folder: Path) -> Iterator[Service]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield Service(f"http://127.0.0.1:{server.server_port}")
        server.shutdown()


@pytest.fixture(scope="module")
def published(
    running: Service, mapped: None, summit: Command, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """Five classes of the published graphs as a site, below a path of a server that only gives out files."""
    if not running.home:
        pytest.skip("a service that is not ours cannot be exported from here")
    folder = tmp_path_factory.mktemp("server")
    words = ("--to", folder / BELOW.strip("/"), "--classes", ",".join(map(str, CLASSES)))
    made = summit("export-site", MODEL, *words, home=running.home)
    assert made.returncode == 0, made.stderr
    with serving_files(folder) as server:
        yield server


@pytest.fixture
def open_site(browser: Browser, published: Service) -> Iterator[OpenPage]:
    """open_site("?class=294"): a page of the site; it asks for nothing that is not there, and nothing elsewhere."""
    answers: list[Response] = []
    with opening(browser, published) as open_:

        def open_below(address: str = "", **options: bool) -> Page:
            page = open_("about:blank", **options)
            page.on("response", lambda answer: answers.append(answer))
            page.goto(f"{published.url}{BELOW}{address}")
            return page

        yield open_below
    asked = [answer.url for answer in answers if not answer.url.startswith(("blob:", "data:"))]
    assert [url for url in asked if not url.startswith(published.url + BELOW)] == []
    assert [answer.url for answer in answers if answer.status >= 400] == []


def test_explore_draws_the_graph_of_a_deep_link_with_its_pictures(open_site: OpenPage, running: Service) -> None:
    graph = graph_of(running, 294)
    page = open_site("?class=294&pin=mixed4d/446")

    expect(page.get_by_role("heading", level=1)).to_have_text("brown bear")
    expect(page.locator("#shown")).to_have_text(f"{graph['totalChannels']} channels · {graph['totalEdges']} edges")
    expect(page.locator("image.picture")).to_have_count(graph["totalChannels"])
    details = page.get_by_role("complementary", name="Details")
    expect(details.get_by_role("heading", level=2)).to_have_text("mixed4d / 446")
    expect(details.locator(".strip img, .patches img").first).to_be_visible()
    expect(details).to_contain_text("The answer needs all of the model's 1,000 classes; this published copy has 5.")
    page.get_by_role("button", name="Patches").click()
    expect(page.get_by_role("button", name="Patches")).to_have_attribute("aria-pressed", "true")


def test_the_list_is_ordered_by_similarity_as_the_service_measures_it(open_site: OpenPage, running: Service) -> None:
    query = """query ($model: ID!, $layer: String) { classes(model: $model, similarTo: 294, layer: $layer,
      orderBy: SIMILARITY, first: 1000) { nodes { index name similarity } } }"""
    for layer in (None, "mixed4d"):
        nodes = running.ask(query, model=MODEL, layer=layer)["classes"]["nodes"]
        rows = [(node["name"], f"{node['similarity']:.2f}") for node in nodes if node["index"] in CLASSES]
        page = open_site("?class=294" if layer is None else f"?class=294&layer={layer}")
        expect(page.locator(".room-explore .item")).to_have_text([name + similarity for name, similarity in rows])


def test_the_map_shows_points_the_way_and_the_company_of_a_class(open_site: OpenPage, running: Service) -> None:
    query = """query ($model: ID!, $groups: [String!]!) { imageClass(model: $model, index: 294) {
      companyByLayer(groups: $groups, neighbours: 10) { layer company { count } } } }"""
    groups = ["n02131653", "n02083346"]  # bear, canine
    rows = running.ask(query, model=MODEL, groups=groups)["imageClass"]["companyByLayer"]
    page = open_site(f"?room=map&class=294&layer=mixed4d&company={','.join(groups)}")

    expect(page.get_by_role("heading", level=1)).to_have_text("Classes at mixed4d")
    expect(page.locator("#placed")).to_contain_text(f"{len(CLASSES)} classes")
    details = page.get_by_role("complementary", name="Details")
    expect(details.get_by_role("heading", level=2, name="brown bear")).to_be_visible()
    for row in rows:
        counts = " · ".join(str(each["count"]) for each in row["company"])
        expect(details.locator(f".company [data-layer='{row['layer']}'] .value")).to_have_text(counts)


def test_compare_is_the_service_s_comparison(open_site: OpenPage, running: Service) -> None:
    for classes in ((294, 295), (295, 294, 0)):
        found = comparison_of(running, *classes)
        page = open_site(f"?room=compare&classes={','.join(map(str, classes))}&look=graph&operation=UNION")
        with page.expect_download() as saving:
            page.get_by_role("button", name="Export").locator("visible=true").click()
            page.get_by_role("menuitem", name="Data (JSON)").locator("visible=true").click()
        saved = json.loads(Path(saving.value.path()).read_text())
        channels = [(each["channel"]["id"], each["classes"], each["counts"]) for each in saved["channels"]]
        assert channels == [(each["channel"]["id"], each["classes"], each["counts"]) for each in found["channels"]]
        edges = [{name: each[name] for name in ("source", "target", "classes", "weights")} for each in saved["edges"]]
        assert edges == found["edges"]
        told = [{name: each[name] for name in ("layer", "jaccard", "shared", "union")} for each in saved["layers"]]
        assert told == found["layers"]


@pytest.mark.parametrize(
    ("address", "title", "words"),
    [
        ("?room=motifs", "Motifs", f"A search for motifs needs {NEEDS}"),
        ("?room=query&query=class_edges", "Query", f"A query needs {NEEDS}"),
    ],
)
def test_a_room_that_needs_a_service_says_so_in_its_place(
    open_site: OpenPage, address: str, title: str, words: str
) -> None:
    page = open_site(address)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_text(words)).to_be_visible()
    assert faults(page) == []
    page.locator(".room").get_by_role("link", name="Explore").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("tench")


def test_what_needs_a_service_is_told_where_it_is_asked_for(open_site: OpenPage) -> None:
    page = open_site("?class=294&threshold=12")
    expect(page.locator(".cutnote")).to_have_text(
        f"· cut at 7.5 % of each layer's PageRank · another cut needs {NEEDS}"
    )
    page.get_by_role("button", name="Export").click()
    item = page.get_by_role("menuitem", name="Gephi (GEXF)")
    expect(item).to_have_attribute("aria-disabled", "true")
    expect(item).to_have_attribute("title", f"This file needs {NEEDS}")

    page = open_site("?room=map&picked=294,295")
    expect(page.get_by_text(f"Keeping them as a group needs {NEEDS}")).to_be_visible()

    page = open_site("?class=7")
    expect(
        page.get_by_text("This published copy has no class 7. It has 5 of the model's 1,000 classes.")
    ).to_be_visible()
    facts = page.locator("header .facts")
    expect(facts.get_by_text("published copy")).to_be_visible()
    expect(facts).to_contain_text("5 of 1,000 classes")


def test_what_separates_two_classes_is_ranked_by_their_graphs(open_site: OpenPage) -> None:
    page = open_site("?room=compare&classes=294,295&look=ranking")
    expect(page.get_by_text(f"Effects of single channels need {NEEDS}")).to_be_visible()
    expect(page.get_by_role("table", name="Channels, by counts of pictures").locator("tbody tr")).to_have_count(12)
    expect(page.get_by_text("is not known to a published copy")).to_be_visible()
    page.get_by_label("First group").select_option(label="bear (2)")
    expect(page.get_by_text(f"Ranking groups of classes needs {NEEDS}")).to_be_visible()


def test_a_channel_says_that_its_edges_over_all_classes_need_a_service(open_site: OpenPage) -> None:
    page = open_site("?channel=mixed4d/431")
    expect(page.locator(".channelpage")).to_contain_text(f"and its place in each graph, need {NEEDS}")


def test_search_finds_the_site_s_classes_and_channels(open_site: OpenPage) -> None:
    page = open_site("?class=294")
    expect(page.get_by_role("heading", level=1)).to_have_text("brown bear")
    page.get_by_role("combobox", name="Search classes, channels and groups").fill("black bear")
    page.get_by_role("option", name="American black bear").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("American black bear")
    page.get_by_role("combobox", name="Search classes, channels and groups").fill("4d 446")
    page.get_by_role("option", name="mixed4d/446").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("mixed4d / 446")
    expect(page.get_by_text("Classes that use it")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_serious(open_site: OpenPage, dark: bool) -> None:
    for address in ("?class=294&pin=mixed4d/446", "?room=map&class=294", "?room=compare&classes=294,295"):
        page = open_site(address, dark=dark)
        expect(page.get_by_role("complementary", name="Details").get_by_role("heading", level=2).first).to_be_visible()
        assert faults(page) == []


def test_graphs_by_either_score_and_patches_of_a_counted_model(
    browser: Browser, live: Service, live_home: Path, summit: Command, tmp_path: Path
) -> None:
    for model in ("sample", "tower"):
        made = summit("export-site", model, "--to", tmp_path / model, home=live_home)
        assert made.returncode == 0, made.stderr
    query = """query ($score: Score!) { imageClass(model: "sample", index: 0) {
      attributionGraph(score: $score) { totalChannels totalEdges } } }"""
    with serving_files(tmp_path) as server, opening(browser, server) as open_:
        for score in ("activation", "attribution"):
            graph = live.ask(query, score=score.upper())["imageClass"]["attributionGraph"]
            page = open_(f"/sample/?class=0&score={score}")
            expect(page.locator("g.node, g.channel").first).to_be_visible()
            expect(page.get_by_label("Graphs by")).to_have_value(score)
            expect(page.locator("#shown")).to_contain_text(f"{graph['totalChannels']} channel")
            expect(page.locator(".cutbar .cut")).to_be_hidden()
            page.get_by_label("Graphs by").select_option("activation")
            expect(page).not_to_have_url(re.compile("score="))
        page = open_("/tower/?class=1&show=patches")
        expect(page.locator("image.picture").first).to_have_attribute("href", COPY)


def test_a_pinned_channel_says_why_it_is_there_as_over_the_service(
    browser: Browser, live: Service, live_home: Path, summit: Command, tmp_path: Path
) -> None:
    """But for the threshold above which it is in the graph: a copy has no PageRank beyond its graphs."""
    assert summit("export-site", "tower", "--to", tmp_path, home=live_home).returncode == 0
    query = """{ imageClass(model: "tower", index: 1) { attributionGraph { channels { channel { layer index } } } } }"""
    channels = [each["channel"] for each in live.ask(query)["imageClass"]["attributionGraph"]["channels"]]
    assert len(channels) > 3

    def parts(page: Page) -> tuple[Locator, Locator]:
        """The sentences, and the channels that usually come with it."""
        details = page.get_by_role("complementary", name="Details")
        near = details.locator(".label", has_text="Usually comes with").locator("+ .neighbours a")
        return details.locator(".why p"), near

    with serving_files(tmp_path) as server, opening(browser, server) as open_copy, opening(browser, live) as open_live:
        for channel in channels[:: len(channels) // 3]:
            address = f"/?model=tower&class=1&pin={channel['layer']}/{channel['index']}"
            sentences, near = parts(page := open_live(address))
            expect(near.first).to_be_visible()
            expect(sentences.filter(has_text="It is in the graph at any threshold")).to_have_count(1)
            page.wait_for_load_state("networkidle")
            told = [re.sub(r" It is in the graph at any threshold.*", "", text) for text in sentences.all_inner_texts()]
            copied, copied_near = parts(open_copy(address))
            expect(copied).to_have_text(told, use_inner_text=True)
            expect(copied_near).to_have_text(near.all_inner_texts(), use_inner_text=True)
            assert told != sentences.all_inner_texts()
