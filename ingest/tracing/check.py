"""The numeric check of every hop: what is counted adds up to what the network computes.

Two passes run together, node by node: one of the probe picture, and one in which things are altered. Of every stage
(the lower layer, each convolution, each sum) a random half of the channels is inverted, or silenced where no value is
negative; what a convolution then receives from the other half is scaled by random factors. So every source differs
between the two passes, and by its label it is known how. Where a span reads what does not come from its lower layer,
both passes have the same: what was altered in another span stays there. The convolution, with all that is folded into
it, runs as the network runs it; its change must be the sum of what is counted for the change of each source. A
kernel, padding or label that is wrong shows as a difference, whatever made it wrong.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx
from torch.nn import functional

from ingest.errors import NetworkRefused
from ingest.tracing.convolution import padded
from ingest.tracing.follow import Held, Hop, Span
from ingest.tracing.trace import Traced

ROUNDING = 2e-6  # of float32 sums, as a share of the sum of absolute values; a flaw is some hundred times larger
TINY = 1e-30  # results below this may have lost digits to underflow


@dataclass(frozen=True, eq=False)
class _Alteration:
    """Which labels of one span are inverted: (labels + 1,) bool, False for OUTSIDE, the last."""

    inverted: Tensor

    @classmethod
    def of(cls, span: Span, generator: torch.Generator) -> "_Alteration":
        widths = [span.sources, *(stage.width for stage in span.stages)]
        halves = [torch.randperm(width, generator=generator) < width / 2 for width in widths]
        return cls(torch.cat([*halves, torch.tensor([False])]))

    def apply(self, value: Tensor, held: Held) -> Tensor:
        view = [1] * value.dim()
        view[held.axis] = len(held.labels)
        other = torch.zeros_like(value) if bool((value >= 0).all()) else -value  # survives an activation that follows
        return torch.where(self.inverted[held.labels].view(view), other, value)


class HopRefused(NetworkRefused):
    """A hop whose counts do not add up to what the network computes."""

    def __init__(self, hop: Hop, why: str) -> None:
        super().__init__(f"{hop.convolution.name}: what would be counted is not what the network computes: {why}")
        self.hop = hop


class HopCheck:
    """Runs the graph twice at once, and compares at the end of each hop; see the module's docstring.

    cost  two forward passes, and the hops' convolutions once more
    """

    def __init__(self, traced: Traced, spans: tuple[Span, ...], seed: int = 0) -> None:
        self.traced, self.generator = traced, torch.Generator().manual_seed(seed)
        self.held: dict[fx.Node, tuple[Held, _Alteration]] = {}
        self.hops: dict[fx.Node, tuple[Hop, _Alteration]] = {}
        self.ends: dict[fx.Node, tuple[Hop, Held]] = {}
        self.moves: dict[fx.Node, Hop] = {}
        self.inside: dict[fx.Node, frozenset[fx.Node]] = {}  # by node, all nodes of its span; a layer ends its span
        for span in spans:
            self.inside |= dict.fromkeys(span.inside - {span.held[0].node}, span.inside)
            alteration = _Alteration.of(span, self.generator)
            held_at = {held.node: held for held in span.held}
            self.held |= {node: (held, alteration) for node, held in held_at.items()}
            self.hops |= {hop.node: (hop, alteration) for hop in span.hops}
            self.ends |= {hop.end: (hop, held_at[hop.end]) for hop in span.hops}
            self.moves |= {node: hop for hop in span.hops for node in hop.moves}
        self.clean: dict[fx.Node, Any] = {}
        self.altered: dict[fx.Node, Any] = {}
        self.expected: dict[fx.Node, Tensor] = {}  # by the end of a hop: the change that is counted
        self.largest: dict[fx.Node, float] = {}  # by the end of a hop: largest value in either pass of what it reads

    def run(self, probe: Tensor) -> None:
        """Raises HopRefused for the first hop whose counts do not add up."""
        unread = _last_readers(self.traced)
        with torch.inference_mode():
            for node in self.traced.module.graph.nodes:
                self._step(node, probe)
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
        if node in self.held:
            held, alteration = self.held[node]
            self.altered[node] = alteration.apply(self.clean[node], held)

    def _convolve(self, node: fx.Node, hop: Hop, alteration: _Alteration) -> None:
        """Run a hop's convolution on what it receives altered, and note the change that is counted for it."""
        clean, altered = self.clean[hop.reads], self.altered[hop.reads]
        view = [1] * clean.dim()
        view[clean.dim() - 1 if hop.convolution.geometry.channels_last else 1] = -1
        inverted = alteration.inverted[hop.labels].view(view)
        factor = torch.rand(len(hop.labels), generator=self.generator).mul(0.5).add(0.25).view(view)
        received = torch.where(inverted, altered, altered * factor)
        change = torch.where(inverted, clean - altered, clean * (1 - factor))
        self.expected[hop.end] = self._sum_of_counted(hop, change)
        self.largest[hop.end] = float(torch.maximum(clean.abs().max(), received.abs().max()))
        self.altered[node] = self.traced.evaluate(
            node, lambda source: received if source is hop.reads else self._read(node, source)
        )

    def _read(self, node: fx.Node, source: fx.Node) -> Any:
        """What a node reads in the altered pass."""
        return self.altered[source] if source in self.inside.get(node, ()) else self.clean[source]

    def _sum_of_counted(self, hop: Hop, change: Tensor) -> Tensor:
        """The sum over sources of what is counted for a change of what the convolution receives.

        In the shape of the convolution's results; it is moved as they are on the way to the end of the hop.
        """
        convolution, geometry = hop.convolution, hop.convolution.geometry
        maps = functional.conv2d(
            padded(change, geometry),
            convolution.kernel.float(),
            stride=geometry.stride,
            dilation=geometry.dilation,
            groups=convolution.groups,
        )
        expected = self.clean[hop.node].shape
        found = maps.flatten(2).movedim(1, -1).reshape(expected) if geometry.channels_last else maps
        found = found.squeeze(3) if len(expected) == 3 and found.dim() == 4 else found
        if found.shape != expected:
            raise HopRefused(hop, f"it returns shape {tuple(expected)}, but {tuple(found.shape)} is counted")
        return found

    def _compare(self, hop: Hop, held: Held) -> None:
        clean, altered = self.clean[hop.end], self.altered[hop.end]
        change = clean - altered
        if not bool(clean.isfinite().all()):
            raise NetworkRefused(
                f"{hop.convolution.name}: its results are not finite for a random picture; expected weights without "
                "NaN and infinity"
            )
        counted = self.expected.pop(hop.end)
        weights = hop.convolution.kernel.abs().flatten(1).sum(1).float()[held.labels - hop.first]
        by_target = [axis for axis in range(clean.dim()) if axis != held.axis]
        result = torch.maximum(clean.abs(), altered.abs()).amax(by_target)
        allowed = ROUNDING * (self.largest.pop(hop.end) * weights + result) + TINY
        excess = ((change - counted).abs().amax(by_target) - allowed).nan_to_num(torch.inf)
        if float(excess.max()) > 0:
            channel = int(excess.argmax())
            real, sum_of = (value.movedim(held.axis, 0)[channel].flatten() for value in (change, counted))
            at = int((real - sum_of).abs().nan_to_num(torch.inf).argmax())
            raise HopRefused(
                hop,
                f"when its sources are altered, target {int(held.labels[channel]) - hop.first} changes by "
                f"{float(real[at]):.4g}, but what is counted for them adds up to {float(sum_of[at]):.4g}",
            )


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
