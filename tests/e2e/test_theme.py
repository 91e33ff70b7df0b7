"""Light and dark in a real browser: as the system has it, or as somebody chose."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.looking import MODEL

OpenPage = Callable[..., Page]
EXPLORE = f"/?model={MODEL}&class=294"
LIGHT, DARK = "rgb(247, 247, 245)", "rgb(20, 21, 24)"


def ground(page: Page) -> str:
    return str(page.evaluate("() => getComputedStyle(document.body).backgroundColor"))


def test_dark_colours_are_chosen_kept_and_given_up_again(open_page: OpenPage) -> None:
    page = open_page(EXPLORE)
    page.emulate_media(color_scheme="light")
    button = page.get_by_role("button", name="Dark colours")
    expect(button).to_have_attribute("aria-pressed", "false")
    assert ground(page) == LIGHT

    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert ground(page) == DARK
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert ground(page) == DARK

    page.emulate_media(media="print")
    assert page.evaluate("() => getComputedStyle(document.documentElement).colorScheme") == "light"
    page.emulate_media(media="screen")

    button.click()
    assert ground(page) == LIGHT
    page.emulate_media(color_scheme="dark")
    expect(button).to_have_attribute("aria-pressed", "true")
    assert ground(page) == DARK


@pytest.mark.usefixtures("mapped")
def test_the_maps_are_painted_in_the_chosen_colours(open_page: OpenPage) -> None:
    page = open_page(f"/?model={MODEL}&room=map&layer=mixed4d")
    page.emulate_media(color_scheme="light")
    expect(page.locator(".stamp")).to_have_count(9)
    painted = "() => document.querySelector('.stamp img').src"
    before = page.evaluate(painted)
    page.get_by_role("button", name="Dark colours").click()
    page.wait_for_function(f"(before) => ({painted})() !== before", arg=before)
