"""A database behind its guard."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from bench.testbed.databases import Database
from queries.errors import StatementRefused, StoreBusy
from queries.guard.guard import Guard
from queries.records import Table


@dataclass(frozen=True)
class Guarded:
    """A database behind its guard, for plain test functions."""

    database: Database
    guard: Guard

    def limit(self, rows: int = 50, seconds: float = 2) -> None:
        self.guard.rows, self.guard.seconds = rows, seconds

    def run(self, statement: str, **parameters: Any) -> Table:
        return self.database.await_(self.guard.run(statement, parameters))

    async def finds_a_place(self, seconds: float) -> None:
        """Ask until a statement is let in and answered, for so long at most."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                assert (await self.guard.run("RETURN 1 AS one")).rows == [[1]]
                return
            except StoreBusy:
                assert time.monotonic() < deadline

    async def settles(self) -> None:
        """Wait until nothing of the guard's is under way: the database has ended what was asked before."""
        while self.guard._running:
            await asyncio.wait(self.guard._running)

    def refusal(self, statement: str, **parameters: Any) -> str:
        with pytest.raises(StatementRefused) as refused:
            self.run(statement, **parameters)
        return str(refused.value)


@contextmanager
def guarding(database: Database) -> Iterator[Guarded]:
    """A guard of its own, as the reader where the engine has one."""
    access = database.access
    guarded = Guarded(database, database.await_(Guard.open(access.reader or access.address)))
    guarded.limit()
    try:
        yield guarded
    finally:
        database.await_(guarded.guard.close())
