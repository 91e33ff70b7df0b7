"""Real databases for the tests: both engines, loaded with the published graphs once a session; a running service."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from neo4j import AsyncGraphDatabase

from graphql_api.app import PAGE
from queries.ask.functions import ask
from queries.engines.arcadedb import ArcadeDB
from queries.engines.engine import Engine
from queries.engines.lifecycle import lease
from queries.engines.neo4j import Neo4j
from queries.engines.ports import free_ports
from queries.engines.session import Access
from queries.load import published
from queries.load.loading import Loaded
from queries.load.tables import read_class_list, read_group_list
from queries.progress import ignore_progress
from queries.store import Row, Store
from tests import counted
from tests.counted import Counted
from tests.sample import load_sample

ROOT = Path(__file__).parent.parent
SUMMIT = Path(sys.executable).parent / "summit"
DATA = Path(os.environ.get("SUMMIT_TEST_DATA") or ROOT.parent / "shared" / "data")
MODEL = published.MODEL

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Database:
    """A Store with its own event loop, so that plain test functions can ask it.

    access  addresses of the database behind it
    """

    name: str
    access: Access
    store: Store
    runner: asyncio.Runner

    def await_(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return self.runner.run(work)

    def run(self, query: str, **parameters: Any) -> list[Row]:
        return self.await_(self.store.run(query, **parameters))

    def ask(self, name: str, parameters: Mapping[str, Any]) -> list[Row]:
        """A stored query or a function."""
        return self.await_(ask(self.store, name, parameters))

    def write(self, query: str, **parameters: Any) -> Row:
        return self.await_(self.store.write(query, **parameters))

    def load(self, run: Counted) -> Loaded:
        """Made-up counts, under the run's name."""
        return self.await_(counted.load(self.store, run))

    def remove(self, model: str) -> None:
        """Take a model out, for the other tests' sake."""
        for label in ("Adjacency", "LayerRanking", "ImageClass", "Channel", "Layer", "Model"):
            self.administer(f"MATCH (node:{label}) WHERE node.id STARTS WITH '{model}' DETACH DELETE node")

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


@pytest.fixture(scope="session")
def built_page() -> Path:
    """The folder of the page. Without it nothing of the page is tested: skipped, and a failure under CI."""
    if not (PAGE / "index.html").is_file():
        message = f"there is no page in {PAGE}; run `npm ci && npm run build` in web/"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return PAGE


@pytest.fixture(scope="session")
def published_folder() -> Path:
    folder = DATA / "summit-published" / "data"
    if not (folder / "ag").is_dir():
        pytest.skip(f"no published graphs in {folder}; SUMMIT_TEST_DATA names the folder that has summit-published")
    return folder


@pytest.fixture(scope="session")
def published_data(published_folder: Path) -> published.PublishedData:
    return published.read_published(published_folder, ignore_progress)


@pytest.fixture(scope="session")
def neo4j_engine() -> Neo4j:
    """The engine with little memory. Without Maven the tests that need it are skipped, and fail under CI."""
    if shutil.which("mvn") is None:
        if os.environ.get("CI"):
            pytest.fail("mvn is not on PATH: nothing was tested against a real Neo4j")
        pytest.skip("mvn is not on PATH: nothing is tested against a real Neo4j")
    return Neo4j(heap=2**30, pages=128 * 2**20)


@pytest.fixture(scope="session")
def arcadedb(tmp_path_factory: pytest.TempPathFactory, published_data: published.PublishedData) -> Iterator[Database]:
    """The embedded engine with all published graphs and the sample."""
    with open_database(ArcadeDB(), tmp_path_factory.mktemp("home") / "arcadedb") as database:
        load_everything(database, published_data)
        yield database


@pytest.fixture(scope="session")
def neo4j(
    tmp_path_factory: pytest.TempPathFactory, published_data: published.PublishedData, neo4j_engine: Neo4j
) -> Iterator[Database]:
    """A real Neo4j with GDS, all published graphs and the sample."""
    with open_database(neo4j_engine, tmp_path_factory.mktemp("neo4j") / "neo4j") as database:
        load_everything(database, published_data)
        yield database


