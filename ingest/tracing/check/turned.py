"""Channels whose sign a norm or a factor reverses on their way from a convolution to the upper layer.

A batch norm right after a convolution is folded into its kernel, sign and all. One that comes later, after a
concatenation, a pool or a sum, is not, nor is a norm over channels: where its weight is negative, what raises the
convolution's target lowers the layer's channel.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import torch
from torch import Tensor, fx
from torch.nn import functional

from ingest.tracing.kernels import factor_of
from ingest.tracing.labels import OUTSIDE, Hop, Span, Sum, changes
from ingest.tracing.operations import Value, is_one_norm, mixes
from ingest.tracing.trace import Traced


def upright(traced: Traced, labels: Mapping[fx.Node, Value], span: Span) -> Span:
    """The span with `turned` and `lowered`: see there.

    labels  of every node of the span
    """
    starts = _Readers(traced, labels, span)
    reads, of_hops, read_on = (torch.zeros(starts.total, dtype=kind) for kind in (torch.int64, torch.bool, torch.bool))
    for hop in span.hops:
        of_hops[hop.first : hop.first + hop.width] = True
        read_on[hop.labels[hop.labels != OUTSIDE]] = True
    turned, touched, twice = (torch.zeros_like(of_hops) for _ in range(3))
    for node, read in starts:
        reads += read
        found = starts.reversed_before(node, read > 0)
        turned, touched, twice = turned ^ found[0], touched | found[1], twice | found[2]
    once = (reads == 1) & ~twice
    mendable = turned & once & of_hops & ~read_on
    return replace(span, turned=mendable, lowered=int((torch.where(once, turned, touched) & ~mendable).sum()))


def with_signs(span: Span) -> Span:
    """The span with the kernels of `turned` targets negated: what is counted raises the layer's channels."""
    if span.turned is None or not bool(span.turned.any()):
        return span
    return replace(span, stages=tuple(_with_signs(stage, span.turned) for stage in span.stages))


def _with_signs(stage: Hop | Sum, turned: Tensor) -> Hop | Sum:
    over = turned[stage.first : stage.first + stage.width]
    if isinstance(stage, Sum) or not bool(over.any()):
        return stage
    kernel = torch.where(over[:, None, None, None], -stage.convolution.kernel, stage.convolution.kernel)
    return replace(stage, convolution=replace(stage.convolution, kernel=kernel), turned=over)


class _Readers:
    """What reads labels where channels end or meet: the upper layer, sums and convolutions.

    Convolutions count as readers of what other stages give, not of the lower layer, whose values they take as they are.
    """

    def __init__(self, traced: Traced, labels: Mapping[fx.Node, Value], span: Span) -> None:
        self.traced, self.labels, self.span = traced, labels, span
        self.total = span.sources + sum(stage.width for stage in span.stages)
        self.ends = {held.node for held in span.held[: 1 + len(span.stages)]}

    def __iter__(self) -> Iterator[tuple[fx.Node, Tensor]]:
        """Each value that is read, and (labels,) int64: in how many of the places that read it each label is."""
        if self.span.upper is not None:
            yield self.span.upper, self._times(self.span.targets)
        for stage in self.span.stages:
            if isinstance(stage, Hop):
                read = self._times(stage.labels)
                read[: self.span.sources] = 0
                yield stage.reads, read
                continue
            maps = [each for each in stage.node.args if isinstance(each, fx.Node) and each in self.span.inside]
            for source, found in zip(maps, stage.labels, strict=True):
                yield source, self._times(found)

    def _times(self, found: Tensor) -> Tensor:
        return found[found != OUTSIDE].bincount(minlength=self.total)

    def reversed_before(self, reader: fx.Node, read: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(labels,) bool, thrice: of the labels read, those before which an odd number of negative factors comes, and
        any; and those that some map on the way has in several places, so that the number does not tell.
        """
        odd, some, twice = (torch.zeros_like(read) for _ in range(3))
        needed = {reader: read}
        for node in reversed(list(self.labels)):
            if node not in needed or node in self.ends:
                continue
            along, negative = self._along(node)
            wanted = needed.pop(node)
            if along is not None:
                wanted = wanted & (along > 0)
                twice |= wanted & (along > 1)
                odd, some = odd ^ (wanted & negative), some | (wanted & negative)
            for source in node.all_input_nodes if bool(wanted.any()) else ():
                if source in self.span.inside:
                    needed[source] = needed[source] | wanted if source in needed else wanted
        return odd, some, twice

    def _along(self, node: fx.Node) -> tuple[Tensor | None, Tensor]:
        """(labels,) int64: how many channels of a map have each label, None if they are not on one axis; and (labels,)
        bool: those that the node multiplies by a negative factor.
        """
        found, negative = self.labels[node], torch.zeros(self.total, dtype=torch.bool)
        axes = [at for at in range(found.dim()) if changes(found, at)] if isinstance(found, Tensor) else [0, 1]
        if len(axes) > 1 or found.dim() < 2:
            return None, negative
        axis = axes[0] if axes else 1
        along = found.movedim(axis, 0).flatten(1)[:, 0]
        factor = _factor(self.traced, node, axis)
        if factor is not None:
            negative[along[(factor < 0) & (along != OUTSIDE)]] = True
        return self._times(along), negative


def _factor(traced: Traced, node: fx.Node, axis: int) -> Tensor | None:
    """What a node multiplies each channel by; of a norm that divides by what the picture has, its weights."""
    operation, weight = traced.operation(node), None
    if not mixes(operation) or is_one_norm(operation):
        return factor_of(traced, node, axis)
    if isinstance(operation, torch.nn.Module):
        weight = getattr(operation, "weight", None)
    elif operation is not functional.local_response_norm:
        weight = traced.constant(node.kwargs.get("weight", node.args[2] if len(node.args) > 2 else None))
    fits = isinstance(weight, Tensor) and weight.shape == traced.facts[node].shape[axis : axis + 1]
    return weight if fits else None
