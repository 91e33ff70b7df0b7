"""What axe finds wrong with a page."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.looking import run_script

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RUN = 'axe.run({ resultTypes: ["violations"] }).then(({ violations }) => violations)'  # of others no more than one each
ORDER = ("heading-order", "page-has-heading-one")  # moderate to axe; here they count


def faults(page: Page) -> list[tuple[str, str]]:
    """Every serious finding, and every heading out of order: the rule, and the first element that breaks it."""
    if not AXE.is_file():
        pytest.skip(f"{AXE} is not there; run `npm ci` in web/")
    run_script(page, AXE)
    found: list[dict[str, Any]] = page.evaluate(RUN)
    serious = [item for item in found if item["impact"] in ("serious", "critical") or item["id"] in ORDER]
    return [(item["id"], item["nodes"][0]["html"]) for item in serious]
