"""The functions of torch that do what the operators of its library "aten" do.

torch.export records operators: `aten.relu_.default`, say, where the network called `functional.relu(x, inplace=True)`.
Most have the name and the arguments of a function; the tables below have the others. An operator without a function
stays as it is.
"""

import inspect
import operator
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, fx
from torch._ops import OpOverload
from torch.fx.node import Argument, Target
from torch.nn import functional

Arguments = tuple[Any, ...]  # of an operator: tensors, nodes, numbers and lists of them, as its schema says
Call = tuple[Target, Arguments, dict[str, Argument]]  # a function or the name of a method, and its arguments

RENAMED: dict[str, Callable[..., object]] = {
    "split_with_sizes": torch.split,
    "feature_dropout": functional.dropout2d,
    "embedding": torch.embedding,
    "adaptive_max_pool2d": functional.adaptive_max_pool2d_with_indices,
}
SHORTENED = {"layer_norm": 5, "group_norm": 5}  # arguments after these choose an implementation
RESIZED = {"upsample_nearest2d": "nearest", "upsample_bilinear2d": "bilinear", "upsample_bicubic2d": "bicubic"}


def translate(graph: fx.Graph) -> fx.Graph:
    """A copy of a graph with functions in place of operators, and without what torch.export noted at its nodes."""
    copy, copies = fx.Graph(), dict[fx.Node, fx.Node]()
    for node in graph.nodes:
        copies[node] = new = copy.node_copy(node, copies.__getitem__)
        new.meta = {}
        if isinstance(node.target, torch._ops.OpOverload) and node.target.namespace == "aten":
            function, new.args, new.kwargs = _call(node.target, new.args, dict(new.kwargs))
            new.op, new.target = ("call_method" if isinstance(function, str) else "call_function"), function
    return copy


def training_steps(graph: fx.Graph) -> Iterator[fx.Node]:
    """The nodes of a graph of operators that do what only training does: drop values, or normalise by a batch."""
    at = {"batch_norm": 5, "dropout": 2, "feature_dropout": 2, "alpha_dropout": 2, "feature_alpha_dropout": 2}
    for node in graph.nodes:
        name = _name(node.target) if isinstance(node.target, torch._ops.OpOverload) else ""
        if name.removesuffix("_") in at and node.args[at[name.removesuffix("_")]] is True:
            yield node


def _name(overload: OpOverload) -> str:
    return str(overload._schema.name).rpartition("::")[2]


def _call(overload: OpOverload, args: Arguments, kwargs: dict[str, Argument]) -> Call:
    name = _name(overload)
    if name in ("slice", "select"):
        return _indexed(name, args)
    if name == "sym_size":
        return "size", args, {}
    if name == "batch_norm":
        source, weight, bias, mean, variance, training, momentum, epsilon = args[:8]
        return functional.batch_norm, (source, mean, variance, weight, bias, training, momentum, epsilon), {}
    if name == "instance_norm":
        source, weight, bias, mean, variance, *rest = args[:8]
        return functional.instance_norm, (source, mean, variance, weight, bias, *rest), {}
    if name == "unfold":  # the function of this name is another one
        return name, args, kwargs
    if name == "convolution" and args[6] is False and len(args[3]) == 2:
        return torch.conv2d, (*args[:6], args[8]), {}
    if name in RESIZED and overload._overloadname == "vec":
        return _resized(RESIZED[name], args)
    args = args[: SHORTENED.get(name, len(args))]
    if name.endswith("_") and (of := getattr(functional, name[:-1], None)) and _has_inplace(of):
        return of, args, {**kwargs, "inplace": True}
    found = RENAMED.get(name) or getattr(functional, name, None) or getattr(torch, name, None)
    if found is None and hasattr(Tensor, name):
        return name, args, kwargs
    return found or overload, args, kwargs


def _indexed(name: str, args: Arguments) -> Call:
    """`x[:, start:end:step]` or `x[:, at]`"""
    given = [*args, *(0, None, None, None)[len(args) - 1 :]]
    source, axis, start, end, step = given
    index = slice(start, end, step) if name == "slice" else start
    place = (slice(None),) * axis if axis >= 0 else (Ellipsis,)
    after = (slice(None),) * (-axis - 1) if axis < 0 else ()
    return operator.getitem, (source, (*place, index, *after)), {}


def _resized(mode: str, args: Arguments) -> Call:
    source, size, *rest = args
    aligned, scales = (rest[0], rest[1]) if len(rest) == 2 else (None, rest[0])
    given = {"size": size, "scale_factor": scales, "mode": mode, "align_corners": aligned or None}
    return functional.interpolate, (source,), given


def _has_inplace(function: Callable[..., object]) -> bool:
    try:
        return "inplace" in inspect.signature(function).parameters
    except (TypeError, ValueError):  # a built-in function
        return False
