import numpy
import pytest
import torch
from torch import Tensor, fx

from ingest.count.batch import NO_VOTE
from ingest.count.joining import join, strongest_only
from ingest.count.resampled.joining import join as join_all
from ingest.count.resampled.table import Table, counted_votes
from ingest.tracing.convolution import Convolution, Geometry
from ingest.tracing.labels import OUTSIDE, Hop, Span, Sum
from ingest.tracing.wiring import wire
from queries.graphs.resampling.replicates import REPLICATES
from tests.ingest.networks import TESTED, network, pictures

NODE = fx.Graph().placeholder("any")  # joining does not ask where in the network a stage is


def hop(targets: int, labels: list[int], first: int, groups: int = 1) -> Hop:
    kernel = torch.zeros(targets, len(labels) // groups, 1, 1, dtype=torch.float64)
    return Hop(Convolution("", kernel, Geometry(), groups), NODE, NODE, NODE, (), torch.tensor(labels), first)


def counts(*rows: list[int]) -> Tensor:
    return torch.tensor(rows, dtype=torch.int32)


def test_one_hop_is_its_counts() -> None:
    span = Span(2, (hop(3, [0, 1], 2),), torch.tensor([2, 3, 4]))
    table = counts([5, 0], [1, 2], [0, 7])
    assert torch.equal(join(span, [table], torch.tensor([9, 9], dtype=torch.int32)), table)


def test_two_hops_are_as_wide_as_the_widest_of_the_narrowest() -> None:
    span = Span(2, (hop(2, [0, 1], 2), hop(1, [2, 3], 4)), torch.tensor([4]))
    first, second = counts([5, 3], [2, 8]), counts([4, 6])
    # source 0: max(min(5, 4), min(2, 6)) = 4; source 1: max(min(3, 4), min(8, 6)) = 6
    assert join(span, [first, second], torch.tensor([9, 9], dtype=torch.int32)).tolist() == [[4, 6]]


def test_an_identity_skip_is_as_wide_as_its_channel_is_alive_unless_another_way_is_wider() -> None:
    total = Sum(NODE, torch.tensor([[2, 3], [0, 1]]), 4)
    span = Span(2, (hop(2, [0, 1], 2), total), torch.tensor([4, 5]))
    joined = join(span, [counts([1, 2], [3, 4])], torch.tensor([7, 0], dtype=torch.int32))
    assert joined.tolist() == [[7, 2], [3, 4]]  # source 1 is never alive, but the convolution counts it four times


def test_an_identity_inside_a_span_narrows_nothing() -> None:
    total = Sum(NODE, torch.tensor([[2, 3], [0, 1]]), 4)
    span = Span(2, (hop(2, [0, 1], 2), total, hop(1, [4, 5], 6)), torch.tensor([6]))
    joined = join(span, [counts([1, 0], [0, 1]), counts([5, 2])], torch.tensor([1, 1], dtype=torch.int32))
    assert joined.tolist() == [[5, 2]]


def test_an_identity_through_two_sums_keeps_the_widest_way_of_either() -> None:
    first, second = Sum(NODE, torch.tensor([[0], [1]]), 2), Sum(NODE, torch.tensor([[2], [3]]), 4)
    span = Span(1, (hop(1, [0], 1), first, hop(1, [2], 3), second), torch.tensor([4]))
    alive = torch.tensor([2], dtype=torch.int32)
    assert join(span, [counts([3]), counts([5])], alive).tolist() == [[5]]
    assert join(span, [counts([3]), counts([1])], alive).tolist() == [[3]]
    assert join(span, [counts([1]), counts([0])], alive).tolist() == [[2]]


def test_depthwise_and_grouped_hops_stay_in_their_group() -> None:
    depthwise = Span(2, (hop(4, [0, 1], 2, groups=2),), torch.tensor([2, 3, 4, 5]))
    alive = torch.tensor([9, 9], dtype=torch.int32)
    assert join(depthwise, [counts([1], [2], [3], [4])], alive).tolist() == [[1, 0], [2, 0], [0, 3], [0, 4]]
    grouped = Span(4, (hop(2, [3, 2, 1, 0], 4, groups=2),), torch.tensor([4, 5]))
    alive = torch.tensor([9, 9, 9, 9], dtype=torch.int32)
    assert join(grouped, [counts([1, 2], [3, 4])], alive).tolist() == [[0, 0, 2, 1], [4, 3, 0, 0]]


def test_channels_from_outside_give_no_edge() -> None:
    span = Span(1, (hop(1, [OUTSIDE, 0], 1), hop(1, [OUTSIDE, 1], 2)), torch.tensor([2, OUTSIDE]))
    joined = join(span, [counts([8, 3]), counts([8, 2])], torch.tensor([9], dtype=torch.int32))
    assert joined.tolist() == [[2], [0]]


def test_summits_choice_keeps_as_many_joined_edges_as_there_are_direct_ones_on_average() -> None:
    # targets 3, 4 are direct with 3 and 2 edges: K = floor(2.5) = 2; target 5 is joined with 3
    span = Span(3, (hop(2, [0, 1, 2], 3), hop(1, [3, 4], 5)), torch.tensor([3, 4, 5]))
    edges = counts([1, 1, 1], [4, 0, 4], [5, 3, 5])
    assert strongest_only(span, edges).tolist() == [[1, 1, 1], [4, 0, 4], [5, 0, 5]]


def _reachable(span: Span, tables: list[Tensor], least: int) -> Tensor:
    """(T, S) bool: pairs joined by a path whose hops all have at least `least`: one boolean product per stage."""
    reach = torch.zeros(span.sources + sum(stage.width for stage in span.stages) + 1, span.sources, dtype=torch.bool)
    reach[: span.sources] = torch.eye(span.sources, dtype=torch.bool)
    waiting = iter(tables)
    for stage in span.stages:
        if isinstance(stage, Sum):
            made = reach[stage.labels[0]] | reach[stage.labels[1]]
        else:
            groups = stage.convolution.groups
            wide = (next(waiting) >= least).float().chunk(groups)
            below = reach[stage.labels].float().chunk(groups)
            made = torch.cat([a @ b for a, b in zip(wide, below, strict=True)]) > 0
        reach[stage.first : stage.first + stage.width] = made
    return reach[span.targets]


def _drawn(span: Span, seed: int) -> list[Tensor]:
    """Tables for its hops, about one place in five above 0, up to 3."""
    generator = torch.Generator().manual_seed(seed)
    shapes = [(each.width, each.convolution.kernel.shape[1]) for each in span.hops]
    return [torch.randint(-12, 4, shape, generator=generator).clamp_min(0).to(torch.int32) for shape in shapes]


def _sparse(tables: list[Tensor]) -> Table:
    """One table of a hop in each replicate."""
    targets, sources = tables[0].shape
    counts = numpy.stack([table.flatten().numpy() for table in tables], axis=1)
    cells = numpy.flatnonzero(counts.any(axis=1))
    return Table.of(cells, counts[cells], targets, sources)


HAND_MADE = {
    "sums": Span(
        2,
        (
            hop(2, [0, 1], 2),
            Sum(NODE, torch.tensor([[2, 3], [0, 1]]), 4),
            hop(2, [4, 5], 6),
            Sum(NODE, torch.tensor([[6, 7], [4, 5]]), 8),
        ),
        torch.tensor([8, 9, 0]),
    ),
    "groups": Span(4, (hop(2, [3, 2, 1, 0], 4, groups=2), hop(4, [4, 5], 6, groups=2)), torch.tensor([9, 8, 7, 6, 4])),
    "outside": Span(1, (hop(1, [OUTSIDE, 0], 1), hop(1, [OUTSIDE, 1], 2)), torch.tensor([2, OUTSIDE, 0])),
}


@pytest.mark.parametrize("name", [*HAND_MADE, "googlenet", "resnet18", "mobilenet_v3_small", "densenet121"])
@pytest.mark.parametrize("paths", [1, 2**20])
def test_all_replicates_are_joined_as_each_is_alone(name: str, paths: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.count.resampled.joining.PATHS", paths)
    span = HAND_MADE[name] if name in HAND_MADE else wire(network(name), pictures(1, TESTED[name])).spans[2]
    tables = [_drawn(span, seed) for seed in range(REPLICATES)]
    alive = torch.randint(0, 9, (span.sources, REPLICATES), generator=torch.Generator().manual_seed(5)).int()
    joined = join_all(span, [_sparse(list(each)) for each in zip(*tables, strict=True)], alive.numpy())
    for at, each in enumerate(tables):
        dense = torch.zeros(len(span.targets), span.sources, dtype=torch.int32)
        dense[joined.targets(), joined.sources] = torch.from_numpy(joined.counts[:, at].copy())
        assert torch.equal(dense, join(span, each, alive[:, at]))
    assert joined.counts.any(axis=1).all()


@pytest.mark.parametrize("at_once", [1, 2**22])
def test_votes_are_counted_as_often_as_a_replicate_has_their_picture(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.count.resampled.table.AT_ONCE", at_once)
    draw, (pictures, targets, sources, top) = numpy.random.default_rng(3), (7, 5, 9, 3)
    weights = draw.poisson(1, (pictures, REPLICATES)).astype(numpy.int16)
    winners = draw.permuted(numpy.tile(numpy.arange(sources), (pictures, targets, 1)), axis=2)[:, :, :top]
    winners = numpy.where(draw.random(winners.shape) < 0.3, NO_VOTE, winners).astype(numpy.uint16)
    expected = numpy.zeros((targets, sources, REPLICATES), int)
    for picture, target, vote in numpy.ndindex(winners.shape):
        if (source := winners[picture, target, vote]) != NO_VOTE:
            expected[target, source] += weights[picture]
    found = counted_votes(winners.reshape(pictures, -1), targets, sources, weights)
    dense = numpy.zeros_like(expected)
    dense[found.targets(), found.sources] = found.counts
    assert (dense == expected).all() and found.counts.any(axis=1).all()
    none = counted_votes(winners[:0].reshape(0, targets * top), targets, sources, weights[:0])
    assert none.starts.tolist() == [0] * (targets + 1) and none.counts.shape == (0, REPLICATES)


def test_widest_paths_agree_with_reachability_at_every_width() -> None:
    """An edge is at least as wide as w exactly where a path of hops of at least w exists."""
    for name in ("googlenet", "resnet18", "mobilenet_v3_small"):
        span = wire(network(name), pictures(1, TESTED[name])).spans[2]
        tables = _drawn(span, 3)
        joined = join(span, tables, torch.full((span.sources,), 9, dtype=torch.int32))
        for least in (1, 2, 3):
            assert torch.equal(joined >= least, _reachable(span, tables, least))
