"""Maps of a model's classes in the database: made from its counts, kept, and told from those of other counts."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version

from threadpoolctl import threadpool_limits

from queries.errors import DataError
from queries.lookup import find_model
from queries.map.embedding import (
    CLASSICAL_SCALING,
    FEW,
    LEARNING_RATE,
    MIN_DIST,
    NEIGHBOURS,
    SEED,
    START_RADIUS,
    UMAP,
    Map,
    Places,
    draw_maps,
)
from queries.map.neighbours import Counts
from queries.progress import Progress
from queries.records import digest_of
from queries.store import Row, Store

ACTIVATIONS, GRAPHS = "activations", "graphs"  # what a map is made from
QUERIES = {ACTIVATIONS: "layer_activations", GRAPHS: "layer_counts"}
TRIES = 3


@dataclass(frozen=True, slots=True)
class Source:
    """What the maps of a model would be made from now.

    name    ACTIVATIONS or GRAPHS
    digest  equal for equal counts
    """

    name: str
    digest: str
    classes: frozenset[int]


@dataclass(frozen=True, slots=True)
class Embedded:
    """What making a model's maps did.

    layers   that have a map
    classes  with a place on at least one of them
    parked   times that a class shares no channel with any other at a layer
    written  False where the maps were those of the counts already
    """

    model: str
    source: str
    layers: int
    classes: int
    parked: int
    written: bool


def current_source(digests: Sequence[Row]) -> Source | None:
    """What maps are made from, by rows of class_digests: counts where any class has them, graphs otherwise, or None."""
    for name, column in ((ACTIVATIONS, "counts"), (GRAPHS, "graph")):
        signed = [[row["index"], row[column]] for row in digests if row[column] is not None]
        if signed:
            return Source(name, digest_of([name, signed]), frozenset(index for index, _ in signed))
    return None


async def find_source(store: Store, model: str) -> Source | None:
    """The same, asked of the database."""
    return current_source(await store.run("class_digests", model=model))


async def is_due(store: Store, model: str) -> bool:
    """Whether a model's maps are missing, or made from other counts or in another way."""
    source = await find_source(store, model)
    return source is not None and not are_current(await store.run("layer_embeddings", model=model), source)


def are_current(rows: Sequence[Row], source: Source) -> bool:
    """Whether stored maps are what would be made now."""
    made = {json.dumps(parameters(layout), sort_keys=True) for layout in (UMAP, CLASSICAL_SCALING)}
    return bool(rows) and all(row["digest"] == source.digest and row["parameters"] in made for row in rows)


def parameters(layout: str) -> dict[str, str | int | float]:
    """How a map is made, as it is kept with it."""
    shared: dict[str, str | int | float] = {"layout": layout, "metric": "cosine", "start_radius": START_RADIUS}
    if layout != UMAP:
        return {**shared, "up_to_classes": FEW}
    tuned = {"neighbours": NEIGHBOURS, "min_dist": MIN_DIST, "learning_rate": LEARNING_RATE, "seed": SEED}
    return {**shared, **tuned, "umap-learn": version("umap-learn")}


async def embed_model(store: Store, model: str, progress: Progress) -> Embedded:
    """Make a model's maps and put them in place of the old ones, all in one transaction; none where they are current.

    Raises NotFound for an unknown model, DataError for one without counts or graphs, or whose counts keep changing.
    """
    await find_model(store, model)
    for _ in range(TRIES):
        if (source := await find_source(store, model)) is None:
            raise DataError(
                f"no class of {model} has counts or an attribution graph to make a map from; `summit load RUN` brings "
                "those of a run"
            )
        rows = await store.run("layer_embeddings", model=model)
        if are_current(rows, source):
            return told(model, source, rows, written=False)
        layers = await read_layers(store, model, source)
        if await find_source(store, model) == source:
            break
    else:
        raise DataError(f"the counts of {model} change while they are read; repeat when loading them has ended")
    maps = await asyncio.to_thread(draw, layers, progress)
    rows = [embedding_row(model, layer, drawn, source) for layer, drawn in maps.items()]
    kept = [row["id"] for row in rows]
    await store.write_together(
        [
            ("remove_embeddings", {"model": model, "except": kept}),
            ("store_embeddings", {"model": model, "rows": rows}),
        ]
    )
    return told(model, source, rows, written=True)


async def read_layers(store: Store, model: str, source: Source) -> list[tuple[str, Counts]]:
    """The counts of each layer, lowest first, of the classes whose counts are whole."""
    layers: list[tuple[str, Counts]] = []
    for layer in await store.run("layers", model=model):
        rows = await store.run(QUERIES[source.name], model=model, layer=layer["name"])
        counts = {row["class"]: dict(zip(row["channels"], row["counts"], strict=True)) for row in rows}
        layers.append((layer["name"], {index: held for index, held in counts.items() if index in source.classes}))
    return layers


def draw(layers: Sequence[tuple[str, Counts]], progress: Progress) -> dict[str, Map]:
    """The maps by layer."""
    maps = {}
    progress("embedding", 0, len(layers))
    with threadpool_limits(1):  # of linear algebra, whose last bits depend on their number
        for done, (layer, drawn) in enumerate(draw_maps(layers, lay_out), 1):
            maps[layer] = drawn
            progress("embedding", done, len(layers))
    return maps


def lay_out(similarity: Places, start: Places) -> Places:
    """UMAP; umap-learn is imported by the first layer that needs it."""
    from queries.map import layout

    return layout.lay_out(similarity, start)


def embedding_row(model: str, layer: str, drawn: Map, source: Source) -> Row:
    """A map as a LayerEmbedding holds it."""
    about = parameters(drawn.layout)
    columns = {name: list(value) for name, value in asdict(drawn).items() if name != "layout"}
    kept = {"source": source.name, "digest": source.digest, "parameters": json.dumps(about, sort_keys=True)}
    return {"id": f"{model}/{layer}", **columns, **kept}


def told(model: str, source: Source, rows: Sequence[Row], written: bool) -> Embedded:
    placed = {index for row in rows for index in row["classes"]}
    parked = sum(len(row["parked"]) for row in rows)
    return Embedded(model, source.name, len(rows), len(placed), parked, written)
