"""What the last layer contributes to a class's score comes and goes with its counts, and is what a user reads."""

import random
from dataclasses import replace
from itertools import count
from typing import Any, cast

import pytest

from bench.testbed.counted import attributed, class_counts, contributions, counted
from queries.errors import DataError, StoreBusy
from queries.graphs.output import DAMAGED, NOT_COUNTED, read_output
from queries.load.contributions import Contributions
from queries.load.counts import summarise
from queries.load.loading import load_run
from queries.progress import ignore_progress
from queries.store import Row, Store
from tests.conftest import Database
from tests.queries.load.test_attributions import LAYERS, load

names = (f"contributing{number}" for number in count())
SIZES = (5, 4, 6)


def held(database: Database, model: str, index: int) -> list[list[float]]:
    rows = database.run("class_contributions", **{"class": f"{model}/{index}"})
    return [[row[name] for name in ("index", "weight", "mean", "contribution")] for row in rows]


def expected(output: Contributions) -> list[list[float]]:
    columns = (output.channels, output.weights, output.means, output.contributions)
    return [list(row) for row in zip(*columns, strict=True)]


def test_contributions_are_loaded_replaced_and_removed_with_the_counts(scratch: Database) -> None:
    run = attributed(counted(next(names), SIZES, 2, 0.7))
    load(scratch, run)
    assert not load(scratch, run).changed
    first = run.counts(0).output
    assert first is not None and held(scratch, run.name, 0) == expected(first)

    other = contributions(SIZES[-1], random.Random(8))
    changed = load(scratch, replace(run, held={**run.held, 0: replace(run.counts(0), output=other)}))
    assert (changed.written, held(scratch, run.name, 0)) == (1, expected(other))
    load(scratch, replace(run, held={**run.held, 0: replace(run.counts(0), output=None)}))
    assert held(scratch, run.name, 0) == [] != held(scratch, run.name, 1)
    record = scratch.run("class_records", model=run.name)[0]["record"]
    assert not {"output_bias", "contribution_seal", "contribution_count"} & record.keys()


def test_contributions_that_were_lost_are_written_again(scratch: Database) -> None:
    run = attributed(counted(next(names), SIZES, 2, 0.7))
    load(scratch, run)
    scratch.administer(
        f"MATCH (:ImageClass {{id: '{run.name}/1'}})<-[edge:CONTRIBUTES_TO]-() WITH edge LIMIT 1 DELETE edge"
    )
    assert (load(scratch, run).written, load(scratch, run).changed) == (1, False)
    output = run.counts(1).output
    assert output is not None and held(scratch, run.name, 1) == expected(output)


def test_a_class_output_has_contributions_attribution_counts_and_their_sum(scratch: Database) -> None:
    run = attributed(counted(next(names), SIZES, 2, 0.7), without=[1])
    load(scratch, run)
    output, last = run.counts(0).output, run.counts(0).attributions["layer2"]
    assert output is not None
    found = scratch.await_(read_output(scratch.store, f"{run.name}/0"))
    assert found is not None and found.reason is None and found.bias == output.bias
    assert found.score == pytest.approx(output.bias + sum(output.contributions))
    attributed_to = dict(zip(last.channels, last.counts, strict=True))
    order = sorted(output.channels, key=lambda channel: -output.contributions[channel])
    assert [row["index"] for row in found.rows] == order
    assert [row["attributed"] for row in found.rows] == [attributed_to.get(channel, 0) for channel in order]
    assert len(scratch.run("class_output", **{"class": f"{run.name}/0"}, limit=2)) == 2
    assert scratch.await_(read_output(scratch.store, f"{run.name}/1")) is None


def test_a_class_output_is_of_one_load_even_if_another_comes_in_between(scratch: Database) -> None:
    run = attributed(counted(next(names), SIZES, 1, 0.7))
    load(scratch, run)
    other = contributions(SIZES[-1], random.Random(8))
    later = replace(run, held={0: replace(run.counts(0), output=other)})
    asked: list[str] = []

    class Interrupted:
        """The database, into which other counts are loaded between two statements of a reader."""

        async def run(self, name: str, /, **parameters: Any) -> list[Row]:
            asked.append(name)
            rows = await scratch.store.run(name, **parameters)
            if len(asked) == 1:
                summaries = summarise(later, later.classes, ignore_progress)
                await load_run(scratch.store, later, summaries, model=run.name, progress=ignore_progress)
            return rows

    found = scratch.await_(read_output(cast(Store, Interrupted()), f"{run.name}/0"))
    assert found is not None and found.bias == other.bias
    assert found.score == pytest.approx(other.bias + sum(other.contributions)) and asked.count("class_output") == 2


