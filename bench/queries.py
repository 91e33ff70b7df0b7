"""`python -m bench.queries`: every stored query on the embedded engine over the 1,000 published graphs and the sample.

Prints, for each query's example, the median of five runs in milliseconds and its ratio to a query that reads nothing,
run beside it over the same connection. None should take longer than a second.
"""

import statistics
import tempfile
import time
from pathlib import Path

from bench.testbed.databases import DATA, Database, load_everything, open_database
from queries.ask.functions import readable
from queries.engines.arcadedb import ArcadeDB
from queries.load.published import read_published
from queries.progress import ignore_progress

RUNS = 5


def seconds(database: Database, query: str, **parameters: object) -> float:
    started = time.perf_counter()
    database.ask(query, parameters)
    return time.perf_counter() - started


def main() -> None:
    with tempfile.TemporaryDirectory() as home, open_database(ArcadeDB(), Path(home) / "arcadedb") as database:
        load_everything(database, read_published(DATA / "summit-published", ignore_progress))
        print(f"{'query':<30}{'rows':>8}{'first ms':>12}{'median ms':>12}{'ratio':>10}")
        for query in readable().values():
            first = seconds(database, query.name, **query.example)
            rows = len(database.ask(query.name, query.example))
            took = statistics.median(seconds(database, query.name, **query.example) for _ in range(RUNS))
            nothing = statistics.median(seconds(database, "channels_by_id", channels=[]) for _ in range(RUNS))
            slow = "  over a second" if took > 1 else ""
            print(f"{query.name:<30}{rows:>8,}{1000 * first:>12.1f}{1000 * took:>12.1f}{took / nothing:>10.1f}{slow}")


if __name__ == "__main__":
    main()
