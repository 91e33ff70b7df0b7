"""Faithfulness equals a plain ablation with hooks on the network itself."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from ingest.errors import NetworkRefused
from ingest.faithfulness.ablation import Ablation, Values
from ingest.faithfulness.check import OVERALL, Checked, check_class, summarised
from ingest.faithfulness.sets import matched_set, random_sets
from ingest.network.outputs import Scores
from ingest.tracing.wiring import wire
from tests.ingest.networks import network, pictures

OUTPUT, DRAWS = 1, 5


class Residual(nn.Module):
    """A lower layer that the upper one bypasses, so that the skip keeps what the lower layer was."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.low, self.high = nn.Conv2d(8, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=1)
        self.head = nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        stem = functional.relu(self.stem(x))
        x = self.low(stem)  # signed: no ReLU follows
        x = functional.relu(self.high(x)) + stem
        scores: Tensor = self.head(x.mean((2, 3)))
        return scores


class Sized(Residual):
    """What follows the layers reads the number of pictures from below them."""

    def forward(self, x: Tensor) -> Tensor:
        count = x.shape[0]
        x = self.low(functional.relu(self.stem(x)))
        scores: Tensor = self.head(functional.relu(self.high(x)).mean((2, 3)).reshape(count, -1))
        return scores


class Shared(Residual):
    """What follows the layers is scaled by one number for all pictures, from below them."""

    def forward(self, x: Tensor) -> Tensor:
        stem = functional.relu(self.stem(x))
        scores: Tensor = self.head(functional.relu(self.high(self.low(stem))).mean((2, 3)) * stem.mean())
        return scores


def checked(module: nn.Module, layers: Sequence[str] | None, side: int) -> Checked:
    plan = wire(module, pictures(1, side), layers)
    ablations = [Ablation(plan.traced, layer, Scores()) for layer in plan.layers]
    generator = torch.Generator().manual_seed(3)
    return Checked(
        [layer.name for layer in plan.layers],
        ablations,
        Values(plan.traced, plan.layers, ablations),
        [torch.rand(layer.channels, generator=generator, dtype=torch.float64) * 0.2 for layer in plan.layers],
        [torch.ones(layer.channels, dtype=torch.bool) for layer in plan.layers],
    )


def plainly(module: nn.Module, layer: str, mean: Tensor, kept: Tensor, picture: Tensor) -> float:
    """The log-odds with a forward hook that puts all other channels of a module at their means."""

    def alter(_module: nn.Module, _inputs: Any, value: Tensor) -> Tensor:
        altered = value.clone()
        altered[:, ~kept] = mean[~kept].to(value)[:, None, None]
        return altered

    handle = module.get_submodule(layer).register_forward_hook(alter)
    with torch.no_grad():
        scores = module(picture)[0].double()
    handle.remove()
    others = [float(score) for output, score in enumerate(scores) if output != OUTPUT]
    return float(scores[OUTPUT]) - float(numpy.log(numpy.sum(numpy.exp(others))))