def test_damaged_contributions_are_not_shown_and_the_output_says_so(scratch: Database) -> None:
    run = attributed(counted(next(names), SIZES, 1, 0.7))
    load(scratch, run)
    whole = scratch.await_(read_output(scratch.store, f"{run.name}/0"))
    edges = f"MATCH (:ImageClass {{id: '{run.name}/0'}})<-[edge:CONTRIBUTES_TO]-()"
    scratch.administer(f"{edges} SET edge.contribution = edge.contribution + 1")
    found = scratch.await_(read_output(scratch.store, f"{run.name}/0"))
    assert whole is not None and found is not None
    assert (found.reason, found.bias, found.score) == (DAMAGED, None, None)
    attributed_to = {row["index"]: row["attributed"] for row in whole.rows}
    assert {row["index"]: row["attributed"] for row in found.rows} == attributed_to
    assert all(row["contribution"] is None for row in found.rows)


def test_contributions_that_change_all_the_time_are_not_called_damaged(
    scratch: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queries.graphs.output.READ_PAUSE", 0)
    run = attributed(counted(next(names), SIZES, 1, 0.7))
    load(scratch, run)
    scratch.administer(
        f"MATCH (:ImageClass {{id: '{run.name}/0'}})<-[edge:CONTRIBUTES_TO]-() SET edge.contribution = 'much'"
    )
    changes = count()

    class Changing:
        """The database, in which another load begins after every reading of the contributions."""

        async def run(self, name: str, /, **parameters: Any) -> list[Row]:
            rows = await scratch.store.run(name, **parameters)
            if name == "output_origin":
                return [{**rows[0], "contribution_seal": f"load {next(changes) // 2}"}]
            return rows

    with pytest.raises(StoreBusy, match=r"changed during 50 reads; ask again in a moment"):
        scratch.await_(read_output(cast(Store, Changing()), f"{run.name}/0"))
    found = scratch.await_(read_output(scratch.store, f"{run.name}/0"))
    assert found is not None and found.reason == DAMAGED


@pytest.mark.parametrize(
    "head, reason",
    [
        ("what follows layer2 is not linear", "what follows layer2 is not linear"),
        ("linear", NOT_COUNTED),
        (None, NOT_COUNTED),
    ],
)
def test_without_contributions_there_are_attribution_counts_and_a_reason(
    scratch: Database, head: str | None, reason: str
) -> None:
    run = attributed(counted(next(names), SIZES, 1, 0.7))
    load(scratch, replace(run, held={0: replace(run.counts(0), output=None)}))
    value = "null" if head is None else f"'{head}'"
    scratch.administer(f"MATCH (model:Model {{id: '{run.name}'}}) SET model.head = {value}")
    found = scratch.await_(read_output(scratch.store, f"{run.name}/0"))
    last = run.counts(0).attributions["layer2"]
    assert found is not None and (found.reason, found.bias, found.score) == (reason, None, None)
    counts = {row["index"]: row["attributed"] for row in found.rows}
    assert counts == dict(zip(last.channels, last.counts, strict=True))
    assert all(row["contribution"] is None for row in found.rows)


@pytest.mark.parametrize(
    "output, complaint",
    [
        (Contributions([0, 1, 2], [1.0] * 3, [1.0] * 3, [1.0] * 3, 0.0), "expected each of the 4 of top once"),
        (Contributions([0, 1, 2, 2], [1.0] * 4, [1.0] * 4, [1.0] * 4, 0.0), "expected each of the 4 of top once"),
        (Contributions([0, 1, 2, 3], [1.0] * 4, [1.0] * 4, [1.0] * 4, float("nan")), "not a finite number"),
        (Contributions([0, 1, 2, 3], [1.0] * 4, [2.0] * 4, [1.0] * 4, 0.0), "not its weight times its mean"),
    ],
)
def test_contributions_that_cannot_be_are_refused(output: Contributions, complaint: str) -> None:
    counts = replace(class_counts(0, LAYERS, 0.7, random.Random(5)), output=output)
    run = replace(counted("a run", (5, 4), 1, 0.7), layers=LAYERS, held={0: counts})
    with pytest.raises(DataError, match=f"class 0 .*{complaint}"):
        summarise(run, [0], ignore_progress)
