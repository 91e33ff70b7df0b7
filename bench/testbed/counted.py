"""Runs of made-up counts, in memory, in the form that loading takes: by hand, at random, of InceptionV1's size."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy

from queries.graphs.adjacency import adjacency_steps
from queries.load.contributions import Contributions
from queries.load.counts import ChannelCounts, ClassCounts, summarise
from queries.load.loading import Loaded, load_run
from queries.load.steps import activation_steps, attribution_steps, layer_steps, model_step
from queries.progress import ignore_progress
from queries.records import Columns, LayerSize, class_id, digest_of_skips
from queries.store import Step, Store

IMAGES = 50  # of every class
SIZES = (256, 480, 508, 512, 512, 528, 832, 832, 1024)  # InceptionV1's mixed layers: 5,484 channels
INFLUENCES = 130_000
ALONE = 5  # channels of each upper layer that nothing influences


@dataclass(frozen=True)
class Counted:
    """A counted run.

    held   classes by index
    other  settings that differ from the usual ones
    """

    name: str
    layers: Sequence[LayerSize]
    held: Mapping[int, ClassCounts]
    other: Mapping[str, Any] = field(default_factory=dict)

    @property
    def properties(self) -> Mapping[str, Any]:
        known = {layer.name: layer.skips for layer in self.layers if layer.skips is not None}
        digest = digest_of_skips(known) if known else None
        about = {"architecture": "made up", "dataset": "none", "images": IMAGES * len(self.held)}
        return {**about, "skips_digest": digest}

    @property
    def settings(self) -> Mapping[str, Any]:
        layers = [{"name": layer.name, "channels": layer.channels} for layer in self.layers]
        return {"network": self.name, "weights_sha256": "ab", "layers": layers, **self.other}

    @property
    def classes(self) -> Sequence[int]:
        return sorted(self.held)

    def counts(self, index: int) -> ClassCounts:
        return self.held[index]


@dataclass(frozen=True)
class Kept(Counted):
    """A run that lies in a folder."""

    folder: Path = Path()

    @property
    def properties(self) -> Mapping[str, Any]:
        return {**super().properties, "run": str(self.folder)}


def by_hand(
    activations: Mapping[str, Mapping[int, int]],
    influences: Mapping[str, Mapping[tuple[int, int], int]],
    index: int = 0,
    attributions: Mapping[str, Mapping[int, int]] | None = None,
) -> ClassCounts:
    """A class from {layer: {channel: count}}, {upper layer: {(source, target): weight}}, and R in the form of A."""
    activated, attributed = (
        {layer: ChannelCounts(list(counts), list(counts.values())) for layer, counts in (each or {}).items()}
        for each in (activations, attributions)
    )
    return ClassCounts(
        index,
        {"images": IMAGES},
        activated,
        {
            layer: Columns([source for source, _ in edges], [target for _, target in edges], list(edges.values()))
            for layer, edges in influences.items()
        },
        attributed,
    )


def attributed(run: Counted, seed: int = 0, without: Sequence[int] = ()) -> Counted:
    """The run with random attribution counts (R) and contributions to the score, but for some classes."""
    chance = random.Random(f"attributed {seed}")  # not the counts that `counted` draws
    found = {index: some_channels(run.layers, 0.3, chance) for index in run.held if index not in without}
    output = {index: contributions(run.layers[-1].channels, chance) for index in found}
    held = {
        index: replace(counts, attributions=found[index], output=output[index]) if index in found else counts
        for index, counts in run.held.items()
    }
    return replace(run, held=held, other={**run.other, "attribution": {"share": 0.25, "means": "made up"}})


def contributions(channels: int, chance: random.Random) -> Contributions:
    """At random, of a last layer with so many channels."""
    weights, means = ([chance.gauss(0, 1) for _ in range(channels)] for _ in range(2))
    products = [weight * mean for weight, mean in zip(weights, means, strict=True)]
    return Contributions(list(range(channels)), weights, means, products, chance.gauss(0, 1))


def some_channels(layers: Sequence[LayerSize], density: float, chance: random.Random) -> dict[str, ChannelCounts]:
    """A or R at random."""
    found = {}
    for layer in layers:
        channels = [channel for channel in range(layer.channels) if chance.random() < density]
        found[layer.name] = ChannelCounts(channels, [chance.randint(1, IMAGES) for _ in channels])
    return found


def counted(name: str, sizes: Sequence[int], classes: int, density: float, seed: int = 0) -> Counted:
    """A run with random counts: `density` of all channels are activated and of all pairs influence one another."""
    chance = random.Random(seed)
    layers = [LayerSize(f"layer{index}", index, channels) for index, channels in enumerate(sizes)]
    held = {index: class_counts(index, layers, density, chance) for index in range(classes)}
    return Counted(name, layers, held)


def class_counts(index: int, layers: Sequence[LayerSize], density: float, chance: random.Random) -> ClassCounts:
    activations, influences = some_channels(layers, max(density, 0.2), chance), {}
    for below, here in pairwise(layers):
        pairs = [(s, t) for s in range(below.channels) for t in range(here.channels) if chance.random() < density]
        weights = [chance.randint(1, IMAGES) for _ in pairs]
        influences[here.name] = Columns([s for s, _ in pairs], [t for _, t in pairs], weights)
    return ClassCounts(index, {"name": f"made up {index}", "images": IMAGES}, activations, influences)


def large(name: str) -> Counted:
    """One class of a network of InceptionV1's size: 5,484 channels and 130,000 influences."""
    draw = numpy.random.default_rng(7)
    layers = [LayerSize(f"mixed{index}", index, size) for index, size in enumerate(SIZES)]
    activations, influences = {}, {}
    for layer in layers:
        channels = draw.permutation(layer.channels)[: layer.channels // 3].tolist()
        activations[layer.name] = ChannelCounts(channels, draw.integers(1, IMAGES + 1, len(channels)).tolist())
    for lower, upper in pairwise(layers):
        count, targets = INFLUENCES * upper.channels // sum(SIZES[1:]), upper.channels - ALONE
        places = numpy.sort(draw.permutation(lower.channels * targets)[:count])
        weights = draw.integers(1, IMAGES + 1, count).tolist()
        influences[upper.name] = Columns((places // targets).tolist(), (places % targets).tolist(), weights)
    return Counted(name, layers, {0: ClassCounts(0, {"images": IMAGES}, activations, influences)})


def network_steps(run: Counted) -> list[Step]:
    """The writes that create a run's network and its classes, without counts."""
    rows = [{"id": class_id(run.name, index), "index": index} for index in run.classes]
    return [
        model_step(run.name, run.properties),
        *layer_steps(run.name, run.layers),
        ("upsert_classes", {"model": run.name, "rows": rows}),
    ]


def ranked_steps(run: Counted) -> list[Step]:
    """The writes that put what PageRank and extraction read of a run's classes in place of what they have.

    That is all but the influences themselves.
    """
    steps: list[Step] = []
    for index, counts in run.held.items():
        name = class_id(run.name, index)
        steps += [*activation_steps(name, run.name, counts), *attribution_steps(name, run.name, counts)]
        steps += adjacency_steps(name, run.layers, counts.influences)
        signature = {"digest": counts.digest, "attributions": counts.attribution_count}
        steps.append(("sign_counts", {"rows": [{"id": name, **signature}]}))
    return steps


async def load(store: Store, run: Counted) -> Loaded:
    """All of it into the database, under the run's name."""
    summaries = summarise(run, run.classes, ignore_progress)
    return await load_run(store, run, summaries, model=run.name, progress=ignore_progress)
