"""Work of a service is announced once it is long, without a touch of its files in the event loop's thread."""

import asyncio
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from queries.work import awaited
from queries.work.awaited import announced_if_long
from queries.work.state import Work
from queries.work.under_way import FOLDER, work_under_way
from tests.conftest import HANGS


class Touches:
    """The threads that open, list, make, rename or remove a file whose path has a word in it, while there is one."""

    def __init__(self) -> None:
        self.word, self.threads = "", set[int]()
        sys.addaudithook(self._note)  # which nothing takes away again

    def _note(self, event: str, args: tuple[Any, ...]) -> None:
        files = event in ("open", "os.listdir", "os.scandir", "os.mkdir", "os.rename", "os.remove")
        if self.word and files and self.word in str(args[0]):
            self.threads.add(threading.get_ident())


@pytest.fixture(scope="module")
def touches() -> Touches:
    return Touches()


@pytest.fixture
def long_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(awaited, "QUIET_SECONDS", 0.0)
    monkeypatch.setattr(awaited, "WRITE_SECONDS", 0.01)


async def seen(home: Path, what: str) -> Work:
    """The one piece of work, when it has come to that stage."""
    while not (found := await asyncio.to_thread(work_under_way, home)) or found[0].what != what:  # noqa: ASYNC110, files
        await asyncio.sleep(0.01)
    (work,) = found
    return work


@pytest.mark.usefixtures("long_at_once")
def test_long_work_is_told_by_other_threads_than_that_of_the_loop(tmp_path: Path, touches: Touches) -> None:
    async def work() -> None:
        async with announced_if_long(tmp_path, "motifs", "m", limit=10) as progress:
            progress("searching", 0, 0)
            begun = await seen(tmp_path, "searching")
            assert (begun.kind, begun.model, begun.state) == ("motifs", "m", "running") and begun.seconds_left
            progress("sorting", 3, 4)

    touches.word = str(tmp_path)
    asyncio.run(asyncio.wait_for(work(), HANGS))
    touches.word = ""
    assert touches.threads and threading.get_ident() not in touches.threads
    (ended,) = work_under_way(tmp_path)
    assert (ended.state, ended.what, ended.done, ended.total) == ("done", "sorting", 3, 4)


@pytest.mark.usefixtures("long_at_once")
def test_long_work_that_is_cancelled_or_fails_says_so(tmp_path: Path) -> None:
    async def work(begun: asyncio.Event) -> None:
        async with announced_if_long(tmp_path, "extract", "m"):
            await seen(tmp_path, "starting")
            begun.set()
            await asyncio.Event().wait()

    async def cancel() -> None:
        begun = asyncio.Event()
        task = asyncio.create_task(work(begun))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(asyncio.wait_for(cancel(), HANGS))
    assert [work.state for work in work_under_way(tmp_path)] == ["failed"]


def test_short_work_leaves_no_trace_and_errors_are_its_own(tmp_path: Path) -> None:
    async def work(home: Path | None) -> None:
        async with announced_if_long(home, "motifs", "m") as progress:
            progress("searching", 0, 0)
            raise LookupError("of the work")

    for home in (tmp_path, None):
        with pytest.raises(LookupError, match="of the work"):
            asyncio.run(work(home))
    assert not (tmp_path / FOLDER).exists()


@pytest.mark.usefixtures("long_at_once")
def test_long_work_goes_on_where_nobody_can_hear_of_it(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("a file, where the folder should be")

    async def work() -> str:
        async with announced_if_long(tmp_path, "motifs") as progress:
            progress("searching", 0, 0)
            await asyncio.sleep(0.05)
            return "found"

    assert asyncio.run(work()) == "found"
