"""The network inside what people wrap around one, or around its parts; and a copy of it to work with."""

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from ingest.errors import NetworkRefused
from ingest.tracing.operations import Value
from queries.errors import first_line
from queries.records import Record

Part = TypeVar("Part")


def unwrapped(network: nn.Module) -> nn.Module:
    """The network without torch.compile, DataParallel and DistributedDataParallel around it or around parts of it.

    Returns what it is given if there are no wrappers, and a copy if there are some inside.
    """
    network = _inner(network)
    without: dict[int, object] = {}  # by id of a wrapper: a copy of what it wraps
    for part in reversed(list(network.modules())):  # innermost wrappers first
        if (inner := _inner(part)) is not part:
            without[id(part)] = _copied(inner, without)
    return _copied(network, without) if without else network


def twin_of(network: nn.Module) -> nn.Module:
    """A copy on the CPU in evaluation mode and single precision, without gradients; other precisions are cast.

    Raises NetworkRefused for a network that cannot be copied.
    """
    twin = _copied(network, {}).cpu()
    twin._apply(_in_single_precision)  # type: ignore[no-untyped-call]
    return twin.eval().requires_grad_(False)


@contextmanager
def unchanged(network: nn.Module) -> Iterator[None]:
    """Undoes, when the block ends, what a forward pass has changed: attributes that it assigned, as pruning does, and
    buffers that it wrote to. Tensors that torch.fx has added as constants stay.
    """
    kept = [
        (module, dict(vars(module)), dict(module._parameters), dict(module._buffers)) for module in network.modules()
    ]
    values = {buffer: buffer.clone() for buffer in network.buffers()}
    try:
        yield
    finally:
        for module, attributes, parameters, buffers in kept:
            added = {name: value for name, value in vars(module).items() if name.startswith("_tensor_constant")}
            _restore(vars(module), added | attributes)
            _restore(module._parameters, parameters)
            _restore(module._buffers, buffers)
        with torch.inference_mode():
            for buffer, value in values.items():
                buffer.copy_(value)


def _restore(now: dict[str, Part], before: dict[str, Part]) -> None:
    now.clear()
    now.update(before)


class _Detaching(TorchFunctionMode):
    """Copies tensors with a history, which torch refuses to: a pruned module's weight, features that a hook kept."""

    def __torch_function__(
        self, func: Callable[..., Value], types: object, args: Sequence[Value] = (), kwargs: Record | None = None
    ) -> Value:
        if func is Tensor.__deepcopy__ and not args[0].is_leaf:
            return args[1].setdefault(id(args[0]), args[0].detach().clone())
        return func(*args, **(kwargs or {}))


def _copied(network: nn.Module, known: dict[int, object]) -> nn.Module:
    """known: by id, copies that are there already; copies made now are added"""
    try:
        with _Detaching():
            twin: nn.Module = copy.deepcopy(network, known)
            return twin
    except Exception as error:  # any attribute of the user's own may refuse to be copied
        raise NetworkRefused(
            f"{type(network).__name__} cannot be copied: {first_line(error):.160}; expected modules that copy.deepcopy "
            "accepts, without open files, locks and connections among their attributes"
        ) from error


def _in_single_precision(values: Tensor) -> Tensor:
    if values.is_complex():
        return values.to(torch.complex64)
    return values.to(torch.float32) if values.is_floating_point() else values


def _inner(network: nn.Module) -> nn.Module:
    while True:
        inner = getattr(network, "_orig_mod", None)
        if inner is None and isinstance(network, (nn.DataParallel, nn.parallel.DistributedDataParallel)):
            inner = network.module
        if not isinstance(inner, nn.Module):
            return network
        network = inner
