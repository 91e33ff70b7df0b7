"""Following channels from one layer of a network to the next.

Every channel of a feature map carries a *label*: which channel of which earlier *stage* it is. The lower layer, each
convolution and each sum are stages, each with its own range of labels; everything else only passes labels on. A
concatenation, a slice or a channel shuffle is executed on the labels themselves, so none of them needs its own rule.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import torch
from torch import Tensor, fx
from torch.nn import functional

from ingest.errors import NetworkRefused, NoPath
from ingest.tracing.check.turned import upright
from ingest.tracing.convolution import across_channels
from ingest.tracing.kernels import convolves, fold, read_convolution
from ingest.tracing.labels import OUTSIDE, Held, Hop, Span, Sum, broadcasts, changes, outside, spread
from ingest.tracing.operations import (
    Operation,
    Value,
    fills,
    is_positional,
    joins,
    keeps,
    mixes,
    move,
    moves,
    pads,
    raises_to_power,
    reduces,
    selects,
    shifts,
)
from ingest.tracing.record import rebuilt
from ingest.tracing.trace import Traced, between, is_map, nodes_in_order
from queries.errors import first_line
from queries.values import counted


def follow(traced: Traced, lower: fx.Node, upper: fx.Node) -> Span:
    """The span between the values of two layers. Raises NoPath, or NetworkRefused for one that cannot be followed."""
    inside = between(lower, upper)
    if not inside or lower is upper:
        raise NoPath(f"no path leads from {lower.name} to {upper.name}; each layer must lead to the next")
    return _Follower(traced, inside, lower).run(upper)


class _Follower:
    """Labels of every node between two layers, computed node by node."""

    def __init__(self, traced: Traced, inside: set[fx.Node], lower: fx.Node) -> None:
        self.traced, self.inside, self.lower = traced, inside, lower
        self.labels: dict[fx.Node, Value] = {}
        self.stages: list[Hop | Sum] = []
        self.next_label = 0
        self.less: dict[str, None] = {}

    def run(self, upper: fx.Node) -> Span:
        for node in nodes_in_order(self.traced, self.inside):
            self.labels[node] = self._new_labels(node, 1) if node is self.lower else self._step(node)
        axis, targets = self._channels(upper)
        if axis != 1:
            raise self._refused(upper, "has its channels on an axis other than the second")
        stages = tuple(self._folded(stage) if isinstance(stage, Hop) else stage for stage in self.stages)
        ends = [stage.end if isinstance(stage, Hop) else stage.node for stage in stages]
        norms = [node for node in self.labels if mixes(self.traced.operation(node))]
        held = tuple(Held(node, *self._channels(node)) for node in (self.lower, *ends, *norms))
        sources = self.traced.facts[self.lower].shape[1]
        span = Span(sources, stages, targets, held, frozenset(self.inside), upper, less=tuple(self.less))
        return upright(self.traced, self.labels, span)

    def _step(self, node: fx.Node) -> object:
        operation = self.traced.operation(node)
        if not is_map(self.traced.facts[node]):
            return self.traced.facts[node]  # a size, for a later view
        if fills(operation) or not self._maps(node):
            return outside(self.traced.facts[node])
        if convolves(operation):
            return self._convolve(node)
        if keeps(operation):
            if self._is_falling_power(node):
                raise self._refused(node, "is a power that falls where the map rises; expected one that rises with it")
            return self._keep(node)
        if reduces(operation) and not self._is_of_two(node):
            return self._reduce(node)
        if pads(operation):
            return self._pad(node)
        if moves(operation):
            return self._move(node, operation)
        if joins(operation) or (shifts(operation) and node.args and node.args[0] in self.inside):
            return self._join(node, may_join=joins(operation))
        raise self._refused(
            node,
            "changes channels in a way that cannot be followed; expected a convolution with a constant kernel, or an "
            "operation that keeps each channel apart",
        )

    def _convolve(self, node: fx.Node) -> Tensor:
        convolution, reads = read_convolution(self.traced, node)
        axis, labels = self._channels(reads)
        if (parts := self.traced.facts[reads].shape[0]) != 1:  # the probe is one picture
            raise self._refused(
                node,
                f"reads {parts} maps for each picture, such as windows of one; expected one map, so that a "
                "picture has one influence of each channel",
            )
        if (kind := self.traced.facts[reads].dtype) is not torch.float32:
            raise self._refused(node, f"computes in {kind}; expected torch.float32, in which its sources are counted")
        if self.traced.facts[reads].dim() == 3 and axis == 2 and convolution.targets == convolution.sources == 1:
            convolution = across_channels(convolution, len(labels))
        expected = self.traced.facts[reads].dim() - 1 if convolution.geometry.channels_last else 1
        if axis != expected or len(labels) != convolution.sources:
            raise self._refused(node, f"reads channels on axis {expected}, but they are on axis {axis}")
        self.stages.append(Hop(convolution, node, reads, node, (), labels, self.next_label))
        return self._new_labels(node, expected)

    def _keep(self, node: fx.Node) -> Tensor:
        maps = self._maps(node)
        source, *others = [each for each in maps if len(maps) > 1 and not self._is_outside(each)] or maps[:1]
        labels, shape = self.labels.get(source), self.traced.facts[node].shape
        if others and not self._same_labels([source, *others], shape):
            raise self._refused(
                node,
                f"reads {1 + len(others)} maps of a layer ({source}, {', '.join(map(str, others))}); expected one map, "
                "and constants",
            )
        positional = is_positional(self.traced.operation(node))
        if isinstance(labels, Tensor) and labels.shape == shape and not positional:
            return labels
        axis, channels = self._channels(source)
        if positional and axis != 1:
            raise self._refused(node, f"works along axis {axis}, where the channels of {source.name} are")
        if axis >= len(shape) or shape[axis] != len(channels):
            raise self._refused(node, f"turns {counted(len(channels), 'channel')} into shape {tuple(shape)}")
        return spread(channels, shape, axis)

    def _is_falling_power(self, node: fx.Node) -> bool:
        """Whether a power falls where the map rises: of a constant below 1, or with a negative exponent."""
        if not raises_to_power(self.traced.operation(node)):
            return False
        given = [*node.args, *(node.kwargs[key] for key in ("input", "self", "exponent") if key in node.kwargs)]
        base, exponent = map(self.traced.constant, given[:2])
        return bool(base is not None and (torch.as_tensor(base) < 1).any()) or bool(
            exponent is not None and (torch.as_tensor(exponent) < 0).any()
        )

    def _reduce(self, node: fx.Node) -> object:
        """Labels of a mean, sum or maximum over positions; twice where it comes with places."""
        axis, channels = self._channels(source := self._maps(node)[0])
        fact = self.traced.facts[node]
        values = fact[0] if isinstance(fact, tuple) else fact
        before, after = self.traced.facts[source].dim(), values.dim()
        second = node.args[1] if len(node.args) > 1 and not isinstance(node.args[1], bool) else None  # std(unbiased)
        given: Value = node.kwargs.get("dim", node.kwargs.get("axis", second))
        named = given if isinstance(given, (tuple, list)) else range(before) if given is None else [given]
        over = {int(at) % before for at in fx.map_arg(tuple(named), self.traced.facts.__getitem__)}
        if axis in over or 0 in over:
            what = "its channels" if axis in over else "the pictures of a batch"
            raise self._refused(
                node, f"reduces over {what}, so that no channel stays one; only positions may be reduced"
            )
        lower = 0 if after == before else sum(at < axis for at in over)
        labels = spread(channels, values.shape, axis - lower)
        return rebuilt(lambda _: labels, fact) if isinstance(fact, tuple) else labels

    def _pad(self, node: fx.Node) -> Tensor:
        """Labels of a padded map; channels that are padded come from outside."""
        axis, channels = self._channels(source := self._maps(node)[0])
        given: dict[str, Value] = dict(zip(("input", "pad", "mode", "value"), node.args, strict=False)) | dict(
            node.kwargs
        )
        at = 2 * (self.traced.facts[source].dim() - 1 - axis)
        sides = [int(side) for side in fx.map_arg(tuple(given["pad"]), self.traced.facts.get)[at : at + 2]]
        if any(sides) and given.get("mode", "constant") != "constant":
            raise self._refused(node, "repeats channels as padding")
        if any(sides):
            channels = functional.pad(channels, sides, value=OUTSIDE)
        return spread(channels, self.traced.facts[node].shape, axis)

    def _move(self, node: fx.Node, operation: Operation) -> object:
        by_picture = [each for each in node.all_input_nodes[1:] if each in self.traced.pictured]
        if selects(operation) and any(is_map(self.traced.facts[each]) for each in by_picture):
            raise self._refused(node, "selects by values of the picture; expected a constant index")

        def labels_of(argument: fx.Node) -> Value:
            if argument in self.inside:
                return self.labels[argument]
            is_index = selects(operation) and argument not in self.traced.pictured
            return self.traced.constant(argument) if is_index else outside(self.traced.facts[argument])

        args, kwargs = fx.map_arg((node.args, node.kwargs), labels_of)
        try:
            return move(operation, args, kwargs)
        except (TypeError, RuntimeError) as error:  # it does more than move, as a view in another dtype
            raise self._refused(node, f"does not only move values ({first_line(error):.80})") from error

    def _join(self, node: fx.Node, may_join: bool) -> Tensor:
        shape = self.traced.facts[node].shape
        of_layer = self._maps(node)
        maps = [argument for argument in node.args if isinstance(argument, fx.Node) and argument in of_layer]
        if node.kwargs:
            raise self._refused(node, f"has arguments {sorted(node.kwargs)}, which cannot be followed")
        expanded = [self.labels[argument].expand(shape) for argument in maps]
        if len(expanded) == 1:
            (only,) = expanded
            return cast(Tensor, only)
        if not may_join and self._same_labels(maps, shape):
            if self.traced.facts[maps[1]].shape == shape:  # else it is the map's own mean, say
                self.less[self.traced.where(node) or "the network itself"] = None
            return cast(Tensor, expanded[0])
        if not may_join or len(expanded) != 2:
            raise self._refused(
                node, "subtracts or divides maps of different channels; only sums and products of these are followed"
            )
        axes, labels = zip(*(self._channels(node, value) for value in expanded), strict=True)
        wide = [axis for axis, of in zip(axes, labels, strict=True) if len(set(of.tolist())) > 1]
        if len(set(wide)) > 1:
            raise self._refused(node, f"joins channels on axis {axes[0]} with channels on axis {axes[1]}")
        axis = wide[0] if wide else 1
        self.stages.append(Sum(node, torch.stack(labels), self.next_label))
        return self._new_labels(node, axis)

    def _is_of_two(self, node: fx.Node) -> bool:
        """Whether a node takes the larger of two values at each place, as torch.max does with two tensors."""
        values = [*node.args[:2], node.kwargs.get("other")]
        tensors = [each for each in values if isinstance(each, fx.Node) and isinstance(self.traced.facts[each], Tensor)]
        return len(tensors) == 2

    def _maps(self, node: fx.Node) -> list[fx.Node]:
        """What a node reads of the layer: maps, but no size of one."""
        return [each for each in node.all_input_nodes if each in self.inside and is_map(self.traced.facts[each])]

    def _is_outside(self, node: fx.Node) -> bool:
        """Whether no value of a map comes from the layer: zeros of its size, and what is made from them."""
        labels = self.labels[node]
        return isinstance(labels, Tensor) and bool((labels == OUTSIDE).all())

    def _same_labels(self, maps: Sequence[fx.Node], shape: Sequence[int]) -> bool:
        """Whether maps have the same channels in the same places, such as a map and its means."""
        given = [self.labels[each] for each in maps]
        if not all(isinstance(labels, Tensor) and broadcasts(labels.shape, shape) for labels in given):
            return False
        first, *rest = (labels.expand(tuple(shape)) for labels in given)
        return all(torch.equal(first, labels) for labels in rest)

    def _new_labels(self, node: fx.Node, axis: int) -> Tensor:
        """Labels of a new stage, expanded to the shape of a node."""
        shape = self.traced.facts[node].shape
        if len(shape) < 2:
            raise self._refused(node, f"returns shape {tuple(shape)}, not feature maps")
        labels = torch.arange(self.next_label, self.next_label + shape[axis])
        self.next_label += shape[axis]
        return spread(labels, shape, axis)

    def _channels(self, node: fx.Node, labels: object = None) -> tuple[int, Tensor]:
        """The axis along which a node's labels change, and the labels along it."""
        labels = self.labels.get(node) if labels is None else labels
        if not isinstance(labels, Tensor):
            raise self._refused(node, "returns something other than one feature map")
        axes = [axis for axis in range(labels.dim()) if changes(labels, axis)]
        if len(axes) > 1:
            raise self._refused(
                node,
                f"spreads channels over axes {axes[0]} and {axes[1]}, as parallel branches in one tensor do; expected "
                "them on one axis",
            )
        axis = axes[0] if axes else 1
        corner = [slice(None) if at == axis else 0 for at in range(labels.dim())]
        return axis, labels[tuple(corner)].clone()

    def _folded(self, hop: Hop) -> Hop:
        """A hop with the norms that follow it folded into its kernel."""

        def place_of(node: fx.Node) -> tuple[int, Tensor] | None:
            if not isinstance(found := self.labels.get(node), Tensor):
                return None
            if moves(self.traced.operation(node)) and sum(changes(found, at) for at in range(found.dim())) > 1:
                return OUTSIDE, found  # on several axes in a channel shuffle
            axis, labels = self._channels(node)
            order = labels - hop.first
            return (axis, order) if torch.equal(order.sort().values, torch.arange(hop.width)) else None

        folded = fold(self.traced, hop.node, hop.width, place_of)
        kernel = hop.convolution.kernel * folded.scale[:, None, None, None]
        return replace(hop, convolution=replace(hop.convolution, kernel=kernel), end=folded.end, moves=folded.moves)

    def _refused(self, node: fx.Node, why: str) -> NetworkRefused:
        where = self.traced.where(node) or "the network itself"
        operation = self.traced.operation(node)
        named = type(operation) if isinstance(operation, torch.nn.Module) else operation
        kind = getattr(named, "__name__", named)
        if node.op == "call_module" and where in self.traced.opaque:
            why = f"cannot be entered: {self.traced.opaque[where]}"
        return NetworkRefused(f"{where}: {kind} ({node.name}) {why}")
