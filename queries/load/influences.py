"""The influences of a class (I) as its INFLUENCED relationships: one per target channel, with lists. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy

from queries.records import Columns, LayerSize
from queries.store import Step

INFLUENCES_A_STATEMENT = 500_000  # a message holds 16 MB, an influence takes up to 8 bytes of it


def influence_steps(
    name: str, model: str, layers: Sequence[LayerSize], influences: Mapping[str, Columns]
) -> list[Step]:
    """The writes that put I of a class in place of what it has."""
    steps: list[Step] = [("remove_influenced", {"classes": [name]})]
    for layer in layers[1:]:
        if layer.name not in influences:
            continue
        sources, weights = by_target(influences[layer.name], layer.channels)
        for first, end in portions(list(map(len, sources))):
            place = {"class": name, "layer": f"{model}/{layer.name}", "first": first}
            steps.append(("add_influenced", {**place, "sources": sources[first:end], "weights": weights[first:end]}))
    return steps


def by_target(columns: Columns, channels: int) -> tuple[list[list[int]], list[list[int]]]:
    """For each of a layer's channels its sources, ascending, and their weights."""
    sources, targets, weights = columns.arrays()
    order = numpy.lexsort((sources, targets))
    ends = numpy.bincount(targets, minlength=channels).cumsum().tolist()
    ordered, values = sources[order].tolist(), weights[order].tolist()
    places = [slice(start, end) for start, end in pairwise([0, *ends])]
    return [ordered[place] for place in places], [values[place] for place in places]


def portions(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """(first, end) of runs of lists of these sizes that one message holds; none where all lists are empty."""
    first = size = 0
    for at, length in enumerate(sizes):
        if size and size + length > INFLUENCES_A_STATEMENT:
            yield first, at
            first, size = at, 0
        size += length
    if size:
        yield first, len(sizes)
