"""`python -m bench.api`: attribution graphs and comparisons over HTTP.

Starts a service of its own over all published graphs. One client asks for each once, and then for the same again; 1, 8
and 32 clients then ask for what is kept. Each figure stands next to that of the same answer as a static file from the
same server, taken in the same minute, in milliseconds by the clock and of the service's CPU time.

Goals, on two quiet cores: 4.5 ms for a graph, 8 ms for a comparison, 1.2 ms for either again; for 32 clients at least a
third of the file's rate.
"""

import asyncio
import json
import multiprocessing
import signal
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil
import uvicorn

from bench.testbed.databases import DATA, MODEL
from graphql_api.app import create_app
from graphql_api.gate.access import Entry
from graphql_api.server import collect_seldom, listen
from queries.engines.session import database
from queries.engines.settings import Settings
from queries.guard.guard import Guard
from queries.store import Store
from summit.imports import import_folder

ASKED, WARM_UP = 110, 10
CLIENTS, SECONDS = (1, 8, 32), 5.0
GOALS = {"attribution graph": 4.5, "comparison": 8.0}  # ms, asked once
AGAIN, SHARE = 1.2, 1 / 3  # ms, and of the file's rate
GRAPH = f"""query($index: Int!) {{ imageClass(model: "{MODEL}", index: $index) {{ attributionGraph {{
  channels {{ count pagerank channel {{ id layer index }} }} edges {{ source target weight }} }} }} }}"""
COMPARE = f"""query($classes: [Int!]!) {{ compare(model: "{MODEL}", classes: $classes, operation: UNION) {{
  channels {{ channel {{ id layer index }} classes }} edges {{ source target classes }}
  layers {{ layer jaccard }} }} }}"""


def post(query: str, **variables: object) -> bytes:
    body = json.dumps({"query": query, "variables": variables}).encode()
    head = f"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n".encode()


def always(request: bytes, _: int) -> bytes:
    return request


QUESTIONS: dict[str, Callable[[int], bytes]] = {
    "attribution graph": lambda n: post(GRAPH, index=7 * n % 1000),
    "comparison": lambda n: post(COMPARE, classes=[11 * n % 1000, (11 * n + 1) % 1000]),
}


class Client:
    """One connection, kept open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def to(cls, port: int) -> "Client":
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=2**24))

    async def ask(self, request: bytes) -> bytes:
        """The body of the answer; raises AssertionError for anything but a 200 without errors."""
        self._writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        assert head.startswith(b"http/1.1 200"), head
        size = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        body = await self._reader.readexactly(size)
        assert b'"errors"' not in body[-200:] and not body.startswith(b'{"data":null'), body
        return body

    def close(self) -> None:
        self._writer.close()


@dataclass(frozen=True, slots=True)
class Taken:
    """What one answer takes, in milliseconds: the median by the clock, the mean of the service's CPU time."""

    clock: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.clock:>8.2f}{self.cpu:>7.2f}"


async def taken(client: Client, service: psutil.Process, request: Callable[[int], bytes]) -> Taken:
    for number in range(WARM_UP):
        await client.ask(request(number))
    clock, before = [], cpu_seconds(service)
    for number in range(WARM_UP, ASKED):
        started = time.perf_counter()
        await client.ask(request(number))
        clock.append(1000 * (time.perf_counter() - started))
    return Taken(statistics.median(clock), 1000 * (cpu_seconds(service) - before) / len(clock))


def cpu_seconds(service: psutil.Process) -> float:
    return float(sum(service.cpu_times()[:2]))


async def answers_a_second(port: int, clients: int, request: Callable[[int], bytes]) -> float:
    connections = [await Client.to(port) for _ in range(clients)]
    started, done = time.perf_counter(), 0

    async def work(client: Client, first: int) -> None:
        nonlocal done
        number = first
        while time.perf_counter() - started < SECONDS:
            await client.ask(request(number % ASKED))
            number, done = number + 1, done + 1

    await asyncio.gather(*(work(client, 3 * place) for place, client in enumerate(connections)))
    for client in connections:
        client.close()
    return done / (time.perf_counter() - started)


def run_service(home: Path, page: Path, listener: socket.socket) -> None:
    """The service with a page of its own, which holds the static files."""

    async def answer() -> None:
        with database(Settings(None, home), lambda _: None) as access:
            async with await Store.open(access.address) as store, await Guard.open(access.address) as guard:
                await store.create_schema()
                app = create_app(store, guard, Entry("token"), page)
                config = uvicorn.Config(app, lifespan="off", log_level="warning", access_log=False)
                collect_seldom()
                await uvicorn.Server(config).serve(sockets=[listener])

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # an end that closes the database, too
    with suppress(KeyboardInterrupt):
        asyncio.run(answer())


@contextmanager
def serving(home: Path, page: Path) -> Iterator[tuple[int, psutil.Process]]:
    """A service in a process of its own, and its port."""
    with listen("127.0.0.1", 0) as listener:
        listener.listen(128)
        process = multiprocessing.get_context("fork").Process(target=run_service, args=(home, page, listener))
        process.start()
        try:
            yield listener.getsockname()[1], psutil.Process(process.pid)
        finally:
            process.terminate()
            process.join()


async def measure(port: int, service: psutil.Process, page: Path) -> None:
    print(f"{'':<20}{'once':>15}{'again':>15}{'file':>15}   ms by the clock and of CPU, one client; times the file")
    for place, (name, request) in enumerate(QUESTIONS.items()):
        client = await Client.to(port)
        (page / f"{place}.json").write_bytes(await client.ask(request(ASKED)))
        file = partial(always, get(f"/{place}.json"))
        once, again, static = [await taken(client, service, each) for each in (request, request, file)]
        client.close()
        ratios = f"{once.clock / static.clock:.1f} and {again.clock / static.clock:.1f}"
        met = told(once.clock <= GOALS[name] and again.clock <= AGAIN)
        print(f"{name:<20}{once}{again}{static}   {ratios}  goals {GOALS[name]} and {AGAIN} ms: {met}", flush=True)
    print(f"{'':<20}{'clients':>8}{'again':>8}{'file':>8}   answers a second; share of the file's")
    for place, (name, request) in enumerate(QUESTIONS.items()):
        file = partial(always, get(f"/{place}.json"))
        for clients in CLIENTS:
            rate = await answers_a_second(port, clients, request)
            static_rate = await answers_a_second(port, clients, file)
            goal = f"  goal {SHARE:.2f}: {told(rate >= SHARE * static_rate)}" if clients == CLIENTS[-1] else ""
            print(f"{name:<20}{clients:>8}{rate:>8.0f}{static_rate:>8.0f}   {rate / static_rate:.2f}{goal}", flush=True)


def told(met: bool) -> str:
    return "met" if met else "MISSED"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home, page = Path(folder) / "home", Path(folder) / "page"
        page.mkdir()
        (page / "index.html").write_text("<!doctype html>")
        import_folder(Settings(None, home, embed=False), DATA / "summit-published" / "data", None, None, MODEL, False)
        with serving(home, page) as (port, service):
            asyncio.run(measure(port, service, page))


if __name__ == "__main__":
    main()
