"""What each operation that can be followed does to the channels of a feature map.

KEEPS   channel c in, channel c out: activations, norms, pooling, dropout
REDUCES one value for all positions, per channel; over channels it is refused
FILLS   a new tensor of which only the size comes from the map
MOVES   values change their place only: concatenation, slicing, views, transposition (so channel shuffles)
JOINS   two maps become one, channel by channel: a residual addition, a gate that multiplies
Anything else between two layers is refused with its name.
"""

import operator
from typing import Any

import torch
import torchvision
from torch import nn
from torch.fx.node import Target
from torch.nn import functional

Operation = nn.Module | Target  # what a node does: a module, a function, or the name of a tensor's method
Value = Any  # that an operation takes or gives: a tensor, a size, a setting, or a structure of them

ACTIVATION_MODULES = (
    nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.PReLU, nn.RReLU, nn.ELU, nn.CELU, nn.SELU, nn.GELU, nn.SiLU, nn.Mish,
    nn.Hardswish, nn.Hardsigmoid, nn.Hardtanh, nn.Sigmoid, nn.Tanh, nn.Softplus, nn.Softsign, nn.LogSigmoid,
    nn.Threshold, nn.Hardshrink, nn.Softshrink, nn.Tanhshrink,
)  # fmt: skip
ACTIVATION_FUNCTIONS: set[object] = {
    torch.relu, torch.sigmoid, torch.tanh, functional.relu, functional.relu6, functional.leaky_relu, functional.prelu,
    functional.elu, functional.celu, functional.selu, functional.gelu, functional.silu, functional.mish,
    functional.hardswish, functional.hardsigmoid, functional.hardtanh, functional.sigmoid, functional.tanh,
    functional.softplus, functional.softsign, functional.logsigmoid,
    functional.threshold, functional.hardshrink, functional.softshrink,
    functional.tanhshrink, torch.hardshrink, torch.threshold, torch.clamp, torch.clip,
}  # fmt: skip
ACTIVATION_METHODS = {"relu", "sigmoid", "tanh", "clamp", "clamp_min", "clamp_max", "clip"}

# They work on the axes after the second, or take the second for the channels.
POSITIONAL_MODULES = (
    nn.BatchNorm2d, nn.SyncBatchNorm, nn.InstanceNorm2d, nn.GroupNorm, nn.LocalResponseNorm,
    nn.MaxPool2d, nn.AvgPool2d, nn.LPPool2d, nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d,
    nn.ZeroPad2d, nn.ConstantPad2d, nn.ReflectionPad2d, nn.ReplicationPad2d, nn.CircularPad2d,
    nn.Upsample, nn.UpsamplingNearest2d, nn.UpsamplingBilinear2d,
)  # fmt: skip
POSITIONAL_FUNCTIONS: set[object] = {
    functional.batch_norm, functional.instance_norm, functional.group_norm, functional.local_response_norm,
    functional.max_pool2d, torch.max_pool2d, functional.avg_pool2d, functional.lp_pool2d,
    functional.adaptive_avg_pool2d, functional.adaptive_max_pool2d, torch.adaptive_avg_pool1d,
    functional.interpolate, functional.upsample,
}  # fmt: skip
REDUCING_FUNCTIONS: set[object] = {
    torch.mean, torch.amax, torch.amin, torch.sum, torch.max, torch.min, torch.std, torch.var, torch.std_mean,
    torch.var_mean,
}  # fmt: skip
REDUCING_METHODS = {"mean", "amax", "amin", "sum", "max", "min", "std", "var"}

