"""Joining the hops between two layers into edges between them: the widest path."""

import torch
from torch import Tensor

from ingest.tracing.labels import OUTSIDE, Hop, Span, Sum

BLOCK = 2**20  # paths compared at once, 4 MB


def identity(kind: torch.dtype) -> int:
    """What is added to a width where some path has no convolution: whatever follows is the only limit to it.

    Counts must be below: 2**30 in int32, 2**14 in int16.
    """
    return torch.iinfo(kind).max // 2 + 1


def join(span: Span, counts: list[Tensor], alive: Tensor) -> Tensor:
    """(T, S): the width of the edge from each channel of the lower layer to each channel of the upper layer.

    counts  one per hop of the span: (T, S / groups), how often each source was among the strongest of each target
    alive   (S,): images in which a channel of the lower layer was above 0, the width of an identity skip i -> i
    All are int32, or all int16.
    A path is as wide as its narrowest hop and an edge as wide as its widest path, identity skips included; 0 means no
    edge. Counts must be below `identity`.
    memory  4 * S * (channels of all stages) bytes
    """
    total = span.sources + sum(stage.width for stage in span.stages)
    widths = torch.zeros(total + 1, span.sources, dtype=alive.dtype)  # by label; OUTSIDE indexes the last row
    widths[: span.sources].fill_diagonal_(identity(alive.dtype))
    of_hops = iter(counts)
    for stage in span.stages:
        out = widths[stage.first : stage.first + stage.width]
        if isinstance(stage, Sum):
            _wider(widths[stage.labels[0]], widths[stage.labels[1]], out)
        else:
            _through(stage, next(of_hops), widths, out, span.sources)
    edges = widths[span.targets]
    flag = identity(alive.dtype)
    convolved = edges % flag
    return torch.where(edges >= flag, torch.maximum(convolved, alive.expand_as(edges)), convolved)


def strongest_only(span: Span, edges: Tensor) -> Tensor:
    """SUMMIT's choice: of joined edges the K strongest of each target, K = floor(mean number of direct edges).

    Direct edges are those of targets that a single convolution leads to; where a span has none, all edges stay. Ties
    go to the lower source.
    """
    direct = _direct_targets(span)
    if not bool(direct.any()) or bool(direct.all()):
        return edges
    kept = int((edges[direct] > 0).sum().item() // int(direct.sum()))
    order = edges.sort(dim=1, descending=True, stable=True).indices[:, :kept]
    strong = torch.zeros_like(edges).scatter(1, order, edges.gather(1, order))
    return torch.where(direct[:, None], edges, strong)


def _wider(one: Tensor, other: Tensor, out: Tensor) -> None:
    """The larger of two widths, flagged where either is: the widest path with a convolution stays known."""
    flag = identity(out.dtype)
    torch.maximum(one % flag, other % flag, out=out)
    out |= (one | other) & flag


def _through(hop: Hop, counts: Tensor, widths: Tensor, out: Tensor, sources: int) -> None:
    """Write to `out` (T, S) the widths of the paths that end with a hop."""
    groups = hop.convolution.groups
    if counts.shape[1] == 1:  # depthwise: one source each
        source = hop.labels.repeat_interleave(len(counts) // groups)
        torch.minimum(widths[source], counts, out=out)
        return
    for targets, labels, share in zip(out.chunk(groups), hop.labels.chunk(groups), counts.chunk(groups), strict=True):
        if bool((labels < sources).all()):  # read the lower layer directly, or lie outside the span
            direct = labels != OUTSIDE
            targets.scatter_reduce_(1, labels[direct].expand(len(share), -1), share[:, direct], "amax")
        else:
            _widest(share, widths, labels, targets)


def _widest(counts: Tensor, widths: Tensor, labels: Tensor, out: Tensor) -> None:
    """out[j] = the largest over sources k of min(counts[j, k], widths[labels[k]]), one block of targets at a time.

    Only sources with votes can carry a path, and a picture gives a target at most `top` of them.
    """
    voted = max(1, int((counts > 0).sum(1).max()))
    block = max(1, BLOCK // (voted * widths.shape[1]))
    for at in range(0, len(counts), block):
        votes, source = counts[at : at + block].topk(voted, dim=1)
        torch.amax(torch.minimum(votes[:, :, None], widths[labels[source]]), dim=1, out=out[at : at + block])


def _direct_targets(span: Span) -> Tensor:
    """(T,) bool: channels of the upper layer whose only path down is one convolution that reads the lower layer."""
    direct = torch.zeros(len(span.targets), dtype=torch.bool)
    for hop in span.hops:
        if bool(((hop.labels >= 0) & (hop.labels < span.sources)).all()):
            direct |= (span.targets >= hop.first) & (span.targets < hop.first + hop.width)
    return direct
