"""The cost of influence aggregation, compared with the forward pass and with SUMMIT's own method.

    OMP_NUM_THREADS=1 python -m bench.counting.influence [--network googlenet] [--size 224] [--batch 8] [--repeat 5]

One process, one thread, the best of some repetitions. Goals on GoogLeNet at 224 px: at most 1.0 forward passes, and at
least 8 times less than depthwise convolutions with Python loops over channels. Weights are random with the norms fitted
to the pictures; trained weights prune about as well. Takes about a minute.
"""

import argparse
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from ingest.count.influence import NO_WINNER, PreparedConvolution, strongest_sources
from ingest.count.instrument import InstrumentedNetwork
from ingest.network.load import load_network
from ingest.tracing.convolution import Convolution, padded
from ingest.tracing.wiring import wire

TOP = 5


def pictures(count: int, side: int) -> Tensor:
    """(count, 3, side, side): smooth random pictures with some grain."""
    generator = torch.Generator().manual_seed(7)
    coarse = torch.randn(count, 3, 8, 8, generator=generator)
    grain = torch.randn(count, 3, side, side, generator=generator)
    return functional.interpolate(coarse, size=(side, side), mode="bicubic") + 0.2 * grain


def settle(network: nn.Module, batch: Tensor) -> None:
    """Fit the norms to the pictures, so that random weights give activations of a sensible size."""
    for part in network.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.train()
    with torch.no_grad():
        for _ in range(20):
            network(batch)
    network.eval()


def summits_way(convolution: Convolution, source: Tensor) -> list[list[list[int]]]:
    """A map for every pair of channels by one depthwise convolution, then Python loops: winners by image and target."""
    targets, sources = convolution.kernel.shape[:2]
    geometry = convolution.geometry
    kernel = convolution.kernel.float().transpose(0, 1).reshape(targets * sources, 1, *geometry.kernel)
    maps = functional.conv2d(padded(source, geometry), kernel, stride=geometry.stride, groups=sources)
    peaks = maps.amax((2, 3)).view(len(source), sources, targets)
    winners = []
    for image in peaks:
        chosen = []
        for target in range(targets):
            values = image[:, target].tolist()
            ranked = sorted(range(sources), key=lambda at, values=values: -values[at])[:TOP]  # type: ignore[misc]
            chosen.append([at for at in ranked if values[at] > 0])
        winners.append(chosen)
    return winners


def best(repeat: int, work: Callable[[], object]) -> float:
    """Seconds of the fastest repetition."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--network", default="googlenet")
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--repeat", type=int, default=5)
    given = parser.parse_args()
    torch.set_num_threads(1)

    network = load_network(given.network, "none").module
    batch = pictures(given.batch, given.size)
    settle(network, batch)
    wiring = wire(network, batch[:1])
    probe, maps = InstrumentedNetwork(wiring), InstrumentedNetwork(wiring, whole_maps=True)
    convolutions = [PreparedConvolution.of(hop.convolution, torch.device("cpu")) for hop in wiring.hops]
    reads = probe(batch).inputs
    whole = maps(batch[:1]).inputs

    def ours() -> list[Tensor]:
        return [strongest_sources(prepared, read, TOP) for prepared, read in zip(convolutions, reads, strict=True)]

    def theirs() -> list[list[list[list[int]]]]:
        return [summits_way(hop.convolution, read) for hop, read in zip(wiring.hops, whole, strict=True)]

    forward = best(given.repeat, lambda: network(batch)) / given.batch
    instrumented = best(given.repeat, lambda: probe(batch)) / given.batch
    influence = best(given.repeat, ours) / given.batch
    original = best(1, theirs)
    same = sum(_same(a[0], b[0]) for a, b in zip(ours(), theirs(), strict=True))

    print(f"{given.network}, {given.size} px, {len(wiring.hops)} convolutions, batch {given.batch}, one thread")
    print(f"forward pass                 {forward * 1e3:8.1f} ms per image")
    print(f"the same, instrumented       {instrumented * 1e3:8.1f} ms per image")
    print(
        f"influence                    {influence * 1e3:8.1f} ms per image = {influence / forward:.2f} forward passes"
    )
    print(
        f"depthwise maps, Python loops {original * 1e3:8.1f} ms per image = {original / influence:.1f} times influence"
    )
    print(f"convolutions in which both name the same winners: {same} of {len(wiring.hops)}")


def _same(ours: Tensor, theirs: list[list[int]]) -> bool:
    found = [sorted(at for at in row if at != NO_WINNER) for row in ours.tolist()]
    return found == [sorted(row) for row in theirs]


if __name__ == "__main__":
    main()
