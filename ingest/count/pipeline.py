"""The whole stage: a network and folders of pictures in, a run on disk out."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import torch

from ingest.count.batch import ClassResult, count_batch
from ingest.count.forward import choose_device, repeatable
from ingest.count.ranks import Ranks, first_rank, launched_by_torchrun, spawn_ranks, torchrun_ranks
from ingest.count.settings import Settings
from ingest.count.stored.files import class_files
from ingest.count.stored.means import SAMPLE, find_means
from ingest.count.stored.plan import open_run
from ingest.count.stored.saved import SAVED_EVERY, Paced, Saved
from ingest.count.stored.tables import read_part
from ingest.count.task import ClassWork, Task, prepare
from ingest.images.listing import LeftOut, left_out_lines
from ingest.images.reading import ReadPicture
from ingest.run.describe import describe_run
from ingest.run.write import RunWriter, sole_writer
from queries.progress import Console
from queries.values import counted

ATTRIBUTION = (
    f"attribution: one backward pass more for each picture, and one forward pass for up to {SAMPLE} of them, which the "
    "layer means of the run are taken over; --dry-run measures what it costs"
)


@dataclass(frozen=True, slots=True)
class Note:
    """What the user should know, in one sentence."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Underway:
    """Pictures have been counted.

    done, total  of all classes that this command counts
    within       of this class, and of how many
    """

    name: str
    done: int
    total: int
    within: tuple[int, int]

    def __str__(self) -> str:
        return f"{self.name}: {self.within[0]:,} of {counted(self.within[1], 'picture')}"


@dataclass(frozen=True, slots=True)
class ClassDone:
    """A class has been counted; its text is the progress line.

    done, total  classes counted by this command, without those counted before
    pictures     how many of its pictures were counted and skipped
    """

    name: str
    done: int
    total: int
    pictures: str

    def __str__(self) -> str:
        return f"{self.name} ({self.done} of {self.total}): {self.pictures}"


News = Note | Underway | ClassDone
Reporter = Callable[[News], None]


@dataclass(frozen=True, slots=True)
class RunSummary:
    """How a run went.

    counted, kept   classes counted now, whole or in part; classes that were finished before
    pictures        counted now
    skipped         pictures that were not
    left_out        files and folders that are not a picture of a class
    top1_accuracy   over all classes of the run that have an output (0..1), None where none has
    seconds         of counting, start to end
    """

    run: Path
    counted: int
    kept: int
    pictures: int
    skipped: tuple[LeftOut, ...]
    left_out: tuple[LeftOut, ...]
    top1_accuracy: float | None
    seconds: float

    def __str__(self) -> str:
        accuracy = "unknown" if self.top1_accuracy is None else f"{self.top1_accuracy:.3f}"
        return (
            f"{self.run}: {counted(self.pictures, 'picture')} of {counted(self.counted, 'class')} counted, "
            f"{self.kept:,} kept from before, {counted(len(self.skipped), 'picture')} left out; top-1 accuracy "
            f"{accuracy}; {self.seconds:.1f} s"
        )


def count_with_progress(settings: Settings, console: Console) -> RunSummary:
    """Count with a progress bar over pictures, or with lines where nobody sees it; reports what was left out."""
    with console.progress() as progress:
        lines = Paced(SAVED_EVERY)

        def show(news: News) -> None:
            if isinstance(news, Underway):
                progress("counting", news.done, news.total)
                if not console.interactive and lines.due():
                    console.report(str(news))
            elif not console.interactive or isinstance(news, Note):
                console.report(str(news))

        summary = count_pictures(settings, show)
    if first_rank():
        for line in left_out_lines((*summary.skipped, *summary.left_out)):
            console.report(line)
    return summary


