"""Why a channel is in a graph, and what channels are called, in a real browser, against the published files."""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import fmean

import pytest
from playwright.sync_api import Page, expect

from queries.load.published import PublishedData
from tests.conftest import Service
from tests.e2e.test_late_answers import Held

OpenPage = Callable[..., Page]
BROWN = 294
PLACE = "mixed4d/431"
NAMING = re.compile("^(Name it|Rename): {}$".format(PLACE.replace("/", ".")))  # the button next to its number


def users_of(data: PublishedData, place: str) -> dict[int, int]:
    """Classes whose graph has a channel, with their counts."""
    layer, _, channel = place.partition("/")
    return {
        graph.index: vertex.count
        for graph in data.graphs
        for vertex in graph.vertices
        if (vertex.layer, vertex.channel) == (layer, int(channel))
    }


def test_a_pinned_channel_says_why_it_is_here(open_page: OpenPage, published_data: PublishedData) -> None:
    users = users_of(published_data, PLACE)
    mine = users.pop(BROWN)
    row = [vertex for vertex in published_data.graphs[BROWN].vertices if vertex.layer == "mixed4d"]
    pagerank = next(vertex.pagerank for vertex in row if vertex.channel == 431)
    rank = 1 + sum(vertex.pagerank > pagerank for vertex in row)
    edges = [
        edge for edge in published_data.graphs[BROWN].edges if (edge.target_layer, edge.target) == ("mixed4d", 431)
    ]
    strongest = max(edges, key=lambda edge: edge.weight)
    page = open_page(f"/?class={BROWN}&pin={PLACE}")
    why = page.locator(".right .why")

    expect(why).to_contain_text(f"in {mine} pictures of brown bear")
    expect(why).to_contain_text(f"number {rank} of the graph's {len(row)} in mixed4d")
    expect(why).to_contain_text(f"{len(users) + 1} of 1,000 graphs have it, 17 %.")
    above = 1 + sum(count > mine for count in users.values())
    expect(why).to_contain_text(
        f"{mine} pictures here, {round(fmean(users.values()))} on average in the other {len(users)} graphs: "
        f"brown bear is number {above} of its {len(users) + 1} classes."
    )
    expect(why).to_contain_text(
        f"mixed4c/{strongest.source} ({strongest.weight:,} pictures) leads to it most, first of {len(edges)}"
    )


def test_what_usually_comes_with_it_is_counted_over_all_classes(
    open_page: OpenPage, published_data: PublishedData
) -> None:
    users = set(users_of(published_data, PLACE))
    held: Counter[str] = Counter()
    together: Counter[str] = Counter()
    for graph in published_data.graphs:
        for vertex in graph.vertices:
            name = f"{vertex.layer}/{vertex.channel}"
            held[name] += 1
            together[name] += graph.index in users
    jaccard = {name: both / (len(users) + held[name] - both) for name, both in together.items() if name != PLACE}
    best = max(jaccard, key=lambda name: jaccard[name])
    page = open_page(f"/?class={BROWN}&pin={PLACE}")
    rows = page.locator(".right a.neighbour")

    expect(rows).to_have_count(6)
    expect(rows.first).to_contain_text(best)
    expect(rows.first.locator(".value")).to_have_text(str(together[best]))
    rows.first.click()  # in the graph it is pinned, elsewhere its page opens
    expect(page.locator("h1, .right h2").filter(has_text=best.replace("/", " / ")).first).to_be_visible()


def test_a_channel_that_is_only_pointed_at_is_not_asked_about(open_page: OpenPage) -> None:
    page = open_page(f"/?class={BROWN}")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.post_data or ""))
    page.locator("g.node").first.hover()
    expect(page.locator(".right .uses")).to_be_visible()

    assert not any("query Why" in body for body in asked)
    page.locator("g.node").first.click()
    expect(page.locator(".right .why p").first).to_be_visible()
    assert sum("query Why" in body for body in asked) == 1


def test_why_is_asked_again_where_it_failed(open_page: OpenPage) -> None:
    page = open_page(f"/?class={BROWN}")
    node = page.locator("g.node", has_text="431").first
    expect(node).to_be_visible()
    held = Held(page, "query Why(")
    node.click()
    held.wait()
    held.refuse()
    expect(page.locator(".right [role=status]")).to_contain_text("made up")
    page.unroute_all()
    page.locator(".right [role=status]").get_by_role("button", name="Retry").click()
    expect(page.locator(".right .why p").first).to_contain_text("pictures of brown bear")


