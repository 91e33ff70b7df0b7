"""The cheap form of the check: totals by class, counted in the database, against those that were written with each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass

from queries.graphs.scored import scored_graphs
from queries.graphs.totals import (
    GraphTotals,
    KeptTotals,
    activation_totals,
    attribution_totals,
    contribution_totals,
    graph_totals,
    influenced_totals,
    kept_totals,
)
from queries.integrity.damage import CHANNEL_GRAPH, COUNTS, GRAPH, NETWORK, OUTPUT, RANKINGS, SCORED, Damage, Model
from queries.integrity.subsets import subset_flaws
from queries.records import Record, Score
from queries.store import Row, Store
from queries.values import counted


@dataclass(frozen=True, slots=True)
class HeldCounts:
    """Relationships of a class: of A, of I (one for each channel with influences on it), of R, and contributions."""

    activations: int = 0
    influenced: int = 0
    attributions: int = 0
    contributions: int = 0


async def check_totals(store: Store, model: Model) -> list[Damage]:
    """Every part of a model whose totals are not those it was written with. Looks into no list of influences.

    Where layers or channels are lost, that alone: all else follows from it.
    """
    layers = await store.run("layer_totals", model=model.id)
    if lost := list(network_flaws(model, layers)):
        return lost
    classes = await store.run("class_records", model=model.id)
    graphs, scored = await graph_totals(store, model.id), await scored_graphs(store, model.id, Score.ATTRIBUTION)
    counts = await held_counts(store, model.id)
    kept = await kept_totals(store, model.id)
    found = [
        *class_flaws(model, classes),
        *channel_graph_flaws(model, classes),
        *stray_graphs(model, graphs, {row["class"] for row in classes}),
    ]
    for row in classes:
        name, record = row["class"], row["record"]
        found += graph_flaws(model, name, record, graphs.get(name, GraphTotals()))
        found += count_flaws(
            model, name, record, counts.get(name, HeldCounts()), kept.get(name, KeptTotals()), len(layers)
        )
        found += output_flaws(model, name, record, counts.get(name, HeldCounts()).contributions)
        found += ranking_flaws(model, name, record, kept.get(name, KeptTotals()), len(layers))
        found += scored_flaws(model, scored[name], len(layers)) if name in scored else []
    return [*found, *await subset_flaws(store, model)]


async def held_counts(store: Store, model: str) -> dict[str, HeldCounts]:
    """By class id, for the classes that have any."""
    kinds = [
        await activation_totals(store, model),
        await influenced_totals(store, model),
        await attribution_totals(store, model),
        await contribution_totals(store, model),
    ]
    names = set[str]().union(*kinds)
    return {name: HeldCounts(*(totals.get(name, 0) for totals in kinds)) for name in names}


def network_flaws(model: Model, layers: Sequence[Row]) -> Iterable[Damage]:
    """Layers or channels that are not all there."""
    record = model.record
    if [row["index"] for row in layers] != list(range(len(layers))):
        yield model.damage(NETWORK, None, f"of its layers only {[row['layer'] for row in layers]} are there")
    for row in layers:
        if row["held"] != row["channels"]:
            yield model.damage(
                NETWORK, None, f"{row['layer']} has {row['held']:,} of {counted(row['channels'], 'channel')}"
            )
    channels = sum(row["channels"] for row in layers)
    if record.get("channel_count") not in (None, channels):
        yield model.damage(
            NETWORK, None, f"its layers have {channels:,} of {counted(record['channel_count'], 'channel')}"
        )


def class_flaws(model: Model, classes: Sequence[Row]) -> Iterable[Damage]:
    """Classes that are not all there."""
    record = model.record
    if record.get("class_count") not in (None, len(classes)):
        yield model.damage(NETWORK, None, f"it has {len(classes):,} of {counted(record['class_count'], 'class')}")


def channel_graph_flaws(model: Model, classes: Sequence[Row]) -> Iterable[Damage]:
    """A channel graph that does not sum the influences of all classes as they were loaded."""
    summed = model.record.get("channel_graph_influences")
    written = sum(row["record"].get("influence_count") or 0 for row in classes)
    if model.record.get("parameters") is not None and summed != written:
        found = "is behind the classes" if summed is None else f"sums {summed:,} of {counted(written, 'influence')}"
        yield model.damage(CHANNEL_GRAPH, None, f"it {found}, because loading was cut off or classes were lost")


def stray_graphs(model: Model, graphs: Mapping[str, GraphTotals], classes: set[str]) -> Iterable[Damage]:
    """Edges of classes that are lost."""
    for name in sorted(graphs.keys() - classes):
        yield model.damage(GRAPH, name, f"{counted(graphs[name].edges, 'edge')} of a class that is not there")


def graph_flaws(model: Model, name: str, record: Record, held: GraphTotals) -> Iterable[Damage]:
    """A graph that was not finished or was marked, or that has not as much as was written."""
    expected = (record.get("vertex_count"), record.get("edge_count"))
    if record.get("graph_digest") is None:
        if record.get("graph_seal") is not None:
            yield model.damage(GRAPH, name, "it is marked as damaged")
    elif expected[0] is not None and (held.vertices, held.edges) != expected:
        yield model.damage(
            GRAPH,
            name,
            f"it has {held.vertices:,} of {counted(expected[0], 'channel')} and {held.edges:,} of "
            f"{counted(expected[1] or 0, 'edge')}",
        )


def scored_flaws(model: Model, row: Row, layers: int) -> Iterable[Damage]:
    """A graph by attribution, or its PageRank, that was marked, or that has not as much as was written."""
    name, expected = row["class"], (row["vertex_count"], row["edge_count"])
    if row["graph"] is None:
        if row["seal"] is not None:
            yield model.damage(SCORED, name, "it is marked as damaged")
    elif (row["vertices"], row["edges"]) != expected:
        yield model.damage(
            SCORED,
            name,
            f"it has {row['vertices'] or 0:,} of {counted(expected[0], 'channel')} and {row['edges'] or 0:,} of "
            f"{counted(expected[1], 'edge')}",
        )
    elif row["rankings"] != layers:
        yield model.damage(SCORED, name, f"its PageRank has {row['rankings']} of {counted(layers, 'layer')}")


def count_flaws(
    model: Model,
    name: str,
    record: Record,
    held: HeldCounts,
    kept: KeptTotals,
    layers: int,
) -> Iterable[Damage]:
    """Counts that were not finished or were marked, or that are not as many as were written."""
    expected = record.get("activation_count")
    influenced = record.get("influenced_count")  # not kept by earlier versions
    if record.get("counts_digest") is None:
        if any(astuple(held)) or kept.adjacency:
            yield model.damage(COUNTS, name, "they are not whole, or not accepted after a bulk import")
    elif expected is not None and held.activations != expected:
        yield model.damage(COUNTS, name, f"they have {held.activations:,} of {counted(expected, 'activation')}")
    elif influenced is not None and held.influenced != influenced:
        yield model.damage(
            COUNTS, name, f"they have influences on {held.influenced:,} of {counted(influenced, 'channel')}"
        )
    elif held.attributions != (wanted := record.get("attribution_count") or 0):
        yield model.damage(COUNTS, name, f"they have {held.attributions:,} of {counted(wanted, 'attribution count')}")
    elif kept.adjacency != layers and (expected is not None or kept.adjacency):
        yield model.damage(COUNTS, name, f"their adjacency has {kept.adjacency} of {counted(layers, 'layer')}")


def output_flaws(model: Model, name: str, record: Record, held: int) -> Iterable[Damage]:
    """Contributions to a class's score that were marked, or that are not as many as were written."""
    wanted = record.get("contribution_count")
    if record.get("counts_digest") is None:
        return  # judged with the counts
    if wanted is None and record.get("contribution_seal") is not None:
        yield model.damage(OUTPUT, name, "they are marked as damaged")
    elif held != (wanted or 0):
        yield model.damage(OUTPUT, name, f"they have {held:,} of {counted(wanted or 0, 'contribution')}")


def ranking_flaws(model: Model, name: str, record: Record, kept: KeptTotals, layers: int) -> Iterable[Damage]:
    """A PageRank that was marked, or that has not all layers."""
    if record.get("pagerank_digest") is None:
        if kept.rankings:
            yield model.damage(RANKINGS, name, "they are marked as damaged")
    elif kept.rankings != layers:
        yield model.damage(RANKINGS, name, f"they have {kept.rankings} of {counted(layers, 'layer')}")
