"""Whole attribution graphs into the database, and what is kept of all of them on their model."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from queries.records import ClassGraph, channel_id, class_id
from queries.store import Row, Store

Progress = Callable[[str, int, int], None]  # what, done, total


def ignore_progress(what: str, done: int, total: int) -> None:
    """For work that nobody watches."""


async def write_scale(store: Store, model: str, finished: bool = True) -> Row:
    """Keep the row of model_scale on the model, where a page finds it at once; forget it while graphs change."""
    scale = (await store.run("model_scale", model=model))[0]
    properties = scale if finished else dict.fromkeys(scale)
    await store.write("upsert_model", model=model, properties=properties, now=present())
    return scale


def present() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def graph_steps(model: str, graphs: Sequence[ClassGraph]) -> list[tuple[str, dict[str, Any]]]:
    """The writes that put whole graphs in place of what was there.

    Signing comes first: it takes hold of the classes, so that of two imports at once the later sees what it replaces.
    """
    ids = [class_id(model, graph.index) for graph in graphs]
    vertices = [
        {
            "class": class_id(model, graph.index),
            "channel": channel_id(model, vertex.layer, vertex.channel),
            "count": vertex.count,
            "pagerank": vertex.pagerank,
        }
        for graph in graphs
        for vertex in graph.vertices
    ]
    edges = [
        {
            "class": class_id(model, graph.index),
            "source": channel_id(model, edge.source_layer, edge.source),
            "target": channel_id(model, edge.target_layer, edge.target),
            "weight": edge.weight,
        }
        for graph in graphs
        for edge in graph.edges
    ]
    signatures = [
        {
            "id": class_id(model, graph.index),
            "properties": {"graph_digest": graph.digest, "least_images": graph.least_images, **graph.properties},
        }
        for graph in graphs
    ]
    return [
        ("sign_attribution_graphs", {"rows": signatures}),
        ("remove_attribution_vertices", {"classes": ids}),
        ("remove_attribution_edges", {"classes": ids}),
        ("add_attribution_vertices", {"rows": vertices}),
        ("add_attribution_edges", {"rows": edges}),
    ]
