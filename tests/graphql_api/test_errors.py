"""What of an error leaves the service."""

import pytest

from graphql_api.errors import LONGEST, told


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
    ],
)
def test_addresses_behind_the_service_are_not_told(message: str, shown: str) -> None:
    assert told(message) == shown


def test_what_was_sent_is_not_sent_back_at_length() -> None:
    assert len(told("a" * 10 * LONGEST)) < LONGEST + 10
