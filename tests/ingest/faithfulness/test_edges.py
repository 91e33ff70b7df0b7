"""Edges by attribution equal a brute force with autograd in float64 on the plain network, and are kept in the run."""

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from ingest.count.pipeline import count_pictures
from ingest.count.settings import Settings
from ingest.faithfulness.channels_run import EDGES, ClassMeasured, measured_in_run
from ingest.faithfulness.edges import TOP, EdgeSources, contributions, edge_sources
from ingest.faithfulness.run import Draw
from ingest.run.keeping import with_same_counts
from ingest.run.read import RunReader
from queries.errors import DataError
from queries.progress import ignore_progress
from tests.ingest.count.test_pipeline import images, settings
from tests.ingest.faithfulness.test_check import OUTPUT, checked
from tests.ingest.networks import network, pictures

__all__ = ["images", "settings"]  # fixtures
DRAW = Draw(pictures=3)


class Block(nn.Module):
    """Ends in a sum, without a ReLU: its channels are signed, and go on to the next block by a skip."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(12, 12, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        carried: Tensor = x + self.conv(functional.relu(x))
        return carried


class Signed(nn.Module):
    """Two such blocks, and one that ends in a ReLU."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 12, 3, padding=1)
        self.one, self.two, self.last = Block(), Block(), nn.Sequential(nn.Conv2d(12, 9, 3), nn.ReLU())
        self.head = nn.Linear(9, 4)

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.head(self.last(self.two(self.one(self.stem(x)))).mean((2, 3)))
        return scores


def by_brute_force(module: nn.Module, lower: str, upper: str, target: int, mean: Tensor, picture: Tensor) -> Tensor:
    """(S,) float64: what each source contributes to a target, by hooks on the plain network."""
    plain, kept = copy.deepcopy(module).double(), dict[str, Tensor]()

    def keep(name: str) -> Any:
        return lambda _module, _inputs, value: kept.__setitem__(name, value)

    for name in (lower, upper):
        plain.get_submodule(name).register_forward_hook(keep(name))
    scores = plain(picture.double().requires_grad_())[0]
    others = torch.cat([scores[:OUTPUT], scores[OUTPUT + 1 :]])
    odds = scores[OUTPUT] - others.exp().sum().log()
    (gradient,) = torch.autograd.grad(odds, kept[upper], retain_graph=True)
    carried = (gradient.detach() * kept[upper])[0, target].sum()
    (back,) = torch.autograd.grad(carried, kept[lower])
    return (back[0] * (kept[lower].detach()[0] - mean[:, None, None])).flatten(1).sum(1)


def limits(values: Tensor) -> tuple[set[int], set[int]]:
    """The sources that must be counted, and those that may be: float32 cannot tell what is nearer than 0.001 %."""
    near = 1e-5 * float(values.abs().max())
    ranked = values.sort(descending=True).values
    must = {at for at, value in enumerate(values.tolist()) if value > max(near, float(ranked[TOP]) + near)}
    may = {at for at, value in enumerate(values.tolist()) if value > max(-near, float(ranked[TOP - 1]) - near)}
    return must, may


@pytest.mark.parametrize(
    ("name", "layers", "side"),
    [
        ("signed", ["stem", "one", "two", "last"], 12),
        ("resnet18", ["layer1.1", "layer2.0", "layer2.1"], 64),
        ("squeezenet1_1", ["features.7", "features.12"], 64),
    ],
)
def test_sources_are_those_of_a_brute_force(name: str, layers: list[str], side: int) -> None:
    torch.manual_seed(4)
    module = Signed().eval() if name == "signed" else network(name)
    ready, batch = checked(module, layers, side), torch.split(pictures(3, side, seed=9), 1)
    assert list(ready.layers) == layers
    targets = {layer: [0, 3, 7] for layer in layers}
    alone = [edge_sources(ready, [picture], OUTPUT, targets) for picture in batch]
    certain = 0
    for picture, found in zip(batch, alone, strict=True):
        assert [(each.layer, each.channel) for each in found] == [
            (layer, at) for layer in layers[1:] for at in (0, 3, 7)
        ]
        for each in found:
            place = layers.index(each.layer)
            values = by_brute_force(
                module, layers[place - 1], each.layer, each.channel, ready.means[place - 1], picture
            )
            must, may = limits(values)
            assert must <= set(each.sources) <= may and len(each.sources) <= TOP, (each, values)
            assert set(each.counts) <= {1}
            certain += must == may and len(must) == TOP
    assert certain >= len(batch) * 2, "the comparison must say something"
    assert edge_sources(ready, batch, OUTPUT, targets) == added(alone)


def added(alone: Sequence[Sequence[EdgeSources]]) -> list[EdgeSources]:
    """Counts of several pictures from those of each."""
    found = []
    for each in zip(*alone, strict=True):
        every = [source for one in each for source in one.sources]
        sources = tuple(sorted(set(every)))
        found.append(replace(each[0], sources=sources, counts=tuple(every.count(source) for source in sources)))
    return found


