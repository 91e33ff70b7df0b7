"""The execution of one operation, which leaves no coroutine behind, and completes lists a column at a time.

graphql-core makes the coroutines of all fields of an object before any of them runs. If one field then fails or the
client goes away, others may never start, and Python warns of each when it is thrown away. If a field fails before
anything was awaited, its siblings would run on after the answer. Here all of these are closed.
"""

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import partial
from inspect import CORO_CREATED, getcoroutinestate, iscoroutine
from types import CoroutineType
from typing import Any, TypeGuard, TypeVar

from graphql import GraphQLError, GraphQLList, GraphQLObjectType, GraphQLOutputType, GraphQLResolveInfo, is_leaf_type
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from graphql_api.context import Values
from graphql_api.requests.columns import Plan, completed, plan_of, under

Result = TypeVar("Result")
Made = list[Coroutine[object, None, object]]


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

    def complete_list_item_value(self, item: Any, complete_results: list[Any], *arguments: Any) -> bool:
        waits = super().complete_list_item_value(item, complete_results, *arguments)
        if waits:
            self._made.append(complete_results[-1])
        return waits

    def settle_in_background(self, awaitables: list[Awaitable[object]]) -> None:
        """A sibling failed before these started: nobody waits for them."""
        close_unstarted([each for each in awaitables if iscoroutine(each)])
        if others := [each for each in awaitables if not iscoroutine(each)]:
            super().settle_in_background(others)


class ColumnExecution(OwnedExecution):
    """Completes lists by plans of columns.py where their values are plainly good; otherwise, it falls back to
    graphql-core's own completion.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._plans: dict[tuple[object, int], tuple[FieldDetailsList, Plan | None]] = {}
        manager, resolve = self.middleware_manager, self.field_resolver
        self._plain = manager is None or manager.get_field_resolver(resolve) is resolve  # no field is wrapped in others

    def complete_list_value(
        self,
        return_type: GraphQLList[Any],
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        item = return_type.of_type
        ordinary = partial(
            super().complete_list_value, return_type, field_details_list, info, path, result, position_context
        )
        if not self._plain or type(result) is not list:
            return ordinary()
        plan = self._plan_of(under(item), field_details_list)
        if plan is None and not is_leaf_type(under(item)):
            return ordinary()
        if plan and plan.waits:
            return self._once_found(item, plan, result, ordinary)
        try:
            completed(item, plan, result, self.context_value).send(None)
        except StopIteration as ended:
            return ended.value
        except Exception:
            return ordinary()
        raise AssertionError("nothing was to be looked up")

    async def _once_found(
        self, item: GraphQLOutputType, plan: Plan, result: Values, ordinary: Callable[[], object]
    ) -> object:
        with suppress(Exception):
            return await completed(item, plan, result, self.context_value)
        found = ordinary()
        return await found if self.is_awaitable(found) else found

    def _plan_of(self, type_: object, details: FieldDetailsList) -> Plan | None:
        """Made once; what was asked for is kept, too, so that its identity stays its own."""
        key = (type_, id(details))
        if (made := self._plans.get(key)) is None:
            plan = None
            with suppress(GraphQLError):  # of a directive, say: it belongs to each of the list's objects
                plan = plan_of(type_, details, self._fields)
            made = self._plans[key] = (details, plan)
        return made[1]

    def _fields(self, type_: GraphQLObjectType, details: FieldDetailsList) -> GroupedFieldSet:
        return self.collect_subfields(type_, details).grouped_field_set


def noting(is_awaitable: Callable[[object], bool], made: Made) -> Callable[[object], TypeGuard[Awaitable[object]]]:
    """The test that graphql-core applies to every value of a field; coroutines are remembered in `made`."""

    def is_noted(value: object) -> TypeGuard[Awaitable[object]]:
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
