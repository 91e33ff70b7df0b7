"""Loading a finished run into the database, with patches of the pictures that excite its channels."""

import asyncio
import shlex
from collections.abc import Sequence
from pathlib import Path

from ingest.pictures.patching import patch
from ingest.run.read import RunReader, find_run
from queries.engines.session import open_store, sole_import
from queries.engines.settings import Settings
from queries.integrity.check import report_damage
from queries.load.counts import summarise
from queries.load.loading import Loaded, load_run
from queries.load.steps import model_step
from queries.map.background import embed_later
from queries.progress import Console
from queries.records import model_id
from queries.values import counted


def open_run(name: str, home: Path, console: Console) -> RunReader:
    """A finished run by name or folder; reports classes that it lacks. Raises QueryError or DataError."""
    run = RunReader(find_run(name, home), name)
    if run.empty:
        console.report(f"left out, because none of their pictures could be read: {', '.join(run.empty)}")
    return run


def load_counts(
    settings: Settings,
    run: RunReader,
    console: Console,
    *,
    model: str | None = None,
    classes: Sequence[str] = (),
    replace: bool = False,
    patches: bool = True,
) -> Loaded:
    """Check classes of a run, then load those that the database does not have yet.

    model     its id in the database; None for the run's name
    classes   folder names or indexes; empty for all
    replace   replace the content of the model, even if it was counted with other settings
    patches   make the patches of its channels, too, where that needs no long work
    """
    name = model_id(run.name if model is None else model)
    with console.progress() as progress:
        summaries = summarise(run, run.select(classes), progress)

        async def work() -> Loaded:
            async with open_store(settings, console.report) as store:
                loaded = await load_run(store, run, summaries, model=name, replace=replace, progress=progress)
                await store.write_together([model_step(name, {"pictures": str(run.pictures)})])
                await report_damage(store, name, console.report)
                await embed_later(settings, store, name)
                return loaded

        with sole_import(settings, console.report):
            loaded = asyncio.run(work())
    if patches:
        patch(settings, run, name, console)
    return loaded


def loaded_line(loaded: Loaded, seconds: float) -> str:
    """The result of a load, for a person."""
    attributions = f", {counted(loaded.attributions, 'attribution count')}" if loaded.attributions else ""
    imported = f"{loaded.accepted:,} accepted from a bulk import, " if loaded.accepted else ""
    return (
        f"{loaded.model} in the database: {counted(loaded.classes, 'class')}, "
        f"{counted(loaded.activations, 'activation')}, "
        f"{counted(loaded.influences, 'influence')}{attributions}\n{counted(loaded.written, 'class')} written, "
        f"{imported}"
        f"{loaded.unchanged:,} unchanged, {loaded.removed:,} removed; {seconds:.1f} s"
        + (
            f", {loaded.joining_seconds:.1f} s of it for {counted(loaded.pairs, 'pair')} of the channel graph"
            if loaded.pairs
            else ""
        )
        + (
            f"\n{counted(loaded.graphs_removed, 'attribution graph')} of the old counts removed; `summit extract "
            f"{shlex.quote(loaded.model)}` makes new ones"
            if loaded.graphs_removed
            else ""
        )
        + ("" if loaded.changed else "\nnothing changed")
    )
