"""The numeric check of every hop: what is counted adds up to what the network computes.

Two passes run together, node by node: one of the probe picture, and one in which things are altered. Of every stage
(the lower layer, each convolution, each sum) a random half of the channels is inverted, or silenced where no value is
negative; what a convolution then receives from the other half is scaled by random factors. So every source differs
between the two passes, and by its label it is known how. Where a span reads what does not come from its lower layer,
both passes have the same: what was altered in another span stays there. The convolution, with all that is folded into
it, runs as the network runs it; its change must be the sum of what is counted for the change of each source. And where
channels end or meet, in a layer or a sum, one may change only if it is followed to what was inverted. A kernel, padding
or label that is wrong shows as a difference, whatever made it wrong.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx
from torch.nn import functional

from ingest.errors import NetworkRefused
from ingest.tracing.convolution import padded
from ingest.tracing.labels import Held, Hop, Span, Sum
from ingest.tracing.trace import Traced

ROUNDING = 2e-6  # of float32 sums, as a share of the sum of absolute values; a flaw is some hundred times larger
TINY = 1e-30  # results below this may have lost digits to underflow


@dataclass(frozen=True, eq=False)
class _Alteration:
    """Which labels of one span are inverted: (labels + 1,) bool, False for OUTSIDE, the last."""

    span: Span
    inverted: Tensor

    @classmethod
    def of(cls, span: Span, generator: torch.Generator) -> "_Alteration":
        widths = [span.sources, *(stage.width for stage in span.stages)]
        halves = [torch.randperm(width, generator=generator) < width / 2 for width in widths]
        return cls(span, torch.cat([*halves, torch.tensor([False])]))

    def apply(self, value: Tensor, held: Held) -> Tensor:
        factor = 0.0 if float(value.amin()) >= 0 else -1.0  # survives an activation that follows
        return value * along(held.axis, value, self.inverted[held.labels] * (factor - 1) + 1)


@dataclass(frozen=True, eq=False)
class _Reading:
    """A value that is read where channels end or meet, a layer or a part of a sum, and the labels that it is taken for.

    axis    of its channels in the value of `node`, to which `value` is broadcast
    labels  (C,) int64
    """

    node: fx.Node
    value: fx.Node
    axis: int
    labels: Tensor


class HopRefused(NetworkRefused):
    """What would be counted between two layers is not what the network computes."""

    def __init__(self, name: str, why: str, span: Span) -> None:
        super().__init__(f"{name}: what would be counted is not what the network computes: {why}")
        self.span = span


class HopCheck:
    """Runs the graph twice at once, and compares at the end of each hop; see the module's docstring.

    cost  two forward passes, the hops' convolutions once more, and some ten passes over what they read and return
    """

    def __init__(self, traced: Traced, spans: tuple[Span, ...], seed: int = 0) -> None:
        self.traced, self.generator = traced, torch.Generator().manual_seed(seed)
        self.held: dict[fx.Node, tuple[Held, _Alteration]] = {}
        self.hops: dict[fx.Node, tuple[Hop, _Alteration]] = {}
        self.ends: dict[fx.Node, tuple[Hop, Held, Span]] = {}
        self.moves: dict[fx.Node, Hop] = {}
        self.readings: dict[fx.Node, list[tuple[_Reading, _Alteration]]] = {}
        self.inside: dict[fx.Node, frozenset[fx.Node]] = {}  # by node, all nodes of its span; a layer ends its span
        for span in spans:
            self.inside |= dict.fromkeys(span.inside - {span.held[0].node}, span.inside)
            alteration = _Alteration.of(span, self.generator)
            held_at = {held.node: held for held in span.held}
            self.held |= {node: (held, alteration) for node, held in held_at.items()}
            self.hops |= {hop.node: (hop, alteration) for hop in span.hops}
            self.ends |= {hop.end: (hop, held_at[hop.end], span) for hop in span.hops}
            self.moves |= {node: hop for hop in span.hops for node in hop.moves}
            for reading in _readings(span, held_at):
                self.readings.setdefault(reading.node, []).append((reading, alteration))
        self.clean: dict[fx.Node, Any] = {}
        self.altered: dict[fx.Node, Any] = {}
        self.expected: dict[fx.Node, Tensor] = {}  # by the end of a hop: the change that is counted
        self.rounding: dict[fx.Node, Tensor] = {}  # by the end of a hop: (T,) that of sums of what it reads

    def run(self, probe: Tensor) -> None:
        """Raises HopRefused for the first hop whose counts do not add up."""
        unread, upper = _last_readers(self.traced), {*self.ends, *self.readings, *self.held}
        with torch.inference_mode():
            for node in self.traced.module.graph.nodes:
                self._step(node, probe)
                upper.discard(node)
                if not upper:
                    return
                for finished in unread.get(node, ()):
                    del self.clean[finished], self.altered[finished]

    def _step(self, node: fx.Node, probe: Tensor) -> None:
        if node.op in ("placeholder", "output"):
            self.clean[node] = self.altered[node] = probe
            return
        self.clean[node] = self.traced.evaluate(node, self.clean.__getitem__)
        if node in self.hops:
            self._convolve(node, *self.hops[node])
        elif all(self._read(node, source) is self.clean[source] for source in node.all_input_nodes):
            self.altered[node] = self.clean[node]
        else:
            self.altered[node] = self.traced.evaluate(node, lambda source: self._read(node, source))
        if node in self.moves:
            end = self.moves[node].end
            source, counted = node.all_input_nodes[0], self.expected[end]
            self.expected[end] = self.traced.evaluate(node, lambda n: counted if n is source else self.clean[n])
        if node in self.ends:
            self._compare(*self.ends[node])
        for reading, alteration in self.readings.get(node, ()):
            self._compare_labels(reading, alteration)
        if node in self.held:
            held, alteration = self.held[node]
            self.altered[node] = alteration.apply(self.clean[node], held)

    def _convolve(self, node: fx.Node, hop: Hop, alteration: _Alteration) -> None:
        """Run a hop's convolution on what it receives altered, and note the change that is counted for it."""
        clean, altered = self.clean[hop.reads], self.altered[hop.reads]
        axis = clean.dim() - 1 if hop.convolution.geometry.channels_last else 1
        inverted = alteration.inverted[hop.labels].float()
        scale = torch.rand(len(hop.labels), generator=self.generator).mul(0.5).add(0.25)
        received = altered * along(axis, clean, inverted + (1 - inverted) * scale)
        change = clean * along(axis, clean, inverted + (1 - inverted) * (1 - scale))
        change.addcmul_(altered, along(axis, clean, -inverted))  # of the others, it is as if they were not altered
        kernel = hop.convolution.kernel.float()
        self.expected[hop.end] = self._sum_of_counted(hop, change, kernel)
        weights = kernel.flatten(1).norm(1, dim=1)
        self.rounding[hop.end] = ROUNDING * max(_largest(clean), _largest(received)) * weights
        self.altered[node] = self.traced.evaluate(
            node, lambda source: received if source is hop.reads else self._read(node, source)
        )

    def _read(self, node: fx.Node, source: fx.Node) -> Any:
        """What a node reads in the altered pass."""
        return self.altered[source] if source in self.inside.get(node, ()) else self.clean[source]

    def _sum_of_counted(self, hop: Hop, change: Tensor, kernel: Tensor) -> Tensor:
        """The sum over sources of what is counted for a change of what the convolution receives.

        In the shape of the convolution's results; it is moved as they are on the way to the end of the hop.
        """
        convolution, geometry = hop.convolution, hop.convolution.geometry
        maps = functional.conv2d(
            padded(change, geometry),
            kernel,
            stride=geometry.stride,
            dilation=geometry.dilation,
            groups=convolution.groups,
        )
        expected = self.clean[hop.node].shape
        found = maps.flatten(2).movedim(1, -1).reshape(expected) if geometry.channels_last else maps
        found = found.squeeze(3) if len(expected) == 3 and found.dim() == 4 else found
        if found.shape != expected:
            why = f"it returns shape {tuple(expected)}, but {tuple(found.shape)} is counted"
            raise HopRefused(convolution.name, why, self.ends[hop.end][2])
        return found

    def _compare(self, hop: Hop, held: Held, span: Span) -> None:
        clean, altered = self.clean[hop.end], self.altered[hop.end]
        change, counted = clean - altered, self.expected.pop(hop.end)
        differs, rounding = _extent(change - counted, held.axis), self.rounding.pop(hop.end)[held.labels - hop.first]
        if bool((differs <= rounding + TINY).all()):
            return
        if not bool(clean.isfinite().all()):
            raise NetworkRefused(
                f"{hop.convolution.name}: its results are not finite for a random picture; expected weights without "
                "NaN and infinity"
            )
        result = torch.maximum(_extent(clean, held.axis), _extent(altered, held.axis))
        excess = (differs - rounding - ROUNDING * result - TINY).nan_to_num(torch.inf)
        if float(excess.max()) > 0:
            channel = int(excess.argmax())
            real, sum_of = (value.movedim(held.axis, 0)[channel].flatten() for value in (change, counted))
            at = int((real - sum_of).abs().nan_to_num(torch.inf).argmax())
            raise HopRefused(
                hop.convolution.name,
                f"when its sources are altered, target {int(held.labels[channel]) - hop.first} changes by "
                f"{float(real[at]):.4g}, but what is counted for them adds up to {float(sum_of[at]):.4g}",
                span,
            )

    def _compare_labels(self, reading: _Reading, alteration: _Alteration) -> None:
        """A channel may change only where a label that it is taken for is inverted."""
        clean, altered = self.clean[reading.value], self.altered[reading.value]
        if altered is clean or not isinstance(clean, Tensor):
            return
        axis = reading.axis - (self.clean[reading.node].dim() - clean.dim())  # broadcast, if there are fewer
        change = _extent(clean.float() - altered.float(), axis).expand(len(reading.labels))
        wrong = ~(change <= 10 * ROUNDING * _largest(clean.float())) & ~alteration.inverted[reading.labels]
        if bool(wrong.any()):
            raise HopRefused(
                self.traced.where(reading.node) or "the network itself",
                f"channel {int(wrong.nonzero()[0])} of {reading.value.name} changes although nothing does that it is "
                "taken to come from",
                alteration.span,
            )


