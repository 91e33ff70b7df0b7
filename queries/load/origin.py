"""What models of the database were made from."""

import json
from collections.abc import Mapping
from typing import Any

from queries.errors import DataError
from queries.load.counts import CountedRun
from queries.store import Row, Store

MATTERS_LITTLE = {"convolutions", "device", "votes"}  # of the settings: counts are the same, or other ones tell


async def model_record(store: Store, model: str) -> Mapping[str, Any]:
    """Everything that is kept on a model; empty for one that is not there."""
    rows = await store.run("model_records")
    return next((row["record"] for row in rows if row["model"] == model), {})


async def models_of_run(store: Store, run: str) -> dict[str, int]:
    """Model -> number of its classes with complete counts, of the models that were loaded from the run at this path."""
    models = [row["model"] for row in await store.run("model_records") if row["record"].get("run") == run]
    digests = {model: await store.run("class_digests", model=model) for model in models}
    return {model: sum(row["counts"] is not None for row in rows) for model, rows in digests.items()}


def require_same_network(run: CountedRun, model: str, known: Row) -> None:
    """Raise DataError where a model's id is taken by something that this run cannot be loaded into."""
    if known["parameters"] is None:
        raise DataError(
            f"the id {model} is taken by graphs that were not counted here ({known['source'] or 'of unknown source'}); "
            f"load {run.name} under another id with --model"
        )
    there = json.loads(known["parameters"])
    for key, what in (("network", "the network"), ("weights_sha256", "weights"), ("layers", "layers")):
        if there.get(key) != run.settings.get(key):
            raise DataError(
                f"the id {model} is taken by another network: {what} {shortened(there.get(key))} there, "
                f"{shortened(run.settings.get(key))} in {run.name}; load it under another id with --model"
            )


def differing(there: Mapping[str, Any], here: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(name, there, here) of the settings that make other counts."""
    attribution = there.get("attribution")
    if attribution and "means" not in attribution:  # as the first version stored it
        here = {**here, "attribution": {k: v for k, v in here.get("attribution", {}).items() if k != "means"}}
    names = sorted({*there, *here} - MATTERS_LITTLE)
    return [
        (name, shortened(there.get(name)), shortened(here.get(name)))
        for name in names
        if there.get(name) != here.get(name)
    ]


def shortened(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
