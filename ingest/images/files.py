"""Picture files: finding them, and reading each as RGB."""

import hashlib
import warnings
from pathlib import Path

import numpy
from PIL import Image, UnidentifiedImageError

from ingest.errors import PictureRefused
from queries.errors import DataError

SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"}


def list_folders(images: Path) -> dict[str, list[Path]]:
    """Class folder -> its pictures, both in order of name. Subfolders of a class folder count as part of it.

    Raises DataError where there are none.
    """
    if not images.is_dir():
        raise DataError(f"{images} is not a folder; expected one with a subfolder of pictures per class")
    folders = {folder.name: list_pictures(folder) for folder in sorted(images.iterdir()) if _visible(folder)}
    found = {name: pictures for name, pictures in folders.items() if pictures}
    if not found:
        kinds = ", ".join(sorted(suffix[1:] for suffix in SUFFIXES))
        raise DataError(f"{images} has no subfolder with pictures ({kinds}); expected one subfolder per class")
    return found


def empty_folders(images: Path) -> list[str]:
    """Subfolders without a picture; they are not classes."""
    return [folder.name for folder in sorted(images.iterdir()) if _visible(folder) and not list_pictures(folder)]


def list_pictures(folder: Path) -> list[Path]:
    files = (path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    return sorted(path for path in files if not any(part.startswith(".") for part in path.relative_to(folder).parts))


def digest_of_list(pictures: list[Path], root: Path) -> str:
    """SHA-256 of the names (below `root`) and sizes in bytes of pictures, without reading them."""
    digest = hashlib.sha256()
    for path in pictures:
        digest.update(f"{path.relative_to(root).as_posix()}\t{path.stat().st_size}\n".encode())
    return digest.hexdigest()


def read_picture(path: Path) -> Image.Image:
    """A picture as 8-bit RGB. Raises PictureRefused with the reason if that is not possible.

    Animations are read as their first frame; 16-bit grey is scaled to 8; transparency is dropped; CMYK is converted.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as picture:
                picture.seek(0)
                picture.load()
                return _to_rgb(picture)
    except UnidentifiedImageError:
        raise PictureRefused(f"{path}: not a picture in a known format") from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise PictureRefused(f"{path}: more than {Image.MAX_IMAGE_PIXELS} pixels") from None
    except (OSError, ValueError, SyntaxError, EOFError, IndexError) as error:  # what decoders raise on broken files
        raise PictureRefused(f"{path}: {str(error) or type(error).__name__}") from None


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


def _visible(folder: Path) -> bool:
    return folder.is_dir() and not folder.name.startswith(".")