KEEPING_MODULES = (
    *ACTIVATION_MODULES, *POSITIONAL_MODULES, nn.LayerNorm, nn.RMSNorm,
    nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.AlphaDropout, nn.FeatureAlphaDropout, nn.Identity,
    torchvision.ops.StochasticDepth, torchvision.ops.DropBlock2d,
)  # fmt: skip
KEEPING_FUNCTIONS: set[object] = {
    *ACTIVATION_FUNCTIONS, *POSITIONAL_FUNCTIONS, functional.layer_norm,
    functional.dropout, functional.dropout1d, functional.dropout2d,
    functional.alpha_dropout, functional.feature_alpha_dropout,
    torchvision.ops.stochastic_depth, torchvision.ops.drop_block2d,
    torch.abs, torch.sqrt, torch.square, torch.pow, operator.pow, torch.exp, torch.expm1, torch.log, torch.log1p,
    torch.erf, torch.sin, torch.cos, torch.round, torch.floor, torch.sign, torch.nan_to_num,
    functional.rms_norm,
    torch.where, torch.gt, torch.ge, torch.lt, torch.le, operator.gt, operator.ge, operator.lt, operator.le,
}  # fmt: skip
KEEPING_METHODS = {
    *ACTIVATION_METHODS, "abs", "sqrt", "square", "pow", "exp", "expm1", "log", "log1p", "erf",
    "sin", "cos", "round", "floor", "sign", "nan_to_num", "float", "to", "type_as", "masked_fill",
}  # fmt: skip

MIXING_MODULES = (nn.GroupNorm, nn.LayerNorm, nn.RMSNorm, nn.LocalResponseNorm)
MIXING_FUNCTIONS: set[object] = {
    functional.group_norm, functional.layer_norm, functional.rms_norm, functional.local_response_norm,
}  # fmt: skip
MIXING_ELSEWHERE = {"timm.layers.grn.GlobalResponseNorm"}  # norms whose parts would be refused; each is one operation

MOVING_MODULES = (nn.Flatten, nn.Unflatten, nn.ChannelShuffle)
MOVING_FUNCTIONS: set[object] = {
    torch.cat, torch.concat, torch.concatenate, torch.stack, torch.chunk, torch.split, torch.unbind, torch.narrow,
    torch.flatten, torch.reshape, torch.permute, torch.transpose, torch.swapaxes, torch.movedim, torch.squeeze,
    torch.unsqueeze, torch.index_select, torch.channel_shuffle, torch.roll, torch.flip, torch.clone, torch.tensor_split,
    functional.channel_shuffle, operator.getitem, getattr,
}  # fmt: skip
MOVING_METHODS = {
    "chunk", "split", "unbind", "narrow", "flatten", "reshape", "view", "permute", "transpose", "swapaxes", "movedim",
    "squeeze", "unsqueeze", "index_select", "contiguous", "clone", "detach", "expand", "expand_as", "repeat", "roll",
    "flip", "tensor_split", "view_as", "reshape_as", "unflatten",
}  # fmt: skip

FILLING_FUNCTIONS: set[object] = {torch.zeros_like, torch.ones_like, torch.full_like}
FILLING_METHODS = {"new_zeros", "new_ones", "new_full"}

SELECTING: set[object] = {operator.getitem, torch.index_select, "index_select"}  # their constants say which channels

INERT_MODULES = (nn.Identity, nn.Dropout, nn.Dropout2d)  # may come between a convolution and its norm or activation
INERT_FUNCTIONS: set[object] = {functional.dropout, functional.dropout2d, torchvision.ops.stochastic_depth, torch.clone}
INERT_METHODS = {"contiguous", "clone", "detach"}
TURNS: set[object] = {torch.permute, torch.transpose, torch.swapaxes, torch.movedim}
TURNING_METHODS = {"permute", "transpose", "swapaxes", "movedim"}
RESHAPES: set[object] = {"view", "reshape", torch.reshape}

JOINING_FUNCTIONS: set[object] = {operator.add, operator.mul, torch.add, torch.mul, torch.maximum, torch.max}
JOINING_METHODS = {"add", "mul", "maximum", "max"}
# If the map comes first, and the other is not of the layer or has the same channels: what sources raise stays raised.
SHIFTING_FUNCTIONS: set[object] = {operator.sub, operator.truediv, torch.sub, torch.div, torch.true_divide}
SHIFTING_METHODS = {"sub", "div", "true_divide"}


def does(operation: Operation, modules: tuple[type[nn.Module], ...], functions: set[object], methods: set[str]) -> bool:
    """Whether a node's operation (a module, a function or a method's name) is in one of the three collections.

    A module counts as one of a class only where it runs that class's forward pass.
    """
    if isinstance(operation, nn.Module):
        return isinstance(operation, modules) and runs_as_its_class(operation)
    if isinstance(operation, str):
        return operation in methods
    return operation in functions


