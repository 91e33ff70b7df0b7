"""Maps of a model's classes: made on request, and in the background after what changes counts or graphs."""

import asyncio
import os
import time
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from queries.engines.files import make_private, only_one_waiting, turn
from queries.engines.session import open_store
from queries.engines.settings import Settings
from queries.errors import DataError
from queries.map.background import TURN
from queries.map.stored import Embedded, embed_model, is_due
from queries.store import Store
from queries.values import counted, utc_now
from queries.work.background import NICE
from queries.work.threads import leave_threads_at_the_end
from summit.terminal import Json, answer, command_group, progress_bar, report

commands = command_group()


@commands.command("embed")
def embed(
    model: Annotated[str | None, typer.Argument(help="Id of a model; default: all whose maps are due.")] = None,
    background: Annotated[bool, typer.Option("--background", hidden=True)] = False,
    as_json: Json = False,
) -> None:
    """Make the maps on which similar classes lie close together, one per layer; current ones are left alone.

    Commands that bring counts or attribution graphs have this done in the background, unless SUMMIT_EMBED is off.
    """
    started = time.perf_counter()
    settings = Settings.from_environment()
    make_private(settings.home)
    keep_compiled(settings.home)
    if background:
        embed_in_background(settings)
        return
    with turn(settings.home, TURN, report):
        found = asyncio.run(make_maps(settings, model))
    seconds = round(time.perf_counter() - started, 2)
    if model is None:
        facts = {"models": [asdict(each) for each in found], "seconds": seconds}
        answer(facts, as_json, "\n".join(map(told, found)) or "the maps of all models are current; nothing changed")
    else:
        answer({**asdict(found[0]), "seconds": seconds}, as_json, f"{told(found[0])}; {seconds:.1f} s")


async def make_maps(settings: Settings, model: str | None, nice: int = 0) -> list[Embedded]:
    """The maps of one model, or of all models whose maps are due.

    nice  what this process steps back by once the engine runs, which others use and which would inherit it
    """
    leave_threads_at_the_end()  # a map takes minutes
    async with open_store(settings, report) as store:
        os.nice(nice)
        models = [row["id"] for row in await store.run("models")] if model is None else [model]
        return [await make_map(store, each) for each in models if each == model or await is_due(store, each)]


async def make_map(store: Store, model: str) -> Embedded:
    with progress_bar("embed", model) as progress:
        return await embed_model(store, model, progress)


def told(embedded: Embedded) -> str:
    parked = (
        f"; {counted(embedded.parked, 'place')} at the rim, of classes that share no channel" if embedded.parked else ""
    )
    return (
        f"{embedded.model}: maps of {counted(embedded.layers, 'layer')} with {counted(embedded.classes, 'class')}, "
        f"from its {embedded.source}{parked}" + ("" if embedded.written else "; nothing changed")
    )


def embed_in_background(settings: Settings) -> None:
    """Make all maps that are due when it is our turn; where another process waits for that already, it will."""
    with only_one_waiting(settings.home, TURN) as ours:
        if not ours:
            return
        report(f"{utc_now()} making the maps that are due (pid {os.getpid()})")
        try:
            for each in asyncio.run(make_maps(settings, None, NICE)):
                report(told(each))
        except DataError as error:  # the counts keep changing: the load that changes them has maps made when it ends
            report(f"summit embed: {error}")
        report(f"{utc_now()} done")


def keep_compiled(home: Path) -> None:
    """Say where numba keeps what it compiles, where it may not write next to the packages."""
    package = find_spec("pynndescent")
    if package and package.origin and not os.access(Path(package.origin).parent, os.W_OK):
        os.environ.setdefault("NUMBA_CACHE_DIR", str(home / "numba"))
