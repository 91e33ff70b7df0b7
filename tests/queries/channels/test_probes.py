"""What a probe found is kept until another one, or other counts."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest

from bench.testbed.counted import Counted, counted, load
from bench.testbed.sample import PROBED
from queries.channels.probes import probe_step
from tests.conftest import Database

names = (f"probed{number}" for number in count())


@pytest.fixture
def run(database: Database) -> Iterator[Counted]:
    run = counted(next(names), (8, 9, 10), 2, 0.3)
    database.await_(load(database.store, run))
    yield run
    database.remove(run.name)


def test_a_probe_takes_the_place_of_an_earlier_one_and_goes_with_the_counts(database: Database, run: Counted) -> None:
    def keep(rows: list[dict[str, object]]) -> None:
        database.await_(database.store.write_together([probe_step(run.name, rows)]))

    def kept() -> list[dict[str, object]]:
        return database.ask("layer_probes", {"model": run.name})

    assert kept() == []
    rows = [{**row, "layer": f"layer{at}"} for at, row in enumerate(PROBED)]
    keep(rows)
    assert kept() == rows
    keep([{**rows[1], "accuracy": 0.125}])
    assert kept() == [{**rows[1], "accuracy": 0.125}]
    keep(rows)
    assert kept() == rows
    other = replace(run, held={**run.held, 0: replace(run.held[1], index=0)})
    database.await_(load(database.store, other))
    assert kept() == []
    assert database.administer(
        f"MATCH (node:LayerProbe) WHERE node.id STARTS WITH '{run.name}/' RETURN count(node)"
    ) == [[0]]
