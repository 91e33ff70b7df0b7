"""A counted network with residual stages: layers 0 to 2, and 3 to 4; its run keeps resamples of its pictures."""

from dataclasses import replace
from pathlib import Path

import numpy

from bench.testbed.counted import Counted, Kept, counted
from queries.graphs.resampling.replicates import FILE, REPLICATES, HopReplicates, Replicates, ranks_before
from queries.load.counts import ClassCounts
from queries.records import Columns, LayerSize, Skips

NAME = "residual"
SIZES = (12, 12, 12, 10, 10)
BESIDE = {1: range(12), 2: range(0, 12, 2), 4: range(10)}  # layer: channels that are handed on beside convolutions
ALONE = {2: range(1, 12, 2)}  # ... and without any
CUT = 40  # percent of PageRank that its stored graphs are cut at
OFTEN = 45  # pictures in which a channel that is handed on is a strongest input of itself


def kept_in(folder: Path) -> Kept:
    """The run with made-up resamples of all classes but the last, in its folder."""
    made = residual()
    for index in made.classes[:-1]:
        home = folder / "classes" / f"{index:05d}"
        home.mkdir(parents=True)
        (home / FILE).write_bytes(resamples(made.counts(index), index).to_bytes())
    return Kept(made.name, made.layers, made.held, made.other, folder)


def resamples(counts: ClassCounts, seed: int) -> Replicates:
    """Channels that are activated often rank high in most resamples; each edge is in as many as chance has it."""
    draw = numpy.random.default_rng(seed)
    often = []
    for k, size in enumerate(SIZES):
        found = counts.activations[f"layer{k}"]
        often.append(numpy.full(size, 0.01))
        often[-1][list(found.channels)] += numpy.array(found.counts, dtype=float) ** 2
    ranks = [
        numpy.concatenate([ranks_before(weights * draw.lognormal(0, 0.5, len(weights))) for weights in often])
        for _ in range(REPLICATES)
    ]
    hops = []
    for k in range(1, len(SIZES)):
        table = counts.influences[f"layer{k}"]
        held = draw.integers(0, 2**63, len(table.sources), dtype=numpy.uint64)
        hops.append(HopReplicates(numpy.array(table.sources, "i4"), numpy.array(table.targets, "i4"), held))
    return Replicates(counts.digest, SIZES, {"activation": numpy.stack(ranks)}, tuple(hops))


def residual() -> Counted:
    """Random counts; in every class each channel that is handed on influences itself in most pictures."""
    made = counted(NAME, SIZES, classes=3, density=0.3, seed=3)
    handed = {f"layer{k}": [*BESIDE.get(k, ()), *ALONE.get(k, ())] for k in range(len(SIZES))}
    held = {
        index: replace(
            of, influences={layer: handed_on(columns, handed[layer]) for layer, columns in of.influences.items()}
        )
        for index, of in made.held.items()
    }
    return replace(made, layers=[with_skips(layer) for layer in made.layers], held=held)


def handed_on(columns: Columns, channels: list[int]) -> Columns:
    pairs = zip(columns.sources, columns.targets, columns.weights, strict=True)
    others = [each for each in pairs if each[0] != each[1] or each[0] not in channels]
    rows = sorted([*others, *((channel, channel, OFTEN) for channel in channels)])
    return Columns(*(list(column) for column in zip(*rows, strict=True)))


def with_skips(layer: LayerSize) -> LayerSize:
    alone, beside = ({channel: [channel] for channel in of.get(layer.index, ())} for of in (ALONE, BESIDE))
    return replace(layer, skips=Skips(alone, beside))
