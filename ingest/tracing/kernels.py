"""The kernels of traced convolutions: their weights, the norms folded into them, and their geometry."""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, fx, nn
from torch.nn import functional

from ingest.errors import NetworkRefused
from ingest.tracing.convolution import Convolution, Geometry
from ingest.tracing.operations import Operation, Value, does, is_inert, moves, normalises
from ingest.tracing.trace import Traced

CONVOLVING_MODULES = (nn.Conv2d, nn.ConvTranspose2d)
CONVOLVING_FUNCTIONS: set[object] = {functional.conv2d, torch.conv2d}
TRANSPOSING_FUNCTIONS: set[object] = {functional.conv_transpose2d, torch.conv_transpose2d}
LINE_FUNCTIONS: set[object] = {functional.conv1d, torch.conv1d}
LINEAR_FUNCTIONS: set[object] = {functional.linear}
PRODUCTS: tuple[set[object], set[str]] = ({torch.mul, operator.mul}, {"mul"})  # functions, methods
QUOTIENTS: tuple[set[object], set[str]] = (
    {operator.truediv, torch.div, torch.true_divide},
    {"div", "true_divide"},
)
MINUS: set[object] = {operator.sub, torch.sub, "sub"}
SHIFTS: tuple[set[object], set[str]] = ({operator.add, torch.add, operator.sub, torch.sub}, {"add", "sub"})


def convolves(operation: Operation) -> bool:
    functions = CONVOLVING_FUNCTIONS | TRANSPOSING_FUNCTIONS | LINE_FUNCTIONS | LINEAR_FUNCTIONS
    return does(operation, (*CONVOLVING_MODULES, nn.Conv1d, nn.Linear), functions, set())


def convolves_maps(traced: Traced, node: fx.Node) -> bool:
    """Whether a node is a convolution in two dimensions, neither in one nor a linear layer."""
    return does(traced.operation(node), CONVOLVING_MODULES, CONVOLVING_FUNCTIONS | TRANSPOSING_FUNCTIONS, set())


def name_of(traced: Traced, node: fx.Node) -> str:
    """The module a convolution belongs to, followed by "@2" for that module's second convolution or second call."""
    where = traced.where(node)
    alike = [n for n in traced.module.graph.nodes if traced.where(n) == where and convolves(traced.operation(n))]
    return where if node is alike[0] else f"{where}@{alike.index(node) + 1}"


def read_convolution(traced: Traced, node: fx.Node) -> tuple[Convolution, fx.Node]:
    """The convolution at a node, with only its own weights, and the node it reads."""
    operation, name = traced.operation(node), name_of(traced, node)
    if isinstance(operation, nn.ConvTranspose2d):
        given = {"weight": operation.weight, **vars(operation)}
        return _transposed(traced, node, given, name), node.all_input_nodes[0]
    if isinstance(operation, (nn.Conv2d, nn.Conv1d)):
        return _convolution_of_module(operation, name), node.all_input_nodes[0]
    if isinstance(operation, nn.Linear):
        return _pointwise(operation.weight, name), node.all_input_nodes[0]
    arguments = dict(zip(_parameters(operation), node.args, strict=False)) | dict(node.kwargs)
    weight = traced.constant(arguments["weight"])
    source = arguments["input"]
    if not isinstance(weight, Tensor) or not isinstance(source, fx.Node):
        raise NetworkRefused(f"{name} computes its kernel from the picture; kernels must be constant")
    if operation in LINEAR_FUNCTIONS:
        return _pointwise(weight, name), source
    if operation in TRANSPOSING_FUNCTIONS:
        return _transposed(traced, node, {**arguments, "weight": weight}, name), source
    return _convolution_of_call(weight, arguments, name), source


def adds_bias(traced: Traced, node: fx.Node) -> bool:
    """Whether a convolution adds a constant to what its kernels give."""
    operation = traced.operation(node)
    if isinstance(operation, nn.Module):
        return operation.bias is not None
    arguments = dict(zip(_parameters(operation), node.args, strict=False)) | dict(node.kwargs)
    return arguments.get("bias") is not None


def _parameters(operation: Operation) -> tuple[str, ...]:
    if operation in LINEAR_FUNCTIONS:
        return ("input", "weight", "bias")
    if operation in TRANSPOSING_FUNCTIONS:
        return ("input", "weight", "bias", "stride", "padding", "output_padding", "groups", "dilation")
    return ("input", "weight", "bias", "stride", "padding", "dilation", "groups")


