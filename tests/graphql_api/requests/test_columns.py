"""What is completed a column at a time is what graphql-core completes field by field, errors and all."""

import asyncio
import math
from collections.abc import Sequence
from enum import Enum
from random import Random
from typing import Any

import pytest
import strawberry
from graphql import GraphQLError, GraphQLFloat, GraphQLInt, parse, validate

from bench.testbed.databases import Database
from graphql_api.context import Context, together
from graphql_api.errors import SpeakingSchema
from graphql_api.fields.mutation import Mutation
from graphql_api.requests import columns
from graphql_api.requests.documents import BoundedDocuments
from graphql_api.requests.execution import ColumnExecution, OwnedExecution
from graphql_api.schema import Query as ServiceQuery
from queries.guard.guard import Guard
from tests.graphql_api.requests.conftest import NAME
from tests.graphql_api.requests.random_selections import Writer

DOCUMENTS, ASKED = 200, 30
WAIT = ("double", "count", "byItself")  # fields of Item that are awaited
HOSTILE: tuple[Any, ...] = (
    *(None, math.nan, math.inf, -0.0, 2**31, -(2**31) - 1, 2**70, 1.0, 1.5),
    *(True, "text", "7", b"x", [], [1, None]),
)


@strawberry.enum
class Kind(Enum):
    ONE = "one"
    TWO = "two"


async def doubles(items: Sequence[Any], _: Any) -> list[int]:
    await asyncio.sleep(0)
    return [2 * each.whole for each in items]


async def counts(items: Sequence[Any], _: Any) -> list[int]:
    return [len(each.text) for each in items]


@strawberry.type
class Item:
    whole: int
    text: str
    part: float
    id: strawberry.ID
    flag: bool
    kind: Kind
    perhaps: int | None
    maybe_kind: Kind | None
    wholes: list[int]
    perhapses: list[int | None] | None
    table: list[list[float]]
    below: "Item | None"
    inside: "Item"
    items: list["Item"]
    maybe_items: list["Item | None"] | None

    @strawberry.field
    def loud(self) -> str:
        return self.text.upper()

    @strawberry.field
    def length(self) -> int | None:
        return len(self.text)

    @strawberry.field(metadata=together(doubles))  # type: ignore[untyped-decorator]
    async def double(self) -> int | None:
        return (await doubles([self], None))[0]

    @strawberry.field(metadata=together(counts))  # type: ignore[untyped-decorator]
    async def count(self) -> int:
        return (await counts([self], None))[0]

    @strawberry.field
    async def by_itself(self, times: int = 1) -> int | None:
        return times * self.whole


class Values:
    """Random objects, some of whose values are not of their field's type."""

    def __init__(self, random: Random, hostile: float) -> None:
        self.random, self.hostile = random, hostile

    def one(self, value: Any) -> Any:
        if self.random.random() >= self.hostile:
            return value
        return self.random.choice((*HOSTILE, ValueError("a value"), GraphQLError("another"), Kind.ONE, object))

    def few(self, make: Any, depth: int = 0) -> list[Any]:
        return [make() for _ in range(self.random.choice([0, 1, 3]) if depth < 2 else 0)]

    def item(self, depth: int = 0) -> Item:
        random, one = self.random, self.one

        def whole() -> int:
            return random.randint(-5, 5)

        def below() -> Any:
            return one(self.item(depth + 1)) if depth < 2 else None

        return Item(
            whole=one(whole()),
            text=one(random.choice(["", "a", "é"])),
            part=one(random.random()),
            id=one("x/1"),
            flag=one(random.random() < 0.5),
            kind=one(random.choice(list(Kind))),
            perhaps=one(random.choice([None, 3])),
            maybe_kind=one(random.choice([None, Kind.TWO])),
            wholes=one(self.few(lambda: one(whole()))),
            perhapses=one(random.choice([None, [1, None, 2]])),
            table=one(self.few(lambda: one(self.few(lambda: one(random.random()))))),
            below=below(),
            inside=one(self.item(depth + 1)) if depth < 2 else None,  # type: ignore[arg-type]
            items=one(self.few(below, depth)),
            maybe_items=one(random.choice([None, self.few(below, depth)])),
        )


ITEMS: list[Any] = []  # of the document that is asked


@strawberry.type
class Query:
    @strawberry.field
    async def items(self) -> list[Item]:
        return ITEMS

    @strawberry.field
    def maybe_items(self) -> list[Item | None] | None:
        return ITEMS


class Silent(strawberry.Schema):
    def process_errors(self, *_: Any) -> None:
        """Wrong values are what is tested."""


BOTH = [Silent(Query, execution_context_class=each) for each in (ColumnExecution, OwnedExecution)]


