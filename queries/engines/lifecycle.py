"""Start, share and stop an engine that Summit Graph runs itself, as a child process on loopback.

Every process that uses an engine holds a shared lock on `users.lock`; starting and stopping happen under an exclusive
lock on `engine.lock`. Who leaves last (gets `users.lock` exclusively) stops the engine, unless `summit db start` asked
to keep it. The kernel drops the locks of a process that dies, so nothing can be left behind but the engine itself,
which the next command finds and uses.
"""

import errno
import fcntl
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Protocol

import psutil
from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

from queries.errors import EngineError, QueryError, StoreError, StoreUnreachable
from queries.records import Address

START_SECONDS = 90
STOP_SECONDS = 60
START_TRIES = 3  # another process may take a free port between finding it and using it
NEEDED_BYTES = 200 * 2**20
FULL_BYTES = 16 * 2**20
LOG = "engine.log"
PORT_TAKEN = ("already in use", "BindException", "Unable to listen")

Report = Callable[[str], None]
_children: dict[int, subprocess.Popen[bytes]] = {}  # engines this process started, so that it also buries them


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start an engine: argv holds no secret, env may.

    address  as its administrator
    reader   as a user who may only read, None where the engine has no such users
    """

    argv: list[str]
    env: dict[str, str]
    cwd: Path
    address: Address
    reader: Address | None = None


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

    created  the process's start time, which tells it from a later process with the same pid (seconds since the epoch)
    kept     stays after its last user left, until `summit db stop`
    """

    engine: str
    pid: int
    created: float
    address: Address
    reader: Address | None
    kept: bool

    def alive(self) -> bool:
        try:
            process = psutil.Process(self.pid)
            return abs(process.create_time() - self.created) < 2 and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False


@contextmanager
def lease(engine: Engine, folder: Path, report: Report) -> Iterator[Running]:
    """Use the engine for the length of a block: start it if nobody did, stop it if nobody else needs it.

    Raises EngineError when it cannot be started, or ends while the block needs it.
    """
    make_private(folder)
    with (folder / "users.lock").open("w") as users:
        try:
            with exclusive(folder):
                before = read_state(folder)
                running = running_engine(folder, report) or start_process(
                    engine, folder, report, kept=before is not None and before.kept
                )
                fcntl.flock(users, fcntl.LOCK_SH)
            try:
                yield running
            except (QueryError, StoreError) as error:
                if (told := explained(error, running, folder)) is error:
                    raise
                raise told from error
        finally:
            with exclusive(folder):
                if last_user(users) and (found := read_state(folder)) and not found.kept:
                    stop_process(found, folder)


def explained(error: QueryError | StoreError, running: Running, folder: Path) -> QueryError | StoreError:
    """What the machine knows of an error that the database cannot tell: its engine is gone, or its disk is full."""
    if isinstance(error, StoreUnreachable) and not running.alive():
        return EngineError(
            f"the {running.engine} engine (pid {running.pid}) ended while it was in use; what was committed is kept: "
            f"repeat the command, which starts it again (its log is {folder / LOG})"
        )
    free = shutil.disk_usage(folder).free
    if free < FULL_BYTES:
        return StoreError(
            f"the disk under {folder} is full ({free / 2**20:.1f} MiB left): {error}; what was committed is kept: free "
            "some space and repeat"
        )
    return error


def start(engine: Engine, folder: Path, report: Report) -> Running:
    """Start the engine and keep it until `stop`; one that already runs is kept from now on."""
    make_private(folder)
    with exclusive(folder):
        running = running_engine(folder, report) or start_process(engine, folder, report, kept=True)
        running = replace(running, kept=True)
        write_state(folder, running)
        return running


