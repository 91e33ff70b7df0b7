"""Where in a picture a channel looks: the square around its peak that holds most of the peak's gradient."""

import random
from collections.abc import Iterable, Sequence
from statistics import median

import torch
from torch import Tensor

from ingest.count.instrument import peak
from ingest.pictures.counted import LayerMaps

SHARE = 0.9  # of the gradient's mass, summed over colours
SAMPLE = 16  # pictures; the middle of as many sides varies by a tenth


def centre_of(place: int, size: Sequence[int], square: int) -> tuple[float, float]:
    """(x, y) in pixels of the square of a place in a map of `size` (height, width), row * width + column."""
    row, column = divmod(place, size[1])
    return (column + 0.5) * square / size[1], (row + 0.5) * square / size[0]


def side_around(gradient: Tensor, x: float, y: float, share: float = SHARE) -> int:
    """The side, in whole pixels, of the smallest square around (x, y) with a share of a map's mass (height, width)."""
    rows, columns = (torch.arange(length) + 0.5 for length in gradient.shape)
    reach = torch.maximum((rows[:, None] - y).abs(), (columns[None] - x).abs()).flatten() + 0.5
    order = reach.argsort(stable=True)
    mass = gradient.double().flatten()[order].cumsum(0)
    first = int((mass >= share * mass[-1]).nonzero()[0])
    return int((2 * reach[order][first]).ceil())


def patch_sides(maps: LayerMaps, pictures: Iterable[Tensor], seed: int = 0) -> list[int]:
    """The side of each layer's patches in pixels, at most that of the square: the median over pictures.

    pictures  (3, square, square) each, as the network takes them
    In every picture one channel that it excites is drawn per layer. Costs a forward pass and a backward pass per layer
    and picture, about 0.5 s for a picture and 16 layers of a small network.
    """
    chance = random.Random(seed)
    sides: list[list[int]] = []
    for picture in pictures:
        seen = picture[None].clone().requires_grad_()
        with torch.enable_grad():
            values = maps(seen)
            sides.append([_side(value, seen, chance) for value in values])
    largest = max(1, int(seen.shape[-1]))
    return [
        min(largest, round(median(filter(None, layer)))) if any(layer) else largest
        for layer in zip(*sides, strict=True)
    ]


def _side(value: Tensor, seen: Tensor, chance: random.Random) -> int:
    """Of one channel; 0 where the picture excites none."""
    most, places = peak(value.detach())
    excited = most[0].nonzero().flatten().tolist()
    if not excited:
        return 0
    channel = chance.choice(excited)
    place = int(places[0, channel])
    (gradient,) = torch.autograd.grad(value[0, channel].flatten()[place], seen, retain_graph=True)
    x, y = centre_of(place, value.shape[2:], seen.shape[-1])
    return side_around(gradient[0].abs().sum(0), x, y)
