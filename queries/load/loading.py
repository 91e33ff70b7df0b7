"""What a run counted (A and I) into the database, class by class: whole or marked so, equal ones left alone."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy

from queries.errors import DataError
from queries.graphs.adjacency import adjacency_steps
from queries.graphs.stored import write_scale
from queries.load.counts import ClassCounts, CountedRun, Summary
from queries.load.steps import has_layers, layer_steps, model_step
from queries.progress import Progress
from queries.records import Columns, LayerSize, channel_id, class_id
from queries.store import Row, Step, Store

INFLUENCES_A_STATEMENT = 50_000
INFLUENCES_A_TRANSACTION = 300_000  # ArcadeDB commits so many in seconds within a heap of 1 GB
REMOVED_A_TRANSACTION = 10_000  # ArcadeDB removes about a thousand a second and stops a statement after two minutes
SOURCE = "counted by summit ingest"
MATTERS_LITTLE = {"convolutions", "device", "votes"}  # of the settings: counts are the same, or other ones tell


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did.

    written, unchanged       classes whose counts were written, and whose were there already
    accepted                 classes that came by bulk import and are what the run says
    described                classes whose name, accuracy or statistics changed
    removed                  classes taken out because the run does not have them
    activations, influences  of all classes that were asked for, now in the database
    """

    model: str
    classes: int
    written: int
    unchanged: int
    accepted: int
    described: int
    removed: int
    activations: int
    influences: int

    @property
    def changed(self) -> bool:
        return bool(self.written or self.accepted or self.described or self.removed)


async def load_run(
    store: Store,
    run: CountedRun,
    summaries: Sequence[Summary],
    *,
    model: str,
    replace: bool = False,
    progress: Progress,
) -> Loaded:
    """Bring the counts of some of a run's classes to what the run says; safe to interrupt and to repeat.

    summaries  of the classes to load, from `summarise`
    replace    the model is to hold this run and nothing else, even if it was counted with other settings
    Raises DataError where the model's id belongs to another network or, without `replace`, to other settings.
    """
    fresh = await write_model(store, run, model, replace)
    classes = [{"id": class_id(model, one.index), "index": one.index} for one in summaries]
    await store.write("upsert_classes", model=model, rows=classes)
    rows = [{"id": class_id(model, one.index), **one.about} for one in summaries]
    described = int((await store.write("describe_classes", rows=rows))["changed"]) if rows else 0
    digests = {row["index"]: row["counts"] for row in await store.run("class_digests", model=model)}
    strangers = sorted(digests.keys() - set(run.classes)) if replace else []
    for index in strangers:
        await remove_class(store, class_id(model, index))
    waiting = [one for one in summaries if digests.get(one.index) != one.digest]
    accepted = await accept_imported(store, model, waiting)
    if accepted:
        digests = {row["index"]: row["counts"] for row in await store.run("class_digests", model=model)}
        waiting = [one for one in waiting if digests.get(one.index) != one.digest]
    done = len(summaries) - len(waiting)
    progress("loading", done, len(summaries))
    for one in waiting:
        await write_counts(store, model, run.layers, run.counts(one.index), one.digest)
        done += 1
        progress("loading", done, len(summaries))
    if fresh or strangers or accepted:
        await write_scale(store, model)
    return Loaded(
        model,
        classes=len(summaries),
        written=len(waiting),
        unchanged=len(summaries) - len(waiting) - accepted,
        accepted=accepted,
        described=described,
        removed=len(strangers),
        activations=sum(one.activations for one in summaries),
        influences=sum(one.influences for one in summaries),
    )


async def accept_imported(store: Store, model: str, waiting: Sequence[Summary]) -> int:
    """Sign the classes that came by bulk import and are as they should be; how many there are."""
    if not waiting:
        return 0
    rows = [{"id": class_id(model, one.index), "digest": one.digest} for one in waiting]
    return int((await store.write("accept_imported", rows=rows))["accepted"])


async def write_model(store: Store, run: CountedRun, model: str, replace: bool) -> bool:
    """The model with its layers and channels; whether it is new or was counted with other settings. DataError."""
    known = await store.run("model_run", model=model)
    described = described_model(run)
    steps = [model_step(model, described)]
    if known and known[0]["parameters"] == described["parameters"] and await has_layers(store, model, run.layers):
        await store.write_together(steps)
        return False
    if known:
        require_same_network(run, model, known[0])
        if other := differing(json.loads(known[0]["parameters"]), run.settings):
            if not replace:
                told = "; ".join(f"{name}: {then} there, {now} in the run" for name, then, now in other)
                raise DataError(
                    f"{model} in the database was counted with other settings than {run.name} ({told}); load it under "
                    "another id with --model, or put it in place of what is there with --replace"
                )
            found = await store.run("class_digests", model=model)
            steps.append(("sign_counts", {"rows": [{"id": row["class"], "digest": None} for row in found]}))
    await store.write_together([*steps, *layer_steps(model, run.layers)])
    return True


