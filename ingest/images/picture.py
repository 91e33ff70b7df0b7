"""One picture of a data set, wherever it is stored: its name in a run, its bytes, and their digest."""

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from errno import EINVAL
from pathlib import Path
from typing import Protocol, TypeVar

READERS = 8  # files hashed at once: their reading overlaps, also over a network
ESCAPED = re.compile(rb"\\x([0-9a-f]{2})")


class Picture(Protocol):
    """A picture that has not been read."""

    @property
    def name(self) -> str:
        """Of the picture in a run; unique within its class."""

    def read(self) -> bytes:
        """Its encoded content. Raises OSError."""


AnyPicture = TypeVar("AnyPicture", bound=Picture)


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A file of its own."""

    name: str
    path: Path

    def read(self) -> bytes:
        if not stat.S_ISREG(self.path.stat().st_mode):  # reading a pipe would wait for ever
            raise OSError(EINVAL, "not a regular file")
        return self.path.read_bytes()


def readable_name(path: Path) -> str:
    """A path as text with "/"; bytes that are not UTF-8 are written as \\xNN."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def find_file(root: Path, name: str) -> Path:
    """The file below `root` that `readable_name` gave this name; it may not exist."""
    path = root / name
    if path.exists() or "\\x" not in name:
        return path
    original = ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), os.fsencode(name))
    return root / os.fsdecode(original)


def content_digest(content: bytes) -> str:
    """32 hexadecimal digits, equal for equal bytes; about 1 s per GB."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def picture_digest(picture: Picture) -> str:
    """The digest of a picture's content; empty if it cannot be read."""
    try:
        return content_digest(picture.read())
    except OSError:
        return ""


def picture_digests(pictures: Sequence[Picture]) -> list[str]:
    """The digest of each picture; reads all of them."""
    with ThreadPoolExecutor(READERS) as pool:
        return list(pool.map(picture_digest, pictures))


def digest_of_class(pictures: Iterable[tuple[str, str]]) -> str:
    """SHA-256 of the (name, content digest) of each picture of a class, in order of name."""
    digest = hashlib.sha256()
    for name, content in sorted(pictures):
        digest.update(f"{name}\t{content}\n".encode())
    return digest.hexdigest()


def choose_pictures(
    pictures: Sequence[AnyPicture], limit: int | None, first: int | None, seed: int
) -> Sequence[AnyPicture]:
    """A sample of `limit` pictures, or the first ones, in their order; all of them if neither is given.

    A sample depends only on the seed and the names, and a larger one contains a smaller one.
    """
    if limit is None:
        return pictures[:first]
    drawn = {picture.name for picture in sorted(pictures, key=lambda each: _draw(each.name, seed))[:limit]}
    return [picture for picture in pictures if picture.name in drawn]


def _draw(name: str, seed: int) -> tuple[bytes, str]:
    return hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=8).digest(), name
