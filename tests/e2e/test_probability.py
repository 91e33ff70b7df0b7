"""How sure channels and edges are, on the page: drawn, told, in tables and files, and compared."""

import csv
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Service
from tests.e2e.axe import faults
from tests.e2e.looking import probe
from tests.e2e.residual import CUT, NAME
from tests.e2e.test_kinds import saved

OpenPage = Callable[..., Page]
AT = f"/?model={NAME}&class=0"
GRAPH = f"""{{ imageClass(model: "{NAME}", index: 0) {{ attributionGraph {{ origin {{ replicates }}
  channels {{ probability channel {{ id }} }} edges {{ source target probability }} }} }} }}"""
LOOKS = """() => Object.fromEntries([...document.querySelectorAll("g.node:not(.gone)")].map((node) =>
  [node.__data__.id, [Number(node.querySelector(".picture").getAttribute("opacity") ?? 1),
    node.querySelector(".look").matches(".unsure")]]))"""
STRENGTHS = """() => Object.fromEntries([...document.querySelectorAll("g.edge:not(.gone)")].map((edge) =>
  [edge.__data__.id, edge.__data__.opacity]))"""


@pytest.fixture(scope="module")
def graph(live: Service) -> dict[str, Any]:
    found: dict[str, Any] = live.ask(GRAPH)["imageClass"]["attributionGraph"]
    sure = [each["probability"] for each in found["channels"]]
    assert found["origin"]["replicates"] and min(sure) < 0.5 < max(sure), "some that are sure and some that are not"
    return found


def told(probability: float) -> str:
    """Halves are rounded up, as the page does."""
    return f"{probability + 1e-9:.2f}"


def shown(page: Page, count: int) -> None:
    expect(page.locator("g.node:not(.gone)")).to_have_count(count)


def test_what_is_less_sure_is_fainter_and_below_one_half_has_a_dashed_outline(
    open_live: OpenPage, graph: dict[str, Any]
) -> None:
    page = open_live(AT)
    shown(page, len(graph["channels"]))
    looks = page.evaluate(LOOKS)
    for each in graph["channels"]:
        opacity, unsure = looks[each["channel"]["id"]]
        assert opacity == pytest.approx(0.3 + 0.7 * each["probability"])
        assert unsure == (each["probability"] < 0.5)
    faded = page.evaluate(STRENGTHS)
    expect(page.locator(".kinds .faint")).to_contain_text("dashed outline: below 0.5")
    assert faults(page) == []
    page.get_by_role("button", name="Probability", exact=True).click()
    expect(page).to_have_url(re.compile("probable=false"))
    expect(page.locator("g.look.unsure:not(.sample *)")).to_have_count(0)
    assert {opacity for opacity, _ in page.evaluate(LOOKS).values()} == {1}
    whole = page.evaluate(STRENGTHS)
    for edge in graph["edges"]:
        name = f"{edge['source']}>{edge['target']}"
        assert faded[name] == pytest.approx(whole[name] * (0.3 + 0.7 * edge["probability"]))
    expect(page.locator(".kinds .faint")).to_be_hidden()


def test_it_is_told_of_what_is_pinned_in_tables_and_in_files(open_live: OpenPage, graph: dict[str, Any]) -> None:
    first = graph["channels"][0]
    page = open_live(f"{AT}&pin={first['channel']['id'].split('/', 1)[1]}")
    fact = page.locator(".fact").filter(has=page.locator("dt", has_text="probability"))
    expect(fact.locator("dd")).to_have_text(f"{first['probability']:.2f} of {graph['origin']['replicates']} resamples")
    page.keyboard.press("d")
    expect(page.get_by_role("region").get_by_role("columnheader", name="probability").first).to_be_visible()
    page.keyboard.press("d")
    rows = list(csv.DictReader(saved(page, "Channels (CSV)").read_text().splitlines()))
    assert {row["id"]: float(row["probability"]) for row in rows} == {
        each["channel"]["id"]: each["probability"] for each in graph["channels"]
    }
    edges = list(csv.DictReader(saved(page, "Edges (CSV)").read_text().splitlines()))
    assert [float(row["probability"]) for row in edges] == [edge["probability"] for edge in graph["edges"]]


def test_where_it_is_not_known_nothing_is_fainter_and_there_is_no_switch(open_live: OpenPage) -> None:
    for address in (f"/?model={NAME}&class=2", f"{AT}&threshold={CUT - 10}", "/?model=sample&class=0"):
        page = open_live(address)
        expect(page.locator("g.node").first).to_be_visible()
        expect(page.locator("#shown")).to_contain_text("channel")
        expect(page.get_by_role("button", name="Probability", exact=True)).to_be_hidden()
        assert {opacity for opacity, _ in page.evaluate(LOOKS).values()} == {1}


