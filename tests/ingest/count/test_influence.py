import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from torch import Tensor, nn

from ingest.count.influence import (
    NO_WINNER,
    PreparedConvolution,
    decide,
    excited,
    influences,
    propose,
    strongest_sources,
)
from ingest.count.instrument import answering
from ingest.count.pruning import KernelNorms, bound
from ingest.tracing.convolution import Convolution, Geometry, extremes, padded
from tests.ingest import reference

CPU = torch.device("cpu")


def prepare(kernel: Tensor, geometry: Geometry = Geometry(), groups: int = 1) -> PreparedConvolution:  # noqa: B008
    return PreparedConvolution.of(Convolution("", kernel, geometry, groups), CPU)


def read(x: Tensor, geometry: Geometry) -> Tensor:
    return extremes(x, geometry) if geometry.pointwise else x


def table(convolution: Convolution, x: Tensor, top: int = 5) -> Tensor:
    """(batch, T, S / groups) int32 the votes of strongest_sources."""
    winners = strongest_sources(PreparedConvolution.of(convolution, CPU), read(x, convolution.geometry), top)
    votes = torch.zeros(*winners.shape[:2], convolution.kernel.shape[1] + 1, dtype=torch.int32)
    votes.scatter_add_(
        2, winners.where(winners != NO_WINNER, votes.shape[2] - 1), torch.ones_like(winners, dtype=torch.int32)
    )
    return votes[..., :-1]


def test_a_one_tap_kernel_contributes_weight_times_peak() -> None:
    source = torch.zeros(1, 2, 3, 3)
    source[0, 0, 1, 1] = 4.0
    kernel = torch.tensor([[0.5, 9.0], [-2.0, 9.0]], dtype=torch.float64).view(2, 2, 1, 1)
    prepared = prepare(kernel, Geometry())

    assert influences(prepared, source, "max")[0, 0].tolist() == [[2.0, 0.0], [0.0, 0.0]]
    assert strongest_sources(prepared, extremes(source, Geometry()), 2).tolist() == [
        [[0, NO_WINNER], [NO_WINNER, NO_WINNER]]
    ]


def test_a_negative_weight_on_a_negative_map_influences() -> None:
    source = torch.tensor([-3.0, -1.0]).view(1, 1, 1, 2)
    prepared = PreparedConvolution.of(
        Convolution("", torch.full((1, 1, 1, 1), -2.0, dtype=torch.float64), Geometry()), CPU
    )
    assert strongest_sources(prepared, extremes(source, Geometry()), 1).tolist() == [[[0]]]


def test_ties_go_to_the_lower_source() -> None:
    kernel = torch.ones(1, 9, 1, 1, dtype=torch.float64)
    prepared = prepare(kernel, Geometry())
    winners = strongest_sources(prepared, extremes(torch.ones(1, 9, 2, 2), Geometry()), 5)
    assert winners.tolist() == [[[0, 1, 2, 3, 4]]]


@pytest.mark.parametrize("groups", [1, 2])
def test_targets_with_few_sources_have_the_winners_of_all_sources(groups: int) -> None:
    generator = torch.Generator().manual_seed(groups)
    kernel = torch.randn(40, 64, 1, 1, generator=generator).double()
    weighs = torch.rand(40, 64, generator=generator).argsort(1) < torch.arange(40)[:, None] % 8
    kernel *= weighs[..., None, None]
    kernel[7] = kernel[7].sign()  # ties
    source = torch.randn(3, 64 * groups, 2, 2, generator=generator)
    convolution = Convolution("", kernel, Geometry(), groups)
    assert PreparedConvolution.of(convolution, CPU).support is not None
    votes = table(convolution, source)
    for picture, each in zip(torch.split(source, 1), votes, strict=True):
        received = reference.Received(picture, kernel, groups=groups)
        assert torch.equal(each, reference.largest(reference.influences(received), 5))
    assert strongest_sources(prepare(kernel[:8], groups=1), extremes(source[:, :64], Geometry()), 5).shape == (3, 8, 5)


def test_values_closer_than_float32_resolves_are_decided_in_float64() -> None:
    weights = torch.ones(1, 8, 1, 1, dtype=torch.float64)
    weights[0, 6], weights[0, 7] = 1 + 2e-9, 1 + 1e-9
    prepared = prepare(weights, Geometry())
    winners = strongest_sources(prepared, extremes(torch.ones(1, 8, 1, 1), Geometry()), 2)
    assert winners.tolist() == [[[6, 7]]]


def test_products_too_small_for_float32_still_count() -> None:
    prepared = PreparedConvolution.of(
        Convolution("", torch.full((1, 1, 1, 1), 1e-30, dtype=torch.float64), Geometry()), CPU
    )
    assert strongest_sources(prepared, extremes(torch.full((1, 1, 1, 1), 1e-30), Geometry()), 1).tolist() == [[[0]]]


