"""`summit load` as a user runs it: exact after interruptions, with a specific message for every flaw."""

import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from queries.records import LayerSize
from tests.commands import begin, engines, execute, in_database, last_json, refused, run_here, wait_for
from tests.conftest import HANGS, Command

pytest.importorskip("pyarrow", reason="the extra `ingest` is not installed")

from tests.runs import count_forms, count_rows, write_run

KILLS = int(os.environ.get("SUMMIT_FAULTS") or 3)
SEED = int(os.environ.get("SUMMIT_SEED") or 1)
MANY = 30  # classes, so that a load lasts until it is killed
LARGE = (LayerSize("low", 0, 100), LayerSize("mid", 1, 120), LayerSize("top", 2, 100))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, summit: Command) -> Iterator[Path]:
    """A home with a run of three classes and an engine that keeps running."""
    home = tmp_path_factory.mktemp("load")
    write_run(home / "runs" / "pets", 3)
    assert summit("db", "start", home=home).returncode == 0
    yield home
    assert summit("db", "reset", "--yes", home=home).returncode == 0


def totals(home: Path) -> tuple[int, int]:
    return in_database(home, "()-[edge:ACTIVATES]->()"), influences_of(home, "")


def influences_of(home: Path, classes: str) -> int:
    """Influences of the classes whose ids start so."""
    return in_database(
        home, f"(class)-[all:INFLUENCED]->() WHERE class.id STARTS WITH '{classes}' UNWIND all.sources AS edge"
    )


def test_a_run_is_loaded_by_name_and_a_second_time_nothing_changes(home: Path, summit: Command) -> None:
    first = last_json(summit("load", "pets", "--json", home=home))
    again = run_here("load", home / "runs" / "pets", home=home)

    expected = count_rows(home / "runs" / "pets", 3)
    assert (first["model"], first["classes"], first["written"]) == ("pets", 3, 3)
    assert (first["activations"], first["influences"]) == expected == totals(home)
    assert again.stdout.endswith("nothing changed\n")
    found = run_here("query", "find_classes", "model=pets", "words=", "group=null", "--json", home=home)
    assert last_json(found)["rows"][1] == ["pets/1", 1, 'kind "1", or so', "n00000001", 50, 0.5]


def test_loading_resumes_after_kill_9_of_its_engine_and_of_itself(tmp_path: Path, summit: Command) -> None:
    run = write_run(tmp_path / "runs" / "large", MANY, layers=LARGE)
    activations, influences = count_rows(run, MANY)

    loading = begin("load", "large", home=tmp_path)
    wait_for(lambda: influences_of(tmp_path, "") > 0)
    (engine,) = engines(tmp_path)
    psutil.Process(engine).kill()
    _, err = loading.communicate(timeout=HANGS)
    assert loading.returncode == 1
    (complaint,) = err.splitlines()
    assert f"the arcadedb engine (pid {engine}) ended while it was in use; what was committed is kept" in complaint

    loading = begin("load", "large", home=tmp_path)
    wait_for(lambda: influences_of(tmp_path, "") > influences / MANY)
    loading.kill()
    loading.communicate()

    assert summit("db", "start", home=tmp_path).returncode == 0
    try:
        done = last_json(run_here("load", "large", "--json", home=tmp_path))
        assert done["written"] + done["unchanged"] == MANY
        assert done["unchanged"] > 0
        assert totals(tmp_path) == (activations, influences)
        assert run_here("load", "large", home=tmp_path).stdout.endswith("nothing changed\n")
        assert totals(tmp_path) == (activations, influences)
    finally:
        assert summit("db", "reset", "--yes", home=tmp_path).returncode == 0


def killed_load(home: Path, chance: random.Random, influences: int) -> str:
    """Kill a load or its engine some time after so many influences were there; what the command said."""
    loading = begin("load", "large", home=home)
    wait_for(lambda: influences_of(home, "") >= influences or loading.poll() is not None)
    with suppress(subprocess.TimeoutExpired):
        loading.wait(chance.uniform(0, 2))
    if loading.poll() is None:
        psutil.Process(chance.choice([*engines(home), loading.pid])).kill()
    return loading.communicate(timeout=HANGS)[1]


def test_a_load_that_is_killed_again_and_again_is_exact_in_the_end(tmp_path: Path, summit: Command) -> None:
    run, chance = write_run(tmp_path / "runs" / "large", MANY, layers=LARGE), random.Random(SEED)
    expected = count_rows(run, MANY)
    for _ in range(KILLS):
        complaint = killed_load(tmp_path, chance, int(chance.uniform(0, 1) * expected[1]))
        assert "Traceback" not in complaint, complaint

    assert summit("db", "start", home=tmp_path).returncode == 0
    try:
        assert run_here("load", "large", home=tmp_path).returncode == 0
        assert totals(tmp_path) == expected, f"SUMMIT_FAULTS={KILLS} SUMMIT_SEED={SEED}"
        checked = summit("db", "check", home=tmp_path)
        assert (checked.returncode, "nothing is damaged" in checked.stdout) == (0, True), checked.stdout
        assert run_here("load", "large", home=tmp_path).stdout.endswith("nothing changed\n")
    finally:
        assert summit("db", "reset", "--yes", home=tmp_path).returncode == 0


