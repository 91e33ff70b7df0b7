"""Records of long work: a file of JSON for each, and a lock that the kernel takes away when the process dies.

Both lie in a folder of the data directory: `<id>.json`, always replaced in one step, and `<id>.lock`. An id begins with
the time when the work began, so that names are in that order.
"""

import fcntl
import json
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import IO

from queries.work.state import DONE, FAILED, RUNNING

# A record after its end, for those who wait for it; an unreadable file after its last change.
KEPT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Record:
    """How far some work is; the first six as in Work. Raises TypeError, ValueError and OverflowError for odd values.

    since, stage, changed  when the work, its stage and this version of the record began: seconds since 1970
    limit                  seconds after `since` when the work ends by itself; None where it has no limit
    """

    id: str
    kind: str
    model: str | None
    what: str
    done: int
    total: int
    state: str
    since: float
    stage: float
    changed: float
    limit: float | None

    def __post_init__(self) -> None:
        words = (self.id, self.kind, self.what, "" if self.model is None else self.model)
        numbers = (self.done, self.total, self.since, self.stage, self.changed, self.limit or 0)
        if not all(isinstance(word, str) for word in words) or self.state not in (RUNNING, DONE, FAILED):
            raise TypeError(f"{self.id!r:.60} is no record of work: expected words and a state, found {words}")
        if not all(isinstance(number, (int, float)) and isfinite(number) for number in numbers):
            raise ValueError(f"{self.id!r:.60} is no record of work: expected finite numbers, found {numbers}")
        for moment in (self.since, self.stage, self.changed):
            datetime.fromtimestamp(moment, UTC)


def read(path: Path) -> Record | None:
    """A record; None for one that is gone, damaged, or of another form. What else it holds is passed over."""
    try:
        found = json.loads(path.read_text())
        return Record(**{field.name: found[field.name] for field in fields(Record)})
    except (OSError, KeyError, TypeError, ValueError, OverflowError):
        return None


def write(path: Path, record: Record) -> None:
    """Replace a record in one step. Raises OSError, and then leaves nothing behind."""
    beside = path.with_suffix(f".{secrets.token_hex(4)}.new")  # of this writer alone
    try:
        beside.write_text(json.dumps(asdict(record)))
        beside.replace(path)
    except BaseException:
        _unlink(beside)
        raise


def look(path: Path, now: float) -> Record | None:
    """A record as it stands: failed where it ran and its process died. One that ended long ago is removed."""
    record = read(path)
    if record is not None and record.state == RUNNING and not is_held(path.with_suffix(".lock")):
        record = _failed(path, now)
    if record is not None and record.state != RUNNING and abs(now - record.changed) > KEPT_SECONDS:
        remove(path)
        return None
    return record


def _failed(path: Path, now: float) -> Record | None:
    """The record of work whose lock is free: as it ended meanwhile, or as failed, because its process died."""
    record = read(path)
    if record is None or record.state != RUNNING:
        return record
    record = replace(record, state=FAILED, changed=now)
    with suppress(OSError):
        write(path, record)
    return record


def remove(path: Path) -> None:
    """Take away a record and its lock."""
    _unlink(path)
    _unlink(path.with_suffix(".lock"))


def remove_stray(path: Path, now: float) -> None:
    """Take away a file of a dead process, or a record that cannot be read, once it is old."""
    lock = path.with_name(f"{path.name.partition('.')[0]}.lock")
    with suppress(OSError):
        if now - path.stat().st_mtime > KEPT_SECONDS and not is_held(lock):
            path.unlink()


def hold(path: Path) -> IO[bytes]:
    """A new file that this process has locked before others can see it. Raises OSError."""
    beside = path.with_suffix(".making")
    lock = beside.open("wb")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        beside.rename(path)
    except OSError:
        lock.close()
        _unlink(beside)
        raise
    return lock


def is_held(path: Path) -> bool:
    """Whether a process holds the lock. Where that cannot be found out, it may: nobody calls its work failed."""
    try:
        with path.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _unlink(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
