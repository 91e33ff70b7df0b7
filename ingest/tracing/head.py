"""The head of a network, all that follows its last layer: are class scores weighted sums of that layer's channels?

Measured, not told by the names of modules: the head is run alone, on maps that no picture would give.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, fx

from ingest.network.outputs import Scores
from ingest.tracing.layers import TracedLayer
from ingest.tracing.operations import Value
from ingest.tracing.trace import Traced, is_map, reached
from queries.errors import first_line

LINEAR = "linear"
SIZES = (0.1, 1.0, 30.0, 1000.0)  # of the maps that are tried: their standard deviation
ERROR = 1e-4  # of the largest score: more than float32 makes of a sum in another order
OUT_OF_MEMORY = ("out of memory", "not enough memory", "allocate memory", "ALLOC_FAILED")  # in errors of PyTorch
Run = Callable[[Tensor], Tensor]


@dataclass(frozen=True, eq=False)
class Head:
    """What follows the last layer.

    about  LINEAR, or in words why class scores are not weighted sums of its channels' means over positions
    zero   a map of the layer, (1, C, height, width), all 0, on the device of the head
    run    such a map to class scores (1, outputs)
    """

    about: str
    zero: Tensor
    run: Run

    @property
    def linear(self) -> bool:
        return self.about == LINEAR

    def weights(self, output: int) -> tuple[Tensor, float]:
        """(C,) float64, and the bias: an output's score is the bias + the sum of weight * mean over positions.

        For a linear head alone.
        """
        with torch.enable_grad():
            maps = self.zero.clone().requires_grad_()
            score = self.run(maps)[0, output]
            (gradient,) = torch.autograd.grad(score, maps)
        return gradient[0].double().sum((1, 2)).cpu(), float(score.detach())


def find_head(traced: Traced, layer: TracedLayer, scores: Scores, device: torch.device) -> Head:
    """The head above a network's last layer; costs some twenty passes through it."""
    zero = torch.zeros(1, *traced.facts[layer.value].shape[1:], device=device)
    above = reached([layer.value], lambda node: node.users) - {layer.value}
    needed = [source for node in above for source in node.all_input_nodes if source not in above]
    beside = [node for node in needed if node in traced.pictured and node is not layer.value]
    if bypass := next((node.name for node in beside if is_map(traced.facts[node])), None):
        return Head(f"class scores also depend on {bypass}, which bypasses {layer.name}", zero, _nothing)
    constants = reached([node for node in needed if node not in traced.pictured], lambda node: node.all_input_nodes)
    graph = fx.Graph()
    copies: dict[fx.Node, Value] = {node: traced.facts[node] for node in beside}  # sizes, for one picture
    copies[layer.value] = graph.placeholder("maps")
    for node in traced.module.graph.nodes:
        if node in above or node in constants:
            copies[node] = graph.node_copy(node, copies.__getitem__)
    module = fx.GraphModule(traced.module, graph).to(device)

    def run(maps: Tensor) -> Tensor:
        return scores.of(module(maps))

    try:
        flaw = _flaw(head := Head(LINEAR, zero, run), layer.name)
        head.weights(0)
    except Exception as error:  # of any kind: a user's module runs here without the rest of its network
        if isinstance(error, MemoryError) or any(words in str(error) for words in OUT_OF_MEMORY):
            raise  # says nothing about the head
        flaw = f"what follows {layer.name} cannot be run alone ({first_line(error):.120})"
    return Head(flaw or LINEAR, zero, run)


def _nothing(_maps: Tensor) -> Tensor:
    raise AssertionError("only a linear head is run")


def _flaw(head: Head, layer: str) -> str | None:
    """Why scores are not weighted sums of means over positions; None where they are."""
    with torch.no_grad():
        nothing = head.run(head.zero)
        for one, other in _maps(head.zero):
            alone, beside = head.run(one), head.run(other)
            if not _same(alone, head.run(one.mean((2, 3), keepdim=True).expand_as(one).contiguous())):
                return f"class scores depend on where in its map a channel of {layer} is activated"
            if not _same(alone + beside, head.run(one + other) + nothing):
                return f"what follows {layer} is not linear"
    return None


def _maps(zero: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """Pairs of maps with channels above and below 0, as strong as a network may have them, and stronger."""
    generator = torch.Generator().manual_seed(0)
    for size in SIZES:
        level = torch.randn(2, *zero.shape[:2], 1, 1, generator=generator)
        one, other = (level + torch.randn(2, *zero.shape, generator=generator)).to(zero) * size
        yield one, other


def _same(one: Tensor, other: Tensor) -> bool:
    largest = max(float(one.abs().max()), float(other.abs().max()))
    return bool(torch.isfinite(one).all()) and float((one - other).abs().max()) <= ERROR * largest
