"""The counts of a class as its tables on disk."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy
import pyarrow
import torch
from numpy.typing import NDArray
from torch import Tensor

from ingest.count.accuracy import Prediction, accuracy_of
from ingest.count.batch import ClassResult, PictureResult, VoteLog
from ingest.count.strongest import Strongest
from ingest.count.tally import Tally
from ingest.count.task import Task
from ingest.images.classes import FolderClass
from ingest.images.picture import digest_of_class
from ingest.run.maxima import Maxima
from ingest.run.pooled import Pooled, output_table
from ingest.run.read import by_layer, read_contributions
from queries.load.counts import ChannelCounts, ClassCounts
from queries.records import Columns, Record


def class_tables(
    task: Task, image_class: FolderClass, tally: Tally, result: ClassResult, keep_votes: bool
) -> dict[str, pyarrow.Table]:
    """File name -> table of a finished class, see ingest/run/files.py.

    keep_votes  of its pictures; their peaks are kept in any case, unless an earlier version left out some
    """
    layers = [layer.name for layer in task.wiring.layers]
    log = VoteLog.joined(result.votes)
    whole = log is not None and len(log.positions) == result.images
    votes = (log if keep_votes else log.peaks_alone(),) if log and whole else ()
    return {
        "statistics": _statistics(image_class, result),
        "activations": _activations(layers, tally.activated),
        "influences": _influences(layers[1:], task.counter.edges(tally)),
        **({"attributions": _activations(layers, tally.attributed)} if tally.attributed else {}),
        **_output(task, image_class, result),
        **part_tables(tally, replace(result, votes=votes)),
    }


def _output(task: Task, image_class: FolderClass, result: ClassResult) -> dict[str, pyarrow.Table]:
    """What the channels of the last layer contribute to the class's score, where that is known."""
    if result.pooled is None or image_class.output is None:
        return {}
    weights, bias = task.head.weights(image_class.output)
    return {"output": output_table(weights.tolist(), bias, result.pooled.means(result.images))}


def counts_digest(tables: Mapping[str, pyarrow.Table]) -> str:
    """Of what was counted, as loading takes it."""
    kinds = (("activations", ("channel", "count")), ("influences", ("source", "target", "weight")))
    activations, influences = (by_layer(tables[name], *columns) for name, columns in kinds)
    attributions = by_layer(tables["attributions"], "channel", "count") if "attributions" in tables else {}
    counts = {layer: ChannelCounts(*columns) for layer, columns in activations.items()}
    edges = {layer: Columns(*columns) for layer, columns in influences.items()}
    attributed = {layer: ChannelCounts(*columns) for layer, columns in attributions.items()}
    output = read_contributions(tables["output"]) if "output" in tables else None
    return ClassCounts(0, {}, counts, edges, attributed, output).digest


def part_tables(tally: Tally, result: ClassResult) -> dict[str, pyarrow.Table]:
    """File name -> table of some pictures of a class: all that is needed to add others to them."""
    log = VoteLog.joined(result.votes)
    tables = {"pictures": _pictures(result.pictures), "tally": _tally(tally)}
    tables |= {"votes": _votes(log)} if log else {}
    tables |= {"strongest": strongest_table(result.strongest)} if result.strongest else {}
    tables |= {"maxima": _maxima(result.maxima)} if result.maxima else {}
    return tables | ({"pooled": result.pooled.table()} if result.pooled else {})


def read_part(tables: Mapping[str, pyarrow.Table], tally: Tally) -> ClassResult:
    """Add what `part_tables` wrote to a tally, in place; returns the results of the pictures."""
    counts = tables["tally"]
    numbers, cells, values = (torch.from_numpy(counts[name].to_numpy().copy()) for name in ("table", "cell", "count"))
    for number, table in enumerate(tally.tables()):
        of_table = numbers == number
        table.view(-1).index_add_(0, cells[of_table].long().to(table.device), values[of_table].to(table.device))
    results = (_result(at, row) for at, row in enumerate(tables["pictures"].to_pylist()))
    votes = (read_log(tables["votes"]),) if "votes" in tables else ()
    strongest = read_strongest(tables["strongest"]) if "strongest" in tables else None
    maxima = Maxima(_matrix(tables["maxima"], "cells")) if "maxima" in tables else None
    pooled = Pooled.read(tables["pooled"]) if "pooled" in tables else None
    return ClassResult(tuple(results), votes, strongest, maxima, pooled)


def read_strongest(table: pyarrow.Table) -> Strongest:
    """What `strongest_table` wrote."""
    return Strongest(*(_matrix(table, name) for name in ("pictures", "peaks", "places")))


def _result(position: int, row: Record) -> PictureResult:
    predicted = row["skipped"] is None
    prediction = Prediction(row["predicted"], row["probability"], row["of_truth"]) if predicted else None
    return PictureResult(position, row["path"], row["digest"], row["skipped"], prediction)


def read_log(votes: pyarrow.Table) -> VoteLog:
    """What `_votes` wrote."""
    kept = (_matrix(votes, name) if name in votes.column_names else None for name in ("winners", "attributed"))
    return VoteLog(votes["picture"].to_numpy(), _matrix(votes, "peaks"), *kept)


def _matrix(table: pyarrow.Table, name: str) -> NDArray[Any]:
    column = table[name].combine_chunks()
    return column.flatten().to_numpy().reshape(len(column), column.type.list_size)  # type: ignore[no-any-return]


