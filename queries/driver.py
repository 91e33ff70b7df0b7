"""Connections to a graph database: what they may take, and what their errors mean.

A connection can fall silent without being closed, where a firewall drops it. So nothing here waits for ever: a
connection that was not used for a while is tried first, and a statement that is not answered in time is given up.
"""

import asyncio
import random
import re
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator, Iterable
from contextlib import asynccontextmanager
from functools import cache
from typing import TypeVar

from neo4j import (
    AsyncDriver,
    AsyncGraphDatabase,
    AsyncManagedTransaction,
    AsyncResult,
    AsyncSession,
    NotificationDisabledClassification,
    NotificationMinimumSeverity,
    ResultSummary,
)
from neo4j.api import AsyncBookmarkManager
from neo4j.exceptions import AuthError, ConnectionAcquisitionTimeoutError, DriverError, Neo4jError, ServiceUnavailable

from queries.errors import (
    GraphError,
    QueryError,
    StoreBusy,
    StoreError,
    StoreRefused,
    StoreUnreachable,
    first_line,
)
from queries.records import Address, Record, Row

CONNECT_SECONDS, OPEN_SECONDS = 5, 10
CANCEL_SECONDS = 5  # that a cancellation waits for what must not be cut in two
ACQUIRE_SECONDS = 10  # for a connection of the pool that works; one that fell silent costs all of it, once
IDLE_SECONDS = 30  # a connection that was not used for so long is tried before it is used
OLD_SECONDS = 900  # a connection is replaced then; firewalls forget those that they think over
ADVICE = re.compile(r"(?:\.? You can set| allowed by the setting `)\s*arcadedb\..*")  # on settings that are ours
RANGE = "`arcadedb.queryMaxRangeSize`"  # follows from the engine's memory
MEMORY = ("heap budget", "memory limit", "MemoryPoolOutOfMemory", "out of memory", "OutOfMemoryError")
BUSY = ("limit of allowed elements", "timed out", "timeout", "terminated", "queue")
CLASH = "Duplicated key"  # ArcadeDB, of two transactions that make the same node at once; Neo4j lets one wait
CLASHES, CLASH_SECONDS = 8, 0.1  # repetitions, and the longest pause before one
DISK_FULL = ("no space left", "disk full", "not enough space")

Answer = TypeVar("Answer")
Statement = tuple[str, Record]  # by its text, with its parameters
Turns = Generator[Statement, list[Row] | None, None]  # statements, each after the rows of the one before


def connect(address: Address, notify: bool = False) -> AsyncDriver:
    """A driver with its pool of connections; nothing is sent yet.

    notify  the server sends its warnings with each answer
    """
    return AsyncGraphDatabase.driver(
        address.url,
        auth=(address.user, address.password),
        connection_timeout=CONNECT_SECONDS,
        connection_acquisition_timeout=ACQUIRE_SECONDS,
        keep_alive=True,
        liveness_check_timeout=IDLE_SECONDS,
        max_connection_lifetime=OLD_SECONDS,
        max_transaction_retry_time=10,
        fetch_size=10_000,
        user_agent="summit-graph",
        notifications_min_severity=NotificationMinimumSeverity.WARNING if notify else NotificationMinimumSeverity.OFF,
        notifications_disabled_classifications=[NotificationDisabledClassification.UNRECOGNIZED],
    )


def bookmarks_of(address: Address) -> AsyncBookmarkManager | None:
    """What all sessions of this process tell a cluster, so that each sees what the others wrote and read, whichever
    member answers it. None for a single server, where nothing is behind.
    """
    return shared_bookmarks(address.url, address.database) if address.url.startswith("neo4j") else None


@cache
def shared_bookmarks(_url: str, _database: str | None) -> AsyncBookmarkManager:
    return AsyncGraphDatabase.bookmark_manager()


def warn_of(summary: ResultSummary) -> None:
    """The server's notifications as Python's warnings.

    The driver offers the same, and then records the whole stack at each statement, which costs 0.1 s.
    """
    for status in summary.gql_status_objects:
        if status.is_notification:
            warnings.warn(status.status_description, stacklevel=2)


class Unwritten(list[object]):
    """A list that is sent as any other, and of which a log has the length alone."""

    def __repr__(self) -> str:
        return f"<{len(self)} values>"


def unwritten(parameters: Record) -> dict[str, object]:
    """What the driver is given. It writes the parameters of each statement out for its log, whether or not anybody
    reads that, which takes as long as sending them where they are long.
    """
    return {name: Unwritten(value) if isinstance(value, list) else value for name, value in parameters.items()}


async def rows_of(running: Awaitable[AsyncResult], address: Address, warns: bool) -> list[Row]:
    """All rows of a statement. A limit that was reached is raised as ours at once: the driver would retry it.

    warns  whether the server's notifications become Python's warnings
    """
    try:
        result = await running
        rows = [dict(zip(record.keys(), record.values(), strict=True)) async for record in result]
        if warns:
            warn_of(await result.consume())
        return rows
    except Neo4jError as error:
        problem = translated(error, address)
        if isinstance(problem, StoreBusy):
            raise problem from error
        raise


