"""Attribution counts (R) come and go with their class, and only with it."""

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from bench.testbed.counted import Counted, attributed, class_counts, counted
from queries.errors import DataError
from queries.load.counts import ChannelCounts, ClassCounts, summarise
from queries.load.loading import Loaded, load_run
from queries.progress import ignore_progress
from queries.records import LayerSize, class_id
from tests.conftest import Database

names = (f"attributed{number}" for number in count())
SIZES = (5, 4, 6)
LAYERS = (LayerSize("low", 0, 5), LayerSize("top", 1, 4))


def load(database: Database, run: Counted, *, replace: bool = False) -> Loaded:
    summaries = summarise(run, run.classes, ignore_progress)
    work = load_run(database.store, run, summaries, model=run.name, replace=replace, progress=ignore_progress)
    return database.await_(work)


def held(database: Database, model: str, index: int) -> set[tuple[str, int]]:
    rows = database.run("class_attributions", **{"class": class_id(model, index)})
    found = {(row["channel"], row["count"]) for row in rows}
    assert len(found) == len(rows), "a count is there twice"
    return found


def expected(run: Counted, index: int) -> set[tuple[str, int]]:
    return {
        (f"{run.name}/{layer}/{channel}", number)
        for layer, columns in run.counts(index).attributions.items()
        for channel, number in zip(columns.channels, columns.counts, strict=True)
    }


def totals(database: Database, model: str) -> list[int | None]:
    return [row["record"].get("attribution_count") for row in database.run("class_records", model=model)]


def test_attribution_counts_come_with_their_class_and_a_second_load_changes_nothing(scratch: Database) -> None:
    run = attributed(counted(next(names), SIZES, 3, 0.7), without=[1])
    first, again = load(scratch, run), load(scratch, run)

    assert (first.written, again.changed) == (3, False)
    assert first.attributions == again.attributions == sum(len(expected(run, index)) for index in run.classes) > 0
    for index in run.classes:
        assert held(scratch, run.name, index) == expected(run, index)
    assert totals(scratch, run.name) == [run.counts(index).attribution_count for index in run.classes]
    assert totals(scratch, run.name)[1] is None and not expected(run, 1)


def test_other_attribution_counts_take_the_place_of_the_old_ones(scratch: Database) -> None:
    before = attributed(counted(next(names), SIZES, 2, 0.7))
    other = attributed(before, seed=1).counts(1)
    load(scratch, before)
    done = load(scratch, replace(before, held={0: before.counts(0), 1: other}))

    assert (done.written, done.unchanged, done.pairs) == (1, 1, 0)
    assert held(scratch, before.name, 0) == expected(before, 0)
    assert held(scratch, before.name, 1) == expected(replace(before, held={1: other}), 1) != expected(before, 1)


@pytest.mark.parametrize("classes", [[0], [0, 1]], ids=["a class goes", "attribution goes"])
def test_attribution_counts_go_with_what_replaces_them(scratch: Database, classes: Sequence[int]) -> None:
    run = attributed(counted(next(names), SIZES, 2, 0.7))
    load(scratch, run)
    load(scratch, replace(run, held={index: without_attribution(run.counts(index)) for index in classes}), replace=True)

    assert scratch.run("attribution_totals", model=run.name) == scratch.run("contribution_totals", model=run.name) == []
    assert totals(scratch, run.name) == [None] * len(classes)


def without_attribution(counts: ClassCounts) -> ClassCounts:
    """The class without attribution counts."""
    return replace(counts, attributions={}, output=None)


@pytest.mark.parametrize("change", ["DELETE edge", "CREATE (class)-[:ATTRIBUTED_TO {count: 1}]->(channel)"])
def test_attribution_counts_that_are_not_all_there_are_written_again(scratch: Database, change: str) -> None:
    run = attributed(counted(next(names), SIZES, 2, 0.7))
    load(scratch, run)
    scratch.administer(
        f"MATCH (class:ImageClass {{id: '{run.name}/1'}})-[edge:ATTRIBUTED_TO]->(channel) "
        f"WITH class, edge, channel LIMIT 1 {change}"
    )
    done, again = load(scratch, run), load(scratch, run)

    assert (done.written, again.changed) == (1, False)
    assert held(scratch, run.name, 1) == expected(run, 1)


def test_a_class_without_attribution_counts_keeps_the_digests_of_its_other_counts() -> None:
    """Else every class that is in a database would be written again."""
    plain = class_counts(0, LAYERS, 0.7, random.Random(5))
    assert (plain.digest, plain.seal) == ("58db1340fc903eb7", "8ac0429382a9b7f8")
    empty = replace(plain, attributions={"low": ChannelCounts([], [])})
    more = replace(plain, attributions={"low": ChannelCounts([2], [3])})
    other = replace(plain, attributions={"low": ChannelCounts([2], [4])})
    assert {each.seal for each in (plain, empty, more, other)} == {plain.seal}, "an earlier version compares it"
    assert plain.attribution_seal is None is empty.attribution_seal
    for value in ("digest", "attribution_seal"):
        assert len({getattr(each, value) for each in (plain, more, other)}) == 3


@pytest.mark.parametrize(
    "attributions, complaint",
    [
        ({"sky": ChannelCounts([0], [1])}, r"counts in layers \['sky'\]"),
        ({"low": ChannelCounts([5], [1])}, "a channel that low or the layer below it does not have"),
        ({"low": ChannelCounts([0], [51])}, "a count in low that is not in 1 to its 50 pictures"),
        ({"low": ChannelCounts([1, 1], [1, 2])}, "a channel of low, or an influence on one, twice"),
    ],
)
def test_attribution_counts_that_cannot_be_are_refused(attributions: dict[str, ChannelCounts], complaint: str) -> None:
    counts = replace(class_counts(0, LAYERS, 0.7, random.Random(5)), attributions=attributions)
    with pytest.raises(DataError, match=f"class 0 .*{complaint}"):
        summarise(Counted("a run", LAYERS, {0: counts}), [0], ignore_progress)


def test_a_run_on_disk_gives_its_attribution_counts_and_says_what_means_they_are_from(
    scratch: Database, tmp_path: Path
) -> None:
    pytest.importorskip("pyarrow", reason="the extra `ingest` is not installed")
    from ingest.run.read import RunReader
    from tests.runs import write_run

    plain = RunReader(write_run(tmp_path / "plain", 1))
    ours, others = (RunReader(write_run(tmp_path / means, 1, means=means)) for means in ("ours", "others"))
    assert plain.counts(0).attributions == {} and plain.counts(0).attribution_count is None
    table = ours.table(0, "attributions")
    assert ours.counts(0).attribution_count == table.num_rows > 0
    assert [*ours.counts(0).attributions["low"].counts] == [
        row["count"] for row in table.to_pylist() if row["layer"] == "low"
    ]

    model = next(names)
    for run in (ours, others):
        summaries = summarise(run, run.classes, ignore_progress)
        work = load_run(scratch.store, run, summaries, model=model, progress=ignore_progress)
        if run is ours:
            scratch.await_(work)
            continue
        with pytest.raises(DataError, match=r'other settings.*attribution: .*"ours".* there.*"others".* in the run'):
            scratch.await_(work)
