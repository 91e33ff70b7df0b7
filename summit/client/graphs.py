"""Attribution graphs as networkx graphs: channels are nodes, named by id, and edges lead from the lower layer up."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin

if TYPE_CHECKING:
    import networkx

Json = Mapping[str, Any]


def attribution_graph(found: Json, model: str, layers: Sequence[str], address: str) -> "networkx.DiGraph":
    """A class's graph.

    nodes  layer, index, count (pictures), share (0 to 1, None where unknown), pagerank, picture (address or None)
    edges  weight (pictures), share
    graph  model, layers (lowest first), image_class (its index), name, wnid, images, address of the page that shows it,
           and how it was cut: threshold, thresholds, unified, step, dead_ends, damping, variant (None where unknown)
    """
    from networkx import DiGraph

    cut = found["attributionGraph"]
    about = {name: found[name] for name in ("name", "wnid", "images")}
    origin = {_spelled(name): value for name, value in cut["origin"].items()}
    graph = DiGraph(model=model, layers=list(layers), image_class=found["index"], **about, **origin)
    graph.graph["address"] = f"{address}?{urlencode({'model': model, 'class': found['index']})}"
    for row in cut["channels"]:
        graph.add_node(
            row["channel"]["id"],
            **_channel(row["channel"], address),
            count=row["count"],
            share=row["share"],
            pagerank=row["pagerank"],
        )
    for edge in cut["edges"]:
        graph.add_edge(edge["source"], edge["target"], weight=edge["weight"], share=edge["share"])
    return graph


def compared_graph(found: Json, model: str, layers: Sequence[str], operation: str, address: str) -> "networkx.DiGraph":
    """What an operation of set algebra leaves of several classes' graphs.

    nodes  layer, index, picture, and by class index: counts, shares (None where unknown), pageranks
    edges  weights and shares by class index
    graph  model, layers, operation, classes (index -> name), overlap (layer -> Jaccard), address of the page
    The keys of a node's `counts` and of an edge's `weights` are the classes that have it. A channel that the operation
    leaves out, but not one of its edges, has no counts.
    """
    from networkx import DiGraph

    graph = DiGraph(
        model=model,
        layers=list(layers),
        operation=operation,
        classes={each["index"]: each["name"] for each in found["classes"]},
        overlap={each["layer"]: each["jaccard"] for each in found["layers"]},
    )
    shown = {"room": "compare", "model": model, "classes": ",".join(map(str, graph.graph["classes"]))}
    graph.graph["address"] = f"{address}?{urlencode({**shown, 'operation': operation.upper()}, safe=',')}"
    for row in found["channels"]:
        graph.add_node(
            row["channel"]["id"],
            **_channel(row["channel"], address),
            counts=_by_class(row, "counts"),
            shares=_by_class(row, "shares"),
            pageranks=_by_class(row, "pageranks"),
        )
    for end in {row[end] for row in found["edges"] for end in ("source", "target")} - set(graph):
        _, layer, index = end.rsplit("/", 2)
        graph.add_node(end, layer=layer, index=int(index), picture=None, counts={}, shares={}, pageranks={})
    for row in found["edges"]:
        both = {"weights": _by_class(row, "weights"), "shares": _by_class(row, "shares")}
        graph.add_edge(row["source"], row["target"], **both)
    return graph


def _channel(channel: Json, address: str) -> dict[str, Any]:
    picture = (channel["pictures"] or {}).get("thumbnail")
    return {
        "layer": channel["layer"],
        "index": channel["index"],
        "picture": urljoin(address, picture.lstrip("/")) if picture else None,
    }


def _by_class(row: Json, name: str) -> dict[int, Any]:
    values = row[name] or [None] * len(row["classes"])
    return dict(zip(row["classes"], values, strict=True))


def _spelled(name: str) -> str:
    """deadEnds -> dead_ends"""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
