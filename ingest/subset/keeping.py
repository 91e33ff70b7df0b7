"""Graphs of subsets of a loaded run's classes into the database, class by class."""

import asyncio
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.run.keeping import counts_held, other_counts, require_model, same_counts
from ingest.run.read import RunReader
from ingest.subset.choose import Choice, both_sides
from ingest.subset.graphs import Asked
from ingest.subset.run import Chosen, Subsets
from queries.engines.session import open_store, sole_import
from queries.engines.settings import Settings
from queries.errors import DataError, NotFound, QueryError
from queries.graphs.resampling.replicates import DAMPING, STEP, steps_of
from queries.graphs.scored import read_scored
from queries.graphs.stored import read_graph
from queries.graphs.subset.difference import Likeness
from queries.graphs.subset.stored import Subset, rows_of_differences, subset_digests, subset_step
from queries.progress import Console, Progress
from queries.records import Score, class_id
from queries.store import Step, Store


@dataclass(frozen=True, slots=True)
class Made:
    """A class's subset in the database now; written: its graph was not there."""

    index: int
    name: str
    subset: Subset
    written: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """What is made of each class: which pictures, by which score, next to how many splits drawn by which seed."""

    choice: Choice
    score: Score = Score.ACTIVATION
    splits: int = 63
    seed: int = 0


def make_subsets(
    settings: Settings, run: RunReader, model: str, classes: Sequence[int], wish: Wish, console: Console
) -> tuple[list[Made], list[str]]:
    """The subsets that are in the database then, and a sentence for each class that has none.

    Raises QueryError where the model was not loaded from the run or a class has no graph to cut alike; DataError where
    votes were not kept, or no class has enough pictures.
    """
    source = Subsets(run)
    found = [source.choose(index, wish.choice, wish.splits, wish.seed) for index in classes]
    chosen = [each for each in found if isinstance(each, Chosen)]
    notes = [each for each in found if isinstance(each, str)]
    left = [index for index, each in zip(classes, found, strict=True) if isinstance(each, str)]

    async def work(progress: Progress) -> list[Made]:
        async with open_store(settings, console.report) as store:
            await require_model(store, run, model)
            made = await keep_subsets(store, source, model, chosen, wish, progress) if chosen else []
            held = await counts_held(store, model)
            for index in await with_sides(store, model, left, wish.choice.stale, [wish.score]):
                if held.get(index) != run.counts(index).digest:
                    stays = f"its graph of an earlier {wish.choice.name} stays: {other_counts(run, model, held, index)}"
                    console.report(f"{class_id(model, index)}: {stays}")
                    continue
                await remove_sides(store, model, [index], wish.choice.stale, [wish.score])
                console.report(f"{class_id(model, index)}: its graph of an earlier {wish.choice.name} is removed")
            if not chosen:
                raise DataError("; ".join(notes[:3]) + ("; ..." if len(notes) > 3 else ""))
            return made

    with sole_import(settings, console.report), console.progress() as progress:
        return asyncio.run(work(progress)), notes


def remove_subsets(
    settings: Settings,
    run: RunReader,
    model: str,
    classes: Sequence[int],
    name: str,
    scores: Sequence[Score],
    console: Console,
) -> list[str]:
    """Ids of the classes whose graphs of a subset, and of the others, were removed. Raises QueryError for none."""

    async def work() -> list[str]:
        async with open_store(settings, console.report) as store:
            await require_model(store, run, model)
            gone = await remove_sides(store, model, classes, both_sides(name), scores)
            if not gone:
                rows = await store.run("subset_graphs", model=model)
                by = [score.value for score in scores]
                held = ", ".join(sorted({row["subset"] for row in rows if row["score"] in by})) or "none"
                raise QueryError(
                    f"none of the classes of {model} that were asked for has a graph by {' or '.join(by)} of a subset "
                    f"{name!r:.80}; {model} has graphs of: {held:.200}"
                )
            return gone

    with sole_import(settings, console.report):
        return asyncio.run(work())


