"""Motifs of classes that are in the database: rows from a stored query, mined and compared here."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from queries.contrast import Contrast, contrast_motifs
from queries.errors import QueryError
from queries.motifs import (
    Budget,
    EdgeRow,
    Found,
    Graphs,
    Motif,
    Search,
    Weights,
    gather,
    rank,
    threshold,
    weights_of,
)
from queries.records import class_id
from queries.shapes import SHAPES, chains
from queries.store import Store

MINED = ("CLOSED", "MAXIMAL")
MOST_BY_CLASS = 300  # classes; for more of them one scan of the model's edges is faster than a look-up for each class
DEFAULT_BUDGET = Budget()


@dataclass(frozen=True, slots=True)
class Question:
    """What to look for.

    classes  indexes; against: indexes of classes to contrast with, or none
    shape    CLOSED (all closed connected patterns), MAXIMAL (those no other frequent one contains) or a key of SHAPES
    share    a motif is frequent in this share of the classes (0..1), and in at least 2
    length   of a chain, in channels
    channel  only CLOSED and MAXIMAL motifs that hold this channel
    cursor   of an answer that was not complete: go on from there
    """

    model: str
    classes: Sequence[int]
    shape: str
    share: float
    against: Sequence[int] = ()
    length: int = 3
    channel: str | None = None
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Mined:
    """Motifs of some classes: least likely by chance first, or where groups are contrasted, most telling first.

    weights    of every frequent edge in every class asked for or contrasted with
    contrasts  by motif, where a second group was given
    classes    how many were looked at
    found      whether the search came to its end, and if not, how to go on
    """

    motifs: list[Motif]
    weights: Weights
    contrasts: dict[Motif, Contrast[Motif]]
    classes: int
    found: Found


async def mine(store: Store, question: Question, budget: Budget = DEFAULT_BUDGET) -> Mined:
    """Find the motifs. Raises QueryError for a question that has no answer, DataError for numbers out of range."""
    if question.shape not in (*MINED, *SHAPES):
        raise QueryError(f"shape is {question.shape!r}; it takes one of {', '.join((*MINED, *SHAPES))}")
    if question.shape not in MINED and (question.channel or question.cursor):
        raise QueryError(f"a channel or a cursor goes with {' and '.join(MINED)} motifs, not with {question.shape}")
    support = threshold(question.share, len(set(question.classes)))
    rows = await edge_rows(store, question.model, {*question.classes, *question.against}, support)
    return await asyncio.to_thread(mine_rows, rows, question, support, budget)


def mine_rows(rows: Sequence[EdgeRow], question: Question, support: int, budget: Budget) -> Mined:
    """The same from rows in memory."""
    graphs = Graphs(rows, question.classes, support)
    if question.shape in MINED:
        search = Search(graphs, graphs.seeds(question.channel), question.cursor)
        found = gather(search, budget, graphs.is_maximal if question.shape == "MAXIMAL" else None)
    elif question.shape == "CHAIN":
        found = gather(chains(graphs, question.length), budget)
    else:
        found = gather(SHAPES[question.shape](graphs), budget)
    motifs, weights = rank(graphs, found.patterns), weights_of(rows)
    if not question.against:
        return Mined(motifs, weights, {}, len(graphs.classes), found)
    contrasts = {each.subject: each for each in contrast_motifs(weights, motifs, question.classes, question.against)}
    return Mined(list(contrasts), weights, contrasts, len(graphs.classes), found)


async def edge_rows(store: Store, model: str, classes: Iterable[int], support: int) -> list[EdgeRow]:
    """The edges that enough of the classes have; for many classes with all others that have them, too."""
    ids = [class_id(model, index) for index in sorted(classes)]
    if len(ids) > MOST_BY_CLASS:
        rows = await store.run("model_edge_rows", model=model, min_support=support)
    else:
        rows = await store.run("edge_rows", classes=ids, min_support=support)
    return [EdgeRow(row["source"], row["target"], row["classes"], row["weights"]) for row in rows]
