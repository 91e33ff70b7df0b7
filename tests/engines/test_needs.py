"""What an engine needs, a port, a folder, a disk with room, and what is told where it is not there."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from queries.engines import lifecycle
from queries.engines.arcadedb import ArcadeDB
from queries.engines.engine import Launch, Report
from queries.engines.lifecycle import lease
from queries.engines.process import LOG, START_SECONDS, start_process
from queries.engines.waiting import Clock
from queries.errors import EngineError, StoreError
from queries.load import published
from queries.progress import ignore_progress
from queries.records import Address
from tests.conftest import Database, open_database
from tests.engines.conftest import Said, models


@dataclass(frozen=True, slots=True)
class Late:
    """ArcadeDB whose first port was taken by another program after it was found free."""

    taken: int
    launched: list[int]
    name: str = "arcadedb"

    def prepare(self, folder: Path, report: Report) -> None:
        ArcadeDB().prepare(folder, report)

    def launch(self, folder: Path) -> Launch:
        launch = ArcadeDB().launch(folder)
        port = launch.address.url.rpartition(":")[2]
        if not self.launched:
            argv = [word.replace(f"bolt.port={port}", f"bolt.port={self.taken}") for word in launch.argv]
            launch = replace(launch, argv=argv, address=replace(launch.address, url=f"bolt://127.0.0.1:{self.taken}"))
        self.launched.append(int(launch.address.url.rpartition(":")[2]))
        return launch


def test_a_port_that_was_taken_meanwhile_is_given_up_for_another(home: Path, said: Said) -> None:
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        engine = Late(squatter.getsockname()[1], [])
        with lease(engine, home, said) as running:
            assert models(running.address) == []

    assert len(engine.launched) == 2
    (sentence,) = said.sentences
    assert sentence == f"bolt://127.0.0.1:{engine.taken} was taken by another program meanwhile; trying another port"


@dataclass(frozen=True, slots=True)
class Broken:
    """An engine whose program ends at once, or does something else of no use."""

    name: str = "broken"
    script: str = "echo starting; echo 'Error: no such class'; exit 1"

    def prepare(self, folder: Path, report: Report) -> None:
        pass

    def launch(self, folder: Path) -> Launch:
        return Launch(["sh", "-c", self.script], {}, folder, Address("bolt://127.0.0.1:1", "root", "x"))


def test_an_engine_that_does_not_start_says_why_and_where_its_log_is(tmp_path: Path, said: Said) -> None:
    with (
        pytest.raises(EngineError, match=r"broken engine did not start: Error: no such class; its whole log is /.*log"),
        lease(Broken(), tmp_path / "broken", said),
    ):
        pass
    assert lifecycle.status(tmp_path / "broken") is None


def test_an_engine_that_takes_too_long_is_told_from_one_that_fails(tmp_path: Path, said: Said) -> None:
    slow = Broken(script="trap 'echo Error: interrupted; exit 1' TERM; echo starting; while :; do sleep 0.1; done")
    late = iter([0.0, *(float(START_SECONDS) for _ in range(9))])

    def now() -> float:
        while not (tmp_path / LOG).read_text():  # until it has begun
            time.sleep(0.01)
        return next(late)

    with pytest.raises(EngineError, match=r"did not start: it does not answer after 90 s, .* says is: starting; its"):
        start_process(slow, tmp_path, said, kept=False, clock=Clock(now=now))


def test_a_home_below_a_file_is_told_from_one_that_can_be_used(tmp_path: Path, said: Said) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(EngineError, match=r"cannot use .*: Not a directory; set SUMMIT_HOME to a folder you can write"),
        lease(ArcadeDB(), tmp_path / "file" / "arcadedb", said),
    ):
        pass


@contextmanager
def small_disk(where: Path, size: str) -> Iterator[Path]:
    """A disk of its own, of a size like "8m" and perhaps more options, where the tests may mount one."""
    where.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("a small disk can be mounted by root only")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", where], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield where
    finally:
        subprocess.run(["umount", "--lazy", where], check=True)


def test_a_disk_that_cannot_be_written_to_is_told(tmp_path: Path, said: Said) -> None:
    with (
        small_disk(tmp_path / "disk", "8m,ro") as disk,
        pytest.raises(EngineError, match=r"cannot use .*: Read-only file system; set SUMMIT_HOME"),
        lease(ArcadeDB(), disk / "arcadedb", said),
    ):
        pass


def test_too_little_disk_is_told_before_the_engine_starts(tmp_path: Path, said: Said) -> None:
    with (
        small_disk(tmp_path / "disk", "8m") as disk,
        pytest.raises(EngineError, match=r"has 8 MiB of free disk; the arcadedb engine needs at least 200 MiB: free"),
        lease(ArcadeDB(), disk / "arcadedb", said),
    ):
        pass


def load(database: Database, data: published.PublishedData) -> published.Imported:
    work = published.import_graphs(database.store, data, model="full", names=[], groups=[], progress=ignore_progress)
    return database.await_(work)


def test_a_disk_that_fills_up_during_an_import_is_told_and_leaves_no_half_class(
    tmp_path: Path, published_data: published.PublishedData
) -> None:
    data = replace(published_data, graphs=published_data.graphs[:200])
    with small_disk(tmp_path / "disk", "260m") as disk:
        ballast = disk / "ballast"
        with (
            pytest.raises(StoreError, match=r"the disk under .*arcadedb is full \(.* left\): .* free some space"),
            open_database(ArcadeDB(), disk / "arcadedb") as database,
        ):
            load(database, replace(data, graphs=data.graphs[:40]))
            ballast.write_bytes(bytes(shutil.disk_usage(disk).free - 2**20))
            load(database, data)
        ballast.unlink()
        with open_database(ArcadeDB(), disk / "arcadedb") as database:
            whole = [row for row in database.run("class_digests", model="full") if row["graph"] is not None]
            assert whole
            for row in whole:
                channels = database.run("class_channels", **{"class": f"full/{row['index']}"}, min_count=0)
                assert len(channels) == len(data.graphs[row["index"]].vertices)
            again = load(database, data)
    assert (again.classes, again.vertices) == (200, sum(len(graph.vertices) for graph in data.graphs))
    assert again.edges == sum(len(graph.edges) for graph in data.graphs)
