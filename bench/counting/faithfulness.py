"""The cost of `summit check`, and of `summit check --edges`, of one class of a run and one graph.

    OMP_NUM_THREADS=1 python -m bench.counting.faithfulness RUN [--class INDEX] [--channels 5] [--draws 20]

RUN is the folder of a run. One thread, CPU seconds, next to a forward pass of the same minute: a busy machine makes
both longer. In place of a graph stand the most activated channels of each layer, since the cost does not depend on
which they are. The start of the command and the database are not part of it.
"""

import argparse
import time
from pathlib import Path

import torch

from ingest.faithfulness.check import check_class
from ingest.faithfulness.edges import edge_sources
from ingest.faithfulness.run import Draw, drawn_pictures, found_squares, prepare
from ingest.run.read import RunReader


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("run", type=Path)
    parser.add_argument("--class", type=int, dest="index")
    parser.add_argument("--channels", type=int, default=5)
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--pictures", type=int, default=8)
    given = parser.parse_args()

    run = RunReader(given.run)
    index = run.classes[0] if given.index is None else given.index
    row = run.table(index, "statistics").to_pylist()[0]
    started, squares = time.process_time(), found_squares(run)
    checked = prepare(run, squares)
    print(f"{'the network, traced':<28}{time.process_time() - started:8.2f} s")
    named = drawn_pictures(run, squares, index, row["output"], Draw(given.draws, given.pictures))
    if not named:
        parser.error(f"class {index} has no correctly classified picture; name another with --class")
    pictures, counts = [*named.values()], run.counts(index).activations
    graph = {
        layer: [channel for _, channel in sorted(zip(each.counts, each.channels, strict=True))[-given.channels :]]
        for layer, each in counts.items()
    }
    started = time.process_time()
    for picture in pictures:
        checked.values(picture)
    print(f"{'forward pass':<28}{(time.process_time() - started) / len(pictures) * 1e3:8.1f} ms per picture")

    activated = {layer: dict(zip(each.channels, each.counts, strict=True)) for layer, each in counts.items()}
    started = time.process_time()
    check_class(checked, pictures, row["output"], graph, activated, given.draws, "bench")
    spent = time.process_time() - started
    print(f"{'check':<28}{spent:8.2f} s: {len(graph)} layers, {len(pictures)} pictures, {given.draws} random sets")

    targets = {layer: graph[layer] for layer in checked.layers[1:] if layer in graph}
    started = time.process_time()
    edge_sources(checked, pictures, row["output"], targets)
    spent, number = time.process_time() - started, sum(map(len, targets.values()))
    each = spent / number / len(pictures) * 1e3
    print(f"{'edges by attribution':<28}{spent:8.2f} s: {number} targets, {each:.1f} ms per target and picture")


if __name__ == "__main__":
    with torch.no_grad():
        torch.set_num_threads(1)
        main()
