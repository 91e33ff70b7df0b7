"""The cost of resampling a class, compared with counting it.

    OMP_NUM_THREADS=1 python -m bench.counting.replicates [--network NAME] [--images FOLDER] [--classes A,B]

One process, one thread, CPU seconds; the smallest of some repetitions. The goal is at most 5 CPU seconds a class.
"""

import argparse
import time
from pathlib import Path

import numpy
import torch
from numpy.typing import NDArray

from bench.counting.attribution import least
from ingest.count.forward import repeatable
from ingest.count.ranks import Ranks
from ingest.count.resampled.replicate import replicate
from ingest.count.settings import Settings
from ingest.count.task import ClassWork, prepare
from ingest.estimate import count_sample
from ingest.network.sources.zoo import LITE0
from queries.graphs.resampling.replicates import REPLICATES, appearances


def many(counts: NDArray[numpy.int64]) -> str:
    return f"{(counts > 0).sum()} ({(counts >= REPLICATES / 2).sum()})"


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--network", default=LITE0)
    parser.add_argument("--images", type=Path, default=Path("../shared/data/caltech101"))
    parser.add_argument("--classes", default="crayfish,panda,pizza")
    parser.add_argument("--repeat", type=int, default=2)
    given = parser.parse_args()

    classes = tuple(given.classes.split(","))
    task = prepare(Settings(given.network, given.images, Path("nowhere"), classes=classes), Ranks())
    for each in task.classes:
        work = ClassWork(each)
        pictures = task.missing(work)
        with repeatable():
            started = time.process_time()
            _, result = count_sample(task, work, pictures)
            counted = time.process_time() - started
            found = replicate(task.counter, result, "")
            assert found is not None
            seconds = least(given.repeat, lambda result=result: replicate(task.counter, result, ""))  # type: ignore[misc]
        votes = sum(log.nbytes for log in result.votes)
        channels, edges = (numpy.concatenate(each) for each in appearances(found, "activation", 15, 1, True))
        print(
            f"{each.name}: {len(pictures)} pictures counted in {counted:.1f} s, resampled in {seconds:.1f} s; "
            f"votes {votes / 1e6:.1f} MB in memory, replicates {len(found.to_bytes()) / 1e6:.2f} MB on disk; "
            f"probability above 0 (at least 0.5): {many(channels)} channels, {many(edges)} edges"
        )


if __name__ == "__main__":
    main()
