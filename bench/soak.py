"""`python -m bench.soak --seconds 600`: 32 clients for ten minutes, and what the memory does meanwhile.

A real `summit serve` over all published graphs. 30 clients ask at random for graphs, comparisons, lists, stored queries
and files; one asks for motifs, one for its own Cypher, of which the service runs two at a time. Ends with 1 if
a request fails, or if the service's memory in the last fifth is more than a tenth above that in the second.
"""

import argparse
import asyncio
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.api import COMPARE, GRAPH, Client, get, post
from bench.testbed.databases import DATA, MODEL
from bench.testbed.service import SUMMIT
from queries.engines.lifecycle import status
from queries.engines.settings import Settings
from queries.load.published import data_folder
from summit.imports import import_folder

CLIENTS = 32
SAMPLES = 50  # of the memory, over the whole time
RETRY_SECONDS = 0.1  # after a failure, so that a service that is gone is not asked in a tight loop
GROWTH = 1.1  # of the service's memory from the second fifth to the last
MB = 2**20

CUT = f"""query($index: Int!) {{ imageClass(model: "{MODEL}", index: $index) {{
  similar(first: 5) {{ imageClass {{ name }} similarity }}
  attributionGraph {{ channels {{ channel {{ id classCount }} }} totalEdges }} }} }}"""
SEARCH = f"""query($search: String!) {{ classes(model: "{MODEL}", search: $search, first: 20) {{
  totalCount nodes {{ index name }} }} }}"""
STORED = """query($parameters: JSON!) { storedQuery(name: "class_channels", parameters: $parameters) { rows } }"""
MOTIFS = f"""query($classes: [Int!]!) {{ motifs(model: "{MODEL}", classes: $classes, seconds: 20) {{ totalCount }} }}"""
CYPHER = """query($statement: String!) { cypher(statement: $statement) { rows } }"""
STATEMENT = "MATCH (c:ImageClass)-[:HAS_CHANNEL]->(k:Channel) WHERE c.index = {} RETURN k.id AS id ORDER BY id"

Question = Callable[[random.Random], bytes]


def classes_of(chance: random.Random, most: int) -> list[int]:
    return chance.sample(range(1000), chance.randint(2, most))


ANYTHING: dict[str, Question] = {
    "graph": lambda chance: post(GRAPH, index=chance.randrange(1000)),
    "graph and similar classes": lambda chance: post(CUT, index=chance.randrange(1000)),
    "comparison": lambda chance: post(COMPARE, classes=classes_of(chance, 6)),
    "search": lambda chance: post(SEARCH, search=chance.choice(["bear", "dog", "car", "ship", "27"])),
    "stored query": lambda chance: post(
        STORED, parameters={"class": f"{MODEL}/{chance.randrange(1000)}", "min_count": 0}
    ),
    "file": lambda chance: get(f"/export/{MODEL}?class={chance.randrange(1000)}&format=json"),
    "page": lambda _: get("/"),
}
MOTIFS_OF: dict[str, Question] = {"motifs": lambda chance: post(MOTIFS, classes=classes_of(chance, 20))}
OWN_CYPHER: dict[str, Question] = {
    "own Cypher": lambda chance: post(CYPHER, statement=STATEMENT.format(chance.randrange(1000)))
}


@dataclass
class Seen:
    """What came back.

    took    milliseconds by question
    failed  what went wrong, and how often
    """

    took: dict[str, list[float]] = field(default_factory=dict)
    failed: Counter[str] = field(default_factory=Counter)


async def ask_on(port: int, questions: dict[str, Question], chance: random.Random, until: float, seen: Seen) -> None:
    """One client: a question after the other, over connections that it keeps for a while."""
    while time.monotonic() < until:
        name = "connection"
        try:
            with closing(await Client.to(port)) as client:
                for _ in range(chance.randint(1, 200)):
                    if time.monotonic() >= until:
                        break
                    name = chance.choice([*questions])
                    began = time.perf_counter()
                    await client.ask(questions[name](chance))
                    seen.took.setdefault(name, []).append(1000 * (time.perf_counter() - began))
        except (AssertionError, OSError, EOFError, ValueError) as error:
            seen.failed[f"{name}: {error!r:.200}"] += 1
            await asyncio.sleep(RETRY_SECONDS)


