"""One batch of pictures of one class: run through the network, counted, and recorded picture by picture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy
import torch
from numpy.typing import NDArray
from torch import Tensor

from ingest.count.accuracy import Prediction, predictions_of
from ingest.count.forward import run_network
from ingest.count.influence import NO_WINNER
from ingest.count.tally import Tally, Votes
from ingest.count.task import Task
from ingest.images.classes import FolderClass

NOT_FINITE = "its activations are not finite"
NO_VOTE = 65_535  # in a vote log, where fewer sources influence a target than it has votes


@dataclass(frozen=True, slots=True)
class PictureResult:
    """The outcome of one picture: a prediction if it was counted, the reason in `skipped` if not.

    position  among the pictures of its class, in order of name
    """

    position: int
    path: str
    skipped: str | None = None
    prediction: Prediction | None = None


@dataclass(frozen=True, eq=False)
class VoteLog:
    """What single pictures contributed, one row each.

    positions  (pictures,) see PictureResult
    peaks      (pictures, channels of all layers) float32
    winners    (pictures, votes of all hops) uint16: per target the sources within its group, NO_VOTE for none
    """

    positions: NDArray[numpy.int32]
    peaks: NDArray[numpy.float32]
    winners: NDArray[numpy.uint16]

    @classmethod
    def of(cls, votes: Votes, positions: Sequence[int]) -> "VoteLog":
        winners = torch.cat([hop.flatten(1) for hop in votes.winners], dim=1).cpu()
        return cls(
            numpy.array(positions, numpy.int32),
            torch.cat(votes.peaks, dim=1).cpu().numpy(),
            winners.masked_fill(winners == NO_WINNER, NO_VOTE).numpy().astype(numpy.uint16),
        )


@dataclass(frozen=True, slots=True)
class ClassResult:
    """The outcome of pictures of a class; its text is the progress line."""

    pictures: tuple[PictureResult, ...] = ()
    votes: tuple[VoteLog, ...] = ()

    @classmethod
    def of_ranks(cls, results: Sequence["ClassResult"]) -> "ClassResult":
        """All of them, pictures in order."""
        pictures = sorted((each for result in results for each in result.pictures), key=lambda each: each.position)
        return cls(tuple(pictures), tuple(votes for result in results for votes in result.votes))

    def __add__(self, other: "ClassResult") -> "ClassResult":
        return ClassResult(self.pictures + other.pictures, self.votes + other.votes)

    def without_votes(self) -> "ClassResult":
        return replace(self, votes=())

    @property
    def predictions(self) -> tuple[Prediction, ...]:
        return tuple(picture.prediction for picture in self.pictures if picture.prediction)

    @property
    def images(self) -> int:
        return len(self.predictions)

    @property
    def skipped(self) -> tuple[str, ...]:
        """ "<path>: <reason>" each"""
        return tuple(f"{picture.path}: {picture.skipped}" for picture in self.pictures if picture.skipped)

    def __str__(self) -> str:
        return f"{self.images} pictures" + (f", {len(self.skipped)} skipped" if self.skipped else "")


def count_batch(
    task: Task,
    image_class: FolderClass,
    batch: Sequence[tuple[int, Path]],
    pictures: Iterator[Tensor | str],
    tally: Tally,
) -> ClassResult:
    """Add a batch to the tally of its class; `batch` is (position, path) each, `pictures` yields what was read."""
    arrived = {PictureResult(position, task.name(path)): next(pictures) for position, path in batch}
    skipped = [replace(picture, skipped=why) for picture, why in arrived.items() if isinstance(why, str)]
    tensors = {picture: value for picture, value in arrived.items() if isinstance(value, Tensor)}
    if not tensors:
        return ClassResult(tuple(skipped))
    recording = run_network(task.instrumented, torch.stack(list(tensors.values())), task.device)
    finite = recording.finite()
    is_finite = dict(zip(tensors, finite.tolist(), strict=True))
    skipped += [replace(picture, skipped=NOT_FINITE) for picture in tensors if not is_finite[picture]]
    counted = [picture for picture in tensors if is_finite[picture]]
    if not counted:
        return ClassResult(tuple(skipped))
    recording = recording if len(counted) == len(tensors) else recording.select(finite)
    votes = task.counter.add(recording, tally)
    predictions = predictions_of(recording.scores, image_class.output)
    results = [replace(picture, prediction=each) for picture, each in zip(counted, predictions, strict=True)]
    log = (VoteLog.of(votes, [picture.position for picture in counted]),) if task.keeps_votes else ()
    return ClassResult((*skipped, *results), log)
