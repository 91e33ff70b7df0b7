"""Names, notes and saved views: in the database with the token, in this browser without it, and never lost unseen."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.conftest import Service
from tests.e2e.axe import faults

OpenPage = Callable[..., Page]
MODEL = "tower"
PLACE = "layer3/1"
GRAPH = f"/?model={MODEL}&class=0"
NAMING = re.compile("^(Name it|Rename): {}$".format(PLACE.replace("/", ".")))
CHANNEL = f"/?model={MODEL}&channel={PLACE}"


def with_token(address: str, service: Service) -> str:
    return f"{address}&token={service.token}"


@pytest.fixture
def unwritten(live: Service) -> Iterator[None]:
    """Nothing is written about the model afterwards, for the other tests' sake."""
    yield
    for note in written(live):
        ask = (
            "mutation ($model: ID!, $kind: AnnotationKind!, $target: String!, $expected: String!) {"
            " removeAnnotation(model: $model, kind: $kind, target: $target, expected: $expected) }"
        )
        about = {name: note[name] for name in ("kind", "target")}
        live.change(ask, model=MODEL, expected=note["revision"], **about)


def written(live: Service) -> list[dict[str, Any]]:
    asked = "query ($model: ID!) { model(id: $model) { annotations { kind target name note picture revision } } }"
    found: list[dict[str, Any]] = live.ask(asked, model=MODEL)["model"]["annotations"]
    return found


def name_it(page: Page, name: str, note: str = "") -> None:
    page.get_by_role("button", name=NAMING).click()
    page.get_by_label("Name of the channel").fill(name)
    page.get_by_label("Note", exact=True).fill(note)
    page.get_by_role("button", name="Keep").click()


@pytest.mark.usefixtures("unwritten")
def test_what_one_browser_writes_with_the_token_another_sees_and_never_overwrites_unseen(
    open_live: OpenPage, live: Service
) -> None:
    mine = open_live(with_token(CHANNEL, live))
    name_it(mine, "stripes", "as on a zebra\nand on a tiger")
    expect(mine.locator(".called b")).to_have_text("stripes")
    theirs = open_live(with_token(CHANNEL, live))
    expect(theirs.locator(".called b")).to_have_text("stripes")
    expect(theirs.locator(".written")).to_have_text("as on a zebra\nand on a tiger")
    name_it(theirs, "grass", "as on a zebra")
    expect(theirs.locator(".called b")).to_have_text("grass")

    mine.get_by_role("button", name=f"Rename: {PLACE}").click()
    mine.get_by_label("Name of the channel").fill("bars")
    mine.get_by_role("button", name="Keep").click()
    expect(
        mine.get_by_role("status").filter(
            has_text="Someone else changed this to “grass” with the note “as on a zebra”. Press Keep again"
        )
    ).to_be_visible()
    expect(mine.get_by_label("Name of the channel")).to_have_value("bars")
    assert faults(mine) == []
    mine.get_by_role("button", name="Keep").click()
    expect(mine.locator(".called b")).to_have_text("bars")
    assert [(each["name"], each["note"]) for each in written(live)] == [("bars", "as on a zebra\nand on a tiger")]

    mine.get_by_role("button", name=f"Rename: {PLACE}").click()
    mine.get_by_role("button", name="Remove").click()
    expect(mine.locator(".called b")).to_have_count(0)
    expect(mine.get_by_role("button", name="Undo", exact=True)).to_be_focused()
    mine.get_by_role("button", name="Undo", exact=True).click()
    expect(mine.locator(".called b")).to_have_text("bars")
    assert [each["name"] for each in written(live)] == ["bars"]


