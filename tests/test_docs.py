"""What the documentation says is what the product does."""

import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from bench.print_reference import printed
from graphql_api.requests import asking, limits
from queries.ask.functions import readable
from queries.ask.reference import reference
from queries.engines.settings import OF_DEVELOPMENT, SETTINGS, Settings
from queries.guard.statement import SECONDS
from queries.library import load_library
from summit.main import app
from tests.conftest import ROOT, Database
from tests.queries.guard.guarded import Guarded

COOKBOOK = re.findall(r"```cypher\n(.*?)```", (ROOT / "docs" / "cypher.md").read_text(), re.DOTALL)
PRODUCT = ("summit", "queries", "graphql_api", "ingest")
README = (ROOT / "README.md").read_text()


def test_the_reference_of_stored_queries_is_up_to_date(arcadedb: Database) -> None:
    answers = printed({name: arcadedb.example(name) for name in readable()})

    assert (ROOT / "docs" / "queries.md").read_text() == reference(load_library(), answers), "run `make docs`"


@pytest.mark.parametrize("statement", COOKBOOK, ids=range(len(COOKBOOK)))
def test_a_statement_of_the_cookbook_is_allowed_and_answers(statement: str, guarded: Guarded) -> None:
    guarded.guard.seconds = SECONDS
    assert guarded.run(statement).rows


def test_the_cookbook_has_at_least_twelve_statements() -> None:
    assert len(COOKBOOK) >= 12


def test_every_command_is_in_the_readme_and_has_help() -> None:
    everything: Any = get_command(app)
    commands = [*everything.commands, *(f"db {name}" for name in everything.commands["db"].commands)]
    for command in commands:
        assert command == "db" or f"summit {command}" in README, f"README.md does not name `summit {command}`"
        assert CliRunner().invoke(app, [*command.split(), "--help"]).exit_code == 0


def test_every_setting_is_in_the_readme() -> None:
    rows = re.findall(r"^\| `(SUMMIT_[A-Z_]+)` \| (.*) \|$", README, re.MULTILINE)
    assert dict(rows) == SETTINGS | OF_DEVELOPMENT
    assert Settings.from_environment({}).home == Path(".summit").absolute()


def test_every_setting_that_is_used_is_one_of_the_table() -> None:
    places = [*(path for place in PRODUCT for path in (ROOT / place).rglob("*.py")), ROOT / "Makefile"]
    used = {name for path in places for name in re.findall(r"SUMMIT_[A-Z_]+", path.read_text())}
    assert used - {"SUMMIT_"} <= (SETTINGS | OF_DEVELOPMENT).keys()


def test_no_text_installs_us_from_an_index_that_does_not_have_us() -> None:
    texts = [
        path for place in ("docs", "summit", "queries", "ingest", "graphql_api") for path in (ROOT / place).rglob("*")
    ]
    for path in [ROOT / "README.md", *texts]:
        if path.suffix in (".md", ".py"):
            assert not re.search(r"pip install ['\"]?summit-graph", path.read_text()), path


def test_files_that_newcomers_are_sent_to_exist() -> None:
    """Every path in backticks or in a diagram; a place holder such as <name> matches anything."""
    for page in (ROOT / "CONTRIBUTING.md", ROOT / "docs" / "architecture.md"):
        for path in re.findall(r"\b(?:queries|ingest|graphql_api|web|tests|docs)/[\w<>/.*-]*\w", page.read_text()):
            assert any(ROOT.glob(re.sub(r"<\w+>", "*", path))), f"{page.name} names {path}"


def test_the_limits_of_a_request_are_in_the_documentation() -> None:
    told = (ROOT / "docs" / "service.md").read_text()
    counted = [value for name, value in vars(limits).items() if name.startswith("MOST_")]
    for limit in (*counted, limits.DEEPEST, asking.DEEPEST):
        assert re.search(rf"[ |]{limit:,}[ ,\n]", told), f"docs/service.md does not tell the limit {limit:,}"


def test_links_between_documents_lead_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
