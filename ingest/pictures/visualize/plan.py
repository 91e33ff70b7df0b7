"""Which pictures of a run are to be made: those that are not there yet, or were made with other settings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from queries.errors import QueryError
from queries.pictures import DIVERSE, MEAN, read_measured, run_pictures, synthesised_folder
from queries.records import Record

RECIPE = 1  # raised where the recipe changes what is made
STEPS = 48
AGAIN = 4  # times as many steps for a picture that fails


@dataclass(frozen=True)
class Settings:
    """What to make.

    run        folder of the run
    channels   layer -> indexes
    steps      of a picture
    size       its side in pixels; None: by what the layer sees
    diversity  how many more pictures of each channel, which differ from each other: none, or 2 to 4
    processes  that share the work
    device     "auto", "cpu", "cuda" or "cuda:1"
    """

    run: Path
    channels: Mapping[str, Sequence[int]] = field(default_factory=dict)
    steps: int = STEPS
    size: int | None = None
    diversity: int = 0
    processes: int = 1
    device: str = "auto"

    def __post_init__(self) -> None:
        if self.diversity not in (0, *range(2, len(DIVERSE) + 1)):
            raise QueryError(f"--diversity {self.diversity}: expected 0, or 2 to {len(DIVERSE)}")
        for name, value, least in (("steps", self.steps, 1), ("processes", self.processes, 1), ("size", self.size, 16)):
            if value is not None and value < least:
                raise QueryError(f"--{name} {value} must be at least {least}")

    @property
    def pictures(self) -> int:
        """How many there are in the end."""
        return sum(map(len, self.channels.values())) * (1 + self.diversity)

    def made_with(self, weights: str) -> Record:
        """What a picture depends on besides its channel.

        weights  digest of the network's
        """
        return {"recipe": RECIPE, "steps": self.steps, "size": self.size, "weights": weights[:16]}


@dataclass(frozen=True, slots=True)
class Batch:
    """Pictures that are made at once.

    channels  of the layer; a single one where diverse pictures are made
    diverse   how many pictures of the channel; 0 for one picture of each channel
    steps     of each picture
    size      how many are made in one pass, copies of the first included, see Sizes
    """

    layer: str
    channels: tuple[int, ...]
    diverse: int
    steps: int
    size: int

    @property
    def pictures(self) -> int:
        return self.diverse or len(self.channels)


class Sizes(NamedTuple):
    """How many pictures are made in one pass: always as many, so that every picture gets the same arithmetic.

    again  of second tries; few of a layer fail, and what fills a batch up costs as much as a picture
    """

    first: int
    again: int


def due(settings: Settings, weights: str, sizes: Sizes) -> list[Batch]:
    """What is to be made, lowest layer first."""
    batches: list[Batch] = []
    for layer, channels in settings.channels.items():
        folder = synthesised_folder(run_pictures(settings.run), layer)
        states = {channel: State.of(folder, channel, settings.made_with(weights)) for channel in channels}
        for tries, (steps, size) in enumerate(zip((settings.steps, settings.steps * AGAIN), sizes, strict=True)):
            waiting = [channel for channel, state in states.items() if not state.done and state.tries == tries]
            batches += [Batch(layer, part, 0, steps, size) for part in parts(waiting, size)]
        if settings.diversity:
            missing = [channel for channel, state in states.items() if state.diverse != settings.diversity]
            batches += [
                Batch(layer, (channel,), settings.diversity, settings.steps, settings.diversity) for channel in missing
            ]
    return batches


@dataclass(frozen=True, slots=True)
class State:
    """What is there of a channel.

    tries    how often its own picture was made: 0, 1, or 2 with more steps
    done     whether it needs no further try
    diverse  how many diverse pictures there are
    """

    tries: int = 0
    done: bool = False
    diverse: int = 0

    @classmethod
    def of(cls, folder: Path, channel: int, made_with: Record) -> "State":
        found = read_measured(folder, channel)
        if found is None or found.get("made_with") != made_with:
            return cls()
        there = {kind: row for kind, row in found["pictures"].items() if (folder / row["file"]).is_file()}
        mean = there.get(MEAN)
        tries = 0 if mean is None else 1 if mean["steps"] == made_with["steps"] else 2
        done = mean is not None and (mean["passed"] or tries == 2)
        return cls(tries, done, sum(kind in DIVERSE for kind in there))


def failing(settings: Settings, made: Sequence[tuple[str, int]], size: int) -> Iterator[Batch]:
    """A second try for (layer, channel) pairs, with more steps."""
    by_layer: dict[str, list[int]] = {}
    for layer, channel in made:
        by_layer.setdefault(layer, []).append(channel)
    for layer, channels in by_layer.items():
        for part in parts(channels, size):
            yield Batch(layer, part, 0, settings.steps * AGAIN, size)


def parts(channels: Sequence[int], size: int) -> Iterator[tuple[int, ...]]:
    return (tuple(channels[start : start + size]) for start in range(0, len(channels), size))
