"""A request that the end of the service cuts off is answered all the same."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from graphql_api import server
from graphql_api.upkeep import workers
from graphql_api.upkeep.ending import Ending
from queries.engines import lifecycle
from queries.work import threads

ALL_SECONDS = 10.0  # for everything to be gone after SIGTERM, on a machine with nothing else to do


async def never(_: Request) -> Response:
    await asyncio.Event().wait()
    raise AssertionError


async def half(_: Request) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        yield b"half"
        await asyncio.Event().wait()

    return StreamingResponse(parts())


async def cut_off(path: str) -> httpx.Response:
    """The answer to a request that is cancelled while it runs, as uvicorn does at the end of its patience."""
    app = Starlette(routes=[Route("/never", never), Route("/half", half)], middleware=[Middleware(Ending)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        asking = asyncio.create_task(client.get(path))
        await asyncio.sleep(0.01)
        asking.cancel()
        return await asking


def test_a_request_that_is_cut_off_gets_503_with_a_code_and_a_time_to_come_again() -> None:
    answer = asyncio.run(cut_off("/never"))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert answer.json()["errors"][0]["extensions"]["code"] == "STOPPING"


def test_an_answer_that_has_begun_is_not_followed_by_another() -> None:
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cut_off("/half"))


def test_what_an_end_waits_for_one_after_the_other_fits_into_its_ten_seconds() -> None:
    """Requests, then a thread that is almost done, then the engine; with several processes these, then the engine."""
    alone = server.GRACE_SECONDS + threads.END_SECONDS
    assert alone + lifecycle.HURRY_SECONDS < ALL_SECONDS
    assert max(alone, workers.END_SECONDS) == workers.END_SECONDS, "a worker ends by itself"
    assert workers.END_SECONDS + lifecycle.HURRY_SECONDS < ALL_SECONDS
