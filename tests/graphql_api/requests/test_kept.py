"""Answers are given again while the database is as it was, and never after anybody wrote to it."""

import asyncio
import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from bench.testbed.databases import Database
from graphql_api.app import create_app
from graphql_api.gate.access import Entry
from graphql_api.requests.kept import OF_DATABASE, OVERHEAD, ROOT_FIELDS, Answer, Answers, Asking
from graphql_api.schema import schema
from queries.graphs.extraction import Cut, extract_model
from queries.progress import ignore_progress
from queries.revision import Revision
from queries.store import Store
from tests.graphql_api.asgi import BEARER, TOKEN
from tests.graphql_api.requests.conftest import COMPARE, GRAPH, NAME, WRITES, Asked, rename


def test_a_repeated_question_gets_the_same_answer_without_computing_it(asked: Asked) -> None:
    for query, variables in ((GRAPH, {"index": 0}), (COMPARE, {})):
        first = asked.ask(query, **variables)
        assert first["data"]
        assert asked.given(query, **variables)
        assert asked.ask(query, **variables) == first
    assert not asked.given(GRAPH, index=1), "another question"
    assert asked.answers.size == sum(each.size for each in asked.answers._kept.values())


@pytest.mark.parametrize("write", WRITES)
def test_what_another_process_writes_is_in_the_next_answer(asked: Asked, write: Callable[[Store], Any]) -> None:
    for _ in range(3):
        before = asked.ask(GRAPH, index=0)
        assert asked.given(GRAPH, index=0)
        asked.database.await_(write(asked.other))
        assert asked.ask(GRAPH, index=0) != before


def test_what_the_service_itself_writes_is_in_the_next_answer(asked: Asked) -> None:
    change = """mutation ($percent: Float!) { extract(model: "kept", classes: [2], threshold: $percent) { written } }"""
    for percent in (25, 8):
        before = asked.ask(GRAPH, index=2)
        assert asked.given(GRAPH, index=2)
        asked("POST", "/graphql", headers=BEARER, json={"query": change, "variables": {"percent": percent}})
        assert asked.ask(GRAPH, index=2) != before


def test_while_a_write_is_under_way_no_answer_is_kept(asked: Asked) -> None:
    """The mark of a transaction is to be seen, and not yet that it is committed."""
    assert not asked.given(GRAPH, index=0)
    asked.database.administer("MATCH (schema:Schema) SET schema.revision = 'under way'")
    assert not any(asked.given(GRAPH, index=0) for _ in range(3))
    asked.database.await_(rename(asked.other))
    asked.ask(GRAPH, index=0)
    assert asked.given(GRAPH, index=0)


def test_a_database_that_was_never_marked_is_asked_every_time(asked: Asked) -> None:
    asked.database.administer("MATCH (schema:Schema) REMOVE schema.revision, schema.settled")
    assert not any(asked.given(GRAPH, index=0) for _ in range(3))
    asked.database.await_(rename(asked.other))


def test_neo4j_tells_of_writes_past_this_program_too(asked: Asked) -> None:
    if asked.database.name != "neo4j":
        pytest.skip("the embedded engine tells nothing of its transactions; docs/databases.md says so")
    asked.ask(GRAPH, index=0)
    assert asked.given(GRAPH, index=0)
    asked.database.administer(f"MATCH (class:ImageClass {{id: '{NAME}/0'}}) SET class.name = 'by hand'")
    assert asked.ask(GRAPH, index=0)["data"]["imageClass"]["name"] == "by hand"


@pytest.mark.parametrize(
    "query",
    [
        '{ imageClass(model: "kept", index: 99) { name } }',
        '{ a: imageClass(model: "kept", index: 0) { name } b: imageClass(model: "kept", index: 99) { name } }',
        "{ models { id nothing } }",
        '{ channel(id: "kept/one/0") { id pictures { thumbnail } } }',
        'query { ...f } fragment f on Query { channel(id: "kept/one/0") { pictures { thumbnail } } }',
        '{ motifs(model: "kept", seconds: 5) { totalCount } }',
        '{ cypher(statement: "MATCH (n:Model) RETURN n.id AS id") { rows } }',
        '{ storedQuery(name: "models") { rows seconds } }',
        "{ __schema { types { name } } }",
        'mutation { removeGroup(model: "kept", group: "none") }',
    ],
)
def test_errors_and_what_is_not_of_the_database_alone_are_not_kept(asked: Asked, query: str) -> None:
    assert not any(asked.given(query) for _ in range(3))
    assert len(asked.answers) == 0


