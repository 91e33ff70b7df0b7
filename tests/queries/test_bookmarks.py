"""Sessions on a cluster see what others of this process wrote, whichever member answers them."""

import asyncio
import base64
from dataclasses import replace

import pytest

from bench.testbed.databases import Database
from queries.driver import bookmarks_of
from queries.guard.guard import Guard
from queries.records import Address
from queries.store import Store

COUNT = "MATCH (n:ModelOfALaterTime) RETURN count(n) AS n"


def later(bookmark: str) -> str:
    """The bookmark of the next transaction after one, which need not have happened."""
    kind, _, text = bookmark.partition(":")
    packed = bytearray(base64.b64decode(text))
    end = len(packed) - 2  # before an empty list: a whole number, most significant byte first
    assert packed[-1] == 0x90
    assert packed[end] != (0x7F if end < 20 else 0xFF), "the number needs another byte"
    packed[end] += 1
    return f"{kind}:{base64.b64encode(packed).decode()}"


@pytest.mark.parametrize("scratch", ["neo4j"], indirect=True)
def test_a_member_that_is_behind_is_waited_for(scratch: Database) -> None:
    """A server that has not seen a transaction yet, whose bookmark we have, answers only once it has."""
    routed = replace(scratch.access.address, url=scratch.access.address.url.replace("bolt", "neo4j"))
    shared = bookmarks_of(routed)
    assert shared is not None

    async def answer_late() -> int:
        async with await Store.open(routed) as store, await Guard.open(routed) as guard:
            await scratch.store.run_alone("CREATE (n:ModelOfALaterTime) DELETE n")  # a new label is a transaction, too
            await store.run("models")
            (seen,) = await shared.get_bookmarks()
            await shared.update_bookmarks([seen], [later(seen)])
            reading = asyncio.create_task(store.read_text(COUNT))
            asking = asyncio.create_task(guard.run(COUNT))
            done, _ = await asyncio.wait({reading, asking}, timeout=2)
            assert not done, "answered without the transaction"
            await scratch.store.read_text("RETURN 1 AS one")  # a session without bookmarks does not wait
            await asyncio.to_thread(write_elsewhere, scratch.access.address)
            rows, table = await reading, await asking
            assert table.rows == [[1]]
            return int(rows[0]["n"])

    assert scratch.await_(answer_late()) == 1
    scratch.administer("MATCH (n:ModelOfALaterTime) DELETE n")


def write_elsewhere(address: Address) -> None:
    """One transaction, of a program that knows nothing of our bookmarks."""

    async def write() -> None:
        async with await Store.open(address) as store:
            await store.run_alone("CREATE (:ModelOfALaterTime)")

    asyncio.run(write())


@pytest.mark.parametrize("scratch", ["neo4j"], indirect=True)
def test_what_one_session_wrote_the_next_tells_the_cluster(scratch: Database) -> None:
    routed = replace(scratch.access.address, url=scratch.access.address.url.replace("bolt", "neo4j"))

    async def write() -> tuple[list[str], list[str]]:
        shared = bookmarks_of(routed)
        assert shared is not None
        async with await Store.open(routed) as store:
            before = list(await shared.get_bookmarks())
            await store.write_texts([("CREATE (n:ModelOfALaterTime) DELETE n", {})])
            return before, list(await shared.get_bookmarks())

    before, after = scratch.await_(write())
    assert len(after) == 1
    assert after != before


def test_a_single_server_needs_none(scratch: Database) -> None:
    assert bookmarks_of(scratch.access.address) is None
