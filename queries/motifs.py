"""Motifs: the connected sets of edges that many classes' attribution graphs have together. Pure, no database.

A channel occurs at most once in a graph, so a pattern P is a set of edges, it occurs in class c when P is a subset of
c's edges, and no isomorphism is ever sought. Over a list of n classes:

    support       the number of classes that P occurs in; frequent means support >= s, s = threshold(share, n)
    connected     any two channels of P are joined by edges of P, whichever way they point
    closed        no connected proper superset has the same support; these are exactly the connected components of the
                  closed edge sets
    maximal       no connected proper superset is frequent
    nearly        a class that lacks exactly one edge of P, where P has at least two

Sets of edges and sets of classes are ints used as bit sets. The walk divides on one edge after another: all patterns
that hold a closed one and edge e, then all that do not hold e. Each comes out once; memory is the stack. That this is
right for set systems like connected sets of edges is shown by Boley, Horváth, Poigné and Wrobel (Listing closed sets of
strongly accessible set systems with applications to data mining, Theoretical Computer Science 411(3), 2010).
"""

import hashlib
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import nsmallest
from typing import NamedTuple

from queries.errors import DataError
from queries.records import ClassGraph, channel_id
from queries.significance import log_chance_in_common

Edge = tuple[str, str]  # ids of the source channel (lower layer) and the target channel


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


@dataclass(frozen=True, slots=True)
class Motif:
    """A pattern in words.

    edges    in order of their ids
    classes  indexes of the classes that have every edge
    nearly   classes that lack exactly one of two or more edges, each with the edge it lacks
    log_p    natural logarithm of the chance of at least this support, were each edge's classes drawn anew
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


@dataclass(frozen=True, slots=True)
class Budget:
    """When a search stops early: after so many seconds, or holding so many patterns (about 0.5 KB each)."""

    seconds: float = 10.0
    patterns: int = 100_000


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought back.

    complete  whether the search came to its end; if not, `cursor` takes it up again and `note` says why and what to do
    """

    patterns: tuple[Pattern, ...]
    complete: bool
    cursor: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Motifs:
    """An answer: the best motifs of `total` found, frequent from `support` classes on; `found` says if complete."""

    motifs: tuple[Motif, ...]
    total: int
    support: int
    found: Found


def threshold(share: float, classes: int) -> int:
    """The smallest support that is frequent: the share of the classes, rounded up, and never below 2."""
    if not 0 <= share <= 1:
        raise DataError(f"minimum support {share} is not a share of the classes; give a number from 0 to 1")
    return max(2, math.ceil(Fraction(str(share)) * classes))


class Graphs:
    """The edges that at least `support` of some classes have, as bit sets both ways. Never changes.

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

    def seeds(self, channel: str | None = None, edge: Edge | None = None) -> int:
        """The edges that a search may start from: all, those at a channel, or one. Unknown ones give the empty set."""
        return to_bits(
            place
            for place, ends in enumerate(self.edges)
            if (channel is None or channel in ends) and (edge is None or edge == ends)
        )

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

    def class_list(self, classes: int) -> tuple[int, ...]:
        return tuple(self.classes[place] for place in places(classes))

    def motif(self, pattern: Pattern) -> Motif:
        """The pattern in words, with the classes that nearly have it and its significance."""
        members = list(places(pattern.edges))
        return Motif(
            edges=tuple(sorted(self.edges[edge] for edge in members)),
            classes=self.class_list(pattern.classes),
            nearly=self.nearly(members),
            log_p=self.log_p(pattern),
        )

    def log_p(self, pattern: Pattern) -> float:
        """Log of the chance of at least this support, were each edge's classes drawn anew."""
        sizes = [self.holders[edge].bit_count() for edge in places(pattern.edges)]
        return log_chance_in_common(len(self.classes), sizes, pattern.classes.bit_count())

    def nearly(self, members: Sequence[int]) -> tuple[tuple[int, Edge], ...]:
        """The classes that lack exactly one of these edges, each with that edge; none for a single edge."""
        if len(members) < 2:
            return ()
        everyone = (1 << len(self.classes)) - 1
        once = again = 0  # classes that lack at least one edge, and at least two
        for edge in members:
            lacking = everyone & ~self.holders[edge]
            again |= once & lacking
            once |= lacking
        near = once & ~again
        lacks = {place: edge for edge in members for place in places(near & ~self.holders[edge])}
        return tuple((self.classes[place], self.edges[lacks[place]]) for place in places(near))


