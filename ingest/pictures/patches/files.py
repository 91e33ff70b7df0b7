"""Writing pictures of a run so that a killed process leaves whole files only."""

import os
from io import BytesIO
from pathlib import Path

from PIL import Image

from queries.patches import hash_of


def write_hashed(folder: Path, stem: str, content: bytes) -> str:
    """Write `<stem>.<hash>.jpg`, or `<hash>.jpg` where the stem is empty, below a folder; returns the name.

    A file that is there has the content already.
    """
    name = ".".join(filter(None, (stem, hash_of(content), "jpg")))
    if not (folder / name).exists():
        write_whole(folder / name, content)
    return name


def write_whole(file: Path, content: bytes) -> None:
    """Write a file, or replace it, all at once; creates its folder."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}-{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(file)


def as_jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    """The same bytes for the same pixels."""
    content = BytesIO()
    picture.save(content, "JPEG", quality=quality)
    return content.getvalue()
