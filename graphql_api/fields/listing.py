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
    DROP_DESCENDING = strawberry.enum_value("drop descending", description="Largest `drop` first, unmeasured last.")
    DROP_ASCENDING = strawberry.enum_value("drop ascending", description="Smallest `drop` first, unmeasured last.")
    SIMILARITY = "similarity"


BY_DROP = (ClassOrder.DROP_DESCENDING, ClassOrder.DROP_ASCENDING)


@strawberry.type(description="A page of classes.")
class ClassConnection:
    nodes: list[ImageClass]
    total_count: int
    page_info: PageInfo


def ordered(
    classes: Sequence[Row], by: ClassOrder, similarities: Mapping[str, float], drops: Mapping[str, float]
) -> list[Row]:
    """Classes by index, name (A to Z), or highest first unless ascending; the index breaks ties.

    similarities, drops  by class id; classes whose drop or accuracy is unknown come last in either direction
    Raises QueryError for SIMILARITY without similarities.
    """
    if by is ClassOrder.SIMILARITY and not similarities:
        raise QueryError("orderBy SIMILARITY needs similarTo, the index of the class to compare with")

    def by_value(sign: int, of: Callable[[Row], float | None]) -> Callable[[Row], tuple[bool, float, int]]:
        return lambda row: (of(row) is None, sign * (of(row) or 0.0), row["index"])

    def accuracy(row: Row) -> float | None:
        known: float | None = row["accuracy"]
        return known

    def drop(row: Row) -> float | None:
        return drops.get(row["id"])

    keys = {
        ClassOrder.INDEX: lambda row: row["index"],
        ClassOrder.NAME: lambda row: (row["name"].lower(), row["index"]),
        ClassOrder.ACCURACY: by_value(-1, accuracy),
        ClassOrder.ACCURACY_DESCENDING: by_value(-1, accuracy),
        ClassOrder.ACCURACY_ASCENDING: by_value(1, accuracy),
        ClassOrder.DROP_DESCENDING: by_value(-1, drop),
        ClassOrder.DROP_ASCENDING: by_value(1, drop),
        ClassOrder.SIMILARITY: lambda row: (-similarities.get(row["id"], 0.0), row["index"]),
    }
    return sorted(classes, key=keys[by])
