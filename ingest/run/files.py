"""The files of a run: one folder per class, complete or absent, and a manifest that says how it was made.

    RUN/manifest.json                      network, layers, rules, versions, sources of pictures, indexes of classes,
                                           names of outputs; until it is finished, the indexes of classes that an
                                           interrupted merge has yet to bring; then totals
    RUN/means.json                         each channel's mean, see ingest/run/means.py; with --attribution
    RUN/skips.parquet                      layer, target, source, convolved: ways without a convolution from the layer
                                           below, and whether there is one with; runs of earlier versions lack it until
                                           they are resumed
    RUN/classes/00294/statistics.parquet   one row: index, folder, name, images, accuracy, histograms, confusion
                     /activations.parquet  layer, channel, count: A, counts above 0
                     /attributions.parquet layer, channel, count: R, counts above 0; with --attribution
                     /influences.parquet   layer, target, source, weight: I, weights above 0; layer is the target's
                     /pictures.parquet     path, digest, skipped, predicted, probability, of_truth
                     /tally.parquet        table, cell, count: what the counts of further pictures are added to
                     /votes.parquet        picture, peaks: each picture's own; with --keep-votes also winners, and
                                           attributed with --attribution
                     /replicates.npz       graphs of resamples, see queries/graphs/resampling/replicates.py
                     /strongest.parquet    pictures, peaks, places: per channel the pictures that excite it most, and
                                           where; runs of earlier versions lack it (`summit patches` adds it)
                     /maxima.parquet       cells: per channel the pictures whose peak lies in each cell of a 7 x 7 grid
                                           over its map; runs of earlier versions lack it
                     /pooled.parquet       sum: per channel of the last layer, see ingest/run/pooled.py; with
                                           --attribution, where the head of the network is linear
                     /output.parquet       channel, weight, mean, contribution: what the last layer contributes to the
                                           class's score, and in a row without a channel the bias; in the same cases
    RUN/parts/00295-<id>                   pictures, tally, votes, strongest, maxima and pooled of some pictures of a
                                           class that is being counted

Files hold no times or machine names: the same pictures give the same bytes.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pyarrow
import pyarrow.parquet

from queries.errors import DataError, QueryError, first_line
from queries.pictures import RUNS
from queries.records import A_MODEL_ID, Record, model_id
from queries.values import counted

FORMAT = 2
READABLE = (1, 2)  # format 1 has no tallies or digests of pictures, so it cannot be extended
MANIFEST = "manifest.json"
LONGEST_NAME = 255  # bytes of a folder's
OF_A_CLASS = ("index", "folder", "name", "wnid", "output", "images", "skipped", "correct", "pictures_digest")


def run_folder(home: Path, name: str) -> Path:
    """Where the run of that name is kept. Raises QueryError for a name that cannot be a folder's, or a model's."""
    try:
        valid = len(os.fsencode(model_id(name))) <= LONGEST_NAME and not name.startswith(".")
    except QueryError:
        valid = False
    if not valid:
        raise QueryError(
            f"--run {name!r:.100} is not a valid run name; expected at most {LONGEST_NAME} bytes, no '.' at the start, "
            f"and what a model's id may have: {A_MODEL_ID}"
        )
    return runs_folder(home) / name


def runs_folder(home: Path) -> Path:
    return home / RUNS


def classes_folder(run: Path) -> Path:
    return run / "classes"


def class_folder(run: Path, index: int) -> Path:
    return classes_folder(run) / f"{index:05d}"


def parts_folder(run: Path) -> Path:
    return run / "parts"


def class_indexes(run: Path) -> list[int]:
    """Indexes of the classes that have been counted, ascending."""
    folders = classes_folder(run).iterdir() if classes_folder(run).is_dir() else ()
    return sorted(int(folder.name) for folder in folders if folder.name.isdecimal())


def read_parquet(file: Path, columns: Sequence[str] | None = None) -> pyarrow.Table:
    """A table of a class, or of a part of one; all columns unless some are named.

    Raises DataError that names the folder where the file is missing or damaged, or a column is not in it.
    """
    try:
        return pyarrow.parquet.read_table(file, columns=None if columns is None else list(columns))
    except (OSError, ValueError, pyarrow.ArrowException) as error:
        raise damaged(file.parent, error) from error


def damaged(folder: Path, error: Exception) -> DataError:
    """Of a class, or a part of one."""
    return DataError(
        f"{folder} is damaged ({first_line(error):.200}); delete that folder and repeat the run's `summit ingest` "
        "command, which counts the class again"
    )


def read_table(run: Path, index: int, name: str) -> pyarrow.Table:
    """One of a class's tables, e.g. "activations". Raises DataError as read_parquet does."""
    return read_parquet(class_folder(run, index) / f"{name}.parquet")


def read_class_row(run: Path, index: int) -> Record:
    """The one row of a class's statistics. Raises DataError as read_parquet does."""
    rows = read_table(run, index, "statistics").to_pylist()
    if len(rows) != 1 or (lacking := [name for name in OF_A_CLASS if name not in rows[0]]):
        flaw = f"{counted(len(rows), 'row')}, expected one" if len(rows) != 1 else f"no column {lacking[0]}"
        raise damaged(class_folder(run, index), ValueError(f"statistics.parquet has {flaw}"))
    row: Record = rows[0]
    return row


def read_manifest(run: Path) -> Record:
    """Raises DataError where there is none, or one of another format."""
    try:
        manifest: Record = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{run} is not a run: {error}; create one with `summit ingest`") from error
    if manifest.get("format") not in READABLE:
        raise DataError(f"{run} has format {manifest.get('format')}; this version reads formats 1 and 2")
    return manifest


def what_finishes(manifest: Record) -> str:
    """What to do about an unfinished run, in words."""
    if manifest.get("merging"):
        return "repeat the `summit merge` command that was interrupted"
    return "repeat its `summit ingest` command, which resumes where it stopped"


def counted_pictures(run: Path, index: int) -> frozenset[str]:
    """Names of the pictures of a class that have been counted, or could not be; empty where there is no such class."""
    folders = [class_folder(run, index), *parts_folder(run).glob(f"{index:05d}-*")]
    files = [folder / "pictures.parquet" for folder in folders]
    tables = [read_parquet(file, ["path"]) for file in files if file.is_file()]
    return frozenset(name for table in tables for name in table["path"].to_pylist())
