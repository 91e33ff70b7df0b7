"""Writing a run: each class is complete on disk or absent, so a run can be stopped at any point and resumed."""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from ingest.run.files import FORMAT, MANIFEST, class_folder, classes_folder, read_manifest
from queries.errors import DataError


@dataclass(frozen=True)
class RunWriter:
    """A run that is being counted; see `open`."""

    path: Path

    @classmethod
    def open(cls, path: Path, identity: Mapping[str, Any], about: Mapping[str, Any]) -> "RunWriter":
        """The run at `path`: a new one, or the one that was started there with the same identity.

        identity  everything that a count depends on; DataError where the run was started with another
        about     what else the manifest says: versions, times
        Removes the folders of classes that were not finished.
        """
        plain = json.loads(json.dumps(identity))
        classes_folder(path).mkdir(parents=True, exist_ok=True)
        if (path / MANIFEST).exists():
            _refuse_other_identity(path, plain)
        else:
            _write_json(path / MANIFEST, {"format": FORMAT, **about, "identity": plain, "finished": False})
        for unfinished in classes_folder(path).glob(".*"):
            shutil.rmtree(unfinished)
        return cls(path)

    def write_class(self, index: int, tables: Mapping[str, pyarrow.Table]) -> None:
        """Write the tables of one class, all or none; `tables` is file name -> table.

        They are written to a hidden folder that is renamed once every byte is on disk.
        """
        folder = class_folder(self.path, index)
        unfinished = folder.with_name(f".{index:05d}-{os.getpid()}")
        unfinished.mkdir(parents=True)
        for name, table in tables.items():
            file = unfinished / f"{name}.parquet"
            pyarrow.parquet.write_table(table, file, compression="zstd")
            _sync(file)
        _sync(unfinished)
        unfinished.rename(folder)
        _sync(folder.parent)

    def finish(self, totals: Mapping[str, Any]) -> None:
        """Add the totals to the manifest; what was in it stays."""
        _write_json(self.path / MANIFEST, {**read_manifest(self.path), **totals, "finished": True})


def _refuse_other_identity(path: Path, identity: Mapping[str, Any]) -> None:
    started = read_manifest(path).get("identity", {})
    differing = sorted(key for key in {*started, *identity} if started.get(key) != identity.get(key))
    if differing:
        changes = "; ".join(
            f"{key}: {_short(started.get(key))} then, {_short(identity.get(key))} now" for key in differing
        )
        raise DataError(
            f"{path} was started with other settings ({changes}); use the same settings, or another run name"
        )


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    unfinished = path.with_name(f".{path.name}-{os.getpid()}")
    unfinished.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    _sync(unfinished)
    unfinished.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    """Wait until a file or folder is on the disk itself."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
