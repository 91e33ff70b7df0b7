"""The channels of a run that mean nothing, from what the run keeps; no network runs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy
from numpy.typing import NDArray

from ingest.channels.score import Values, Variances, position_divergence
from ingest.run.files import class_folder, read_parquet
from ingest.run.maxima import CELLS
from ingest.run.peaks import channel_bounds, read_peaks
from ingest.run.read import RunReader
from queries.errors import DataError
from queries.progress import Progress
from queries.values import counted

FEWEST = 2  # classes that selectivity is taken over, at the least


@dataclass(frozen=True, slots=True)
class ChannelScore:
    """What speaks for and against the meaning of a channel, over all classes of a run.

    frequency    share of the pictures in which the channel is among the most activated ones of its layer (A; 0..1)
    position     by how much the place of its peak differs from what is usual in the layer, in nats; None where no
                 picture excites it
    selectivity  share of the variance of its peaks that is between classes (0..1); None where its peaks are all equal
    """

    layer: str
    index: int
    frequency: float
    position: float | None
    selectivity: float | None

    @property
    def name(self) -> str:
        return f"{self.layer}/{self.index}"


@dataclass(frozen=True, slots=True)
class Limits:
    """A channel is proposed for exclusion where its maxima are in unusual places, classes hardly matter, and it counts.

    position     more than this, in nats
    selectivity  less than this (0..1)
    frequency    at least this (0..1)
    """

    position: float = 1.0
    selectivity: float = 0.12
    frequency: float = 0.05

    def proposes(self, score: ChannelScore) -> bool:
        return (
            score.position is not None
            and score.selectivity is not None
            and score.position > self.position
            and score.selectivity < self.selectivity
            and score.frequency >= self.frequency
        )


def score_channels(run: RunReader, progress: Progress) -> list[ChannelScore]:
    """One per channel that is not excluded, layer by layer, lowest first.

    One class's peaks are in memory at a time. Raises DataError where the run keeps no peaks or no places of them, or
    has fewer than two classes.
    """
    if len(run.classes) < FEWEST:
        raise DataError(
            f"{run.path} has {counted(len(run.classes), 'class')}; expected two, which a channel could tell apart"
        )
    bounds = channel_bounds(run)
    starts = {layer.name: start for layer, start in zip(run.layers, bounds, strict=False)}
    activated, cells = numpy.zeros(bounds[-1], int), numpy.zeros((bounds[-1], CELLS), int)
    variances, pictures = Variances(), 0
    for done, index in enumerate(run.classes, 1):
        _, peaks = read_peaks(run, index)
        variances.add(peaks)
        pictures += len(peaks)
        cells += _cells(run, index)
        for layer, found in run.counts(index).activations.items():
            activated[starts[layer] + numpy.array(found.channels, int)] += found.counts
        progress("channels", done, len(run.classes))
    positions = numpy.concatenate([position_divergence(cells[start:end]) for start, end in pairwise(bounds)])
    return _scores(run, activated / pictures, positions, variances.selectivity())


def _cells(run: RunReader, index: int) -> NDArray[numpy.int32]:
    folder = class_folder(run.path, index)
    if folder.is_dir() and not run.has_table(index, "maxima"):
        raise DataError(
            f"{folder} has no maxima.parquet: an earlier version counted some of its pictures, which did not keep "
            "where their peaks are; delete that folder and repeat the run's `summit ingest` command, which counts the "
            "class again"
        )
    table = read_parquet(folder / "maxima.parquet", ["cells"])
    cells: NDArray[numpy.int32] = table["cells"].combine_chunks().flatten().to_numpy().reshape(-1, CELLS)
    return cells


def _scores(run: RunReader, frequency: Values, position: Values, selectivity: Values) -> list[ChannelScore]:
    found, at = list[ChannelScore](), 0
    for layer in run.layers:
        for index in range(layer.channels):
            values = (frequency[at + index], position[at + index], selectivity[at + index])
            if index not in layer.excluded:
                share, *others = map(float, values)
                known = [None if math.isnan(each) else each for each in others]
                found.append(ChannelScore(layer.name, index, share, *known))
        at += layer.channels
    return found


def listed(run: str, proposed: Sequence[ChannelScore]) -> str:
    """A list that `summit ingest --exclude` takes: a channel a line, with its scores."""
    lines = [
        f"# of the run {run}: position (nats), selectivity and frequency (shares)",
        *(f"{each.name}  # {each.position:.3f} {each.selectivity:.3f} {each.frequency:.3f}" for each in proposed),
    ]
    return "".join(f"{line}\n" for line in lines)
