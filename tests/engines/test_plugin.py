"""Our procedures in the embedded engine: the jar is what its source gives, and an engine that cannot use it starts."""

import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bench.testbed.counted import counted, network_steps, ranked_steps
from queries.engines.arcadedb import ArcadeDB
from queries.engines.lifecycle import lease
from queries.engines.ports import free_ports
from queries.engines.procedures import FOLDER, JAR, SUMS, flaw
from queries.engines.process import LOG, wait_until_ready
from queries.engines.settings import Settings
from queries.engines.waiting import Clock
from queries.errors import DataError, QueryError, StoreError
from queries.graphs.extraction import Cut, cut_graph, extract_model
from queries.progress import ignore_progress
from queries.records import Address, class_id
from tests import build_plugin
from tests.conftest import Command, Database, open_database
from tests.engines.conftest import Said

WALK = {"damping": 0.85, "tolerance": 1e-9, "steps": 40, "score": None}


def test_the_jar_belongs_to_the_sources() -> None:
    """Where this fails, a source was changed: `make plugin` builds the jar again."""
    assert (FOLDER / SUMS).read_text() == build_plugin.sums()
    assert flaw(FOLDER) is None


def test_the_jar_is_built_again_bit_for_bit(tmp_path: Path) -> None:
    if shutil.which("mvn") is None:
        pytest.skip("mvn is not on PATH: it fetches the compiler")
    build_plugin.build(tmp_path / JAR)
    assert (tmp_path / JAR).read_bytes() == (FOLDER / JAR).read_bytes()


def test_another_compiler_than_the_pinned_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ecj-0.jar").write_bytes(b"another")
    monkeypatch.setattr("subprocess.run", lambda *_words, **_options: None)
    with pytest.raises(ValueError, match=r"ecj:3\.43\.0 has the SHA-256 .*; expected c786468c"):
        build_plugin.fetch_compiler(tmp_path)


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """A copy of the folder, to damage."""
    return Path(shutil.copytree(FOLDER, tmp_path / "plugin"))


def cut_jar(folder: Path) -> None:
    (folder / JAR).write_bytes((folder / JAR).read_bytes()[:-100])


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (cut_jar, r"summit-procedures\.jar is damaged: its SHA-256 is [0-9a-f]{12}\.\.\., and .* was expected"),
        (lambda folder: (folder / JAR).unlink(), r"summit-procedures\.jar: No such file"),
        (lambda folder: (folder / SUMS).unlink(), r"SHA256SUMS: No such file"),
        (lambda folder: (folder / SUMS).write_text("0123\n"), "SHA256SUMS is damaged"),
        (lambda folder: (folder / SUMS).write_text(""), "and none.* was expected"),
    ],
)
def test_a_jar_that_is_not_what_was_built_is_told(plugin: Path, damage: Callable[[Path], None], told: str) -> None:
    damage(plugin)
    with pytest.raises(AssertionError, match=told):
        assert flaw(plugin) is None, flaw(plugin)


def walked(database: Database) -> str:
    """The form in which a class of a small network is ranked; the ranks add up to 1."""
    run = counted("walked", (5, 6), 1, 0.4)
    database.await_(database.store.write_together([*network_steps(run), *ranked_steps(run)]))
    rows = database.run("personalized_pagerank", **{"class": "walked/0"}, **WALK)
    assert sum(row["pagerank"] for row in rows) == pytest.approx(1)
    return database.store.variant("personalized_pagerank")


def test_an_engine_with_the_jar_ranks_by_its_procedure(home: Path) -> None:
    with open_database(ArcadeDB(), home) as database:
        assert walked(database) == "procedure"


def test_an_engine_with_a_damaged_jar_says_so_and_ranks_in_the_portable_form(
    home: Path, plugin: Path, said: Said
) -> None:
    cut_jar(plugin)
    engine = replace(ArcadeDB(), plugin=plugin)
    engine.prepare(home, said)
    assert engine.launch(home).spare is None, "what is started is without the jar already"
    assert ArcadeDB().launch(home).spare is not None
    assert "damaged" in said.sentences[0] and "install Summit Graph again" in said.sentences[0]
    with open_database(engine, home) as database:
        assert walked(database) == "portable"


def without_a_class(folder: Path, left_out: str = "PersonalizedPageRank") -> None:
    """A jar whose classes do not fit the engine, with the right SHA-256: as after an update of the engine alone."""
    whole = {name: zipfile.ZipFile(FOLDER / JAR).read(name) for name in zipfile.ZipFile(FOLDER / JAR).namelist()}
    with zipfile.ZipFile(folder / JAR, "w") as archive:
        for name, content in whole.items():
            if not name.endswith(f"{left_out}.class"):
                archive.writestr(name, content)
    (folder / SUMS).write_text(f"{build_plugin.digest((folder / JAR).read_bytes())}  {JAR}\n")


