"""`python -m bench.extract`: attribution graphs extracted with PageRank in each form that an engine offers.

Classes of a network of InceptionV1's size (5,484 channels, 99,332 influences a class) in the embedded engine and in
Neo4j, each extracted as `summit extract` does it: PageRank, ranking, cut, and the graph put into the database. Six
classes at once in each form, three times by turns, the first to warm up: seconds by the clock and CPU seconds of the
engine, a class, the better of two. The ratio is to the portable form, in the same minute. Then how far the PageRanks
of the forms are apart.

Goals: at most 0.15 s a class on the embedded engine and 0.6 s on Neo4j in the fastest form, which is chosen unless
SUMMIT_PAGERANK says otherwise; ranks within 1e-9.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import psutil

from bench.load import on_both_engines, run_of
from bench.testbed.databases import Database, open_database
from queries.engines.engine import Engine
from queries.engines.process import forgotten_engines
from queries.graphs.extraction import Walk, extract_model
from queries.progress import ignore_progress
from queries.records import class_id
from queries.version import FORMS, PORTABLE

AT_ONCE, TURNS = 6, 3  # classes that are extracted together, and how often, the first time to warm up
GOALS = {"arcadedb": 0.15, "neo4j": 0.6}
CLOSE = 1e-9
Spent = tuple[float, float]  # seconds by the clock, CPU seconds of the engine


@contextmanager
def in_form(database: Database, form: str) -> Iterator[None]:
    """Stored queries in this form for the length of a block."""
    database.store.form = form
    try:
        yield
    finally:
        database.store.form = None


def extract(database: Database, process: psutil.Process, form: str, classes: Sequence[int]) -> Spent:
    """What a class takes, of several that have no graph yet."""
    before, started = sum(process.cpu_times()[:2]), time.perf_counter()
    with in_form(database, form):
        work = extract_model(database.store, model_of(form), classes=classes, progress=ignore_progress)
        assert database.await_(work).written == len(classes)
    seconds, cpu = time.perf_counter() - started, sum(process.cpu_times()[:2]) - before
    return seconds / len(classes), cpu / len(classes)


def model_of(form: str) -> str:
    return f"in-{form}"


def ranks(database: Database, form: str) -> list[float]:
    asked = {"class": class_id(model_of(form), 0), **asdict(Walk()), "score": None}
    with in_form(database, form):
        rows = database.run("personalized_pagerank", **asked)
    return [row["pagerank"] for row in rows]


def measure(engine: Engine) -> bool:
    """One engine; whether its goals were met."""
    with tempfile.TemporaryDirectory() as home, open_database(engine, Path(home) / engine.name) as database:
        (process,) = forgotten_engines(Path(home) / engine.name)
        forms = [form for form in FORMS if form in {PORTABLE, *database.store.abilities}]
        run = run_of("", AT_ONCE * TURNS)
        for form in forms:
            database.load(replace(run, name=model_of(form)))
        spent: dict[str, list[Spent]] = {form: [] for form in forms}
        for turn in range(TURNS):
            for form in forms:
                classes = run.classes[AT_ONCE * turn : AT_ONCE * (turn + 1)]
                spent[form].append(extract(database, process, form, classes))
        clock, cpu = ({form: min(each[place] for each in spent[form][1:]) for form in forms} for place in (0, 1))
        exact = ranks(database, PORTABLE)
        chosen, met = database.store.variant("personalized_pagerank"), True
        for form in forms:
            apart = sum(abs(here - there) for here, there in zip(ranks(database, form), exact, strict=True))
            good = apart <= CLOSE and (form != chosen or clock[form] <= GOALS[engine.name])
            verdict = f"goal {GOALS[engine.name]:g} s: {'met' if good else 'MISSED'}" if form == chosen else ""
            ratio = clock[form] / clock[PORTABLE]
            figures = f"{clock[form]:>10.3f}{cpu[form]:>10.3f}{ratio:>8.3f}{apart:>10.1e}"
            print(f"{engine.name:<10}{form:<12}{figures}  {verdict}", flush=True)
            met = met and good
        return met


def main() -> None:
    print(f"{'engine':<10}{'form':<12}{'seconds':>10}{'CPU s':>10}{'ratio':>8}{'apart':>10}")
    raise SystemExit(0 if on_both_engines(measure) else 1)


if __name__ == "__main__":
    main()
