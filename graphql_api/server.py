"""Run the service until it is told to stop."""

import asyncio
import errno
import gc
import logging
import socket
from collections.abc import Callable

import uvicorn

from graphql_api.app import create_app
from graphql_api.gate.access import Entry, is_loopback
from graphql_api.gate.connections import Connections, guarded, places, raise_file_limit
from graphql_api.gate.token import service_token
from graphql_api.requests.documents import SHELF
from graphql_api.upkeep.logs import spare_lines, writes_json
from graphql_api.upkeep.metrics import Metrics
from graphql_api.upkeep.watch import Watch
from queries.engines.session import Access, database
from queries.engines.settings import Settings
from queries.errors import StoreError
from queries.guard.guard import Guard
from queries.integrity.check import warn_of_damage
from queries.store import Store

KEEP_SECONDS = 5  # a connection on which nothing is asked
GRACE_SECONDS = 5  # for requests under way when the service is told to end


def serve(
    settings: Settings,
    listener: socket.socket,
    report: Callable[[str], None],
    announce: Callable[[str, str], None],
) -> None:
    """Open the database and serve on a socket of `listen`; announces the address and the token when it answers.

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
        asyncio.run(answer(access, entry, listener, report, lambda: announce(url, entry.token)))


async def answer(
    access: Access,
    entry: Entry,
    listener: socket.socket,
    report: Callable[[str], None],
    announce: Callable[[], None],
) -> None:
    """Connect, say so, and answer requests until a signal ends it."""
    async with await Store.open(access.address) as store, await Guard.open(access.reader or access.address) as guard:
        await store.create_schema()

        async def follow(moved: Access) -> None:
            await store.move(moved.address)
            guard.move(moved.reader or moved.address)

        watch = Watch(access, follow, report)
        guard.places.restart = watch.restart if access.end else None
        most, backlog = places(raise_file_limit())
        connections = Connections(most)
        config = uvicorn.Config(
            create_app(store, guard, entry, watch=watch, metrics=figures(store, watch, connections)),
            http=guarded(connections),
            lifespan="off",
            log_config=None if writes_json() else uvicorn.config.LOGGING_CONFIG,
            log_level="warning",
            access_log=False,
            backlog=backlog,
            timeout_keep_alive=KEEP_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        logging.getLogger("uvicorn.error").addFilter(is_trouble)
        spare_lines()
        announce()
        gc.collect()
        gc.freeze()  # what is there now stays: later collections need not look at it again
        beside = [
            asyncio.create_task(watch.run()),
            asyncio.create_task(connections.run()),
            asyncio.create_task(warn_of_damage(store)),  # amid requests: some statements, one after another
        ]
        await uvicorn.Server(config).serve(sockets=[listener])
        for task in beside:
            task.cancel()
        await asyncio.sleep(0)  # uvicorn raises the signal that ended it again: met here, not amid the closing


def figures(store: Store, watch: Watch, connections: Connections) -> Metrics:
    """What the service counts, and what it looks up when somebody asks."""
    metrics = Metrics()
    metrics.watch("summit_engine_up", "1 while the database answers, as far as is known.", lambda: watch.down is None)
    metrics.watch("summit_connections", "Connections of clients.", lambda: len(connections))
    metrics.watch("summit_connections_most", "How many there may be at once.", lambda: connections.most)
    metrics.watch("summit_searches_full", "1 while all places for searches are taken.", store.searches.is_full)
    metrics.watch("summit_searches_waiting", "Searches that wait for a place.", lambda: store.searches.waiting)
    metrics.watch("summit_documents_kept", "GraphQL documents kept validated.", lambda: len(SHELF.kept))
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
