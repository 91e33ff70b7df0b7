"""Files and folders that a user names: written whole or not at all."""

import glob
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import psutil

from queries.errors import DataError


@contextmanager
def whole_file(path: Path, force: bool = False, mode: int = 0o666) -> Iterator[BinaryIO]:
    """An open file that takes its name when the block ends well and is on the disk, and is gone where it does not.

    force  replace a file that is there
    mode   who may read and write it, less what the process's mask takes away
    Raises DataError for a folder, a file that is there, and a place that cannot be written to.
    """
    refuse_taken(path, force)
    beside = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise DataError(f"cannot write {path}: {error.strerror or error}; name another file") from error
    finally:
        with suppress(OSError):
            beside.unlink()


def refuse_taken(path: Path, force: bool) -> None:
    """Raises DataError for a folder, and unless `force` for a file that is there."""
    if path.is_dir() or (path.exists() and not force):
        remedy = "name a file in it" if path.is_dir() else "name another, or replace it with --force"
        raise DataError(f"{path} is there already; {remedy}")


@contextmanager
def whole_folder(path: Path, is_ours: Callable[[Path], bool]) -> Iterator[Path]:
    """An empty folder that takes its name when the block ends well, and is gone where it does not.

    is_ours  whether a folder that holds something may be replaced
    What was there stays until the new folder is whole. Raises DataError for a file, for a folder that holds something
    else, and for a place that cannot be written to.
    """
    path = path.resolve()
    if not path.name:
        raise DataError(f"{path} cannot be replaced; name a folder in it")
    beside, former = (path.with_name(f".{path.name}.{os.getpid()}.{word}") for word in ("unfinished", "former"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        clear_abandoned(path)
        if path.exists() and not path.is_dir():
            raise DataError(f"{path} is a file; name a folder")
        if path.exists() and any(path.iterdir()) and not is_ours(path):
            raise DataError(f"{path} holds other files, which would be lost; name an empty folder or a new one")
        beside.mkdir()
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        yield beside
        if path.exists():
            path.rename(former)
        beside.rename(path)
    except OSError as error:
        if error.filename and Path(os.fsdecode(error.filename)).is_relative_to(path.parent):
            raise _unwritable(path, error) from error
        raise
    finally:
        if former.exists() and not path.exists():
            former.rename(path)
        for folder in (beside, former):
            shutil.rmtree(folder, ignore_errors=True)


def _unwritable(path: Path, error: OSError) -> DataError:
    return DataError(f"cannot write {path}: {error.strerror or error}; name another folder")


def clear_abandoned(path: Path) -> None:
    """Remove what processes that were killed left beside a folder; what one had just taken away is put back."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.*"):
        number, _, word = left.name.removeprefix(f".{path.name}.").partition(".")
        if word not in ("unfinished", "former") or not number.isdecimal():
            continue
        if int(number) != os.getpid() and psutil.pid_exists(int(number)):  # a former one may have had this one's
            continue
        if word == "former" and not path.exists():
            left.rename(path)
        else:
            shutil.rmtree(left, ignore_errors=True)
