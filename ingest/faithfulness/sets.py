"""The sets of channels that a class's graph is compared with, layer by layer."""

import hashlib
from collections.abc import Collection, Mapping

import torch
from torch import Tensor


def random_sets(size: int, allowed: Tensor, draws: int, seed: str) -> Tensor:
    """(draws, C) bool: random sets of `size` of the allowed channels, (C,) bool; the same for the same seed."""
    number = int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=7).digest(), "big")
    generator = torch.Generator().manual_seed(number)
    candidates = allowed.nonzero().flatten()
    sets = torch.zeros(draws, len(allowed), dtype=torch.bool)
    for row in sets:
        row[candidates[torch.randperm(len(candidates), generator=generator)[:size]]] = True
    return sets


def matched_set(graph: Collection[int], counts: Mapping[int, int], allowed: Tensor) -> Tensor:
    """(C,) bool: as many channels outside the graph, each activated in about as many pictures as one of the graph.

    graph    channels of the layer
    counts   channel -> pictures that activate it (A); absent for none
    allowed  (C,) bool
    The graph's channels choose in order, the most activated first; of equally near ones the lower is taken. Where
    too few channels are outside the graph, the set is smaller.
    """
    free = [channel for channel in allowed.nonzero().flatten().tolist() if channel not in graph]
    chosen = torch.zeros(len(allowed), dtype=torch.bool)
    for channel in sorted(graph, key=lambda each: (-counts.get(each, 0), each)):
        if free:
            nearest = min(free, key=lambda each: (abs(counts.get(each, 0) - counts.get(channel, 0)), each))
            free.remove(nearest)
            chosen[nearest] = True
    return chosen
