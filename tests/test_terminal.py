"""Answers for a program."""

import json
import math

import pytest

from summit.terminal import answer


def test_numbers_that_json_cannot_represent_are_null(capsys: pytest.CaptureFixture[str]) -> None:
    answer({"a": [1.5, math.nan], "b": {"c": (math.inf, -math.inf)}, "d": True}, True, "")
    printed = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert printed == {"a": [1.5, None], "b": {"c": [None, None]}, "d": True}
