"""Long work that says how far it is: one record of the data directory for each, which every process there can read."""

import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from queries.progress import Progress, ignore_progress
from queries.work import records
from queries.work.records import Record
from queries.work.state import DONE, FAILED, RUNNING, Work

FOLDER = "work"  # of the data directory
WRITE_SECONDS = 0.5  # between two versions of a record, so that fast work is not slowed down
MOST_ENDED = 100  # records that are kept of what has ended, the latest; of what runs, all

Clock = Callable[[], float]


class Announcement:
    """The record of one piece of work, written by the process that does it."""

    def __init__(
        self, home: Path, kind: str, model: str | None, limit: float | None, now: Clock, since: float | None = None
    ) -> None:
        """Raises OSError where the data directory cannot be written to. since: when the work began; None: now."""
        folder, at = home / FOLDER, now()
        folder.mkdir(mode=0o700, exist_ok=True)
        work_under_way(home, now)  # old records go, even where nobody asks what is under way
        began = at if since is None else since
        id = f"{int(began * 1000):x}-{os.getpid()}-{secrets.token_hex(4)}"
        self._path, self._now, self._written = folder / f"{id}.json", now, float("-inf")
        self._record = Record(id, kind, model, "starting", 0, 0, RUNNING, began, began, at, limit)
        self._lock = records.hold(self._path.with_suffix(".lock"))
        try:
            self._write()
        except OSError:
            self._release()
            raise

    def update(self, what: str, done: int, total: int) -> None:
        """What a Progress is called with; of calls that follow one another fast, not each is written."""
        if what != self._record.what or self._now() - self._written >= WRITE_SECONDS:
            self.write(what, done, total)
        else:
            self._record = replace(self._record, done=int(done), total=int(total))

    def write(self, what: str, done: int, total: int) -> None:
        """How far the work is. A record that cannot be written does not end the work."""
        stage = self._record.stage if what == self._record.what else self._now()
        self._record = replace(self._record, what=what, done=int(done), total=int(total), stage=stage)
        with suppress(OSError):
            self._write()

    def end(self, state: str) -> None:
        self._record = replace(self._record, state=state)
        with suppress(OSError):
            self._write()
        self._release()

    def _write(self) -> None:
        self._written = self._now()
        self._record = replace(self._record, changed=self._written)
        records.write(self._path, self._record)

    def _release(self) -> None:
        with suppress(OSError):
            self._path.with_suffix(".lock").unlink()
        self._lock.close()


def announce(
    home: Path, kind: str, model: str | None, limit: float | None, now: Clock, since: float | None = None
) -> Announcement | None:
    """An announcement; None where the data directory cannot be written to. Arguments as of Announcement."""
    try:
        return Announcement(home, kind, model, limit, now, since)
    except OSError:
        return None


@contextmanager
def announced(
    home: Path | None, kind: str, model: str | None = None, limit: float | None = None, now: Clock = time.time
) -> Iterator[Progress]:
    """Long work, known to others for the length of a block, which says with the function how far it is.

    home   the data directory; without one that can be written to, nobody hears of the work, which goes on all the same
    limit  seconds after which the work ends by itself
    """
    record = announce(home, kind, model, limit, now) if home else None
    if record is None:
        yield ignore_progress
        return
    try:
        yield record.update
    except BaseException:
        record.end(FAILED)
        raise
    record.end(DONE)


def work_under_way(home: Path, now: Clock = time.time) -> list[Work]:
    """All that runs and the last that ended a moment ago, by the time it began. Old files go. Raises OSError."""
    at = now()
    found: dict[Path, Record] = {}
    for path in sorted((home / FOLDER).glob("*")):
        if path.suffix == ".json" and (record := records.look(path, at)) is not None:
            found[path] = record
        elif path.suffix != ".lock" or not path.with_suffix(".json").exists():
            records.remove_stray(path, at)
    ended = sorted((path for path in found if found[path].state != RUNNING), key=lambda path: found[path].changed)
    for path in ended[:-MOST_ENDED]:
        records.remove(path)
        del found[path]
    return [_work(record, at) for record in found.values()]


def _work(record: Record, now: float) -> Work:
    return Work(
        id=record.id,
        kind=record.kind,
        model=record.model,
        what=record.what,
        done=record.done,
        total=record.total,
        since=datetime.fromtimestamp(record.since, UTC).isoformat(timespec="seconds"),
        state=record.state,
        seconds_left=_seconds_left(record, now) if record.state == RUNNING else None,
    )


def _seconds_left(record: Record, now: float) -> float | None:
    if 0 < record.done <= record.total:
        left = record.total - record.done
        return round((record.changed - record.stage) / record.done * left, 1)
    return None if record.limit is None else max(0.0, round(record.limit - (now - record.since), 1))
