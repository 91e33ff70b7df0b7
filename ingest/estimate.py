"""What counting would do, found without counting it: layers, coverage, pictures, time, memory and disk."""

import io
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow
import pyarrow.parquet
import torch

from ingest.count.batch import NOT_FINITE, ClassResult, count_batch
from ingest.count.forward import repeatable
from ingest.count.ranks import Ranks
from ingest.count.resampled.replicate import replicate
from ingest.count.settings import Settings
from ingest.count.stored.means import as_tensors, measure_means, sample, stored_means
from ingest.count.stored.plan import unmatched
from ingest.count.stored.tables import class_tables
from ingest.count.tally import Tally
from ingest.count.task import ClassWork, Task, prepare
from ingest.images.classes import keep_indexes
from ingest.images.listing import left_out_lines
from ingest.images.picture import Picture
from ingest.images.reading import read_all
from ingest.run.describe import readable_size
from ingest.run.files import MANIFEST, counted_pictures, read_manifest
from ingest.run.write import continued, refuse_other_identity
from ingest.tracing.coverage import Coverage
from queries.values import counted

SAMPLE = 8  # pictures that are counted for the estimate, after one that warms up
PEAK_MEMORY = re.compile(r"VmHWM:\s*(\d+) kB")


@dataclass(frozen=True, slots=True)
class LayerRow:
    """A layer: its channels, the height and width of its map, and the convolutions that lead to it from the last."""

    name: str
    channels: int
    map: tuple[int, int]
    hops: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """What `summit ingest` would do; nothing has been written.

    classes, pictures  that would be counted now
    kept               classes that the run has already, complete
    seconds            that counting would take; None where there is no picture to measure it on
    attribution        how many times as long it takes as without attribution; None where that is not counted
    memory             bytes of each process at its peak; None where unknown
    disk               bytes that the run would grow by, at most; None where unknown
    notes              what the user should know, in sentences
    """

    network: str
    weights: str
    layers: tuple[LayerRow, ...]
    coverage: Coverage
    classes: int
    pictures: int
    kept: int
    processes: int
    seconds: float | None
    attribution: float | None
    memory: int | None
    disk: int | None
    notes: tuple[str, ...]

    def __str__(self) -> str:
        width = max(len(layer.name) for layer in self.layers) + 2
        facts = {
            "network": f"{self.network}, weights {self.weights}",
            "coverage": "; ".join([str(self.coverage), *self.coverage.left_out]),
            "pictures": f"{self.pictures:,} of {counted(self.classes, 'class')}; {self.kept:,} complete already",
            "time": "unknown" if self.seconds is None else f"about {duration(self.seconds)}{self._shared()}",
            **({"attribution": f"{self.attribution:.1f} times as long as without it"} if self.attribution else {}),
            "memory": "unknown" if self.memory is None else f"about {readable_size(self.memory)} per process",
            "disk": "unknown" if self.disk is None else f"at most {readable_size(self.disk)}",
        }
        wide = max(map(len, facts)) + 2
        rows = [f"{'layer':<{width}}{'channels':>8}  {'map':>9}  {'convolutions to it':>18}"]
        for at, layer in enumerate(self.layers):
            size = f"{layer.map[0]} x {layer.map[1]}"
            rows.append(f"{layer.name:<{width}}{layer.channels:>8,}  {size:>9}  {layer.hops if at else '':>18}")
        return "\n".join([*rows, "", *(f"{name:<{wide}}{value}" for name, value in facts.items())])

    def _shared(self) -> str:
        return f" with {self.processes} processes" if self.processes > 1 else ""


def estimate(settings: Settings, report: Callable[[str], None] = lambda _: None) -> Estimate:
    """What counting with these settings would do; a few pictures are counted to measure it, and nothing is written.

    report  called with each of the estimate's notes
    Raises the errors of counting: for a network that is refused, pictures that are not there, another run's settings.
    """
    with repeatable(), torch.no_grad():
        task = prepare(settings, Ranks())
        works = _works(task)
        missing = [task.missing(work) for work in works]
        pictures, largest = sum(map(len, missing)), max(missing, key=len, default=[])
        work = works[missing.index(largest)] if largest else None
        found = _measure(task, work, largest[: SAMPLE + 1]) if work else None
    measured = found if isinstance(found, _Measured) else None
    unknown = (found,) if isinstance(found, str) else ()
    notes = (
        *task.network.notes,
        *task.wiring.traced.notes,
        *unmatched(task.classes),
        *left_out_lines(task.listing.left_out),
        *unknown,
    )
    for note in notes:
        report(note)
    rows = tuple(
        LayerRow(layer.name, layer.channels, _map_size(task, at), len(task.wiring.spans[at - 1].hops) if at else 0)
        for at, layer in enumerate(task.wiring.layers)
    )
    return Estimate(
        network=task.network.name,
        weights=task.network.weights,
        layers=rows,
        coverage=task.wiring.coverage,
        classes=sum(map(bool, missing)),
        pictures=pictures,
        kept=sum(not each for each in missing),
        processes=settings.processes,
        seconds=_seconds(measured, pictures, sum(map(bool, missing)), settings.processes) if measured else None,
        attribution=measured.attribution if measured else None,
        memory=_peak_memory() + measured.votes * len(largest) if measured else None,
        disk=measured.disk * pictures + measured.kept * sum(map(bool, missing)) if measured else None,
        notes=notes,
    )


