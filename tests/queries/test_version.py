"""A database says which version of the data model it is in, and a program that does not know it keeps out."""

from collections.abc import Iterator

import pytest

from bench.testbed.counted import attributed, counted
from queries.errors import StoreError
from queries.version import VERSION
from tests.conftest import Database


@pytest.fixture
def stamped(scratch: Database) -> Iterator[Database]:
    """A database that has its version back after the test."""
    yield scratch
    scratch.write("stamp_schema", version=VERSION, restoring=None)


def refusal(database: Database) -> str:
    with pytest.raises(StoreError) as refused:
        database.await_(database.store.create_schema())
    return str(refused.value)


def test_a_database_is_stamped_when_it_is_made(stamped: Database) -> None:
    assert stamped.run("schema_version") == [{"version": VERSION, "restoring": None}]


def test_a_database_without_a_version_is_of_the_first_and_gets_it(stamped: Database) -> None:
    stamped.administer("MATCH (node:Schema) DELETE node")
    stamped.await_(stamped.store.create_schema())
    stamped.await_(stamped.store.create_schema())
    assert stamped.run("schema_version") == [{"version": VERSION, "restoring": None}]


OLD = "CREATE (:Channel {id: 'old/a'})-[:INFLUENCES {class_id: 'old/0', weight: 3}]->(:Channel {id: 'old/b'})"
OLD_INDEX = "CREATE INDEX index_influences IF NOT EXISTS FOR ()-[edge:INFLUENCES]-() ON (edge.class_id)"


def test_influences_of_the_first_version_are_refused_with_the_way_on(stamped: Database) -> None:
    stamped.administer(OLD)
    stamped.write("stamp_schema", version=1, restoring=None)
    try:
        complaint = refusal(stamped)
    finally:
        stamped.administer("MATCH (node:Channel) WHERE node.id IN ['old/a', 'old/b'] DETACH DELETE node")
    assert "an earlier Summit Graph wrote the influences in the database" in complaint
    assert "load your runs again with `summit load RUN` and `summit extract MODEL`" in complaint
    assert stamped.run("schema_version") == [{"version": 1, "restoring": None}]


def test_a_database_of_the_first_version_without_influences_becomes_one_of_this(stamped: Database) -> None:
    stamped.administer(OLD_INDEX)
    stamped.write("stamp_schema", version=1, restoring=None)
    stamped.await_(stamped.store.create_schema())
    assert stamped.run("schema_version") == [{"version": VERSION, "restoring": None}]
    run = counted("of-version-1", (3, 2), 1, 1.0)
    try:
        assert stamped.load(run).pairs == 6
        assert stamped.run("channel_graph_state", model=run.name) == [{"summed": 6, "written": 6, "pairs": 6}]
    finally:
        stamped.remove(run.name)


def test_a_database_of_the_second_version_keeps_its_counts_and_earlier_programs_keep_out(stamped: Database) -> None:
    run = attributed(counted("of-version-2", (3, 2), 1, 1.0))
    try:
        stamped.load(run)
        stamped.write("stamp_schema", version=2, restoring=None)
        stamped.await_(stamped.store.create_schema())
        (row,) = stamped.run("schema_version")
        assert row["version"] > 2, "a program of version 2 would load other counts and leave contributions to these"
        assert not stamped.load(run).changed
    finally:
        stamped.remove(run.name)


def test_a_newer_database_is_refused_with_both_versions_and_the_way_on(stamped: Database) -> None:
    stamped.write("stamp_schema", version=VERSION + 1, restoring=None)
    complaint = refusal(stamped)
    assert f"the database is of version {VERSION + 1} and this Summit Graph knows versions up to {VERSION}" in complaint
    assert "install a newer Summit Graph" in complaint


def test_a_version_that_is_none_is_damage(stamped: Database) -> None:
    stamped.administer("MATCH (node:Schema) SET node.version = 'one'")
    assert "the version of the database is 'one', and a whole number from 1 was expected" in refusal(stamped)


def test_a_database_amid_a_restore_is_for_restoring_only(stamped: Database) -> None:
    stamped.write("stamp_schema", version=VERSION, restoring="abc")
    assert "a backup is being restored into the database, or its restore was cut off" in refusal(stamped)
    stamped.await_(stamped.store.create_schema(restoring=True))
