"""The network inside what people wrap around one, or around its parts."""

import copy
from typing import Any

import torch
from torch import nn


def unwrapped(network: nn.Module) -> nn.Module:
    """The network without torch.compile, DataParallel and DistributedDataParallel around it or around parts of it.

    Returns what it is given if there are no wrappers, and a copy if there are some inside.
    """
    network = _inner(network)
    without: dict[int, Any] = {}  # by id of a wrapper: a copy of what it wraps
    for part in reversed(list(network.modules())):  # innermost wrappers first
        if (inner := _inner(part)) is not part:
            without[id(part)] = copy.deepcopy(inner, without)
    return copy.deepcopy(network, without) if without else network


def twin_of(network: nn.Module) -> nn.Module:
    """A copy on the CPU in evaluation mode and float32, without gradients; half and double weights are cast."""
    return copy.deepcopy(network).cpu().to(torch.float32).eval().requires_grad_(False)


def _inner(network: nn.Module) -> nn.Module:
    while True:
        inner = getattr(network, "_orig_mod", None)
        if inner is None and isinstance(network, (nn.DataParallel, nn.parallel.DistributedDataParallel)):
            inner = network.module
        if not isinstance(inner, nn.Module):
            return network
        network = inner