def test_an_engine_that_cannot_load_the_jar_starts_without_it(home: Path, plugin: Path, said: Said) -> None:
    without_a_class(plugin)
    engine = replace(ArcadeDB(), plugin=plugin)
    with lease(engine, home, said):
        (sentence,) = said.sentences
        assert (
            "the arcadedb engine does not start with our procedures" in sentence and "PersonalizedPageRank" in sentence
        )
        with open_database(engine, home) as database:
            assert walked(database) == "portable"


def test_an_engine_whose_main_thread_failed_is_not_waited_for(tmp_path: Path) -> None:
    """Its process stays up, for its other threads go on."""

    def never(seconds: float) -> None:
        raise AssertionError(f"waited {seconds} s")

    log, (port,) = tmp_path / LOG, free_ports(1)
    log.write_text('Exception in thread "main" java.lang.NoClassDefFoundError: summit/PersonalizedPageRank\n')
    address = Address(f"bolt://127.0.0.1:{port}", "root", "word", "summit")
    with subprocess.Popen(["sleep", "600"]) as process:
        try:
            assert not wait_until_ready(process, address, log, Clock(sleep=never))
        finally:
            process.kill()


def test_a_call_that_cannot_be_linked_fails_and_the_portable_form_answers(home: Path, plugin: Path) -> None:
    without_a_class(plugin, "Walk")
    with open_database(replace(ArcadeDB(), plugin=plugin), home) as database:
        with pytest.raises((QueryError, StoreError)):
            walked(database)
        database.store.form = "portable"
        assert walked(database) == "portable"


def test_an_engine_with_procedures_of_another_version_is_not_asked_for_them(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("queries.version.PROCEDURES", 99)
    with open_database(ArcadeDB(), home) as database:
        assert walked(database) == "portable"
    assert "has version 2 of Summit Graph's procedures, and this program expects version 99" in caplog.text


def test_the_form_can_be_chosen(tmp_path: Path, summit: Command) -> None:
    assert Settings.from_environment({}).pagerank is None
    assert Settings.from_environment({"SUMMIT_PAGERANK": "gds"}).pagerank == "gds"
    with pytest.raises(DataError, match="SUMMIT_PAGERANK is 'fast'; expected procedure, portable or gds, or leave it"):
        Settings.from_environment({"SUMMIT_PAGERANK": "fast"})

    assert summit("db", "start", home=tmp_path).returncode == 0
    try:
        assert "in its procedure form" in summit("db", "status", home=tmp_path).stdout
        assert "in its portable form" in summit("db", "status", home=tmp_path, SUMMIT_PAGERANK="portable").stdout
        refused = summit("db", "status", home=tmp_path, SUMMIT_PAGERANK="gds")
        assert refused.returncode == 1
        assert (
            "SUMMIT_PAGERANK is gds, which this database does not offer; it offers procedure and portable"
            in refused.stderr
        )
    finally:
        summit("db", "stop", home=tmp_path)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("class, 'ACTIVATES', 1.0, 1e-9, 40", "damping is 1.0; expected 0 to below 1"),
        ("class, 'ACTIVATES', 0.85, -1.0, 40", "tolerance is -1.0; expected 0 or more"),
        ("class, 'ACTIVATES', 0.85, 'small', 40", "tolerance is small; expected a number"),
        ("class, 'HAS_CHANNEL', 0.85, 1e-9, 40", "counts is HAS_CHANNEL; expected ACTIVATES or ATTRIBUTED_TO"),
        ("null, 'ACTIVATES', 0.85, 1e-9, 40", "class is null; expected a node labelled ImageClass"),
        ("model, 'ACTIVATES', 0.85, 1e-9, 40", "expected a node labelled ImageClass"),
        ("class, 'ACTIVATES', 0.85", "summit.personalizedPageRank"),
    ],
)
def test_arguments_that_mean_nothing_are_refused(arcadedb: Database, call: str, told: str) -> None:
    text = f"""MATCH (class:ImageClass {{id: 'sample/0'}})-[:OF_MODEL]->(model:Model)
CALL summit.personalizedPageRank({call}) YIELD channel RETURN channel"""
    with pytest.raises(QueryError) as refused:
        arcadedb.await_(arcadedb.store.read_text(text))
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("MATCH (a:Adjacency {id: 'torn/0/layer1'}) DETACH DELETE a", "adjacency of torn/0 "),
        ("MATCH (a:Adjacency {id: 'torn/0/layer2'}) DETACH DELETE a", "the adjacency of torn/0 has 2 layers of 3"),
        ("MATCH (c:Channel {id: 'torn/layer1/2'}) DETACH DELETE c", "channels of torn/layer1 are not numbered"),
        ("MATCH (c:Channel {id: 'torn/layer1/2'}) SET c.index = 3", "channels of torn/layer1 are not numbered"),
        ("MATCH (c:Channel {id: 'torn/layer1/2'}) SET c.index = -1", "channels of torn/layer1 are not numbered"),
        ("MATCH (c:Channel {id: 'torn/layer1/2'}) REMOVE c.index", "channels of torn/layer1 are not numbered"),
        ("MATCH (a:Adjacency {id: 'torn/0/layer1'}) SET a.in_starts = [0, 1]", "adjacency of torn/0"),
        ("MATCH (a:Adjacency {id: 'torn/0/layer1'}) SET a.in_sources = [99]", "adjacency of torn/0"),
        ("MATCH (a:Adjacency {id: 'torn/0/layer1'}) SET a.out_weights = null", "adjacency of torn/0"),
    ],
)
def test_data_that_does_not_fit_together_is_refused(arcadedb: Database, damage: str, told: str) -> None:
    run = counted("torn", (5, 6, 4), 1, 0.4)
    arcadedb.await_(arcadedb.store.write_together([*network_steps(run), *ranked_steps(run)]))
    try:
        arcadedb.administer(damage)
        with pytest.raises((QueryError, StoreError)) as refused:
            arcadedb.run("personalized_pagerank", **{"class": class_id("torn", 0)}, **WALK)
        assert told in str(refused.value)
    finally:
        arcadedb.remove("torn")


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("model, class, 7.5, false, 0.5, true", "expected a node labelled ImageClass"),
        ("class, 'class', 7.5, false, 0.5, true", "holder is class; expected the class or a ScoredGraph of it"),
        ("class, model, 7.5, true, 0.5, true", "expected the class or a ScoredGraph of it"),
        ("class, other, 7.5, false, 0.5, true", "expected the class or a ScoredGraph of it"),
        ("class, class, 0.0 / 0.0, false, 0.5, true", "threshold is not a number"),
        ("class, class, 7.5, false, 0, true", "step is 0.0; expected more than 0"),
        ("class, class, 7.5, true, -0.5, true", "step is -0.5; expected more than 0"),
        ("class, class, 'few', false, 0.5, true", "threshold is few; expected a number"),
        ("class, class, 7.5, null, 0.5, true", "unified is null; expected true or false"),
        ("class, class, 7.5, false, null, true", "step is null; expected a number"),
        ("class, class, 7.5, false, 0.5, 1", "dead_ends is 1; expected true or false"),
        ("class, class, 7.5", "summit.attributionGraph"),
    ],
)
def test_a_cut_by_arguments_that_mean_nothing_is_refused(arcadedb: Database, call: str, told: str) -> None:
    text = f"""MATCH (class:ImageClass {{id: 'sample/0'}})-[:OF_MODEL]->(model:Model)
MATCH (other:ImageClass {{id: 'sample/1'}})
CALL summit.attributionGraph({call}) YIELD layer RETURN layer"""
    with pytest.raises(QueryError) as refused:
        arcadedb.await_(arcadedb.store.read_text(text))
    assert told in str(refused.value)


