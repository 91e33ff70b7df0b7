"""Counts of a run into the database, or into files for Neo4j's bulk import."""

import asyncio
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from queries.engines.session import Settings, open_store, sole_import
from queries.load.bulk import write_bulk
from queries.load.counts import summarise
from queries.load.loading import Loaded, load_run
from queries.load.steps import model_step
from queries.records import model_id
from summit.count import require_ingest
from summit.terminal import Advance, Json, answer, command_group, progress_bar, report, words

if TYPE_CHECKING:
    from ingest.run.read import RunReader

RunName = Annotated[str, typer.Argument(metavar="RUN", help="Name in SUMMIT_HOME/runs, or the folder of a run.")]
ModelId = Annotated[str | None, typer.Option(help="Id of the model in the database; default: the run's name.")]

commands = command_group()


@commands.command("load")
def load(
    run: RunName,
    model: ModelId = None,
    classes: Annotated[str, typer.Option(help="Folder names or indexes, comma-separated; default: all.")] = "",
    replace: Annotated[bool, typer.Option(help="In place of what the model holds, classes of other runs too.")] = False,
    examples: Annotated[bool, typer.Option(help="Show the pictures that excite a channel most.")] = True,
    as_json: Json = False,
) -> None:
    """Load what `summit ingest` counted; classes that are there already are left alone."""
    started = time.perf_counter()
    settings = Settings.from_environment()
    loaded = load_counts(settings, open_run(settings, run), model, words(classes), replace, examples)
    seconds = time.perf_counter() - started
    answer({**asdict(loaded), "seconds": round(seconds, 2)}, as_json, told(loaded, seconds))


@commands.command("export-bulk")
def export_bulk(
    run: RunName,
    to: Annotated[Path, typer.Option(help="Folder for the files; what an earlier export left there is replaced.")],
    model: ModelId = None,
    as_json: Json = False,
) -> None:
    """Write a run's counts as files for `neo4j-admin database import full`, for runs of many classes."""
    started = time.perf_counter()
    settings = Settings.from_environment()
    found = open_run(settings, run)
    name = model_id(found.name if model is None else model)
    with progress_bar() as progress:
        summaries = summarise(found, found.classes, progress)
        exported = write_bulk(found, summaries, to.absolute(), name, progress)
    seconds = time.perf_counter() - started
    answer(
        {**asdict(exported), "command": exported.command, "seconds": round(seconds, 2)},
        as_json,
        f"{exported.folder}: {exported.nodes:,} nodes, {exported.relationships:,} relationships; {seconds:.1f} s\n"
        "With the server stopped, the last line makes a database of exactly this. Then start it, and `summit load` the "
        f"same run, which checks and signs what was imported:\n{exported.command}",
    )


def open_run(settings: Settings, name: str) -> "RunReader":
    """A finished run by name or folder. Raises DataError."""
    require_ingest("ingest.run.read")
    from ingest.run.read import RunReader, find_run

    run = RunReader(find_run(name, settings.home))
    if run.empty:
        report(f"left out, for none of their pictures could be read: {', '.join(run.empty)}")
    return run


def load_counts(
    settings: Settings,
    run: "RunReader",
    model: str | None = None,
    classes: tuple[str, ...] = (),
    replace: bool = False,
    examples: bool = True,
) -> Loaded:
    """Check the classes of a run (all for none named), then load those that are not there, with a progress bar."""
    name = model_id(run.name if model is None else model)
    with progress_bar() as progress:
        summaries = summarise(run, run.select(classes), progress)

        async def work() -> Loaded:
            async with open_store(settings, report) as store:
                loaded = await load_run(store, run, summaries, model=name, replace=replace, progress=progress)
                if examples and (folder := example_pictures(settings, run, name, progress)):
                    await store.write_together([model_step(name, {"pictures": str(folder)})])
                return loaded

        with sole_import(settings, report):
            return asyncio.run(work())


def example_pictures(settings: Settings, run: "RunReader", model: str, progress: Advance) -> Path | None:
    """The folder with the pictures that excite each channel most, made where it is not there or of other pictures.

    None where the run kept no votes or its pictures are gone.
    """
    from ingest.pictures.examples import write_examples

    folder = settings.home / "pictures" / model
    made_from = folder / "made-from"
    if not (made_from.is_file() and made_from.read_text() == run.pictures_digest):
        if not write_examples(run, folder, progress):
            return None
        made_from.write_text(run.pictures_digest)
    return folder


def told(loaded: Loaded, seconds: float) -> str:
    imported = f"{loaded.accepted:,} accepted from a bulk import, " if loaded.accepted else ""
    return (
        f"{loaded.model} in the database: {loaded.classes:,} classes, {loaded.activations:,} activations, "
        f"{loaded.influences:,} influences\n{loaded.written:,} classes written, {imported}"
        f"{loaded.unchanged:,} unchanged, {loaded.removed:,} removed; {seconds:.1f} s"
        + ("" if loaded.changed else "\nnothing changed")
    )
