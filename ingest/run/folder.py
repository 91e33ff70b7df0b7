"""A run on disk: one folder a class, complete or not there, and a manifest that says how it was made.

    RUN/manifest.json                      network, rows, rules, versions; totals once it is finished
    RUN/classes/00294/statistics.parquet   one row: index, folder, name, images, accuracy, histograms, confusion
                     /activations.parquet  layer, channel, count: A, counts above 0
                     /influences.parquet   layer, target, source, weight: I, weights above 0; layer is the upper row
                     /pictures.parquet     path, skipped, predicted, probability, of_truth
                     /votes.parquet        picture, peaks, winners: each picture's own, if they are kept

A class is written beside its place and moved there when every byte is on disk, so it is complete or absent. Files hold
no times or machine names: the same pictures give the same bytes.
"""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from queries.errors import DataError

FORMAT = 1
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Run:
    """A run's folder; made by `open_run`."""

    path: Path

    @property
    def manifest(self) -> dict[str, Any]:
        return read_manifest(self.path)

    def folder(self, index: int) -> Path:
        return self.path / "classes" / f"{index:05d}"

    def has(self, index: int) -> bool:
        return self.folder(index).is_dir()

    def write_class(self, index: int, tables: Mapping[str, pyarrow.Table]) -> None:
        """Put the tables of one class in place, all or none; `tables` is file name -> table."""
        unfinished = self.folder(index).with_name(f".{index:05d}-{os.getpid()}")
        unfinished.mkdir(parents=True)
        for name, table in tables.items():
            file = unfinished / f"{name}.parquet"
            pyarrow.parquet.write_table(table, file, compression="zstd")
            _settle(file)
        _settle(unfinished)
        unfinished.rename(self.folder(index))
        _settle(self.folder(index).parent)

    def read_class(self, index: int, name: str) -> pyarrow.Table:
        return pyarrow.parquet.read_table(self.folder(index) / f"{name}.parquet")

    def about(self, index: int) -> dict[str, Any]:
        """The one row of a class's statistics."""
        row: dict[str, Any] = self.read_class(index, "statistics").to_pylist()[0]
        return row

    def classes(self) -> list[int]:
        """Indexes of the classes that are there, ascending."""
        return sorted(int(folder.name) for folder in (self.path / "classes").iterdir() if folder.name.isdecimal())

    def finish(self, totals: Mapping[str, Any]) -> None:
        """Add the totals to the manifest; what was in it stays."""
        _write_json(self.path / MANIFEST, {**self.manifest, **totals, "finished": True})


def open_run(path: Path, identity: Mapping[str, Any], about: Mapping[str, Any]) -> Run:
    """The run at `path`: a new one, or the one that was begun there with the same identity.

    identity  everything that a count depends on; DataError where the run was begun with another
    about     what else the manifest says: versions, times
    Folders of classes that were not finished are removed.
    """
    plain = json.loads(json.dumps(identity))
    (path / "classes").mkdir(parents=True, exist_ok=True)
    if (path / MANIFEST).exists():
        begun = read_manifest(path).get("identity", {})
        other = sorted(key for key in {*begun, *plain} if begun.get(key) != plain.get(key))
        if other:
            told = "; ".join(f"{key}: {_short(begun.get(key))} then, {_short(plain.get(key))} now" for key in other)
            raise DataError(f"{path} was begun with other settings ({told}); use them again, or another run name")
    else:
        _write_json(path / MANIFEST, {"format": FORMAT, **about, "identity": plain, "finished": False})
    for left in (path / "classes").glob(".*"):
        shutil.rmtree(left)
    return Run(path)


def read_manifest(path: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path} is no run: {error}; `summit ingest` makes one") from error
    if manifest.get("format") != FORMAT:
        raise DataError(f"{path} has format {manifest.get('format')}, this version reads {FORMAT}")
    return manifest


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    unfinished = path.with_name(f".{path.name}-{os.getpid()}")
    unfinished.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    _settle(unfinished)
    unfinished.replace(path)
    _settle(path.parent)


def _settle(path: Path) -> None:
    """Wait until a file or folder is on the disk itself."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
