"""Documents made to cost much: refused, or read with bounded work. Work is counted in calls, not in seconds."""

import asyncio
import sys
from random import Random
from typing import Any

import pytest
from graphql import GraphQLError, get_introspection_query

from graphql_api.requests.documents import EACH, Shelf, read
from graphql_api.schema import schema

MOST_CALLS = 2_500_000  # of functions for one document; the costliest that was found makes 0.6 million
SERVED = schema._schema


def calls_of(text: str) -> tuple[int, list[str]]:
    """How many functions are called to read a document, and what is said of it."""
    calls = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")
        if calls > 2 * MOST_CALLS:
            raise AssertionError(f"still at work: {text[:2000]}")

    sys.setprofile(count)
    try:
        said = [fault.message for fault in read(SERVED, text).faults]
    except GraphQLError as error:
        said = [error.message]
    finally:
        sys.setprofile(None)
    return calls, said


def chain(length: int, spreads: int) -> str:
    """Fragments that each spread the next one so many times."""
    fragments = (f"fragment A{k} on Query{{{f'...A{k + 1} ' * spreads}}}" for k in range(length))
    return "{...A0} " + " ".join(fragments) + f" fragment A{length} on Query{{__typename}}"


COSTLY = {
    "40 fragments of two spreads": (chain(40, 2), "selections found, at most 2,000"),
    "40 fragments of four spreads": (chain(40, 4), "161 fragment spreads found, at most 100"),
    "300 fragments in a chain": (chain(300, 2), "301 fragments found, at most 50"),
    "a circle": ("{...A} fragment A on Query{...B} fragment B on Query{...A}", "contains itself"),
    "two of one name": ("{...A} fragment A on Query{__typename} fragment A on Query{__typename}", "the same name"),
    "fields in fields": ("{" + "models{" * 900 + "id" + "}" * 901, "nested too deeply"),
    "fields in fields that exist": (
        "{imageClass" + "{similar{imageClass" * 9 + "{id}" + "}}" * 9 + "}",
        "20 levels of fields",
    ),
    "levels across fragments": (
        "{imageClass{...A0}} "
        + " ".join(f"fragment A{k} on ImageClass{{similar{{imageClass{{...A{k + 1}}}}}}}" for k in range(9))
        + " fragment A9 on ImageClass{id}",
        "20 levels of fields",
    ),
    "lists in lists": ('{storedQuery(name:"a",parameters:' + "[" * 1500 + "]" * 1500 + "){note}}", "nested too deeply"),
    "objects in objects": (
        '{storedQuery(name:"a",parameters:' + "{a:" * 900 + "1" + "}" * 900 + "){note}}",
        "nested too deeply",
    ),
    "types in types": ("query($a:" + "[" * 1500 + "Int" + "]" * 1500 + "){models{id}}", "nested too deeply"),
    "the same field": ("{models{" + "id " * 1900 + "}}", "1,900 fields called id in one place"),
    "the same field by its parents": ("{" + ("models{" + "id " * 20 + "}") * 20 + "}", "400 fields called id"),
    "aliases": ("{" + " ".join(f"a{k}:models{{id}}" for k in range(600)) + "}", "600 aliases found, at most 50"),
    "aliases by fragments": (
        "{a:models{...A} b:models{...A}} fragment A on Model{" + " ".join(f"a{k}:id" for k in range(30)) + "}",
        "62 aliases found",
    ),
    "operations": (" ".join(f"query q{k}{{models{{id}}}}" for k in range(300)), "300 operations found, at most 20"),
    "tokens": ("{models{" + "id " * 5000 + "}}", "more than 4000 tokens"),
    "comments": ("#\n" * 49_000 + "{models{id}}", "more than 4000 comments"),
    "characters": (" " * 4_000_000, "more than 100000 code points"),
}


@pytest.mark.parametrize("name", COSTLY)
def test_a_costly_document_is_refused_with_little_work(name: str) -> None:
    text, words = COSTLY[name]
    calls, (said,) = calls_of(text)
    assert words in said
    assert calls < MOST_CALLS


@pytest.mark.parametrize(
    "text",
    [
        "{" + 'compare(model:"m",classes:[' + "1 " * 150 + "],operation:UNION){classes{id}}" * 20 + "}",
        "{" + "a" * 90_000 + "}",
        '{imageClass(model:"a",index:' + "9" * 5_000 + "){name}}",
        "query(" + " ".join(f"$a{k}:Int" for k in range(900)) + "){models{id}}",
        "{" + " ".join(f'imageClas{k}(modell:"x")' for k in range(500)) + "}",
        '"""' + "x\n" * 40_000 + '"""',
    ],
)
def test_other_large_documents_cost_a_bounded_amount(text: str) -> None:
    assert calls_of(text)[0] < MOST_CALLS


