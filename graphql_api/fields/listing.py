"""A list of classes: its order and its pages."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum

import strawberry

from graphql_api.fields.paging import PageInfo
from graphql_api.fields.types import ImageClass
from queries.errors import QueryError
from queries.store import Row


@strawberry.enum(description="How classes are ordered.")
class ClassOrder(Enum):
    INDEX = "index"
    NAME = "name"
    ACCURACY = strawberry.enum_value("accuracy", description="Highest first; the same as ACCURACY_DESCENDING.")
    ACCURACY_DESCENDING = strawberry.enum_value("accuracy descending", description="Highest first, unknown last.")
    ACCURACY_ASCENDING = strawberry.enum_value("accuracy ascending", description="Lowest first, unknown last.")
    SIMILARITY = "similarity"


@strawberry.type(description="A page of classes.")
class ClassConnection:
    nodes: list[ImageClass]
    total_count: int
    page_info: PageInfo


def ordered(classes: Sequence[Row], by: ClassOrder, similarities: Mapping[str, float]) -> list[Row]:
    """Classes by index, name (A to Z), accuracy or similarity (highest first unless ascending; the index breaks ties).

    A class of unknown accuracy comes after all others, whatever the direction.

    Raises QueryError for SIMILARITY without similarities.
    """
    if by is ClassOrder.SIMILARITY and not similarities:
        raise QueryError("orderBy SIMILARITY needs similarTo, the index of the class to compare with")
    keys = {
        ClassOrder.INDEX: lambda row: row["index"],
        ClassOrder.NAME: lambda row: (row["name"].lower(), row["index"]),
        ClassOrder.ACCURACY: by_accuracy(-1),
        ClassOrder.ACCURACY_DESCENDING: by_accuracy(-1),
        ClassOrder.ACCURACY_ASCENDING: by_accuracy(1),
        ClassOrder.SIMILARITY: lambda row: (-similarities.get(row["id"], 0.0), row["index"]),
    }
    return sorted(classes, key=keys[by])


def by_accuracy(sign: int) -> Callable[[Row], tuple[bool, float, int]]:
    """A sort key: by accuracy times the sign, unknown ones last."""
    return lambda row: (row["accuracy"] is None, sign * (row["accuracy"] or 0.0), row["index"])
