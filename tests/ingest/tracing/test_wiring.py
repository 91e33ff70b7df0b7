import copy
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision import models

from ingest.errors import NetworkRefused
from ingest.tracing.labels import OUTSIDE, Hop, Sum
from ingest.tracing.wiring import wire
from tests.ingest.networks import TESTED, Branches, network, pictures

DEFAULT_LAYERS = {
    "googlenet": [f"inception{name}" for name in ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b")],
    "inception_v3": [f"Mixed_{name}" for name in ("5b", "5c", "5d", "6a", "6b", "6c", "6d", "6e", "7a", "7b", "7c")],
    "vgg16": [f"features.{at}" for at in (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)],
    "alexnet": [f"features.{at}" for at in (0, 3, 6, 8, 10)],
    "resnet18": [f"layer{stage}.{block}" for stage in (1, 2, 3, 4) for block in (0, 1)],
    "squeezenet1_1": [f"features.{at}" for at in (3, 4, 6, 7, 9, 10, 11, 12)],
    "efficientnet-lite0": [f"_blocks.{at}" for at in range(16)],
}


@pytest.mark.parametrize("name", DEFAULT_LAYERS)
def test_a_family_has_the_layers_its_readers_expect(name: str) -> None:
    assert [layer.name for layer in wire(network(name), pictures(1, TESTED[name])).layers] == DEFAULT_LAYERS[name]


def test_googlenet_has_the_channels_of_the_paper() -> None:
    layers = wire(network("googlenet"), pictures(1, 64)).layers
    assert [layer.channels for layer in layers] == [256, 480, 512, 512, 512, 528, 832, 832, 1024]


def test_an_inception_block_is_four_parallel_branches() -> None:
    span = wire(network("googlenet"), pictures(1, 64)).spans[0]  # 3a (256) -> 3b: 128 + 192 + 96 + 64
    hops = {hop.convolution.name.removeprefix("inception3b."): hop for hop in span.hops}
    assert list(hops) == [f"branch{b}.conv" for b in ("1", "2.0", "2.1", "3.0", "3.1", "4.1")]
    for name in ("branch1.conv", "branch2.0.conv", "branch3.0.conv", "branch4.1.conv"):
        assert hops[name].labels.tolist() == list(range(256))
    assert hops["branch2.1.conv"].labels.tolist() == [hops["branch2.0.conv"].first + c for c in range(128)]
    widths = {"branch1.conv": 128, "branch2.1.conv": 192, "branch3.1.conv": 96, "branch4.1.conv": 64}
    assert span.targets.tolist() == [hops[name].first + c for name, width in widths.items() for c in range(width)]


def test_a_residual_block_ends_in_a_sum_of_its_last_convolution_and_the_layer_itself() -> None:
    span = wire(network("resnet18"), pictures(1, 64)).spans[0]  # layer1.0 -> layer1.1, an identity skip
    *_, last, total = span.stages
    assert isinstance(last, Hop) and isinstance(total, Sum)
    ways = {tuple(labels.tolist()) for labels in total.labels}
    assert ways == {tuple(range(64)), tuple(range(last.first, last.first + 64))}
    assert span.targets.tolist() == list(range(total.first, total.first + 64))


def test_a_channel_shuffle_is_followed_through_its_views() -> None:
    module = models.get_model("shufflenet_v2_x0_5", weights=None)
    span = wire(module, pictures(1, 64)).spans[0]  # stage2.0 -> stage2.1: the left half passes, the right is convolved
    first, *_, last = span.hops
    assert first.labels.tolist() == list(range(24, 48))
    left, right = span.targets[0::2].tolist(), span.targets[1::2].tolist()
    assert left == list(range(24)) and right == [last.first + c for c in range(24)]


def test_channels_that_bypass_the_lower_layer_are_outside() -> None:
    class Side(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stem, self.side, self.top = nn.Conv2d(3, 4, 1), nn.Conv2d(3, 2, 1), nn.Conv2d(6, 5, 1)

        def forward(self, x: Tensor) -> Tensor:
            return functional.relu(self.top(torch.cat([self.side(x), functional.relu(self.stem(x))], 1))).mean((2, 3))

    (hop,) = wire(Side(), pictures(1, 4), ["stem", "top"]).hops
    assert hop.labels.tolist() == [OUTSIDE, OUTSIDE, 0, 1, 2, 3]


def test_batch_norm_is_folded_with_its_sign() -> None:
    module = Branches().eval()
    with torch.no_grad():
        module.norm.weight.copy_(torch.linspace(-2, 2, 9))
    hop = wire(module, pictures(1, 8), ["mixed", "norm"]).hops[-1]
    scale = torch.linspace(-2, 2, 9).double() / (1 + 1e-5) ** 0.5
    torch.testing.assert_close(hop.convolution.kernel, module.first.weight.double() * scale[:, None, None, None])


def test_a_pool_before_a_convolution_is_part_of_what_the_convolution_receives() -> None:
    pooled = wire(network("googlenet"), pictures(1, 64)).spans[0].hops[-1]
    assert pooled.convolution.name == "inception3b.branch4.1.conv" and pooled.reads.name == "inception3b_branch4_0"


class Flagged(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.lower, self.again, self.head = nn.Conv2d(3, 4, 3), nn.Conv2d(4, 4, 3), nn.Linear(4, 2)

    def forward(self, x: Tensor, flag: bool = False, *, scale: float | None = None) -> Tensor:
        x = functional.relu(self.lower(x))
        if flag:
            return x
        x = functional.relu(self.again(functional.relu(self.again(x))))
        scores: Tensor = self.head(x.mean((2, 3)))
        return scores if scale is None else scores * scale


def test_default_layers_are_every_call_of_the_convolutions_in_line_and_never_the_scores() -> None:
    plan = wire(Flagged(), pictures(1, 12))
    assert [layer.name for layer in plan.layers] == ["lower", "again@1", "again@2"]
    convolutions = (nn.Conv2d(3, 4, 3), nn.Conv2d(4, 5, 3), nn.Conv2d(5, 2, 1))
    plan = wire(nn.Sequential(*convolutions, nn.AdaptiveAvgPool2d(1), nn.Flatten()), pictures(1, 12))
    assert [layer.name for layer in plan.layers] == ["0", "1"]
    assert str(plan.coverage) == "1 of 3 convolutions (33 %); not counted: 1 up to the first layer, 1 above the last"


@pytest.mark.parametrize(
    "wrap",
    [
        nn.DataParallel,
        torch.compile,
        lambda module: torch.compile(nn.DataParallel(module)),
        lambda module: module.half(),
        lambda module: module.double(),
        lambda module: module.bfloat16(),
    ],
)
def test_wrapped_and_cast_networks_are_taken_as_they_are_inside(wrap: Callable[[nn.Module], Any]) -> None:
    plan = wire(wrap(Flagged()), pictures(1, 12), ["lower", "again@1"])
    assert [hop.convolution.name for hop in plan.hops] == ["again"]


@pytest.mark.parametrize("wrap", [nn.DataParallel, torch.compile, lambda part: torch.compile(nn.DataParallel(part))])
def test_wrapped_parts_have_the_names_that_they_have_without(wrap: Callable[[nn.Module], Any]) -> None:
    plain = nn.Sequential(nn.Sequential(Flagged(), nn.Unflatten(1, (2, 1, 1))), nn.Conv2d(2, 4, 1), nn.Flatten())
    network = copy.deepcopy(plain)
    flagged = network.get_submodule("0.0")
    flagged.add_module("lower", wrap(flagged.get_submodule("lower")))
    network[0] = wrap(network[0])
    wrapped = network[0]
    plans = [wire(each, pictures(1, 12), ["0.0.lower", "0.0.again@1"]) for each in (plain, network)]
    (one,), (other,) = (plan.hops for plan in plans)
    assert one.convolution.name == other.convolution.name == "0.0.again"
    assert torch.equal(one.convolution.kernel, other.convolution.kernel) and network[0] is wrapped


class Attending(nn.Module):
    """Two convolutions, then attention, then two convolutions again."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.c = nn.Conv2d(3, 4, 1), nn.Conv2d(4, 4, 1), nn.Conv2d(4, 4, 1)
        self.d, self.e, self.head = nn.Conv2d(4, 4, 1), nn.Conv2d(4, 4, 1), nn.Linear(4, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.b(functional.relu(self.a(x))).relu()
        flat = x.flatten(2)
        x = ((flat @ flat.transpose(1, 2)).softmax(-1) @ flat).view_as(x)
        x = self.e(self.d(self.c(x).relu()).relu()).relu()
        scores: Tensor = self.head(x.mean((2, 3)))
        return scores


def test_the_longest_run_of_default_layers_is_kept_and_the_rest_is_named() -> None:
    plan = wire(Attending(), pictures(1, 4))
    assert [layer.name for layer in plan.layers] == ["c", "d", "e"]
    names, why = plan.coverage.left_out
    assert names == "layers a, b are left out"
    assert "matmul" in why and "cannot be followed" in why
    with pytest.raises(NetworkRefused, match="matmul"):
        wire(Attending(), pictures(1, 4), ["a", "b", "c", "d", "e"])