def along(axis: int, value: Tensor, numbers: Tensor) -> Tensor:
    """Numbers, one per channel, in a shape that multiplies the channels of a value."""
    view = [1] * value.dim()
    view[axis] = -1
    return numbers.view(view)


def _extent(value: Tensor, axis: int) -> Tensor:
    """(C,) the largest absolute value of each channel; (1,) of all for an axis below 0."""
    by_channel = value.movedim(axis, 0).flatten(1) if axis >= 0 else value.flatten()[None]
    return torch.maximum(-by_channel.amin(1), by_channel.amax(1))  # seven times as fast as torch.aminmax along an axis


def _largest(value: Tensor) -> float:
    least, most = torch.aminmax(value)
    return max(-float(least), float(most))


def _readings(span: Span, held_at: dict[fx.Node, Held]) -> list[_Reading]:
    """What each sum of a span reads, and its upper layer unless a stage ends there."""
    found = []
    for stage in span.stages:
        if isinstance(stage, Sum):
            maps = [each for each in stage.node.args if isinstance(each, fx.Node) and each in span.inside]
            axis = held_at[stage.node].axis
            found += [_Reading(stage.node, *each) for each in zip(maps, [axis] * 2, stage.labels, strict=True)]
    if span.upper is not None and span.upper not in held_at:
        found.append(_Reading(span.upper, span.upper, 1, span.targets))
    return found


def check_hops(traced: Traced, spans: tuple[Span, ...], probe: Tensor) -> None:
    """Compare every hop with the network on a probe (1, 3, height, width). HopRefused names one that differs."""
    HopCheck(traced, spans).run(probe)


def _last_readers(traced: Traced) -> dict[fx.Node, list[fx.Node]]:
    """node -> the values that nothing reads after it"""
    last: dict[fx.Node, fx.Node] = {}
    for node in traced.module.graph.nodes:
        last[node] = node
        last |= dict.fromkeys(node.all_input_nodes, node)
    finished: dict[fx.Node, list[fx.Node]] = {}
    for value, reader in last.items():
        finished.setdefault(reader, []).append(value)
    return finished
