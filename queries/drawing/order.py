"""The order of channels in their rows: barycentre sweeps, so that few edges cross. Pure and without random numbers."""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

SWEEPS = 12  # up and down in turn
BLOCK = 1e4  # wider than any row

Edge = tuple[str, str, float]  # source in the lower row, target, weight
Rows = Sequence[Sequence[str]]


def order_rows(rows: Rows, edges: Sequence[Edge], block: Callable[[str], int] = lambda _: 0) -> list[list[str]]:
    """The best of a dozen arrangements, the start included.

    rows   lowest first, each in the order to start from
    block  channels of one block stay together, and blocks keep their order (only A, both, only B)
    Each row in turn is sorted by the mean place of its neighbours, weighted by the edges.
    """
    below, above = defaultdict[str, list[Edge]](list), defaultdict[str, list[Edge]](list)
    for edge in edges:
        above[edge[0]].append(edge)
        below[edge[1]].append(edge)
    current = best = [sorted(row, key=block) for row in rows]
    fewest = crossings(current, edges)
    for sweep in range(SWEEPS):
        if fewest == 0:
            break
        current = _sorted_once(current, below if sweep % 2 == 0 else above, block, upwards=sweep % 2 == 0)
        count = crossings(current, edges)
        if count < fewest:
            best, fewest = current, count
    return best


def crossings(rows: Rows, edges: Iterable[Edge]) -> int:
    """How many pairs of edges between the same two rows cross, over all rows."""
    at = {channel: (height, place) for height, row in enumerate(rows) for place, channel in enumerate(row)}
    bands = defaultdict[tuple[int, int], list[tuple[int, int]]](list)
    for source, target, _ in edges:
        (low, left), (high, right) = at[source], at[target]
        bands[low, high].append((left, right))
    return sum(map(_inversions, bands.values()))


def _inversions(band: Sequence[tuple[int, int]]) -> int:
    """How many pairs of edges, (left, right) each, have their ends in opposite orders."""
    seen, found = list[int](), 0
    for _, right in sorted(band):
        found += len(seen) - bisect_right(seen, right)
        insort(seen, right)
    return found


def _sorted_once(
    rows: Rows, neighbours: Mapping[str, Sequence[Edge]], block: Callable[[str], int], upwards: bool
) -> list[list[str]]:
    after = [list(row) for row in rows]
    at = {channel: place for row in after for channel, place in _places(row, block).items()}
    for height in range(len(after)) if upwards else reversed(range(len(after))):
        wished = {channel: _barycentre(channel, neighbours.get(channel, ()), upwards, at) for channel in after[height]}
        after[height] = sorted(after[height], key=lambda channel: block(channel) * BLOCK + wished[channel])
        at |= _places(after[height], block)
    return after


def _barycentre(channel: str, edges: Sequence[Edge], upwards: bool, at: Mapping[str, float]) -> float:
    """Weighted mean place of the neighbours on one side; a channel without any stays where it is."""
    total = sum(weight for _, _, weight in edges)
    if total <= 0:
        return at[channel]
    return sum(weight * at[source if upwards else target] for source, target, weight in edges) / total


def _places(row: Sequence[str], block: Callable[[str], int]) -> dict[str, float]:
    """Places as they are drawn: centred in the block, blocks side by side."""
    blocks = defaultdict[int, list[str]](list)
    for channel in row:
        blocks[block(channel)].append(channel)
    return {
        channel: number * 100 + place - (len(channels) - 1) / 2
        for number, channels in blocks.items()
        for place, channel in enumerate(channels)
    }
