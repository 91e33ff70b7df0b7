"""Counting by brute force, in float64 and plain loops, from hooks on the unmodified network: the reference."""

import copy
from dataclasses import dataclass
from typing import Any

import numpy
import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass
class Received:
    """What one convolution received for one picture, its weight, and what scales its targets afterwards."""

    source: Tensor
    weight: Tensor
    module: Any
    scale: Tensor | None = None

    @property
    def kernel(self) -> Tensor:
        """(T, S / groups, h, w) float64, the norm after it folded in."""
        weight = self.weight.double()
        kernel = weight if weight.dim() == 4 else weight[:, :, None, None]
        return kernel if self.scale is None else kernel * self.scale.double().view(-1, 1, 1, 1)


def listen(network: nn.Module, picture: Tensor) -> dict[str, Received]:
    """Run one picture (1, 3, h, w) through a copy of a network; module path -> what its convolution received."""
    twin = copy.deepcopy(network).eval()
    received: dict[str, Received] = {}
    made: dict[int, tuple[str, Tensor]] = {}  # id of a convolution's result -> its path; holds the tensor, so ids stay
    scales: dict[str, Any] = {
        path: part.layer_scale for path, part in twin.named_modules() if type(part).__name__ == "CNBlock"
    }

    def before(path: str, module: Any, inputs: tuple[Tensor, ...]) -> None:
        if isinstance(module, nn.BatchNorm2d):
            if id(inputs[0]) in made:
                norm = received[made[id(inputs[0])][0]]
                assert module.running_var is not None
                norm.scale = module.weight.double() / torch.sqrt(module.running_var.double() + module.eps)
            return
        received[path] = Received(inputs[0].clone(), module.weight, module, scales.get(path.removesuffix(".block.5")))

    def after(path: str, output: Tensor) -> None:
        made[id(output)] = (path, output)

    for path, module in twin.named_modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            module.register_forward_pre_hook(lambda m, x, path=path: before(path, m, x))
            module.register_forward_hook(lambda m, x, y, path=path: after(path, y))
        elif isinstance(module, nn.BatchNorm2d):
            module.register_forward_pre_hook(lambda m, x, path=path: before(path, m, x))
    with torch.no_grad():
        twin(picture)
    return received


def maps(received: Received) -> Tensor:
    """(T, S / groups, positions) float64: the convolution of each source map with its slice of the kernel."""
    x, module = received.source.double(), received.module
    if isinstance(module, nn.Linear):
        x = x.movedim(-1, 1).reshape(x.shape[0], x.shape[-1], -1, 1)
        module = nn.Conv2d(1, 1, 1)
    if hasattr(module, "static_padding"):
        x = module.static_padding(x)
    stride, padding, dilation, groups = module.stride, module.padding, module.dilation, module.groups
    kernel = received.kernel
    x = functional.pad(x, (padding[1], padding[1], padding[0], padding[0]))[0]
    targets, sources, high, wide = kernel.shape
    rows = (x.shape[1] - dilation[0] * (high - 1) - 1) // stride[0] + 1
    columns = (x.shape[2] - dilation[1] * (wide - 1) - 1) // stride[1] + 1
    answer = torch.zeros(targets, sources, rows, columns, dtype=torch.float64)
    per_group = targets // groups
    for group in range(groups):
        mine = x[group * sources : (group + 1) * sources]
        part = slice(group * per_group, (group + 1) * per_group)
        for v in range(high):
            for h in range(wide):
                seen = mine[:, v * dilation[0] :: stride[0], h * dilation[1] :: stride[1]][:, :rows, :columns]
                answer[part] += kernel[part, :, v, h, None, None] * seen
    return answer.flatten(2)


def influences(received: Received, measure: str = "max") -> Tensor:
    """(T, S / groups) float64"""
    values = maps(received)
    if measure == "max":
        return values.amax(2)
    return values.sum(2) if measure == "sum" else values.square().sum(2).sqrt()


def largest(values: Tensor, top: int) -> Tensor:
    """(T, S) int32: one for each of the `top` largest positive values of a row, ties to the lower index."""
    taken = numpy.zeros(values.shape, dtype=numpy.int32)
    table = values.numpy()
    order = numpy.argsort(-table, axis=1, kind="stable")[:, :top]
    for target, sources in enumerate(order):
        taken[target, sources[table[target, sources] > 0]] = 1
    return torch.from_numpy(taken)


def by_mass(values: Tensor, share: float) -> Tensor:
    """(T, S) int32: one for each of the largest positive values of a row until they sum to `share` of it."""
    taken = torch.zeros(values.shape, dtype=torch.int32)
    for target, row in enumerate(values.tolist()):
        positive = sorted((-value, source) for source, value in enumerate(row) if value > 0)
        total, mass = sum(-value for value, _ in positive), 0.0
        for value, source in positive:
            if mass >= share * total:
                break
            taken[target, source] = 1
            mass -= value
    return taken