@pytest.mark.parametrize(
    ("name", "layers", "side"),
    [
        ("residual", ["low", "high"], 12),
        ("sized", ["low", "high"], 12),
        ("squeezenet1_1", ["features.7", "features.12"], 64),
        ("resnet18", None, 64),
    ],
)
def test_faithfulness_is_that_of_a_plain_ablation(name: str, layers: list[str] | None, side: int) -> None:
    torch.manual_seed(2)
    own = {"residual": Residual, "sized": Sized}
    module = own[name]().eval() if name in own else network(name)
    ready, batch = checked(module, layers, side), torch.split(pictures(2, side, seed=8), 1)
    graph = {layer: [0, 2, 5] for layer in ready.layers}
    counts: dict[str, Mapping[int, int]] = {layer: {0: 9, 1: 8, 2: 4, 3: 5, 5: 1, 6: 1} for layer in ready.layers}
    with torch.no_grad():
        rows = check_class(ready, batch, OUTPUT, graph, counts, DRAWS, "seed")
    *rows, overall = rows
    assert [row.layer for row in rows] == list(ready.layers)
    assert (overall.layer, overall.channels) == (OVERALL, sum(row.channels for row in rows))
    drops, nulls = [], []
    for row, mean, allowed in zip(rows, ready.means, ready.allowed, strict=True):
        if name in own and row.layer == "high":
            continue  # its value is that of the ReLU after it, which no module returns

        def drop(kept: Tensor, layer: str = row.layer, mean: Tensor = mean) -> float:
            every = torch.ones_like(kept)
            return float(
                numpy.mean(
                    [plainly(module, layer, mean, every, x) - plainly(module, layer, mean, kept, x) for x in batch]
                )
            )

        chosen = torch.zeros_like(allowed)
        chosen[[0, 2, 5]] = True
        null = [drop(~each) for each in random_sets(3, allowed, DRAWS, f"seed/{row.layer}")]
        drops.append(drop(~chosen))
        nulls.append(null)
        assert row.channels == 3
        assert row.drop == pytest.approx(drop(~chosen), abs=1e-5)
        assert row.null_mean == pytest.approx(numpy.mean(null), abs=1e-5)
        assert row.null_99 == pytest.approx(numpy.quantile(null, 0.99), abs=1e-5)
        matched = torch.zeros_like(allowed)
        matched[[1, 3, 6]] = True
        assert row.matched == pytest.approx(drop(~matched), abs=1e-5)
        given = drop(~torch.ones_like(chosen))
        if given > 1e-3:
            assert row.recovered == pytest.approx((given - drop(chosen)) / given, abs=1e-3)
    if len(nulls) == len(rows):
        draws = numpy.mean(nulls, axis=0)  # each of all layers
        assert overall.drop == pytest.approx(numpy.mean(drops), abs=1e-5)
        assert overall.null_99 == pytest.approx(numpy.quantile(draws, 0.99), abs=1e-5)
        near = min(abs(draws - numpy.mean(drops)))
        assert near < 1e-5 or overall.beaten == numpy.mean(draws < numpy.mean(drops))


def test_random_sets_have_the_size_and_only_allowed_channels_and_are_always_the_same() -> None:
    allowed = torch.ones(9, dtype=torch.bool)
    allowed[4] = False
    sets = random_sets(3, allowed, 50, "a")
    assert sets.sum(1).tolist() == [3] * 50 and not sets[:, 4].any()
    assert len({tuple(row) for row in sets.tolist()}) > 10
    assert torch.equal(sets, random_sets(3, allowed, 50, "a")) and not torch.equal(
        sets, random_sets(3, allowed, 50, "b")
    )


def test_a_matched_set_is_outside_the_graph_and_as_active() -> None:
    allowed = torch.ones(6, dtype=torch.bool)
    found = matched_set([0, 1], {0: 10, 1: 3, 2: 9, 3: 3, 4: 7}, allowed)
    assert found.nonzero().flatten().tolist() == [2, 3]
    assert matched_set([0, 1, 2, 3, 4], {}, allowed).nonzero().flatten().tolist() == [5]


def test_a_row_is_the_arithmetic_of_its_sets() -> None:
    odds = torch.tensor([5.0, -3.0, 1.0, 2.0, 4.0, 4.5, 3.0, 0.0], dtype=torch.float64)
    row = summarised("layer", 4, odds)
    assert (row.drop, row.matched, row.recovered) == (4.0, 1.0, 5.0 / 8.0)
    assert row.null_mean == pytest.approx((0.5 + 2 + 5) / 3) and row.beaten == pytest.approx(2 / 3)
    assert row.null_99 == pytest.approx(numpy.quantile([0.5, 2, 5], 0.99))
    assert summarised("layer", 4, -odds).recovered is None


def test_a_layer_that_cannot_be_altered_alone_is_refused_by_name() -> None:
    torch.manual_seed(2)
    with pytest.raises(NetworkRefused, match=r"low: what follows reads mean_1 from below it, which is not one value"):
        checked(Shared().eval(), ["low", "high"], 12)