def test_a_graph_without_says_why(open_live: OpenPage, live: Service, graph: dict[str, Any]) -> None:
    page = open_live(AT)
    shown(page, len(graph["channels"]))
    expect(page.get_by_text("No probabilities")).to_have_count(0)
    query = f"""{{ imageClass(model: "{NAME}", index: 0) {{
      attributionGraph(threshold: {CUT - 10}) {{ origin {{ noProbability }} }} }} }}"""
    why = live.ask(query)["imageClass"]["attributionGraph"]["origin"]["noProbability"]
    page = open_live(f"{AT}&threshold={CUT - 10}")
    expect(page.get_by_text("No probabilities")).to_have_text(f"No probabilities: {why}.".replace("`", ""))
    assert faults(page) == []


def test_a_compared_edge_has_one_for_each_class(open_live: OpenPage, live: Service) -> None:
    query = f"""{{ compare(model: "{NAME}", classes: [0, 1], operation: UNION) {{
      classes {{ name }} edges {{ source target classes probabilities }} }} }}"""
    compared = live.ask(query)["compare"]
    edge = next(each for each in compared["edges"] if len(each["classes"]) == 2 and None not in each["probabilities"])
    pin = ">".join(edge[end].split("/", 1)[1] for end in ("source", "target"))
    page = open_live(f"/?room=compare&model={NAME}&classes=0,1&pin={pin}")
    for each, probability in zip(compared["classes"], edge["probabilities"], strict=True):
        fact = page.locator(".fact").filter(has=page.locator("dt", has_text=f"probability in {each['name']}"))
        expect(fact.locator("dd")).to_have_text(told(probability))
    rows = list(csv.DictReader(saved(page, "Edges (CSV)").read_text().splitlines()))
    saved_ones = {(row["source"], row["target"]): [row["probability_0"], row["probability_1"]] for row in rows}
    assert {ends: [float(one) if one else None for one in both] for ends, both in saved_ones.items()} == {
        (each["source"], each["target"]): each["probabilities"] for each in compared["edges"]
    }


def test_a_comparison_says_which_differences_are_beyond_resampling(open_live: OpenPage, live: Service) -> None:
    query = f"""{{ compare(model: "{NAME}", classes: [0, 1], operation: UNION) {{
      classes {{ name }} channels {{ classes probabilities channel {{ id }} }} }} }}"""
    compared = live.ask(query)["compare"]
    channels, names = compared["channels"], [each["name"] for each in compared["classes"]]
    alone = {each["channel"]["id"]: each for each in channels if len(each["classes"]) == 1}

    def is_beyond(each: dict[str, Any]) -> bool:
        has, lacks = each["probabilities"] if each["classes"] == [0] else reversed(each["probabilities"])
        return bool(has >= 0.95 and lacks <= 0.05)

    beyond = {id for id, each in alone.items() if is_beyond(each)}
    assert 0 < len(beyond) < len(alone)
    page = open_live(f"/?room=compare&model={NAME}&classes=0,1")
    shown(page, len(channels))
    expect(page.locator(".fact", has_text="beyond resampling").locator("dd")).to_have_text(
        f"{len(beyond)} of {len(alone)} differences"
    )
    looks = page.evaluate(LOOKS)
    assert {id for id, (_, unsure) in looks.items() if unsure} == set(alone) - beyond
    for id, words in ((min(beyond), "beyond resampling"), (min(set(alone) - beyond), "may be chance")):
        page = open_live(f"/?room=compare&model={NAME}&classes=0,1&pin={id.split('/', 1)[1]}")
        expect(page.locator(".fact").filter(has=page.locator("dt", has_text="difference")).locator("dd")).to_have_text(
            words
        )
        for name, probability in zip(names, alone[id]["probabilities"], strict=True):
            fact = page.locator(".fact").filter(has=page.locator("dt", has_text=f"probability in {name}"))
            expect(fact.locator("dd")).to_have_text(told(probability))
    page.get_by_role("button", name="Swap sides").click()
    expect(page).to_have_url(re.compile("classes=1,0"))
    shown(page, len(channels))
    assert {id for id, (_, unsure) in page.evaluate(LOOKS).items() if unsure} == set(alone) - beyond


def test_the_legend_is_legible_in_the_dark_and_on_a_phone(open_live: OpenPage, graph: dict[str, Any]) -> None:
    page = open_live(AT, dark=True, width=360, height=740)
    expect(page.locator(".kinds .faint")).to_be_visible()
    assert probe(page, "clipped") == []
    assert probe(page, "faintTexts") == []
