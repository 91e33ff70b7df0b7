"""Which modules of a network are its layers, and which node of the graph holds each layer's value."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor, fx, nn

from ingest.errors import NetworkRefused
from ingest.network.operations import RESHAPES, activates, is_inert, normalises
from ingest.network.trace import Traced

# Blocks that the architecture's paper would call a layer, by class name.
BLOCKS = {
    "Inception", "InceptionA", "InceptionB", "InceptionC", "InceptionD", "InceptionE",  # googlenet, inception_v3
    "BasicBlock", "Bottleneck", "ResBottleneckBlock",  # resnet, resnext, wide_resnet, regnet
    "Fire",  # squeezenet
    "_DenseBlock", "_Transition",  # densenet
    "InvertedResidual", "_InvertedResidual",  # mobilenet, mnasnet, shufflenet
    "MBConv", "FusedMBConv", "MBConvBlock",  # efficientnet
    "CNBlock",  # convnext
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class TracedLayer:
    """One layer, as the user sees it.

    name      the module's path, e.g. "inception4d" or "features.3"; followed by "@2" for its second call
    channels  of its value
    value     the node that holds its value: the module's result after the norm and activation that follow it
    """

    name: str
    channels: int
    value: fx.Node


def find_layers(traced: Traced, network: nn.Module, names: Sequence[str] | None = None) -> tuple[TracedLayer, ...]:
    """The layers of a network, lowest first: those named, or its family's blocks, or the convolutions in line.

    Raises NetworkRefused where a layer does not exist, has no feature maps, or is the only one.
    """
    found = [_layer(traced, name) for name in names or default_names(traced, network)]
    order = {node: at for at, node in enumerate(traced.module.graph.nodes)}
    found.sort(key=lambda layer: order[layer.value])
    repeated = [value for value, times in Counter(layer.value for layer in found).items() if times > 1]
    if repeated:
        clash = [layer.name for layer in found if layer.value in repeated]
        raise NetworkRefused(f"layers {clash} have the same value; name only one of them")
    if len(found) < 2:
        count = f"{len(found)} layer" + ("" if len(found) == 1 else "s")
        raise NetworkRefused(
            f"{type(network).__name__} has only {count} to count ({[layer.name for layer in found]}); name at least "
            f"two of its modules as layers, e.g. from {_maps(traced)[:12]}"
        )
    return tuple(found)


def default_names(traced: Traced, network: nn.Module) -> list[str]:
    """The blocks its family is known by; without any, the convolutions that every path passes through."""
    types = {path: type(module).__name__ for path, module in network.named_modules()}
    blocks = [path for path in traced.calls if types.get(path) in BLOCKS]
    if len(blocks) >= 2:
        return blocks
    in_line = _in_line(traced)
    return [path for path in _maps(traced) if types.get(path) == "Conv2d" and traced.calls[path][0] in in_line]


def _layer(traced: Traced, name: str) -> TracedLayer:
    path, _, use = name.partition("@")
    calls = traced.calls.get(path, [])
    at = int(use or 1) - 1 if (use or "1").isdigit() else -1
    if not 0 <= at < len(calls):
        known = _maps(traced)[:12]
        raise NetworkRefused(f"no layer {name!r}; layers are modules that the forward pass calls, e.g. {known}")
    if len(calls) > 1 and not use:
        raise NetworkRefused(f"{path} is called {len(calls)} times; name one call, {path}@1 to {path}@{len(calls)}")
    value = _after_norm_and_activation(traced, calls[at])
    fact = traced.facts[value]
    if not isinstance(fact, Tensor) or fact.dim() != 4:
        raise NetworkRefused(
            f"{name} does not return feature maps (batch, channels, height, width), so it cannot be a layer"
        )
    return TracedLayer(name, fact.shape[1], value)


def _after_norm_and_activation(traced: Traced, node: fx.Node) -> fx.Node:
    """The value after the norm and activation that belong to a module, unless something else reads it before them."""
    value = node
    while not activates(traced.operation(node)) and len(readers := traced.readers(node)) == 1:
        (node,) = readers
        operation = traced.operation(node)
        if normalises(operation) or activates(operation):
            value = node
        elif not (is_inert(operation) or _reshapes_to_itself(traced, node, value)):
            break
    return value


def _reshapes_to_itself(traced: Traced, node: fx.Node, value: fx.Node) -> bool:
    return traced.operation(node) in RESHAPES and traced.facts[node].shape == traced.facts[value].shape


def _maps(traced: Traced) -> list[str]:
    """Modules that return feature maps, in the order they are called."""
    facts = {path: traced.facts.get(calls[0]) for path, calls in traced.calls.items()}
    return [path for path, fact in facts.items() if isinstance(fact, Tensor) and fact.dim() == 4]


def _in_line(traced: Traced) -> set[fx.Node]:
    """Nodes that every path from the picture to the scores passes through."""
    nodes = list(traced.module.graph.nodes)
    order = {node: at for at, node in enumerate(nodes)}
    furthest, in_line = 0, set()
    for at, node in enumerate(nodes):
        if at >= furthest and node.users:
            in_line.add(node)
        furthest = max([furthest, *(order[user] for user in node.users)])
    return in_line
