"""What a probe learns from and is tested on: pictures of a run, drawn class by class, with the peaks that it keeps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy
import torch

from ingest.count.rules import Rules
from ingest.count.selection import top_by_mass, top_by_rank
from ingest.run.peaks import Peaks, channel_bounds, kept_pictures, read_peaks
from ingest.run.read import RunReader
from queries.records import Record
from queries.values import counted

FEWEST = 4  # pictures of a class: two to learn from, at the least, and one that is held out


@dataclass(frozen=True, slots=True)
class Sample:
    """The pictures of a class that a probe uses.

    index      of the class
    name       of the class
    learning   rows of the class's peaks that the classifier learns from
    held_out   rows that it is tested on
    """

    index: int
    name: str
    learning: tuple[int, ...]
    held_out: tuple[int, ...]


def draw_sample(run: RunReader, index: int, pictures: int, held_out: float, seed: int) -> Sample | str:
    """A sample of a class's counted pictures, or a sentence that says why there is none.

    pictures  at most, drawn by their names; of pictures with equal content one is drawn
    held_out  share of them that is held out (0..1), one picture at least
    Raises DataError where the run keeps no peaks of the class.
    """
    table = run.table(index, "pictures").to_pylist()
    name = run.table(index, "statistics")["name"][0].as_py()
    kept = enumerate(kept_pictures(run, index))
    order = sorted((_drawn(seed, table[position]["path"]), row, position) for row, position in kept)
    by_content: dict[str, int] = {}
    for _, row, position in order:
        by_content.setdefault(table[position]["digest"] or table[position]["path"], row)
    rows = list(by_content.values())[:pictures]
    if len(rows) < FEWEST:
        return (
            f"{name} is left out: it has {counted(len(rows), 'different counted picture')}, and a probe needs {FEWEST}"
        )
    apart = min(max(1, round(held_out * len(rows))), len(rows) - 2)
    return Sample(index, name, tuple(rows[apart:]), tuple(rows[:apart]))


def _drawn(seed: int, path: str) -> bytes:
    return blake2b(f"{seed}/{path}".encode(), digest_size=8).digest()


def sampled_peaks(run: RunReader, samples: Sequence[Sample], layers: slice) -> Iterator[tuple[Sample, Peaks]]:
    """Each class's peaks of some neighbouring layers: its learning pictures, then those held out.

    yields (sample, (pictures, channels of these layers) float32); one class is in memory at a time
    """
    bounds = channel_bounds(run)
    first, last = bounds[layers.start], bounds[layers.stop]
    for sample in samples:
        _, peaks = read_peaks(run, sample.index)
        yield sample, peaks[[*sample.learning, *sample.held_out], first:last]


def top_channels(peaks: Peaks, rules: Rules, top: int) -> list[int]:
    """The channels that most of a class's pictures activate (A, paper, section 6.2), most activated first.

    peaks  (pictures, C) of one layer
    Of equally activated channels the lower ones are taken; channels that no picture activates are not.
    """
    values = torch.from_numpy(peaks)
    if rules.activation_method == 2:
        activated = top_by_mass(values, rules.activation_share)
    else:
        activated = top_by_rank(values, rules.activation_top)
    counts = activated.sum(0).numpy()
    order = numpy.lexsort((numpy.arange(len(counts)), -counts))[:top]
    return [int(channel) for channel in order if counts[channel] > 0]


def rules_of_run(settings: Record) -> Rules:
    """What the run's counts take for an activation."""
    return Rules(**settings["rules"])
