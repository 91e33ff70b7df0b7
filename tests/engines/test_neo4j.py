"""The locally assembled Neo4j, run for real: it starts, computes, keeps its data and its secrets, and stays at home."""

import asyncio
import http.server
import os
import signal
import stat
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from neo4j import GraphDatabase
from neo4j.exceptions import ClientError

from queries.engines import assembly, java, lifecycle, neo4j
from queries.engines.engine import Running
from queries.engines.files import make_private
from queries.engines.neo4j import Neo4j
from queries.errors import EngineError, StoreRefused
from queries.records import Address
from queries.store import Store
from tests.prepared import copy_engine


def quiet(_line: str) -> None:
    """Progress that nobody reads."""


def ask(address: Address, statement: str, **parameters: Any) -> list[list[Any]]:
    with GraphDatabase.driver(address.url, auth=(address.user, address.password)) as driver:
        return [record.values() for record in driver.execute_query(statement, parameters).records]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home") / "neo4j"


@pytest.fixture(scope="module")
def running(neo4j_engine: Neo4j, folder: Path) -> Iterator[Running]:
    yield lifecycle.start(neo4j_engine, folder, quiet)
    lifecycle.stop(folder)


def test_page_rank_of_a_chain_of_three(running: Running) -> None:
    ask(running.address, "CREATE (:Step {n: 1})-[:NEXT]->(:Step {n: 2})-[:NEXT]->(:Step {n: 3})")
    project = "MATCH (a:Step)-[:NEXT]->(b:Step) RETURN gds.graph.project('chain', a, b).nodeCount"
    rank = (
        "CALL gds.pageRank.stream('chain') YIELD nodeId, score RETURN gds.util.asNode(nodeId).n AS n, score ORDER BY n"
    )

    assert ask(running.address, "RETURN gds.version()") == [[assembly.GDS_VERSION]]
    assert ask(running.address, project) == [[3]]
    # 0.15 for the first, then 0.15 + 0.85 times the one before
    assert ask(running.address, rank) == [
        [1, pytest.approx(0.15)],
        [2, pytest.approx(0.2775)],
        [3, pytest.approx(0.385875)],
    ]


def test_procedures_that_write_or_export_are_not_there(running: Running) -> None:
    rows = ask(running.address, "SHOW PROCEDURES YIELD name, mode WHERE name STARTS WITH 'gds' RETURN name, mode")
    assert rows
    assert [name for name, _ in rows if ".write" in name or ".export" in name or "config" in name] == []
    assert {mode for _, mode in rows} <= {"READ", "DEFAULT"}


