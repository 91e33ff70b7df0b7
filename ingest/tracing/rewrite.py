"""Rewriting a recorded graph so that nothing is changed in place and nothing is random."""

import inspect
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor, fx, nn
from torch.fx.node import Target
from torch.multiprocessing.reductions import StorageWeakRef
from torch.nn import functional

from ingest.errors import NetworkRefused
from ingest.tracing.operations import Value

OUT_OF_PLACE: dict[object, Callable[..., object]] = {
    operator.iadd: operator.add,
    operator.isub: operator.sub,
    operator.imul: operator.mul,
    operator.itruediv: operator.truediv,
}
DROPOUTS: set[object] = {functional.dropout, functional.dropout1d, functional.dropout2d, functional.dropout3d}
SIGMOIDS: set[object] = {nn.Sigmoid, nn.LogSigmoid, torch.sigmoid, functional.sigmoid, functional.logsigmoid, "sigmoid"}
SOFTMAXES: set[object] = {nn.Softmax, torch.softmax, functional.softmax, "softmax"}
RESHAPING: set[object] = {
    nn.Flatten, torch.flatten, torch.squeeze, torch.reshape, "flatten", "squeeze", "reshape", "view", "contiguous",
    "float", "clone", "detach",
}  # fmt: skip
CHECKS: set[object] = {torch._assert}


