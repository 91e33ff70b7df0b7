"""The `summit` command as a user runs it: processes, signals, exit codes, and what is said on which stream."""

import json
import os
import signal
import socket
import time
import urllib.request
from pathlib import Path

import psutil
import pytest
from neo4j import GraphDatabase
from neo4j.exceptions import Neo4jError

from queries.engines import lifecycle
from queries.engines.arcadedb import ArcadeDB
from queries.engines.ports import free_ports
from queries.records import Address
from tests.commands import begin, engines, last_json, refused, run_here, wait_for
from tests.conftest import HANGS, MODEL, Command, serving

# The engine's commands


def test_an_engine_that_was_started_stays_is_shared_and_says_what_it_holds(kept: Path, summit: Command) -> None:
    status = last_json(summit("db", "status", "--json", home=kept))
    again = last_json(summit("db", "start", "--json", home=kept))

    assert (status["engine"], status["running"], status["kept"]) == ("arcadedb", True, True)
    assert again["pid"] == status["pid"]
    assert engines(kept) == {status["pid"]}
    assert "kept until `summit db stop`" in summit("db", "status", home=kept).stdout


def test_an_engine_in_use_is_neither_stopped_nor_reset(kept: Path, summit: Command) -> None:
    with lifecycle.lease(ArcadeDB(), kept / "arcadedb", print) as running:
        for words in (["db", "stop"], ["db", "reset", "--yes"]):
            complaint = refused(summit(*words, home=kept))
            assert f"(pid {running.pid}) is in use by `" in complaint and f"` (pid {os.getpid()});" in complaint
    assert engines(kept) == {running.pid}


def test_starting_an_engine_beside_a_named_server_says_which_is_used(kept: Path, summit: Command) -> None:
    started = summit("db", "start", home=kept, SUMMIT_DATABASE="bolt://u:p@localhost")
    assert started.returncode == 0
    assert started.stderr == "SUMMIT_DATABASE is set: commands use the server it names, not this engine\n"


def test_all_engines_of_a_home_are_stopped_whichever_was_chosen_last(tmp_path: Path, summit: Command) -> None:
    assert summit("db", "start", home=tmp_path).returncode == 0
    (tmp_path / "engine").write_text("neo4j\n")
    assert summit("db", "stop", home=tmp_path).stdout == "arcadedb stopped\n"
    assert engines(tmp_path) == set()
    assert summit("db", "stop", home=tmp_path).stdout == "no engine was running\n"


def test_nothing_runs_and_nothing_is_there_in_a_new_home(tmp_path: Path) -> None:
    assert last_json(run_here("db", "status", "--json", home=tmp_path / "home"))["running"] is False
    assert last_json(run_here("db", "stop", "--json", home=tmp_path / "home")) == {"stopped": False}
    assert last_json(run_here("db", "reset", "--yes", "--json", home=tmp_path / "home")) == {"erased": False}
    assert not (tmp_path / "home").exists()


def test_two_commands_at_once_share_one_engine_and_the_last_stops_it(tmp_path: Path) -> None:
    seen: set[int] = set()
    commands = [begin("query", "models", "--json", home=tmp_path) for _ in range(2)]
    while any(command.poll() is None for command in commands):
        seen |= engines(tmp_path)
        time.sleep(0.05)
    for command in commands:
        out, err = command.communicate()
        assert command.returncode == 0, err
        assert json.loads(out)["rows"] == []
    assert len(seen) == 1
    assert engines(tmp_path) == set()


def test_a_command_that_is_told_to_end_takes_its_engine_with_it(tmp_path: Path) -> None:
    command = begin("serve", "--port", "0", home=tmp_path)
    wait_for(lambda: (tmp_path / "arcadedb" / "engine.json").exists())
    command.terminate()  # while the engine starts
    out, err = command.communicate(timeout=HANGS)
    assert (command.returncode, out) == (143, "")
    assert "Traceback" not in err
    assert engines(tmp_path) == set()


