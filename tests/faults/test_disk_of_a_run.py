"""A disk that fills while pictures are counted, drawn or cut out, while graphs are extracted or a map is made.

The command says so and how to go on; nothing half-written is taken for whole; repeated with room, it gives what a disk
with room gives. As root, on a disk of its own. The long form (`make faults`) only.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.testbed.counted import counted, load
from bench.testbed.databases import open_database
from queries.engines.arcadedb import ArcadeDB
from queries.engines.session import engine_folder
from tests.commands import in_database, last_json, refused, run_here
from tests.conftest import ROOT, Command
from tests.faults.disks import fill, mounted

pytestmark = pytest.mark.skipif("SUMMIT_FAULTS" not in os.environ, reason="the long form: `make faults`")
NETWORK = ("--network", "tests.ingest.count.test_pipeline:small", "--layers", "stem,mixed,first")
CLASSES = 60  # of the model that graphs are extracted of


@pytest.fixture
def home(tmp_path: Path, summit: Command, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data directory on a disk of its own."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # for the network, which is one of the tests'
    with mounted(tmp_path / "disk", 600) as disk:
        yield disk / "home"
        summit("db", "stop", home=disk / "home")


@pytest.fixture
def images(tmp_path: Path) -> Path:
    pytest.importorskip("torch", reason="the extra `ingest` is not installed")
    from tests.ingest.count.test_pipeline import write_images

    (tmp_path / "images").mkdir()
    return write_images(tmp_path / "images")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, hidden ones too, but for locks."""
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.endswith(".lock")}


def one_or_more(summit: Command, processes: str) -> Command:
    """A command in this process, where that is enough: it has PyTorch already."""
    return run_here if processes == "1" else summit


def fails_on_a_full_disk(run: Command, home: Path, left: int, *words: str | Path) -> None:
    """Run a command with so many bytes left of the disk, and make room again."""
    filler = fill(home.parent, left)
    complaint = refused(run(*words, home=home))
    filler.unlink()
    assert "No space left on device" in complaint and "free some space" in complaint, complaint
    assert "Warning" not in complaint, complaint


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_count(home: Path, images: Path, summit: Command, processes: str) -> None:
    words = ("ingest", *NETWORK, "--images", images, "--run")
    shared, run = ("--processes", processes, "--workers", "1"), one_or_more(summit, processes)
    home.mkdir()
    assert run_here(*words, "whole", home=home).returncode == 0
    fails_on_a_full_disk(run, home, 2**15, *words, "small", *shared)  # which has room for the first class
    assert run(*words, "small", *shared, home=home).returncode == 0
    counts, whole = (contents(home / "runs" / name / "classes") for name in ("small", "whole"))
    assert counts == whole and len(whole) > 3
    assert list((home / "runs" / "small").glob(".*json*")) == []


@pytest.mark.parametrize("processes", ["1", "2"])
def test_pictures_of_channels(home: Path, images: Path, summit: Command, processes: str) -> None:
    counted_words = ("ingest", *NETWORK, "--images", images, "--run", "small")
    words = ("visualize", "small", "--all", "--steps", "2", "--processes", processes)
    pictures, run = home / "runs" / "small" / "pictures", one_or_more(summit, processes)
    home.mkdir()
    assert run_here(*counted_words, home=home).returncode == 0
    made = last_json(run_here(*words, "--json", home=home))
    whole = contents(pictures)
    assert made["made"] > 3 and len(whole) >= made["made"]
    shutil.rmtree(pictures)

    fails_on_a_full_disk(run, home, 2**15, *words)  # which has room for some of them
    assert run(*words, home=home).returncode == 0
    assert contents(pictures) == whole


def test_graphs_and_maps(home: Path, summit: Command) -> None:
    home.mkdir()
    run = counted("made", (20, 30, 20), CLASSES, 0.1)
    with open_database(ArcadeDB(), engine_folder(home, ArcadeDB())) as database:
        database.await_(load(database.store, run))
    assert summit("db", "start", home=home).returncode == 0
    for words in (("extract", "made"), ("embed", "made")):
        fails_on_a_full_disk(summit, home, 2**14, *words)
        assert summit(*words, home=home).returncode == 0
        assert "nothing changed" in summit(*words, home=home).stdout
        assert last_json(summit("db", "check", "--json", home=home))["damages"] == []
    whole = last_json(summit("extract", "made", "--json", home=home))
    assert in_database(home, "()-[edge:HAS_CHANNEL]->()") == whole["vertices"] > 0
