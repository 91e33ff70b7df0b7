"""Ports on loopback."""

import socket
import time
from pathlib import Path

from queries.engines.files import write_private
from queries.records import Address

PORT_SECONDS = 5.0


def free_ports(count: int) -> list[int]:
    """Ports on loopback that nobody listens on at this moment."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def usual_port(folder: Path) -> int:
    """The port this folder's engine had last, if it is free, so that a service that lost its engine finds the next one;
    else a free one.

    An engine that was killed holds its port until the system has taken all its memory back.
    """
    kept = folder / "port"
    try:
        port = int(kept.read_text())
    except (OSError, ValueError):
        port = 0
    until = time.monotonic() + PORT_SECONDS
    while 0 < port < 65_536:
        if is_free(port):
            return port
        if time.monotonic() > until or listens_at("127.0.0.1", port):
            break
        time.sleep(0.05)
    (port,) = free_ports(1)
    write_private(kept, f"{port}\n")
    return port


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def listens(address: Address) -> bool:
    """Whether the port takes connections: cheap to ask while an engine comes up."""
    host, _, port = address.url.partition("://")[2].rpartition(":")
    return listens_at(host, int(port))


def listens_at(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0
