"""The page tells of long work while it runs, in whatever process, and is silent otherwise."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from queries.work.under_way import announced
from tests.conftest import Service
from tests.e2e.axe import faults


def test_a_line_tells_of_work_while_it_runs(open_page: Callable[..., Page], running: Service) -> None:
    if not running.home:
        pytest.skip("SUMMIT_TEST_URL names a service whose data directory is not known")
    with announced(running.home, "extract", "digits") as progress:
        progress("cutting", 1, 10)
        page = open_page("?class=294")
        lines = page.get_by_role("list", name="Work under way")
        expect(lines).to_contain_text("Extracting graphs of digits: cutting 1 of 10")
        spoken = page.get_by_role("status").filter(has_text="Extracting")
        expect(spoken).to_have_text("Extracting graphs of digits")
        progress("sealing", 2, 10)
        expect(lines).to_contain_text("Extracting graphs of digits: sealing 2 of 10")
        expect(spoken).to_have_text("Extracting graphs of digits")
        assert faults(page) == []
    expect(spoken).to_have_text("Extracting graphs of digits: done")
    expect(page.locator(".work")).to_be_hidden()
