"""Activation aggregation: which channels of a row an image activates."""

import torch
from torch import Tensor


def peak(value: Tensor) -> Tensor:
    """(batch, C): the spatial maximum of each channel of a row's value (batch, C, height, width), at least 0.

    Rows that end in no ReLU (inverted bottlenecks) are cut off at 0 here, which is what a ReLU behind them would do.
    """
    return value.flatten(2).amax(2).clamp_min(0)


def activated_by_mass(peaks: Tensor, share: float) -> Tensor:
    """Method 2: (batch, C) bool, the channels that make up the first `share` of an image's activation mass.

    peaks  (batch, C) float32, not negative; excluded channels already set to 0
    share  0..1; the channel that crosses it is in
    Channels go by peak descending, then index ascending. An image without any mass activates nothing.
    float64 sums of float32 values are exact here, so neither batch nor device changes the result.
    """
    ordered, channel = peaks.double().sort(dim=1, descending=True, stable=True)
    mass = ordered.cumsum(1)
    before = torch.cat([torch.zeros_like(mass[:, :1]), mass[:, :-1]], dim=1)
    taken = (before < share * mass[:, -1:]) & (ordered > 0)
    return torch.zeros_like(taken).scatter(1, channel, taken)


def activated_by_rank(peaks: Tensor, top: int) -> Tensor:
    """Method 1: (batch, C) bool, the `top` channels with the largest peaks; ties go to the lower index.

    peaks  (batch, C) float32, not negative; a channel at 0 is not active and never counts
    """
    ordered, channel = peaks.sort(dim=1, descending=True, stable=True)
    taken = ordered > 0
    taken[:, top:] = False
    return torch.zeros_like(taken).scatter(1, channel, taken)