def test_a_client_that_has_the_answer_is_told_so(asked: Asked) -> None:
    path = f"/graphql?{urlencode({'query': GRAPH, 'variables': json.dumps({'index': 1})})}"
    first = asked("GET", path)
    assert first.headers["cache-control"] == "private, no-cache"
    assert set(first.headers["vary"].lower().split(", ")) >= {"accept", "accept-encoding"}
    tag = first.headers["etag"]

    for known in (tag, f'"other", W/{tag}', "*"):
        again = asked("GET", path, headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert asked("GET", path, headers={"if-none-match": '"other"'}).json() == first.json()
    asked.answers._kept.clear()
    assert asked("GET", path, headers={"if-none-match": tag}).status_code == 304, "computed again, with the same result"

    asked.database.await_(extract_model(asked.other, NAME, classes=[1], cut=Cut(30), progress=ignore_progress))
    changed = asked("GET", path, headers={"if-none-match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag
    assert changed.json() != first.json()
    asked.database.await_(extract_model(asked.other, NAME, classes=[1], progress=ignore_progress))
    assert asked("GET", path).headers["etag"] == tag


def test_a_post_has_no_tag_and_is_answered_in_full(asked: Asked) -> None:
    for _ in range(2):
        answer = asked("POST", "/graphql", json={"query": COMPARE}, headers={"if-none-match": "*"})
        assert answer.status_code == 200
        assert answer.json()["data"]
        assert "etag" not in answer.headers


def test_answers_are_kept_as_clients_take_them(asked: Asked) -> None:
    body = {"query": GRAPH, "variables": {"index": 0}}
    for _ in range(2):
        packed = asked("POST", "/graphql", json=body, headers={"accept-encoding": "gzip"})
        plain = asked("POST", "/graphql", json=body, headers={"accept-encoding": "identity"})
        assert packed.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert packed.json() == plain.json()


def test_a_kept_answer_of_a_private_service_needs_the_token(asked: Asked, tmp_path: Path) -> None:
    asked.app = create_app(asked.database.store, asked.app.state.guard, Entry(TOKEN, private=True), tmp_path)
    body = {"query": GRAPH, "variables": {"index": 0}}
    for _ in range(2):
        assert asked("POST", "/graphql", json=body, headers=BEARER).status_code == 200
    assert asked.answers.given == 1
    assert asked("POST", "/graphql", json=body).status_code == 401


def test_the_least_recently_asked_is_forgotten_first_and_the_bytes_are_bounded(filled: Database) -> None:
    async def work() -> None:
        answers = Answers(filled.store, most=8 * (1000 + OVERHEAD))
        state = await answers.begin()
        for number in range(8):
            answers.keep(bytes([number]), Answer.of(b"x" * 1000, False, ()), state)
        assert await answers.find(bytes([0]))
        answers.keep(b"another", Answer.of(b"x" * 1000, False, ()), state)
        assert not await answers.find(bytes([1]))
        assert await answers.find(bytes([0]))
        assert len(answers) == 8
        answers.keep(b"large", Answer.of(b"x" * 2000, False, ()), state)
        assert not await answers.find(b"large")
        assert answers.size == 8 * (1000 + OVERHEAD)

        none = Answers(filled.store, most=0)
        none.keep(b"one", Answer.of(b"", False, ()), await none.begin())
        assert len(none) == 0

    filled.await_(work())


def test_an_answer_of_a_state_that_is_over_is_not_kept(filled: Database) -> None:
    async def work() -> None:
        answers = Answers(filled.store)
        state = await answers.begin()
        await rename(filled.store)
        answers.keep(b"one", Answer.of(b"old", False, ()), state)
        assert not await answers.find(b"one")

    filled.await_(work())


@dataclass
class Slow:
    """A store that reads its revision when asked, and answers only when a test lets it."""

    mark: int = 0
    waiting: list[asyncio.Event] = field(default_factory=list)
    one_more: asyncio.Event = field(default_factory=asyncio.Event)

    async def asked(self, times: int) -> None:
        """Wait until it was asked so many times."""
        while len(self.waiting) < times:
            self.one_more.clear()
            await self.one_more.wait()

    async def revision(self) -> Revision:
        seen, told = self.mark, asyncio.Event()
        self.waiting.append(told)
        self.one_more.set()
        await told.wait()
        return Revision((str(seen), frozenset()), True)


def test_requests_share_a_question_that_is_sent_after_all_of_them_came() -> None:
    async def work() -> None:
        store = Slow()
        asking = Asking(store)  # type: ignore[arg-type]
        early = [asyncio.create_task(asking.ask()) for _ in range(5)]
        await store.asked(1)
        store.mark = 1
        late = [asyncio.create_task(asking.ask()) for _ in range(5)]
        await asyncio.sleep(0)
        late[0].cancel()
        store.waiting[0].set()
        assert {(await each).state[0] for each in early} == {"0"}  # type: ignore[union-attr]
        await store.asked(2)
        store.waiting[1].set()
        assert {(await each).state[0] for each in late[1:]} == {"1"}  # type: ignore[union-attr]
        assert len(store.waiting) == 2

    asyncio.run(work())


def test_only_types_of_the_schema_are_said_to_be_of_the_database() -> None:
    types = schema._schema.type_map
    assert types.keys() >= OF_DATABASE
    assert types["Query"].fields.keys() >= ROOT_FIELDS  # type: ignore[attr-defined]


def test_a_packed_answer_is_the_same_each_time() -> None:
    body = json.dumps(list(range(2000))).encode()
    one, other = (Answer.of(body, True, ()) for _ in range(2))
    assert gzip.decompress(one.body) == body
    assert one == other