def _tally(tally: Tally) -> pyarrow.Table:
    """One row per count above 0: the number of its table in Tally.tables(), its place in it, the count."""
    tables = [table.cpu().flatten() for table in tally.tables()]
    cells = [table.nonzero().flatten() for table in tables]
    return pyarrow.table(
        {
            "table": _integers([torch.full_like(each, number) for number, each in enumerate(cells)]),
            "cell": _integers(cells),
            "count": _integers([table[each] for table, each in zip(tables, cells, strict=True)]),
        }
    )


def _votes(log: VoteLog) -> pyarrow.Table:
    """One row per counted picture: its position in pictures.parquet, its peaks layer by layer, and what else is kept:
    its winners by hop, and the bits of what R counts.
    """
    columns = {
        "picture": pyarrow.array(log.positions, pyarrow.int32()),
        "peaks": _vectors(log.peaks, pyarrow.float32()),
    }
    columns |= {"winners": _vectors(log.winners, pyarrow.uint16())} if log.winners is not None else {}
    columns |= {"attributed": _vectors(log.attributed, pyarrow.uint8())} if log.attributed is not None else {}
    return pyarrow.table(columns)


def strongest_table(strongest: Strongest) -> pyarrow.Table:
    """One row per channel, layer by layer: the positions of pictures in pictures.parquet, their peaks, and places."""
    return pyarrow.table(
        {
            "pictures": _vectors(strongest.positions, pyarrow.int32()),
            "peaks": _vectors(strongest.peaks, pyarrow.float32()),
            "places": _vectors(strongest.places, pyarrow.int32()),
        }
    )


def _maxima(maxima: Maxima) -> pyarrow.Table:
    """One row per channel, layer by layer: pictures whose peak lies in each cell, see ingest/run/maxima.py."""
    return pyarrow.table({"cells": _vectors(maxima.counts, pyarrow.int32())})


def _vectors(values: NDArray[numpy.generic], kind: pyarrow.DataType) -> pyarrow.Array:
    return pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(values.reshape(-1), kind), values.shape[1])


def _statistics(image_class: FolderClass, result: ClassResult) -> pyarrow.Table:
    accuracy = accuracy_of(result.predictions, image_class.output)
    row = {
        "index": image_class.index,
        "folder": image_class.folder,
        "name": image_class.name,
        "wnid": image_class.wnid,
        "output": image_class.output,
        "images": accuracy.images,
        "skipped": len(result.skipped),
        "correct": accuracy.correct,
        "top1_accuracy": accuracy.top1_accuracy,
        "truth_histogram": list(accuracy.truth_histogram),
        "top_histogram": list(accuracy.top_histogram),
        "confused_outputs": [output for output, _ in accuracy.confusion],
        "confused_images": [images for _, images in accuracy.confusion],
        "pictures_digest": digest_of_class((picture.path, picture.digest) for picture in result.pictures),
    }
    integers = dict.fromkeys(("index", "output", "images", "skipped", "correct"), pyarrow.int32())
    vectors = ("truth_histogram", "top_histogram", "confused_outputs", "confused_images")
    kinds = {**integers, **dict.fromkeys(vectors, pyarrow.list_(pyarrow.int32())), "top1_accuracy": pyarrow.float64()}
    return pyarrow.table(
        {name: pyarrow.array([value], kinds.get(name, pyarrow.string())) for name, value in row.items()}
    )


def _pictures(pictures: Sequence[PictureResult]) -> pyarrow.Table:
    predictions = [picture.prediction for picture in pictures]
    return pyarrow.table(
        {
            "path": pyarrow.array([picture.path for picture in pictures], pyarrow.string()),
            "digest": pyarrow.array([picture.digest for picture in pictures], pyarrow.string()),
            "skipped": pyarrow.array([picture.skipped for picture in pictures], pyarrow.string()),
            "predicted": pyarrow.array([each.output if each else None for each in predictions], pyarrow.int32()),
            "probability": pyarrow.array([p.probability if p else None for p in predictions], pyarrow.float64()),
            "of_truth": pyarrow.array([p.of_truth if p else None for p in predictions], pyarrow.float64()),
        }
    )


def _activations(layers: Sequence[str], activated: Sequence[Tensor]) -> pyarrow.Table:
    channels = [counts.cpu().nonzero().flatten() for counts in activated]
    return pyarrow.table(
        {
            "layer": _layer_column(layers, [len(each) for each in channels]),
            "channel": _integers(channels),
            "count": _integers([counts.cpu()[at] for counts, at in zip(activated, channels, strict=True)]),
        }
    )


def _influences(layers: Sequence[str], edges: Sequence[Tensor]) -> pyarrow.Table:
    pairs = [table.nonzero() for table in edges]
    return pyarrow.table(
        {
            "layer": _layer_column(layers, [len(each) for each in pairs]),
            "target": _integers([each[:, 0] for each in pairs]),
            "source": _integers([each[:, 1] for each in pairs]),
            "weight": _integers([table[table > 0] for table in edges]),
        }
    )


def _layer_column(layers: Sequence[str], lengths: Sequence[int]) -> pyarrow.Array:
    codes = numpy.repeat(numpy.arange(len(layers), dtype=numpy.int32), lengths)
    return pyarrow.DictionaryArray.from_arrays(pyarrow.array(codes), pyarrow.array(list(layers), pyarrow.string()))


def _integers(parts: Sequence[Tensor]) -> pyarrow.Array:
    joined = torch.cat(list(parts)).to(torch.int32) if parts else torch.zeros(0, dtype=torch.int32)
    return pyarrow.array(joined.numpy())
