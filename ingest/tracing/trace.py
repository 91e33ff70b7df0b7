"""A network as one flat graph of operations that change nothing in place.

`trace` records the forward pass with torch.fx (ingest/tracing/record.py), in evaluation mode, and checks on a probe
picture that the record computes what the network computes. Modules that torch.fx cannot look into stay opaque;
following channels through one is refused with its name (ingest/tracing/follow.py).
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx, nn

from ingest.errors import NetworkRefused
from ingest.network.outputs import parts_of
from ingest.tracing.record import attribute, record
from ingest.tracing.rewrite import remove_checks, silence_dropout, undo_in_place
from ingest.tracing.unwrap import twin_of
from queries.errors import first_line

OTHER_CHANNELS = re.compile(r"to have (\d+) channels, but got 3 channels")  # what a convolution says of its input
SIZES = (int, float, str, type(None), slice, torch.Size, torch.dtype, torch.device, torch.layout, torch.memory_format)
BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm)


@dataclass(frozen=True)
class Traced:
    """The flat graph of a network.

    module    runs the graph; parameters have the network's own values
    calls     module path -> the nodes that hold its results, one per call (two for "relu" in a residual block)
    facts     node -> what it evaluated to for one picture: tensors as shapes without data (device "meta")
    pictured  the nodes whose value depends on the picture
    opaque    path of each module that could not be entered -> why
    """

    module: fx.GraphModule
    calls: dict[str, list[fx.Node]]
    facts: dict[fx.Node, Any]
    pictured: set[fx.Node]
    opaque: dict[str, str]

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
        with torch.inference_mode():
            return self.evaluate(node, self.constant)

    def evaluate(self, node: fx.Node, value_of: Callable[[fx.Node], Any]) -> Any:
        """What a node computes from the values of the nodes it reads."""
        if node.op == "get_attr":
            return attribute(self.module, str(node.target))
        args, kwargs = fx.map_arg((node.args, node.kwargs), value_of)
        operation = self.operation(node)
        if node.op == "call_method":
            return getattr(args[0], operation)(*args[1:], **kwargs)
        return operation(*args, **kwargs)

    def readers(self, node: fx.Node) -> list[fx.Node]:
        """The nodes that read a node's data; one that only asks for its shape is none of them."""
        return [user for user in node.users if user.op == "output" or is_map(self.facts[user])]

    def where(self, node: fx.Node) -> str:
        """The module that a node belongs to, "" for the network itself."""
        if node.op == "call_module":
            return str(node.target)
        stack = list((node.meta.get("nn_module_stack") or {}).values())
        return str(stack[-1][0]) if stack else ""


def trace(network: nn.Module, probe: Tensor) -> Traced:
    """The graph of a network in evaluation mode; `probe` is one picture (1, 3, height, width) of its input size.

    The network itself is not changed. Costs three forward passes.
    """
    twin = twin_of(network)
    _refuse_batch_statistics(twin)
    try:
        expected = _answer(twin, probe)
    except Exception as error:  # the network's own code can raise anything
        raise NetworkRefused(_not_accepted(network, probe, error)) from error
    _refuse_training(twin)
    recorded = record(twin, probe)
    module = fx.GraphModule(twin, recorded.graph)
    undo_in_place(module)
    remove_checks(module.graph)
    module.recompile()
    if (difference := _difference(expected, _answer(module, probe))) is not None:
        raise NetworkRefused(
            f"{_first_that_differs(twin, module, recorded.calls, probe) or type(network).__name__} computes something "
            f"else when traced (scores differ by up to {difference:.3g}); its forward pass must not change tensors "
            "that have views, nor choose their precision by torch.autocast"
        )
    pictures = [node for node in module.graph.nodes if node.op == "placeholder"]
    pictured = reached(pictures, lambda node: node.users)
    silence_dropout(module, pictured)
    module.graph.lint()
    module.recompile()
    alive = set(module.graph.nodes)
    called = {path: [node for node in nodes if node in alive] for path, nodes in recorded.calls.items()}
    calls = {path: nodes for path, nodes in called.items() if nodes}
    traced = Traced(module, calls, recorded.facts, pictured, recorded.opaque)
    _refuse_random(traced, probe)
    return traced


def logits_of(answer: Any) -> Tensor:
    """The first tensor in what a network returns."""
    return next(iter(parts_of(answer).values()))


def _refuse_batch_statistics(network: nn.Module) -> None:
    for path, module in network.named_modules():
        if isinstance(module, BATCH_NORMS) and module.running_var is None:
            raise NetworkRefused(
                f"{path} normalises by the statistics of the batch, so a picture's activations would depend on the "
                "other pictures; expected batch norm with running statistics"
            )


