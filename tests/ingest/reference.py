"""Counting by brute force, in float64 and plain loops, from what the unmodified network calls: the reference.

No graph is recorded here. The network runs as it is; every call of a convolution is overheard where PyTorch itself
starts it, with the tensors and arguments it really gets, whichever class, hook or parametrization made them.
"""

import copy
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

PRODUCTS = (torch.mul, torch.Tensor.mul, torch.Tensor.mul_, torch.Tensor.__mul__, torch.Tensor.__imul__)


@dataclass
class Received:
    """What one convolution received for one picture, its weight, and what scales its targets afterwards.

    source  as the call got it, padded in its mode if that is not zeros
    kernel  (T, S / groups, h, w) float64, without what follows
    """

    source: Tensor
    kernel: Tensor
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int, int, int] = (0, 0, 0, 0)
    dilation: tuple[int, int] = (1, 1)
    groups: int = 1

    @classmethod
    def of(cls, source: Tensor, weight: Tensor, module: nn.Conv2d) -> "Received":
        """What a plain convolution with another weight receives."""
        padding = _both(module.padding)
        stride, dilation = _both(module.stride), _both(module.dilation)
        sides = (padding[1], padding[1], padding[0], padding[0])
        return cls(source, weight.double(), stride, sides, dilation, module.groups)


class _Ear(TorchFunctionMode):
    """Overhears convolutions, and the norms and constant factors that are applied to their results."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.received: dict[str, Received] = {}
        self.made: dict[int, tuple[str, Tensor]] = {}  # by id of a result; holds it, so ids stay
        self.calls: Counter[str] = Counter()
        self.inside = [""]
        for path, module in network.named_modules():
            module.register_forward_pre_hook(lambda _m, _x, path=path: self.inside.append(path))
            module.register_forward_hook(lambda _m, _x, _y: self.leave(), always_call=True)

    def leave(self) -> None:
        self.inside.pop()

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        heard = _convolution(func, args, kwargs)
        before = self.made.get(id(args[0])) if args else None
        result = func(*args, **kwargs)
        if heard is not None:
            self.calls[self.inside[-1]] += 1
            at = self.calls[self.inside[-1]]
            name = self.inside[-1] + (f"@{at}" if at > 1 else "")
            self.received[name], self.made[id(result)] = heard, (name, result)
        elif before is not None and (factor := _factor(func, args, kwargs)) is not None:
            of = self.received[before[0]]
            self.received[before[0]] = replace(of, kernel=of.kernel * factor.view(-1, 1, 1, 1))
            self.made[id(result)] = (before[0], result)
        return result


def listen(network: nn.Module, picture: Tensor) -> dict[str, Received]:
    """Run one picture (1, 3, h, w) through a copy of a network; module path -> what its convolution received.

    The second convolution that a module computes is "path@2".
    """
    shared = {id(tensor): tensor for tensor in (*network.parameters(), *network.buffers())}
    twin = copy.deepcopy(network, shared).eval()
    ear = _Ear(twin)
    with torch.no_grad(), ear:
        twin(picture)
    return ear.received


def _convolution(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Received | None:
    if func is functional.linear:
        given = dict(zip(("input", "weight", "bias"), args, strict=False)) | kwargs
        x = given["input"].clone()
        return Received(
            x.movedim(-1, 1).reshape(len(x), x.shape[-1], -1, 1), given["weight"].double()[:, :, None, None]
        )
    if func is torch.conv1d:
        return _in_line(args, kwargs)
    if func is not torch.conv2d:
        return None
    names = ("input", "weight", "bias", "stride", "padding", "dilation", "groups")
    given = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1} | dict(zip(names, args, strict=False)) | kwargs
    dilation, (high, wide) = _both(given["dilation"]), given["weight"].shape[2:]
    if given["padding"] == "same":
        x, y = dilation[1] * (wide - 1), dilation[0] * (high - 1)
        padding = (x // 2, x - x // 2, y // 2, y - y // 2)
    else:
        y, x = (0, 0) if given["padding"] == "valid" else _both(given["padding"])
        padding = (x, x, y, y)
    weight = given["weight"].detach().double().clone()
    return Received(given["input"].clone(), weight, _both(given["stride"]), padding, dilation, int(given["groups"]))


def _in_line(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Received:
    """A convolution in one dimension. One of a single kernel runs along the channels, as in ECA's gate."""
    names = ("input", "weight", "bias", "stride", "padding", "dilation", "groups")
    given = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1} | dict(zip(names, args, strict=False)) | kwargs
    x, weight = given["input"].clone(), given["weight"].detach().double()
    if given["padding"] == "same":
        given["padding"] = (weight.shape[2] - 1) // 2
    stride, dilation, padding = (_both(given[name])[0] for name in ("stride", "dilation", "padding"))
    if weight.shape[:2] != (1, 1):
        sides = (0, 0, padding, padding)
        return Received(x[..., None], weight[..., None], (stride, 1), sides, (dilation, 1), int(given["groups"]))
    channels, length = x.shape[2], weight.shape[2]
    targets = (channels + 2 * padding - dilation * (length - 1) - 1) // stride + 1
    kernel = torch.zeros(targets, channels, 1, 1, dtype=torch.float64)
    for target in range(targets):
        for tap in range(length):
            source = target * stride + tap * dilation - padding
            if 0 <= source < channels:
                kernel[target, source] += weight[0, 0, tap]
    return Received(x.movedim(2, 1)[..., None], kernel)


