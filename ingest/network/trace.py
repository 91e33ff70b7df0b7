"""A network as one flat graph of operations that change nothing in place.

`trace` records the forward pass with torch.fx, in evaluation mode, and checks on a probe picture that the record
computes what the network computes. Modules that torch.fx cannot look into stay opaque; following channels through one
is refused with its name (ingest/network/follow.py).
"""

import copy
import operator
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.nn import functional

from ingest.errors import NetworkRefused
from ingest.network.outputs import parts_of

OUT_OF_PLACE: dict[Callable[..., Any], Callable[..., Any]] = {
    operator.iadd: operator.add,
    operator.isub: operator.sub,
    operator.imul: operator.mul,
    operator.itruediv: operator.truediv,
    torch.relu_: torch.relu,
}
IN_PLACE_AT: dict[Any, int] = {  # the position of a functional's argument `inplace`
    functional.relu: 1,
    functional.relu6: 1,
    functional.silu: 1,
    functional.hardswish: 1,
    functional.dropout: 3,
}
BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm)


@dataclass(frozen=True)
class Traced:
    """The flat graph of a network.

    module    runs the graph; parameters have the network's own values
    calls     module path -> the nodes that hold its results, one per call (two for "relu" in a residual block)
    facts     node -> what it evaluated to for one picture: tensors as shapes without data (device "meta")
    pictured  the nodes whose value depends on the picture
    """

    module: fx.GraphModule
    calls: dict[str, list[fx.Node]]
    facts: dict[fx.Node, Any]
    pictured: set[fx.Node]

    def operation(self, node: fx.Node) -> Any:
        """What a node does: an nn.Module, a function, or the name of a tensor's method."""
        if node.op == "call_module":
            return self.module.get_submodule(str(node.target))
        return node.target

    def constant(self, node: Any) -> Any:
        """What a node or an argument evaluates to if it does not depend on the picture, else None."""
        if not isinstance(node, fx.Node):
            return node
        if node in self.pictured:
            return None
        if node.op == "get_attr":
            value: Any = self.module
            for part in str(node.target).split("."):
                value = getattr(value, part)
            return value
        args, kwargs = fx.map_arg((node.args, node.kwargs), self.constant)
        operation = self.operation(node)
        with torch.inference_mode():
            if node.op == "call_method":
                return getattr(args[0], operation)(*args[1:], **kwargs)
            return operation(*args, **kwargs)

    def where(self, node: fx.Node) -> str:
        """The module that a node belongs to, "" for the network itself."""
        if node.op == "call_module":
            return str(node.target)
        stack = list((node.meta.get("nn_module_stack") or {}).values())
        return str(stack[-1][0]) if stack else ""


def trace(network: nn.Module, probe: Tensor) -> Traced:
    """The graph of a network in evaluation mode; `probe` is one picture (1, 3, height, width) of its input size.

    The network itself is not changed. Costs two forward passes.
    """
    twin = copy.deepcopy(network).eval().requires_grad_(False)
    _refuse_batch_statistics(twin)
    graph, calls = _record(twin)
    module = fx.GraphModule(twin, graph)
    try:
        expected = _answer(twin, probe)
    except Exception as error:  # the network's own code can raise anything
        name = type(network).__name__
        raise NetworkRefused(f"{name} does not accept pictures of shape {tuple(probe.shape)}: {error}") from error
    _undo_in_place(module)
    _same(expected, _answer(module, probe), network)
    _silence_dropout(module)
    module.graph.lint()
    module.recompile()
    pictures = [node for node in module.graph.nodes if node.op == "placeholder"]
    return Traced(module, calls, _facts(module, probe), reached(pictures, lambda node: node.users))


def logits_of(answer: Any) -> Tensor:
    """The first tensor in what a network returns."""
    return next(iter(parts_of(answer).values()))