@dataclass(frozen=True, slots=True)
class _Measured:
    """What counting costs.

    seconds      to count a picture; of_class: to resample a class
    disk, votes  bytes of a picture on disk at most, of its votes in memory
    kept         bytes of a class's replicates on disk
    means        seconds for the layer means that attribution needs and the run lacks
    attribution  how many times as long a picture takes as without attribution; None where that is not counted
    """

    seconds: float
    of_class: float
    disk: int
    kept: int
    votes: int
    means: float
    attribution: float | None


def _seconds(measured: _Measured, pictures: int, classes: int, processes: int) -> float:
    """Pictures are shared by the processes; the first of them resamples."""
    return (measured.seconds * pictures + measured.means) / processes + measured.of_class * classes


def _works(task: Task) -> list[ClassWork]:
    """Every class with the names of its pictures that the run has; the run is only read."""
    run, indexes = task.settings.run, dict[str, int]()
    if (run / MANIFEST).exists():
        refuse_other_identity(run, continued(task.identity(), run))
        indexes = read_manifest(run).get("folders", {})
    classes = keep_indexes(task.classes, len(task.outputs), indexes)
    return [ClassWork(each, counted_pictures(run, each.index)) for each in classes]


def _measure(task: Task, work: ClassWork, sample: Sequence[Picture]) -> _Measured | str:
    """Count a sample of a class as it would be counted, or say why none of it can be. The first picture warms up."""
    first, rest = sample[:1], sample[1:] or sample
    count_sample(task, work, first)
    prepared = _with_means(task, rest)
    if prepared is None:
        return _unknown(work, count_sample(task, work, rest)[1])
    task, means = prepared
    count_sample(task, work, first)
    started, busy = time.perf_counter(), time.process_time()
    tally, result = count_sample(task, work, rest)
    busy = time.process_time() - busy
    tables = class_tables(task, work.image_class, tally, result, task.keeps_votes)
    seconds = (time.perf_counter() - started) / len(rest)
    started = time.perf_counter()
    replicates = replicate(task.counter, result, "") if task.settings.resample else None
    of_class = time.perf_counter() - started
    kept = len(replicates.to_bytes()) if replicates else 0
    sizes = [_written(table) for table in tables.values()]
    votes = sum(log.nbytes for log in result.votes)
    if not result.images:
        return _unknown(work, result)
    attribution = busy / _busy_without(task, work, rest) if task.means else None
    return _Measured(seconds, of_class, sum(sizes) // len(rest), kept, votes // len(rest), means, attribution)


def _unknown(work: ClassWork, result: ClassResult) -> str:
    """That nothing could be measured, and why."""
    return (
        f"time, memory and disk are unknown: none of {counted(len(result.pictures), 'picture')} of "
        f"{work.image_class.folder} could be counted ({next((each.reason for each in result.skipped), NOT_FINITE)})"
    )


def _with_means(task: Task, pictures: Sequence[Picture]) -> tuple[Task, float] | None:
    """The task with layer means, if it counts attribution, and the seconds that finding its own will take; None where
    they cannot be found, since none of the pictures can be counted.
    """
    if not task.settings.attribution:
        return task, 0.0
    if known := stored_means(task):
        return replace(task, means=as_tensors(task, known)), 0.0
    started = time.perf_counter()
    means = measure_means(task, pictures)
    if means is None:
        return None
    seconds = (time.perf_counter() - started) * len(sample(task)) / len(pictures)
    return replace(task, means=as_tensors(task, means)), seconds


def _busy_without(task: Task, work: ClassWork, pictures: Sequence[Picture]) -> float:
    """CPU seconds that the pictures take if attribution is not counted; other work of the machine is not part of it."""
    started = time.process_time()
    count_sample(replace(task, means=None), work, pictures)
    return time.process_time() - started


def count_sample(task: Task, work: ClassWork, pictures: Sequence[Picture]) -> tuple[Tally, ClassResult]:
    tally = task.counter.empty_tally()
    read = read_all(pictures, task.network.preprocessing, 0, task.settings.oriented)
    result = count_batch(task, work.image_class, list(enumerate(pictures)), read, tally)
    return tally, ClassResult.joined([result])


def _written(table: pyarrow.Table) -> int:
    """Bytes of a table as a file of a run."""
    file = io.BytesIO()
    pyarrow.parquet.write_table(table, file, compression="zstd")
    return file.tell()


def _map_size(task: Task, at: int) -> tuple[int, int]:
    height, width = task.wiring.traced.facts[task.wiring.layers[at].value].shape[2:]
    return int(height), int(width)


def _peak_memory() -> int:
    """Bytes of memory that this process has had at most; 0 where the system does not say."""
    try:
        found = PEAK_MEMORY.search(Path("/proc/self/status").read_text())
    except OSError:
        found = None
    return int(found[1]) * 1024 if found else 0


def duration(seconds: float) -> str:
    """For a person, to two figures or so."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
