"""Writing a run: each class is complete on disk or absent, so a run can be stopped at any point and resumed."""

import json
import logging
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from uuid import uuid4

import pyarrow
import pyarrow.parquet

from ingest.run.files import (
    FORMAT,
    MANIFEST,
    class_folder,
    class_indexes,
    classes_folder,
    parts_folder,
    read_class_row,
    read_manifest,
    read_parquet,
    read_table,
)
from queries.engines.files import turn
from queries.errors import DataError
from queries.records import Record
from queries.values import counted

logger = logging.getLogger(__name__)
REPLACED = "-replaced"
Tables = Mapping[str, pyarrow.Table | Path | bytes]
IN_EVERY_PART = {  # with their columns
    "pictures": ("path", "digest", "skipped", "predicted", "probability", "of_truth"),
    "tally": ("table", "cell", "count"),
}
PART_TABLES = (*IN_EVERY_PART, "votes", "strongest", "maxima", "pooled")
UNFINISHED = re.compile(rf"\.\d{{5,}}(-[0-9a-f]+(-\d+-[0-9a-f]+)?|{REPLACED})")  # see RunWriter._write_hidden


@contextmanager
def sole_writer(run: Path) -> Iterator[None]:
    """Hold the run's lock; waits for another writer, whose unfinished classes would otherwise be removed."""
    run.mkdir(parents=True, exist_ok=True)
    with turn(run, "ingest", logger.warning):
        yield


@dataclass(frozen=True)
class RunWriter:
    """A run that is being counted; see `open`.

    token  distinguishes the parts that this command writes
    """

    path: Path
    token: str = field(default_factory=lambda: uuid4().hex[:12])

    @classmethod
    def open(cls, path: Path, identity: Record, about: Record) -> "RunWriter":
        """The run at `path`: a new one, or the one that was started there with the same identity.

        identity  everything that a count depends on; DataError where the run was started with another
        about     what else the manifest of a new run says: versions, times
        Removes what was not written to its end.
        """
        classes_folder(path).mkdir(parents=True, exist_ok=True)
        if (path / MANIFEST).exists():
            refuse_other_identity(path, identity)
        else:
            write_json(path / MANIFEST, {"format": FORMAT, **about, "identity": identity, "finished": False})
        _tidy(classes_folder(path))
        _tidy(parts_folder(path))
        return cls(path)

    def exists(self) -> bool:
        return (self.path / MANIFEST).is_file()

    @property
    def keeps_votes(self) -> bool:
        """Whether the run keeps the votes of single pictures."""
        return bool(self.manifest()["identity"].get("votes"))

    def manifest(self) -> Record:
        return read_manifest(self.path)

    def update(self, changes: Record) -> None:
        """Change entries of the manifest; the others stay."""
        write_json(self.path / MANIFEST, {**self.manifest(), **json.loads(json.dumps(changes))})

    def finish(self, seconds: float) -> Record:
        """Finish the run with totals over all classes it has, those counted earlier included; returns the totals.

        seconds  that counting took
        Raises DataError, and leaves the run unfinished, where not a single picture was counted.
        """
        rows = [read_class_row(self.path, index) for index in class_indexes(self.path)]
        with_output = [row for row in rows if row["correct"] is not None]
        images = sum(row["images"] for row in with_output)
        listed = ("index", "folder", "name", "wnid", "output", "images", "pictures_digest")
        totals = {
            "classes": [{key: row[key] for key in listed} for row in rows],
            "images": sum(row["images"] for row in rows),
            "skipped": sum(row["skipped"] for row in rows),
            "top1_accuracy": sum(row["correct"] for row in with_output) / images if images else None,
            "seconds": round(seconds, 1),
        }
        if not totals["images"]:
            raise DataError(_why_empty(self.path, rows))
        kept = {name: value for name, value in self.manifest().items() if name != "merging"}
        write_json(self.path / MANIFEST, {**kept, **totals, "finished": True})
        return totals

    def write_class(self, index: int, tables: Tables) -> None:
        """Write the tables of one class, all or none, in place of earlier ones.

        tables  file name -> table, or a file to copy; or, with its ending, the content of a file
        """
        folder = class_folder(self.path, index)
        replaced = folder.with_name(f".{folder.name}{REPLACED}")
        unfinished = self._write_hidden(folder, tables)
        if folder.exists():
            folder.rename(replaced)
        unfinished.rename(folder)
        _sync(folder.parent)
        shutil.rmtree(replaced, ignore_errors=True)

    def add_table(self, index: int, name: str, table: pyarrow.Table) -> None:
        """Add a table to a finished class, all of it or nothing."""
        self._write_whole(class_folder(self.path, index) / f"{name}.parquet", table)

    def write_table(self, name: str, table: pyarrow.Table) -> None:
        """Write a file of the run itself, all of it or nothing."""
        self._write_whole(self.path / name, table)

    def _write_whole(self, file: Path, table: pyarrow.Table) -> None:
        unfinished = file.with_name(f".{file.name}-{self.token}")
        pyarrow.parquet.write_table(table, unfinished, compression="zstd")
        _sync(unfinished)
        unfinished.replace(file)

    def write_part(self, index: int, number: int, tables: Tables) -> Path:
        """Write the tables of some pictures of a class, with a number that no other has; returns their folder."""
        folder = parts_folder(self.path) / f"{index:05d}-{self.token}-{number}"
        self._write_hidden(folder, tables).rename(folder)
        _sync(folder.parent)
        return folder

    def earlier_parts(self, index: int) -> Iterator[tuple[Path, dict[str, pyarrow.Table]]]:
        """Folder and tables of what other processes left of a class: the finished class, then parts of it.

        Raises DataError that names a damaged folder.
        """
        folders = [class_folder(self.path, index), *sorted(parts_folder(self.path).glob(f"{index:05d}-*"))]
        for folder in folders:
            if folder.is_dir() and f"-{self.token}-" not in folder.name:
                files = {name: folder / f"{name}.parquet" for name in PART_TABLES}
                there = {name: file for name, file in files.items() if name in IN_EVERY_PART or file.is_file()}
                yield folder, {name: read_parquet(file, IN_EVERY_PART.get(name)) for name, file in there.items()}

    def has_parts(self, index: int) -> bool:
        return any(parts_folder(self.path).glob(f"{index:05d}-*"))

    def remove_parts(self, index: int) -> None:
        for folder in parts_folder(self.path).glob(f"{index:05d}-*"):
            shutil.rmtree(folder)

    def _write_hidden(self, folder: Path, tables: Tables) -> Path:
        """Write tables to a hidden folder next to `folder`; every byte is on disk when this returns."""
        unfinished = folder.with_name(f".{folder.name}-{self.token}")
        unfinished.mkdir(parents=True)
        for name, table in tables.items():
            file = unfinished / (name if "." in name else f"{name}.parquet")
            if isinstance(table, bytes):
                file.write_bytes(table)
            elif isinstance(table, Path):
                shutil.copyfile(table, file)
            else:
                pyarrow.parquet.write_table(table, file, compression="zstd")
            _sync(file)
        _sync(unfinished)
        return unfinished


