"""Preprocessing against torchvision's and timm's own transforms, to the bit."""

from collections.abc import Callable
from pathlib import Path

import numpy
import pytest
import torch
from PIL import Image
from torchvision.transforms import InterpolationMode
from torchvision.transforms._presets import ImageClassification

from ingest.errors import NetworkRefused, PictureRefused
from ingest.images.files import read_picture
from ingest.network.preprocess import IMAGENET, Adjustments, Preprocessing
from queries.errors import DataError, QueryError

SIXTEEN = ("I;16", "I")  # read as their upper eight bits; Pillow itself makes anything above 255 white
KINDS = ("1", "L", "LA", "P", "P transparent", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", *SIXTEEN)
SIZES = ((1, 1), (3, 2), (57, 40), (64, 64), (65, 300), (224, 500), (255, 256), (257, 341), (301, 199), (640, 33))


def generated(kind: str, number: int, folder: Path) -> Path:
    """A picture file of a kind: smooth shapes with noise, of an odd size that depends on its number."""
    width, height = SIZES[number % len(SIZES)]
    width += number // len(SIZES)
    generator = numpy.random.default_rng(number)
    noise = generator.integers(0, 256, (height, width, 3), dtype=numpy.uint8)
    smooth = Image.fromarray(generator.integers(0, 256, (5, 4, 3), dtype=numpy.uint8)).resize((width, height))
    picture = Image.blend(Image.fromarray(noise), smooth, 0.6)
    if kind in SIXTEEN:
        grey = numpy.asarray(picture.convert("L")).astype(numpy.int64) * 257
        kinds = {"I;16": numpy.uint16, "I": numpy.int32}
        picture = Image.fromarray(grey.astype(kinds[kind]))
    elif kind == "P transparent":
        picture = picture.convert("P")
        picture.info["transparency"] = 3
    elif kind == "LA":
        picture = picture.convert("L").convert("LA")
    else:
        picture = picture.convert("LAB" if kind == "LAB" else kind)
    path = folder / f"{kind}-{number}.{'tif' if kind in ('CMYK', 'YCbCr', 'LAB', *SIXTEEN) else 'png'}"
    picture.save(path)
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("pictures")
    return [generated(KINDS[number % len(KINDS)], number, folder) for number in range(204)]


@pytest.mark.parametrize("interpolation", ["bilinear", "bicubic"])
def test_two_hundred_pictures_have_the_pixels_of_torchvisions_transforms(files: list[Path], interpolation: str) -> None:
    preset = ImageClassification(crop_size=224, resize_size=256, interpolation=InterpolationMode(interpolation))
    ours = Preprocessing(256, 224, interpolation, IMAGENET.mean, IMAGENET.std)
    for file in files:
        picture = read_picture(file)
        if not file.name.startswith(SIXTEEN):
            with Image.open(file) as opened:  # as torchvision's ImageFolder reads it
                assert numpy.array_equal(numpy.asarray(opened.convert("RGB")), numpy.asarray(picture)), file.name
        assert torch.equal(ours.apply(picture), preset(picture)), file.name


@pytest.mark.parametrize(
    "resize, crop, interpolation", [(32, 32, "bilinear"), (232, 224, "bilinear"), (342, 299, "bicubic")]
)
def test_other_sizes_have_torchvisions_pixels_too(
    files: list[Path], resize: int, crop: int, interpolation: str
) -> None:
    preset = ImageClassification(crop_size=crop, resize_size=resize, interpolation=InterpolationMode(interpolation))
    ours = Preprocessing(resize, crop, interpolation, IMAGENET.mean, IMAGENET.std)
    for file in files[::17]:
        assert torch.equal(ours.apply(read_picture(file)), preset(read_picture(file))), file.name


@pytest.mark.parametrize("mode, share", [("center", 0.875), ("center", 0.95), ("center", 1.0), ("squash", 0.9)])
def test_a_timm_configuration_gives_timms_pixels(files: list[Path], mode: str, share: float) -> None:
    data = pytest.importorskip("timm.data", reason="timm is not installed")
    config = {"input_size": (3, 96, 96), "crop_pct": share, "crop_mode": mode, "mean": (0.5, 0.4, 0.3)}
    transform = data.create_transform(**data.resolve_data_config(pretrained_cfg=config))
    for file in files[::17]:
        assert torch.equal(Preprocessing.of_timm(config).apply(read_picture(file)), transform(read_picture(file)))


@pytest.mark.parametrize("config", [{"input_size": (1, 32, 32)}, {"input_size": (3, 32, 48)}, {"crop_mode": "border"}])
def test_a_timm_configuration_without_a_counterpart_is_refused(config: dict[str, object]) -> None:
    with pytest.raises(NetworkRefused, match="expected three channels, a square, and center or squash"):
        Preprocessing.of_timm(config)


def test_a_strip_that_needs_too_much_memory_is_refused_by_its_size() -> None:
    assert IMAGENET.apply(Image.new("RGB", (1, 2_000))).shape == (3, 224, 224)
    with pytest.raises(PictureRefused, match=r"resized to 256 x 15,360,000 pixels it would be too large for memory"):
        IMAGENET.apply(Image.new("RGB", (1, 60_000)))


@pytest.mark.parametrize(
    "wrong, complaint",
    [
        (lambda: Adjustments(crop=300).apply(IMAGENET), r"resize 256, crop 300: .*set both \(--resize, --crop\)"),
        (lambda: Adjustments(interpolation="magic").apply(IMAGENET), "interpolation 'magic' is not one of nearest"),
        (lambda: Adjustments(mean=(123.7, 116.3, 103.5)).apply(IMAGENET), "mean .* divide values made for 0..255"),
        (lambda: Adjustments(std=(0.2, 0.0, 0.2)).apply(IMAGENET), "std .* shares of full brightness"),
        (lambda: Adjustments(std=(0.2, float("nan"), 0.2)).apply(IMAGENET), "std .* shares of full brightness"),
        (lambda: Adjustments(resize=0), "resize 0 must be at least 1"),
    ],
)
def test_impossible_preprocessing_is_refused(wrong: Callable[[], object], complaint: str) -> None:
    with pytest.raises((DataError, QueryError), match=complaint):
        wrong()