def frequent_edges(rows: Iterable[EdgeRow], classes: Sequence[int], support: int) -> dict[Edge, int]:
    """The set of classes that have each edge, for edges that enough of the classes have. One row an edge."""
    bits = {index: 1 << place for place, index in enumerate(classes)}
    holders: dict[Edge, int] = {}
    for row in rows:
        if len(row.classes) < support:
            continue
        held = sum({bits.get(index, 0) for index in row.classes})
        if held.bit_count() >= support and holders.setdefault((row.source, row.target), held) != held:
            raise DataError(f"{row.source} -> {row.target}: two rows with different classes; give one row an edge")
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


@dataclass(slots=True)
class _Step:
    """One closed pattern on the way from the root to where the search is.

    branch    the edge that led here from the step above
    reach     edges that touch the pattern
    rare      edges that too few of its classes have: hopeless for everything below
    excluded  edges whose patterns are all listed already
    todo      edges still to branch on
    """

    branch: int
    edges: int
    classes: int
    reach: int
    rare: int
    excluded: int
    todo: int


class Search(Iterator[Pattern]):
    """All closed connected patterns, one at a time; may be left at any point and taken up again.

    seeds   edges to start from (a bit set): the patterns that hold at least one of them; None for all
    cursor  as another Search over the same graphs gave it: go on right after the pattern it had reached

    The cursor is the path of branches from the root, for the walk is the same every time.
    """

    def __init__(self, graphs: Graphs, seeds: int | None = None, cursor: str | None = None) -> None:
        self.graphs = graphs
        everyone = (1 << len(graphs.classes)) - 1
        start = graphs.seeds() if seeds is None else seeds
        facts = (graphs.classes, graphs.support, graphs.edges, graphs.holders, start)
        self._name = hashlib.sha256(repr(facts).encode()).hexdigest()[:12]
        self._steps = [_Step(-1, 0, everyone, 0, 0, 0, start)]
        for branch in self._path(cursor):
            self._descend(branch)

    def __next__(self) -> Pattern:
        while self._steps:
            step = self._steps[-1]
            if not step.todo:
                self._steps.pop()
                continue
            lowest = step.todo & -step.todo
            step.todo ^= lowest
            below = self._grow(step, lowest.bit_length() - 1)
            step.excluded |= lowest
            if below:
                self._steps.append(below)
                return Pattern(below.edges, below.classes)
        raise StopIteration

    @property
    def cursor(self) -> str | None:
        """Where the search is, None at its end."""
        if not self._steps:
            return None
        return ".".join([self._name, *(str(step.branch) for step in self._steps[1:])])

    def _path(self, cursor: str | None) -> list[int]:
        if cursor is None:
            return []
        name, *branches = cursor.split(".")
        if name != self._name or not all(branch.isdecimal() and len(branch) < 10 for branch in branches):
            raise DataError(f"cursor {cursor!r:.60} belongs to another search; ask again without it")
        return [int(branch) for branch in branches]

    def _descend(self, branch: int) -> None:
        """Put one step of a cursor's path back on the stack, as if all branches before it had been walked."""
        step = self._steps[-1]
        bit = 1 << branch if branch < len(self.graphs.edges) else 0
        below = self._grow(step, branch, before=step.todo & (bit - 1)) if step.todo & bit else None
        if below is None:
            raise DataError("the cursor names a branch that this search does not have; ask again without it")
        step.excluded |= step.todo & (2 * bit - 1)
        step.todo &= -2 * bit
        self._steps.append(below)

    def _grow(self, step: _Step, branch: int, before: int = 0) -> _Step | None:
        """The closed pattern that holds this step's and one more edge; None where it was listed already.

        One pass over the edges around it does three things: an edge that all classes have belongs to the closure, one
        that too few have is dropped, the others are branches.
        """
        holders, touching, support = self.graphs.holders, self.graphs.touching, self.graphs.support
        classes = step.classes & holders[branch]
        edges, reach = step.edges | 1 << branch, step.reach | touching[branch]
        excluded, rare, todo = step.excluded | before, step.rare, 0
        around = reach & ~edges & ~rare
        while around:
            lowest = around & -around
            edge = lowest.bit_length() - 1
            common = classes & holders[edge]
            around ^= lowest
            if common == classes:
                if excluded & lowest:
                    return None
                edges |= lowest
                around |= touching[edge] & ~reach & ~rare
                reach |= touching[edge]
            elif common.bit_count() < support:
                rare |= lowest
            elif not excluded & lowest:
                todo |= lowest
        return _Step(branch, edges, classes, reach, rare, excluded, todo)


