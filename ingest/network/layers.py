"""Which modules of a network are its rows, and where in the graph each row's value stands."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor, fx, nn

from ingest.errors import NetworkRefused
from ingest.network.operations import activates, normalises
from ingest.network.trace import Traced

# Blocks that a reader of the architecture's paper would call a layer, by the name of their class.
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
class Row:
    """One layer of the graph, as the user sees it.

    name      the module's path, e.g. "inception4d" or "features.3"; "@2" behind it for its second call
    channels  of its value
    value     the node that holds its value: the module's result after the norm and activation right behind it
    """

    name: str
    channels: int
    value: fx.Node


def find_rows(traced: Traced, network: nn.Module, names: Sequence[str] | None = None) -> tuple[Row, ...]:
    """The rows of a network, lowest first: those named, or the family's blocks, or the convolutions in line.

    NetworkRefused names a row that does not exist, is no feature map, or is the only one.
    """
    found = [_row(traced, name) for name in names or default_names(traced, network)]
    order = {node: at for at, node in enumerate(traced.module.graph.nodes)}
    found.sort(key=lambda row: order[row.value])
    twice = [name for name, times in Counter(row.value for row in found).items() if times > 1]
    if twice:
        clash = [row.name for row in found if row.value in twice]
        raise NetworkRefused(f"rows {clash} are one and the same value; name only one of them")
    if len(found) < 2:
        raise NetworkRefused(
            f"{type(network).__name__} has {len(found)} row to count ({[row.name for row in found]}); name at least "
            f"two of its modules as layers, e.g. from {_maps(traced)[:12]}"
        )
    return tuple(found)


def default_names(traced: Traced, network: nn.Module) -> list[str]:
    """The blocks that its family is known by; else the convolutions that everything passes through."""
    types = {path: type(module).__name__ for path, module in network.named_modules()}
    blocks = [path for path in traced.calls if types.get(path) in BLOCKS]
    if len(blocks) >= 2:
        return blocks
    return [path for path in _maps(traced) if types.get(path) == "Conv2d" and traced.calls[path][0] in _in_line(traced)]


def _row(traced: Traced, name: str) -> Row:
    path, _, use = name.partition("@")
    calls = traced.calls.get(path, [])
    at = int(use or 1) - 1 if (use or "1").isdigit() else -1
    if not 0 <= at < len(calls):
        known = _maps(traced)[:12]
        raise NetworkRefused(f"there is no row {name!r}; rows are modules that the forward pass calls, e.g. {known}")
    if len(calls) > 1 and not use:
        raise NetworkRefused(f"{path} is called {len(calls)} times; name one call, {path}@1 to {path}@{len(calls)}")
    value = _settled(traced, calls[at])
    fact = traced.facts[value]
    if not isinstance(fact, Tensor) or fact.dim() != 4:
        raise NetworkRefused(f"{name} gives no feature maps (batch, channels, height, width), so it cannot be a row")
    return Row(name, fact.shape[1], value)


def _settled(traced: Traced, node: fx.Node) -> fx.Node:
    """The value after the norm and the activation that belong to a module, where nothing else reads it before."""
    settled = node
    while not activates(traced.operation(settled)) and len(settled.users) == 1:
        following = next(iter(settled.users))
        operation = traced.operation(following)
        if not (normalises(operation) or activates(operation)):
            break
        settled = following
    return settled


def _maps(traced: Traced) -> list[str]:
    """Modules, in the order they are called, whose result is a feature map."""
    facts = {path: traced.facts.get(calls[0]) for path, calls in traced.calls.items()}
    return [path for path, fact in facts.items() if isinstance(fact, Tensor) and fact.dim() == 4]


def _in_line(traced: Traced) -> set[fx.Node]:
    """Nodes that every way from the picture to the scores passes through."""
    nodes = list(traced.module.graph.nodes)
    order = {node: at for at, node in enumerate(nodes)}
    furthest, single = 0, set()
    for at, node in enumerate(nodes):
        if at >= furthest and node.users:
            single.add(node)
        furthest = max([furthest, *(order[user] for user in node.users)])
    return single
