"""Whether the database holds what was written into it: every class's counts, rankings and graph, by their digests."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from queries.errors import DataError, GraphError, QueryError, StoreError, StoreRefused, StoreUnreachable
from queries.graphs.scored import scored_graphs, scored_id
from queries.integrity.contents import (
    check_channel_graph,
    check_counts,
    check_graphs,
    check_output,
    check_rankings,
    check_scored,
    or_unreadable,
)
from queries.integrity.damage import (
    CHANNEL_GRAPH,
    COUNTS,
    DATABASE,
    GRAPH,
    NETWORK,
    NOTES,
    OUTPUT,
    RANKINGS,
    SCORED,
    SKIPS,
    START_OVER,
    Damage,
    Model,
)
from queries.integrity.places import PARTS, UNKNOWN, loose_nodes, lost_nodes
from queries.integrity.subsets import check_subsets
from queries.integrity.totals import check_totals
from queries.load.channel_graph import state_step
from queries.load.pairs import Sum
from queries.load.steps import skips_digest
from queries.lookup import find_model
from queries.notes.stored import damaged_ids
from queries.progress import Progress
from queries.records import LayerSize, Score
from queries.store import Row, Step, Store

CLASSES_AT_ONCE = 50  # graphs read in one statement: some 3,000 channels and 10,000 edges
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check looked at and found; classes counts those of all models."""

    models: tuple[str, ...]
    classes: int
    damages: tuple[Damage, ...]


async def check_database(store: Store, model: str | None, progress: Progress) -> Checked:
    """Check one model (None: all of them), totals and contents. Raises NotFound.

    Damaged parts lose the digest that says that they are whole, so that the command that mends them writes them again.
    """
    models = await recorded_models(store)
    gone = await models_that_left_notes(store, models)
    lost, loose = await lost_nodes(store, models), await loose_nodes(store, models)
    damages = [each for each in (*lost, *loose) if model in (None, each.model) or each.model == UNKNOWN]
    if model is not None:
        models, gone = ([each for each in some if each.id == model] for some in (models, gone))
        if not gone and all(each.model != model for each in damages):
            await find_model(store, model)
    damages += [damage for each in gone for damage in await damaged_notes(store, each)]
    classes = 0
    for each in readable(models, lost):
        rows = await store.run("class_records", model=each.id)
        damages += await readable_damages(store, each, rows, progress)
        classes += len(rows)
    if damages:
        await mark(store, damages)
    return Checked(tuple(each.id for each in (*models, *gone)), classes, tuple(damages))


async def damages_by_totals(store: Store, model: str | None = None) -> list[Damage]:
    """The cheap form, over one model (None: all of them): what is not there any more. Some seconds for 1,000 graphs.

    Nodes that nobody finds are looked for everywhere, or, of one model, among those of networks and notes.
    """
    models = await recorded_models(store)
    lost = await lost_nodes(store, models, among=PARTS if model is not None else None)
    asked = [each for each in readable(models, lost) if model in (None, each.id)]
    return [
        *(each for each in lost if model in (None, each.model)),
        *[damage for each in asked for damage in await check_totals(store, each)],
    ]


def readable(models: Sequence[Model], lost: Sequence[Damage]) -> list[Model]:
    """The models whose networks can be found whole, so that the other checks can read them."""
    unreadable = {damage.model for damage in lost if damage.part == NETWORK}
    return [each for each in models if each.id not in unreadable]


async def report_damage(store: Store, model: str, report: Callable[[str], None]) -> None:
    """Say what is damaged of a model that a command has worked on, one line a part."""
    for line in told(await damages_by_totals(store, model)):
        report(line)


async def require_extractable(store: Store, model: str, classes: Collection[int] | None) -> None:
    """Raise DataError where the network, or the counts of some classes (None: all that have any), are not all there.

    What an extraction writes itself, graphs and PageRank, is no reason.
    """
    damages = await damages_by_totals(store, model)
    if not damages:
        return
    rows = await store.run("class_digests", model=model)
    asked = {row["class"] for row in rows if row["counts"] and (classes is None or row["index"] in classes)}
    lost = [each for each in damages if each.part == NETWORK or (each.part == COUNTS and each.class_id in asked)]
    if lost:
        raise DataError(
            "; ".join(["no graph was extracted, because some of what it would be made from is lost", *told(lost)])
        )


async def warn_of_damage(store: Store) -> None:
    """Log what is damaged, one line a model and part; a database that cannot be read is a line, too."""
    try:
        damages = await damages_by_totals(store)
    except GraphError as error:
        logger.warning("the check of the database's totals failed: %s; `summit db check` says more", error)
        return
    for line in told(damages):
        logger.warning("%s", line)


