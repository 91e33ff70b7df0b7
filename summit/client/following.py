"""Long work as it goes on: the states that a service reports, one after another."""

import threading
from collections.abc import Generator

from queries.work.state import RUNNING, Work
from summit.client.connection import Connection


def states(
    connection: Connection, kind: str | None, model: str | None, seconds: float, stop: threading.Event | None = None
) -> Generator[list[Work]]:
    """Each state once, until no such work runs, or until `stop` is set. Arguments and errors as of Summit.progress.

    stop  may be set by another thread; it is heard of within a few seconds
    """
    last: list[Work] | None = None
    for rows in connection.events(seconds, stop):
        found = [Work(**row) for row in rows if kind in (None, row["kind"]) and model in (None, row["model"])]
        if found != last:
            yield found
        last = found
        if not any(work.state == RUNNING for work in found):
            return
    if stop is None or not stop.is_set():
        raise TimeoutError(f"{kind or 'work'} of {model or 'any model'} still runs after {seconds:g} s")
