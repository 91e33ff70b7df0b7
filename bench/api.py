"""`python -m bench.api`: attribution graphs and comparisons over HTTP and computed from files.

Starts a service of its own over all published graphs, asks with one client, and prints medians in milliseconds.
The baseline reads, parses and compares the published JSON files in this process.
"""

import http.client
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from queries.engines.settings import Settings
from queries.load.published import parse_class
from summit.imports import import_folder
from tests.conftest import DATA, MODEL, serving

ASKED, WARM_UP = 110, 10
GRAPH = f"""query($index: Int!) {{ imageClass(model: "{MODEL}", index: $index) {{ attributionGraph {{
  channels {{ count pagerank channel {{ id layer index }} }} edges {{ source target weight }} }} }} }}"""
COMPARE = f"""query($classes: [Int!]!) {{ compare(model: "{MODEL}", classes: $classes, operation: UNION) {{
  channels {{ channel {{ id layer index }} classes }} edges {{ source target classes }}
  layers {{ layer jaccard }} }} }}"""


def median_ms(ask: Callable[[int], object]) -> float:
    took = []
    for number in range(ASKED):
        started = time.perf_counter()
        ask(number)
        took.append(1000 * (time.perf_counter() - started))
    return statistics.median(took[WARM_UP:])


def main() -> None:
    folder = DATA / "summit-published" / "data"

    def read(index: int) -> tuple[set[object], set[object]]:
        graph = parse_class(index % 1000, (folder / "ag" / f"ag-{index % 1000}.json").read_bytes())
        return {(v.layer, v.channel) for v in graph.vertices}, {
            (e.source, e.target_layer, e.target) for e in graph.edges
        }

    def compare_files(number: int) -> object:
        one, other = read(11 * number), read(11 * number + 1)
        return one[0] | other[0], one[1] | other[1]

    with tempfile.TemporaryDirectory() as home:
        import_folder(Settings(None, Path(home), embed=False), folder, None, None, MODEL, False)
        with serving(Path(home)) as service:
            client = http.client.HTTPConnection(service.url.removeprefix("http://"))

            def ask(query: str, **variables: object) -> object:
                body = json.dumps({"query": query, "variables": variables})
                client.request("POST", "/graphql", body, {"content-type": "application/json"})
                return json.loads(client.getresponse().read())

            rows = [
                ("attribution graph", lambda n: ask(GRAPH, index=7 * n % 1000), lambda n: read(7 * n)),
                (
                    "comparison",
                    lambda n: ask(COMPARE, classes=[11 * n % 1000, (11 * n + 1) % 1000]),
                    compare_files,
                ),
            ]
            print(f"{'':<20}{'over HTTP':>12}{'from files':>12}{'ratio':>8}   median of {ASKED - WARM_UP}, ms")
            for name, over_http, from_files in rows:
                one, other = median_ms(over_http), median_ms(from_files)
                print(f"{name:<20}{one:>12.1f}{other:>12.1f}{one / other:>8.1f}")


if __name__ == "__main__":
    main()
