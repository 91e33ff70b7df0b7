"""Attribution graphs as networkx graphs: channels are nodes, named by id, and edges lead from the lower layer up."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin

from summit.client.answers import Json

if TYPE_CHECKING:
    from summit.client.figure import AttributionGraph

BY_ITSELF = {"score": "activation", "unified": False, "deadEnds": True, "min": 0}  # of the page's address


def attribution_graph(
    found: Json, model: str, layers: Sequence[str], score: str, address: str, asked: Mapping[str, object]
) -> "AttributionGraph":
    """A class's graph.

    asked  how it is cut and drawn, by the names of the page's address
    nodes  layer, index, name (where somebody gave it one), count (pictures), share (0 to 1, None where unknown),
           pagerank, probability (of being in the
           graph, 0 to 1; None where unknown), picture (address or None)
    edges  weight (pictures), share, kind (CONVOLUTION, SKIP or BOTH; None where unknown), probability,
           attributed and attributed_of (in how many of how many pictures `summit check --edges` has the source among
           the five that the target's attribution comes from most; None where it has not counted them)
    graph  model, layers (lowest first), score, image_class (its index), name, wnid, images, how it was cut (threshold,
           thresholds, unified, step, dead_ends, damping, variant; None where unknown), replicates (resamples that
           probabilities are shares of) or no_probability (why they are unknown), address of its page
    """
    from summit.client.figure import AttributionGraph

    cut = found["attributionGraph"]
    about = {name: found[name] for name in ("name", "wnid", "images")}
    origin = {_spelled(name): value for name, value in cut["origin"].items()}
    graph = AttributionGraph(
        model=model, layers=list(layers), score=score, image_class=found["index"], **about, **origin
    )
    graph.graph["address"] = shown(address, {"model": model, "class": found["index"], "score": score.lower(), **asked})
    for row in cut["channels"]:
        graph.add_node(
            row["channel"]["id"],
            **_channel(row["channel"], address),
            count=row["count"],
            share=row["share"],
            pagerank=row["pagerank"],
            probability=row["probability"],
        )
    for edge in cut["edges"]:
        told = {name: edge[name] for name in ("weight", "share", "kind", "probability", "attributed")}
        told["attributed_of"] = edge["attributedOf"]
        graph.add_edge(edge["source"], edge["target"], **told)
    return graph


def compared_graph(
    found: Json,
    model: str,
    layers: Sequence[str],
    operation: str,
    at_least: int | None,
    score: str,
    address: str,
) -> "AttributionGraph":
    """What an operation of set algebra leaves of several classes' graphs.

    nodes  layer, index, name (where somebody gave it one), picture, and by class index: counts, shares (None where
           unknown), pageranks, probabilities
    edges  weights, shares and probabilities by class index, kind
    graph  model, layers, operation, at_least, score, classes (index -> name), overlap (layer -> Jaccard), and
           the address of its page
    The keys of a node's `counts` and of an edge's `weights` are the classes that have it. Those of `probabilities` are
    all classes, also those whose graph lacks it; None where it is not known. A channel that the operation
    leaves out, but not one of its edges, has no counts.
    """
    from summit.client.figure import AttributionGraph

    graph = AttributionGraph(
        model=model,
        layers=list(layers),
        operation=operation,
        at_least=at_least,
        score=score,
        classes={each["index"]: each["name"] for each in found["classes"]},
        overlap={each["layer"]: each["jaccard"] for each in found["layers"]},
    )
    compared = {"room": "compare", "model": model, "classes": ",".join(map(str, graph.graph["classes"]))}
    how = {"operation": operation.upper(), "atLeast": at_least, "score": score.lower()}
    graph.graph["address"] = shown(address, {**compared, **how})
    for row in found["channels"]:
        graph.add_node(
            row["channel"]["id"],
            **_channel(row["channel"], address),
            counts=_by_class(row, "counts"),
            shares=_by_class(row, "shares"),
            pageranks=_by_class(row, "pageranks"),
            probabilities=dict(zip(graph.graph["classes"], row["probabilities"], strict=True)),
        )
    for end in {row[end] for row in found["edges"] for end in ("source", "target")} - set(graph):
        _, layer, index = end.rsplit("/", 2)
        nothing: dict[str, dict[int, object]] = {
            name: {} for name in ("counts", "shares", "pageranks", "probabilities")
        }
        graph.add_node(end, layer=layer, index=int(index), picture=None, **nothing)
    for row in found["edges"]:
        both = {"weights": _by_class(row, "weights"), "shares": _by_class(row, "shares")}
        both["probabilities"] = dict(zip(graph.graph["classes"], row["probabilities"], strict=True))
        graph.add_edge(row["source"], row["target"], **both, kind=row["kind"])
    return graph


def _channel(channel: Json, address: str) -> dict[str, object]:
    picture = (channel["pictures"] or {}).get("thumbnail")
    return {
        "layer": channel["layer"],
        "index": channel["index"],
        **({"name": channel["name"]} if channel["name"] else {}),
        "picture": urljoin(address, picture.lstrip("/")) if picture else None,
    }


def shown(address: str, asked: Mapping[str, object]) -> str:
    """The address of the page that shows what was asked for: what is as the page has it by itself is left out."""
    told = {name: value for name, value in asked.items() if value not in (None, BY_ITSELF.get(name))}
    words = {name: str(value).lower() if isinstance(value, bool) else value for name, value in told.items()}
    return f"{address}?{urlencode(words, safe=',')}"


def _by_class(row: Json, name: str) -> dict[int, object]:
    values = row[name] or [None] * len(row["classes"])
    return dict(zip(row["classes"], values, strict=True))


def _spelled(name: str) -> str:
    """deadEnds -> dead_ends"""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
