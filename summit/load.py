"""Counts of a run into the database, or into files for Neo4j's bulk import."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from queries.engines.settings import Settings
from queries.load.bulk import write_bulk
from queries.load.counts import summarise
from queries.records import model_id
from queries.values import counted
from summit.extra import ingest_extra
from summit.terminal import Json, answer, command_group, console, progress_bar, words

RunName = Annotated[str, typer.Argument(metavar="RUN", help="Name in SUMMIT_HOME/runs, or the folder of a run.")]
ModelId = Annotated[str | None, typer.Option(help="Id of the model in the database; default: the run's name.")]

Classes = Annotated[
    str,
    typer.Option(help="Folder names or indexes, comma-separated (folder:1 or index:1 where 1 is both); default: all."),
]
commands = command_group()


@commands.command("load")
def load(
    run: RunName,
    model: ModelId = None,
    classes: Classes = "",
    replace: Annotated[bool, typer.Option(help="Replace all that the model holds, other runs' classes too.")] = False,
    patches: Annotated[
        bool,
        typer.Option(
            "--patches/--no-patches",
            "--examples/--no-examples",
            help="Make patches of the pictures that excite each channel most.",
        ),
    ] = True,
    as_json: Json = False,
) -> None:
    """Load what `summit ingest` counted; classes that are already loaded are left alone."""
    with ingest_extra():
        from ingest.loading import load_counts, loaded_line, open_run

    started = time.perf_counter()
    settings = Settings.from_environment()
    found = open_run(run, settings.home, console("load"))
    loaded = load_counts(
        settings,
        found,
        console("load", found.name if model is None else model),
        model=model,
        classes=words(classes),
        replace=replace,
        patches=patches,
    )
    seconds = time.perf_counter() - started
    answer({**asdict(loaded), "seconds": round(seconds, 2)}, as_json, loaded_line(loaded, seconds))


@commands.command("export-bulk")
def export_bulk(
    run: RunName,
    to: Annotated[Path, typer.Option(help="Folder for the files; an earlier export there is replaced.")],
    model: ModelId = None,
    as_json: Json = False,
) -> None:
    """Write a run's counts as files for `neo4j-admin database import full`, for runs of many classes."""
    with ingest_extra():
        from ingest.loading import open_run

    started = time.perf_counter()
    found = open_run(run, Settings.from_environment().home, console("export-bulk"))
    name = model_id(found.name if model is None else model)
    with progress_bar("export-bulk", name) as progress:
        summaries = summarise(found, found.classes, progress)
        exported = write_bulk(found, summaries, to.absolute(), name, progress)
    seconds = time.perf_counter() - started
    answer(
        {**asdict(exported), "command": exported.command, "seconds": round(seconds, 2)},
        as_json,
        f"{exported.folder}: {counted(exported.nodes, 'node')}, {counted(exported.relationships, 'relationship')}; "
        f"{seconds:.1f} s\n"
        "Stop the server and run the command below: it creates a database with exactly this content. Then start the "
        f"server and `summit load` the same run, which checks and accepts what was imported.\n{exported.command}",
    )
