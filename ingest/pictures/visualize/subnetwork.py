"""The part of a network that leads to one layer, quick to run again and again: the rest cut off, norms folded in."""

import copy

import torch
from torch import Tensor, fx, nn
from torch.nn import functional

from ingest.errors import NetworkRefused
from ingest.tracing.kernels import CONVOLVING_FUNCTIONS, convolves
from ingest.tracing.layers import TracedLayer
from ingest.tracing.operations import Value, activates, normalises
from ingest.tracing.record import attribute
from ingest.tracing.trace import Traced

CLOSE = 1e-3  # of the largest value: float32 rounding over many layers


class Subnetwork(nn.Module):
    """Pictures (batch, 3, height, width) in, the layer's value and the same before its activation out.

    Both are (batch, C, h, w); they are one tensor where the layer does not end in an activation.
    """

    def __init__(self, traced: Traced, layer: TracedLayer) -> None:
        super().__init__()
        graph = fx.Graph()
        copies: dict[fx.Node, fx.Node] = {}
        graph.graph_copy(traced.module.graph, copies)
        before = _before_activation(traced, layer.value)
        graph.output((copies[layer.value], copies[before]))
        part = fx.GraphModule(traced.module, graph)
        part.graph.eliminate_dead_code()
        part.delete_all_unused_submodules()
        self.module = copy.deepcopy(part)  # its weights are moved and changed, those of the network are not
        fold_norms(self.module)
        fold_margins(self.module)
        multiply_pointwise(self.module)
        self.to(memory_format=torch.channels_last)  # a third faster on a CPU

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        value, before = self.module(pictures)
        return value, before


def cut(traced: Traced, layer: TracedLayer, probe: Tensor) -> Subnetwork:
    """The part that leads to a layer. Raises NetworkRefused where it computes something else than the network.

    probe  (1, 3, height, width), a picture of the side that will be made
    """
    found = Subnetwork(traced, layer)
    with torch.inference_mode():
        expected = plain_value(traced, layer, probe)
        value, _ = found(probe)
    scale = float(expected.abs().max())
    if value.shape != expected.shape or not torch.allclose(value, expected, rtol=CLOSE, atol=CLOSE * scale):
        raise NetworkRefused(
            f"{layer.name}: with its norms folded in, the network computes something else (largest difference "
            f"{float((value - expected).abs().max()):.3g} of {scale:.3g}); it cannot be visualised"
        )
    return found


def plain_value(traced: Traced, layer: TracedLayer, picture: Tensor) -> Tensor:
    """(1, C, h, w): the layer's value as the traced network computes it, without anything folded."""
    values: dict[fx.Node, object] = {}
    for node in traced.module.graph.nodes:
        values[node] = picture if node.op == "placeholder" else traced.evaluate(node, values.__getitem__)
        if node is layer.value:
            break
    value = values[layer.value]
    assert isinstance(value, Tensor)
    return value


def _before_activation(traced: Traced, value: fx.Node) -> fx.Node:
    inputs = value.all_input_nodes
    return inputs[0] if activates(traced.operation(value)) and len(inputs) == 1 else value


def fold_norms(module: fx.GraphModule) -> None:
    """Fold each batch norm into the convolution before it, where nothing else reads that convolution."""
    modules = dict(module.named_modules())
    for node in list(module.graph.nodes):
        norm = modules.get(str(node.target)) if node.op == "call_module" else None
        if not isinstance(norm, nn.BatchNorm2d) or not normalises(norm):
            continue
        (source,) = node.all_input_nodes
        if len(source.users) == 1 and _fold_into(module, source, norm):
            node.replace_all_uses_with(source)
            module.graph.erase_node(node)
    module.graph.eliminate_dead_code()
    module.delete_all_unused_submodules()
    module.graph.lint()
    module.recompile()


def fold_margins(module: fx.GraphModule) -> None:
    """Let convolutions add the margins of zeros that modules of their own add before them, equal on opposite sides."""
    modules = dict(module.named_modules())
    for node in list(module.graph.nodes):
        margin = modules.get(str(node.target)) if node.op == "call_module" else None
        if not isinstance(margin, nn.ZeroPad2d) or len(node.users) != 1:
            continue
        left, right, top, bottom = margin.padding
        (reader,) = node.users
        whole = reader.op == "call_function" and reader.target is torch.conv2d and not reader.args
        bare = whole and reader.kwargs.get("padding", 0) in (0, (0, 0), [0, 0])
        if bare and (left, top) == (right, bottom):
            reader.kwargs = {**reader.kwargs, "padding": (top, left)}
            node.replace_all_uses_with(node.all_input_nodes[0])
            module.graph.erase_node(node)
    module.delete_all_unused_submodules()
    module.recompile()


