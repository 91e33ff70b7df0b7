"""One batch of pictures of one class: run through the network, counted, and recorded picture by picture."""

import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import TypeVar

import numpy
import torch
from numpy.typing import NDArray
from torch import Tensor

from ingest.count.accuracy import Prediction, predictions_of
from ingest.count.forward import run_network
from ingest.count.influence import NO_WINNER
from ingest.count.strongest import Strongest
from ingest.count.tally import Tally, Votes
from ingest.count.task import Task
from ingest.images.classes import FolderClass
from ingest.images.listing import LeftOut
from ingest.images.picture import Picture
from ingest.images.reading import ReadPicture
from ingest.run.maxima import Maxima
from ingest.run.pooled import Pooled
from queries.values import counted

NOT_FINITE = "its activations are not finite"
NO_GRADIENT = "its activations or their gradients are not finite"
Part = TypeVar("Part", Strongest, Maxima, Pooled)
Number = TypeVar("Number", bound=numpy.generic)
NO_VOTE = 65_535  # in a vote log, where fewer sources influence a target than it has votes


@dataclass(frozen=True, slots=True)
class PictureResult:
    """The outcome of one picture: a prediction if it was counted, the reason in `skipped` if not.

    position  identifies it within its ClassResult; in a finished class, its place in order of name
    digest    of its content
    """

    position: int
    path: str
    digest: str
    skipped: str | None = None
    prediction: Prediction | None = None


@dataclass(frozen=True, eq=False)
class VoteLog:
    """What single pictures contributed, one row each.

    positions  (pictures,) see PictureResult
    peaks      (pictures, channels of all layers) float32
    winners    (pictures, votes of all hops) uint16: per target the sources within its group, NO_VOTE for none; None
               where they are not kept, or the method has none
    attributed (pictures, bytes) uint8: a bit for each channel of all layers, whether R counts it; None where it was not
               counted or not kept
    """

    positions: NDArray[numpy.int32]
    peaks: NDArray[numpy.float32]
    winners: NDArray[numpy.uint16] | None
    attributed: NDArray[numpy.uint8] | None = None

    @classmethod
    def of(cls, votes: Votes, positions: Sequence[int], peaks: NDArray[numpy.float32]) -> "VoteLog":
        """peaks: (pictures, channels of all layers)"""
        winners = None
        if votes.winners is not None:
            found = torch.cat([hop.flatten(1) for hop in votes.winners], dim=1).cpu()
            winners = found.masked_fill(found == NO_WINNER, NO_VOTE).numpy().astype(numpy.uint16)
        bits = torch.cat(votes.attributed, dim=1).cpu().numpy() if votes.attributed else None
        return cls(
            numpy.array(positions, numpy.int32), peaks, winners, None if bits is None else numpy.packbits(bits, axis=1)
        )

    @classmethod
    def joined(cls, logs: Sequence["VoteLog"]) -> "VoteLog | None":
        """All of them in order of position; what one of them lacks, the whole lacks. None where there are none."""
        if not logs:
            return None
        positions = numpy.concatenate([log.positions for log in logs])
        order = positions.argsort()

        def column(parts: Sequence[NDArray[Number] | None]) -> NDArray[Number] | None:
            kept = [part for part in parts if part is not None]
            return numpy.concatenate(kept)[order] if len(kept) == len(parts) else None

        peaks = numpy.concatenate([log.peaks for log in logs])[order]
        votes = column([log.winners for log in logs]), column([log.attributed for log in logs])
        return cls(positions[order], peaks, *votes)

    @property
    def nbytes(self) -> int:
        """In memory."""
        return sum(each.nbytes for each in (self.peaks, self.winners, self.attributed) if each is not None)

    def peaks_alone(self) -> "VoteLog":
        return VoteLog(self.positions, self.peaks, None)


