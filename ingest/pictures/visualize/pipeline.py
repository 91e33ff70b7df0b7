"""The whole stage: a finished run in, synthesised pictures of its channels on disk out."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from ingest.count.forward import choose_device, repeatable
from ingest.count.ranks import Ranks, spawn_ranks
from ingest.pictures.folder import remove_unfinished, write_measured, write_picture
from ingest.pictures.visualize.plan import Batch, Settings, due, failing
from ingest.pictures.visualize.recipe import Recipe, Wanted, make_pictures
from ingest.pictures.visualize.studio import SIZES, Picture, Studio, open_studio
from ingest.run.read import RunReader
from queries.engines.files import turn
from queries.pictures import DIVERSE, MEAN, SYNTHESISED, read_measured, run_pictures, synthesised_folder
from queries.records import Record

TURN = "visualize"  # one command at a time makes pictures in a run
TIMED_STEPS = 3  # of Adam, for an estimate


@dataclass(frozen=True, slots=True)
class Underway:
    """Pictures were made: how many now, and of which layer."""

    layer: str
    pictures: int


@dataclass(frozen=True, slots=True)
class LayerQuality:
    """How well the pictures of a layer show what its channels look for.

    channels  that were asked for
    first     how many rank first in their layer on their own picture
    ratio     median of the activation on the picture over the largest over the run's pictures; None where unknown
    """

    layer: str
    channels: int
    first: int
    ratio: float | None


@dataclass(frozen=True, slots=True)
class Visualized:
    """What there is at the end.

    made     pictures that this command made, second tries included
    kept     pictures that were there before
    failed   "<layer>/<index>" of each channel that does not rank first on its own picture, even with more steps
    ratio    see LayerQuality, over all channels
    seconds  from start to end
    """

    run: Path
    made: int
    kept: int
    failed: tuple[str, ...]
    layers: tuple[LayerQuality, ...]
    ratio: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a command would do: so many pictures, in about so many seconds, kept those that are there."""

    pictures: int
    kept: int
    seconds: float


def visualize(settings: Settings, say: Callable[[str], None], report: Callable[[int, int], None]) -> Visualized:
    """Make the pictures that a run lacks.

    say     called with one sentence for a person
    report  called with how many pictures are made, and of how many; a second try is one more
    Safe to stop at any point and to repeat: what is there is kept. A picture is the same to the bit alone, in a batch,
    on any number of processes, and after an interruption.
    """
    started, run = time.monotonic(), RunReader(settings.run)
    folder = run_pictures(settings.run)
    folder.mkdir(exist_ok=True)
    with turn(folder, TURN, say):
        remove_unfinished(folder / SYNTHESISED)
        batches = due(settings, run.settings["weights_sha256"], SIZES[choose_device(settings.device).type])
        progress = Tally(sum(batch.pictures for batch in batches), report)
        kept = settings.pictures - progress.total
        if batches:
            work = (settings, batches)
            if settings.processes > 1:
                spawn_ranks(min(settings.processes, len(batches)), _make_share, work, progress)
            else:
                _make_share(work, Ranks(), progress)
    return summary(settings, progress.made, kept, time.monotonic() - started)


class Tally:
    """Adds up what the processes report."""

    def __init__(self, total: int, report: Callable[[int, int], None]) -> None:
        self.made, self.total, self.report = 0, total, report

    def __call__(self, news: Underway) -> None:
        self.made += news.pictures
        self.total = max(self.total, self.made)
        self.report(self.made, self.total)


def _make_share(work: tuple[Settings, Sequence[Batch]], ranks: Ranks, report: Callable[[Underway], None]) -> int:
    """Make this process's share, then a second time what of it fails; returns when all processes are done."""
    settings, batches = work
    with repeatable():
        studio = open_studio(RunReader(settings.run), settings.device, settings.size)
        failed: list[tuple[str, int]] = []
        for batch in ranks.share(batches):
            failed += make_batch(settings, studio, batch, report)
        for batch in failing(settings, failed, studio.sizes.again):
            make_batch(settings, studio, batch, report)
    return sum(ranks.gather(len(failed)))


