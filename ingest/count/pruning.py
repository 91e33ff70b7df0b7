"""The largest influences of a convolution with more than one tap, without working out most of them.

No influence exceeds a cheap bound, so the sources with the largest bounds are worked out first, and then only those
whose bound reaches the weakest of the winners so far. On trained networks about one pair in seven is worked out; the
result is that of working out all of them.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from ingest.network.convolution import Geometry, output_size, windows

FIRST = 8  # sources of a target worked out before anything is known: a few more than the five that win
SLACK = 1 + 1e-5  # covers the rounding of the bound itself
SQUARABLE = 1e-15
ANYTHING = 1e30
CHUNK = {"cpu": 2**18, "cuda": 2**26}  # map values in flight: 1 MB, what a core's cache holds; 256 MB on a GPU


@dataclass(frozen=True, eq=False)
class Reach:
    """How far kernels can carry a map; each (groups, T, S) float32, T and S counted within a group.

    both    sum of absolute weights
    raises  sum, Euclidean norm and largest of the positive weights
    lowers  the same of the negative weights without their sign
    """

    both: Tensor
    raises: tuple[Tensor, Tensor, Tensor]
    lowers: tuple[Tensor, Tensor, Tensor]

    @classmethod
    def of(cls, weights: Tensor) -> "Reach":
        """weights: (groups, T, S, taps) float64"""
        positive, negative = weights.clamp_min(0), (-weights).clamp_min(0)
        return cls(weights.abs().sum(3).float(), _carried(positive), _carried(negative))


def _carried(part: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    return part.sum(3).float(), part.norm(dim=3).float(), part.amax(3).float()


def bound(reach: Reach, maps: Tensor, geometry: Geometry) -> Tensor:
    """(batch, groups, T, S): no influence is larger than this.

    maps  (batch, groups * S, height, width) float32, padded
    For x >= 0 a kernel reaches at most its positive part times x: by the largest value, by the norms of the patches
    (Cauchy-Schwarz) and by the sums of the patches; the smallest of the three holds. A map with both signs is split,
    and so is its bound. Cost: a few passes over the maps and over batch * T * S.
    """
    limit = _bound_of_part(reach.raises, maps.clamp_min(0), geometry)
    if bool((maps < 0).any()):
        limit = limit + _bound_of_part(reach.lowers, (-maps).clamp_min(0), geometry)
    return limit


def _bound_of_part(carried: tuple[Tensor, Tensor, Tensor], maps: Tensor, geometry: Geometry) -> Tensor:
    total, norm, largest = carried
    groups, _, sources = total.shape

    def by_group(values: Tensor) -> Tensor:
        return values.flatten(2).amax(2).view(len(maps), groups, 1, sources) * SLACK

    peaks = by_group(maps)
    norms = by_group(patch_sums(maps * maps, geometry)).sqrt()
    norms = norms.masked_fill(peaks <= SQUARABLE, ANYTHING)  # the square of less is 0 in float32
    limit = peaks * total
    torch.minimum(limit, norms * norm, out=limit)
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
    """(batch, groups, T, S) float32: the influences that can be among the `top` of their target, -inf for all others.

    limit  (batch, groups, T, S) from `bound`
    error  (batch, groups, T): the largest rounding error of an influence, so that near ties are all worked out
    """
    values = torch.full_like(limit, -torch.inf)
    first = min(max(FIRST, top + 1), limit.shape[3])
    most, source = limit.topk(first, dim=3)
    wanted = torch.zeros_like(limit, dtype=torch.bool).scatter_(3, source, most > 0)
    _work_out(weights, maps, geometry, wanted, values)
    if first < limit.shape[3]:
        found = values.gather(3, source).topk(min(top, first), dim=3).values[..., -1]
        least = (found - 2 * error).clamp_min(0)[..., None]
        wanted = (limit >= least) & (limit > 0) & ~wanted
        _work_out(weights, maps, geometry, wanted, values)
    return values


def _work_out(weights: Tensor, maps: Tensor, geometry: Geometry, wanted: Tensor, values: Tensor) -> None:
    """Fill `values` with the influences that are `wanted`, both (batch, groups, T, S); a few others come along.

    A source's patches are laid out once and meet the kernels of all its wanted targets in one matrix product. Sources
    with about as many targets go together, so that little is worked out for nothing.
    """
    _, groups, targets, sources = wanted.shape
    by_source = wanted.transpose(2, 3).reshape(-1, targets)  # (batch * groups * sources, T)
    many, order = by_source.sum(1).sort(descending=True)
    kernels = weights.transpose(1, 2).reshape(groups * sources, targets, -1)
    patches = windows(maps, geometry).flatten(0, 1)  # (batch * groups * sources, kh, kw, rows, columns), a view
    positions = patches.shape[3] * patches.shape[4]
    into = values.transpose(2, 3)
    slots = _slots(by_source, int(many[0]))
    counts = many.tolist()
    at, most = 0, CHUNK.get(maps.device.type, CHUNK["cpu"])
    while at < len(counts) and counts[at]:
        width = counts[at]
        rows = order[at : at + max(1, most // (positions * width))]
        rows = rows[: sum(1 for count in counts[at : at + len(rows)] if count)]
        target = slots[rows, :width]
        source = rows % (groups * sources)
        read = patches.index_select(0, rows).view(len(rows), -1, positions)
        peaks = torch.bmm(kernels[source[:, None], target], read).amax(2)
        image, group, within = rows // (groups * sources), source // sources, source % sources
        into[image[:, None], group[:, None], within[:, None], target] = peaks
        at += len(rows)


def _slots(by_source: Tensor, width: int) -> Tensor:
    """(rows, width) int64: the columns that are set in each row, in front; 0 behind them."""
    row, column = by_source.nonzero(as_tuple=True)
    start = torch.cat([torch.zeros(1, dtype=torch.int64, device=row.device), by_source.sum(1).cumsum(0)[:-1]])
    slots = torch.zeros(len(by_source), max(width, 1), dtype=torch.int64, device=row.device)
    slots[row, torch.arange(len(row), device=row.device) - start[row]] = column
    return slots
