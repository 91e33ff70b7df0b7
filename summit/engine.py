"""`summit db`: the engine that Summit Graph runs itself."""

import asyncio
import logging
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from queries.engines import lifecycle
from queries.engines.arcadedb import ArcadeDB
from queries.engines.class_cache import make_class_cache
from queries.engines.session import (
    ENGINES,
    choose_engine,
    chosen_engine,
    engine_folder,
    find_engine,
    open_store,
    sole_import,
)
from queries.engines.settings import Settings
from queries.errors import EngineError
from queries.integrity.archive import read_contents
from queries.integrity.backup import BackedUp, write_backup
from queries.integrity.check import Checked, check_database, told
from queries.integrity.restore import Restored, restore_backup
from queries.load.channel_graph import models_behind
from queries.load.rehearsal import rehearse
from queries.progress import Progress
from queries.records import Row
from queries.values import counted
from summit.terminal import Json, answer, progress_bar, report

commands = typer.Typer(
    help="The engine that Summit Graph runs itself (used while SUMMIT_DATABASE is unset).", no_args_is_help=True
)


@commands.command("start")
def db_start(
    engine: Annotated[
        str | None, typer.Option(help="arcadedb (default, needs nothing) or neo4j (assembled with mvn).")
    ] = None,
    as_json: Json = False,
) -> None:
    """Start the engine and keep it running until `summit db stop`; commands to come use it."""
    settings = Settings.from_environment()
    chosen = find_engine(engine) if engine else chosen_engine(settings.home)
    running = lifecycle.start(replace(chosen, heap=settings.heap), engine_folder(settings.home, chosen), report)
    choose_engine(settings.home, chosen)
    if settings.database is not None:
        report("SUMMIT_DATABASE is set: commands use the server it names, not this engine")
    answer(
        {"engine": running.engine, "url": running.address.url, "pid": running.pid},
        as_json,
        f"{running.engine} runs at {running.address.url} (pid {running.pid}); it stays until `summit db stop`",
    )


@commands.command("warm")
def db_warm(as_json: Json = False) -> None:
    """Keep what the built-in engine (ArcadeDB) starts from, once: it starts in half the time and warms up sooner."""
    engine = ArcadeDB()
    logging.getLogger("queries").setLevel(logging.WARNING)  # nobody asked for the work that is rehearsed
    started = time.perf_counter()
    made = make_class_cache(engine, report, rehearse)
    seconds, file = time.perf_counter() - started, engine.class_cache
    size = file.stat().st_size
    answer(
        {"engine": engine.name, "file": str(file), "bytes": size, "written": made, "seconds": round(seconds, 2)},
        as_json,
        f"{engine.name} starts from {file} ({size / 2**20:.0f} MiB)"
        + (f"; {seconds:.1f} s" if made else ", as before"),
    )


@commands.command("stop")
def db_stop(as_json: Json = False) -> None:
    """Stop what runs of this data directory; refused while a service or another command uses it."""
    home = Settings.from_environment().home
    stopped = [engine.name for engine in ENGINES.values() if lifecycle.stop(engine_folder(home, engine))]
    answer(
        {"stopped": bool(stopped)}, as_json, f"{' and '.join(stopped)} stopped" if stopped else "no engine was running"
    )


@commands.command("status")
def db_status(as_json: Json = False) -> None:
    """Say which database the commands use, and what it holds if it runs."""
    settings = Settings.from_environment()
    engine = chosen_engine(settings.home)
    folder = engine_folder(settings.home, engine)
    running = lifecycle.status(folder) if settings.database is None else None
    if settings.database is None and running is None:
        answer(
            {"engine": engine.name, "running": False, "folder": str(folder)},
            as_json,
            f"{engine.name} in {folder}: not running",
        )
        return

    async def work() -> tuple[str, list[str], str, list[Row], list[str]]:
        async with open_store(settings, report) as store:
            variant, models = store.variant("personalized_pagerank"), await store.run("models")
            return store.address.url, sorted(store.abilities), variant, models, await models_behind(store)

    url, abilities, variant, models, behind = asyncio.run(work())
    facts = {
        "engine": running.engine if running else "server",
        "running": True,
        "url": url,
        "pid": running.pid if running else None,
        "kept": running.kept if running else None,
        "abilities": abilities,
        "personalized_pagerank": variant,
        "models": [{"id": model["id"], "classes": model["class_count"]} for model in models],
        "channel_graph_behind": behind,
    }
    held = ", ".join(f"{model['id']} ({counted(model['class_count'], 'class')})" for model in models) or "no model yet"
    kept = (
        f" (pid {running.pid}, {'kept until `summit db stop`' if running.kept else 'until its last user ends'})"
        if running
        else ""
    )
    answer(
        facts,
        as_json,
        f"{facts['engine']} runs at {url}{kept}\nabilities: {', '.join(abilities) or 'openCypher'}; "
        f"personalized_pagerank runs in its {variant} form\nholds: {held}"
        + "".join(
            f"\nthe channel graph of {model} is behind its classes; repeat its `summit load`" for model in behind
        ),
    )