def remove_checks(graph: fx.Graph) -> None:
    """Remove assertions, which the record has passed, and sizes that nothing reads any more."""
    for node in reversed(graph.nodes):
        if node.op == "call_function" and node.target in CHECKS:
            graph.erase_node(node)
    graph.eliminate_dead_code()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tensor's values are in memory; it does not keep them there."""

    storage: StorageWeakRef
    items: int
    shape: tuple[tuple[int, ...], tuple[int, ...], int]  # sizes, strides, offset

    @classmethod
    def of(cls, value: object) -> tuple["Place", ...]:
        """Of each dense tensor in a value."""
        if isinstance(value, (tuple, list)):
            return tuple(place for part in value for place in cls.of(part))
        if not isinstance(value, Tensor) or value.layout is not torch.strided or value.is_meta:
            return ()
        storage = value.untyped_storage()
        shape = (tuple(value.shape), value.stride(), int(value.storage_offset()))
        reference = StorageWeakRef(storage)  # type: ignore[no-untyped-call]
        return (cls(reference, storage.nbytes() // value.element_size(), shape),)

    def overlaps(self, other: "Place") -> bool:
        if self.storage != other.storage:
            return False
        written = torch.zeros(max(self.items, other.items), dtype=torch.bool)
        written.as_strided(*self.shape).fill_(True)
        return bool(written.as_strided(*other.shape).any())


def undo_in_place(module: fx.GraphModule, memory: Mapping[fx.Node, Sequence[Place]]) -> None:
    """Make every operation return a new tensor; later readers of an overwritten tensor now read the new one.

    memory  where each node's tensors were when the graph was recorded
    Raises NetworkRefused where a part of what was overwritten is read later, through another view.
    """
    in_place = [part for part in module.modules() if getattr(part, "inplace", False)]
    order = {node: at for at, node in enumerate(module.graph.nodes)}
    sharing: dict[StorageWeakRef, dict[fx.Node, None]] = {}
    for node, places in memory.items():
        for place in places if node in order else ():
            sharing.setdefault(place.storage, {})[node] = None
    for node in module.graph.nodes:
        overwritten = _overwrites(module, node)
        if overwritten is None:
            continue
        beside = (each for place in memory.get(overwritten, ()) for each in sharing[place.storage])
        for other in dict.fromkeys([overwritten, *(each for each in beside if order[each] < order[node])]):
            later = [user for user in other.users if order[user] > order[node]]
            if later and _is_overwritten(other, overwritten, node, memory):
                for user in later:
                    user.replace_input_with(other, node)
    for part in in_place:
        setattr(part, "inplace", False)  # noqa: B010  a module's attributes are typed as tensors
    module.recompile()


def _is_overwritten(
    other: fx.Node, overwritten: fx.Node, by: fx.Node, memory: Mapping[fx.Node, Sequence[Place]]
) -> bool:
    """Whether a node holds the very tensor that is overwritten, such as what an identity has returned."""
    if other is overwritten or [each.shape for each in memory[other]] == [each.shape for each in memory[overwritten]]:
        return True
    if any(one.overlaps(place) for one in memory[overwritten] for place in memory[other]):
        raise NetworkRefused(
            f"{_where(by)} overwrites a part of a tensor ({by.name}) that is read as {other.name} later; its forward "
            "pass must consist of operations that return new tensors, such as torch.cat and torch.where"
        )
    return False


def _where(node: fx.Node) -> str:
    stack = list((node.meta.get("nn_module_stack") or {}).values())
    return str(stack[-1][0]) if stack else "the network itself"


def _overwrites(module: fx.GraphModule, node: fx.Node) -> fx.Node | None:
    """The node whose tensor this one changes, or None; functions and methods are replaced by out-of-place ones."""
    first = node.args[0] if node.args and isinstance(node.args[0], fx.Node) else None
    if node.op == "call_module":
        return first if getattr(module.get_submodule(str(node.target)), "inplace", False) else None
    if node.op == "call_method" and str(node.target).endswith("_") and not str(node.target).endswith("__"):
        node.target = _without_underscore(node)
        return first
    if node.op != "call_function":
        return None
    replacement = _out_of_place(node.target)
    if replacement is not None:
        node.target = replacement
        return first
    return first if _clear_in_place(node) else None


def _without_underscore(node: fx.Node) -> str:
    """The method that returns what an in-place one writes; NetworkRefused with the module if there is none."""
    method = str(node.target).removesuffix("_")
    if not callable(getattr(torch.Tensor, method, None)):
        raise NetworkRefused(
            f"{_where(node)} overwrites a tensor by {node.target}; its forward pass must consist of "
            "operations that return new tensors, such as torch.where"
        )
    return method


def _out_of_place(function: Target) -> Callable[..., object] | None:
    """The function that computes the same into a new tensor: torch.relu for torch.relu_, operator.add for iadd."""
    name = getattr(function, "__name__", "")
    if function in OUT_OF_PLACE or not name.endswith("_") or name.endswith("__"):
        return OUT_OF_PLACE.get(function)
    found: Callable[..., object] | None = getattr(torch, name[:-1], None) or getattr(functional, name[:-1], None)
    return found


def _clear_in_place(node: fx.Node) -> bool:
    """Set a functional's `inplace` to False; returns whether it was set."""
    if node.kwargs.get("inplace") is True:
        node.kwargs = {**node.kwargs, "inplace": False}
        return True
    at = _place_of_inplace(node.target) if callable(node.target) else None
    if at is not None and node.args[at : at + 1] == (True,):
        node.args = (*node.args[:at], False, *node.args[at + 1 :])
        return True
    return False


@lru_cache
def _place_of_inplace(function: Callable[..., object]) -> int | None:
    """The position of a function's argument `inplace`."""
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):  # built-in functions have no signature, and no such argument
        return None
    return names.index("inplace") if "inplace" in names else None


def silence_dropout(module: fx.GraphModule, pictured: set[fx.Node]) -> list[fx.Node]:
    """Turn off `functional.dropout(x)`, whose `training` defaults to True even in evaluation mode.

    Returns the nodes where it was on. Raises NetworkRefused where the statistics of the batch normalise feature maps.
    """
    silenced = []
    for node in module.graph.nodes:
        if node.op == "call_function" and node.target in DROPOUTS:
            if node.kwargs.get("training", node.args[2] if len(node.args) > 2 else True):
                silenced.append(node)
            node.args, node.kwargs = node.args[:1], {"training": False}
        if node in pictured and node.target is functional.batch_norm and _trains(node):
            raise NetworkRefused(
                f"{_where(node)} calls batch_norm with training=True ({node.name}), so a picture's activations would "
                "depend on the other pictures; expected batch norm with running statistics"
            )
    return silenced


def undo_probabilities(module: fx.GraphModule, facts: Mapping[fx.Node, Value]) -> list[str]:
    """Make a network that ends in a softmax over classes or a sigmoid return what these read: its class scores.

    facts  of each node, see Traced
    Returns the name of each that was undone.
    """
    undone, (output,) = [], (node for node in module.graph.nodes if node.op == "output")
    for part in output.all_input_nodes:
        reader, node, answer = output, part, facts.get(part)
        if not isinstance(answer, Tensor) or answer.shape[2:].numel() != 1:  # no number for each class
            continue
        while node.args and isinstance(node.args[0], fx.Node) and _operation(module, node) in RESHAPING:
            reader, node = node, node.args[0]
        if (name := _makes_probabilities(module, node, facts.get(node))) and node.all_input_nodes:
            reader.replace_input_with(node, node.all_input_nodes[0])
            undone.append(name)
    module.graph.eliminate_dead_code()
    return undone


def _operation(module: fx.GraphModule, node: fx.Node) -> object:
    return type(module.get_submodule(str(node.target))) if node.op == "call_module" else node.target


def _makes_probabilities(module: fx.GraphModule, node: fx.Node, fact: object) -> str:
    """Whether a node turns scores into probabilities, one for each class: by what; "" if not."""
    operation = _operation(module, node)
    if operation in SIGMOIDS:
        return "sigmoid"
    if operation not in SOFTMAXES or not isinstance(fact, Tensor) or fact.dim() < 2:
        return ""
    given: object = node.kwargs.get("dim", node.args[1] if len(node.args) > 1 else None)
    axis = getattr(module.get_submodule(str(node.target)), "dim", None) if node.op == "call_module" else given
    return "softmax" if axis is None or (isinstance(axis, int) and axis % fact.dim() == 1) else ""


def _trains(node: fx.Node) -> bool:
    return bool(node.kwargs.get("training", node.args[5] if len(node.args) > 5 else False))
