"""Preparing a picture for a network: the pixels of torchvision's transforms, to the bit."""

import math
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import numpy
import torch
from PIL import Image
from torch import Tensor

from ingest.errors import NetworkRefused, PictureRefused
from queries.errors import DataError, QueryError
from queries.records import Record

if TYPE_CHECKING:
    from torchvision.transforms._presets import ImageClassification

FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
    "box": Image.Resampling.BOX,
    "hamming": Image.Resampling.HAMMING,
}
LARGEST = 2**27  # pixels of a resized picture: 0.5 GB in memory, a strip 2,000 times as long as wide at 256 pixels

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """Resize, crop the centre, scale to 0..1, normalise.

    resize         length of the short side after resizing, pixels
    crop           side of the centre square, pixels: the network's input
    interpolation  a key of FILTERS
    mean, std      of red, green and blue, as shares of full brightness (0..1)
    squash         resize both sides to `resize`, whatever the picture's shape
    Raises DataError for impossible sizes and numbers, and unknown filters.
    """

    resize: int
    crop: int
    interpolation: str
    mean: Colour
    std: Colour
    squash: bool = False

    def __post_init__(self) -> None:
        if self.crop < 1 or self.resize < self.crop:
            raise DataError(
                f"resize {self.resize}, crop {self.crop}: expected a resized side at least as long as the crop; set "
                "both (--resize, --crop)"
            )
        if self.interpolation not in FILTERS:
            raise DataError(f"interpolation {self.interpolation!r} is not one of {', '.join(FILTERS)}")
        for name, values in (("mean", self.mean), ("std", self.std)):
            if len(values) != 3 or not all(0 <= value <= 1 for value in values) or (name == "std" and 0 in values):
                raise DataError(
                    f"{name} {values}: expected shares of full brightness (0..1) for red, green and blue, for example "
                    f"{getattr(IMAGENET, name)}; divide values made for 0..255 by 255"
                )

    @classmethod
    def of_torchvision(cls, transforms: "ImageClassification") -> "Preprocessing":
        """The preset that torchvision publishes with a set of weights."""
        return cls(
            resize=transforms.resize_size[0],
            crop=transforms.crop_size[0],
            interpolation=str(transforms.interpolation.value),
            mean=tuple(transforms.mean),
            std=tuple(transforms.std),
        )

    @classmethod
    def of_timm(cls, config: Record) -> "Preprocessing":
        """What a timm network's `pretrained_cfg` says, with timm's defaults.

        Raises NetworkRefused for what has no counterpart here.
        """
        channels, height, width = config.get("input_size") or (3, IMAGENET.crop, IMAGENET.crop)
        mode = config.get("crop_mode") or "center"
        if channels != 3 or height != width or mode not in ("center", "squash"):
            raise NetworkRefused(
                f"its pretrained_cfg asks for inputs of {channels} x {height} x {width} with crop_mode {mode!r}; "
                "expected three channels, a square, and center or squash"
            )
        return cls(
            resize=math.floor(height / (config.get("crop_pct") or 0.875)),
            crop=height,
            interpolation=config.get("interpolation") or "bicubic",
            mean=tuple(config.get("mean") or IMAGENET.mean),
            std=tuple(config.get("std") or IMAGENET.std),
            squash=mode == "squash",
        )

    def scaled_to(self, crop: int) -> "Preprocessing":
        """The same for another input size: the resized side keeps its ratio to the crop."""
        return replace(self, resize=round(self.resize * crop / self.crop), crop=crop)

    def size_of_resized(self, width: int, height: int) -> tuple[int, int]:
        """(width, height) of a picture once it is resized, in pixels, rounded as torchvision does."""
        if self.squash:
            return self.resize, self.resize
        long = int(self.resize * max(width, height) / min(width, height))
        return (self.resize, long) if width <= height else (long, self.resize)

    def apply(self, picture: Image.Image) -> Tensor:
        """(3, crop, crop) float32 from an RGB picture of any size, one pixel included.

        Costs about 1 ms for a photograph. Raises PictureRefused as `square` does.
        """
        return self.normalised(self.square(picture))

    def square(self, picture: Image.Image) -> Image.Image:
        """The part of an RGB picture that the network sees, crop pixels wide and high.

        Raises PictureRefused for a strip so narrow that resizing needs too much memory.
        """
        wide, high = self.size_of_resized(*picture.size)
        if wide * high > LARGEST:
            raise PictureRefused(
                f"resized to {wide:,} x {high:,} pixels it would be too large for memory (more than {LARGEST:,} "
                "pixels); crop it"
            )
        left, top = round((wide - self.crop) / 2), round((high - self.crop) / 2)
        resized = picture.resize((wide, high), FILTERS[self.interpolation])
        return resized.crop((left, top, left + self.crop, top + self.crop))

    def normalised(self, square: Image.Image) -> Tensor:
        """(3, height, width) float32 from a square."""
        pixels = torch.from_numpy(numpy.array(square)).permute(2, 0, 1).contiguous().float() / 255
        mean, std = torch.tensor(self.mean).view(3, 1, 1), torch.tensor(self.std).view(3, 1, 1)
        return (pixels - mean) / std

    def __str__(self) -> str:
        fit = "both sides" if self.squash else "short side"
        mean, std = (" ".join(f"{value:.4g}" for value in values) for values in (self.mean, self.std))
        return f"{fit} {self.resize} ({self.interpolation}), centre {self.crop}, mean {mean}, std {std}"


@dataclass(frozen=True, slots=True)
class Adjustments:
    """What a user changes in a network's preprocessing; None keeps the network's own.

    size  side of the input in pixels, as `Preprocessing.scaled_to`; the others are fields of Preprocessing
    Raises QueryError for a length below 1.
    """

    size: int | None = None
    resize: int | None = None
    crop: int | None = None
    interpolation: str | None = None
    mean: Colour | None = None
    std: Colour | None = None

    def __post_init__(self) -> None:
        for name in ("size", "resize", "crop"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise QueryError(f"{name} {value} must be at least 1")

    def apply(self, own: Preprocessing) -> Preprocessing:
        """Raises DataError where the result is impossible."""
        changes = {name: value for name, value in asdict(self).items() if value is not None}
        size = changes.pop("size", None)
        return replace(own.scaled_to(size) if size else own, **changes)


IMAGENET = Preprocessing(256, 224, "bilinear", (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
