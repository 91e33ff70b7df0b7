"""GET /events: what is under way, at once and whenever it changes; bounded, alive, and ended with the service."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from graphql_api import events
from graphql_api.events import Events
from graphql_api.server import streams
from queries.work.state import Work
from queries.work.under_way import announced, work_under_way
from tests.commands import begin
from tests.conftest import HANGS


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "LOOK_SECONDS", 0.01)


async def parts(endpoint: Events) -> AsyncIterator[str]:
    async for part in endpoint._parts():
        yield part


def told(part: str) -> list[dict[str, Any]]:
    """The work of an event."""
    kind, data = part.split("\n")[:2]
    assert kind == "event: work"
    found: list[dict[str, Any]] = json.loads(data.removeprefix("data: "))
    return found


def test_a_stream_tells_what_is_under_way_and_each_change(tmp_path: Path) -> None:
    async def listen() -> None:
        stream = parts(Events(tmp_path))
        assert await anext(stream) == "retry: 3000\n\n"
        assert told(await anext(stream)) == []
        with announced(tmp_path, "extract", "m") as progress:
            assert [work["what"] for work in told(await anext(stream))] == ["starting"]
            progress("cutting", 1, 4)
            (work,) = told(await anext(stream))
            assert (work["kind"], work["model"], work["done"], work["total"]) == ("extract", "m", 1, 4)
        assert [work["state"] for work in told(await anext(stream))] == ["done"]

    asyncio.run(asyncio.wait_for(listen(), HANGS))


def test_all_streams_share_a_look_and_a_new_one_begins_with_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Path] = []

    def look(home: Path) -> list[Work]:
        looks.append(home)
        return work_under_way(home)

    async def listen() -> None:
        endpoint = Events(tmp_path)
        streams = [parts(endpoint) for _ in range(events.MOST_STREAMS)]
        await asyncio.gather(*(anext(stream) for stream in streams))
        monkeypatch.setattr(events, "LOOK_SECONDS", HANGS)
        assert [told(part) for part in await asyncio.gather(*map(anext, streams))] == [[]] * len(streams)
        assert len(looks) == 1
        assert await endpoint._looks.recent() == "[]" and len(looks) == 1
        with announced(tmp_path, "extract", "m"):
            late = parts(endpoint)
            await anext(late)
            assert [work["kind"] for work in told(await anext(late))] == ["extract"], "what it may know of is there"
        assert len(looks) == 2

    monkeypatch.setattr(events, "work_under_way", look)
    asyncio.run(asyncio.wait_for(listen(), HANGS))


def test_a_quiet_stream_beats_and_ends_by_itself() -> None:
    seconds = iter(range(0, 10_000, 7))

    async def listen() -> list[str]:
        return [part async for part in parts(Events(None, now=lambda: next(seconds)))]

    said = asyncio.run(asyncio.wait_for(listen(), HANGS))
    assert said[1] == "event: work\ndata: []\n\n" and set(said[2:]) == {":\n\n"} and len(said) > 10


def test_streams_are_shared_by_workers_and_leave_places_to_others() -> None:
    """With 256 file descriptors a process has 48 connections."""
    assert [streams(512, 1), streams(512, 4), streams(48, 1), streams(48, 16)] == [64, 16, 12, 4]


def test_there_are_only_so_many_streams_and_no_other_methods() -> None:
    app = Starlette(routes=[Route("/events", Events(None, most=0))])

    async def ask(method: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as session:
            return await session.request(method, "/events")

    refused = asyncio.run(ask("GET"))
    assert refused.status_code == 503 and refused.headers["retry-after"] == "10"
    assert refused.json()["errors"][0]["extensions"]["code"] == "STORE_BUSY"
    assert asyncio.run(ask("POST")).status_code == 405


@pytest.mark.parametrize("asked", ["once=1", "once=", "once=true&once=false"])
def test_who_asks_otherwise_for_one_answer_is_refused_instead_of_being_sent_a_stream(asked: str) -> None:
    async def ask() -> httpx.Response:
        app = Starlette(routes=[Route("/events", Events(None))])
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as session:
            return await asyncio.wait_for(session.get(f"/events?{asked}"), HANGS)

    refused = asyncio.run(ask())
    assert refused.status_code == 400 and "once=true" in refused.json()["errors"][0]["message"]


def test_a_service_that_is_told_to_end_ends_its_streams(tmp_path: Path) -> None:
    service = begin("serve", "--port", "0", "--json", home=tmp_path)
    try:
        assert service.stdout
        url = json.loads(service.stdout.readline())["url"]
        with httpx.stream("GET", f"{url}events", timeout=HANGS) as response:
            lines = response.iter_lines()
            assert response.headers["content-type"].startswith("text/event-stream")
            assert response.headers["x-accel-buffering"] == "no" and response.headers["cache-control"] == "no-store"
            assert httpx.get(f"{url}events?once=true", timeout=HANGS).json() == []
            assert [next(lines) for _ in range(4)] == ["retry: 3000", "", "event: work", "data: []"]
            with announced(tmp_path, "visualize", "digits") as progress:
                progress("pictures", 3, 10)
                found = next(json.loads(line[6:]) for line in lines if line.startswith("data: [{"))
                assert (found[0]["kind"], found[0]["model"]) == ("visualize", "digits")
            service.send_signal(signal.SIGTERM)
            for _ in lines:
                pass
        _, said = service.communicate(timeout=HANGS)
        assert "Traceback" not in said and "Cancel" not in said
    finally:
        service.kill()
        service.communicate()
