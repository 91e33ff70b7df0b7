"""Documents that nobody would write, from the schema itself: each is answered, or refused with a reason and in time."""

import json
import os
import time
from typing import Any

import graphql
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes, queries

from graphql_api.gate.access import Entry
from graphql_api.schema import schema
from queries.guard.guard import Guard
from queries.guard.statement import SECONDS
from tests.databases import Database
from tests.graphql_api.asgi import TOKEN, Caller

DOCUMENTS = int(os.environ.get("SUMMIT_FAULTS", 10)) * 10  # a thousand in the long form
LATEST = SECONDS + 2  # seconds; the longest limit that a field states, and 2
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


@settings(
    max_examples=DOCUMENTS,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(document=queries(graphql.print_schema(schema._schema), custom_scalars=scalars()))
def test_any_document_is_answered_or_refused_with_a_reason(caller: Caller, document: str) -> None:
    started = time.perf_counter()
    answer = caller("POST", "/graphql", json={"query": document})
    assert time.perf_counter() - started < LATEST, document
    assert answer.status_code in (200, 400), (answer.status_code, document)
    found = json.loads(answer.content, parse_constant=lambda word: pytest.fail(f"{word} in an answer to {document}"))
    for error in found.get("errors", []):
        code = error.get("extensions", {}).get("code")
        assert code != "INTERNAL" and "Traceback" not in error["message"], (error, document)
        assert len(error["message"]) < 2000 and "127.0.0.1" not in error["message"], (error, document)
