"""Lists completed a column at a time: what each field says of all objects of a list, instead of each object by itself.

An attribution graph has a thousand values. graphql-core completes each by itself, which takes most of the time of such
an answer. Here one field's values of a whole list are read, checked and converted together, and objects are put
together from these columns.

What is asked is for the executor to say: it collects the fields of a selection, whatever aliases, fragments and
directives are in it, and its schema has their types. A plan is made of that, once for an operation and a list. It knows
fields that are read from an attribute, that a method without arguments computes, and that are looked up for many
objects at once (`together` of context.py). For a list with any other field there is no plan.

Values have to be plainly good. Where one is null and may not be, or out of its type's range, or where anything else is
unexpected, the plan gives up, and the executor completes the list field by field, errors and all. That the values are
then read twice changes nothing.
"""

import inspect
import math
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from itertools import chain, islice
from operator import attrgetter
from types import GeneratorType
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
    Undefined,
    is_leaf_type,
)
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from graphql.pyutils import UndefinedType
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from graphql_api.context import TOGETHER, Values

LEAST, MOST = -(2**31), 2**31 - 1  # of Int
TYPENAME = "__typename"

Read = Callable[[Values, object], Values | Awaitable[Values]]
Collect = Callable[[GraphQLObjectType, FieldDetailsList], GroupedFieldSet]


class Doubtful(Exception):
    """A value that the executor has to look at."""


@dataclass(frozen=True, slots=True)
class Column:
    """One field of the objects of a list.

    name  in the answer
    read  the field's values of objects
    type  of the field
    plan  of what is asked of the field's objects; None for leaves
    """

    name: str
    read: Read
    type: GraphQLOutputType
    plan: "Plan | None"


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is asked of the objects of a list. `waits`: whether something is looked up for it."""

    columns: tuple[Column, ...]
    waits: bool

    async def rows(self, objects: Values, context: object) -> list[dict[str, object]]:
        """The objects as the answer has them. Raises Doubtful, or what a field raises."""
        refuse_doubtful(set(map(type, objects)))
        names, columns = [column.name for column in self.columns], []
        for column in self.columns:
            values = column.read(objects, context)
            if inspect.isawaitable(values):
                values = await values
            if len(values) != len(objects):
                raise Doubtful
            columns.append(await completed(column.type, column.plan, values, context))
        if not names:  # a directive has left out all of them
            return [{} for _ in objects]
        return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


async def completed(type_: GraphQLOutputType, plan: Plan | None, values: Values, context: object) -> Values:
    """Values of one type as the answer has them. Raises Doubtful, or what a field of theirs raises.

    plan  of what is asked of them, None for leaves
    """
    if isinstance(type_, GraphQLNonNull):
        if None in values:
            raise Doubtful
        return await filled(type_.of_type, plan, values, context)
    if None not in values:
        return await filled(type_, plan, values, context)
    found = iter(await filled(type_, plan, [value for value in values if value is not None], context))
    return [None if value is None else next(found) for value in values]


async def filled(type_: GraphQLOutputType, plan: Plan | None, values: Values, context: object) -> Values:
    """As `completed`, of values without null and a type without `!`."""
    if isinstance(type_, GraphQLList):
        kinds = set(map(type, values))
        if not kinds <= {list, tuple}:
            raise Doubtful
        together = list(chain.from_iterable(values))
        found = await completed(type_.of_type, plan, together, context)
        if found is together and kinds == {list}:
            return values
        items = iter(found)
        return [list(islice(items, len(value))) for value in values]
    return await plan.rows(values, context) if plan else leaves(type_, values)


def leaves(type_: Any, values: Values) -> Values:
    """Scalars and values of enums as the answer has them. Raises Doubtful, or what their type does."""
    kinds = set(map(type, values))
    if kinds == PLAIN.get(type_) and is_within(type_, values):
        return values
    refuse_doubtful(kinds)
    if isinstance(type_, GraphQLEnumType) and len(kinds) == 1:
        known = {value: type_.coerce_output_value(value) for value in set(values)}
        coerced: list[object] = [known[value] for value in values]
    else:
        coerced = [type_.coerce_output_value(value) for value in values]
    if any(each is None or each is Undefined for each in coerced):
        raise Doubtful
    return coerced


def refuse_doubtful(kinds: Collection[type]) -> None:
    """Raises Doubtful for classes of values that stand for something else: an error, or what is to be awaited."""
    for kind in kinds:
        if issubclass(kind, Exception | GeneratorType | UndefinedType) or hasattr(kind, "__await__"):
            raise Doubtful


PLAIN: dict[object, set[type]] = {  # values that stay as they are
    GraphQLInt: {int},
    GraphQLFloat: {float},
    GraphQLString: {str},
    GraphQLID: {str},
    GraphQLBoolean: {bool},
}


def is_within(type_: object, values: Values) -> bool:
    """Whether numbers of Python are numbers of GraphQL; at least one value is needed."""
    if type_ is GraphQLInt:
        return bool(min(values) >= LEAST and max(values) <= MOST)
    return type_ is not GraphQLFloat or all(map(math.isfinite, values))


def plan_of(type_: object, details: FieldDetailsList, collect: Collect) -> Plan | None:
    """What is asked of a list's objects of a type; None where it is not for a plan to read.

    details  the nodes of the document that ask for the list
    collect  the executor's fields of a selection
    """
    if not isinstance(type_, GraphQLObjectType) or type_.is_type_of:
        return None
    columns, waits = [], False
    for name, asked in collect(type_, details).items():
        field = asked[0].node.name.value
        if field == TYPENAME:
            columns.append(Column(name, named(type_.name), GraphQLNonNull(GraphQLString), None))
            continue
        definition = type_.fields.get(field)
        read = reading(definition) if definition else None
        if definition is None or read is None:
            return None
        below = under(definition.type)
        plan = None if is_leaf_type(below) else plan_of(below, asked, collect)
        if plan is None and not is_leaf_type(below):
            return None
        columns.append(Column(name, read, definition.type, plan))
        waits |= is_found(definition) or bool(plan and plan.waits)
    return Plan(tuple(columns), waits)


def under(type_: object) -> Any:
    """A type without lists and `!`."""
    while isinstance(type_, GraphQLList | GraphQLNonNull):
        type_ = type_.of_type
    return type_


def named(name: str) -> Read:
    return lambda objects, _: [name] * len(objects)


def reading(definition: GraphQLField) -> Read | None:
    """How a field's values of many objects are read, None where each is for the executor to resolve."""
    field = definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if not isinstance(field, StrawberryField) or definition.args or field.extensions:
        return None
    if is_found(definition):
        found: Read = field.metadata[TOGETHER]
        return found
    if field.is_basic_field:
        value = attrgetter(field.python_name)
        return lambda objects, _: list(map(value, objects))
    method = field.base_resolver
    if method is None or method.is_async or method.info_parameter or method.self_parameter is None:
        return None
    return lambda objects, _: [method(each) for each in objects]


def is_found(definition: GraphQLField) -> bool:
    """Whether a field's values are looked up together."""
    field = definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return isinstance(field, StrawberryField) and TOGETHER in field.metadata
