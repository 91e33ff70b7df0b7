"""The channel room without a channel, in a real browser: channels that seem to mean nothing, and early exit."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from playwright.sync_api import Locator, Page, Route, expect

from ingest.run.excluded import channels_to_exclude
from tests.conftest import Service
from tests.e2e.axe import faults
from tests.e2e.looking import MODEL

OpenPage = Callable[..., Page]
Shoot = Callable[[Page, str], None]
LIMITS = {"position": 1.0, "selectivity": 0.12, "frequency": 0.05, "graphs": 0.5, "limit": 200}
ASKED = 'query($p: JSON) { storedQuery(name: "channels_without_meaning", parameters: $p) { columns rows } }'


def proposed(service: Service, model: str) -> list[dict[str, Any]]:
    found = service.ask(ASKED, p={"model": model, **LIMITS})["storedQuery"]
    return [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]


def listed(page: Page) -> Locator:
    return page.get_by_role("table", name="Channels that seem to mean nothing")


def names(page: Page) -> list[str]:
    return listed(page).locator("tbody th").all_text_contents()


def test_published_graphs_propose_by_frequency_alone_and_say_so(
    open_page: OpenPage, running: Service, shoot: Shoot
) -> None:
    rows = proposed(running, MODEL)
    assert rows and {row["reason"] for row in rows} == {"frequency alone"}
    page = open_page(f"/?model={MODEL}&channel=mixed4d/431")
    page.get_by_role("link", name="Channels that seem to mean nothing").click()
    expect(listed(page).locator("tbody tr")).to_have_count(len(rows))
    assert names(page) == [row["channel"].partition("/")[2] for row in rows]
    expect(page.get_by_text("Nothing but frequency is known of this model")).to_be_visible()
    expect(listed(page).locator("tbody img")).to_have_count(len(rows))
    save = page.get_by_role("button", name="Save list")
    expect(save).to_be_disabled()
    ticked = [row["channel"].partition("/")[2] for row in rows[:2]]
    for name in ticked:
        page.get_by_label(f"Exclude {name}").press("Space")
    expect(page.get_by_text("2 channels ticked")).to_be_visible()
    with page.expect_download() as saved:
        save.click()
    assert list(channels_to_exclude(str(saved.value.path()))) == ticked
    assert faults(page) == []
    shoot(page, "meaningless")
    listed(page).locator("th a").filter(has_text=ticked[0]).click()
    expect(page).to_have_url(re.compile(f"channel={ticked[0]}$"))
    page.go_back()
    expect(listed(page).locator("tbody tr")).to_have_count(len(rows))
    for name in ticked:
        expect(page.get_by_label(f"Exclude {name}")).to_be_checked()


def test_measured_channels_are_sorted_by_each_score(open_live: OpenPage, live: Service) -> None:
    rows = proposed(live, "tower")
    assert {row["reason"] for row in rows} == {"position and selectivity"}
    page = open_live("/?model=tower&room=channel")
    expect(listed(page).locator("tbody tr")).to_have_count(len(rows))
    expect(page.get_by_text("peaks in unusual places").first).to_be_visible()
    for head, key, sign in (
        ("position", "position", -1),
        ("selectivity", "selectivity", 1),
        ("frequency", "frequency", -1),
    ):
        page.get_by_role("button", name=head, exact=True).click()
        expect(page.get_by_role("columnheader", name=head)).to_have_attribute(
            "aria-sort", "ascending" if sign == 1 else "descending"
        )
        order = sorted(rows, key=lambda row: sign * float(row[key]))
        assert names(page) == [row["channel"].partition("/")[2] for row in order]
    page.emulate_media(color_scheme="dark")
    assert faults(page) == []


def test_a_model_without_such_channels_says_what_was_looked_for_once_it_is_answered(open_live: OpenPage) -> None:
    def refuse(route: Route) -> None:
        asked = unquote(route.request.url) + (route.request.post_data or "")
        if "channels_without_meaning" not in asked:
            return route.continue_()
        return route.fulfill(json={"errors": [{"message": "not now", "extensions": {"code": "STORE_ERROR"}}]})

    page = open_live("/?model=town")
    page.route("**/graphql*", refuse)
    page.goto("/?model=town&room=channel")
    expect(page.get_by_text("not now")).to_be_visible()
    page.unroute("**/graphql*")
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_text("No channel qualifies.")).to_be_visible()
    assert faults(page) == []


def test_early_exit_is_a_chart_and_a_table_of_what_was_measured(open_live: OpenPage, live: Service) -> None:
    probe = live.ask('{ model(id: "tower") { probe { heldOut layers { layer accuracy random every } } } }')["model"]
    layers = probe["probe"]["layers"]
    page = open_live("/?model=tower&room=channel")
    chart = page.get_by_role("img", name=f"Share of {probe['probe']['heldOut']} held-out pictures")
    expect(chart).to_be_visible()
    dots = chart.locator("circle title").all_text_contents()
    for key, name in (("every", "all"), ("random", "as many"), ("accuracy", "top")):
        told = [(each["layer"], f"{round(100 * each[key])} %") for each in layers]
        assert [(text.partition(":")[0], " ".join(text.split()[-2:])) for text in dots if f": {name} " in text] == told
    rows = page.get_by_role("table", name="Early exit").locator("tbody tr")
    expect(rows).to_have_count(len(layers))
    for at, each in enumerate(layers):
        words = f"{each['layer']}.*{100 * each['accuracy']:.2f}.*{100 * each['every']:.2f}"
        expect(rows.nth(at)).to_contain_text(re.compile(words))
    page.goto("/?model=town&room=channel")
    expect(page.get_by_text("Not measured for these counts")).to_contain_text("summit probe RUN")
    assert faults(page) == []
