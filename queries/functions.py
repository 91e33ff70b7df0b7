"""Questions that Cypher is the wrong tool for, behind the same interface as stored queries: a contract and rows."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from queries.compare import find_model
from queries.contrast import Contrast, baseline, contrast_held, contrasts, two_groups
from queries.errors import NotFound, QueryError
from queries.groups import chosen_classes
from queries.library import Library, StoredQuery, load_library
from queries.mining import Mined, Question, mine
from queries.motifs import Budget, EdgeRow, threshold
from queries.neighbours import moves
from queries.records import Table, class_id
from queries.significance import Table2x2
from queries.store import Row, Store

MOST_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Function:
    """A contract like a stored query's, and what answers it."""

    contract: StoredQuery
    answer: Callable[..., Awaitable[list[Row]]]


def contract(
    name: str, about: str, params: Mapping[str, str], returns: Mapping[str, str], units: str, example: Mapping[str, Any]
) -> StoredQuery:
    """What `summit queries` and the API tell of a function."""
    text = f"answered in Python: queries/functions.py, {name}"
    return StoredQuery(name, "read", about, params, returns, units, example, text, Path(__file__))


MOTIF_COLUMNS = {
    "sources": "list<string>",
    "targets": "list<string>",
    "support": "int",
    "classes": "list<int>",
    "nearly": "list<int>",
    "log_p": "float",
}
MOTIF_UNITS = (
    "edge i goes from sources[i] to targets[i]; support is a number of classes, nearly the classes that lack one edge; "
    "log_p is the natural logarithm of the chance of this support if each edge kept its frequency"
)


async def motifs(
    store: Store, model: str, group: str | None, shape: str, share: float, seconds: float, limit: int
) -> list[Row]:
    classes = await chosen_classes(store, model, group, None)
    mined = await mine(store, Question(model, classes, shape, share), Budget(seconds))
    require_whole(mined)
    return [motif_row(mined, place) for place in range(min(limit, len(mined.motifs)))]


async def contrasted_motifs(
    store: Store, model: str, group: str, against: str, shape: str, share: float, seconds: float, limit: int
) -> list[Row]:
    classes = await chosen_classes(store, model, group, None)
    other = await chosen_classes(store, model, against, None)
    mined = await mine(store, Question(model, classes, shape, share, other), Budget(seconds))
    require_whole(mined)
    rows = []
    for place, motif in enumerate(mined.motifs[:limit]):
        found = mined.contrasts[motif]
        rows.append(
            motif_row(mined, place)
            | {
                "against": found.table.outside,
                "odds_ratio": found.odds.ratio,
                "low": found.odds.low,
                "high": found.odds.high,
                "p": math.exp(found.log_p),
                "q": found.q,
            }
        )
    return rows


async def contrasted_channels(store: Store, model: str, group: str, against: str, limit: int) -> list[Row]:
    inside, outside = await two_groups_named(store, model, group, against)
    rows = await store.run("channel_rows", classes=class_ids(model, inside | outside), min_support=1)
    held = {row["channel"]: row["classes"] for row in rows}
    return [{"channel": each.subject} | contrast_row(each) for each in contrast_held(held, inside, outside)[:limit]]


async def contrasted_edges(store: Store, model: str, group: str, against: str, limit: int) -> list[Row]:
    inside, outside = await two_groups_named(store, model, group, against)
    everyone, part = class_ids(model, inside | outside), class_ids(model, inside)
    rows = await store.run_packed("edge_support", classes=everyone, part=part, min_support=2)
    tables = {
        (row["source"], row["target"]): Table2x2(row["here"], len(inside), row["support"] - row["here"], len(outside))
        for row in rows
    }
    return [
        {"source": each.subject[0], "target": each.subject[1]} | contrast_row(each)
        for each in contrasts(tables)[:limit]
    ]


async def motif_baseline(store: Store, model: str, group: str, share: float, draws: int, seed: int) -> list[Row]:
    classes = await chosen_classes(store, model, group, None)
    everyone = await chosen_classes(store, model, None, None)
    held = await store.run_packed("edge_holders", model=model, min_support=threshold(share, len(classes)))
    rows = [EdgeRow(**row) for row in held]
    found = await asyncio.to_thread(baseline, rows, classes, everyone, share, draws=draws, seed=seed)
    return [{"observed": found.observed, "drawn": list(found.drawn), "chance": found.chance, "whole": found.complete}]


