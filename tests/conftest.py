"""Real databases for the tests: both engines, loaded with the published graphs once per session; a running service."""

import gc
import os
import shutil
import subprocess
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from bench.testbed.databases import DATA, MODEL, ROOT, Database, load_everything, load_published, open_database
from bench.testbed.sample import load_sample
from bench.testbed.service import HANGS, QUIETLY, SUMMIT, Service, serving
from graphql_api.app import PAGE
from queries.engines.arcadedb import ArcadeDB
from queries.engines.class_cache import WithJavaOptions
from queries.engines.engine import Engine
from queries.engines.neo4j import Neo4j
from queries.load import published
from queries.progress import ignore_progress
from tests.nginx import REMEDY, find_nginx
from tests.prepared import copy_engine, make_once
from tests.queries.guard.guarded import Guarded, guarding

__all__ = [
    "DATA",
    "HANGS",
    "MODEL",
    "QUIETLY",
    "ROOT",
    "SUMMIT",
    "Command",
    "Database",
    "Service",
    "load_everything",
    "load_published",
    "open_database",
    "serving",
]

THOROUGHLY = "-XX:TieredStopAtLevel=4"  # Java compiles well what is busy: for an engine that hundreds of tests ask
PLANNED_ONCE = ("dbms.cypher.min_replan_interval", "1h")  # however Neo4j grows; a large statement takes it seconds

TOGETHER = {  # tests that share an engine stay in one process, so that it starts once; the first group that fits
    "databases": (
        "tests/conformance/",
        "tests/queries/",
        "tests/test_docs.py",
        "tests/engines/test_plugin.py",
        "tests/graphql_api/test_api.py",
        "tests/graphql_api/requests/test_columns.py",
        "tests/graphql_api/requests/test_kept.py",
        "tests/graphql_api/requests/test_recalled.py",
        "tests/ingest/run/test_skips.py",
        "tests/ingest/subset/test_keeping.py",
    ),
    "service": (
        "tests/e2e/",
        "tests/graphql_api/gate/test_protocol.py",
        "tests/graphql_api/test_cookbook.py",
        "tests/graphql_api/test_errors.py",
        "tests/graphql_api/test_pictures.py",
        "tests/graphql_api/test_service.py",
        "tests/test_client.py",
        "tests/test_notebooks.py",
        "tests/test_serve.py",
    ),
    "made": (
        "tests/graphql_api/gate/",
        "tests/graphql_api/requests/",
        "tests/graphql_api/test_encoding.py",
        "tests/graphql_api/test_export_line.py",
        "tests/graphql_api/test_extraction.py",
        "tests/graphql_api/upkeep/",
    ),
}


class BySharedEngine(LoadFileScheduling):  # type: ignore[misc]  # xdist brings no types
    """With several processes (`--numprocesses 2`): each file to one of them, and files of one group to the same."""

    def _split_scope(self, nodeid: str) -> str:
        return next((group for group, paths in TOGETHER.items() if nodeid.startswith(paths)), nodeid.partition("::")[0])


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> BySharedEngine:
    return BySharedEngine(config, log)


def pytest_configure() -> None:
    """Most engines here live for seconds: Java compiles their code quickly rather than well, which halves a start.

    And hundreds of commands are started, each of which would compile our modules again where Python may not keep that.
    """
    os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_unconfigure() -> None:
    gc.unfreeze()  # at the end all may go, as it would in any program


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Imports and the tests themselves are there until the end, so nothing of them is looked at for what may go."""
    gc.disable()
    try:
        return (yield)
    finally:
        keep_for_good()
        gc.enable()


def keep_for_good() -> None:
    """Spare what is there now from Python's search for cycles that nobody holds: among millions, it takes a second."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def built_page() -> Path:
    """The folder of the page. Without it nothing of the page is tested: skipped, and a failure under CI."""
    if not (PAGE / "index.html").is_file():
        message = f"there is no page in {PAGE}; run `npm ci && npm run build` in web/"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return PAGE


@pytest.fixture
def nginx() -> str:
    found = find_nginx()
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(REMEDY)
        pytest.skip(REMEDY)
    return found


@pytest.fixture(scope="session")
def published_folder() -> Path:
    folder = DATA / "summit-published" / "data"
    if not (folder / "ag").is_dir():
        pytest.skip(f"no published graphs in {folder}; SUMMIT_TEST_DATA names the folder that has summit-published")
    return folder


@pytest.fixture(scope="session")
def published_data(published_folder: Path) -> published.PublishedData:
    data = published.read_published(published_folder, ignore_progress)
    keep_for_good()
    return data


@pytest.fixture(scope="session")
def neo4j_engine() -> Neo4j:
    """The engine with little memory. Without Maven the tests that need it are skipped, and fail under CI."""
    if shutil.which("mvn") is None:
        if os.environ.get("CI"):
            pytest.fail("mvn is not on PATH: nothing was tested against a real Neo4j")
        pytest.skip("mvn is not on PATH: nothing is tested against a real Neo4j")
    return Neo4j(heap=2**30, pages=128 * 2**20, settings=(PLANNED_ONCE,))


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all processes of this test run keep what they make once."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "prepared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def published_arcadedb(prepared: Path, published_data: published.PublishedData) -> Path:
    """A stopped embedded engine with all published graphs, to be copied."""

    def make(folder: Path) -> None:
        with open_database(ArcadeDB(), folder) as database:
            load_published(database, published_data)

    return make_once(prepared / "arcadedb", make)


