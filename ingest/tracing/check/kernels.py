"""The kernel of each hop: what is counted adds up to what the convolution computes.

A convolution, with all that is folded into it, runs as the network runs it, on random numbers and on zeros in a map as
small as its kernel allows, so that every weight has a part in it. The difference must be the sum of what is counted for
each source. A kernel, padding or stride that is wrong shows as another difference, whatever made it wrong.
"""

from itertools import pairwise

import torch
from torch import Tensor, fx
from torch.nn import functional

from ingest.tracing.check.differences import ROUNDING, HopRefused, extent, not_finite, steps_of
from ingest.tracing.convolution import Geometry, padded
from ingest.tracing.labels import Held, Hop, Span
from ingest.tracing.operations import Value, normalises, turns
from ingest.tracing.trace import Traced

TINY = 1e-30  # results below this may have lost digits to underflow


def check_kernel(traced: Traced, hop: Hop, held: Held, span: Span, generator: torch.Generator) -> None:
    """Raises HopRefused where a convolution changes its targets by something else than what is counted.

    held  the end of the hop, with its targets' order
    """
    name, steps, kernel = hop.convolution.name, steps_of(traced, hop), hop.convolution.kernel
    pair = torch.zeros(2, *_size(traced, hop, steps, held)[1:])
    counted = _sum_of_counted(hop, pair[:1].uniform_(-1, 1, generator=generator))
    convolved, real, nothing = _run(traced, steps, hop, pair)
    if convolved.shape != counted.shape:
        why = f"it returns shape {tuple(convolved.shape)}, but {tuple(counted.shape)} is counted"
        raise HopRefused(name, why, span)
    for before, node in pairwise(steps):
        if node in hop.moves:
            moved = {before: counted}
            counted = traced.evaluate(node, lambda n: moved[n] if n in moved else _beside(traced, n))  # noqa: B023
    change = real - nothing
    differs = extent(change - counted, held.axis)
    rounding = ROUNDING * torch.maximum(extent(real, held.axis), extent(nothing, held.axis)) + TINY
    wrong = ~(differs <= rounding)
    if not bool(wrong.any()):
        return
    if not bool(real.isfinite().all()):
        raise not_finite(f"{name}: its results are")
    (channels,) = wrong.nonzero(as_tuple=True)  # of the others, the sums of weights are not needed
    targets = held.labels[channels] - hop.first
    allowed = rounding[channels] + ROUNDING * kernel[targets].flatten(1).norm(1, dim=1)
    excess = (differs[channels] - allowed).nan_to_num(torch.inf)
    if float(excess.max()) > 0:
        worst = int(excess.argmax())
        ours, theirs = (value.movedim(held.axis, 0)[channels[worst]].flatten() for value in (counted, change))
        at = int((theirs - ours).abs().nan_to_num(torch.inf).argmax())
        raise HopRefused(
            name,
            f"for random sources, target {int(targets[worst])} changes by {float(theirs[at]):.4g}, but what is counted "
            f"for them adds up to {float(ours[at]):.4g}",
            span,
        )


def _size(traced: Traced, hop: Hop, steps: list[fx.Node], held: Held) -> list[int]:
    """The shape in which a hop is checked: its own, with as few positions as show the whole kernel at every edge.

    The last kernel's place at the far edge is that of the whole map. Whole where a later view may name sizes, or where
    something is folded in that has a value of its own for each position.
    """
    shape, geometry = list(traced.facts[hop.reads].shape), hop.convolution.geometry
    names_size = hop.node.op == "call_module" and len(hop.node.args) + len(hop.node.kwargs) > 1  # ConvTranspose2d's
    factors = [node for node in steps[1:] if not normalises(traced.operation(node))]  # a norm's are one per channel
    folded = {source for node in factors for source in node.all_input_nodes} - {*steps}
    channels = held.axis - traced.facts[hop.end].dim()  # counted from the last axis
    wide = any(_has_positions(_beside(traced, source), channels) for source in folded)
    if names_size or wide or not all(turns(traced.operation(node)) for node in hop.moves):
        return shape
    positions = range(1, len(shape) - 1) if geometry.channels_last else range(2, len(shape))
    for at, axis in enumerate(positions):
        shape[axis] = min(shape[axis], _length(geometry, min(at, 1), shape[axis]))
    return shape


def _has_positions(value: object, channels: int) -> bool:
    """Whether a value has more than one number for a channel; channels: their axis, below 0."""
    return isinstance(value, Tensor) and any(
        size > 1 for axis, size in enumerate(value.shape) if axis - value.dim() != channels
    )


def _length(geometry: Geometry, axis: int, whole: int) -> int:
    """How many rows (axis 0) or columns (1) of a map show a kernel wholly, at both edges and between."""
    left, right, top, bottom = geometry.padding
    reach = geometry.dilation[axis] * (geometry.kernel[axis] - 1)
    padding, stride = max((top, bottom) if axis == 0 else (left, right)), geometry.stride[axis]
    least = max(reach // geometry.spread[axis] + 1 + stride, padding + 1)
    return least + (whole - least) % stride


def _sum_of_counted(hop: Hop, received: Tensor) -> Tensor:
    """The sum over sources of what is counted for what the convolution receives, in the shape of its results."""
    geometry, precision = hop.convolution.geometry, torch.float32 if hop.convolution.groups > 1 else torch.float64
    maps = functional.conv2d(
        padded(received.to(precision), geometry),
        hop.convolution.kernel.to(precision),  # in groups, float64 takes a hundred times as long
        stride=geometry.stride,
        dilation=geometry.dilation,
        groups=hop.convolution.groups,
    )
    if geometry.channels_last:
        return maps.flatten(2).movedim(1, -1).reshape(*received.shape[:-1], -1)
    return maps.squeeze(3) if received.dim() == 3 else maps


def _run(traced: Traced, steps: list[fx.Node], hop: Hop, pair: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """What a convolution returns for the first of two maps, and what its hop ends with for each."""

    def run(received: Tensor) -> tuple[Tensor, Tensor]:
        values = {hop.reads: received}
        for node in steps:
            values[node] = traced.evaluate(node, lambda n: values[n] if n in values else _beside(traced, n))
        return values[steps[0]], values[steps[-1]]

    if hop.moves:  # which may move the axis of pictures
        return (*run(pair[:1]), run(pair[1:])[1])
    first, last = run(pair)
    return first[:1], last[:1], last[1:]


def _beside(traced: Traced, node: fx.Node) -> Value:
    """What a step reads besides its map: a constant, or something of which only the size matters."""
    return traced.facts[node] if node in traced.pictured else traced.constant(node)
