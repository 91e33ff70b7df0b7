"""`summit db check`, `backup` and `restore` as a user runs them, and what `import-summit` and `serve` say of damage."""

import json
from pathlib import Path
from typing import Any

from neo4j import GraphDatabase

from queries.engines import lifecycle
from tests.commands import begin, last_json, refused, run_here, wait_for
from tests.conftest import Command, serving

LOSE_EDGES = "MATCH ()-[edge:ATTRIBUTES]->() WHERE edge.class_id = '{model}/294' WITH edge LIMIT 50 DELETE edge"


def administer(home: Path, statement: str) -> list[Any]:
    """Any statement, with all rights, in the running engine."""
    running = lifecycle.status(home / "arcadedb")
    assert running is not None
    address = running.address
    with GraphDatabase.driver(address.url, auth=(address.user, address.password)) as driver:
        return driver.execute_query(statement, database_=address.database).records


def test_lost_edges_are_reported_and_the_named_command_writes_them_again(
    kept: Path, few: Path, summit: Command
) -> None:
    words: list[str | Path] = ["import-summit", few, "--model", "lossy"]
    whole = last_json(run_here(*words, "--json", home=kept))
    assert "nothing is damaged" in summit("db", "check", "lossy", home=kept).stdout
    administer(kept, LOSE_EDGES.format(model="lossy"))

    with serving(kept):
        (log,) = kept.glob("serve-*.log")
        wait_for(lambda: "damaged: graph of lossy/294" in log.read_text())
        assert "mend with `summit import-summit DIR --model lossy`" in log.read_text()
    checked = run_here("db", "check", "lossy", "--json", home=kept)
    assert checked.returncode == 1
    (damage,) = json.loads(checked.stdout)["damages"]
    assert (damage["class_id"], damage["part"]) == ("lossy/294", "graph")

    mended = last_json(run_here(*words, "--json", home=kept))
    assert (mended["written"], mended["unchanged"], mended["edges"]) == (1, 2, whole["edges"])
    assert last_json(run_here("db", "check", "lossy", "--json", home=kept))["damages"] == []


def test_files_that_are_gone_are_reported(kept: Path, few: Path) -> None:
    words: list[str | Path] = ["import-summit", few, "--model", "fewer", "--json"]
    run_here(*words, home=kept)
    (few / "ag" / "ag-0.json").unlink()
    done = run_here(*words, home=kept)
    assert last_json(done)["absent"] == 1
    assert f"{few} has no file for 1 class of fewer in the database" in done.stderr


def test_a_backup_is_restored_after_kill_9_amid_the_restore(
    tmp_path: Path, few: Path, published_folder: Path, summit: Command
) -> None:
    home, file = tmp_path / "home", tmp_path / "graphs.gz"
    assert summit("db", "start", home=home).returncode == 0
    try:
        last_json(summit("import-summit", few, "--json", home=home))
        backed = last_json(summit("db", "backup", file, "--json", home=home))
        assert "is there already" in refused(run_here("db", "backup", file, home=home))
        complaint = refused(summit("db", "restore", file, home=home))
        assert "it holds summit-inceptionv1 (3 classes)" in complaint and "--replace deletes all of that" in complaint

        restoring = begin("db", "restore", file, "--replace", home=home)
        wait_for(lambda: administer(home, "MATCH (s:Schema) WHERE s.restoring IS NOT NULL RETURN s"))
        restoring.kill()
        restoring.communicate()
        assert "its restore was cut off" in refused(summit("db", "status", home=home))

        done = last_json(run_here("db", "restore", file, "--json", home=home))
        assert (done["digest"], done["nodes"]) == (backed["digest"], backed["nodes"])
        assert last_json(run_here("db", "check", "--json", home=home))["damages"] == []
        again = last_json(run_here("import-summit", few, "--json", home=home))
        assert (again["written"], again["unchanged"]) == (0, 3)

        file.write_bytes(file.read_bytes()[:-100])
        assert f"{file} is not a complete backup" in refused(run_here("db", "restore", file, "--replace", home=home))
        assert last_json(run_here("db", "check", "--json", home=home))["classes"] == 3
    finally:
        summit("db", "reset", "--yes", home=home)
