"""A user's own Cypher, run only if the database itself finds that it reads the graph and does nothing else.

    statement ─ EXPLAIN RETURN EXISTS {statement}   the grammar: only one reading query is valid there
              ─ EXPLAIN statement, judge the plan   only steps, procedures and functions of queries/guard/plans.py
              ─ run                                 few at a time, for so many seconds, for so many rows

Where the database can decide, the text of the statement is not searched for words: comments, escapes and quotes hide
nothing from the database that parses them. The following holds, and was found by attempts to break it
(tests/queries/guard/ repeats them on both engines):

- **The grammar** refuses writes at any depth, schema and administration commands, SHOW, TERMINATE, START TRANSACTION,
  several statements, and the prefixes CYPHER, EXPLAIN and PROFILE. It has to come first: on ArcadeDB, EXPLAIN
  *executes* an administration command (`EXPLAIN CREATE USER` creates the user).
- **The plan** refuses LOAD CSV, CALL ... IN TRANSACTIONS, another database, procedures that only sound harmless (on
  Neo4j `db.stats.collect`, `dbms.listConfig` and `db.awaitIndexes` count as reading) and functions of plug-ins, such
  as `gds.graph.project`, which fills the server's memory. Neo4j's plan is complete. ArcadeDB's is a text that shows
  neither the inside of subqueries nor functions: queries/guard/calls.py reads those calls from the statement.
- **The engine** backs up both. On ArcadeDB the statement always runs as a user who can only read records: no writes,
  users, files or settings, however they are called. Neo4j Community has one user, so its configuration has to do this:
  LOAD CSV reads no file and no address, and Graph Data Science has no procedure that writes (queries/engines/neo4j.py;
  the administrator of another server has to configure it).

What does not hold: neither engine checks the clock inside one expression. A `reduce` in a `reduce`, or on Neo4j a
regular expression that backtracks, runs on after its time limit (117 s instead of 3 were observed). It keeps its slot,
so at most `at_once` such statements can ever run. When they hold every slot, the built-in engine is killed and started
again, unless other commands use it; a server of the user's has to be restarted by hand. Memory is bounded: in the
engines, which fail the statement and continue, and here by the length of an answer (queries/guard/relay.py; not over
encrypted and routed connections).
"""

import asyncio
import secrets
import time
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from typing import Self, TypeVar
from urllib.parse import urlsplit

from neo4j import READ_ACCESS, AsyncDriver, AsyncGraphDatabase, Record
from neo4j.exceptions import DriverError, Neo4jError

from queries.driver import CONNECT_SECONDS, bookmarks_of, translated
from queries.errors import GraphError, QueryError, StatementRefused, StoreBusy
from queries.guard.ordered import carried
from queries.guard.places import Places, tells_its_end
from queries.guard.plans import read_plan
from queries.guard.relay import Relay
from queries.guard.statement import SECONDS, check_form, explain, explain_and_judge, marked, reason
from queries.guard.unwound import separated
from queries.records import Address, Table
from queries.values import check_sendable, plain

ROWS, AT_ONCE = 1000, 2
ANSWER_BYTES = 8 * 2**20  # on the wire; in Python's memory at worst 64 times that (a list of empty lists)
PLACE_SECONDS = 3.0  # that a statement waits for a place at most
RUNNING_SHARE = 0.9  # of its seconds that a statement has left, however long it waited: 27 of 30
ABSENT_SECONDS, RETRY_SECONDS = 10.0, 0.25  # that a database where nobody listens is tried again, as by stored queries
GRACE_SECONDS = 1.8  # from asking the database to stop a statement to giving up on it

Answer = TypeVar("Answer")

# A mark is in the metadata of a running statement. ArcadeDB drops metadata, so there it is a final comment, which on
# Neo4j would make every text a new one, to be planned again.
MARKED = (
    "SHOW TRANSACTIONS YIELD transactionId AS id, currentQuery AS text, metaData AS beside "
    "WHERE text ENDS WITH $mark OR beside.mark = $mark"
)
RUNNING = f"{MARKED} RETURN count(*) AS n"
STOP = f"{MARKED} TERMINATE TRANSACTIONS id YIELD message RETURN message"


