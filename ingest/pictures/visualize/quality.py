"""Whether a picture shows what its channel looks for: measured on the file that people see, by the network itself."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from ingest.pictures.visualize.recipe import Colours, Value

SHOWN = 147  # pixels: the side of the published pictures, and the least of ours
QUALITY = 85  # of JPEG


@dataclass(frozen=True, slots=True)
class Measured:
    """A picture as it was made and measured.

    steps, side  it was made with
    activation   the channel's peak on it
    largest      the channel's largest peak over the run's pictures; None where the run did not keep them
    rank         of the channel among those of its layer on this picture, 1 for the first
    passed       whether that is the first
    """

    steps: int
    side: int
    activation: float
    largest: float | None
    rank: int
    passed: bool


def encode(picture: Tensor) -> bytes:
    """The JPEG of a picture (3, side, side), 0..1; enlarged to SHOWN where it is smaller."""
    pixels = (picture.clamp(0, 1) * 255).round().byte().permute(1, 2, 0).contiguous().cpu().numpy()
    image = Image.fromarray(pixels)
    if image.width < SHOWN:
        image = image.resize((SHOWN, SHOWN), Image.Resampling.BICUBIC)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY, optimize=True)
    return buffer.getvalue()


def decode(content: bytes, side: int) -> Tensor:
    """(3, side, side), 0..1: a JPEG as the network sees it."""
    with Image.open(io.BytesIO(content)) as image:
        small = image.convert("RGB").resize((side, side), Image.Resampling.BICUBIC)
    return torch.from_numpy(numpy.array(small)).permute(2, 0, 1).float() / 255


@torch.inference_mode()
def measure(
    value: Value,
    colours: Colours,
    files: Sequence[bytes],
    channels: Sequence[int],
    side: int,
    steps: int,
    largest: NDArray[numpy.float32] | None,
) -> list[Measured]:
    """What each file does to its channel; the files are one batch of the size that pictures are made in.

    largest  (C,) of the layer, None where the run does not know
    """  # fmt: skip
    pictures = torch.stack([decode(content, side) for content in files]).to(colours.root.device)
    seen, _ = value(colours.prepared(pictures))
    means, peaks = seen.flatten(2).mean(2).cpu().numpy(), seen.flatten(2).amax(2).cpu().numpy()
    found = []
    for mean, peak, channel in zip(means, peaks, channels, strict=True):
        rank = rank_of(mean, channel, largest)
        top = None if largest is None else float(largest[channel])
        found.append(Measured(steps, side, float(max(peak[channel], 0)), top, rank, rank == 1))
    return found


def rank_of(means: NDArray[numpy.float32], channel: int, largest: NDArray[numpy.float32] | None) -> int:
    """The place of a channel among those of its layer by their means on a picture, 1 for the first.

    Channels differ in scale, so each is compared as a share of its largest peak over the run's pictures where that is
    known; those that no picture of the run excites do not compete. A channel that is not excited at all is last.
    """
    if means[channel] <= 0:
        return len(means)
    if largest is None or largest[channel] <= 0:
        return 1 + int((means > means[channel]).sum())
    rivals = largest > 0
    shares = means[rivals] / largest[rivals]
    return 1 + int((shares > means[channel] / largest[channel]).sum())
