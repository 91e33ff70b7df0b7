"""Which channels of the layer below a channel's attribution comes from, picture by picture: edges by attribution."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ingest.count.influence import NO_WINNER, decide
from ingest.faithfulness.check import Checked
from queries.errors import DataError

TOP = 5  # sources of a target that are counted in a picture


@dataclass(frozen=True, slots=True)
class EdgeSources:
    """What leads to one channel, its target.

    sources  channels of the layer below, ascending: each is among the target's strongest in a picture at least
    counts   aligned: in how many pictures
    """

    layer: str
    channel: int
    sources: tuple[int, ...]
    counts: tuple[int, ...]


def edge_sources(
    checked: Checked,
    pictures: Sequence[Tensor],
    output: int,
    targets: Mapping[str, Sequence[int]],
) -> list[EdgeSources]:
    """The sources of each target that are counted, lowest layer first; the lowest layer has no targets.

    pictures  (1, 3, height, width) each, one at least, no tensors of inference mode
    targets   layer -> channels
    cost      for each picture a pass through the network and back, and one back through a layer for each target
    Only contributions above 0 count. Ties go to the lower source, and excluded channels are never counted.
    Raises DataError where contributions are not finite.
    """
    at = [place for place, layer in enumerate(checked.layers) if place and targets.get(layer)]
    counts = {
        place: torch.zeros(len(targets[checked.layers[place]]), len(checked.means[place - 1]), dtype=torch.int64)
        for place in at
    }
    for number, picture in enumerate(pictures, 1):
        values, gradients = _values_and_gradients(checked, picture, output)
        for place in at:
            chosen, mean = targets[checked.layers[place]], checked.means[place - 1]
            found = contributions(values[place - 1], values[place], gradients[place], chosen, mean).cpu()
            if not bool(found.isfinite().all()):
                raise DataError(
                    f"{checked.layers[place]}: gradients are not finite in picture {number} of those that were drawn, "
                    "so sources cannot be ranked; another --seed draws other pictures"
                )
            winners = decide(found.masked_fill(~checked.allowed[place - 1], 0), TOP)
            row, rank = (winners != NO_WINNER).nonzero(as_tuple=True)
            counts[place][row, winners[row, rank]] += 1
    return [
        _counted(checked.layers[place], target, row)
        for place in at
        for target, row in zip(targets[checked.layers[place]], counts[place], strict=True)
    ]


def contributions(lower: Tensor, upper: Tensor, gradient: Tensor, targets: Sequence[int], mean: Tensor) -> Tensor:
    """(targets, S) float64: how much of each target's attribution, to first order, comes from each source.

    lower, upper  the values of two layers in one picture, (1, S, height, width) and (1, T, height, width), in one
                  autograd graph; layers without a ReLU are signed and taken as they are
    gradient      of the log-odds by `upper`, of the same shape
    mean          (S,) of the sources
    It is the sum over positions of d(gradient . target) / d(source) * (source - mean), with the gradient held fixed.
    """
    difference = lower.detach().double() - mean.to(lower.device)[:, None, None]
    rows = []
    for target in targets:
        with torch.enable_grad():
            value = upper[:, target]
        (back,) = torch.autograd.grad(value, lower, gradient[:, target], retain_graph=True, allow_unused=True)
        if back is None:  # no way leads from the lower layer to the upper one
            back = torch.zeros_like(lower)
        rows.append((back * difference).sum((0, 2, 3)))
    return torch.stack(rows)


def _values_and_gradients(checked: Checked, picture: Tensor, output: int) -> tuple[list[Tensor], list[Tensor]]:
    """The value of each layer, in one autograd graph, and the gradient of the log-odds by it."""
    with torch.enable_grad():
        starts = checked.values(picture.detach().requires_grad_())
        last, *bypass = starts[-1]
        odds = checked.ablations[-1].odds(last, bypass, output)
        values = [value for value, *_ in starts]
        found = torch.autograd.grad(odds.sum(), values, retain_graph=True, allow_unused=True)
    return values, [
        torch.zeros_like(value) if each is None else each for each, value in zip(found, values, strict=True)
    ]


def _counted(layer: str, target: int, row: Tensor) -> EdgeSources:
    sources = row.nonzero().flatten()
    return EdgeSources(layer, target, tuple(sources.tolist()), tuple(row[sources].tolist()))
