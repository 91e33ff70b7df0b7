"""The answers of the functions in queries/ask/functions.py: rows, as from a stored query."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from itertools import pairwise

from queries.ask.checks import nothing_called
from queries.channels.names import named_with, suggested_names
from queries.errors import NotFound, QueryError
from queries.groups import chosen_classes, with_graphs
from queries.lookup import find_model
from queries.map.company import keep_company, keep_company_by_layer
from queries.map.neighbours import Move, changes, moves
from queries.map.stored import Source, find_source, read_layers
from queries.motifs.contrast import A_DRAW, Baseline, Contrast, Subject, baseline, contrast_held, contrasts, two_groups
from queries.motifs.mining import CHAIN, MOST_BY_CLASS, Mined, MinedMotif, Question, mine
from queries.motifs.patterns import EdgeRow, threshold
from queries.motifs.runner import search_in_thread
from queries.motifs.search import Budget, attended
from queries.motifs.significance import Table2x2
from queries.records import class_ids
from queries.store import Row, Store

ODDS = ("odds_ratio", "low", "high", "p", "q")


class PartialRows(list[Row]):
    """Rows of a search that ran out of its budget: `note` says so, and `cursor` continues it."""

    def __init__(self, rows: Iterable[Row], note: str, cursor: str | None) -> None:
        super().__init__(rows)
        self.note, self.cursor = note, cursor


async def motifs(
    store: Store,
    model: str,
    group: str | None,
    shape: str,
    share: float,
    length: int | None,
    channel: str | None,
    seconds: float,
    cursor: str | None,
    limit: int,
) -> list[Row]:
    classes = await chosen_classes(store, model, group, None)
    question = Question(model, classes, shape, share, length=length or CHAIN, channel=channel, cursor=cursor)
    mined = await mine(store, question, Budget(seconds))
    return with_note(mined, [motif_row(each) for each in mined[:limit]])


async def contrasted_motifs(
    store: Store,
    model: str,
    group: str,
    against: str,
    shape: str,
    share: float,
    rare: float | None,
    length: int | None,
    channel: str | None,
    seconds: float,
    cursor: str | None,
    limit: int,
) -> list[Row]:
    classes = await chosen_classes(store, model, group, None)
    other = await chosen_classes(store, model, against, None)
    question = Question(
        model, classes, shape, share, other, 1.0 if rare is None else rare, length or CHAIN, channel, cursor
    )
    mined = await mine(store, question, Budget(seconds))
    return with_note(mined, [motif_row(each) for each in mined[:limit]])


async def contrasted_channels(store: Store, model: str, group: str, against: str, limit: int) -> list[Row]:
    inside, outside = await two_groups_named(store, model, group, against)
    rows = await store.run("channel_rows", classes=class_ids(model, inside | outside), min_support=1)
    held = {row["channel"]: row["classes"] for row in rows}
    return [{"channel": each.subject} | contrast_row(each) for each in contrast_held(held, inside, outside)[:limit]]


async def contrasted_edges(store: Store, model: str, group: str, against: str, limit: int) -> list[Row]:
    inside, outside = await two_groups_named(store, model, group, against)
    everyone = inside | outside
    if len(everyone) > MOST_BY_CLASS:
        rows = await store.run_packed("edge_holders", model=model, min_support=2)
        held = {(row["source"], row["target"]): everyone.intersection(row["classes"]) for row in rows}
        found = contrast_held({edge: has for edge, has in held.items() if len(has) > 1}, inside, outside)
    else:
        of = {"classes": class_ids(model, everyone), "part": class_ids(model, inside)}
        rows = await store.run_packed("edge_support", **of, min_support=2)
        found = contrasts({(row["source"], row["target"]): support_table(row, inside, outside) for row in rows})
    return [{"source": each.subject[0], "target": each.subject[1]} | contrast_row(each) for each in found[:limit]]


def support_table(row: Row, inside: Collection[int], outside: Collection[int]) -> Table2x2:
    """A row of edge_support."""
    return Table2x2(row["here"], len(inside), row["support"] - row["here"], len(outside))


async def group_difference_channels(store: Store, model: str, group: str, against: str, limit: int) -> list[Row]:
    return await group_difference(store, "difference_channels", model, group, against, limit)


async def group_difference_edges(store: Store, model: str, group: str, against: str, limit: int) -> list[Row]:
    return await group_difference(store, "difference_edges", model, group, against, limit)


async def group_difference(store: Store, query: str, model: str, group: str, against: str, limit: int) -> list[Row]:
    """The rows of a stored query that has the classes of both groups in one list."""
    inside, outside = await two_groups_named(store, model, group, against)
    classes = class_ids(model, inside) + class_ids(model, outside)
    if query == "difference_edges" and len(classes) > MOST_BY_CLASS:
        query = "difference_edges_of_many"
    return await store.run(query, classes=classes, first=len(inside), limit=limit)


async def motif_baseline(store: Store, model: str, group: str, share: float, draws: int, seed: int) -> list[Row]:
    classes = await with_graphs(store, model, await chosen_classes(store, model, group, None))
    everyone = await with_graphs(store, model, await chosen_classes(store, model, None, None))
    held = await store.run_packed("edge_holders", model=model, min_support=threshold(share, len(classes)))
    rows = [EdgeRow(**row) for row in held]

    def count(given_up: Callable[[], bool]) -> Baseline:
        budget = replace(A_DRAW, given_up=given_up)
        return baseline(rows, classes, everyone, share, draws=draws, seed=seed, budget=budget)

    found = await search_in_thread(store, count)
    return [{"observed": found.observed, "drawn": list(found.drawn), "chance": found.chance, "whole": found.complete}]


async def suggested_names_of_model(store: Store, model: str, search: str | None, limit: int) -> list[Row]:
    found = sorted(named_with(await suggested_names(store, model), search), key=lambda each: (each.log_p, each.channel))
    return [
        {
            "channel": each.channel,
            "name": each.name,
            "groups": [group["id"] for group in each.groups],
            "together": each.together,
            "classes": each.classes,
            "size": each.size,
            "log_p": each.log_p,
            "q": each.q,
        }
        for each in found[:limit]
    ]


async def company(store: Store, layer: str, groups: list[str], neighbours: int, **of: str) -> list[Row]:
    source = await class_source(store, of["class"])
    found = await keep_company(store, of["class"], layer, groups, neighbours, source)
    return [{"group": group["id"], "name": group["name"], "count": count} for group, count in found]


async def company_by_layer(store: Store, groups: list[str], neighbours: int, **of: str) -> list[Row]:
    source = await class_source(store, of["class"])
    layers = await keep_company_by_layer(store, of["class"], groups, neighbours, source)
    return [
        {"layer": layer, "group": group["id"], "name": group["name"], "count": count}
        for layer, found in layers
        for group, count in found
    ]


async def class_source(store: Store, class_id: str) -> Source | None:
    """What the classes of a class's model are compared by. Raises NotFound for an unknown class."""
    if not await store.run("classes_by_id", classes=[class_id]):
        raise await nothing_called(store, "class", class_id)
    return await find_source(store, class_id.rpartition("/")[0])


