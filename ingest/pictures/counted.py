"""The network that a run was counted with, and its layers' maps."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, fx, nn

from ingest.errors import NetworkRefused
from ingest.network.load import load_network
from ingest.network.preprocess import Preprocessing
from ingest.network.sources.classifier import Network
from ingest.network.sources.own import DEFAULT
from ingest.run.read import RunReader
from ingest.tracing.layers import TracedLayer, find_layers
from ingest.tracing.trace import Traced, trace
from ingest.tracing.unwrap import unwrapped
from queries.errors import DataError
from queries.records import Record


@dataclass(frozen=True, eq=False)
class CountedNetwork:
    """layers are those of the run, lowest first."""

    network: Network
    traced: Traced
    layers: tuple[TracedLayer, ...]


def load_counted(run: RunReader) -> CountedNetwork:
    """The network of a run. Raises DataError where it cannot be loaded any more, or has other weights than then."""
    settings = run.settings
    network = _same_network(run)
    probe = torch.randn(1, 3, *[settings["preprocessing"]["crop"]] * 2, generator=torch.Generator().manual_seed(0))
    module = unwrapped(network.module)
    traced = trace(module, probe)
    layers = find_layers(traced, module, [layer.name for layer in run.layers])
    if [layer.identity for layer in layers] != settings["layers"]:
        raise DataError(
            f"{run.path} was counted by an earlier version, which read some of its layers before the norm that follows "
            "them; count it again with `summit ingest`, into another run"
        )
    return CountedNetwork(network, traced, layers)


def preprocessing_of_run(settings: Record) -> Preprocessing:
    """How the pictures of a run were prepared."""
    values: Record = {
        name: tuple(value) if isinstance(value, list) else value for name, value in settings["preprocessing"].items()
    }
    return Preprocessing(**values)


def _same_network(run: RunReader) -> Network:
    name, weights = run.settings["network"], run.settings["weights"]
    switch = run.settings.get("switches", {}).get("transform_input")
    reason = "its weights are others now"
    for choice in dict.fromkeys((DEFAULT if weights == name else weights, DEFAULT)):
        try:
            network = load_network(name, choice, switch)
        except NetworkRefused as refusal:
            reason = str(refusal)
            continue
        if network.digest == run.settings["weights_sha256"]:
            return network
    raise DataError(
        f"{run.path}: the network it was counted with, {name} ({weights}), cannot be loaded again: {reason}"
    )


class LayerMaps(nn.Module):
    """The network up to its last layer: pictures in, the map of every layer out, each (batch, C, height, width)."""

    def __init__(self, traced: Traced, layers: Sequence[TracedLayer]) -> None:
        super().__init__()
        graph = fx.Graph()
        copies: dict[fx.Node, fx.Node] = {}
        graph.graph_copy(traced.module.graph, copies)
        graph.output(tuple(copies[layer.value] for layer in layers))
        self.module = fx.GraphModule(traced.module, graph)
        self.module.graph.eliminate_dead_code()
        self.module.recompile()

    def forward(self, pictures: Tensor) -> tuple[Tensor, ...]:
        maps: tuple[Tensor, ...] = self.module(pictures)
        return maps
