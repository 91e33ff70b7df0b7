"""A process is identified without the wall clock."""

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from queries.engines import identity, process
from queries.engines.engine import Running, read_state, write_state
from queries.engines.identity import birth, lingers
from queries.engines.lifecycle import USERS, end_unless_shared, stop
from queries.engines.ports import free_ports, is_free
from queries.engines.process import bury
from queries.engines.waiting import Clock
from queries.errors import EngineError
from queries.records import Address
from tests.commands import wait_for

ADDRESS = Address("bolt://127.0.0.1:1", "root", "x", "summit")
EXIT_THREAD = {"x86_64": 60, "aarch64": 93}.get(platform.machine())
LINGERING = f"""
import ctypes, socket, sys, threading
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
threading.Thread(target=sys.stdin.read).start()
ctypes.CDLL(None).syscall({EXIT_THREAD}, 0)  # ends the first thread alone
"""


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process
        process.kill()


def recorded(process: subprocess.Popen[bytes]) -> Running:
    created = psutil.Process(process.pid).create_time()
    return Running("arcadedb", process.pid, created, ADDRESS, None, True, birth(process.pid))


@pytest.mark.parametrize("step", [-3600.0, -3.0, 3.0, 3600.0])
def test_a_process_lives_on_when_the_clock_is_set(
    sleeper: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch, step: float
) -> None:
    running, real = recorded(sleeper), psutil.Process.create_time
    monkeypatch.setattr(psutil.Process, "create_time", lambda self: real(self) + step)
    assert running.alive()


def test_another_process_with_the_same_number_is_not_taken_for_it(sleeper: subprocess.Popen[bytes]) -> None:
    mine, theirs = birth(os.getpid()), recorded(sleeper)
    assert mine is not None and mine == birth(os.getpid())
    assert theirs.alive()
    assert not replace(theirs, born=mine).alive()
    assert not replace(theirs, pid=os.getpid()).alive()


def test_an_engine_is_ended_once_and_not_the_one_that_came_after_it(
    sleeper: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    running = recorded(sleeper)
    write_state(tmp_path, running)
    (tmp_path / USERS).touch()
    assert end_unless_shared(tmp_path, replace(running, born="an earlier one")) is None
    assert end_unless_shared(tmp_path, replace(running, pid=os.getpid())) is None
    assert running.alive()
    assert end_unless_shared(tmp_path, running) == []
    assert not running.alive()
    assert end_unless_shared(tmp_path, running) is None, "another worker has had it ended"


def test_an_engine_of_another_user_is_said_to_be_that(
    sleeper: subprocess.Popen[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(process: psutil.Process) -> None:
        raise psutil.AccessDenied(process.pid)

    running = recorded(sleeper)
    write_state(tmp_path, running)
    (tmp_path / USERS).touch()
    monkeypatch.setattr(psutil.Process, "kill", refuse)
    monkeypatch.setattr(psutil.Process, "terminate", refuse)
    for end in (lambda: end_unless_shared(tmp_path, running), lambda: stop(tmp_path)):
        with pytest.raises(EngineError, match=rf"may not end the engine \(pid {running.pid}\); end it as the user"):
            end()
    assert running.alive()


def test_what_is_ended_is_gone_at_once(tmp_path: Path) -> None:
    (tmp_path / USERS).touch()
    for _ in range(60):
        with subprocess.Popen(["sleep", "60"]) as process:
            running = recorded(process)
            write_state(tmp_path, running)
            assert end_unless_shared(tmp_path, running) == []
            assert not running.alive()


def test_a_zombie_is_dead(sleeper: subprocess.Popen[bytes]) -> None:
    running = recorded(sleeper)
    sleeper.kill()
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)
    assert psutil.Process(sleeper.pid).status() == psutil.STATUS_ZOMBIE
    assert birth(sleeper.pid) is None
    assert not running.alive()


def test_a_system_that_cannot_say_is_not_a_death(
    sleeper: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    running = recorded(sleeper)
    (tmp_path / str(sleeper.pid) / "stat").mkdir(parents=True)  # a file that cannot be read
    monkeypatch.setattr(identity, "PROC", tmp_path)
    with pytest.raises(OSError, match="directory"):
        running.alive()


def test_without_proc_the_start_as_the_kernel_wrote_it_down_tells_processes_apart(
    sleeper: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "has_proc", lambda: False)
    assert recorded(sleeper).alive()
    assert birth(sleeper.pid) != birth(os.getpid())
    sleeper.kill()
    sleeper.wait()
    assert birth(sleeper.pid) is None


def test_a_record_of_an_older_version_is_read(sleeper: subprocess.Popen[bytes], tmp_path: Path) -> None:
    running = replace(recorded(sleeper), born=None)
    write_state(tmp_path, running)
    record = tmp_path / "engine.json"
    record.write_text(record.read_text().replace(', "born": null', ""))
    assert "born" not in record.read_text()

    found = read_state(tmp_path)

    assert found == running and found.alive()
    assert not replace(found, created=found.created - 10).alive()


@pytest.mark.skipif(EXIT_THREAD is None or not Path("/proc/self/stat").exists(), reason="needs Linux's threads")
def test_an_ended_engine_is_waited_for_until_it_has_given_its_port_back(monkeypatch: pytest.MonkeyPatch) -> None:
    (port,) = free_ports(1)
    with subprocess.Popen([sys.executable, "-c", LINGERING, str(port)], stdin=subprocess.PIPE) as engine:
        monkeypatch.setitem(process._children, engine.pid, engine)
        wait_for(lambda: birth(engine.pid) is None)
        assert lingers(engine.pid)
        assert not is_free(port), "a zombie that still has its port"

        waits: list[float] = []

        def let_it_end(seconds: float) -> None:
            if not waits:
                assert engine.stdin
                engine.stdin.close()
            waits.append(seconds)
            wait_for(lambda: not lingers(engine.pid))

        bury(engine.pid, Clock(sleep=let_it_end))
        assert waits
        assert is_free(port)
        assert not lingers(engine.pid)
        assert engine.pid not in process._children