def _tidy(folder: Path) -> None:
    """Remove folders that were not written to their end; put back a class that was about to be replaced."""
    for hidden in folder.glob(".*"):
        if not UNFINISHED.fullmatch(hidden.name) or not hidden.is_dir():  # some systems put files of their own here
            continue
        original = folder / hidden.name[1:].removesuffix(REPLACED)
        if hidden.name.endswith(REPLACED) and not original.exists():
            hidden.rename(original)
        else:
            shutil.rmtree(hidden)


def continued(identity: Record, path: Path) -> Record:
    """The identity that a command goes on with in the run at `path`: if it keeps votes, those of new pictures, too."""
    if not (path / MANIFEST).exists():
        return dict(identity)
    return {**identity, "votes": identity["votes"] or bool(read_manifest(path)["identity"].get("votes"))}


def refuse_other_identity(path: Path, identity: Record) -> None:
    """Raises DataError where a run was started with another identity, or cannot be continued."""
    identity, manifest = json.loads(json.dumps(identity)), read_manifest(path)
    if manifest["format"] != FORMAT:
        raise DataError(
            f"{path} was counted by an earlier version, which kept too little to continue it; it can be loaded as it "
            "is, or counted again under another run name"
        )
    started = manifest.get("identity", {})
    if changes := "; ".join(_changes(started, identity)):
        raise DataError(
            f"{path} was started with other settings ({changes}); use the same settings, or another run name"
        )


def write_json(path: Path, content: Record) -> None:
    """All of it or nothing."""
    unfinished = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        unfinished.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        _sync(unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    _sync(path.parent)


def _sync(path: Path) -> None:
    """Wait until a file or folder is on the disk itself."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _changes(started: Record, identity: Record, within: str = "") -> Iterator[str]:
    """What differs, setting by setting; of lists, from where they differ."""
    for key in sorted({*started, *identity}):
        then, now, name = started.get(key), identity.get(key), f"{within}{key}"
        if isinstance(then, dict) and isinstance(now, dict):
            yield from _changes(then, now, f"{name}.")
        elif then != now:
            if isinstance(then, list) and isinstance(now, list):
                alike = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(then, now, strict=False))))
                then, now = then[alike:], now[alike:]
                name += f", from place {alike + 1}" if alike else ""
            yield f"{name}: {_short(then)} then, {_short(now)} now"


def _short(value: object) -> str:
    text = "nothing" if value in ([], None) else json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _why_empty(run: Path, rows: Sequence[Record]) -> str:
    """What to say of a run without a counted picture: the most frequent reason, and what to do."""
    tables = [read_table(run, row["index"], "pictures") for row in rows]
    reasons = Counter(reason for table in tables for reason in table["skipped"].to_pylist() if reason)
    if not reasons:
        return f"{run}: there was no picture to count; check --images, --classes and --limit"
    reason, times = reasons.most_common(1)[0]
    return (
        f"{run}: none of {counted(reasons.total(), 'picture')} could be counted ({times:,} of them: {reason}); there "
        "is nothing to load. Repair the pictures, or count with other weights under another run name"
    )