async def moving_classes_of_model(
    store: Store, model: str, lower: str | None, upper: str | None, group: str | None, neighbours: int, limit: int
) -> list[Row]:
    if (lower is None) != (upper is None):
        raise QueryError("moving_classes_of_model: name both lower and upper, or neither for all neighbouring layers")
    among = frozenset(await chosen_classes(store, model, group, None))
    layers = [row["name"] for row in await store.run("layers", model=model)]
    pairs = [(lower, upper)] if lower is not None and upper is not None else list(pairwise(layers))
    counts: dict[str, dict[int, dict[int, int]]] = {}
    for layer in {layer: None for pair in pairs for layer in pair}:
        counts[layer] = {
            index: held for index, held in (await layer_counts(store, model, layer)).items() if index in among
        }

    def compare(given_up: Callable[[], bool]) -> list[tuple[tuple[str, str], Move]]:
        return [
            (pair, each)
            for pair in attended(pairs, given_up)
            for each in moves(counts[pair[0]], counts[pair[1]], neighbours)
        ]

    found = await search_in_thread(store, compare)
    found.sort(key=lambda moved: -moved[1].moved)  # equal ones: the lower layer first, then the lower index
    rows = await store.run("find_classes", model=model, words=[], group=None)
    names = {row["index"]: row["name"] for row in rows}
    return [moving_row(pair, each, names) for pair, each in found[:limit]]