class Equal(nn.Module):
    """All channels of its lower layer are equal, to the bit, and so are the ways from them."""

    def __init__(self) -> None:
        super().__init__()
        self.low, self.high = nn.Conv2d(3, 8, 1, bias=False), nn.Conv2d(8, 6, 1, bias=False)
        self.head = nn.Linear(6, 4)
        with torch.no_grad():
            self.low.weight[:] = 1
            self.high.weight[:] = 0.5
            self.head.weight[:] = torch.arange(-12, 12).view(4, 6) / 8.0

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.head(self.high(functional.relu(self.low(x))).mean((2, 3)))
        return scores


def test_ties_go_to_the_lower_source_and_excluded_ones_are_passed_over() -> None:
    module = Equal().eval()
    ready, picture = checked(module, ["low", "high"], 4), torch.ones(1, 3, 4, 4)
    ready.means[0][:] = 1
    up, down = [
        edge_sources(ready, [picture * sign], OUTPUT, {"high": [0]})[0] for sign in (1.0, -1.0)
    ]  # one of them lies above its mean, the other below it, so that one contributes and the other takes away
    assert {up.sources, down.sources} == {(0, 1, 2, 3, 4), ()}
    ready.allowed[0][1] = False
    again = [edge_sources(ready, [picture * sign], OUTPUT, {"high": [0]})[0].sources for sign in (1.0, -1.0)]
    assert set(again) == {(0, 2, 3, 4, 5), ()}


def test_without_a_way_nothing_contributes() -> None:
    lower, upper = (torch.rand(1, 4, 3, 3, requires_grad=True) for _ in range(2))
    found = contributions(lower, upper * 2, torch.ones(1, 4, 3, 3), [0, 2], torch.zeros(4))
    assert found.tolist() == [[0.0] * 4] * 2


class Rooted(Equal):
    """Its gradient is infinite where a channel is 0."""

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.head(self.high(functional.relu(self.low(x))).abs().sqrt().mean((2, 3)))
        return scores


def test_gradients_that_are_not_finite_are_refused() -> None:
    ready = checked(Rooted().eval(), ["low", "high"], 4)
    with pytest.raises(DataError, match="high: gradients are not finite in picture 1 of those that were drawn"):
        edge_sources(ready, [torch.zeros(1, 3, 4, 4)], OUTPUT, {"high": [0]})


def test_edges_are_kept_and_grow_by_what_is_new(settings: Settings) -> None:
    count_pictures(replace(settings, network="tests.ingest.faithfulness.test_run:leaning"))
    run = RunReader(settings.run)
    low, high = run.layers[1].name, run.layers[2].name
    wanted = {index: {low: [0, 2], high: [1, 3]} for index in run.classes}
    (whole,), notes = measured_in_run(EDGES, run, wanted, DRAW, ignore_progress)
    assert [note.split(" is not")[0] for note in notes] == ["big dog", "stranger"]
    assert [(each.layer, each.channel) for each in whole.rows] == [(low, 0), (low, 2), (high, 1), (high, 3)]
    assert len(set(whole.pictures)) == 3 and any(each.sources for each in whole.rows)
    assert all(max(each.counts, default=1) <= 3 and sum(each.counts) <= TOP * 3 for each in whole.rows)

    def never(*_: Any) -> Any:
        raise AssertionError("measured again")

    kept = replace(EDGES, measure=never)
    assert measured_in_run(kept, run, {0: wanted[0]}, DRAW, ignore_progress) == ([whole], [])
    (run.path / "faithfulness" / "00000-edges.json").unlink()
    measured_in_run(EDGES, run, {0: {high: [3]}}, DRAW, ignore_progress)
    assert measured_in_run(EDGES, run, {0: wanted[0]}, DRAW, ignore_progress) == ([whole], [])
    (others,), _ = measured_in_run(EDGES, run, {0: {high: [2]}}, replace(DRAW, pictures=2), ignore_progress)
    assert len(others.pictures) == 2
    assert [(each.layer, each.channel) for each in others.rows] == [(low, 0), (low, 2), (high, 1), (high, 2), (high, 3)]
    (run.path / "faithfulness" / "00000-edges.json").unlink()
    assert measured_in_run(EDGES, run, {0: {high: []}}, DRAW, ignore_progress) == (
        [],
        ["class 0 is left out: its graph has no channel to measure"],
    )


def test_what_was_measured_of_other_counts_than_the_databases_is_told(settings: Settings) -> None:
    count_pictures(settings)
    run = RunReader(settings.run)
    results: list[ClassMeasured[EdgeSources]] = [
        ClassMeasured(index, f"class {index}", (), "", ()) for index in run.classes
    ]
    same, notes = with_same_counts(run, "model", {0: "of another run", 1: None}, results)
    assert same == []
    for note, (index, flaw) in zip(notes, ((0, "other"), (1, "damaged"), (3, "no")), strict=True):
        assert note.startswith(f"what was measured of class {index} is not kept: the database has {flaw} counts of")
        assert f"`summit load {settings.run} --model model`" in note
    held = {index: run.counts(index).digest for index in (0, 3)}
    assert [each.index for each in with_same_counts(run, "model", held, results)[0]] == [0, 3]
