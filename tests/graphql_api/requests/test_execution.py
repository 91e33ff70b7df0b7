"""Where one field fails or the client goes away, nothing of the operation is left behind."""

import asyncio
import gc
import warnings
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import strawberry

from graphql_api.requests.execution import OwnedExecution

TURNS = 10  # of the event loop; the operation below has ended after fewer


@strawberry.type
class Leaf:
    ran: strawberry.Private[list[str]]

    @strawberry.field
    async def value(self) -> int:
        self.ran.append("value")
        await asyncio.sleep(0)
        return 1

    @strawberry.field
    def fails_at_once(self) -> int:
        raise ValueError("at once")

    @strawberry.field
    async def fails_later(self, turns: int) -> int:
        for _ in range(turns):
            await asyncio.sleep(0)
        raise ValueError("later")

    @strawberry.field
    async def leaves(self) -> list["Leaf"]:
        return [Leaf(ran=self.ran)] * 2

    @strawberry.field
    def below(self) -> "Leaf":
        return self


RAN: list[str] = []  # of the test that runs


@strawberry.type
class Query:
    @strawberry.field
    async def leaf(self) -> Leaf | None:
        return Leaf(ran=RAN)

    @strawberry.field
    def ready(self) -> Leaf | None:
        return Leaf(ran=RAN)


schema = strawberry.Schema(Query, execution_context_class=OwnedExecution)
DEEP = "{ leaf { FAILS leaves { a: leaves { value b: value } b: value below { value b: value } } value } }"


def left_behind(work: Callable[[], Coroutine[Any, Any, Any]]) -> list[str]:
    """What Python warns of while the work runs and is thrown away."""
    gc.collect()  # what earlier tests left
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always", RuntimeWarning)
        asyncio.run(work())
        gc.collect()
    return [str(each.message) for each in found if each.category is RuntimeWarning]


@pytest.mark.parametrize("turns", range(TURNS))
def test_an_operation_that_is_stopped_at_any_moment_leaves_no_coroutine(turns: int) -> None:
    async def stopped() -> None:
        task = asyncio.create_task(schema.execute(DEEP.replace("FAILS", "")))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])

    assert left_behind(stopped) == []


@pytest.mark.parametrize("turns", range(TURNS - 2))
def test_a_field_that_fails_at_any_moment_leaves_no_coroutine_of_its_siblings(turns: int) -> None:
    async def failed() -> None:
        answer = await schema.execute(DEEP.replace("FAILS", f"failsLater(turns: {turns})"))
        assert answer.data == {"leaf": None}
        assert [error.message for error in answer.errors or []] == ["later"]

    assert left_behind(failed) == []


@pytest.mark.parametrize("root", ["leaf", "ready"])
def test_siblings_of_a_field_that_fails_at_once_do_not_run_after_the_answer(root: str) -> None:
    RAN.clear()

    async def failed() -> None:
        answer = await schema.execute(f"{{ {root} {{ value leaves {{ value }} failsAtOnce }} }}")
        assert answer.data == {root: None}
        for _ in range(TURNS):
            await asyncio.sleep(0)

    assert left_behind(failed) == []
    assert RAN == []


def test_an_operation_without_errors_is_answered_as_ever() -> None:
    answer = asyncio.run(schema.execute("{ leaf { leaves { value below { value } } } ready { value } }"))
    assert not answer.errors
    assert answer.data == {"leaf": {"leaves": [{"value": 1, "below": {"value": 1}}] * 2}, "ready": {"value": 1}}
