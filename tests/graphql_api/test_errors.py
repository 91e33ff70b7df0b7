"""What of an error leaves the service."""

import json
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from graphql_api.errors import LONGEST, told
from tests.conftest import HANGS, Service


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("bolt://127.0.0.1:47273: Syntax error at line 1:0", "the database: Syntax error at line 1:0"),
        ("nothing answers at neo4j+s://db.inner.example:7687; start it", "nothing answers at the database; start it"),
        ("bolt://[::1]:7687 refuses the user", "the database refuses the user"),
        ("Couldn't connect to 10.0.0.7:7687 (resolved to ())", "Couldn't connect to the database (resolved to ())"),
        ("it failed ('127.0.0.1', 58545); repeat it", "it failed; repeat it"),
        ("it failed ('::1', 58545, 0, 0)", "it failed"),
        ("class " + "9" * 4_300 + " is not there", "class 9999999999... (4,300 digits) is not there"),
        ("layer 1.2.3.4 is not there", "layer 1.2.3.4 is not there"),
        ("il manque\u00a0: la classe", "il manque\u00a0: la classe"),
        ("no picture of two\nlines\0\u202e", r"no picture of two\nlines\x00\u202e"),
    ],
)
def test_addresses_behind_the_service_are_not_told(message: str, shown: str) -> None:
    assert told(message) == shown


def test_what_was_sent_is_not_sent_back_at_length() -> None:
    for sent in ("a", "\0"):
        assert len(told(sent * 10 * LONGEST)) < LONGEST + 10


@pytest.mark.parametrize(
    "model", ["", "..", "a/b", "%2f", "two\nlines", "bell\a", "e\u0301t", "\u202e", "\0", "x" * 5000]
)
def test_what_cannot_be_a_model_is_not_found_at_any_address(empty_service: Service, model: str) -> None:
    answer = empty_service.post("query($model: ID!) { imageClass(model: $model, index: 0) { index } }", model=model)
    assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    told = [answer["errors"][0]["message"]]
    for path in (f"/export/{quote(model, '')}?class=0", f"/pictures/{quote(model, '')}/mixed4d/431/0.jpg"):
        with pytest.raises(HTTPError) as refused:
            urlopen(empty_service.url + path, timeout=HANGS)
        assert refused.value.code == 404
        told.append(json.load(refused.value)["errors"][0]["message"])
    assert all(len(message) < 300 and message.isprintable() for message in told), told
