"""The map of a model whose pictures were counted: accuracies, histograms, confusions, groups that are kept."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import Service
from tests.e2e.axe import faults
from tests.e2e.conftest import TOWN_ACCURACY, TOWN_GROUPS
from tests.e2e.looking import probe
from tests.e2e.test_late_answers import Held
from tests.e2e.test_map import saved

OpenPage = Callable[..., Page]
AT = "/?room=map&model=town&layer=layer1"
KNOWN = [index for index, accuracy in TOWN_ACCURACY.items() if accuracy is not None]
UNKNOWN = [index for index, accuracy in TOWN_ACCURACY.items() if accuracy is None]


def rows(page: Page) -> Locator:
    return page.locator(".room-map .classes a.item")


def shown(page: Page) -> list[int]:
    return [int(row.get_attribute("data-class") or "") for row in rows(page).all()]


def open_town(open_live: OpenPage, rest: str = "", **options: object) -> Page:
    page = open_live(f"{AT}{rest}", **options)
    expect(page.locator(".room-map h1")).to_have_text("Classes at layer1")
    expect(rows(page)).to_have_count(len(TOWN_ACCURACY))
    return page


def test_accuracy_orders_the_list_up_and_down_with_the_unknown_last(open_live: OpenPage, live: Service) -> None:
    page = open_town(open_live, "&class=2&sort=accuracy")
    up = sorted(KNOWN, key=lambda index: TOWN_ACCURACY[index] or 0)
    expect(rows(page).nth(1)).to_have_attribute("data-class", str(up[-1]))
    assert shown(page) == [2, *reversed(up), 5]
    button = page.locator(".room-map").get_by_role("button", name=re.compile("^Accuracy"))
    expect(button).to_have_text("Accuracy ↓")
    button.click()
    expect(button).to_have_text("Accuracy ↑")
    expect(rows(page).nth(1)).to_have_attribute("data-class", str(up[0]))
    assert shown(page) == [2, *up, 5]
    query = '{ classes(model: "town", orderBy: ACCURACY_ASCENDING) { nodes { index accuracy } } }'
    told = live.ask(query)["classes"]["nodes"]
    assert [item["index"] for item in told] == [*up, *UNKNOWN]
    for index in KNOWN:
        expect(rows(page).and_(page.locator(f"[data-class='{index}']")).locator(".accuracy")).to_have_text(
            f"{100 * (TOWN_ACCURACY[index] or 0):g} %"
        )


def test_histograms_have_common_axes_and_are_hidden_where_nothing_is_known(open_live: OpenPage) -> None:
    page = open_town(open_live, "&class=4&sort=index")
    for index in UNKNOWN:
        assert page.locator(f".room-map [data-class='{index}'] .bars").count() == 0
    tops = {}
    for index in KNOWN:
        bars = page.locator(f".room-map [data-class='{index}'] .bars path")
        box: dict[str, Any] = bars.evaluate("(path) => { const { y, height } = path.getBBox(); return { y, height }; }")
        tops[index] = box["height"]
    largest = {index: max(accuracy or 0, 1 - (accuracy or 0)) for index, accuracy in TOWN_ACCURACY.items()}
    assert tops[4] == max(tops.values())
    assert tops[0] / tops[4] == pytest.approx(largest[0] / largest[4], abs=0.06)


def test_what_a_class_is_taken_for_has_its_name_or_the_number_of_its_output(open_live: OpenPage, live: Service) -> None:
    page = open_town(open_live, "&class=1")
    query = '{ imageClass(model: "town", index: 1) { confusions { output name images } } }'
    told = live.ask(query)["imageClass"]["confusions"]
    assert [(item["output"], item["images"]) for item in told] == [(99, 3), (0, 2)]
    expected = [f"{item['name'] or 'output 99'}{item['images']}" for item in told]
    listed = page.locator(".room-map .right .uses").first.locator(".use")
    expect(listed).to_have_text(expected)
    listed.nth(1).click()
    expect(page.locator(".room-map .right .title h2")).to_have_text("street a")


def test_points_are_coloured_by_accuracy_or_by_groups(open_live: OpenPage) -> None:
    page = open_town(open_live)
    legend = page.locator(".legend")
    legend.get_by_role("button", name="accuracy").click()
    expect(page).to_have_url(re.compile("colours=accuracy"))
    expect(legend.locator(".item")).to_have_text(
        [*(re.compile(f"^{least}.{least + 20} %$") for least in range(0, 100, 20)), "unknown"]
    )
    fills = re.findall(r"<circle[^>]* fill=\"(rgb[^\"]+)\"", saved(page, "Picture (SVG)").read_text())
    assert len(set(fills)) == 4, "two classes unknown, one below 20 %, one at 50 %, two from 80 %"
    page.reload()
    expect(legend.get_by_role("button", name="accuracy")).to_have_attribute("aria-pressed", "true")
    legend.get_by_role("button", name="groups").click()
    expect(page).not_to_have_url(re.compile("colours="))


def test_a_picked_group_is_kept_under_a_name_by_who_may(open_live: OpenPage, live: Service) -> None:
    page = open_town(open_live, "&picked=1,4", offline=True)
    rooms = page.get_by_role("navigation", name="Rooms")
    rooms.get_by_role("link", name="Compare").click()
    page.get_by_role("link", name="Compare two groups").click()
    expect(page.get_by_label("First group")).to_contain_text("old town")
    rooms.get_by_role("link", name="Map").click()
    form = page.locator(".keep")
    form.get_by_label("Name of the group").fill("main streets")
    form.get_by_role("button", name="Keep").click()
    token = form.get_by_label("Token")
    expect(token).to_be_visible()
    query = '{ groups(model: "town") { id wnid name classes } }'
    assert "main streets" not in [group["name"] for group in live.ask(query)["groups"]]
    token.fill(live.token)
    form.get_by_role("button", name="Retry").click()
    expect(form.get_by_role("status")).to_have_text("Kept as main streets.")
    (kept,) = [group for group in live.ask(query)["groups"] if group["name"] == "main streets"]
    assert (kept["wnid"], kept["classes"]) == (None, [1, 4])
    assert kept["id"] not in (None, "main streets")

    page.locator(".legend").get_by_role("button", name="Add a group").click()
    page.get_by_label("Find a group to colour").first.fill("main")
    page.locator(".finding", has_text="main streets").first.click()
    expect(page.locator(".legend .item", has_text="main streets")).to_be_visible()
    remove = """mutation ($group: ID!) { removeGroup(model: "town", group: $group) }"""
    assert "errors" in live.post(remove, group=kept["id"]), "no token, no change"
    rooms.get_by_role("link", name="Compare").click()
    expect(page.get_by_label("First group")).to_contain_text("main streets")


def test_company_is_counted_of_any_groups_that_are_chosen(open_live: OpenPage, live: Service) -> None:
    page = open_town(open_live, "&class=0")
    expect(page.locator(".company .row")).to_have_count(3)
    groups = page.locator(".companyof .items .item").all_inner_texts()
    assert sorted(groups) == sorted(TOWN_GROUPS)
    query = """query ($groups: [String!]!) { imageClass(model: "town", index: 0) {
      companyByLayer(groups: $groups) { layer company { count } } } }"""
    rows_of_layers = live.ask(query, groups=groups)["imageClass"]["companyByLayer"]
    assert any(item["count"] for row in rows_of_layers for item in row["company"])
    for row in rows_of_layers:
        told = ", ".join(f"{item['count']} {name}" for item, name in zip(row["company"], groups, strict=True))
        title = f"{row['layer']}: {told}"
        expect(page.locator(f".company .row[data-layer='{row['layer']}']")).to_have_attribute("title", title)


def test_counts_of_company_stay_with_their_groups_whatever_the_order(open_live: OpenPage, live: Service) -> None:
    groups = live.ask('{ groups(model: "town") { id name } }')["groups"]
    ids = {group["name"]: group["id"] for group in groups if group["name"] in TOWN_GROUPS}
    (first, former), (second, latter) = ids.items()
    query = """query ($groups: [String!]!) { imageClass(model: "town", index: 0) {
      companyByLayer(groups: $groups) { layer company { count } } } }"""
    told = live.ask(query, groups=[former, latter])["imageClass"]["companyByLayer"]
    layer, one, other = next(
        (row["layer"], *counts) for row in told if len(set(counts := [item["count"] for item in row["company"]])) > 1
    )
    page = open_town(open_live, f"&class=0&company={former},{latter}")
    row = page.locator(f".company .row[data-layer='{layer}']")
    expect(row).to_have_attribute("title", f"{layer}: {one} {first}, {other} {second}")
    held = Held(page, "query Company(")
    turned = f"{AT}&class=0&company={latter},{former}"
    page.evaluate(f"history.pushState(null, '', '{turned}'); dispatchEvent(new PopStateEvent('popstate'))")
    held.wait()
    expect(row).to_have_attribute("title", f"{layer}: {other} {second}, {one} {first}")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_serious_keeps_anybody_from_the_statistics(open_live: OpenPage, dark: bool) -> None:
    page = open_town(open_live, "&class=1&colours=accuracy&sort=accuracy", dark=dark)
    expect(page.locator(".company .row")).to_have_count(3)
    assert faults(page) == []
    assert probe(page, "faintTexts") == []


def test_a_chosen_class_is_named_while_what_is_known_of_it_comes(open_live: OpenPage) -> None:
    page = open_live("/")
    page.route("**/graphql", lambda route: None if "MapClass" in str(route.request.post_data) else route.continue_())
    page.goto(f"{AT}&class=3")
    expect(page.locator(".room-map .right .title h2")).to_have_text("street d")
    expect(page.locator(".room-map .right")).not_to_contain_text("Click a point for")


def test_nothing_of_another_class_stands_below_the_chosen_one(open_live: OpenPage) -> None:
    page = open_town(open_live, "&class=0")
    right = page.locator(".room-map .right")
    expect(right.locator(".title h2")).to_have_text("street a")
    expect(right.locator(".title + p")).to_have_text(re.compile("^class 0 · accuracy 50 % · "))
    expect(right).to_contain_text("Taken for")
    held = Held(page, "query MapClass(")
    rows(page).and_(page.locator("[data-class='3']")).click()
    held.wait()
    expect(right.locator(".title h2")).to_have_text("street d")
    expect(right).not_to_contain_text("Taken for")
    expect(page.locator(".companyof")).to_be_hidden()
    held.release()
    expect(right).to_contain_text("Taken for")
    expect(page.locator(".company .row")).to_have_count(3)


def test_no_class_is_chosen_by_a_late_answer_and_none_is_missed(open_live: OpenPage) -> None:
    page = open_town(open_live, "&class=99")
    right = page.locator(".room-map .right")
    expect(right).to_contain_text("has no class 99")
    page.keyboard.press("Escape")
    expect(right).to_contain_text("Click a point for")
    expect(right).not_to_contain_text("no class")
    held = Held(page, "query MapClass(")
    rows(page).and_(page.locator("[data-class='3']")).click()
    held.wait()
    page.keyboard.press("Escape")
    held.release()
    expect(right).to_contain_text("Click a point for")
    expect(right.locator(".title h2")).to_have_count(0)


def test_a_channel_of_a_model_without_graphs_says_so(open_live: OpenPage) -> None:
    page = open_live("/?room=channel&model=town&channel=layer1/0")
    expect(page.locator(".channelpage .facts")).to_contain_text("0 no graphs yet")


def test_a_group_s_company_is_not_0_before_it_is_counted(open_live: OpenPage, live: Service) -> None:
    groups = live.ask('{ groups(model: "town") { id name } }')["groups"]
    ids = {group["name"]: group["id"] for group in groups}
    page = open_town(open_live, f"&class=0&company={ids['old town']}")
    bars = page.locator(".company .row")
    expect(bars).to_have_count(3)
    expect(bars.first).to_have_attribute("title", re.compile("^layer2: [0-9] old town$"))
    held = Held(page, "query Company(")
    page.locator(".companyof").get_by_role("button", name="Add a group").click()
    page.get_by_label("Find a group to count").first.fill("new town")
    page.locator(".finding", has_text="new town").first.click()
    held.wait()
    expect(bars.first).to_have_attribute("title", re.compile("^layer2: [0-9] old town, \u2013 new town$"))
    held.refuse()
    retry = page.locator(".companyof").get_by_role("button", name="Retry")
    expect(retry).to_be_visible()
    expect(page.locator(".room-map .right .title h2")).to_have_text("street a")
    page.unroute_all()
    retry.click()
    expect(bars.first).to_have_attribute("title", re.compile("^layer2: [0-9] old town, [0-9] new town$"))
    expect(retry).to_be_hidden()


def test_what_is_known_of_a_class_is_asked_for_again(open_live: OpenPage) -> None:
    page = open_town(open_live)
    held = Held(page, "query MapClass(")
    rows(page).and_(page.locator("[data-class='3']")).click()
    held.wait()
    held.refuse()
    page.unroute_all()
    page.locator(".room-map .right").get_by_role("button", name="Retry").click()
    expect(page.locator(".room-map .right .title h2")).to_have_text("street d")


def test_points_are_coloured_by_accuracy_where_there_are_no_groups(open_live: OpenPage) -> None:
    page = open_live("/")
    none = '{"data": {"groups": []}}'
    page.route(
        "**/graphql",
        lambda route: (
            route.fulfill(content_type="application/json", body=none)
            if "query Members(" in (route.request.post_data or "")
            else route.continue_()
        ),
    )
    page.goto(AT)
    colours = page.get_by_role("group", name="Colours of the points")
    colours.get_by_role("button", name="accuracy").click()
    expect(page).to_have_url(re.compile("colours=accuracy"))
    colours.get_by_role("button", name="none").click()
    expect(page).not_to_have_url(re.compile("colours="))
