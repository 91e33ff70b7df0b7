"""The built-in engine, started, shared, killed and started again, for real."""

import asyncio
import json
import shutil
import socket
import stat
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from queries.engines import lifecycle
from queries.engines.arcadedb import ArcadeDB
from queries.engines.engine import Running, write_state
from queries.engines.lifecycle import lease, revive, running_engine
from queries.engines.process import bury, forgotten_engines
from queries.errors import EngineError, StoreRefused, StoreUnreachable
from queries.records import Address
from queries.store import Store
from tests.engines.conftest import Said, models, write


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lifecycle") / "home" / "arcadedb"


@pytest.fixture(scope="module")
def held(folder: Path) -> Iterator[Running]:
    """An engine in use for as long as the module's tests run."""
    with lease(ArcadeDB(), folder, print) as running:
        yield running


def kill(running: Running) -> None:
    psutil.Process(running.pid).kill()
    bury(running.pid)


# In use


def test_two_users_share_one_engine(held: Running, folder: Path, said: Said) -> None:
    with lease(ArcadeDB(), folder, said) as shared:
        assert shared == held
    assert held.alive(), "who leaves first must not stop the engine"
    assert said.sentences == []


def test_an_engine_in_use_is_neither_stopped_nor_erased(held: Running, folder: Path) -> None:
    for end in (lifecycle.stop, lifecycle.erase):
        with pytest.raises(EngineError, match=rf"\(pid {held.pid}\) is in use by .*; wait for it or end it"):
            end(folder)
    assert lifecycle.status(folder) == held


