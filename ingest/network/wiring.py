"""The wiring of a network: its layers and every convolution between neighbouring ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor, nn

from ingest.network.check import check_hops
from ingest.network.follow import Hop, Span, follow
from ingest.network.layers import TracedLayer, find_layers
from ingest.network.trace import Traced, trace


@dataclass(frozen=True, eq=False)
class Wiring:
    """layers lowest first; spans[n] leads from layers[n] to layers[n + 1]."""

    traced: Traced
    layers: tuple[TracedLayer, ...]
    spans: tuple[Span, ...]

    @property
    def hops(self) -> tuple[Hop, ...]:
        """Every convolution between two neighbouring layers, lowest first."""
        return tuple(hop for span in self.spans for hop in span.hops)


def wire(network: nn.Module, probe: Tensor, names: Sequence[str] | None = None) -> Wiring:
    """Trace a network, follow its channels, and check every hop numerically on the probe.

    probe  one picture, (1, 3, height, width), of the size that is counted; its values are random
    names  of the layers; None for the network's own, see find_layers
    """
    traced = trace(network, probe)
    layers = find_layers(traced, network, names)
    spans = tuple(follow(traced, lower.value, upper.value) for lower, upper in pairwise(layers))
    check_hops(traced, spans, probe)
    return Wiring(traced, layers, spans)
