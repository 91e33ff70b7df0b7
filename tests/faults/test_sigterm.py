"""SIGTERM at any moment: a command, or the service, and all its processes are gone within ten seconds, without a trace.

SUMMIT_FAULTS says how often (a tenth of it), SUMMIT_SEED when; a failure names both.
"""

import json
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
import pytest

from bench.testbed.counted import counted, network_steps, ranked_steps
from bench.testbed.databases import open_database
from queries.engines.arcadedb import ArcadeDB
from queries.engines.session import engine_folder
from queries.work.state import RUNNING
from queries.work.under_way import work_under_way
from tests.commands import begin, engines, wait_for
from tests.conftest import HANGS, MODEL, ROOT, Command, copy_graphs
from tests.faults.conftest import Served, served

FAULTS = int(os.environ.get("SUMMIT_FAULTS") or 1)
SEED = int(os.environ.get("SUMMIT_SEED") or 1)
BOTH = ("starts", "works")
MOMENTS = BOTH if "SUMMIT_FAULTS" in os.environ else BOTH[1:]  # starting engines have tests of their own
LONG = pytest.mark.skipif("SUMMIT_FAULTS" not in os.environ, reason="the long form: `make faults`")
TIMES = range(max(1, FAULTS // 10))
SLOW = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(*) AS n"
END_SECONDS = 10.0  # for everything
BUSY_SECONDS = 10.0  # more, on a machine that has other work
ENDED = (0, 128 + signal.SIGTERM, -signal.SIGTERM)  # the last before the command has begun anything
CACHES = "torchinductor_*"  # what PyTorch keeps for the next process
CLASSES, PICTURES = 60, 400
DOGS = range(151, 271)  # whose graphs are so alike that a search for motifs takes long
COUNTED = ("small", "--network", "tests.ingest.count.test_pipeline:small", "--layers", "stem,mixed,first")

IN_DATABASE = {  # the short form has the first two of each
    "import-summit": ("import-summit", "{batches}", "--model", "again-{number}"),
    "embed in the background": ("embed", "--background"),
    "extract": ("extract", "made", "--threshold", "{number}.5"),
    "embed": ("embed", MODEL),
}
WITH_A_NETWORK = {
    "ingest in two processes": (
        *("ingest", *COUNTED[1:], "--images", "{home}/images", "--run", "two-{number}"),
        *("--processes", "2", "--workers", "1"),
    ),
    "load": ("load", "large", "--model", "large-{number}"),
    "ingest": ("ingest", *COUNTED[1:], "--images", "{home}/images", "--run", "more-{number}"),
    "visualize": ("visualize", "small", "--all", "--steps", "100000", "--processes", "2"),
    "check": ("check", "small", "--draws", "1000", "--seed", "{number}"),
}


def short_first(names: Iterable[str]) -> list[Any]:
    first, second, *others = names
    return [first, second, *(pytest.param(name, marks=LONG) for name in others)]


def processes_of(home: Path) -> list[str]:
    """What runs for a data directory, other than this process: its commands, their children, engines."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("SUMMIT_HOME") == str(home) and process.pid != os.getpid():
                found.append(f"{process.pid} {' '.join(process.cmdline())}")
    return found + [f"engine {pid}" for pid in engines(home)]


def nothing_is_left(home: Path) -> None:
    assert processes_of(home) == []
    assert running(home) == []
    assert set((home / "tmp").iterdir()) == set((home / "tmp").glob(CACHES))
    assert not (home / "arcadedb" / "engine.json").exists()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, published_folder: Path, summit: Command) -> Iterator[Path]:
    """A data directory with published graphs, and a network `made` with counts and rankings; no engine runs on it."""
    home = tmp_path_factory.mktemp("sigterm")
    (home / "tmp").mkdir()
    dogs = copy_graphs(published_folder, tmp_path_factory.mktemp("dogs"), DOGS)
    assert summit("import-summit", dogs, home=home).returncode == 0
    run = counted("made", (40, 60, 40), CLASSES, 0.1)
    with open_database(ArcadeDB(), engine_folder(home, ArcadeDB())) as database:
        database.await_(database.store.write_together([*network_steps(run), *ranked_steps(run)]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(home / "tmp"))
        patch.setenv("PYTHONPATH", str(ROOT))  # for the network, which is one of the tests'
        yield home


@pytest.fixture(scope="module")
def counted_home(home: Path, summit: Command) -> Path:
    """The same with runs: `small`, of a real network, whose model has graphs, and `large`, which is made up."""
    from tests.ingest.count.test_pipeline import write_images
    from tests.runs import write_run
    from tests.test_load import LARGE, MANY

    write_run(home / "runs" / "large", MANY, layers=LARGE)
    for name, many in (("few", 1), ("images", PICTURES)):
        (home / name).mkdir()
        write_images(home / name)
        for picture in sorted((home / name).glob("*/*")):
            for copy in range(1, many // 9):
                other = picture.read_bytes() + bytes([copy])  # the same picture in another file
                picture.with_stem(f"{picture.stem}-{copy}").write_bytes(other)
    for words in (("ingest", *COUNTED[1:], "--images", home / "few", "--run", "small"), ("load", "small")):
        done = summit(*words, home=home)
        assert done.returncode == 0, done.stderr
    assert summit("extract", "small", home=home).returncode == 0
    return home


def ends_in_time(home: Path, process: subprocess.Popen[str], at: str) -> str:
    """Send SIGTERM; what the process said. It and all it began are gone in time."""
    began = time.monotonic()
    process.terminate()
    try:
        _, err = process.communicate(timeout=HANGS)
    finally:
        process.kill()
    took = time.monotonic() - began
    assert process.returncode in ENDED, f"{at}: {process.returncode} {err}"
    assert "Traceback" not in err, f"{at}: {err}"
    assert took < END_SECONDS + BUSY_SECONDS, f"{at}: {took:.1f} s"
    nothing_is_left(home)
    return err


def running(home: Path) -> list[str]:
    """The kinds of work that are under way."""
    return [work.kind for work in work_under_way(home) if work.state == RUNNING]


def wait_for_work(home: Path, kind: str, command: subprocess.Popen[str]) -> None:
    def begun() -> bool:
        has_ended = command.poll() is not None
        if kind in running(home):
            return True
        assert not has_ended, f"{kind} ended before it was told to: {command.communicate()}"
        return False

    wait_for(begun)


def end_at_some_moments(home: Path, name: str, words: Sequence[str], **places: Path) -> None:
    """While the command works; in the long form also while it starts."""
    chance = random.Random(f"{SEED} {name}")
    for number in TIMES:
        given = [word.format(home=home, number=number + 1, **places) for word in words]
        for moment in MOMENTS:
            at = f"{name}, time {number}, while it {moment}; SUMMIT_FAULTS={FAULTS} SUMMIT_SEED={SEED}"
            command = begin(*given, home=home)
            if moment == "works":
                wait_for_work(home, words[0], command)
            with suppress(subprocess.TimeoutExpired):
                command.wait(chance.uniform(0, 5 if moment == "starts" else 1))
            ends_in_time(home, command, at)


@pytest.mark.parametrize("name", short_first(IN_DATABASE))
def test_a_command_ends_with_its_engine(home: Path, batches: Path, name: str) -> None:
    end_at_some_moments(home, name, IN_DATABASE[name], batches=batches)


@pytest.mark.skipif(find_spec("torch") is None, reason="the extra `ingest` is not installed")
@pytest.mark.parametrize("name", short_first(WITH_A_NETWORK))
def test_a_command_with_a_network_ends_with_its_processes(counted_home: Path, name: str) -> None:
    end_at_some_moments(counted_home, name, WITH_A_NETWORK[name])


def send(service: Served, path: str, document: str | None = None) -> socket.socket:
    """Ask, by POST where there is a document, and keep the connection without reading from it."""
    body = json.dumps({"query": document}).encode() if document else b""
    lines = [f"{'POST' if body else 'GET'} {path} HTTP/1.1", "host: localhost", "content-type: application/json"]
    connection = socket.create_connection(service.place, timeout=HANGS)
    connection.sendall("\r\n".join([*lines, f"content-length: {len(body)}", "", ""]).encode() + body)
    return connection


def read_all(connection: socket.socket) -> str:
    with connection:
        pieces = iter(lambda: connection.recv(65_536), b"")
        return b"".join(pieces).decode().lower()


@contextmanager
def busy_service(home: Path, workers: int) -> Iterator[tuple[Served, list[socket.socket]]]:
    """A service, with a statement, a search, a file and a stream that are under way."""
    searched = {"motifs": ",".join(map(str, DOGS)), "min_support": 0.009, "seconds": 60}
    with served(home, workers=workers) as service:
        asked = [
            send(service, "/graphql", f"{{ cypher(statement: {json.dumps(SLOW)}) {{ rows }} }}"),
            send(
                service, "/graphql", f'{{ motifs(model: "{MODEL}", minSupport: 0.009, seconds: 60) {{ totalCount }} }}'
            ),
            send(service, f"/export/{MODEL}?{urlencode(searched)}"),
        ]
        wait_for(lambda: running(home) == ["motifs"] * 2)
        stream = send(service, "/events")
        assert b"200 OK" in stream.recv(64)
        yield service, [*asked, stream]


@pytest.mark.parametrize(
    ("workers", "engine"), [(1, "hangs"), pytest.param(2, "answers", marks=LONG), pytest.param(2, "hangs", marks=LONG)]
)
def test_a_service_ends_with_all_that_it_is_asked(home: Path, workers: int, engine: str) -> None:
    chance = random.Random(f"{SEED} {workers} {engine}")
    for number in TIMES:
        at = f"{workers} workers, an engine that {engine}, time {number}; SUMMIT_FAULTS={FAULTS} SUMMIT_SEED={SEED}"
        with busy_service(home, workers) as (service, (*asked, stream)):
            time.sleep(chance.uniform(0, 1))
            if engine == "hangs":
                psutil.Process(*engines(home)).suspend()
            began = time.monotonic()
            service.process.terminate()
            answers = [read_all(connection) for connection in asked]
            told = read_all(stream)
            assert service.process.wait(HANGS) == 128 + signal.SIGTERM, at
            took = time.monotonic() - began
            assert "Traceback" not in service.log.read_text(), at
        for answer in answers:
            assert answer.startswith("http/1.1 503") and "\r\nretry-after: " in answer, f"{at}: {answer!r}"
            assert '"code":"stopping"' in answer.replace(" ", ""), f"{at}: {answer!r}"
        assert told.endswith("0\r\n\r\n"), f"{at}: {told!r}"
        assert took < END_SECONDS + BUSY_SECONDS, f"{at}: {took:.1f} s"
        nothing_is_left(home)


@pytest.mark.parametrize("moment", BOTH)
def test_a_command_ends_although_its_engine_hangs(home: Path, moment: str) -> None:
    command = begin("extract", "made", "--threshold", "33", home=home)
    if moment == "works":
        wait_for_work(home, "extract", command)
    wait_for(lambda: engines(home))
    for engine in engines(home):
        psutil.Process(engine).suspend()
    ends_in_time(home, command, f"extract, whose engine hangs while it {moment}")
