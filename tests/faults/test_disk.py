"""A home on a disk that is full, cannot be written, or loses half of a file of the database. As root, on its own disk.

The long form (`make faults`) only.
"""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from queries.load import published
from queries.progress import ignore_progress
from tests.commands import in_database, refused
from tests.conftest import Command
from tests.faults.disks import fill, mounted, remount

pytestmark = pytest.mark.skipif("SUMMIT_FAULTS" not in os.environ, reason="the long form: `make faults`")
CLASSES = (0, 294, 295)


@pytest.fixture
def disk(tmp_path: Path, summit: Command) -> Iterator[Path]:
    """A disk of 24 MB in memory."""
    with mounted(tmp_path / "disk", 24) as place:
        yield place
        remount(place, "rw")
        summit("db", "stop", home=place / "home")


@pytest.fixture
def few(tmp_path: Path, published_folder: Path) -> Path:
    (tmp_path / "few" / "ag").mkdir(parents=True)
    for index in CLASSES:
        name = f"ag-{index}.json"
        shutil.copyfile(published_folder / "ag" / name, tmp_path / "few" / "ag" / name)
    return tmp_path / "few"


def test_a_disk_that_fails_is_named_and_what_was_meant_is_done_when_it_does_not(
    disk: Path, few: Path, summit: Command
) -> None:
    home, totals = disk / "home", published.read_published(few, ignore_progress).graphs
    full = refused(summit("import-summit", few, home=home))
    assert re.search(r"24 MiB of free disk; .* needs at least 200 MiB: free some space, or set SUMMIT_HOME", full)

    remount(disk, "size=400m")
    assert summit("import-summit", few, home=home).returncode == 0
    assert summit("db", "start", home=home).returncode == 0
    assert in_database(home, "()-[edge:ATTRIBUTES]->()") == sum(len(graph.edges) for graph in totals)
    assert summit("db", "stop", home=home).returncode == 0

    remount(disk, "ro")
    for words in (("import-summit", str(few)), ("serve", "--port", "0")):
        locked = refused(summit(*words, home=home))
        assert f"cannot use {home} for the database: " in locked and "set SUMMIT_HOME to a folder you can" in locked
    remount(disk, "rw")
    assert summit("db", "check", home=home).returncode == 0


def test_a_database_file_that_lost_its_half_is_found_and_named_with_the_way_on(
    disk: Path, few: Path, summit: Command
) -> None:
    remount(disk, "size=400m")
    home = disk / "home"
    assert summit("import-summit", few, home=home).returncode == 0
    largest = max((home / "arcadedb").rglob("*.bucket"), key=lambda path: path.stat().st_size)
    os.truncate(largest, largest.stat().st_size // 2)

    checked = summit("db", "check", home=home)
    assert checked.returncode == 1 and "Traceback" not in checked.stderr
    assert "the engine cannot read it" in checked.stdout + checked.stderr
    assert "`summit db reset` and loading again" in checked.stdout + checked.stderr
    refused(summit("import-summit", few, home=home))

    assert summit("db", "reset", "--yes", home=home).returncode == 0
    assert summit("import-summit", few, home=home).returncode == 0
    assert summit("db", "check", home=home).returncode == 0


@pytest.mark.parametrize(("command", "left"), [("import-summit", 2**20), ("load", 2**20), ("import-summit", 2**23)])
def test_a_disk_that_fills_while_a_database_is_written_is_told_and_the_work_is_done_when_there_is_room(
    disk: Path, batches: Path, tmp_path: Path, summit: Command, command: str, left: int
) -> None:
    remount(disk, "size=600m")
    home = disk / "home"
    if command == "load":
        pytest.importorskip("pyarrow", reason="the extra `ingest` is not installed")
        from tests.runs import write_run
        from tests.test_load import LARGE, MANY

        words = ("load", write_run(tmp_path / "large", MANY, layers=LARGE))
    else:
        words = ("import-summit", batches)
    assert summit("db", "start", home=home).returncode == 0
    filler = fill(disk, left)
    full = summit(*words, home=home)
    complaint = refused(full)
    assert "No space left on device" in complaint and "free some space" in complaint
    filler.unlink()

    done = summit(*words, home=home)
    assert done.returncode == 0, done.stderr
    assert "nothing changed" in summit(*words, home=home).stdout
    checked = summit("db", "check", home=home)
    assert checked.returncode == 0 and "nothing is damaged" in checked.stdout, checked.stdout
