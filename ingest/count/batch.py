"""One batch of pictures of one class: shown to the network, counted, and put down picture by picture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy
import torch
from numpy.typing import NDArray
from torch import Tensor

from ingest.count.accuracy import Answer, answers
from ingest.count.forward import show
from ingest.count.influence import NOBODY
from ingest.count.tally import Tables, Votes
from ingest.count.task import Task
from ingest.images.classes import FolderClass

NOT_FINITE = "its activations are not finite"
NO_VOTE = 65_535  # in a vote log, where fewer sources influence a target than it has votes


@dataclass(frozen=True, slots=True)
class Picture:
    """What became of one picture; `skipped` is the reason why it does not count, `answer` is set where it does.

    position  among the pictures of its class, in order of name
    """

    position: int
    path: str
    skipped: str | None = None
    answer: Answer | None = None


@dataclass(frozen=True, eq=False)
class VoteRows:
    """What single pictures contributed, a row each.

    positions  (pictures,) see Picture
    peaks      (pictures, channels of all rows) float32
    winners    (pictures, votes of all hops) uint16: of every target the sources within its group, NO_VOTE for none
    """

    positions: NDArray[numpy.int32]
    peaks: NDArray[numpy.float32]
    winners: NDArray[numpy.uint16]

    @classmethod
    def of(cls, votes: Votes, positions: Sequence[int]) -> "VoteRows":
        winners = torch.cat([hop.flatten(1) for hop in votes.winners], dim=1).cpu()
        return cls(
            numpy.array(positions, numpy.int32),
            torch.cat(votes.peaks, dim=1).cpu().numpy(),
            winners.masked_fill(winners == NOBODY, NO_VOTE).numpy().astype(numpy.uint16),
        )


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the pictures of a class; its text is what a person is told."""

    pictures: tuple[Picture, ...] = ()
    votes: tuple[VoteRows, ...] = ()

    @classmethod
    def of_ranks(cls, parts: Sequence["Part"]) -> "Part":
        """All of them, pictures in order."""
        pictures = sorted((picture for part in parts for picture in part.pictures), key=lambda one: one.position)
        return cls(tuple(pictures), tuple(votes for part in parts for votes in part.votes))

    def and_also(self, other: "Part") -> "Part":
        return Part(self.pictures + other.pictures, self.votes + other.votes)

    def without_votes(self) -> "Part":
        return replace(self, votes=())

    @property
    def answers(self) -> tuple[Answer, ...]:
        return tuple(picture.answer for picture in self.pictures if picture.answer)

    @property
    def images(self) -> int:
        return len(self.answers)

    @property
    def skipped(self) -> tuple[str, ...]:
        """ "<path>: <reason>" each"""
        return tuple(f"{picture.path}: {picture.skipped}" for picture in self.pictures if picture.skipped)

    def __str__(self) -> str:
        return f"{self.images} pictures" + (f", {len(self.skipped)} skipped" if self.skipped else "")


def count_batch(
    task: Task, one: FolderClass, batch: Sequence[tuple[int, Path]], read: Iterator[Tensor | str], into: Tables
) -> Part:
    """Add a batch to the tables of its class; `batch` is (position, path) each, `read` gives the pictures."""
    arrived = {Picture(position, task.name(path)): next(read) for position, path in batch}
    refused = [replace(picture, skipped=why) for picture, why in arrived.items() if isinstance(why, str)]
    tensors = {picture: value for picture, value in arrived.items() if isinstance(value, Tensor)}
    if not tensors:
        return Part(tuple(refused))
    seen = show(task.probe, torch.stack(list(tensors.values())), task.device)
    sound = seen.finite()
    fine = dict(zip(tensors, sound.tolist(), strict=True))
    refused += [replace(picture, skipped=NOT_FINITE) for picture in tensors if not fine[picture]]
    places = [picture for picture in tensors if fine[picture]]
    if not places:
        return Part(tuple(refused))
    seen = seen if len(places) == len(tensors) else seen.part(sound)
    votes = task.counter.count(seen, into)
    said = answers(seen.scores, one.output)
    counted = [replace(picture, answer=answer) for picture, answer in zip(places, said, strict=True)]
    kept = (VoteRows.of(votes, [picture.position for picture in places]),) if task.keeps_votes else ()
    return Part((*refused, *counted), kept)
