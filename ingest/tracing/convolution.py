"""A convolution apart from any network: its weights, and where its kernel meets its input."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional


class Geometry(NamedTuple):
    """Where a convolution's kernel meets its input. A named tuple, so that it can be part of a torch.fx graph.

    kernel, stride, dilation  (vertical, horizontal), pixels
    padding                   (left, right, top, bottom), pixels, as torch.nn.functional.pad expects it
    mode                      what the padding holds: "constant" (zeros), "reflect", "replicate" or "circular"
    channels_last             the input's channels are its last axis (a Linear layer), not its second
    spread                    (vertical, horizontal), pixels from one value of the input to the next, with zeros between
                              them: the stride of a transposed convolution
    """

    kernel: tuple[int, int] = (1, 1)
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int, int, int] = (0, 0, 0, 0)
    dilation: tuple[int, int] = (1, 1)
    mode: str = "constant"
    channels_last: bool = False
    spread: tuple[int, int] = (1, 1)

    @property
    def taps(self) -> int:
        return self.kernel[0] * self.kernel[1]

    @property
    def pointwise(self) -> bool:
        """One tap: the influence needs no map, only each channel's extremes."""
        return self.taps == 1


@dataclass(frozen=True, eq=False)
class Convolution:
    """A convolution with the batch norm and scales that follow it folded in, and without its bias.

    name      the module it belongs to, e.g. "inception3a.branch2.1.conv"; followed by "@2" for a module's second use
    kernel    (T, S / groups, kernel height, kernel width)  float64, the exact weights that are counted
    groups    sources and targets are split into this many equal groups; target group g reads source group g only
    """

    name: str
    kernel: Tensor
    geometry: Geometry
    groups: int = 1

    @property
    def targets(self) -> int:
        return self.kernel.shape[0]

    @property
    def sources(self) -> int:
        return self.kernel.shape[1] * self.groups

    @property
    def lone(self) -> bool:
        """Each target has one source, and the kernel several taps: a depthwise convolution."""
        return self.kernel.shape[1] == 1 and not self.geometry.pointwise

    def weights(self) -> Tensor:
        """(groups, T / groups, S / groups, taps) float64: the kernel by group, taps in reading order."""
        return self.kernel.reshape(self.groups, self.targets // self.groups, self.kernel.shape[1], -1)


def across_channels(convolution: Convolution, sources: int) -> Convolution:
    """A convolution of one kernel along the axis of the channels, as ECA's gate has: each target reads its neighbours.

    convolution  (1, 1, length, 1), its input's only channel being that axis of `sources` channels
    Returns it with a kernel (T, sources, 1, 1) on channels that are the input's last axis.
    """
    each = torch.eye(sources, dtype=torch.float64)[:, None]  # one picture per source, in which it alone is 1
    geometry = convolution.geometry
    matrix = functional.conv2d(
        padded(each, geometry), convolution.kernel, stride=geometry.stride, dilation=geometry.dilation
    )
    return replace(convolution, kernel=matrix[:, 0].transpose(0, 1)[..., None], geometry=Geometry(channels_last=True))


def padded(source: Tensor, geometry: Geometry) -> Tensor:
    """The input as (batch, S, height, width) with its padding around it: every value that the kernel can cover."""
    if geometry.channels_last:
        source = source.movedim(-1, 1)
    maps = source.reshape(*source.shape[:2], -1, 1) if source.dim() != 4 else source
    if geometry.spread != (1, 1):
        maps = _spread(maps, *geometry.spread)
    return functional.pad(maps, geometry.padding, geometry.mode) if any(geometry.padding) else maps


def _spread(maps: Tensor, down: int, right: int) -> Tensor:
    """The same with zeros between its values."""
    height, width = maps.shape[2:]
    wide = maps.new_zeros(*maps.shape[:2], (height - 1) * down + 1, (width - 1) * right + 1)
    wide[..., ::down, ::right] = maps
    return wide


def windows(maps: Tensor, geometry: Geometry) -> Tensor:
    """A view (batch, S, kernel height, kernel width, rows, columns): what each tap reads at each output position.

    maps  (batch, S, height, width) from `padded`; the view shares its memory, so a copy needs `taps` times as much
    """
    rows, columns = output_size(maps.shape[2:], geometry)
    batch, channels, down, right = maps.stride()
    return maps.as_strided(
        (*maps.shape[:2], *geometry.kernel, rows, columns),
        (
            batch,
            channels,
            down * geometry.dilation[0],
            right * geometry.dilation[1],
            down * geometry.stride[0],
            right * geometry.stride[1],
        ),
    )


def output_size(size: Sequence[int], geometry: Geometry) -> tuple[int, int]:
    """Output rows and columns for a padded input of `size` (height, width)."""
    rows, columns = (
        (length - dilation * (kernel - 1) - 1) // stride + 1
        for length, dilation, kernel, stride in zip(
            size, geometry.dilation, geometry.kernel, geometry.stride, strict=True
        )
    )
    return rows, columns


def extremes(source: Tensor, geometry: Geometry) -> Tensor:
    """(batch, 2, S): the largest and the smallest value of each source channel where a one-tap kernel reads it."""
    read = padded(source, geometry)[..., :: geometry.stride[0], :: geometry.stride[1]].flatten(2)
    return torch.stack([read.amax(2), read.amin(2)], dim=1)
