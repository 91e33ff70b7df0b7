"""The full channel graph of a model in the database: worked out from the classes' influences, changed where it differs.

`channel_graph_influences` of the model says how many influences of classes are summed in it. It is absent while classes
change, so that whatever is cut off leaves a model whose channel graph is known to be behind (channel_graph_state).
While it is up to date, its pairs follow from the classes, whose lists are read several times faster.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy

from queries.load.pairs import Array, Changes, Hop, Pairs, Sum, added, changes, hops, keyed, no_pairs, taken_off
from queries.progress import Progress
from queries.records import Columns, LayerSize, class_id
from queries.store import Row, Step, Store
from queries.values import utc_now

PAIRS_A_STATEMENT = 50_000
INFLUENCES_A_PAIR = 4  # read in the time of one pair
REMOVED_A_STATEMENT = 10_000  # ArcadeDB removes a few thousand a second and stops a statement after two minutes
WHAT = "joining classes"  # what progress calls it


def state_step(model: str, pairs: Pairs | None) -> Step:
    """Record how many influences the channel graph sums, and in how many pairs; None while classes change."""
    properties = {
        "channel_graph_influences": None if pairs is None else pairs.influences,
        "channel_graph_pairs": None if pairs is None else len(pairs.keys),
    }
    return "upsert_model", {"model": model, "properties": properties, "now": utc_now()}


async def is_up_to_date(store: Store, model: str) -> bool:
    """Whether the channel graph sums all influences of all classes, as they were loaded."""
    (state,) = await store.run("channel_graph_state", model=model)
    return bool(state["summed"] == state["written"])


async def models_behind(store: Store) -> list[str]:
    """Ids of the counted models whose channel graph is not that of their classes."""
    counted = [row["model"] for row in await store.run("model_records") if row["record"].get("parameters") is not None]
    return [model for model in counted if not await is_up_to_date(store, model)]


async def bring_up_to_date(
    store: Store,
    model: str,
    layers: Sequence[LayerSize],
    new: Pairs | None,
    progress: Progress,
    pairs: int | None = None,
) -> int:
    """Make the channel graph that of all classes in the database; how many pairs changed.

    new    channel graph of the classes that came since it was up to date; None where others changed, too
    pairs  that it had then, where that is known
    """
    held, wanted = await before_and_after(store, model, layers, new, progress, pairs)
    changed = changes(held, wanted)
    if not await write_changes(store, model, layers, changed, progress):
        changed = changes(await read_pairs(store, model, layers), wanted)
        await write_changes(store, model, layers, changed, progress)
    await store.write_together([state_step(model, wanted)])
    return len(changed)


async def write_changes(
    store: Store, model: str, layers: Sequence[LayerSize], changed: Changes, progress: Progress
) -> bool:
    """Whether the pairs to change were all there, and once."""
    done, whole = 0, True
    for step in change_steps(model, layers, changed):
        (answer,) = await store.write_together([step])
        whole &= answer.get("changed", size_of(step)) == size_of(step)
        done += size_of(step)
        progress(WHAT, done, len(changed))
    return whole


async def before_and_after(
    store: Store, model: str, layers: Sequence[LayerSize], new: Pairs | None, progress: Progress, pairs: int | None
) -> tuple[Pairs, Pairs]:
    """The channel graph as it is and as it is to be; parameters as of bring_up_to_date."""
    (state,) = await store.run("channel_graph_state", model=model)
    if new is not None and pairs is not None and state["written"] <= INFLUENCES_A_PAIR * pairs:
        wanted = await sum_of_classes(store, model, layers, progress)
        before = taken_off(wanted, new)
        if before is not None and wanted.influences == state["written"]:
            return before, wanted
    held = await read_pairs(store, model, layers)
    if new is not None and (wanted := added([held, new])).influences == state["written"]:
        return held, wanted
    return held, await sum_of_classes(store, model, layers, progress)


async def read_pairs(store: Store, model: str, layers: Sequence[LayerSize]) -> Pairs:
    """The channel graph as it is in the database. A pair that is there twice comes twice."""
    found = [no_pairs()]
    for hop in hops(layers):
        at_once = max(1, PAIRS_A_STATEMENT // hop.lower.channels)
        for first in range(0, hop.upper.channels, at_once):
            place = {"layer": f"{model}/{hop.upper.name}", "lowest": first, "highest": first + at_once - 1}
            rows = await store.run("layer_influences", **place)
            if rows:
                found.append(pairs_of_rows(hop, rows))
    return Pairs(
        *(numpy.concatenate([getattr(each, name) for each in found]) for name in ("keys", "classes", "weights"))
    )


def pairs_of_rows(hop: Hop, rows: Sequence[Row]) -> Pairs:
    """Pairs from rows of layer_influences."""
    targets = numpy.repeat([row["target"] for row in rows], [len(row["sources"]) for row in rows])
    columns = [
        numpy.concatenate([numpy.asarray(row[name], numpy.int64) for row in rows])
        for name in ("sources", "classes", "weights")
    ]
    return keyed(hop, columns[0], targets, *columns[1:])


async def sum_of_classes(store: Store, model: str, layers: Sequence[LayerSize], progress: Progress) -> Pairs:
    """The channel graph as the influences of all classes in the database make it."""
    total = Sum(layers)
    classes = [row["index"] for row in await store.run("class_digests", model=model)]
    for done, index in enumerate(classes, 1):
        total.add(influence_columns(await store.run("class_influenced", **{"class": class_id(model, index)})))
        progress("reading classes", done, len(classes))
    return total.total()


def influence_columns(rows: Sequence[Row]) -> dict[str, Columns]:
    """Rows of class_influenced by upper layer."""
    found: dict[str, tuple[list[int], list[int], list[int]]] = {}
    for row in rows:
        sources, targets, weights = found.setdefault(row["layer"], ([], [], []))
        sources += row["sources"]
        targets += [row["target"]] * len(row["sources"])
        weights += row["weights"]
    return {layer: Columns(*columns) for layer, columns in found.items()}


def change_steps(model: str, layers: Sequence[LayerSize], changed: Changes) -> Iterator[Step]:
    """The writes that change the channel graph, each for a transaction of its own."""
    for hop in hops(layers):
        yield from removals(model, hop, changed.gone.of(hop))
        yield from written("update_influences", model, hop, changed.other.of(hop))
        yield from written("add_influences", model, hop, changed.new.of(hop))


def written(query: str, model: str, hop: Hop, pairs: Pairs) -> Iterator[Step]:
    """Pairs as add_influences and update_influences take them."""
    targets, sources = numpy.divmod(pairs.keys - hop.first, hop.lower.channels)
    place = {"model": model, "lower": hop.lower.name, "upper": hop.upper.name}
    columns = {"sources": sources, "targets": targets, "classes": pairs.classes, "weights": pairs.weights}
    for start in range(0, len(pairs.keys), PAIRS_A_STATEMENT):
        piece = slice(start, start + PAIRS_A_STATEMENT)
        yield query, {**place, **{name: column[piece].tolist() for name, column in columns.items()}}


def removals(model: str, hop: Hop, pairs: Pairs) -> Iterator[Step]:
    targets, sources = numpy.divmod(pairs.keys - hop.first, hop.lower.channels)
    for first in range(0, len(targets), REMOVED_A_STATEMENT):
        piece = slice(first, first + REMOVED_A_STATEMENT)
        rows = [
            {"target": f"{model}/{hop.upper.name}/{target}", "sources": those.tolist()}
            for target, those in grouped(targets[piece], sources[piece])
        ]
        yield "remove_influences", {"rows": rows}


def grouped(targets: Array, values: Array) -> Iterator[tuple[int, Array]]:
    """Each target with its values; targets ascend."""
    found, starts = numpy.unique(targets, return_index=True)
    for target, (start, end) in zip(found.tolist(), pairwise([*starts.tolist(), len(targets)]), strict=True):
        yield target, values[start:end]


def size_of(step: Step) -> int:
    """How many pairs a step changes."""
    _, parameters = step
    if "rows" in parameters:
        return sum(len(row["sources"]) for row in parameters["rows"])
    return len(parameters["sources"])
