"""How much of each class is in the database, counted there: what was written is whole where its totals still agree."""

from collections.abc import Collection
from dataclasses import dataclass

from queries.store import Store


@dataclass(frozen=True, slots=True)
class GraphTotals:
    """Channels and edges of an attribution graph."""

    vertices: int = 0
    edges: int = 0


@dataclass(frozen=True, slots=True)
class CountTotals:
    """Activation, influence and attribution counts of a class, its layers of compact adjacency, its contributions."""

    activations: int = 0
    influences: int = 0
    adjacency: int = 0
    attributions: int = 0
    contributions: int = 0


@dataclass(frozen=True, slots=True)
class KeptTotals:
    """Layers of compact adjacency and of ranked channels: as many as the model has, where they are whole."""

    adjacency: int = 0
    rankings: int = 0


@dataclass(frozen=True, slots=True)
class ClassTotals:
    """What extraction needs to know of a class: activation counts, and the above."""

    activations: int
    kept: KeptTotals
    graph: GraphTotals


async def class_totals(store: Store, classes: Collection[str]) -> dict[str, ClassTotals]:
    """By class id, for the classes asked for, however many others their models have."""
    return {
        row["class"]: ClassTotals(
            row["activations"],
            KeptTotals(row["adjacency"], row["rankings"]),
            GraphTotals(row["vertices"], row["edges"]),
        )
        for row in await store.run("class_totals", classes=list(classes))
    }


async def graph_totals(store: Store, model: str) -> dict[str, GraphTotals]:
    """By class id, for the classes that have a graph."""
    vertices = {row["class"]: row["vertices"] for row in await store.run("vertex_totals", model=model)}
    edges = {row["class"]: row["edges"] for row in await store.run("edge_totals", model=model)}
    return {
        name: GraphTotals(vertices.get(name, 0), edges.get(name, 0)) for name in sorted(vertices.keys() | edges.keys())
    }


async def kept_totals(store: Store, model: str) -> dict[str, KeptTotals]:
    """By class id, for all classes of the model."""
    rows = await store.run("kept_totals", model=model)
    return {row["class"]: KeptTotals(row["adjacency"], row["rankings"]) for row in rows}


async def activation_totals(store: Store, model: str) -> dict[str, int]:
    """Activation counts by class id, for the classes that have any."""
    return {row["class"]: row["activations"] for row in await store.run("activation_totals", model=model)}


async def influenced_totals(store: Store, model: str) -> dict[str, int]:
    """Channels that have influences on them, by class id, for all classes of the model."""
    return {row["class"]: row["influenced"] for row in await store.run("influenced_totals", model=model)}


async def attribution_totals(store: Store, model: str) -> dict[str, int]:
    """Attribution counts by class id, for the classes that have any."""
    return {row["class"]: row["attributions"] for row in await store.run("attribution_totals", model=model)}


async def contribution_totals(store: Store, model: str) -> dict[str, int]:
    """Contributions to the score by class id, for the classes that have any."""
    return {row["class"]: row["contributions"] for row in await store.run("contribution_totals", model=model)}


async def count_totals(store: Store, model: str, classes: Collection[str]) -> dict[str, CountTotals]:
    """By class id, for all that are asked for. A class with 10^5 influences costs some 0.1 s."""
    if not classes:
        return {}
    activations, attributions = await activation_totals(store, model), await attribution_totals(store, model)
    kept, contributions = await kept_totals(store, model), await contribution_totals(store, model)
    return {
        name: CountTotals(
            activations=activations.get(name, 0),
            influences=await influence_total(store, name),
            adjacency=kept[name].adjacency,
            attributions=attributions.get(name, 0),
            contributions=contributions.get(name, 0),
        )
        for name in classes
    }


async def influence_total(store: Store, class_id: str) -> int:
    """Influence counts of one class."""
    (row,) = await store.run("influence_total", **{"class": class_id})
    return int(row["influences"])
