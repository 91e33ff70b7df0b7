"""`summit extract` as a person runs it: progress, repetition, interruption of the command and of its engine."""

import os
import pty
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from functools import partial
from pathlib import Path

import psutil
import pytest

from bench.testbed.counted import attributed, counted, network_steps, ranked_steps
from queries.engines.arcadedb import ArcadeDB
from queries.engines.session import engine_folder
from queries.graphs.extraction import Cut, cut_graph
from queries.graphs.stored import CUT, graph_rows, read_graph, seal
from tests.commands import begin, engines, in_database, last_json, refused, run_here, wait_for
from tests.conftest import HANGS, QUIETLY, SUMMIT, Command, Database, open_database

CLASSES = 120


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, summit: Command) -> Iterator[Path]:
    """A data directory whose engine stays, with the counts of two made-up networks, `made` and `few`."""
    home = tmp_path_factory.mktemp("extract")
    assert summit("db", "start", home=home).returncode == 0
    with open_engine(home) as database:
        for name, classes in (("made", CLASSES), ("few", 3)):
            run = counted(name, (20, 30, 20), classes, 0.1)
            run = attributed(run, without=[2]) if name == "few" else run
            database.await_(database.store.write_together([*network_steps(run), *ranked_steps(run)]))
        database.write("upsert_model", model="bare", properties={}, now="today")
    yield home
    assert summit("db", "reset", "--yes", home=home).returncode == 0


def open_engine(home: Path) -> AbstractContextManager[Database]:
    return open_database(ArcadeDB(), engine_folder(home, ArcadeDB()))


def test_a_model_is_extracted_once_and_the_second_time_nothing_changes(home: Path, summit: Command) -> None:
    first = summit("extract", "few", "--json", home=home)
    assert first.stderr == "personalized_pagerank runs in its procedure form\n"
    told = last_json(first)
    assert (told["written"], told["unchanged"], told["variant"]) == (3, 0, "procedure")
    assert told["vertices"] > 0 and told["edges"] > 0 and told["seconds"] > 0

    again = run_here("extract", "few", home=home)
    assert again.returncode == 0 and again.stdout.endswith("nothing changed\n")
    words = ["--classes", "1,2", "--threshold", "20", "--mode", "unified", "--no-dead-ends", "--step", "2", "--json"]
    assert last_json(run_here("extract", "few", *words, home=home))["written"] == 2
    kept = last_json(run_here("query", "graph_origin", "class=few/2", "--json", home=home))
    origin = dict(zip(kept["columns"], kept["rows"][0], strict=True))
    assert [origin[name] for name in CUT[:4]] == [20.0, True, 2.0, False]


def test_a_second_graph_by_attribution_is_extracted_once(home: Path) -> None:
    words = ["extract", "few", "--score", "attribution"]
    done = last_json(run_here(*words, "--json", home=home))
    assert (done["score"], done["written"], done["unchanged"]) == ("attribution", 2, 0)
    assert done["vertices"] > 0
    again = run_here(*words, home=home)
    assert "attribution graphs of 0 classes extracted by attribution" in again.stdout
    assert again.stdout.endswith("nothing changed\n")
    kept = last_json(run_here("query", "scored_graph", "class=few/0", "score=attribution", "--json", home=home))
    assert len(dict(zip(kept["columns"], kept["rows"][0], strict=True))["channels"]) > 0


@pytest.mark.parametrize(
    "words, told",
    [
        (["nowhere"], "no model 'nowhere' in the database; it holds bare, few, made"),
        (["bare"], "no class of bare has counts to extract a graph from; `summit load RUN` brings those of a run"),
        (["few", "--threshold", "0"], "threshold 0 is not in 1 to 50 percent"),
        (["few", "--threshold", "100"], "threshold 100 is not in 1 to 50 percent"),
        (["few", "--threshold", "nan"], "threshold nan is not in 1 to 50 percent"),
        (["few", "--damping", "1"], "damping 1.0 is not in 0 to 1"),
        (["few", "--classes", "a"], "expected class indexes, comma-separated"),
        (["few", "--classes", "99"], "few has no class 99"),
        (["made", "--score", "attribution"], "made has no attribution counts: the run was counted without"),
        (["few", "--score", "attribution", "--classes", "2"], "class few/2 has no attribution counts"),
    ],
)
def test_a_wrong_argument_gets_one_clear_line(home: Path, words: list[str], told: str) -> None:
    (complaint,) = refused(run_here("extract", *words, home=home)).splitlines()
    assert told in complaint


def test_progress_is_drawn_for_a_person(home: Path) -> None:
    screen, terminal = pty.openpty()
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("SUMMIT_")}
    environment = {**inherited, **QUIETLY, "SUMMIT_HOME": str(home), "TERM": "xterm", "COLUMNS": "100"}
    drawn = b""
    with subprocess.Popen([SUMMIT, "extract", "few"], env=environment, stderr=terminal) as command:
        os.close(terminal)
        with suppress(OSError):  # nobody holds the other end any more
            while piece := os.read(screen, 4096):
                drawn += piece
    os.close(screen)
    assert command.returncode == 0
    assert b"extracting" in drawn and b"3/3" in drawn


def test_any_interruption_leaves_whole_graphs_and_the_next_extraction_goes_on(home: Path, summit: Command) -> None:
    """First the command is interrupted, by every signal; then its engine is killed, also while graphs are replaced."""
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)):
        assert interrupt(home, partial(subprocess.Popen.send_signal, sig=number)) == code
    assert interrupt(home, lambda _: kill_engine(home)) == 1
    assert summit("db", "start", home=home).returncode == 0
    found = graphs(home)
    assert found[None] and found[7.5] and not found[20.0]
    ended = last_json(run_here("extract", "made", "--json", home=home))
    assert (ended["written"], ended["unchanged"]) == (found[None], found[7.5])

    interrupt(home, lambda _: kill_engine(home), "--threshold", "20")
    assert summit("db", "start", home=home).returncode == 0
    found = graphs(home)
    assert found[7.5] and found[20.0] and not found[None]
    ended = last_json(run_here("extract", "made", "--threshold", "20", "--json", home=home))
    assert (ended["written"], ended["unchanged"]) == (found[7.5], found[20.0])


def interrupt(home: Path, how: Callable[[subprocess.Popen[str]], object], *words: str) -> int:
    """Begin to extract `made`, interrupt that in the middle, and return the command's exit code."""
    threshold = float(words[-1]) if words else 7.5
    done = f"(class:ImageClass)-[edge:OF_MODEL]->(:Model {{id: 'made'}}) WHERE class.graph_threshold = {threshold}"
    before = in_database(home, done)
    extraction = begin("extract", "made", *words, home=home)
    wait_for(lambda: in_database(home, done) > before)
    how(extraction)
    out, error = extraction.communicate(timeout=HANGS)
    assert (out, "Traceback" in error) == ("", False), error
    return extraction.returncode


def kill_engine(home: Path) -> None:
    psutil.Process(engines(home).pop()).kill()


def graphs(home: Path) -> Counter[float | None]:
    """How many classes of `made` have a graph of each threshold; None: none yet. Fails for one that is not whole."""
    found: Counter[float | None] = Counter()
    with open_engine(home) as database:
        for row in database.run("class_digests", model="made"):
            channels, edges, cut = database.await_(read_graph(database.store, row["class"]))
            if row["graph"] is None:
                assert channels == edges == []
            else:
                wanted = database.await_(cut_graph(database.store, row["class"], Cut(cut["threshold"])))
                assert seal(channels, edges, cut) == seal(*graph_rows("made", wanted))
            found[cut["threshold"]] += 1
    return found
