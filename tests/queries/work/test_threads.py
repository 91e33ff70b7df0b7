"""A pool that works as others do, and that nobody waits for at the end."""

import asyncio
import subprocess
import sys
import threading
from concurrent.futures import CancelledError

import pytest

from queries.work.threads import LeavingThreads
from tests.conftest import HANGS, ROOT

ENDLESS = """
import asyncio, threading
from queries.work.threads import leave_threads_at_the_end

async def work():
    leave_threads_at_the_end()
    begun = threading.Event()
    task = asyncio.create_task(asyncio.to_thread(lambda: (begun.set(), threading.Event().wait())))
    while not begun.is_set():
        await asyncio.sleep(0.01)
    task.cancel()

asyncio.run(work())
print("ended")
"""


def test_results_and_errors_come_back_also_from_more_work_than_threads() -> None:
    pool = LeavingThreads(2)
    squares = [pool.submit(pow, number, 2) for number in range(50)]
    assert [each.result(HANGS) for each in squares] == [number**2 for number in range(50)]
    with pytest.raises(ZeroDivisionError):
        pool.submit(lambda: 1 // 0).result(HANGS)
    pool.shutdown()
    with pytest.raises(RuntimeError, match="after shutdown"):
        pool.submit(print)


def test_work_goes_on_side_by_side() -> None:
    pool, both = LeavingThreads(4), threading.Barrier(4)
    assert {each.result(HANGS) for each in [pool.submit(both.wait, HANGS) for _ in range(4)]} == {0, 1, 2, 3}
    pool.shutdown()


def test_what_is_almost_done_at_the_end_is_done() -> None:
    pool, begun = LeavingThreads(end_seconds=HANGS), threading.Event()

    def work() -> None:
        begun.set()
        threading.Event().wait(0.2)

    done = pool.submit(work)
    begun.wait(HANGS)
    pool.shutdown()
    assert done.done()


def test_what_never_began_is_not_done_after_the_end() -> None:
    pool, free, begun = LeavingThreads(1, end_seconds=0.0), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        free.wait(HANGS)

    first = pool.submit(work)
    second = pool.submit(free.is_set)
    begun.wait(HANGS)
    pool.shutdown()
    free.set()
    first.result(HANGS)
    assert not second.done()


def test_a_cancelled_future_is_left_out() -> None:
    pool, free = LeavingThreads(1), threading.Event()
    first, second = pool.submit(free.wait, HANGS), pool.submit(pytest.fail)
    assert second.cancel()
    free.set()
    assert first.result(HANGS)
    with pytest.raises(CancelledError):
        second.result(HANGS)
    pool.shutdown()


def test_the_loop_and_the_process_end_although_a_thread_does_not() -> None:
    done = subprocess.run([sys.executable, "-c", ENDLESS], cwd=ROOT, capture_output=True, text=True, timeout=HANGS)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ended\n", "")


def test_what_is_awaited_comes_back_to_the_loop() -> None:
    async def work() -> int:
        asyncio.get_running_loop().set_default_executor(LeavingThreads())
        return sum(await asyncio.gather(*(asyncio.to_thread(abs, -number) for number in range(100))))

    assert asyncio.run(work()) == 4950
