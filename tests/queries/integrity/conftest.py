"""A database of these tests alone: a check reads everything, and others' models would make it long."""

from collections.abc import Iterator

import pytest

from tests.conftest import Database, empty_database


@pytest.fixture(scope="package", params=["arcadedb", "neo4j"])
def scratch(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with empty_database(request, tmp_path_factory.mktemp("checked") / request.param) as database:
        yield database
