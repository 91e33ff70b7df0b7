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
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

PICTURES, SYNTHESISED, COLOURS = "pictures", "synthesised", "colours.json"
MANIFEST = "manifest.json"  # of a run
MEAN = "mean"
DIVERSE = tuple(f"diverse-{k}" for k in range(4))
HASH = "[0-9a-f]{16}"
NAME = re.compile(rf"(?P<channel>[0-9]{{1,6}})-(?P<kind>mean|diverse-[0-3])\.(?P<hash>{HASH})\.jpg")
LISTINGS = 4_096  # folders whose listing is kept


def run_pictures(run: Path) -> Path:
    """Where a run keeps its pictures."""
    return run / PICTURES


def is_of_run(pictures: Path) -> bool:
    """Whether a folder of pictures is that of a run, which is still there."""
    return pictures.name == PICTURES and (pictures.parent / MANIFEST).is_file()


def synthesised_folder(pictures: Path, layer: str) -> Path:
    return pictures / SYNTHESISED / layer


def content_hash(content: bytes) -> str:
    """16 hexadecimal digits, equal for equal bytes; see HASH."""
    return hashlib.sha256(content).hexdigest()[:16]


def picture_name(channel: int, kind: str, content: bytes) -> str:
    return f"{channel}-{kind}.{content_hash(content)}.jpg"


def measured_file(folder: Path, channel: int) -> Path:
    return folder / f"{channel}.json"


def read_measured(folder: Path, channel: int) -> Mapping[str, Any] | None:
    """What was measured of a channel's pictures, None where there is nothing, or nothing that can be read."""
    try:
        found = json.loads(measured_file(folder, channel).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def list_pictures(folder: Path) -> Mapping[tuple[int, str], str]:
    """(channel, kind) -> name of the file, of a layer's synthesised pictures; empty where there is no folder."""
    try:
        changed = folder.stat().st_mtime_ns
    except OSError:
        return {}
    return _listing(folder, changed)


@lru_cache(LISTINGS)
def _listing(folder: Path, changed: int) -> Mapping[tuple[int, str], str]:
    """The same for a folder as it was when it was last changed; of two files for one picture, the later."""
    found = [(file.stat().st_mtime_ns, file.name) for file in folder.iterdir() if NAME.fullmatch(file.name)]
    named = [(match, name) for _, name in sorted(found) if (match := NAME.fullmatch(name))]
    return {(int(match["channel"]), match["kind"]): name for match, name in named}
