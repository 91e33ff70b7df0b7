"""`summit import-summit` as a user runs it: at once and again, interrupted and damaged."""

import json
from pathlib import Path

import psutil

from queries.load import published
from queries.progress import ignore_progress
from tests.commands import begin, engines, last_json, refused, run_here, vertices, wait_for
from tests.conftest import HANGS, Command


def test_an_import_goes_on_exactly_after_kill_9_of_its_engine_and_of_itself(
    tmp_path: Path, batches: Path, summit: Command
) -> None:
    graphs = published.read_published(batches, ignore_progress).graphs
    totals = {
        "classes": len(graphs),
        "vertices": sum(len(graph.vertices) for graph in graphs),
        "edges": sum(len(graph.edges) for graph in graphs),
    }
    importing = begin("import-summit", batches, home=tmp_path)
    wait_for(lambda: vertices(tmp_path) > 0)
    (engine,) = engines(tmp_path)
    psutil.Process(engine).kill()
    _, err = importing.communicate(timeout=HANGS)
    assert importing.returncode == 1
    (complaint,) = err.splitlines()
    assert f"the arcadedb engine (pid {engine}) ended while it was in use; what was committed is kept" in complaint

    importing = begin("import-summit", batches, home=tmp_path)
    wait_for(lambda: vertices(tmp_path) > 0)
    importing.kill()
    importing.communicate()

    done = last_json(summit("import-summit", batches, "--json", home=tmp_path))
    assert {key: done[key] for key in totals} == totals
    assert done["written"] + done["unchanged"] == len(graphs)
    assert done["unchanged"] % 40 == 0, "a batch is written whole"

    again = run_here("import-summit", batches, home=tmp_path)
    assert again.stdout.splitlines()[-1] == "nothing changed"
    assert f"0 classes written, {len(graphs)} unchanged" in again.stdout


def test_two_imports_at_once_wait_for_one_another(kept: Path, few: Path) -> None:
    commands = [begin("import-summit", few, "--model", "pair", "--json", home=kept) for _ in range(2)]
    answers = []
    for command in commands:
        out, err = command.communicate(timeout=HANGS)
        assert command.returncode == 0, err
        answers.append(json.loads(out))
    assert sorted(answer["written"] for answer in answers) == [0, 3]
    assert answers[0]["vertices"] == answers[1]["vertices"]
    assert answers[0]["edges"] == answers[1]["edges"]


def test_a_damaged_file_refuses_the_import_as_a_whole_unless_it_is_to_be_left_out(
    kept: Path, few: Path, tmp_path: Path
) -> None:
    damaged = few / "ag" / "ag-294.json"
    damaged.write_bytes(damaged.read_bytes()[:1000])
    classes = tmp_path / "classes.tsv"
    classes.write_text("index\twnid\tname\n0\tn01440764\ttench\n7\tn01514668\tcock\n")
    words: list[str | Path] = ["import-summit", few, "--model", "flawed", "--class-list", classes]

    complaint = refused(run_here(*words, home=kept))
    assert f"{damaged}: not whole JSON" in complaint
    assert f"{few}/ag: no file for class 7" in complaint
    assert "2 files are damaged or missing (above) and nothing was loaded" in complaint
    models = last_json(run_here("query", "models", "--json", home=kept))
    assert "flawed" not in [row[0] for row in models["rows"]]

    loaded = run_here(*words, "--skip-bad", "--json", home=kept)
    assert f"left out: {damaged}: not whole JSON" in loaded.stderr
    done = last_json(loaded)
    assert (done["classes"], done["written"], done["skipped"], done["named"]) == (2, 2, 2, 1)


def test_lists_can_be_given_at_once_or_later(kept: Path, few: Path, tmp_path: Path) -> None:
    classes, groups = tmp_path / "classes.tsv", tmp_path / "groups.tsv"
    classes.write_text("index\twnid\tname\n0\tn01440764\ttench\n294\tn02132136\tbrown bear\n")
    groups.write_text("wnid\tname\tclasses\nn02131653\tbear\t294,295,296\n")
    at_once: list[str | Path] = ["--class-list", classes, "--group-list", groups]

    first = last_json(run_here("import-summit", few, "--model", "bare", "--json", home=kept))
    later = last_json(run_here("import-summit", few, "--model", "bare", *at_once, "--json", home=kept))
    again = run_here("import-summit", few, "--model", "bare", *at_once, home=kept)

    assert (first["written"], first["named"], first["grouped"]) == (3, 0, 0)
    assert (later["written"], later["named"], later["grouped"]) == (0, 2, 1)
    assert again.stdout.endswith("nothing changed\n")


def test_a_bad_list_is_refused_with_its_line_before_anything_is_read(kept: Path, few: Path, tmp_path: Path) -> None:
    (tmp_path / "groups.tsv").write_text("wnid\tname\tclasses\nn02131653\tbear\tall\n")
    complaint = refused(run_here("import-summit", few, "--group-list", tmp_path / "groups.tsv", home=kept))
    assert f"{tmp_path / 'groups.tsv'}:2: 'all' is not a class index" in complaint
