"""From the environment to an open Store: a named server, or the engine that Summit Graph runs itself."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from queries.engines.arcadedb import ArcadeDB
from queries.engines.engine import Engine, Report, Running
from queries.engines.files import make_private, turn, write_private
from queries.engines.lifecycle import end_unless_shared, lease, revive
from queries.engines.neo4j import Neo4j
from queries.engines.settings import Settings
from queries.engines.waiting import Clock
from queries.errors import EngineError
from queries.records import Address
from queries.store import Store

Built = ArcadeDB | Neo4j
ENGINES: dict[str, Built] = {engine.name: engine for engine in (ArcadeDB(), Neo4j())}
DEFAULT_ENGINE = "arcadedb"


@dataclass(frozen=True, slots=True)
class Access:
    """Addresses of one database.

    address  with all rights
    reader   of a user who may only read, None where the engine has no such users (Neo4j Community)
    revive   starts the built-in engine again if it ended, and gives its addresses; None for a server of the user's
             (raises EngineError where the engine is gone, OSError where nothing can be found out at the moment)
    end      ends a built-in engine, for `revive` to start it again, unless other processes use it: returns who, or
             None where that engine has ended before
    engine   name of the built-in engine
    running  its process
    """

    address: Address
    reader: Address | None
    revive: Callable[[Clock], "Access"] | None = None
    end: Callable[[Running, Clock], list[str] | None] | None = None
    engine: str | None = None
    running: Running | None = None


def chosen_engine(home: Path) -> Built:
    """The engine this data directory uses: the last one started with `summit db start`, else the default.

    Raises EngineError where the file that names it is damaged.
    """
    try:
        name = (home / "engine").read_text(errors="replace").strip()
    except OSError:  # not there, or not to be read: then starting the engine says why
        name = DEFAULT_ENGINE
    if name not in ENGINES:
        raise EngineError(
            f"{home / 'engine'} does not name an engine ({name!r:.40}); choose one again with "
            f"`summit db start --engine {DEFAULT_ENGINE}` (or {', '.join(ENGINES.keys() - {DEFAULT_ENGINE})})"
        )
    return ENGINES[name]


def find_engine(name: str) -> Built:
    """An engine by name; raises EngineError."""
    if name not in ENGINES:
        raise EngineError(f"no engine is called {name!r}; there are {', '.join(ENGINES)}")
    return ENGINES[name]


def choose_engine(home: Path, engine: Engine) -> None:
    """Remember the engine for the commands to come."""
    make_private(home)
    write_private(home / "engine", engine.name + "\n")


def engine_folder(home: Path, engine: Engine) -> Path:
    """An engine's own part of the data directory."""
    return home / engine.name


@contextmanager
def database(settings: Settings, report: Report) -> Iterator[Access]:
    """The database for the length of a block; the built-in engine is started and stopped as needed."""
    if settings.database is not None:
        yield Access(Address.parse(settings.database), None)
        return
    engine = chosen_engine(settings.home)
    folder = engine_folder(settings.home, engine)
    make_private(settings.home)
    with lease(replace(engine, heap=settings.heap), folder, report) as running:
        yield access_of(engine, folder, running, report)


def access_now(settings: Settings, report: Report, engine: str | None) -> Access:
    """The database that another process of ours holds open. Raises EngineError where it does not.

    engine  name of the built-in engine it holds, where another may have been chosen since; None for the chosen one
    """
    if settings.database is not None:
        return Access(Address.parse(settings.database), None)
    built = replace(find_engine(engine) if engine else chosen_engine(settings.home), heap=settings.heap)
    folder = engine_folder(settings.home, built)
    return access_of(built, folder, revive(built, folder, None, report), report)


def access_of(engine: Engine, folder: Path, running: Running, report: Report) -> Access:
    """The addresses of the built-in engine, and the way to those it has after it was started again."""

    def again(clock: Clock) -> Access:
        return access_of(engine, folder, revive(engine, folder, running, report, clock), report)

    return Access(running.address, running.reader, again, partial(end_unless_shared, folder), engine.name, running)


@contextmanager
def sole_import(settings: Settings, report: Report) -> Iterator[None]:
    """One import at a time into the built-in engine; a server keeps imports apart by its locks."""
    if settings.database is not None:
        yield
        return
    make_private(settings.home)
    with turn(settings.home, "import", report):
        yield


@asynccontextmanager
async def open_store(settings: Settings, report: Report, *, restoring: bool = False) -> AsyncIterator[Store]:
    """An open Store with its schema in place, for commands that run once; `restoring` as in create_schema."""
    with database(settings, report) as access:
        async with await Store.open(access.address, form=settings.pagerank) as store:
            await store.create_schema(restoring=restoring)
            yield store
