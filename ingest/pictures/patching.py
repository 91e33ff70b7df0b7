"""Patches of a run whose model is in the database: its attribution graphs say which classes get more of a channel."""

import asyncio
from typing import TYPE_CHECKING

from ingest.run.read import RunReader
from queries.engines.session import open_store
from queries.engines.settings import Settings
from queries.errors import DataError
from queries.progress import Console
from queries.records import class_id

if TYPE_CHECKING:
    from ingest.pictures.patches.make import Graphs, MadePatches


def patch(settings: Settings, run: RunReader, model: str, console: Console) -> None:
    """Make the patches of a run if that needs no long work; else report why not, and the command that makes them."""
    try:
        console.report(str(make(settings, run, model, console, show_again=False)))
    except DataError as reason:
        console.report(f"no patches: {reason}; `summit patches {run.argument}` makes them")


def make(settings: Settings, run: RunReader, model: str, console: Console, *, show_again: bool) -> "MadePatches":
    """Make the patches of a run, see `make_patches`, with more for the graphs that the database has now."""
    from ingest.pictures.patches.make import make_patches

    graphs = asyncio.run(graphs_of(settings, run, model, console))
    with console.progress() as progress:
        return make_patches(run, graphs, progress, show_again=show_again)


async def graphs_of(settings: Settings, run: RunReader, model: str, console: Console) -> "Graphs":
    """The channels of each class's attribution graph, by layer; without the classes that have none."""
    graphs: dict[int, dict[str, list[int]]] = {}
    async with open_store(settings, console.report) as store:
        for index in run.classes:
            for row in await store.run("class_channels", **{"class": class_id(model, index), "min_count": 0}):
                graphs.setdefault(index, {}).setdefault(row["layer"], []).append(row["index"])
    return graphs
