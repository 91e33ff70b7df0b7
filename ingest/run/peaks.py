"""The peaks that a run keeps of each picture: the maximum of each channel over positions. Needs no torch."""

from collections.abc import Sequence

import numpy
import pyarrow
from numpy.typing import NDArray

from ingest.run.files import class_folder, read_parquet
from ingest.run.read import RunReader
from queries.errors import DataError

Peaks = NDArray[numpy.float32]


def read_peaks(run: RunReader, index: int) -> tuple[list[int], Peaks]:
    """Positions in pictures.parquet of a class's counted pictures, and their peaks: (pictures, channels of all layers).

    Peaks are at least 0, and 0 for excluded channels. Raises DataError where the run keeps none.
    """
    table = _read(run, index, ("picture", "peaks"))
    peaks = table["peaks"].combine_chunks()
    positions: list[int] = table["picture"].to_pylist()
    return positions, peaks.flatten().to_numpy().reshape(len(positions), channel_bounds(run)[-1])


def kept_pictures(run: RunReader, index: int) -> list[int]:
    """The positions alone; raises as read_peaks does."""
    positions: list[int] = _read(run, index, ("picture",))["picture"].to_pylist()
    return positions


def channel_bounds(run: RunReader) -> list[int]:
    """Where the channels of each layer begin among those of all layers, and where the last ones end."""
    return [0, *numpy.cumsum([layer.channels for layer in run.layers]).tolist()]


def _read(run: RunReader, index: int, columns: Sequence[str]) -> pyarrow.Table:
    folder = class_folder(run.path, index)
    if folder.is_dir() and not run.has_table(index, "votes"):
        raise DataError(
            f"{folder} has no votes.parquet: the run does not keep the peaks of each picture (counted by a method of "
            "influence or a measure that needs whole maps, or in parts by an earlier version); count it again, as "
            "another run, with --influence-method 1 and --measure max"
        )
    return read_parquet(folder / "votes.parquet", columns)
