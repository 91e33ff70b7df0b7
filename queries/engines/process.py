"""The process of an engine: started until it answers over Bolt, found again, ended."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil
from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

from queries.engines.engine import RECORD, Engine, Launch, Report, Running, write_state
from queries.engines.identity import birth, lingers
from queries.engines.ports import listens
from queries.engines.waiting import CLOCK, Clock, uninterrupted
from queries.errors import EngineError, first_line
from queries.records import Address

START_SECONDS = 90
STOP_SECONDS = 60.0
START_TRIES = 3  # another process may take a free port between finding it and using it
NEEDED_BYTES = 200 * 2**20
LOG = "engine.log"
LINKAGE = re.compile(  # what Java calls classes that do not fit together
    "(Linkage|NoClassDefFound|NoSuchMethod|NoSuchField|AbstractMethod|ClassFormat|ClassVersion|ClassChange|"
    "ServiceConfiguration)Error"
)
PORT_TAKEN = ("already in use", "BindException", "Unable to listen")
MAIN_ENDED = 'Exception in thread "main"'  # what Java says when its main thread fails; others may go on, of no use

_children: dict[int, subprocess.Popen[bytes]] = {}  # engines this process started, so that it also buries them


def start_process(engine: Engine, folder: Path, report: Report, kept: bool, clock: Clock = CLOCK) -> Running:
    """Start the engine and wait until it answers over Bolt. Raises EngineError with the end of its log."""
    free = shutil.disk_usage(folder).free
    if free < NEEDED_BYTES:
        raise EngineError(
            f"{folder} has {free / 2**20:.0f} MiB of free disk; the {engine.name} engine needs at least "
            f"{NEEDED_BYTES // 2**20} MiB: free some space, or set SUMMIT_HOME to another disk"
        )
    engine.prepare(folder, report)
    spare, log = False, folder / LOG
    for attempt in range(1, START_TRIES + 1):
        launch = engine.launch(folder)
        running = spawn(engine.name, launch.spare if spare and launch.spare else launch.argv, launch, folder, kept)
        if wait_until_ready(_children[running.pid], launch.address, log, clock):
            return running
        taken, unfit = port_taken(log), LINKAGE.search(log.read_text(errors="replace"))
        problem = why_not_ready(_children[running.pid], log)
        stop_process(running, folder)
        if attempt == START_TRIES or not (taken or (unfit and launch.spare and not spare)):
            break
        if taken:
            report(f"{launch.address.url} was taken by another program meanwhile; trying another port")
        else:
            report(f"the {engine.name} engine does not start with our procedures: {last_words(log)}; it starts without")
            spare = True
    raise EngineError(f"the {engine.name} engine did not start: {problem}; its whole log is {log}")


def spawn(name: str, argv: Sequence[str], launch: Launch, folder: Path, kept: bool) -> Running:
    """Begin an engine's process and write down which it is; no interruption leaves one that nobody knows of."""
    with uninterrupted(), (folder / LOG).open("w") as sink:
        process = subprocess.Popen(
            argv,
            env={**os.environ, **launch.env},
            cwd=launch.cwd,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        _children[process.pid] = process
        created, born = psutil.Process(process.pid).create_time(), birth(process.pid)
        running = Running(name, process.pid, created, launch.address, launch.reader, kept, born)
        write_state(folder, running)
    return running


def wait_until_ready(process: subprocess.Popen[bytes], address: Address, log: Path, clock: Clock) -> bool:
    """True once the process answers over Bolt; False if it ended, gave up, has no port, or START_SECONDS passed."""
    deadline = clock.now() + START_SECONDS
    while not has_ended(process) and not port_taken(log) and not gave_up(log) and clock.now() < deadline:
        if listens(address) and no_answer(address) is None:
            return True
        clock.sleep(0.05)
    return False


def port_taken(log: Path) -> bool:
    """Whether an engine complains of its port; it may stay up then, without one."""
    words = log.read_text(errors="replace")
    return any(mark in words for mark in PORT_TAKEN)


def gave_up(log: Path) -> bool:
    """Whether an engine failed to start although its process stays up."""
    return MAIN_ENDED in log.read_text(errors="replace")


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
        return first_line(error)
    return None


def last_words(log: Path) -> str:
    """The line of a log that most likely says what went wrong."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if "Exception" in line or "rror" in line or "SEVER" in line]
    return (telling or lines or ["it wrote nothing"])[-1][:300]


def why_not_ready(process: subprocess.Popen[bytes], log: Path) -> str:
    """Of an engine that is not waited for any longer, before it is ended: it would complain of that, too."""
    if has_ended(process) or port_taken(log) or gave_up(log):
        return last_words(log)
    return (
        f"it does not answer after {START_SECONDS} s, as on a very busy machine, where it helps to repeat the command "
        f"later; the last that it says is: {last_words(log)}"
    )


def stop_process(running: Running, folder: Path, patience: float = STOP_SECONDS) -> None:
    """End the recorded engine, then forget it."""
    if running.alive():
        end_process(psutil.Process(running.pid), patience)
    bury(running.pid)
    (folder / RECORD).unlink(missing_ok=True)


def end_process(process: psutil.Process, patience: float = STOP_SECONDS) -> None:
    """End a process, politely first, so that it closes its files. Raises EngineError where even `kill -9` does not, or
    where it is not ours to end.

    patience  seconds that it may take to end by itself
    """
    try:
        process.terminate()
        try:
            process.wait(patience)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(STOP_SECONDS)
    except psutil.NoSuchProcess:
        pass
    except psutil.AccessDenied as error:
        raise EngineError(of_another_user(process.pid)) from error
    except psutil.TimeoutExpired as error:
        raise EngineError(undying(process.pid)) from error
    bury(process.pid)


def bury(pid: int, clock: Clock = CLOCK, lives: Callable[[], bool] = lambda: False) -> None:
    """Wait until nothing is left of an engine that ended, for until then it holds its port; a child is taken leave of.

    lives  whether it still does, where it was only just told to end
    Raises EngineError where something is left after STOP_SECONDS.
    """
    child, deadline = _children.get(pid), clock.now() + STOP_SECONDS
    while (child is not None and not has_ended(child)) or lives() or lingers(pid):
        if clock.now() >= deadline:
            raise EngineError(undying(pid))
        clock.sleep(0.05)
    _children.pop(pid, None)


def has_ended(child: subprocess.Popen[bytes]) -> bool:
    """Whether a process that we started has ended.

    Popen.poll does not tell reliably: interrupted at the wrong moment it keeps its lock, and answers None ever after.
    """
    if child.returncode is None:
        try:
            ended, status = os.waitpid(child.pid, os.WNOHANG)
        except ChildProcessError:  # somebody else took leave of it
            ended, status = child.pid, 0
        if ended:
            child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode is not None


def of_another_user(pid: int) -> str:
    return f"this user may not end the engine (pid {pid}); end it as the user who started it, and repeat"


def undying(pid: int) -> str:
    return (
        f"the engine (pid {pid}) was ended and is still there after {STOP_SECONDS:g} s, as where a disk does not "
        "answer; look at that (`dmesg` may say more), and repeat when it is gone"
    )


def forgotten_engines(folder: Path) -> list[psutil.Process]:
    """Engines that run in the folder: without a record, if their starter was killed or the record was lost."""
    here = str(folder.resolve())
    return [
        process
        for process in psutil.process_iter(["name", "cwd"])
        if process.info["name"] == "java" and process.info["cwd"] == here
    ]
