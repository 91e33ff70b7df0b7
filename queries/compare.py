"""Several classes' attribution graphs as one: the stored comparison queries, asked together and checked."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from queries.errors import NotFound, QueryError
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
        raise QueryError(f"operation is {operation!r}; it takes one of {', '.join(OPERATIONS)}")
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


async def find_classes(store: Store, model: str, indexes: Sequence[int]) -> list[Row]:
    """Rows of classes_by_id in the order asked; raises NotFound that says which model or class is missing."""
    rows = {row["index"]: row for row in await store.run("classes_by_id", ids=[class_id(model, i) for i in indexes])}
    if missing := [index for index in indexes if index not in rows]:
        await find_model(store, model)
        known = sorted(row["index"] for row in await store.run("find_classes", model=model, words=[], group=None))
        listed = f"{known[0]} to {known[-1]}" if known else "none"
        raise NotFound(f"model {model} has no class {missing[0]}; it has {len(known)} classes ({listed})")
    return [rows[index] for index in indexes]


async def find_model(store: Store, model: str) -> Row:
    """The row of models.cypher; raises NotFound that says which models there are."""
    models = {row["id"]: row for row in await store.run("models")}
    if model not in models:
        raise NotFound(f"no model {model!r} in the database; it holds {', '.join(models) or 'none yet'}")
    return models[model]


async def find_layer(store: Store, model: str, name: str) -> Row:
    """The row of layers.cypher; raises NotFound that says which layers the model has."""
    layers = {row["name"]: row for row in await store.run("layers", model=model)}
    if name not in layers:
        raise NotFound(f"model {model} has no layer {name!r}; it has {', '.join(layers)}")
    return layers[name]


async def find_channel(store: Store, model: str, id: str) -> Row:
    """The row of channels_by_id; raises NotFound where the model has no such channel."""
    rows = await store.run("channels_by_id", ids=[id]) if id.startswith(f"{model}/") else []
    if not rows:
        raise NotFound(f'model {model} has no channel {id!r}; an id is "<model>/<layer>/<index>"')
    return rows[0]
