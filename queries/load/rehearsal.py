"""What an engine is taken through before its cache is written: the work of every day, with made-up counts.

A small network is loaded, extracted and asked, so that Java keeps with its classes how often their methods ran, and
compiles the busy ones at once when the engine starts from the cache.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy

from queries.graphs.compare import compare
from queries.graphs.extraction import extract_model
from queries.graphs.stored import read_graph
from queries.load.counts import ChannelCounts, ClassCounts, summarise
from queries.load.loading import load_run
from queries.progress import ignore_progress
from queries.records import Address, Columns, LayerSize, Record, class_id
from queries.store import Store

MODEL = "rehearsal"
SIZES = (100, 150, 120, 80)  # channels, by layer
CLASSES, IMAGES = 10, 50
ACTIVATED, INFLUENCED = 0.3, 0.1  # shares of all channels and of all pairs


@dataclass(frozen=True)
class MadeUp:
    """A counted run of random counts, the same each time."""

    name: str = MODEL
    layers: Sequence[LayerSize] = tuple(LayerSize(f"layer{at}", at, size) for at, size in enumerate(SIZES))
    classes: Sequence[int] = range(CLASSES)

    @property
    def properties(self) -> Record:
        return {"architecture": "made up", "dataset": "none", "images": CLASSES * IMAGES}

    @property
    def settings(self) -> Record:
        layers = [{"name": layer.name, "channels": layer.channels} for layer in self.layers]
        return {"network": self.name, "weights_sha256": "", "layers": layers}

    def counts(self, index: int) -> ClassCounts:
        draw = numpy.random.default_rng(index)
        activations = {layer.name: ChannelCounts(*some(draw, layer.channels, ACTIVATED)) for layer in self.layers}
        influences = {}
        for below, here in pairwise(self.layers):
            places, weights = some(draw, below.channels * here.channels, INFLUENCED)
            sources, targets = numpy.divmod(places, here.channels)
            influences[here.name] = Columns(sources.tolist(), targets.tolist(), weights)
        return ClassCounts(index, {"name": f"made up {index}", "images": IMAGES}, activations, influences)


def some(draw: numpy.random.Generator, size: int, share: float) -> tuple[list[int], list[int]]:
    """Ascending places below `size`, and for each the number of pictures in which it was counted."""
    places = numpy.flatnonzero(draw.random(size) < share)
    return places.tolist(), draw.integers(1, IMAGES + 1, len(places)).tolist()


def rehearse(address: Address) -> None:
    """Load, extract and ask, in an empty database. Raises QueryError, StoreError."""
    asyncio.run(_rehearse(address))


async def _rehearse(address: Address) -> None:
    run = MadeUp()
    async with await Store.open(address) as store:
        await store.create_schema()
        summaries = summarise(run, run.classes, ignore_progress)
        await load_run(store, run, summaries, model=MODEL, progress=ignore_progress)
        await extract_model(store, MODEL, progress=ignore_progress)
        for index in run.classes:
            await store.run("find_classes", model=MODEL, words=[], group=None)
            await store.run("similar_classes", **{"class": class_id(MODEL, index), "layer": None, "limit": 10})
            await read_graph(store, class_id(MODEL, index))
            await compare(store, MODEL, [index, (index + 1) % CLASSES], "UNION")