class _Recorder(fx.Tracer):
    """torch.fx's tracer that also records which node holds each module's result, and where it failed."""

    def __init__(self, opaque: set[str]) -> None:
        super().__init__()
        self.opaque = opaque
        self.calls: dict[str, list[fx.Node]] = {}
        self.open: list[str] = []

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return module_qualified_name in self.opaque or super().is_leaf_module(m, module_qualified_name)

    def call_module(
        self, m: nn.Module, forward: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        path = self.path_of_module(m)
        self.open.append(path)  # stays in the list if the call fails
        result = super().call_module(m, forward, args, kwargs)
        self.open.pop()
        if isinstance(result, fx.Proxy):
            self.calls.setdefault(path, []).append(result.node)
        return result


def _record(network: nn.Module) -> tuple[fx.Graph, dict[str, list[fx.Node]]]:
    opaque: set[str] = set()
    while True:
        recorder = _Recorder(opaque)
        try:
            return recorder.trace(network), recorder.calls
        except Exception as error:  # the network's own code can raise anything
            stuck = recorder.open[-1] if recorder.open else ""
            if not stuck or stuck in opaque:
                name = f"{type(network).__name__}{': ' + stuck if stuck else ''}"
                raise NetworkRefused(
                    f"{name} cannot be traced: {error}; its forward pass must not branch on the values of tensors"
                ) from error
            opaque.add(stuck)


def _refuse_batch_statistics(network: nn.Module) -> None:
    for path, module in network.named_modules():
        if isinstance(module, BATCH_NORMS) and module.running_var is None:
            raise NetworkRefused(
                f"{path} normalises by the statistics of the batch, so a picture's activations would depend on the "
                "other pictures; expected batch norm with running statistics"
            )


def _undo_in_place(module: fx.GraphModule) -> None:
    """Make every operation return a new tensor; later readers of an overwritten tensor now read the new one."""
    in_place = [part for part in module.modules() if getattr(part, "inplace", False)]
    order = {node: at for at, node in enumerate(module.graph.nodes)}
    for node in module.graph.nodes:
        overwritten = _overwrites(module, node)
        if overwritten is not None:
            for user in [user for user in overwritten.users if order[user] > order[node]]:
                user.replace_input_with(overwritten, node)
    for part in in_place:
        setattr(part, "inplace", False)  # noqa: B010  a module's attributes are typed as tensors
    module.recompile()


def _overwrites(module: fx.GraphModule, node: fx.Node) -> fx.Node | None:
    """The node whose tensor this one changes, or None; functions and methods are replaced by out-of-place ones."""
    first = node.args[0] if node.args and isinstance(node.args[0], fx.Node) else None
    if node.op == "call_module":
        return first if getattr(module.get_submodule(str(node.target)), "inplace", False) else None
    if node.op == "call_method" and str(node.target).endswith("_") and not str(node.target).endswith("__"):
        node.target = str(node.target).removesuffix("_")
        return first
    if node.op == "call_function" and node.target in OUT_OF_PLACE:
        node.target = OUT_OF_PLACE[node.target]
        return first
    return first if node.op == "call_function" and _clear_in_place(node) else None


def _clear_in_place(node: fx.Node) -> bool:
    """Set a functional's `inplace` to False; returns whether it was set."""
    if node.kwargs.get("inplace") is True:
        node.kwargs = {**node.kwargs, "inplace": False}
        return True
    at = IN_PLACE_AT.get(node.target)
    if at is not None and node.args[at : at + 1] == (True,):
        node.args = (*node.args[:at], False, *node.args[at + 1 :])
        return True
    return False


def _silence_dropout(module: fx.GraphModule) -> None:
    """Turn off `functional.dropout(x)`, whose `training` defaults to True even in evaluation mode."""
    dropouts = {functional.dropout, functional.dropout1d, functional.dropout2d, functional.dropout3d}
    for node in module.graph.nodes:
        if node.op == "call_function" and node.target in dropouts:
            node.args, node.kwargs = node.args[:1], {"training": False}
        if node.op == "call_function" and node.target is functional.batch_norm and _trains(node):
            raise NetworkRefused(
                f"{node.name} calls batch_norm with training=True, so a picture's activations would depend on the "
                "other pictures; expected batch norm with running statistics"
            )


def _trains(node: fx.Node) -> bool:
    return bool(node.kwargs.get("training", node.args[5] if len(node.args) > 5 else False))


def _answer(module: nn.Module, probe: Tensor) -> list[Tensor]:
    with torch.random.fork_rng(devices=[]), torch.inference_mode():
        torch.manual_seed(0)
        return [part.clone() for part in parts_of(module(probe.clone())).values()]


def _same(expected: list[Tensor], found: list[Tensor], network: nn.Module) -> None:
    """Raises NetworkRefused where a part of the answer differs."""
    for before, after in zip(expected, found, strict=True):
        scale = float(before.nan_to_num(0, 0, 0).abs().max())
        if not torch.allclose(before, after, rtol=1e-4, atol=1e-4 * scale, equal_nan=True):
            raise NetworkRefused(
                f"{type(network).__name__} computes other scores when traced (largest difference "
                f"{float((before - after).abs().max()):.3g}); its forward pass must not change tensors that have views"
            )


class _ShapeRecorder(fx.Interpreter):
    """Runs a graph and records the shape of every value."""

    def __init__(self, module: fx.GraphModule) -> None:
        super().__init__(module)
        self.facts: dict[fx.Node, Any] = {}

    def run_node(self, n: fx.Node) -> Any:
        value = super().run_node(n)
        self.facts[n] = _without_data(value)
        return value


def _without_data(value: Any) -> Any:
    if isinstance(value, Tensor):
        return torch.empty(value.shape, device="meta")
    if isinstance(value, torch.Size):
        return value
    if isinstance(value, (tuple, list)):
        return type(value)(_without_data(item) for item in value) if type(value) in (tuple, list) else value
    return value


def _facts(module: fx.GraphModule, probe: Tensor) -> dict[fx.Node, Any]:
    recorder = _ShapeRecorder(module)
    with torch.inference_mode():
        recorder.run(probe.clone())
    return recorder.facts


def between(start: fx.Node, end: fx.Node) -> set[fx.Node]:
    """Every node on a path from `start` to `end`, both included; empty where there is none."""
    below = reached([start], lambda node: node.users)
    above = reached([end], lambda node: node.all_input_nodes)
    return below & above


def reached(first: Iterable[fx.Node], step: Callable[[fx.Node], Iterable[fx.Node]]) -> set[fx.Node]:
    seen: set[fx.Node] = set()
    waiting = list(first)
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting.extend(step(node))
    return seen


def nodes_in_order(traced: Traced, chosen: set[fx.Node]) -> Iterator[fx.Node]:
    return (node for node in traced.module.graph.nodes if node in chosen)
