"""A network small enough to check by hand: model `sample`, three layers, two classes, in every test database.

top       0   1          class 0: its pictures activate channels of all layers; it has attribution counts
          | /            class 1: nothing is activated at the top; it is no output, and has none
middle    0   1   2 (3)  2 has no influences, 3 is excluded; 1 is handed on from bottom/1, 0 from bottom/0 and convolved
          | / |
bottom    0   1   2
"""

from dataclasses import replace
from typing import Any

from bench.testbed.counted import IMAGES, Counted, by_hand, load
from queries.channels.probes import probe_step
from queries.graphs.effects import edge_attribution_steps, effect_steps
from queries.graphs.extraction import Cut, Walk, cut_graph, extract_model
from queries.graphs.faithfulness import channels_by_activation, faithfulness_step
from queries.graphs.resampling.stability import told
from queries.graphs.subset.difference import Likeness
from queries.graphs.subset.stored import Subset, subset_step
from queries.load.contributions import Contributions
from queries.map.stored import embed_model
from queries.notes.record import Annotation, Kind
from queries.notes.stored import merge_annotations
from queries.progress import ignore_progress
from queries.records import LayerSize, Score, Skips
from queries.store import Store

STATISTICS = {  # of class 0; output 7 is no class
    "images": IMAGES,
    "output": 0,
    "top1_accuracy": 0.8,
    "probability_histogram": [5, 5, *[0] * 16, 20, 20],
    "top_probability_histogram": [*[0] * 18, 10, 40],
    "confused_outputs": [0, 7, 1],
    "confused_names": ["class 0", "lobster", ""],
    "confused_images": [40, 6, 4],
}
SAMPLE = Counted(
    "sample",
    (
        LayerSize("bottom", 0, 3, skips=Skips()),
        LayerSize("middle", 1, 4, frozenset({3}), Skips({1: [1]}, {0: [0]})),
        LayerSize("top", 2, 2, skips=Skips()),
    ),
    {
        0: replace(
            by_hand(
                {"bottom": {0: 10, 1: 5}, "middle": {0: 8, 1: 4, 2: 2}, "top": {0: 6, 1: 3}},
                {"middle": {(0, 0): 8, (1, 0): 2, (1, 1): 4}, "top": {(0, 0): 6, (1, 0): 1, (1, 1): 3}},
                attributions={"bottom": {1: 7, 2: 3}, "middle": {1: 9, 0: 1}, "top": {1: 12}},
            ),
            properties=STATISTICS,
            output=Contributions([0, 1], [-0.5, 2.0], [0.25, 1.5], [-0.125, 3.0], bias=0.5),
        ),
        1: by_hand(
            {"bottom": {2: 9, 0: 1}, "middle": {1: 9}},
            {"middle": {(2, 1): 9, (0, 1): 1}, "top": {(1, 1): 5}},
            index=1,
        ),
    },
)

FOUND = {"bottom": (0.5, 0.75, None), "middle": (1.0, 1.0, 0.5), "top": (2.0, 1.0, 0.9)}  # the lowest gives nothing
CHECKED = [  # what a check of class 0 could find
    {"layer": layer, "channels": 1, "drop": drop, "null_mean": 0.25, "null_99": 0.75, "beaten": beaten, "matched": 0.5}
    | {"recovered": recovered, "pictures": 8, "draws": 20, "seed": 0}
    for layer, (drop, beaten, recovered) in FOUND.items()
]


PROBED = [  # what a probe of the sample could find
    {"layer": layer, "size": size, "channels": 2, "accuracy": accuracy, "random": 0.5, "random_least": 0.25}
    | {"random_most": 0.75, "every": 1.0, "chance": 0.5, "classes": 2, "learning": 12, "held_out": 4}
    | {"top": 1, "sets": 5, "seed": 0}
    for layer, size, accuracy in (("bottom", 3, 0.25), ("middle", 3, 0.75), ("top", 2, 1.0))
]

EFFECTS: dict[int, list[tuple[Any, ...]]] = {  # what single channels could be found to do to each class
    0: [("bottom", 0, 1.5, 1.0, 2.0), ("middle", 0, 2.5, 2.25, 2.75), ("middle", 1, -0.5, -1.0, 0.0)],
    1: [("bottom", 0, -0.25, -0.5, 0.0), ("middle", 1, 2.0, None, None)],
}

EDGES = [  # of class 0: what could be counted of edges by attribution, target by target; of middle/1 nothing was
    ("middle", 0, [0, 2], [8, 3]),
    ("top", 0, [], []),
    ("top", 1, [1], [5]),
]

LIKE = [(None, "channels", 0.25), (None, "edges", 0.125), ("bottom", "channels", 0.5), ("top", "edges", 0.0)]
DIFFERENCE = tuple(Likeness(layer, what, jaccard, 0.75, 0.5, 1.0) for layer, what, jaccard in LIKE)


async def load_subsets(store: Store) -> None:
    """Graphs of the misclassified and of the correctly classified pictures of class 0, as they could be."""
    sides = (("wrong", "right", 10, Cut(30.0)), ("right", "wrong", 40, Cut(50.0, unified=True)))
    for name, rest, pictures, cut in sides:
        graph = await cut_graph(store, "sample/0", cut, name)
        vertices = tuple(replace(each, pagerank=round(each.pagerank, 6)) for each in graph.vertices)  # on any engine
        kept = {**graph.properties, "graph_variant": "memory", **told(no_probability="of a subset")}
        graph = replace(graph, vertices=vertices, properties=kept)
        subset = Subset(name, pictures, rest, IMAGES - pictures, 63, 0, DIFFERENCE)
        await store.write_together([subset_step(SAMPLE.name, graph, Score.ACTIVATION, subset)])


WRITTEN = "2026-01-31T12:00:00+00:00"
ANNOTATIONS = [
    Annotation("sample", Kind.CHANNEL, "middle/1", "stripes", "as on a zebra", created=WRITTEN, changed=WRITTEN),
    Annotation("sample", Kind.CLASS, "0", note="few pictures", created=WRITTEN, changed=WRITTEN),
    Annotation("sample", Kind.VIEW, "first", "class 0", address="?class=0", created=WRITTEN, changed=WRITTEN),
]


async def load_sample(store: Store) -> None:
    """The sample with its counts, the attribution graphs cut from them by either score, a check of one, a probe,
    effects of channels, edges by attribution, graphs of two subsets, its maps, what is written about it."""
    await load(store, SAMPLE)
    for score in Score:
        await extract_model(store, SAMPLE.name, walk=Walk(tolerance=1e-15), score=score, progress=ignore_progress)
    (graph,) = await channels_by_activation(store, SAMPLE.name, [0])
    await store.write_together([faithfulness_step(SAMPLE.name, graph, ["bottom", "middle", "top"], CHECKED)])
    await store.write_together([probe_step(SAMPLE.name, PROBED)])
    for index, effects in EFFECTS.items():
        columns = ("layer", "channel", "drop", "low", "high")
        rows = [{**dict(zip(columns, each, strict=True)), "pictures": 8, "seed": 0} for each in effects]
        await store.write_together(effect_steps(SAMPLE.name, index, rows))
    names = ("layer", "channel", "sources", "counts")
    rows = [{**dict(zip(names, each, strict=True)), "pictures": 8, "seed": 0} for each in EDGES]
    await store.write_together(edge_attribution_steps(SAMPLE.name, 0, rows))
    await load_subsets(store)
    await embed_model(store, SAMPLE.name, ignore_progress)
    await merge_annotations(store, SAMPLE.name, ANNOTATIONS, False)
