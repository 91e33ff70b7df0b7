"""Preparing a picture for a network."""

from dataclasses import dataclass
from typing import Any

import numpy
import torch
from PIL import Image
from torch import Tensor

from queries.errors import DataError

FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """Resize, crop the centre, scale to 0..1, normalise.

    resize         length of the short side after resizing, pixels
    crop           side of the centre square, pixels: the network's input
    interpolation  a key of FILTERS
    mean, std      of red, green and blue, as shares of full brightness (0..1)
    Raises DataError for impossible sizes and unknown filters.
    """

    resize: int
    crop: int
    interpolation: str
    mean: tuple[float, float, float]
    std: tuple[float, float, float]

    def __post_init__(self) -> None:
        if self.crop < 1 or self.resize < self.crop:
            raise DataError(f"resize {self.resize}, crop {self.crop}: a picture must be at least as large as the cut")
        if self.interpolation not in FILTERS:
            raise DataError(f"interpolation {self.interpolation!r} is not one of {', '.join(FILTERS)}")

    @classmethod
    def of_torchvision(cls, transforms: Any) -> "Preprocessing":
        """The preset that torchvision publishes with a set of weights."""
        resize, crop = transforms.resize_size[0], transforms.crop_size[0]
        return cls(
            resize=max(resize, crop),
            crop=crop,
            interpolation=str(transforms.interpolation.value),
            mean=tuple(transforms.mean),
            std=tuple(transforms.std),
        )

    def scaled_to(self, crop: int) -> "Preprocessing":
        """The same for another input size: the resized side keeps its ratio to the crop."""
        resize = round(self.resize * crop / self.crop)
        return Preprocessing(resize, crop, self.interpolation, self.mean, self.std)

    def apply(self, picture: Image.Image) -> Tensor:
        """(3, crop, crop) float32 from an RGB picture of any size, one pixel included."""
        width, height = picture.size
        short = min(width, height)
        wide = max(self.crop, self.resize * width // short)
        high = max(self.crop, self.resize * height // short)
        left, top = round((wide - self.crop) / 2), round((high - self.crop) / 2)
        x, y = width / wide, height / high  # only the crop is resized: same pixels, cheap for 1 x 5000
        box = (left * x, top * y, min((left + self.crop) * x, width), min((top + self.crop) * y, height))
        cropped = picture.resize((self.crop, self.crop), FILTERS[self.interpolation], box=box)
        pixels = torch.from_numpy(numpy.asarray(cropped, dtype=numpy.uint8).copy()).permute(2, 0, 1).float() / 255
        mean, std = torch.tensor(self.mean).view(3, 1, 1), torch.tensor(self.std).view(3, 1, 1)
        return (pixels - mean) / std


IMAGENET = Preprocessing(256, 224, "bilinear", (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
