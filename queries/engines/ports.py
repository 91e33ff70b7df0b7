"""Ports on loopback."""

import socket
from pathlib import Path

from queries.engines.files import write_private
from queries.records import Address


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
    """
    kept = folder / "port"
    try:
        port = int(kept.read_text())
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    except (OSError, ValueError, OverflowError):
        (port,) = free_ports(1)
        write_private(kept, f"{port}\n")
    return port


def listens(address: Address) -> bool:
    """Whether the port takes connections: cheap to ask while an engine comes up."""
    host, _, port = address.url.partition("://")[2].rpartition(":")
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, int(port))) == 0
