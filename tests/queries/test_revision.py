"""The database's revision changes with every transaction that writes, and says when nothing of it is still to come."""

import asyncio
import gc

import pytest

from bench.testbed.databases import Database
from queries.errors import QueryError
from queries.revision import Revision
from queries.store import Store


def revision(database: Database) -> Revision:
    found = database.await_(database.store.revision())
    assert found is not None
    return found


def test_every_write_makes_another_revision_and_no_read_does(scratch: Database) -> None:
    seen = set()
    for number in range(3):
        scratch.write("upsert_model", model="revised", properties={"source": str(number)}, now="now")
        found = revision(scratch)
        assert found.settled
        scratch.run("models")
        assert revision(scratch) == found
        seen.add(found.state)
    assert len(seen) == 3


def test_a_write_that_fails_leaves_the_revision_as_it_was(scratch: Database) -> None:
    scratch.write("upsert_model", model="revised", properties={}, now="now")
    before = revision(scratch)
    with pytest.raises(QueryError):
        scratch.await_(scratch.store.write_texts([("NO STATEMENT", {})]))
    assert revision(scratch) == before


def test_writers_at_once_all_succeed_and_the_last_is_settled(scratch: Database) -> None:
    """Several processes write at once: each has its own transactions, and all of them mark the same node."""

    async def write(name: str) -> None:
        async with await Store.open(scratch.access.address) as store:
            for number in range(10):
                properties = {"source": str(number)}
                await store.write("upsert_model", model=name, properties=properties, now="now")

    async def work() -> None:
        await asyncio.gather(*(write(f"revised-{k}") for k in range(4)))

    scratch.await_(work())
    assert revision(scratch).settled
    assert {row["source"] for row in scratch.run("models") if row["id"].startswith("revised-")} == {"9"}


def test_a_writer_who_is_cancelled_leaves_a_settled_revision_and_may_close_at_once(scratch: Database) -> None:
    """The cancellation comes when the write is seen, so mostly amid the record that says that it is whole."""
    complaints: list[object] = []

    async def write(store: Store, number: int) -> None:
        await store.write("upsert_model", model="revised", properties={"source": f"cancelled {number}"}, now="now")

    async def written(number: int) -> bool:
        return any(row["source"] == f"cancelled {number}" for row in await scratch.store.run("models"))

    async def work() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
        for number in range(20):
            async with await Store.open(scratch.access.address) as store:
                writing = asyncio.create_task(write(store, number))
                while not await written(number):
                    pass
                writing.cancel()
                await asyncio.wait([writing])
            found = await scratch.store.revision()
            assert found is not None and found.settled
        gc.collect()  # a task whose error nobody asked for complains when it goes

    scratch.await_(work())
    assert complaints == []
