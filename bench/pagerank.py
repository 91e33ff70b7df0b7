"""`python -m bench.pagerank`: personalized PageRank of one class as a stored query, compared with networkx, to 1e-9.

A network of InceptionV1's size (5,484 channels, 130,000 influences) in the embedded engine and in Neo4j; the best of
three runs after five to warm up, in seconds. `gather` is the statement as far as it has the class's edges (with GDS:
the projection), `iterate` what follows, `answer` what is left until all rows are here. networkx has three parts, too:
the fetch, the graph's construction and `networkx.pagerank`. It gets the graph from the same database in three ways: a
row an influence, a row per target channel with lists, and the compact adjacency that the stored queries read.

Goals: on the embedded engine at most 8 s; on Neo4j each form faster than networkx with fetch (of rows) and
construction.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx
from neo4j import GraphDatabase

from bench.extract import in_form
from bench.testbed.counted import Counted, large
from bench.testbed.databases import Database, open_database
from queries.engines.arcadedb import ArcadeDB
from queries.engines.engine import Engine
from queries.engines.neo4j import Neo4j
from queries.library import RUN
from queries.records import channel_id, class_id

MODEL = "large"
CLASS = class_id(MODEL, 0)
DAMPING, TOLERANCE, STEPS = 0.85, 1e-9, 40
WALK = {"class": CLASS, "damping": DAMPING, "tolerance": TOLERANCE, "steps": STEPS, "score": None}
WARM_UPS, RUNS, GOAL = 5, 3, 8.0
GATHERED = {  # form: (where the statement has its edges, what it answers then)
    "portable": ("WITH network, even, odd, [k IN", "RETURN size(even) AS even"),
    "gds": ("CALL gds.pageRank", "CALL gds.graph.drop(graph.graphName) YIELD graphName RETURN graphName"),
}
ITERATED = {
    "portable": ("UNWIND range(0, size(network.ids)", "RETURN total AS total"),
    "gds": ("UNWIND range(0, size(nodes)", "RETURN total AS total"),
}
ROWS = """MATCH (:ImageClass {id: $class})-[influenced:INFLUENCED]->(target:Channel)
UNWIND range(0, size(influenced.sources) - 1) AS at
RETURN target.layer AS layer, target.index AS target, influenced.sources[at] AS source,
       influenced.weights[at] AS weight"""
LISTS = """MATCH (:ImageClass {id: $class})-[influenced:INFLUENCED]->(target:Channel)
RETURN target.layer AS layer, target.index AS target, influenced.sources AS sources, influenced.weights AS weights"""
ADJACENCY = """MATCH (:ImageClass {id: $class})-[:HAS_ADJACENCY]->(adjacency:Adjacency)
RETURN adjacency.layer AS layer, adjacency.in_starts AS starts, adjacency.in_sources AS sources,
       adjacency.in_weights AS weights"""
ACTIVATIONS = """MATCH (:ImageClass {id: $class})-[activation:ACTIVATES]->(channel:Channel)
RETURN channel.layer AS layer, collect(channel.index) AS channels, collect(activation.count) AS counts"""
Ranks = dict[str, float]
Rows = list[dict[str, Any]]
Ask = Callable[[str], Rows]  # rows of a statement that is not stored
Ids = dict[str, list[str]]  # of the channels of each layer, lowest layer first
Edges = Iterable[tuple[str, str, int]]  # source, target, weight


@contextmanager
def asking(database: Database) -> Iterator[Ask]:
    """Statements over one connection that stays open, as those of the store do."""
    address = database.access.address
    with (
        GraphDatabase.driver(
            address.url, auth=(address.user, address.password), notifications_min_severity="OFF"
        ) as driver,
        driver.session(database=address.database, default_access_mode="READ") as session,
    ):
        yield lambda text: [dict(record) for record in session.run(text, {**WALK, RUN: "personalized_pagerank bench"})]


def ours(database: Database, ask: Ask, form: str) -> tuple[list[float], Ranks]:
    """Seconds in all, to gather, iterate and answer, and the ranks; in all alone where a form has no such parts."""
    query = database.store.library["personalized_pagerank"]
    text = query.variants.get(form, query.text)
    rows: Rows = []

    def answer() -> None:
        rows[:] = database.await_(database.store.run_packed(query.name, **WALK))

    with in_form(database, form):
        whole = best(answer)
    ranks = {row["channel"]: row["pagerank"] for row in rows}
    if form not in GATHERED:
        return [whole], ranks
    gathered, iterated = (best(partial(ask, cut_short(text, *marks[form]))) for marks in (GATHERED, ITERATED))
    parts = [gathered, max(iterated - gathered, 0.0), max(whole - iterated, 0.0)]
    return [whole, *parts], ranks


def cut_short(text: str, mark: str, ending: str) -> str:
    """The statement up to the mark."""
    return f"{text[: text.rindex(mark)]}{ending}"


def theirs(ask: Ask, run: Counted, fetch: str, tolerance: float) -> tuple[list[float], Ranks]:
    """Seconds to fetch, build and iterate with networkx, and the ranks. `fetch` is one of FETCHES."""
    statement, edges = FETCHES[fetch]
    parts, found = [], {}
    for _ in range(WARM_UPS + RUNS):
        times = [time.perf_counter()]
        influences, activations = ask(statement), ask(ACTIVATIONS)
        times.append(time.perf_counter())
        ids = {
            each.name: [channel_id(MODEL, each.name, index) for index in range(each.channels)] for each in run.layers
        }
        graph = networkx.Graph()
        for channels in ids.values():
            graph.add_nodes_from(channels)
        graph.add_weighted_edges_from(edges(influences, ids))
        start = personalization(activations, ids)
        times.append(time.perf_counter())
        found = networkx.pagerank(graph, alpha=DAMPING, personalization=start, tol=tolerance, max_iter=1000)
        times.append(time.perf_counter())
        parts.append([times[3] - times[0], *(after - before for before, after in pairwise(times))])
    return min(parts[WARM_UPS:]), found


def personalization(activations: Rows, ids: Ids) -> Ranks:
    """Counts as shares of each layer's highest."""
    return {
        ids[row["layer"]][channel]: count / max(row["counts"])
        for row in activations
        for channel, count in zip(row["channels"], row["counts"], strict=True)
    }


