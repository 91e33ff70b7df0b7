"""The one door to the graph database: stored queries by name, over Bolt, on either engine."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import uuid4

from neo4j import (
    READ_ACCESS,
    AsyncDriver,
    AsyncGraphDatabase,
    AsyncManagedTransaction,
    AsyncResult,
    NotificationDisabledClassification,
    NotificationMinimumSeverity,
    Query,
    unit_of_work,
)
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
from queries.library import RUN, Library, StoredQuery, load_library
from queries.records import Address
from queries.values import check_sendable

CONNECT_SECONDS, OPEN_SECONDS = 5, 10
ACQUIRE_SECONDS = 10  # for a connection of the pool that works; one that fell silent costs all of it, once
ONE = "RETURN 1 AS one"
SEARCHES = 2  # in memory at once
STATEMENT_SECONDS = 120.0  # Neo4j ends a read then, between two rows; the embedded engine heeds its own setting alone
LATE_SECONDS = 5.0  # after that, for the database to say so; then the connection is given up
IDLE_SECONDS = 30  # a connection that was not used for so long is tried before it is used
OLD_SECONDS = 900  # a connection is replaced then; firewalls forget those that they think over
BUSY = ("heap budget", "memory limit", "timed out", "timeout", "terminated", "MemoryPoolOutOfMemory", "queue")
OLDEST_GDS = (2, 17)
NEEDED_OF_GDS = {
    "gds.graph.project",
    "gds.util.asNodes",
    "gds.pageRank.stream",
    "gds.graph.drop",
    "gds.graph.list",
}
DROP_PROJECTIONS = """CALL gds.graph.list() YIELD graphName
WITH graphName
WHERE graphName STARTS WITH $run
CALL gds.graph.drop(graphName, false) YIELD graphName AS dropped
RETURN dropped"""
DISK_FULL = ("no space left", "disk full", "not enough space")

logger = logging.getLogger(__name__)
Row = dict[str, Any]
Step = tuple[str, dict[str, Any]]  # a write query by name, and its parameters
Answer = TypeVar("Answer")


class Store:
    """Runs stored queries. One Store holds one pool of connections and may be shared by any number of tasks.

    abilities  what the engine offers beyond openCypher ("gds"): picks the variant of a stored query
    searches   places for searches in memory over what was read
    seconds    that a statement may take
    """

    def __init__(self, driver: AsyncDriver, address: Address, library: Library, abilities: frozenset[str]) -> None:
        self._driver = driver
        self.address = address
        self.library = library
        self.abilities = abilities
        self.searches = asyncio.Semaphore(SEARCHES)
        self.seconds = STATEMENT_SECONDS

    @classmethod
    async def open(cls, address: Address, *, warn: bool = False, seconds: float = STATEMENT_SECONDS) -> Self:
        """Connect and make sure that somebody answers.

        warn     turn the server's notifications into Python warnings (tests make them errors)
        seconds  that a statement may take; the database is to end it then, and where it does not, we do a little later
        Raises StoreUnreachable, StoreRefused.
        """
        driver = connect(address, warn)
        store = cls(driver, address, load_library(), frozenset())
        store.seconds = seconds
        try:
            await store._greet(driver)
            store.abilities = await store._detect_abilities()
            logger.debug("%s offers %s", address.url, ", ".join(sorted(store.abilities)) or "openCypher alone")
        except BaseException:
            await driver.close()
            raise
        return store

    async def move(self, address: Address) -> None:
        """Ask at another address from now on; what is under way at the old one ends with it. Raises as `open` does."""
        driver = connect(address)
        try:
            await self._greet(driver)
        except BaseException:
            await driver.close()
            raise
        before, self._driver, self.address = self._driver, driver, address
        await before.close()

    async def run(self, name: str, /, **parameters: Any) -> list[Row]:
        """The rows of a read query, as {column: value}. Raises QueryError, StoreError."""
        query = self._checked(name, "read", parameters)
        return await self._answer(query, self._text(query), parameters)

    async def run_packed(self, name: str, /, **parameters: Any) -> list[Row]:
        """The same rows as `run`, sent as one value, which costs the driver a quarter of the time.

        For answers of some thousand rows at most: a value is limited to 16 MB.
        """
        query = self._checked(name, "read", parameters)
        (answer,) = await self._answer(query, packed(query, self._text(query)), parameters)
        return [dict(zip(query.returns, values, strict=True)) for values in answer["rows"]]

    async def write(self, name: str, /, **parameters: Any) -> Row:
        """Run one write query in a transaction of its own; its single row, or {} where it returns nothing."""
        return (await self.write_together([(name, parameters)]))[0]

    async def write_together(self, steps: Iterable[Step]) -> list[Row]:
        """Run several write queries in one transaction: all of them happen, or none. One row a step."""
        checked = [(self._checked(name, "write", parameters), parameters) for name, parameters in steps]

        async def work(transaction: AsyncManagedTransaction) -> list[Row]:
            answers = []
            for query, parameters in checked:
                limit.reschedule(asyncio.get_running_loop().time() + self.seconds + LATE_SECONDS)
                rows = await self._rows(transaction.run(query.text, dict(parameters)))
                answers.append(rows[0] if rows else {})
            return answers

        async with self._bounded() as limit:
            with suppress(ConnectionAcquisitionTimeoutError):  # nothing was sent yet
                return await self._write(work)
            return await self._write(work)

    async def _write(self, work: Callable[[AsyncManagedTransaction], Awaitable[list[Row]]]) -> list[Row]:
        async with self._driver.session(database=self.address.database) as session:
            return await session.execute_write(work)

    async def create_schema(self) -> None:
        """Constraints and indexes; safe to repeat. Each runs in a transaction of its own, as both engines ask."""
        for query in self.library.of_mode("schema"):
            async with self._bounded(), self._driver.session(database=self.address.database) as session:
                await self._run_alone(session, query.text)

    def variant(self, name: str) -> str:
        """Which of a stored query's statements runs here: the ability it needs ("gds"), or "portable"."""
        return next((ability for ability in self.library[name].variants if ability in self.abilities), "portable")

    async def close(self) -> None:
        await self._driver.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _answer(self, query: StoredQuery, text: str, parameters: Mapping[str, Any]) -> list[Row]:
        """Read. A projection that the statement made goes with it, however it ends; one that succeeds drops its own."""
        if f"${RUN}" not in text:
            return await self._read(text, parameters)
        run = f"{query.name} {uuid4()}"
        try:
            return await self._read(text, {**parameters, RUN: run})
        except BaseException:
            with suppress(GraphError):  # a server that is gone has no projections
                await asyncio.shield(self._read(DROP_PROJECTIONS, {RUN: run}, OPEN_SECONDS))
            raise

    async def _read(self, text: str, parameters: Mapping[str, Any], seconds: float | None = None) -> list[Row]:
        """Read in one round trip; what is worth repeating (a lost connection, say) is left to the driver's retries."""

        @unit_of_work(timeout=self.seconds)
        async def work(transaction: AsyncManagedTransaction) -> list[Row]:
            return await self._rows(transaction.run(text, dict(parameters)))

        database = self.address.database
        async with self._bounded(seconds):
            try:
                async with self._driver.session(database=database, default_access_mode=READ_ACCESS) as session:
                    return await self._rows(session.run(Query(text, timeout=self.seconds), dict(parameters)))
            except (DriverError, Neo4jError) as error:
                if not (error.is_retryable() or isinstance(error, ConnectionAcquisitionTimeoutError)):
                    raise
            async with self._driver.session(database=database) as session:
                return await session.execute_read(work)

    async def _rows(self, running: Awaitable[AsyncResult]) -> list[Row]:
        """All rows of a statement. A limit that was reached is raised as ours at once: the driver would retry it."""
        try:
            return [dict(zip(record.keys(), record.values(), strict=True)) async for record in await running]
        except Neo4jError as error:
            problem = translated(error, self.address)
            if isinstance(problem, StoreBusy):
                raise problem from error
            raise

    @staticmethod
    async def _run_alone(session: Any, text: str) -> None:
        await (await session.run(text)).consume()

    async def _greet(self, driver: AsyncDriver) -> None:
        """Ask once, so that who is not there, is told."""
        async with (
            self._bounded(OPEN_SECONDS, probe=False),
            driver.session(database=self.address.database) as session,
        ):
            await self._run_alone(session, ONE)

    @asynccontextmanager
    async def _bounded(self, seconds: float | None = None, *, probe: bool = True) -> AsyncIterator[asyncio.Timeout]:
        """A block that ends in so many seconds, by default when the time of a statement is over, and that raises our
        errors instead of the driver's.

        probe  whether another connection is tried, to tell a busy database from a silent one
        Yields the limit, to be put off where several statements follow each other.
        """
        seconds = self.seconds + LATE_SECONDS if seconds is None else seconds
        limit = asyncio.timeout(seconds)
        try:
            async with limit:
                yield limit
        except (DriverError, Neo4jError, OSError) as error:
            if probe and (limit.expired() or isinstance(error, ConnectionAcquisitionTimeoutError)):
                raise await self._why_late(seconds) from error
            silence = OSError(f"a silence of {seconds:g} s") if limit.expired() else error
            raise translated(silence, self.address) from error

    async def _why_late(self, seconds: float) -> GraphError:
        """What to tell of a statement without an answer: whether the database still talks over a new connection."""
        driver = connect(self.address)
        try:
            await self._greet(driver)
        except StoreError as error:
            return error
        finally:
            await driver.close()
        return StoreBusy(
            f"{self.address.url}: no answer to a statement within {seconds:g} s, though the database answers others; "
            "repeat it once, for its connection may have been cut without a word, and then ask for less"
        )

    def _checked(self, name: str, mode: str, parameters: Mapping[str, Any]) -> StoredQuery:
        query = self.library[name]
        if query.mode != mode:
            raise QueryError(f"{name} is a {query.mode} query; a {mode} query was expected here")
        query.check(parameters)
        if mode == "read":
            check_sendable(parameters)
        return query

    def _text(self, query: StoredQuery) -> str:
        return query.variants.get(self.variant(query.name), query.text)

    async def _detect_abilities(self) -> frozenset[str]:
        """What this engine offers; Graph Data Science counts when it is new enough and all that we call is allowed."""
        try:
            (row,) = await self._read("RETURN gds.version() AS version", {})
        except QueryError:
            return frozenset()
        problem = gds_problem(row["version"], await self._callable())
        if problem is not None:
            logger.warning("%s: %s; queries run in their portable form", self.address.url, problem)
            return frozenset()
        return frozenset({"gds"})

    async def _callable(self) -> set[str]:
        """Names of those functions and procedures of GDS that this user may call."""
        names: set[str] = set()
        for kind in ("FUNCTIONS", "PROCEDURES"):
            text = f"SHOW {kind} EXECUTABLE YIELD name WHERE name STARTS WITH 'gds.' RETURN name"
            names.update(row["name"] for row in await self._read(text, {}))
        return names


