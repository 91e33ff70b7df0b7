"""A network of InceptionV1's size with one class, drawn from a seed: 5,484 channels and 130,000 influences."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy

from queries.adjacency import adjacency_steps
from queries.networks import Step
from queries.records import Columns, LayerSize, class_id
from tests.sample import Counted, activation_steps, network_steps

MODEL = "large"
CLASS = class_id(MODEL, 0)
SIZES = (256, 480, 508, 512, 512, 528, 832, 832, 1024)
INFLUENCES = 130_000
ALONE = 5  # channels of each upper layer that nothing influences


@dataclass(frozen=True)
class Large:
    """A and I of the class, as {layer: {channel: count}} and as columns by upper layer."""

    layers: tuple[LayerSize, ...]
    activations: Mapping[str, Mapping[int, int]]
    influences: Mapping[str, Columns]

    def steps(self) -> list[Step]:
        """The writes that create all of it but the relationships."""
        return [
            *network_steps(MODEL, self.layers, 1),
            *activation_steps(MODEL, 0, Counted(self.activations, {})),
            *adjacency_steps(CLASS, self.layers, self.influences),
        ]


def large_network() -> Large:
    draw = numpy.random.default_rng(7)
    layers = tuple(LayerSize(f"mixed{index}", index, size) for index, size in enumerate(SIZES))
    activations, influences = {}, {}
    for layer in layers:
        held = draw.permutation(layer.channels)[: layer.channels // 3]
        activations[layer.name] = {int(channel): int(draw.integers(1, 400)) for channel in held}
    for lower, upper in pairwise(layers):
        count, targets = INFLUENCES * upper.channels // sum(SIZES[1:]), upper.channels - ALONE
        places = numpy.sort(draw.permutation(lower.channels * targets)[:count])
        weights = draw.integers(1, 51, count).tolist()
        influences[upper.name] = Columns((places // targets).tolist(), (places % targets).tolist(), weights)
    return Large(layers, activations, influences)
