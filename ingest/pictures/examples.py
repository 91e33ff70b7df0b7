"""Pictures that excite each channel of a run most, as thumbnails beside one another in a folder.

They are found in the peaks that a run keeps of every picture, so the network is not needed again. The layout is that of
the published example patches: `<folder>/dataset-p/<layer>-<channel>-dataset-p-<place>.jpg`. A picture that excites many
channels is written once and linked.
"""

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy
from numpy.typing import NDArray
from PIL import Image, ImageOps

from ingest.errors import PictureRefused
from ingest.images.files import read_picture
from ingest.run.folder import Run

EXAMPLES = 4  # pictures of a channel
SIDE = 147  # pixels, as the published visualisations
KIND = "dataset-p"


@dataclass(frozen=True, slots=True)
class Excitation:
    """The pictures that excite each channel most, strongest first: both arrays channels x EXAMPLES.

    peaks     the channel's maximum in the picture, 0 where there is no such picture
    pictures  place of the picture in a list of all, -1 where there is none
    """

    peaks: NDArray[numpy.float32]
    pictures: NDArray[numpy.int64]

    @classmethod
    def none(cls, channels: int) -> "Excitation":
        return cls(numpy.zeros((channels, EXAMPLES), numpy.float32), numpy.full((channels, EXAMPLES), -1))

    def and_also(self, peaks: NDArray[numpy.float32], first: int) -> "Excitation":
        """With more pictures looked at: peaks are pictures x channels, `first` the place of the first of them.

        Equal peaks keep the earlier picture.
        """
        places = numpy.broadcast_to(numpy.arange(first, first + len(peaks)), peaks.T.shape)
        everything = numpy.concatenate([self.peaks, peaks.T], axis=1)
        pictures = numpy.where(everything > 0, numpy.concatenate([self.pictures, places], axis=1), -1)
        best = numpy.argsort(-everything, axis=1, kind="stable")[:, :EXAMPLES]
        return Excitation(numpy.take_along_axis(everything, best, 1), numpy.take_along_axis(pictures, best, 1))


def write_examples(run: Run, folder: Path, progress: Callable[[str, int, int], None]) -> int:
    """Fill `folder` with thumbnails, in place of what was there; how many channels have one.

    0, and nothing is written, where the run kept no peaks or its pictures are gone.
    """
    identity = run.manifest["identity"]
    images = Path(identity["images"])
    if not identity["votes"] or not images.is_dir():
        return 0
    channels = [(row["name"], channel) for row in identity["layers"] for channel in range(row["channels"])]
    found, files = most_exciting(run, images, len(channels), progress)
    unfinished = folder.with_name(f".{folder.name}-{os.getpid()}")
    shutil.rmtree(unfinished, ignore_errors=True)
    written = link_thumbnails(found, files, channels, unfinished, progress)
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)
    return written


def most_exciting(
    run: Run, images: Path, channels: int, progress: Callable[[str, int, int], None]
) -> tuple[Excitation, list[Path]]:
    """What excites each channel most over all classes of a run, and the files that `pictures` are places in."""
    found, files = Excitation.none(channels), list[Path]()
    classes = run.classes()
    for done, index in enumerate(classes, 1):
        if not run.about(index)["images"]:
            continue  # none of its pictures could be read
        votes, paths = run.read_class(index, "votes"), run.read_class(index, "pictures")["path"].to_pylist()
        peaks = votes["peaks"].combine_chunks().flatten().to_numpy().reshape(-1, channels)
        found = found.and_also(peaks, len(files))
        files += [images / paths[position] for position in votes["picture"].to_pylist()]
        progress("examples", done, len(classes))
    return found, files


def link_thumbnails(
    found: Excitation,
    files: Sequence[Path],
    channels: Sequence[tuple[str, int]],
    folder: Path,
    progress: Callable[[str, int, int], None],
) -> int:
    """One thumbnail a picture that is needed, linked for each channel it excites; how many channels have one."""
    needed = sorted(set(found.pictures.flatten().tolist()) - {-1})
    (folder / KIND).mkdir(parents=True)
    there = set()
    for done, place in enumerate(needed, 1):
        if write_thumbnail(files[place], folder / f"{place}.jpg"):
            there.add(place)
        progress("thumbnails", done, len(needed))
    written = 0
    for (layer, channel), places in zip(channels, found.pictures.tolist(), strict=True):
        shown = [place for place in places if place in there]
        for at, place in enumerate(shown):
            os.link(folder / f"{place}.jpg", folder / KIND / f"{layer}-{channel}-{KIND}-{at}.jpg")
        written += bool(shown)
    for place in there:
        (folder / f"{place}.jpg").unlink()
    return written


def write_thumbnail(picture: Path, file: Path) -> bool:
    """The middle square of a picture; False where it cannot be read any more."""
    try:
        square = ImageOps.fit(read_picture(picture), (SIDE, SIDE), Image.Resampling.BICUBIC)
    except (OSError, PictureRefused):
        return False
    square.save(file, quality=85)
    return True