async def moving_classes_of_model(
    store: Store, model: str, lower: str, upper: str, neighbours: int, limit: int
) -> list[Row]:
    first, second = await asyncio.gather(*(layer_counts(store, model, layer) for layer in (lower, upper)))
    found = await asyncio.to_thread(moves, first, second, neighbours)
    return [
        {"class": each.index, "moved": each.moved, "left": list(each.left), "joined": list(each.joined)}
        for each in found[:limit]
    ]


async def layer_counts(store: Store, model: str, layer: str) -> dict[int, dict[int, int]]:
    """Counts by class and channel at one layer; raises NotFound that names the layers there are."""
    rows = await store.run_packed("layer_counts", model=model, layer=layer)
    if not rows:
        await find_model(store, model)
        layers = ", ".join(row["name"] for row in await store.run("layers", model=model))
        raise NotFound(f"no class of {model} has a channel at layer {layer!r}; its layers are {layers}")
    return {row["class"]: dict(zip(row["channels"], row["counts"], strict=True)) for row in rows}


async def two_groups_named(store: Store, model: str, group: str, against: str) -> tuple[frozenset[int], frozenset[int]]:
    """Two groups by name, without overlap: a class of both counts for the first."""
    return two_groups(
        await chosen_classes(store, model, group, None), await chosen_classes(store, model, against, None)
    )


def class_ids(model: str, indexes: Iterable[int]) -> list[str]:
    return [class_id(model, index) for index in sorted(indexes)]


def contrast_row(found: Contrast[Any]) -> Row:
    return {
        "here": found.table.inside,
        "there": found.table.outside,
        "odds_ratio": found.odds.ratio,
        "low": found.odds.low,
        "high": found.odds.high,
        "p": found.p,
        "q": found.q,
    }


def motif_row(mined: Mined, place: int) -> Row:
    motif = mined.motifs[place]
    return {
        "sources": [source for source, _ in motif.edges],
        "targets": [target for _, target in motif.edges],
        "support": motif.support,
        "classes": list(motif.classes),
        "nearly": [index for index, _ in motif.nearly],
        "log_p": motif.log_p,
    }


def require_whole(mined: Mined) -> None:
    """Rows have no place for a note, so a search that its budget ended is an error here; GraphQL gives the part."""
    if mined.found.note:
        raise QueryError(mined.found.note.replace("go on from the cursor, ", ""))


GROUPS_ASKED = {"model": "string", "group": "string", "against": "string", "limit": "int"}
GROUPS_EXAMPLE = {"model": "summit-inceptionv1", "group": "bear", "against": "mammal", "limit": 10}
CONTRAST_COLUMNS = {"here": "int", "there": "int"} | dict.fromkeys(("odds_ratio", "low", "high", "p", "q"), "float")
CONTRAST_UNITS = (
    "here and there are numbers of classes of the two groups (a class of both counts for the first); low and high "
    "bound the odds ratio at 95 %; p ranks, it does not prove, for classes are no independent samples"
)

