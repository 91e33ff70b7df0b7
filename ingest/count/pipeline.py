"""The whole stage: a network and folders of pictures in, a run on disk out."""

import logging
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import PIL
import torch
import torchvision
from torch import Tensor

from ingest.count.batch import ClassResult, count_batch
from ingest.count.forward import choose_device, repeatable
from ingest.count.ranks import Ranks, first_rank, launched_by_torchrun, spawn_ranks, torchrun_ranks
from ingest.count.settings import Settings
from ingest.count.tables import class_tables
from ingest.count.task import Task, prepare
from ingest.images.classes import FolderClass
from ingest.run.files import class_indexes, read_class_row
from ingest.run.write import RunWriter
from queries.engines.files import turn
from queries.errors import DataError
from queries.progress import Console

logger = logging.getLogger(__name__)


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


@dataclass(frozen=True, slots=True)
class Note:
    """A choice that was made for the user, in one sentence."""

    text: str

    def __str__(self) -> str:
        return self.text


News = ClassDone | Note


@dataclass(frozen=True, slots=True)
class RunSummary:
    """How a run went.

    counted, kept   classes counted now, classes that were finished before
    pictures        counted now
    skipped         "<path>: <reason>" of each picture that was not
    top1_accuracy   over all classes of the run that have an output (0..1), None where none has
    seconds         of counting, start to end
    """

    run: Path
    counted: int
    kept: int
    pictures: int
    skipped: tuple[str, ...]
    top1_accuracy: float | None
    seconds: float

    def __str__(self) -> str:
        accuracy = "unknown" if self.top1_accuracy is None else f"{self.top1_accuracy:.3f}"
        return (
            f"{self.run}: {self.pictures:,} pictures of {self.counted:,} classes counted, {self.kept:,} kept from "
            f"before, {len(self.skipped):,} pictures left out; top-1 accuracy {accuracy}; {self.seconds:.1f} s"
        )


def count_with_progress(settings: Settings, console: Console) -> RunSummary:
    """Count with a progress bar, or with one line per class where nobody sees it; reports the skipped pictures."""
    with console.progress() as progress:

        def show(news: News) -> None:
            if console.interactive and isinstance(news, ClassDone):
                progress("counting", news.done, news.total)
            else:
                console.report(str(news))

        summary = count_pictures(settings, show)
    for picture in summary.skipped if first_rank() else ():
        console.report(f"left out: {picture}")
    return summary


def count_pictures(settings: Settings, report: Callable[[News], None] = lambda _: None) -> RunSummary:
    """Count activations and influences of every class into the run `settings.run`.

    report  called with each note on the network, and after each class
    Safe to stop at any point and to repeat: finished classes are kept. Under torchrun every process calls this; the
    first one writes and reports.
    """
    if settings.processes > 1 and not launched_by_torchrun():
        return spawn_ranks(settings.processes, _count, settings, report)
    with torchrun_ranks(choose_device(settings.device).type == "cuda") as ranks:
        return _count(settings, ranks, report)


@torch.inference_mode()
def _count(settings: Settings, ranks: Ranks, report: Callable[[News], None]) -> RunSummary:
    started = time.monotonic()
    with repeatable(), sole_writer(settings.run) if ranks.first else nullcontext():
        task = prepare(settings, ranks)
        for note in task.network.notes if ranks.first else ():
            report(Note(note))
        run, missing = ranks.broadcast(lambda: _open(task))
        pictures = task.read(missing)
        result = ClassResult()
        for number, image_class in enumerate(missing, 1):
            of_class = count_class(task, image_class, pictures, run)
            result += of_class.without_votes()
            if ranks.first:
                report(ClassDone(image_class.name, number, len(missing), str(of_class)))
        totals = ranks.broadcast(lambda: _finish(run, time.monotonic() - started))
    return RunSummary(
        run=run.path,
        counted=len(missing),
        kept=len(task.classes) - len(missing),
        pictures=result.images,
        skipped=result.skipped,
        top1_accuracy=totals["top1_accuracy"],
        seconds=time.monotonic() - started,
    )


@contextmanager
def sole_writer(run: Path) -> Iterator[None]:
    """Hold the run's lock; waits for another writer, whose unfinished classes would otherwise be removed."""
    run.mkdir(parents=True, exist_ok=True)
    with turn(run, "ingest", logger.warning):
        yield


def count_class(task: Task, image_class: FolderClass, pictures: Iterator[Tensor | str], run: RunWriter) -> ClassResult:
    """Count one class over all ranks and write it; `pictures` yields this rank's share of its pictures, in order."""
    tally, result = task.counter.empty_tally(), ClassResult()
    share = iter(task.share(image_class))
    while batch := list(islice(share, task.settings.batch)):
        result += count_batch(task, image_class, batch, pictures, tally)
    task.ranks.sum_tables(tally.tables())
    result = ClassResult.of_ranks(task.ranks.gather(result))
    if task.ranks.first:
        run.write_class(image_class.index, class_tables(task, image_class, tally, result))
    return result


def _open(task: Task) -> tuple[RunWriter, list[FolderClass]]:
    """Open the run and list the classes that are still to be counted."""
    versions = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "pillow": PIL.__version__,
    }
    about = {"created": datetime.now(UTC).isoformat(timespec="seconds"), "versions": versions}
    run = RunWriter.open(task.settings.run, task.identity(), about)
    counted = set(class_indexes(run.path))
    for each in task.classes:
        if each.index in counted and read_class_row(run.path, each.index)["pictures_digest"] != task.digest(each):
            raise DataError(
                f"{task.settings.run}: the pictures of {each.folder} have changed since class {each.index} was "
                "counted; use another run name, or delete that run"
            )
    return run, [each for each in task.classes if each.index not in counted]


def _finish(run: RunWriter, seconds: float) -> dict[str, Any]:
    """Finish the run with totals over all classes it has, those counted earlier included."""
    rows = [read_class_row(run.path, index) for index in class_indexes(run.path)]
    with_output = [row for row in rows if row["correct"] is not None]
    images = sum(row["images"] for row in with_output)
    listed = ("index", "folder", "name", "wnid", "output", "images", "pictures_digest")
    totals = {
        "classes": [{key: row[key] for key in listed} for row in rows],
        "images": sum(row["images"] for row in rows),
        "skipped": sum(row["skipped"] for row in rows),
        "top1_accuracy": sum(row["correct"] for row in with_output) / images if images else None,
        "seconds": round(seconds, 1),
    }
    run.finish(totals)
    return totals