def _refuse_training(network: nn.Module) -> None:
    """Raises NetworkRefused where a forward pass has left evaluation mode."""
    for path, module in network.named_modules():
        if module.training:
            raise NetworkRefused(
                f"{path or 'the network itself'} ({type(module).__name__}) is in training mode after a forward pass, "
                "though it was set to evaluation mode; its forward pass must not call .train()"
            )


def _refuse_random(traced: Traced, probe: Tensor) -> None:
    """Raises NetworkRefused with the module where a forward pass draws random numbers."""
    drawing: list[fx.Node] = []

    class Watched(fx.Interpreter):
        def run_node(self, n: fx.Node) -> Any:
            before = torch.random.get_rng_state()
            value = super().run_node(n)
            if not torch.equal(before, torch.random.get_rng_state()):
                drawing.append(n)
            return value

    with torch.random.fork_rng(devices=[]), torch.inference_mode():
        Watched(traced.module).run(probe.clone())
    if drawing:
        raise NetworkRefused(
            f"{traced.where(drawing[0]) or 'the network itself'} draws random numbers in evaluation mode "
            f"({drawing[0].name}), so a picture's activations would differ from run to run; expected the same answer "
            "every time"
        )


def _answer(module: nn.Module, probe: Tensor) -> list[Tensor]:
    with torch.random.fork_rng(devices=[]), torch.inference_mode():
        torch.manual_seed(0)
        return [part.clone() for part in parts_of(module(probe.clone())).values()]


def _not_accepted(network: nn.Module, probe: Tensor, error: Exception) -> str:
    """Why a network cannot run on a picture, and what to do about it, in one sentence."""
    quantized = [path for path, part in network.named_modules() if "quantized" in type(part).__module__]
    if quantized:
        remedy = f"{quantized[0]} is quantized: count the network as it was before, with weights in float32"
    elif isinstance(error, TypeError) and "argument" in str(error):
        remedy = "wrap it in a module whose forward pass takes pictures alone"
    elif found := OTHER_CHANNELS.search(str(error)):
        remedy = f"pictures have 3 channels: wrap it in a module that makes {found[1]} of them before it calls it"
    else:
        remedy = "expected a network of one batch of pictures, of this side (--size sets another)"
    shape = tuple(probe.shape)
    return f"{type(network).__name__} does not accept pictures of shape {shape}: {first_line(error):.160}; {remedy}"


def _difference(expected: list[Tensor], found: list[Tensor]) -> float | None:
    """By how much two answers differ; None where that is rounding."""
    for before, after in zip(expected, found, strict=True):
        if not _alike(before, after):
            return float((before.float() - after.float()).abs().max()) if before.shape == after.shape else math.inf
    return None


def _alike(one: Tensor, other: Tensor) -> bool:
    one, other = one.float(), other.float()
    scale = float(one.nan_to_num(0, 0, 0).abs().max()) if one.numel() else 0.0
    return one.shape == other.shape and torch.allclose(one, other, rtol=1e-4, atol=1e-4 * scale, equal_nan=True)


def _first_that_differs(
    network: nn.Module, module: fx.GraphModule, calls: dict[str, list[fx.Node]], probe: Tensor
) -> str:
    """Path of the first module whose result is another one in the graph; "" if none is. Costs two forward passes."""
    values: dict[fx.Node, Any] = {}

    class Kept(fx.Interpreter):
        def run_node(self, n: fx.Node) -> Any:
            values[n] = super().run_node(n)
            return values[n]

    differing: list[str] = []
    uses = Counter[str]()

    def compare(path: str, result: Any) -> None:
        nodes, call = calls.get(path, []), uses[path]
        uses[path] += 1
        node = nodes[call] if call < len(nodes) else None
        if isinstance(result, Tensor) and node in values and not _alike(result, values[node]):
            differing.append(path)

    with torch.random.fork_rng(devices=[]), torch.inference_mode(), ExitStack() as hooks:
        torch.manual_seed(0)
        Kept(module, garbage_collect_values=False).run(probe.clone())
        for path, part in network.named_modules():
            hook = part.register_forward_hook(lambda _m, _x, result, path=path: compare(path, result))
            hooks.callback(hook.remove)
        torch.manual_seed(0)
        network(probe.clone())
    return next(iter(differing), "")


def is_map(fact: Any) -> bool:
    """Whether a value can hold what a picture shows: all but numbers and the like, alone or in a tuple or list."""
    return any(map(is_map, fact)) if type(fact) in (tuple, list) else not isinstance(fact, SIZES)


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