def test_a_number_of_too_many_digits_is_the_callers_fault() -> None:
    text = f'{{imageClass(model:"a",index:{"9" * 5_000}){{name}}}}'
    result = asyncio.run(schema.execute(text))
    error = (result.errors or [])[0]
    assert (error.extensions or {})["code"] == "BAD_REQUEST"
    assert f"the number {'9' * 10}... (5,000 digits) is too large" in error.message
    assert read(SERVED, '{storedQuery(name:"a",parameters:{a:-1.7e308}){note}}').faults == ()


def test_what_tools_ask_passes() -> None:
    assert read(SERVED, get_introspection_query()).faults == ()
    assert read(SERVED, "{" + " ".join(f'c{k}:channel(id:"m/l/{k}"){{id layer}}' for k in range(50)) + "}").faults == ()


def selections(chance: Random, fragments: int, depth: int) -> str:
    """Fields, inline fragments and spreads, some of them many times; of the spreads some lead nowhere or back."""
    inner = selections(chance, fragments, depth - 1) if depth else "{id}"
    kinds = [
        lambda: chance.choice(["id", "name", "index", "nothing"]),
        lambda: f"a{chance.randint(0, 5)}: id",
        lambda: f"...A{chance.randint(0, fragments)}",
        lambda: f"...on ImageClass{inner}",
        lambda: f"similar{{imageClass{inner}}}",
    ]
    times = (1, 1, 1, 2, 3, 20)
    return (
        "{" + " ".join(f"{chance.choice(kinds)()} " * chance.choice(times) for _ in range(chance.randint(1, 5))) + "}"
    )


def document(chance: Random) -> str:
    """Fragments that mostly spread later ones."""
    count = chance.choice([0, 1, 3, 10, 30, 52])
    bodies = [selections(chance, 0, chance.randint(0, 2)) for _ in range(count)]
    later = [
        f"fragment A{k} on ImageClass{body.replace('...A0', f'...A{chance.randint(k, k + 3)}')}"
        for k, body in enumerate(bodies)
    ]
    return f'{{imageClass(model:"m",index:1){selections(chance, count, chance.randint(0, 4))}}} {" ".join(later)}'


def test_no_document_costs_more_than_a_bounded_amount() -> None:
    chance = Random(7)
    read_in_full = 0
    for _ in range(60):
        text = document(chance)
        calls, said = calls_of(text)
        assert calls < MOST_CALLS, text[:2000]
        read_in_full += not any("are answered" in fault for fault in said)
    assert 10 < read_in_full < 50, "some are refused, some are read"


def test_documents_are_kept_by_how_much_they_hold() -> None:
    shelf = Shelf(most=EACH + 107)

    async def ask(*texts: str) -> list[Any]:
        return [(await shelf.find(SERVED, text)).document for text in texts]

    small, large = "{ models { id } }", "{ models { id } }" + " " * 90
    first, again, _, once_more = asyncio.run(ask(small, small, large, small))
    assert first is again
    assert once_more is not first, "the large one took its place"
    asyncio.run(ask("{ nothing }"))
    assert "{ nothing }" not in [text for _, text in shelf.kept], "what has a fault is not kept"
    assert shelf.size == sum(EACH + len(text) for _, text in shelf.kept) <= shelf.most


def test_small_documents_are_forgotten_by_their_number() -> None:
    shelf = Shelf(most=3 * EACH)

    async def ask() -> None:
        for number in range(9):
            await shelf.find(SERVED, f"query q{number} {{ __typename }}")

    asyncio.run(ask())
    assert [text[:8] for _, text in shelf.kept] == ["query q7", "query q8"]


@pytest.mark.parametrize(
    "name, data, words",
    [
        (None, None, ["the document has 2 operations; choose one by operationName (a, b)"]),
        ("b", {"b": "Query"}, []),
    ],
)
def test_of_two_operations_one_is_chosen(name: str | None, data: object, words: list[str]) -> None:
    work = schema.execute("query a { __typename } query b { b: __typename }", operation_name=name)
    result = asyncio.run(work)
    assert (result.data, [error.message for error in result.errors or ()]) == (data, words)