@pytest.mark.parametrize(
    "damage",
    [
        "MATCH (r:LayerRanking {id: 'cut-torn/0/layer1'}) SET r.counts = [1]",
        "MATCH (r:LayerRanking {id: 'cut-torn/0/layer1'}) REMOVE r.pageranks",
        "MATCH (r:LayerRanking {id: 'cut-torn/0/layer1'}) SET r.places = [0, 1, 2]",
        "MATCH (r:LayerRanking {id: 'cut-torn/0/layer1'}) SET r.channels = [99] + tail(r.channels)",
        "MATCH (r:LayerRanking {id: 'cut-torn/0/layer1'}) REMOVE r.layer_index",
        "MATCH (a:Adjacency {id: 'cut-torn/0/layer1'}) SET a.in_starts = [0, 1]",
        "MATCH (a:Adjacency {id: 'cut-torn/0/layer1'}) SET a.in_sources = [99] + tail(a.in_sources)",
        "MATCH (a:Adjacency {id: 'cut-torn/0/layer1'}) SET a.in_weights = null",
        "MATCH (a:Adjacency {id: 'cut-torn/0/layer1'}) DETACH DELETE a",
    ],
)
def test_pagerank_that_does_not_fit_together_is_not_cut(arcadedb: Database, damage: str) -> None:
    run = counted("cut-torn", (5, 6, 4), 1, 0.4)
    arcadedb.await_(arcadedb.store.write_together([*network_steps(run), *ranked_steps(run)]))
    name = class_id(run.name, 0)
    try:
        arcadedb.await_(extract_model(arcadedb.store, run.name, progress=ignore_progress))
        assert arcadedb.await_(cut_graph(arcadedb.store, name, Cut(20.0))).vertices
        arcadedb.administer(damage)
        with pytest.raises(
            (QueryError, StoreError), match=r"`summit db check` names the command that writes (it|them) again"
        ):
            arcadedb.await_(cut_graph(arcadedb.store, name, Cut(20.0)))
    finally:
        arcadedb.remove(run.name)


def test_the_class_cache_belongs_to_the_jar(plugin: Path) -> None:
    engine = replace(ArcadeDB(), plugin=plugin)
    before = engine.class_cache
    cut_jar(plugin)
    assert engine.class_cache != before