@settings(max_examples=60, deadline=None)
@given(
    seed=some.integers(0, 2**32 - 1),
    kernel=some.tuples(some.integers(1, 5), some.integers(1, 5)),
    stride=some.tuples(some.integers(1, 3), some.integers(1, 3)),
    padding=some.tuples(some.integers(0, 2), some.integers(0, 2)),
    dilation=some.tuples(some.integers(1, 2), some.integers(1, 2)),
    shape=some.sampled_from([(12, 16, 1), (4, 3, 1), (8, 8, 8), (16, 8, 8), (6, 12, 2), (9, 1, 1)]),
    relu=some.booleans(),
)
def test_any_geometry_agrees_with_brute_force(
    seed: int,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int],
    dilation: tuple[int, int],
    shape: tuple[int, int, int],
    relu: bool,
) -> None:
    generator = torch.Generator().manual_seed(seed)
    targets, sources, groups = shape
    module = nn.Conv2d(sources, targets, kernel, stride, padding, dilation, groups)
    weight = torch.randn(module.weight.shape, generator=generator, dtype=torch.float64)
    x = torch.randn(2, sources, 10, 11, generator=generator)
    x = x.relu() if relu else x
    (down, across) = padding
    geometry = Geometry(kernel, stride, (across, across, down, down), dilation)
    votes = table(Convolution("", weight, geometry, groups), x)
    for picture, found in zip(x, votes, strict=True):
        truth = reference.largest(reference.influences(reference.Received.of(picture[None], weight, module)), 5)
        assert torch.equal(found, truth)


