"""A function of Python with the contract of a stored query."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from queries.ask import answers
from queries.library import StoredQuery
from queries.records import Record
from queries.store import Row


@dataclass(frozen=True, slots=True)
class Function:
    """A contract like a stored query's, and the function that answers it."""

    contract: StoredQuery
    answer: Callable[..., Awaitable[list[Row]]]


def contract(
    name: str, about: str, params: Mapping[str, str], returns: Mapping[str, str], units: str, example: Record
) -> StoredQuery:
    """A function as `summit queries` and the API describe it."""
    text = f"answered in Python: queries/ask/answers.py, {name}"
    return StoredQuery(name, "read", about, params, returns, units, example, text, Path(answers.__file__))
