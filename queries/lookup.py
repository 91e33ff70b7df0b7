"""A model and its parts by name; an error lists what there is."""

from collections.abc import Sequence

from queries.errors import NotFound
from queries.records import Record, Skips, class_id
from queries.store import Row, Store


async def find_classes(store: Store, model: str, indexes: Sequence[int]) -> list[Row]:
    """Rows of classes_by_id in the order asked; raises NotFound with the missing model or class."""
    rows = {
        row["index"]: row for row in await store.run("classes_by_id", classes=[class_id(model, i) for i in indexes])
    }
    if missing := [index for index in indexes if index not in rows]:
        await find_model(store, model)
        known = sorted(row["index"] for row in await store.run("find_classes", model=model, words=[], group=None))
        several = f"{len(known)} classes ({known[0]} to {known[-1]})" if known else "none"
        listed = f"class {known[0]}" if len(known) == 1 else several
        raise NotFound(f"model {model} has no class {missing[0]}; it has {listed}")
    return [rows[index] for index in indexes]


async def find_model(store: Store, model: str) -> Row:
    """The row of models.cypher; raises NotFound with the models there are."""
    models = {row["id"]: row for row in await store.run("models")}
    if model not in models:
        raise NotFound(f"no model {model!r:.100} in the database; it holds {', '.join(models) or 'none yet'}")
    return models[model]


async def find_layer(store: Store, model: str, name: str) -> Row:
    """The row of layers.cypher; raises NotFound with the layers of the model."""
    layers = {row["name"]: row for row in await store.run("layers", model=model)}
    if name not in layers:
        raise NotFound(f"model {model} has no layer {name!r}; it has {', '.join(layers)}")
    return layers[name]


async def find_channel(store: Store, model: str, id: str) -> Row:
    """The row of channels_by_id; raises NotFound if the model has no such channel."""
    rows = await store.run("channels_by_id", channels=[id]) if id.startswith(f"{model}/") else []
    if not rows:
        raise NotFound(f'model {model} has no channel {id!r}; an id is "<model>/<layer>/<index>"')
    return rows[0]


def skips_of(rows: Sequence[Record], layers: Sequence[str]) -> dict[str, Skips]:
    """What the channels of a model keep, by layer: rows of channel_skips."""
    kept: dict[str, tuple[dict[int, list[int]], dict[int, list[int]]]] = {layer: ({}, {}) for layer in layers}
    for row in rows:
        for by_target, sources in zip(kept[row["layer"]], (row["skip_sources"], row["both_sources"]), strict=True):
            if sources:
                by_target[row["target"]] = list(sources)
    return {layer: Skips(*both) for layer, both in kept.items()}
