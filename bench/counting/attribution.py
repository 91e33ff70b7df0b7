"""The cost of counting attribution, compared with counting without it.

    OMP_NUM_THREADS=1 python -m bench.counting.attribution [--network efficientnet-lite0] [--pictures 6] [--repeat 5]

One process, one thread, CPU seconds; the smallest of some repetitions. The goal is at most 2.0 times. Reading pictures
is not part of it. Pictures are random, and weights the network's own where they are installed, else random.
"""

import argparse
import time
from collections.abc import Callable

import torch

from bench.counting.influence import pictures
from ingest.count.forward import repeatable, run_network
from ingest.count.instrument import InstrumentedNetwork
from ingest.count.rules import Rules
from ingest.count.tally import ChannelCounter
from ingest.network.attribution import Aim
from ingest.network.load import load_network
from ingest.network.sources.zoo import LITE0
from ingest.run.pooled import Pooled
from ingest.tracing.wiring import wire


def least(repeat: int, work: Callable[[], object]) -> float:
    """CPU seconds of the cheapest repetition."""
    times = []
    for _ in range(repeat):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--network", default=LITE0)
    parser.add_argument("--pictures", type=int, default=6)
    parser.add_argument("--repeat", type=int, default=5)
    given = parser.parse_args()

    network = load_network(given.network, "default" if given.network == LITE0 else "none")
    batch, cpu = pictures(given.pictures, network.preprocessing.crop), torch.device("cpu")
    wiring = wire(network.module, batch[:1])
    instrumented = InstrumentedNetwork(wiring)
    nothing = [torch.zeros(layer.channels, dtype=torch.bool) for layer in wiring.layers]
    counter = ChannelCounter(wiring, Rules(), nothing, cpu, attribution=True)
    tally = counter.empty_tally()
    aim = Aim(0, tuple(means[0] for means in instrumented.means(batch[:1])))

    def count(aim: Aim | None) -> None:
        recording = run_network(instrumented, batch, cpu, aim)
        counter.add(recording, tally)
        for means in recording.pooled:
            Pooled.of(means.numpy())

    with repeatable():
        forward = least(given.repeat, lambda: [network.module(picture) for picture in torch.split(batch, 1)])
        plain, attributed = (least(given.repeat, lambda aim=each: count(aim)) for each in (None, aim))  # type: ignore[misc]
    for name, seconds in (("forward pass", forward), ("counting", plain), ("with attribution", attributed)):
        print(f"{name:<18}{seconds / given.pictures * 1e3:8.1f} ms per picture")
    print(f"with attribution / without: {attributed / plain:.2f}")


if __name__ == "__main__":
    main()
