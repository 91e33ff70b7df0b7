"""Ctrl+C, and what acts like it, at the moments that chance seldom hits."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from queries.engines import process
from queries.engines.arcadedb import ArcadeDB
from queries.engines.lifecycle import lease
from queries.engines.process import bury, forgotten_engines
from queries.engines.waiting import Clock, uninterrupted
from tests.engines.conftest import Said


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """Also where the tests were started by a script in the background, which has Ctrl+C ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interruption_waits_until_the_block_is_done() -> None:
    steps = []
    with pytest.raises(KeyboardInterrupt), uninterrupted():
        signal.raise_signal(signal.SIGINT)
        steps.append("done")
    assert steps == ["done"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_what_fails_in_the_block_is_told_where_nothing_interrupts_it() -> None:
    with pytest.raises(OSError, match="no such"), uninterrupted():
        raise OSError("no such program")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_engine_is_known_although_its_start_is_interrupted_at_once(
    home: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = []

    class Interrupted(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            began.append(self.pid)
            signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr("queries.engines.process.subprocess.Popen", Interrupted)
        with pytest.raises(KeyboardInterrupt), lease(ArcadeDB(), home, said):
            pytest.fail("nobody was to wait for the engine")
    assert len(began) == 1
    assert forgotten_engines(home) == []


def test_an_engine_that_ended_is_taken_leave_of_although_a_look_at_it_was_interrupted() -> None:
    child = subprocess.Popen(["sleep", "60"])
    child._waitpid_lock.acquire()  # type: ignore[attr-defined]  # as an interruption of Popen.poll leaves it
    process._children[child.pid] = child
    child.kill()
    bury(child.pid, Clock(now=iter(range(1_000)).__next__))
    assert child.pid not in process._children
    assert child.returncode == -signal.SIGKILL
