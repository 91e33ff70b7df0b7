"""Exports put together by hand: one of each kind, with numbers and names that are hard to keep."""

from dataclasses import replace
from typing import Any

from queries.export.record import (
    Arc,
    Export,
    Scale,
    Vertex,
    of_class,
    of_comparison,
    with_attributions,
    with_kinds,
)
from queries.graphs.compare import Comparison
from queries.graphs.effects import EdgeAttributions
from queries.graphs.resampling.probable import Probable

NAME = 'ox & <yoke>, "a;b" \\u0022 ÅΩ🐻'
ABOUT: dict[str, Any] = {
    "program": "Summit Graph",
    "version": "1.2",
    "date": "2026-01-02T03:04:05Z",
    "model": "m",
    "layers": ["low", "high"],
    "threshold": 7.5,
    "unified": False,
    "class_name": NAME,
}
LAYERS = [{"name": "low", "channels": 5}, {"name": "high", "channels": 3}]
SCALE = Scale(100, 50)
BIG = 2**53 + 1  # which no float holds
THIRD = 1 / 3


def image_class(index: int, name: str = NAME, images: int | None = None) -> dict[str, Any]:
    return {"id": f"m/{index}", "index": index, "name": name, "wnid": None, "images": images}


def one() -> Export:
    channels = [
        {"channel": "m/high/0", "count": BIG, "pagerank": THIRD},
        {"channel": "m/low/4", "count": 0, "pagerank": 1e-17},
        {"channel": "m/low/1", "count": 7, "pagerank": 0.25},
    ]
    edges = [
        {"source": "m/low/4", "target": "m/high/0", "weight": 9},
        {"source": "m/low/1", "target": "m/high/0", "weight": 1},
    ]
    return of_class(ABOUT, LAYERS, image_class(3), channels, edges, SCALE)


def resampled() -> Export:
    """A class with probabilities, one of them 0 and one 1."""
    channels = [
        {"channel": "m/high/0", "count": 4, "pagerank": THIRD, "probability": 1.0},
        {"channel": "m/low/4", "count": 3, "pagerank": 0.25, "probability": 0.0},
    ]
    edges = [{"source": "m/low/4", "target": "m/high/0", "weight": 9, "probability": 0.671875}]
    return of_class({**ABOUT, "replicates": 64}, LAYERS, image_class(3), channels, edges, SCALE)


def attributed() -> Export:
    """A class whose edges were counted by attribution, but for one target; of one edge in no picture."""
    both = one()
    other = Arc("m/low/1", "m/high/2", 3, 0.1, {})
    vertex = replace(both.vertices[0], id="m/high/2", channel="m/high/2", index=2)
    made = replace(both, arcs=[*both.arcs, other], vertices=[*both.vertices, vertex])
    counted = {"target": "m/high/0", "sources": [2, 4], "counts": [8, 6], "pictures": 8, "seed": 0}
    return with_attributions(made, EdgeAttributions([counted]))


def odd() -> Export:
    """Layers whose names are hard to quote, one of them without a channel; a channel without an edge."""
    names = ['lo,w "1"', "nothing", "h;i'gh\\ <Å🐻>"]
    layers = [{"name": name, "channels": 5} for name in names]
    low, lone, high = f"m/{names[0]}/4", f"m/{names[0]}/0", f"m/{names[2]}/0"
    channels = [{"channel": id, "count": 2, "pagerank": 0.5} for id in (high, low, lone)]
    edges = [{"source": low, "target": high, "weight": 2}]
    return of_class({**ABOUT, "layers": names}, layers, image_class(3, images=2), channels, edges, SCALE)


def two() -> Export:
    """Classes 3 and 12; the edge from low/4 is in both, its source is left out."""
    classes = [image_class(3, images=10), image_class(12, "yak", 20)]
    channels = [
        row("m/high/0", ["m/3", "m/12"], counts=[4, 6], pageranks=[THIRD, 0.5]),
        row("m/low/1", ["m/12"], counts=[8], pageranks=[0.125]),
    ]
    edges = [
        {"source": "m/low/1", "target": "m/high/0", "classes": ["m/12"], "weights": [5]},
        {"source": "m/low/4", "target": "m/high/0", "classes": ["m/3", "m/12"], "weights": [1, 2]},
    ]
    likely = [
        Probable(True, {"m/high/0": 0.75}, {("m/low/4", "m/high/0"): 0.5}),
        Probable(True, {"m/high/0": 1.0, "m/low/1": 0.015625}, {("m/low/1", "m/high/0"): 0.25}),
    ]
    return of_comparison(ABOUT, LAYERS, Comparison(classes, [], channels, edges, []), SCALE, likely)


def skipped() -> Export:
    """A comparison with kinds: high/0 is handed on from low/4, and from low/1 beside a convolution; not of high/2."""
    both = two()
    edge = Arc("m/low/1", "m/high/2", 1.0, 0.1, {"classes": "3", "weight_3": 1})
    made = replace(both, arcs=[*both.arcs, edge])
    made = replace(
        made, vertices=[*both.vertices, replace(both.vertices[0], id="m/high/2", channel="m/high/2", index=2)]
    )
    return with_kinds(made, {"m/high/0": {"skips": 2, "skip_sources": [4], "both_sources": [1]}})


def row(channel: str, classes: list[str], **values: list[Any]) -> dict[str, Any]:
    _, layer, index = channel.split("/")
    return {"channel": channel, "layer": layer, "index": int(index), "classes": classes, **values}


def motifs() -> Export:
    """The same edge as the first and as the second motif."""
    vertices, arcs = [], []
    for rank in (1, 2):
        for channel, layer in (("m/high/0", "high"), ("m/low/1", "low")):
            values = {"channel": channel, "motif": rank}
            index = int(channel[-1])
            vertices.append(Vertex(f"{rank}:{channel}", channel, layer, index, 0.5, values, rank))
        arcs.append(Arc(f"{rank}:m/low/1", f"{rank}:m/high/0", 2.5 * rank, 0.1, {"motif": rank}, rank))
    told = [{"motif": rank, "support": 3 - rank, "classes": [3, 12]} for rank in (1, 2)]
    return Export("m motifs ox", {**ABOUT, "group": "ox", "motifs": told}, (("low", 5), ("high", 3)), vertices, arcs)