def connect(address: Address, warn: bool = False) -> AsyncDriver:
    """A driver with its pool of connections; nothing is sent yet."""
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
        warn_notification_severity=NotificationMinimumSeverity.WARNING if warn else None,
        notifications_min_severity=None if warn else NotificationMinimumSeverity.OFF,
        notifications_disabled_classifications=[NotificationDisabledClassification.UNRECOGNIZED],
    )


def gds_problem(version: str, names: Collection[str]) -> str | None:
    """Why this Graph Data Science cannot be used, or None. `names` are those that may be called."""
    if tuple(map(int, re.findall(r"\d+", version)[:2])) < OLDEST_GDS:
        return f"Graph Data Science {version} is older than {'.'.join(map(str, OLDEST_GDS))}"
    if absent := sorted(NEEDED_OF_GDS - set(names)):
        return (
            f"Graph Data Science {version} does not let us call {', '.join(absent)} (see the server's "
            "dbms.security.procedures.allowlist and dbms.security.procedures.unrestricted)"
        )
    return None


def packed(query: StoredQuery, text: str) -> str:
    """The statement of a read query with its rows collected into one list of lists."""
    body, _, answer = text.rpartition("RETURN")
    return f"{body}WITH{answer}\nRETURN collect([{', '.join(query.returns)}]) AS rows"


def translated(error: Exception, address: Address) -> StoreError | QueryError:
    """A driver's error as one of ours, with the place and the remedy."""
    text = f"{getattr(error, 'code', '')} {error}"
    reason = first_line(error)[:300]
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
    if ".Statement." not in text and any(mark.lower() in text.lower() for mark in BUSY):
        return StoreBusy(f"{address.url}: a limit of the database was reached: {reason}; ask for less, or give it more")
    if "DatabaseNotFound" in text:
        return StoreError(
            f"{address.url} has no database {address.database!r}: {reason}; name one that exists after the host"
        )
    return QueryError(f"{address.url}: {reason}")


def bottom_of(error: BaseException) -> str:
    """What the operating system or TLS said, below the driver's own words."""
    below = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error.__cause__
    return (bottom_of(below) if below else "") or str(error)
