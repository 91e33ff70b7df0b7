"""Patterns of a given shape: edges, chains, fans, diamonds and bi-fans that many classes have. Pure, no database.

Channels are named, so a shape is found by joining frequent edges where they meet and dropping those that too few
classes have together. Support is defined in patterns.py; patterns need not be closed. The stored queries motif_*.cypher
give the same answers in the database, for some hundred classes; this works for any number.

A search yields None for a step that found nothing, so that its caller can check the clock.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from queries.motifs.patterns import Graphs, Pattern

Meetings = Mapping[str, list[int]]  # channel: the edges that start, or end, there
Steps = Iterator[Pattern | None]


def single_edges(graphs: Graphs) -> Iterator[Pattern]:
    """Every frequent edge."""
    return (Pattern(1 << edge, classes) for edge, classes in enumerate(graphs.holders))


def chains(graphs: Graphs, length: int = 3) -> Steps:
    """Chains of `length` channels, each in a higher layer than the last."""
    starting = meetings(graphs, 0)
    waiting = list(enumerate(single_edges(graphs)))  # the last edge of each chain, and the chain
    while waiting:
        last, chain = waiting.pop()
        if chain.edges.bit_count() == length - 1:
            yield chain
        else:
            yield None
            waiting.extend(joined(graphs, chain, starting.get(graphs.edges[last][1], ())))


def fans_in(graphs: Graphs) -> Steps:
    """Two channels that lead to the same channel."""
    return (found and found[2] for found in fans(graphs, meetings(graphs, 1)))


def fans_out(graphs: Graphs) -> Steps:
    """Two channels that the same channel leads to."""
    return (found and found[2] for found in fans(graphs, meetings(graphs, 0)))


def diamonds(graphs: Graphs) -> Steps:
    """Two paths of two edges from one channel to another."""
    starting = meetings(graphs, 0)
    for found in fans(graphs, starting):
        yield None
        if found is None:
            continue
        left, right, fan = found
        for above, three in joined(graphs, fan, starting.get(graphs.edges[left][1], ())):
            top = graphs.edges[above][1]
            closing = [edge for edge in starting.get(graphs.edges[right][1], ()) if graphs.edges[edge][1] == top]
            yield from (four for _, four in joined(graphs, three, closing))


def bi_fans(graphs: Graphs) -> Steps:
    """Two channels that both lead to the same two channels."""
    starting, ending = meetings(graphs, 0), meetings(graphs, 1)
    for found in fans(graphs, starting):
        yield None
        if found is None:
            continue
        left, right, fan = found
        source, top = graphs.edges[left][0], graphs.edges[right][1]
        others = [edge for edge in ending.get(graphs.edges[left][1], ()) if graphs.edges[edge][0] > source]
        for third, three in joined(graphs, fan, others):
            closing = [edge for edge in starting.get(graphs.edges[third][0], ()) if graphs.edges[edge][1] == top]
            yield from (four for _, four in joined(graphs, three, closing))


SHAPES: Mapping[str, Callable[[Graphs], Steps]] = {
    "EDGE": single_edges,
    "CHAIN": chains,
    "FAN_IN": fans_in,
    "FAN_OUT": fans_out,
    "DIAMOND": diamonds,
    "BI_FAN": bi_fans,
}


def meetings(graphs: Graphs, end: int) -> Meetings:
    """The edges at each channel: those that start there (end 0) or end there (end 1)."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, edge in enumerate(graphs.edges):
        found[edge[end]].append(place)
    return dict(found)


def fans(graphs: Graphs, at: Meetings) -> Iterator[tuple[int, int, Pattern] | None]:
    """Every frequent pair of edges that meet: both edges, and their pattern."""
    for edges in at.values():
        for place, one in enumerate(edges):
            yield None
            for other, fan in joined(graphs, Pattern(1 << one, graphs.holders[one]), edges[place + 1 :]):
                yield one, other, fan


def joined(graphs: Graphs, pattern: Pattern, edges: Iterable[int]) -> Iterator[tuple[int, Pattern]]:
    """The pattern with each of these edges, where enough classes have it."""
    for edge in edges:
        classes = pattern.classes & graphs.holders[edge]
        if classes.bit_count() >= graphs.support:
            yield edge, Pattern(pattern.edges | 1 << edge, classes)
