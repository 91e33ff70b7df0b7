"""The channels between two layers: each comes from where it is followed to.

Two passes of the probe picture run together, node by node, of which the second is altered. Of every stage (the lower
layer, each convolution, each sum) a random half of the channels is inverted, or silenced where no value is negative.
So it is known by its label which channel differs between the passes: where channels end or meet, in a convolution, a
sum or a layer, one may change only if it is followed to what was altered. Where a span reads what does not come from
its lower layer, both passes have the same: what was altered in another span stays there.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, fx

from ingest.tracing.check.differences import ROUNDING, HopRefused, extent, not_finite, steps_of
from ingest.tracing.labels import Held, Hop, Span
from ingest.tracing.operations import Value
from ingest.tracing.trace import Traced


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
        factor = 0.0 if float(_row(value, held.axis).amin()) >= 0 else -1.0  # survives an activation that follows
        return value * along(held.axis, value, self.inverted[held.labels] * (factor - 1) + 1)


@dataclass(frozen=True, eq=False)
class _Reading:
    """A value that is read where channels end or meet, and the labels that it is taken for.

    name    of the convolution, or of the module with the sum or the layer
    node    that reads it
    axis    of its channels; below 0 where it has one for all
    labels  (C,) int64
    """

    name: str
    node: fx.Node
    value: fx.Node
    axis: int
    labels: Tensor


class ChannelCheck:
    """Runs the graph twice at once, and compares where channels end or meet; see the module's docstring.

    cost  a forward pass, one without convolutions, and some passes over what is compared
    """

    def __init__(self, traced: Traced, spans: tuple[Span, ...], generator: torch.Generator) -> None:
        self.traced = traced
        self.held: dict[fx.Node, tuple[Held, _Alteration]] = {}
        self.folded: set[fx.Node] = set()  # from each convolution to the end of its hop
        self.readings: dict[fx.Node, list[tuple[_Reading, _Alteration]]] = {}
        self.inside: dict[fx.Node, frozenset[fx.Node]] = {}  # by node, all nodes of its span; a layer ends its span
        for span in spans:
            self.inside |= dict.fromkeys(span.inside - {span.held[0].node}, span.inside)
            alteration = _Alteration.of(span, generator)
            self.held |= {held.node: (held, alteration) for held in span.held}
            self.folded |= {node for hop in span.hops for node in steps_of(traced, hop)}
            for reading in _readings(traced, span):
                self.readings.setdefault(reading.node, []).append((reading, alteration))
        self.clean: dict[fx.Node, Value] = {}
        self.altered: dict[fx.Node, Value] = {}
        self.differing: dict[fx.Node, dict[int, Tensor]] = {}  # by value and axis, see _differs

    def run(self, probe: Tensor) -> None:
        """Raises HopRefused for the first channel that is not what it is taken for."""
        unread, upper = _last_readers(self.traced), {*self.readings, *self.held}
        for node in self.traced.module.graph.nodes:
            self._step(node, probe)
            upper.discard(node)
            if not upper:
                return
            for finished in unread.get(node, ()):
                del self.clean[finished], self.altered[finished]
                self.differing.pop(finished, None)

    def _step(self, node: fx.Node, probe: Tensor) -> None:
        if node.op in ("placeholder", "output"):
            self.clean[node] = self.altered[node] = probe
            return
        self.clean[node] = self.altered[node] = self.traced.evaluate(node, self.clean.__getitem__)
        unaltered = all(self._read(node, source) is self.clean[source] for source in node.all_input_nodes)
        if not unaltered and node not in self.folded:
            self.altered[node] = self.traced.evaluate(node, lambda source: self._read(node, source))
        for reading, alteration in self.readings.get(node, ()):
            self._compare(reading, alteration)
        if node in self.held:
            held, alteration = self.held[node]
            self.altered[node] = alteration.apply(self.clean[node], held)
            self.differing.pop(node, None)

    def _read(self, node: fx.Node, source: fx.Node) -> object:
        """What a node reads in the altered pass."""
        return self.altered[source] if source in self.inside.get(node, ()) else self.clean[source]

    def _differs(self, value: fx.Node, axis: int) -> Tensor:
        """(C,) bool, or one for all: which channels of a value differ; several readers ask for it."""
        known = self.differing.setdefault(value, {})
        if axis not in known:
            differs = self.clean[value].ne(self.altered[value])
            known[axis] = differs.movedim(axis, 0).flatten(1).any(1) if axis >= 0 else differs.any()
        return known[axis]

    def _compare(self, reading: _Reading, alteration: _Alteration) -> None:
        """A channel may change only where a label that it is taken for is inverted."""
        clean, altered = self.clean[reading.value], self.altered[reading.value]
        if altered is clean or not isinstance(clean, Tensor):
            return
        differs = self._differs(reading.value, reading.axis)
        if not bool((differs & ~alteration.inverted[reading.labels]).any()):
            return
        change = extent(clean.float() - altered.float(), reading.axis).expand(len(reading.labels))
        wrong = ~(change <= 10 * ROUNDING * _largest(clean.float())) & ~alteration.inverted[reading.labels]
        if bool(wrong.any()):
            if not bool(clean.isfinite().all()):
                raise not_finite(f"{reading.name}: what it reads is")
            raise HopRefused(
                reading.name,
                f"channel {int(wrong.nonzero()[0])} of {reading.value.name} changes although nothing does that it is "
                "taken to come from",
                alteration.span,
            )


def along(axis: int, value: Tensor, numbers: Tensor) -> Tensor:
    """Numbers, one per channel, in a shape that multiplies the channels of a value."""
    view = [1] * value.dim()
    view[axis] = -1
    return numbers.view(view)


def _row(value: Tensor, axis: int) -> Tensor:
    """One row of every channel of a value, in the middle of the map, as a view."""
    positions = next((at for at in range(1, value.dim()) if at != axis % value.dim()), 0)
    return value.narrow(positions, value.shape[positions] // 2, 1)


def _largest(value: Tensor) -> float:
    least, most = torch.aminmax(value)
    return max(-float(least), float(most))


def _readings(traced: Traced, span: Span) -> list[_Reading]:
    """What each convolution and each sum of a span reads, and its upper layer unless a stage ends there."""
    held_at, found = {held.node: held for held in span.held}, []
    for stage in span.stages:
        if isinstance(stage, Hop):
            axis = traced.facts[stage.reads].dim() - 1 if stage.convolution.geometry.channels_last else 1
            found.append(_Reading(stage.convolution.name, stage.node, stage.reads, axis, stage.labels))
            continue
        maps = [each for each in stage.node.args if isinstance(each, fx.Node) and each in span.inside]
        for value, labels in zip(maps, stage.labels, strict=True):
            axis = held_at[stage.node].axis - (traced.facts[stage.node].dim() - traced.facts[value].dim())
            found.append(_Reading(_name(traced, stage.node), stage.node, value, axis, labels))
    if span.upper is not None and span.upper not in held_at:
        found.append(_Reading(_name(traced, span.upper), span.upper, span.upper, 1, span.targets))
    return found


def _name(traced: Traced, node: fx.Node) -> str:
    return traced.where(node) or "the network itself"


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
