"""Files of a data directory: for their owner only, written in one step, and locks that die with their process."""

import errno
import fcntl
import json
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from queries.errors import EngineError

PASSWORDS = "passwords.json"  # {user: password}


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
def locked(path: Path) -> Iterator[None]:
    """Alone among all processes that lock this path; the kernel unlocks it when a process dies."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def turn(folder: Path, name: str, report: Callable[[str], None]) -> Iterator[None]:
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