def test_the_engine_of_a_killed_command_is_used_by_the_next_one(tmp_path: Path, summit: Command) -> None:
    command = begin("serve", "--port", "0", home=tmp_path)
    assert command.stderr is not None
    assert "Summit Graph is at http://localhost:" in command.stderr.readline()
    (engine,) = engines(tmp_path)
    command.kill()
    command.communicate()
    assert engines(tmp_path) == {engine}

    status = last_json(summit("db", "status", "--json", home=tmp_path))

    assert (status["pid"], status["kept"]) == (engine, False)
    assert engines(tmp_path) == set(), "the last user stops it"


# A service


def test_a_service_starts_its_engine_again_after_kill_9_and_no_request_fails(
    tmp_path: Path, few: Path, summit: Command
) -> None:
    assert summit("import-summit", few, home=tmp_path).returncode == 0
    with serving(tmp_path) as service:
        psutil.Process(engines(tmp_path).pop()).kill()
        answer = service.ask('{ imageClass(model: "summit-inceptionv1", index: 294) { name } }')
    assert answer == {"imageClass": {"name": "class 294"}}
    assert engines(tmp_path) == set()


# Messages


def test_a_damaged_choice_of_an_engine_is_told_with_the_remedy(tmp_path: Path) -> None:
    for damage in (b"oracle", b"", b"\xff\xfe\x00"):
        (tmp_path / "engine").write_bytes(damage)
        complaint = refused(run_here("query", "models", home=tmp_path))
        assert f"{tmp_path / 'engine'} does not name an engine" in complaint
        assert "choose one again with `summit db start --engine arcadedb`" in complaint


def test_a_file_of_the_engine_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "arcadedb" / "engine.json").mkdir(parents=True)
    for words in (["db", "status"], ["db", "stop"], ["query", "models"]):
        complaint = refused(run_here(*words, home=tmp_path))
        assert complaint == f"summit: {tmp_path}/arcadedb/engine.json: Is a directory\n"


