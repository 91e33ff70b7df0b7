"""Groups of classes from a file, as a user names them."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

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
    listed.write_text("wnid\tname\tclasses\nn1\tmy bears\t294,295,296\nn2\tbrown ones\t294\n")
    first = json.loads(summit("groups", "bare", listed, "--json", home=home).stdout)
    again = run_here("groups", "bare", listed, home=home).stdout

    assert first == {"model": "bare", "groups": 2, "written": 2, "lacking": [296]}
    assert again == "bare: 2 groups listed, 0 written, 2 unchanged; skipped, because bare lacks them: class 296\n"

    words = ["model=bare", "group=my bears", "shape=CLOSED", "share=1", "seconds=10", "limit=1"]
    answer = json.loads(run_here("query", "motifs", *words, "--json", home=home).stdout)
    ((*_, support, classes, _, _, _),) = answer["rows"]
    assert (support, classes) == (2, [294, 295])


def test_a_search_without_time_says_how_to_go_on(home: Path) -> None:
    words = ["model=bare", "shape=CLOSED", "share=1", "seconds=1e-9", "limit=1"]
    done = run_here("query", "motifs", *words, home=home)
    note, cursor = done.stderr.splitlines()[-2:]

    assert "stopped at the limit of 1e-09 s" in note and "with 1 patterns" in note
    assert run_here("query", "motifs", *words, cursor, home=home).returncode == 0


def test_groups_of_a_model_that_is_not_there_are_refused(home: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.tsv").write_text("wnid\tname\tclasses\nn1\tmine\t294\n")
    done = run_here("groups", "nobody", tmp_path / "mine.tsv", home=home)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no model 'nobody' in the database; it holds bare" in done.stderr
