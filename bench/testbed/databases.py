"""A running engine behind plain function calls, and what is loaded into it to measure and to test."""

import asyncio
import os
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from neo4j import AsyncGraphDatabase

from bench.testbed import counted
from bench.testbed.counted import Counted
from bench.testbed.sample import load_sample
from queries.ask.functions import ask, readable
from queries.engines.engine import Engine
from queries.engines.lifecycle import lease
from queries.engines.session import Access
from queries.load import published
from queries.load.loading import Loaded
from queries.load.tables import read_class_list, read_group_list
from queries.progress import ignore_progress
from queries.store import Row, Store

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("SUMMIT_TEST_DATA") or ROOT.parent / "shared" / "data")
MODEL = published.MODEL

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Database:
    """A Store with its own event loop, so that plain test functions can ask it.

    access    addresses of the database behind it
    answered  the examples that were asked so far, with their answers
    """

    name: str
    access: Access
    store: Store
    runner: asyncio.Runner
    answered: dict[str, list[Row]] = field(default_factory=dict)

    def await_(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return self.runner.run(work)

    def run(self, query: str, **parameters: Any) -> list[Row]:
        return self.await_(self.store.run(query, **parameters))

    def ask(self, name: str, parameters: Mapping[str, Any]) -> list[Row]:
        """A stored query or a function."""
        return self.await_(ask(self.store, name, parameters))

    def example(self, name: str) -> list[Row]:
        """The answer to the example of a stored query or a function, which is asked once."""
        if name not in self.answered:
            self.answered[name] = self.ask(name, readable()[name].example)
        return self.answered[name]

    def write(self, query: str, **parameters: Any) -> Row:
        return self.await_(self.store.write(query, **parameters))

    def load(self, run: Counted) -> Loaded:
        """Made-up counts, under the run's name."""
        return self.await_(counted.load(self.store, run))

    def remove(self, model: str) -> None:
        """Take a model out, for the other tests' sake."""
        kept = ("LayerEmbedding", "Adjacency", "LayerRanking", "ScoredRanking", "ScoredGraph", "Annotation")
        measured = ("LayerFaithfulness", "LayerProbe", "SubsetGraph")
        for label in (*kept, *measured, "ImageClass", "ClassGroup", "Channel", "Layer", "Model"):
            own = f"node.id = '{model}' OR node.id STARTS WITH '{model}/'"
            self.administer(f"MATCH (node:{label}) WHERE {own} DETACH DELETE node")

    def administer(self, statement: str) -> list[list[Any]]:
        """Any statement, with all rights, past the store; its rows."""
        address = self.access.address

        async def work() -> list[list[Any]]:
            async with AsyncGraphDatabase.driver(address.url, auth=(address.user, address.password)) as driver:
                answer = await driver.execute_query(statement, database_=address.database)
            return [list(record.values()) for record in answer.records]

        return self.await_(work())


@contextmanager
def open_database(engine: Engine, folder: Path) -> Iterator[Database]:
    """The engine in a folder of its own, with our schema; the server's warnings become Python's."""
    with lease(engine, folder, print) as running, asyncio.Runner() as runner:
        store = runner.run(Store.open(running.address, warn=True))
        try:
            runner.run(store.create_schema())
            yield Database(engine.name, Access(running.address, running.reader), store, runner)
        finally:
            runner.run(store.close())


def load_published(database: Database, data: published.PublishedData) -> published.Imported:
    names = read_class_list(DATA / "imagenet_classes.tsv")
    groups = read_group_list(DATA / "imagenet_groups.tsv")
    work = published.import_graphs(
        database.store, data, model=MODEL, names=names, groups=groups, progress=ignore_progress
    )
    return database.await_(work)


def load_everything(database: Database, data: published.PublishedData) -> None:
    """What the examples of stored queries ask for: the published graphs, and a sample with counts."""
    load_published(database, data)
    database.await_(load_sample(database.store))
