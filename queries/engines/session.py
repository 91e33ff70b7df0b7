"""From the environment to an open Store: a named server, or the engine that Summit Graph runs itself."""

import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from queries.engines.arcadedb import ArcadeDB
from queries.engines.engine import Engine, Report, Running
from queries.engines.files import make_private, turn, write_private
from queries.engines.lifecycle import lease, revive
from queries.engines.neo4j import Neo4j
from queries.engines.waiting import Clock
from queries.errors import DataError, EngineError
from queries.records import Address
from queries.store import Store

ENGINES: dict[str, Engine] = {engine.name: engine for engine in (ArcadeDB(), Neo4j())}
DEFAULT_ENGINE = "arcadedb"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the data is.

    database  Bolt URL with credentials, None for the engine of our own (SUMMIT_DATABASE)
    home      data directory (SUMMIT_HOME, default ./.summit)
    token     what requests that change something must carry, None for one kept in the data directory (SUMMIT_TOKEN)
    hosts     names that the service is asked by, besides this machine's own (SUMMIT_HOSTS, comma-separated)
    private   requests that only read carry the token, too (SUMMIT_PRIVATE=1)
    embed     whether commands that bring counts or graphs have maps made in the background (SUMMIT_EMBED: on or off)
    """

    database: str | None
    home: Path
    token: str | None = None
    hosts: tuple[str, ...] = ()
    private: bool = False
    embed: bool = True

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Raises EngineError for a value that means nothing."""
        embed = environment.get("SUMMIT_EMBED") or "on"
        if embed not in ("on", "off"):
            raise EngineError(f"SUMMIT_EMBED is {embed!r:.40}; expected on or off")
        return cls(
            environment.get("SUMMIT_DATABASE") or None,
            Path(environment.get("SUMMIT_HOME") or ".summit").absolute(),
            environment.get("SUMMIT_TOKEN") or None,
            tuple(name.strip().lower() for name in environment.get("SUMMIT_HOSTS", "").split(",") if name.strip()),
            truth("SUMMIT_PRIVATE", environment.get("SUMMIT_PRIVATE", "")),
            embed == "on",
        )


def truth(name: str, word: str) -> bool:
    """A setting that is 1, or else 0 or empty. Raises DataError."""
    if word not in ("", "0", "1"):
        raise DataError(f"{name} is {word!r:.40}; set it to 1, or leave it unset")
    return word == "1"


@dataclass(frozen=True, slots=True)
class Access:
    """Addresses of one database.

    address  with all rights
    reader   of a user who may only read, None where the engine has no such users (Neo4j Community)
    revive   starts an engine of our own again if it ended, and gives its addresses; None for a server of the user's
             (raises EngineError where the engine is gone, OSError where nothing can be found out at the moment)
    """

    address: Address
    reader: Address | None
    revive: Callable[[Clock], "Access"] | None = None


def chosen_engine(home: Path) -> Engine:
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


def find_engine(name: str) -> Engine:
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
    """The database for the length of a block; an engine of our own is started and stopped as needed."""
    if settings.database is not None:
        yield Access(Address.parse(settings.database), None)
        return
    engine = chosen_engine(settings.home)
    folder = engine_folder(settings.home, engine)
    make_private(settings.home)
    with lease(engine, folder, report) as running:
        yield access_of(engine, folder, running, report)


def access_of(engine: Engine, folder: Path, running: Running, report: Report) -> Access:
    """The addresses of an engine of our own, and the way to those it has after it was started again."""

    def again(clock: Clock) -> Access:
        return access_of(engine, folder, revive(engine, folder, running, report, clock), report)

    return Access(running.address, running.reader, again)


@contextmanager
def sole_import(settings: Settings, report: Report) -> Iterator[None]:
    """One import at a time into an engine of our own; a server keeps imports apart by its locks."""
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
        async with await Store.open(access.address) as store:
            await store.create_schema(restoring=restoring)
            yield store
