"""The colours of a run's pictures: how red, green and blue vary together."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor

from ingest.errors import PictureRefused
from ingest.images.files import decode_picture
from ingest.images.picture import PictureFile, choose_pictures, content_digest
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
    covariance = _kept(file)
    if covariance is None:
        pictures = list(sampled(run, preprocessing))
        covariance = covariance_of(pictures)
        kept = {"covariance": covariance.tolist(), "pictures": len(pictures)}
        write_whole(file, (json.dumps(kept) + "\n").encode())
    return root_of(covariance)


def _kept(file: Path) -> Tensor | None:
    """The covariance that a file has; None where there is none, or it is damaged."""
    try:
        found = torch.tensor(json.loads(file.read_text(encoding="utf-8"))["covariance"], dtype=torch.float64)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return found if found.shape == (3, 3) and bool(found.isfinite().all()) else None


def sampled(run: RunReader, preprocessing: Preprocessing) -> Iterator[Tensor]:
    """A sample of the run's pictures as the network has them, each (3, crop, crop), 0..1, in a fixed order.

    Without those that are gone or have changed. Raises DataError where none is left.
    """
    finders = [picture_finder(place) for source in run.sources if is_there(place := Path(source["images"]))]
    rows = (row for index in run.classes for row in run.table(index, "pictures").to_pylist())
    digests = {row["path"]: row.get("digest") for row in rows}
    named = [PictureFile(path, Path()) for path in sorted(digests)]
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (preprocessing.mean, preprocessing.std))
    found = False
    for picture in choose_pictures(named, SAMPLE, None, SEED):
        for find in finders:
            try:
                content = find(picture.name).read()
                if digests[picture.name] not in (None, content_digest(content)):
                    continue
                whole = decode_picture(content, picture.name, run.settings.get("oriented", False))
                yield preprocessing.apply(whole) * std + mean
                found = True
                break
            except (OSError, PictureRefused):
                continue
    if not found:
        places = ", ".join(str(source["images"]) for source in run.sources)
        raise DataError(
            f"no picture of the run {run.name} can be read as it was counted, and their colours are needed; bring them "
            f"back to {places}"
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
