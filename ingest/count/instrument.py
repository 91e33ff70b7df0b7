"""A network that returns, besides its class scores, exactly what counting needs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, fx, nn

from ingest.count.influence import PreparedConvolution, excited
from ingest.network.attribution import Aim, attributions, log_odds
from ingest.network.outputs import WHOLE, Scores
from ingest.tracing.convolution import Geometry, extremes
from ingest.tracing.wiring import Wiring


def peak(value: Tensor) -> tuple[Tensor, Tensor]:
    """The spatial maximum of each channel of a layer's value (batch, C, height, width), and where it is.

    Both are (batch, C). The maximum is at least 0: layers that do not end in a ReLU (inverted bottlenecks) are clamped
    here, as a ReLU after them would do. Its place is row * width + column, the first of equal ones.
    """
    maps = value.flatten(2)
    if maps.is_cuda or not maps.is_contiguous():
        most, place = maps.max(2)
    else:
        place = torch.from_numpy(maps.detach().numpy().argmax(2))  # four times as fast as PyTorch's on a CPU
        most = maps.gather(2, place[..., None]).squeeze(2)
    return most.clamp_min(0), place.to(torch.int32)


@dataclass(frozen=True, eq=False)
class Recording:
    """What one forward pass recorded; the first axis of every tensor is the picture.

    scores  (batch, outputs) class scores before softmax
    peaks   one per layer: (batch, C), see `peak`
    places  one per layer: (batch, C) int32, see `peak`
    inputs  one per hop: what the convolution receives, (batch, S, height, width); for one tap its `extremes`, for a
            depthwise one what `excited` says of it
    attributions  one per layer: (batch, C) float64, see ingest/network/attribution.py; none without an aim
    pooled  of the last layer alone: (batch, C) float64, means over positions; none without an aim
    """

    scores: Tensor
    peaks: tuple[Tensor, ...]
    places: tuple[Tensor, ...]
    inputs: tuple[Tensor, ...]
    attributions: tuple[Tensor, ...] = ()
    pooled: tuple[Tensor, ...] = ()

    def finite(self) -> Tensor:
        """(batch,) bool: whether every number of a picture is finite; others cannot be ranked."""
        finite = torch.isfinite(self.scores).all(1)
        for value in (*self.peaks, *self.inputs, *self.attributions, *self.pooled):
            numbers = value.flatten(1)  # torch.aminmax along an axis takes seven times as long
            finite &= torch.isfinite(numbers.amin(1)) & torch.isfinite(numbers.amax(1))
        return finite

    def select(self, pictures: Tensor | slice) -> "Recording":
        """The same for some of the pictures."""
        recorded = (self.peaks, self.places, self.inputs, self.attributions, self.pooled)
        return Recording(self.scores[pictures], *(tuple(value[pictures] for value in values) for values in recorded))


class InstrumentedNetwork(nn.Module):
    """The traced network with more outputs: (batch, 3, height, width) in, Recording out.

    scores      where the class scores are in its answer
    whole_maps  keep maps for all convolutions (Method 2 and measures other than the maximum need them)
    Costs one pass over each recorded map on top of the network's own forward pass, and with an aim a backward pass.
    """

    def __init__(self, wiring: Wiring, scores: Scores = WHOLE, whole_maps: bool = False) -> None:
        super().__init__()
        self.scores = scores
        graph = fx.Graph()
        copies: dict[fx.Node, fx.Node] = {}
        answer = graph.graph_copy(wiring.traced.module.graph, copies)
        outputs = _OutputNodes(graph, copies)
        peaks = [outputs.peak(layer.value) for layer in wiring.layers]
        inputs = [outputs.input(hop.reads, hop.convolution.geometry, whole_maps) for hop in wiring.hops]
        graph.output((answer, tuple(peaks), tuple(inputs), tuple(copies[layer.value] for layer in wiring.layers)))
        graph.lint()
        self.network = fx.GraphModule(wiring.traced.module, graph)
        self._lone = {
            at: hop.convolution for at, hop in enumerate(wiring.hops) if hop.convolution.lone and not whole_maps
        }
        self._prepared: tuple[torch.device, dict[int, PreparedConvolution]] | None = None

    def forward(self, pictures: Tensor, aim: Aim | None = None) -> Recording:
        """aim: what to count the attribution of; the pictures must not be tensors of inference mode then"""
        if aim is None:
            return self._record(pictures)[0]
        with torch.enable_grad():
            recording, values = self._record(pictures.detach().requires_grad_())
            odds = log_odds(recording.scores, aim.output)
            found = attributions(odds, values, aim.means)
        pooled = (values[-1].detach().double().mean((2, 3)),)
        return replace(recording, scores=recording.scores.detach(), attributions=found, pooled=pooled)

    def means(self, pictures: Tensor) -> tuple[Tensor, ...]:
        """Each channel's mean over positions, one (batch, C) float64 per layer."""
        return tuple(value.double().mean((2, 3)) for value in self._record(pictures)[1])

    def _record(self, pictures: Tensor) -> tuple[Recording, tuple[Tensor, ...]]:
        """The recording, and the value of each layer."""
        answer, peaks, inputs, values = self.network(pictures)
        most, places = zip(*peaks, strict=True)
        lone = self._lone_on(pictures.device)
        recorded = tuple(excited(lone[at], each) if at in lone else each for at, each in enumerate(inputs))
        return Recording(self.scores.of(answer), most, places, recorded), values

    def _lone_on(self, device: torch.device) -> dict[int, PreparedConvolution]:
        """The depthwise convolutions by hop; none where maps are kept."""
        if self._prepared is None or self._prepared[0] != device:
            self._prepared = device, {at: PreparedConvolution.of(each, device) for at, each in self._lone.items()}
        return self._prepared[1]


class _OutputNodes:
    """Adds nodes right after those they read, so that large maps are freed early; equal outputs are shared."""

    def __init__(self, graph: fx.Graph, copies: dict[fx.Node, fx.Node]) -> None:
        self.graph, self.copies = graph, copies
        self.made: dict[tuple[fx.Node, Geometry], fx.Node] = {}
        self.detached: dict[fx.Node, fx.Node] = {}

    def peak(self, node: fx.Node) -> fx.Node:
        with self.graph.inserting_after(source := self._detached(node)):
            return self.graph.call_function(peak, (source,))

    def input(self, node: fx.Node, geometry: Geometry, whole_maps: bool) -> fx.Node:
        source = self._detached(node)
        if whole_maps or not geometry.pointwise:
            return source
        if (source, geometry) not in self.made:
            with self.graph.inserting_after(source):
                self.made[source, geometry] = self.graph.call_function(extremes, (source, geometry))
        return self.made[source, geometry]

    def _detached(self, node: fx.Node) -> fx.Node:
        """What is recorded has no part in a backward pass."""
        if node not in self.detached:
            with self.graph.inserting_after(self.copies[node]):
                self.detached[node] = self.graph.call_method("detach", (self.copies[node],))
        return self.detached[node]


def concatenate(recordings: Sequence[Recording]) -> Recording:
    """Several forward passes as one batch."""
    if len(recordings) == 1:
        return recordings[0]
    return Recording(
        torch.cat([each.scores for each in recordings]),
        *(
            tuple(torch.cat(values) for values in zip(*(getattr(each, name) for each in recordings), strict=True))
            for name in ("peaks", "places", "inputs", "attributions", "pooled")
        ),
    )
