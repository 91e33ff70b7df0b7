"""Influence aggregation: which source channels of a convolution feed each of its targets most, in one image.

The influence of source i on target j is the maximum over positions of the 2-D convolution of map i with kernel slice
K[j, i] (or the sum, or the Frobenius norm). Only positive influences count, and ties go to the lower source.

*float32 proposes, float64 decides.* Influences are worked out in float32 together with a bound on their rounding error.
A target whose winners are further from the losers than that bound is settled; the few others are worked out again in
float64. So the result is that of float64 arithmetic, whatever the batch size, thread count or device.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor
from torch.nn import functional

from ingest.count.pruning import Reach, bound, evaluate
from ingest.network.convolution import Convolution, Geometry, padded, windows

NOBODY = -1
TINY = 1e-30  # products below this may have lost digits to underflow in float32
ROUNDING = 2.0**-24  # relative error of one float32 operation
AT_ONCE = 4096  # targets that the float64 path works out at once, at most


@dataclass(frozen=True, eq=False)
class Contest:
    """A convolution made ready for counting on one device.

    weights  (groups, T / groups, S / groups, taps) float64, folded; 0 for sources that are excluded, so they never win
    """

    weights: Tensor
    geometry: Geometry

    @classmethod
    def of(cls, convolution: Convolution, device: torch.device, excluded: Tensor | None = None) -> "Contest":
        """excluded: (S,) bool, the source channels to skip"""
        weights = convolution.weights().clone()
        if excluded is not None:
            weights.masked_fill_(excluded.view(convolution.groups, 1, -1, 1), 0)
        return cls(weights.to(device), convolution.geometry)

    @cached_property
    def single(self) -> Tensor:
        """The weights in float32, each target's scaled to at most 1: ranks stay, and none is too small for float32."""
        return self._scaled.float()

    @cached_property
    def reach(self) -> Reach:
        """How far the scaled weights can carry a map, for bounds on influences and on their rounding errors."""
        return Reach.of(self._scaled)

    @cached_property
    def _scaled(self) -> Tensor:
        largest = self.weights.abs().amax((2, 3), keepdim=True)
        return self.weights / largest.where(largest > 0, torch.ones_like(largest))

    @property
    def groups(self) -> int:
        return self.weights.shape[0]

    @property
    def sources(self) -> int:
        return self.weights.shape[2]


def strongest(contest: Contest, read: Tensor, top: int) -> Tensor:
    """Method 1 with the maximum over positions: the `top` strongest sources of every target.

    read     (batch, S, height, width) float32, what the convolution receives; for one tap its `extremes` (batch, 2, S)
    returns  (batch, T, top) int64: sources counted within the target's group, strongest first among those settled in
             float32; NOBODY where fewer than `top` sources influence the target
    cost     one tap: T * S products an image; more taps: see ingest/count/pruning.py
    """
    if contest.geometry.pointwise:
        values, error = _pointwise_values(contest, read), None
        exact = _pointwise_exactly(contest, read)
    else:
        maps = padded(read, contest.geometry).contiguous()
        values, error = _map_values(contest, maps, top)
        exact = _maps_exactly(contest, maps)
    winners, unsure = propose(values.flatten(0, 2), None if error is None else error.flatten(), top)
    again = unsure.nonzero().flatten()
    for rows in torch.split(again, AT_ONCE) if len(again) else ():
        winners[rows] = decide(exact(rows), top)
    return winners.view(len(read), -1, winners.shape[1])


def propose(values: Tensor, error: Tensor | None, top: int) -> tuple[Tensor, Tensor]:
    """The `top` positive values of each row, and whether rounding could have chosen others.

    values   (rows, S) float32; -inf for sources known not to win
    error    (rows,) float32: no value is further from the truth than this; None for values that are single products
    returns  winners (rows, min(top, S)) int64 with NOBODY for none, unsure (rows,) bool
    """
    asked = min(top + 1, values.shape[1])
    best, winners = values.topk(asked, dim=1)
    chosen = best[:, :top]
    if error is None:
        error = best[:, 0].clamp_min(0) * (4 * ROUNDING) + TINY
    unsure = (chosen.abs() <= error[:, None]).any(1)
    if asked > top:
        last, next_best = best[:, top - 1], best[:, top]
        unsure |= (last > 0) & (last - next_best <= 2 * error)
    return winners[:, :top].masked_fill(chosen <= 0, NOBODY), unsure


def decide(values: Tensor, top: int) -> Tensor:
    """(rows, min(top, S)) int64: the `top` positive values of each row, ties to the lower source; NOBODY for none."""
    ordered, source = values.sort(dim=1, descending=True, stable=True)
    return source[:, :top].masked_fill(ordered[:, :top] <= 0, NOBODY)