ASKED = {"shape": "string", "share": "float", "seconds": "float", "limit": "int"}
FUNCTIONS: Mapping[str, Function] = {
    function.contract.name: function
    for function in (
        Function(
            contract(
                "motifs",
                "Motifs that at least a share of a group's classes (of all classes without a group) have, least likely "
                "by chance first. shape is CLOSED, MAXIMAL, EDGE, CHAIN, FAN_IN, FAN_OUT, DIAMOND or BI_FAN.",
                {"model": "string", "group": "string?", **ASKED},
                MOTIF_COLUMNS,
                MOTIF_UNITS,
                {
                    "model": "summit-inceptionv1",
                    "group": "bear",
                    "shape": "CLOSED",
                    "share": 0.75,
                    "seconds": 10,
                    "limit": 10,
                },
            ),
            motifs,
        ),
        Function(
            contract(
                "contrasted_motifs",
                "Motifs that at least a share of a group's classes have, by how much rarer they are in another group: "
                "one-sided Fisher's exact test, Benjamini and Hochberg's q, odds ratio with its 95 % interval.",
                {"model": "string", "group": "string", "against": "string", **ASKED},
                {**MOTIF_COLUMNS, "against": "int"} | dict.fromkeys(("odds_ratio", "low", "high", "p", "q"), "float"),
                MOTIF_UNITS
                + "; against is the number of classes of the other group that have it; p ranks, it does not "
                "prove, for classes are no independent samples",
                {
                    "model": "summit-inceptionv1",
                    "group": "dog",
                    "against": "feline",
                    "shape": "CLOSED",
                    "share": 0.4,
                    "seconds": 10,
                    "limit": 10,
                },
            ),
            contrasted_motifs,
        ),
        Function(
            contract(
                "contrasted_channels",
                "The channels that a group's classes have and another group's lack, most telling first: one-sided "
                "Fisher's exact test, Benjamini and Hochberg's q over what can be significant at all (Tarone), odds "
                "ratio.",
                GROUPS_ASKED,
                {"channel": "string", **CONTRAST_COLUMNS},
                CONTRAST_UNITS,
                GROUPS_EXAMPLE,
            ),
            contrasted_channels,
        ),
        Function(
            contract(
                "contrasted_edges",
                "The edges that a group's classes have and another group's lack, most telling first: as "
                "contrasted_channels.",
                GROUPS_ASKED,
                {"source": "string", "target": "string", **CONTRAST_COLUMNS},
                CONTRAST_UNITS + "; edges that fewer than two of all these classes have are left out",
                GROUPS_EXAMPLE,
            ),
            contrasted_edges,
        ),
        Function(
            contract(
                "motif_baseline",
                "Whether a group shares more than chance: its number of closed connected motifs beside those of random "
                "groups of the same size.",
                {"model": "string", "group": "string", "share": "float", "draws": "int", "seed": "int"},
                {"observed": "int", "drawn": "list<int>", "chance": "float", "whole": "bool"},
                "drawn holds one number of motifs a random group; chance is the share of groups, this one included, "
                "that have as many (0..1); whole is false where a search took over a second, so its number is too low",
                {"model": "summit-inceptionv1", "group": "dog", "share": 0.2, "draws": 20, "seed": 0},
            ),
            motif_baseline,
        ),
        Function(
            contract(
                "moving_classes_of_model",
                "The classes whose nearest neighbours among all classes of a model change most between two layers; "
                "moving_classes answers the same for a group.",
                {"model": "string", "lower": "string", "upper": "string", "neighbours": "int", "limit": "int"},
                {"class": "int", "moved": "float", "left": "list<int>", "joined": "list<int>"},
                "classes are indexes; nearest by cosine of channel counts; moved is the share of the lower layer's "
                "neighbours that are gone (0..1), left holds those, joined the new ones, nearest first",
                {
                    "model": "summit-inceptionv1",
                    "lower": "mixed4a",
                    "upper": "mixed5b",
                    "neighbours": 10,
                    "limit": 10,
                },
            ),
            moving_classes_of_model,
        ),
    )
}


def readable(library: Library | None = None) -> dict[str, StoredQuery]:
    """Everything a user can ask by name: stored queries that read, and functions."""
    reads = {query.name: query for query in (library or load_library()).of_mode("read")}
    return dict(sorted({**reads, **{name: function.contract for name, function in FUNCTIONS.items()}}.items()))


async def ask(store: Store, name: str, parameters: Mapping[str, Any]) -> list[Row]:
    """The rows of a stored query or a function. Raises QueryError for an unknown name or wrong parameters."""
    if name not in FUNCTIONS:
        return await store.run(name, **parameters)
    function = FUNCTIONS[name]
    function.contract.check(parameters)
    return await function.answer(store, **parameters)


async def ask_table(store: Store, name: str, parameters: Mapping[str, Any]) -> Table:
    """The same with its columns and its time, and at most MOST_ROWS rows."""
    started = time.perf_counter()
    rows = await ask(store, name, parameters)
    columns = tuple(readable()[name].returns)
    shown = [list(row.values()) for row in rows[:MOST_ROWS]]
    return Table(columns, shown, len(rows) > MOST_ROWS, time.perf_counter() - started)
