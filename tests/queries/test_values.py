"""What can be sent to a database, and what its answers are told as."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from neo4j.time import Date, Duration

from queries.errors import QueryError
from queries.values import check_sendable, plain, unseen


@pytest.mark.parametrize("value", [None, True, 2**63 - 1, -(2**63), 1.5, math.nan, "añ🐻\x00", [1, {"a": ["b"]}], {}])
def test_what_json_holds_can_be_sent(value: Any) -> None:
    check_sendable({"name": value})


@pytest.mark.parametrize(
    "value, problem",
    [
        (2**63, "not a 64-bit integer"),
        ([1, {"a": -(2**70)}], "not a 64-bit integer"),
        ("bear \ud83d", r"half a character \(U\+D83D\)"),
        ({"a": [{"\udc00": 1}]}, r"half a character \(U\+DC00\)"),
    ],
)
def test_what_no_database_takes_is_refused_by_name(value: Any, problem: str) -> None:
    with pytest.raises(QueryError, match=f"parameter 'name': .*{problem}"):
        check_sendable({"name": value})


def test_a_name_that_is_half_a_character_is_refused() -> None:
    with pytest.raises(QueryError, match="half a character"):
        check_sendable({"\ud800": 1})


def test_what_is_nested_too_deep_is_refused() -> None:
    value: Any = 1
    for _ in range(5000):
        value = [value]
    with pytest.raises(QueryError, match="nested more than 100 deep"):
        check_sendable({"name": value})


def test_numbers_without_a_sign_in_json_are_told_by_name() -> None:
    assert plain([1.5, math.nan, {"a": [math.inf, -math.inf]}]) == [1.5, "NaN", {"a": ["Infinity", "-Infinity"]}]


def test_dates_and_durations_are_told_as_text() -> None:
    assert plain([Date(2020, 1, 2), Duration(days=1), None, True]) == ["2020-01-02", "P1D", None, True]


@pytest.mark.parametrize("case", json.loads(Path(__file__).with_name("unseen.json").read_text(encoding="utf-8")))
def test_what_cannot_be_seen_of_a_name_is_found(case: dict[str, str | None]) -> None:
    assert unseen(case["name"] or "") == case["sign"]
