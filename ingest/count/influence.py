"""Influence aggregation: which source channels of a convolution influence each of its targets most, in one image.

The influence of source i on target j is the maximum over positions of the 2-D convolution of map i with kernel slice
K[j, i] (or the sum, or the Frobenius norm). Only positive influences count, and ties go to the lower source.

*float32 proposes, float64 decides.* Influences are computed in float32, with a bound on their rounding error. A target
whose winners are further from the losers than that bound is settled; the few others are computed again in float64. So
the result is that of float64 arithmetic, whatever the batch size, thread count or device.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor
from torch.nn import functional

from ingest.count.pruning import KernelNorms, bound, evaluate, patch_sums
from ingest.count.selection import largest
from ingest.tracing.convolution import Convolution, Geometry, padded, windows

NO_WINNER = -1
TINY = 1e-30  # products below this may have lost digits to underflow in float32
ROUNDING = 2.0**-24  # relative error of one float32 operation
FEW = 8  # a target has few sources if this many times as many have no weight
BLOCK = 4096  # targets that the float64 path computes at once, at most


@dataclass(frozen=True, eq=False)
class PreparedConvolution:
    """A convolution prepared for counting on one device.

    weights  (groups, T / groups, S / groups, taps) float64, folded; 0 for excluded sources, so they never win
    """

    weights: Tensor
    geometry: Geometry

    @classmethod
    def of(
        cls, convolution: Convolution, device: torch.device, excluded: Tensor | None = None
    ) -> "PreparedConvolution":
        """excluded: (S,) bool, the source channels to skip"""
        weights = convolution.weights().clone()
        if excluded is not None:
            weights.masked_fill_(excluded.view(convolution.groups, 1, -1, 1), 0)
        return cls(weights.to(device), convolution.geometry)

    @cached_property
    def single(self) -> Tensor:
        """The weights in float32, each target's scaled to at most 1: ranks do not change, and none underflows."""
        return self._scaled.float()

    @cached_property
    def norms(self) -> KernelNorms:
        """Norms of the scaled weights, for bounds on influences and on their rounding errors."""
        return KernelNorms.of(self._scaled)

    @cached_property
    def support(self) -> Tensor | None:
        """(groups, T, n) int64: the sources of each target that have a weight, in order, filled up with some that have
        none; None unless these are few, as in gates over neighbouring channels.
        """
        weighs = (self.weights != 0).any(3)
        most = max(1, int(weighs.sum(2).max()))
        if not self.geometry.pointwise or FEW * most > self.sources:
            return None
        return weighs.byte().argsort(dim=2, descending=True, stable=True)[..., :most]

    @property
    def lone(self) -> bool:
        """See Convolution.lone."""
        return self.sources == 1 and not self.geometry.pointwise

    @cached_property
    def _scaled(self) -> Tensor:
        largest = self.weights.abs().amax((2, 3), keepdim=True)
        return self.weights / largest.where(largest > 0, torch.ones_like(largest))

    @property
    def groups(self) -> int:
        return self.weights.shape[0]

    @property
    def targets(self) -> int:
        return self.weights.shape[0] * self.weights.shape[1]

    @property
    def sources(self) -> int:
        """Of each target: those of its group."""
        return self.weights.shape[2]


def strongest_sources(prepared: PreparedConvolution, source: Tensor, top: int) -> Tensor:
    """Method 1 with the maximum over positions: the `top` strongest sources of every target.

    source   (batch, S, height, width) float32, what the convolution receives; for one tap its `extremes` (batch, 2, S);
             for a convolution that is `lone`, what `excited` says of it is enough
    returns  (batch, T, top) int64: sources counted within the target's group, strongest first among those settled in
             float32; NO_WINNER where fewer than `top` sources influence the target
    cost     one tap: T * S products per image; more taps: see ingest/count/pruning.py
    """
    if prepared.lone:
        found = (source if source.dim() == 2 else excited(prepared, source)) > 0
        weighs = (prepared.weights != 0).any(3).flatten()  # excluded sources do not
        return torch.where(found & weighs, 0, NO_WINNER)[..., None]
    if prepared.support is not None:
        return _strongest_of_few(prepared, prepared.support, source, top)
    if prepared.geometry.pointwise:
        values, error = _pointwise_values(prepared, source), None
        exact = _pointwise_exactly(prepared, source)
    else:
        maps = padded(source, prepared.geometry).contiguous()
        values, error = _map_values(prepared, maps, top)
        exact = _maps_exactly(prepared, maps)
    winners, unsure = propose(values.flatten(0, 2), None if error is None else error.flatten(), top)
    undecided = unsure.nonzero().flatten()
    for rows in torch.split(undecided, BLOCK) if len(undecided) else ():
        winners[rows] = decide(exact(rows), top)
    return winners.view(len(source), -1, winners.shape[1])


