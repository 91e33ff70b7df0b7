"""Which pictures show a channel: the strongest over all classes, few of a class, none twice. Pure; needs no network."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy
from numpy.typing import NDArray

from ingest.count.strongest import NOBODY, Strongest

MOST = 10  # patches per channel over all classes
PER_CLASS = 2  # of them of one class
MORE = 3  # patches of a class whose graph has the channel
POOLED_PER_CLASS = PER_CLASS + 1  # one in reserve, for pictures that are gone or look the same
POOL = 3 * MOST
ALIKE = 0.98  # correlation of thumbnails from which two pictures are taken for the same


class Key(NamedTuple):
    """A picture of the run: the index of its class, its position within."""

    image_class: int
    position: int


class Found(NamedTuple):
    """A picture that excites a channel, how much, and where in the channel's map."""

    key: Key
    peak: float
    place: int


Likeness = Callable[[Key], NDArray[numpy.float32] | None]  # a unit vector; None where the picture cannot be read


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Candidates over all classes: one row per channel, POOL columns at most, strongest first."""

    classes: NDArray[numpy.int32]
    found: Strongest

    @classmethod
    def of(cls, index: int, strongest: Strongest) -> "Pool":
        few = strongest.first(POOLED_PER_CLASS)
        return cls(numpy.full(few.peaks.shape, index, numpy.int32), few)

    def __add__(self, other: "Pool") -> "Pool":
        columns = ("positions", "peaks", "places")
        classes = numpy.concatenate([self.classes, other.classes], axis=1)
        positions, peaks, places = (
            numpy.concatenate([getattr(self.found, name), getattr(other.found, name)], axis=1) for name in columns
        )
        best = numpy.lexsort((positions, classes, -peaks), axis=1)[:, :POOL]
        classes, *kept = (numpy.take_along_axis(each, best, 1) for each in (classes, positions, peaks, places))
        return Pool(classes, Strongest(*kept))

    def candidates(self, channel: int) -> list[Found]:
        rows = (self.classes, self.found.positions, self.found.peaks, self.found.places)
        return [
            Found(Key(index, position), peak, place)
            for index, position, peak, place in zip(*(each[channel].tolist() for each in rows), strict=True)
            if position != NOBODY
        ]


def pool_of(classes: Iterable[tuple[int, Strongest]]) -> Pool:
    """Candidates of all classes; memory is bounded whatever their number."""
    pool: Pool | None = None
    for index, strongest in classes:
        pool = Pool.of(index, strongest) if pool is None else pool + Pool.of(index, strongest)
    if pool is None:
        raise ValueError("expected at least one class")
    return pool


def strongest_of(candidates: Sequence[Found], likeness: Likeness) -> list[Found]:
    """The first MOST candidates, at most PER_CLASS of a class, without near-duplicates of those before."""
    chosen: list[Found] = []
    of_class: dict[int, int] = {}
    for each in candidates:
        index = each.key.image_class
        if len(chosen) < MOST and of_class.get(index, 0) < PER_CLASS and is_new(each, chosen, likeness):
            chosen.append(each)
            of_class[index] = of_class.get(index, 0) + 1
    return chosen


def more_of_class(candidates: Sequence[Found], chosen: Sequence[Found], likeness: Likeness) -> list[Found]:
    """The first MORE candidates of a class beyond those chosen already, without near-duplicates."""
    more: list[Found] = []
    for each in candidates:
        if len(more) < MORE and is_new(each, [*chosen, *more], likeness):
            more.append(each)
    return more


def is_new(candidate: Found, chosen: Sequence[Found], likeness: Likeness) -> bool:
    """Whether a picture can be read and looks like none of those chosen."""
    look = likeness(candidate.key)
    if look is None:
        return False
    others = [other for each in chosen if (other := likeness(each.key)) is not None]
    return not others or float(numpy.max(numpy.stack(others) @ look)) < ALIKE


def of_class(index: int, strongest: Strongest, channel: int) -> list[Found]:
    """The candidates of one class."""
    return Pool(numpy.full(strongest.peaks.shape, index, numpy.int32), strongest).candidates(channel)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is shown of a channel, see queries/patches.py."""

    most: Sequence[Found]
    others: Sequence[Found] = ()


def choose(
    pool: Pool,
    channels: int,
    graphs: Mapping[int, Sequence[int]],
    strongest: Callable[[int], Strongest],
    likeness: Likeness,
    step: Callable[[int], None] = lambda _: None,
) -> list[Choice]:
    """One choice per channel.

    graphs     class index -> the channels of its graph
    strongest  of a class
    step       called with the number of channels and classes that are done
    """
    most = []
    for channel in range(channels):
        most.append(strongest_of(pool.candidates(channel), likeness))
        step(channel + 1)
    others: list[list[Found]] = [[] for _ in range(channels)]
    for done, (index, members) in enumerate(sorted(graphs.items()), 1):
        kept = strongest(index)
        for channel in members:
            others[channel] += more_of_class(of_class(index, kept, channel), most[channel], likeness)
        step(channels + done)
    return [Choice(*pair) for pair in zip(most, others, strict=True)]
