"""A database behind its guard."""

import time
from dataclasses import dataclass
from typing import Any

import pytest

from queries.errors import StatementRefused, StoreBusy
from queries.guard.guard import Guard
from queries.records import Table
from tests.conftest import Database


@dataclass(frozen=True)
class Guarded:
    """A database behind its guard, for plain test functions."""

    database: Database
    guard: Guard

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

    def refusal(self, statement: str, **parameters: Any) -> str:
        with pytest.raises(StatementRefused) as refused:
            self.run(statement, **parameters)
        return str(refused.value)
