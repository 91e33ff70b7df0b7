"""A network that gives, beside its class scores, what counting needs and no more."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, fx, nn

from ingest.count.activation import peak
from ingest.network.convolution import Geometry, extremes
from ingest.network.trace import logits_of
from ingest.network.wiring import Wiring


@dataclass(frozen=True, eq=False)
class Seen:
    """What one forward pass showed; the first axis of every tensor is the picture.

    scores  (batch, outputs) class scores before softmax
    peaks   one a row: (batch, C), see activation.peak
    reads   one a hop: what the convolution receives, (batch, S, height, width); for one tap its `extremes`
    """

    scores: Tensor
    peaks: tuple[Tensor, ...]
    reads: tuple[Tensor, ...]

    def finite(self) -> Tensor:
        """(batch,) bool: whether every number of a picture is finite; what is not cannot be ranked."""
        sound = torch.isfinite(self.scores).all(1)
        for value in (*self.peaks, *self.reads):
            least, most = torch.aminmax(value.flatten(1), dim=1)
            sound &= torch.isfinite(least) & torch.isfinite(most)
        return sound

    def part(self, chosen: Tensor | slice) -> "Seen":
        """The same for some of the pictures."""
        return Seen(self.scores[chosen], tuple(p[chosen] for p in self.peaks), tuple(r[chosen] for r in self.reads))


class Instrumented(nn.Module):
    """The traced network with taps: (batch, 3, height, width) in, Seen out.

    whole_maps  keep maps for one-tap convolutions too (Method 2 and other measures than the maximum need them)
    Costs one pass over each tapped map besides the network's own forward pass.
    """

    def __init__(self, wiring: Wiring, whole_maps: bool = False) -> None:
        super().__init__()
        graph = fx.Graph()
        copies: dict[fx.Node, fx.Node] = {}
        answer = graph.graph_copy(wiring.traced.module.graph, copies)
        taps = _Taps(graph, copies)
        rows = [taps.peak(row.value) for row in wiring.rows]
        hops = [taps.read(hop.reads, hop.convolution.geometry, whole_maps) for hop in wiring.hops]
        graph.output((answer, tuple(rows), tuple(hops)))
        graph.lint()
        self.network = fx.GraphModule(wiring.traced.module, graph)

    def forward(self, pictures: Tensor) -> Seen:
        answer, peaks, reads = self.network(pictures)
        scores = logits_of(answer)
        return Seen(scores, peaks, reads)


class _Taps:
    """Adds nodes right behind those they read, so that large maps are let go of early; equal taps are shared."""

    def __init__(self, graph: fx.Graph, copies: dict[fx.Node, fx.Node]) -> None:
        self.graph, self.copies = graph, copies
        self.made: dict[tuple[fx.Node, Geometry], fx.Node] = {}

    def peak(self, node: fx.Node) -> fx.Node:
        with self.graph.inserting_after(self.copies[node]):
            return self.graph.call_function(peak, (self.copies[node],))

    def read(self, node: fx.Node, geometry: Geometry, whole_maps: bool) -> fx.Node:
        source = self.copies[node]
        if whole_maps or not geometry.pointwise:
            return source
        if (source, geometry) not in self.made:
            with self.graph.inserting_after(source):
                self.made[source, geometry] = self.graph.call_function(extremes, (source, geometry))
        return self.made[source, geometry]


def together(seen: Sequence[Seen]) -> Seen:
    """Several forward passes as one batch."""
    if len(seen) == 1:
        return seen[0]
    return Seen(
        torch.cat([one.scores for one in seen]),
        tuple(torch.cat(values) for values in zip(*(one.peaks for one in seen), strict=True)),
        tuple(torch.cat(values) for values in zip(*(one.reads for one in seen), strict=True)),
    )
