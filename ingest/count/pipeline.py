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

import torch
import torchvision
from torch import Tensor

from ingest.count.batch import Part, count_batch
from ingest.count.forward import choose_device, repeatable
from ingest.count.ranks import Ranks, launched_by_torchrun, side_by_side, torchrun_ranks
from ingest.count.settings import Settings
from ingest.count.tables import class_tables
from ingest.count.task import Task, prepare
from ingest.images.classes import FolderClass
from ingest.run.folder import Run, open_run
from queries.engines.files import turn
from queries.errors import DataError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Counted:
    """News of a run: a class is done; its text is what a person is told.

    done, total  classes counted now, the kept ones left out
    pictures     what became of the pictures of the class
    """

    name: str
    done: int
    total: int
    pictures: str

    def __str__(self) -> str:
        return f"{self.name} ({self.done} of {self.total}): {self.pictures}"


@dataclass(frozen=True, slots=True)
class Summary:
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


def measure(settings: Settings, report: Callable[[Counted], None] = lambda _: None) -> Summary:
    """Count activations and influences of every class and leave them in `settings.run`.

    report  is told when a class is done
    Safe to stop at any point and to repeat: finished classes are kept. Under torchrun every process calls this; the
    first one writes and reports.
    """
    if settings.processes > 1 and not launched_by_torchrun():
        return side_by_side(settings.processes, _measure, settings, report)
    with torchrun_ranks(choose_device(settings.device).type == "cuda") as ranks:
        return _measure(settings, ranks, report)


@torch.inference_mode()
def _measure(settings: Settings, ranks: Ranks, report: Callable[[Counted], None]) -> Summary:
    started = time.monotonic()
    with repeatable(), sole_count(settings.run) if ranks.first else nullcontext():
        task = prepare(settings, ranks)
        run, waiting = ranks.told(lambda: _begin(task))
        pictures = task.read(waiting)
        whole = Part()
        for number, one in enumerate(waiting, 1):
            part = count_class(task, one, pictures, run)
            whole = whole.and_also(part.without_votes())
            if ranks.first:
                report(Counted(one.name, number, len(waiting), str(part)))
        totals = ranks.told(lambda: _end(run, time.monotonic() - started))
    return Summary(
        run=run.path,
        counted=len(waiting),
        kept=len(task.classes) - len(waiting),
        pictures=whole.images,
        skipped=whole.skipped,
        top1_accuracy=totals["top1_accuracy"],
        seconds=time.monotonic() - started,
    )


@contextmanager
def sole_count(path: Path) -> Iterator[None]:
    """Hold the run, as others would take its unfinished classes for left over ones; waits for whoever has it."""
    path.mkdir(parents=True, exist_ok=True)
    with turn(path, "ingest", logger.warning):
        yield


def count_class(task: Task, one: FolderClass, read: Iterator[Tensor | str], run: Run) -> Part:
    """Count one class over all ranks and write it; `read` gives this rank's share of its pictures, in order."""
    counted, part = task.counter.empty(), Part()
    share = iter(task.shares(one))
    while batch := list(islice(share, task.settings.batch)):
        part = part.and_also(count_batch(task, one, batch, read, counted))
    task.ranks.add_up(counted.all())
    part = Part.of_ranks(task.ranks.gather(part))
    if task.ranks.first:
        run.write_class(one.index, class_tables(task, one, counted, part))
    return part


def _begin(task: Task) -> tuple[Run, list[FolderClass]]:
    """Open the run and say which classes are still to be counted."""
    versions = {"python": platform.python_version(), "torch": torch.__version__, "torchvision": torchvision.__version__}
    about = {"created": datetime.now(UTC).isoformat(timespec="seconds"), "versions": versions}
    run = open_run(task.settings.run, task.identity(), about)
    for one in task.classes:
        if run.has(one.index) and run.about(one.index)["pictures_digest"] != task.digest(one):
            raise DataError(
                f"{task.settings.run}: the pictures of {one.folder} have changed since class {one.index} was counted; "
                "take another run name, or delete that run"
            )
    return run, [one for one in task.classes if not run.has(one.index)]


def _end(run: Run, seconds: float) -> dict[str, Any]:
    """Close the run with totals over all classes it has, those counted earlier included."""
    rows = [run.about(index) for index in run.classes()]
    judged = [row for row in rows if row["correct"] is not None]
    images = sum(row["images"] for row in judged)
    named = ("index", "folder", "name", "wnid", "output", "images", "pictures_digest")
    totals = {
        "classes": [{key: row[key] for key in named} for row in rows],
        "images": sum(row["images"] for row in rows),
        "skipped": sum(row["skipped"] for row in rows),
        "top1_accuracy": sum(row["correct"] for row in judged) / images if images else None,
        "seconds": round(seconds, 1),
    }
    run.finish(totals)
    return totals