def test_the_engines_files_are_for_their_owner_only(held: Running, folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700, "nobody else gets into the folder"
    secret = json.loads((folder / "passwords.json").read_text())
    assert secret.keys() == {"root", "reader"}
    for path in folder.rglob("*"):
        if path.is_file() and any(word in path.read_text(errors="replace") for word in secret.values()):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, f"{path} holds a password"


def test_no_password_is_in_any_command_line_or_environment(held: Running, folder: Path) -> None:
    secret = json.loads((folder / "passwords.json").read_text()).values()
    for process in psutil.process_iter(["cmdline"]):
        line = " ".join(process.info["cmdline"] or ())
        assert not any(word in line for word in secret), f"process {process.pid} shows a password"
    environment = psutil.Process(held.pid).environ().values()
    assert not set(secret) & set(environment)


def test_the_engine_listens_on_loopback_only(held: Running) -> None:
    connections = psutil.Process(held.pid).net_connections("inet")
    listening = {c.laddr.ip for c in connections if c.status == psutil.CONN_LISTEN}
    assert listening and all(ip.removeprefix("::ffff:").startswith("127.") or ip == "::1" for ip in listening)


def test_a_wrong_password_has_its_own_message(held: Running) -> None:
    with pytest.raises(StoreRefused, match=r"refuses the user 'root': .*; check the user and password") as refusal:
        asyncio.run(Store.open(replace(held.address, password="wrong")))
    assert held.address.url in str(refusal.value)


def test_a_damaged_record_of_an_engine_in_use_is_told_and_ends_nothing(held: Running, folder: Path, said: Said) -> None:
    record = (folder / "engine.json").read_text()
    (folder / "engine.json").write_text(record[: len(record) // 2])
    try:
        with (
            pytest.raises(EngineError, match=rf"engine.json is damaged or gone, and the engine \(pid {held.pid}\)"),
            lease(ArcadeDB(), folder, said),
        ):
            pass
        with pytest.raises(EngineError, match="is in use"):
            lifecycle.stop(folder)
        assert held.alive()
    finally:
        write_state(folder, held)


# Killed


def test_what_was_acknowledged_survives_kill_9_and_the_next_user_starts_the_engine_again(
    home: Path, said: Said
) -> None:
    first = lifecycle.start(ArcadeDB(), home, said)
    for number in range(20):
        write(first.address, f"model {number:02}")
    kill(first)

    with lease(ArcadeDB(), home, said) as second:
        assert models(second.address) == [f"model {number:02}" for number in range(20)]

    assert second.pid != first.pid
    assert said.sentences == [f"the arcadedb engine (pid {first.pid}) ended without being asked to; starting it again"]
    assert lifecycle.status(home) == second, "it was started to be kept, and is"
    assert lifecycle.stop(home)
    assert lifecycle.status(home) is None


def test_an_engine_that_dies_in_use_is_named_and_its_lost_record_does_no_harm(home: Path, said: Said) -> None:
    with (
        pytest.raises(EngineError, match=r"ended while it was in use; what was committed is kept: repeat the command"),
        lease(ArcadeDB(), home, said) as running,
    ):
        write(running.address, "kept")
        kill(running)
        models(running.address)
    assert lifecycle.status(home) is None

    orphan = lifecycle.start(ArcadeDB(), home, said)
    (home / "engine.json").unlink()  # as if its starter had been killed before it could write it
    with lease(ArcadeDB(), home, said) as found:
        assert found.pid != orphan.pid
        assert not orphan.alive()
        assert models(found.address) == ["kept"]
    assert said.sentences == [
        f"an engine (pid {orphan.pid}) runs in {home} without a readable engine.json; starting it again"
    ]
    assert not found.alive(), "its last user stops it"
    assert forgotten_engines(home) == []


def test_an_engine_whose_connections_are_cut_before_it_is_gone_is_named(home: Path, said: Said) -> None:
    with (
        pytest.raises(EngineError, match=r"ended while it was in use; what was committed is kept: repeat the command"),
        lease(ArcadeDB(), home, said) as running,
    ):
        threading.Timer(0.5, kill, [running]).start()
        raise StoreUnreachable("nothing answers")


def test_a_leased_engine_that_ended_is_started_again_where_it_was(home: Path, said: Said) -> None:
    with lease(ArcadeDB(), home, said) as running:
        write(running.address, "kept")
        revive(ArcadeDB(), home, running, said)
        assert said.sentences == []
        kill(running)
        revive(ArcadeDB(), home, running, said)
        revive(ArcadeDB(), home, running, said)
        assert models(running.address) == ["kept"]
    assert [sentence.partition(" (pid")[0] for sentence in said.sentences] == [
        "the arcadedb engine",
        "the arcadedb engine answers again",
    ]
    assert forgotten_engines(home) == []


def test_a_leased_engine_whose_port_was_taken_meanwhile_is_started_elsewhere(home: Path, said: Said) -> None:
    with lease(ArcadeDB(), home, said) as running:
        write(running.address, "kept")
        kill(running)
        port = int(running.address.url.rpartition(":")[2])
        with socket.create_server(("127.0.0.1", port)):
            found = revive(ArcadeDB(), home, running, said)
            assert found == revive(ArcadeDB(), home, running, said)
        assert found.address.url != running.address.url
        assert models(found.address) == ["kept"]
    assert forgotten_engines(home) == []


def test_an_engine_that_is_killed_and_at_once_looked_for_keeps_its_port(home: Path, said: Said) -> None:
    with lease(ArcadeDB(), home, said) as running:
        write(running.address, "kept")
        psutil.Process(running.pid).kill()  # and its remains are met as they are
        found = wait_for_another(home, running, said)
        assert found.address == running.address
        assert models(found.address) == ["kept"]


def wait_for_another(home: Path, running: Running, said: Said) -> Running:
    while (found := revive(ArcadeDB(), home, running, said)) == running:
        pass
    return found


def test_an_engine_lives_on_when_the_clock_is_set_and_nobody_waits_for_it(
    home: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    with lease(ArcadeDB(), home, said) as running:
        real = psutil.Process.create_time
        monkeypatch.setattr(psutil.Process, "create_time", lambda self: real(self) + 7200)
        assert revive(ArcadeDB(), home, running, said) == running
        with lease(ArcadeDB(), home, said) as shared:
            assert shared == running
    assert said.sentences == []
    assert forgotten_engines(home) == []


@pytest.mark.parametrize(
    "damaged", ["passwords.json", "config/server-users.jsonl", "config/server-groups.json", "port"]
)
def test_damaged_files_beside_the_data_are_made_anew(home: Path, said: Said, damaged: str) -> None:
    with lease(ArcadeDB(), home, said) as running:
        write(running.address, "kept")
    (home / damaged).write_text('{"root": 3, "reader": null}')
    with lease(ArcadeDB(), home, said) as running:
        assert models(running.address) == ["kept"]
    assert said.sentences == []


RECORD = {"engine": "arcadedb", "pid": 1, "created": 1.0, "address": {"url": "u", "user": "u", "password": "p"}}
RECORDS = ["", "{", "[]", "null", '{"engine": "arcadedb"}', '{"pid": 1, "reader": 3}'] + [
    json.dumps({**RECORD, "reader": None, "kept": True, **wrong})
    for wrong in (
        {"pid": "1"},
        {"pid": -1},
        {"pid": True},
        {"created": "now"},
        {"address": None},
        {"address": {"a": 1}},
    )
]


@pytest.mark.parametrize("text", RECORDS)
def test_a_damaged_record_is_as_good_as_none(tmp_path: Path, said: Said, text: str) -> None:
    (tmp_path / "engine.json").write_text(text)
    assert lifecycle.status(tmp_path) is None
    assert running_engine(tmp_path, said) is None
    assert not lifecycle.stop(tmp_path)


def test_a_copied_folder_does_not_lead_to_the_engine_of_the_original(
    held: Running, folder: Path, tmp_path: Path, said: Said
) -> None:
    copy = tmp_path / "arcadedb"
    copy.mkdir(mode=0o700)
    for name in ("engine.json", "passwords.json"):
        shutil.copy2(folder / name, copy / name)
    assert lifecycle.status(copy) is None and not lifecycle.stop(copy)
    assert running_engine(copy, said) is None and said.sentences == []
    assert held.alive() and lifecycle.status(folder) == held
    moved = folder.rename(folder.with_name("moved"))
    try:
        assert lifecycle.status(moved) == held
    finally:
        moved.rename(folder)


def test_a_stale_record_never_ends_a_process_that_got_its_number(tmp_path: Path, said: Said) -> None:
    address = Address("bolt://127.0.0.1:1", "root", "x", "summit")
    with subprocess.Popen(["sleep", "60"]) as other:
        write_state(tmp_path, Running("arcadedb", other.pid, 1.0, address, None, kept=True))
        assert not lifecycle.stop(tmp_path)
        write_state(tmp_path, Running("arcadedb", other.pid, 1.0, address, None, kept=True))
        assert running_engine(tmp_path, said) is None
        assert other.poll() is None
        other.kill()
    assert said.sentences == [f"the arcadedb engine (pid {other.pid}) ended without being asked to; starting it again"]
    assert not (tmp_path / "engine.json").exists()
