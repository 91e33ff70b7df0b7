"""What a request asks for."""

from pathlib import Path

import pytest

from graphql_api.gate.access import Entry
from queries.guard.guard import Guard
from tests.databases import Database
from tests.graphql_api.asgi import READ, TOKEN, Caller, code_of

BY_DIGEST = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "ab" * 32}}}


@pytest.fixture(scope="module")
def ask(made: Database, guard: Guard, page: Path) -> Caller:
    return Caller(made, guard, Entry(TOKEN), page)


def test_a_query_by_its_digest_gets_the_answer_on_which_clients_send_the_document(ask: Caller) -> None:
    answer = ask("POST", "/graphql", json=BY_DIGEST)
    assert (answer.status_code, code_of(answer)) == (200, "PERSISTED_QUERY_NOT_SUPPORTED")
    assert answer.json()["errors"][0]["message"] == "PersistedQueryNotSupported"
    assert ask("POST", "/graphql", json=READ | BY_DIGEST).json()["data"] == {"imageClass": {"index": 0}}
