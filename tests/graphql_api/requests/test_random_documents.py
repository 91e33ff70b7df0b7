"""Documents that nobody would write, from the schema itself: each is answered, or refused with a reason and in time."""

import json
import logging
import os
import time
from collections.abc import Iterator
from typing import Any

import graphql
import pytest
from graphql import FieldNode, FloatValueNode, IntValueNode, Visitor, visit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes, queries

from bench.testbed.databases import Database
from graphql_api.gate.access import Entry
from graphql_api.schema import schema
from queries.guard.guard import Guard
from queries.guard.statement import SECONDS
from queries.motifs.mining import MOST_SECONDS
from queries.motifs.search import Budget
from tests.graphql_api.asgi import TOKEN, Caller

DOCUMENTS = int(os.environ.get("SUMMIT_FAULTS", 10)) * 10  # a thousand in the long form
LONG = "SUMMIT_FAULTS" in os.environ  # time is kept there alone: nothing else is tested beside it
LATE_SECONDS = 2.0  # after the limits that the fields of a document state
IDS = ["made", "made/0", "made/layer1", "made/layer1/3", "made/layer9", "made/layer1/999999", "other", "", "//", "é"]
INTEGERS = [0, 1, 2, 3, 10, -1, 2**31 - 1, -(2**31)]
TEXTS = ["layer1", "layer0", "made", "models", "bear", "", " ", "\x00", "RETURN 1 AS n", "a" * 3000]


def scalars() -> dict[str, st.SearchStrategy[Any]]:
    """Values that are there as often as values that are not."""
    whole = st.sampled_from(INTEGERS) | st.integers(-(2**31), 2**31 - 1)
    return {
        "ID": st.sampled_from(IDS).map(nodes.String),
        "Int": whole.map(nodes.Int),
        "String": (st.sampled_from(TEXTS) | st.text(max_size=30)).map(nodes.String),
        "JSON": st.sampled_from([nodes.Object([]), nodes.Null, nodes.Int(1), nodes.String("x")]),
    }


@pytest.fixture(scope="module")
def caller(made: Database, guard: Guard, page: Any) -> Caller:
    return Caller(made, guard, Entry(TOKEN), page)


class Limits(Visitor):
    """Adds up the seconds that fields may take as they state it themselves: a statement's, a search's."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0

    def enter_field(self, field: FieldNode, *_: Any) -> None:
        if field.name.value == "cypher":
            self.seconds += SECONDS
        if field.name.value == "motifs":
            given = {argument.name.value: argument.value for argument in field.arguments or ()}.get("seconds")
            asked = float(given.value) if isinstance(given, FloatValueNode | IntValueNode) else Budget().seconds
            self.seconds += max(0.0, min(MOST_SECONDS, asked))


def stated_seconds(document: str) -> float:
    limits = Limits()
    visit(graphql.parse(document), limits)
    return limits.seconds


def test_the_limits_that_fields_state() -> None:
    assert stated_seconds("{ models { id } }") == 0
    assert stated_seconds('{ a: cypher(statement: "RETURN 1") { rows } }') == SECONDS
    assert (
        stated_seconds('{ motifs(model: "a", seconds: 4) { totalCount } b: motifs(model: "a") { totalCount } }') == 14
    )


def slowness(caller: Caller) -> float:
    """How many times longer than its own work the smallest request takes now, because the machine does other work."""
    began, worked = time.perf_counter(), time.process_time()
    caller("POST", "/graphql", json={"query": "{ __typename }"})
    return max(1.0, (time.perf_counter() - began) / max(1e-4, time.process_time() - worked))


@pytest.fixture(scope="module")
def tracebacks() -> Iterator[list[str]]:
    """What is logged with a traceback, or as an error."""
    found: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.exc_info or record.levelno >= logging.ERROR or "Traceback" in record.getMessage():
                found.append(logging.Formatter().format(record))

    handler = Kept()
    logging.getLogger().addHandler(handler)
    yield found
    logging.getLogger().removeHandler(handler)


@settings(
    max_examples=DOCUMENTS,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(document=queries(graphql.print_schema(schema._schema), custom_scalars=scalars()))
def test_any_document_is_answered_or_refused_with_a_reason(
    caller: Caller, tracebacks: list[str], document: str
) -> None:
    before, started = slowness(caller) if LONG else 1.0, time.perf_counter()
    answer = caller("POST", "/graphql", json={"query": document})
    seconds = time.perf_counter() - started
    if LONG and seconds >= (allowed := stated_seconds(document) + LATE_SECONDS):
        assert seconds < allowed * max(before, slowness(caller)), document
    assert tracebacks == [], document
    assert answer.status_code in (200, 400), (answer.status_code, document)
    found = json.loads(answer.content, parse_constant=lambda word: pytest.fail(f"{word} in an answer to {document}"))
    for error in found.get("errors", []):
        code = error.get("extensions", {}).get("code")
        assert code != "INTERNAL" and "Traceback" not in error["message"], (error, document)
        assert len(error["message"]) < 2000 and "127.0.0.1" not in error["message"], (error, document)