def test_a_cut_that_is_kept_live_says_from_which_threshold_a_channel_is_in(open_live: OpenPage, live: Service) -> None:
    query = """{ imageClass(model: "tower", index: 0) { attributionGraph(threshold: 12) {
      channels { channel { id } } } } }"""
    (channel, *_) = live.ask(query)["imageClass"]["attributionGraph"]["channels"]
    id = channel["channel"]["id"]
    place = """query ($id: ID!) { imageClass(model: "tower", index: 0) { attributionGraph(threshold: 12) {
      place(channel: $id) { pagerankBefore rankAmongUsers others meanShare } } } }"""
    found = live.ask(place, id=id)["imageClass"]["attributionGraph"]["place"]
    page = open_live(f"/?model=tower&class=0&threshold=12&pin={id.removeprefix('tower/')}")

    before = f"{found['pagerankBefore']:.2f}".rstrip("0").rstrip(".")
    expect(page.locator(".right .why")).to_contain_text(f"at any threshold above {before} %; this graph is cut at 12 %")


@pytest.mark.parametrize(
    ("place", "name"),
    [("mixed4e/346", "fish / aquatic vertebrate"), (PLACE, "chordate / vertebrate"), ("mixed5b/338", "carnivore")],
)
def test_a_channels_page_suggests_a_name(open_page: OpenPage, place: str, name: str) -> None:
    page = open_page(f"/?room=channel&channel={place}")
    expect(page.locator(".called b")).to_have_text(name)
    expect(page.locator(".called .second")).to_have_text("suggested")


def test_a_channel_without_a_group_says_so(open_page: OpenPage) -> None:
    page = open_page("/?room=channel&channel=mixed4a/208")
    expect(page.locator(".called .second")).to_have_text("no group")


def test_a_model_without_groups_suggests_nothing(open_live: OpenPage) -> None:
    page = open_live("/?model=tower&class=0")
    page.locator("g.node").first.click()
    expect(page.locator(".right .why p").first).to_be_visible()
    expect(page.locator(".called")).to_have_text("Name it")


def test_the_card_beside_the_pointer_has_the_name(open_page: OpenPage) -> None:
    page = open_page(f"/?class={BROWN}")
    page.locator("g.node", has_text="431").first.hover()
    expect(page.locator(".picturecard")).to_contain_text("chordate / vertebrate")


def test_channels_are_found_by_their_name(open_page: OpenPage) -> None:
    page = open_page(f"/?class={BROWN}")
    expect(page.locator("g.node").first).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("fish aquatic")
    found = page.get_by_role("option").filter(has_text="mixed")
    expect(found.first).to_contain_text("fish / aquatic vertebrate")
    found.first.click()
    expect(page.locator(".called b")).to_contain_text("fish")


def test_a_name_of_ones_own_overrules_the_suggestion_everywhere(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(f"/?class={BROWN}&pin={PLACE}")
    page.get_by_role("button", name=NAMING).click()
    page.get_by_label("Name of the channel").fill("bear face, seen from the front")
    page.get_by_role("button", name="Keep").click()

    expect(page.locator(".right .called b")).to_have_text("bear face, seen from the front")
    expect(page.locator(".right .called .second")).to_have_text("suggested: chordate / vertebrate")
    expect(page.locator("g.node .number", has_text="bear fac…")).to_have_count(1)
    page.reload()
    expect(page.locator("g.node .number", has_text="bear fac…")).to_have_count(1)
    page.keyboard.press("/")
    page.keyboard.type("from the front")
    expect(page.get_by_role("option", name=PLACE)).to_be_visible()
    page.keyboard.press("Escape")
    page.goto(f"/?room=channel&channel={PLACE}")
    expect(page.locator(".called b")).to_have_text("bear face, seen from the front")
    page.goto(f"/?room=compare&classes={BROWN},295")
    expect(page.locator("g.node .number", has_text="bear fac…")).to_have_count(1)

    page.goto(f"/?room=channel&channel={PLACE}")
    page.get_by_role("button", name=NAMING).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save to a file").click()
    saved = tmp_path / "names.json"
    download.value.save_as(saved)
    (note,) = json.loads(saved.read_text())["notes"]
    assert (note["kind"], note["target"], note["name"]) == ("CHANNEL", PLACE, "bear face, seen from the front")
    page.get_by_role("button", name="Remove").click()
    expect(page.locator(".called b")).to_have_text("chordate / vertebrate")
    page.locator("input[type=file]").set_input_files(saved)
    expect(page.get_by_role("status").filter(has_text="1 entry added.")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".called b")).to_have_text("bear face, seen from the front")


def test_a_file_that_holds_no_names_is_refused_in_words(open_page: OpenPage, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"kind": "something else"}')
    page = open_page(f"/?room=channel&channel={PLACE}")
    page.get_by_role("button", name=NAMING).click()
    page.locator("input[type=file]").set_input_files(other)
    expect(page.get_by_text("This file is not a names-and-notes file.")).to_be_visible()
