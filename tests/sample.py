"""A network small enough to check by hand: model `sample`, three layers, two classes, in every test database.

top       0   1          class 0: its pictures activate channels of all layers
          | /            class 1: nothing is activated at the top
middle    0   1   2 (3)  2 has no influences, 3 is excluded
          | / |
bottom    0   1   2
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from queries.adjacency import adjacency_steps
from queries.extraction import Walk, extract_model
from queries.graphs import ignore_progress
from queries.loading import influence_steps
from queries.networks import Step, layer_steps, model_step
from queries.records import Columns, LayerSize, channel_id, class_id
from queries.store import Store

MODEL = "sample"
LAYERS = (LayerSize("bottom", 0, 3), LayerSize("middle", 1, 4, frozenset({3})), LayerSize("top", 2, 2))


@dataclass(frozen=True)
class Counted:
    """A and I of one class: {layer: {channel: count}} and {upper layer: {(source, target): weight}}."""

    activations: Mapping[str, Mapping[int, int]]
    influences: Mapping[str, Mapping[tuple[int, int], int]]

    def columns(self) -> dict[str, Columns]:
        return {
            layer: Columns([s for s, _ in edges], [t for _, t in edges], list(edges.values()))
            for layer, edges in self.influences.items()
        }


CLASSES = (
    Counted(
        {"bottom": {0: 10, 1: 5}, "middle": {0: 8, 1: 4, 2: 2}, "top": {0: 6, 1: 3}},
        {"middle": {(0, 0): 8, (1, 0): 2, (1, 1): 4}, "top": {(0, 0): 6, (1, 0): 1, (1, 1): 3}},
    ),
    Counted(
        {"bottom": {2: 9, 0: 1}, "middle": {1: 9}},
        {"middle": {(2, 1): 9, (0, 1): 1}, "top": {(1, 1): 5}},
    ),
)


def network_steps(model: str, layers: Sequence[LayerSize], classes: int) -> list[Step]:
    """The writes that create a model with its layers, channels and classes."""
    rows = [{"id": class_id(model, index), "index": index} for index in range(classes)]
    return [
        model_step(model, {"architecture": "a few channels", "dataset": "none", "images": 10}),
        *layer_steps(model, layers),
        ("upsert_classes", {"model": model, "rows": rows}),
    ]


def activation_steps(model: str, index: int, counted: Counted) -> list[Step]:
    """The writes that put A of a class in place of the one it has."""
    rows = [
        {"class": class_id(model, index), "channel": channel_id(model, layer, channel), "count": count}
        for layer, counts in counted.activations.items()
        for channel, count in counts.items()
    ]
    return [("remove_activations", {"classes": [class_id(model, index)]}), ("add_activations", {"rows": rows})]


async def load_sample(store: Store) -> None:
    """The sample with its counts and the attribution graphs cut from them."""
    steps = network_steps(MODEL, LAYERS, len(CLASSES))
    for index, counted in enumerate(CLASSES):
        name = class_id(MODEL, index)
        steps += activation_steps(MODEL, index, counted)
        for piece in influence_steps(name, MODEL, LAYERS, counted.columns()):
            steps += piece
        steps += adjacency_steps(name, LAYERS, counted.columns())
        steps.append(("sign_counts", {"rows": [{"id": name, "digest": f"sample {index}"}]}))
    await store.write_together(steps)
    await extract_model(store, MODEL, walk=Walk(tolerance=1e-15), progress=ignore_progress)