def keeps(operation: Operation) -> bool:
    return is_one_norm(operation) or does(operation, KEEPING_MODULES, KEEPING_FUNCTIONS, KEEPING_METHODS)


def is_positional(operation: Operation) -> bool:
    """It keeps channels that are on the second axis, and only those."""
    return does(operation, POSITIONAL_MODULES, POSITIONAL_FUNCTIONS, set())


def reduces(operation: Operation) -> bool:
    """One value for all along some axes, named by its argument `dim`."""
    return does(operation, (), REDUCING_FUNCTIONS, REDUCING_METHODS)


def raises_to_power(operation: Operation) -> bool:
    return does(operation, (), {torch.pow, operator.pow}, {"pow"})


def pads(operation: Operation) -> bool:
    return does(operation, (), {functional.pad}, set())


def activates(operation: Operation) -> bool:
    return does(operation, ACTIVATION_MODULES, ACTIVATION_FUNCTIONS, ACTIVATION_METHODS)


def fills(operation: Operation) -> bool:
    """It takes only the size from what it reads."""
    return does(operation, (), FILLING_FUNCTIONS, FILLING_METHODS)


def moves(operation: Operation) -> bool:
    return does(operation, MOVING_MODULES, MOVING_FUNCTIONS, MOVING_METHODS)


def turns(operation: Operation) -> bool:
    """It moves values alike whatever their number, as no view does that names sizes."""
    return is_inert(operation) or does(operation, (), TURNS, TURNING_METHODS)


def selects(operation: Operation) -> bool:
    """It moves values by an index, which may be a tensor."""
    return not isinstance(operation, nn.Module) and operation in SELECTING


def is_inert(operation: Operation) -> bool:
    """Neither changes nor moves anything in evaluation mode."""
    return does(operation, INERT_MODULES, INERT_FUNCTIONS, INERT_METHODS)


def joins(operation: Operation) -> bool:
    return does(operation, (), JOINING_FUNCTIONS, JOINING_METHODS)


def shifts(operation: Operation) -> bool:
    return does(operation, (), SHIFTING_FUNCTIONS, SHIFTING_METHODS)


def normalises(operation: Operation) -> bool:
    """Batch norm, a fixed scale and shift of each channel in evaluation mode."""
    return does(operation, (nn.BatchNorm2d, nn.SyncBatchNorm), {functional.batch_norm}, set())


def mixes(operation: Operation) -> bool:
    """A norm that divides each channel by what others have: the only way they may reach it without a convolution."""
    return is_one_norm(operation) or does(operation, MIXING_MODULES, MIXING_FUNCTIONS, set())


def is_one_norm(operation: Operation) -> bool:
    """Whether it is a norm of another package that is not looked into: that very class, without hooks."""
    of = type(operation)
    known = f"{of.__module__}.{of.__qualname__}" in MIXING_ELSEWHERE
    return isinstance(operation, nn.Module) and known and not is_hooked(operation)


def move(operation: Operation, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    """Apply a MOVES operation to other tensors of the same shapes."""
    if isinstance(operation, nn.Module):
        return operation(*args, **kwargs)
    if isinstance(operation, str):
        name = "reshape" if operation == "view" else operation  # labels are expanded, so a view may need a copy
        return getattr(args[0], name)(*args[1:], **kwargs)
    return operation(*args, **kwargs)


def runs_as_its_class(module: nn.Module) -> bool:
    """Whether calling a module of torch runs torch's own forward pass and nothing else: no hook, no override."""
    steps = [getattr(type(module), name, None) for name in ("forward", "_conv_forward")]
    return not is_hooked(module) and all(
        step is None or step.__module__.startswith(("torch.", "torchvision.ops.")) for step in steps
    )


def is_hooked(module: nn.Module) -> bool:
    """Whether anything but its class has a part in a module's forward pass."""
    return bool(module._forward_pre_hooks or module._forward_hooks or "forward" in module.__dict__)