def gather(search: Iterator[Pattern], budget: Budget, keep: Callable[[Pattern], bool] | None = None) -> Found:
    """Take patterns from a search until it ends or the budget is spent; `keep` says which to bring back.

    Only a Search can be taken up again: what any other iterator leaves behind has no cursor.
    """
    until = time.monotonic() + budget.seconds
    patterns: list[Pattern] = []
    for pattern in search:
        if keep is None or keep(pattern):
            patterns.append(pattern)
        if len(patterns) >= budget.patterns:
            return _partial(patterns, search, f"{budget.patterns:,} patterns")
        if time.monotonic() > until:
            return _partial(patterns, search, f"{budget.seconds:g} s")
    return Found(tuple(patterns), complete=True)


def _partial(patterns: list[Pattern], search: Iterator[Pattern], limit: str) -> Found:
    cursor = search.cursor if isinstance(search, Search) else None
    note = (
        f"stopped at the limit of {limit} with {len(patterns):,} patterns; there may be more: "
        f"{'go on from the cursor, ' if cursor else ''}ask for a higher support, or start from one channel"
    )
    return Found(tuple(patterns), complete=False, cursor=cursor, note=note)


def rank(graphs: Graphs, patterns: Iterable[Pattern], first: int | None = None, min_edges: int = 1) -> list[Motif]:
    """The `first` motifs of at least `min_edges` edges: least likely by chance, then most edges, then most classes.

    What still ties is ordered by the set of edges as a number, which depends on nothing but the rows.
    """
    large = [pattern for pattern in patterns if pattern.edges.bit_count() >= min_edges]

    def key(pattern: Pattern) -> tuple[float, int, int, int]:
        return graphs.log_p(pattern), -pattern.edges.bit_count(), -pattern.classes.bit_count(), pattern.edges

    best = sorted(large, key=key) if first is None else nsmallest(first, large, key=key)
    return [graphs.motif(pattern) for pattern in best]


def find_motifs(
    rows: Iterable[EdgeRow],
    classes: Iterable[int],
    share: float,
    *,
    channel: str | None = None,
    edge: Edge | None = None,
    maximal: bool = False,
    first: int | None = None,
    budget: Budget = Budget(),
    cursor: str | None = None,
) -> Motifs:
    """The ranked motifs of some classes, within a budget.

    share    an edge set is frequent in this share of the classes (0..1), and in at least 2
    channel  only motifs that hold this channel; edge: only those that hold this edge
    maximal  only motifs that no frequent connected edge set contains
    cursor   of an answer that was not complete: this one holds only what comes after it
    """
    among = set(classes)
    graphs = Graphs(rows, among, threshold(share, len(among)))
    search = Search(graphs, graphs.seeds(channel, edge), cursor)
    found = gather(search, budget, graphs.is_maximal if maximal else None)
    return Motifs(tuple(rank(graphs, found.patterns, first)), len(found.patterns), graphs.support, found)


def edge_rows(model: str, graphs: Iterable[ClassGraph]) -> list[EdgeRow]:
    """The rows of attribution graphs that are in memory, by edge; without a database, as read from files."""
    rows: dict[Edge, dict[int, int]] = {}
    for graph in graphs:
        for edge in graph.edges:
            source = channel_id(model, edge.source_layer, edge.source)
            target = channel_id(model, edge.target_layer, edge.target)
            rows.setdefault((source, target), {})[graph.index] = edge.weight
    return [EdgeRow(*edge, tuple(found), tuple(found.values())) for edge, found in sorted(rows.items())]


Weights = Mapping[Edge, Mapping[int, int]]


def weights_of(rows: Iterable[EdgeRow]) -> Weights:
    """The weight of each edge in each class that has it."""
    return {(row.source, row.target): dict(zip(row.classes, row.weights, strict=True)) for row in rows}


def weighted_support(weights: Weights, edges: Iterable[Edge], classes: Iterable[int]) -> int:
    """Sum, over the classes that have all the edges, of the smallest weight among them. Never grows with an edge."""
    held = [weights.get(edge, {}) for edge in edges]
    return sum(
        min(weight[index] for weight in held) for index in set(classes) if all(index in weight for weight in held)
    )
