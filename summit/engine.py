"""`summit db`: the engine that Summit Graph runs itself."""

import asyncio
from typing import Annotated, Any

import typer

from queries.engines import lifecycle
from queries.engines.session import (
    ENGINES,
    Settings,
    choose_engine,
    chosen_engine,
    engine_folder,
    find_engine,
    open_store,
)
from summit.terminal import Json, answer, report

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
    running = lifecycle.start(chosen, engine_folder(settings.home, chosen), report)
    choose_engine(settings.home, chosen)
    if settings.database is not None:
        report("SUMMIT_DATABASE is set: commands use the server it names, not this engine")
    answer(
        {"engine": running.engine, "url": running.address.url, "pid": running.pid},
        as_json,
        f"{running.engine} runs at {running.address.url} (pid {running.pid}); it stays until `summit db stop`",
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

    async def work() -> tuple[str, list[str], str, list[dict[str, Any]]]:
        async with open_store(settings, report) as store:
            variant = store.variant("personalized_pagerank")
            return store.address.url, sorted(store.abilities), variant, await store.run("models")

    url, abilities, variant, models = asyncio.run(work())
    facts = {
        "engine": running.engine if running else "server",
        "running": True,
        "url": url,
        "pid": running.pid if running else None,
        "kept": running.kept if running else None,
        "abilities": abilities,
        "personalized_pagerank": variant,
        "models": [{"id": model["id"], "classes": model["class_count"]} for model in models],
    }
    held = ", ".join(f"{model['id']} ({model['class_count']:,} classes)" for model in models) or "no model yet"
    kept = (
        f" (pid {running.pid}, {'kept until `summit db stop`' if running.kept else 'until its last user ends'})"
        if running
        else ""
    )
    answer(
        facts,
        as_json,
        f"{facts['engine']} runs at {url}{kept}\nabilities: {', '.join(abilities) or 'openCypher'}; "
        f"personalized_pagerank runs in its {variant} form\nholds: {held}",
    )


@commands.command("reset")
def db_reset(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Delete the engine's data; what was imported can be imported again, runs on disk are not touched."""
    settings = Settings.from_environment()
    engine = chosen_engine(settings.home)
    folder = engine_folder(settings.home, engine)
    if not yes and folder.exists():
        typer.confirm(f"Delete everything in {folder}?", abort=True, err=True)
    erased = lifecycle.erase(folder)
    answer({"erased": erased}, as_json, f"{folder} deleted" if erased else f"{folder} was empty already")
