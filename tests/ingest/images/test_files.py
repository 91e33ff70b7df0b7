import struct
from pathlib import Path

import numpy
import pytest
from PIL import Image

from ingest.errors import PictureRefused
from ingest.images.files import read_picture


def test_sixteen_bit_grey_is_scaled_to_eight(tmp_path: Path) -> None:
    grey = numpy.array([[0, 32896, 65535]], dtype=numpy.uint16)
    for name in ("grey.png", "grey.tif"):
        Image.fromarray(grey).save(tmp_path / name)
        assert numpy.asarray(read_picture(tmp_path / name))[0, :, 0].tolist() == [0, 128, 255]


def test_cmyk_becomes_rgb(tmp_path: Path) -> None:
    Image.new("CMYK", (4, 4), (0, 255, 255, 0)).save(tmp_path / "red.jpg")
    red, green, blue = read_picture(tmp_path / "red.jpg").getpixel((1, 1))  # type: ignore[misc]
    assert red > 240 and green < 20 and blue < 20


def test_an_animation_is_read_as_its_first_frame(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    for name in ("two.gif", "two.webp", "two.png"):
        frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:])
        red, _, blue = read_picture(tmp_path / name).getpixel((1, 1))  # type: ignore[misc]
        assert red > 200 and blue < 60


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "YCbCr", "LAB"])
def test_every_mode_becomes_rgb(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("picture.tif" if mode in ("YCbCr", "LAB") else "picture.png")
    Image.new("RGB", (3, 3)).convert("L" if mode == "LA" else "RGB").convert("RGB" if mode == "LAB" else mode).save(
        path
    )
    assert read_picture(path).mode == "RGB"


def test_one_pixel_is_a_picture(tmp_path: Path) -> None:
    Image.new("RGB", (1, 1), "white").save(tmp_path / "dot.png")
    assert read_picture(tmp_path / "dot.png").size == (1, 1)


def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "empty.jpg").write_bytes(b"")
    Image.effect_noise((64, 64), 80).save(tmp_path / "whole.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "whole.png").read_bytes()[:500])
    Image.fromarray(numpy.zeros((3, 3), dtype=numpy.float32)).save(tmp_path / "float.tif")
    whole = (tmp_path / "whole.png").read_bytes()
    (tmp_path / "bomb.png").write_bytes(whole[:16] + struct.pack(">II", 60_000, 60_000) + whole[24:])
    for name in ("text.png", "empty.jpg", "cut.png", "float.tif", "bomb.png", "missing.png"):
        with pytest.raises(PictureRefused, match=name):
            read_picture(tmp_path / name)


def test_heif_is_refused_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    with pytest.raises(PictureRefused, match=r"phone\.heic: HEIF is not among the formats that are read; convert it"):
        read_picture(tmp_path / "phone.heic")


def test_exif_orientation_is_applied_only_if_asked_for(tmp_path: Path) -> None:
    picture = Image.new("RGB", (2, 1), "red")
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    picture.save(tmp_path / "turned.png", exif=exif)
    assert read_picture(tmp_path / "turned.png").size == (2, 1)
    assert read_picture(tmp_path / "turned.png", oriented=True).size == (1, 2)


def test_a_picture_that_does_not_fit_in_memory_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_large(*_: object) -> None:
        raise MemoryError

    Image.new("RGB", (2, 2)).save(tmp_path / "huge.png")
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", too_large)
    with pytest.raises(PictureRefused, match=r"huge\.png: too large for the memory of this machine"):
        read_picture(tmp_path / "huge.png")