@pytest.mark.usefixtures("unwritten")
def test_what_a_browser_keeps_is_offered_to_the_database_once_the_token_is_there(
    open_live: OpenPage, live: Service, shoot: Callable[[Page, str], None]
) -> None:
    page = open_live(GRAPH)
    expect(page.locator("g.node").first).to_be_visible()
    page.get_by_role("button", name="Write a note: made up 0").click()
    expect(page.get_by_text("This browser keeps what you write.")).to_be_visible()
    page.get_by_label("Note", exact=True).fill("few pictures")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator(".right .written")).to_have_text("few pictures")
    page.get_by_role("button", name="Saved views").click()
    expect(page.get_by_text("No view is saved yet.")).to_be_visible()
    page.get_by_label("Name of the view").fill("the tower")
    page.get_by_role("button", name="Save this view").click()
    expect(page.locator(".views img")).to_be_visible()
    assert faults(page) == []
    assert written(live) == []

    page.goto(with_token(f"{CHANNEL}", live))
    expect(page.locator("h1")).to_contain_text("layer3")
    page.get_by_role("button", name="Saved views").click()
    page.get_by_role("button", name="Put 2 entries of this browser into the database").click()
    expect(page.get_by_role("status").filter(has_text="2 entries added.")).to_be_visible()
    kept = {each["kind"]: each for each in written(live)}
    assert (kept["CLASS"]["note"], kept["VIEW"]["name"]) == ("few pictures", "the tower")
    assert kept["VIEW"]["picture"].startswith("data:image/jpeg;base64,")
    page.get_by_role("button", name="Remove: the tower").click()
    expect(page.get_by_text("No view is saved yet.")).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator(".views img")).to_be_visible()

    other = open_live(f"/?model={MODEL}&class=1")
    expect(other.locator("g.node").first).to_be_visible()
    other.get_by_role("button", name="Saved views").click()
    expect(other.locator(".views img")).to_be_visible()
    shoot(other, "saved-views")
    other.get_by_role("link", name="the tower").click()
    expect(other.locator(".right .written")).to_have_text("few pictures")
    expect(other).to_have_url(re.compile(rf"model={MODEL}&class=0"))


def test_what_is_being_written_stays_until_it_is_kept_or_cancelled(open_live: OpenPage) -> None:
    page = open_live(CHANNEL)
    page.get_by_role("button", name=NAMING).click()
    dialog, name = page.get_by_role("dialog"), page.get_by_label("Name of the channel")
    name.fill("stripes")
    box, field = dialog.bounding_box(), name.bounding_box()
    assert box and field
    page.mouse.click(box["x"] + 4, box["y"] + 4)  # its padding
    page.mouse.move(field["x"] + 20, field["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] - 30, field["y"] + 5)  # selects the text
    page.mouse.up()
    expect(name).to_have_value("stripes")
    dialog.get_by_label("File with names and notes").dispatch_event("cancel")  # no file is chosen after all
    expect(dialog.get_by_role("status")).to_have_text("")
    for by_key in (True, False):
        name.press("End")
        if by_key:
            page.keyboard.press("Escape")
        else:
            page.mouse.click(5, 5)
        expect(dialog.get_by_role("status")).to_contain_text("Not saved yet. Press Keep or Cancel.")
        expect(name).to_have_value("stripes")
    name.fill("  ")
    dialog.get_by_role("button", name="Keep").click()
    expect(dialog.get_by_role("status")).to_contain_text("This is empty. Write something first.")
    name.fill("")
    page.mouse.click(5, 5)
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name=NAMING)).to_be_focused()


@pytest.mark.usefixtures("unwritten")
def test_what_is_typed_while_a_note_is_being_saved_is_not_lost(open_live: OpenPage, live: Service) -> None:
    page = open_live(with_token(CHANNEL, live))
    expect(page.get_by_role("button", name=NAMING)).to_be_visible()
    held: list[Route] = []

    def hold(route: Route) -> None:
        if "keepAnnotation" in (route.request.post_data or ""):
            held.append(route)
        else:
            route.continue_()

    page.route("**/graphql", hold)
    with page.expect_request(lambda request: "keepAnnotation" in (request.post_data or "")):
        name_it(page, "stripes")
    page.get_by_label("Name of the channel").fill("stripes and bars")
    held[0].continue_()
    status = page.get_by_role("dialog").get_by_role("status")
    expect(status).to_have_text("Saved, but not what you wrote since.")
    expect(page.get_by_label("Name of the channel")).to_have_value("stripes and bars")
    assert [each["name"] for each in written(live)] == ["stripes"]
    page.unroute("**/graphql")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".called b")).to_have_text("stripes and bars")
    assert [each["name"] for each in written(live)] == ["stripes and bars"]


def test_what_the_service_refuses_can_be_kept_in_the_browser(open_live: OpenPage, live: Service) -> None:
    page = open_live(f"{CHANNEL}&token=outdated", offline=True)
    name_it(page, "stripes")
    expect(page.get_by_label("Token")).to_be_visible()
    page.get_by_label("Name of the channel").fill("bars")
    page.get_by_role("button", name="Keep in this browser").click()
    expect(page.locator(".called b")).to_have_text("bars")
    assert written(live) == []
    page.get_by_role("button", name=f"Rename: {PLACE}").click()
    offer = page.get_by_role("button", name="Put 1 entry of this browser into the database")
    expect(offer).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    expect(page.locator(".called b")).to_have_count(0)
    expect(offer).to_have_count(0)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(offer).to_be_visible()
