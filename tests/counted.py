"""Counts of made-up networks, in the form that loading takes."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from queries.counts import Activations, ClassCounts, summarise
from queries.graphs import ignore_progress
from queries.loading import Loaded, load_run
from queries.records import Columns, LayerSize
from tests.conftest import Database

IMAGES = 50


@dataclass(frozen=True)
class Counted:
    """A counted run in memory: classes by index."""

    name: str
    layers: Sequence[LayerSize]
    held: Mapping[int, ClassCounts]

    @property
    def properties(self) -> Mapping[str, Any]:
        return {"architecture": "made up", "images": IMAGES * len(self.held)}

    @property
    def settings(self) -> Mapping[str, Any]:
        layers = [{"name": layer.name, "channels": layer.channels} for layer in self.layers]
        return {"network": self.name, "weights_sha256": "", "layers": layers}

    @property
    def classes(self) -> Sequence[int]:
        return sorted(self.held)

    def counts(self, index: int) -> ClassCounts:
        return self.held[index]


def counted(name: str, sizes: Sequence[int], classes: int, density: float, seed: int = 0) -> Counted:
    """A run with random counts: `density` of all channels are activated and of all pairs influence one another."""
    chance = random.Random(seed)
    layers = [LayerSize(f"layer{index}", index, channels) for index, channels in enumerate(sizes)]
    held = {index: class_counts(index, layers, density, chance) for index in range(classes)}
    return Counted(name, layers, held)


def class_counts(index: int, layers: Sequence[LayerSize], density: float, chance: random.Random) -> ClassCounts:
    activations, influences = {}, {}
    for layer in layers:
        channels = [channel for channel in range(layer.channels) if chance.random() < max(density, 0.2)]
        activations[layer.name] = Activations(channels, [chance.randint(1, IMAGES) for _ in channels])
    for below, here in pairwise(layers):
        pairs = [(s, t) for s in range(below.channels) for t in range(here.channels) if chance.random() < density]
        weights = [chance.randint(1, IMAGES) for _ in pairs]
        influences[here.name] = Columns([s for s, _ in pairs], [t for _, t in pairs], weights)
    return ClassCounts(index, {"name": f"made up {index}", "images": IMAGES}, activations, influences)


def load(database: Database, run: Counted) -> Loaded:
    """Into the database, under the run's name."""
    summaries = summarise(run, run.classes, ignore_progress)
    return database.await_(load_run(database.store, run, summaries, model=run.name, progress=ignore_progress))
