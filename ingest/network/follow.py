"""Following channels from one layer of a network to the next.

Every channel of a feature map carries a *label*: which channel of which earlier *stage* it is. The lower layer, each
convolution and each sum are stages, each with its own range of labels; everything else only passes labels on. A
concatenation, a slice or a channel shuffle is executed on the labels themselves, so none of them needs its own rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import torch
from torch import Tensor, fx

from ingest.errors import NetworkRefused
from ingest.network.convolution import Convolution
from ingest.network.kernels import convolves, folded_scale, read_convolution
from ingest.network.operations import joins, keeps, move, moves, shifts
from ingest.network.trace import Traced, between, nodes_in_order

OUTSIDE = -1  # the label of channels that do not come from the lower layer


@dataclass(frozen=True, eq=False)
class Hop:
    """A convolution between two layers.

    reads    the node whose value the convolution receives
    labels   (S,) int64, of its source channels; OUTSIDE for one that does not come from the lower layer
    first    the label of its target 0; the others follow
    """

    convolution: Convolution
    reads: fx.Node
    labels: Tensor
    first: int

    @property
    def width(self) -> int:
        return self.convolution.targets


@dataclass(frozen=True, eq=False)
class Sum:
    """Two maps joined channel by channel; channel c comes from both labels[0][c] and labels[1][c]."""

    labels: Tensor  # (2, C) int64
    first: int

    @property
    def width(self) -> int:
        return self.labels.shape[1]


@dataclass(frozen=True, eq=False)
class Span:
    """All paths from a layer to the next one.

    sources  channels of the lower layer, labelled 0 ... sources - 1
    stages   hops and sums in the order they are computed
    targets  (T,) int64, the label of each channel of the upper layer
    """

    sources: int
    stages: tuple[Hop | Sum, ...]
    targets: Tensor

    @property
    def hops(self) -> tuple[Hop, ...]:
        return tuple(stage for stage in self.stages if isinstance(stage, Hop))


def follow(traced: Traced, lower: fx.Node, upper: fx.Node) -> Span:
    """The span between the values of two layers. NetworkRefused if there is no path, or one that cannot be followed."""
    inside = between(lower, upper)
    if not inside or lower is upper:
        raise NetworkRefused(f"no path leads from {lower.name} to {upper.name}; each layer must lead to the next")
    return _Follower(traced, inside, lower).run(upper)


class _Follower:
    """Labels of every node between two layers, computed node by node."""

    def __init__(self, traced: Traced, inside: set[fx.Node], lower: fx.Node) -> None:
        self.traced, self.inside, self.lower = traced, inside, lower
        self.labels: dict[fx.Node, Any] = {}
        self.stages: list[Hop | Sum] = []
        self.nodes: list[fx.Node] = []  # of the stages
        self.next_label = 0

    def run(self, upper: fx.Node) -> Span:
        for node in nodes_in_order(self.traced, self.inside):
            self.labels[node] = self._new_labels(node, 1) if node is self.lower else self._step(node)
        axis, targets = self._channels(upper)
        if axis != 1:
            raise self._refused(upper, "has its channels on an axis other than the second")
        stages = [self._folded(stage, node) for stage, node in zip(self.stages, self.nodes, strict=True)]
        return Span(self.traced.facts[self.lower].shape[1], tuple(stages), targets)

    def _step(self, node: fx.Node) -> Any:
        operation = self.traced.operation(node)
        if not _is_map(self.traced.facts[node]):
            return self.traced.facts[node]  # a size, for a later view
        if convolves(operation):
            return self._convolve(node)
        if keeps(operation):
            return self._keep(node, node.all_input_nodes[0])
        if moves(operation):
            return self._move(node, operation)
        if joins(operation) or (shifts(operation) and node.args[0] in self.inside):
            return self._join(node, may_join=joins(operation))
        raise self._refused(node, "changes channels in a way that cannot be followed")

    def _convolve(self, node: fx.Node) -> Tensor:
        convolution, reads = read_convolution(self.traced, node)
        axis, labels = self._channels(reads)
        expected = self.traced.facts[reads].dim() - 1 if convolution.geometry.channels_last else 1
        if axis != expected or len(labels) != convolution.sources:
            raise self._refused(node, f"reads channels on axis {expected}, but they are on axis {axis}")
        self.stages.append(Hop(convolution, reads, labels, self.next_label))
        self.nodes.append(node)
        return self._new_labels(node, expected)

    def _keep(self, node: fx.Node, source: fx.Node) -> Tensor:
        labels = self.labels.get(source)
        if not isinstance(labels, Tensor):
            raise self._refused(node, "reads something other than one feature map")
        shape = self.traced.facts[node].shape
        if shape == labels.shape:
            return labels
        axis, channels = self._channels(source)
        if axis >= len(shape) or shape[axis] != len(channels):
            raise self._refused(node, f"turns {len(channels)} channels into shape {tuple(shape)}")
        return _spread(channels, shape, axis)

    def _move(self, node: fx.Node, operation: Any) -> Any:
        def labels_of(argument: fx.Node) -> Any:
            return self.labels[argument] if argument in self.inside else _outside(self.traced.facts[argument])

        args, kwargs = fx.map_arg((node.args, node.kwargs), labels_of)
        return move(operation, args, kwargs)

    def _join(self, node: fx.Node, may_join: bool) -> Tensor:
        shape = self.traced.facts[node].shape
        maps = [argument for argument in node.args if isinstance(argument, fx.Node) and argument in self.inside]
        if node.kwargs:
            raise self._refused(node, f"has arguments {sorted(node.kwargs)}, which cannot be followed")
        spread = [self.labels[argument].expand(shape) for argument in maps]
        if len(spread) == 1:
            (only,) = spread
            return cast(Tensor, only)
        if not may_join or len(spread) != 2:
            raise self._refused(node, "subtracts or divides two maps of a layer; only sums and products are followed")
        axes, labels = zip(*(self._channels(node, value) for value in spread), strict=True)
        axis = axes[0] if len(set(labels[0].tolist())) > 1 else axes[1]
        self.stages.append(Sum(torch.stack(labels), self.next_label))
        self.nodes.append(node)
        return self._new_labels(node, axis)

    def _new_labels(self, node: fx.Node, axis: int) -> Tensor:
        """Labels of a new stage, expanded to the shape of a node."""
        shape = self.traced.facts[node].shape
        if len(shape) < 2:
            raise self._refused(node, f"returns shape {tuple(shape)}, not feature maps")
        labels = torch.arange(self.next_label, self.next_label + shape[axis])
        self.next_label += shape[axis]
        return _spread(labels, shape, axis)

    def _channels(self, node: fx.Node, labels: Any = None) -> tuple[int, Tensor]:
        """The axis along which a node's labels change, and the labels along it."""
        labels = self.labels.get(node) if labels is None else labels
        if not isinstance(labels, Tensor):
            raise self._refused(node, "returns something other than one feature map")
        axes = [axis for axis in range(labels.dim()) if _changes(labels, axis)]
        if len(axes) > 1:
            raise self._refused(node, "mixes channels with positions")
        axis = axes[0] if axes else 1
        corner = [slice(None) if at == axis else 0 for at in range(labels.dim())]
        return axis, labels[tuple(corner)].clone()

    def _folded(self, stage: Hop | Sum, node: fx.Node) -> Hop | Sum:
        """A hop with the norms that follow it folded into its kernel; a sum unchanged."""
        if isinstance(stage, Sum):
            return stage
        scale = folded_scale(self.traced, node, stage.width, self._axis)
        kernel = stage.convolution.kernel * scale[:, None, None, None]
        return replace(stage, convolution=replace(stage.convolution, kernel=kernel))

    def _axis(self, node: fx.Node) -> int | None:
        return self._channels(node)[0] if isinstance(self.labels.get(node), Tensor) else None

    def _refused(self, node: fx.Node, why: str) -> NetworkRefused:
        where = self.traced.where(node) or "the network itself"
        operation = self.traced.operation(node)
        named = type(operation) if isinstance(operation, torch.nn.Module) else operation
        kind = getattr(named, "__name__", named)
        return NetworkRefused(f"{where}: {kind} ({node.name}) {why}")


def _spread(labels: Tensor, shape: Sequence[int], axis: int) -> Tensor:
    """One label per channel, expanded to a whole shape without using its memory."""
    view = [1] * len(shape)
    view[axis] = len(labels)
    return labels.view(view).expand(tuple(shape))


def _changes(labels: Tensor, axis: int) -> bool:
    if labels.shape[axis] == 1 or labels.stride(axis) == 0:
        return False
    return bool((labels != labels.narrow(axis, 0, 1)).any())


def _is_map(fact: Any) -> bool:
    """A tensor, or a tuple of tensors as chunk and split return them."""
    return isinstance(fact, Tensor) or (type(fact) in (tuple, list) and len(fact) > 0 and all(map(_is_map, fact)))


def _outside(fact: Any) -> Any:
    """A value from outside the span: labels OUTSIDE for a map, everything else unchanged."""
    if isinstance(fact, Tensor):
        return torch.tensor(OUTSIDE).expand(fact.shape)
    return type(fact)(map(_outside, fact)) if type(fact) in (tuple, list) else fact
