"""Patches of a run whose model is in the database: its attribution graphs say which classes get more of a channel."""

import asyncio
import os
from typing import TYPE_CHECKING

from ingest.run.read import RunReader
from queries.engines.session import open_store
from queries.engines.settings import Settings
from queries.errors import DataError
from queries.graphs.channels import graph_members
from queries.progress import Console

if TYPE_CHECKING:
    from ingest.pictures.patches.make import Graphs, MadePatches


def patch(settings: Settings, run: RunReader, model: str, console: Console) -> None:
    """Make the patches of a run if that needs no long work; else report why not, and the command that makes them."""
    try:
        console.report(str(make(settings, run, model, console, show_again=False)))
    except DataError as reason:
        console.report(f"no patches: {reason}; `summit patches {run.argument}` makes them")


def make(
    settings: Settings, run: RunReader, model: str, console: Console, *, show_again: bool, nice: int = 0
) -> "MadePatches":
    """Make the patches of a run, see `make_patches`, with more for the graphs that the database has now.

    nice  what this process steps back by once it needs no engine, which others use and which would inherit it
    """
    from ingest.pictures.patches.make import make_patches

    graphs = asyncio.run(graphs_of(settings, run, model, console))
    os.nice(nice)
    with console.progress() as progress:
        return make_patches(run, graphs, progress, show_again=show_again)


async def graphs_of(settings: Settings, run: RunReader, model: str, console: Console) -> "Graphs":
    """The channels of each class's attribution graphs, by layer; without the classes that have none."""
    async with open_store(settings, console.report) as store:
        found = await graph_members(store, model)
    return {
        index: {layer: sorted(channels) for layer, channels in found[index].items()}
        for index in run.classes
        if index in found
    }
