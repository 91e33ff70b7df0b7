"""The part of a network that leads to a layer computes what the network computes."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from ingest.errors import NetworkRefused
from ingest.network.load import load_network
from ingest.pictures.visualize.field import receptive_field
from ingest.pictures.visualize.recipe import CONTRAST, Colours
from ingest.pictures.visualize.studio import SIZES, Studio
from ingest.pictures.visualize.subnetwork import Pointwise, cut, plain_value
from ingest.tracing.layers import TracedLayer, find_layers
from ingest.tracing.trace import Traced, trace
from tests.ingest.networks import Branches, pictures, settle

PLAIN = Colours(torch.eye(3) * CONTRAST, torch.full((3, 1, 1), 0.5), torch.full((3, 1, 1), 0.5))


def traced(network: nn.Module, side: int, names: tuple[str, ...] = ()) -> tuple[Traced, list[TracedLayer]]:
    found = trace(network, pictures(1, side))
    return found, list(find_layers(found, network, names or None))


def lite0() -> nn.Module:
    return load_network("efficientnet-lite0").module


def test_norms_and_margins_are_folded_and_nothing_changes() -> None:
    whole, layers = traced(lite0(), 64)
    part = cut(whole, layers[4], pictures(1, 48))
    kinds = {type(module) for module in part.modules()}
    assert nn.BatchNorm2d not in kinds
    assert sum(isinstance(module, nn.ZeroPad2d) for module in part.modules()) == 3, "only those of strides"
    assert sum(isinstance(module, Pointwise) for module in part.modules()) == 9, "one of the first block, then two each"
    probe = pictures(1, 48)
    torch.testing.assert_close(part(probe)[0], plain_value(whole, layers[4], probe), rtol=1e-3, atol=1e-3)


def test_only_convolutions_of_one_position_become_products() -> None:
    plain = [nn.Conv2d(3, 8, 1), nn.Conv2d(8, 8, 1, bias=False)]
    others = [nn.Conv2d(8, 8, 1, groups=2), nn.Conv2d(8, 8, 1, stride=2), nn.Conv2d(8, 8, 1, padding=1)]
    network = nn.Sequential(*plain, *others, nn.Conv2d(8, 4, 3))
    whole, layers = traced(network.eval(), 16, ("0", "5"))
    part, probe = cut(whole, layers[1], pictures(1, 16)), pictures(2, 16)
    assert sum(isinstance(module, Pointwise) for module in part.modules()) == len(plain)
    assert sum(isinstance(module, nn.Conv2d) for module in part.modules()) == len(others) + 1
    torch.testing.assert_close(part(probe)[0], network(probe))


def test_a_norm_behind_a_convolution_that_others_read_stays() -> None:
    class Shared(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stem = nn.Conv2d(3, 4, 3)
            self.norm = nn.BatchNorm2d(4)
            self.top = nn.Sequential(nn.Conv2d(4, 4, 3), nn.ReLU())

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = self.stem(x)
            found: torch.Tensor = self.top(functional.relu(self.norm(x)) + x)
            return found

    network = Shared()
    settle(network, pictures(8, 16))
    whole, layers = traced(network.eval(), 16, ("stem", "top"))
    part = cut(whole, layers[1], pictures(1, 16))
    assert sum(isinstance(module, nn.BatchNorm2d) for module in part.modules()) == 1


def test_a_layer_that_ends_in_an_activation_is_known_before_it() -> None:
    network = Branches().eval()
    whole, layers = traced(network, 16, ("stem", "mixed"))
    value, before = cut(whole, layers[0], pictures(1, 16))(pictures(2, 16))
    torch.testing.assert_close(value, before.relu())
    assert before.min() < 0


def test_a_part_that_computes_something_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, layers = traced(Branches().eval(), 16, ("stem", "mixed"))
    with torch.no_grad():
        folding = "ingest.pictures.visualize.subnetwork.fold_margins"
        monkeypatch.setattr(folding, lambda part: part.get_submodule("wide").bias.add_(1))
        with pytest.raises(NetworkRefused, match="mixed: with its norms folded in"):
            cut(whole, layers[1], pictures(1, 16))


def test_the_field_of_a_layer_is_that_of_its_convolutions() -> None:
    whole, layers = traced(lite0(), 64)
    fields = [receptive_field(whole, layer.value).side for layer in layers]
    assert fields == [7, 11, 19, 35, 67, 83, 115, 147, 211, 275, 339, 403, 531, 659, 787, 851]


@pytest.mark.parametrize("name", ["resnet18", "mobilenet_v3_small"])
def test_a_picture_is_the_same_in_any_batch_of_any_network(name: str) -> None:
    network = load_network(name, "none").module
    settle(network, pictures(8, 32))
    whole, layers = traced(network.eval(), 32)
    layer = layers[len(layers) // 2]
    studio = Studio("", whole, {layer.name: layer}, PLAIN, 32, None, None)
    for size in SIZES["cpu"]:
        channels = list(range(size))
        together = studio.make(layer.name, channels, 2, size)
        turned = studio.make(layer.name, channels[1:] + channels[:1], 2, size)
        assert [each.content for each in together] == [each.content for each in turned[-1:] + turned[:-1]]
        assert studio.make(layer.name, [1], 2, size)[0] == together[1]


def test_maps_of_one_position_and_networks_that_need_their_own_side_are_visualised() -> None:
    class Fixed(nn.Module):
        """Its last layer has a single position, and a sum at each position of pictures of 24 pixels."""

        def __init__(self) -> None:
            super().__init__()
            self.low = nn.Sequential(nn.Conv2d(3, 5, 3, padding=1), nn.Tanh())
            self.place = nn.Parameter(torch.randn(1, 5, 24, 24))
            self.high = nn.Conv2d(5, 4, 24)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            found: torch.Tensor = self.high(self.low(x) + self.place).flatten(1)
            return found

    network = Fixed().eval()
    whole, layers = traced(network, 24, ("low", "high"))
    studio = Studio("", whole, {layer.name: layer for layer in layers}, PLAIN, 24, 16, None)
    assert (studio.recipe("low", 1).side, studio.recipe("high", 1).side) == (16, 24)
    (made,) = studio.make("high", [2], 8, 8)
    assert made.measured.side == 24
