"""What an engine is to those who start and stop it, and the record of one that runs."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import NoneType
from typing import Protocol

import psutil

from queries.engines.files import write_private
from queries.engines.identity import birth
from queries.records import Address

RECORD = "engine.json"

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start an engine: argv holds no secret, env may.

    address  as its administrator
    reader   as a user who may only read, None where the engine has no such users
    spare    argv without what we add to the engine, for one that does not get along with it
    """

    argv: list[str]
    env: dict[str, str]
    cwd: Path
    address: Address
    reader: Address | None = None
    spare: list[str] | None = None


class Engine(Protocol):
    """What an engine has to know of itself. `folder` is its own part of the data directory."""

    @property
    def name(self) -> str: ...

    def prepare(self, folder: Path, report: Report) -> None:
        """Fetch what is missing and write the configuration; safe to repeat. Raises EngineError."""

    def launch(self, folder: Path) -> Launch:
        """The command that starts the engine on free loopback ports."""


@dataclass(frozen=True, slots=True)
class Running:
    """An engine's process, as recorded in `engine.json` (readable by its owner only).

    created  the process's start time (seconds since the epoch), which moves when the clock is set
    kept     stays after its last user left, until `summit db stop`
    born     what tells it from a later process with the same pid, None in a record of an older version
    """

    engine: str
    pid: int
    created: float
    address: Address
    reader: Address | None
    kept: bool
    born: str | None = None

    def __post_init__(self) -> None:
        if type(self.pid) is not int or self.pid < 1 or type(self.created) is not float:
            raise ValueError(f"pid {self.pid!r}, started at {self.created!r}: no process")
        if not isinstance(self.born, (str, NoneType)):
            raise ValueError(f"pid {self.pid}, born {self.born!r}: no process")

    def alive(self) -> bool:
        """Whether that very process still runs. Raises OSError where the system cannot say at the moment."""
        now = birth(self.pid)
        if now is None or self.born is not None:
            return now is not None and now == self.born
        try:
            return abs(psutil.Process(self.pid).create_time() - self.created) < 2
        except psutil.NoSuchProcess:
            return False


def read_state(folder: Path) -> Running | None:
    """The record of the engine, or None where there is none, it is damaged (an engine is then started again), or it
    came with a copy of another folder, whose engine it tells of.
    """
    try:
        state = json.loads((folder / RECORD).read_text())
        written_in = state.pop("folder", None)  # older versions did not write it
        reader = state["reader"] and Address(**state["reader"])
        running = Running(**{**state, "address": Address(**state["address"]), "reader": reader})
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return running if written_in in (None, number_of(folder)) else None


def write_state(folder: Path, running: Running) -> None:
    """Put the record of the engine in place of the one before."""
    write_private(folder / RECORD, json.dumps({**asdict(running), "folder": number_of(folder)}))


def number_of(folder: Path) -> str:
    """What tells a folder from every other, its copies too; it keeps it when it is moved."""
    found = folder.stat()
    return f"{found.st_dev}/{found.st_ino}"
