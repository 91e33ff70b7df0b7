"""How a picture is made, on functions whose best picture is known."""

import math

import numpy
import pytest
import torch
from torch import Tensor

from ingest.pictures.visualize.colours import covariance_of, root_of
from ingest.pictures.visualize.quality import SHOWN, decode, encode, rank_of
from ingest.pictures.visualize.recipe import CONTRAST, Colours, Recipe, Wanted, likeness, make_pictures, rate
from ingest.pictures.visualize.streams import moves, start

PLAIN = Colours(torch.eye(3) * CONTRAST, torch.zeros(3, 1, 1), torch.ones(3, 1, 1))


def as_it_is(pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Red, green and blue as three channels."""
    return pictures, pictures


def wanted(*channels: int) -> list[Wanted]:
    return [Wanted(channel, f"layer/{channel}/mean") for channel in channels]


def test_a_picture_climbs_what_its_channel_is_excited_by() -> None:
    made = make_pictures(as_it_is, Recipe(40, 16), wanted(0, 1, 2), PLAIN, diverse=False)
    assert made.shape == (3, 3, 16, 16)
    assert made.mean((2, 3)).argmax(1).tolist() == [0, 1, 2]
    begun = make_pictures(as_it_is, Recipe(1, 16), wanted(0, 1, 2), PLAIN, diverse=False)
    assert bool((made.mean((2, 3)).diagonal() > begun.mean((2, 3)).diagonal() + 0.04).all())


def test_a_channel_that_its_activation_silences_is_still_climbed() -> None:
    def hidden(pictures: Tensor) -> tuple[Tensor, Tensor]:
        before = pictures - 0.9  # below zero at the start, where a ReLU has no gradient
        return before.clamp_min(0), before

    made = make_pictures(hidden, Recipe(40, 16), wanted(1), PLAIN, diverse=False)
    begun = make_pictures(hidden, Recipe(1, 16), wanted(1), PLAIN, diverse=False)
    assert made[0, 1].mean() > begun[0, 1].mean() + 0.04


def test_a_picture_does_not_depend_on_its_neighbours() -> None:
    some = make_pictures(as_it_is, Recipe(5, 16), wanted(0, 1, 2), PLAIN, diverse=False)
    others = make_pictures(as_it_is, Recipe(5, 16), wanted(2, 0, 0), PLAIN, diverse=False)
    assert torch.equal(some[2], others[0]) and torch.equal(some[0], others[1])


def test_a_stream_has_its_own_numbers_for_each_picture_and_step() -> None:
    drawn = [moves("a/1/mean", 1, 4), moves("a/1/mean", 2, 4), moves("a/2/mean", 1, 4), start("a/1/mean", (4,))]
    assert len({tuple(numbers.tolist()) for numbers in drawn}) == 4
    assert numpy.array_equal(drawn[0], moves("a/1/mean", 1, 4)) and abs(drawn[0]).max() <= 1


def test_diverse_pictures_are_less_alike() -> None:
    def textures(pictures: Tensor) -> tuple[Tensor, Tensor]:
        edges = [pictures, pictures.roll(1, 2) - pictures, pictures.roll(1, 3) - pictures]
        joined = torch.cat([*edges, (edges[1].abs() + edges[2].abs()).mean(1, keepdim=True)], 1)
        return joined, joined

    four = [Wanted(9, f"layer/9/diverse-{k}") for k in range(4)]
    alike, apart = (make_pictures(textures, Recipe(30, 16), four, PLAIN, diverse=each) for each in (False, True))
    assert likeness(textures(apart)[0]).mean() < likeness(textures(alike)[0]).mean()


def test_the_rate_falls_along_a_cosine_to_a_tenth() -> None:
    rates = [rate(step, 64) for step in range(1, 65)]
    assert rates == sorted(rates, reverse=True)
    assert math.isclose(rates[0], 0.1) and 0.01 <= rates[-1] < 0.011


def test_colours_vary_as_those_of_the_pictures_do() -> None:
    generator = torch.Generator().manual_seed(0)
    mixed = torch.tensor([[0.2, 0.05, 0.0], [0.2, 0.0, 0.03], [0.2, -0.04, 0.0]])
    pictures = [(mixed @ torch.randn(3, 400, generator=generator)).view(3, 20, 20) for _ in range(3)]
    root, covariance = root_of(covariance_of(pictures)).double(), covariance_of(pictures)
    stacked = torch.cat([picture.flatten(1) for picture in pictures], 1).double()
    torch.testing.assert_close(covariance, torch.cov(stacked, correction=0))
    scale = covariance[0, 0] / (root @ root.T)[0, 0]
    torch.testing.assert_close(root @ root.T * scale, covariance, rtol=1e-4, atol=1e-7)
    assert math.isclose(float(root.norm(dim=1).max()), CONTRAST, rel_tol=1e-5)


@pytest.mark.parametrize(
    "grey", [torch.full((3, 4, 4), 0.5), torch.rand(1, 4, 4).expand(3, 4, 4)], ids=["even", "grey"]
)
def test_of_grey_pictures_grey_ones_are_made(grey: Tensor) -> None:
    root = root_of(covariance_of([grey]))
    made = make_pictures(as_it_is, Recipe(3, 16), wanted(0), Colours(root, PLAIN.mean, PLAIN.std), diverse=False)
    assert bool(torch.isfinite(made).all()) and made.std() > 0
    torch.testing.assert_close(made[0, 0], made[0, 2])


def test_small_pictures_are_enlarged_and_seen_by_the_network_at_their_own_side() -> None:
    picture = torch.linspace(0, 1, 48).expand(3, 48, 48)
    seen = decode(encode(picture), 48)
    assert decode(encode(picture), SHOWN).shape == (3, SHOWN, SHOWN)
    assert (seen - picture).abs().mean() < 0.02


def test_a_rank_compares_shares_of_what_pictures_excite_where_that_is_known() -> None:
    means = numpy.array([2.0, 3.0, 0.5, -1.0], numpy.float32)
    largest = numpy.array([2.0, 6.0, 0.0, 5.0], numpy.float32)
    assert [rank_of(means, channel, None) for channel in range(4)] == [2, 1, 3, 4]
    assert [rank_of(means, channel, largest) for channel in range(2)] == [1, 2]
    assert rank_of(means, 3, largest) == 4
