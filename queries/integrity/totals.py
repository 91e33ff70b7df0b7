"""The cheap form of the check: totals by class, counted in the database, against those that were written with each."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from queries.graphs.totals import GraphTotals, KeptTotals, activation_totals, graph_totals, kept_totals
from queries.integrity.damage import CHANNEL_GRAPH, COUNTS, GRAPH, NETWORK, RANKINGS, Damage, Model
from queries.store import Row, Store


async def check_totals(store: Store, model: Model) -> list[Damage]:
    """Every part of a model whose totals are not those it was written with. Reads no counts of influences.

    Where layers or channels are lost, that alone: all else follows from it.
    """
    layers = await store.run("layer_totals", model=model.id)
    if lost := list(network_flaws(model, layers)):
        return lost
    classes = await store.run("class_records", model=model.id)
    graphs = await graph_totals(store, model.id)
    activations, kept = await activation_totals(store, model.id), await kept_totals(store, model.id)
    found = [
        *class_flaws(model, classes),
        *channel_graph_flaws(model, classes),
        *stray_graphs(model, graphs, {row["class"] for row in classes}),
    ]
    for row in classes:
        name, record = row["class"], row["record"]
        found += graph_flaws(model, name, record, graphs.get(name, GraphTotals()))
        found += count_flaws(model, name, record, activations.get(name, 0), kept.get(name, KeptTotals()), len(layers))
        found += ranking_flaws(model, name, record, kept.get(name, KeptTotals()), len(layers))
    return found


def network_flaws(model: Model, layers: Sequence[Row]) -> Iterable[Damage]:
    """Layers or channels that are not all there."""
    record = model.record
    if [row["index"] for row in layers] != list(range(len(layers))):
        yield model.damage(NETWORK, None, f"of its layers only {[row['layer'] for row in layers]} are there")
    for row in layers:
        if row["held"] != row["channels"]:
            yield model.damage(NETWORK, None, f"{row['layer']} has {row['held']:,} of {row['channels']:,} channels")
    channels = sum(row["channels"] for row in layers)
    if record.get("channel_count") not in (None, channels):
        yield model.damage(NETWORK, None, f"its layers have {channels:,} of {record['channel_count']:,} channels")


def class_flaws(model: Model, classes: Sequence[Row]) -> Iterable[Damage]:
    """Classes that are not all there."""
    record = model.record
    if record.get("class_count") not in (None, len(classes)):
        yield model.damage(NETWORK, None, f"{len(classes):,} of {record['class_count']:,} classes are there")


def channel_graph_flaws(model: Model, classes: Sequence[Row]) -> Iterable[Damage]:
    """A channel graph that does not sum the influences of all classes as they were loaded."""
    summed = model.record.get("channel_graph_influences")
    written = sum(row["record"].get("influence_count") or 0 for row in classes)
    if model.record.get("parameters") is not None and summed != written:
        found = "is behind the classes" if summed is None else f"sums {summed:,} of {written:,} influences"
        yield model.damage(CHANNEL_GRAPH, None, f"it {found}, because loading was cut off or classes were lost")


def stray_graphs(model: Model, graphs: Mapping[str, GraphTotals], classes: set[str]) -> Iterable[Damage]:
    """Edges of classes that are lost."""
    for name in sorted(graphs.keys() - classes):
        yield model.damage(GRAPH, name, f"{graphs[name].edges:,} edges are of a class that is not there")


def graph_flaws(model: Model, name: str, record: Mapping[str, Any], held: GraphTotals) -> Iterable[Damage]:
    """A graph that was not finished or was marked, or that has not as much as was written."""
    expected = (record.get("vertex_count"), record.get("edge_count"))
    if record.get("graph_digest") is None:
        if record.get("graph_seal") is not None:
            yield model.damage(GRAPH, name, "it is marked as damaged")
    elif expected[0] is not None and (held.vertices, held.edges) != expected:
        yield model.damage(
            GRAPH,
            name,
            f"{held.vertices:,} of {expected[0]:,} channels and {held.edges:,} of {expected[1]:,} edges are there",
        )


def count_flaws(
    model: Model, name: str, record: Mapping[str, Any], activations: int, kept: KeptTotals, layers: int
) -> Iterable[Damage]:
    """Counts that were not finished or were marked, or that are not as many as were written."""
    expected = record.get("activation_count")
    if record.get("counts_digest") is None:
        if activations or kept.adjacency:
            yield model.damage(COUNTS, name, "they are not whole, or not accepted after a bulk import")
    elif expected is not None and activations != expected:
        yield model.damage(COUNTS, name, f"{activations:,} of {expected:,} activations are there")
    elif kept.adjacency != layers and (expected is not None or kept.adjacency):
        yield model.damage(COUNTS, name, f"{kept.adjacency} of {layers} layers of adjacency are there")


def ranking_flaws(
    model: Model, name: str, record: Mapping[str, Any], kept: KeptTotals, layers: int
) -> Iterable[Damage]:
    """A PageRank that was marked, or that has not all layers."""
    if record.get("pagerank_digest") is None:
        if kept.rankings:
            yield model.damage(RANKINGS, name, "they are marked as damaged")
    elif kept.rankings != layers:
        yield model.damage(RANKINGS, name, f"{kept.rankings} of {layers} layers are there")
