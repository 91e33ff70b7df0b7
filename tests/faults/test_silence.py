"""A database, or the way to it, that falls silent without hanging up: every request ends in its time, with a code."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import pytest

from queries.engines.arcadedb import ArcadeDB
from queries.engines.lifecycle import lease
from queries.errors import StoreBusy, StoreError, StoreUnreachable
from queries.records import Address
from queries.store import Store

SECONDS, LATE, OPEN = 0.5, 0.5, 2.0
MODEL = {"model": "kept", "properties": {"architecture": "a"}, "now": "now"}


class Firewall:
    """Passes connections on to a database, until it swallows what comes: of those that are open, or of all."""

    def __init__(self, address: Address) -> None:
        self._to = urlsplit(address.url)
        self._heard = asyncio.Event()
        self._heard.set()
        self._all = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: list[asyncio.StreamWriter] = []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)  # for the transports, which end one step later

    def address(self, database: Address) -> Address:
        return replace(database, url=f"bolt://127.0.0.1:{self._server.sockets[0].getsockname()[1]}")

    def swallow(self, *, new: bool) -> None:
        """From now on nothing passes on open connections; on new ones neither, if `new`."""
        self._heard.clear()
        if not new:
            self._heard = asyncio.Event()
            self._heard.set()

    def speak(self) -> None:
        self._heard.set()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard = self._heard
        from_database, to_database = await asyncio.open_connection(self._to.hostname, self._to.port)
        self._writers += [writer, to_database]
        for source, target in ((reader, to_database), (from_database, writer)):
            task = asyncio.create_task(self._pass_on(source, target, heard))
            self._tasks.add(task)

    @staticmethod
    async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter, heard: asyncio.Event) -> None:
        with suppress(ConnectionError):
            while data := await source.read(65_536):
                await heard.wait()
                target.write(data)
                await target.drain()
            target.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    with lease(ArcadeDB(), Path(tmp_path_factory.mktemp("silence")) / "arcadedb", print) as running:
        yield running.address


@pytest.fixture(autouse=True)
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (
        ("OPEN_SECONDS", OPEN),
        ("CONNECT_SECONDS", OPEN),
        ("ACQUIRE_SECONDS", OPEN),
    ):
        monkeypatch.setattr(f"queries.driver.{name}", seconds)
    monkeypatch.setattr("queries.store.LATE_SECONDS", LATE)


def behind_a_firewall(
    address: Address, work: Callable[[Store, Firewall], Awaitable[None]], seconds: float = SECONDS
) -> None:
    async def run() -> None:
        async with Firewall(address) as firewall, await Store.open(firewall.address(address), seconds=60) as store:
            await store.create_schema()
            await store.write("upsert_model", **MODEL)
            store.seconds = seconds
            await work(store, firewall)

    asyncio.run(run())


async def ends(work: Awaitable[object], limit: float) -> StoreError:
    """How a request ended: with an error of ours, in its time. A busy machine may be late, but not by much."""
    began = time.monotonic()
    with pytest.raises(StoreError) as error:
        await asyncio.wait_for(work, limit + 30)
    assert time.monotonic() - began >= SECONDS
    return error.value


def test_a_read_a_write_and_a_packed_read_end_where_nothing_is_heard_any_more(address: Address) -> None:
    async def work(store: Store, firewall: Firewall) -> None:
        firewall.swallow(new=True)
        for request in (store.run("models"), store.write("upsert_model", **MODEL), store.run_packed("models")):
            error = await ends(request, SECONDS + LATE + OPEN)
            assert isinstance(error, StoreUnreachable), error
            assert "nothing answers at" in str(error) and "a silence of 2 s" in str(error)

    behind_a_firewall(address, work)


def test_requests_are_answered_again_when_the_silence_is_over(address: Address) -> None:
    async def work(store: Store, firewall: Firewall) -> None:
        firewall.swallow(new=True)
        await ends(store.run("models"), SECONDS + LATE + OPEN)
        firewall.speak()
        store.seconds = 60
        assert [row["id"] for row in await store.run("models")] == ["kept"]

    behind_a_firewall(address, work)


def test_where_one_connection_was_forgotten_the_next_request_uses_another(address: Address) -> None:
    async def work(store: Store, firewall: Firewall) -> None:
        firewall.swallow(new=False)
        error = await ends(store.run("models"), SECONDS + LATE + OPEN)
        assert isinstance(error, StoreBusy), error
        assert "though the database answers others; repeat it once" in str(error)
        store.seconds = 60
        assert [row["id"] for row in await store.run("models")] == ["kept"]

    behind_a_firewall(address, work)


def test_an_idle_connection_that_was_forgotten_is_noticed_before_it_is_used(
    address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queries.driver.IDLE_SECONDS", 0)  # so that each is tried

    async def work(store: Store, firewall: Firewall) -> None:
        firewall.swallow(new=False)
        assert [row["id"] for row in await store.run("models")] == ["kept"]
        firewall.swallow(new=False)
        await store.write("upsert_model", **MODEL)

    behind_a_firewall(address, work, 60)


def test_a_database_that_is_silent_from_the_start_is_told(address: Address) -> None:
    async def run() -> None:
        async with Firewall(address) as firewall:
            firewall.swallow(new=True)
            with pytest.raises(StoreUnreachable, match="nothing answers at"):
                await asyncio.wait_for(Store.open(firewall.address(address)), 60)

    asyncio.run(run())
