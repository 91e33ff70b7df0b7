"""The twelve networks that everything is tested on, small pictures for them, and a tiny network to check by hand."""

import warnings
from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional

from ingest.network.load import load_network

TESTED = {  # name: side of its test pictures, pixels
    "googlenet": 64,
    "inception_v3": 96,
    "vgg16": 32,
    "alexnet": 64,
    "resnet18": 64,
    "resnet50": 64,
    "squeezenet1_1": 64,
    "densenet121": 64,
    "mobilenet_v3_small": 64,
    "efficientnet_b0": 64,
    "efficientnet-lite0": 64,
    "convnext_tiny": 64,
}


@lru_cache(maxsize=1)
def network(name: str) -> nn.Module:
    """One of TESTED, its norms fitted to its pictures, so that signals neither die nor explode."""
    side = TESTED[name]
    module = load_network(name, "default" if name == "efficientnet-lite0" else "none").module
    if name != "efficientnet-lite0":
        settle(module, pictures(8, side))
    return module.eval()


def pictures(count: int, side: int, seed: int = 7) -> Tensor:
    """(count, 3, side, side): smooth random pictures, about as bright as normalised photographs."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.randn(count, 3, 8, 8, generator=generator)
    fine = torch.randn(count, 3, side, side, generator=generator)
    return functional.interpolate(coarse, size=(side, side), mode="bicubic") + 0.3 * fine


def settle(module: nn.Module, batch: Tensor) -> None:
    """Give batch norms random gammas, some negative, and fit their statistics to a batch."""
    norms = [part for part in module.modules() if isinstance(part, nn.BatchNorm2d)]
    if not norms:
        return
    with warnings.catch_warnings(), torch.random.fork_rng(devices=[]), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.manual_seed(1)
        for norm in norms:
            norm.weight.copy_(torch.randn_like(norm.weight))  # some negative: folding must keep the sign
            norm.bias.copy_(torch.randn_like(norm.bias) * 0.3)
            norm.train()
            norm.momentum = 0.5
        for _ in range(8):
            module(batch)


class Branches(nn.Module):
    """Two branches, one through a bottleneck, joined by concatenation; followed by a residual block."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 6, 3, padding=1), nn.ReLU(inplace=True))
        self.direct = nn.Conv2d(6, 4, 1)
        self.narrow = nn.Conv2d(6, 3, 1)
        self.wide = nn.Conv2d(3, 5, 3, padding=1)
        self.mixed = nn.ReLU(inplace=True)
        self.first = nn.Conv2d(9, 9, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(9)
        self.head = nn.Linear(9, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        x = self.mixed(torch.cat([self.direct(x), self.wide(functional.relu(self.narrow(x)))], 1))
        y = self.norm(self.first(x))
        y += x
        y = functional.relu(y, inplace=True)
        scores: Tensor = self.head(functional.dropout(y, 0.5, self.training).mean((2, 3)))
        return scores
