"""Users' statements that neither end nor can be stopped, and clients that do not wait for them."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from queries.engines.lifecycle import USERS
from tests.commands import engines, wait_for
from tests.faults.conftest import Served, served, wait_for_line

ROWS = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(*) AS n"  # stops when it is asked to
STUBBORN = "RETURN any(a IN range(1, 100000) WHERE any(b IN range(1, 100000) WHERE a + b < 0)) AS n"  # does not


LONG = pytest.mark.skipif("SUMMIT_FAULTS" not in os.environ, reason="the long form: `make faults`")


@pytest.fixture
def service(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Served]:
    with served(tmp_path, workers=getattr(request, "param", 1)) as service:
        yield service
        assert "Traceback" not in service.log.read_text()


def document(statement: str) -> str:
    return f"{{ cypher(statement: {json.dumps(statement)}) {{ rows }} }}"


def send(service: Served, statement: str) -> socket.socket:
    """Ask, and keep the connection without reading from it."""
    body = json.dumps({"query": document(statement)}).encode()
    head = f"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    connection = socket.create_connection(service.place, timeout=60)
    connection.sendall(head.encode() + b"\r\n\r\n" + body)
    return connection


def rows_of(service: Served, statement: str) -> Any:
    """The rows, or None where the statement is refused for now."""
    status, _, answer = service.ask(document(statement))
    assert status in (200, 503), answer
    return answer["data"]["cypher"]["rows"] if answer.get("data") else None


def refusal(service: Served) -> str:
    _, _, answer = service.ask(document("RETURN 1 AS n"))
    return str(answer["errors"][0]["message"]) if "errors" in answer else ""


def test_a_client_that_leaves_gives_its_place_to_others(service: Served) -> None:
    for _ in range(3):
        left = [send(service, ROWS) for _ in range(2)]
        time.sleep(0.5)
        for connection in left:
            connection.close()
    started = time.perf_counter()
    wait_for(lambda: rows_of(service, "RETURN 1 AS n") == [[1]])
    assert time.perf_counter() - started < 25, "their statements ran to their limit of 30 s"


def leave_two_that_cannot_be_stopped(service: Served) -> None:
    for _ in range(2):
        connection = send(service, STUBBORN)
        time.sleep(1)
        connection.close()


@pytest.mark.parametrize("service", [1, pytest.param(2, marks=LONG)], indirect=True, ids=["one process", "two workers"])
def test_an_engine_whose_places_are_held_for_good_is_restarted(service: Served, tmp_path: Path) -> None:
    before = engines(tmp_path)
    leave_two_that_cannot_be_stopped(service)
    wait_for(lambda: rows_of(service, "RETURN 1 AS n") == [[1]])
    wait_for_line(service.log, "hold every place: the engine is restarted")
    wait_for(lambda: bool(engines(tmp_path)) and not engines(tmp_path) & before)
    wait_for(lambda: rows_of(service, "RETURN 2 AS n") == [[2]])


def test_a_signal_ends_service_and_engine_whatever_runs(service: Served, tmp_path: Path) -> None:
    leave_two_that_cannot_be_stopped(service)
    service.process.terminate()
    assert service.process.wait(40) == 128 + signal.SIGTERM, "an engine that does not end by itself has 60 s otherwise"
    assert engines(tmp_path) == set()


def test_an_engine_that_others_use_is_not_restarted_under_them(service: Served, tmp_path: Path) -> None:
    before = engines(tmp_path)
    with another_user(tmp_path / "arcadedb" / USERS) as pid:
        leave_two_that_cannot_be_stopped(service)
        wait_for(lambda: "as soon as nobody else uses it (now `python" in refusal(service).lower())
        assert f"(pid {pid})" in refusal(service) and engines(tmp_path) == before
    wait_for(lambda: rows_of(service, "RETURN 1 AS n") == [[1]])
    wait_for(lambda: bool(engines(tmp_path)) and not engines(tmp_path) & before)


@contextmanager
def another_user(users: Path) -> Iterator[int]:
    """A process that uses the engine, as far as the file of its users tells."""
    code = f"import fcntl, sys; f = open({str(users)!r}); fcntl.flock(f, {fcntl.LOCK_SH}); print(); sys.stdin.read()"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    try:
        yield process.pid
    finally:
        process.communicate()
