"""Probing a run: how well each layer's channels tell its classes apart (paper, section 8.5). No network runs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from itertools import pairwise
from statistics import mean

import numpy
from numpy.typing import NDArray

from ingest.probe.classifier import Split, accuracy_by, chance
from ingest.probe.samples import Sample, draw_sample, rules_of_run, sampled_peaks, top_channels
from ingest.run.peaks import Peaks, channel_bounds
from ingest.run.read import RunReader
from ingest.run.write import write_json
from queries.errors import DataError
from queries.progress import Progress
from queries.records import LayerSize, Record, digest_of
from queries.values import counted

FILE = "probe.json"
AT_ONCE = 2**26  # peaks in memory: 256 MB; layers beyond are read in another pass over the classes


@dataclass(frozen=True, slots=True)
class ProbeSettings:
    """What a probe is made of.

    top       channels of each class, the most activated ones
    pictures  of each class, at most
    held_out  share of them that the classifier is tested on (above 0, below 1)
    sets      random sets of channels per layer
    seed      of pictures and sets
    """

    top: int = 5
    pictures: int = 100
    held_out: float = 0.25
    sets: int = 5
    seed: int = 0


@dataclass(frozen=True, slots=True)
class LayerProbe:
    """Accuracies of linear classifiers over one layer, on held-out pictures (0..1).

    size          channels of the layer that are not excluded
    channels      that are among the top ones of a class
    accuracy      by these
    random        by random sets of as many channels: mean over sets
    random_least  the worst of the sets
    random_most   the best of the sets
    every         by all channels that are not excluded
    """

    layer: str
    size: int
    channels: int
    accuracy: float
    random: float
    random_least: float
    random_most: float
    every: float


@dataclass(frozen=True, slots=True)
class Probe:
    """The result for a run.

    classes   names, in order of index
    learning  pictures that the classifiers learn from
    held_out  pictures that they are tested on
    chance    accuracy of the answer that most learning pictures have
    layers    lowest first
    """

    run: str
    parameters: ProbeSettings
    classes: tuple[str, ...]
    learning: int
    held_out: int
    chance: float
    layers: tuple[LayerProbe, ...]


def probe_run(
    run: RunReader, classes: Sequence[int], settings: ProbeSettings, progress: Progress
) -> tuple[Probe, list[str]]:
    """The probe of some classes, and a sentence for each class that is left out.

    The run's folder keeps what is found, layer by layer, for the last classes and settings that were asked for.
    Memory: AT_ONCE peaks, one class's, and a layer's in float64. Raises DataError where the run keeps no peaks, or
    fewer than two classes have enough pictures.
    """
    drawn = [draw_sample(run, index, settings.pictures, settings.held_out, settings.seed) for index in classes]
    samples = [each for each in drawn if isinstance(each, Sample)]
    notes = [each for each in drawn if isinstance(each, str)]
    if len(samples) < 2:
        raise DataError(
            f"{run.path} has {counted(len(samples), 'class')} that can be probed; expected two at least"
            + "".join(f"; {note}" for note in notes[:3])
        )
    key = _key(run, samples, settings)
    found = _stored(run, key)
    for at, split, tops in _layers(run, samples, settings, len(found), progress):
        found.append(_probed(run.layers[at], split, tops, settings))
        _keep(run, key, settings, found)
        progress("probing", len(found), len(run.layers))
    labels = _labels(samples)
    none = numpy.zeros((0, 0))
    return (
        Probe(
            run=run.name,
            parameters=settings,
            classes=tuple(sample.name for sample in samples),
            learning=len(labels[0]),
            held_out=len(labels[1]),
            chance=chance(Split(none, labels[0], none, labels[1])),
            layers=tuple(found),
        ),
        notes,
    )


def _layers(
    run: RunReader, samples: Sequence[Sample], settings: ProbeSettings, first: int, progress: Progress
) -> Iterator[tuple[int, Split, list[int]]]:
    """From layer number `first` on: its number, its peaks, and the top channels of all classes, ascending."""
    bounds, rules = channel_bounds(run), rules_of_run(run.settings)
    learning, held_out = _labels(samples)
    for group in _groups(bounds, first, len(learning) + len(held_out)):
        sizes = [0, *(bounds[at + 1] - bounds[group.start] for at in range(group.start, group.stop))]
        tops: list[set[int]] = [set() for _ in sizes[1:]]
        known: list[Peaks] = []
        new: list[Peaks] = []
        for done, (sample, peaks) in enumerate(sampled_peaks(run, samples, group), 1):
            own = peaks[: len(sample.learning)]
            for chosen, (start, end) in zip(tops, pairwise(sizes), strict=True):
                chosen.update(top_channels(own[:, start:end], rules, settings.top))
            known.append(own)
            new.append(peaks[len(sample.learning) :])
            progress("reading", done, len(samples))
        for at, chosen, (start, end) in zip(range(group.start, group.stop), tops, pairwise(sizes), strict=True):
            parts = (numpy.concatenate([each[:, start:end] for each in side]).astype(float) for side in (known, new))
            one, other = parts
            yield at, Split.of(one, learning, other, held_out), sorted(chosen)


def _groups(bounds: Sequence[int], first: int, pictures: int) -> Iterator[slice]:
    """The layers from number `first` on in groups of neighbours, whose peaks are in memory together."""
    start = first
    for at in range(first, len(bounds) - 1):
        if at > start and (bounds[at + 1] - bounds[start]) * pictures > AT_ONCE:
            yield slice(start, at)
            start = at
    if start < len(bounds) - 1:
        yield slice(start, len(bounds) - 1)


def _labels(samples: Sequence[Sample]) -> tuple[NDArray[numpy.int64], NDArray[numpy.int64]]:
    """The class of each learning picture, and of each that is held out, numbered in order of index."""
    numbers = numpy.arange(len(samples))
    learning, held_out = zip(*((len(each.learning), len(each.held_out)) for each in samples), strict=True)
    return numpy.repeat(numbers, learning), numpy.repeat(numbers, held_out)


def _probed(layer: LayerSize, split: Split, tops: Sequence[int], settings: ProbeSettings) -> LayerProbe:
    allowed = numpy.array([at for at in range(layer.channels) if at not in layer.excluded], numpy.int64)
    if not tops:  # nothing to learn from: the most frequent class is the best guess
        accuracy, random = chance(split), [chance(split)]
    else:
        accuracy = accuracy_by(split, numpy.array(tops, numpy.int64))
        random = [accuracy_by(split, chosen) for chosen in _random_sets(allowed, len(tops), layer.name, settings)]
    return LayerProbe(
        layer=layer.name,
        size=len(allowed),
        channels=len(tops),
        accuracy=accuracy,
        random=mean(random),
        random_least=min(random),
        random_most=max(random),
        every=accuracy_by(split, allowed) if len(allowed) else chance(split),
    )


def _random_sets(
    allowed: NDArray[numpy.int64], size: int, layer: str, settings: ProbeSettings
) -> Iterator[NDArray[numpy.int64]]:
    seed = int.from_bytes(blake2b(f"{settings.seed}/{layer}".encode(), digest_size=8).digest(), "big")
    random = numpy.random.default_rng(seed)
    for _ in range(settings.sets):
        yield numpy.sort(random.permutation(allowed)[:size])


def _key(run: RunReader, samples: Sequence[Sample], settings: ProbeSettings) -> str:
    """Equal for equal results: the network, the pictures, what the run counts, and what is asked for."""
    counted = [run.settings[name] for name in ("layers", "excluded", "rules")]
    return digest_of([run.pictures_digest, counted, [asdict(each) for each in samples], asdict(settings)])


def _keep(run: RunReader, key: str, settings: ProbeSettings, found: Sequence[LayerProbe]) -> None:
    content = {"key": key, "parameters": asdict(settings), "layers": [asdict(each) for each in found]}
    write_json(run.path / FILE, content)


def _stored(run: RunReader, key: str) -> list[LayerProbe]:
    """The layers that the run has of this very probe; none where it has another one's, or a damaged file."""
    try:
        content: Record = json.loads((run.path / FILE).read_text(encoding="utf-8"))
        return [LayerProbe(**layer) for layer in content["layers"]] if content["key"] == key else []
    except (OSError, ValueError, KeyError, TypeError):
        return []