def count_pictures(settings: Settings, report: Reporter = lambda _: None) -> RunSummary:
    """Count activations and influences of every class into the run `settings.run`.

    report  called with notes on the pictures, within each class, and after it
    Safe to stop at any point and to repeat: what was counted is kept, and pictures and classes that the run lacks are
    added. Under torchrun every process calls this; the first one writes and reports.
    """
    if settings.processes > 1 and not launched_by_torchrun():
        return spawn_ranks(settings.processes, _count, settings, report)
    with torchrun_ranks(choose_device(settings.device).type == "cuda") as ranks:
        return _count(settings, ranks, report)


@torch.no_grad()
def _count(settings: Settings, ranks: Ranks, report: Reporter) -> RunSummary:
    started = time.monotonic()
    with repeatable(), sole_writer(settings.run) if ranks.first else nullcontext():
        task = prepare(settings, ranks)
        plan = ranks.broadcast(lambda: open_run(task))
        task = replace(task, settings=replace(settings, keep_votes=plan.votes))
        tell = report if ranks.first else lambda _: None
        for note in (*task.network.notes, *task.wiring.notes, *plan.notes):
            tell(Note(note))
        if settings.attribution and plan.works:
            tell(Note(ATTRIBUTION))
            task = replace(task, means=find_means(task, plan.run))
            head = task.head  # on every rank
            ranks.broadcast(lambda: plan.run.update({"head": head.about}))
            if not head.linear:
                tell(Note(f"contributions to class scores are not counted, as {head.about}"))
        result = _count_classes(task, plan.works, plan.run, tell)
        totals = ranks.broadcast(lambda: plan.run.finish(time.monotonic() - started))
        if ranks.first and (warning := describe_run(plan.run.path).warning):
            tell(Note(warning))
    return RunSummary(
        run=plan.run.path,
        counted=len(plan.works),
        kept=plan.kept,
        pictures=result.images,
        skipped=result.skipped,
        left_out=tuple(task.listing.left_out),
        top1_accuracy=totals["top1_accuracy"],
        seconds=time.monotonic() - started,
    )


def _count_classes(task: Task, works: Sequence[ClassWork], run: RunWriter, report: Reporter) -> ClassResult:
    """Count all classes; returns the outcome of their pictures, without votes."""
    pictures, everything, done = task.read(works), ClassResult(), 0
    sizes = [len(task.missing(work)) for work in works]
    for number, (work, size) in enumerate(zip(works, sizes, strict=True), 1):
        name = work.image_class.name

        def within(count: int, before: int = done, size: int = size, name: str = name) -> None:
            here = min(size, count * task.ranks.size)
            report(Underway(name, before + here, sum(sizes), (here, size)))

        result = count_class(task, work, pictures, run, within)
        everything += result.outcome()
        done += size
        report(ClassDone(name, number, len(works), str(result)))
    return everything


def count_class(
    task: Task, work: ClassWork, pictures: Iterator[ReadPicture], run: RunWriter, within: Callable[[int], None]
) -> ClassResult:
    """Count what a class lacks over all ranks and write the class; returns the outcome of its new pictures.

    pictures  yields this rank's share of them, in order
    within    called with the number of pictures that this rank has counted
    """
    index, counted = work.image_class.index, Saved(task, run, work)
    share = iter(task.share(work))
    while batch := list(islice(share, task.settings.batch)):
        counted.add(count_batch(task, work.image_class, batch, pictures, counted.fresh))
        within(len(counted.result.pictures))
    tally, result = counted.total(), ClassResult.joined(task.ranks.gather(counted.result))
    task.ranks.sum_tables(tally.tables())
    if task.ranks.first:
        earlier = [read_part(tables, tally) for _, tables in run.earlier_parts(index)]
        everything = ClassResult.joined([*earlier, result])
        run.write_class(index, class_files(task, work.image_class, tally, everything, run.keeps_votes))
        run.remove_parts(index)
        contents = [picture.digest for picture in everything.pictures if picture.prediction]
        result = replace(result, copies=len(contents) - len(set(contents)))
    return result