def stop(folder: Path) -> bool:
    """Stop the engine if it runs and nobody uses it; True if it was running. Raises EngineError while it is in use."""
    if not folder.exists():
        return False
    with exclusive(folder), (folder / "users.lock").open("w") as users:
        running = status(folder)
        processes = [psutil.Process(running.pid)] if running else forgotten_engines(folder)
        if processes and not last_user(users):
            raise EngineError(
                f"the engine in {folder} (pid {processes[0].pid}) is in use by another summit command; end that one "
                "(for a service: Ctrl+C in its terminal) and repeat"
            )
        for process in processes:
            end_process(process)
        (folder / "engine.json").unlink(missing_ok=True)
        return bool(processes)


def status(folder: Path) -> Running | None:
    """The engine that runs now, if any; starts and changes nothing."""
    running = read_state(folder)
    return running if running and running.alive() else None


def erase(folder: Path) -> bool:
    """Stop the engine and delete its files, data and password; True if there were any."""
    if not folder.exists():
        return False
    stop(folder)
    shutil.rmtree(folder)
    return True


def running_engine(folder: Path, report: Report) -> Running | None:
    """The recorded engine if it lives and answers; a dead one's record is removed. Raises EngineError if it hangs."""
    running = read_state(folder)
    if running is None:
        end_forgotten_engines(folder, report)
        return None
    if not running.alive():
        report(f"the {running.engine} engine (pid {running.pid}) ended without being asked to; starting it again")
        (folder / "engine.json").unlink()
        return None
    deadline = time.monotonic() + 15
    while (problem := no_answer(running.address)) is not None:
        if time.monotonic() > deadline:
            raise EngineError(
                f"the {running.engine} engine (pid {running.pid}) runs but does not answer at {running.address.url}: "
                f"{problem}; stop it with `kill {running.pid}` and repeat"
            )
        time.sleep(0.2)
    return running


def forgotten_engines(folder: Path) -> list[psutil.Process]:
    """Engines that run in the folder: without a record, if their starter was killed or the record was lost."""
    here = str(folder.resolve())
    return [
        process
        for process in psutil.process_iter(["name", "cwd"])
        if process.info["name"] == "java" and process.info["cwd"] == here
    ]


def end_forgotten_engines(folder: Path, report: Report) -> None:
    """End what runs in the folder on a port that nobody knows. Raises EngineError while it is in use."""
    for process in forgotten_engines(folder):
        with (folder / "users.lock").open("w") as users:
            if not last_user(users):
                raise EngineError(
                    f"{folder / 'engine.json'} is damaged or gone, and the engine (pid {process.pid}) is in use by "
                    "another summit command; end that one and repeat"
                )
        report(f"an engine (pid {process.pid}) runs in {folder} without a readable engine.json; starting it again")
        end_process(process)


