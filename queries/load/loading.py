"""What a run counted into the database, class by class: whole or marked so, equal ones left alone."""

import json
import time
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from queries.errors import DataError
from queries.graphs.adjacency import adjacency_steps
from queries.graphs.stored import forget_scale, write_scale
from queries.graphs.totals import CountTotals, count_totals, influence_total
from queries.load.channel_graph import bring_up_to_date, state_step
from queries.load.contributions import contribution_steps
from queries.load.counts import ClassCounts, CountedRun, Summary
from queries.load.influences import influence_steps
from queries.load.origin import differing, require_same_network
from queries.load.pairs import Sum
from queries.load.steps import (
    activation_steps,
    attribution_steps,
    described_model,
    has_layers,
    layer_steps,
    made_of_counts,
    model_step,
    skips_digest,
)
from queries.lookup import find_model
from queries.progress import Progress
from queries.records import LayerSize, class_id
from queries.store import Row, Store


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did.

    written, unchanged       classes whose counts were written, and whose were there already, whole
    accepted                 classes that came by bulk import and are what the run says
    described                classes whose name, accuracy or statistics changed
    removed                  classes taken out because the run does not have them
    graphs_removed           attribution graphs by activation taken out because their counts are others now
    activations, influences  of all classes that were asked for, now in the database
    attributions             of them, too; 0 for a run that did not count them
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
    graphs_removed: int
    activations: int
    influences: int
    attributions: int
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
    known = await signed_classes(store, model)
    strangers = sorted(known.keys() - set(run.classes)) if replace else []
    strange = [one for one in summaries if known[one.index]["counts"] != one.digest]
    if await accept_imported(store, model, strange):
        known = await signed_classes(store, model)
    signed = [one for one in summaries if known[one.index]["counts"] == one.digest]
    whole, flawed = await whole_classes(store, model, signed, known, len(run.layers))
    await complete_signatures(store, model, [one for one in signed if one.index in whole], known)
    accepted = sum(one.index in whole for one in strange)
    waiting = [one for one in summaries if one.index not in whole]
    described = await describe(store, model, [one for one in summaries if one.index in whole])
    unscaled = (await find_model(store, model))["largest_count"] is None  # new, or an earlier load was cut off
    if strangers or waiting:
        for query in ("remove_channel_scores", "remove_probe"):  # they are of all classes
            await store.write(query, model=model)
    stale = {one.index for one in waiting if not had_these_counts(known[one.index], one)}
    for one in flawed:
        await write_output(store, run, model, one)
    changed, pairs, joining = await change_classes(store, run, model, waiting, stale, strangers, progress)
    if fresh or strangers or accepted or waiting or unscaled:
        await write_scale(store, model)
    return Loaded(
        model,
        classes=len(summaries),
        written=len(waiting) + len(flawed),
        unchanged=len(summaries) - len(waiting) - len(flawed) - accepted,
        accepted=accepted,
        described=described + changed,
        removed=len(strangers),
        graphs_removed=sum(known[index]["graph"] is not None for index in stale),
        activations=sum(one.activations for one in summaries),
        influences=sum(one.influences for one in summaries),
        attributions=sum(one.attributions or 0 for one in summaries),
        pairs=pairs,
        joining_seconds=joining,
    )


def had_these_counts(row: Row, one: Summary) -> bool:
    """Whether what was made of a class's counts is of these: they were whole then, though some are lost now.

    Nothing is made of contributions, so A, I and R decide, by their seals where an earlier version kept these.
    """
    sealed = (row["activations"], row["seal"], row["attribution_seal"])
    same = sealed == (one.activations, one.seal, one.attribution_seal)
    return row["counts"] is not None and (same or (row["counts"], row["activations"]) == (one.digest, one.activations))


async def describe(store: Store, model: str, whole: Sequence[Summary]) -> int:
    """Say of classes what the run says besides counts; of how many that was something new."""
    rows = [about_row(model, one) for one in whole]
    return int((await store.write("describe_classes", rows=rows))["changed"]) if rows else 0


def about_row(model: str, one: Summary) -> Row:
    """A class as describe_classes takes it."""
    return {"id": class_id(model, one.index), **one.about}


