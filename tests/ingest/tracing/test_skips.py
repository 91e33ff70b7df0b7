"""The ways of an edge against hand-made networks, and against what the counts of a network can reach at all."""

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision import models

from ingest.count.joining import join
from ingest.tracing.labels import Span
from ingest.tracing.skips import find_skips
from ingest.tracing.wiring import Wiring, wire
from queries.records import EdgeKind, Skips, edge_kind
from tests.ingest.networks import TESTED, Branches, network, pictures

CONVOLUTION, SKIP, BOTH = EdgeKind.CONVOLUTION, EdgeKind.SKIP, EdgeKind.BOTH


class Residual(nn.Module):
    """One residual block of four channels: its branch ends in a 3 x 3 convolution with the weights of its pairs."""

    def __init__(self, weighs: list[list[int]], norm: list[float] | None = None) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, padding=1)
        self.last = nn.Conv2d(4, 4, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(4).eval()
        self.end = nn.ReLU()
        self.head = nn.Linear(4, 2)
        with torch.no_grad():
            self.last.weight.zero_()
            self.last.weight[:, :, 0, 2] = torch.tensor(weighs, dtype=torch.float32)  # one tap is enough
            self.norm.weight.copy_(torch.tensor(norm or [1.0] * 4))

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(self.stem(x))
        x = self.end(x + self.norm(self.last(x)))
        scores: Tensor = self.head(x.mean((2, 3)))
        return scores


class Bottleneck(nn.Module):
    """A residual block whose branch narrows to two channels: 0 and 1 lead into the first, 3 into the second."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, padding=1)
        self.narrow, self.wide = nn.Conv2d(4, 2, 1), nn.Conv2d(2, 4, 3, padding=1)
        self.end = nn.ReLU()
        self.head = nn.Linear(4, 2)
        with torch.no_grad():
            self.narrow.weight.zero_(), self.wide.weight.zero_()
            for target, source in ((0, 0), (0, 1), (1, 3)):
                self.narrow.weight[target, source] = 1.0
            for target, source in ((1, 0), (2, 0), (3, 0), (0, 1)):
                self.wide.weight[target, source] = 2.0

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(self.stem(x))
        x = self.end(x + self.wide(functional.relu(self.narrow(x))))
        scores: Tensor = self.head(x.mean((2, 3)))
        return scores


class Dense(nn.Module):
    """A layer of four channels handed on behind two new ones, as in a DenseNet; the new ones read it depthwise."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, padding=1)
        self.depth = nn.Conv2d(4, 4, 3, padding=1, groups=4)
        self.end = nn.ReLU()
        self.head = nn.Linear(8, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(self.stem(x))
        x = self.end(torch.cat([self.depth(x), x.flip(1)], 1))
        scores: Tensor = self.head(x.mean((2, 3)))
        return scores


@pytest.fixture(autouse=True)
def seeded() -> Iterator[None]:
    """The weights that a test does not set are the same each time."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        yield


def kinds(module: nn.Module, layers: tuple[str, ...] = ("stem", "end")) -> list[list[EdgeKind | None]]:
    """By target and source, of the second layer."""
    wiring = wire(module.eval(), pictures(1, 16), layers)
    lower, upper = wiring.layers[:2]
    found = find_skips(wiring)[upper.name]
    return [
        [edge_kind(source, found.of(target)) for source in range(lower.channels)] for target in range(upper.channels)
    ]


def test_a_convolution_without_weight_on_the_diagonal_leaves_the_skip_alone() -> None:
    found = kinds(Residual([[1, 0, 0, 0], [1, 0, 0, 0], [0, 1, 1, 1], [1, 1, 1, 0]]))
    diagonal = [found[at][at] for at in range(4)]
    assert diagonal == [BOTH, SKIP, BOTH, SKIP]
    assert {found[target][source] for target in range(4) for source in range(4) if source != target} == {CONVOLUTION}


def test_a_block_without_a_branch_is_all_skips() -> None:
    found = kinds(Residual([[0] * 4] * 4))
    assert [found[at][at] for at in range(4)] == [SKIP] * 4


def test_a_norm_that_takes_a_channel_out_of_the_branch_leaves_its_skip_alone() -> None:
    found = kinds(Residual([[1] * 4] * 4, norm=[1.0, 0.0, -1.0, 0.0]))
    assert [found[at][at] for at in range(4)] == [BOTH, SKIP, BOTH, SKIP]


def test_two_convolutions_in_a_row_join_what_their_weights_join() -> None:
    # the branch joins 0 and 1 to 1, 2 and 3, and 3 to 0: of the diagonal only 1
    assert [kinds(Bottleneck())[at][at] for at in range(4)] == [SKIP, BOTH, SKIP, SKIP]


def test_a_concatenation_hands_channels_on_at_another_index() -> None:
    wiring = wire(Dense().eval(), pictures(1, 16), ("stem", "end"))
    assert find_skips(wiring)["end"] == Skips({4: [3], 5: [2], 6: [1], 7: [0]}, {})
    found = kinds(Dense())
    assert found[0] == [CONVOLUTION] * 4 and found[7] == [SKIP, *[CONVOLUTION] * 3]


def test_a_residual_block_of_branches_is_both() -> None:
    found = find_skips(wire(Branches().eval(), pictures(1, 16), ("stem", "mixed", "first")))
    assert found == {"stem": Skips(), "mixed": Skips(), "first": Skips()}  # the sum lies above the last layer


def test_an_identity_skip_of_a_resnet_is_both_and_a_projected_one_is_none() -> None:
    found = find_skips(wire(network("resnet18"), pictures(1, 64)))
    assert found["layer1.1"] == Skips({}, {at: [at] for at in range(64)})
    assert found["layer2.0"] == Skips()  # its shortcut is a convolution
    assert found["layer2.1"] == Skips({}, {at: [at] for at in range(128)})


def test_half_a_shuffled_block_is_handed_on() -> None:
    module = models.get_model("shufflenet_v2_x0_5", weights=None).eval()
    wiring = wire(module, pictures(1, 64))
    found = find_skips(wiring)[wiring.layers[1].name]
    assert found == Skips({2 * at: [at] for at in range(wiring.layers[1].channels // 2)}, {})


def test_branches_that_are_concatenated_are_no_skips() -> None:
    wiring = wire(network("googlenet"), pictures(1, 64))
    assert find_skips(wiring) == {layer.name: Skips() for layer in wiring.layers}


def by_counts(span: Span) -> tuple[Tensor, Tensor]:
    """(T, S) bool each: skips, and ways with weights, from the widths that counting gives where every weight counts."""
    counts = [(hop.convolution.kernel != 0).flatten(2).any(2).to(torch.int32) for hop in span.hops]
    wide = [torch.full_like(each, 2) * each for each in counts]
    alone = join(span, [torch.zeros_like(each) for each in counts], torch.ones(span.sources, dtype=torch.int32)) > 0
    return alone, join(span, wide, torch.zeros(span.sources, dtype=torch.int32)) > 0


@pytest.mark.parametrize(
    "name", ["resnet50", "densenet121", "mobilenet_v3_small", "efficientnet-lite0", "convnext_tiny"]
)
def test_kinds_are_what_counting_tells_apart(name: str) -> None:
    wiring: Wiring = wire(network(name), pictures(1, TESTED[name]))
    found = find_skips(wiring)
    skips = 0
    for layer, span in list(zip(wiring.layers[1:], wiring.spans, strict=True))[:6]:
        alone, convolved = by_counts(span)
        of_layer = found[layer.name]
        expected = {(t, s): bool(convolved[t, s]) for t, s in alone.nonzero().tolist()}
        ways = ((False, of_layer.alone), (True, of_layer.beside))
        told = {(target, source): both for both, by in ways for target in by for source in by[target]}
        assert told == expected, layer.name
        skips += len(told)
    assert skips > 0
