"""Files for Neo4j's bulk import: really imported, they make the database that loading makes."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from queries.engines.java import OPENED, find_java, java_command
from queries.engines.neo4j import Neo4j
from queries.errors import DataError
from queries.load.bulk import Exported, write_bulk
from queries.load.counts import summarise
from queries.load.loading import Loaded, load_run
from queries.progress import ignore_progress
from tests.conftest import Database, open_database

pytest.importorskip("pyarrow", reason="the extra `ingest` is not installed")

from ingest.run.read import RunReader
from ingest.run.skips import keep_skips
from ingest.run.write import RunWriter
from queries.records import Skips
from tests.runs import count_forms, write_run

CLASSES = 3


@pytest.fixture
def run(tmp_path: Path) -> RunReader:
    path = write_run(tmp_path / "pets", CLASSES, means="m")
    keep_skips(RunWriter(path), {"low": Skips(), "mid": Skips({1: [1, 2]}, {0: [0]}), "top": Skips()})
    return RunReader(path)


def export(run: RunReader, folder: Path, model: str = "pets") -> Exported:
    return write_bulk(run, summarise(run, run.classes, ignore_progress), folder, model, ignore_progress)


def load(database: Database, run: RunReader, model: str = "pets") -> Loaded:
    summaries = summarise(run, run.classes, ignore_progress)
    return database.await_(load_run(database.store, run, summaries, model=model, progress=ignore_progress))


def bulk_import(engine: Neo4j, home: Path, arguments: tuple[str, ...]) -> None:
    """What a user does with a stopped server of its own."""
    engine.prepare(home, print)
    engine.launch(home)  # writes the configuration
    opened = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED]
    with (home / "conf" / "neo4j.conf").open("a") as settings:
        settings.writelines(f"server.jvm.additional={option}\n" for option in opened)
    java = find_java()
    place = {"NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf"), "JAVA_HOME": str(java.parent.parent)}
    done = subprocess.run(
        [*java_command(java, engine.server), "org.neo4j.server.startup.Neo4jAdminCommand", *arguments],
        env={**os.environ, **place},
        cwd=home,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def everything(database: Database, model: str) -> tuple[list[Any], list[Any]]:
    """Every node and relationship of a model with all its properties, but for the time of loading."""
    of_model = f"WHERE n.id = '{model}' OR n.id STARTS WITH '{model}/'"
    nodes = database.administer(f"MATCH (n) {of_model} RETURN labels(n), properties(n) ORDER BY n.id, labels(n)")
    for _, properties in nodes:
        properties.pop("created", None)
    edges = database.administer(
        f"MATCH (n)-[r]->(m) {of_model} RETURN type(r), n.id, m.id, properties(r) "
        "ORDER BY type(r), n.id, m.id, r.class_id"
    )
    return nodes, edges


def schema(database: Database) -> set[tuple[str, str]]:
    rows = database.administer("SHOW INDEXES YIELD name, state RETURN name, state")
    return {(name, state) for name, state in rows}


@pytest.mark.parametrize("scratch", ["neo4j"], indirect=True)
def test_exports_imported_together_are_the_database_that_loading_makes(
    run: RunReader, tmp_path: Path, neo4j_engine: Neo4j, scratch: Database
) -> None:
    other = RunReader(write_run(tmp_path / "cats", 1, seed=1))
    exported, more = export(run, tmp_path / "files"), export(other, tmp_path / "more", "cats")
    of_both = [argument for argument in more.arguments if argument.startswith(("--nodes", "--relationships"))]
    bulk_import(neo4j_engine, tmp_path / "imported", (*exported.arguments, *of_both))

    with open_database(neo4j_engine, tmp_path / "imported") as imported:
        assert {("index_attributes", "ONLINE"), ("unique_channel", "ONLINE")} <= schema(imported)
        indexes = schema(imported)
        assert {row["counts"] for row in imported.run("class_digests", model="pets")} == {None}
        for each, model in ((run, "pets"), (other, "cats")):
            taken, again = load(imported, each, model), load(imported, each, model)
            assert (taken.accepted, taken.written, taken.described) == (len(each.classes), 0, 0)
            assert not again.changed
        nodes, edges = everything(imported, "pets")
        assert len(imported.run("class_influences", **{"class": "cats/0"})) > 0
    load(scratch, run)
    expected_nodes, expected_edges = everything(scratch, "pets")

    assert indexes == schema(scratch)
    assert (exported.nodes, exported.relationships) == (len(nodes), len(edges))
    kinds = [kind for kind, *_ in edges]
    assert (kinds.count("INFLUENCED"), kinds.count("INFLUENCES")) == count_forms(run.path)
    assert kinds.count("ATTRIBUTED_TO") == sum(run.counts(index).attribution_count or 0 for index in run.classes) > 0
    assert kinds.count("CONTRIBUTES_TO") == CLASSES * run.layers[-1].channels
    assert edges == expected_edges
    for node, expected in zip(nodes, expected_nodes, strict=True):
        assert node == expected


def test_an_export_replaces_an_earlier_one(run: RunReader, tmp_path: Path) -> None:
    first = export(run, tmp_path / "files", "before")
    second = export(run, tmp_path / "files", "after")
    assert first.nodes == second.nodes
    assert {path.suffix for path in (tmp_path / "files").iterdir()} == {".csv"}
    assert "before" not in (tmp_path / "files" / "classes.csv").read_text()


def test_an_export_that_fails_leaves_nothing(run: RunReader, tmp_path: Path) -> None:
    summaries = summarise(run, run.classes, ignore_progress)
    (run.path / "classes" / "00001" / "influences.parquet").write_bytes(b"")
    with pytest.raises(DataError, match="00001 is damaged"):
        write_bulk(run, summaries, tmp_path / "bulk", "pets", ignore_progress)
    assert list((tmp_path / "bulk").iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_told(run: RunReader, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match=r"cannot write to .*; name another folder with --to"):
        export(run, tmp_path / "file")