async def change_classes(
    store: Store,
    run: CountedRun,
    model: str,
    waiting: Sequence[Summary],
    stale: Set[int],
    gone: Sequence[int],
    progress: Progress,
) -> tuple[int, int, float]:
    """Write some classes and take others out, then bring the channel graph up to date.

    stale  indexes of those written classes whose graphs are not of these counts
    How many of the written classes have another description now, how many of the channel graph's pairs changed, and the
    seconds that took. It is marked as behind before the first class changes.
    """
    (state,) = await store.run("channel_graph_state", model=model)
    if state["summed"] == state["written"] and not (waiting or gone):
        return 0, 0, 0.0
    await store.write_together([state_step(model, None)])
    for index in gone:
        await remove_class(store, class_id(model, index))
    described = 0
    new, only_new = Sum(run.layers), (state["summed"] or 0) == state["written"] and not gone
    for done, one in enumerate(waiting):
        progress("loading", done, len(waiting))
        counts = run.counts(one.index)
        only_new = only_new and not await influence_total(store, class_id(model, one.index))
        described += await write_counts(store, model, run.layers, counts, one, stale=one.index in stale)
        if only_new:
            new.add(counts.influences)
    progress("loading", len(waiting), len(waiting))
    started = time.perf_counter()
    (now,) = await store.run("channel_graph_state", model=model)
    fresh = new.total() if only_new else None
    if fresh and now["written"] != (state["written"] or 0) + fresh.influences:
        fresh = None  # the graph sums classes already whose influences were lost
    pairs = await bring_up_to_date(store, model, run.layers, fresh, progress, state["pairs"])
    return described, pairs, time.perf_counter() - started


async def signed_classes(store: Store, model: str) -> dict[int, Row]:
    """Rows of class_digests by index."""
    return {row["index"]: row for row in await store.run("class_digests", model=model)}


async def accept_imported(store: Store, model: str, waiting: Sequence[Summary]) -> int:
    """Sign the classes that came by bulk import and are as they should be; how many there are."""
    if not waiting:
        return 0
    rows = [{"id": class_id(model, one.index), **one.signature} for one in waiting]
    return int((await store.write("accept_imported", rows=rows))["accepted"])


async def whole_classes(
    store: Store, model: str, signed: Sequence[Summary], known: Mapping[int, Row], layers: int
) -> tuple[set[int], list[Summary]]:
    """Indexes of those classes of which as much is in the database as the run counted.

    And those of them whose contributions are fewer, or marked as damaged.
    """
    found = await count_totals(store, model, [class_id(model, one.index) for one in signed])
    whole, flawed = set(), []
    for one in signed:
        held, wanted = found[class_id(model, one.index)], one.output["contributions"]
        counted = (one.activations, one.influences, layers, one.attributions or 0)
        if held == CountTotals(*counted, held.contributions):
            whole.add(one.index)
            if (held.contributions, known[one.index]["contributions"]) != (wanted or 0, wanted):
                flawed.append(one)
    return whole, flawed


async def write_output(store: Store, run: CountedRun, model: str, one: Summary) -> None:
    """Put the contributions of one class in place of those that are there; its other counts are whole."""
    name = class_id(model, one.index)
    await store.write_together(
        [
            *contribution_steps(name, model, run.layers[-1].name, run.counts(one.index).output),
            ("sign_counts", {"rows": [{"id": name, **one.signature}]}),
        ]
    )


async def complete_signatures(store: Store, model: str, whole: Sequence[Summary], known: Mapping[int, Row]) -> None:
    """Keep the totals of classes that an earlier version wrote without."""
    rows = [
        {"id": class_id(model, one.index), **one.signature}
        for one in whole
        if None in (known[one.index]["activations"], known[one.index]["influenced"])
    ]
    if rows:
        await store.write("sign_counts", rows=rows)


async def write_model(store: Store, run: CountedRun, model: str, replace: bool) -> bool:
    """The model with its layers and channels; whether it is new or was counted with other settings. DataError."""
    known = await store.run("model_run", model=model)
    described = described_model(run)
    steps = [model_step(model, described)]
    if known and known[0]["parameters"] == described["parameters"] and await has_layers(store, model, run.layers):
        if await skips_digest(store, model, run.layers) != described.get("skips_digest"):  # a resumed run may know more
            steps += layer_steps(model, run.layers)
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


async def write_counts(
    store: Store, model: str, layers: Sequence[LayerSize], counts: ClassCounts, one: Summary, *, stale: bool
) -> int:
    """Put the counts of one class in place of those that are there, in one transaction with its description.

    stale  what was made of the old ones goes: PageRank, graphs by either score and of subsets, effects of channels,
           edges by attribution; all are of other pictures. Of the same counts, of which some were lost, it stays.
    1 where the description is another one, else 0.
    """
    name = class_id(model, counts.index)
    described, *_ = await store.write_together(
        [
            ("describe_classes", {"rows": [about_row(model, one)]}),
            *(made_of_counts(name) if stale else []),
            *activation_steps(name, model, counts),
            *attribution_steps(name, model, counts),
            *contribution_steps(name, model, layers[-1].name, counts.output),
            *influence_steps(name, model, layers, counts.influences),
            *adjacency_steps(name, layers, counts.influences),
            ("sign_counts", {"rows": [{"id": name, **one.signature}]}),
            *([forget_scale(model)] if stale else []),
        ]
    )
    return int(described["changed"])


async def remove_class(store: Store, name: str) -> None:
    """Take a class out of the database with its counts and its attribution graph."""
    await store.write_together(
        [
            ("remove_scored_graphs", {"classes": [name]}),
            ("remove_attribution_edges", {"classes": [name]}),
            ("remove_classes", {"classes": [name]}),
            forget_scale(name.rpartition("/")[0]),
        ]
    )
