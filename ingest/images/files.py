"""Picture files: which they are, and reading each as RGB."""

import warnings
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy
from PIL import Image, ImageOps, UnidentifiedImageError

from ingest.errors import PictureRefused

STUBS = {"BUFR", "GRIB", "HDF5", "MPEG", "WMF"}  # formats that Pillow recognises but cannot decode everywhere
HEIF = frozenset({".heic", ".heif"})


def has_picture_suffix(path: Path) -> bool:
    """Whether the suffix is one of a picture format that Pillow reads, or of HEIF."""
    return path.suffix.lower() in _suffixes()


@cache
def _suffixes() -> frozenset[str]:
    known = Image.registered_extensions()  # loads all of Pillow's plugins
    return HEIF.union(suffix for suffix, kind in known.items() if kind in Image.OPEN and kind not in STUBS)


def read_picture(path: Path, oriented: bool = False) -> Image.Image:
    """The picture in a file, see `decode_picture`."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PictureRefused(f"{path}: {error.strerror}") from None
    return decode_picture(content, str(path), oriented)


def decode_picture(content: bytes, name: str, oriented: bool = False) -> Image.Image:
    """A picture as 8-bit RGB. Raises PictureRefused with its name and the reason if that is not possible.

    oriented  turn it as its EXIF orientation says; torchvision's loaders do not
    Animations are read as their first frame; 16-bit grey is scaled to 8; transparency is dropped; CMYK is converted.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content)) as picture:
                picture.seek(0)
                picture.load()
                return _to_rgb(ImageOps.exif_transpose(picture) if oriented else picture)
    except UnidentifiedImageError:
        raise PictureRefused(f"{name}: {_unknown_format(name)}") from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise PictureRefused(f"{name}: more than {Image.MAX_IMAGE_PIXELS:,} pixels") from None
    except MemoryError:
        raise PictureRefused(f"{name}: too large for the memory of this machine") from None
    except (OSError, ValueError, SyntaxError, EOFError, IndexError) as error:  # what decoders raise on broken files
        raise PictureRefused(f"{name}: {str(error) or type(error).__name__}") from None


def _unknown_format(name: str) -> str:
    if Path(name).suffix.lower() in HEIF:
        return "HEIF is not among the formats that are read; convert it to JPEG or PNG"
    return "not a picture in a known format"


def _to_rgb(picture: Image.Image) -> Image.Image:
    if picture.mode == "F":
        raise ValueError("32-bit floating point has no defined white; save it with 8 or 16 bits")
    if picture.mode.startswith("I"):
        grey = numpy.asarray(picture).astype(numpy.int64)
        if grey.size and (grey.min() < 0 or grey.max() > 65535):
            raise ValueError("grey values are outside 0..65535; save it with 8 or 16 bits")
        return Image.fromarray((grey // 257).astype(numpy.uint8)).convert("RGB")
    if picture.mode == "P" and "transparency" in picture.info:
        picture = picture.convert("RGBA")
    return picture.convert("RGB")
