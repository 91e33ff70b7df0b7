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
    "channel": (f"/?model={MODEL}&channel=mixed4d/431", ".usage li"),
    "table": (f"/?model={MODEL}&class=294&table=true", ".twin td"),
}
SCREENS = [
    *((room, "phone", PHONE) for room in ROOMS),
    *((room, "dark", DARK) for room in ("motifs", "query", "channel", "table")),
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
