"""The network inside what people wrap around one."""

import copy

import torch
from torch import nn


def unwrapped(network: nn.Module) -> nn.Module:
    """The network that torch.compile, DataParallel or DistributedDataParallel wraps; itself where nothing does."""
    while True:
        inner = getattr(network, "_orig_mod", None)
        if inner is None and isinstance(network, (nn.DataParallel, nn.parallel.DistributedDataParallel)):
            inner = network.module
        if not isinstance(inner, nn.Module):
            return network
        network = inner


def twin_of(network: nn.Module) -> nn.Module:
    """A copy on the CPU in evaluation mode and float32, without gradients; half and double weights are cast."""
    return copy.deepcopy(network).cpu().to(torch.float32).eval().requires_grad_(False)
