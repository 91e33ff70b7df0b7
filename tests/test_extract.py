"""`summit extract` as a person runs it: progress, repetition, an engine that dies in the middle."""

import json
from contextlib import AbstractContextManager
from pathlib import Path

import psutil
import pytest

from queries.engines.arcadedb import ArcadeDB
from queries.extraction import Cut, cut_graph
from queries.session import engine_folder
from tests.conftest import Command, Database, open_database
from tests.counted import counted, load
from tests.test_cli import begin, engines, last_json, vertices, wait_for

CLASSES = 30


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data directory whose engine holds the counts of a made-up network."""
    with open_engine(tmp_path) as database:
        load(database, counted("made", (60, 80, 70), CLASSES, 0.15))
    return tmp_path


def open_engine(home: Path) -> AbstractContextManager[Database]:
    return open_database(ArcadeDB(), engine_folder(home, ArcadeDB()))


def test_a_model_is_extracted_once_and_the_second_time_nothing_changes(home: Path, summit: Command) -> None:
    first = summit("extract", "made", "--json", home=home)
    assert first.returncode == 0, first.stderr
    told = json.loads(first.stdout)
    assert (told["written"], told["unchanged"], told["variant"]) == (CLASSES, 0, "portable")
    assert told["vertices"] > 0 and told["edges"] > 0

    again = summit("extract", "made", home=home)
    assert again.returncode == 0 and again.stdout.endswith("nothing changed\n")
    some = summit("extract", "made", "--classes", "3,4", "--threshold", "20", "--mode", "unified", "--json", home=home)
    assert json.loads(some.stdout)["written"] == 2


@pytest.mark.parametrize(
    "words, told",
    [
        (["nowhere"], "nowhere"),
        (["made", "--threshold", "70"], "threshold 70 is not in 1 to 50 percent"),
        (["made", "--classes", "a"], "expected class indexes, comma-separated"),
        (["made", "--classes", "99"], "made has no class 99"),
    ],
)
def test_a_wrong_word_gets_one_clear_line(home: Path, summit: Command, words: list[str], told: str) -> None:
    done = summit("extract", *words, home=home)
    assert done.returncode == 1
    assert told in done.stderr and "Traceback" not in done.stderr


def test_an_engine_that_dies_leaves_whole_graphs_and_the_next_extraction_ends_the_work(
    home: Path, summit: Command
) -> None:
    extraction = begin("extract", "made", home=home)
    wait_for(lambda: vertices(home) > 0)
    psutil.Process(engines(home).pop()).kill()
    _, error = extraction.communicate(timeout=60)
    assert extraction.returncode == 1 and "Traceback" not in error

    with open_engine(home) as database:
        whole, none = graphs(database)
    assert whole and none
    ended = last_json(summit("extract", "made", "--json", home=home))
    assert (ended["written"], ended["unchanged"]) == (none, whole)


def graphs(database: Database) -> tuple[int, int]:
    """How many classes have a whole graph, and how many have none; fails for any other."""
    whole = none = 0
    for row in database.run("class_digests", model="made"):
        stored = database.run("class_channels", **{"class": row["class"]}, min_count=0)
        edges = database.run("class_edges", **{"class": row["class"]})
        if not row["graph"]:
            assert stored == edges == []
            none += 1
            continue
        wanted = database.await_(cut_graph(database.store, row["class"], Cut()))
        assert (len(stored), len(edges)) == (len(wanted.vertices), len(wanted.edges))
        whole += 1
    return whole, none
