"""Where a channel looks: by hand on a network whose fields are known."""

import pytest
import torch
from torch import Tensor, nn

from ingest.pictures.counted import LayerMaps
from ingest.pictures.patches.field import centre_of, patch_sides, side_around
from ingest.tracing.layers import find_layers
from ingest.tracing.trace import trace


def test_the_middle_of_a_place_is_the_middle_of_its_cell() -> None:
    assert centre_of(0, (4, 4), 32) == (4, 4)
    assert centre_of(7, (2, 4), 32) == (28, 24)


@pytest.mark.parametrize("wide", [1, 3, 9])
def test_the_side_holds_the_share_of_a_square_blob(wide: int) -> None:
    gradient = torch.zeros(21, 21)
    half = wide // 2
    gradient[10 - half : 11 + half, 10 - half : 11 + half] = 1
    assert side_around(gradient, 10.5, 10.5, 1.0) == wide
    gradient[0, 0] = 0.05 * wide * wide  # below a tenth of all: it does not widen the square
    assert side_around(gradient, 10.5, 10.5) <= wide


class Blurs(nn.Module):
    """Means over 3x3 and then 5x5 around it: fields of 3 and 7 pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.near, self.far = nn.Conv2d(3, 2, 3, padding=1), nn.Conv2d(2, 2, 5, padding=2)
        for layer in (self.near, self.far):
            nn.init.constant_(layer.weight, 1 / layer.weight[0].numel())
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
        self.head = nn.Linear(2, 2)

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.head(self.far(self.near(x).relu()).relu().mean((2, 3)))
        return scores


def test_sides_are_those_of_the_fields_and_never_larger_than_the_square() -> None:
    network = Blurs().eval().requires_grad_(False)
    for square, expected in ((32, [3, 7]), (6, [3, 6])):
        pictures = [torch.rand(3, square, square, generator=torch.Generator().manual_seed(n)) for n in range(5)]
        traced = trace(network, pictures[0][None])
        maps = LayerMaps(traced, find_layers(traced, network, ["near", "far"]))
        sides = patch_sides(maps, pictures)
        assert sides[0] == expected[0] and expected[1] - 2 <= sides[1] <= expected[1]
        assert patch_sides(maps, pictures) == sides


def test_a_layer_that_nothing_excites_has_the_whole_square() -> None:
    network = Blurs().eval().requires_grad_(False)
    nn.init.constant_(network.far.weight, -1)
    pictures = [torch.rand(3, 16, 16)]
    traced = trace(network, pictures[0][None])
    maps = LayerMaps(traced, find_layers(traced, network, ["near", "far"]))
    assert patch_sides(maps, pictures)[1] == 16
