"""Run the service until it is told to stop."""

import asyncio
import errno
import gc
import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace

import uvicorn
from starlette.applications import Starlette

from graphql_api.app import create_app
from graphql_api.events import MOST_STREAMS, Events
from graphql_api.export import AT_ONCE as EXPORTS
from graphql_api.export import Exports
from graphql_api.gate.access import Entry, is_loopback
from graphql_api.gate.connections import Connections, places, raise_file_limit
from graphql_api.gate.protocol import guarded
from graphql_api.gate.token import service_token
from graphql_api.requests.documents import SHELF
from graphql_api.requests.kept import Answers
from graphql_api.requests.recalled import Rows
from graphql_api.upkeep.logs import spare_lines, writes_json
from graphql_api.upkeep.metrics import Metrics
from graphql_api.upkeep.shared_metrics import SharedMetrics
from graphql_api.upkeep.watch import Watch
from graphql_api.upkeep.workers import Worker, Workers, parents_end
from queries.engines.session import Access, access_now, database
from queries.engines.settings import Settings
from queries.errors import StoreError
from queries.guard.guard import AT_ONCE, Guard
from queries.integrity.check import warn_of_damage
from queries.store import COMPARISONS, SEARCHES, Store
from queries.work.threads import leave_threads_at_the_end

KEEP_SECONDS = 5  # a connection on which nothing is asked
GRACE_SECONDS = 5  # for requests under way when the service is told to end
YOUNG = 20_000  # objects that are made, and still there, before garbage is collected; a comparison makes some 6,000
OLDER = (10, 2)  # collections of the young before one of what outlived one, and of those before one of everything


@dataclass(frozen=True, slots=True)
class Service:
    """What every process of a service is given.

    entry    who may ask
    report   how it says what happens
    prepare  sets up the log of a further process
    engine   name of the built-in engine that runs, None for a server of the user's
    """

    settings: Settings
    entry: Entry
    listener: socket.socket
    report: Callable[[str], None]
    prepare: Callable[[], None] | None = None
    engine: str | None = None


def serve(
    settings: Settings,
    listener: socket.socket,
    report: Callable[[str], None],
    announce: Callable[[str, str], None],
    workers: int = 1,
    prepare: Callable[[], None] | None = None,
) -> None:
    """Open the database and serve on a socket of `listen`; announces the address and the token when it answers.

    workers  processes that answer; with several, this one only looks after them
    prepare  sets up the log in each of several

    Raises StoreError where the database is not to be had, DataError for a token that cannot be one.
    """
    _, backlog = places(raise_file_limit())
    host, port = listener.getsockname()[:2]
    shown = "localhost" if is_loopback(host) else f"[{host}]" if ":" in host else host
    entry = Entry(
        service_token(settings),
        settings.hosts,
        settings.private,
        beyond=not is_loopback(host),
        origins=settings.origins,
        prefix=settings.prefix,
    )
    listener.listen(backlog)  # a browser that comes early waits instead of failing
    url = f"http://{shown}:{port}/"
    with database(settings, report) as access:
        service = Service(settings, entry, listener, report, prepare, access.engine)
        if workers == 1:
            asyncio.run(answer(service, access, lambda: announce(url, entry.token)))
        else:
            Workers(workers, answer_as_one, service, report, access.end).run(lambda: announce(url, entry.token))


def answer_as_one(service: Service, worker: Worker) -> None:
    """The work of one of several processes, over the engine that the first process holds."""
    if service.prepare:
        service.prepare()
    access = access_now(service.settings, service.report, service.engine)
    if access.end is not None:
        access = replace(access, end=worker.end_engine)
    asyncio.run(answer(service, access, worker.say_up, worker))


