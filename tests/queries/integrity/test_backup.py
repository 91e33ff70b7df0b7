"""A backup holds everything, either engine reads it back exactly, and a file that is not whole changes nothing."""

import asyncio
import gzip
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from neo4j import GraphDatabase

from bench.testbed.sample import load_sample
from queries.engines.arcadedb import ArcadeDB
from queries.errors import DataError, StoreBusy, StoreError
from queries.integrity import archive, restore
from queries.integrity.archive import EDGES, NODES, Contents, Section, read_contents
from queries.integrity.backup import BackedUp, write_backup
from queries.integrity.check import check_database
from queries.integrity.model import labels
from queries.integrity.restore import Restored, restore_backup
from queries.library import load_library
from queries.progress import Progress, ignore_progress
from queries.store import Store
from queries.version import VERSION
from tests.conftest import Database, open_database


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database with the sample and with text and lists that are hard to keep; as it was after every test."""
    with open_database(ArcadeDB(), tmp_path_factory.mktemp("sample") / "arcadedb") as database:
        database.await_(load_sample(database.store))
        database.administer(
            "CREATE (:ClassGroup {id: 'sample/g', model: 'sample', name: 'Größe \"A\"\n', list: [], mixed: [1.0, 2.5]})"
        )
        database.administer(
            "MATCH (c:ImageClass {id: 'sample/0'}) MATCH (g:ClassGroup {id: 'sample/g'}) CREATE (c)-[:IN_GROUP]->(g)"
        )
        yield database


@pytest.fixture(scope="module")
def whole(sample: Database, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's backup."""
    path = tmp_path_factory.mktemp("whole") / "file"
    write(sample, path)
    return path


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Another database, with nothing in it before the first test."""
    with open_database(ArcadeDB(), tmp_path_factory.mktemp("empty") / "arcadedb") as database:
        yield database


@pytest.fixture(params=["arcadedb", "neo4j"])
def other(request: pytest.FixtureRequest, tmp_path: Path, empty: Database) -> Iterator[Database]:
    """Another database, of either engine."""
    if request.param == "arcadedb":
        yield empty
    else:
        with open_database(request.getfixturevalue("neo4j_engine"), tmp_path / "neo4j") as database:
            yield database


def write(database: Database, path: Path, force: bool = False) -> BackedUp:
    work = write_backup(database.store, path, engine=database.name, force=force, progress=ignore_progress)
    return database.await_(work)


def read(database: Database, path: Path, replace: bool = False, progress: Progress = ignore_progress) -> Restored:
    contents = read_contents(path, ignore_progress)
    return database.await_(restore_backup(database.store, contents, replace=replace, progress=progress))


def contents(path: Path) -> Contents:
    return read_contents(path, ignore_progress)


def rows_of(path: Path) -> list[str]:
    """All lines but the header, which tells when and from which engine."""
    return gzip.decompress(path.read_bytes()).decode().splitlines()[1:]


def test_a_backup_crosses_engines_and_comes_back_equal(sample: Database, other: Database, tmp_path: Path) -> None:
    written = write(sample, tmp_path / "one")
    restored = read(other, tmp_path / "one", replace=True)
    back = write(other, tmp_path / "two")

    assert (restored.nodes, restored.edges, restored.digest) == (written.nodes, written.edges, written.digest)
    assert back.digest == written.digest
    assert rows_of(tmp_path / "one") == rows_of(tmp_path / "two")
    assert other.await_(check_database(other.store, None, ignore_progress)).damages == ()
    assert other.run("class_rankings", **{"class": "sample/0"}) == sample.run("class_rankings", **{"class": "sample/0"})


def test_every_node_and_relationship_of_the_database_is_in_the_file(sample: Database, tmp_path: Path) -> None:
    done = write(sample, tmp_path / "file")
    (nodes,), (edges,) = (
        sample.administer("MATCH (n) WHERE NOT 'Schema' IN labels(n) RETURN count(n)")[0],
        sample.administer("MATCH ()-[e]->() RETURN count(e)")[0],
    )
    assert (done.nodes, done.edges, done.left_out) == (nodes, edges, {})
    sections = contents(tmp_path / "file").sections
    assert {section.label for section in sections} == set(labels())
    assert sections[Section(NODES, "ImageClass")][0] == 2
    assert sections[Section(EDGES, "Adjacency")][0] == 0


def test_every_label_that_a_stored_query_writes_is_of_the_data_model() -> None:
    written = {
        label
        for query in load_library().of_mode("write")
        for label in re.findall(r"(?:CREATE|MERGE)[^\n]*?\(\w*:(\w+)", query.text)
    }
    assert "Channel" in written
    assert written - {"Schema"} == set(labels())


def test_nodes_of_another_label_are_left_out_and_said(sample: Database, tmp_path: Path) -> None:
    sample.administer("CREATE (:Note {id: 'mine'})")
    sample.administer("MATCH (n:Note) MATCH (m:Model) CREATE (m)-[:HAS_NOTE]->(n)")
    done = write(sample, tmp_path / "file")
    sample.administer("MATCH (n:Note) DETACH DELETE n")
    assert done.left_out == {"Note": 1}
    assert "HAS_NOTE" not in "".join(rows_of(tmp_path / "file"))


@pytest.mark.parametrize("stop_at", [1, 3, 5])
def test_a_restore_that_was_cut_off_is_marked_and_the_next_one_is_exact(
    sample: Database, empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop_at: int
) -> None:
    written = write(sample, tmp_path / "file")
    monkeypatch.setattr(restore, "ROWS_AT_ONCE", 10)
    steps = iter(range(stop_at))

    def stop(what: str, done: int, total: int) -> None:
        if what == "restoring" and next(steps, None) is None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read(empty, tmp_path / "file", replace=True, progress=stop)
    with pytest.raises(StoreError, match="its restore was cut off; wait for it, or repeat `summit db restore FILE`"):
        empty.await_(empty.store.create_schema())

    again = read(empty, tmp_path / "file")
    empty.await_(empty.store.create_schema())
    assert again.digest == written.digest == write(empty, tmp_path / "back").digest


def test_a_backup_of_the_first_version_with_influences_is_refused(
    sample: Database, empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(archive, "VERSION", 1)
        write(sample, tmp_path / "file")
    before = write(empty, tmp_path / "before").digest
    with pytest.raises(DataError, match=r"version 1 of the data model.*load the runs again.*nothing was changed"):
        read(empty, tmp_path / "file", replace=True)
    assert write(empty, tmp_path / "after").digest == before


def test_a_database_that_holds_something_is_replaced_only_when_asked(sample: Database, tmp_path: Path) -> None:
    written = write(sample, tmp_path / "file")
    sample.administer("MATCH (node:ImageClass {id: 'sample/1'}) SET node.name = 'changed'")
    with pytest.raises(
        DataError, match=r"it holds sample \(2 classes\), .* nodes and .*; --replace deletes all of that"
    ):
        read(sample, tmp_path / "file")
    assert write(sample, tmp_path / "changed").digest != written.digest

    done = read(sample, tmp_path / "file", replace=True)
    assert done.deleted == written.nodes
    assert write(sample, tmp_path / "back").digest == written.digest


def repacked(change: Callable[[list[str]], object]) -> Callable[[bytes], bytes]:
    """Change the lines inside the file."""

    def apply(packed: bytes) -> bytes:
        lines = gzip.decompress(packed).decode().splitlines()
        change(lines)
        return gzip.compress("".join(f"{line}\n" for line in lines).encode())

    return apply


def place_of(lines: list[str], text: str) -> int:
    return next(index for index, line in enumerate(lines) if text in line)


def altered_weight(lines: list[str]) -> None:
    at = place_of(lines, "INFLUENCES")
    source, kind, label, target, properties = json.loads(lines[at])
    lines[at] = json.dumps([source, kind, label, target, {**properties, "weight": 77}])


def without_classes(lines: list[str]) -> None:
    at = place_of(lines, '"label":"ImageClass","section":"nodes"')
    assert '"end":2' in lines[at + 3]
    del lines[at : at + 4]


def header_with(**values: Any) -> Callable[[list[str]], object]:
    def change(lines: list[str]) -> None:
        lines[0] = json.dumps({**json.loads(lines[0]), **values})

    return change


FLAWS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "cut off": (lambda packed: packed[: len(packed) // 2], "not a complete backup"),
    "empty": (lambda _: b"", "its first line is not that of a backup|a line is not JSON"),
    "a flipped byte": (
        lambda packed: packed[:900] + bytes([packed[900] ^ 255]) + packed[901:],
        "not a complete backup",
    ),
    "something else": (lambda _: b"index\twnid\n", "not a complete backup"),
    "another weight": (repacked(altered_weight), "the edges of Channel are not those that were written"),
    "a line gone": (
        repacked(lambda lines: lines.pop(place_of(lines, "LayerRanking") + 1)),
        "are not those that were written",
    ),
    "no last line": (repacked(lambda lines: lines.pop()), "it ends before its last line"),
    "a section gone": (
        repacked(without_classes),
        "its end is altered",
    ),
    "a later format": (repacked(header_with(version=2)), "its version is 2 and this Summit Graph reads up to 1"),
    "a later schema": (repacked(header_with(schema=9)), f"its schema is 9 and this Summit Graph reads up to {VERSION}"),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_file_that_is_not_whole_is_refused_by_name(whole: Path, tmp_path: Path, flaw: str) -> None:
    damage, complaint = FLAWS[flaw]
    path = tmp_path / "flawed"
    path.write_bytes(damage(whole.read_bytes()))
    with pytest.raises(DataError, match=complaint) as refused:
        read_contents(path, ignore_progress)
    assert str(path) in str(refused.value)


def test_labels_and_types_of_a_file_never_become_statements(empty: Database, whole: Path) -> None:
    kind = ("Channel", "X]->() DETACH DELETE n //", "Channel")
    with pytest.raises(DataError, match="is not a relationship of the data model"):
        empty.await_(restore.write_batch(empty.store, contents(whole), kind, []))
    strange = Contents(whole, {}, "", {Section(NODES, "Odd"): (0, "")})
    with pytest.raises(DataError, match="holds Odd, which this Summit Graph does not know"):
        empty.await_(restore_backup(empty.store, strange, replace=True, progress=ignore_progress))


def test_a_file_that_is_there_is_kept_unless_forced(sample: Database, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    path = folder / "file"
    path.write_text("mine")
    with pytest.raises(DataError, match="is there already; name another, or replace it with --force"):
        write(sample, path)
    assert path.read_text() == "mine"
    with pytest.raises(DataError, match="is there already; name a file in it"):
        write(sample, folder, force=True)

    write(sample, path, force=True)
    assert contents(path).rows(NODES) > 0 and list(folder.iterdir()) == [path]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_database_that_changes_meanwhile_is_not_kept_half_old_half_new(sample: Database, tmp_path: Path) -> None:
    address = sample.access.address

    def meddle(what: str, done: int, total: int) -> None:
        with GraphDatabase.driver(address.url, auth=(address.user, address.password)) as driver:
            driver.execute_query("MERGE (:ClassGroup {id: 'sample/late'})", database_=address.database)

    with pytest.raises(StoreBusy, match="the database was changed while it was written to the file"):
        sample.await_(write_backup(sample.store, tmp_path / "file", engine="arcadedb", force=False, progress=meddle))
    sample.administer("MATCH (n:ClassGroup {id: 'sample/late'}) DELETE n")
    assert not list(tmp_path.glob("*file*"))


def test_a_property_that_changes_meanwhile_is_not_kept_half_old_half_new(sample: Database, tmp_path: Path) -> None:
    """The same nodes and as many relationships: only the database's revision is another one."""

    async def write_late() -> None:
        async with await Store.open(sample.access.address) as store:
            await store.write("upsert_model", model="sample", properties={"pictures": None}, now="now")

    def meddle(what: str, done: int, total: int) -> None:
        with ThreadPoolExecutor() as pool:
            pool.submit(asyncio.run, write_late()).result()

    with pytest.raises(StoreBusy, match="the database was changed while it was written to the file"):
        sample.await_(write_backup(sample.store, tmp_path / "file", engine="arcadedb", force=False, progress=meddle))
    assert not list(tmp_path.glob("*file*"))
