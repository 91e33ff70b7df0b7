"""Demonstrations from pictures to attribution graphs in the database: folders of pictures, or handwritten digits.

Each stage that is already done is skipped. PyTorch is imported only if pictures have to be counted.
"""

import asyncio
import math
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.loading import load_counts, loaded_line, open_run
from ingest.pictures.patching import patch
from ingest.run.files import MANIFEST, read_manifest, run_folder
from ingest.run.read import RunReader
from queries.engines.session import open_store, sole_import
from queries.engines.settings import Settings
from queries.errors import DataError, QueryError
from queries.graphs.extraction import Cut, Extracted, extract_model
from queries.groups import write_groups
from queries.load.tables import read_group_list
from queries.progress import Console
from queries.records import Record, Score, digest_of
from queries.values import counted

if TYPE_CHECKING:
    from ingest.count.settings import Settings as CountSettings

NETWORK = "efficientnet-lite0"
DIGITS = "digits"
DIGIT_CUT = Cut(20.0)  # its layers have a few dozen channels: less would leave one of each
SMALLEST_GROUP = 2  # classes
PICTURES = 50  # that are worth a process of their own


@dataclass(frozen=True)
class Timings:
    """How long each stage took, in seconds."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - started

    def __str__(self) -> str:
        each = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.seconds.items())
        return f"{each}; total {sum(self.seconds.values()):.1f} s"


def prepare_digits(settings: Settings, console: Console) -> str:
    """The built-in network for handwritten digits: trained, counted, loaded and extracted. Returns the run's name."""
    timings, path = Timings(), run_folder(settings.home, DIGITS)
    run = finished_run(settings, path, console)
    if run is None:
        from ingest.digits import make_digits

        with timings.stage("training"):
            counting = replace(make_digits(settings.home / DIGITS, console.report), run=path)
        run = count(settings, counting, console, timings)
    load_and_extract(settings, run, None, DIGIT_CUT, console, timings)
    return run.name


def prepare_images(settings: Settings, images: Path, console: Console) -> str:
    """EfficientNet-Lite0 on folders of pictures: counted, loaded and extracted. QueryError without a folder.

    Returns the run's name.
    """
    if not images.is_dir():
        raise QueryError(f"--images {images} is not a folder; expected one with a subfolder of pictures per class")
    timings, path = Timings(), run_of_images(settings.home, images.resolve())
    run = finished_run(settings, path, console, images)
    if run is None:
        run = count(settings, image_settings(images, path), console, timings)
    load_and_extract(settings, run, neighbour(images, "imagenet_groups.tsv"), Cut(), console, timings)
    return run.name


def run_of_images(home: Path, images: Path) -> Path:
    """The folder of the run of some pictures: named after their folder, but with a digest of where it is where a folder
    of the same name elsewhere has that run, and after the digest alone where its name cannot be a run's.

    images  an absolute path
    """
    digest = digest_of(str(images))[:8]
    for name in (images.name, f"{images.name}-{digest}"):
        try:
            path = run_folder(home, f"{name}-lite0")
        except QueryError:
            break
        sources = sources_of(path)
        if not sources or str(images) in sources:
            return path
    return run_folder(home, f"images-{digest}-lite0")


def sources_of(run: Path) -> set[str]:
    """Where the pictures of a run are from; nothing where there is no run, or no picture is planned yet."""
    if not (run / MANIFEST).is_file():
        return set()
    manifest = read_manifest(run)
    return {source["images"] for source in manifest.get("sources") or [manifest["identity"]] if "images" in source}


def image_settings(images: Path, run: Path) -> "CountSettings":
    """On a GPU one process, else one per core, but no more than the pictures occupy: each takes seconds to begin."""
    from ingest.count.forward import choose_device
    from ingest.count.settings import Settings as CountSettings
    from ingest.images.listing import list_class_folders

    pictures = sum(map(len, list_class_folders(images).classes.values()))
    occupied = min(os.cpu_count() or 1, math.ceil(pictures / PICTURES))
    return CountSettings(
        network=NETWORK,
        images=images,
        run=run,
        class_list=neighbour(images, "imagenet_classes.tsv"),
        processes=1 if choose_device("auto").type == "cuda" else occupied,
    )


def count(settings: Settings, counting: "CountSettings", console: Console, timings: Timings) -> RunReader:
    from ingest.count.pipeline import count_with_progress

    with timings.stage("counting"):
        summary = count_with_progress(counting, console)
    console.report(str(summary))
    return open_run(counting.run.name, settings.home, console)


def load_and_extract(
    settings: Settings, run: RunReader, group_list: Path | None, cut: Cut, console: Console, timings: Timings
) -> None:
    """A finished run into the database, with groups of its classes and an attribution graph per class."""
    with timings.stage("loading"):
        loaded = load_counts(settings, run, console, patches=False)
    console.report(loaded_line(loaded, timings.seconds["loading"]))
    groups = present_groups(read_group_list(group_list) if group_list else [], run.classes)

    scores = [Score.ACTIVATION, *([Score.ATTRIBUTION] if "attribution" in run.settings else [])]

    async def work() -> list[Extracted]:
        cores = os.cpu_count() or 1
        async with open_store(settings, console.report) as store:
            await write_groups(store, loaded.model, groups)
            done = []
            for score in scores:
                with console.progress() as progress:
                    done.append(
                        await extract_model(store, loaded.model, cut=cut, score=score, at_once=cores, progress=progress)
                    )
            return done

    with timings.stage("extraction"), sole_import(settings, console.report):
        extracted, *by_attribution = asyncio.run(work())
    with timings.stage("patches"):
        patch(settings, run, loaded.model, console)
    console.report(
        f"{counted(loaded.classes, 'attribution graph')} of {loaded.model} in the database: "
        f"{counted(extracted.vertices, 'vertex', 'vertices')}, {counted(extracted.edges, 'edge')} "
        f"({extracted.variant} PageRank)"
    )
    if by_attribution:
        console.report(
            f"graphs by attribution, too; `summit check {run.argument}` measures what a class loses without its "
            "graph's channels"
        )
    console.report(str(timings))


def present_groups(groups: Sequence[Record], classes: Sequence[int]) -> list[Record]:
    """The groups with at least SMALLEST_GROUP of these classes, reduced to them."""
    known = set(classes)
    reduced = [{**group, "classes": [index for index in group["classes"] if index in known]} for group in groups]
    return [group for group in reduced if len(group["classes"]) >= SMALLEST_GROUP]


def finished_run(settings: Settings, path: Path, console: Console, images: Path | None = None) -> RunReader | None:
    """The run at `path` if it is finished and its pictures have not changed since.

    images  where the pictures are; None for where they were
    """
    try:
        run = open_run(path.name, settings.home, console)
        return run if run.covers(images or Path(run.settings["images"])) else None
    except (DataError, QueryError):  # damaged or unfinished, or not there
        return None


def neighbour(folder: Path, name: str) -> Path | None:
    """A list that lies next to a folder of data, if there is one."""
    path = folder.resolve().parent / name
    return path if path.is_file() else None
