"""What a class's log-odds become when channels of one layer stand at their means."""

from collections.abc import Sequence

import torch
from torch import Tensor, fx, nn

from ingest.errors import NetworkRefused
from ingest.network.attribution import log_odds
from ingest.network.outputs import Scores
from ingest.tracing.layers import TracedLayer
from ingest.tracing.trace import Traced, reached

AT_ONCE = 16  # altered copies of a layer in one pass; with fewer or more, a CPU spends more time per copy
FORMAT = torch.channels_last  # of maps and weights in memory: a CPU convolves a fifth faster


class Ablation(nn.Module):
    """The part of a network above one layer, which is run for many altered copies of the layer's value.

    What bypasses the layer, as in a network with parallel paths, stays as it was.
    """

    def __init__(self, traced: Traced, layer: TracedLayer, scores: Scores) -> None:
        """Raises NetworkRefused where the part above reads what is not one value per picture from below the layer."""
        super().__init__()
        self.scores = scores
        above = _with_sizes(traced, reached([layer.value], lambda node: node.users) - {layer.value}, layer.value)
        inputs = {source: None for node in _in_order(traced, above) for source in node.all_input_nodes}
        outside = [node for node in inputs if node not in above and node is not layer.value]
        self.bypass = tuple(node for node in outside if node in traced.pictured)
        _refuse_shared(traced, layer, self.bypass)
        graph = fx.Graph()
        copies = {node: graph.placeholder(node.name) for node in (layer.value, *self.bypass)}
        constants = reached(
            [node for node in outside if node not in traced.pictured], lambda node: node.all_input_nodes
        )
        for node in _in_order(traced, above | constants):
            copies[node] = graph.node_copy(node, copies.__getitem__)
        graph.lint()
        self.module = fx.GraphModule(traced.module, graph)

    def forward(self, value: Tensor, bypass: Sequence[Tensor], mean: Tensor, kept: Tensor, output: int) -> Tensor:
        """(sets,) float64: the log-odds of an output with all channels but those of each set at their means.

        value   (1, C, height, width) of the layer, for one picture
        bypass  the value of each node of `bypass`, for the same picture
        mean    (C,)
        kept    (sets, C) bool
        """
        found = []
        for sets in torch.split(kept, AT_ONCE):
            altered = torch.where(sets[:, :, None, None], value, mean.to(value)[:, None, None])
            altered = altered.contiguous(memory_format=FORMAT)
            beside = [each.expand(len(sets), *each.shape[1:]) for each in bypass]
            found.append(self.odds(altered, beside, output))
        return torch.cat(found)

    def odds(self, value: Tensor, bypass: Sequence[Tensor], output: int) -> Tensor:
        """(batch,) float64: the log-odds of an output for these values of the layer and of what bypasses it."""
        return log_odds(self.scores.of(self.module(value, *bypass)).double(), output)


class Values(nn.Module):
    """The network up to what ablations start from: a picture in, for each ablation its layer's value and bypass out."""

    def __init__(self, traced: Traced, layers: Sequence[TracedLayer], ablations: Sequence[Ablation]) -> None:
        super().__init__()
        graph, copies = fx.Graph(), dict[fx.Node, fx.Node]()
        graph.graph_copy(traced.module.graph, copies)
        starts = ((layer.value, *each.bypass) for layer, each in zip(layers, ablations, strict=True))
        graph.output(tuple(tuple(copies[node] for node in start) for start in starts))
        self.module = fx.GraphModule(traced.module, graph)
        self.module.graph.eliminate_dead_code()
        self.module.recompile()

    def forward(self, picture: Tensor) -> Sequence[Sequence[Tensor]]:
        values: Sequence[Sequence[Tensor]] = self.module(picture)
        return values


def _in_order(traced: Traced, chosen: set[fx.Node]) -> list[fx.Node]:
    return [node for node in traced.module.graph.nodes if node in chosen]


def _with_sizes(traced: Traced, above: set[fx.Node], value: fx.Node) -> set[fx.Node]:
    """Nodes with all those they need that are sizes, such as the number of pictures: they change with the copies."""
    found, waiting = set(above), list(above)
    while waiting:
        for source in waiting.pop().all_input_nodes:
            if (
                source in traced.pictured
                and source is not value
                and source not in found
                and not _is_tensor(traced, source)
            ):
                found.add(source)
                waiting.append(source)
    return found


def _is_tensor(traced: Traced, node: fx.Node) -> bool:
    return isinstance(traced.facts[node], Tensor)


def _refuse_shared(traced: Traced, layer: TracedLayer, bypass: Sequence[fx.Node]) -> None:
    others = [node for node in bypass if traced.facts[node].dim() == 0 or len(traced.facts[node]) != 1]
    if others:
        raise NetworkRefused(
            f"{layer.name}: what follows reads {others[0].name} from below it, which is not one value per "
            "picture, so the layer cannot be altered alone"
        )
