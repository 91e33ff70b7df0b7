"""The pictures of a run, found again: each as the square that the network saw."""

import heapq
from collections.abc import Sequence
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import numpy
from numpy.typing import NDArray
from PIL import Image

from ingest.errors import PictureRefused
from ingest.images.files import decode_picture
from ingest.images.picture import content_digest
from ingest.images.sources import is_there, picture_finder
from ingest.pictures.counted import preprocessing_of_run
from ingest.pictures.patches.choose import Key
from ingest.pictures.patches.cut import look_of
from ingest.run.read import RunReader

CLASSES_KEPT = 64  # lists of pictures in memory


class Counted(NamedTuple):
    """A picture of the run: its name, and the digest of its content if the run has it."""

    name: str
    digest: str | None
    skipped: bool


class Squares:
    """Raises FileNotFoundError where nothing is left of any source of the run's pictures."""

    def __init__(self, run: RunReader) -> None:
        sources = [Path(source["images"]) for source in run.sources]
        self.run, self.finders = run, [picture_finder(images) for images in sources if is_there(images)]
        if not self.finders:
            raise FileNotFoundError(f"the pictures it was counted over, {', '.join(map(str, sources))}, are gone")
        self.preprocessing = preprocessing_of_run(run.settings)
        self.oriented = bool(run.settings.get("oriented", False))
        self.of_class = lru_cache(CLASSES_KEPT)(self._of_class)
        self.look = cache(self._look)

    def square(self, key: Key) -> Image.Image | None:
        """What the network saw; None where the picture can no longer be read, or is another one now."""
        picture = self.of_class(key.image_class)[key.position]
        for find in self.finders:
            try:
                content = find(picture.name).read()
                if picture.digest in (None, content_digest(content)):
                    return self.preprocessing.square(decode_picture(content, picture.name, self.oriented))
            except (OSError, PictureRefused):
                continue
        return None

    def name(self, key: Key) -> str:
        return self.of_class(key.image_class)[key.position].name

    def sample(self, size: int) -> list[Key]:
        """Some counted pictures, always the same ones for the same names, whatever their order."""
        names = (
            (blake2b(each.name.encode(), digest_size=8).digest(), each.name, Key(index, position))
            for index in self.run.classes
            for position, each in enumerate(self.of_class(index))
            if not each.skipped
        )
        return [key for _, _, key in heapq.nsmallest(size, names)]

    def _of_class(self, index: int) -> Sequence[Counted]:
        rows = self.run.table(index, "pictures").to_pylist()
        return [Counted(row["path"], row.get("digest"), row.get("skipped") is not None) for row in rows]

    def _look(self, key: Key) -> NDArray[numpy.float32] | None:
        square = self.square(key)
        return None if square is None else look_of(square)
