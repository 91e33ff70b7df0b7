"""Questions that Python answers better than Cypher, with the interface of stored queries: a contract and rows."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from queries.ask import answers
from queries.ask.answers import ODDS, PartialRows
from queries.ask.checks import checked_parameters, require_known
from queries.library import Library, StoredQuery, load_library
from queries.records import Table
from queries.store import Row, Store

MOST_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Function:
    """A contract like a stored query's, and the function that answers it."""

    contract: StoredQuery
    answer: Callable[..., Awaitable[list[Row]]]


def contract(
    name: str, about: str, params: Mapping[str, str], returns: Mapping[str, str], units: str, example: Mapping[str, Any]
) -> StoredQuery:
    """A function as `summit queries` and the API describe it."""
    text = f"answered in Python: queries/ask/answers.py, {name}"
    return StoredQuery(name, "read", about, params, returns, units, example, text, Path(answers.__file__))


MOTIF_COLUMNS = {
    "sources": "list<string>",
    "targets": "list<string>",
    "support": "int",
    "classes": "list<int>",
    "nearly": "list<int>",
    "weighted": "int",
    "log_p": "float",
}
MOTIF_UNITS = (
    "share is of the classes (0..1), with a minimum of two classes; length is a chain's, in channels (3); channel "
    "keeps only motifs that contain it; a search ends after `seconds` (up to 60) with what it found, a note, and a "
    "cursor that continues it. Edge i goes from sources[i] to targets[i]; support is the number of classes, nearly "
    "lists the classes that lack one edge; weighted is the sum over the classes of the smallest weight of the edges "
    "(pictures); log_p is the natural logarithm of the chance of this support if each edge kept its frequency"
)


GROUPS_ASKED = {"model": "string", "group": "string", "against": "string", "limit": "int"}
GROUPS_EXAMPLE = {"model": "summit-inceptionv1", "group": "bear", "against": "mammal", "limit": 10}
CONTRAST_COLUMNS = {"here": "int", "there": "int"} | dict.fromkeys(ODDS, "float")
CONTRAST_UNITS = (
    "here and there are numbers of classes of the two groups (a class of both counts for the first); low and high "
    "bound the odds ratio at 95 %; p is for ranking and proves nothing, because classes are not independent samples"
)

