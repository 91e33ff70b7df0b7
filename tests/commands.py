"""Commands in this process or in one that goes on while a test looks on, and what became of them."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

from queries.engines import lifecycle
from queries.engines.ports import listens
from queries.engines.process import forgotten_engines
from summit.main import main
from tests.conftest import HANGS, QUIETLY, ROOT, SUMMIT


def run_here(*words: str | Path, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command in this process, for tests of what it says and does: without the second that Python takes to start."""
    others = {key: value for key, value in os.environ.items() if not key.startswith("SUMMIT_")}
    command = ["summit", *map(str, words)]
    out, err = StringIO(), StringIO()
    with (
        patch.object(sys, "argv", command),
        patch.dict(os.environ, {**others, **QUIETLY, "SUMMIT_HOME": str(home), **environment}, clear=True),
        process_state_kept(),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code
    assert isinstance(code, int)
    return subprocess.CompletedProcess(command, code, out.getvalue(), err.getvalue())


@contextmanager
def process_state_kept() -> Iterator[None]:
    """Logging begins unconfigured, as in a new process; afterwards it and the answers to signals are as before."""
    loggers = [logging.getLogger(name) for name in (None, "queries", "neo4j")]
    levels, handlers = [logger.level for logger in loggers], loggers[0].handlers
    answers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    loggers[0].handlers = []
    try:
        yield
    finally:
        loggers[0].handlers = handlers
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        for number, answer in answers.items():
            signal.signal(number, answer)


def begin(*words: str | Path, home: Path, through: Sequence[str] = ()) -> subprocess.Popen[str]:
    """Start a command and go on.

    through  a program that runs the command, with its words
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SUMMIT_")}
    return subprocess.Popen(
        [*through, SUMMIT, *words],
        cwd=ROOT if through else None,
        env={**environment, **QUIETLY, "SUMMIT_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(condition: Callable[[], object], seconds: float = HANGS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def engines(home: Path) -> set[int]:
    return {process.pid for process in forgotten_engines(home / "arcadedb")}


def last_json(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """The complaint of a command that failed in an orderly way."""
    assert done.returncode not in (0, -9), done.stdout
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return done.stderr


def in_database(home: Path, pattern: str) -> int:
    """How many such relationships the running engine holds; 0 while there is none to ask."""
    running = lifecycle.status(home / "arcadedb")
    if running is None or not listens(running.address):
        return 0
    a = running.address
    try:
        with GraphDatabase.driver(a.url, auth=(a.user, a.password), max_transaction_retry_time=0) as driver:
            records, _, _ = driver.execute_query(f"MATCH {pattern} RETURN count(edge) AS n", database_=a.database)
            return int(records[0]["n"])
    except (DriverError, Neo4jError, OSError):
        return 0


def execute(home: Path, statement: str) -> None:
    """Any statement in the running engine, with all rights."""
    running = lifecycle.status(home / "arcadedb")
    assert running is not None, "no engine runs"
    a = running.address
    with GraphDatabase.driver(a.url, auth=(a.user, a.password)) as driver:
        driver.execute_query(statement, database_=a.database)


def vertices(home: Path) -> int:
    return in_database(home, "()-[edge:HAS_CHANNEL]->()")