class Pointwise(nn.Module):
    """A convolution whose kernel is one position, as a product of matrices. Maps (batch, C, h, w) in and out."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        super().__init__()
        self.weight = _frozen(weight.flatten(1))
        self.bias = None if bias is None else _frozen(bias)

    def forward(self, maps: Tensor) -> Tensor:
        return functional.linear(maps.permute(0, 2, 3, 1), self.weight, self.bias).permute(0, 3, 1, 2)


def multiply_pointwise(module: fx.GraphModule) -> None:
    """Make products of the convolutions that are such: for these PyTorch, with few pictures on one thread, brings maps
    with channels last into another order and back.
    """
    for node in list(module.graph.nodes):
        if (found := _pointwise(module, node)) is None:
            continue
        source, product = found
        module.add_submodule(f"{node.name}_pointwise", product)
        with module.graph.inserting_before(node):
            node.replace_all_uses_with(module.graph.call_module(f"{node.name}_pointwise", (source,)))
        module.graph.erase_node(node)
    module.graph.eliminate_dead_code()
    module.delete_all_unused_submodules()
    module.recompile()


def _pointwise(module: fx.GraphModule, node: fx.Node) -> tuple[fx.Node, Pointwise] | None:
    """What a convolution reads, and the product that it is; None where it is none, or no convolution."""
    weight: Value
    bias: Value
    if node.op == "call_module":
        convolution = module.get_submodule(str(node.target))
        if type(convolution) is not nn.Conv2d or not convolves(convolution):
            return None
        source, weight, bias = node.all_input_nodes[0], convolution.weight, convolution.bias
        geometry = convolution.stride, convolution.padding, convolution.groups
    elif node.op == "call_function" and node.target in CONVOLVING_FUNCTIONS:
        given = _arguments(node)
        source, weight, bias = given["input"], given["weight"], given.get("bias")
        if not _is_attribute(weight) or not (bias is None or _is_attribute(bias)):
            return None
        weight, bias = (None if each is None else attribute(module, str(each.target)) for each in (weight, bias))
        geometry = given.get("stride", 1), given.get("padding", 0), given.get("groups", 1)
    else:
        return None
    stride, padding, groups = geometry
    plain = stride in (1, (1, 1), [1, 1]) and padding in (0, (0, 0), [0, 0]) and groups == 1
    return (source, Pointwise(weight, bias)) if plain and weight.shape[2:] == (1, 1) else None


def _arguments(node: fx.Node) -> dict[str, Value]:
    """Of a convolution that is called as a function, by name."""
    names = ("input", "weight", "bias", "stride", "padding", "dilation", "groups")
    return dict(zip(names, node.args, strict=False)) | dict(node.kwargs)


def _fold_into(module: fx.GraphModule, node: fx.Node, norm: nn.BatchNorm2d) -> bool:
    """Give the convolution at a node weights of its own with the norm in them; False where that cannot be done."""
    if node.op == "call_module":
        convolution = module.get_submodule(str(node.target))
        if not isinstance(convolution, nn.Conv2d) or not convolves(convolution):
            return False
        twin = copy.deepcopy(convolution)
        twin.weight, twin.bias = map(_frozen, _folded(convolution.weight, convolution.bias, norm))
        node.target = f"{node.name}_folded"
        return module.add_submodule(node.target, twin)
    given = _arguments(node)
    weight: Value = given.get("weight")
    bias: Value = given.get("bias")
    if node.op != "call_function" or node.target not in CONVOLVING_FUNCTIONS or not _is_attribute(weight):
        return False
    if bias is not None and not _is_attribute(bias):
        return False
    own = None if bias is None else attribute(module, str(bias.target))
    folded = _folded(attribute(module, str(weight.target)), own, norm)
    for name, value in zip(("weight", "bias"), folded, strict=True):
        module.register_parameter(f"{node.name}_folded_{name}", _frozen(value))
        with module.graph.inserting_before(node):
            given[name] = module.graph.get_attr(f"{node.name}_folded_{name}")
    node.args, node.kwargs = (), given
    return True


def _is_attribute(argument: object) -> bool:
    return isinstance(argument, fx.Node) and argument.op == "get_attr"


def _frozen(value: Tensor) -> nn.Parameter:
    return nn.Parameter(value, requires_grad=False)


def _folded(weight: Tensor, bias: Tensor | None, norm: nn.BatchNorm2d) -> tuple[Tensor, Tensor]:
    """Weight and bias of the convolution with the norm behind it, computed in float64."""
    assert norm.running_mean is not None and norm.running_var is not None
    scale = 1 / (norm.running_var.double() + norm.eps).sqrt()
    scale = scale if norm.weight is None else scale * norm.weight.double()
    shift = -norm.running_mean.double() if bias is None else bias.double() - norm.running_mean.double()
    offset = shift * scale if norm.bias is None else shift * scale + norm.bias.double()
    return (weight.double() * scale[:, None, None, None]).to(weight.dtype), offset.to(weight.dtype)
