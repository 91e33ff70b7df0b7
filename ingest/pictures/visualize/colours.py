"""The colours of a run's pictures: how red, green and blue vary together."""

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import torch
from torch import Tensor

from ingest.errors import PictureRefused
from ingest.images.files import decode_picture
from ingest.images.picture import PictureFile, choose_pictures
from ingest.images.sources import is_there, picture_finder
from ingest.network.preprocess import Preprocessing
from ingest.pictures.folder import write_whole
from ingest.pictures.visualize.recipe import CONTRAST
from ingest.run.read import RunReader
from queries.errors import DataError
from queries.pictures import COLOURS, run_pictures

SAMPLE = 100  # pictures, drawn from all of the run
SEED = 0
FAINT = 1e-4  # share of the largest variance below which an axis of colour has none: rounding, or grey pictures


def colour_root(run: RunReader, preprocessing: Preprocessing) -> Tensor:
    """(3, 3) float32: see `root_of`; of a sample of the run's pictures, kept with the run after the first time."""
    file = run_pictures(run.path) / COLOURS
    try:
        return root_of(torch.tensor(json.loads(file.read_text())["covariance"], dtype=torch.float64))
    except FileNotFoundError:
        covariance = covariance_of(list(islice(sampled(run, preprocessing), SAMPLE)))
    kept = {"covariance": covariance.tolist(), "pictures": SAMPLE}
    write_whole(file, (json.dumps(kept) + "\n").encode())
    return root_of(covariance)


def sampled(run: RunReader, preprocessing: Preprocessing) -> Iterator[Tensor]:
    """A sample of the run's pictures as the network has them, each (3, crop, crop), 0..1, in a fixed order.

    Raises DataError where none can be read any more.
    """
    finders = [picture_finder(place) for source in run.sources if is_there(place := Path(source["images"]))]
    paths = (path for index in run.classes for path in run.table(index, "pictures")["path"].to_pylist())
    named = [PictureFile(path, Path()) for path in sorted(set(paths))]
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (preprocessing.mean, preprocessing.std))
    found = False
    for picture in choose_pictures(named, SAMPLE, None, SEED):
        for find in finders:
            try:
                whole = decode_picture(find(picture.name).read(), picture.name, run.settings.get("oriented", False))
                yield preprocessing.apply(whole) * std + mean
                found = True
                break
            except (OSError, PictureRefused):
                continue
    if not found:
        places = ", ".join(str(source["images"]) for source in run.sources)
        raise DataError(
            f"no picture of the run {run.name} can be read, and their colours are needed; bring them back to {places}"
        )


def covariance_of(pictures: Sequence[Tensor]) -> Tensor:
    """(3, 3) float64 over all pixels of the pictures."""
    sums, products, count = torch.zeros(3, dtype=torch.float64), torch.zeros(3, 3, dtype=torch.float64), 0
    for picture in pictures:
        pixels = picture.flatten(1).double()
        sums, products, count = sums + pixels.sum(1), products + pixels @ pixels.T, count + pixels.shape[1]
    mean = sums / count
    return products / count - mean[:, None] * mean


def root_of(covariance: Tensor) -> Tensor:
    """(3, 3) float32: the square root of a covariance of colours, its longest row as long as CONTRAST.

    Pictures that vary only from black to white give grey; pictures that do not vary at all, too.
    """
    variances, axes = torch.linalg.eigh(covariance)
    largest = float(variances.max())
    if largest <= 0:
        return torch.full((3, 3), CONTRAST / 3**0.5)
    kept = torch.where(variances > FAINT * largest, variances, 0.0)
    root = (axes * kept.sqrt()) @ axes.T
    scaled: Tensor = (root * (CONTRAST / root.norm(dim=1).max())).float()
    return scaled
