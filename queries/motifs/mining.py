"""Motifs of classes in the database: rows from a stored query, mined and compared here."""

import asyncio
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from statistics import mean
from typing import overload

from queries.errors import QueryError, StoreBusy
from queries.groups import with_graphs
from queries.lookup import find_channel
from queries.motifs.contrast import Contrast, contrast_patterns
from queries.motifs.motif import Motif, in_words, rank
from queries.motifs.patterns import EdgeRow, Graphs, Pattern, threshold, weighted_support, weights_of
from queries.motifs.runner import search_in_thread
from queries.motifs.search import LEAST_SECONDS, Budget, Found, Search, attended, gather, name_of
from queries.motifs.shapes import SHAPES, chains
from queries.records import class_ids
from queries.store import Store

MINED = ("CLOSED", "MAXIMAL")
MOST_BY_CLASS = 300  # classes; for more, one scan of the model's edges is faster than a look-up per class
MOST_SECONDS = 60.0  # of one search; its cursor continues it
READING_SECONDS = 10.0  # that the database has at least to give the graphs, where the search has less
SEARCHING = 0.75  # of the time; the rest is for putting in order and comparing what was found
DEFAULT_BUDGET = Budget()
CHAIN = 3  # channels


@dataclass(frozen=True, slots=True)
class Question:
    """What to look for.

    classes  indexes
    shape    CLOSED (all closed connected patterns), MAXIMAL (those that no other frequent one contains) or a key of
             SHAPES
    share    a motif is frequent in this share of the classes (0..1), and in at least 2
    against  indexes of classes to contrast with, None without a contrast
    rare     with `against`: only motifs that at most this share of its classes have (0..1)
    length   of a chain, in channels
    channel  only CLOSED and MAXIMAL motifs that contain this channel
    cursor   of an incomplete answer: continue from there
    """

    model: str
    classes: Sequence[int]
    shape: str
    share: float
    against: Sequence[int] | None = None
    rare: float = 1.0
    length: int = CHAIN
    channel: str | None = None
    cursor: str | None = None

    def check(self) -> None:
        """Raise QueryError for a question without an answer."""
        if self.shape not in (*MINED, *SHAPES):
            raise QueryError(f"shape is {self.shape!r}; expected one of {', '.join((*MINED, *SHAPES))}")
        if self.shape not in MINED and (self.channel or self.cursor):
            raise QueryError(
                f"a channel or a cursor can only be given with {' and '.join(MINED)} motifs, not with {self.shape}"
            )
        if self.length < 2:
            raise QueryError(f"length is {self.length}; a chain has at least 2 channels")
        if not 0 <= self.rare <= 1:
            raise QueryError(f"rare is {self.rare}; expected a share of the second group's classes, 0 to 1")
        if self.against is not None and not self.against:
            raise QueryError("the second group has no classes; name one or more, or ask without a second group")


@dataclass(frozen=True, slots=True)
class MinedMotif:
    """A motif with the weights of its edges and, if a second group was given, how it distinguishes the two.

    weights   mean weight of each edge over the classes that have the motif, in the order of the motif's edges
    weighted  sum, over those classes, of the smallest weight among its edges
    """

    motif: Motif
    weights: tuple[float, ...]
    weighted: int
    contrast: Contrast[Pattern] | None


class Mined(Sequence[MinedMotif]):
    """Motifs of some classes: least likely by chance first, or most distinctive first if groups are contrasted.

    There may be a hundred thousand, so each is spelt out only when it is accessed.

    classes  how many were searched
    against  how many they are contrasted with, None without a contrast
    found    whether the search finished, and if not, how to continue it
    mark     the same for the same motifs of the same graphs alone
    """

    def __init__(
        self,
        rows: Sequence[EdgeRow],
        graphs: Graphs,
        found: Found,
        patterns: Sequence[Pattern],
        contrasts: Sequence[Contrast[Pattern]] | None,
        against: int | None,
    ) -> None:
        self.found = found
        self.classes, self.against = len(graphs.classes), against
        self._graphs = graphs
        self._rows = {(row.source, row.target): row for row in rows}
        self._patterns, self._contrasts = patterns, contrasts
        self.mark = name_of(*graphs.facts, hash(tuple(patterns)))

    def __len__(self) -> int:
        return len(self._patterns)

    @overload
    def __getitem__(self, place: int) -> MinedMotif: ...
    @overload
    def __getitem__(self, place: slice) -> list[MinedMotif]: ...
    def __getitem__(self, place: int | slice) -> MinedMotif | list[MinedMotif]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        motif = in_words(self._graphs, self._patterns[place])
        weights = weights_of(self._rows[edge] for edge in motif.edges)
        return MinedMotif(
            motif,
            tuple(mean(weights[edge][index] for index in motif.classes) for edge in motif.edges),
            weighted_support(weights, motif.edges, motif.classes),
            self._contrasts[place] if self._contrasts is not None else None,
        )


