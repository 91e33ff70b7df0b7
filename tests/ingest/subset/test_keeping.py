"""Graphs of subsets in the database: right, kept until the counts change, checked, and in backups."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.count.pipeline import count_pictures
from ingest.count.settings import Settings
from ingest.run.read import RunReader
from ingest.subset.choose import Choice
from ingest.subset.keeping import Made, Wish, keep_subsets
from ingest.subset.run import Chosen, Subsets
from queries.errors import NotFound, QueryError
from queries.graphs.extraction import Cut, extract_model
from queries.graphs.scored import read_scored
from queries.graphs.stored import read_graph
from queries.graphs.subset.stored import read_subset, rows_of_differences
from queries.integrity.archive import read_contents
from queries.integrity.backup import write_backup
from queries.integrity.check import check_database, damages_by_totals
from queries.load.counts import summarise
from queries.load.loading import load_run, remove_class
from queries.progress import ignore_progress
from queries.records import Score, class_id
from tests.conftest import Database
from tests.ingest.count.test_pipeline import images, settings

__all__ = ["images", "settings"]  # fixtures
MODEL = "subsets"
ALL = 11  # pictures of class 0


def loaded(database: Database, run: RunReader) -> None:
    summaries = summarise(run, run.classes, ignore_progress)
    work = load_run(database.store, run, summaries, model=MODEL, replace=True, progress=ignore_progress)
    database.await_(work)


def extracted(database: Database, *scores: Score, cut: Cut) -> None:
    for score in scores:
        database.await_(extract_model(database.store, MODEL, cut=cut, score=score, progress=ignore_progress))


def keep(database: Database, run: RunReader, wish: Wish, indexes: Sequence[int] = (0,)) -> list[Made]:
    source = Subsets(run)
    chosen = [source.choose(index, wish.choice, wish.splits, wish.seed) for index in indexes]
    picked = [each for each in chosen if isinstance(each, Chosen)]
    return database.await_(keep_subsets(database.store, source, MODEL, picked, wish, ignore_progress))


def subsets(database: Database, index: int = 0) -> list[dict[str, Any]]:
    return rows_of_differences(database.ask("class_subsets", {"class": class_id(MODEL, index)}))


def test_subsets_are_kept_next_to_the_classes_graphs(
    scratch: Database, settings: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(lambda: scratch.remove(MODEL))
    count_pictures(replace(settings, keep_votes=True, attribution=True))
    run = RunReader(settings.run)
    loaded(scratch, run)
    names = run.table(0, "pictures")["path"].to_pylist()
    whole, some = Choice.listed("all", names), Choice.listed("some", names[:6])
    with pytest.raises(QueryError, match="summit extract subsets` first"):
        keep(scratch, run, Wish(some))
    extracted(scratch, *Score, cut=Cut(20.0))

    for score in Score:
        expect_the_classes_own(scratch, keep(scratch, run, Wish(whole, score)), score)

    wish = Wish(some, splits=6)
    (first,) = keep(scratch, run, wish)
    (again,) = keep(scratch, run, wish)
    assert first.written and not again.written and first.subset == again.subset
    assert keep(scratch, run, replace(wish, seed=1))[0].written and keep(scratch, run, wish)[0].written
    found = {(row["subset"], row["score"]): row for row in subsets(scratch)}
    assert sorted(found) == [
        ("list:all", "activation"),
        ("list:all", "attribution"),
        ("list:some", "activation"),
        ("not list:some", "activation"),
    ]
    row, rest = found["list:some", "activation"], found["not list:some", "activation"]
    assert (row["pictures"], row["rest_pictures"], row["splits"]) == (6, 5, 6)
    assert row["difference"] == rest["difference"] and first.subset.difference is not None
    assert [tuple(part.values()) for part in row["difference"]] == [
        (each.what, each.layer, each.jaccard, each.mean, each.low, each.high) for each in first.subset.difference
    ]
    with pytest.raises(
        NotFound, match=r"no graph by activation of a subset 'wrong' \(it has: list:all, list:some, not"
    ):
        scratch.await_(read_subset(scratch.store, f"{MODEL}/0", Score.ACTIVATION, "wrong"))
    with pytest.raises(NotFound, match="no class 'subsets/99'"):
        scratch.await_(read_subset(scratch.store, f"{MODEL}/99", Score.ACTIVATION, "wrong"))

    backed = scratch.await_(
        write_backup(scratch.store, tmp_path / "file", engine="any", force=False, progress=ignore_progress)
    )
    kinds = {
        section.label: count for section, (count, _) in read_contents(backed.path, ignore_progress).sections.items()
    }
    assert "SubsetGraph" in kinds

    damaged_is_found_and_made_again(scratch, run, wish)
    count_pictures(replace(settings, keep_votes=True, attribution=True, run=tmp_path / "fewer", limit=10))
    with pytest.raises(QueryError, match=f"run `summit load {tmp_path}/fewer --model subsets` and"):
        keep(scratch, RunReader(tmp_path / "fewer"), wish)
    loaded(scratch, RunReader(tmp_path / "fewer"))
    assert subsets(scratch) == [] and stored_nodes(scratch) == 0
    extracted(scratch, Score.ACTIVATION, cut=Cut(20.0))
    assert keep(scratch, RunReader(tmp_path / "fewer"), wish)[0].written and stored_nodes(scratch) > 0
    scratch.await_(remove_class(scratch.store, f"{MODEL}/0"))
    assert stored_nodes(scratch) == 0


def expect_the_classes_own(scratch: Database, kept: list[Made], score: Score) -> None:
    """The graph of all pictures is that of the class."""
    (made,) = kept
    assert (made.written, made.subset.pictures, made.subset.rest, made.subset.difference) == (True, ALL, None, None)
    place = scratch.store, f"{MODEL}/0"
    own = read_graph(*place) if score is Score.ACTIVATION else read_scored(*place, score)
    channels, edges, cut = scratch.await_(own)
    ours = scratch.await_(read_subset(scratch.store, f"{MODEL}/0", score, "list:all"))
    assert rows(ours[0], "channel", "count") == rows(channels, "channel", "count")
    assert rows(ours[1], "source", "target", "weight") == rows(edges, "source", "target", "weight")
    ranks = {row["channel"]: row["pagerank"] for row in channels}
    assert {row["channel"]: row["pagerank"] for row in ours[0]} == pytest.approx(ranks, abs=1e-8)
    same = ("threshold", "unified", "step", "dead_ends", "thresholds", "damping")
    assert [ours[2][name] for name in same] == [cut[name] for name in same]


def stored_nodes(scratch: Database) -> int:
    ((nodes,),) = scratch.administer(f"MATCH (n:SubsetGraph) WHERE n.id STARTS WITH '{MODEL}/' RETURN count(n)")
    return int(nodes)


def damaged_is_found_and_made_again(scratch: Database, run: RunReader, wish: Wish) -> None:
    assert scratch.await_(check_database(scratch.store, MODEL, ignore_progress)).damages == ()
    name = f"{MODEL}/0/activation/list:some"
    scratch.administer(f"MATCH (n:SubsetGraph {{id: '{name}'}}) SET n.counts = [c IN n.counts | c + 1]")
    (damage,) = scratch.await_(check_database(scratch.store, MODEL, ignore_progress)).damages
    assert "graph of a subset of subsets/0: of the subset list:some by activation: its channels, edges" in str(damage)
    assert "`summit subset" in damage.remedy
    assert keep(scratch, run, wish)[0].written
    whole = Choice.listed("all", list_of(run))
    for score in Score:
        assert not keep(scratch, run, replace(wish, choice=whole, score=score))[0].written
    assert scratch.await_(check_database(scratch.store, MODEL, ignore_progress)).damages == ()
    for statement in (
        "n.rest_pictures = 6",
        "n.pictures = 7",
        "n.difference_low = [x IN n.difference_low | x + 1.0]",
        "n.rest = null",
    ):
        scratch.administer(f"MATCH (n:SubsetGraph {{id: '{name}'}}) SET {statement}")
        for _ in ("found", "marked"):
            (damage,) = scratch.await_(check_database(scratch.store, MODEL, ignore_progress)).damages
            assert damage.graph == name, "no other subset of the class is damaged"
        assert keep(scratch, run, wish)[0].written
        assert scratch.await_(check_database(scratch.store, MODEL, ignore_progress)).damages == ()
    scratch.administer(f"MATCH (n:SubsetGraph {{id: '{name}'}}) SET n.channels = n.channels[1..]")
    assert "channels and" in str(scratch.await_(damages_by_totals(scratch.store, MODEL))[0])
    assert keep(scratch, run, wish)[0].written


def list_of(run: RunReader) -> list[str]:
    found: list[str] = run.table(0, "pictures")["path"].to_pylist()
    return found


def rows(found: list[dict[str, Any]], *columns: str) -> list[tuple[Any, ...]]:
    return sorted(tuple(row[column] for column in columns) for row in found)
