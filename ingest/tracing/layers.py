"""Which modules of a network are its layers, and which node of the graph holds each layer's value."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor, fx, nn

from ingest.errors import NetworkRefused, TooFewLayers
from ingest.tracing.guard import quantized_part
from ingest.tracing.kernels import CONVOLVING_MODULES, convolves, convolves_maps, normalises_in_steps
from ingest.tracing.operations import RESHAPES, activates, is_inert, normalises
from ingest.tracing.trace import Traced, is_map, reached
from queries.values import counted

# Blocks that the architecture's paper would call a layer, by class name.
BLOCKS = {
    "Inception", "InceptionA", "InceptionB", "InceptionC", "InceptionD", "InceptionE",  # googlenet, inception_v3
    "InceptionResnetA", "InceptionResnetB", "InceptionResnetC", "Block35", "Block17", "Block8",  # inception_resnet
    "ReductionA", "ReductionB", "Mixed3a", "Mixed4a", "Mixed5a", "Mixed_5b", "Mixed_6a", "Mixed_7a",  # inception_v4
    "BasicBlock", "Bottleneck", "ResBottleneckBlock",  # resnet, resnext, wide_resnet, regnet
    "PreActBasic", "PreActBottleneck", "NormFreeBlock",  # resnetv2, nf_resnet
    "Bottle2neck", "SelectiveKernelBasic", "SelectiveKernelBottleneck", "ResNestBottleneck",  # res2net, sk, resnest
    "RepVggBlock", "MobileOneBlock", "BottleneckBlock", "DarkBlock", "EdgeBlock",  # repvgg, mobileone, byobnet, csp
    "Fire",  # squeezenet
    "_DenseBlock", "_Transition", "DenseBlock", "DenseTransition",  # densenet
    "InvertedResidual", "_InvertedResidual",  # mobilenet, mnasnet, shufflenet
    "UniversalInvertedResidual", "EdgeResidual", "DepthwiseSeparableConv", "CondConvResidual",  # mobilenetv4
    "MBConv", "FusedMBConv", "MBConvBlock", "MbConvBlock",  # efficientnet, coatnet
    "GhostBottleneck", "LinearBottleneck", "OsaBlock", "DualPathBlock", "SelecSlsBlock",  # ghostnet, rexnet, dpn
    "CNBlock", "ConvNeXtBlock",  # convnext
    "XceptionModule", "PreXceptionModule", "Block",  # xception
    "DlaTree",  # dla
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class TracedLayer:
    """One layer, as the user sees it.

    name      the module's path, e.g. "inception4d" or "features.3"; followed by "@2" for its second call
    channels  of its value
    value     the node that holds its value: the module's result after the norm and activation that follow it
    in_steps  whether a norm that is spelt out in steps is among these; earlier versions did not take it for one
    """

    name: str
    channels: int
    value: fx.Node
    in_steps: bool = False

    @property
    def identity(self) -> dict[str, str | int]:
        """What counts depend on, as a run keeps it."""
        return {"name": self.name, "channels": self.channels, **({"norm": "in steps"} if self.in_steps else {})}


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
    if len(found) < 2 and names is None:
        raise TooFewLayers(
            f"{type(network).__name__} has no two convolutions that every path to the scores leads through"
        )
    if len(found) < 2:
        raise NetworkRefused(
            f"{type(network).__name__} has only {counted(len(found), 'layer')} to count "
            f"({[layer.name for layer in found]}); name at least two of its modules as layers, e.g. from "
            f"{_maps(traced)[:12]}"
        )
    return tuple(found)


def default_names(traced: Traced, network: nn.Module) -> list[str]:
    """Its family's blocks, or else the smallest modules with a convolution that every path passes through.

    Only what every path from the picture to the scores passes through, and never the class scores themselves. A module
    that is called several times has each call as a layer.
    """
    modules, in_line = dict(network.named_modules()), _in_line(traced)
    calls = {
        (path, use): node
        for path, nodes in traced.calls.items()
        for use, node in enumerate(nodes, 1)
        if _has_maps(traced, node) and node in in_line and not _is_scores(traced, node)
    }
    blocks = _outermost({path for path, _ in calls if type(modules[path]).__name__ in BLOCKS})
    convolving = {
        path for path, _ in calls if any(isinstance(part, CONVOLVING_MODULES) for part in modules[path].modules())
    }
    chosen = blocks if len(blocks) >= 2 and _hold_most(blocks, modules) else _innermost(convolving, blocks)
    return [f"{path}@{use}" if len(traced.calls[path]) > 1 else path for path, use in calls if path in chosen]


def every_convolution(traced: Traced, network: nn.Module) -> tuple[TracedLayer, ...]:
    """Each call of an innermost module that convolves, as a layer; of those with the same value only the first."""
    modules = dict(network.named_modules())
    convolving = {
        path for path in traced.calls if any(isinstance(part, CONVOLVING_MODULES) for part in modules[path].modules())
    }
    found: dict[fx.Node, TracedLayer] = {}
    for path in _innermost(convolving, set()):
        for use, node in enumerate(traced.calls[path], 1):
            if _has_maps(traced, node):
                layer = _layer(traced, f"{path}@{use}" if len(traced.calls[path]) > 1 else path)
                found.setdefault(layer.value, layer)
    return tuple(found[node] for node in traced.module.graph.nodes if node in found)


def without_maps(traced: Traced, network: nn.Module) -> NetworkRefused:
    """The refusal of a network none of whose convolutions leads to another, such as a vision transformer."""
    if quantized := quantized_part(network, "Conv"):
        return NetworkRefused(quantized)
    count = sum(convolves_maps(traced, node) for node in traced.module.graph.nodes)
    return NetworkRefused(
        f"{type(network).__name__} has no channel maps to count: it has "
        f"{counted(count, 'convolution') if count else 'no convolutions'}"
        f"{', of which none leads to another' if count > 1 else ''}, and elsewhere "
        "positions are mixed by attention or linear layers; only convolutional networks can be counted"
    )


def _outermost(paths: set[str]) -> set[str]:
    return {path for path in paths if not any(path.startswith(other + ".") for other in paths)}


def _innermost(paths: set[str], blocks: set[str]) -> set[str]:
    """Paths without others inside; blocks are not looked into."""
    inside = {path for path in paths if any(path.startswith(block + ".") for block in blocks)}
    paths = paths - inside - {""}
    return {path for path in paths if not any(other.startswith(path + ".") for other in paths)}


def _hold_most(blocks: set[str], modules: dict[str, nn.Module]) -> bool:
    """Whether more than half of the network's convolutions are in its blocks."""
    convolutions = [path for path, module in modules.items() if isinstance(module, CONVOLVING_MODULES)]
    within = [path for path in convolutions if any(path == block or path.startswith(block + ".") for block in blocks)]
    return 2 * len(within) > len(convolutions)


