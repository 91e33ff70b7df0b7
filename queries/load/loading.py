"""What a run counted (A and I) into the database, class by class: whole or marked so, equal ones left alone."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from queries.errors import DataError
from queries.graphs.adjacency import adjacency_steps
from queries.graphs.stored import write_scale
from queries.graphs.totals import CountTotals, count_totals, influence_total
from queries.load.channel_graph import bring_up_to_date, state_step
from queries.load.counts import ClassCounts, CountedRun, Summary
from queries.load.influences import influence_steps
from queries.load.pairs import Sum
from queries.load.steps import has_layers, layer_steps, model_step
from queries.progress import Progress
from queries.records import LayerSize, channel_id, class_id
from queries.store import Row, Step, Store

SOURCE = "counted by summit ingest"
MATTERS_LITTLE = {"convolutions", "device", "votes"}  # of the settings: counts are the same, or other ones tell


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did.

    written, unchanged       classes whose counts were written, and whose were there already, whole
    accepted                 classes that came by bulk import and are what the run says
    described                classes whose name, accuracy or statistics changed
    removed                  classes taken out because the run does not have them
    activations, influences  of all classes that were asked for, now in the database
    pairs                    of the full channel graph that were added, changed or removed
    joining_seconds          that bringing the channel graph up to date took
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
    pairs: int
    joining_seconds: float

    @property
    def changed(self) -> bool:
        return bool(self.written or self.accepted or self.described or self.removed or self.pairs)


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
    known = await signed_classes(store, model)
    strangers = sorted(known.keys() - set(run.classes)) if replace else []
    strange = [one for one in summaries if known[one.index]["counts"] != one.digest]
    if await accept_imported(store, model, strange):
        known = await signed_classes(store, model)
    signed = [one for one in summaries if known[one.index]["counts"] == one.digest]
    whole = await whole_classes(store, model, signed, len(run.layers))
    await complete_signatures(store, model, [one for one in signed if one.index in whole], known)
    accepted = sum(one.index in whole for one in strange)
    waiting = [one for one in summaries if one.index not in whole]
    pairs, joining = await change_classes(store, run, model, waiting, strangers, progress)
    if fresh or strangers or accepted or waiting:
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
        pairs=pairs,
        joining_seconds=joining,
    )


async def change_classes(
    store: Store, run: CountedRun, model: str, waiting: Sequence[Summary], gone: Sequence[int], progress: Progress
) -> tuple[int, float]:
    """Write some classes and take others out, then bring the channel graph up to date.

    How many of its pairs changed, and the seconds that took. It is marked as behind before the first class changes.
    """
    (state,) = await store.run("channel_graph_state", model=model)
    if state["summed"] == state["written"] and not (waiting or gone):
        return 0, 0.0
    await store.write_together([state_step(model, None)])
    for index in gone:
        await remove_class(store, class_id(model, index))
    new, only_new = Sum(run.layers), (state["summed"] or 0) == state["written"] and not gone
    for done, one in enumerate(waiting):
        progress("loading", done, len(waiting))
        counts = run.counts(one.index)
        only_new = only_new and not await influence_total(store, class_id(model, one.index))
        await write_counts(store, model, run.layers, counts, one.signature)
        if only_new:
            new.add(counts.influences)
    progress("loading", len(waiting), len(waiting))
    started = time.perf_counter()
    pairs = await bring_up_to_date(store, model, run.layers, new.total() if only_new else None, progress)
    return pairs, time.perf_counter() - started


async def signed_classes(store: Store, model: str) -> dict[int, Row]:
    """Rows of class_digests by index."""
    return {row["index"]: row for row in await store.run("class_digests", model=model)}


async def accept_imported(store: Store, model: str, waiting: Sequence[Summary]) -> int:
    """Sign the classes that came by bulk import and are as they should be; how many there are."""
    if not waiting:
        return 0
    rows = [{"id": class_id(model, one.index), **one.signature} for one in waiting]
    return int((await store.write("accept_imported", rows=rows))["accepted"])


async def whole_classes(store: Store, model: str, signed: Sequence[Summary], layers: int) -> set[int]:
    """Indexes of those classes of which as much is in the database as the run counted."""
    found = await count_totals(store, model, [class_id(model, one.index) for one in signed])
    return {
        one.index
        for one in signed
        if found[class_id(model, one.index)] == CountTotals(one.activations, one.influences, layers)
    }


async def complete_signatures(store: Store, model: str, whole: Sequence[Summary], known: Mapping[int, Row]) -> None:
    """Keep the totals of classes that an earlier version wrote without."""
    rows = [
        {"id": class_id(model, one.index), **one.signature} for one in whole if known[one.index]["activations"] is None
    ]
    if rows:
        await store.write("sign_counts", rows=rows)


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
            steps.append(state_step(model, None))
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


async def write_counts(
    store: Store, model: str, layers: Sequence[LayerSize], counts: ClassCounts, signature: Row
) -> None:
    """Put the counts of one class in place of those that are there, in one transaction."""
    name = class_id(model, counts.index)
    await store.write_together(
        [
            ("remove_rankings", {"classes": [name]}),
            *activation_steps(name, model, counts),
            *influence_steps(name, model, layers, counts.influences),
            *adjacency_steps(name, layers, counts.influences),
            ("sign_counts", {"rows": [{"id": name, **signature}]}),
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


async def remove_class(store: Store, name: str) -> None:
    """Take a class out of the database with its counts and its attribution graph."""
    await store.write_together(
        [("remove_attribution_edges", {"classes": [name]}), ("remove_classes", {"classes": [name]})]
    )


def shortened(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
