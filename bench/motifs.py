"""`python -m bench.motifs [DATA]`: closed connected motifs of the published graphs, compared with pyfim and mlxtend.

DATA is the folder that holds summit-published (default ../shared/data).

Goals: under 2 s at 5 % and under 0.5 s at 10 %. Each time is the best of three and runs from the rows to the answer.
pyfim (C) lists closed edge sets, which need not be connected, so its answer is complete only once they are taken apart;
mlxtend (pandas) lists all frequent sets, of which the closed connected ones would still have to be sought.
"""

import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence, Sized
from pathlib import Path

import fim
import pandas
from mlxtend.frequent_patterns import fpgrowth

from queries.load.published import MODEL, read_published
from queries.motifs.patterns import Edge, EdgeRow, Graphs, edge_rows, threshold
from queries.motifs.search import Budget, Search, gather

CLASSES = range(1000)
GOALS = {0.10: 0.5, 0.05: 2.0}  # share of the classes: seconds


def ours(rows: Sequence[EdgeRow], share: float) -> Sized:
    graphs = Graphs(rows, CLASSES, threshold(share, len(CLASSES)))
    return gather(Search(graphs), Budget(seconds=60)).patterns


def pyfim(rows: Sequence[EdgeRow], share: float) -> Sized:
    """Closed sets as pyfim lists them; the empty transaction keeps those that every class holds."""
    support = threshold(share, len(CLASSES))
    _, graphs = transactions(rows, support)
    found: list[tuple[Sequence[int], int]] = fim.fim([*graphs, []], target="c", supp=-support, zmin=1)
    return found


def pyfim_connected(rows: Sequence[EdgeRow], share: float) -> Sized:
    """The same, taken apart into connected components: the answer that `ours` gives."""
    support = threshold(share, len(CLASSES))
    edges, graphs = transactions(rows, support)
    found = fim.fim([*graphs, []], target="c", supp=-support, zmin=1)
    return {part for chosen, _ in found for part in components([edges[place] for place in chosen])}


def mlxtend(rows: Sequence[EdgeRow], share: float) -> Sized:
    edges, graphs = transactions(rows, threshold(share, len(CLASSES)))
    held = [set(graph) for graph in graphs]
    table = pandas.DataFrame({place: [place in graph for graph in held] for place in range(len(edges))})
    frequent: Sized = fpgrowth(table, min_support=share)
    return frequent


def transactions(rows: Iterable[EdgeRow], support: int) -> tuple[list[Edge], list[list[int]]]:
    """The frequent edges, and for each class the positions of those it has."""
    frequent = [row for row in rows if len(row.classes) >= support]
    graphs: list[list[int]] = [[] for _ in CLASSES]
    for place, row in enumerate(frequent):
        for index in row.classes:
            graphs[index].append(place)
    return [(row.source, row.target) for row in frequent], graphs


def components(edges: Iterable[Edge]) -> list[frozenset[Edge]]:
    """Edges joined through shared channels: each new edge melts the parts that it touches."""
    parts: list[tuple[set[str], set[Edge]]] = []
    for edge in edges:
        channels, members = set(edge), {edge}
        apart = []
        for part in parts:
            if part[0].isdisjoint(edge):
                apart.append(part)
            else:
                channels |= part[0]
                members |= part[1]
        parts = [*apart, (channels, members)]
    return [frozenset(members) for _, members in parts]


def best_of(times: int, work: Callable[[], Sized]) -> tuple[float, int]:
    """The shortest time in seconds, and how many things came out."""
    seconds, count = float("inf"), 0
    for _ in range(times):
        started = time.perf_counter()
        count = len(work())
        seconds = min(seconds, time.perf_counter() - started)
    return seconds, count


def main() -> None:
    data = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("SUMMIT_TEST_DATA", "../shared/data"))
    rows = edge_rows(MODEL, read_published(data / "summit-published/data", lambda *_: None).graphs)
    print(f"{len(rows):,} edges, {sum(len(row.classes) for row in rows):,} in all graphs together")
    print(f"{'share':>5}  {'miner':<22} {'found':>8} {'seconds':>8} {'ratio':>6}")
    for share, goal in GOALS.items():
        own = 0.0
        for miner in (ours, pyfim, pyfim_connected, mlxtend):
            seconds, count = best_of(3, lambda miner=miner, share=share: miner(rows, share))  # type: ignore[misc]
            own = own or seconds
            goal_met = f"  goal {goal} s: {'met' if seconds < goal else 'MISSED'}" if miner is ours else ""
            print(f"{share:>5.0%}  {miner.__name__:<22} {count:>8,} {seconds:>8.3f} {seconds / own:>6.2f}{goal_met}")


if __name__ == "__main__":
    main()