def start_process(engine: Engine, folder: Path, report: Report, kept: bool) -> Running:
    """Start the engine and wait until it answers over Bolt. Raises EngineError with the end of its log."""
    free = shutil.disk_usage(folder).free
    if free < NEEDED_BYTES:
        raise EngineError(
            f"{folder} has {free / 2**20:.0f} MiB of free disk; the {engine.name} engine needs at least "
            f"{NEEDED_BYTES // 2**20} MiB: free some space, or set SUMMIT_HOME to another disk"
        )
    engine.prepare(folder, report)
    for attempt in range(1, START_TRIES + 1):
        launch = engine.launch(folder)
        log = folder / LOG
        with log.open("w") as sink:
            process = subprocess.Popen(
                launch.argv,
                env={**os.environ, **launch.env},
                cwd=launch.cwd,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        _children[process.pid] = process
        created = psutil.Process(process.pid).create_time()
        running = Running(engine.name, process.pid, created, launch.address, launch.reader, kept)
        write_state(folder, running)
        if wait_until_ready(process, launch.address, log):
            return running
        taken = port_taken(log)
        stop_process(running, folder)
        if not taken or attempt == START_TRIES:
            break
        report(f"{launch.address.url} was taken by another program meanwhile; trying another port")
    raise EngineError(f"the {engine.name} engine did not start: {last_words(log)}; its whole log is {log}")


def port_taken(log: Path) -> bool:
    """Whether an engine complains of its port; it may stay up then, without one."""
    words = log.read_text(errors="replace")
    return any(mark in words for mark in PORT_TAKEN)


def wait_until_ready(process: subprocess.Popen[bytes], address: Address, log: Path) -> bool:
    """True once the process answers over Bolt; False if it ended, has no port, or START_SECONDS passed."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and not port_taken(log) and time.monotonic() < deadline:
        if listens(address) and no_answer(address) is None:
            return True
        time.sleep(0.05)
    return False


def listens(address: Address) -> bool:
    """Whether the port takes connections: cheap to ask while an engine comes up."""
    host, _, port = address.url.partition("://")[2].rpartition(":")
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, int(port))) == 0


def no_answer(address: Address) -> str | None:
    """Why the engine does not answer a query, or None if it does."""
    try:
        with (
            GraphDatabase.driver(
                address.url,
                auth=(address.user, address.password),
                connection_timeout=2,
                connection_acquisition_timeout=2,  # a stranger on the port may take a connection and stay silent
            ) as driver,
            driver.session(database=address.database) as session,
        ):
            session.run("RETURN 1 AS one").consume()
    except (DriverError, Neo4jError, OSError) as error:
        return str(error).splitlines()[0]
    return None


def stop_process(running: Running, folder: Path) -> None:
    """End the recorded engine, then forget it."""
    if running.alive():
        end_process(psutil.Process(running.pid))
    bury(running.pid)
    (folder / "engine.json").unlink(missing_ok=True)


def end_process(process: psutil.Process) -> None:
    """End a process, politely first, so that it closes its files."""
    try:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(STOP_SECONDS)
    except psutil.NoSuchProcess:
        pass
    bury(process.pid)


def bury(pid: int) -> None:
    """Take leave of a process that ended, if it was a child of this one."""
    if child := _children.pop(pid, None):
        child.wait()


def read_state(folder: Path) -> Running | None:
    """The record of the engine, or None where there is none or it is damaged (an engine is then started anew)."""
    try:
        state = json.loads((folder / "engine.json").read_text())
        reader = state["reader"] and Address(**state["reader"])
        return Running(**{**state, "address": Address(**state["address"]), "reader": reader})
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


def write_state(folder: Path, running: Running) -> None:
    write_private(folder / "engine.json", json.dumps(asdict(running)))


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, in one step: a reader sees the old text or the new."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    beside.replace(path)


def make_private(folder: Path) -> None:
    """Create the folder for its owner only, if it is not there. Raises EngineError where that is not possible."""
    try:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise EngineError(
            f"cannot use {folder} for the database: {error.strerror}; set SUMMIT_HOME to a folder you can write to"
        ) from error


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Alone in the room where engines are started and stopped."""
    with (folder / "engine.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def turn(folder: Path, name: str, report: Report) -> Iterator[None]:
    """Hold a named lock of the data directory; says so when it has to wait for another process."""
    with (folder / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report(f"another {name} is at work; waiting until it ends")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def last_user(users: IO[str]) -> bool:
    """Try to turn this process's share of `users.lock` into sole possession."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def free_ports(count: int) -> list[int]:
    """Ports on loopback that nobody listens on at this moment."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def usual_port(folder: Path) -> int:
    """The port this folder's engine had last, if it is free, so that a service that lost its engine finds the next one;
    else a free one.
    """
    kept = folder / "port"
    try:
        port = int(kept.read_text())
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    except (OSError, ValueError, OverflowError):
        (port,) = free_ports(1)
        write_private(kept, f"{port}\n")
    return port


def last_words(log: Path) -> str:
    """The line of a log that most likely says what went wrong."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if "Exception" in line or "rror" in line or "SEVER" in line]
    return (telling or lines or ["it wrote nothing"])[-1][:300]
