"""Pages of a list: opaque cursors that hold an offset."""

import base64
from collections.abc import Sequence
from typing import TypeVar

import strawberry

from queries.errors import QueryError

MOST = 1000

Item = TypeVar("Item")


@strawberry.type(description="Where a page ends.")
class PageInfo:
    has_next_page: bool
    end_cursor: str | None = strawberry.field(description="Give it as `after` to get the next page.")


def page(items: Sequence[Item], first: int, after: str | None) -> tuple[Sequence[Item], PageInfo]:
    """The `first` items after a cursor. Raises QueryError for a size or a cursor that cannot be."""
    check_size(first)
    start = read_cursor(after) if after else 0
    taken = items[start : start + first]
    end = start + len(taken)
    return taken, PageInfo(has_next_page=end < len(items), end_cursor=write_cursor(end) if taken else None)


def first_of(items: Sequence[Item], first: int | None) -> Sequence[Item]:
    """The `first` items, or all. Raises QueryError for a size that cannot be."""
    if first is not None:
        check_size(first)
    return items[:first]


def check_size(first: int) -> None:
    """Raises QueryError for a number of items that no list is asked for."""
    if not 0 <= first <= MOST:
        raise QueryError(f"first is {first}; expected 0 to {MOST}")


def write_cursor(offset: int) -> str:
    """A cursor that holds an offset; read_cursor reads it."""
    return base64.urlsafe_b64encode(f"after {offset}".encode()).decode()


def read_cursor(cursor: str) -> int:
    """The offset in a cursor; raises QueryError for text that no page ended with."""
    try:
        word, _, number = base64.urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        if word == "after" and number.isdecimal():
            return int(number)
    except ValueError:
        pass
    raise QueryError(f"after is {cursor!r:.40}, which is not a cursor; expected the endCursor of a page")