def of_rows(influences: Rows, ids: Ids) -> Edges:
    below = sources_of(ids)
    for row in influences:
        yield below[row["layer"]][row["source"]], ids[row["layer"]][row["target"]], row["weight"]


def of_lists(influences: Rows, ids: Ids) -> Edges:
    below = sources_of(ids)
    for row in influences:
        for source, weight in zip(row["sources"], row["weights"], strict=True):
            yield below[row["layer"]][source], ids[row["layer"]][row["target"]], weight


def sources_of(ids: Ids) -> Ids:
    """Ids of the channels of the layer below, by layer."""
    return {upper: ids[lower] for lower, upper in pairwise(ids)}


def of_adjacency(influences: Rows, ids: Ids) -> Edges:
    below = sources_of(ids)
    for row in influences:
        for target, (start, end) in zip(ids[row["layer"]], pairwise(row["starts"]), strict=True):
            for source, weight in zip(row["sources"][start:end], row["weights"][start:end], strict=True):
                yield below[row["layer"]][source], target, weight


FETCHES: dict[str, tuple[str, Callable[[Rows, Ids], Edges]]] = {
    "rows": (ROWS, of_rows),
    "lists": (LISTS, of_lists),
    "compact": (ADJACENCY, of_adjacency),
}


def best(work: Callable[[], object]) -> float:
    """The shortest of some runs, after those in which Java compiles what it runs."""
    seconds = []
    for _ in range(WARM_UPS + RUNS):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds[WARM_UPS:])


def compare(engine: Engine, forms: Sequence[str], run: Counted) -> None:
    with (
        tempfile.TemporaryDirectory() as home,
        open_database(engine, Path(home) / engine.name) as database,
        asking(database) as ask,
    ):
        database.load(run)
        channels = sum(layer.channels for layer in run.layers)
        tolerance = TOLERANCE * (1 - DAMPING) / DAMPING / channels
        _, exact = theirs(ask, run, "compact", 1e-14 / channels)
        baseline: list[float] = []
        for fetch in FETCHES:
            seconds, ranks = theirs(ask, run, fetch, tolerance)
            baseline = baseline or seconds
            show(engine.name, f"networkx, {fetch}", seconds, baseline[0], error(ranks, exact), "")
        for form in forms:
            seconds, ranks = ours(database, ask, form)
            goal = GOAL if engine.name == "arcadedb" else baseline[0]
            verdict = f"goal {goal:.2f} s: {'met' if seconds[0] <= goal else 'MISSED'}"
            show(engine.name, form, seconds, baseline[0], error(ranks, exact), verdict)


def error(ranks: Ranks, exact: Ranks) -> float:
    return sum(abs(ranks[channel] - exact[channel]) for channel in exact)


def show(engine: str, form: str, seconds: Sequence[float], baseline: float, error: float, verdict: str) -> None:
    parts = "".join(f"{part:>10.2f}" for part in seconds)
    print(f"{engine:<10}{form:<18}{parts:<40}{seconds[0] / baseline:>8.2f}{error:>10.1e}  {verdict}", flush=True)


def main() -> None:
    run = large(MODEL)
    columns = "".join(f"{name:>10}" for name in ("seconds", "gather", "iterate", "answer"))
    print(f"{'engine':<10}{'form':<18}{columns}{'ratio':>8}{'error':>10}  (networkx: fetch, build, iterate)")
    compare(ArcadeDB(), ["procedure", "portable"], run)
    if shutil.which("mvn"):
        compare(Neo4j(), ["portable", "gds"], run)
    else:
        print("mvn is not on PATH: nothing is measured on Neo4j")


if __name__ == "__main__":
    main()
