"""Whether the graphs of subsets are as they were written."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from queries.graphs.stored import EDGE, VERTEX, seal, table
from queries.graphs.subset.stored import seal_of_subset
from queries.integrity.damage import SUBSET, Damage, Model
from queries.store import Row, Store
from queries.values import counted


async def subset_flaws(store: Store, model: Model) -> list[Damage]:
    """Graphs of subsets that were marked, or that have not as much as was written."""
    found = []
    for row in await store.run("subset_graphs", model=model.id):
        if row["graph"] is None:
            if row["seal"] is not None:
                found.append(flaw(model, row, "it is marked as damaged"))
        elif (row["vertices"], row["edges"]) != (row["vertex_count"], row["edge_count"]):
            found.append(
                flaw(
                    model,
                    row,
                    f"it has {row['vertices'] or 0:,} of {counted(row['vertex_count'], 'channel')} and "
                    f"{row['edges'] or 0:,} of {counted(row['edge_count'], 'edge')}",
                )
            )
    return found


async def check_subsets(store: Store, model: Model, flawed: Sequence[Damage]) -> list[Damage]:
    """Flaws of the contents of a model's subsets that are not among the damages of their totals."""
    known, found = {damage.graph for damage in flawed if damage.part == SUBSET}, []
    for row in await store.run("subset_graphs", model=model.id):
        if row["id"] in known or row["graph"] is None:
            continue
        if row["subset_seal"] not in (None, sealed(seal_of_subset, row)):
            found.append(flaw(model, row, "its name, pictures or difference are not those that were written"))
            continue
        place = {"class": row["class"], "score": row["score"], "subset": row["subset"]}
        (graph,) = await store.run("subset_graph", **place)
        if graph["seal"] != sealed(seal_of_graph, graph):
            found.append(flaw(model, row, "its channels, edges or thresholds are not those that were written"))
    return found


def seal_of_graph(row: Row) -> str:
    """Of a row of subset_graph."""
    return seal(table(row, VERTEX), table(row, EDGE), row)


def sealed(seal: Callable[[Row], str], row: Row) -> str | None:
    """A digest; None where what it is of is not even of the kind that is written."""
    try:
        return seal(row)
    except (TypeError, ValueError):
        return None


def flaw(model: Model, row: Row, problem: str) -> Damage:
    damage = model.damage(SUBSET, row["class"], f"of the subset {row['subset']} by {row['score']}: {problem}")
    return replace(damage, graph=row["id"])
