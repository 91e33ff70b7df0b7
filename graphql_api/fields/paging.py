"""Pages of a list: opaque cursors that hold an offset, and where the list may change, which list it was."""

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


def page(
    items: Sequence[Item], first: int, after: str | None, mark: str | None = None
) -> tuple[Sequence[Item], PageInfo]:
    """The `first` items after a cursor. Raises QueryError for a size or a cursor that cannot be.

    mark  of a list that may be another one each time it is asked for: then a cursor goes with its own list alone
    """
    check_size(first)
    start, of = read_cursor(after) if after else (0, mark)
    if of != mark:
        raise QueryError(
            "after is the end of a page of another list: the question or the database has changed since, or its search "
            "ran out of time elsewhere; ask for the first page again, with a larger `first` for more at once"
        )
    taken = items[start : start + first]
    end = start + len(taken)
    return taken, PageInfo(has_next_page=end < len(items), end_cursor=write_cursor(end, mark) if taken else None)


def first_of(items: Sequence[Item], first: int | None) -> Sequence[Item]:
    """The `first` items, or all. Raises QueryError for a size that cannot be."""
    if first is not None:
        check_size(first)
    return items[:first]


def check_size(first: int) -> None:
    """Raises QueryError for a number of items that no list is asked for."""
    if not 0 <= first <= MOST:
        raise QueryError(f"first is {first}; expected 0 to {MOST}")


def write_cursor(offset: int, mark: str | None = None) -> str:
    """A cursor that holds an offset, and the mark of its list; read_cursor reads it."""
    return base64.urlsafe_b64encode(f"after {offset}{f' {mark}' if mark else ''}".encode()).decode()


def read_cursor(cursor: str) -> tuple[int, str | None]:
    """The offset in a cursor, and the mark; raises QueryError for text that no page ended with."""
    try:
        word, number, *marks = base64.urlsafe_b64decode(cursor.encode()).decode().split(" ")
        if word == "after" and number.isdecimal() and len(marks) < 2:
            return int(number), marks[0] if marks else None
    except ValueError:
        pass
    raise QueryError(f"after is {cursor!r:.40}, which is not a cursor; expected the endCursor of a page")