@pytest.mark.parametrize("measure", ["max", "sum", "frobenius"])
@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize("groups", [1, 4])
def test_every_measure_is_what_its_name_says(measure: str, size: int, groups: int) -> None:
    module = nn.Conv2d(8, 12, size, stride=2, padding=size // 2, groups=groups)
    x, weight = torch.randn(1, 8, 9, 9), module.weight.detach().double()
    geometry = Geometry((size, size), (2, 2), (size // 2,) * 4)
    found = influences(prepare(weight, geometry, groups), x, measure).flatten(1, 2)[0]
    truth = reference.influences(reference.Received.of(x, weight, module), measure)
    torch.testing.assert_close(found, truth)


@pytest.mark.parametrize("relu", [True, False])
def test_no_influence_exceeds_its_bound(relu: bool) -> None:
    x = torch.randn(4, 8, 12, 12)
    x = x.relu() if relu else x
    geometry = Geometry((3, 3))
    prepared = prepare(torch.randn(20, 8, 3, 3).double(), geometry)
    limit = bound(KernelNorms.of(prepared.weights), x, geometry).double()
    assert bool((influences(prepared, x, "max") <= limit).all())


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize("scale", [1e-36, 1e-20, 1e20, 1e34])
def test_neither_tiny_nor_huge_values_change_a_rank(size: int, scale: float) -> None:
    x, weight = torch.randn(2, 24, 6, 6).relu() * scale, torch.randn(10, 24, size, size).double()
    weight[::2] *= 1e-38
    x[0, 3] *= 1e-3
    module = nn.Conv2d(24, 10, size)
    votes = table(Convolution("", weight, Geometry((size, size))), x)
    for picture, found in zip(x, votes, strict=True):
        truth = reference.largest(reference.influences(reference.Received.of(picture[None], weight, module)), 5)
        assert torch.equal(found, truth)


@pytest.mark.parametrize("size", [1, 3])
def test_batches_of_any_size_give_the_same_winners(size: int) -> None:
    x = torch.randn(13, 24, 7, 7).relu()
    geometry = Geometry((size, size), padding=(size // 2,) * 4)
    prepared = prepare(torch.randn(40, 24, size, size).double(), geometry)
    sets = {
        batch: torch.cat([strongest_sources(prepared, read(part, geometry), 5) for part in torch.split(x, batch)])
        .sort(2)
        .values
        for batch in (1, 5, 13)
    }
    assert torch.equal(sets[1], sets[5]) and torch.equal(sets[1], sets[13])


def test_an_excluded_source_never_wins() -> None:
    x = torch.rand(3, 10, 5, 5)
    convolution = Convolution("", torch.rand(6, 10, 3, 3, dtype=torch.float64), Geometry((3, 3)))
    excluded = torch.zeros(10, dtype=torch.bool)
    excluded[4] = True
    assert bool((strongest_sources(PreparedConvolution.of(convolution, CPU), x, 10) == 4).any())
    assert not bool((strongest_sources(PreparedConvolution.of(convolution, CPU, excluded), x, 10) == 4).any())


@pytest.mark.parametrize("sources, groups", [(4, 1), (4, 8), (5, 2), (6, 1), (9, 1)])
def test_sources_without_influence_take_no_place_of_one_that_has_it(sources: int, groups: int) -> None:
    generator = torch.Generator().manual_seed(5)
    maps = torch.randn(3, sources * groups, 6, 6, generator=generator).clamp_min(0)
    maps *= torch.rand(maps.shape[:2], generator=generator)[..., None, None] < 0.4  # most are silent
    kernel = torch.randn(4 * groups, sources, 3, 3, generator=generator, dtype=torch.float64)
    prepared = prepare(kernel, Geometry((3, 3), padding=(1, 1, 1, 1)), groups)
    exact = influences(prepared, maps, "max").flatten(0, 2)
    winners = strongest_sources(prepared, maps, 5).flatten(0, 1)
    assert torch.equal(winners, decide(exact, 5))
    assert bool((winners == NO_WINNER).any())


def test_the_largest_of_rows_with_little_else_are_found_once() -> None:
    values = torch.tensor([[5.0, -torch.inf, -torch.inf, -torch.inf], [-torch.inf, 1.0, -torch.inf, 2.0]])
    winners, unsure = propose(values, torch.tensor([1e-6, 1e-6]), 5)
    assert winners.tolist() == [[0, NO_WINNER, NO_WINNER, NO_WINNER], [3, 1, NO_WINNER, NO_WINNER]]
    assert not bool(unsure.any())


DEPTHWISE = [
    Geometry((3, 3), padding=(1, 1, 1, 1)),
    Geometry((3, 3), stride=(2, 2), padding=(0, 1, 0, 1)),
    Geometry((5, 3), padding=(2, 2, 2, 2), dilation=(1, 2), mode="reflect"),
]


@pytest.mark.parametrize("geometry", DEPTHWISE)
@pytest.mark.parametrize("share", [1, 2])
def test_the_only_source_of_a_target_influences_it_as_in_float64(geometry: Geometry, share: int) -> None:
    generator = torch.Generator().manual_seed(11)
    source = torch.randn(3, 24, 11, 11, generator=generator)
    source[:, ::2].clamp_min_(0)
    source[0, :6] = 0
    source[1] *= 1e-25
    kernel = torch.randn(24 * share, 1, *geometry.kernel, generator=generator, dtype=torch.float64)
    kernel[::5] = -kernel[::5].abs()
    kernel[3] = 0
    prepared = prepare(kernel, geometry, groups=24)
    told = excited(prepared, source)
    assert torch.equal(told > 0, influences(prepared, source, "max").flatten(1) > 0)
    assert 0 < told.mean() < 1
    assert torch.equal(strongest_sources(prepared, told, 5), strongest_sources(prepared, source, 5))


@pytest.mark.parametrize("geometry", DEPTHWISE)
def test_what_the_network_computed_tells_as_much(geometry: Geometry) -> None:
    generator = torch.Generator().manual_seed(12)
    source = torch.randn(2, 24, 11, 11, generator=generator)
    source[:, ::2].clamp_min_(0)
    source[0, :6] = 0
    own = torch.randn(24, 1, *geometry.kernel, generator=generator)
    own[::5] = -own[::5].abs()
    own[3] = 0
    own[4] *= 1e-9
    scale = torch.randn(24, 1, 1, 1, generator=generator, dtype=torch.float64)
    scale[7] = 0
    kernel = own.double() * scale
    answer = nn.functional.conv2d(
        padded(source, geometry), own, None, geometry.stride, 0, geometry.dilation, groups=len(own)
    )
    prepared = prepare(kernel, geometry, groups=24)
    factor = answering(prepared, own.double())
    assert factor is not None
    told = excited(prepared, source, answer, factor)
    assert torch.equal(told > 0, influences(prepared, source, "max").flatten(1) > 0)
    assert answering(prepared, own.double() * 1e-20) is None


@pytest.mark.parametrize("scale", [1.0, 1e-25])
def test_so_does_a_depthwise_convolution_in_one_dimension(scale: float) -> None:
    generator = torch.Generator().manual_seed(13)
    source = torch.randn(2, 8, 9, generator=generator).clamp_min(0) * scale
    source[:, :, 3:] = 0
    own = torch.randn(8, 1, 3, generator=generator)
    own[::2] = -own[::2].abs()
    prepared = prepare(own.double()[..., None], Geometry((3, 1)), groups=8)
    answer, factor = nn.functional.conv1d(source, own, groups=8), answering(prepared, own.double())
    exact = influences(prepared, source, "max").flatten(1) > 0
    assert torch.equal(excited(prepared, source, answer, factor) > 0, exact)
    assert torch.equal(excited(prepared, source) > 0, exact)


def test_a_sum_that_float32_cannot_tell_from_0_is_decided_in_float64() -> None:
    values, weights = torch.tensor([[1.0, 1.0, 1.0]]), torch.tensor([1.0, 2.0**-30, -1.0], dtype=torch.float64)
    prepared = prepare(weights.view(1, 1, 1, 3), Geometry((1, 3)))
    assert excited(prepared, values.view(1, 1, 1, 3)).tolist() == [[1.0]]
    assert excited(prepared, -values.view(1, 1, 1, 3)).tolist() == [[0.0]]


@pytest.mark.parametrize("odd", [torch.nan, torch.inf, -torch.inf])
def test_a_picture_with_a_value_that_is_not_finite_is_no_answer(odd: float) -> None:
    source = torch.ones(2, 4, 5, 5)
    source[1, 2, 4, 4] = odd
    told = excited(prepare(-torch.ones(4, 1, 3, 3, dtype=torch.float64), Geometry((3, 3)), groups=4), source)
    assert bool(told[0].isfinite().all()) and not bool(told[1].isfinite().all())
