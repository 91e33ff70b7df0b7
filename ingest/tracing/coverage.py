"""How much of a network its layers and the hops between them cover, told before anything is counted."""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import fx

from ingest.tracing.kernels import convolves_maps
from ingest.tracing.labels import Span
from ingest.tracing.layers import TracedLayer
from ingest.tracing.trace import Traced
from queries.values import counted


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is counted of a network's convolutions, and what is not.

    convolutions  that the forward pass calls on feature maps
    counted       of them: those that lie between two layers
    before        of them: up to the first layer
    after         of them: above the last layer
    other         of them: on ways that lead from no layer to the next
    left_out      one sentence for each layer that the network has but that cannot be counted, and why
    """

    convolutions: int
    counted: int
    before: int
    after: int
    left_out: tuple[str, ...] = ()

    @property
    def other(self) -> int:
        return self.convolutions - self.counted - self.before - self.after

    def __str__(self) -> str:
        share = 100 * self.counted // max(1, self.convolutions)
        places = {"up to the first layer": self.before, "above the last": self.after, "on other ways": self.other}
        rest = ", ".join(f"{count} {place}" for place, count in places.items() if count)
        return f"{self.counted} of {counted(self.convolutions, 'convolution')} ({share} %)" + (
            f"; not counted: {rest}" if rest else ""
        )


def coverage(
    traced: Traced, layers: Sequence[TracedLayer], spans: Sequence[Span], left_out: Sequence[str] = ()
) -> Coverage:
    """The coverage of the layers of a network and of the spans between them."""
    order: dict[fx.Node, int] = {node: at for at, node in enumerate(traced.module.graph.nodes)}
    all_of_them = [node for node in traced.pictured if convolves_maps(traced, node)]
    counted = {hop.node for span in spans for hop in span.hops if convolves_maps(traced, hop.node)}
    rest = [order[node] for node in all_of_them if node not in counted]
    first, last = order[layers[0].value], order[layers[-1].value]
    before, after = (sum(at <= first for at in rest), sum(at > last for at in rest))
    return Coverage(len(all_of_them), len(counted), before, after, tuple(left_out))