async def answer(service: Service, access: Access, announce: Callable[[], None], worker: Worker | None = None) -> None:
    """Connect, say so, and answer requests until a signal ends it, or the end of the process that looks after it."""
    count = worker.count if worker else 1
    leave_threads_at_the_end()
    guard_of = Guard.open(access.reader or access.address, at_once=share(AT_ONCE, count))
    form = service.settings.pagerank
    async with await Store.open(access.address, form=form) as store, await guard_of as guard:
        await store.create_schema()
        store.searches.resize(share(SEARCHES, count))
        store.comparisons.resize(share(COMPARISONS, count))

        async def follow(moved: Access) -> None:
            await store.move(moved.address)
            guard.move(moved.reader or moved.address)

        first = worker is None or worker.index == 0  # says what all of them find
        watch = Watch(access, follow, service.report, silent=not first)
        guard.places.restart = watch.restart if access.end else None
        most, backlog = places(raise_file_limit())
        connections, rows = Connections(most), Rows(Answers(store, service.settings.cache // 2 // count))
        metrics = figures(store, watch, connections, rows, worker)
        events = Events(service.settings.home, streams(most, count))
        exports = Exports(share(EXPORTS, count))
        app = create_app(
            store, guard, service.entry, watch=watch, metrics=metrics, rows=rows, events=events, exports=exports
        )
        server = EndingStreams(configuration(app, connections, backlog), events)
        logging.getLogger("uvicorn.error").addFilter(is_trouble)
        spare_lines()
        announce()
        collect_seldom()
        beside = [asyncio.create_task(watch.run()), asyncio.create_task(connections.run())]
        if first:
            beside.append(asyncio.create_task(warn_of_damage(store)))  # amid requests: some statements, one by one
        if metrics.shared:
            beside.append(asyncio.create_task(metrics.shared.run(metrics.text)))
        if worker and (ended := parents_end()) is not None:
            asyncio.get_running_loop().add_reader(ended, end_without_parent, server, ended)
        await server.serve(sockets=[service.listener])
        for task in beside:
            task.cancel()
        await asyncio.sleep(0)  # uvicorn raises the signal that ended it again: met here, not amid the closing


def collect_seldom() -> None:
    """What is there now stays, and collections of garbage need not look at it again. They come seldom, for an answer
    makes thousands of objects that live until it is sent and then go by themselves.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *OLDER)


def share(amount: int, workers: int) -> int:
    """What one of several processes may do at once of what a whole service may."""
    return max(1, amount // workers)


def streams(connections: int, workers: int) -> int:
    """How many streams of events one of several processes may send: they leave most of its connections to others."""
    return min(share(MOST_STREAMS, workers), connections // 4)


def end_without_parent(server: uvicorn.Server, ended: int) -> None:
    """End as a signal does. The descriptor `ended` stays readable, so it is looked at no more."""
    asyncio.get_running_loop().remove_reader(ended)
    server.should_exit = True


def configuration(app: Starlette, connections: Connections, backlog: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=guarded(connections),
        lifespan="off",
        log_config=None if writes_json() else uvicorn.config.LOGGING_CONFIG,
        log_level="warning",
        access_log=False,
        backlog=backlog,
        timeout_keep_alive=KEEP_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


class EndingStreams(uvicorn.Server):
    """Ends the event streams before it shuts down: they wait for work, and a shutdown waits for them."""

    def __init__(self, config: uvicorn.Config, events: Events) -> None:
        super().__init__(config)
        self._events = events

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._events.ending = True
        await super().shutdown(sockets)


def figures(store: Store, watch: Watch, connections: Connections, rows: Rows, worker: Worker | None = None) -> Metrics:
    """What the service counts, and what it looks up when somebody asks."""
    metrics = Metrics(SharedMetrics(worker.folder, str(worker.index)) if worker else None)
    metrics.watch("summit_engine_up", "1 while the database answers, as far as is known.", lambda: watch.down is None)
    metrics.watch("summit_connections", "Connections of clients.", lambda: len(connections))
    metrics.watch("summit_connections_most", "How many there may be at once.", lambda: connections.most)
    metrics.watch("summit_searches_full", "1 while all places for searches are taken.", store.searches.is_full)
    metrics.watch("summit_searches_waiting", "Searches that wait for a place.", lambda: store.searches.waiting)
    metrics.watch("summit_documents_kept", "GraphQL documents kept validated.", lambda: len(SHELF.kept))
    metrics.watch("summit_answers_kept", "Answers kept while the database stays as it is.", lambda: len(rows.answers))
    metrics.watch("summit_answers_bytes", "Bytes of them.", lambda: rows.answers.size)
    metrics.count("summit_answers_given", "Answers that were given again.", lambda: rows.answers.given)
    metrics.watch("summit_rows_kept", "Reads kept while the database stays as it is.", lambda: len(rows))
    metrics.watch("summit_rows_bytes", "Bytes of their rows, about.", lambda: rows.size)
    metrics.count("summit_rows_given", "Reads that were answered from memory.", lambda: rows.given)
    return metrics


def is_trouble(record: logging.LogRecord) -> bool:
    """Whether a line of uvicorn's log is more than that a request was cut off by the end of the service."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


def listen(host: str, port: int) -> socket.socket:
    """The port, held from now on; raises StoreError with the remedy where it is taken or the host is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio sends at once only on such
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        port_is_it = error.errno in (errno.EADDRINUSE, errno.EACCES)
        remedy = "--port (0 takes a free one)" if port_is_it else "--host (an address of this machine)"
        raise StoreError(
            f"cannot listen on {host} port {port}: {error.strerror}; choose another with {remedy}"
        ) from error
    return listener
