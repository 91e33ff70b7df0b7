"""A service over a small database that another process could write to, too."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.testbed.counted import counted
from bench.testbed.databases import Database
from graphql_api.gate.access import Entry
from graphql_api.requests.kept import Answers
from queries.graphs.extraction import Cut, extract_model
from queries.groups import keep_group, remove_group
from queries.guard.guard import Guard
from queries.progress import ignore_progress
from queries.store import Store
from tests.graphql_api.asgi import TOKEN, Caller

NAME = "kept"
GRAPH = """query ($index: Int!) { imageClass(model: "kept", index: $index) { name groups { name }
  attributionGraph { totalChannels origin { threshold }
    channels { count pagerank channel { id classCount } } edges { source target } } } }"""
COMPARE = """{ compare(model: "kept", classes: [0, 1], operation: UNION) {
  channels { classes channel { id } } layers { layer jaccard } } }"""


class Asked(Caller):
    """A service over a database that another process could write to, too, through a store of its own."""

    def __init__(self, database: Database, guard: Guard, page: Path, other: Store) -> None:
        super().__init__(database, guard, Entry(TOKEN), page)
        self.other = other

    @property
    def answers(self) -> Answers:
        found: Answers = self.app.state.answers
        return found

    def ask(self, query: str, **variables: Any) -> Any:
        answer = self("POST", "/graphql", json={"query": query, "variables": variables})
        assert answer.status_code == 200
        return answer.json()

    def given(self, query: str, **variables: Any) -> bool:
        """Whether the answer is one that was kept."""
        before = self.answers.given
        self.ask(query, **variables)
        return self.answers.given > before


@pytest.fixture(scope="module")
def filled(scratch: Database) -> Iterator[Database]:
    scratch.load(counted(NAME, (40, 50, 60), 3, 0.2))
    scratch.await_(extract_model(scratch.store, NAME, progress=ignore_progress))
    yield scratch
    scratch.remove(NAME)


@pytest.fixture
def asked(filled: Database, tmp_path: Path) -> Iterator[Asked]:
    guard = filled.await_(Guard.open(filled.access.reader or filled.access.address))
    other = filled.await_(Store.open(filled.access.address))
    yield Asked(filled, guard, tmp_path, other)
    filled.await_(other.close())
    filled.await_(guard.close())


async def cut_again(store: Store) -> None:
    (row,) = await store.run("graph_origin", **{"class": f"{NAME}/0"})
    threshold = 20.0 if row["threshold"] == 7.5 else 7.5
    await extract_model(store, NAME, classes=[0], cut=Cut(threshold), progress=ignore_progress)


async def group_and_ungroup(store: Store) -> None:
    for group in await store.run("groups", model=NAME):
        await remove_group(store, NAME, group["id"])
        return
    await keep_group(store, NAME, "chosen", [0])


async def rename(store: Store) -> None:
    (row,) = await store.run("classes_by_id", classes=[f"{NAME}/0"])
    name = "another" if row["name"] != "another" else "one"
    await store.write("name_classes", rows=[{"id": f"{NAME}/0", "wnid": "n1", "name": name}])


WRITES = (cut_again, group_and_ungroup, rename)
