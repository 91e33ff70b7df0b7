"""How many connections the service holds at once, and how long it waits for what a client has to send or to read.

uvicorn limits requests, not connections: a client that sends half a request, or none, would keep its file descriptor
for ever, and a thousand such clients would keep all there are. Here a connection has so long for a request, for its
body, and for reading on; and where all places are taken, a new one gets that of the one that has been late for longest.
"""

import asyncio
import resource
import time
from collections.abc import Callable
from enum import Enum
from typing import Protocol

MOST = 512  # connections at once; a browser opens six
SPARE = 16  # further ones, only to be told that there is no place
FILES = 65_536  # descriptors that are asked for at most
OWN_FILES = 64  # of the service itself: libraries, logs, the event loop
SWEEP_SECONDS = 1.0


class Phase(Enum):
    """What a connection is waiting for; the value is the limit in seconds, None where the work has its own."""

    REQUEST = 10.0
    BODY = 60.0
    READER = 30.0  # without taking a byte
    ANSWER = None


State = tuple[Phase, int]  # and how many bytes are still to be read by the client


class Client(Protocol):
    """A connection, as far as its limits are concerned."""

    def state(self) -> State: ...

    def end(self, late: Phase) -> None:
        """Close it for being late."""

    def drop(self) -> None:
        """Close it without a word, so that another one gets its place."""

    def turn_away(self) -> None:
        """Answer it that there is no place."""


class Connections:
    """All connections of a service. `most` at once; `clock` gives seconds."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.most, self._clock = most, clock
        self._seen: dict[Client, tuple[State, float]] = {}

    def __len__(self) -> int:
        return len(self._seen)

    def opened(self, client: Client) -> None:
        """Give a connection a place: a free one, or that of the one that has been late with its request for longest."""
        if len(self) >= self.most:
            if oldest := self._slowest():
                self.closed(oldest)
                oldest.drop()
            elif len(self) < self.most + SPARE:
                client.turn_away()
            else:
                client.drop()
                return
        self._seen[client] = (client.state(), self._clock())

    def moved(self, client: Client) -> None:
        """A connection may have got on: its time begins again if it has."""
        if client in self._seen and self._seen[client][0] != client.state():
            self._seen[client] = (client.state(), self._clock())

    def closed(self, client: Client) -> None:
        self._seen.pop(client, None)

    def sweep(self) -> None:
        """End the connections that are late."""
        for client in tuple(self._seen):
            self.moved(client)
            (phase, _), since = self._seen[client]
            if phase.value is not None and self._clock() - since > phase.value:
                self.closed(client)
                client.end(phase)

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            self.sweep()

    def _slowest(self) -> Client | None:
        waiting = [client for client, ((phase, _), _) in self._seen.items() if phase is Phase.REQUEST]
        return min(waiting, key=lambda client: self._seen[client][1], default=None)


def raise_file_limit() -> int:
    """Ask for as many file descriptors as the system lets us have; how many there are now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(hard, FILES)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return FILES if soft == resource.RLIM_INFINITY else soft
    for limit in (wanted, 10_240):  # macOS allows no more, whatever it says
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
        except (ValueError, OSError):
            continue
        return limit
    return soft


def places(files: int) -> tuple[int, int]:
    """How many connections so many file descriptors allow, and how many may come at once (the listener's backlog).

    Each request may need a connection to the database, too.
    """
    backlog = max(8, min(128, files // 8))
    return max(8, min(MOST, (files - OWN_FILES) // 2 - backlog - SPARE)), backlog
