"""What single values of a viewers' file may be. Pure."""

import re

from queries.errors import DataError

HALVES = re.compile("[\ud800-\udfff]")  # of characters: JSON can name them, a database cannot keep them
MOST_CHANNELS = 2**31
LARGEST = 1e300  # of a number, so that no sum over a file overflows


def text(value: object, what: str) -> str:
    if not is_text(value):
        raise DataError(f"{what} is {value!r:.60}; expected text")
    return str(value)


def is_text(value: object) -> bool:
    return isinstance(value, str) and not HALVES.search(value)


def is_count(value: object) -> bool:
    return type(value) is int and 0 <= value < MOST_CHANNELS


def is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= LARGEST
