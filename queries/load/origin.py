"""What models of the database were made from."""

import json

from queries.errors import DataError, QueryError
from queries.load.counts import CountedRun
from queries.records import Record
from queries.store import Row, Store

MATTERS_LITTLE = {"convolutions", "device", "votes"}  # of the settings: counts are the same, or other ones tell


async def model_record(store: Store, model: str) -> Record:
    """Everything that is kept on a model; empty for one that is not there."""
    rows = await store.run("model_records")
    return next((row["record"] for row in rows if row["model"] == model), {})


async def models_of_run(store: Store, run: str) -> dict[str, int]:
    """Model -> number of its classes with complete counts, of the models that were loaded from the run at this path."""
    models = [row["model"] for row in await store.run("model_records") if row["record"].get("run") == run]
    digests = {model: await store.run("class_digests", model=model) for model in models}
    return {model: sum(row["counts"] is not None for row in rows) for model, rows in digests.items()}


async def models_with_counts_of(store: Store, run: CountedRun, path: str, named: str | None) -> list[str]:
    """Models with the settings of a run: those loaded from its path, that of its name, and `named`.

    Raises QueryError where `named` is not there, or was counted otherwise.
    """
    records = {row["model"]: row["record"] for row in await store.run("model_records")}
    if named is not None and named not in records:
        raise QueryError(f"the database has no model {named!r:.100}; `summit load` brings one, and --model names it")
    wanted = [model for model, record in records.items() if record.get("run") == path or model in (run.name, named)]
    differences = {
        model: differing(json.loads(records[model].get("parameters") or "{}"), run.settings) for model in wanted
    }
    if named is not None and differences[named]:
        what, there, here = differences[named][0]
        raise QueryError(
            f"{named} was not counted as {run.name} is now ({what}: {there} there, {here} here); load it again"
        )
    return [model for model in wanted if not differences[model]]


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


def differing(there: Record, here: Record) -> list[tuple[str, str, str]]:
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


def shortened(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
