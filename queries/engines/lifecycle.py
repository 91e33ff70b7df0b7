"""Start, share and stop an engine that Summit Graph runs itself, as a child process on loopback.

Every process that uses an engine holds a shared lock on `users.lock`; starting and stopping happen under an exclusive
lock on `engine.lock`. Who leaves last (gets `users.lock` exclusively) stops the engine, unless `summit db start` asked
to keep it. The kernel drops the locks of a process that dies, so nothing can be left behind but the engine itself,
which the next command finds and uses.
"""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

import psutil

from queries.engines.engine import RECORD, Engine, Report, Running, read_state, write_state
from queries.engines.files import LOCK_SECONDS, flock_within, last_user, locked, make_private, users_of
from queries.engines.process import (
    LOG,
    STOP_SECONDS,
    bury,
    end_process,
    forgotten_engines,
    no_answer,
    of_another_user,
    start_process,
    stop_process,
)
from queries.engines.waiting import CLOCK, Clock, interruptible
from queries.errors import EngineError, QueryError, StoreError, StoreUnreachable

ROOM = "engine.lock"  # where engines are started and stopped, one process at a time
USERS = "users.lock"
FULL_BYTES = 16 * 2**20
ANSWER_SECONDS = 15
ENDING_SECONDS = 5.0  # of a killed engine, whose connections are cut before its memory is given back
HURRY_SECONDS = 4.0  # that an engine may take to end after a signal; then it is killed, which loses nothing
LEAVE_SECONDS = 8.0  # to wait at the end for others, who start or stop the engine themselves


@contextmanager
def lease(engine: Engine, folder: Path, report: Report) -> Iterator[Running]:
    """Use the engine for the length of a block: start it if nobody did, stop it if nobody else needs it.

    Raises EngineError when it cannot be started, or ends while the block needs it.
    """
    make_private(folder)
    with (folder / USERS).open("w") as users:
        running = join(engine, folder, users, report)
        patience = STOP_SECONDS
        try:
            yield running
        except (QueryError, StoreError) as error:
            if (told := explained(error, running, folder)) is error:
                raise
            raise told from error
        except BaseException:  # a signal, whose sender is waiting
            patience = HURRY_SECONDS
            raise
        finally:
            leave(users, folder, report, patience)


def join(engine: Engine, folder: Path, users: IO[str], report: Report) -> Running:
    """Start the engine if nobody did, and be one of its users; if that is interrupted, nothing is left behind."""
    with interruptible(), locked(folder / ROOM):
        try:
            running = ensure(engine, folder, report)
            share(users, folder)
        except BaseException:
            stop_unused(users, folder, HURRY_SECONDS)
            raise
    return running


def share(users: IO[str], folder: Path) -> None:
    """Be one of the engine's users from now on. Raises EngineError where somebody keeps us out."""
    if not flock_within(users, fcntl.LOCK_SH, LOCK_SECONDS, CLOCK):
        raise EngineError(
            f"waited {LOCK_SECONDS:g} s for {folder / USERS}, which another summit command holds; end that one and "
            "repeat"
        )


def leave(users: IO[str], folder: Path, report: Report, patience: float, clock: Clock = CLOCK) -> None:
    """Stop the engine if nobody else uses it; where that cannot be found out it stays, for the next command to find.

    patience  seconds for all of it: to wait for others, and for the engine to end by itself
    """
    until = clock.now() + patience
    try:
        with locked(folder / ROOM, min(LEAVE_SECONDS, patience), clock):
            stop_unused(users, folder, max(0.0, until - clock.now()))
    except EngineError as error:
        report(f"{error} (the engine may run on; the next command uses it, `summit db stop` ends it)")


def stop_unused(users: IO[str], folder: Path, patience: float = STOP_SECONDS) -> None:
    """Stop the engine unless others use it or it is to be kept."""
    if last_user(users) and (found := read_state(folder)) and not found.kept:
        stop_process(found, folder, patience)


def ensure(engine: Engine, folder: Path, report: Report, clock: Clock = CLOCK) -> Running:
    """The engine that runs, else one started now; one that died is followed by one that is kept as long."""
    before = read_state(folder)
    kept = before is not None and before.kept
    return running_engine(folder, report, clock) or start_process(engine, folder, report, kept, clock)


def revive(engine: Engine, folder: Path, leased: Running | None, report: Report, clock: Clock = CLOCK) -> Running:
    """The engine that runs now: the leased one, if it is known, else one started again, for a service that outlives it.

    It listens elsewhere if another program took its port. Raises EngineError where the engine is gone and does not
    start; OSError where the state of things cannot be read, which says nothing of the engine and may pass.
    """
    if leased is not None and leased.alive():
        return leased
    try:
        if found := status(folder):
            return found
        with locked(folder / ROOM, clock=clock):
            running = ensure(engine, folder, report, clock)
    except OSError as error:
        raise EngineError(
            f"the {engine.name} engine ended and cannot be started again: {error.filename or 'a system call'}: "
            f"{error.strerror or error}"
        ) from error
    report(f"the {engine.name} engine answers again (pid {running.pid})")
    return running