def in_turn(work: Iterable[Answer]) -> Generator[Answer, list[Row] | None, None]:
    """Statements, or steps, that do not depend on each other."""
    for each in work:  # noqa: UP028 (a list cannot be sent rows)
        yield each


def following(turns: Generator[Answer, list[Row] | None, None], rows: list[Row] | None) -> Answer | None:
    """What a generator yields once it is sent the rows, None at its end."""
    try:
        return turns.send(rows)
    except StopIteration:
        return None


async def write(session: AsyncSession, work: Callable[[AsyncManagedTransaction], Awaitable[Answer]]) -> Answer:
    """Do the work in a transaction, again where the driver repeats it or another one made the same node, which is there
    now.
    """
    for _ in range(CLASHES):
        try:
            return await session.execute_write(work)
        except Neo4jError as error:
            if CLASH not in str(error):
                raise
        await asyncio.sleep(random.uniform(0, CLASH_SECONDS))
    return await session.execute_write(work)


async def greet(driver: AsyncDriver, address: Address) -> None:
    """Ask one question, which shows whether somebody answers. Raises StoreUnreachable, StoreRefused."""
    async with bounded(address, OPEN_SECONDS, probe=False), driver.session(database=address.database) as session:
        await (await session.run("RETURN 1 AS one")).consume()


@asynccontextmanager
async def bounded(address: Address, seconds: float, *, probe: bool = True) -> AsyncIterator[asyncio.Timeout]:
    """A block of questions that ends in so many seconds, and raises our errors instead of the driver's.

    probe  whether another connection is tried when the time is over, to tell a busy database from a silent one
    Yields the limit, to be put off where several statements follow each other.
    """
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            yield limit
    except (DriverError, Neo4jError, OSError) as error:
        if probe and (limit.expired() or isinstance(error, ConnectionAcquisitionTimeoutError)):
            raise await why_late(address, seconds) from error
        silence = OSError(f"a silence of {seconds:g} s") if limit.expired() else error
        raise translated(silence, address) from error


async def to_its_end(work: Coroutine[object, None, Answer], seconds: float = CANCEL_SECONDS) -> Answer:
    """Await work that a cancellation must not cut in two: it goes on, and the cancellation arrives once it has ended.

    What it uses, a connection say, may therefore be closed by the code that was cancelled.

    seconds  that a cancellation waits; then the work is cancelled, too
    """
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=seconds)
        raise
    finally:
        if not task.done():
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def why_late(address: Address, seconds: float) -> GraphError:
    """What to say of a statement without an answer: whether the database answers over a new connection."""
    driver = connect(address)
    try:
        await greet(driver, address)
    except StoreError as error:
        return error
    finally:
        await driver.close()
    return StoreBusy(
        f"{address.url}: no answer to a statement within {seconds:g} s, though the database answers others; repeat it "
        "once, for its connection may have been cut without a word, and then ask for less"
    )


def translated(error: Exception, address: Address) -> StoreError | QueryError:
    """A driver's error as one of ours, with the place and the remedy."""
    text = f"{getattr(error, 'code', '')} {error}"
    reason = ADVICE.sub("", first_line(error))[:300]
    if isinstance(error, AuthError) or "Unauthorized" in text or "AuthenticationRateLimit" in text:
        return StoreRefused(
            f"{address.url} refuses the user {address.user!r}: {reason}; check the user and password in "
            "SUMMIT_DATABASE (bolt://user:password@host:7687)"
        )
    if isinstance(error, (ServiceUnavailable, OSError, DriverError)):
        return StoreUnreachable(
            f"nothing answers at {address.url} ({bottom_of(error)[:300]}); start it where SUMMIT_DATABASE names "
            "it (`docker compose -f docker/compose.yaml up neo4j`, say); where that is unset, repeat in a moment: the "
            "embedded engine is started again"
        )
    if any(mark in text.lower() for mark in DISK_FULL):
        return StoreError(f"{address.url}: the disk under the database is full ({reason}); free some space and repeat")
    of_statement = ".Statement." in text  # and so may repeat its words
    if RANGE in text or (not of_statement and any(mark.lower() in text.lower() for mark in MEMORY)):
        return StoreBusy(
            f"{address.url}: the database's memory does not suffice: {reason}; ask for less, or give it more (the "
            "built-in engine: SUMMIT_HEAP, when it starts next)"
        )
    if not of_statement and any(mark in text.lower() for mark in BUSY):
        return StoreBusy(f"{address.url}: a limit of the database was reached: {reason}; ask for less")
    if "DatabaseNotFound" in text:
        return StoreError(
            f"{address.url} has no database {address.database!r}: {reason}; name one that exists after the host"
        )
    return QueryError(f"{address.url}: {reason}")


def bottom_of(error: BaseException) -> str:
    """What the operating system or TLS said, below the driver's own words."""
    below = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error.__cause__
    return (bottom_of(below) if below else "") or str(error)
