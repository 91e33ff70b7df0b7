"""A probe of a run into the models that were loaded from it."""

from collections.abc import Sequence
from dataclasses import asdict

from ingest.probe.run import Probe
from ingest.run.keeping import Kept, keep_measured
from ingest.run.read import RunReader
from queries.channels.probes import probe_step
from queries.engines.settings import Settings
from queries.progress import Console
from queries.store import Row


def keep_probe(settings: Settings, run: RunReader, classes: Sequence[int], found: Probe, console: Console) -> Kept:
    """Where the probe of some classes is kept then."""
    rows = probe_rows(found)
    return keep_measured(settings, run, classes, lambda model: [probe_step(model, rows)], console)


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
