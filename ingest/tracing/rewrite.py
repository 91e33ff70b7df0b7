"""Rewriting a recorded graph so that nothing is changed in place and nothing is random."""

import inspect
import operator
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import torch
from torch import fx
from torch.nn import functional

from ingest.errors import NetworkRefused

OUT_OF_PLACE: dict[Callable[..., Any], Callable[..., Any]] = {
    operator.iadd: operator.add,
    operator.isub: operator.sub,
    operator.imul: operator.mul,
    operator.itruediv: operator.truediv,
}
DROPOUTS: set[Any] = {functional.dropout, functional.dropout1d, functional.dropout2d, functional.dropout3d}
CHECKS: set[Any] = {torch._assert}


def remove_checks(graph: fx.Graph) -> None:
    """Remove assertions, which the record has passed, and sizes that nothing reads any more."""
    for node in reversed(graph.nodes):
        if node.op == "call_function" and node.target in CHECKS:
            graph.erase_node(node)
    graph.eliminate_dead_code()


def undo_in_place(module: fx.GraphModule) -> None:
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
    if not hasattr(torch.Tensor, method):
        stack = list((node.meta.get("nn_module_stack") or {}).values())
        where = stack[-1][0] if stack else ""
        raise NetworkRefused(
            f"{where or 'the network itself'} overwrites a tensor by {node.target}; its forward pass must consist of "
            "operations that return new tensors, such as torch.where"
        )
    return method


def _out_of_place(function: Any) -> Callable[..., Any] | None:
    """The function that computes the same into a new tensor: torch.relu for torch.relu_, operator.add for iadd."""
    name = getattr(function, "__name__", "")
    if function in OUT_OF_PLACE or not name.endswith("_") or name.endswith("__"):
        return OUT_OF_PLACE.get(function)
    found: Callable[..., Any] | None = getattr(torch, name[:-1], None) or getattr(functional, name[:-1], None)
    return found


def _clear_in_place(node: fx.Node) -> bool:
    """Set a functional's `inplace` to False; returns whether it was set."""
    if node.kwargs.get("inplace") is True:
        node.kwargs = {**node.kwargs, "inplace": False}
        return True
    at = _place_of_inplace(node.target)
    if at is not None and node.args[at : at + 1] == (True,):
        node.args = (*node.args[:at], False, *node.args[at + 1 :])
        return True
    return False


@lru_cache
def _place_of_inplace(function: Any) -> int | None:
    """The position of a function's argument `inplace`."""
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):  # built-in functions have no signature, and no such argument
        return None
    return names.index("inplace") if "inplace" in names else None


def silence_dropout(module: fx.GraphModule, pictured: set[fx.Node]) -> None:
    """Turn off `functional.dropout(x)`, whose `training` defaults to True even in evaluation mode.

    Raises NetworkRefused where the statistics of the batch normalise feature maps.
    """
    for node in module.graph.nodes:
        if node.op == "call_function" and node.target in DROPOUTS:
            node.args, node.kwargs = node.args[:1], {"training": False}
        if node in pictured and node.target is functional.batch_norm and _trains(node):
            raise NetworkRefused(
                f"{node.name} calls batch_norm with training=True, so a picture's activations would depend on the "
                "other pictures; expected batch norm with running statistics"
            )


def _trains(node: fx.Node) -> bool:
    return bool(node.kwargs.get("training", node.args[5] if len(node.args) > 5 else False))