async def mine(store: Store, question: Question, budget: Budget = DEFAULT_BUDGET) -> Mined:
    """Find the motifs, among those of the classes that have a graph.

    The seconds of the budget begin here: reading the graphs and waiting for a place take of them. Raises QueryError for
    a question without an answer, NotFound for a channel that the model does not have, StoreBusy where the graphs were
    not read or no place was free in time.
    """
    began = time.monotonic()
    question.check()
    if not 0 < budget.seconds <= MOST_SECONDS:
        raise QueryError(
            f"seconds is {budget.seconds:g}; expected above 0, at most {MOST_SECONDS:g}; a cursor continues a search"
        )
    most = max(budget.seconds, READING_SECONDS)
    try:
        async with asyncio.timeout(most) as limit:
            question, rows = await read(store, question)
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise StoreBusy(
            f"the database did not give the graphs within {most:g} s; repeat it in a moment, with more seconds or "
            "fewer classes"
        ) from error
    support = threshold(question.share, len(set(question.classes)))
    until = began + SEARCHING * budget.seconds

    def search(given_up: Callable[[], bool]) -> Mined:
        return mine_rows(rows, question, support, replace(budget, given_up=given_up, began=began, until=until))

    return await search_in_thread(store, search, patience=max(LEAST_SECONDS, until - time.monotonic()))


async def read(store: Store, question: Question) -> tuple[Question, list[EdgeRow]]:
    """The question with the classes that have a graph, and the edges of these graphs. Raises as `mine`."""
    if question.channel is not None:
        await find_channel(store, question.model, question.channel)
    question = replace(
        question,
        classes=await with_graphs(store, question.model, question.classes),
        against=None if question.against is None else await with_graphs(store, question.model, question.against),
    )
    support = threshold(question.share, len(set(question.classes)))
    return question, await edge_rows(store, question.model, question.classes, question.against or (), support)


def mine_rows(rows: Sequence[EdgeRow], question: Question, support: int, budget: Budget = DEFAULT_BUDGET) -> Mined:
    """The same, from rows in memory."""
    graphs = Graphs(rows, question.classes, support)
    if question.shape in MINED:
        search = Search(graphs, graphs.seeds(question.channel), question.cursor)
        found = gather(search, budget, graphs.is_maximal if question.shape == "MAXIMAL" else None)
    elif question.shape == "CHAIN":
        found = gather(chains(graphs, question.length), budget)
    else:
        found = gather(SHAPES[question.shape](graphs), budget)
    ranked = rank(graphs, found.patterns, budget.given_up)
    if question.against is None:
        return Mined(rows, graphs, found, ranked, None, None)
    contrasts = contrast_patterns(rows, graphs, attended(ranked, budget.given_up), question.against)
    rare = [each for each in contrasts if each.table.outside_share <= question.rare]
    others = len(set(question.against) - set(question.classes))
    return Mined(rows, graphs, found, [each.subject for each in rare], rare, others)


async def edge_rows(
    store: Store, model: str, classes: Collection[int], against: Collection[int], support: int
) -> list[EdgeRow]:
    """The edges that enough of the classes have, each with the classes of both lists that have it.

    If the lists are long, other classes that have it and further edges are included.
    """
    inside, everyone = set(classes), {*classes, *against}
    if len(everyone) <= MOST_BY_CLASS:
        rows = await store.run("edge_rows", classes=class_ids(model, everyone), min_support=support)
    elif len(inside) <= MOST_BY_CLASS:
        frequent = await store.run("edge_rows", classes=class_ids(model, inside), min_support=support)
        edges = {(row["source"], row["target"]) for row in frequent}
        found = await store.run("edge_rows_from", sources=sorted({source for source, _ in edges}), min_support=support)
        rows = [row for row in found if (row["source"], row["target"]) in edges]
    else:
        rows = await store.run("model_edge_rows", model=model, min_support=support)
    return [EdgeRow(row["source"], row["target"], row["classes"], row["weights"]) for row in rows]