def ask(schema: strawberry.Schema, text: str, variables: dict[str, Any] | None = None) -> Any:
    return told(asyncio.run(schema.execute(text, variables)))


def told(result: Any) -> Any:
    """Data, and errors in an order of their own: fields are resolved at once."""
    errors = [(str(each.path), each.message, str(each.locations)) for each in result.errors or ()]
    return result.data, sorted(errors)


def test_random_documents_over_any_values_are_answered_alike() -> None:
    random, planned, wrong = Random(7), 0, 0
    writer = Writer(BOTH[0]._schema, random)
    for number in range(DOCUMENTS):
        text, variables = writer.document(random.choice(["items", "maybeItems"]), "Item")
        if validate(BOTH[0]._schema, parse(text)):  # two fields of one name that differ in their fragments, say
            continue
        values = Values(random, random.choice([0.0, 0.0, 0.05, 0.2]))
        ITEMS[:] = [values.one(values.item()) for _ in range(random.choice([0, 1, 2]))]
        one, other = (ask(schema, text, variables) for schema in BOTH)
        assert repr(one[0]) == repr(other[0]), (number, text, variables)
        if any(name in text for name in WAIT):  # of errors below what is null in the end, those that came in time count
            assert bool(one[1]) == bool(other[1]), (number, text, variables)
        else:
            assert one[1] == other[1], (number, text, variables)
        planned, wrong = planned + (not one[1]), wrong + bool(one[1])
    assert planned > DOCUMENTS / 4 and wrong > DOCUMENTS / 5


def test_good_lists_are_read_by_plans_and_no_object_of_theirs_is_executed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("executed")

    values = Values(Random(3), 0.0)
    ITEMS[:] = [values.item() for _ in range(4)]
    text = "{ items { n: whole text kind table double loud inside { id wholes } items { part count } } }"
    expected = ask(BOTH[1], text)
    monkeypatch.setattr(ColumnExecution, "complete_object_value", refuse)
    assert ask(BOTH[0], text) == expected
    assert ask(BOTH[0], "{ items { byItself } }")[0] is None


def test_a_field_that_middleware_wraps_is_resolved_by_it() -> None:
    class Shouting(strawberry.extensions.SchemaExtension):
        def resolve(self, _next: Any, root: Any, info: Any, *arguments: Any, **named: Any) -> Any:
            found = _next(root, info, *arguments, **named)
            return "wrapped" if info.field_name == "text" else found

    ITEMS[:] = [Values(Random(3), 0.0).item()]
    schema = Silent(Query, execution_context_class=ColumnExecution, extensions=[Shouting])
    assert ask(schema, "{ items { text } }") == ({"items": [{"text": "wrapped"}]}, [])


def test_random_documents_over_graphs_and_comparisons_are_answered_alike(filled: Database) -> None:
    schemas = [
        SpeakingSchema(ServiceQuery, Mutation, extensions=[BoundedDocuments], execution_context_class=each)
        for each in (ColumnExecution, OwnedExecution)
    ]
    guard = filled.await_(Guard.open(filled.access.reader or filled.access.address))
    random, whole = Random(11), 0
    writer = Writer(schemas[0]._schema, random)
    roots = (
        (f'imageClass(model: "{NAME}", index: 0) {{ attributionGraph', "AttributionGraph"),
        (f'imageClass(model: "{NAME}", index: 1) {{ cut: attributionGraph(threshold: 20)', "AttributionGraph"),
        (f'compare(model: "{NAME}", classes: [0, 2, 1], operation: UNION)', "ComparedGraph"),
        (f'classes(model: "{NAME}", orderBy: NAME, first: 2)', "ClassConnection"),
        ("models", "Model"),
    )
    for number in range(ASKED):
        field, type_name = roots[number % len(roots)]
        text, variables = writer.document(field, type_name)
        if validate(schemas[0]._schema, parse(text)):
            continue
        one, other = (
            told(filled.await_(schema.execute(text, variables, Context.over(filled.store, guard, None))))
            for schema in schemas
        )
        assert one == other, (text, variables)
        whole += not one[1]
    filled.await_(guard.close())
    assert whole > ASKED / 4


def test_values_that_are_no_numbers_of_graphql_are_for_the_executor() -> None:
    for values in ([math.nan], [1.0, math.inf]):
        with pytest.raises(Exception, match="Float cannot represent"):
            columns.leaves(GraphQLFloat, values)
    with pytest.raises(Exception, match="Int cannot represent"):
        columns.leaves(GraphQLInt, [2**31])
    assert columns.leaves(GraphQLInt, [2**31 - 1, -(2**31)]) == [2**31 - 1, -(2**31)]
