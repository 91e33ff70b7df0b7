"""Groups of classes, names and notes from a file, as a user gives them."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from queries.errors import NotFound
from queries.groups import named_among
from tests.commands import run_here
from tests.conftest import Command


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, published_folder: Path, summit: Command) -> Iterator[Path]:
    """A kept engine with two published graphs as the model `bare`, without groups."""
    home, few = tmp_path_factory.mktemp("groups"), tmp_path_factory.mktemp("few")
    (few / "ag").mkdir()
    for index in (294, 295):
        shutil.copyfile(published_folder / "ag" / f"ag-{index}.json", few / "ag" / f"ag-{index}.json")
    assert summit("db", "start", home=home).returncode == 0
    done = summit("import-summit", few, "--model", "bare", home=home)
    assert done.returncode == 0, done.stderr
    yield home
    assert summit("db", "reset", "--yes", home=home).returncode == 0


def test_groups_from_a_file_are_asked_for_by_name(home: Path, tmp_path: Path, summit: Command) -> None:
    listed = tmp_path / "mine.tsv"
    listed.write_text("wnid\tname\tclasses\nn1\tmy bears\t294,295,296\nn2\tbrown ones\t294\nn3\tcats\t281,282\n")
    first = json.loads(summit("groups", "bare", listed, "--json", home=home).stdout)
    again = run_here("groups", "bare", listed, home=home).stdout

    assert first == {"model": "bare", "groups": 3, "written": 2, "lacking": [281, 282, 296]}
    assert again == (
        "bare: 3 groups listed, 0 written, 2 unchanged, 1 left out (no class of the model); skipped, because bare "
        "lacks them: class 281, 282, 296\n"
    )

    words = ["model=bare", "group=my bears", "shape=CLOSED", "share=1", "seconds=10", "limit=1"]
    answer = json.loads(run_here("query", "motifs", *words, "--json", home=home).stdout)
    ((*_, support, classes, _, _, _),) = answer["rows"]
    assert (support, classes) == (2, [294, 295])


def test_a_search_without_time_says_how_to_go_on(home: Path) -> None:
    words = ["model=bare", "shape=CLOSED", "share=1", "seconds=1e-9", "limit=1"]
    done = run_here("query", "motifs", *words, home=home)
    note, cursor = done.stderr.splitlines()[-2:]

    assert "stopped at the limit of 1e-09 s" in note and "with 1 pattern;" in note
    assert run_here("query", "motifs", *words, cursor, home=home).returncode == 0


def test_groups_of_a_model_that_is_not_there_are_refused(home: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.tsv").write_text("wnid\tname\tclasses\nn1\tmine\t294\n")
    done = run_here("groups", "nobody", tmp_path / "mine.tsv", home=home)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no model 'nobody' in the database; it holds bare" in done.stderr


def test_notes_move_by_a_file_and_an_import_says_what_differs(home: Path, tmp_path: Path) -> None:
    wanted, saved = tmp_path / "notes.json", tmp_path / "saved.json"
    entry = {"kind": "CLASS", "target": "294", "note": "brown"}
    absent = {"kind": "CLASS", "target": "7", "note": "of another network"}
    wanted.write_text(json.dumps({"kind": "summit-notes", "version": 1, "model": "bare", "notes": [entry, absent]}))
    done = run_here("notes", "bare", "--import", wanted, home=home)
    assert done.stdout == f"{wanted}: 2 added, 0 replaced, 0 there already\n"
    assert "kept, although bare does not have it now: class 7: of another network" in done.stderr
    listed = run_here("notes", "bare", home=home).stdout
    assert sorted(listed.splitlines()) == ["class 294: brown", "class 7: of another network"]

    assert run_here("notes", "bare", "--export", saved, home=home).stdout == f"{saved}: 2 entries of bare\n"
    changed = json.loads(saved.read_text())
    assert {each["target"]: each["note"] for each in changed["notes"]} == {"7": absent["note"], "294": "brown"}
    next(each for each in changed["notes"] if each["target"] == "294")["note"] = "black"
    saved.write_text(json.dumps(changed))
    done = run_here("notes", "bare", "--import", saved, home=home)
    assert "stays: class 294: brown; in the file: black" in done.stderr
    assert "1 there already, 1 differ and stay as they are (--replace takes the file's)" in done.stdout
    done = run_here("notes", "bare", "--import", saved, "--replace", home=home)
    assert done.stdout == f"{saved}: 0 added, 1 replaced, 1 there already\n"

    for words in (["--replace"], ["--force"], ["--export", saved, "--replace"], ["--import", saved, "--force"]):
        done = run_here("notes", "bare", *words, home=home)
        assert (done.returncode, "is given without" in done.stderr) == (1, True), done.stderr
    saved.write_text("{}")
    assert "expected summit-notes, version 1" in run_here("notes", "bare", "--import", saved, home=home).stderr


def test_a_group_of_a_model_without_groups_is_refused_with_what_gives_it_some() -> None:
    with pytest.raises(NotFound, match=r"no group 'bear' among its 0; `summit groups 'my net' LIST` gives it groups$"):
        named_among([], "my net", "bear")
