"""What is no request of HTTP gets one answer in JSON, and its connection ends: over a real service, byte by byte."""

import json
import re
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import HANGS, Service

SECRET = b"this-is-not-sent-back"
POST = b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
GET = b"GET /health HTTP/1.1\r\nhost: localhost\r\n"
CHUNKED = b"transfer-encoding: chunked\r\n"
MANY = 200_000
REFUSED = {
    "both lengths, and a body that ends by neither": (400, POST + CHUNKED + b'content-length: 24\r\n\r\n{"query":"'),
    "both lengths, and a whole body": (400, POST + CHUNKED + b"content-length: 3\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
    "both lengths for what has no body": (400, GET + CHUNKED + b"content-length: 0\r\n\r\n0\r\n\r\n"),
    "two lengths": (400, POST + b"content-length: 2\r\ncontent-length: 3\r\n\r\n{}"),
    "no number as a length": (400, POST + b"content-length: -2\r\n\r\n{}"),
    "a length of thirty digits": (400, POST + b"content-length: " + b"9" * 30 + b"\r\n\r\n"),
    "two codings": (501, POST + CHUNKED * 2 + b"\r\n0\r\n\r\n"),
    "an unknown coding": (501, POST + b"transfer-encoding: gzip, chunked\r\n\r\n"),
    "no number as the size of a chunk": (400, POST + CHUNKED + b"\r\nzz\r\n" + SECRET + b"\r\n"),
    "a chunk of 2^160 bytes": (400, POST + CHUNKED + b"\r\n" + b"f" * 40 + b"\r\n"),
    "a chunk that does not end": (400, POST + CHUNKED + b"\r\n1\r\n" + SECRET + b"\r\n"),
    "no request line": (400, SECRET + b"\r\n\r\n"),
    "HTTP/0.9": (400, b"GET /" + SECRET + b"\r\n\r\n"),
    "HTTP/2": (505, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"),
    "HTTP/3": (505, b"GET / HTTP/3.0\r\nhost: localhost\r\n\r\n"),
    "no version": (400, b"GET / HTTP/x\r\nhost: localhost\r\n\r\n"),
    "TLS": (400, bytes.fromhex("16030100c8010000c40303") + bytes(range(200))),
    "a large header": (431, GET + b"x: " + SECRET * (MANY // 20) + b"\r\n\r\n"),
    "a large address": (431, b"GET /" + b"a" * MANY + b" HTTP/1.1\r\nhost: localhost\r\n\r\n"),
    "many headers": (431, GET + b"".join(b"x%d: y\r\n" % each for each in range(MANY // 10)) + b"\r\n"),
    "many headers that arrive at once": (431, GET + b"".join(b"x%d: y\r\n" % each for each in range(2_000)) + b"\r\n"),
    "no host": (400, b"GET /health HTTP/1.1\r\n\r\n"),
    "two hosts": (400, GET + b"host: evil\r\n\r\n"),
    "a name of a header with a space": (400, GET + b"x y: " + SECRET + b"\r\n\r\n"),
    "a header with NUL": (400, GET + b"x: \0" + SECRET + b"\r\n\r\n"),
    "an address that is not ASCII": (400, "GET /é HTTP/1.1\r\nhost: localhost\r\n\r\n".encode()),
}


def connection_to(service: Service) -> socket.socket:
    parts = urlsplit(service.url)
    assert parts.hostname and parts.port
    return socket.create_connection((parts.hostname, parts.port), timeout=HANGS)


def read_to_the_end(connection: socket.socket) -> bytes:
    """What comes until the service ends the connection; a reset, by which an answer can be lost, is an error."""
    return b"".join(iter(lambda: connection.recv(65_536), b""))


def log_of(service: Service) -> str:
    assert service.home
    return "".join(Path(each).read_text() for each in service.home.glob("serve-*.log"))


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_request_is_refused_in_json_and_its_connection_ends(empty_service: Service, name: str) -> None:
    status, sent = REFUSED[name]
    with connection_to(empty_service) as connection:
        connection.sendall(sent)
        head, _, body = read_to_the_end(connection).partition(b"\r\n\r\n")
    lines = head.decode().lower().split("\r\n")
    assert lines[0].startswith(f"http/1.1 {status} ")
    assert {"content-type: application/json", "connection: close", f"content-length: {len(body)}"} <= {*lines}
    (error,) = json.loads(body)["errors"]
    assert error["extensions"]["code"] and ";" in error["message"]
    assert SECRET not in body
    assert "Traceback" not in log_of(empty_service)


def test_a_body_that_goes_wrong_once_it_is_answered_only_ends_the_connection(empty_service: Service) -> None:
    with connection_to(empty_service) as connection:
        connection.sendall(b"POST /nothing HTTP/1.1\r\nhost: localhost\r\n" + CHUNKED + b"\r\n2\r\n{}\r\n")
        begun = connection.recv(12, socket.MSG_WAITALL)
        connection.sendall(b"zz\r\n\r\n")
        rest = read_to_the_end(connection)
    assert begun == b"HTTP/1.1 405" and b"HTTP/1.1" not in rest
    assert "Traceback" not in log_of(empty_service)


def test_what_follows_a_whole_request_is_refused_after_its_answer(empty_service: Service) -> None:
    with connection_to(empty_service) as connection:
        connection.sendall(GET + b"\r\n" + SECRET + b"\r\n\r\n")
        answers = read_to_the_end(connection)
    assert len(re.findall(rb"HTTP/1\.1 \d{3} ", answers)) == 2 and b"HTTP/1.1 400 " in answers and SECRET not in answers


def test_a_client_that_wants_another_protocol_is_answered_in_this_one(empty_service: Service) -> None:
    with connection_to(empty_service) as connection:
        connection.sendall(GET + b"connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\r\n")
        assert connection.recv(12, socket.MSG_WAITALL) == b"HTTP/1.1 200"
