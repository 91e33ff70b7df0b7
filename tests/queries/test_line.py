"""A line for work of which only some may run at once."""

import asyncio
import gc
import threading

import pytest

from queries.errors import StoreBusy
from queries.line import Line
from tests.conftest import HANGS


class Hours:
    """A clock that is set by hand."""

    time = 0.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Hours:
    return Hours()


async def take(line: Line, clock: Hours, seconds: float) -> None:
    async with line.place():
        clock.time += seconds


def test_who_comes_first_is_served_first_and_all_are_served(clock: Hours) -> None:
    line, served, running, most = Line("search", 2, 60, clock), [], 0, 0

    async def one(number: int) -> None:
        nonlocal running, most
        async with line.place():
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            served.append(number)
            running -= 1

    async def all_at_once() -> None:
        await asyncio.gather(*map(one, range(12)))

    asyncio.run(all_at_once())
    assert (served, most, line.waiting) == (list(range(12)), 2, 0)


def test_who_would_wait_too_long_is_sent_away_with_the_time_it_takes(clock: Hours) -> None:
    async def ask() -> None:
        line = Line("search", 1, 25, clock)
        for _ in range(3):
            await take(line, clock, 10)
        end = asyncio.Event()

        async def hold() -> None:
            async with line.place():
                await end.wait()

        holding = [asyncio.create_task(hold()) for _ in range(3)]
        await asyncio.sleep(0)
        assert (line.waiting, line.is_full()) == (2, True)
        with pytest.raises(StoreBusy, match=r"1 search is running.*and 2 more wait; try again in about 30 s"):
            await take(line, clock, 1)
        holding.pop().cancel()  # leaves the line
        await asyncio.sleep(0)
        end.set()
        await asyncio.gather(*holding)
        await take(line, clock, 1)
        assert line.waiting == 0 and not line.is_full()

    asyncio.run(ask())


def test_nobody_waits_longer_than_the_patience(clock: Hours) -> None:
    async def ask() -> None:
        line = Line("search", 1, 0.05, clock)
        async with line.place():
            with pytest.raises(StoreBusy, match="try again in a moment"):
                await take(line, clock, 1)
        await take(line, clock, 1)

    asyncio.run(ask())


def test_who_has_less_patience_than_the_line_waits_no_longer_and_hears_how_long_it_takes(clock: Hours) -> None:
    async def ask() -> None:
        line = Line("search", 1, 3600, clock)
        async with line.place():
            with pytest.raises(StoreBusy, match="try again in a moment"):
                async with line.place(patience=0.05):
                    pass
        await take(line, clock, 100)
        async with line.place():
            with pytest.raises(StoreBusy, match="1 search is running, the most allowed at a time; try again in"):
                async with line.place(patience=10):  # is not waited for in vain
                    pass

    asyncio.run(asyncio.wait_for(ask(), 8))


def test_a_place_is_taken_for_as_long_as_its_thread_works_also_where_nobody_waits_for_it(clock: Hours) -> None:
    line, begun, end = Line("search", 1, 60, clock), threading.Event(), threading.Event()

    def until_the_end() -> None:
        begun.set()
        end.wait(HANGS)

    async def work() -> None:
        async with line.place() as place:
            await place.in_thread(until_the_end)

    async def ask() -> None:
        working = asyncio.create_task(work())
        await asyncio.to_thread(begun.wait, HANGS)
        working.cancel()
        with pytest.raises(asyncio.CancelledError):
            await working
        assert line.is_full()
        clock.time += 7
        end.set()
        async with line.place():  # once the thread has ended
            assert line.is_full()
        assert not line.is_full()

    asyncio.run(ask())


def test_what_a_thread_raises_is_not_logged_where_nobody_waits_for_it(clock: Hours) -> None:
    line, begun, end, logged = Line("search", 1, 60, clock), threading.Event(), threading.Event(), []

    def until_the_end() -> None:
        begun.set()
        end.wait(HANGS)
        raise ZeroDivisionError

    async def work() -> None:
        async with line.place() as place:
            await place.in_thread(until_the_end)

    async def ask() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: logged.append(context))
        working = asyncio.create_task(work())
        await asyncio.to_thread(begun.wait, HANGS)
        working.cancel()
        await asyncio.wait([working])
        end.set()
        async with line.place():  # once the thread has ended
            gc.collect()

    asyncio.run(ask())
    assert logged == []


def test_what_a_thread_raises_is_raised_and_frees_its_place(clock: Hours) -> None:
    line = Line("search", 1, 60, clock)

    async def ask() -> None:
        async with line.place() as place:
            with pytest.raises(ZeroDivisionError):
                await place.in_thread(lambda: 1 // 0)
            assert line.is_full() and await place.in_thread(lambda: 7) == 7
        assert not line.is_full()

    asyncio.run(ask())
