"""The one door to the graph database: stored queries by name, over Bolt, on either engine."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import Self, TypeVar
from uuid import uuid4

from neo4j import (
    READ_ACCESS,
    WRITE_ACCESS,
    AsyncDriver,
    AsyncManagedTransaction,
    AsyncResult,
    AsyncSession,
    Query,
    unit_of_work,
)
from neo4j.exceptions import ConnectionAcquisitionTimeoutError, DriverError, Neo4jError

from queries.driver import (
    CANCEL_SECONDS,
    OPEN_SECONDS,
    Statement,
    Turns,
    bookmarks_of,
    bounded,
    connect,
    following,
    greet,
    in_turn,
    rows_of,
    to_its_end,
    unwritten,
    write,
)
from queries.errors import GraphError, QueryError
from queries.library import RUN, Library, StoredQuery, load_library, packed
from queries.line import Line
from queries.records import Address, Record
from queries.records import Row as Row
from queries.revision import RECALL, Revision, revision_of
from queries.values import check_sendable
from queries.version import DROP_PROJECTIONS, bring_up, check_wanted, detect_abilities, form_of

SEARCHES = 2  # in memory at once
COMPARISONS = 4  # of classes' graphs at once
PATIENCE_SECONDS = 30.0  # that a search or a comparison waits for a place
STATEMENT_SECONDS = 120.0  # Neo4j ends a read then, between two rows; the embedded engine heeds its own setting alone
REVISION_SECONDS = 5.0  # to read which state the database is in; where that is not known, nothing is kept
LATE_SECONDS = 5.0  # after that, for the database to say so; then the connection is given up

logger = logging.getLogger(__name__)
Step = tuple[str, Record]  # a stored query by name, and its parameters
Answer = TypeVar("Answer")


class Store:
    """Runs stored queries. One Store holds one pool of connections and may be shared by any number of tasks.

    abilities  what the engine offers beyond openCypher ("gds", "procedure")
    form       of the stored queries that have several, None for the fastest one that the abilities allow
    searches, comparisons  the lines for searches in memory over what was read, and for comparisons of graphs
    seconds    that a statement may take
    """

    def __init__(self, driver: AsyncDriver, address: Address, library: Library, abilities: frozenset[str]) -> None:
        self._driver = driver
        self.address = address
        self.library = library
        self.abilities = abilities
        self.form: str | None = None
        self.searches = Line("search", SEARCHES, PATIENCE_SECONDS)
        self.comparisons = Line("comparison", COMPARISONS, PATIENCE_SECONDS)
        self.seconds = STATEMENT_SECONDS
        self._warns = False

    @classmethod
    async def open(
        cls, address: Address, *, form: str | None = None, warn: bool = False, seconds: float = STATEMENT_SECONDS
    ) -> Self:
        """Connect and make sure that somebody answers.

        form     see above
        warn     turn the server's notifications into Python warnings (tests make them errors)
        seconds  that a statement may take; the database is to end it then, and where it does not, we do a little later
        Raises StoreUnreachable, StoreRefused; StoreError where the database does not offer the form.
        """
        driver = connect(address, notify=warn)
        store = cls(driver, address, load_library(), frozenset())
        store.seconds, store._warns, store.form = seconds, warn, form
        try:
            await greet(driver, address)
            store.abilities = await detect_abilities(lambda text: store._read(text, {}), address.url)
            check_wanted(form, store.abilities, address.url)
            logger.debug("%s offers %s", address.url, ", ".join(sorted(store.abilities)) or "openCypher alone")
        except BaseException:
            await driver.close()
            raise
        return store

    async def move(self, address: Address) -> None:
        """Ask at another address from now on; what is under way at the old one ends with it. Raises as `open` does, but
        for a form that is not offered there: the fastest one that is takes its place.
        """
        there = await type(self).open(address, warn=self._warns, seconds=self.seconds)
        before, self._driver, self.address, self.abilities = self._driver, there._driver, address, there.abilities
        await before.close()

    async def run(self, name: str, /, **parameters: object) -> list[Row]:
        """The rows of a read query, as {column: value}. Raises QueryError, StoreError."""
        query = self._checked(name, "read", parameters)
        return await self._answer(query, self._text(query), parameters)

    async def run_packed(self, name: str, /, **parameters: object) -> list[Row]:
        """The same rows as `run`, sent as one value, which costs the driver a quarter of the time.

        For answers of some thousand rows at most: a value is limited to 16 MB.
        """
        query = self._checked(name, "read", parameters)
        (answer,) = await self._answer(query, packed(tuple(query.returns), self._text(query)), parameters)
        return [dict(zip(query.returns, values, strict=True)) for values in answer["rows"]]

    async def write(self, name: str, /, **parameters: object) -> Row:
        """Run one write query in a transaction of its own; its single row, or {} where it returns nothing."""
        return (await self.write_together([(name, parameters)]))[0]

    async def write_together(self, steps: Iterable[Step]) -> list[Row]:
        """Run several write queries in one transaction: all of them happen, or none. One row a step."""
        return await self.write_texts(
            [(self._checked(name, "write", parameters).text, parameters) for name, parameters in steps]
        )

    async def read_text(self, text: str, **parameters: object) -> list[Row]:
        """The rows of a statement that is not stored: for what works on any label. Nobody else's text may come here."""
        return await self._read(text, parameters)

    async def write_in_turn(self, work: Callable[[], Generator[Step, list[Row] | None, None]]) -> None:
        """As write_together, of steps that depend on each other, reads among them: `work` gives them one by one and is
        sent the rows of each. It is called again where the transaction has to be repeated.
        """

        def turns() -> Turns:
            steps, rows = work(), None
            while step := following(steps, rows):
                query = self.library[step[0]]
                rows = yield self._text(self._checked(query.name, query.mode, step[1])), step[1]

        await self._write_marked(turns)

    async def write_texts(self, statements: Iterable[Statement]) -> list[Row]:
        """As write_together, of statements that are not stored. The database has another revision then."""
        return await self._write_marked(partial(in_turn, list(statements)))

    async def _write_marked(self, turns: Callable[[], Turns]) -> list[Row]:
        if recall := RECALL.get():
            recall.stop()
        mark = {"mark": uuid4().hex}

        def marked() -> Turns:
            yield from turns()
            yield self.library["mark_revision"].text, mark

        try:
            *rows, _ = await self._write_all(marked)
        except asyncio.CancelledError:  # it may be written all the same
            with suppress(GraphError, TimeoutError):
                await asyncio.wait_for(self._settle(mark), CANCEL_SECONDS)
            raise
        with suppress(GraphError):  # all is written, and who is cancelled now has written it, too
            await to_its_end(self._settle(mark))
        return rows

    async def revision(self) -> Revision | None:
        """The state that the database is in, None where nothing was written since it was made. Raises StoreError."""
        text = self.library["revision"].text
        async with bounded(self.address, REVISION_SECONDS, probe=False), self._session(READ_ACCESS) as session:
            rows = await self._rows(session.run(Query(text, timeout=self.seconds)))
            return revision_of(rows, (await session.last_bookmarks()).raw_values)

    async def _settle(self, mark: Mapping[str, str]) -> None:
        """Record that nothing of a transaction is still to come, if the transaction was committed."""
        await self._write_all(partial(in_turn, [(self.library["settle_revision"].text, mark)]))

    async def _write_all(self, turns: Callable[[], Turns]) -> list[Row]:
        async def work(transaction: AsyncManagedTransaction) -> list[Row]:
            statements, rows = turns(), None
            answers: list[Row] = []
            while statement := following(statements, rows):
                limit.reschedule(asyncio.get_running_loop().time() + self._limit())
                try:
                    rows = await self._rows(transaction.run(statement[0], unwritten(statement[1])))
                except (ValueError, OverflowError):  # not sent; to check every row beforehand takes long
                    check_sendable(statement[1])
                    raise
                answers.append(rows[0] if rows else {})
            return answers

        async with bounded(self.address, self._limit()) as limit:
            with suppress(ConnectionAcquisitionTimeoutError):  # nothing was sent yet
                return await self._write(work)
            return await self._write(work)

    async def _write(self, work: Callable[[AsyncManagedTransaction], Awaitable[list[Row]]]) -> list[Row]:
        async with self._session() as session:
            return await write(session, work)

    def _session(self, mode: str = WRITE_ACCESS) -> AsyncSession:
        shared = bookmarks_of(self.address)
        return self._driver.session(database=self.address.database, default_access_mode=mode, bookmark_manager=shared)

    async def create_schema(self, *, restoring: bool = False) -> None:
        """Constraints and indexes, each in a transaction of its own, as both engines ask; safe to repeat.

        Raises StoreError where a newer version made the database, and, unless `restoring`, where an earlier one left
        influences in it, or amid a restore.
        """
        await bring_up(self, restoring)

    async def run_alone(self, text: str) -> None:
        """Run a statement that no other may share a transaction with."""
        async with bounded(self.address, self._limit()), self._session() as session:
            await (await session.run(text)).consume()

    def variant(self, name: str) -> str:
        """Which of a stored query's statements runs here: the ability it needs ("gds", "procedure"), or "portable"."""
        return form_of(self.library[name].variants, self.abilities, self.form)

    async def close(self) -> None:
        await self._driver.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _answer(self, query: StoredQuery, text: str, parameters: Mapping[str, object]) -> list[Row]:
        """Read, or take what was read before where that is known to be the same."""
        recall = RECALL.get()
        if recall is None:
            return await self._ask(query, text, parameters)
        if (rows := recall.find(text, parameters)) is None:
            rows = await self._ask(query, text, parameters)
            recall.keep(text, parameters, rows)
        return rows

    async def _ask(self, query: StoredQuery, text: str, parameters: Mapping[str, object]) -> list[Row]:
        """Read. A projection that the statement made goes with it, however it ends; one that succeeds drops its own."""
        if f"${RUN}" not in text:
            return await self._read(text, parameters)
        run = f"{query.name} {uuid4()}"
        try:
            return await self._read(text, {**parameters, RUN: run})
        except BaseException:
            with suppress(GraphError):  # a server that is gone has no projections
                await to_its_end(self._read(DROP_PROJECTIONS, {RUN: run}, OPEN_SECONDS))
            raise

    async def _read(self, text: str, parameters: Mapping[str, object], seconds: float | None = None) -> list[Row]:
        """Read in one round trip; what is worth repeating (a lost connection, say) is left to the driver's retries."""

        @unit_of_work(timeout=self.seconds)
        async def work(transaction: AsyncManagedTransaction) -> list[Row]:
            return await self._rows(transaction.run(text, unwritten(parameters)))

        async with bounded(self.address, self._limit() if seconds is None else seconds):
            try:
                async with self._session(READ_ACCESS) as session:
                    return await self._rows(session.run(Query(text, timeout=self.seconds), unwritten(parameters)))
            except (DriverError, Neo4jError) as error:
                if not (error.is_retryable() or isinstance(error, ConnectionAcquisitionTimeoutError)):
                    raise
            async with self._session() as session:
                return await session.execute_read(work)

    async def _rows(self, running: Awaitable[AsyncResult]) -> list[Row]:
        return await rows_of(running, self.address, self._warns)

    def _limit(self) -> float:
        """Seconds after which a statement is given up; the database was to end it before."""
        return self.seconds + LATE_SECONDS

    def _checked(self, name: str, mode: str, parameters: Mapping[str, object]) -> StoredQuery:
        query = self.library[name]
        if query.mode != mode:
            raise QueryError(f"{name} is a {query.mode} query; a {mode} query was expected here")
        query.check(parameters)
        if mode == "read":
            check_sendable(parameters)
        return query

    def _text(self, query: StoredQuery) -> str:
        return query.variants.get(self.variant(query.name), query.text)
