"""`summit embed` as a person runs it, and as other commands leave it to a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bench.testbed.counted import counted
from queries.engines.arcadedb import ArcadeDB
from queries.engines.files import turn, users_of
from queries.engines.session import engine_folder
from queries.map.background import LOG, TURN, start_process
from queries.map.embedding import FEW
from tests.commands import last_json, refused, run_here, wait_for
from tests.conftest import HANGS, Command, open_database


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, summit: Command) -> Iterator[Path]:
    """A data directory whose engine stays, with the counts of a made-up network of a few classes, and a bare model."""
    home = tmp_path_factory.mktemp("embed")
    assert summit("db", "start", home=home).returncode == 0
    with open_database(ArcadeDB(), engine_folder(home, ArcadeDB())) as database:
        database.load(counted("made", (20, 30), 4, 0.3))
        database.write("upsert_model", model="bare", properties={}, now="today")
    yield home
    wait_for(lambda: not embedding(home))
    assert summit("db", "reset", "--yes", home=home).returncode == 0


def embedding(home: Path) -> list[int]:
    """Processes that make maps for this data directory."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        try:
            if "--background" in (process.info["cmdline"] or ()) and process.environ().get("SUMMIT_HOME") == str(home):
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def begin_in_background(home: Path) -> subprocess.Popen[bytes]:
    """What an import starts."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("SUMMIT_")}
    with (home / LOG).open("a") as log:
        words = [sys.executable, "-m", "summit.main", "embed", "--background"]
        return subprocess.Popen(words, env={**inherited, "SUMMIT_HOME": str(home)}, stdout=log, stderr=log)


def times_in_log(home: Path, words: str) -> int:
    return (home / LOG).read_text().count(words)


def test_maps_are_made_once_and_again_when_the_counts_change(home: Path, summit: Command) -> None:
    first = last_json(summit("embed", "made", "--json", home=home))
    assert {name: first[name] for name in ("model", "source", "layers", "classes", "written")} == {
        "model": "made",
        "source": "activations",
        "layers": 2,
        "classes": 4,
        "written": True,
    }
    again = run_here("embed", "made", home=home)
    assert "nothing changed" in again.stdout
    assert last_json(run_here("embed", "--json", home=home))["models"] == []

    with open_database(ArcadeDB(), engine_folder(home, ArcadeDB())) as database:
        before = database.run("layer_embeddings", model="made")
        database.write("sign_counts", rows=[{"id": "made/3", "digest": None}])
    assert last_json(run_here("embed", "made", "--json", home=home))["classes"] == 3
    with open_database(ArcadeDB(), engine_folder(home, ArcadeDB())) as database:
        after = database.run("layer_embeddings", model="made")
    assert [row["classes"] for row in after] == [[0, 1, 2]] * 2
    assert {row["digest"] for row in after}.isdisjoint(row["digest"] for row in before)


@pytest.mark.parametrize(
    "words, told",
    [
        (["nowhere"], "no model 'nowhere' in the database; it holds bare"),
        (["bare"], "no class of bare has counts or an attribution graph to make a map from"),
    ],
)
def test_a_model_without_counts_gets_one_clear_line(home: Path, words: list[str], told: str) -> None:
    (complaint,) = refused(run_here("embed", *words, home=home)).splitlines()
    assert told in complaint


def test_a_setting_that_means_nothing_is_refused(home: Path) -> None:
    assert "SUMMIT_EMBED is 'maybe'; expected on or off" in refused(run_here("embed", home=home, SUMMIT_EMBED="maybe"))


def test_an_import_leaves_the_maps_to_a_process_that_outlives_it(
    tmp_path: Path, few: Path, home: Path, summit: Command
) -> None:
    assert summit("import-summit", few, "--model", "quiet", home=home).returncode == 0
    assert not (home / LOG).exists(), "tests run with SUMMIT_EMBED=off"

    imported = summit("import-summit", few, "--model", "few", "--json", home=home, SUMMIT_EMBED="on")
    assert json.loads(imported.stdout)["written"] == 3
    wait_for(lambda: (home / LOG).exists() and "done" in (home / LOG).read_text(), seconds=240)
    assert "few: maps of 9 layers with 3 classes, from its graphs" in (home / LOG).read_text()
    assert "Traceback" not in (home / LOG).read_text()
    wait_for(lambda: not embedding(home))
    written = (home / LOG).stat().st_mtime
    assert run_here("import-summit", few, "--model", "few", home=home, SUMMIT_EMBED="on").returncode == 0
    time.sleep(0.1)
    assert (home / LOG).stat().st_mtime == written, "current maps start no process"


def test_of_many_that_would_make_maps_one_waits_and_does_so(home: Path) -> None:
    with open_database(ArcadeDB(), engine_folder(home, ArcadeDB())) as database:
        database.load(counted("awaited", (10, 12), 3, 0.3))
    begun = times_in_log(home, "making") if (home / LOG).exists() else 0
    with turn(home, TURN, print):  # another one is at work
        processes = [begin_in_background(home) for _ in range(3)]
        wait_for(lambda: [process.poll() for process in processes].count(0) == 2)
        assert times_in_log(home, "making") == begun
    assert [process.wait(HANGS) for process in processes] == [0, 0, 0]
    assert times_in_log(home, "making") == begun + 1
    assert "awaited: maps of 2 layers with 3 classes" in (home / LOG).read_text()


def test_the_engine_is_not_stopped_under_a_process_that_makes_maps(home: Path, summit: Command) -> None:
    folder = engine_folder(home, ArcadeDB())
    with open_database(ArcadeDB(), folder) as database:
        database.load(counted("used", (10, 12), FEW + 3, 0.3))  # enough classes for UMAP, whose import takes seconds
    process = begin_in_background(home)
    ours = f"(pid {process.pid})"
    wait_for(lambda: any(ours in user for user in users_of(folder / "users.lock")))
    process.send_signal(signal.SIGSTOP)
    try:
        complaint = refused(summit("db", "stop", home=home))
    finally:
        process.send_signal(signal.SIGCONT)
    assert f"`summit embed --background` {ours}" in complaint
    assert process.wait(HANGS) == 0
    with open_database(ArcadeDB(), folder) as database:
        assert [len(row["classes"]) for row in database.run("layer_embeddings", model="used")] == [FEW + 3] * 2


def test_commands_import_no_umap_and_do_not_wait_for_maps(home: Path) -> None:
    """What the page and every other command import: umap-learn is only for the process that makes maps."""
    asked = (
        "import sys, summit.main, graphql_api.server, queries.map.stored; print({'umap', 'numba'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, timeout=HANGS, check=True)
    assert found.stdout.strip() == "set()"
    with turn(home, TURN, print):  # maps cannot be made now, and a command does not wait for that
        start_process(home)
        wait_for(lambda: len(embedding(home)) == 1)
        (pid,) = embedding(home)
        process = psutil.Process(pid)
        assert os.getsid(pid) == pid, "a session of its own: it outlives the terminal"
    process.wait(HANGS)
