"""How worker processes and their parent end, and what becomes of errors. The workers here serve nothing."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import active_children
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, cast

import psutil
import pytest
import uvicorn

from graphql_api.server import end_without_parent
from graphql_api.upkeep.workers import (
    FAILED,
    LONGEST_PAUSE,
    MOST_FAILED,
    SPAWN,
    UP,
    Place,
    Work,
    Worker,
    Workers,
    parents_end,
)
from queries.engines.engine import Running
from queries.engines.waiting import Clock
from queries.errors import EngineError, QueryError, StoreError
from queries.records import Address
from tests.commands import wait_for
from tests.conftest import ROOT

ENGINE = Running("arcadedb", 1, 1.0, Address("bolt://127.0.0.1:1", "root", "x", "summit"), None, False, "born")


@pytest.fixture(autouse=True)
def none_left() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
    for child in active_children():
        child.kill()


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def fail(error: Exception, _: Worker) -> None:
    raise error


def be_killed(_: None, __: Worker) -> None:
    signal.raise_signal(signal.SIGKILL)


@pytest.mark.parametrize(
    ("work", "given", "sentence"),
    [
        (fail, QueryError("this user may not create constraints"), "^this user may not create constraints$"),
        (fail, PermissionError(13, "Permission denied", "/home/engine"), "^/home/engine: Permission denied$"),
        (fail, ValueError("a fault of ours"), r"^the first worker \(pid \d+\) ended with code 1 .*reason is above$"),
        (be_killed, None, "ended with code -9 before it answered; the system may be short of memory$"),
    ],
)
def test_a_first_worker_that_cannot_work_is_an_error_with_its_reason(work: Work, given: Any, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence):
        Workers(2, work, given, print).run(interrupt)


def say_who_uses_the_engine(_: None, worker: Worker) -> None:
    worker.say_up()
    raise StoreError(", ".join(worker.end_engine(ENGINE) or []))


def test_an_engine_that_cannot_be_ended_ends_no_service() -> None:
    said = []

    def report(sentence: str) -> None:
        said.append(sentence)
        interrupt()

    def end_engine(running: Running, _: Clock) -> list[str]:
        assert running == ENGINE
        raise EngineError("waited 120 s for engine.lock")

    with pytest.raises(KeyboardInterrupt):
        Workers(1, say_who_uses_the_engine, None, report, end_engine).run(lambda: None)
    assert said == ["worker 0: waited 120 s for engine.lock"]


def test_whatever_prevents_an_engine_from_being_ended_the_worker_gets_an_answer() -> None:
    said = []

    def report(sentence: str) -> None:
        said.append(sentence)
        interrupt()

    def end_engine(running: Running, _: Clock) -> list[str]:
        raise psutil.AccessDenied(running.pid)

    with pytest.raises(KeyboardInterrupt):
        Workers(1, say_who_uses_the_engine, None, report, end_engine).run(lambda: None)
    assert said[0].startswith("worker 0: AccessDenied: ")


def test_a_worker_waits_for_its_parent_no_longer_than_its_patience_and_takes_no_late_answer(tmp_path: Path) -> None:
    ours, theirs = SPAWN.Pipe()
    with pytest.raises(TimeoutError, match="has not ended the engine in 0 s"):
        Worker(0, 1, tmp_path, theirs, patience=0).end_engine(ENGINE)
    ours.send((ENGINE, ["late"]))
    ours.send((other := replace(ENGINE, pid=2), ["in time"]))
    assert Worker(0, 1, tmp_path, theirs).end_engine(other) == ["in time"]


def test_a_worker_that_asks_a_parent_about_to_end_is_not_ended_by_it(tmp_path: Path) -> None:
    ours, theirs = SPAWN.Pipe()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(Worker(0, 1, tmp_path, theirs).end_engine, ENGINE)
        ours.recv()
        ours.close()
        with pytest.raises(OSError, match="has ended"):
            asked.result()


def fail_but_the_first(_: None, worker: Worker) -> None:
    if worker.index == 1:
        raise StoreError("no memory")
    worker.say_up()
    signal.pause()


def test_a_second_worker_that_never_starts_ends_the_start() -> None:
    said: list[str] = []
    told = r"^worker 1 ended 5 times in a row before it answered, last with code 0: no memory; with `--workers 1`"
    with pytest.raises(StoreError, match=told):
        Workers(2, fail_but_the_first, None, said.append, pause=0.0).run(interrupt)
    assert said.count("worker 1: no memory") == 5
    assert active_children() == []


class Ended:
    """The process of a worker that has ended by itself."""

    pid, exitcode = 77, 1

    def join(self) -> None: ...


def test_a_worker_that_does_not_start_any_more_is_reported_a_few_times_and_tried_on() -> None:
    said: list[str] = []
    workers = Workers(2, stand_by, None, said.append, now=lambda: 100.0)
    workers._worked = workers._announced = True
    place, pauses = Place(1, up=True), []
    for _ in range(20):
        place.process, place.since = cast(Any, Ended()), 99.0
        workers._bury(place)
        assert place.due is not None and not place.up
        pauses.append(place.due - 100.0)
        workers._hear(place, FAILED, "no memory")
    assert pauses[:5] == [1, 2, 4, 8, 16] and set(pauses[5:]) == {LONGEST_PAUSE}
    assert said.count("worker 1 (pid 77) ended with code 1; another one is started") == MOST_FAILED
    (given_up,) = [line for line in said if "in a row" in line]
    assert given_up.startswith(
        "worker 1 ended 5 times in a row before it answered, last with code 1: no memory; the others"
    )
    assert len(said) == 2 * MOST_FAILED + 1, "and then it is silent"
    workers._hear(place, UP, "")
    assert place.failed == 0


def outlive_a_terminal(_: None, worker: Worker) -> None:
    signal.raise_signal(signal.SIGHUP)
    worker.say_up()
    signal.pause()


def test_the_end_of_a_terminal_is_for_the_parent() -> None:
    with pytest.raises(KeyboardInterrupt):
        Workers(1, outlive_a_terminal, None, print).run(interrupt)
    assert active_children() == []


def be_stuck(_: None, worker: Worker) -> None:
    """Sends Ctrl+C to the parent where that ends it, and stays."""
    signal.signal(signal.SIGTERM, lambda *_: os.kill(os.getppid(), signal.SIGINT))
    worker.say_up()
    while True:
        signal.pause()


def run_stuck() -> None:
    try:
        Workers(4, be_stuck, None, print).run(interrupt)
    except KeyboardInterrupt:
        sys.stdout.write(f"interrupted, left: {active_children()}\n")


def test_further_interruptions_leave_no_worker_that_is_stuck() -> None:
    """Each of them interrupts the parent once more, also while it kills the others: hence a parent of their own."""
    program = [sys.executable, "-c", f"from {__name__} import run_stuck; run_stuck()"]
    ended = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ended.stdout == "interrupted, left: []\n", ended.stderr


def test_a_worker_notes_the_end_of_its_parent_once() -> None:
    server = uvicorn.Server(uvicorn.Config("none:none"))
    ours, theirs = SPAWN.Pipe()

    async def serve() -> None:
        loop, noted = asyncio.get_running_loop(), asyncio.Event()

        def note() -> None:
            end_without_parent(server, theirs.fileno())
            noted.set()

        loop.add_reader(theirs, note)
        ours.close()
        await noted.wait()
        assert server.should_exit
        assert not loop.remove_reader(theirs), "it would be noted again and again until the worker ends"

    asyncio.run(serve())


def stand_by(_: None, worker: Worker) -> None:
    worker.say_up()
    ended = parents_end()
    assert ended is not None
    wait([ended])


def say_up() -> None:
    sys.stdout.write("up\n")
    sys.stdout.flush()


def run_two() -> None:
    Workers(2, stand_by, None, print).run(say_up)


def test_workers_of_a_killed_parent_remove_its_folder(tmp_path: Path) -> None:
    program = [sys.executable, "-c", f"from {__name__} import run_two; run_two()"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(program, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout and parent.stdout.readline() == "up\n"
        (folder,) = tmp_path.glob("summit-*")
        parent.kill()
    wait_for(lambda: not folder.exists())
