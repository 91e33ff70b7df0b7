"""A probe of a run into the models that were loaded from it."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict

from ingest.probe.run import Probe, ProbeSettings, probe_run
from ingest.run.read import RunReader
from queries.channels.probes import probe_step
from queries.engines.session import open_store, sole_import
from queries.engines.settings import Settings
from queries.load.origin import models_of_run
from queries.progress import Console
from queries.store import Row


def probe_and_keep(
    settings: Settings, run: RunReader, classes: Sequence[int], asked: ProbeSettings, console: Console
) -> tuple[Probe, list[str], list[str]]:
    """The probe of some classes of a run, a sentence for each that is left out, and the models that have it now.

    Raises DataError as probe_run does.
    """
    with console.progress() as progress:
        found, notes = probe_run(run, classes, asked, progress)
    with sole_import(settings, console.report):
        return found, notes, asyncio.run(_keep(settings, run, probe_rows(found), console))


def probe_rows(found: Probe) -> list[Row]:
    """A row of layer_probes for each layer."""
    asked = found.parameters
    common = {
        "chance": found.chance,
        "classes": len(found.classes),
        "learning": found.learning,
        "held_out": found.held_out,
        "top": asked.top,
        "sets": asked.sets,
        "seed": asked.seed,
    }
    return [{**asdict(layer), **common} for layer in found.layers]


async def _keep(settings: Settings, run: RunReader, rows: Sequence[Row], console: Console) -> list[str]:
    async with open_store(settings, console.report) as store:
        models = list(await models_of_run(store, str(run.path.resolve())))
        for model in models:
            await store.write_together([probe_step(model, rows)])
    return models