class Guard:
    """Runs users' own statements; one Guard serves any number of tasks, over its own connections.

    rows      maximum number of rows returned
    seconds   after which the database is asked to stop the statement
    at_once   how many may run at a time, including those that could not be stopped
    """

    def __init__(self, address: Address, *, rows: int, seconds: float, at_once: int) -> None:
        self.rows, self.seconds, self.places = rows, seconds, Places(at_once)
        self._address = address
        self._driver: AsyncDriver
        self._relay: Relay | None = None
        self._home = ""
        self._running: set[asyncio.Task[object]] = set()
        self._given_up: set[str] = set()  # marks of statements that nobody waits for any more

    @classmethod
    async def open(
        cls, address: Address, *, rows: int = ROWS, seconds: float = SECONDS, at_once: int = AT_ONCE
    ) -> Self:
        """Connect as `address`: on ArcadeDB this must be the reader. Raises StoreUnreachable, StoreRefused."""
        guard = cls(address, rows=rows, seconds=seconds, at_once=at_once)
        await guard._connect()
        return guard

    def move(self, address: Address) -> None:
        """Ask the built-in engine at another port from now on: the relay finds it there."""
        parts = urlsplit(address.url)
        if self._relay is None or parts.scheme != "bolt" or parts.port is None:
            raise ValueError(f"{address.url} is no plain address, which the built-in engine has")
        self._relay.redirect(parts.hostname or "127.0.0.1", parts.port)
        self._address = address

    async def run(self, statement: str, parameters: Mapping[str, object] | None = None) -> Table:
        """Check a statement, run it, and return its first rows.

        Raises StatementRefused, QueryError, StoreBusy if a limit was reached, StoreUnreachable.
        """
        statement = statement.strip().removesuffix(";")
        check_form(statement)
        check_sendable(parameters or {})
        if not self._home:
            statement = carried(separated(statement))
        until = time.monotonic() + self.seconds
        await self.places.take(PLACE_SECONDS)
        until = max(until, time.monotonic() + RUNNING_SHARE * self.seconds)
        mark = secrets.token_hex(8)
        work = self._start(self._judge_and_read(statement, parameters or {}, mark))
        self._start(self._give_back_place(work, mark))
        return await self._wait(work, mark, until)

    async def close(self) -> None:
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self.places.close()
        await self._driver.close()
        if self._relay is not None:
            await self._relay.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _connect(self) -> None:
        """A driver for this guard alone, through a relay if the address is unencrypted; and the database's name."""
        parts, url = urlsplit(self._address.url), self._address.url
        if parts.scheme == "bolt":
            self._relay = await Relay.open(parts.hostname or "127.0.0.1", parts.port or 7687, ANSWER_BYTES)
            url = f"bolt://127.0.0.1:{self._relay.port}"
        self._driver = AsyncGraphDatabase.driver(
            url,
            auth=(self._address.user, self._address.password),
            connection_timeout=CONNECT_SECONDS,
            liveness_check_timeout=0,  # nothing is sent twice, so what is sent first must not meet a closed connection
            notifications_min_severity="OFF",
            user_agent="summit-graph",
        )
        try:
            plan = (await explain(self._driver, self._address.database, "RETURN 1 AS one", {}, "opening")).plan
        except (DriverError, Neo4jError, OSError) as error:
            await self.close()
            raise translated(error, self._address) from error
        self._home = read_plan(plan).database if plan else ""

    async def _wait(self, work: asyncio.Task[Table], mark: str, until: float) -> Table:
        """The work's result. After its time (until time.monotonic() is there), or if nobody waits any more, the
        database is asked to stop it.
        """
        cut = self._cut()
        try:
            done, _ = await asyncio.wait({work}, timeout=max(0.0, until - time.monotonic()))
            ended = bool(done) or await self._end(work, mark)
        except asyncio.CancelledError:
            self._start(self._end(work, mark))
            raise
        if not ended:
            raise StoreBusy(
                f"the statement was not done within {self.seconds:g} s, the wait for a place included, and could not "
                "be stopped, because it spends its time inside one expression, or on parsing and planning; it keeps "
                f"running and occupies one of {self.places.at_once} slots until it ends: ask for less"
            )
        try:
            return work.result()
        except GraphError:
            raise
        except RecursionError as error:
            raise QueryError("the answer has lists or objects nested too deep to be read; flatten them") from error
        except (DriverError, Neo4jError, OSError) as error:
            if isinstance(error, DriverError) and self._cut() > cut:
                raise StoreBusy(
                    f"the answer is larger than {ANSWER_BYTES // 2**20} MiB; return fewer rows or shorter lists"
                ) from error
            if isinstance(error, DriverError) and await self._ask(RUNNING, mark):
                raise StoreBusy(
                    "the database closed the connection, as it does if a text is too large or an answer nested too "
                    "deep; ask for less at once"
                ) from error
            raise self._translated(error) from error

    async def _judge_and_read(self, statement: str, parameters: Mapping[str, object], mark: str) -> Table:
        """Check, run, and read one more row than is returned, to know whether there are more."""
        await self._judge(statement, parameters, mark)
        if mark in self._given_up:
            raise StoreBusy("the statement did not begin before its time was up or its client had left; ask again")
        started = time.perf_counter()
        async with self._driver.session(
            database=self._address.database,
            default_access_mode=READ_ACCESS,
            fetch_size=self.rows + 1,
            bookmark_manager=bookmarks_of(self._address),
        ) as session:
            transaction = await session.begin_transaction(metadata={"mark": mark}, timeout=self.seconds)
            result = await transaction.run(marked(statement, mark, self._home), dict(parameters))
            records = await result.fetch(self.rows + 1)
            table = Table(
                tuple(result.keys()),
                [plain(list(record.values())) for record in records[: self.rows]],
                len(records) > self.rows,
                time.perf_counter() - started,
            )
            if table.truncated:
                await self._stop(mark)  # or ArcadeDB computes all the others, only to discard them
            with suppress(DriverError, Neo4jError):
                await transaction.rollback()
        return table

    async def _judge(self, statement: str, parameters: Mapping[str, object], mark: str) -> None:
        """Explain it and judge the plan; wait for an engine that is being started again, since nothing runs yet."""
        until, relay = time.monotonic() + ABSENT_SECONDS, self._relay
        asked = (self._driver, self._address.database, self._home, statement, parameters, mark)
        while True:
            refused = relay.refused if relay else 0
            try:
                return await explain_and_judge(*asked)
            except (DriverError, OSError):
                is_absent = relay is not None and relay.refused > refused
                if not is_absent or mark in self._given_up or time.monotonic() > until:
                    raise
            await asyncio.sleep(RETRY_SECONDS)

    async def _give_back_place(self, work: asyncio.Task[Table], mark: str) -> None:
        """Free the slot when the statement has ended in the database."""
        cut = self._cut()
        await asyncio.wait({work})
        if self._cut() > cut or not tells_its_end(work):
            while (rows := await self._ask(RUNNING, mark)) and rows[0]["n"]:  # noqa: ASYNC110 (it sends no event)
                await asyncio.sleep(1)
        self.places.give_back(mark)
        self._given_up.discard(mark)

    def _cut(self) -> int:
        """How many connections were closed because of an answer that was too long."""
        return self._relay.cut if self._relay else 0

    async def _end(self, work: asyncio.Task[Table], mark: str) -> bool:
        """Ask the database to stop the statement; returns whether that ended the work.

        If not, a connection to Neo4j is closed: Neo4j waits for that silently if an answer is nested too deep to be
        sent. ArcadeDB closes it by itself, which is the only sign that a statement ran out of memory.
        """
        if not work.done():
            self._given_up.add(mark)
        self._start(self._stop(mark))
        done, _ = await asyncio.wait({work}, timeout=GRACE_SECONDS)
        if not done:
            self._start(self._stop(mark))  # it may have been between its explanation and its run
            self.places.hold_for_good(mark)
        if self._home:
            work.cancel()
        return bool(done)

    async def _stop(self, mark: str) -> None:
        """Ask the database to end the statement that carries the mark. Engines stop at the next row or step."""
        await self._ask(STOP, mark)

    async def _ask(self, command: str, mark: str) -> list[Record]:
        """Rows of a command about the marked statement; none if the database does not answer, so that it has ended."""
        with suppress(DriverError, Neo4jError, OSError):
            async with self._driver.session(database=self._address.database) as session:
                return await (await session.run(command, mark=mark)).fetch(100)
        return []

    def _start(self, work: Coroutine[object, None, Answer]) -> asyncio.Task[Answer]:
        """A task that is kept until it ends, whether or not anything waits for it."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        return task

    def _translated(self, error: Exception) -> GraphError:
        code = getattr(error, "code", None) or ""
        if "Security.Forbidden" in code or "AccessMode" in code:
            return StatementRefused(f"the database does not allow this to a reader: {reason(error)}")
        return translated(error, self._address)
