"""Several classes' attribution graphs as one: the stored comparison queries, asked together and checked."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from queries.errors import QueryError
from queries.lookup import find_classes
from queries.records import class_id
from queries.store import Row, Store

MOST_CLASSES = 300  # their edges are answered in about a second; the time grows with the square
OPERATIONS = ("INTERSECTION", "UNION", "DIFFERENCE", "SYMMETRIC_DIFFERENCE", "AT_LEAST")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows of classes_by_id (in the order asked), compared_channels, compared_edges and layer_overlap."""

    classes: list[Row]
    channels: list[Row]
    edges: list[Row]
    overlap: list[Row]


async def compare(
    store: Store, model: str, classes: Sequence[int], operation: str, at_least: int | None = None
) -> Comparison:
    """Set algebra over the graphs of two or more classes of one model.

    Raises NotFound for an unknown model or class, QueryError for classes or numbers that make no comparison.
    """
    if operation not in OPERATIONS:
        raise QueryError(f"operation is {operation!r}; expected one of {', '.join(OPERATIONS)}")
    if len(classes) < 2 or len(set(classes)) < len(classes):
        raise QueryError(f"classes is {list(classes)}; a comparison takes two or more different classes")
    if len(classes) > MOST_CLASSES:
        raise QueryError(
            f"{len(classes)} classes; a comparison takes at most {MOST_CLASSES}: motifs (shape EDGE) tell what more of "
            "them share"
        )
    number = 1 if at_least is None else at_least
    if (operation == "AT_LEAST") != (at_least is not None) or not 1 <= number <= len(classes):
        raise QueryError(
            f"atLeast is {at_least} with {operation}; AT_LEAST takes a number from 1 to the number of classes "
            f"({len(classes)}), the other operations take none"
        )
    ids = [class_id(model, index) for index in classes]
    question = {"classes": ids, "operation": operation, "at_least": number}
    found, channels, edges, overlap = await asyncio.gather(
        find_classes(store, model, classes),
        store.run_packed("compared_channels", **question),
        store.run_packed("compared_edges", **question),
        store.run("layer_overlap", classes=ids),
    )
    return Comparison(found, channels, edges, overlap)
