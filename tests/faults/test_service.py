"""A service goes on, whatever is done to its connections, its engine and its files."""

import os
import resource
import shutil
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from queries.engines import lifecycle
from tests.commands import engines, wait_for
from tests.conftest import MODEL, Command
from tests.faults.conftest import FILES, Served, served, wait_for_line

HALF = b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
MANY = 1_100


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, published_folder: Path, summit: Command) -> Path:
    """A home with the graphs of a few classes."""
    home = tmp_path_factory.mktemp("faults")
    (home / "few" / "ag").mkdir(parents=True)
    for index in (0, 294, 295):
        shutil.copyfile(published_folder / "ag" / f"ag-{index}.json", home / "few" / "ag" / f"ag-{index}.json")
    imported = summit("import-summit", home / "few", home=home)
    assert imported.returncode == 0, imported.stderr
    return home


@pytest.fixture(scope="module")
def service(home: Path) -> Iterator[Served]:
    """One service with few file descriptors, for all that follows; it is never started again."""
    with served(home, FILES) as service:
        yield service
        assert service.process.poll() is None, service.log.read_text()
        assert "Traceback" not in service.log.read_text()
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(60) == 128 + signal.SIGTERM
    assert engines(home) == set()


@pytest.fixture
def many_files() -> Iterator[None]:
    """File descriptors for this process, which is the client."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4 * MANY)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def closed(connection: socket.socket) -> bool:
    """Whether the service has ended a connection; what it said before is thrown away."""
    try:
        return connection.recv(4096, socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def test_the_service_says_that_it_lives_and_is_ready(service: Served) -> None:
    assert service.get("/health")[::2] == (200, {"live": True})
    assert service.get("/ready")[::2] == (200, {"ready": True, "models": [MODEL]})


def test_a_thousand_half_requests_keep_nobody_out_and_fill_no_log(service: Served, many_files: None) -> None:
    before = len(psutil.Process(service.process.pid).open_files())
    halves = [socket.create_connection(service.place, timeout=60) for _ in range(MANY)]
    try:
        for half in halves:
            try:
                half.sendall(HALF)
            except ConnectionError:
                continue  # it had to make room already
        assert service.models() == [MODEL]
        wait_for(lambda: sum(map(closed, halves)) == MANY)
    finally:
        for half in halves:
            half.close()
    assert service.models() == [MODEL]
    assert len(psutil.Process(service.process.pid).open_files()) <= before + 2
    assert service.log.stat().st_size < 20_000, service.log.read_text()[:2000]


def test_a_client_that_sends_its_request_too_slowly_is_told(service: Served) -> None:
    with socket.create_connection(service.place, timeout=60) as slow:
        slow.sendall(HALF)
        began, answer = time.monotonic(), b""
        while not answer:
            try:
                answer = slow.recv(4096, socket.MSG_DONTWAIT)
            except BlockingIOError:
                slow.sendall(b"x: y\r\n")  # drips on
                time.sleep(0.5)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"the request did not arrive within 10 s; send it again" in answer
    assert time.monotonic() - began >= 10


def test_a_killed_engine_is_back_although_its_port_was_taken(service: Served, home: Path) -> None:
    running = lifecycle.status(home / "arcadedb")
    assert running is not None
    port = int(running.address.url.rpartition(":")[2])
    psutil.Process(running.pid).kill()
    with take_port(port):
        wait_for(lambda: (found := lifecycle.status(home / "arcadedb")) and found.pid != running.pid, 180)
        wait_for_line(service.log, "the arcadedb engine answers again")
        found = lifecycle.status(home / "arcadedb")
        assert found and found.address.url != running.address.url
        wait_for(lambda: answers(service), 120)
    assert service.ask('{ cypher(statement: "RETURN 1 AS one") { rows } }')[2]["data"]["cypher"]["rows"] == [[1]]


def take_port(port: int) -> socket.socket:
    """Listen on a port as soon as it is free."""
    while True:
        try:
            return socket.create_server(("127.0.0.1", port), reuse_port=False)
        except OSError:
            time.sleep(0.01)


def answers(service: Served) -> bool:
    status, _, answer = service.ask("{ models { id } }", 60)
    return status == 200 and "errors" not in answer


def test_an_engine_that_cannot_be_started_is_told_with_503_until_it_can(service: Served, home: Path) -> None:
    """Tests run as root, whom no permission stops: a file in place of a folder and the reverse do."""
    folder = home / "arcadedb"
    (folder / "config").rename(folder / "put aside")
    (folder / "config").write_text("no folder")
    psutil.Process(engines(home).pop()).kill()
    wait_for_line(service.log, f"cannot use {folder}/config for the database")

    wait_for(lambda: service.ask("{ models { id } }")[0] == 503)
    status, headers, answer = service.ask("{ models { id } }")
    assert status == 503 and 1 <= int(headers["retry-after"]) <= 30
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "ENGINE_ERROR"
    assert f"cannot use {folder}/config for the database: Not a directory" in error["message"]
    assert service.get("/ready")[0] == 503
    assert service.get("/health")[0] == 200

    (folder / "config").unlink()
    (folder / "put aside").rename(folder / "config")
    (folder / "engine.json").unlink(missing_ok=True)
    (folder / "engine.json").mkdir()
    wait_for_line(service.log, f"cannot be started again: {folder}/engine.json: Is a directory")
    assert service.ask("{ models { id } }")[0] == 503

    (folder / "engine.json").rmdir()
    wait_for(lambda: answers(service), 180)
    lines = service.log.read_text()
    assert lines.count("cannot use") == 1, "told once, not every second"
    assert service.get("/ready")[0] == 200


def test_a_damaged_record_of_a_living_engine_is_no_reason_to_do_anything(service: Served, home: Path) -> None:
    record = home / "arcadedb" / "engine.json"
    whole, (engine,) = record.read_text(), engines(home)
    record.write_text(whole[: len(whole) // 2])
    time.sleep(3)  # three looks
    assert engines(home) == {engine}
    assert service.models() == [MODEL]
    record.write_text(whole)
    os.kill(engine, 0)
