"""Hops between two rows become edges between the rows: the widest path."""

import torch
from torch import Tensor

from ingest.network.follow import NOWHERE, Hop, Span, Sum

AT_ONCE = 2**20  # ways looked at together, 4 MB
OPEN = torch.iinfo(torch.int32).max  # the width of a way without any convolution on it


def join(span: Span, counts: list[Tensor], alive: Tensor) -> Tensor:
    """(T, S) int32: for each channel of the upper row, how widely each channel of the lower row reaches it.

    counts  one a hop of the span: (T, S / groups) int32, how often each source was among the strongest of each target
    alive   (S,) int32: images in which a channel of the lower row was above 0, the width of an identity skip i -> i
    A way is as wide as its narrowest hop and an edge as wide as its widest way; 0 is no edge.
    memory  4 * S * (channels of all stages) bytes
    """
    total = span.sources + sum(stage.width for stage in span.stages)
    widths = torch.zeros(total + 1, span.sources, dtype=torch.int32)  # by label; the last row stands for NOWHERE
    widths[: span.sources].fill_diagonal_(OPEN)
    waiting = iter(counts)
    for stage in span.stages:
        into = widths[stage.first : stage.first + stage.width]
        if isinstance(stage, Sum):
            torch.maximum(widths[stage.labels[0]], widths[stage.labels[1]], out=into)
        else:
            _through(stage, next(waiting), widths, into, span.sources)
    edges = widths[span.targets]
    return torch.where(edges == OPEN, alive.expand_as(edges), edges)


def strongest_only(span: Span, edges: Tensor) -> Tensor:
    """The original's choice: of joined edges the K strongest of each target, K = floor(mean number of direct edges).

    Direct edges are those of targets that one convolution alone leads to; where a span has none, all edges stay. Ties
    go to the lower source.
    """
    direct = _direct_targets(span)
    if not bool(direct.any()) or bool(direct.all()):
        return edges
    kept = int((edges[direct] > 0).sum().item() // int(direct.sum()))
    order = edges.sort(dim=1, descending=True, stable=True).indices[:, :kept]
    strong = torch.zeros_like(edges).scatter(1, order, edges.gather(1, order))
    return torch.where(direct[:, None], edges, strong)


def _through(hop: Hop, counts: Tensor, widths: Tensor, into: Tensor, sources: int) -> None:
    groups = hop.convolution.groups
    if counts.shape[1] == 1:  # depthwise: one source each
        source = hop.labels.repeat_interleave(len(counts) // groups)
        torch.minimum(widths[source], counts, out=into)
        return
    for targets, labels, share in zip(into.chunk(groups), hop.labels.chunk(groups), counts.chunk(groups), strict=True):
        if bool((labels < sources).all()):  # straight from the lower row, or from nowhere
            direct = labels != NOWHERE
            targets.scatter_reduce_(1, labels[direct].expand(len(share), -1), share[:, direct], "amax")
        else:
            _widest(share, widths, labels, targets)


def _widest(counts: Tensor, widths: Tensor, labels: Tensor, into: Tensor) -> None:
    """into[j] = the largest over sources k of min(counts[j, k], widths[labels[k]]), a block of targets at a time.

    Only sources with votes can carry a way, and a target has at most `top` a picture of them.
    """
    voted = max(1, int((counts > 0).sum(1).max()))
    block = max(1, AT_ONCE // (voted * widths.shape[1]))
    for at in range(0, len(counts), block):
        votes, source = counts[at : at + block].topk(voted, dim=1)
        torch.amax(torch.minimum(votes[:, :, None], widths[labels[source]]), dim=1, out=into[at : at + block])


def _direct_targets(span: Span) -> Tensor:
    """(T,) bool: channels of the upper row whose only way down is one convolution that reads the lower row."""
    direct = torch.zeros(len(span.targets), dtype=torch.bool)
    for hop in span.hops:
        if bool(((hop.labels >= 0) & (hop.labels < span.sources)).all()):
            direct |= (span.targets >= hop.first) & (span.targets < hop.first + hop.width)
    return direct
