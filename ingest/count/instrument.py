"""A network that returns, besides its class scores, exactly what counting needs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import torch
from torch import Tensor, fx, nn

from ingest.count.influence import PreparedConvolution, excited
from ingest.network.attribution import Aim, attributions, log_odds
from ingest.network.outputs import WHOLE, Scores
from ingest.tracing.convolution import Convolution, Geometry, extremes
from ingest.tracing.kernels import adds_bias, read_convolution
from ingest.tracing.labels import Hop
from ingest.tracing.trace import Traced
from ingest.tracing.wiring import Wiring

SIZABLE = 1e12  # weights between its inverse and this neither overflow float32 nor lose digits that count


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
        self.network = fx.GraphModule(wiring.traced.module, graph)
        outputs = _OutputNodes(wiring.traced, self.network, copies)
        peaks = [outputs.peak(layer.value) for layer in wiring.layers]
        inputs = [outputs.input(hop, whole_maps) for hop in wiring.hops]
        graph.output((answer, tuple(peaks), tuple(inputs), tuple(copies[layer.value] for layer in wiring.layers)))
        graph.lint()
        self.network.recompile()

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
        return Recording(self.scores.of(answer), most, places, tuple(inputs)), values


class _Excited(nn.Module):
    """What `excited` says of a depthwise convolution, on the device of what it receives.

    own  (T, 1, kernel height, kernel width) float64, the network's own kernels, if it adds no bias to what they give
    """

    def __init__(self, convolution: Convolution, own: Tensor | None) -> None:
        super().__init__()
        self.prepared = lru_cache(1)(partial(PreparedConvolution.of, convolution))
        self.own = own
        self.factor = lru_cache(1)(self._factor)

    def _factor(self, device: torch.device) -> Tensor | None:
        return None if self.own is None else answering(self.prepared(device), self.own.to(device))

    def forward(self, source: Tensor, answer: Tensor) -> Tensor:
        return excited(self.prepared(source.device), source, answer, self.factor(source.device))


def answering(prepared: PreparedConvolution, own: Tensor) -> Tensor | None:
    """(T,) float32: the factor in `excited`; None where float32 might not hold what a network's own kernels give.

    own  (T, 1, kernel height, kernel width) float64, which differ from those of `prepared` by a factor each
    """
    scaled, own = prepared.single.double().flatten(0, 2), own.flatten(1)
    at = own.abs().argmax(1, keepdim=True)
    factor = (scaled / own).gather(1, at)[:, 0].nan_to_num(0)  # 0 for a kernel of zeros
    size = factor[factor != 0].abs()
    return factor.float() if bool(((size > 1 / SIZABLE) & (size < SIZABLE)).all()) else None


class _OutputNodes:
    """Adds nodes right after those they read, so that large maps are freed early; equal outputs are shared."""

    def __init__(self, traced: Traced, network: fx.GraphModule, copies: dict[fx.Node, fx.Node]) -> None:
        self.traced, self.network, self.graph, self.copies = traced, network, network.graph, copies
        self.made: dict[tuple[fx.Node, Geometry], fx.Node] = {}
        self.detached: dict[fx.Node, fx.Node] = {}

    def peak(self, node: fx.Node) -> fx.Node:
        with self.graph.inserting_after(source := self._detached(node)):
            return self.graph.call_function(peak, (source,))

    def input(self, hop: Hop, whole_maps: bool) -> fx.Node:
        source, convolution = self._detached(hop.reads), hop.convolution
        if convolution.lone and not whole_maps:
            name = f"excited_{hop.node.name}"
            plain = not adds_bias(self.traced, hop.node)
            own = read_convolution(self.traced, hop.node)[0].kernel if plain else None
            self.network.add_submodule(name, _Excited(convolution, own))
            with self.graph.inserting_after(answer := self._detached(hop.node)):
                return self.graph.call_module(name, (source, answer))
        if whole_maps or not convolution.geometry.pointwise:
            return source
        if (source, convolution.geometry) not in self.made:
            with self.graph.inserting_after(source):
                made = self.graph.call_function(extremes, (source, convolution.geometry))
            self.made[source, convolution.geometry] = made
        return self.made[source, convolution.geometry]

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