def described_model(run: CountedRun) -> dict[str, Any]:
    """The properties of a model that was loaded from a run."""
    return {**run.properties, "source": SOURCE, "parameters": json.dumps(run.settings, sort_keys=True)}


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
    names = sorted({*there, *here} - MATTERS_LITTLE)
    return [
        (name, shortened(there.get(name)), shortened(here.get(name)))
        for name in names
        if there.get(name) != here.get(name)
    ]


async def write_counts(store: Store, model: str, layers: Sequence[LayerSize], counts: ClassCounts, digest: str) -> None:
    """Put the counts of one class in place of those that are there.

    A new class of up to INFLUENCES_A_TRANSACTION influences comes in one transaction. Otherwise its digest is taken
    away first and comes back with the last one: what has no digest is not whole.
    """
    name = class_id(model, counts.index)
    known = await store.run("class_influences", **{"class": name})
    added = counts.influences
    if known:
        await store.write("sign_counts", rows=[{"id": name, "digest": None}])
        added = await reconcile(store, name, layers, counts.influences, known)
    pieces = list(influence_steps(name, model, layers, added))
    if len(pieces) > 1:
        await store.write("sign_counts", rows=[{"id": name, "digest": None}])
    for piece in pieces[:-1]:
        await store.write_together(piece)
    await store.write_together(
        [
            ("remove_rankings", {"classes": [name]}),
            *activation_steps(name, model, counts),
            *(pieces[-1] if pieces else []),
            *adjacency_steps(name, layers, counts.influences),
            ("sign_counts", {"rows": [{"id": name, "digest": digest}]}),
        ]
    )


def activation_steps(name: str, model: str, counts: ClassCounts) -> list[Step]:
    """The writes that put A of a class in place of what it has."""
    rows = [
        {"class": name, "channel": channel_id(model, layer, channel), "count": count}
        for layer, columns in counts.activations.items()
        for channel, count in zip(columns.channels, columns.counts, strict=True)
    ]
    return [("remove_activations", {"classes": [name]}), ("add_activations", {"rows": rows})]


def influence_steps(
    name: str, model: str, layers: Sequence[LayerSize], influences: Mapping[str, Columns]
) -> Iterator[list[Step]]:
    """The writes that add influences, one list a transaction."""
    steps: list[Step] = []
    waiting = 0
    for lower, upper in pairwise(layers):
        table = influences.get(upper.name, Columns([], [], []))
        for start in range(0, len(table.weights), INFLUENCES_A_STATEMENT):
            piece = slice(start, start + INFLUENCES_A_STATEMENT)
            columns = {key: list(values[piece]) for key, values in asdict(table).items()}
            if waiting and waiting + len(columns["weights"]) > INFLUENCES_A_TRANSACTION:
                yield steps
                steps, waiting = [], 0
            place = {"class": name, "model": model, "lower": lower.name, "upper": upper.name}
            steps.append(("add_influence_columns", {**place, **columns}))
            waiting += len(columns["weights"])
    if steps:
        yield steps


async def reconcile(
    store: Store, name: str, layers: Sequence[LayerSize], wanted: Mapping[str, Columns], known: Sequence[Row]
) -> dict[str, Columns]:
    """Remove the influences that are not wanted and correct the others' weights; what is still to be added.

    Few influences come and go when a class is counted again, and removing is what ArcadeDB is slow at.
    """
    tables, gone, changed = {}, 0, 0
    added: dict[str, Columns] = {}
    for lower, upper in pairwise(layers):
        shape = (upper.channels, lower.channels)
        new, old = numpy.zeros(shape, numpy.int64), numpy.zeros(shape, numpy.int64)
        if columns := wanted.get(upper.name):
            new[list(columns.targets), list(columns.sources)] = columns.weights
        for row in known:
            if row["layer"] == upper.name:
                old[row["target"], row["sources"]] = row["weights"]
        gone += int(((old > 0) & (new == 0)).sum())
        changed += int(((old > 0) & (new > 0) & (old != new)).sum())
        targets, sources = ((old == 0) & (new > 0)).nonzero()
        added[upper.name] = Columns(sources.tolist(), targets.tolist(), new[targets, sources].tolist())
        tables[upper.name] = new.tolist()
    if gone:
        await remove_influences(store, name, tables)
    if changed:
        await store.write("update_influences", **{"class": name}, tables=tables)
    return added


async def remove_influences(store: Store, name: str, tables: Mapping[str, Any]) -> None:
    """Remove the influences of a class that the tables do not have."""
    removed = REMOVED_A_TRANSACTION
    while removed == REMOVED_A_TRANSACTION:
        answer = await store.write(
            "remove_influences", **{"class": name}, tables=dict(tables), limit=REMOVED_A_TRANSACTION
        )
        removed = answer["removed"]


async def remove_class(store: Store, name: str) -> None:
    """Take a class out of the database with its counts and its attribution graph."""
    await store.write("sign_counts", rows=[{"id": name, "digest": None}])
    await remove_influences(store, name, {})
    await store.write_together(
        [("remove_attribution_edges", {"classes": [name]}), ("remove_classes", {"classes": [name]})]
    )


def shortened(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
