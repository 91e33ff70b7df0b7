"""A network as one flat graph of operations that change nothing in place.

`trace` records the forward pass with torch.fx (ingest/tracing/record.py), in evaluation mode, and checks on a probe
picture that the record computes what the network computes. Modules that torch.fx cannot look into stay opaque;
following channels through one is refused with its name (ingest/tracing/follow.py).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor, fx, nn

from ingest.network.outputs import parts_of
from ingest.tracing.guard import answer_of, refuse_another_answer, refuse_unsteady
from ingest.tracing.operations import Operation, Value
from ingest.tracing.record import attribute, record
from ingest.tracing.rewrite import remove_checks, silence_dropout, undo_in_place, undo_probabilities
from ingest.tracing.unwrap import twin_of, unchanged

SIZES = (int, float, str, type(None), slice, torch.Size, torch.dtype, torch.device, torch.layout, torch.memory_format)


@dataclass(frozen=True)
class Traced:
    """The flat graph of a network.

    module    runs the graph; parameters have the network's own values
    calls     module path -> the nodes that hold its results, one per call (two for "relu" in a residual block)
    facts     node -> what it evaluated to for one picture: tensors as shapes without data (device "meta")
    pictured  the nodes whose value depends on the picture
    opaque    path of each module that could not be entered -> why
    notes     sentences on what was changed so that it can be counted
    undone    "softmax" or "sigmoid" for each that the network's answer went through
    """

    module: fx.GraphModule
    calls: dict[str, list[fx.Node]]
    facts: dict[fx.Node, Value]
    pictured: set[fx.Node]
    opaque: dict[str, str]
    notes: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()

    def operation(self, node: fx.Node) -> Operation:
        """What a node does: an nn.Module, a function, or the name of a tensor's method."""
        return self._parts[str(node.target)] if node.op == "call_module" else node.target

    @cached_property
    def _parts(self) -> dict[str, nn.Module]:
        return dict(self.module.named_modules(remove_duplicate=False))

    def constant(self, node: object) -> Value:
        """What a node or an argument evaluates to if it does not depend on the picture, else None."""
        if not isinstance(node, fx.Node):
            return node
        if node in self.pictured:
            return None
        with torch.inference_mode():
            return self.evaluate(node, self.constant)

    def evaluate(self, node: fx.Node, value_of: Callable[[fx.Node], Value]) -> Value:
        """What a node computes from the values of the nodes it reads."""
        if node.op == "get_attr":
            return attribute(self.module, str(node.target))
        args, kwargs = fx.map_arg((node.args, node.kwargs), value_of)
        operation = self.operation(node)
        if isinstance(operation, str):
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

    The network itself is not changed. Costs five forward passes.
    """
    twin = twin_of(network)
    expected = answer_of(twin, probe)
    with unchanged(twin):
        recorded = record(twin, probe)
    module = fx.GraphModule(twin, recorded.graph)
    undo_in_place(module, recorded.memory)
    remove_checks(module.graph)
    module.recompile()
    refuse_another_answer(twin, module, recorded.calls, probe, expected)
    pictures = [node for node in module.graph.nodes if node.op == "placeholder"]
    pictured = reached(pictures, lambda node: node.users)
    silenced, undone = silence_dropout(module, pictured), undo_probabilities(module, recorded.facts)
    module.graph.lint()
    module.recompile()
    alive = set(module.graph.nodes)
    called = {path: [node for node in nodes if node in alive] for path, nodes in recorded.calls.items()}
    calls = {path: nodes for path, nodes in called.items() if nodes}
    notes = [
        f"{type(network).__name__} ends in a {name}; what it reads is taken for the class scores"
        for name in dict.fromkeys(undone)
    ]
    traced = Traced(module, calls, recorded.facts, pictured, recorded.opaque, tuple(notes), tuple(undone))
    if silenced:
        places = dict.fromkeys(traced.where(node) or "the network itself" for node in silenced)
        note = (
            f"dropout is on in evaluation mode in {', '.join(places)}; it is turned off, as counts must not be random"
        )
        traced = replace(traced, notes=(*notes, note))
    refuse_unsteady(module, traced.where, probe)
    return traced


def logits_of(answer: object) -> Tensor:
    """The first tensor in what a network returns."""
    return next(iter(parts_of(answer).values()))


def is_map(fact: Value) -> bool:
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
