"""What a class loses when one channel alone is switched off: the true effect of each channel, with how sure it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from scipy.special import stdtrit
from torch import Tensor

from ingest.faithfulness.check import Checked

CONFIDENCE = 0.95  # of the intervals


@dataclass(frozen=True, slots=True)
class ChannelEffect:
    """Of one channel on a class, in log-odds (nats).

    drop       by how much the log-odds fall when the channel stands at its mean: a mean over pictures; below 0 where
               the channel speaks against the class
    low, high  a 95 % interval of that mean over pictures (Student's t); None with a single picture
    """

    layer: str
    channel: int
    drop: float
    low: float | None
    high: float | None


def class_effects(
    checked: Checked,
    pictures: Sequence[Tensor],
    output: int,
    channels: Mapping[str, Sequence[int]],
) -> list[ChannelEffect]:
    """The effect of each of the channels, lowest layer first.

    pictures  (1, 3, height, width) each, one at least
    channels  layer -> indexes
    cost      for each picture a pass through what is above the layer for each channel, and one more for each layer
    """
    at = [place for place, layer in enumerate(checked.layers) if channels.get(layer)]
    drops: dict[int, list[Tensor]] = {place: [] for place in at}
    for picture in pictures:
        values = checked.values(picture)
        for place in at:
            value, *bypass = values[place]
            kept = _all_and_all_but_one(len(checked.means[place]), channels[checked.layers[place]])
            odds = checked.ablations[place](value, bypass, checked.means[place], kept, output).cpu()
            drops[place].append(odds[0] - odds[1:])
    return [
        measured(checked.layers[place], channel, column)
        for place in at
        for channel, column in zip(channels[checked.layers[place]], torch.stack(drops[place]).T, strict=True)
    ]


def _all_and_all_but_one(size: int, channels: Sequence[int]) -> Tensor:
    """(1 + channels, size) bool: what keeps its value."""
    kept = torch.ones(1 + len(channels), size, dtype=torch.bool)
    kept[range(1, 1 + len(channels)), list(channels)] = False
    return kept


def measured(layer: str, channel: int, drops: Tensor) -> ChannelEffect:
    """From the drop in each picture, (pictures,) float64."""
    mean, pictures = float(drops.mean()), len(drops)
    if pictures < 2:
        return ChannelEffect(layer, channel, mean, None, None)
    half = float(stdtrit(pictures - 1, (1 + CONFIDENCE) / 2)) * float(drops.std()) / pictures**0.5
    return ChannelEffect(layer, channel, mean, mean - half, mean + half)