async def remove_sides(
    store: Store, model: str, classes: Sequence[int], subsets: Sequence[str], scores: Sequence[Score]
) -> list[str]:
    """Take the graphs of subsets of these names out of some classes; ids of those that had any."""
    if held := [class_id(model, index) for index in await with_sides(store, model, classes, subsets, scores)]:
        places = [{"classes": held, "subsets": list(subsets), "score": score.value} for score in scores]
        await store.write_together([("remove_subset_graphs", place) for place in places])
    return held


async def with_sides(
    store: Store, model: str, classes: Sequence[int], subsets: Sequence[str], scores: Sequence[Score]
) -> list[int]:
    """Those of the classes that have a graph, by one of the scores, of a subset of these names."""
    by = {score.value for score in scores}
    rows = await store.run("subset_graphs", model=model)
    held = {row["class"] for row in rows if row["score"] in by and row["subset"] in subsets}
    return [index for index in classes if class_id(model, index) in held]


async def keep_subsets(
    store: Store, source: Subsets, model: str, chosen: Sequence[Chosen], wish: Wish, progress: Progress
) -> list[Made]:
    """Write what the database lacks, in one transaction per class."""
    digests = await counts_held(store, model)
    held = await subset_digests(store, model)
    asked = {each.index: await cut_of(store, model, each.index, wish.score) for each in chosen}
    made = []
    for done, each in enumerate(chosen):
        progress("making graphs", done, len(chosen))
        counts = same_counts(source.run, model, digests, each.index)
        digest, name = each.digest(counts, asked[each.index]), class_id(model, each.index)
        sides = [side for side in (each.subset.name, each.subset.rest) if side]
        if all(held.get((name, wish.score.value, side)) == digest for side in sides):
            made.append(Made(each.index, each.name, await kept_subset(store, name, wish.score, each.subset), False))
            continue
        graphs = await asyncio.to_thread(source.graphs, each, asked[each.index], digest)
        gone: list[Step] = []
        if each.subset.rest is None:
            place = {"classes": [name], "subsets": [wish.choice.rest], "score": wish.score.value}
            gone = [("remove_subset_graphs", place)]
        await store.write_together([*gone, *(subset_step(model, graph, wish.score, side) for graph, side in graphs)])
        made.append(Made(each.index, each.name, graphs[0][1], True))
    progress("making graphs", len(chosen), len(chosen))
    return made


async def cut_of(store: Store, model: str, index: int, score: Score) -> Asked:
    """How a class's own graph is cut. QueryError where it has none, or one that votes cannot be cut like."""
    name = class_id(model, index)
    option = "" if score is Score.ACTIVATION else f" --score {score.value}"
    try:
        read = read_graph(store, name) if score is Score.ACTIVATION else read_scored(store, name, score)
        _, _, cut = await read
    except NotFound as error:
        raise QueryError(f"{error}; a subset's graph is cut as its class's is") from error
    if cut["threshold"] is None:
        raise QueryError(
            f"class {name} has no graph by {score.value}, and a subset's graph is cut as its class's is; "
            f"run `summit extract {shlex.quote(model)}{option}` first"
        )
    fits = None not in (steps_of(cut["threshold"]), steps_of(cut["step"]))
    if cut["unified"] or not fits or cut["damping"] != DAMPING:
        raise QueryError(
            f"the graph of {name} was cut at {cut['threshold']:g} %"
            f"{' of the whole network' if cut['unified'] else ''}, in steps of {cut['step']:g}, with damping "
            f"{cut['damping']:g}; subsets can be cut by layer at whole multiples of {STEP} percentage points, with "
            f"damping {DAMPING}: `summit extract {shlex.quote(model)}{option}` with such, then repeat"
        )
    return Asked(score, cut["threshold"], cut["step"], cut["dead_ends"])


async def kept_subset(store: Store, name: str, score: Score, subset: Subset) -> Subset:
    """The subset with the difference that the database has of it."""
    rows = rows_of_differences(await store.run("class_subsets", **{"class": name}))
    (row,) = [each for each in rows if (each["subset"], each["score"]) == (subset.name, score.value)]
    parts = tuple(Likeness(**part) for part in row["difference"])
    return replace(subset, difference=parts or None)
