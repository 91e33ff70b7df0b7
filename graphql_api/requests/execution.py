"""The execution of one operation, which leaves no coroutine behind.

graphql-core makes the coroutines of all fields of an object before any of them runs. If one field then fails or the
client goes away, others may never start, and Python warns of each when it is thrown away. If a field fails before
anything was awaited, its siblings would run on after the answer. Here all of these are closed.
"""

from collections.abc import Awaitable, Callable, Coroutine
from inspect import CORO_CREATED, getcoroutinestate, iscoroutine
from types import CoroutineType
from typing import Any, TypeGuard, TypeVar

from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

Result = TypeVar("Result")
Made = list[Coroutine[Any, Any, Any]]


class OwnedExecution(StrawberryGraphQLCoreExecutionContext):
    """Remembers the coroutines of its fields, and closes those that never started when the operation ends."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._made: Made = []
        self.is_awaitable = noting(self.is_awaitable, self._made)

    def execute_operation(self, serially: bool | None = None) -> Any:
        result = super().execute_operation(serially)
        if iscoroutine(result):
            return self._to_its_end(result)
        close_unstarted(self._made)
        return result

    async def _to_its_end(self, work: Awaitable[Result]) -> Result:
        try:
            return await work
        finally:
            close_unstarted(self._made)

    def settle_in_background(self, awaitables: list[Awaitable[Any]]) -> None:
        """A sibling failed before these started: nobody waits for them."""
        close_unstarted([each for each in awaitables if iscoroutine(each)])
        if others := [each for each in awaitables if not iscoroutine(each)]:
            super().settle_in_background(others)


def noting(is_awaitable: Callable[[Any], bool], made: Made) -> Callable[[Any], TypeGuard[Awaitable[Any]]]:
    """The test that graphql-core applies to every value of a field; coroutines are remembered in `made`."""

    def is_noted(value: Any) -> TypeGuard[Awaitable[Any]]:
        if type(value) is CoroutineType:
            made.append(value)
            return True
        return is_awaitable(value)

    return is_noted


def close_unstarted(made: Made) -> None:
    """Close all that never ran; those that a closed one held are closed in their turn."""
    for each in made:
        if getcoroutinestate(each) == CORO_CREATED:
            each.close()
