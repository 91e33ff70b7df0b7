"""What a request asks for."""

import hashlib
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from bench.testbed.databases import Database
from graphql_api.gate.access import Entry
from graphql_api.requests import asking, documents
from graphql_api.requests.documents import EACH, Shelf
from graphql_api.schema import schema
from queries.guard.guard import Guard
from tests.graphql_api.asgi import CHANGE, READ, TOKEN, Caller, code_of

DIGEST = hashlib.sha256(READ["query"].encode()).hexdigest()


def by_digest(digest: object, version: int = 1) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": version, "sha256Hash": digest}}}


@pytest.fixture(scope="module")
def ask(made: Database, guard: Guard, page: Path) -> Caller:
    return Caller(made, guard, Entry(TOKEN), page)


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """No document is kept yet."""
    shelf = Shelf()
    for module in (asking, documents):
        monkeypatch.setattr(module, "SHELF", shelf)
    return shelf


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_document_that_was_sent_once_is_asked_for_by_its_digest(ask: Caller, shelf: Shelf, method: str) -> None:
    def asked(content: dict[str, Any]) -> httpx.Response:
        if method == "POST":
            return ask("POST", "/graphql", json=content)
        return ask("GET", "/graphql", params={k: v if k == "query" else json.dumps(v) for k, v in content.items()})

    unknown = asked(by_digest(DIGEST))
    assert (unknown.status_code, code_of(unknown)) == (200, "PERSISTED_QUERY_NOT_FOUND")
    assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert unknown.headers["cache-control"] == "no-store"
    for content in (READ | by_digest(DIGEST), by_digest(DIGEST), by_digest(DIGEST.upper())):
        assert asked(content).json()["data"] == {"imageClass": {"index": 0}}


def test_a_digest_registers_nothing_that_is_not_a_whole_valid_document(ask: Caller, shelf: Shelf) -> None:
    wrong = {"query": "{ imageClass(index: 0) { nothing } }"}
    digest = hashlib.sha256(wrong["query"].encode()).hexdigest()
    assert code_of(ask("POST", "/graphql", json=wrong | by_digest(digest))) == "BAD_REQUEST"
    assert code_of(ask("POST", "/graphql", json=by_digest(digest))) == "PERSISTED_QUERY_NOT_FOUND"
    other = ask("POST", "/graphql", json=READ | by_digest(digest))
    assert (
        other.status_code == 400 and "the sha256Hash is not that of the `query`" in other.json()["errors"][0]["message"]
    )
    assert code_of(ask("POST", "/graphql", json=by_digest(digest))) == "PERSISTED_QUERY_NOT_FOUND"
    for odd in (by_digest("ab"), by_digest(None), by_digest(DIGEST, 2), {"extensions": {"persistedQuery": "x"}}):
        assert ask("POST", "/graphql", json=odd).status_code == 400


def test_a_change_by_its_digest_needs_what_every_change_needs(ask: Caller, shelf: Shelf) -> None:
    digest = hashlib.sha256(CHANGE["query"].encode()).hexdigest()
    ask("POST", "/graphql", json=CHANGE | by_digest(digest))
    assert code_of(ask("POST", "/graphql", json=by_digest(digest))) == "FORBIDDEN"
    extensions = json.dumps(by_digest(digest)["extensions"])
    assert ask("GET", "/graphql", params={"extensions": extensions}).status_code == 400


def test_documents_are_forgotten_with_their_digests(made: Database) -> None:
    texts = [f"{{ models {{ id }} }}{' ' * spaces}" for spaces in range(3)]
    shelf = Shelf(most=2 * (EACH + len(texts[2])))
    for text in texts:
        made.await_(shelf.find(schema._schema, text))
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    assert [shelf.by_digest(digest) for digest in digests] == [None, *texts[1:]]
