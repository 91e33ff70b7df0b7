"""Waiting has a limit, and the message names who is waited for."""

import fcntl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from queries.engines import files
from queries.engines.files import locked, turn
from queries.engines.lifecycle import HURRY_SECONDS, ROOM, USERS, leave, share
from queries.engines.process import START_SECONDS
from queries.engines.waiting import Clock
from queries.errors import EngineError
from tests.commands import begin, engines
from tests.engines.conftest import Said

HOLD = """
import sys
from pathlib import Path
from queries.engines.files import locked
sys.argv = ["/usr/bin/summit", "db", "start", "--engine", "neo4j"]
with locked(Path(sys.stdin.readline().strip())):
    print("held", flush=True)
    sys.stdin.read()
"""


class Watch:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 0.0
        self.clock = Clock(now=lambda: self.time, sleep=self.sleep)

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@contextmanager
def held_by_another(path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin and other.stdout
        other.stdin.write(f"{path}\n")
        other.stdin.flush()
        assert other.stdout.readline() == "held\n"
        yield other
        other.kill()


def test_who_waits_too_long_is_told_who_holds_the_lock_and_what_to_do(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "queries")
    watch = Watch()
    with (
        held_by_another(tmp_path / "lock") as other,
        pytest.raises(EngineError) as refusal,
        locked(tmp_path / "lock", 120, watch.clock),
    ):
        pytest.fail("two hold one lock")
    who = f"`summit db start` (pid {other.pid})"
    assert str(refusal.value) == (
        f"waited 120 s for {tmp_path / 'lock'}, which {who} holds; "
        f"wait until it is done, or end it with `kill {other.pid}`, and repeat"
    )
    assert caplog.messages == [f"waiting for {who}, which holds {tmp_path / 'lock'}"]
    assert 120 <= watch.time < 121


def test_a_lock_whose_holder_is_killed_is_free(tmp_path: Path) -> None:
    watch = Watch()
    with held_by_another(tmp_path / "lock") as other:
        other.kill()
        other.wait()
        with locked(tmp_path / "lock", 0, watch.clock):
            assert (tmp_path / "lock").read_text().split()[0].isdecimal()
    assert (tmp_path / "lock").read_text() == ""


def test_a_full_disk_does_not_keep_anybody_from_a_lock() -> None:
    with locked(Path("/dev/full"), 0):
        pass


def test_who_waits_for_a_long_piece_of_work_is_told_whose(tmp_path: Path, said: Said) -> None:
    with held_by_another(tmp_path / "import.lock") as other:

        def told(sentence: str) -> None:
            said(sentence)
            other.kill()
            other.wait()

        with turn(tmp_path, "import", told):
            pass
    assert said.sentences == [f"waiting for `summit db start` (pid {other.pid}), which is changing the same data"]


def test_a_share_of_the_engine_is_not_waited_for_without_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queries.engines.lifecycle.CLOCK", Watch().clock)
    with (tmp_path / "users.lock").open("w") as theirs, (tmp_path / "users.lock").open("w") as mine:
        fcntl.flock(theirs, fcntl.LOCK_EX)
        with pytest.raises(EngineError, match=r"waited 120 s for .*users.lock, which another summit command holds"):
            share(mine, tmp_path)


@pytest.mark.parametrize("words", [("query", "models"), ("db", "start"), ("serve", "--port", "0")])
def test_a_command_that_waits_for_a_lock_ends_when_it_is_told_to(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "arcadedb").mkdir()
    with held_by_another(tmp_path / "arcadedb" / ROOM) as other:
        command = begin(*words, home=tmp_path)
        assert command.stderr
        line = command.stderr.readline()
        assert line.startswith(f"waiting for `summit db start` (pid {other.pid}), which holds "), line
        command.terminate()
        out, err = command.communicate(timeout=30)
    assert (command.returncode, out) == (143, "")
    assert "Traceback" not in err
    assert engines(tmp_path) == set()


def test_the_limit_of_a_wait_is_longer_than_a_start_takes() -> None:
    assert files.LOCK_SECONDS > START_SECONDS


def test_who_is_told_to_end_waits_for_others_no_longer_than_for_the_engine(tmp_path: Path, said: Said) -> None:
    watch = Watch()
    with held_by_another(tmp_path / ROOM) as other, (tmp_path / USERS).open("w") as users:
        leave(users, tmp_path, said, HURRY_SECONDS, watch.clock)
    assert watch.time < HURRY_SECONDS + 1
    assert any(f"pid {other.pid}" in line and "the engine may run on" in line for line in said.sentences), (
        said.sentences
    )
