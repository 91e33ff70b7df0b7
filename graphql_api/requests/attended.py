"""Work for a request that ends when nobody waits for its answer any more."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

from starlette.types import Receive

Result = TypeVar("Result")


async def while_attended(work: Coroutine[object, None, Result], receive: Receive) -> Result | None:
    """The result of the work. None where the client goes away first: then the work is cancelled.

    receive  of a request whose body was read to its end
    """
    working, leaving = asyncio.create_task(work), asyncio.create_task(gone(receive))
    try:
        done, _ = await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working in done else None
    finally:
        working.cancel()
        leaving.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def gone(receive: Receive) -> None:
    """Returns when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
