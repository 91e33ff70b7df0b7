"""Labels of values: which channel of which earlier stage each entry of a tensor is; see ingest/tracing/follow.py.

And what lies between two layers, told by labels: hops, sums, and the span of both.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, fx

from ingest.tracing.convolution import Convolution
from ingest.tracing.operations import Value
from ingest.tracing.record import rebuilt

OUTSIDE = -1  # the label of channels that do not come from the lower layer


@dataclass(frozen=True, eq=False)
class Hop:
    """A convolution between two layers.

    node     that convolves
    reads    the node whose value the convolution receives
    end      the last node that is folded into it: a norm or a constant factor, or `node` itself
    moves    nodes between `node` and `end` that only move values
    labels   (S,) int64, of its source channels; OUTSIDE for one that does not come from the lower layer
    first    the label of its target 0; the others follow
    turned   (T,) bool, the targets whose kernel is negated, see Span; None if there are none
    """

    convolution: Convolution
    node: fx.Node
    reads: fx.Node
    end: fx.Node
    moves: tuple[fx.Node, ...]
    labels: Tensor
    first: int
    turned: Tensor | None = None

    @property
    def width(self) -> int:
        return self.convolution.targets


@dataclass(frozen=True, eq=False)
class Sum:
    """Two maps joined channel by channel at a node; channel c comes from both labels[0][c] and labels[1][c]."""

    node: fx.Node
    labels: Tensor  # (2, C) int64
    first: int

    @property
    def width(self) -> int:
        return self.labels.shape[1]


@dataclass(frozen=True, eq=False)
class Held:
    """A value whose channels are known by their labels alone: of a stage, or of a norm that mixes channels.

    axis    of its channels
    labels  (C,) int64
    """

    node: fx.Node
    axis: int
    labels: Tensor


@dataclass(frozen=True, eq=False)
class Span:
    """All paths from a layer to the next one.

    sources  channels of the lower layer, labelled 0 ... sources - 1
    stages   hops and sums in the order they are computed
    targets  (T,) int64, the label of each channel of the upper layer
    held     the lower layer, the end of each stage, and every norm that mixes channels
    inside   every node on a path, both layers included
    upper    the node of the upper layer
    turned   (labels,) bool, channels of convolutions whose sign a norm reverses on the way to a sum or the upper
             layer, and that nothing else reads; None where that was not looked for
    lowered  how many other channels such a norm turns: sums, skips, and what is read elsewhere, too
    less     where a whole map is taken from another one of the same channels, or divides it: names of modules
    """

    sources: int
    stages: tuple[Hop | Sum, ...]
    targets: Tensor
    held: tuple[Held, ...] = ()
    inside: frozenset[fx.Node] = frozenset()
    upper: fx.Node | None = None
    turned: Tensor | None = None
    lowered: int = 0
    less: tuple[str, ...] = ()

    @property
    def hops(self) -> tuple[Hop, ...]:
        return tuple(stage for stage in self.stages if isinstance(stage, Hop))


def spread(labels: Tensor, shape: Sequence[int], axis: int) -> Tensor:
    """One label per channel, expanded to a whole shape without using its memory."""
    view = [1] * len(shape)
    view[axis] = len(labels)
    return labels.view(view).expand(tuple(shape))


def broadcasts(shape: Sequence[int], to: Sequence[int]) -> bool:
    """Whether a tensor of one shape can be expanded to another."""
    pairs = zip(reversed(shape), reversed(to), strict=False)
    return len(shape) <= len(to) and all(length in (1, wanted) for length, wanted in pairs)


def changes(labels: Tensor, axis: int) -> bool:
    """Whether labels differ along an axis."""
    if labels.shape[axis] == 1 or labels.stride(axis) == 0:
        return False
    return bool((labels != labels.narrow(axis, 0, 1)).any())


def outside(fact: Value) -> Value:
    """A value from outside the span: labels OUTSIDE for a map, everything else unchanged."""
    if isinstance(fact, Tensor):
        return torch.tensor(OUTSIDE).expand(fact.shape)
    return rebuilt(outside, fact)