async def changes_of_company(store: Store, model: str, neighbours: int, limit: int) -> list[Row]:
    await find_model(store, model)
    source = await find_source(store, model)
    if source is None:
        return []
    layers = await read_layers(store, model, source)
    found = await search_in_thread(store, lambda given_up: changes(attended(layers, given_up), neighbours))
    rows = await store.run("find_classes", model=model, words=[], group=None)
    names = {row["index"]: row["name"] for row in rows}
    return [
        {
            "class": change.index,
            "name": names[change.index],
            "total": change.total,
            "lower": change.lower,
            "upper": change.upper,
            "moved": change.moved,
        }
        for change in found[:limit]
    ]


def moving_row(pair: tuple[str, str], each: Move, names: Mapping[int, str]) -> Row:
    return {
        "class": each.index,
        "name": names[each.index],
        "lower": pair[0],
        "upper": pair[1],
        "moved": each.moved,
        "left": list(each.left),
        "joined": list(each.joined),
        "left_names": [names[index] for index in each.left],
        "joined_names": [names[index] for index in each.joined],
    }


async def layer_counts(store: Store, model: str, layer: str) -> dict[int, dict[int, int]]:
    """Counts by class and channel at one layer; raises NotFound with the layers of the model."""
    rows = await store.run_packed("layer_counts", model=model, layer=layer)
    if not rows:
        await find_model(store, model)
        layers = ", ".join(row["name"] for row in await store.run("layers", model=model))
        raise NotFound(f"no class of {model} has a channel at layer {layer!r}; its layers are {layers}")
    return {row["class"]: dict(zip(row["channels"], row["counts"], strict=True)) for row in rows}


async def two_groups_named(store: Store, model: str, group: str, against: str) -> tuple[frozenset[int], frozenset[int]]:
    """Two groups by name, of classes with a graph and without overlap: a class of both counts for the first."""
    inside, outside = [
        await with_graphs(store, model, await chosen_classes(store, model, named, None)) for named in (group, against)
    ]
    return two_groups(inside, outside)


def contrast_row(found: Contrast[Subject]) -> Row:
    odds = found.odds
    return {
        "here": found.table.inside,
        "there": found.table.outside,
        "odds_ratio": odds.ratio,
        "low": odds.low,
        "high": odds.high,
        "p": found.p,
        "q": found.q,
    }


def motif_row(found: MinedMotif) -> Row:
    motif, contrast = found.motif, found.contrast
    row = {
        "sources": [source for source, _ in motif.edges],
        "targets": [target for _, target in motif.edges],
        "support": motif.support,
        "classes": list(motif.classes),
        "nearly": [index for index, _ in motif.nearly],
        "weighted": found.weighted,
        "log_p": motif.log_p,
    }
    if contrast is None:
        return row
    compared = contrast_row(contrast)
    return row | {"against": compared["there"], **{name: compared[name] for name in ODDS}}


def with_note(mined: Mined, rows: list[Row]) -> list[Row]:
    """The rows, with the note of a search that did not finish."""
    return rows if mined.found.note is None else PartialRows(rows, mined.found.note, mined.found.cursor)
