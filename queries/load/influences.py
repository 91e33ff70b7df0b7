"""The influences of a class (I) as its INFLUENCED relationships: one per target channel, with lists. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

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
        for rows in portions(by_target(influences[layer.name]) if layer.name in influences else []):
            steps.append(("add_influenced", {"class": name, "layer": f"{model}/{layer.name}", "rows": rows}))
    return steps


def by_target(columns: Columns) -> list[dict[str, Any]]:
    """One row per target, ascending: target, its sources, ascending, and their weights."""
    sources, targets, weights = columns.arrays()
    order = numpy.lexsort((sources, targets))
    found, starts = numpy.unique(targets[order], return_index=True)
    ordered, values = sources[order].tolist(), weights[order].tolist()
    return [
        {"target": target, "sources": ordered[start:end], "weights": values[start:end]}
        for target, (start, end) in zip(found.tolist(), pairwise([*starts.tolist(), len(order)]), strict=True)
    ]


def portions(rows: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The rows in lists that one message holds."""
    portion: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        if portion and size + len(row["sources"]) > INFLUENCES_A_STATEMENT:
            yield portion
            portion, size = [], 0
        portion.append(row)
        size += len(row["sources"])
    if portion:
        yield portion
