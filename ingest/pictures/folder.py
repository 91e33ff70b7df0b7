"""Writing a run's pictures: whole files only, however a process ends."""

import json
import os
from pathlib import Path

from queries.pictures import NAME, measured_file, picture_name
from queries.records import Record


def write_picture(folder: Path, channel: int, kind: str, content: bytes) -> str:
    """Write a picture under a name that bears the hash of its content; returns the name."""
    name = picture_name(channel, kind, content)
    write_whole(folder / name, content)
    return name


def write_measured(folder: Path, channel: int, measured: Record) -> None:
    """Write what was measured of a channel's pictures; files that it does not name are removed.

    measured  has "pictures": kind -> {"file": name, ...}
    """
    write_whole(measured_file(folder, channel), (json.dumps(measured, indent=1) + "\n").encode())
    named = {picture["file"] for picture in measured["pictures"].values()}
    for file in folder.glob(f"{channel}-*.jpg"):
        if NAME.fullmatch(file.name) and file.name not in named:
            file.unlink(missing_ok=True)


def write_whole(file: Path, content: bytes) -> None:
    """Write a file in one step: a reader, and who comes after a killed process, finds all of it or nothing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}-{os.getpid()}")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def remove_unfinished(folder: Path) -> None:
    """Remove what killed processes left; nobody else may be writing."""
    for file in folder.rglob(".*.j*-*"):
        file.unlink(missing_ok=True)
