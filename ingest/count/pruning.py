"""The largest influences of a convolution with more than one tap, without computing most of them.

No influence exceeds a cheap bound, so the sources with the largest bounds are computed first, and then only those
whose bound reaches the weakest of the winners so far. On trained networks about one pair in seven is computed; the
result is the same as if all were.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from ingest.count.selection import largest
from ingest.tracing.convolution import Geometry, output_size, windows

FIRST = 8  # sources per target computed first: a few more than the five that win
SLACK = 1 + 1e-5  # covers the rounding of the bound itself
SQUARABLE = 1e-15  # the square of less underflows float32
NO_BOUND = 1e30
TINIEST = 2.0**-149  # the least that is above 0
CHUNK = {"cpu": 2**18, "cuda": 2**26}  # map values in flight: 1 MB, what a core's cache holds; 256 MB on a GPU


@dataclass(frozen=True, eq=False)
class KernelNorms:
    """Norms of kernels that bound their influences; each (groups, T, S) float32, T and S counted within a group.

    absolute  sum of absolute weights
    positive  sum, Euclidean norm and maximum of the positive weights
    negative  the same of the negative weights without their sign
    """

    absolute: Tensor
    positive: tuple[Tensor, Tensor, Tensor]
    negative: tuple[Tensor, Tensor, Tensor]

    @classmethod
    def of(cls, weights: Tensor) -> "KernelNorms":
        """weights: (groups, T, S, taps) float64"""
        positive, negative = weights.clamp_min(0), (-weights).clamp_min(0)
        return cls(weights.abs().sum(3).float(), _norms(positive), _norms(negative))


def _norms(part: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    return part.sum(3).float(), part.norm(dim=3).float(), part.amax(3).float()


def bound(norms: KernelNorms, maps: Tensor, geometry: Geometry) -> Tensor:
    """(batch, groups, T, S): no influence is larger than this.

    maps  (batch, groups * S, height, width) float32, padded
    For x >= 0 an influence is at most that of the kernel's positive part, which is bounded by the largest value, by the
    norms of the patches (Cauchy-Schwarz) and by the sums of the patches; the smallest of the three is used. A map with
    both signs is split, and its bound is a sum. Cost: a few passes over the maps and over batch * T * S.
    """
    limit = _bound_of_part(norms.positive, maps.clamp_min(0), geometry)
    if bool((maps < 0).any()):
        limit = limit + _bound_of_part(norms.negative, (-maps).clamp_min(0), geometry)
    return limit


def _bound_of_part(norms: tuple[Tensor, Tensor, Tensor], maps: Tensor, geometry: Geometry) -> Tensor:
    total, norm, largest = norms
    groups, _, sources = total.shape

    def by_group(values: Tensor) -> Tensor:
        return values.flatten(2).amax(2).view(len(maps), groups, 1, sources) * SLACK

    peaks = by_group(maps)
    of_patches = by_group(patch_sums(maps * maps, geometry)).sqrt()
    of_patches = of_patches.masked_fill(peaks <= SQUARABLE, NO_BOUND)
    limit = peaks * total
    torch.minimum(limit, of_patches * norm, out=limit)
    return torch.minimum(limit, by_group(patch_sums(maps, geometry)) * largest, out=limit)


def patch_sums(maps: Tensor, geometry: Geometry) -> Tensor:
    """(batch, S, rows, columns): the sum of what the kernel covers at each output position."""
    rows, columns = output_size(maps.shape[2:], geometry)
    (high, wide), (down, right), (step, stride) = geometry.kernel, geometry.dilation, geometry.stride
    across = maps[..., : (columns - 1) * stride + 1 : stride].clone()
    for tap in range(1, wide):
        across += maps[..., tap * right : tap * right + (columns - 1) * stride + 1 : stride]
    total = across[..., : (rows - 1) * step + 1 : step, :].clone()
    for tap in range(1, high):
        total += across[..., tap * down : tap * down + (rows - 1) * step + 1 : step, :]
    return total


def evaluate(weights: Tensor, maps: Tensor, geometry: Geometry, limit: Tensor, error: Tensor, top: int) -> Tensor:
    """(batch, groups, T, S) float32: the influences that can be among the `top` of their target, -inf for the others.

    limit  (batch, groups, T, S) from `bound`
    error  (batch, groups, T): the largest rounding error of an influence, so that all near ties are computed
    """
    kernels = weights.transpose(1, 2).flatten(0, 2)  # by group, source and target
    values = torch.full_like(limit.transpose(2, 3), -torch.inf, memory_format=torch.contiguous_format)
    found = values.transpose(2, 3)
    first = min(max(FIRST, top + 1), limit.shape[3])
    most, source = (each.view(*limit.shape[:3], first) for each in largest(limit.flatten(0, 2).clone(), first))
    wanted = torch.zeros_like(limit, dtype=torch.bool).scatter_(3, source, most > 0)
    _compute(kernels, maps, geometry, wanted, values)
    if first < limit.shape[3]:
        last = found.gather(3, source).topk(min(top, first), dim=3).values[..., -1]
        least = (last - 2 * error).clamp_min(TINIEST)[..., None]
        _compute(kernels, maps, geometry, (limit >= least) & ~wanted, values)
    return found


def _compute(kernels: Tensor, maps: Tensor, geometry: Geometry, wanted: Tensor, values: Tensor) -> None:
    """Fill `values` (batch, groups, S, T) with the influences that are `wanted` (batch, groups, T, S).

    kernels  (groups * S * T, taps)
    A source's patches are laid out once and multiplied with the kernels of all its wanted targets in one product.
    Sources with similar numbers of targets share a product, in which those with fewer repeat the last.
    """
    targets = wanted.shape[2]
    pairs = wanted.transpose(2, 3).reshape(-1).nonzero().flatten()  # by picture, group, source and target
    of_source = wanted.sum(2).flatten()
    last = of_source.cumsum(0)
    first = last - of_source
    numbers, order = of_source.sort(descending=True)
    counts = numbers[: int((numbers > 0).sum())].tolist()
    patches = windows(maps, geometry).flatten(0, 1)  # (batch * groups * S, kh, kw, rows, columns), a view
    positions = patches.shape[3] * patches.shape[4]
    into, step = values.view(-1), torch.arange(targets, device=maps.device)
    at, most = 0, CHUNK.get(maps.device.type, CHUNK["cpu"])
    while at < len(counts):
        width = counts[at]
        rows = order[at : min(at + max(1, most // (positions * width)), len(counts))]
        cells = pairs[torch.minimum(first[rows, None] + step[:width], last[rows, None] - 1)]
        read = patches.index_select(0, rows).view(len(rows), -1, positions)
        kernel = kernels.index_select(0, (cells % len(kernels)).flatten()).view(*cells.shape, -1)
        into[cells] = torch.bmm(kernel, read).amax(2)
        at += len(rows)
