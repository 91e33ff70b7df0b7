"""What was counted of a class, as its tables on disk."""

from collections.abc import Sequence

import numpy
import pyarrow
import torch
from numpy.typing import NDArray
from torch import Tensor

from ingest.count.accuracy import ClassStatistics, summarise
from ingest.count.batch import Part, Picture, VoteRows
from ingest.count.tally import Tables
from ingest.count.task import Task
from ingest.images.classes import FolderClass


def class_tables(task: Task, one: FolderClass, counted: Tables, part: Part) -> dict[str, pyarrow.Table]:
    """File name -> table, see ingest/run/folder.py."""
    rows = [row.name for row in task.wiring.rows]
    tables = {
        "statistics": _statistics(one, summarise(part.answers, one.output), part, task.digest(one)),
        "pictures": _pictures(part.pictures),
        "activations": _activations(rows, counted.activated),
        "influences": _influences(rows[1:], task.counter.edges(counted)),
    }
    return tables | ({"votes": _votes(part.votes)} if part.votes else {})


def _votes(kept: Sequence[VoteRows]) -> pyarrow.Table:
    """One row a counted picture: its position in pictures.parquet, its peaks row by row, its winners hop by hop."""
    positions = numpy.concatenate([votes.positions for votes in kept])
    order = positions.argsort()
    return pyarrow.table(
        {
            "picture": pyarrow.array(positions[order], pyarrow.int32()),
            "peaks": _lists(numpy.concatenate([votes.peaks for votes in kept])[order], pyarrow.float32()),
            "winners": _lists(numpy.concatenate([votes.winners for votes in kept])[order], pyarrow.uint16()),
        }
    )


def _lists(values: NDArray[numpy.generic], kind: pyarrow.DataType) -> pyarrow.Array:
    return pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(values.reshape(-1), kind), values.shape[1])


def _statistics(one: FolderClass, statistics: ClassStatistics, part: Part, digest: str) -> pyarrow.Table:
    row = {
        "index": one.index,
        "folder": one.folder,
        "name": one.name,
        "wnid": one.wnid,
        "output": one.output,
        "images": statistics.images,
        "skipped": len(part.skipped),
        "correct": statistics.correct,
        "top1_accuracy": statistics.top1_accuracy,
        "truth_histogram": list(statistics.truth_histogram),
        "top_histogram": list(statistics.top_histogram),
        "confused_outputs": [output for output, _ in statistics.confusion],
        "confused_images": [images for _, images in statistics.confusion],
        "pictures_digest": digest,
    }
    numbers = pyarrow.list_(pyarrow.int32())
    whole = dict.fromkeys(("index", "output", "images", "skipped", "correct"), pyarrow.int32())
    lists = dict.fromkeys(("truth_histogram", "top_histogram", "confused_outputs", "confused_images"), numbers)
    kinds = {**whole, **lists, "top1_accuracy": pyarrow.float64()}
    return pyarrow.table(
        {name: pyarrow.array([value], kinds.get(name, pyarrow.string())) for name, value in row.items()}
    )


def _pictures(pictures: Sequence[Picture]) -> pyarrow.Table:
    said = [picture.answer for picture in pictures]
    return pyarrow.table(
        {
            "path": pyarrow.array([picture.path for picture in pictures], pyarrow.string()),
            "skipped": pyarrow.array([picture.skipped for picture in pictures], pyarrow.string()),
            "predicted": pyarrow.array([a.predicted if a else None for a in said], pyarrow.int32()),
            "probability": pyarrow.array([a.probability if a else None for a in said], pyarrow.float64()),
            "of_truth": pyarrow.array([a.of_truth if a else None for a in said], pyarrow.float64()),
        }
    )


def _activations(rows: Sequence[str], activated: Sequence[Tensor]) -> pyarrow.Table:
    found = [counts.cpu().nonzero().flatten() for counts in activated]
    return pyarrow.table(
        {
            "layer": _names(rows, [len(channels) for channels in found]),
            "channel": _whole(found),
            "count": _whole([counts.cpu()[at] for counts, at in zip(activated, found, strict=True)]),
        }
    )


def _influences(uppers: Sequence[str], edges: Sequence[Tensor]) -> pyarrow.Table:
    found = [table.nonzero() for table in edges]
    return pyarrow.table(
        {
            "layer": _names(uppers, [len(pairs) for pairs in found]),
            "target": _whole([pairs[:, 0] for pairs in found]),
            "source": _whole([pairs[:, 1] for pairs in found]),
            "weight": _whole([table[table > 0] for table in edges]),
        }
    )


def _names(names: Sequence[str], counts: Sequence[int]) -> pyarrow.Array:
    codes = numpy.repeat(numpy.arange(len(names), dtype=numpy.int32), counts)
    return pyarrow.DictionaryArray.from_arrays(pyarrow.array(codes), pyarrow.array(list(names), pyarrow.string()))


def _whole(parts: Sequence[Tensor]) -> pyarrow.Array:
    joined = torch.cat(list(parts)).to(torch.int32) if parts else torch.zeros(0, dtype=torch.int32)
    return pyarrow.array(joined.numpy())
