"""Patches of a run whose models are in the database: their attribution graphs say what more of a class is cut."""

import asyncio
import os
import shlex
from typing import TYPE_CHECKING

from ingest.run.read import RunReader
from queries.engines.files import only_one_waiting, turn
from queries.engines.session import open_store
from queries.engines.settings import Settings
from queries.errors import DataError, QueryError
from queries.graphs.channels import Members, graph_members
from queries.load.origin import models_with_counts_of
from queries.patches import PATCHES
from queries.progress import Console
from queries.values import utc_now

if TYPE_CHECKING:
    from ingest.pictures.patches.make import Graphs, MadePatches


def patch(settings: Settings, run: RunReader, model: str, console: Console) -> None:
    """Make the patches of a run if that needs no long work; else report why not, and the command that makes them."""
    try:
        with turn(run.path, PATCHES, console.report, may_wait=False):
            console.report(str(_make(settings, run, model, console, show_again=False, nice=0)))
    except (DataError, QueryError, OSError) as reason:
        console.report(f"no patches: {reason}; `summit patches {run.argument} --model {shlex.quote(model)}` makes them")


def make(settings: Settings, run: RunReader, model: str | None, console: Console, *, show_again: bool) -> "MadePatches":
    """Make the patches of a run, see `make_patches`, for the graphs that the database has when it is this one's turn.

    model  one whose graphs count, besides all those that were loaded from the run
    """
    with turn(run.path, PATCHES, console.report):
        return _make(settings, run, model, console, show_again=show_again, nice=0)


def make_in_background(
    settings: Settings, run: RunReader, model: str | None, console: Console, nice: int
) -> "MadePatches | None":
    """The same, but None where another process waits for its turn already: it will find the graphs of now.

    nice  what this process steps back by once it needs no engine, which others use and which would inherit it
    """
    with only_one_waiting(run.path, PATCHES) as ours:
        if not ours:
            console.report(
                f"{utc_now()} another process waits for its turn and will find these graphs (pid {os.getpid()})"
            )
            return None
        console.report(f"{utc_now()} making patches of {run.name} (pid {os.getpid()})")
        return _make(settings, run, model, console, show_again=False, nice=nice)


def _make(
    settings: Settings, run: RunReader, model: str | None, console: Console, *, show_again: bool, nice: int
) -> "MadePatches":
    from ingest.pictures.patches.make import make_patches

    graphs = asyncio.run(graphs_of(settings, run, model, console))
    os.nice(nice)
    with console.progress() as progress:
        return make_patches(run, graphs, progress, show_again=show_again)


async def graphs_of(settings: Settings, run: RunReader, model: str | None, console: Console) -> "Graphs":
    """The channels of each class's attribution graphs, by layer; without the classes that have none.

    All models that were counted as the run is count, since they share its patches: those that were loaded from its
    folder, the one that bears its name, and `model`. Raises QueryError where there is no such `model`.
    """
    found: dict[int, Members] = {}
    async with open_store(settings, console.report) as store:
        for each in await models_with_counts_of(store, run, str(run.path.resolve()), model):
            for index, graph in (await graph_members(store, each)).items():
                for layer, channels in graph.items():
                    found.setdefault(index, {}).setdefault(layer, set()).update(channels)
    return {
        index: {layer: sorted(channels) for layer, channels in found[index].items()}
        for index in run.classes
        if index in found
    }
