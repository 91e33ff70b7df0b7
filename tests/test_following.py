"""Following long work with the Python client, over real connections: each state once, and an end when asked for."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from graphql_api import events
from graphql_api.events import Events
from queries.work.under_way import announced
from summit.client import AsyncSummit, Busy, Summit, connection
from summit.client.service import DAY
from tests.conftest import HANGS


class Asked(Events):
    """Counts its requests."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.asked = threading.Semaphore(0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.release()
        await super().__call__(scope, receive, send)


@dataclass(frozen=True, slots=True)
class Telling:
    """A server of the endpoint alone, and its data directory."""

    url: str
    home: Path
    events: Asked


@pytest.fixture
def telling(tmp_path: Path) -> Iterator[Telling]:
    endpoint = Asked(tmp_path)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=[Route("/events", endpoint)]), log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield Telling(f"http://127.0.0.1:{listener.getsockname()[1]}/", tmp_path, endpoint)
    finally:
        endpoint.ending = server.should_exit = True
        thread.join(HANGS)
        listener.close()


def test_a_timeout_ends_code_that_follows_while_nothing_changes(telling: Telling) -> None:
    async def follow() -> None:
        async with AsyncSummit(telling.url) as client, asyncio.timeout(0.5):
            async for _ in client.progress("extract"):
                pass

    with announced(telling.home, "extract", "m"), pytest.raises(TimeoutError) as raised:
        asyncio.run(follow())
    assert isinstance(raised.value.__cause__, asyncio.CancelledError), "the timeout itself, no error of a generator"


def test_waiting_can_be_cancelled_and_leaves_no_thread_behind(telling: Telling) -> None:
    """Or asyncio.run, which waits for its threads, would not return before the work ends."""

    client = AsyncSummit(telling.url)  # open for longer than the loop

    async def give_up() -> None:
        waiting = asyncio.create_task(client.wait("extract", seconds=DAY))
        while not telling.events.streams:  # noqa: ASYNC110, the server is in another thread
            await asyncio.sleep(0.01)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    with announced(telling.home, "extract", "m"):
        thread = threading.Thread(target=lambda: asyncio.run(give_up()), daemon=True)
        thread.start()
        thread.join(HANGS)
        assert not thread.is_alive()
    client.summit.close()


def test_a_state_that_is_sent_once_more_is_told_once(telling: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a stream that ended by itself, and where other work has changed."""
    monkeypatch.setattr(events, "STREAM_SECONDS", 0.01)
    monkeypatch.setattr(events, "LOOK_SECONDS", 0.01)
    told: list[list[str]] = []
    asked = telling.events.asked

    def follow() -> None:
        with Summit(telling.url) as client:
            told.extend([work.state for work in works] for works in client.progress("extract", seconds=HANGS))

    thread = threading.Thread(target=follow, daemon=True)
    with announced(telling.home, "extract", "m"):
        thread.start()
        with announced(telling.home, "embed", "m"):
            asked.acquire(timeout=HANGS)
        for _ in range(5):
            assert asked.acquire(timeout=HANGS)
    thread.join(HANGS)
    assert told == [["running"], ["done"]]


def test_a_service_that_is_busy_for_a_moment_is_asked_again(telling: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has followed goes on; who comes new is refused."""
    monkeypatch.setattr(events, "STREAM_SECONDS", 0.01)
    monkeypatch.setattr(events, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(connection, "BUSY", 0.01)
    told: list[list[str]] = []
    most, asked = telling.events.most, telling.events.asked

    def follow() -> None:
        with Summit(telling.url) as client:
            for works in client.progress("extract", seconds=HANGS):
                told.append([work.state for work in works])
                telling.events.most = 0  # all places are taken when the client asks again

    thread = threading.Thread(target=follow, daemon=True)
    with announced(telling.home, "extract", "m"):
        thread.start()
        for _ in range(5):
            assert asked.acquire(timeout=HANGS)
        with Summit(telling.url) as another, pytest.raises(Busy, match="0 clients listen already"):
            another.wait("extract", seconds=HANGS)
        telling.events.most = most
    thread.join(HANGS)
    assert told == [["running"], ["done"]]
