"""Killed at any moment, repeated, exact: an import, an extraction and a count, and the engines under them.

SUMMIT_FAULTS says how many kills there are, SUMMIT_SEED when and of whom; a failure names both.
"""

import os
import random
import subprocess
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from bench.testbed.counted import counted, load
from bench.testbed.databases import open_database
from queries.engines.arcadedb import ArcadeDB
from queries.engines.session import engine_folder
from queries.load import published
from queries.progress import ignore_progress
from tests.commands import begin, engines, in_database, last_json, run_here, wait_for
from tests.conftest import HANGS, MODEL, ROOT, Command
from tests.faults.conftest import served

KILLS = int(os.environ.get("SUMMIT_FAULTS") or 3)
SEED = int(os.environ.get("SUMMIT_SEED") or 1)
LONG = pytest.mark.skipif("SUMMIT_FAULTS" not in os.environ, reason="the long form: `make faults`")
CLASSES = 60  # of the model that graphs are extracted of
LONGEST_SECONDS = 12.0  # of an import of so many, with the start of its engine


@pytest.fixture(scope="module")
def totals(batches: Path) -> tuple[int, int]:
    """Vertices and edges, as the files have them."""
    read = published.read_published(batches, ignore_progress).graphs
    return sum(len(graph.vertices) for graph in read), sum(len(graph.edges) for graph in read)


@pytest.fixture
def home(tmp_path: Path, summit: Command) -> Iterator[Path]:
    yield tmp_path / "home"
    summit("db", "stop", home=tmp_path / "home")


def held(home: Path) -> tuple[int, int]:
    """Vertices and edges that the running engine holds."""
    return in_database(home, "()-[edge:HAS_CHANNEL]->()"), in_database(home, "()-[edge:ATTRIBUTES]->()")


def test_an_import_that_is_killed_again_and_again_is_exact_in_the_end(
    home: Path, batches: Path, totals: tuple[int, int], summit: Command
) -> None:
    chance = random.Random(SEED)
    for kill in range(KILLS):
        cut_off(home, chance, kill, LONGEST_SECONDS, "import-summit", batches)

    assert summit("db", "start", home=home).returncode == 0
    done = last_json(summit("import-summit", batches, "--json", home=home))
    assert done["classes"] == 120
    assert held(home) == totals, f"SUMMIT_FAULTS={KILLS} SUMMIT_SEED={SEED}"
    assert last_json(run_here("import-summit", batches, "--json", home=home))["written"] == 0


def cut_off(home: Path, chance: random.Random, kill: int, longest: float, *words: str | Path) -> None:
    """Begin a command, kill it or its engine within so many seconds, and look at how it ended."""
    at = f"kill {kill} of SUMMIT_FAULTS={KILLS} SUMMIT_SEED={SEED}"
    victim, moment = chance.choice(["engine", "command"]), chance.uniform(0, longest)
    command = begin(*words, home=home)
    try:
        command.wait(moment)
    except subprocess.TimeoutExpired:
        end(victim, command.pid, home)
    _, err = command.communicate(timeout=HANGS)
    assert command.returncode in (0, 1, -9), f"{at}: {err}"
    assert "Traceback" not in err, f"{at}: {err}"
    if command.returncode == 1:
        assert "what was committed is kept" in err or "did not start" in err, f"{at}: {err}"


def end(victim: str, command: int, home: Path) -> None:
    """Kill the engine where there is one, else the command."""
    found = engines(home) if victim == "engine" else set()
    psutil.Process(found.pop() if found else command).kill()


@LONG
def test_an_extraction_that_is_killed_again_and_again_is_exact_in_the_end(home: Path, summit: Command) -> None:
    """Thresholds change, so that there is always something to replace."""
    assert summit("db", "start", home=home).returncode == 0
    run = counted("made", (20, 30, 20), CLASSES, 0.1)
    with open_database(ArcadeDB(), engine_folder(home, ArcadeDB())) as database:
        database.await_(load(database.store, run))
    began = time.monotonic()
    whole = last_json(summit("extract", "made", "--json", home=home))
    longest, chance = time.monotonic() - began, random.Random(SEED)
    totals = held(home)
    assert totals == (whole["vertices"], whole["edges"]) and whole["written"] == CLASSES
    for kill in range(KILLS // 4):
        threshold = chance.choice(["10", "20", "40"])
        cut_off(home, chance, kill, longest, "extract", "made", "--threshold", threshold)

    assert summit("db", "start", home=home).returncode == 0
    done = last_json(run_here("extract", "made", "--json", home=home))
    assert (done["written"] + done["unchanged"], done["vertices"], done["edges"]) == (CLASSES, *totals)
    assert held(home) == totals, f"SUMMIT_FAULTS={KILLS} SUMMIT_SEED={SEED}"
    assert last_json(summit("db", "check", "--json", home=home))["damages"] == []
    assert last_json(run_here("extract", "made", "--json", home=home))["written"] == 0


@LONG
@pytest.mark.skipif(find_spec("torch") is None, reason="the extra `ingest` is not installed")
def test_a_count_that_is_killed_again_and_again_is_the_same_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.ingest.count.test_pipeline import files, write_images

    images = tmp_path / "images"
    images.mkdir()
    write_images(images)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # for the network, which is one of the tests'
    words = ["ingest", "--network", "tests.ingest.count.test_pipeline:small", "--images", str(images)]
    words += ["--layers", "stem,mixed,first", "--run"]
    began = time.monotonic()
    assert last_json(run_here(*words, "whole", "--json", home=tmp_path))["counted"] == 3
    longest, chance = time.monotonic() - began, random.Random(SEED)
    runs, number = tmp_path / "runs", 0
    for kill in range(KILLS // 4):
        command = begin(*words, str(number), home=tmp_path)
        try:
            command.wait(chance.uniform(0, longest))
        except subprocess.TimeoutExpired:
            command.kill()
        _, err = command.communicate(timeout=HANGS)
        assert command.returncode in (0, -9) and "Traceback" not in err, f"kill {kill}: {err}"
        if command.returncode == 0:
            assert files(runs / str(number)) == files(runs / "whole"), f"kill {kill} SUMMIT_SEED={SEED}"
            number += 1
    assert run_here(*words, str(number), home=tmp_path).returncode == 0
    assert files(runs / str(number)) == files(runs / "whole"), f"SUMMIT_FAULTS={KILLS} SUMMIT_SEED={SEED}"


def test_a_killed_service_leaves_an_engine_that_the_next_one_uses(home: Path, batches: Path) -> None:
    few = last_json(run_here("import-summit", batches, "--json", home=home))
    assert few["classes"] == 120
    for _ in range(max(1, KILLS // 10)):
        with served(home) as service:
            (engine,) = engines(home)
            service.process.kill()
            service.process.wait()
        assert engines(home) == {engine}
    with served(home) as service:
        assert service.models() == [MODEL]
        assert engines(home) == {engine}
    wait_for(lambda: engines(home) == set())
