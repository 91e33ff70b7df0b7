"""Channels whose sign a norm or a factor reverses on their way from a convolution to the upper layer.

A batch norm right after a convolution is folded into its kernel, sign and all. One that comes later, after a
concatenation, a pool or a sum, is not, nor is a norm over channels: where its weight is negative, what raises the
convolution's target lowers the layer's channel.
"""

from collections.abc import Mapping
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
    turned = _turned(traced, labels, span)
    sums = [stage.labels.flatten() for stage in span.stages if isinstance(stage, Sum)]
    joined = torch.cat([torch.unique(span.targets), *sums])
    once = joined[joined != OUTSIDE].bincount(minlength=len(turned)) == 1
    read_on, of_hops = torch.zeros_like(turned), torch.zeros_like(turned)
    for hop in span.hops:
        of_hops[hop.first : hop.first + hop.width] = True
        read_on[hop.labels[hop.labels != OUTSIDE]] = True
    mendable = turned & once & of_hops & ~read_on
    return replace(span, turned=mendable, lowered=int((turned & ~mendable).sum()))


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


def _turned(traced: Traced, labels: Mapping[fx.Node, Value], span: Span) -> Tensor:
    """(labels,) bool: whether an odd number of negative factors lies between a stage and a sum or the upper layer."""
    turned = torch.zeros(span.sources + sum(stage.width for stage in span.stages), dtype=torch.bool)
    ends, seen = {held.node for held in span.held[: 1 + len(span.stages)]}, set[fx.Node]()
    waiting = [source for stage in span.stages if isinstance(stage, Sum) for source in stage.node.all_input_nodes]
    waiting += [span.upper] if span.upper is not None else []
    while waiting:
        node = waiting.pop()
        if node in seen or node in ends or not isinstance(found := labels.get(node), Tensor):
            continue
        seen.add(node)
        waiting += [source for source in node.all_input_nodes if source in span.inside]
        axes = [axis for axis in range(found.dim()) if changes(found, axis)]
        factor = _factor(traced, node, axes[0]) if len(axes) == 1 else None
        if factor is not None:
            along = found.movedim(axes[0], 0).flatten(1)[:, 0]
            negative = torch.unique(along[(factor < 0) & (along != OUTSIDE)])
            turned[negative] = ~turned[negative]
    return turned


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
