"""Answers are JSON whatever is in them, and compressed for clients that take gzip."""

import gzip
import json
from pathlib import Path

import pytest

from bench.testbed.databases import Database
from graphql_api.encoding import json_bytes, takes_gzip
from graphql_api.gate.access import Entry
from queries.guard.guard import Guard
from tests.graphql_api.asgi import TOKEN, Caller


@pytest.mark.parametrize(
    "value",
    [
        {"graph": [1, -2.5, 1e-300, 1e22, True, None, "é 🐻 \u2028 \x00"]},
        {"more than 64 bits": [2**64, -(2**63) - 1]},
        {"half of a character": "\ud83d"},
        {1: "a key that is not text"},
    ],
)
def test_an_answer_says_in_json_what_it_holds(value: object) -> None:
    assert json.loads(json_bytes(value)) == json.loads(json.dumps(value))


def test_what_json_has_no_type_for_is_its_text() -> None:
    assert json.loads(json_bytes([Path("a") / "b", 2**70])) == ["a/b", 2**70]


@pytest.mark.parametrize(
    ("accepted", "taken"),
    [
        ("gzip", True),
        ("br;q=1.0, GZIP;q=0.8, *;q=0.1", True),
        ("*", True),
        ("x-gzip", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, identity", False),
        ("*;q=0", False),
        ("gzip;q=0, *", False),
        ("identity", False),
        ("", False),
        ("gzip;q=much", True),
    ],
)
def test_gzip_is_taken_where_it_is_named_and_not_refused(accepted: str, taken: bool) -> None:
    assert takes_gzip({"accept-encoding": accepted}) == taken
    assert not takes_gzip({})


@pytest.mark.parametrize("path", ["/graphql?query={__schema{types{name,description,fields{name,description}}}}", "/"])
@pytest.mark.parametrize(("accepted", "packed"), [("gzip;q=0, identity", False), ("gzip;q=0.5", True)])
def test_no_address_sends_gzip_to_who_refuses_it(
    made: Database, guard: Guard, page_in_gzip: Path, path: str, accepted: str, packed: bool
) -> None:
    ask = Caller(made, guard, Entry(TOKEN), page_in_gzip)
    answer = ask("GET", path, headers={"accept-encoding": accepted})
    assert answer.status_code == 200 and ("content-encoding" in answer.headers) == packed
    assert "accept-encoding" in answer.headers["vary"].lower()


@pytest.fixture
def page_in_gzip(tmp_path: Path) -> Path:
    text = "<!doctype html><html></html>"
    (tmp_path / "index.html").write_text(text)
    (tmp_path / "index.html.gz").write_bytes(gzip.compress(text.encode()))
    return tmp_path
