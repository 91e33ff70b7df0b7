"""Ways without a convolution from one layer to the next: what an edge can be besides an influence through weights."""

import torch
from torch import Tensor

from ingest.tracing.labels import Hop, Span, Sum
from ingest.tracing.wiring import Wiring
from queries.records import Skips


def find_skips(wiring: Wiring) -> dict[str, Skips]:
    """Layer -> the skips into its channels from the layer below; none into the lowest layer."""
    lowest, *uppers = wiring.layers
    found = {layer.name: _skips(span) for layer, span in zip(uppers, wiring.spans, strict=True)}
    return {lowest.name: Skips(), **found}


def _skips(span: Span) -> Skips:
    unconvolved = _identities(span)
    skipped = unconvolved[span.targets]
    if not bool(skipped.any()):
        return Skips()
    convolved = convolved_ways(span, unconvolved)
    return Skips(_by_target(skipped & ~convolved), _by_target(skipped & convolved))


def _identities(span: Span) -> Tensor:
    """(labels + 1, S) bool: channels of all stages that a channel of the lower layer reaches without a convolution.

    Sums and products hand their channels on; concatenations, slices and shuffles are in the labels.
    """
    reached = _nothing(span)
    reached[: span.sources].fill_diagonal_(True)
    for stage in span.stages:
        if isinstance(stage, Sum):
            reached[stage.first : stage.first + stage.width] = reached[stage.labels[0]] | reached[stage.labels[1]]
    return reached


def convolved_ways(span: Span, unconvolved: Tensor) -> Tensor:
    """(T, S) bool: pairs that convolutions join by weights other than 0.

    unconvolved  as of _identities
    memory  2 * S * (channels of all stages) bytes
    """
    reached = _nothing(span)
    for stage in span.stages:
        out = reached[stage.first : stage.first + stage.width]
        if isinstance(stage, Sum):
            torch.logical_or(reached[stage.labels[0]], reached[stage.labels[1]], out=out)
        else:
            out[:] = _through(stage, reached[stage.labels] | unconvolved[stage.labels])
    return reached[span.targets]


def _nothing(span: Span) -> Tensor:
    """By label; OUTSIDE indexes the last row."""
    return torch.zeros(span.sources + sum(stage.width for stage in span.stages) + 1, span.sources, dtype=torch.bool)


def _through(hop: Hop, below: Tensor) -> Tensor:
    """(T, S) bool: what a convolution joins to its targets, where its own sources are joined as `below` says."""
    kernel, groups = hop.convolution.kernel, hop.convolution.groups
    weighs = (kernel != 0).flatten(2).any(2).float()
    by_group = weighs.view(groups, -1, weighs.shape[1]) @ below.float().view(groups, -1, below.shape[1])
    return (by_group > 0).flatten(0, 1)


def _by_target(pairs: Tensor) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for target, source in pairs.nonzero().tolist():
        found.setdefault(target, []).append(source)
    return found
