"""How a picture is made: by climbing what excites a channel, in coordinates in which natural pictures are simple.

The coordinates are a picture's Fourier coefficients, each divided by its frequency as in natural pictures, and colours
that vary independently in the run's own pictures. A sigmoid keeps the result within 0..1. The picture is turned, scaled
and shifted a little in every step, so that what excites the channel does not hang on single pixels. The references are
in docs/pictures.md.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy
import torch
from torch import Tensor
from torch.nn import functional

from ingest.pictures.visualize.streams import Floats, moves, start

SPREAD = 0.3  # of the coefficients at the start, about three of Adam's first steps
CONTRAST = 0.15  # of the colours before the sigmoid: more saturates, less leaves the upper layers grey
RATE = 0.1  # Adam's, falling along a cosine to a tenth
TURN, SCALE, SHIFT = 8.0, 0.12, 0.08  # degrees, share of the size, share of the side: at most, either way
MOVES = 4  # numbers for each step: turn, scale, two shifts
UNLIKE = 2.0  # how much the likeness of diverse pictures costs, in activations
LEAST = 1e-12  # against division by zero

Value = Callable[[Tensor], tuple[Tensor, Tensor]]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What pictures of one layer are made with.

    steps  of Adam
    side   pixels
    reach  how far a picture is moved, 1 for TURN, SCALE and SHIFT
    """

    steps: int
    side: int
    reach: float = 1.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """One picture to make: of a channel, from a stream of random numbers with this name (see streams.py)."""

    channel: int
    stream: str


def make_pictures(value: Value, recipe: Recipe, wanted: Sequence[Wanted], colours: "Colours", diverse: bool) -> Tensor:
    """(batch, 3, side, side), 0..1: a picture for each that is wanted.

    value    pictures to a layer's value and the same before its activation, see subnetwork.py
    diverse  all are of one channel and have to differ from each other
    cost     `steps` forward and backward passes of the batch
    """
    device = colours.root.device
    shape = (3, recipe.side, recipe.side // 2 + 1, 2)
    coefficients = _stack([start(each.stream, shape) for each in wanted], device).mul_(SPREAD).requires_grad_()
    falloff = spectrum(recipe.side).to(device)
    optimiser = torch.optim.Adam([coefficients], lr=RATE, eps=LEAST)
    channels = torch.tensor([each.channel for each in wanted], device=device)
    for step in range(1, recipe.steps + 1):
        for group in optimiser.param_groups:
            group["lr"] = rate(step, recipe.steps)
        moved = move(colours.picture(coefficients, falloff, recipe.side), wanted, step, recipe.reach)
        excitement = objective(*value(colours.prepared(moved)), channels, diverse)
        optimiser.zero_grad()
        (-excitement).sum().backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    with torch.no_grad():
        return colours.picture(coefficients, falloff, recipe.side)


@dataclass(frozen=True, eq=False)
class Colours:
    """The colours of a run's pictures, and how the network has them prepared.

    root       (3, 3) float32: square root of the covariance of red, green and blue, its longest row as long as CONTRAST
    mean, std  (3, 1, 1) of the network's preprocessing
    """

    root: Tensor
    mean: Tensor
    std: Tensor

    def picture(self, coefficients: Tensor, falloff: Tensor, side: int) -> Tensor:
        """(batch, 3, side, side), 0..1, from coefficients (batch, 3, side, side // 2 + 1, 2)."""
        waves = torch.view_as_complex(coefficients * falloff)
        plain = torch.fft.irfft2(waves, s=(side, side), norm="ortho")
        red, green, blue = plain.unbind(1)
        mixed = [row[0] * red + row[1] * green + row[2] * blue for row in self.root]
        return torch.sigmoid(torch.stack(mixed, 1))

    def prepared(self, pictures: Tensor) -> Tensor:
        return (pictures - self.mean) / self.std


def spectrum(side: int) -> Tensor:
    """(side, side // 2 + 1, 1): what each coefficient is multiplied by, one over its frequency."""
    down, right = numpy.fft.fftfreq(side)[:, None], numpy.fft.rfftfreq(side)[None]
    frequency = numpy.maximum(numpy.hypot(down, right), 1 / side)
    return torch.from_numpy((1 / frequency).astype(numpy.float32))[..., None]


def rate(step: int, steps: int) -> float:
    """Adam's rate in a step: a cosine from RATE to a tenth of it."""
    return RATE * (0.55 + 0.45 * math.cos(math.pi * (step - 1) / steps))


def move(pictures: Tensor, wanted: Sequence[Wanted], step: int, reach: float) -> Tensor:
    """The pictures turned, scaled and shifted, each by its own numbers; what lies outside is reflected."""
    drawn = torch.from_numpy(numpy.stack([moves(each.stream, step, MOVES) for each in wanted]) * reach)
    turn, size, right, down = drawn.unbind(1)
    cosine, sine, size = torch.cos(turn * math.radians(TURN)), torch.sin(turn * math.radians(TURN)), 1 + size * SCALE
    shift = 2 * SHIFT  # grids go from -1 to 1
    rows = [size * cosine, -size * sine, right * shift, size * sine, size * cosine, down * shift]
    matrix = torch.stack(rows, 1).view(-1, 2, 3).to(pictures.device)
    grid = functional.affine_grid(matrix, list(pictures.shape), align_corners=False)
    return functional.grid_sample(pictures, grid, padding_mode="reflection", align_corners=False)


def objective(value: Tensor, before: Tensor, channels: Tensor, diverse: bool) -> Tensor:
    """(batch,): the mean of each picture's channel, less for pictures that are like the others.

    A silent channel has no gradient to climb; there it is the mean before the activation.
    """
    at = torch.arange(len(channels), device=value.device)
    excitement, quiet = value[at, channels].flatten(1).mean(1), before[at, channels].flatten(1).mean(1)
    excitement = torch.where(excitement > 0, excitement, quiet)
    if not diverse:
        return excitement
    return excitement - UNLIKE * likeness(value) * excitement.detach().abs()


def likeness(value: Tensor) -> Tensor:
    """(batch,): how alike each picture's texture is to the others', the mean cosine of their Gram matrices."""
    flat = value.flatten(2)
    gram = torch.nn.functional.normalize((flat @ flat.transpose(1, 2)).flatten(1), dim=1, eps=LEAST)
    cosines = gram @ gram.T
    return (cosines.sum(1) - cosines.diagonal()) / max(1, len(value) - 1)


def _stack(arrays: Sequence[Floats], device: torch.device) -> Tensor:
    return torch.from_numpy(numpy.stack(arrays)).to(device)