def make_batch(
    settings: Settings, studio: Studio, batch: Batch, report: Callable[[Underway], None]
) -> list[tuple[str, int]]:
    """Make and write a batch; returns (layer, channel) of the pictures that are to be tried again."""
    folder = synthesised_folder(run_pictures(settings.run), batch.layer)
    made_with = settings.made_with(studio.weights)
    if batch.diverse:
        (channel,) = batch.channels
        found = studio.make_diverse(batch.layer, channel, batch.diverse, batch.steps)
        keep(folder, channel, made_with, dict(zip(DIVERSE, found, strict=False)), drop=DIVERSE)
        report(Underway(batch.layer, len(found)))
        return []
    pictures = studio.make(batch.layer, batch.channels, batch.steps, batch.size)
    for channel, picture in zip(batch.channels, pictures, strict=True):
        keep(folder, channel, made_with, {MEAN: picture}, drop=(MEAN,))
    report(Underway(batch.layer, len(pictures)))
    tried = zip(batch.channels, pictures, strict=True)
    again = batch.steps == settings.steps
    return [(batch.layer, channel) for channel, picture in tried if again and not picture.measured.passed]


def keep(folder: Path, channel: int, made_with: Record, made: Mapping[str, Picture], drop: Sequence[str]) -> None:
    """Write pictures of a channel and what was measured of them, next to those that were made with the same settings.

    drop  kinds that these replace
    """
    before = read_measured(folder, channel) or {}
    others = before.get("pictures", {}) if before.get("made_with") == made_with else {}
    rows = {kind: row for kind, row in others.items() if kind not in drop}
    for kind, picture in made.items():
        rows[kind] = {"file": write_picture(folder, channel, kind, picture.content), **asdict(picture.measured)}
    mean = rows.get(MEAN)
    passed = None if mean is None else mean["passed"]
    write_measured(folder, channel, {"passed": passed, "made_with": made_with, "pictures": rows})


def summary(settings: Settings, made: int, kept: int, seconds: float) -> Visualized:
    """What there is of the channels that were asked for."""
    layers, failed, ratios = list[LayerQuality](), list[str](), list[float]()
    for layer, channels in settings.channels.items():
        folder = synthesised_folder(run_pictures(settings.run), layer)
        records = [read_measured(folder, channel) or {"pictures": {}} for channel in channels]
        rows = [record["pictures"].get(MEAN) for record in records]
        tried = zip(channels, rows, strict=True)
        failed += [f"{layer}/{channel}" for channel, row in tried if row and not row["passed"]]
        known = [row["activation"] / row["largest"] for row in rows if row and row["largest"]]
        ratios += known
        first = sum(bool(row and row["passed"]) for row in rows)
        layers.append(LayerQuality(layer, len(channels), first, statistics.median(known) if known else None))
    ratio = statistics.median(ratios) if ratios else None
    return Visualized(settings.run, made, kept, tuple(failed), tuple(layers), ratio, round(seconds, 1))


def estimate(settings: Settings) -> Estimate:
    """How many pictures are to be made, and how long that takes: a few steps are timed at each layer."""
    run = RunReader(settings.run)
    with repeatable():
        batches = due(settings, run.settings["weights_sha256"], SIZES[choose_device(settings.device).type])
        pictures = sum(batch.pictures for batch in batches)
        if not batches:
            return Estimate(0, settings.pictures, 0.0)
        studio = open_studio(run, settings.device, settings.size)
        step = {layer: seconds_a_step(studio, layer) for layer in dict.fromkeys(batch.layer for batch in batches)}
        each = (step[batch.layer] * batch.steps * batch.size / studio.sizes.first for batch in batches)
        return Estimate(pictures, settings.pictures - pictures, sum(each) / settings.processes)


def seconds_a_step(studio: Studio, layer: str) -> float:
    """How long a step of a whole batch takes at a layer; the first one, which is slower, is left out."""
    recipe = studio.recipe(layer, TIMED_STEPS)
    value = studio.cut(layer, recipe.side)
    wanted = [Wanted(0, f"{layer}/{k}") for k in range(studio.sizes.first)]
    make_pictures(value, Recipe(1, recipe.side), wanted, studio.colours, diverse=False)
    started = time.perf_counter()
    make_pictures(value, recipe, wanted, studio.colours, diverse=False)
    if studio.colours.root.is_cuda:
        torch.cuda.synchronize()
    return (time.perf_counter() - started) / TIMED_STEPS
