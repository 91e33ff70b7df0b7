"""`python -m bench.ingest`: counting pictures, compared with the network's plain forward pass over them.

    OMP_NUM_THREADS=1 python -m bench.ingest [--pictures 8] [--repeat 5]

EfficientNet-Lite0 with its weights, and GoogLeNet with random ones whose norms fit the pictures, both at 224 pixels.
One process, one thread, CPU seconds, by turns; the smallest of some repetitions. Pictures are random, and reading them
is not part of it. On a GPU, if there is one, seconds by the clock. Goals: at most 2.2 and 1.4 times the forward pass.
`bench.counting.influence` compares with SUMMIT's own way.
"""

import argparse
import time
from collections.abc import Callable

import torch
from torch import Tensor

from bench.counting.influence import pictures, settle
from ingest.count.forward import ON_GPU, choose_device, repeatable, run_network
from ingest.count.instrument import InstrumentedNetwork
from ingest.count.rules import Rules
from ingest.count.tally import ChannelCounter
from ingest.network.load import load_network
from ingest.network.sources.zoo import LITE0
from ingest.tracing.wiring import wire

GOALS = {LITE0: 2.2, "torchvision:googlenet": 1.4}


def seconds(device: torch.device, work: Callable[[], object]) -> float:
    """CPU seconds on a CPU; on a GPU by the clock, until it has finished."""
    clock = time.process_time if device.type == "cpu" else time.perf_counter
    started = clock()
    work()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return clock() - started


def measured(name: str, batch: Tensor, device: torch.device, repeat: int) -> tuple[float, float]:
    """Seconds of the forward pass and of counting, for the whole batch."""
    network = load_network(name, "default" if name == LITE0 else "none")
    if name != LITE0:
        settle(network.module, batch)
    wiring = wire(network.module, batch[:1])
    nothing = [torch.zeros(layer.channels, dtype=torch.bool) for layer in wiring.layers]
    counter = ChannelCounter(wiring, Rules(), nothing, device)
    module, instrumented = network.module.to(device), InstrumentedNetwork(wiring).to(device)
    tally = counter.empty_tally()
    passes = torch.split(batch.to(device), ON_GPU if device.type == "cuda" else 1)  # as counting passes them

    def count() -> None:
        counter.add(run_network(instrumented, batch, device), tally)

    def forward() -> None:
        for each in passes:
            module(each)

    turns = [(seconds(device, forward), seconds(device, count)) for _ in range(repeat)]
    return min(plain for plain, _ in turns), min(counting for _, counting in turns)


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pictures", type=int, default=8)
    parser.add_argument("--repeat", type=int, default=5)
    given = parser.parse_args()
    device = choose_device("auto")
    for name, goal in GOALS.items():
        with repeatable():
            plain, counting = measured(name, pictures(given.pictures, 224), device, given.repeat)
        ratio = counting / plain
        each = 1e3 / given.pictures
        print(
            f"{name} on {device}: forward pass {plain * each:.1f} ms, counting {counting * each:.1f} ms a picture, "
            f"{ratio:.2f} times; goal {goal}: {'met' if ratio <= goal else 'missed'}"
        )


if __name__ == "__main__":
    main()
