"""Progress of long work as server-sent events: GET /events. With ?once=true as JSON, without waiting for more.

An event `work` holds all work that runs or ended a moment ago, as a JSON list; it is sent at once and whenever
something in it changed. A stream ends after a while, or with the service; browsers ask again by themselves.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from graphql_api.refusals import refuse
from queries.work.under_way import work_under_way

MOST_STREAMS = 64  # of a service at once
LOOK_SECONDS = 1.0
BEAT_SECONDS = 3.0  # a stream is silent at most, so that no proxy takes it for dead and a client can end in time
STREAM_SECONDS = 600.0  # until the client has to ask again
AGAIN_MS = 3_000  # until it does
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}  # nginx passes every event on at once

Clock = Callable[[], float]


class Looks:
    """What is under way as JSON: one look at the data directory for all who want one at about the same time."""

    def __init__(self, home: Path | None, now: Clock) -> None:
        self._home, self._now = home, now
        self._under_way: asyncio.Task[str] | None = None
        self._next: asyncio.Task[str] | None = None
        self._found, self._began = "[]", float("-inf")

    async def recent(self) -> str:
        """What was found at most LOOK_SECONDS ago."""
        return self._found if self._now() - self._began < LOOK_SECONDS else await self.fresh()

    async def fresh(self) -> str:
        """What is found from now on: a look that has begun already may have missed what the caller knows of."""
        if self._next is None:
            self._next = asyncio.create_task(self._after(self._under_way))
        return await asyncio.shield(self._next)

    async def _after(self, before: asyncio.Task[str] | None) -> str:
        if before is not None:
            await asyncio.wait([before])
        self._under_way, self._next = self._next, None
        began = self._now()
        self._found = await asyncio.to_thread(self._look)
        self._began = began
        return self._found

    def _look(self) -> str:
        """As far as can be seen."""
        try:
            return json.dumps([asdict(each) for each in work_under_way(self._home)] if self._home else [])
        except OSError:
            return "[]"


class Events:
    """The endpoint.

    home    the data directory whose work is reported; None: there is never any
    most    streams at once
    ending  set to end all streams within a second
    """

    def __init__(self, home: Path | None, most: int = MOST_STREAMS, now: Clock = time.monotonic) -> None:
        self.home, self.most, self.ending, self.streams, self._now = home, most, False, 0, now
        self._looks = Looks(home, time.monotonic)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if request.method not in ("GET", "HEAD"):
            raise HTTPException(405, "events are asked for by GET", {"allow": "GET, HEAD"})
        asked = request.query_params.getlist("once")
        if asked not in ([], ["true"]):
            return await refuse(request, 400, "BAD_QUERY", "once is not 'true'; give once=true, or leave it out")(
                scope, receive, send
            )
        if asked:
            answer = Response(await self._looks.fresh(), headers=HEADERS, media_type="application/json")
            return await answer(scope, receive, send)
        if self.streams >= self.most:
            sentence = f"{self.most} clients listen already, the most allowed; ask again in a moment"
            return await refuse(request, 503, "STORE_BUSY", sentence, {"retry-after": "10"})(scope, receive, send)
        self.streams += 1
        try:
            parts = self._parts() if request.method == "GET" else _nothing()
            await StreamingResponse(parts, headers=HEADERS, media_type="text/event-stream")(scope, receive, send)
        finally:
            self.streams -= 1

    async def _parts(self) -> AsyncIterator[str]:
        began = spoke = self._now()
        told: str | None = None
        yield f"retry: {AGAIN_MS}\n\n"
        while not self.ending and self._now() - began < STREAM_SECONDS:
            found = await (self._looks.fresh() if told is None else self._looks.recent())
            if found != told:
                told, spoke = found, self._now()
                yield f"event: work\ndata: {found}\n\n"
            elif self._now() - spoke >= BEAT_SECONDS:
                spoke = self._now()
                yield ":\n\n"
            await asyncio.sleep(LOOK_SECONDS)


async def _nothing() -> AsyncIterator[str]:
    return
    yield ""
