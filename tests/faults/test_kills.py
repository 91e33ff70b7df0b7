"""Killed at any moment, repeated, exact: an import whose engine, and whose own process, end again and again.

SUMMIT_FAULTS says how many kills there are, SUMMIT_SEED when and of whom; a failure names both.
"""

import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from queries.load import published
from queries.progress import ignore_progress
from tests.commands import begin, engines, in_database, last_json, wait_for
from tests.conftest import MODEL, Command
from tests.faults.conftest import served

KILLS = int(os.environ.get("SUMMIT_FAULTS") or 3)
SEED = int(os.environ.get("SUMMIT_SEED") or 1)
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
        at = f"kill {kill} of SUMMIT_FAULTS={KILLS} SUMMIT_SEED={SEED}"
        victim, moment = chance.choice(["engine", "command"]), chance.uniform(0, LONGEST_SECONDS)
        importing = begin("import-summit", batches, home=home)
        try:
            importing.wait(moment)
        except subprocess.TimeoutExpired:
            end(victim, importing.pid, home)
        _, err = importing.communicate(timeout=180)
        assert importing.returncode in (0, 1, -9), f"{at}: {err}"
        assert "Traceback" not in err, f"{at}: {err}"
        if importing.returncode == 1:
            assert "what was committed is kept" in err or "did not start" in err, f"{at}: {err}"

    assert summit("db", "start", home=home).returncode == 0
    done = last_json(summit("import-summit", batches, "--json", home=home))
    assert done["classes"] == 120
    assert held(home) == totals, f"SUMMIT_FAULTS={KILLS} SUMMIT_SEED={SEED}"
    assert last_json(summit("import-summit", batches, "--json", home=home))["written"] == 0


def end(victim: str, command: int, home: Path) -> None:
    """Kill the engine where there is one, else the command."""
    found = engines(home) if victim == "engine" else set()
    psutil.Process(found.pop() if found else command).kill()


def test_a_killed_service_leaves_an_engine_that_the_next_one_uses(home: Path, batches: Path, summit: Command) -> None:
    few = last_json(summit("import-summit", batches, "--json", home=home))
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
