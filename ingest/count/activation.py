"""Activation aggregation: how strongly an image activates each channel of a layer."""

from torch import Tensor


def peak(value: Tensor) -> Tensor:
    """(batch, C): the spatial maximum of each channel of a layer's value (batch, C, height, width), at least 0.

    Layers that do not end in a ReLU (inverted bottlenecks) are clamped at 0 here, as a ReLU after them would do.
    """
    return value.flatten(2).amax(2).clamp_min(0)
