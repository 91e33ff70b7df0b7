"""What colours, bars and words mean, in a real browser: nothing repeats, begins late, or is cut without a word."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Service
from tests.e2e.looking import MODEL, comparison_of, write_name

OpenPage = Callable[..., Page]
TWELVE = ",".join(map(str, range(290, 302)))


def test_no_two_compared_classes_look_alike(open_page: OpenPage) -> None:
    page = open_page(f"/?room=compare&classes={TWELVE}&operation=UNION")
    keys = page.locator(".matrix thead .key")
    expect(keys).to_have_count(12)
    looks = keys.evaluate_all(
        "(keys) => keys.map((key) => { const { backgroundColor, backgroundImage } = getComputedStyle(key); "
        "return backgroundColor + backgroundImage; })"
    )
    assert len(set(looks)) == 12


def test_edges_of_a_class_whose_colour_comes_again_are_dashed(open_page: OpenPage) -> None:
    page = open_page(f"/?room=compare&classes={TWELVE}&operation=UNION&look=graph")
    again = page.locator("g.edge.again .line").first
    expect(again).to_be_attached()
    assert again.evaluate("(path) => getComputedStyle(path).strokeDasharray") != "none"


def test_bars_of_the_matrix_start_at_zero(open_page: OpenPage) -> None:
    page = open_page("/?room=compare&classes=294,295,296,297&operation=UNION")
    cells = page.locator(".matrix td.has")
    expect(cells.first).to_be_visible()
    drawn = cells.evaluate_all(
        """(cells) => cells.map((cell) => [Number(cell.textContent.replace(",", "")),
             cell.querySelector(".bar").getBoundingClientRect().width])"""
    )
    wide = [(count, width) for count, width in drawn if width > 6]
    scale = wide[0][1] / wide[0][0]
    assert [width for _, width in wide] == pytest.approx([count * scale for count, _ in wide], rel=0.05)


def test_classes_of_one_name_carry_their_index(open_page: OpenPage) -> None:
    page = open_page("/?class=134")
    expect(page.locator("h1")).to_have_text("crane (134)")
    page.keyboard.press("/")
    page.keyboard.type("crane")
    expect(page.get_by_role("option", name="crane (517)")).to_be_visible()
    page.keyboard.press("Escape")
    page.goto("/?room=compare&classes=134,517")
    expect(page.locator(".zonehead.a")).to_contain_text("only crane (134)")
    expect(page.locator(".zonehead.b")).to_contain_text("only crane (517)")


def test_what_is_cut_says_how_much_there_is(open_page: OpenPage, running: Service) -> None:
    page = open_page(f"/?model={MODEL}&class=294")
    for words in ("Groups", "Its rarest channels", "Most like it"):
        expect(page.locator(".detail h3", has_text=words).locator(".note")).to_have_text(re.compile(r"^\d+ of \d+"))
    rarest = page.locator(".detail h3", has_text="Its rarest channels").locator("+ .neighbours .neighbour span").first
    channel = rarest.inner_text()
    write_name(page, channel, "my name")
    expect(rarest).to_have_text(f"{channel} my name")
    expect(page.locator(".fact", has_text="class index")).to_have_text("class index294")
    expect(page.locator(".fact", has_text="pictures")).to_contain_text("unknown")
    page.goto("/?room=compare&classes=294,295")
    channels = len(comparison_of(running, 294, 295)["channels"])
    differences = page.locator(".detail h3", has_text="Largest differences")
    expect(differences.locator(".note")).to_have_text(f"6 of {channels}, points")
    expect(page.locator(".detail")).to_contain_text("shares are of the largest count")


def test_channels_without_an_edge_are_marked(open_page: OpenPage) -> None:
    page = open_page(f"/?model={MODEL}&class=294&min=0")
    expect(page.locator("g.node").first).to_be_visible()
    alone = page.evaluate(
        """() => { const edges = [...document.querySelectorAll("g.edge")].map((edge) => edge.__data__);
             const linked = new Set(edges.flatMap(({ source, target }) => [source, target]));
             const ids = [...document.querySelectorAll("g.node")].map((node) => node.__data__.id);
             return ids.filter((id) => !linked.has(id)); }"""
    )
    expect(page.locator("g.node .look.isolated")).to_have_count(len(alone))
    expect(page.locator('g.node[aria-label$=", no edges"]')).to_have_count(len(alone))


def test_a_motif_s_picture_is_a_group_of_links(open_page: OpenPage) -> None:
    page = open_page("/?room=motifs&of=n02131653&shape=EDGE")
    figure = page.locator(".motif figure").first
    expect(figure).to_have_attribute("role", "group")
    expect(figure.get_by_role("link").first).to_be_visible()
