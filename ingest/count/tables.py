"""The counts of a class as its tables on disk."""

from collections.abc import Sequence

import numpy
import pyarrow
import torch
from numpy.typing import NDArray
from torch import Tensor

from ingest.count.accuracy import accuracy_of
from ingest.count.batch import ClassResult, PictureResult, VoteLog
from ingest.count.tally import Tally
from ingest.count.task import Task
from ingest.images.classes import FolderClass


def class_tables(task: Task, image_class: FolderClass, tally: Tally, result: ClassResult) -> dict[str, pyarrow.Table]:
    """File name -> table, see ingest/run/files.py."""
    layers = [layer.name for layer in task.wiring.layers]
    tables = {
        "statistics": _statistics(image_class, result, task.digest(image_class)),
        "pictures": _pictures(result.pictures),
        "activations": _activations(layers, tally.activated),
        "influences": _influences(layers[1:], task.counter.edges(tally)),
    }
    return tables | ({"votes": _votes(result.votes)} if result.votes else {})


def _votes(logs: Sequence[VoteLog]) -> pyarrow.Table:
    """One row per counted picture: its position in pictures.parquet, its peaks layer by layer, its winners by hop."""
    positions = numpy.concatenate([log.positions for log in logs])
    order = positions.argsort()
    return pyarrow.table(
        {
            "picture": pyarrow.array(positions[order], pyarrow.int32()),
            "peaks": _vectors(numpy.concatenate([log.peaks for log in logs])[order], pyarrow.float32()),
            "winners": _vectors(numpy.concatenate([log.winners for log in logs])[order], pyarrow.uint16()),
        }
    )


def _vectors(values: NDArray[numpy.generic], kind: pyarrow.DataType) -> pyarrow.Array:
    return pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(values.reshape(-1), kind), values.shape[1])


def _statistics(image_class: FolderClass, result: ClassResult, digest: str) -> pyarrow.Table:
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
        "pictures_digest": digest,
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
