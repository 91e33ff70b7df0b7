"""The watch over an engine: what passes is waited for, what is new is said once. Nothing here sleeps."""

import asyncio
import errno
import os
from collections.abc import Callable
from dataclasses import replace
from typing import cast

import httpx
import pytest
from starlette.responses import PlainTextResponse

from graphql_api.upkeep.health import Health
from graphql_api.upkeep.watch import LONGEST_SECONDS, WATCH_SECONDS, Watch
from queries.engines.engine import Running
from queries.engines.session import Access
from queries.engines.waiting import Clock
from queries.errors import EngineError
from queries.records import Address
from queries.store import Store

HERE, THERE = (Address(f"bolt://127.0.0.1:{port}", "root", "x", "summit") for port in (1, 2))
End = Callable[[Running, Clock], list[str] | None]
RUNNING = Running("arcadedb", 1, 1.0, HERE, None, False, "born")
Outcome = OSError | EngineError | Address


class Engine:
    """An engine to be looked after, whose next states are given."""

    def __init__(self, *outcomes: Outcome, end: End | None = None, silent: bool = False) -> None:
        self.outcomes, self.said, self.followed = list(outcomes), list[str](), list[Address]()
        self.time = 0.0
        access = replace(self.access(HERE), end=end)
        self.watch = Watch(access, self.follow, self.said.append, lambda: self.time, silent=silent)

    def access(self, address: Address) -> Access:
        return Access(address, None, self.revive, running=RUNNING)

    def revive(self, _: Clock) -> Access:
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Address):
            return self.access(outcome)
        raise outcome

    async def follow(self, access: Access) -> None:
        self.followed.append(access.address)

    def look(self, times: int = 1) -> None:
        for _ in range(times):
            asyncio.run(self.watch.look())


def passing(number: int) -> OSError:
    return OSError(number, os.strerror(number), "/home/engine.json")


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.EIO, errno.EAGAIN, errno.ENOSPC, errno.EACCES])
def test_what_passes_is_said_once_and_closes_nothing(number: int) -> None:
    engine = Engine(*[passing(number)] * 20, HERE)
    engine.look(20)
    assert engine.said == [f"cannot check the engine for now: /home/engine.json: {os.strerror(number)}; trying again"]
    assert engine.watch.down is None, "the engine is not known to be gone"
    engine.look()
    assert engine.said[1:] == ["the engine is running again"]
    assert engine.watch.pause == WATCH_SECONDS


def test_tries_get_slower_and_never_end() -> None:
    engine = Engine(*[EngineError("no Java")] * 10, HERE)
    pauses = []
    for _ in range(10):
        engine.look()
        pauses.append(engine.watch.pause)
    assert pauses[:4] == [2, 4, 8, 16]
    assert set(pauses[4:]) == {LONGEST_SECONDS}


def test_an_engine_that_is_gone_is_told_with_its_reason_until_it_is_back() -> None:
    engine = Engine(EngineError("no Java"), EngineError("no Java"), EngineError("no disk"), HERE)
    engine.look()
    assert engine.watch.down == "no Java"
    engine.look(2)
    assert engine.watch.down == "no disk"
    engine.look()
    assert engine.watch.down is None
    assert engine.said == ["no Java; trying again", "no disk; trying again", "the engine is running again"]


def test_trouble_that_comes_and_goes_fills_no_log() -> None:
    engine = Engine()
    for _ in range(50):
        engine.outcomes = [passing(errno.EMFILE), HERE]
        engine.look(2)
    assert len(engine.said) == 2
    engine.time += 61
    engine.outcomes = [passing(errno.EMFILE)]
    engine.look()
    assert len(engine.said) == 3


def test_the_service_goes_along_with_an_engine_that_moved() -> None:
    engine = Engine(HERE, THERE, THERE)
    engine.look(3)
    assert engine.followed == [THERE]


def test_a_place_that_does_not_answer_yet_is_gone_to_again(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(THERE, THERE)
    follow: Callable[..., object] = engine.follow

    async def refuses(access: Access) -> None:
        engine.watch._follow = follow  # type: ignore[assignment]
        raise EngineError("not yet")

    engine.watch._follow = refuses
    engine.look(2)
    assert engine.followed == [THERE]
    assert engine.watch.down is None


def test_a_worker_has_its_parent_end_the_engine_and_says_so_also_after_a_look() -> None:
    users: list[list[str] | None] = [["summit load (pid 1)"], [], None]
    engine = Engine(HERE, THERE, EngineError("no Java"), end=lambda *_: users.pop(0), silent=True)
    engine.look(3)
    assert asyncio.run(engine.watch.restart()) == ["summit load (pid 1)"]
    assert asyncio.run(engine.watch.restart()) == []
    assert asyncio.run(engine.watch.restart()) == [], "another worker has had it ended"
    assert engine.said == ["statements of users cannot be stopped and hold every place: the engine is restarted"], (
        "what the first worker says, too, is left to it"
    )


def test_a_try_under_way_ends_with_the_service() -> None:
    ended = []

    def waits(clock: Clock) -> Access:
        try:
            while True:
                clock.sleep(0.01)
        except EngineError as error:
            ended.append(str(error))
            raise

    async def serve() -> None:
        started = asyncio.Event()

        def revive(clock: Clock) -> Access:
            loop.call_soon_threadsafe(started.set)
            return waits(clock)

        async def nowhere(_: Access) -> None: ...

        loop = asyncio.get_running_loop()
        watch = Watch(Access(HERE, None, revive), nowhere, print)
        watch.pause = 0
        task = asyncio.create_task(watch.run())
        await started.wait()
        task.cancel()

    asyncio.run(serve())
    assert ended == ["the service ends"]


def test_a_server_of_the_user_is_not_watched_over() -> None:
    async def nowhere(_: Access) -> None: ...

    asyncio.run(Watch(Access(HERE, None), nowhere, print).run())


@pytest.mark.parametrize(("path", "known"), [("/export/m?class=0", False), ("/graphql", False), ("/", True)])
def test_while_the_engine_is_gone_what_needs_it_is_told_when_to_come_again(path: str, known: bool) -> None:
    engine = Engine(EngineError("it does not start"))
    engine.look()

    async def ask() -> httpx.Response:
        app = Health(PlainTextResponse("the page"), cast(Store, None), engine.watch)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as session:
            return await session.get(path)

    answer = asyncio.run(ask())
    assert answer.status_code == (200 if known else 503)
    assert known or (int(answer.headers["retry-after"]) > 0 and "it does not start" in answer.text)