def _convolution_of_module(module: nn.Conv2d | nn.Conv1d, name: str) -> Convolution:
    sides = tuple(module._reversed_padding_repeated_twice)
    mode = "constant" if module.padding_mode == "zeros" else module.padding_mode
    return _convolution(name, module.weight, module.stride, sides, module.dilation, mode, module.groups)


def _convolution_of_call(weight: Tensor, arguments: dict[str, Value], name: str) -> Convolution:
    kernel, stride, dilation = weight.shape[2:], arguments.get("stride", 1), arguments.get("dilation", 1)
    padding = arguments.get("padding", 0)
    if padding == "same":
        reach = [d * (k - 1) for d, k in zip(_per_axis(dilation, kernel), kernel, strict=True)]
        sides = tuple(side for length in reversed(reach) for side in (length // 2, length - length // 2))
    else:
        each = _per_axis(0 if padding == "valid" else padding, kernel)
        sides = tuple(side for length in reversed(each) for side in (length, length))
    return _convolution(name, weight, stride, sides, dilation, "constant", int(arguments.get("groups", 1)))


def _convolution(
    name: str,
    weight: Tensor,
    stride: int | Sequence[int],
    sides: tuple[int, ...],
    dilation: int | Sequence[int],
    mode: str,
    groups: int,
) -> Convolution:
    """A convolution in one or two dimensions; positions in one dimension are those of a map that is 1 wide.

    sides  padding as torch.nn.functional.pad expects it: (before, after) of each axis of positions, the last one first
    """
    kernel = _real(weight, name)
    steps, holes = (_per_axis(value, kernel.shape[2:]) for value in (stride, dilation))
    if kernel.dim() == 3:
        kernel, steps, holes, sides = kernel[..., None], [*steps, 1], [*holes, 1], (0, 0, *sides)
    left, right, top, bottom = sides
    high, wide = kernel.shape[2:]
    geometry = Geometry((high, wide), (steps[0], steps[1]), (left, right, top, bottom), (holes[0], holes[1]), mode)
    return Convolution(name, kernel, geometry, groups)


def _transposed(traced: Traced, node: fx.Node, given: dict[str, Value], name: str) -> Convolution:
    """A transposed convolution as what it is: a convolution of a map with zeros between its values."""
    weight, groups = _real(given["weight"], name), int(given.get("groups", 1))
    sources, share, high, wide = weight.shape
    by_group = weight.view(groups, sources // groups, share, high, wide).transpose(1, 2).flip(3, 4)
    (down, right), (tall, broad), (above, left) = (
        _per_axis(given.get(key, default), (high, wide))
        for key, default in (("stride", 1), ("dilation", 1), ("padding", 0))
    )
    (rows, columns), (height, width) = (traced.facts[each].shape[-2:] for each in (node.all_input_nodes[0], node))
    top, start = tall * (high - 1) - above, broad * (wide - 1) - left
    bottom = height + tall * (high - 1) - top - ((rows - 1) * down + 1)
    end = width + broad * (wide - 1) - start - ((columns - 1) * right + 1)
    sides, spread = (start, end, top, bottom), (down, right)
    geometry = Geometry((high, wide), (1, 1), sides, (tall, broad), spread=spread)
    return Convolution(name, by_group.reshape(groups * share, sources // groups, high, wide), geometry, groups)


def _pointwise(weight: Tensor, name: str) -> Convolution:
    return Convolution(name, _real(weight, name)[:, :, None, None], Geometry(channels_last=True))


def _real(weight: Tensor, name: str) -> Tensor:
    if weight.is_complex():
        raise NetworkRefused(f"{name} has complex weights, which do not make one map larger; expected real ones")
    return weight.detach().double()


def _per_axis(value: int | Sequence[int], axes: Sequence[int]) -> list[int]:
    """One number for each axis of positions, from one for all or one for each."""
    given = [value] if isinstance(value, int) else [int(item) for item in value]
    return given if len(given) == len(axes) else given * len(axes)


@dataclass(frozen=True, eq=False)
class Folded:
    """What follows a convolution and is folded into its kernel.

    scale  (T,) float64: what norms and constant factors multiply its targets by
    moves  nodes on the way that only move values; the others up to `end` scale them
    end    the last norm or factor, or the convolution itself
    """

    scale: Tensor
    moves: tuple[fx.Node, ...]
    end: fx.Node


def fold(
    traced: Traced, node: fx.Node, channels: int, place_of: Callable[[fx.Node], tuple[int, Tensor] | None]
) -> Folded:
    """The norms and constant factors right after a convolution of `channels` targets.

    place_of  the axis of a node's value that holds the targets, and their order along it; below 0 where a move spreads
              them over several axes; None ends the search
    """
    folded, moved = Folded(torch.ones(channels, dtype=torch.float64), (), node), []
    while len(readers := traced.readers(node)) == 1 and (place := place_of(node := readers[0])) is not None:
        operation, (axis, order) = traced.operation(node), place
        if is_inert(operation) or moves(operation):
            moved.append(node)
            continue
        factor = factor_of(traced, node, axis)
        if factor is None:
            break
        folded = Folded(folded.scale.index_put((order,), folded.scale[order] * factor), tuple(moved), node)
    return folded


def factor_of(traced: Traced, node: fx.Node, axis: int) -> Tensor | None:
    """(C,) float64: what a norm or a constant at a node multiplies each channel by; None if it does something else.

    axis  of the channels
    """
    operation = traced.operation(node)
    if normalises(operation):
        return _factor_of_norm(traced, node, operation)
    if does(operation, (), *PRODUCTS):
        return _factor_of_product(traced, node, axis)
    if does(operation, (), *QUOTIENTS) and node.args[0] in traced.pictured:
        divisor = _factor_of_product(traced, node, axis)
        return None if divisor is None else 1 / divisor
    if _constant_operand(traced, node, SHIFTS) is not None:
        return torch.ones(traced.facts[node].shape[axis], dtype=torch.float64)
    return None


def normalises_in_steps(traced: Traced, node: fx.Node) -> bool:
    """Whether a node multiplies, divides or shifts each channel by a constant of its own: one step of a norm."""
    constant, fact = _constant_operand(traced, node, PRODUCTS, QUOTIENTS, SHIFTS), traced.facts.get(node)
    if not isinstance(constant, Tensor) or not isinstance(fact, Tensor) or fact.dim() != 4 or constant.dim() < 3:
        return False
    return constant.numel() == fact.shape[1] == constant.shape[-3] > 1


def _constant_operand(traced: Traced, node: fx.Node, *kinds: tuple[set[object], set[str]]) -> object:
    """What is joined to a map at a node if it does not depend on the picture; None for all else, and for `1 - map`."""
    operation = traced.operation(node)
    if not any(does(operation, (), *kind) for kind in kinds) or len(node.args) != 2:
        return None
    one, other = node.args
    if one in traced.pictured:
        return traced.constant(other)
    commutes = not does(operation, (), *QUOTIENTS) and operation not in MINUS
    return traced.constant(one) if commutes and other in traced.pictured else None


def _factor_of_norm(traced: Traced, node: fx.Node, operation: Operation) -> Tensor | None:
    """gamma / sqrt(running variance + epsilon)."""
    variance: object
    gamma: object
    epsilon: Value
    if isinstance(operation, nn.Module):
        variance, gamma, epsilon = operation.running_var, operation.weight, operation.eps
    else:
        names = ("input", "running_mean", "running_var", "weight", "bias", "training", "momentum", "eps")
        arguments = dict(zip(names, node.args, strict=False)) | dict(node.kwargs)
        variance, gamma = traced.constant(arguments["running_var"]), traced.constant(arguments.get("weight"))
        epsilon = arguments.get("eps", 1e-5)
    if not isinstance(variance, Tensor):
        return None
    root: Tensor = (variance.detach().double() + epsilon).sqrt()
    return gamma.detach().double() / root if isinstance(gamma, Tensor) else 1 / root


def _factor_of_product(traced: Traced, node: fx.Node, axis: int) -> Tensor | None:
    """The constant operand of a product or quotient, a value per channel; None without one, or if positions differ."""
    constants = [value for value in map(traced.constant, node.args) if value is not None]
    if len(constants) != 1:
        return None
    shape = traced.facts[node].shape
    factor = torch.as_tensor(constants[0]).detach().double().expand(shape).movedim(axis, 0).flatten(1)
    return factor[:, 0] if bool((factor == factor[:, :1]).all()) else None
