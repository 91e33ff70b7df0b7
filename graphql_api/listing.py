"""The order of a list of classes."""

from collections.abc import Mapping, Sequence

from graphql_api.types import ClassOrder
from queries.errors import QueryError
from queries.store import Row


def ordered(classes: Sequence[Row], by: ClassOrder, similarities: Mapping[str, float]) -> list[Row]:
    """Classes by index, name (A to Z), accuracy or similarity (both highest first; the index breaks ties).

    Raises QueryError for SIMILARITY without similarities.
    """
    if by is ClassOrder.SIMILARITY and not similarities:
        raise QueryError("orderBy SIMILARITY needs similarTo, the index of the class to compare with")
    keys = {
        ClassOrder.INDEX: lambda row: row["index"],
        ClassOrder.NAME: lambda row: (row["name"].lower(), row["index"]),
        ClassOrder.ACCURACY: lambda row: (-(row["accuracy"] or 0.0), row["index"]),
        ClassOrder.SIMILARITY: lambda row: (-similarities.get(row["id"], 0.0), row["index"]),
    }
    return sorted(classes, key=keys[by])