@dataclass(frozen=True, slots=True)
class ClassResult:
    """The outcome of pictures of a class; its text is the progress line.

    strongest  which of the pictures excite each channel most; None where none was counted, or where pictures among
               them were counted by a version that did not keep it
    maxima     where the peaks of the pictures are; None in the same cases
    pooled     how strongly the last layer is activated; None in the same cases, without attribution, and for a network
               whose head is not linear
    copies  pictures of the class with the content of another one, which counts twice, as far as that is known
    """

    pictures: tuple[PictureResult, ...] = ()
    votes: tuple[VoteLog, ...] = ()
    strongest: Strongest | None = None
    maxima: Maxima | None = None
    pooled: Pooled | None = None
    copies: int = 0

    @classmethod
    def joined(cls, results: Sequence["ClassResult"]) -> "ClassResult":
        """All of them, numbered in order of name."""
        everything = [(each.path, part, each) for part, result in enumerate(results) for each in result.pictures]
        everything.sort(key=lambda row: row[0])
        places = {(part, each.position): place for place, (_, part, each) in enumerate(everything)}
        votes = [
            replace(log, positions=numpy.array([places[part, at] for at in log.positions.tolist()], numpy.int32))
            for part, result in enumerate(results)
            for log in result.votes
        ]
        numbered = [
            replace(result, strongest=result.strongest and result.strongest.renumbered(_numbers(places, part)))
            for part, result in enumerate(results)
        ]
        pictures = tuple(replace(each, position=at) for at, (_, _, each) in enumerate(everything))
        return cls(pictures, tuple(votes), _strongest_of(numbered), _maxima_of(results), _pooled_of(results))

    def __add__(self, other: "ClassResult") -> "ClassResult":
        return ClassResult(
            self.pictures + other.pictures,
            self.votes + other.votes,
            _strongest_of([self, other]),
            _maxima_of([self, other]),
            _pooled_of([self, other]),
            self.copies + other.copies,
        )

    def outcome(self) -> "ClassResult":
        """Without what single pictures contributed."""
        return replace(self, votes=(), strongest=None, maxima=None, pooled=None)

    @property
    def predictions(self) -> tuple[Prediction, ...]:
        return tuple(picture.prediction for picture in self.pictures if picture.prediction)

    @property
    def images(self) -> int:
        return len(self.predictions)

    @property
    def skipped(self) -> tuple[LeftOut, ...]:
        return tuple(LeftOut(picture.path, picture.skipped) for picture in self.pictures if picture.skipped)

    def __str__(self) -> str:
        skipped = f", {len(self.skipped)} skipped" if self.skipped else ""
        copies = (
            f"; {self.copies:,} in the class {'has' if self.copies == 1 else 'have'} the content of another "
            "one, which counts twice"
        )
        return f"{counted(self.images, 'picture')}{skipped}" + (copies if self.copies else "")


def _numbers(places: Mapping[tuple[int, int], int], part: int) -> dict[int, int]:
    return {position: place for (of, position), place in places.items() if of == part}


def _strongest_of(results: Sequence[ClassResult]) -> Strongest | None:
    return _all_of([result.strongest for result in results if result.images])


def _maxima_of(results: Sequence[ClassResult]) -> Maxima | None:
    return _all_of([result.maxima for result in results if result.images])


def _pooled_of(results: Sequence[ClassResult]) -> Pooled | None:
    return _all_of([result.pooled for result in results if result.images])


def _all_of(found: Sequence[Part | None]) -> Part | None:
    """Of all results; None where it is unknown for one of them."""
    known = [each for each in found if each is not None]
    return reduce(operator.add, known) if known and len(known) == len(found) else None


def count_batch(
    task: Task,
    image_class: FolderClass,
    batch: Sequence[tuple[int, Picture]],
    pictures: Iterator[ReadPicture],
    tally: Tally,
) -> ClassResult:
    """Add a batch to the tally of its class; `batch` is (position, picture) each, `pictures` yields what was read."""
    read = [(position, picture.name, next(pictures)) for position, picture in batch]
    arrived = {PictureResult(position, name, each.digest): each.content for position, name, each in read}
    skipped = [replace(picture, skipped=why) for picture, why in arrived.items() if isinstance(why, str)]
    tensors = {picture: value for picture, value in arrived.items() if isinstance(value, Tensor)}
    if not tensors:
        return ClassResult(tuple(skipped))
    aim = task.aim(image_class)
    recording = run_network(task.instrumented, torch.stack(list(tensors.values())), task.device, aim)
    finite = recording.finite()
    is_finite = dict(zip(tensors, finite.tolist(), strict=True))
    reason = NO_GRADIENT if aim else NOT_FINITE
    skipped += [replace(picture, skipped=reason) for picture in tensors if not is_finite[picture]]
    counted = [picture for picture in tensors if is_finite[picture]]
    if not counted:
        return ClassResult(tuple(skipped))
    recording = recording if len(counted) == len(tensors) else recording.select(finite)
    votes = task.counter.add(recording, tally)
    predictions = predictions_of(recording.scores, image_class.output)
    results = [replace(picture, prediction=each) for picture, each in zip(counted, predictions, strict=True)]
    positions = [picture.position for picture in counted]
    peaks, places = (torch.cat(layers, dim=1).cpu().numpy() for layers in (votes.peaks, votes.places))
    log = VoteLog.of(votes if task.needs_votes else replace(votes, winners=None, attributed=None), positions, peaks)
    strongest, maxima = Strongest.of(positions, peaks, places), Maxima.of(peaks, places, task.map_sizes)
    pooled = Pooled.of(recording.pooled[0].cpu().numpy()) if aim and task.head.linear else None
    return ClassResult((*skipped, *results), (log,), strongest, maxima, pooled)