def _is_scores(traced: Traced, node: fx.Node) -> bool:
    """Whether nothing but reshaping and pooling lies between a map and the class scores."""
    below = reached([node], lambda each: each.users) - {node}
    return not any(convolves(traced.operation(each)) for each in below if each.op != "output")


def _layer(traced: Traced, name: str) -> TracedLayer:
    path, _, use = name.partition("@")
    calls = traced.calls.get(path, [])
    at = int(use or 1) - 1 if (use or "1").isdigit() else -1
    if not 0 <= at < len(calls):
        known = _maps(traced)[:12]
        raise NetworkRefused(f"no layer {name!r}; layers are modules that the forward pass calls, e.g. {known}")
    if len(calls) > 1 and not use:
        raise NetworkRefused(f"{path} is called {len(calls)} times; name one call, {path}@1 to {path}@{len(calls)}")
    value, in_steps = _after_norm_and_activation(traced, calls[at])
    fact = traced.facts[value]
    if not _is_maps(fact):
        raise NetworkRefused(
            f"{name} does not return feature maps (batch, channels, height, width), one set for each picture, so it "
            "cannot be a layer"
        )
    return TracedLayer(name, fact.shape[1], value, in_steps)


def _after_norm_and_activation(traced: Traced, node: fx.Node) -> tuple[fx.Node, bool]:
    """The value after the norm and activation that belong to a module, unless something else reads it before them; and
    whether a norm in steps is among them.
    """
    value, in_steps = node, False
    while not activates(traced.operation(node)) and len(readers := traced.readers(node)) == 1:
        (node,) = readers
        operation = traced.operation(node)
        steps = normalises_in_steps(traced, node)
        if normalises(operation) or activates(operation) or steps:
            value, in_steps = node, in_steps or steps
        elif not (is_inert(operation) or _reshapes_to_itself(traced, node, value)):
            break
    return value, in_steps


def _reshapes_to_itself(traced: Traced, node: fx.Node, value: fx.Node) -> bool:
    return traced.operation(node) in RESHAPES and traced.facts[node].shape == traced.facts[value].shape


def _maps(traced: Traced) -> list[str]:
    """Modules that return feature maps, in the order they are called."""
    return [path for path, calls in traced.calls.items() if _has_maps(traced, calls[0])]


def _has_maps(traced: Traced, node: fx.Node) -> bool:
    return _is_maps(traced.facts.get(node))


def _is_maps(fact: object) -> bool:
    """Whether it is maps of one picture; windows of its map have another first axis."""
    return isinstance(fact, Tensor) and fact.dim() == 4 and len(fact) == 1


def _in_line(traced: Traced) -> set[fx.Node]:
    """Nodes that every path from the picture to the scores passes through; sizes are not on any."""
    nodes = [node for node in traced.module.graph.nodes if node.op == "output" or is_map(traced.facts.get(node))]
    order = {node: at for at, node in enumerate(nodes)}
    furthest, in_line = 0, set()
    for at, node in enumerate(nodes):
        if at >= furthest and node.users:
            in_line.add(node)
        furthest = max([furthest, *(order[reader] for reader in traced.readers(node))])
    return in_line