def test_a_channel_graph_that_is_behind_is_named_by_the_status(home: Path) -> None:
    last_json(run_here("load", "pets", "--model", "late", "--json", home=home))
    assert last_json(run_here("db", "status", "--json", home=home))["channel_graph_behind"] == []
    execute(home, "MATCH (m:Model {id: 'late'}) SET m.channel_graph_influences = null")
    assert (
        "the channel graph of late is behind its classes; repeat its `summit load`"
        in run_here("db", "status", home=home).stdout
    )
    assert last_json(run_here("load", "pets", "--model", "late", "--json", home=home))["written"] == 0
    assert last_json(run_here("db", "status", "--json", home=home))["channel_graph_behind"] == []


def test_some_classes_by_folder_or_index(home: Path) -> None:
    words = ["load", "pets", "--model", "few", "--json", "--classes"]
    assert last_json(run_here(*words, "kind_2,0", home=home))["written"] == 2
    assert last_json(run_here(*words, "kind_2", home=home))["unchanged"] == 1
    assert "has no classes ['cow']; expected folder names (kind_0, kind_1" in refused(
        run_here(*words, "cow", home=home)
    )


def test_a_run_counted_again_replaces_the_first(home: Path, tmp_path: Path) -> None:
    words = ["--model", "again", "--json"]
    last_json(run_here("load", write_run(tmp_path / "old", 3, seed=1), *words, home=home))
    run = write_run(tmp_path / "new", 2, seed=2, rules={"influence_top": 3})
    complaint = refused(run_here("load", run, *words, home=home))
    assert "again in the database was counted with other settings than new (rules: " in complaint

    done = last_json(run_here("load", run, *words, "--replace", home=home))
    assert (done["written"], done["removed"]) == (2, 1)
    found = [influences_of(home, f"again/{index}") for index in range(3)]
    assert (sum(found), found[2]) == (count_rows(run, 2)[1], 0)


def test_an_export_says_how_to_import_it(home: Path, tmp_path: Path, summit: Command) -> None:
    done = last_json(summit("export-bulk", "pets", "--to", tmp_path / "files", "--json", home=home))
    activations, influences = count_rows(home / "runs" / "pets", 3)
    channels, layers, classes = 150, 3, 3
    assert done["nodes"] == 1 + layers + channels + classes + classes * layers
    per_class, pairs = count_forms(home / "runs" / "pets")
    assert done["relationships"] == activations + per_class + pairs + layers + classes + channels + classes * layers
    assert per_class < influences
    files = {word.rpartition("=")[2] for word in done["command"].split() if word.endswith(".csv")}
    assert {Path(file) for file in files} == set((tmp_path / "files").iterdir())
    assert done["command"].startswith("neo4j-admin database import full neo4j --overwrite-destination ")


def unfinished(path: Path) -> None:
    shutil.rmtree(path)
    write_run(path, 2, finished=False)


def overwrite(part: str, content: bytes) -> Callable[[Path], object]:
    return lambda path: (path / part).write_bytes(content)


def mix_up(path: Path) -> None:
    shutil.rmtree(path / "classes" / "00001")
    shutil.copytree(path / "classes" / "00000", path / "classes" / "00001")


def cut(path: Path) -> None:
    file = path / "classes" / "00001" / "influences.parquet"
    file.write_bytes(file.read_bytes()[:-100])


FLAWS: dict[str, tuple[Callable[[Path], object], str]] = {
    "not finished": (unfinished, "is not finished (2 classes counted); repeat its `summit ingest` command"),
    "no manifest": (lambda path: (path / "manifest.json").unlink(), "no run is called"),
    "half a manifest": (overwrite("manifest.json", b'{"format": 1,'), "is not a run: "),
    "another format": (
        overwrite("manifest.json", b'{"format": 9}'),
        "has format 9; this version reads formats 1 and 2",
    ),
    "an empty manifest": (
        overwrite("manifest.json", b'{"format": 1, "finished": true}'),
        "manifest.json is damaged (KeyError: 'identity')",
    ),
    "a class is gone": (lambda path: shutil.rmtree(path / "classes" / "00001"), "classes/00001 is damaged"),
    "a file is cut": (cut, "classes/00001 is damaged"),
    "a file is no table": (overwrite("classes/00001/activations.parquet", b"PAR1"), "classes/00001 is damaged"),
    "classes are mixed up": (
        mix_up,
        "classes/00001 is damaged (it was counted over other pictures than the manifest lists)",
    ),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flawed_run_is_refused_and_nothing_is_loaded(home: Path, tmp_path: Path, flaw: str) -> None:
    path = write_run(tmp_path / "flawed", 2)
    damage, complaint = FLAWS[flaw]
    damage(path)

    assert complaint in refused(run_here("load", path, home=home))
    assert "flawed" not in [row[0] for row in last_json(run_here("query", "models", "--json", home=home))["rows"]]


def test_an_id_in_use_is_refused(home: Path, tmp_path: Path) -> None:
    last_json(run_here("load", "pets", "--model", "taken", "--json", home=home))
    other = write_run(tmp_path / "other", 1, weights_sha256="cd")
    complaint = refused(run_here("load", other, "--model", "taken", home=home))
    assert 'the id taken is taken by another network: weights "ab" there, "cd" in other' in complaint
    assert "'a/b' is not a model id" in refused(run_here("load", "pets", "--model", "a/b", home=home))


def test_two_loads_at_once_wait_for_one_another(home: Path) -> None:
    commands = [begin("load", "pets", "--model", "twice", "--json", home=home) for _ in range(2)]
    for command in commands:
        _, err = command.communicate(timeout=HANGS)
        assert command.returncode == 0, err
    assert influences_of(home, "twice/") == count_rows(home / "runs" / "pets", 3)[1]
