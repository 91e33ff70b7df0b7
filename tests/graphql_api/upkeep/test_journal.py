"""What is written down of a request: its id, its figures, its line in the log."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.testbed.databases import Database
from graphql_api.gate.access import Entry
from graphql_api.upkeep.logs import write_json, writes_json
from queries.guard.guard import Guard
from tests.graphql_api.asgi import READ, TOKEN, Caller


@pytest.fixture
def ask(made: Database, guard: Guard, page: Path) -> Caller:
    """A service that nobody has asked yet."""
    return Caller(made, guard, Entry(TOKEN), page)


@pytest.fixture
def json_log() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers, logging.getLogger("summit").level
    write_json()
    yield
    root.handlers = before
    logging.getLogger("summit").setLevel(level)


def figure(ask: Caller, name: str) -> float:
    """A figure by name and labels, 0 where it is not there."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", ask("GET", "/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_requests_are_counted_by_what_they_lead_to(ask: Caller) -> None:
    for _ in range(3):
        ask("POST", "/graphql", json=READ)
    ask("POST", "/graphql", json={"query": "{ nothing }"})
    hidden = 'query { ...A ... on Query { groups(model: "made") { name } } } fragment A on Query { models { id } }'
    ask("POST", "/graphql", json={"query": hidden})
    ask("GET", "/nowhere/at/all")
    assert ask("GET", "/metrics").headers["content-type"].startswith("text/plain")
    assert figure(ask, 'summit_requests_total{kind="graphql",status="200"}') == 5
    assert figure(ask, 'summit_requests_total{kind="page",status="404"}') == 1
    assert figure(ask, 'summit_request_seconds_count{kind="graphql"}') == 5
    assert figure(ask, 'summit_graphql_seconds_count{field="imageClass"}') == 3
    assert figure(ask, 'summit_graphql_seconds_count{field="models"}') == 1
    assert figure(ask, 'summit_graphql_seconds_count{field="groups"}') == 1
    assert "nothing" not in ask("GET", "/metrics").text, "what a client makes up is no label"


def test_every_answer_has_an_id_its_own_or_that_of_the_request(ask: Caller) -> None:
    ids = {ask("POST", "/graphql", json=READ).headers["x-request-id"] for _ in range(2)}
    assert len(ids) == 2
    assert ask("GET", "/", headers={"x-request-id": "from-a.proxy_1"}).headers["x-request-id"] == "from-a.proxy_1"
    for strange in ("a b", 'a"b', "x" * 65):
        assert ask("GET", "/", headers={"x-request-id": strange}).headers["x-request-id"] != strange


@pytest.mark.usefixtures("json_log")
def test_the_log_is_one_json_object_per_line(ask: Caller, capfd: pytest.CaptureFixture[str]) -> None:
    assert writes_json()
    write_json()  # on the standard error that is captured here
    ask("POST", "/graphql", json=READ, headers={"x-request-id": "seven"})
    ask("GET", "/health")
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    asked, health = (line for line in lines if line["logger"] == "summit.requests")
    assert (asked["request"], asked["path"], asked["status"]) == ("seven", "/graphql", 200)
    assert (asked["fields"], asked["level"]) == (["imageClass"], "INFO")
    assert asked["seconds"] > 0 and asked["time"]
    assert (health["path"], health["fields"]) == ("/health", [])