def explained(
    error: QueryError | StoreError, running: Running, folder: Path, clock: Clock = CLOCK
) -> QueryError | StoreError:
    """What the machine knows of an error that the database cannot tell: its engine is gone, or its disk is full."""
    if isinstance(error, StoreUnreachable) and ended_within(running, ENDING_SECONDS, clock):
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


def ended_within(running: Running, seconds: float, clock: Clock) -> bool:
    """Whether the engine is gone, or is so in a moment."""
    deadline = clock.now() + seconds
    while running.alive():
        if clock.now() >= deadline:
            return False
        clock.sleep(0.05)
    return True


def start(engine: Engine, folder: Path, report: Report) -> Running:
    """Start the engine and keep it until `stop`; one that already runs is kept from now on."""
    make_private(folder)
    with interruptible(), locked(folder / ROOM):
        running = running_engine(folder, report) or start_process(engine, folder, report, kept=True)
        running = replace(running, kept=True)
        write_state(folder, running)
        return running


def stop(folder: Path) -> bool:
    """Stop the engine if it runs and nobody uses it; True if it was running. Raises EngineError while it is in use."""
    if not folder.exists():
        return False
    with locked(folder / ROOM), (folder / USERS).open("w") as users:
        running = status(folder)
        processes = [psutil.Process(running.pid)] if running else forgotten_engines(folder)
        if processes and not last_user(users):
            using = ", ".join(users_of(folder / USERS)) or "another summit command"
            raise EngineError(
                f"the engine in {folder} (pid {processes[0].pid}) is in use by {using}; wait for it or end it (for a "
                "service: Ctrl+C in its terminal) and repeat"
            )
        for process in processes:
            end_process(process)
        (folder / RECORD).unlink(missing_ok=True)
        return bool(processes)


def status(folder: Path) -> Running | None:
    """The engine that runs now, if any; starts and changes nothing."""
    running = read_state(folder)
    return running if running and running.alive() else None


def end_unless_shared(folder: Path, meant: Running, clock: Clock = CLOCK) -> list[str] | None:
    """Kill an engine, for `revive` to start it again, if no other process uses it; else nothing is done.

    Returns who else uses it, None where it has ended before: the engine that came after it is left alone. What was
    committed is kept, as when it is killed by anybody. Raises EngineError where it does not end, or is not ours to end.
    """
    with locked(folder / ROOM, clock=clock):
        running = status(folder)
        if running is None or (running.pid, running.born) != (meant.pid, meant.born):
            return None
        using = users_of(folder / USERS)
        if not using:
            try:
                psutil.Process(running.pid).kill()
            except psutil.NoSuchProcess:
                pass
            except psutil.AccessDenied as error:
                raise EngineError(of_another_user(running.pid)) from error
            bury(running.pid, clock, running.alive)
        return using


def erase(folder: Path) -> bool:
    """Stop the engine and delete its files, data and password; True if there were any."""
    if not folder.exists():
        return False
    stop(folder)
    shutil.rmtree(folder)
    return True


def running_engine(folder: Path, report: Report, clock: Clock = CLOCK) -> Running | None:
    """The recorded engine if it lives and answers; a dead one's record is removed. Raises EngineError if it hangs."""
    running = read_state(folder)
    if running is None:
        end_forgotten_engines(folder, report)
        return None
    deadline = clock.now() + ANSWER_SECONDS
    while running.alive():
        problem = no_answer(running.address)
        if problem is None:
            return running
        if clock.now() > deadline:
            raise EngineError(
                f"the {running.engine} engine (pid {running.pid}) runs but does not answer at {running.address.url}: "
                f"{problem}; stop it with `summit db stop` (or `kill -9 {running.pid}`) and repeat"
            )
        clock.sleep(0.2)
    report(f"the {running.engine} engine (pid {running.pid}) ended without being asked to; starting it again")
    bury(running.pid, clock)
    (folder / RECORD).unlink(missing_ok=True)
    return None


def end_forgotten_engines(folder: Path, report: Report) -> None:
    """End what runs in the folder on a port that nobody knows. Raises EngineError while it is in use."""
    for process in forgotten_engines(folder):
        with (folder / USERS).open("w") as users:
            if not last_user(users):
                raise EngineError(
                    f"{folder / RECORD} is damaged or gone, and the engine (pid {process.pid}) is in use by "
                    "another summit command; end that one and repeat"
                )
        report(f"an engine (pid {process.pid}) runs in {folder} without a readable {RECORD}; starting it again")
        end_process(process)
