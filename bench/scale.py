"""`python -m bench.scale [CLASSES ...] [--engine arcadedb|neo4j]`: what a growing database costs, class by class.

A model of InceptionV1's size (5,484 channels, 99,332 influences a class at random pairs) is loaded with 5, 10, 100 and
1,000 classes, as `summit load` does it; the new ones are extracted, of more than 100 only five. After each step the
database is asked for an attribution graph, a comparison of two classes and the motifs of the first five, by turns with
a second database of the same engine that has these five classes and no others: ratios are those of medians, in the same
minute. Random pairs are the worst case for the channel graph, which soon has nearly all of the 3.1 million pairs of
adjacent channels.

Goal: with up to 100 classes all answers take at most 1.2 times as long as with 5.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil

from bench.load import INFLUENCES, class_of
from bench.testbed.counted import SIZES, Counted
from bench.testbed.databases import Database, open_database
from queries.ask.functions import ask
from queries.engines.arcadedb import ArcadeDB
from queries.engines.engine import Engine
from queries.engines.neo4j import Neo4j
from queries.engines.process import forgotten_engines
from queries.graphs.compare import compare
from queries.graphs.extraction import extract_model
from queries.graphs.stored import read_graph
from queries.groups import keep_group
from queries.load.counts import ClassCounts, summarise
from queries.load.loading import load_run
from queries.progress import ignore_progress
from queries.records import LayerSize, class_id
from queries.store import Store

MODEL, FEW = "grows", 5
STEPS = (FEW, 10, 100, 1_000)  # classes
GOAL, GOAL_AT = 1.2, 100
WARM_UPS, TIMES = 5, 20  # of each question
ENGINES: Mapping[str, Callable[[], Engine]] = {"arcadedb": ArcadeDB, "neo4j": Neo4j}
LAYERS = [LayerSize(f"mixed{index}", index, size) for index, size in enumerate(SIZES)]
QUESTIONS: Mapping[str, Callable[[Store, int], Coroutine[Any, Any, object]]] = {
    "graph": lambda store, turn: read_graph(store, class_id(MODEL, turn % FEW)),
    "comparison": lambda store, turn: compare(store, MODEL, [turn % FEW, (turn + 1) % FEW], "UNION"),
    "motifs": lambda store, _: ask(
        store, "motifs", {"model": MODEL, "group": "few", "shape": "CLOSED", "share": 0.4, "seconds": 10.0, "limit": 10}
    ),
}


@dataclass(frozen=True)
class Made(Mapping[int, ClassCounts]):
    """Counts of so many classes, each made when it is asked for."""

    classes: int

    def __getitem__(self, index: int) -> ClassCounts:
        return class_of(index, LAYERS)

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.classes))

    def __len__(self) -> int:
        return self.classes


@dataclass(frozen=True, slots=True)
class Grown:
    """Seconds that a number of new classes took: to write, to bring the channel graph up to date, and to extract."""

    classes: int
    writing: float
    pairs: int
    joining: float
    extraction: float


def grow(database: Database, before: int, classes: int) -> Grown:
    """Load what the database lacks, and extract it: all of it up to GOAL_AT classes, FEW of it where there are more."""
    run = Counted(MODEL, LAYERS, Made(classes))
    summaries = summarise(run, range(before, classes), ignore_progress)
    started = time.perf_counter()
    loaded = database.await_(load_run(database.store, run, summaries, model=MODEL, progress=ignore_progress))
    ended = time.perf_counter()
    if not before:
        database.await_(keep_group(database.store, MODEL, "few", range(FEW)))
    new = range(before, classes)[: GOAL_AT if classes <= GOAL_AT else FEW]
    database.await_(extract_model(database.store, MODEL, classes=new, progress=ignore_progress))
    extraction = (time.perf_counter() - ended) / len(new)
    return Grown(
        classes - before, ended - started - loaded.joining_seconds, loaded.pairs, loaded.joining_seconds, extraction
    )


def ratios(large: Database, small: Database) -> dict[str, float]:
    """How many times as long each question takes in the large database."""
    found = {}
    for name, question in QUESTIONS.items():
        took: dict[str, list[float]] = {"large": [], "small": []}
        for turn in range(WARM_UPS + TIMES):
            for which, database in (("large", large), ("small", small)):
                started = time.perf_counter()
                database.await_(question(database.store, turn))
                took[which].append(time.perf_counter() - started)
        medians = {which: statistics.median(each[WARM_UPS:]) for which, each in took.items()}
        found[name] = medians["large"] / medians["small"]
    return found


def size_of(folder: Path) -> int:
    """Bytes of a running engine's files, which may go meanwhile."""
    found = 0
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):
            found += file.stat().st_size
    return found


def measure(engine: Engine, steps: Sequence[int], home: Path) -> bool:
    """One engine; whether its goal was met."""
    met = True
    with open_database(engine, home / "large") as large, open_database(engine, home / "small") as small:
        grow(small, 0, FEW)
        (process,) = forgotten_engines(home / "large")
        for before, classes in pairwise((0, *steps)):
            step = grow(large, before, classes)
            times = ratios(large, small)
            show(engine.name, classes, step, size_of(home / "large"), process, times)
            met = met and (classes > GOAL_AT or max(times.values()) <= GOAL)
    return met


def show(
    engine: str, classes: int, step: Grown, size: int, process: psutil.Process, times: Mapping[str, float]
) -> None:
    rate = step.classes * INFLUENCES / step.writing
    memory = process.memory_info().rss
    print(
        f"{engine:<10}{classes:>7,}{classes * INFLUENCES:>13,}{rate:>10,.0f}{step.pairs:>11,}{step.joining:>8.1f}"
        f"{size / 1e9:>7.2f}{memory / 1e9:>7.2f}{step.extraction:>9.2f}"
        + "".join(f"{ratio:>12.2f}" for ratio in times.values()),
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("classes", nargs="*", type=int, default=STEPS, help="steps, ascending, from 5 on")
    parser.add_argument("--engine", choices=ENGINES, default="arcadedb")
    given = parser.parse_args()
    if list(given.classes) != sorted(set(given.classes)) or given.classes[0] < FEW:
        parser.error(f"the numbers of classes are {given.classes}; expected ascending ones from {FEW} on")
    names = "".join(f"{name:>12}" for name in QUESTIONS)
    print(
        f"{'engine':<10}{'classes':>7}{'influences':>13}{'per s':>10}{'pairs':>11}{'s':>8}{'disk':>7}{'memory':>7}"
        f"{'extract':>9}{names}"
    )
    with tempfile.TemporaryDirectory() as home:
        raise SystemExit(0 if measure(ENGINES[given.engine](), given.classes, Path(home)) else 1)


if __name__ == "__main__":
    main()
