"""Cutting patches out of the square that a network saw. Pure: pictures in, pictures out."""

import numpy
from numpy.typing import NDArray
from PIL import Image

SHOWN = 96  # pixels: smaller patches are enlarged to this side, larger ones reduced
WHOLE_QUALITY = 80  # of JPEG
LOOK = 16  # pixels, side of the thumbnail that tells near-duplicates


def frame_around(x: float, y: float, side: int, square: int) -> tuple[int, int]:
    """(left, top) of a frame with its middle at (x, y), moved into the square where it would stick out."""
    most = square - side
    return min(max(0, round(x - side / 2)), most), min(max(0, round(y - side / 2)), most)


def cut_patch(square: Image.Image, left: int, top: int, side: int) -> Image.Image:
    """The part of the square, SHOWN pixels wide and high."""
    part = square.crop((left, top, left + side, top + side))
    return part.resize((SHOWN, SHOWN), Image.Resampling.BICUBIC if side < SHOWN else Image.Resampling.LANCZOS)


def look_of(square: Image.Image) -> NDArray[numpy.float32]:
    """A unit vector whose scalar product with another picture's is their thumbnails' correlation (-1..1).

    Pictures of one even colour all look the same.
    """
    small = square.convert("L").resize((LOOK, LOOK), Image.Resampling.BOX)
    values = numpy.asarray(small, numpy.float32).flatten()
    values -= values.mean()
    length = float(numpy.linalg.norm(values))
    flat = numpy.full_like(values, 1 / LOOK)
    return values / length if length > 0 else flat
