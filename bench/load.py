"""`python -m bench.load`: loading a class with its influences as lists, compared with one relationship per influence.

A network of InceptionV1's size (5,484 channels, 99,332 influences a class) in the embedded engine and in Neo4j. Both
forms load the same classes in turn, each class in one transaction. Both warm up on as many relationships of another
model, which are two classes in one form and more in the other. The median, in influences a second: of the influences
alone, and of whole classes (activations and compact adjacency, too). Then what bringing the full channel graph up to
date took, for the classes that were measured and for one more.

Goal: the influences at least 8 times as fast on each engine.
"""

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy

from bench.testbed.counted import IMAGES, SIZES, Counted, network_steps
from bench.testbed.databases import Database, open_database
from queries.engines.arcadedb import ArcadeDB
from queries.engines.engine import Engine
from queries.engines.neo4j import Neo4j
from queries.graphs.adjacency import adjacency_steps
from queries.load.channel_graph import bring_up_to_date
from queries.load.counts import ChannelCounts, ClassCounts
from queries.load.influences import influence_steps
from queries.load.pairs import Sum
from queries.load.steps import activation_steps
from queries.progress import ignore_progress
from queries.records import Columns, LayerSize, class_id
from queries.store import Step

INFLUENCES, GOAL = 99_332, 8.0
WARM_UPS, RUNS = {"one record": 2, "lists": 2 * INFLUENCES // sum(SIZES[1:])}, 3  # classes
PIECE = 50_000  # influences a statement in the one-record form
INDEX = "CREATE INDEX one_record IF NOT EXISTS FOR ()-[edge:ONE_RECORD]-() ON (edge.class_id)"
ONE_RECORD = """MATCH (:Layer {id: $lower})<-[:OF_LAYER]-(channel:Channel)
WITH channel ORDER BY channel.index
WITH collect(channel) AS lower
MATCH (:Layer {id: $upper})<-[:OF_LAYER]-(channel:Channel)
WITH lower, channel ORDER BY channel.index
WITH lower, collect(channel) AS upper
UNWIND range(0, size($sources) - 1) AS at
WITH lower[$sources[at]] AS source, upper[$targets[at]] AS target, $weights[at] AS weight
CREATE (source)-[:ONE_RECORD {class_id: $class, weight: weight}]->(target)"""
Statement = tuple[str, Mapping[str, object]]


def run_of(name: str, classes: int) -> Counted:
    """Classes whose influences are at random pairs."""
    layers = [LayerSize(f"mixed{index}", index, size) for index, size in enumerate(SIZES)]
    return Counted(name, layers, {index: class_of(index, layers) for index in range(classes)})


def class_of(index: int, layers: Sequence[LayerSize]) -> ClassCounts:
    draw = numpy.random.default_rng(index)
    activations = {}
    for layer in layers:
        channels = numpy.sort(draw.permutation(layer.channels)[: layer.channels // 3])
        activations[layer.name] = ChannelCounts(channels.tolist(), draw.integers(1, IMAGES + 1, len(channels)).tolist())
    influences = {}
    for lower, upper in pairwise(layers):
        count = INFLUENCES * upper.channels // sum(SIZES[1:])
        places = numpy.sort(draw.choice(lower.channels * upper.channels, count, replace=False))
        weights = draw.integers(1, IMAGES + 1, count).tolist()
        sources, targets = (places // upper.channels).tolist(), (places % upper.channels).tolist()
        influences[upper.name] = Columns(sources, targets, weights)
    return ClassCounts(index, {"images": IMAGES}, activations, influences)


def one_record(run: Counted, counts: ClassCounts) -> list[Statement]:
    """Statements that write a class's influences, one relationship each."""
    found: list[Statement] = []
    for lower, upper in pairwise(run.layers):
        table = counts.influences[upper.name]
        for start in range(0, len(table.weights), PIECE):
            piece = slice(start, start + PIECE)
            columns = {"sources": table.sources, "targets": table.targets, "weights": table.weights}
            place = {"lower": f"{run.name}/{lower.name}", "upper": f"{run.name}/{upper.name}"}
            place["class"] = class_id(run.name, counts.index)
            found.append((ONE_RECORD, {**place, **{name: list(column[piece]) for name, column in columns.items()}}))
    return found


def lists(database: Database, run: Counted, counts: ClassCounts) -> list[Statement]:
    """The same in the form that `summit load` writes."""
    return stored(database, influence_steps(class_id(run.name, counts.index), run.name, run.layers, counts.influences))


def others(database: Database, run: Counted, counts: ClassCounts) -> list[Statement]:
    """What else a class is loaded with."""
    name = class_id(run.name, counts.index)
    return stored(
        database,
        [
            *activation_steps(name, run.name, counts),
            *adjacency_steps(name, run.layers, counts.influences),
            ("sign_counts", {"rows": [{"id": name, "digest": counts.digest, "influences": counts.influence_count}]}),
        ],
    )


def stored(database: Database, steps: Sequence[Step]) -> list[Statement]:
    """The statements of stored queries, checked as the store checks them."""
    for name, parameters in steps:
        database.store.library[name].check(parameters)
    return [(database.store.library[name].text, parameters) for name, parameters in steps]


def measure(engine: Engine) -> bool:
    """One engine; whether the goal was met."""
    with (
        tempfile.TemporaryDirectory() as home,
        open_database(engine, Path(home) / engine.name) as database,
    ):
        database.administer(INDEX)
        seconds: dict[tuple[str, str], list[float]] = {}
        for form, classes in WARM_UPS.items():
            warm_up = run_of(f"warm-up/{form}", classes)
            database.await_(database.store.write_together(network_steps(warm_up)))
            for index in warm_up.classes:
                time_class(database, warm_up, form, index)
        runs = {form: run_of(form, RUNS + 1) for form in WARM_UPS}
        for run in runs.values():
            database.await_(database.store.write_together(network_steps(run)))
        for index in range(RUNS):
            for form, run in runs.items():
                alone, whole = time_class(database, run, form, index)
                seconds.setdefault(("influences", form), []).append(alone)
                seconds.setdefault(("whole class", form), []).append(whole)
        met = show(engine.name, seconds)
        join(database, runs["lists"], range(RUNS), engine.name)
        time_class(database, runs["lists"], "lists", RUNS)
        join(database, runs["lists"], [RUNS], engine.name)
        return met


def time_class(database: Database, run: Counted, form: str, index: int) -> tuple[float, float]:
    """Seconds that a class's influences took, and the whole class."""
    counts = run.counts(index)
    started = time.perf_counter()
    statements = lists(database, run, counts) if form == "lists" else one_record(run, counts)
    database.await_(database.store.write_texts(statements))
    alone = time.perf_counter()
    database.await_(database.store.write_texts(others(database, run, counts)))
    return alone - started, time.perf_counter() - started


def show(engine: str, seconds: Mapping[tuple[str, str], Sequence[float]]) -> bool:
    met = True
    for what in ("influences", "whole class"):
        before, after = (INFLUENCES / statistics.median(seconds[what, form]) for form in ("one record", "lists"))
        verdict = f"goal {GOAL:g}: {'met' if after / before >= GOAL else 'MISSED'}" if what == "influences" else ""
        met = met and "MISSED" not in verdict
        print(f"{engine:<10}{what:<14}{before:>12,.0f}{after:>12,.0f}{after / before:>8.1f}  {verdict}", flush=True)
    return met


def join(database: Database, run: Counted, classes: Sequence[int], engine: str) -> None:
    """Add classes to the channel graph."""
    new = Sum(run.layers)
    for index in classes:
        new.add(run.counts(index).influences)
    started = time.perf_counter()
    (state,) = database.run("channel_graph_state", model=run.name)
    work = bring_up_to_date(database.store, run.name, run.layers, new.total(), ignore_progress, state["pairs"])
    pairs = database.await_(work)
    seconds = time.perf_counter() - started
    print(f"{engine:<10}channel graph: {pairs:,} pairs of {len(classes)} classes in {seconds:.1f} s", flush=True)


def on_both_engines(measure: Callable[[Engine], bool]) -> bool:
    """Whether what is measured meets its goals on the embedded engine and, where it can be started, on Neo4j."""
    met = measure(ArcadeDB())
    if shutil.which("mvn") is None:
        print("mvn is not on PATH: nothing is measured on Neo4j")
        return met
    return measure(Neo4j()) and met


def main() -> None:
    print(f"{'engine':<10}{'influences/s':<14}{'one record':>12}{'lists':>12}{'ratio':>8}")
    raise SystemExit(0 if on_both_engines(measure) else 1)


if __name__ == "__main__":
    main()
