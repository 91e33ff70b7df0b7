"""How the pictures of a run are laid out on disk, for who writes them and who serves them. Nothing is indexed: a folder
is listed.

    RUN/pictures/synthesised/<layer>/<channel>-<kind>.<hash>.jpg   kind: mean, or diverse-0 to diverse-3
    RUN/pictures/synthesised/<layer>/<channel>.json                what was measured of them, see `Measured`
    RUN/pictures/colours.json                                      of the run's pictures, which the recipe needs

<hash> is of the file's bytes, so an address that bears it never changes its content.
"""

import hashlib
import json
import re
import shlex
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from queries.records import Record

T = TypeVar("T")

PICTURES, SYNTHESISED, COLOURS = "pictures", "synthesised", "colours.json"
MANIFEST = "manifest.json"  # of a run
RUNS = "runs"  # a data directory's folder of them
MEAN = "mean"
DIVERSE = tuple(f"diverse-{k}" for k in range(4))
HASH = "[0-9a-f]{16}"
NAME = re.compile(rf"(?P<channel>[0-9]{{1,6}})-(?P<kind>mean|diverse-[0-3])\.(?P<hash>{HASH})\.jpg")
LISTINGS = 4_096  # folders whose listing is kept
SETTLING = 0.5  # seconds


def run_pictures(run: Path) -> Path:
    """Where a run keeps its pictures."""
    return run / PICTURES


def run_argument(run: Path) -> str:
    """What names a run in a command, quoted for a shell: its name where it lies in a data directory, else its path."""
    return shlex.quote(run.name if run.parent.name == RUNS else str(run))


def is_of_run(pictures: Path) -> bool:
    """Whether a folder of pictures is that of a run, which is still there."""
    return pictures.name == PICTURES and (pictures.parent / MANIFEST).is_file()


@lru_cache(LISTINGS)
def folder_named(path: str) -> Path:
    """The path, taken apart once: a graph's channels share few folders."""
    return Path(path)


@lru_cache(LISTINGS)
def synthesised_folder(pictures: Path, layer: str) -> Path:
    return pictures / SYNTHESISED / layer


def content_hash(content: bytes) -> str:
    """16 hexadecimal digits, equal for equal bytes; see HASH."""
    return hashlib.sha256(content).hexdigest()[:16]


def picture_name(channel: int, kind: str, content: bytes) -> str:
    return f"{channel}-{kind}.{content_hash(content)}.jpg"


def measured_file(folder: Path, channel: int) -> Path:
    return folder / f"{channel}.json"


def read_measured(folder: Path, channel: int) -> Record | None:
    """What was measured of a channel's pictures, None where there is nothing, or nothing that can be read."""
    try:
        found = json.loads(measured_file(folder, channel).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def while_unchanged(kept: int) -> Callable[[Callable[[Path], T]], Callable[[Path], T | None]]:
    """Decorate a function that reads a file or a folder: it reads again once that has changed, and gives None where
    there is nothing.

    kept  results in memory

    A change is seen by the time that the file system notes for it. Since two changes may fall into one tick of its
    clock, what has just changed is read again after `SETTLING` seconds.
    """

    def decorate(read: Callable[[Path], T]) -> Callable[[Path], T | None]:
        @lru_cache(kept)
        def read_once(path: Path, _mark: object) -> T:
            return read(path)

        def reread(path: Path) -> T | None:
            try:
                found = path.stat()
                now = time.time()
                settled = 0 if now - found.st_mtime > SETTLING else now // SETTLING
                return read_once(path, (found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size, settled))
            except OSError:
                return None

        return reread

    return decorate


@while_unchanged(LISTINGS)
def _listing(folder: Path) -> Mapping[tuple[int, str], str]:
    """(channel, kind) -> name; of two files for one picture, the later."""
    found = [(file.stat().st_mtime_ns, file.name) for file in folder.iterdir() if NAME.fullmatch(file.name)]
    named = [(match, name) for _, name in sorted(found) if (match := NAME.fullmatch(name))]
    return {(int(match["channel"]), match["kind"]): name for match, name in named}


def list_pictures(folder: Path) -> Mapping[tuple[int, str], str]:
    """(channel, kind) -> name of the file, of a layer's synthesised pictures; empty where there is no folder."""
    return _listing(folder) or {}
