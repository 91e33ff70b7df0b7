"""Files that a user names: written whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from queries.errors import DataError


@contextmanager
def whole_file(path: Path, force: bool = False, mode: int = 0o666) -> Iterator[BinaryIO]:
    """An open file that takes its name when the block ends well and is on the disk, and is gone where it does not.

    force  replace a file that is there
    mode   who may read and write it, less what the process's mask takes away
    Raises DataError for a folder, a file that is there, and a place that cannot be written to.
    """
    if path.is_dir() or (path.exists() and not force):
        remedy = "name a file in it" if path.is_dir() else "name another, or replace it with --force"
        raise DataError(f"{path} is there already; {remedy}")
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
