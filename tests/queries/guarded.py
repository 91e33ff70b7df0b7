"""A database behind its guard."""

from dataclasses import dataclass
from typing import Any

import pytest

from queries.errors import StatementRefused
from queries.guard import Guard
from queries.records import Table
from tests.conftest import Database


@dataclass(frozen=True)
class Guarded:
    """A database behind its guard, for plain test functions."""

    database: Database
    guard: Guard

    def run(self, statement: str, **parameters: Any) -> Table:
        return self.database.await_(self.guard.run(statement, parameters))

    def refusal(self, statement: str) -> str:
        with pytest.raises(StatementRefused) as refused:
            self.run(statement)
        return str(refused.value)
