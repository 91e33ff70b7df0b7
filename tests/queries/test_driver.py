"""Work that a cancellation does not cut in two."""

import asyncio

import pytest

from queries.driver import to_its_end


def test_a_cancellation_arrives_once_the_work_has_ended() -> None:
    async def work() -> None:
        begun, end, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

        async def whole() -> None:
            begun.set()
            await end.wait()
            ended.set()

        waiting = asyncio.create_task(to_its_end(whole()))
        await begun.wait()
        waiting.cancel()
        await asyncio.sleep(0)
        assert not waiting.done()
        end.set()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert ended.is_set()

    asyncio.run(work())


@pytest.mark.parametrize("again", [False, True])
def test_a_cancellation_does_not_wait_for_ever(again: bool) -> None:
    """Neither longer than its limit, nor for the limit where it is repeated."""

    async def work() -> None:
        begun = asyncio.Event()

        async def endless() -> None:
            begun.set()
            await asyncio.Event().wait()

        waiting = asyncio.create_task(to_its_end(endless(), seconds=3600.0 if again else 0.0))
        await begun.wait()
        waiting.cancel()
        await asyncio.sleep(0)
        if again:
            waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(work())


def test_an_error_of_the_work_is_raised() -> None:
    async def wrong() -> None:
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        asyncio.run(to_its_end(wrong()))
