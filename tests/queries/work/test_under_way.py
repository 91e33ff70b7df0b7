"""Long work is known to every process of a data directory, and work of a killed process never as running."""

import fcntl
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from queries.work.records import KEPT_SECONDS
from queries.work.under_way import FOLDER, MOST_ENDED, announced, work_under_way

BEGIN = """
import sys, time
from pathlib import Path
from queries.work.under_way import announced
with announced(Path(sys.argv[1]), "extract", "m") as progress:
    progress("cutting", 1, 4)
    print("begun", flush=True)
    time.sleep(600)
"""


class Clock:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


def test_others_see_how_far_work_is_and_how_long_it_still_takes(tmp_path: Path) -> None:
    clock = Clock()
    with announced(tmp_path, "extract", "m", now=clock) as progress:
        (begun,) = work_under_way(tmp_path, clock)
        assert (begun.kind, begun.model, begun.what, begun.state) == ("extract", "m", "starting", "running")
        assert (begun.total, begun.seconds_left, begun.since) == (0, None, "2027-01-15T08:00:00+00:00")
        clock.seconds += 30
        progress("cutting", 0, 10)
        clock.seconds += 8
        progress("cutting", 4, 10)
        (now,) = work_under_way(tmp_path, clock)
        assert (now.what, now.done, now.total, now.seconds_left) == ("cutting", 4, 10, 12)
        progress("cutting", 5, 10)
        assert work_under_way(tmp_path, clock)[0].done == 4, "a record is not written at every step"
        clock.seconds += 1
        progress("cutting", 6, 10)
        assert work_under_way(tmp_path, clock)[0].done == 6
    (ended,) = work_under_way(tmp_path, clock)
    assert (ended.state, ended.done, ended.seconds_left) == ("done", 6, None)
    clock.seconds += KEPT_SECONDS + 1
    assert work_under_way(tmp_path, clock) == [] and list((tmp_path / FOLDER).iterdir()) == []


def test_work_with_a_limit_says_when_it_ends_at_last(tmp_path: Path) -> None:
    clock = Clock()
    with announced(tmp_path, "motifs", "m", limit=10, now=clock):
        clock.seconds += 4
        assert work_under_way(tmp_path, clock)[0].seconds_left == 6
        clock.seconds += 20
        assert work_under_way(tmp_path, clock)[0].seconds_left == 0


def test_work_that_fails_says_so(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), announced(tmp_path, "embed"):
        raise KeyboardInterrupt
    assert [work.state for work in work_under_way(tmp_path)] == ["failed"]


def test_work_of_a_killed_process_is_not_running(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", BEGIN, tmp_path], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout and process.stdout.readline() == "begun\n"
        (work,) = work_under_way(tmp_path)
        assert (work.state, work.what, work.done) == ("running", "cutting", 1)
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    clock = Clock()
    for _ in range(2):
        (work,) = work_under_way(tmp_path, clock)
        assert (work.state, work.seconds_left) == ("failed", None)
    clock.seconds += KEPT_SECONDS + 1
    assert work_under_way(tmp_path, clock) == []


def test_work_goes_on_where_nobody_can_hear_of_it(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / FOLDER).write_text("a file, where the folder should be")
    for home in (None, tmp_path / "none", tmp_path / "full"):
        with announced(home, "load") as progress:
            progress("loading", 1, 2)
    assert work_under_way(tmp_path / "none") == []


def test_a_damaged_record_is_passed_over(tmp_path: Path) -> None:
    with announced(tmp_path, "load"):
        (tmp_path / FOLDER / "0.json").write_text('{"id": ')
        assert len(work_under_way(tmp_path)) == 1


ODD: list[tuple[str, Any]] = [
    *[("since", "soon"), ("stage", None), ("changed", 1e300), ("limit", "long"), ("state", "asleep"), ("id", {})],
    *[("done", "half"), ("total", float("nan")), ("what", 4), ("kind", None), ("model", ["m"])],
]


@pytest.mark.parametrize(("name", "value"), ODD)
def test_a_record_with_odd_values_is_passed_over_and_ends_nothing(tmp_path: Path, name: str, value: Any) -> None:
    with announced(tmp_path, "load"):
        (path,) = (tmp_path / FOLDER).glob("*.json")
        odd = {**json.loads(path.read_text()), "id": "0", name: value}
        (tmp_path / FOLDER / "0.json").write_text(json.dumps(odd))
        with announced(tmp_path, "embed"):
            assert {work.kind for work in work_under_way(tmp_path)} == {"load", "embed"}


@pytest.mark.parametrize("text", ["[]", "7", "null", '"running"', "{}"])
def test_json_that_is_no_record_is_passed_over(tmp_path: Path, text: str) -> None:
    with announced(tmp_path, "load"):
        (tmp_path / FOLDER / "0.json").write_text(text)
        assert [work.kind for work in work_under_way(tmp_path)] == ["load"]


def test_work_is_failed_in_one_step_for_all_who_look(tmp_path: Path) -> None:
    """Another process may read the record while it is being marked: a reader never finds half of it."""
    with announced(tmp_path, "load"):
        (path,) = (tmp_path / FOLDER).glob("*.json")
        running = path.read_text()
    path.write_text(running)
    with path.open() as reader:
        assert [work.state for work in work_under_way(tmp_path)] == ["failed"]
        assert reader.read() == running, "the record was changed in place"
    assert json.loads(path.read_text())["state"] == "failed"
    assert {each.suffix for each in (tmp_path / FOLDER).iterdir()} == {".json"}


def test_work_whose_lock_cannot_be_looked_at_is_not_failed(tmp_path: Path) -> None:
    with announced(tmp_path, "load"):
        (lock,) = (tmp_path / FOLDER).glob("*.lock")
        lock.unlink()
        lock.symlink_to(lock.name)  # cannot be opened: too many links
        assert [work.state for work in work_under_way(tmp_path)] == ["running"]


def test_running_work_is_seen_however_much_has_ended_since(tmp_path: Path) -> None:
    clock = Clock()
    with announced(tmp_path, "extract", "m", now=clock):
        for _ in range(MOST_ENDED + 50):
            clock.seconds += 0.2
            with announced(tmp_path, "motifs", "m", now=clock):
                pass
        found = work_under_way(tmp_path, clock)
        assert [work.kind for work in found if work.state == "running"] == ["extract"]
        assert len(found) == MOST_ENDED + 1
        assert len(list((tmp_path / FOLDER).iterdir())) == len(found) + 1, "a record for each, and the lock of one"
    (last,) = (work for work in work_under_way(tmp_path, clock) if work.kind == "extract")
    assert last.state == "done", "what ended last is kept, whenever it began"
    clock.seconds += KEPT_SECONDS + 1
    assert work_under_way(tmp_path, clock) == [] and list((tmp_path / FOLDER).iterdir()) == []


def test_old_files_that_nobody_can_read_go_and_those_of_running_work_stay(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir()
    strays = [folder / name for name in ("1.json", "2.ab.new", "3.making", "4.lock")]
    held = [folder / "5.json", folder / "5.lock"]
    for path in (*strays, *held):
        path.write_text('{"id": ')
    with held[1].open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert work_under_way(tmp_path) == [] and all(path.exists() for path in strays), "they may be in the making"
        for path in (*strays, *held):
            age = path.stat().st_mtime - KEPT_SECONDS - 1
            os.utime(path, (age, age))
        assert work_under_way(tmp_path) == []
        assert sorted(folder.iterdir()) == held