@commands.command("address")
def db_address(
    reader: Annotated[bool, typer.Option("--reader", help="Of a user who can only read.")] = False,
    as_json: Json = False,
) -> None:
    """Print the Bolt address of the running engine with its password, for notebooks and database browsers."""
    settings = Settings.from_environment()
    engine = chosen_engine(settings.home)
    if settings.database is not None:
        raise EngineError("SUMMIT_DATABASE is set: commands use the server that it names, at that address")
    running = lifecycle.status(engine_folder(settings.home, engine))
    if running is None:
        raise EngineError(f"{engine.name} does not run; `summit db start` starts it and keeps it running")
    if reader and running.reader is None:
        raise EngineError(
            f"{engine.name} has no user who can only read, since its Community edition has a single user; use `summit "
            "cypher` or the API, which let only reading statements through"
        )
    address = running.reader if reader and running.reader else running.address
    facts = {"url": address.url, "user": address.user, "password": address.password, "database": address.database}
    answer(facts, as_json, address.with_credentials())


@commands.command("reset")
def db_reset(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Delete the engine's data; what was imported can be imported again, runs on disk are not touched.

    What people wrote down goes with it: `summit notes MODEL --export FILE`, or `summit db backup FILE`, keeps it.
    """
    settings = Settings.from_environment()
    engine = chosen_engine(settings.home)
    folder = engine_folder(settings.home, engine)
    if not yes and folder.exists():
        typer.confirm(
            f"Delete everything in {folder}, with the names, notes and views that people wrote?", abort=True, err=True
        )
    erased = lifecycle.erase(folder)
    answer({"erased": erased}, as_json, f"{folder} deleted" if erased else f"{folder} was empty already")


@commands.command("check")
def db_check(
    model: Annotated[str | None, typer.Argument(help="Id of a model; default: all of them.")] = None,
    as_json: Json = False,
) -> None:
    """Compare all that is stored with the totals and digests it was written with; exits with 1 where it is damaged."""
    started = time.perf_counter()
    settings = Settings.from_environment()

    async def work() -> Checked:
        async with open_store(settings, report) as store:
            with progress_bar("db check", model) as progress:
                return await check_database(store, model, progress)

    with sole_import(settings, report):
        checked = asyncio.run(work())
    damages = [asdict(damage) for damage in checked.damages]
    seconds = time.perf_counter() - started
    verdict = f"{counted(len(damages), 'flaw')} found" if damages else "nothing is damaged"
    answer(
        {**asdict(checked), "damages": damages, "seconds": round(seconds, 2)},
        as_json,
        "\n".join(
            [
                *told(checked.damages),
                f"{counted(len(checked.models), 'model')}, {counted(checked.classes, 'class')} checked: {verdict}; "
                f"{seconds:.1f} s",
            ]
        ),
    )
    if damages:
        raise typer.Exit(1)


@commands.command("backup")
def db_backup(
    file: Annotated[Path, typer.Argument(help="File to write, e.g. graphs.summit.gz.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
    as_json: Json = False,
) -> None:
    """Write everything in the database to one file, which `summit db restore` reads into either engine."""
    started = time.perf_counter()
    settings = Settings.from_environment()
    engine = chosen_engine(settings.home).name if settings.database is None else "server"

    async def work() -> BackedUp:
        async with open_store(settings, report) as store:
            with progress_bar("db backup") as progress:
                return await write_backup(store, file.absolute(), engine=engine, force=force, progress=progress)

    with sole_import(settings, report):
        done = asyncio.run(work())
    for label, nodes in done.left_out.items():
        report(f"left out: {counted(nodes, 'node')} labelled {label}, a label that is not of Summit Graph's data model")
    seconds, size = time.perf_counter() - started, done.path.stat().st_size
    answer(
        {**asdict(done), "bytes": size, "seconds": round(seconds, 2)},
        as_json,
        f"{done.path}: {counted(done.nodes, 'node')}, {counted(done.edges, 'relationship')}, {size / 1e6:.1f} MB; "
        f"{seconds:.1f} s",
    )


@commands.command("restore")
def db_restore(
    file: Annotated[Path, typer.Argument(help="A file that `summit db backup` wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Delete what the database holds first.")] = False,
    as_json: Json = False,
) -> None:
    """Read a backup into an empty database; a restore that was cut off is repeated with the same command."""
    started = time.perf_counter()
    settings = Settings.from_environment()

    async def work(progress: Progress) -> Restored:
        contents = read_contents(file.absolute(), progress)
        async with open_store(settings, report, restoring=True) as store:
            return await restore_backup(store, contents, replace=replace, progress=progress)

    with sole_import(settings, report), progress_bar("db restore") as progress:
        done = asyncio.run(work(progress))
    seconds = time.perf_counter() - started
    deleted = f"{counted(done.deleted, 'node')} deleted, then " if done.deleted else ""
    answer(
        {**asdict(done), "seconds": round(seconds, 2)},
        as_json,
        f"{deleted}{counted(done.nodes, 'node')} and {counted(done.edges, 'relationship')} restored; {seconds:.1f} s",
    )
