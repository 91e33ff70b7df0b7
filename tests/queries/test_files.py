"""Folders that a user names: whole, or as they were."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from queries.errors import DataError
from queries.files import whole_folder


def is_ours(folder: Path) -> bool:
    return (folder / "ours").exists()


def fill(folder: Path, *names: str) -> None:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_text(name)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("before", [None, [], ["ours", "old"]])
def test_a_new_folder_takes_the_place_of_none_of_an_empty_one_and_of_one_of_ours(
    tmp_path: Path, before: list[str] | None
) -> None:
    folder = tmp_path / "above" / "site"
    if before is not None:
        folder.parent.mkdir()
        fill(folder, *before)

    with whole_folder(folder, is_ours) as made:
        fill(made, "ours", "new")
        assert (names_in(folder) if folder.exists() else None) == (sorted(before) if before is not None else None)

    assert names_in(folder) == ["new", "ours"]
    assert names_in(folder.parent) == ["site"]


def test_what_was_there_stays_where_the_work_fails(tmp_path: Path) -> None:
    fill(tmp_path / "site", "ours", "old")

    with pytest.raises(RuntimeError), whole_folder(tmp_path / "site", is_ours) as made:
        fill(made, "half")
        raise RuntimeError

    assert names_in(tmp_path / "site") == ["old", "ours"]
    assert names_in(tmp_path) == ["site"]


def test_a_folder_that_holds_something_else_and_a_file_are_refused(tmp_path: Path) -> None:
    fill(tmp_path / "thesis", "chapter")
    (tmp_path / "file").touch()

    for name, words in (("thesis", "holds other files"), ("file", "is a file")):
        with pytest.raises(DataError, match=words), whole_folder(tmp_path / name, is_ours):
            pytest.fail("the work began")

    assert names_in(tmp_path / "thesis") == ["chapter"]
    assert names_in(tmp_path) == ["file", "thesis"]


def test_what_a_killed_process_left_is_cleared_and_what_it_had_taken_away_put_back(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    fill(tmp_path / f".site.{gone.pid}.unfinished", "half")
    fill(tmp_path / f".site.{gone.pid}.former", "ours", "old")

    with pytest.raises(RuntimeError), whole_folder(tmp_path / "site", is_ours):
        raise RuntimeError

    assert names_in(tmp_path) == ["site"]
    assert names_in(tmp_path / "site") == ["old", "ours"]


def test_what_a_process_with_the_same_number_left_is_cleared_whatever_the_name(tmp_path: Path) -> None:
    left = tmp_path / f".site[1].{os.getpid()}.unfinished"
    fill(left, "half")

    with whole_folder(tmp_path / "site[1]", is_ours) as made:
        fill(made, "ours")

    assert names_in(tmp_path) == ["site[1]"]
    assert names_in(tmp_path / "site[1]") == ["ours"]


def test_a_failure_elsewhere_is_not_told_as_one_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), whole_folder(tmp_path / "here" / "site", is_ours):
        (tmp_path / "elsewhere" / "file").read_text()
    with pytest.raises(DataError, match="cannot write"), whole_folder(tmp_path / "here" / "site", is_ours) as made:
        (made / "missing" / "file").write_text("")
    with pytest.raises(DataError, match="/ cannot be replaced"), whole_folder(Path("/"), is_ours):
        pytest.fail("the work began")


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    fill(tmp_path / "real", "ours")
    (tmp_path / "link").symlink_to("real")

    with whole_folder(tmp_path / "link", is_ours) as made:
        fill(made, "ours", "new")

    assert (tmp_path / "link").is_symlink()
    assert names_in(tmp_path / "real") == ["new", "ours"]