@pytest.fixture(scope="session")
def empty_neo4j(prepared: Path, neo4j_engine: Neo4j) -> Path:
    """A stopped Neo4j with its password and the schema, to be copied; with Graph Data Science or without."""

    def make(folder: Path) -> None:
        with open_database(neo4j_engine, folder):
            pass

    return make_once(prepared / "neo4j", make)


@pytest.fixture(scope="session")
def arcadedb(tmp_path_factory: pytest.TempPathFactory, published_arcadedb: Path) -> Iterator[Database]:
    """The embedded engine with all published graphs and the sample."""
    folder = copy_engine(published_arcadedb, tmp_path_factory.mktemp("home") / "arcadedb")
    with open_database(WithJavaOptions(ArcadeDB(), lambda options: [THOROUGHLY, *options]), folder) as database:
        database.await_(load_sample(database.store))
        yield database


@pytest.fixture(scope="session")
def neo4j(
    tmp_path_factory: pytest.TempPathFactory,
    published_data: published.PublishedData,
    neo4j_engine: Neo4j,
    empty_neo4j: Path,
) -> Iterator[Database]:
    """A real Neo4j with GDS, all published graphs and the sample; one process of a test run has all its tests."""
    folder = copy_engine(empty_neo4j, tmp_path_factory.mktemp("neo4j") / "neo4j")
    with open_database(neo4j_engine, folder) as database:
        load_everything(database, published_data)
        yield database


@pytest.fixture(params=["arcadedb", "neo4j"])
def database(request: pytest.FixtureRequest) -> Database:
    """Each engine in turn."""
    found: Database = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def guarded_arcadedb(arcadedb: Database) -> Iterator[Guarded]:
    with guarding(arcadedb) as guarded:
        yield guarded


@pytest.fixture(scope="session")
def guarded_neo4j(neo4j: Database) -> Iterator[Guarded]:
    with guarding(neo4j) as guarded:
        yield guarded


@pytest.fixture
def guarded(request: pytest.FixtureRequest, database: Database) -> Guarded:
    """Each engine in turn behind a guard that all tests share; its limits are those of every test's beginning."""
    found: Guarded = request.getfixturevalue(f"guarded_{database.name}")
    found.limit()
    return found


@pytest.fixture(scope="session", params=["arcadedb", "neo4j"])
def scratch(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Each engine in turn with nothing in it; every test loads under a model of its own."""
    with empty_database(request, tmp_path_factory.mktemp("scratch") / request.param) as database:
        yield database


@contextmanager
def empty_database(request: pytest.FixtureRequest, folder: Path) -> Iterator[Database]:
    """ArcadeDB, or Neo4j without Graph Data Science, whichever is the fixture's parameter."""
    engine: Engine = ArcadeDB()
    if request.param == "neo4j":
        engine = replace(request.getfixturevalue("neo4j_engine"), gds=False)
        copy_engine(request.getfixturevalue("empty_neo4j"), folder)
    with open_database(engine, folder) as database:
        yield database


Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def summit() -> Command:
    """Run the installed `summit` command: summit(*words, home=folder)."""

    def run(*words: str | Path, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("SUMMIT_")}
        return subprocess.run(
            [SUMMIT, *words],
            env={**inherited, **QUIETLY, "SUMMIT_HOME": str(home), **environment},
            capture_output=True,
            text=True,
            timeout=HANGS,
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
    return copy_graphs(published_folder, tmp_path / "few", (0, 294, 295))


@pytest.fixture(scope="session")
def batches(tmp_path_factory: pytest.TempPathFactory, published_folder: Path) -> Path:
    """Copies of so many of the published graphs that importing them takes three batches."""
    return copy_graphs(published_folder, tmp_path_factory.mktemp("batches"), range(120))


def copy_graphs(published_folder: Path, folder: Path, classes: Iterable[int]) -> Path:
    """A folder with the published graphs of some classes."""
    (folder / "ag").mkdir(parents=True)
    for index in classes:
        shutil.copyfile(published_folder / "ag" / f"ag-{index}.json", folder / "ag" / f"ag-{index}.json")
    return folder


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, published_arcadedb: Path) -> Iterator[Service]:
    """The service over all published graphs, as a user starts it."""
    home = tmp_path_factory.mktemp("service")
    copy_engine(published_arcadedb, home / "arcadedb")
    options = f"{os.environ['JDK_JAVA_OPTIONS']} {THOROUGHLY}"
    with serving(home, JDK_JAVA_OPTIONS=options) as running:
        yield running


@pytest.fixture(scope="session")
def empty_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service over a database with nothing in it: a change that is let through finds no model."""
    with serving(tmp_path_factory.mktemp("empty")) as service:
        yield service
