"""Lanes: in a residual stage a channel that is handed on from layer to layer keeps one column. Pure.

web/src/layout/lanes.ts does the same on the page; tests/queries/drawing/lanes.json holds both to it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import inf

from queries.drawing.order import Edge, Rows

SWEEPS = 8

Columns = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Lanes:
    """of      the lane of each channel that shares one with another
    stages  (lowest, highest) of the rows that lanes lead through
    """

    of: Mapping[str, int]
    stages: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Grid:
    """A stage to be seated.

    rows     lowest first
    lane     of channels that share one
    columns  as many as the longest row has channels, or more
    wishes   a column for each channel, which need not be whole
    outside  columns of channels below and above the stage
    """

    rows: Rows
    lane: Mapping[str, int]
    columns: int
    wishes: Columns
    outside: Columns


def find_lanes(rows: Rows, hops: Sequence[Edge]) -> Lanes:
    """Chains of hops, edges along which a channel is handed on, from each row to the next.

    Where they compete for an end, the heavier is taken.
    """
    row = {channel: height for height, channels in enumerate(rows) for channel in channels}
    following, taken = dict[str, str](), set[str]()
    for source, target, _ in sorted(hops, key=lambda hop: (-hop[2], hop[0], hop[1])):
        known = source in row and row.get(target) == row[source] + 1
        if known and source not in following and target not in taken:
            following[source] = target
            taken.add(target)
    of = dict[str, int]()
    firsts = [channel for channels in rows for channel in channels if channel in following and channel not in taken]
    for number, first in enumerate(firsts):
        here: str | None = first
        while here is not None:
            of[here] = number
            here = following.get(here)
    return Lanes(of, list(_stages({row[source] for source in following})))


def _stages(joined: Collection[int]) -> Iterator[tuple[int, int]]:
    """joined  rows from which a lane leads to the next"""
    for lowest in sorted(joined):
        if lowest - 1 in joined:
            continue
        highest = lowest
        while highest in joined:
            highest += 1
        yield lowest, highest


def seat_lanes(grid: Grid, links: Sequence[Edge]) -> dict[str, int]:
    """A column for each channel of a stage, the same for all of a lane: near to what is wished, with few crossings."""
    bands = _bands(grid, links)
    current = best = _assign(grid, grid.wishes, upwards=True)
    fewest = _crossings(bands, best, grid.outside)
    for sweep in range(SWEEPS):
        if fewest == 0:
            break
        current = _assign(grid, _barycentres(grid, links, current), upwards=sweep % 2 == 1)
        count = _crossings(bands, current, grid.outside)
        if count < fewest:
            best, fewest = current, count
    return best


def _assign(grid: Grid, wishes: Columns, upwards: bool) -> dict[str, int]:
    """Row by row: lanes that are begun keep their column, the others get the free ones nearest to their wishes."""
    column, begun = dict[str, int](), dict[int, int]()
    wished = _lane_wishes(grid, wishes)
    for row in grid.rows if upwards else reversed(grid.rows):
        held = {channel: begun[grid.lane[channel]] for channel in row if grid.lane.get(channel, -1) in begun}
        column |= held
        used = set(held.values())
        fresh = sorted((channel for channel in row if channel not in held), key=wished.__getitem__)
        places = nearest([wished[each] for each in fresh], [at for at in range(grid.columns) if at not in used])
        for channel, place in zip(fresh, places, strict=True):
            column[channel] = place
            if channel in grid.lane:
                begun[grid.lane[channel]] = place
    return column


def _lane_wishes(grid: Grid, wishes: Columns) -> Columns:
    """All of a lane wish for the mean of what they wish for."""
    sums = dict[int, tuple[float, int]]()
    channels = [channel for row in grid.rows for channel in row]
    for channel in channels:
        if channel in grid.lane:
            total, count = sums.get(grid.lane[channel], (0.0, 0))
            sums[grid.lane[channel]] = total + wishes[channel], count + 1
    means = {lane: total / count for lane, (total, count) in sums.items()}
    return {channel: means[grid.lane[channel]] if channel in grid.lane else wishes[channel] for channel in channels}


def nearest(wishes: Sequence[float], free: Sequence[int]) -> list[int]:
    """Of the free columns one for each wish, in their order, with the least distance over all; the leftmost of equals.

    wishes  ascending, no more than there are free columns
    """
    least = [[inf] * len(free) for _ in wishes]  # of wishes up to i, with the last one at free column j or before
    for i, wish in enumerate(wishes):
        for j in range(i, len(free)):
            before = 0.0 if i == 0 else least[i - 1][j - 1] if j > 0 else inf
            least[i][j] = min(least[i][j - 1] if j > 0 else inf, before + abs(wish - free[j]))
    chosen, j = list[int](), len(free) - 1
    for i in reversed(range(len(wishes))):
        while j > 0 and least[i][j - 1] <= least[i][j]:
            j -= 1
        chosen.insert(0, free[j])
        j -= 1
    return chosen


def _barycentres(grid: Grid, links: Sequence[Edge], at: Columns) -> Columns:
    """The weighted mean column of a channel's neighbours; one without any stays where it is."""
    sums = dict[str, tuple[float, float]]()
    for source, target, weight in links:
        for channel, other in ((source, target), (target, source)):
            place = at.get(other, grid.outside.get(other))
            if place is not None and channel in at:
                total, weights = sums.get(channel, (0.0, 0.0))
                sums[channel] = total + weight * place, weights + weight
    found = dict(at)
    for channel, (total, weights) in sums.items():
        if weights > 0:
            found[channel] = total / weights
    return found


def _bands(grid: Grid, links: Sequence[Edge]) -> list[list[Edge]]:
    """The links at each row of the stage from below, and those from its highest row."""
    row = {channel: height for height, channels in enumerate(grid.rows) for channel in channels}
    bands: list[list[Edge]] = [[] for _ in range(len(grid.rows) + 1)]
    for link in links:
        ends = link[:2]
        if all(end in row or end in grid.outside for end in ends) and any(end in row for end in ends):
            bands[row.get(link[1], len(grid.rows))].append(link)
    return bands


def _crossings(bands: Sequence[Sequence[Edge]], at: Columns, outside: Columns) -> int:
    def place(channel: str) -> float:
        return at[channel] if channel in at else outside[channel]

    count = 0
    for band in bands:
        ends = [(place(source), place(target)) for source, target, _ in band]
        count += sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(ends, 2))
    return count
