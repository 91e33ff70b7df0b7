"""Every room in the dark, on a phone and on a large screen: nothing overlaps, sticks out or is hard to read."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.looking import MODEL, probe

OpenPage = Callable[..., Page]
Shoot = Callable[[Page, str], None]
DARK = {"dark": True}
PHONE = {"width": 360, "height": 800}
LARGE = {"width": 3840, "height": 2160}
ROOMS = {
    "explore": (f"/?model={MODEL}&class=294", "g.node"),
    "map": (f"/?model={MODEL}&room=map&layer=mixed4d&class=603", ".company .row"),
    "compare": (f"/?model={MODEL}&room=compare&classes=294,295", "g.node"),
    "motifs": (f"/?model={MODEL}&room=motifs&of=n02131653", ".motif"),
    "query": (f"/?model={MODEL}&room=query&query=class_edges&args={{}}", ".result td"),
    "question": (f"/?model={MODEL}&room=query&query=difference_channels&plain=true", ".result td img"),
    "channel": (f"/?model={MODEL}&channel=mixed4d/431", ".usage li"),
    "table": (f"/?model={MODEL}&class=294&table=true", ".twin td"),
}
SCREENS = [
    *((room, "phone", PHONE) for room in ROOMS),
    *((room, "dark", DARK) for room in ("motifs", "query", "question", "channel", "table")),
    *((room, "4k", LARGE) for room in ("explore", "compare")),
]


@pytest.mark.parametrize("room, name, look", SCREENS, ids=[f"{room}-{name}" for room, name, _ in SCREENS])
def test_a_room_is_in_order(
    open_page: OpenPage, shoot: Shoot, request: pytest.FixtureRequest, room: str, name: str, look: dict[str, object]
) -> None:
    address, here = ROOMS[room]
    if room == "map":
        request.getfixturevalue("mapped")
    page = open_page(address, **look)
    expect(page.locator(here).first).to_be_attached()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [item for item in probe(page, "clipped") if "zonehead" not in item] == []
    assert (probe(page, "overlaps"), probe(page, "faintTexts")) == (0, [])
    shoot(page, f"{room}-{name}")


@pytest.mark.parametrize("width", [1280, 1440, 1600])
def test_how_a_graph_was_cut_is_whole_and_on_one_line(open_page: OpenPage, width: int) -> None:
    page = open_page(f"/?model={MODEL}&class=294", width=width)
    note = page.locator(".cutnote")
    expect(note).to_have_text("· cut at 7.5 % per layer")
    expect(note).to_have_attribute("title", "cut at 7.5 % of each layer's PageRank")
    assert note.evaluate("(note) => note.scrollWidth - note.clientWidth") <= 1
    shown, cut = page.locator("#shown").bounding_box(), note.bounding_box()
    assert shown and cut and abs(shown["y"] - cut["y"]) < 2 and max(shown["height"], cut["height"]) < 24


def test_motifs_stay_within_their_cards_and_numbers_within_their_column(open_page: OpenPage) -> None:
    page = open_page(f"/?model={MODEL}&room=motifs&of=n02131653", width=1440)
    expect(page.locator(".motif").first).to_be_visible()

    inner = "(column) => column.getBoundingClientRect().right - parseFloat(getComputedStyle(column).paddingRight)"
    end = page.locator(".room-motifs .left").evaluate(inner)
    for told in page.locator(".form output:visible").all():
        box = told.bounding_box()
        assert box and box["x"] + box["width"] <= end, told.inner_text()

    over = page.locator(".motif").evaluate_all(
        """(cards) => cards.flatMap((card) => [...card.querySelectorAll("*")]
             .filter((part) => part.getBoundingClientRect().right > card.getBoundingClientRect().right + 1)
             .map((part) => part.outerHTML.slice(0, 80)))"""
    )
    assert over == []


def test_percents_of_a_table_have_two_decimals(open_page: OpenPage) -> None:
    page = open_page(f"/?model={MODEL}&class=294&table=true")
    table = page.get_by_role("table", name="Channels")
    expect(table.get_by_role("columnheader", name="PageRank, %")).to_be_visible()
    heads = [head.strip(" ↓↑") for head in table.locator("th").all_inner_texts()]
    shown = table.locator(f"tbody td:nth-child({1 + heads.index('PageRank, %')})").all_inner_texts()

    assert all(len(text.partition(".")[2]) == 2 for text in shown), shown
    assert any(text.endswith("0") for text in shown)
