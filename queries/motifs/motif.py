"""Motifs: patterns (queries/motifs/patterns.py), ranked and spelt out with names. Pure, no database."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from queries.motifs.patterns import Edge, Graphs, Pattern, places
from queries.motifs.search import never, stop_if
from queries.motifs.significance import log_chance_in_common


@dataclass(frozen=True, slots=True)
class Motif:
    """A pattern, with the names of its edges and classes.

    edges    in order of their ids
    classes  indexes of the classes that have every edge
    nearly   classes that lack exactly one of two or more edges, each with the edge it lacks
    log_p    natural logarithm of the chance of at least this support, if each edge's classes were drawn at random
             (queries.significance.log_chance_in_common): 0 for a single edge
    """

    edges: tuple[Edge, ...]
    classes: tuple[int, ...]
    nearly: tuple[tuple[int, Edge], ...]
    log_p: float

    @property
    def support(self) -> int:
        return len(self.classes)

    @property
    def channels(self) -> tuple[str, ...]:
        return tuple(sorted({end for edge in self.edges for end in edge}))


def in_words(graphs: Graphs, pattern: Pattern) -> Motif:
    """The pattern with the classes that nearly have it and its significance."""
    members = list(places(pattern.edges))
    return Motif(
        edges=tuple(sorted(graphs.edges[edge] for edge in members)),
        classes=graphs.class_list(pattern.classes),
        nearly=nearly(graphs, members),
        log_p=log_p(graphs, pattern),
    )


def log_p(graphs: Graphs, pattern: Pattern) -> float:
    """Log of the chance of at least this support, if each edge's classes were drawn at random."""
    sizes = [graphs.holders[edge].bit_count() for edge in places(pattern.edges)]
    return log_chance_in_common(len(graphs.classes), sizes, pattern.classes.bit_count())


def nearly(graphs: Graphs, members: Sequence[int]) -> tuple[tuple[int, Edge], ...]:
    """The classes that lack exactly one of these edges, each with that edge; none for a single edge."""
    if len(members) < 2:
        return ()
    everyone = (1 << len(graphs.classes)) - 1
    once = again = 0  # classes that lack at least one edge, and at least two
    for edge in members:
        lacking = everyone & ~graphs.holders[edge]
        again |= once & lacking
        once |= lacking
    near = once & ~again
    lacks = {place: edge for edge in members for place in places(near & ~graphs.holders[edge])}
    return tuple((graphs.classes[place], graphs.edges[lacks[place]]) for place in places(near))


def rank(graphs: Graphs, patterns: Iterable[Pattern], given_up: Callable[[], bool] = never) -> list[Pattern]:
    """Least likely by chance first, then most edges, then most classes; `given_up` as in Budget.

    Remaining ties are ordered by the set of edges as a number, which depends only on the rows.
    """

    def key(pattern: Pattern) -> tuple[float, int, int, int]:
        stop_if(given_up)
        return log_p(graphs, pattern), -pattern.edges.bit_count(), -pattern.classes.bit_count(), pattern.edges

    return sorted(patterns, key=key)
