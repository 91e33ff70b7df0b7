"""Patterns: connected sets of edges that many classes' attribution graphs have together. Pure, no database.

A channel occurs at most once in a graph, so a pattern P is a set of edges, it occurs in class c when P is a subset of
c's edges, and no isomorphism test is needed. Over a list of n classes:

    support       the number of classes that P occurs in; frequent means support >= s, s = threshold(share, n)
    connected     any two channels of P are joined by edges of P, in either direction
    closed        no connected proper superset has the same support; these are exactly the connected components of the
                  closed edge sets
    maximal       no connected proper superset is frequent
    nearly        a class that lacks exactly one edge of P, where P has at least two

Sets of edges and sets of classes are ints used as bit sets. queries/motifs/search.py finds the closed connected ones,
queries/motifs/shapes.py those of a given shape, and queries/motifs/motif.py ranks them and spells them out.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from queries.errors import DataError, QueryError
from queries.records import ClassGraph, channel_id

Edge = tuple[str, str]  # ids of the source channel (lower layer) and the target channel
Weights = Mapping[Edge, Mapping[int, int]]  # of each edge, by the index of each class that has it


class EdgeRow(NamedTuple):
    """An edge, the indexes of all classes whose attribution graph has it, and its weight in each (or no weights)."""

    source: str
    target: str
    classes: Sequence[int]
    weights: Sequence[int] = ()


class Pattern(NamedTuple):
    """A set of edges and the set of classes that have them all, as bit sets of the Graphs they come from."""

    edges: int
    classes: int


def threshold(share: float, classes: int) -> int:
    """The smallest support that is frequent: the share of the classes, rounded up, and never below 2."""
    if not 0 <= share <= 1:
        raise QueryError(f"minimum support {share} is not a share of the classes; expected a number from 0 to 1")
    return max(2, math.ceil(Fraction(str(share)) * classes))


class Graphs:
    """The edges that at least `support` of some classes have, as bit sets in both directions. Immutable.

    classes  indexes, ascending; bit i of a set of classes is classes[i]
    edges    (source, target), rarest first, then by id; bit i of a set of edges is edges[i]
    holders  for each edge the set of classes that have it
    touching for each edge the set of edges that share a channel with it, itself included
    """

    def __init__(self, rows: Iterable[EdgeRow], classes: Iterable[int], support: int) -> None:
        self.classes = tuple(sorted(set(classes)))
        self.support = support
        holders = frequent_edges(rows, self.classes, support)
        self.edges: tuple[Edge, ...] = tuple(sorted(holders, key=lambda edge: (holders[edge].bit_count(), edge)))
        self.holders = tuple(holders[edge] for edge in self.edges)
        self.touching = touching(self.edges)

    def seeds(self, channel: str | None = None) -> int:
        """The edges that a search may start from: all, or those at a channel. Empty for an unknown channel."""
        return to_bits(place for place, ends in enumerate(self.edges) if channel is None or channel in ends)

    def pattern(self, edges: Iterable[Edge]) -> Pattern:
        """The pattern of these edges, which must be frequent, with all classes that have them."""
        at = {edge: place for place, edge in enumerate(self.edges)}
        members = [at[edge] for edge in edges]
        classes = (1 << len(self.classes)) - 1
        for edge in members:
            classes &= self.holders[edge]
        return Pattern(to_bits(members), classes)

    def is_maximal(self, pattern: Pattern) -> bool:
        """Whether no edge that touches the pattern is frequent among its classes."""
        around = self.reach(pattern.edges) & ~pattern.edges
        return all((pattern.classes & self.holders[edge]).bit_count() < self.support for edge in places(around))

    def reach(self, edges: int) -> int:
        """All edges that share a channel with one of these, these included."""
        reached = 0
        for edge in places(edges):
            reached |= self.touching[edge]
        return reached

    @property
    def facts(self) -> tuple[object, ...]:
        """All that a search over them depends on, as repr tells it apart."""
        return self.classes, self.support, self.edges, [*map(hex, self.holders)]

    def class_list(self, classes: int) -> tuple[int, ...]:
        return tuple(self.classes[place] for place in places(classes))


def frequent_edges(rows: Iterable[EdgeRow], classes: Sequence[int], support: int) -> dict[Edge, int]:
    """The set of classes that have each edge, for edges that enough of the classes have. One row per edge."""
    bits = {index: 1 << place for place, index in enumerate(classes)}
    holders: dict[Edge, int] = {}
    for row in rows:
        if len(row.classes) < support:
            continue
        held = sum({bits.get(index, 0) for index in row.classes})
        if held.bit_count() >= support and holders.setdefault((row.source, row.target), held) != held:
            raise DataError(f"{row.source} -> {row.target}: two rows with different classes; expected one row per edge")
    return holders


def touching(edges: Sequence[Edge]) -> tuple[int, ...]:
    """For each edge the set of edges that share a channel with it."""
    at: dict[str, int] = {}
    for place, edge in enumerate(edges):
        for channel in edge:
            at[channel] = at.get(channel, 0) | 1 << place
    return tuple(at[source] | at[target] for source, target in edges)


def places(bits: int) -> Iterator[int]:
    """The positions of the bits that are set, lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def to_bits(positions: Iterable[int]) -> int:
    return sum(1 << position for position in positions)


def edge_rows(model: str, graphs: Iterable[ClassGraph]) -> list[EdgeRow]:
    """The rows of attribution graphs in memory, by edge; without a database, as read from files."""
    rows: dict[Edge, dict[int, int]] = {}
    for graph in graphs:
        for edge in graph.edges:
            source = channel_id(model, edge.source_layer, edge.source)
            target = channel_id(model, edge.target_layer, edge.target)
            rows.setdefault((source, target), {})[graph.index] = edge.weight
    return [EdgeRow(*edge, tuple(found), tuple(found.values())) for edge, found in sorted(rows.items())]


def weights_of(rows: Iterable[EdgeRow]) -> Weights:
    """The weight of each edge in each class that has it."""
    return {(row.source, row.target): dict(zip(row.classes, row.weights, strict=True)) for row in rows}


def weighted_support(weights: Weights, edges: Iterable[Edge], classes: Iterable[int]) -> int:
    """Sum, over the classes that have all the edges, of the smallest weight among them; never grows with more edges."""
    held = [weights.get(edge, {}) for edge in edges]
    return sum(
        min(weight[index] for weight in held) for index in set(classes) if all(index in weight for weight in held)
    )