def _factor(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor | None:
    """(T,) or one number: what a call multiplies each channel of a convolution's result by, if that is all it does."""
    if func is functional.batch_norm:
        names = ("input", "mean", "var", "weight", "bias", "training", "momentum", "eps")
        given = {"eps": 1e-5, "weight": None} | dict(zip(names, args, strict=False))
        given |= {"var" if key == "running_var" else key: value for key, value in kwargs.items()}
        root: Tensor = torch.sqrt(given["var"].double() + given["eps"])
        return 1 / root if given["weight"] is None else given["weight"].double() / root
    if func in PRODUCTS and not kwargs and isinstance(args[1], (nn.Parameter, float)):
        return torch.as_tensor(args[1]).detach().double().flatten()
    return None


def _both(value: Any) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else (int(value[0]), int(value[-1]))


def maps(received: Received, targets: Tensor) -> Tensor:
    """(targets, S / groups, positions) float64: the convolution of each source map with its slice of the kernel."""
    x = functional.pad(received.source.double(), received.padding)[0]
    stride, dilation, kernel = received.stride, received.dilation, received.kernel[targets]
    sources, high, wide = kernel.shape[1:]
    rows = (x.shape[1] - dilation[0] * (high - 1) - 1) // stride[0] + 1
    columns = (x.shape[2] - dilation[1] * (wide - 1) - 1) // stride[1] + 1
    by_group = x.view(received.groups, sources, *x.shape[1:])
    per_group = len(received.kernel) // received.groups
    mine = by_group if received.groups == 1 else by_group[targets // per_group]
    answer = torch.zeros(len(targets), sources, rows, columns, dtype=torch.float64)
    for v in range(high):
        for h in range(wide):
            seen = mine[:, :, v * dilation[0] :: stride[0], h * dilation[1] :: stride[1]][..., :rows, :columns]
            answer.addcmul_(kernel[:, :, v, h, None, None], seen)
    return answer.flatten(2)


def turned(received: Received, over: Tensor | None) -> Received:
    """The same for the targets of which a norm further up turns the sign, (T,) bool; None for none."""
    if over is None:
        return received
    return replace(received, kernel=received.kernel * (1 - 2 * over.double())[:, None, None, None])


def influences(received: Received, measure: str = "max", targets: Tensor | None = None) -> Tensor:
    """(T, S / groups) float64, or its rows for some targets"""
    values = maps(received, torch.arange(len(received.kernel)) if targets is None else targets)
    if measure == "max":
        return values.amax(2)
    return values.sum(2) if measure == "sum" else values.square().sum(2).sqrt()


def largest(values: Tensor, top: int) -> Tensor:
    """(T, S) int32: one for each of the `top` largest positive values of a row, ties to the lower index."""
    table = values.numpy()
    top = min(top, table.shape[1])
    least = numpy.partition(table, -top, axis=1)[:, -top, None]
    above, level = table > least, table == least
    free = top - above.sum(1, keepdims=True, dtype=numpy.int32)
    taken = (above | (level & (level.cumsum(1, dtype=numpy.int32) <= free))) & (table > 0)
    return torch.from_numpy(taken.astype(numpy.int32))


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
