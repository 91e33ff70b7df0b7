"""A guard over each engine; and laws are tried without a stop-watch, for on a busy machine a time says nothing."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from queries.guard.guard import Guard
from tests.conftest import Database
from tests.queries.guard.guarded import Guarded

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture
def guarded(database: Database) -> Iterator[Guarded]:
    access = database.access
    guard = database.await_(Guard.open(access.reader or access.address, rows=50, seconds=2))
    yield Guarded(database, guard)
    database.await_(guard.close())
