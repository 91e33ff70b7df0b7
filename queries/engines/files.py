"""Files of a data directory, for their owner only: written in one step, with locks that die with their process."""

import errno
import fcntl
import itertools
import json
import logging
import os
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from math import inf
from pathlib import Path
from typing import IO

import psutil

from queries.engines.waiting import CLOCK, Clock, interruptible
from queries.errors import DataError, EngineError

PASSWORDS = "passwords.json"  # {user: password}
LOCK_SECONDS = 120.0  # to wait for others who start or stop an engine; a start is given up after 90
PATIENCE_SECONDS = 3.0  # to wait without a word
POLL_SECONDS = 0.1
MODULES = ("summit.start", "summit.main")  # what a process of ours runs where it is not the command itself

logger = logging.getLogger(__name__)


def user_cache() -> Path:
    """What all data directories of a user share: $XDG_CACHE_HOME/summit-graph (default ~/.cache/summit-graph)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "summit-graph"


def make_private(folder: Path) -> None:
    """Create the folder for its owner only, if it is not there. Raises EngineError where that is not possible."""
    try:
        if folder.exists() and not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise EngineError(
            f"cannot use {folder} for the database: {error.strerror}; set SUMMIT_HOME to a folder you can write to"
        ) from error


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, in one step: a reader sees the old text or the new."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    beside.replace(path)


def read_passwords(folder: Path, users: Collection[str]) -> dict[str, str] | None:
    """The passwords of exactly these users, None where there is no such file or it is damaged."""
    try:
        passwords: dict[str, str] = json.loads((folder / PASSWORDS).read_text())
        whole = passwords.keys() == set(users) and all(isinstance(word, str) for word in passwords.values())
    except (FileNotFoundError, ValueError, AttributeError):
        return None
    return passwords if whole else None


@contextmanager
def locked(path: Path, seconds: float = LOCK_SECONDS, clock: Clock = CLOCK) -> Iterator[None]:
    """Alone among all processes that lock this path; the kernel unlocks it when a process dies.

    Says for whom it waits; after so many seconds raises EngineError, which names the holder and the remedy.
    """
    with path.open("a+") as lock:
        patience = min(PATIENCE_SECONDS, seconds)
        if not flock_within(lock, fcntl.LOCK_EX, patience, clock):
            logger.info("waiting for %s, which holds %s", holder(lock)[0], path)
            if not flock_within(lock, fcntl.LOCK_EX, seconds - patience, clock):
                who, remedy = holder(lock)
                raise EngineError(f"waited {seconds:g} s for {path}, which {who} holds; {remedy}")
        with signed(lock):
            yield


@contextmanager
def turn(folder: Path, name: str, report: Callable[[str], None], *, may_wait: bool = True) -> Iterator[None]:
    """Hold a named lock of the data directory for long work; says for whom it waits, for as long as that one lives.

    Raises DataError where it is held and may not be waited for.
    """
    with (folder / f"{name}.lock").open("a+") as lock:
        if not flock_within(lock, fcntl.LOCK_EX, 0, CLOCK):
            who, remedy = holder(lock)
            if not may_wait:
                raise DataError(f"{who} is already doing this; {remedy}")
            report(f"waiting for {who}, which is changing the same data")
            flock_within(lock, fcntl.LOCK_EX, inf, CLOCK)
        with signed(lock):
            yield


def flock_within(lock: IO[str], kind: int, seconds: float, clock: Clock) -> bool:
    """Try to lock an open file for so many seconds; whether it worked."""
    until = clock.now() + seconds
    with interruptible():
        while True:
            try:
                fcntl.flock(lock, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                if clock.now() >= until:
                    return False
                clock.sleep(POLL_SECONDS)
            else:
                return True


@contextmanager
def signed(lock: IO[str]) -> Iterator[None]:
    """Write into a held lock who holds it. For messages alone, so a full disk does not matter."""
    words = itertools.takewhile(lambda word: word.isalpha(), sys.argv[1:3])
    with suppress(OSError):
        lock.truncate(0)
        lock.write(f"{os.getpid()} {' '.join([Path(sys.argv[0]).name, *words])}\n")
        lock.flush()
    try:
        yield
    finally:
        with suppress(OSError):
            lock.truncate(0)


def holder(lock: IO[str]) -> tuple[str, str]:
    """Who holds a lock, and what to do about it."""
    lock.seek(0)
    pid, _, command = lock.read(200).strip().partition(" ")
    if not pid.isdecimal():
        return "another process", "wait until it is done, or end it, and repeat"
    return f"`{command}` (pid {pid})", f"wait until it is done, or end it with `kill {pid}`, and repeat"


@contextmanager
def only_one_waiting(folder: Path, name: str) -> Iterator[bool]:
    """Hold a named lock of the data directory as soon as it is free; False at once where another process waits for it.

    That process has not begun: it will find whatever this one would have found.
    """
    with (folder / f"{name}.lock").open("a+") as lock, (folder / f"{name}.next.lock").open("w") as following:
        if not flock_within(following, fcntl.LOCK_EX, 0, CLOCK):
            yield False
            return
        flock_within(lock, fcntl.LOCK_EX, inf, CLOCK)
        fcntl.flock(following, fcntl.LOCK_UN)
        with signed(lock):
            yield True


def users_of(path: Path) -> list[str]:
    """What holds a file open, e.g. "`summit serve` (pid 12)"; this process is left out."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if process.pid == os.getpid():
            continue
        with suppress(psutil.Error, OSError):
            if any(file.path == str(path.resolve()) for file in process.open_files()):
                words = process.info["cmdline"] or [""]
                ours = [at for at, word in enumerate(words) if Path(word).name == "summit" or word in MODULES]
                shown = ["summit", *words[ours[0] + 1 :]] if ours else [Path(words[0]).name]
                found.append(f"`{' '.join(shown)[:100]}` (pid {process.pid})")
    return found


def last_user(users: IO[str]) -> bool:
    """Try to turn this process's share of `users.lock` into sole possession."""
    return flock_within(users, fcntl.LOCK_EX, 0, CLOCK)