def test_load_csv_reads_neither_files_nor_addresses(running: Running, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("a,b\n")
    asked: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

    with http.server.HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        places = [
            f"file://{tmp_path}/table.csv",
            f"FILE:{tmp_path}/table.csv",
            f"http://127.0.0.1:{server.server_port}/table.csv",
            f"http://localhost:{server.server_port}/table.csv",
            f"http://2130706433:{server.server_port}/table.csv",
            f"http://[::ffff:127.0.0.1]:{server.server_port}/table.csv",
            f"ftp://127.0.0.1:{server.server_port}/table.csv",
        ]
        for place in places:
            with pytest.raises(ClientError) as refusal:
                ask(running.address, "LOAD CSV FROM $place AS line RETURN line", place=place)
            assert refusal.value.code == "Neo.ClientError.Statement.ExternalResourceFailed"
        server.shutdown()
    assert asked == []


def test_it_listens_on_loopback_only(running: Running) -> None:
    listening = [c.laddr for c in psutil.Process(running.pid).net_connections() if c.status == psutil.CONN_LISTEN]
    assert [(at.ip.removeprefix("::ffff:"), at.port) for at in listening] == [
        ("127.0.0.1", int(running.address.url.rpartition(":")[2]))
    ]


def test_a_wrong_password_is_refused(running: Running) -> None:
    async def open_with_wrong_password() -> None:
        await Store.open(replace(running.address, password="wrong-password"))

    with pytest.raises(StoreRefused, match="refuses the user 'neo4j'"):
        asyncio.run(open_with_wrong_password())


def test_the_password_is_in_no_command_line_and_its_file_is_private(running: Running, folder: Path) -> None:
    assert running.address.password not in " ".join(psutil.Process(running.pid).cmdline())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "passwords.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "conf" / "neo4j.conf").stat().st_mode) == 0o600
    assert list((folder / "run").glob("first-password*")) == []


def test_the_first_password_is_not_an_argument(
    neo4j_engine: Neo4j, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []
    run = subprocess.run

    def watched(command: list[str], **options: Any) -> Any:
        commands.append(command)
        return run(command, **options)

    monkeypatch.setattr(subprocess, "run", watched)
    make_private(tmp_path / "neo4j")
    neo4j_engine.prepare(tmp_path / "neo4j", quiet)
    neo4j_engine.prepare(tmp_path / "neo4j", quiet)  # the second time there is nothing to do

    password = neo4j_engine.launch(tmp_path / "neo4j").address.password
    (first,) = [command for command in commands if "-version" not in command]
    assert not any(password in part for part in first)


def test_data_survive_a_kill(neo4j_engine: Neo4j, empty_neo4j: Path, tmp_path: Path) -> None:
    home = copy_engine(empty_neo4j, tmp_path / "neo4j")
    try:
        first = lifecycle.start(neo4j_engine, home, quiet)
        ask(first.address, "CREATE (:Kept {n: 1})")
        os.kill(first.pid, signal.SIGKILL)
        psutil.Process(first.pid).wait(30)

        second = lifecycle.start(neo4j_engine, home, quiet)
        assert ask(second.address, "MATCH (k:Kept) RETURN k.n") == [[1]]
    finally:
        lifecycle.stop(home)


def test_it_runs_without_graph_data_science(neo4j_engine: Neo4j, empty_neo4j: Path, tmp_path: Path) -> None:
    plain = replace(neo4j_engine, gds=False)
    with lifecycle.lease(plain, copy_engine(empty_neo4j, tmp_path / "neo4j"), quiet) as running:
        assert ask(running.address, "RETURN 1 AS one") == [[1]]
        with pytest.raises(ClientError, match="Unknown function"):
            ask(running.address, "RETURN gds.version()")
    assert list((plain.server / "plugins").iterdir()) == []


# From here on Maven and Java are stand-ins: what is tested is what happens around them.


def put_program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_without_maven_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError, match=r"mvn is not on PATH.*apt install maven"):
        assembly.assemble(tmp_path / "server", True, quiet)
    assert not (tmp_path / "server").exists()


def test_a_failing_maven_is_quoted_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_program(tmp_path / "bin", "mvn", "mkdir lib; echo '[ERROR] no route to host'; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(EngineError, match=r"could not fetch Neo4j.*no route to host.*repeat"):
        assembly.assemble(tmp_path / "cache" / "server", True, quiet)
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["server.lock"]


def test_two_at_once_assemble_once_and_old_halves_are_cleared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jar = f"lib/neo4j-{assembly.NEO4J_VERSION}.jar"
    put_program(tmp_path / "bin", "mvn", f"echo run >> {tmp_path}/runs; sleep 0.5; mkdir lib; touch {jar}")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    server = tmp_path / "cache" / "server"
    (tmp_path / "cache" / ".server.killed" / "lib").mkdir(parents=True)

    both = [threading.Thread(target=assembly.assemble, args=(server, True, quiet)) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()

    assert (tmp_path / "runs").read_text() == "run\n"
    assert sorted(path.name for path in (tmp_path / "cache").iterdir()) == ["server", "server.lock"]
    assert (server / jar).exists()


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineError, match=r"cannot assemble Neo4j in .*file/server.*XDG_CACHE_HOME"):
        assembly.assemble(tmp_path / "file" / "server", True, quiet)


def test_without_java_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java, "find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(EngineError, match=r"Java 21 or later; found none.*neo4j-server"):
        java.find_java()


def test_java_home_counts_when_it_is_new_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java, "find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", f"{tmp_path}/empty:/bin")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    put_program(tmp_path / "bin", "java", """echo 'openjdk version "17.0.15" 2025-04-15' >&2""")
    with pytest.raises(EngineError, match="bin/java is version 17"):
        java.find_java()

    put_program(tmp_path / "bin", "java", """echo 'openjdk version "21.0.2" 2024-01-16' >&2""")
    assert java.find_java() == tmp_path / "bin" / "java"


@pytest.mark.parametrize("left", [None, "", '{"neo4j": 3}', '{"root": "word"}'])
def test_a_lost_password_is_an_error_not_a_new_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: str | None
) -> None:
    monkeypatch.setattr(neo4j, "assemble", lambda *_: None)
    (tmp_path / "data" / "databases" / "system").mkdir(parents=True)
    (tmp_path / "data" / "dbms").mkdir()
    (tmp_path / "data" / "dbms" / "auth.ini").write_text("")
    if left is not None:
        (tmp_path / "passwords.json").write_text(left)
    with pytest.raises(EngineError, match=r"passwords\.json is gone or damaged; put the file back, or start over"):
        Neo4j().prepare(tmp_path, quiet)