async def soak(port: int, seconds: float, watched: list[psutil.Process]) -> tuple[Seen, list[list[int]]]:
    """Ask for so many seconds; the resident memory of the watched processes meanwhile, in bytes."""
    seen, memory, until = Seen(), [], time.monotonic() + seconds

    async def watch() -> None:
        for _ in range(SAMPLES):
            await asyncio.sleep(seconds / SAMPLES)
            memory.append([process.memory_info().rss for process in watched])

    mixes = [MOTIFS_OF, OWN_CYPHER, *[ANYTHING] * (CLIENTS - 2)]
    await asyncio.gather(watch(), *(ask_on(port, mix, random.Random(at), until, seen) for at, mix in enumerate(mixes)))
    return seen, memory


@contextmanager
def service(home: Path) -> Iterator[tuple[int, list[psutil.Process], Path]]:
    """The port of a service over this home, its process and that of its engine, and its log."""
    log = home / "soak.log"
    with log.open("w") as sink:
        command = [str(SUMMIT), "serve", "--port", "0", "--json"]
        process = subprocess.Popen(
            command, env={"SUMMIT_HOME": str(home), "PATH": "/usr/bin:/bin"}, stdout=subprocess.PIPE, stderr=sink
        )
    try:
        assert process.stdout
        (port,) = re.findall(r":(\d+)/$", json.loads(process.stdout.readline())["url"])
        engine = status(home / "arcadedb")
        assert engine
        yield int(port), [psutil.Process(process.pid), psutil.Process(engine.pid)], log
    finally:
        process.terminate()
        process.wait(60)


def published_graphs() -> Path:
    """The folder of the published graphs; ends with the remedy where there is none."""
    folder = Path(os.environ.get("SUMMIT_PUBLISHED") or DATA / "summit-published")
    found = data_folder(folder)
    if found is None:
        sys.exit(f"no published graphs in {folder}; set SUMMIT_PUBLISHED to a clone of github fredhohman/summit-data")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--home", type=Path, help="a data directory with the published graphs; one is made if unset")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        home = given.home or Path(made)
        if given.home is None:
            import_folder(Settings(None, home, embed=False), published_graphs(), None, None, MODEL, False)
        with service(home) as (port, watched, log):
            seen, memory = asyncio.run(soak(port, given.seconds, watched))
            return tell(given.seconds, seen, memory, log.read_text())


def tell(seconds: float, seen: Seen, memory: list[list[int]], log: str) -> int:
    """Print what was seen; 1 where it is not as promised."""
    total = sum(map(len, seen.took.values()))
    print(f"{CLIENTS} clients, {seconds:,.0f} s: {total:,} answers, {sum(seen.failed.values())} failures")
    print(f"{'question':<28}{'answers':>9}{'median ms':>11}{'99 % ms':>9}")
    for name, took in sorted(seen.took.items()):
        last = statistics.quantiles(took, n=100)[98] if len(took) > 1 else took[0]
        print(f"{name:<28}{len(took):>9,}{statistics.median(took):>11,.0f}{last:>9,.0f}")
    fifth, flat = len(memory) // 5, False
    for at, process in enumerate(("service", "engine")):
        mb = [sample[at] / MB for sample in memory]
        early, late = statistics.median(mb[fifth : 2 * fifth]), statistics.median(mb[-fifth:])
        print(
            f"memory of the {process}: {early:,.0f} MB in the second fifth, {late:,.0f} MB in the last, "
            f"{max(mb):,.0f} MB at most"
        )
        if process == "service":
            flat = late <= GROWTH * early
    for failure, times in seen.failed.most_common(10):
        print(f"{times} x {failure}")
    if "Traceback" in log:
        print(log[-2000:])
    return 0 if flat and not seen.failed and "Traceback" not in log else 1


if __name__ == "__main__":
    sys.exit(main())