def told(damages: Sequence[Damage]) -> list[str]:
    """A line for each model, part and remedy: the first flaw, and how many more there are."""
    groups: dict[tuple[str, str, str], list[Damage]] = {}
    for damage in damages:
        groups.setdefault((damage.model, damage.part, damage.remedy), []).append(damage)
    lines = []
    for (_, part, remedy), found in groups.items():
        first, more = found[0], len(found) - 1
        others = f" (and {more:,} more)" if more else ""
        lines.append(f"damaged: {part} of {first.class_id or first.model}{others}: {first.problem}; mend with {remedy}")
    return lines


async def recorded_models(store: Store) -> list[Model]:
    rows = await store.run("model_records")
    return [Model(row["model"], row["record"]) for row in rows if isinstance(row["model"], str)]


async def models_that_left_notes(store: Store, models: Sequence[Model]) -> list[Model]:
    """Models that are gone and of which something that people wrote is kept."""
    known = {each.id for each in models}
    rows = await store.run("annotated_models")
    return [Model(row["model"], {}) for row in rows if row["model"] not in known]


async def damaged_notes(store: Store, model: Model) -> list[Damage]:
    found = await damaged_ids(store, model.id)
    return [model.damage(NOTES, None, f"{id!a} is not the one that was written") for id in found]


async def readable_damages(store: Store, model: Model, rows: Sequence[Row], progress: Progress) -> list[Damage]:
    """The damages of a model; that the engine cannot read it is one. Raises StoreUnreachable, StoreRefused."""
    try:
        return await check_model(store, model, rows, progress)
    except (StoreUnreachable, StoreRefused):
        raise
    except (QueryError, StoreError) as error:
        return [model.damage(DATABASE, None, f"the engine cannot read it ({error})")]


async def check_model(store: Store, model: Model, rows: Sequence[Row], progress: Progress) -> list[Damage]:
    """Totals first; the contents of what has them, unless layers or channels are lost."""
    damages = await check_totals(store, model)
    damages += await damaged_notes(store, model)
    if any(damage.part == NETWORK for damage in damages):
        return damages
    flawed = {(damage.part, damage.class_id) for damage in damages}
    layers = [
        LayerSize(row["layer"], row["index"], row["channels"], frozenset(row["excluded"]))
        for row in await store.run("layer_totals", model=model.id)
    ]
    if await skips_digest(store, model.id, layers) != model.record.get("skips_digest"):
        damages.append(model.damage(SKIPS, None, "its channels do not keep the skips that were written"))
    total, scored = Sum(layers), await scored_graphs(store, model.id, Score.ATTRIBUTION)
    for start in range(0, len(rows), CLASSES_AT_ONCE):
        batch = rows[start : start + CLASSES_AT_ONCE]
        damages += await check_graphs(store, model, [row for row in batch if (GRAPH, row["class"]) not in flawed])
        for place, row in enumerate(batch, start + 1):
            name = row["class"]
            if (COUNTS, name) not in flawed:
                check = check_counts(store, model, row, layers, total)
                damages += await or_unreadable(model, COUNTS, name, check)
            if (OUTPUT, name) not in flawed:
                damages += await check_output(store, model, row)
            if (RANKINGS, name) not in flawed:
                damages += await or_unreadable(model, RANKINGS, name, check_rankings(store, model, row, layers))
            if name in scored and (SCORED, name) not in flawed:
                check = check_scored(store, model, scored[name], layers)
                damages += await or_unreadable(model, SCORED, name, check)
            progress(f"checking {model.id}", place, len(rows))
    damages += await check_subsets(store, model, damages)
    if (CHANNEL_GRAPH, None) not in flawed and not any(damage.part == COUNTS for damage in damages):
        damages += await check_channel_graph(store, model, layers, total)
    return damages


async def mark(store: Store, damages: Sequence[Damage]) -> None:
    """Take the digests of damaged parts away."""
    unsigned = {GRAPH: "graph_digest", RANKINGS: "pagerank_digest"}
    rows = [
        {"id": damage.class_id, "properties": {unsigned[damage.part]: None}}
        for damage in damages
        if damage.class_id is not None and damage.part in unsigned
    ]
    no_digests = {"graph_digest": None, "pagerank_digest": None}
    scored = [
        {"id": scored_id(damage.class_id, Score.ATTRIBUTION), "properties": no_digests}
        for damage in damages
        if damage.class_id is not None and damage.part == SCORED
    ]
    counts = [damage.class_id for damage in damages if damage.part == COUNTS]
    behind = [state_step(damage.model, None) for damage in damages if damage.part == CHANNEL_GRAPH]
    steps: list[Step] = [
        ("sign_attribution_graphs", {"rows": rows}),
        ("store_scored_graphs", {"rows": scored}),
        ("unsign_subset_graphs", {"graphs": [each.graph for each in damages if each.graph is not None]}),
        ("unsign_counts", {"classes": counts}),
        ("unsign_contributions", {"classes": [each.class_id for each in damages if each.part == OUTPUT]}),
        *behind,
    ]
    try:
        await store.write_together(steps)
    except GraphError as error:
        raise StoreError(
            f"damage was found and could not be marked: {error}; the engine cannot write what is damaged: {START_OVER}"
        ) from error
