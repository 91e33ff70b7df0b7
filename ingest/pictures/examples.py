"""Example pictures: for each channel of a run, thumbnails of the pictures that excite it most.

They are found in the peaks that a run keeps of every picture, so the network is not needed. Files are named as in the
published example patches: `<folder>/dataset-p/<layer>-<channel>-dataset-p-<rank>.jpg`. A picture that excites many
channels is written once and linked.
"""

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy
from numpy.typing import NDArray
from PIL import Image, ImageOps

from ingest.errors import PictureRefused
from ingest.images.files import decode_picture
from ingest.images.picture import Picture, content_digest
from ingest.images.sources import is_there, picture_finder
from ingest.run.read import RunReader
from queries.progress import Progress

EXAMPLES = 4  # pictures per channel
SIDE = 147  # pixels, as in the published visualisations
KIND = "dataset-p"


Finder = Callable[[str], Picture]


class Counted(NamedTuple):
    """A counted picture: its name in the run, and the digest of its content if the run has it."""

    name: str
    digest: str | None


@dataclass(frozen=True, slots=True)
class Excitation:
    """The pictures that excite each channel most, strongest first: both arrays channels x EXAMPLES.

    peaks     the channel's maximum in the picture, 0 where there is no such picture
    pictures  position of the picture in a list of all, -1 where there is none
    """

    peaks: NDArray[numpy.float32]
    pictures: NDArray[numpy.int64]

    @classmethod
    def none(cls, channels: int) -> "Excitation":
        return cls(numpy.zeros((channels, EXAMPLES), numpy.float32), numpy.full((channels, EXAMPLES), -1))

    def updated(self, peaks: NDArray[numpy.float32], first: int) -> "Excitation":
        """With more pictures considered: peaks are pictures x channels, `first` the position of the first of them.

        Equal peaks keep the earlier picture.
        """
        positions = numpy.broadcast_to(numpy.arange(first, first + len(peaks)), peaks.T.shape)
        all_peaks = numpy.concatenate([self.peaks, peaks.T], axis=1)
        pictures = numpy.where(all_peaks > 0, numpy.concatenate([self.pictures, positions], axis=1), -1)
        best = numpy.argsort(-all_peaks, axis=1, kind="stable")[:, :EXAMPLES]
        return Excitation(numpy.take_along_axis(all_peaks, best, 1), numpy.take_along_axis(pictures, best, 1))


def write_examples(run: RunReader, folder: Path, progress: Progress) -> int:
    """Replace the content of `folder` by thumbnails; returns how many channels have one.

    Returns 0 and writes nothing where the run kept no peaks or its pictures are gone.
    """
    sources = [Path(source["images"]) for source in run.sources]
    finders = [picture_finder(images) for images in sources if is_there(images)]
    if not run.settings["votes"] or not finders:
        return 0
    channels = [(layer.name, channel) for layer in run.layers for channel in range(layer.channels)]
    excitation, counted = most_exciting(run, len(channels), progress)
    unfinished = folder.with_name(f".{folder.name}-{os.getpid()}")
    shutil.rmtree(unfinished, ignore_errors=True)
    draw = partial(write_thumbnail, finders, oriented=run.settings.get("oriented", False))
    written = link_thumbnails(excitation, counted, channels, unfinished, draw, progress)
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)
    return written


def most_exciting(run: RunReader, channels: int, progress: Progress) -> tuple[Excitation, list[Counted]]:
    """What excites each channel most over all classes of a run, and the list that its `pictures` indexes."""
    excitation, counted = Excitation.none(channels), list[Counted]()
    for done, index in enumerate(run.classes, 1):
        votes, pictures = run.table(index, "votes"), run.table(index, "pictures")
        rows = [Counted(row["path"], row.get("digest")) for row in pictures.to_pylist()]
        peaks = votes["peaks"].combine_chunks().flatten().to_numpy().reshape(-1, channels)
        excitation = excitation.updated(peaks, len(counted))
        counted += [rows[position] for position in votes["picture"].to_pylist()]
        progress("examples", done, len(run.classes))
    return excitation, counted


def link_thumbnails(
    excitation: Excitation,
    counted: Sequence[Counted],
    channels: Sequence[tuple[str, int]],
    folder: Path,
    draw: Callable[[Counted, Path], bool],
    progress: Progress,
) -> int:
    """One thumbnail per picture, linked for each channel it excites; returns how many channels have one.

    draw  writes the thumbnail of a picture to a file, and says whether it could
    """
    needed = sorted(set(excitation.pictures.flatten().tolist()) - {-1})
    (folder / KIND).mkdir(parents=True)
    readable = set()
    for done, position in enumerate(needed, 1):
        if draw(counted[position], folder / f"{position}.jpg"):
            readable.add(position)
        progress("thumbnails", done, len(needed))
    written = 0
    for (layer, channel), positions in zip(channels, excitation.pictures.tolist(), strict=True):
        shown = [position for position in positions if position in readable]
        for rank, position in enumerate(shown):
            os.link(folder / f"{position}.jpg", folder / KIND / f"{layer}-{channel}-{KIND}-{rank}.jpg")
        written += bool(shown)
    for position in readable:
        (folder / f"{position}.jpg").unlink()
    return written


def write_thumbnail(finders: Sequence[Finder], picture: Counted, file: Path, *, oriented: bool) -> bool:
    """The middle square of a picture; False where it can no longer be read, or is another one now."""
    for find in finders:
        try:
            content = find(picture.name).read()
            if picture.digest in (None, content_digest(content)):
                whole = decode_picture(content, picture.name, oriented)
                ImageOps.fit(whole, (SIDE, SIDE), Image.Resampling.BICUBIC).save(file, quality=85)
                return True
        except (OSError, PictureRefused):
            continue
    return False
