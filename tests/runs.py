"""Runs on disk with made-up counts, in the form that `summit ingest` writes."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy
import pyarrow
from numpy.random import Generator

from ingest.run.pooled import output_table
from ingest.run.read import RunReader
from ingest.run.write import RunWriter
from queries.records import LayerSize

IMAGES = 50
OUTPUTS = [None, ["n00000001", 'tench; "tinca"'], None, ["n00000003", "crayfish"]]  # wnid and name, where known
LAYERS = (LayerSize("low", 0, 40), LayerSize("mid", 1, 60, frozenset({7})), LayerSize("top", 2, 50))


def write_run(
    path: Path,
    classes: int,
    seed: int = 0,
    layers: tuple[LayerSize, ...] = LAYERS,
    finished: bool = True,
    means: str | None = None,
    **other: Any,
) -> Path:
    """`other` are settings that differ from the defaults; with `means`, a digest, attribution is counted, too."""
    sources = [{"images": "/somewhere/pets", "limit": None, "first": None, "seed": 0}]
    about = {"created": "2026-01-01T00:00:00+00:00", "versions": {}, "sources": sources, "outputs": OUTPUTS}
    if means is not None:
        other, about = {**other, "attribution": {"share": 0.25}}, {**about, "means": {"pictures": 9, "digest": means}}
        about["head"] = "linear"
    run = RunWriter.open(path, {**settings(layers), **other}, about)
    rows = []
    for index in range(classes):
        random = numpy.random.default_rng([seed, index])
        row = statistics(index)
        run.write_class(
            index,
            {
                "statistics": pyarrow.table({name: [value] for name, value in row.items()}),
                "activations": activations(layers, random),
                "influences": influences(layers, random),
                **({"attributions": activations(layers, random)} if means is not None else {}),
                **({"output": output(layers[-1], random)} if means is not None else {}),
            },
        )
        rows.append({key: row[key] for key in ("index", "folder", "name", "wnid", "output", "images")})
        rows[-1]["pictures_digest"] = row["pictures_digest"]
    if finished:
        totals = {"images": classes * IMAGES, "skipped": 0, "top1_accuracy": 0.5, "seconds": 1.0}
        run.update({"classes": rows, **totals, "finished": True})
    return path


def settings(layers: tuple[LayerSize, ...]) -> dict[str, Any]:
    return {
        "network": "made up",
        "weights": "none",
        "weights_sha256": "ab",
        "preprocessing": {"crop": 32},
        "layers": [{"name": layer.name, "channels": layer.channels} for layer in layers],
        "excluded": [f"{layer.name}/{index}" for layer in layers for index in sorted(layer.excluded)],
        "rules": {"influence_top": 5},
        "device": "cpu",
        "votes": False,
    }


def statistics(index: int) -> dict[str, Any]:
    return {
        "index": index,
        "folder": f"kind_{index}",
        "name": f'kind "{index}", or so',
        "wnid": f"n{index:08d}",
        "output": index,
        "images": IMAGES,
        "skipped": 0,
        "correct": 25,
        "top1_accuracy": 0.5,
        "truth_histogram": [20, 30],
        "top_histogram": [0, 50],
        "confused_outputs": [index, 3],
        "confused_images": [25, 25],
        "pictures_digest": f"pictures {index}",
    }


def activations(layers: tuple[LayerSize, ...], random: Generator) -> pyarrow.Table:
    found = [
        (layer.name, channel, int(random.integers(1, IMAGES + 1)))
        for layer in layers
        for channel in range(layer.channels)
        if random.random() < 0.3
    ]
    return pyarrow.table(
        {
            "layer": pyarrow.array([layer for layer, _, _ in found]).dictionary_encode(),
            "channel": pyarrow.array([channel for _, channel, _ in found], pyarrow.int32()),
            "count": pyarrow.array([count for _, _, count in found], pyarrow.int32()),
        }
    )


def output(last: LayerSize, random: Generator) -> pyarrow.Table:
    """What the last layer contributes."""
    weights, means = random.normal(size=last.channels).tolist(), random.random(last.channels).tolist()
    return output_table(weights, float(random.normal()), means)


def influences(layers: tuple[LayerSize, ...], random: Generator) -> pyarrow.Table:
    parts = []
    for lower, upper in pairwise(layers):
        targets, sources = (random.random((upper.channels, lower.channels)) < 0.8).nonzero()
        parts.append((upper.name, targets, sources, random.integers(1, IMAGES + 1, len(targets))))
    codes = numpy.repeat(numpy.arange(len(parts), dtype=numpy.int32), [len(part[1]) for part in parts])
    names = pyarrow.array([part[0] for part in parts])
    columns = {"layer": pyarrow.DictionaryArray.from_arrays(pyarrow.array(codes), names)}
    for at, name in enumerate(("target", "source", "weight"), 1):
        columns[name] = pyarrow.array(numpy.concatenate([part[at] for part in parts]).astype(numpy.int32))
    return pyarrow.table(columns)


def count_rows(path: Path, classes: int) -> tuple[int, int]:
    """All activations and influences of a run's files."""
    folders = [path / "classes" / f"{index:05d}" for index in range(classes)]
    lengths = [
        [pyarrow.parquet.read_metadata(folder / f"{name}.parquet").num_rows for folder in folders]
        for name in ("activations", "influences")
    ]
    return sum(lengths[0]), sum(lengths[1])


def count_forms(path: Path) -> tuple[int, int]:
    """Relationships that a run's influences are loaded into: of classes to channels, and between channels."""
    run = RunReader(path)
    targets, pairs = 0, set()
    for index in run.classes:
        for layer, table in run.counts(index).influences.items():
            targets += len(set(table.targets))
            pairs |= {(layer, *ends) for ends in zip(table.sources, table.targets, strict=True)}
    return targets, len(pairs)
