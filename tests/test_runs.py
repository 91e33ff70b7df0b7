"""`summit runs`, `summit run` and `summit merge` as a user runs them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import last_json, refused, run_here
from tests.conftest import Command

pytest.importorskip("pyarrow", reason="the extra `ingest` is not installed")

from tests.runs import write_run


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, summit: Command) -> Iterator[Path]:
    """A home with a finished run, which is loaded, and an unfinished one."""
    home = tmp_path_factory.mktemp("runs")
    write_run(home / "runs" / "pets", 3)
    write_run(home / "runs" / "begun", 1, finished=False)
    assert summit("db", "start", home=home).returncode == 0
    yield home
    assert summit("db", "reset", "--yes", home=home).returncode == 0


def test_runs_are_listed(home: Path) -> None:
    done = run_here("runs", "--json", home=home)
    found = {run["name"]: run for run in json.loads(done.stdout)}
    assert list(found) == ["begun", "pets"]
    assert (found["pets"]["finished"], found["pets"]["classes"], found["pets"]["images"]) == (True, 3, 150)
    assert (found["begun"]["finished"], found["begun"]["top1_accuracy"]) == (False, None)
    assert found["pets"]["bytes"] == sum(
        file.stat().st_size for file in (home / "runs" / "pets").rglob("*") if file.is_file()
    )
    table = run_here("runs", home=home).stdout.splitlines()
    assert table[2].split()[:5] == ["pets", "made", "up", "3", "150"]


def test_a_damaged_run_is_listed_as_such_and_the_others_as_they_are(tmp_path: Path) -> None:
    for name in ("pets", "torn", "zoo"):
        write_run(tmp_path / "runs" / name, 2)
    (tmp_path / "runs" / "torn" / "classes" / "00001" / "statistics.parquet").write_bytes(b"PAR1")
    (tmp_path / "runs" / "later").mkdir()
    (tmp_path / "runs" / "later" / "manifest.json").write_text('{"format": 3}')
    done = run_here("runs", home=tmp_path)
    assert done.returncode == 0
    rows = {line.split()[0]: line.split()[-1] for line in done.stdout.splitlines()[1:]}
    assert rows == {"later": "damaged", "pets": "yes", "torn": "damaged", "zoo": "yes"}
    assert "torn/classes/00001 is damaged" in done.stderr and "later has format 3; this version reads" in done.stderr
    found = json.loads(run_here("runs", "--json", home=tmp_path).stdout)
    assert [(run["name"], "classes" in run) for run in found] == [
        ("later", False),
        ("pets", True),
        ("torn", False),
        ("zoo", True),
    ]
    assert "torn/classes/00001 is damaged" in found[2]["damaged"]


def test_a_run_is_described_with_what_is_loaded_of_it(home: Path) -> None:
    before = run_here("run", "pets", home=home).stdout
    assert "no model was loaded from this folder; `summit load pets` loads it" in before
    last_json(run_here("load", "pets", "--classes", "0,2", "--json", home=home))
    about = last_json(run_here("run", "pets", "--json", home=home))
    assert about["loaded"] == {"pets": 2}
    assert about["layers"] == {"low": 40, "mid": 60, "top": 50}
    assert (about["with_output"], about["skipped"], about["top1_accuracy"]) == (3, 0, 0.5)
    text = run_here("run", "pets", home=home).stdout
    for fact in ("3: low (40), mid (60), top (50)", "pets (2 classes)", "/somewhere/pets (all pictures)"):
        assert fact in text
    assert "loaded" not in run_here("run", "pets", "--no-database", home=home).stdout
    for name in ("nothing", "..", "x" * 5_000, "two\nlines"):
        said = refused(run_here("run", name, home=home))
        assert f"no run is called {name[:50]!r}"[:60] in said and len(said) < 500


def test_what_a_class_is_taken_for_has_a_name_though_it_is_no_class_of_the_run(home: Path) -> None:
    last_json(run_here("load", "pets", "--json", home=home))
    answer = last_json(run_here("query", "class_statistics", "classes=pets/1", "--json", home=home))
    row = dict(zip(answer["columns"], answer["rows"][0], strict=True))
    assert (row["confused_outputs"], row["confused_names"]) == ([1, 3], ['tench; "tinca"', "crayfish"])


def test_an_unfinished_run_is_not_merged(home: Path) -> None:
    assert "begun is not a finished run of this version" in refused(run_here("merge", "all", "begun", home=home))
