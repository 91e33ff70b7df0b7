"""The whole main job over what is at hand: pictures, counts, the database, attribution graphs."""

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from queries.engines.session import Settings, open_store, sole_import
from queries.errors import DataError, QueryError
from queries.graphs.extraction import Cut, Extracted, extract_model
from queries.groups import write_groups
from queries.load import published
from queries.load.tables import read_group_list
from summit.count import count_pictures, require_ingest, run_folder
from summit.count import told as counted_told
from summit.imports import import_folder
from summit.load import load_counts, open_run
from summit.load import told as loaded_told
from summit.terminal import progress_bar, report

if TYPE_CHECKING:
    from ingest.count.settings import Settings as IngestSettings
    from ingest.run.read import RunReader

NETWORK = "efficientnet-lite0"
DIGITS = "digits"
DIGIT_CUT = Cut(20.0)  # its layers have a few dozen channels: less would leave one of each
SMALLEST_GROUP = 2  # classes


@dataclass(frozen=True)
class Steps:
    """What took how long, in seconds."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - started

    def __str__(self) -> str:
        each = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.seconds.items())
        return f"{each}; together {sum(self.seconds.values()):.1f} s"


def prepare_published(settings: Settings, folder: Path) -> None:
    """The graphs that SUMMIT's authors published, with the lists that lie beside them."""
    imported, _ = import_folder(
        settings,
        folder,
        beside(folder, "imagenet_classes.tsv"),
        beside(folder, "imagenet_groups.tsv"),
        published.MODEL,
        False,
    )
    report(f"{imported.classes:,} attribution graphs of {imported.model} in the database")


def prepare_digits(settings: Settings) -> None:
    """A network of our own for handwritten digits: trained, counted, loaded and extracted."""
    steps, home = Steps(), settings.home / DIGITS
    path = run_folder(settings.home, DIGITS)
    if (run := finished_run(settings, path)) is None:
        require_ingest()
        from ingest.digits import make_digits

        with steps.step("training"):
            counting = replace(make_digits(home, report), run=path)
        run = count(settings, counting, steps)
    prepare_run(settings, run, None, DIGIT_CUT, steps)


def prepare_images(settings: Settings, images: Path) -> None:
    """EfficientNet-Lite0 over folders of pictures: counted, loaded and extracted.

    Raises DataError where there are no pictures.
    """
    if not images.is_dir():
        raise DataError(f"--images {images} is no folder; it takes one with a subfolder of pictures for each class")
    steps, name = Steps(), f"{images.resolve().name}-lite0"
    path = run_folder(settings.home, name)
    if (run := finished_run(settings, path, images)) is None:
        require_ingest()
        from ingest.count.forward import choose_device
        from ingest.count.settings import Settings as IngestSettings

        on_gpu = choose_device("auto").type == "cuda"
        counting = IngestSettings(
            network=NETWORK,
            images=images,
            run=path,
            class_list=beside(images, "imagenet_classes.tsv"),
            processes=1 if on_gpu else os.cpu_count() or 1,
        )
        run = count(settings, counting, steps)
    prepare_run(settings, run, beside(images, "imagenet_groups.tsv"), Cut(), steps)


def count(settings: Settings, counting: "IngestSettings", steps: Steps) -> "RunReader":
    with steps.step("counting"):
        summary = count_pictures(counting)
    for picture in summary.skipped:
        report(f"left out: {picture}")
    report(counted_told(summary))
    return open_run(settings, str(counting.run))


def prepare_run(settings: Settings, run: "RunReader", group_list: Path | None, cut: Cut, steps: Steps) -> None:
    """A finished run into the database, with groups of its classes, and an attribution graph for each class."""
    started = time.perf_counter()
    with steps.step("loading"):
        loaded = load_counts(settings, run)
    report(loaded_told(loaded, time.perf_counter() - started))
    classes = set(run.classes)
    groups = [
        {**group, "classes": [index for index in group["classes"] if index in classes]}
        for group in (read_group_list(group_list) if group_list else [])
    ]
    large = [group for group in groups if len(group["classes"]) >= SMALLEST_GROUP]

    async def work() -> Extracted:
        with progress_bar() as progress:
            async with open_store(settings, report) as store:
                await write_groups(store, loaded.model, large)
                cores = os.cpu_count() or 1
                return await extract_model(store, loaded.model, cut=cut, at_once=cores, progress=progress)

    with steps.step("extraction"), sole_import(settings, report):
        extracted = asyncio.run(work())
    report(
        f"{loaded.classes:,} attribution graphs of {loaded.model} in the database: {extracted.vertices:,} vertices, "
        f"{extracted.edges:,} edges ({extracted.variant} PageRank)\n{steps}"
    )


def finished_run(settings: Settings, path: Path, images: Path | None = None) -> "RunReader | None":
    """The run at `path` if it is finished and no picture came or went since; looks at no picture and loads no torch.

    images  where the pictures are; None for where they were
    """
    try:
        run = open_run(settings, str(path))
        return run if run.covers(images or Path(run.settings["images"])) else None
    except (DataError, QueryError):  # damaged or unfinished, or not there
        return None


def beside(folder: Path, name: str) -> Path | None:
    """A list that lies next to a folder of data, if there is one."""
    path = folder.resolve().parent / name
    return path if path.is_file() else None
