"""Patches and squares as files."""

from io import BytesIO
from pathlib import Path

from PIL import Image

from ingest.pictures.folder import write_whole
from queries.pictures import content_hash


def write_hashed(folder: Path, stem: str, content: bytes) -> str:
    """Write `<stem>.<hash>.jpg`, or `<hash>.jpg` where the stem is empty, below a folder; returns the name.

    A file that is there has the content already.
    """
    name = ".".join(filter(None, (stem, content_hash(content), "jpg")))
    if not (folder / name).exists():
        write_whole(folder / name, content)
    return name


def as_jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    """The same bytes for the same pixels."""
    content = BytesIO()
    picture.save(content, "JPEG", quality=quality)
    return content.getvalue()
