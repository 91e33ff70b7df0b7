"""Runs on disk: which there are, what each is, and merging them."""

import asyncio
import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from queries.engines.session import open_store
from queries.engines.settings import Settings
from queries.errors import DataError
from queries.load.origin import models_of_run
from queries.records import Record, Table
from queries.values import counted
from summit.extra import ingest_extra
from summit.load import RunName
from summit.terminal import Json, answer, command_group, print_table, progress_bar, report

if TYPE_CHECKING:
    from ingest.run.describe import RunDescription

commands = command_group()

UNKNOWN_FOLDER = (
    "no model was loaded from this folder; `summit load {0}` loads it, or records that the folder was moved here"
)


@commands.command("runs")
def runs(as_json: Json = False) -> None:
    """List the runs in SUMMIT_HOME: network, classes, pictures, accuracy, size on disk."""
    with ingest_extra():
        from ingest.run.describe import describe_run, list_runs, readable_size

    found, flaws = list["RunDescription"](), dict[Path, str]()
    for path in list_runs(Settings.from_environment().home):
        try:
            found.append(describe_run(path))
        except DataError as error:
            flaws[path] = str(error)
    if as_json:
        damaged = [{"name": path.name, "path": path.resolve(), "damaged": flaw} for path, flaw in flaws.items()]
        answer(sorted([*map(asdict, found), *damaged], key=lambda row: str(row["name"])), True, "")
        return
    columns = ("run", "network", "classes", "pictures", "top-1", "size", "finished")
    rows = [
        (
            run.name,
            run.network,
            f"{run.classes:,}",
            f"{run.images:,}",
            accuracy(run.top1_accuracy),
            readable_size(run.bytes),
            "yes" if run.finished else "no",
        )
        for run in found
    ]
    rows += [(path.name, "unknown", "", "", "", "", "damaged") for path in flaws]
    print_table(Table(columns, sorted(rows), False, 0.0), False)
    for flaw in flaws.values():
        report(flaw)


@commands.command("run")
def run(
    run: RunName,
    database: Annotated[bool, typer.Option(help="Ask the database which models were loaded from the run.")] = True,
    as_json: Json = False,
) -> None:
    """Describe a run: network, layers, classes, pictures, settings, size on disk, and what is loaded of it."""
    with ingest_extra():
        from ingest.run.describe import describe_run
        from ingest.run.read import find_run

    settings = Settings.from_environment()
    found = describe_run(find_run(run, settings.home))

    async def loaded() -> dict[str, int]:
        async with open_store(settings, report) as store:
            return await models_of_run(store, str(found.path))

    models = asyncio.run(loaded()) if database else None
    answer({**asdict(found), "loaded": models}, as_json, described(found, models, run))


@commands.command("merge")
def merge(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Name of the run to add to; created if there is none.")],
    others: Annotated[list[str], typer.Argument(metavar="OTHER ...", help="Names or folders of finished runs.")],
    as_json: Json = False,
) -> None:
    """Add what other runs counted with the same settings, on other machines for example, to a run."""
    with ingest_extra():
        from ingest.run.files import run_folder
        from ingest.run.merge import merge_run
        from ingest.run.read import find_run
        from ingest.run.write import sole_writer

    home = Settings.from_environment().home
    paths, target = [find_run(other, home) for other in others], run_folder(home, run)
    with sole_writer(target), progress_bar("merge", target.name) as progress:
        merged = [merge_run(target, path, progress) for path in paths]
    answer([asdict(each) for each in merged], as_json, "\n".join(map(str, merged)))


def described(run: "RunDescription", loaded: dict[str, int] | None, given: str = "RUN") -> str:
    """A run for a person, one fact per line.

    given  what names it in a command
    """
    from ingest.run.describe import readable_size

    facts: dict[str, object] = {
        "run": run.path,
        "finished": "yes" if run.finished else f"no, {counted(run.underway, 'class')} counted in part",
        "network": f"{run.network}, weights {run.weights}",
        "layers": f"{len(run.layers):,}: " + ", ".join(f"{name} ({size:,})" for name, size in run.layers.items()),
        "coverage": "; ".join(run.coverage) or "unknown; an earlier version counted the run",
        "classes": f"{run.classes:,}, {run.with_output:,} of them outputs of the network",
        "pictures": f"{run.images:,} counted, {run.skipped:,} left out; top-1 accuracy {accuracy(run.top1_accuracy)}",
        **({"warning": run.warning} if run.warning else {}),
        "attribution": "not counted; `summit ingest --attribution` counts it under another run name"
        if run.attribution is None
        else f"counted; layer means over {counted(run.attribution, 'picture')}",
        "size on disk": readable_size(run.bytes),
        "counted": f"{run.created} with {', '.join(f'{name} {version}' for name, version in run.versions.items())}",
    }
    if loaded is not None:
        models = ", ".join(f"{model} ({counted(classes, 'class')})" for model, classes in loaded.items())
        facts["loaded"] = models or UNKNOWN_FOLDER.format(shlex.quote(given))
    facts["sources"] = "; ".join(f"{source['images']} ({sample(source)})" for source in run.sources)
    facts |= {name: "none" if value in (None, "", [], {}) else value for name, value in run.settings.items()}
    if left_out := run.settings.get("excluded"):
        facts["excluded"] = f"{len(left_out):,}, never counted: {', '.join(left_out)}"
    width = max(map(len, facts)) + 2
    return "\n".join(f"{name:<{width}}{value}" for name, value in facts.items())


def sample(source: Record) -> str:
    """Which pictures of a source were counted."""
    if source.get("limit"):
        return f"a sample of {counted(source['limit'], 'picture')} per class, seed {source['seed']}"
    return f"the first {counted(source['first'], 'picture')} per class" if source.get("first") else "all pictures"


def accuracy(share: float | None) -> str:
    return "unknown" if share is None else f"{share:.3f}"
