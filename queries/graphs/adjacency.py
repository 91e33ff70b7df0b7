"""The compact copy of a class's influences that PageRank and extraction read: one Adjacency node a layer, a few lists.

A class has some 10^5 INFLUENCES relationships; its nine Adjacency nodes hold the same edges in a hundredth of the time
to read. Both are written in one transaction (or the copy is built inside the database, from the relationships).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from queries.errors import DataError
from queries.records import Columns, LayerSize
from queries.store import Step

NOTHING = Columns((), (), ())


def adjacency_steps(class_id: str, layers: Sequence[LayerSize], influences: Mapping[str, Columns]) -> list[Step]:
    """The writes that put a class's adjacency in place of the one it may have.

    influences  upper layer -> its influences from the layer below; layers may lack
    Raises DataError for a layer that is not there, and for indexes beyond a layer.
    """
    rows = adjacency_rows(class_id, layers, influences)
    return [
        ("remove_adjacency", {"classes": [class_id]}),
        *(("add_adjacency", {"class": class_id, "rows": [row]}) for row in rows),  # a message holds 16 MB
    ]


def rebuild_steps(class_id: str) -> list[Step]:
    """The writes that make the adjacency of a class from its relationships, whoever loaded those."""
    return [("remove_adjacency", {"classes": [class_id]}), ("build_adjacency", {"class": class_id})]


def adjacency_rows(
    class_id: str, layers: Sequence[LayerSize], influences: Mapping[str, Columns]
) -> list[dict[str, Any]]:
    """One row a layer, lowest first, with the properties of its Adjacency node.

    in_starts, out_starts    channels + 1 places: channel i has the entries starts[i] up to, without, starts[i + 1]
    in_sources, in_weights   edges from the layer below, by channel and then by source
    out_targets, out_weights edges to the layer above, by channel and then by target
    Edges of excluded channels and edges without weight are left out.
    """
    ordered = sorted(layers, key=lambda layer: layer.index)
    if unknown := sorted(influences.keys() - {layer.name for layer in ordered[1:]}):
        raise DataError(
            f"{class_id}: influences on {unknown}; a model's upper layers are {[layer.name for layer in ordered[1:]]}"
        )
    rows = [
        {"id": f"{class_id}/{layer.name}", "class_id": class_id, "layer": layer.name, "layer_index": layer.index}
        | {"in_starts": [0] * (layer.channels + 1), "in_sources": [], "in_weights": []}
        | {"out_starts": [0] * (layer.channels + 1), "out_targets": [], "out_weights": []}
        for layer in ordered
    ]
    for place in range(1, len(ordered)):
        lower, upper = ordered[place - 1], ordered[place]
        edges = counted_edges(class_id, lower, upper, influences.get(upper.name, NOTHING))
        inward = sorted((target, source, weight) for source, target, weight in edges)
        rows[place] |= compressed(inward, upper.channels, "in_starts", "in_sources", "in_weights")
        rows[place - 1] |= compressed(sorted(edges), lower.channels, "out_starts", "out_targets", "out_weights")
    return rows


def counted_edges(class_id: str, lower: LayerSize, upper: LayerSize, columns: Columns) -> list[tuple[int, int, int]]:
    """(source, target, weight) of the edges that count. Raises DataError for an index beyond its layer."""
    for layer, indexes in ((lower, columns.sources), (upper, columns.targets)):
        if len(indexes) and not 0 <= min(indexes) <= max(indexes) < layer.channels:
            raise DataError(
                f"{class_id}: influences between {lower.name} and {upper.name} name channels {min(indexes)} to "
                f"{max(indexes)} of {layer.name}, which has {layer.channels}"
            )
    return [
        (source, target, weight)
        for source, target, weight in zip(columns.sources, columns.targets, columns.weights, strict=True)
        if weight > 0 and source not in lower.excluded and target not in upper.excluded
    ]


def compressed(
    edges: Iterable[tuple[int, int, int]], channels: int, starts: str, others: str, weights: str
) -> dict[str, list[int]]:
    """Sorted (channel, other end, weight) as three lists under the given names."""
    places, ends, values = [0] * (channels + 1), [], []
    for channel, other, weight in edges:
        places[channel + 1] += 1
        ends.append(other)
        values.append(weight)
    for channel in range(channels):
        places[channel + 1] += places[channel]
    return {starts: places, others: ends, weights: values}