def excited(
    prepared: PreparedConvolution, source: Tensor, answer: Tensor | None = None, factor: Tensor | None = None
) -> Tensor:
    """(batch, T) float32: 1 where the only source of a target influences it, 0 where it does not.

    prepared  a `lone` convolution
    source    (batch, S, height, width) float32, what it receives; targets of a source that is not finite get NaN
    answer    (batch, T, rows, columns) float32: what the network computed from it, if known; times `factor` (T,) it is
              what the kernels in `prepared.single` give
    """
    geometry, share = prepared.geometry, prepared.targets // prepared.groups
    flat = source.flatten(2)
    low = flat.amin(2)
    largest = torch.maximum(flat.amax(2), -low)
    size = level(largest.amax(1))
    if answer is None or factor is None or bool((size != 1).any()):
        largest = largest * size[:, None]
        answer, factor = _answer(prepared, source, size), torch.ones_like(prepared.norms.absolute)
    factor = factor.view(1, -1)
    low, largest = low.repeat_interleave(share, 1), largest.repeat_interleave(share, 1)
    values = answer.flatten(2).amax(2) * factor
    if bool((factor < 0).any()):
        values = torch.where(factor < 0, answer.flatten(2).amin(2) * factor, values)
    error = largest * prepared.norms.absolute.view(1, -1) * (ROUNDING * (geometry.taps + 4)) + TINY
    never = (largest == 0) | ((prepared.norms.positive[2].view(1, -1) == 0) & (low >= 0))
    found = values > error
    rows = ((values.abs() <= error) & ~never).flatten().nonzero().flatten()
    if len(rows):  # most maps are 0 somewhere after a ReLU, and an answer is 0 where all that it reads is
        sizes = (answer.flatten(2).flatten(0, 1)[rows] * factor[0, rows % factor.numel(), None]).abs()
        read = padded(source, geometry).flatten(0, 1)[rows // share].abs()
        meets = patch_sums(read[None], geometry)[0].flatten(1) > 0
        rows = rows[((sizes <= error.view(-1)[rows, None]) & meets).any(1)]
    if len(rows):
        found.view(-1)[rows] = _maps_exactly(prepared, padded(source, geometry).contiguous())(rows)[:, 0] > 0
    return torch.where(found, 1.0, 0.0) + 0 * largest


def _answer(prepared: PreparedConvolution, source: Tensor, size: Tensor) -> Tensor:
    """What a `lone` convolution with the kernels in `prepared.single` computes from pictures times `size` (batch,)."""
    geometry = prepared.geometry
    maps, padding = _with_padding(source, geometry)
    if bool((size != 1).any()):
        maps = maps * size.view(-1, 1, 1, 1)
    kernel = prepared.single.reshape(-1, 1, *geometry.kernel)
    return functional.conv2d(maps, kernel, None, geometry.stride, padding, geometry.dilation, prepared.groups)


def _with_padding(source: Tensor, geometry: Geometry) -> tuple[Tensor, tuple[int, int]]:
    """What a convolution reads, and the zeros (vertical, horizontal) that it adds itself; none where it cannot."""
    left, right, top, bottom = geometry.padding
    plain = source.dim() == 4 and not geometry.channels_last and geometry.spread == (1, 1)
    if plain and geometry.mode == "constant" and (left, top) == (right, bottom):
        return source, (top, left)
    return padded(source, geometry), (0, 0)


def _strongest_of_few(prepared: PreparedConvolution, support: Tensor, extremes: Tensor, top: int) -> Tensor:
    """What `strongest_sources` returns for one tap, from the sources with a weight alone, in float64."""
    groups, targets, few = support.shape
    sides = extremes.double().view(-1, 2, groups, 1, prepared.sources).expand(-1, -1, -1, targets, -1)
    high, low = sides.gather(4, support.expand(len(extremes), 2, -1, -1, -1)).unbind(1)
    weights = prepared.weights[..., 0].gather(2, support)
    chosen = decide(torch.maximum(weights * high, weights * low).flatten(0, 2), top)
    sources = support.expand(len(extremes), -1, -1, -1).reshape(-1, few).gather(1, chosen.clamp_min(0))
    winners = sources.masked_fill(chosen == NO_WINNER, NO_WINNER)
    missing = min(top, prepared.sources) - winners.shape[1]
    return functional.pad(winners, (0, missing), value=NO_WINNER).view(len(extremes), groups * targets, -1)


def propose(values: Tensor, error: Tensor | None, top: int) -> tuple[Tensor, Tensor]:
    """The `top` positive values of each row, and whether rounding could have chosen others.

    values   (rows, S) float32; -inf for sources known not to win; they are overwritten
    error    (rows,) float32, the largest rounding error of a value; None for values that are single products
    returns  winners (rows, min(top, S)) int64 with NO_WINNER for none; unsure (rows,) bool
    """
    wanted = min(top + 1, values.shape[1])
    best, winners = largest(values, wanted)
    chosen = best[:, :top]
    if error is None:
        error = best[:, 0].clamp_min(0) * (4 * ROUNDING) + TINY
    unsure = (chosen.abs() <= error[:, None]).any(1)
    if wanted > top:
        last, next_best = best[:, top - 1], best[:, top]
        unsure |= (last > 0) & (last - next_best <= 2 * error)
    return winners[:, :top].masked_fill(chosen <= 0, NO_WINNER), unsure


def decide(values: Tensor, top: int) -> Tensor:
    """(rows, min(top, S)) int64: the `top` positive values of each row, ties to the lower source, or NO_WINNER."""
    ordered, source = values.sort(dim=1, descending=True, stable=True)
    return source[:, :top].masked_fill(ordered[:, :top] <= 0, NO_WINNER)


def influences(prepared: PreparedConvolution, source: Tensor, measure: str) -> Tensor:
    """All influences in float64: (batch, groups, T / groups, S / groups). For Method 2 and other measures; slow.

    measure  "max", "sum" or "frobenius", over positions
    """
    maps = padded(source, prepared.geometry)
    taps = windows(maps.double(), prepared.geometry).flatten(4).flatten(2, 3)  # (batch, S, taps, positions)
    by_group = taps.view(len(taps), prepared.groups, prepared.sources, *taps.shape[2:])
    if measure == "sum":
        sums: Tensor = torch.einsum("gtsk,bgsk->bgts", prepared.weights, by_group.sum(4))
        return sums
    if measure == "frobenius":
        gram = by_group @ by_group.transpose(3, 4)  # (batch, groups, S, taps, taps)
        weights = prepared.weights.transpose(1, 2)  # (groups, S, T, taps)
        return ((weights @ gram) * weights).sum(4).clamp_min(0).sqrt().transpose(2, 3)
    if measure != "max":
        raise ValueError(f"measure {measure!r} is not one of max, sum, frobenius")
    weights = prepared.weights.transpose(1, 2)
    peaks = [(weights @ image).amax(3).transpose(1, 2) for image in by_group]  # one image at a time: maps are large
    return torch.stack(peaks)


def _pointwise_values(prepared: PreparedConvolution, extremes: Tensor) -> Tensor:
    """max over positions of w * x is w * max x or w * min x, whichever is larger: exact up to one rounding."""
    extremes = extremes * level(extremes.flatten(1).abs().amax(1)).view(-1, 1, 1)
    high, low = (extremes[:, side].reshape(-1, prepared.groups, 1, prepared.sources) for side in (0, 1))
    weights = prepared.single[..., 0]
    values = weights * high
    if bool((low < 0).any()):  # after a ReLU the minimum cannot make anything positive
        values = torch.maximum(values, weights * low)
    return values


def _pointwise_exactly(prepared: PreparedConvolution, extremes: Tensor) -> Callable[[Tensor], Tensor]:
    weights = prepared.weights[..., 0].flatten(0, 1)  # (T, S / groups)
    targets, share = len(weights), len(weights) // prepared.groups
    sides = extremes.double().view(-1, 2, prepared.groups, prepared.sources)

    def exact(rows: Tensor) -> Tensor:
        image, target = rows // targets, rows % targets
        group = target // share
        return torch.maximum(weights[target] * sides[image, 0, group], weights[target] * sides[image, 1, group])

    return exact


def _map_values(prepared: PreparedConvolution, maps: Tensor, top: int) -> tuple[Tensor, Tensor]:
    largest = maps.flatten(2).abs().amax(2).view(-1, prepared.groups, 1, prepared.sources)
    factor = level(largest.flatten(1).amax(1)).view(-1, 1, 1, 1)
    if bool((factor != 1).any()):
        maps, largest = maps * factor, largest * factor
    error = (largest * prepared.norms.absolute).amax(3) * (ROUNDING * (prepared.geometry.taps + 4)) + TINY
    limit = bound(prepared.norms, maps, prepared.geometry)
    return evaluate(prepared.single, maps, prepared.geometry, limit, error, top), error


def level(largest: Tensor) -> Tensor:
    """(batch,): a factor for each picture that keeps float32 away from its limits; 1 unless its values are near them.

    largest  (batch,) the largest absolute value of each picture; scaling all of them changes no rank
    """
    exponent = torch.frexp(largest).exponent.clamp(-120, 120)
    return torch.where(exponent.abs() > 20, torch.exp2(-exponent.float()), torch.ones_like(largest))


def _maps_exactly(prepared: PreparedConvolution, maps: Tensor) -> Callable[[Tensor], Tensor]:
    weights = prepared.weights.flatten(0, 1)  # (T, S / groups, taps)
    targets, share = len(weights), len(weights) // prepared.groups
    by_group = maps.view(len(maps), prepared.groups, prepared.sources, *maps.shape[2:])
    block = max(1, BLOCK * 256 // (by_group[0, 0].numel() * prepared.geometry.taps))

    def exact(rows: Tensor) -> Tensor:
        return torch.cat([peaks(part // targets, part % targets) for part in torch.split(rows, block)])

    def peaks(image: Tensor, target: Tensor) -> Tensor:
        mine = by_group[image, target // share].double()  # (rows, S, height, width)
        taps = windows(mine, prepared.geometry).flatten(4).flatten(2, 3)  # (rows, S, taps, positions)
        return (weights[target][:, :, None] @ taps).amax(3)[:, :, 0]

    return exact
