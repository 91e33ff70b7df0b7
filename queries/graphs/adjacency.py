"""The compact copy of a class's influences that PageRank and extraction read: one Adjacency node a layer, a few lists.

The INFLUENCED relationships hold a class's influences by target channel; the Adjacency nodes hold the same edges by
target and by source. Both are written in one transaction (or the copy is built inside the database).
"""

from collections.abc import Mapping, Sequence

import numpy
from numpy.typing import NDArray

from queries.errors import DataError
from queries.records import Columns, LayerSize, Row
from queries.store import Step

NOTHING = Columns((), (), ())
Indexes = NDArray[numpy.int64]


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


def adjacency_rows(class_id: str, layers: Sequence[LayerSize], influences: Mapping[str, Columns]) -> list[Row]:
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
        sources, targets, weights = counted_edges(class_id, lower, upper, influences.get(upper.name, NOTHING))
        inward = compressed(targets, sources, weights, upper.channels)
        outward = compressed(sources, targets, weights, lower.channels)
        rows[place] |= dict(zip(("in_starts", "in_sources", "in_weights"), inward, strict=True))
        rows[place - 1] |= dict(zip(("out_starts", "out_targets", "out_weights"), outward, strict=True))
    return rows


def counted_edges(
    class_id: str, lower: LayerSize, upper: LayerSize, columns: Columns
) -> tuple[Indexes, Indexes, Indexes]:
    """(sources, targets, weights) of the edges that count. Raises DataError for an index beyond its layer."""
    sources, targets, weights = columns.arrays()
    for layer, indexes in ((lower, sources), (upper, targets)):
        if indexes.size and not 0 <= indexes.min() <= indexes.max() < layer.channels:
            raise DataError(
                f"{class_id}: influences between {lower.name} and {upper.name} name channels {indexes.min()} to "
                f"{indexes.max()} of {layer.name}, which has {layer.channels}"
            )
    counts = weights > 0
    for layer, indexes in ((lower, sources), (upper, targets)):
        if layer.excluded:
            counts &= ~numpy.isin(indexes, list(layer.excluded))
    return sources[counts], targets[counts], weights[counts]


def compressed(channels: Indexes, others: Indexes, weights: Indexes, size: int) -> tuple[list[int], ...]:
    """Edges by channel and then by other end: (starts, others, weights), starts of `size` + 1 places."""
    order = numpy.lexsort((others, channels))
    starts = numpy.concatenate([[0], numpy.bincount(channels, minlength=size).cumsum()])
    return starts.tolist(), others[order].tolist(), weights[order].tolist()