DIFFERENCE_COLUMNS = dict.fromkeys(("first", "second", "difference"), "float")
DIFFERENCE_UNITS = (
    "means of shares of a class's pictures (0..1), 0 for a class without it; if the number of pictures is unknown, the "
    "largest count or weight in the class's graph is used; a class of both groups counts for the first"
)
FUNCTIONS: Mapping[str, Function] = {
    function.contract.name: function
    for function in (
        Function(
            contract(
                "motifs",
                "Motifs that at least a share of a group's classes (of all classes without a group) have, least likely "
                "by chance first. shape is CLOSED, MAXIMAL, EDGE, CHAIN, FAN_IN, FAN_OUT, DIAMOND or BI_FAN.",
                {
                    "model": "string",
                    "group": "string?",
                    "shape": "string",
                    "share": "float",
                    "length": "int?",
                    "channel": "string?",
                    "seconds": "float",
                    "cursor": "string?",
                    "limit": "int",
                },
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
            answers.motifs,
        ),
        Function(
            contract(
                "contrasted_motifs",
                "Motifs that at least a share of a group's classes have, by how much rarer they are in another group: "
                "one-sided Fisher's exact test, Benjamini and Hochberg's q, odds ratio with its 95 % interval.",
                {
                    "model": "string",
                    "group": "string",
                    "against": "string",
                    "shape": "string",
                    "share": "float",
                    "rare": "float?",
                    "length": "int?",
                    "channel": "string?",
                    "seconds": "float",
                    "cursor": "string?",
                    "limit": "int",
                },
                {**MOTIF_COLUMNS, "against": "int"} | dict.fromkeys(ODDS, "float"),
                MOTIF_UNITS + "; against is the number of classes of the other group that have it, at most the share "
                "rare (0..1) of them; p is for ranking and proves nothing, because classes are not independent samples",
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
            answers.contrasted_motifs,
        ),
        Function(
            contract(
                "contrasted_channels",
                "The channels that a group's classes have and another group's lack, most distinctive first: one-sided "
                "Fisher's exact test, Benjamini and Hochberg's q over what can be significant at all (Tarone), odds "
                "ratio.",
                GROUPS_ASKED,
                {"channel": "string", **CONTRAST_COLUMNS},
                CONTRAST_UNITS,
                GROUPS_EXAMPLE,
            ),
            answers.contrasted_channels,
        ),
        Function(
            contract(
                "contrasted_edges",
                "The edges that a group's classes have and another group's lack, most distinctive first: as "
                "contrasted_channels.",
                GROUPS_ASKED,
                {"source": "string", "target": "string", **CONTRAST_COLUMNS},
                CONTRAST_UNITS + "; edges that fewer than two of all these classes have are omitted",
                GROUPS_EXAMPLE,
            ),
            answers.contrasted_edges,
        ),
        Function(
            contract(
                "group_difference_channels",
                "Signed difference of two groups by channel: the mean share of pictures in the first group's "
                "attribution graphs minus that in the second's; largest difference first. As difference_channels.",
                GROUPS_ASKED,
                {"channel": "string", **DIFFERENCE_COLUMNS},
                DIFFERENCE_UNITS,
                GROUPS_EXAMPLE,
            ),
            answers.group_difference_channels,
        ),
        Function(
            contract(
                "group_difference_edges",
                "Signed difference of two groups by edge: the mean share of pictures in the first group's attribution "
                "graphs minus that in the second's; largest difference first. As difference_edges.",
                GROUPS_ASKED,
                {"source": "string", "target": "string", **DIFFERENCE_COLUMNS},
                DIFFERENCE_UNITS,
                GROUPS_EXAMPLE,
            ),
            answers.group_difference_edges,
        ),
        Function(
            contract(
                "motif_baseline",
                "Whether a group shares more than chance: its number of closed connected motifs, compared with random "
                "groups of the same size.",
                {"model": "string", "group": "string", "share": "float", "draws": "int", "seed": "int"},
                {"observed": "int", "drawn": "list<int>", "chance": "float", "whole": "bool"},
                "drawn has one number of motifs per random group; chance is the share of groups, this one included, "
                "that have at least as many (0..1); whole is false if a search took over a second: its number is low",
                {"model": "summit-inceptionv1", "group": "dog", "share": 0.2, "draws": 20, "seed": 0},
            ),
            answers.motif_baseline,
        ),
        Function(
            contract(
                "company",
                "The company a class keeps at a layer: how many of its nearest classes are of each group.",
                {"class": "string", "layer": "string", "groups": "list<string>", "neighbours": "int"},
                {"group": "string", "name": "string", "count": "int"},
                "nearest by cosine of counts: of all channels, or where nothing was counted, of the channels in the "
                "attribution graphs; of equally near classes the lower index counts; groups are named by wnid, by id, "
                "or by a name that no other group has; count is a number of classes, and a class of several groups "
                "counts for each",
                {
                    "class": "summit-inceptionv1/603",
                    "layer": "mixed4d",
                    "groups": ["n00004475", "n00021939"],
                    "neighbours": 10,
                },
            ),
            answers.company,
        ),
        Function(
            contract(
                "company_by_layer",
                "The company a class keeps at every layer, lowest layer first: how many of its nearest classes are of "
                "each group.",
                {"class": "string", "groups": "list<string>", "neighbours": "int"},
                {"layer": "string", "group": "string", "name": "string", "count": "int"},
                "as for company; neighbours are counted at each layer",
                {"class": "summit-inceptionv1/603", "groups": ["n00004475", "n00021939"], "neighbours": 10},
            ),
            answers.company_by_layer,
        ),
        Function(
            contract(
                "moving_classes_of_model",
                "The classes whose nearest neighbours among all classes of a model, or of a group, change most between "
                "two layers; without layers, between any two neighbouring ones.",
                {
                    "model": "string",
                    "lower": "string?",
                    "upper": "string?",
                    "group": "string?",
                    "neighbours": "int",
                    "limit": "int",
                },
                {
                    "class": "int",
                    "name": "string",
                    "lower": "string",
                    "upper": "string",
                    "moved": "float",
                    "left": "list<int>",
                    "joined": "list<int>",
                    "left_names": "list<string>",
                    "joined_names": "list<string>",
                },
                "classes are indexes; lower and upper are the layers it moves between; nearest by cosine of channel "
                "counts; moved is the share of the lower layer's neighbours that are gone (0..1), left holds those, "
                "joined the new ones, nearest first, and the names go with them",
                {
                    "model": "summit-inceptionv1",
                    "lower": "mixed4a",
                    "upper": "mixed5b",
                    "neighbours": 10,
                    "limit": 10,
                },
            ),
            answers.moving_classes_of_model,
        ),
        Function(
            contract(
                "changes_of_company",
                "The classes that change their nearest neighbours most over all layers, and between which two layers.",
                {"model": "string", "neighbours": "int", "limit": "int"},
                {
                    "class": "int",
                    "name": "string",
                    "total": "float",
                    "lower": "string",
                    "upper": "string",
                    "moved": "float",
                },
                "nearest as for company; total is the sum, over neighbouring layers, of the shares of the lower "
                "layer's neighbours that are gone; lower and upper are the layers where its share is farthest above "
                "the mean of all classes, and moved is its share there (0..1)",
                {"model": "summit-inceptionv1", "neighbours": 10, "limit": 8},
            ),
            answers.changes_of_company,
        ),
    )
}


def readable(library: Library | None = None) -> dict[str, StoredQuery]:
    """Everything a user can run by name: stored queries that read, and functions."""
    reads = {query.name: query for query in (library or load_library()).of_mode("read")}
    return dict(sorted({**reads, **{name: function.contract for name, function in FUNCTIONS.items()}}.items()))


async def ask(store: Store, name: str, parameters: Mapping[str, Any]) -> list[Row]:
    """The rows of a stored query or a function. Raises QueryError for an unknown name or wrong parameters."""
    if name in FUNCTIONS:
        return await FUNCTIONS[name].answer(store, **checked_parameters(FUNCTIONS[name].contract, parameters))
    given = checked_parameters(store.library[name], parameters)
    await require_known(store, given)
    return await store.run(name, **given)


async def ask_table(store: Store, name: str, parameters: Mapping[str, Any]) -> Table:
    """The same with columns and time, and at most MOST_ROWS rows."""
    started = time.perf_counter()
    rows = await ask(store, name, parameters)
    columns = tuple(readable()[name].returns)
    shown = [list(row.values()) for row in rows[:MOST_ROWS]]
    note, cursor = (rows.note, rows.cursor) if isinstance(rows, PartialRows) else (None, None)
    return Table(columns, shown, len(rows) > MOST_ROWS, time.perf_counter() - started, note, cursor)