def influences(contest: Contest, read: Tensor, measure: str) -> Tensor:
    """All influences in float64: (batch, groups, T / groups, S / groups). For Method 2 and other measures; slow.

    measure  "max", "sum" or "frobenius", over positions
    """
    maps = padded(read, contest.geometry)
    taps = windows(maps.double(), contest.geometry).flatten(4).flatten(2, 3)  # (batch, S, taps, positions)
    by_group = taps.view(len(taps), contest.groups, contest.sources, *taps.shape[2:])
    if measure == "sum":
        sums: Tensor = torch.einsum("gtsk,bgsk->bgts", contest.weights, by_group.sum(4))
        return sums
    if measure == "frobenius":
        gram = by_group @ by_group.transpose(3, 4)  # (batch, groups, S, taps, taps)
        weights = contest.weights.transpose(1, 2)  # (groups, S, T, taps)
        return ((weights @ gram) * weights).sum(4).clamp_min(0).sqrt().transpose(2, 3)
    if measure != "max":
        raise ValueError(f"measure {measure!r} is not one of max, sum, frobenius")
    weights = contest.weights.transpose(1, 2)
    peaks = [(weights @ image).amax(3).transpose(1, 2) for image in by_group]  # an image at a time: maps are large
    return torch.stack(peaks)


def heaviest(values: Tensor, share: float) -> Tensor:
    """Method 2: (..., S) bool, the sources that make up the first `share` of each target's positive influence.

    values  (..., S) float64
    """
    ordered, source = values.clamp_min(0).sort(dim=-1, descending=True, stable=True)
    mass = ordered.cumsum(-1)
    before = torch.cat([torch.zeros_like(mass[..., :1]), mass[..., :-1]], dim=-1)
    taken = (before < share * mass[..., -1:]) & (ordered > 0)
    return torch.zeros_like(taken).scatter(-1, source, taken)


def _pointwise_values(contest: Contest, extremes: Tensor) -> Tensor:
    """max over positions of w * x is w * max x or w * min x, whichever is larger: exact up to one rounding."""
    extremes = extremes * level(extremes.flatten(1).abs().amax(1)).view(-1, 1, 1)
    high, low = (extremes[:, side].reshape(-1, contest.groups, 1, contest.sources) for side in (0, 1))
    weights = contest.single[..., 0]
    values = weights * high
    if bool((low < 0).any()):  # after a ReLU the minimum cannot make anything positive
        values = torch.maximum(values, weights * low)
    return values


def _pointwise_exactly(contest: Contest, extremes: Tensor) -> Callable[[Tensor], Tensor]:
    weights = contest.weights[..., 0].flatten(0, 1)  # (T, S / groups)
    targets, share = len(weights), len(weights) // contest.groups
    sides = extremes.double().view(-1, 2, contest.groups, contest.sources)

    def exact(rows: Tensor) -> Tensor:
        image, target = rows // targets, rows % targets
        group = target // share
        return torch.maximum(weights[target] * sides[image, 0, group], weights[target] * sides[image, 1, group])

    return exact


def _map_values(contest: Contest, maps: Tensor, top: int) -> tuple[Tensor, Tensor]:
    largest = maps.flatten(2).abs().amax(2).view(-1, contest.groups, 1, contest.sources)
    factor = level(largest.flatten(1).amax(1)).view(-1, 1, 1, 1)
    if bool((factor != 1).any()):
        maps, largest = maps * factor, largest * factor
    error = (largest * contest.reach.both).amax(3) * (ROUNDING * (contest.geometry.taps + 4)) + TINY
    if contest.sources == 1:
        kernel = contest.single.reshape(-1, 1, *contest.geometry.kernel)
        stride, dilation = contest.geometry.stride, contest.geometry.dilation
        answer = functional.conv2d(maps, kernel, stride=stride, dilation=dilation, groups=contest.groups)
        values = answer.flatten(2).amax(2).view(len(maps), contest.groups, -1, 1)
        return values.masked_fill(largest == 0, -torch.inf), error
    limit = bound(contest.reach, maps, contest.geometry)
    return evaluate(contest.single, maps, contest.geometry, limit, error, top), error


def level(largest: Tensor) -> Tensor:
    """(batch,): a factor for each picture that keeps float32 away from its limits; 1 unless its values come near them.

    largest  (batch,) the largest absolute value of each picture; scaling all of them changes no rank
    """
    exponent = torch.frexp(largest).exponent.clamp(-120, 120)
    return torch.where(exponent.abs() > 20, torch.exp2(-exponent.float()), torch.ones_like(largest))


def _maps_exactly(contest: Contest, maps: Tensor) -> Callable[[Tensor], Tensor]:
    weights = contest.weights.flatten(0, 1)  # (T, S / groups, taps)
    targets, share = len(weights), len(weights) // contest.groups
    by_group = maps.view(len(maps), contest.groups, contest.sources, *maps.shape[2:])
    block = max(1, AT_ONCE * 256 // (by_group[0, 0].numel() * contest.geometry.taps))

    def exact(rows: Tensor) -> Tensor:
        return torch.cat([peaks(part // targets, part % targets) for part in torch.split(rows, block)])

    def peaks(image: Tensor, target: Tensor) -> Tensor:
        mine = by_group[image, target // share].double()  # (rows, S, height, width)
        taps = windows(mine, contest.geometry).flatten(4).flatten(2, 3)  # (rows, S, taps, positions)
        return (weights[target][:, :, None] @ taps).amax(3)[:, :, 0]

    return exact