@pytest.fixture(params=["arcadedb", "neo4j"])
def database(request: pytest.FixtureRequest) -> Database:
    """Each engine in turn."""
    found: Database = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session", params=["arcadedb", "neo4j"])
def scratch(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """ArcadeDB, and Neo4j without Graph Data Science, with nothing in them; every test loads under a model of its own.

    Planning a large statement takes Neo4j seconds; here it does so once, however the database grows.
    """
    engine: Engine = ArcadeDB()
    if request.param == "neo4j":
        planned_once = ("dbms.cypher.min_replan_interval", "1h")
        engine = replace(request.getfixturevalue("neo4j_engine"), gds=False, settings=(planned_once,))
    with open_database(engine, tmp_path_factory.mktemp("scratch") / engine.name) as database:
        yield database


@pytest.fixture
def empty_database(tmp_path: Path) -> Iterator[Database]:
    """The embedded engine with nothing in it but the schema."""
    with open_database(ArcadeDB(), tmp_path / "home" / "arcadedb") as database:
        yield database


Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def summit() -> Command:
    """Run the installed `summit` command: summit(*words, home=folder)."""

    def run(*words: str | Path, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("SUMMIT_")}
        return subprocess.run(
            [SUMMIT, *words],
            env={**inherited, "SUMMIT_HOME": str(home), **environment},
            capture_output=True,
            text=True,
            timeout=300,
        )

    return run


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, summit: Command) -> Iterator[Path]:
    """A home whose engine was started to stay."""
    home = tmp_path_factory.mktemp("kept")
    started = summit("db", "start", "--json", home=home)
    assert started.returncode == 0, started.stderr
    yield home
    assert summit("db", "reset", "--yes", home=home).returncode == 0


@pytest.fixture
def few(tmp_path: Path, published_folder: Path) -> Path:
    """Copies of a few of the published graphs."""
    (tmp_path / "few" / "ag").mkdir(parents=True)
    for index in (0, 294, 295):
        shutil.copyfile(published_folder / "ag" / f"ag-{index}.json", tmp_path / "few" / "ag" / f"ag-{index}.json")
    return tmp_path / "few"


@dataclass(frozen=True)
class Service:
    """A running `summit serve`. `url` ends without a slash; `token` is what changes carry."""

    url: str
    token: str = ""

    def post(self, query: str, **variables: Any) -> dict[str, Any]:
        """The whole answer to a GraphQL request, data and errors."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(f"{self.url}/graphql", body, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as response:
            answer: dict[str, Any] = json.load(response)
        return answer

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = self.post(query, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, published_folder: Path, summit: Command) -> Iterator[Service]:
    """The service over all published graphs, as a user starts it: imported and served by the command line."""
    home = tmp_path_factory.mktemp("service")
    lists = ["--class-list", DATA / "imagenet_classes.tsv", "--group-list", DATA / "imagenet_groups.tsv"]
    imported = summit("import-summit", published_folder, *lists, home=home)
    assert imported.returncode == 0, imported.stderr
    with serving(home) as running:
        yield running


@contextmanager
def serving(home: Path, summit: Path = SUMMIT, **environment: str) -> Iterator[Service]:
    """`summit serve` on a free port until the block ends."""
    (port,) = free_ports(1)
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("SUMMIT_")}
    words_of = home / f"serve-{port}.log"
    with words_of.open("w") as log:
        process = subprocess.Popen(
            [summit, "serve", "--port", str(port)],
            env={**inherited, "SUMMIT_HOME": str(home), **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        deadline = time.monotonic() + 60
        while "Summit Graph is at" not in (words := words_of.read_text()):
            assert process.poll() is None and time.monotonic() < deadline, words
            time.sleep(0.1)
        token = environment.get("SUMMIT_TOKEN") or (home / "token").read_text().strip()
        yield Service(f"http://127.0.0.1:{port}", token)
    finally:
        process.terminate()
        process.wait(30)
