"""Where peaks lie: by definition, as a plain network with hooks tells, and however a run was counted."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy
import pyarrow.parquet
import torch
from torch import Tensor

from ingest.count.pipeline import count_pictures
from ingest.count.settings import Settings
from ingest.images.files import read_picture
from ingest.run.files import class_folder, class_indexes, read_class_row, read_table
from ingest.run.maxima import CELLS, Maxima
from tests.ingest.count.test_pipeline import images, settings, small

__all__ = ["images", "settings"]  # fixtures
LAYERS = ("stem", "mixed", "first")


def literal_cells(maps: Tensor, counts: Tensor) -> None:
    """Add one picture's maps (C, height, width) to (C, 49): the cell that the first of the largest values lies in."""
    channels, height, width = maps.shape
    for channel in range(channels):
        best, at = 0.0, None
        for row in range(height):
            for column in range(width):
                if float(maps[channel, row, column]) > best:
                    best, at = float(maps[channel, row, column]), (row, column)
        if at is not None:
            counts[channel, (7 * at[0] // height) * 7 + 7 * at[1] // width] += 1


def kept(run: Path, index: int) -> list[list[int]]:
    cells: list[list[int]] = read_table(run, index, "maxima")["cells"].to_pylist()
    return cells


def test_the_histogram_of_a_run_is_that_of_a_plain_network(settings: Settings) -> None:
    count_pictures(replace(settings, exclude=("mixed/2",)))
    network, found = small().eval(), dict[str, Tensor]()
    prepared: Any = network.preprocessing
    for name in LAYERS:
        network.get_submodule(name).register_forward_hook(
            lambda _, __, value, name=name: found.update({name: value.detach()[0]})
        )
    for index in class_indexes(settings.run):
        folder = settings.images / read_class_row(settings.run, index)["folder"]
        expected: dict[str, Tensor] = {}
        for file in sorted(folder.iterdir()):
            with torch.no_grad():
                network(prepared.normalised(prepared.square(read_picture(file)))[None])
            for name in LAYERS:
                counts = expected.setdefault(name, torch.zeros(len(found[name]), CELLS, dtype=torch.int64))
                literal_cells(found[name], counts)
        expected["mixed"][2] = 0
        assert kept(settings.run, index) == torch.cat([expected[name] for name in LAYERS]).tolist()


def test_the_histogram_depends_on_neither_batches_nor_processes_nor_votes(settings: Settings, tmp_path: Path) -> None:
    count_pictures(settings)
    others = (replace(settings, batch=3, processes=2), replace(settings, keep_votes=False, attribution=True))
    for number, other in enumerate(others):
        other = replace(other, run=tmp_path / str(number))
        count_pictures(other)
        for index in class_indexes(settings.run):
            assert kept(other.run, index) == kept(settings.run, index)


def test_a_class_whose_earlier_pictures_have_no_histogram_gets_none(settings: Settings) -> None:
    count_pictures(replace(settings, first=4))
    (class_folder(settings.run, 0) / "maxima.parquet").unlink()  # as an earlier version left it
    count_pictures(settings)
    assert not (class_folder(settings.run, 0) / "maxima.parquet").exists()
    assert (class_folder(settings.run, 1) / "maxima.parquet").exists()
    pictures = pyarrow.parquet.read_table(class_folder(settings.run, 0) / "pictures.parquet")
    assert len(pictures) == 11


def test_places_of_maps_of_any_size_fall_into_the_grid() -> None:
    sizes = ((1, 14, 7), (2, 1, 1), (1, 4, 4))
    peaks = numpy.array([[1, 0, 2, 3], [1, 0, 0, 3]], numpy.float32)
    places = numpy.array([[13 * 7 + 6, 0, 0, 15], [2 * 7, 0, 0, 5]], numpy.int32)
    counts = Maxima.of(peaks, places, sizes).counts
    assert counts.sum(1).tolist() == [2, 0, 1, 2]
    assert [numpy.flatnonzero(row).tolist() for row in counts] == [[7, 48], [], [0], [8, 40]]
    assert ((Maxima(counts) + Maxima(counts)).counts == 2 * counts).all()
