"""The influences of a class in the database: added in pieces, and changed where a few come or go."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

import numpy

from queries.records import Columns, LayerSize
from queries.store import Row, Step, Store

INFLUENCES_A_STATEMENT = 50_000
INFLUENCES_A_TRANSACTION = 300_000  # ArcadeDB commits so many in seconds within a heap of 1 GB
REMOVED_A_TRANSACTION = 10_000  # ArcadeDB removes about a thousand a second and stops a statement after two minutes


def influence_steps(
    name: str, model: str, layers: Sequence[LayerSize], influences: Mapping[str, Columns]
) -> Iterator[list[Step]]:
    """The writes that add influences, one list a transaction."""
    steps: list[Step] = []
    waiting = 0
    for lower, upper in pairwise(layers):
        table = influences.get(upper.name, Columns([], [], []))
        for start in range(0, len(table.weights), INFLUENCES_A_STATEMENT):
            piece = slice(start, start + INFLUENCES_A_STATEMENT)
            columns = {key: list(values[piece]) for key, values in asdict(table).items()}
            if waiting and waiting + len(columns["weights"]) > INFLUENCES_A_TRANSACTION:
                yield steps
                steps, waiting = [], 0
            place = {"class": name, "model": model, "lower": lower.name, "upper": upper.name}
            steps.append(("add_influence_columns", {**place, **columns}))
            waiting += len(columns["weights"])
    if steps:
        yield steps


async def reconcile(
    store: Store, name: str, layers: Sequence[LayerSize], wanted: Mapping[str, Columns], known: Sequence[Row]
) -> dict[str, Columns]:
    """Remove the influences that are not wanted and correct the others' weights; what is still to be added.

    Few influences come and go when a class is counted again, and removing is what ArcadeDB is slow at.
    """
    tables, gone, changed = {}, 0, 0
    added: dict[str, Columns] = {}
    for lower, upper in pairwise(layers):
        shape = (upper.channels, lower.channels)
        new, old = numpy.zeros(shape, numpy.int64), numpy.zeros(shape, numpy.int64)
        if columns := wanted.get(upper.name):
            new[list(columns.targets), list(columns.sources)] = columns.weights
        for row in known:
            if row["layer"] == upper.name:
                old[row["target"], row["sources"]] = row["weights"]
        gone += int(((old > 0) & (new == 0)).sum())
        changed += int(((old > 0) & (new > 0) & (old != new)).sum())
        targets, sources = ((old == 0) & (new > 0)).nonzero()
        added[upper.name] = Columns(sources.tolist(), targets.tolist(), new[targets, sources].tolist())
        tables[upper.name] = new.tolist()
    if gone:
        await remove_influences(store, name, tables)
    if changed:
        await store.write("update_influences", **{"class": name}, tables=tables)
    return added


def doubled(known: Sequence[Row]) -> bool:
    """Whether a pair of channels has an influence twice, which no load writes."""
    return any(len(set(row["sources"])) != len(row["sources"]) for row in known)


async def remove_influences(store: Store, name: str, tables: Mapping[str, Any]) -> None:
    """Remove the influences of a class that the tables do not have."""
    removed = REMOVED_A_TRANSACTION
    while removed == REMOVED_A_TRANSACTION:
        answer = await store.write(
            "remove_influences", **{"class": name}, tables=dict(tables), limit=REMOVED_A_TRANSACTION
        )
        removed = answer["removed"]
