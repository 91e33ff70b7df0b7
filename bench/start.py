"""`python -m bench.start`: starting an engine from the cache of its classes, compared with starting it without one.

The embedded engine is started with and without in turn, on an empty database, until it answers a query over Bolt.
Medians of CPU seconds of its process and of seconds by the clock. Writes the cache first if there is none
(`summit db warm`).

Goal: at most half the CPU time.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from queries.engines.arcadedb import ArcadeDB
from queries.engines.class_cache import Cached, WithJavaOptions, make_class_cache
from queries.engines.engine import Engine
from queries.engines.lifecycle import lease
from queries.load.rehearsal import rehearse

RUNS, GOAL = 5, 0.5


def without_cache(options: list[str]) -> list[str]:
    """What Java gets where there is no cache."""
    return [option for option in options if not option.startswith("-XX:AOTCache=")]


@contextmanager
def timed(engine: Engine, folder: Path, found: list[tuple[float, float]]) -> Iterator[None]:
    started = time.perf_counter()
    with lease(engine, folder, print) as running:
        seconds, used = time.perf_counter() - started, psutil.Process(running.pid).cpu_times()
        found.append((used.user + used.system, seconds))
        yield


def measure(engine: Cached, folder: Path) -> float:
    """Print both medians and their ratio of CPU time, which is returned."""
    make_class_cache(engine, print, rehearse)
    found: dict[str, list[tuple[float, float]]] = {"with": [], "without": []}
    for _ in range(1 + RUNS):  # the first of each prepares the folder
        for name, one in (("with", engine), ("without", WithJavaOptions(engine, without_cache))):
            with timed(one, folder, found[name]):
                pass
    cpu, clock = (
        {name: statistics.median(row[column] for row in rows[1:]) for name, rows in found.items()} for column in (0, 1)
    )
    ratio = cpu["with"] / cpu["without"]
    print(
        f"{engine.name}: {cpu['with']:.2f} against {cpu['without']:.2f} CPU s (ratio {ratio:.2f}), "
        f"{clock['with']:.2f} against {clock['without']:.2f} s by the clock"
    )
    return ratio


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        ratio = measure(ArcadeDB(), Path(folder))
    print(f"goal {GOAL}: {'met' if ratio <= GOAL else 'not met'}")


if __name__ == "__main__":
    main()