def test_a_taken_port_is_told_with_the_remedy(kept: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as squatter:
        port = str(squatter.getsockname()[1])
        complaint = refused(run_here("serve", "--port", port, home=kept))
    assert f"cannot listen on 127.0.0.1 port {port}: Address already in use; choose another with --port" in complaint


def test_a_host_that_is_not_ours_is_told_with_the_remedy(tmp_path: Path) -> None:
    complaint = refused(run_here("serve", "--host", "192.0.2.1", "--port", "0", home=tmp_path))
    assert "cannot listen on 192.0.2.1 port 0: Cannot assign requested address; choose another with --host" in complaint


def test_a_home_that_cannot_be_used_is_told(tmp_path: Path, summit: Command) -> None:
    (tmp_path / "file").write_text("")
    complaint = refused(summit("query", "models", home=tmp_path / "file" / "home"))
    assert "Not a directory; set SUMMIT_HOME to a folder you can write to" in complaint.replace("\n", " ")


def test_each_trouble_with_a_named_server_has_its_own_message(kept: Path, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    running = lifecycle.status(kept / "arcadedb")
    assert running is not None
    there = running.address.url.removeprefix("bolt://")
    for url, complaint in [
        (f"bolt://u:wrong-word@127.0.0.1:{port}", f"nothing answers at bolt://127.0.0.1:{port}"),
        (f"bolt://root:wrong-word@{there}", f"bolt://{there} refuses the user 'root'"),
        ("http://u:wrong-word@localhost", "SUMMIT_DATABASE: 'http://...@localhost' is not a Bolt URL"),
    ]:
        said = refused(run_here("query", "models", home=tmp_path, SUMMIT_DATABASE=url))
        assert complaint in said
        assert "wrong-word" not in said


@pytest.mark.parametrize(
    "words, code, complaint",
    [
        (["query", "clas_edges"], 1, "no stored query is called 'clas_edges'"),
        (["query", "class_edges"], 1, "class_edges: missing ['class'], unknown []"),
        (["query", "class_edges", "class=x", "limit=3"], 1, "unknown ['limit']"),
        (["query", "channel_classes", "channel=x", "limit=many"], 1, "limit='many' cannot be read as int"),
        (["query", "class_edges", "class"], 2, "'class' is not KEY=VALUE"),
        (["db", "start", "--engine", "oracle"], 1, "no engine is called 'oracle'; there are arcadedb, neo4j"),
        (
            ["import-summit", "/nowhere", "--model", "a/b"],
            1,
            "'a/b' is not a model id; expected 1 to 200 printable characters, accented letters as one (NFC), no '/'",
        ),
        (["check", "r", "--seed", "2147483648"], 2, "Input should be less than or equal to 2147483647"),
        (["probe", "r", "--seed", "-1"], 2, "Input should be greater than or equal to 0"),
        (["subset", "r", "--wrong", "--seed", "2147483648"], 2, "Input should be less than or equal to 2147483647"),
        (["check", "r", "--draws", "2147483648"], 2, "Input should be less than or equal to 2147483647"),
        (["import-summit", "/nowhere"], 1, "/nowhere holds no ag/ag-<class>.json"),
    ],
)
def test_a_mistake_is_answered_in_one_line_without_an_engine(
    tmp_path: Path, words: list[str], code: int, complaint: str
) -> None:
    done = run_here(*words, home=tmp_path / "home")
    assert complaint in refused(done)
    assert done.returncode == code
    assert engines(tmp_path / "home") == set()


def test_a_pipe_gets_whole_values_and_the_counts_go_to_the_other_stream(kept: Path, few: Path, summit: Command) -> None:
    last_json(summit("import-summit", few, "--model", MODEL, "--json", home=kept))
    done = summit("query", "models", home=kept)
    assert "TensorFlow InceptionV1, as visualised in Distill's Feature Visualization" in done.stdout
    assert "…" not in done.stdout
    assert " row in " in done.stderr
    assert " row in " not in done.stdout


def test_a_service_tells_a_program_its_address_and_ends_when_asked(tmp_path: Path) -> None:
    command = begin("serve", "--port", "0", "--json", home=tmp_path)
    assert command.stdout
    url = json.loads(command.stdout.readline())["url"]
    with urllib.request.urlopen(url, timeout=30) as page:
        assert page.status == 200
    command.terminate()
    assert command.communicate(timeout=HANGS) == ("", "")
    assert command.returncode == 128 + signal.SIGTERM


def test_a_command_ends_by_hang_up_as_by_a_request(tmp_path: Path) -> None:
    command = begin("query", "models", home=tmp_path)
    wait_for(lambda: (tmp_path / "arcadedb" / "engine.json").exists())
    command.send_signal(signal.SIGHUP)
    command.communicate(timeout=HANGS)
    assert command.returncode == 128 + signal.SIGHUP
    assert engines(tmp_path) == set()


def test_the_address_of_the_reader_reads_and_does_nothing_else(kept: Path, summit: Command) -> None:
    told = last_json(summit("db", "address", "--reader", "--json", home=kept))
    printed = Address.parse(summit("db", "address", "--reader", home=kept).stdout)
    assert (printed.url, printed.user, printed.password) == (told["url"], told["user"], told["password"])
    with GraphDatabase.driver(printed.url, auth=(printed.user, printed.password)) as driver:
        assert driver.execute_query("RETURN 1 AS n", database_=printed.database).records[0]["n"] == 1
        with pytest.raises(Neo4jError):
            driver.execute_query("CREATE (:Mine)", database_=printed.database)
    whole = last_json(summit("db", "address", "--json", home=kept))
    assert whole["user"] != told["user"]


def test_no_address_is_told_of_an_engine_that_does_not_run(tmp_path: Path) -> None:
    refused = run_here("db", "address", home=tmp_path)
    assert refused.returncode == 1 and "arcadedb does not run; `summit db start`" in refused.stderr
