"""What the last layer contributes to a class's score: exact, whatever adds it up, and only where the head is linear."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import numpy
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from ingest.count.pipeline import News, Note, count_pictures
from ingest.count.ranks import Ranks
from ingest.count.settings import Settings
from ingest.count.task import prepare
from ingest.digits import DigitNetwork
from ingest.images.reading import read_all
from ingest.images.sources import list_source
from ingest.network.outputs import WHOLE
from ingest.network.preprocess import Preprocessing
from ingest.run.files import read_manifest, read_table
from ingest.run.merge import merge_run
from ingest.run.pooled import UNIT, Pooled
from ingest.run.read import RunReader
from ingest.tracing.head import LINEAR, Head, find_head
from ingest.tracing.wiring import wire
from queries.progress import ignore_progress
from tests.ingest.count.interrupted import interrupt
from tests.ingest.count.test_pipeline import SIDE, files, images, settings
from tests.ingest.run.test_merge import named, part

__all__ = ["images", "settings"]  # fixtures
CPU = torch.device("cpu")


class Straight(nn.Module):
    """Two layers and a head, which is linear unless a test puts another in its place."""

    preprocessing = Preprocessing(SIDE, SIDE, "bilinear", (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
    class_names = ("cat", "big dog", "fish")

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(3)
        self.low, self.high = nn.Conv2d(3, 5, 3), nn.Conv2d(5, 7, 3)
        self.head = nn.Linear(7, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(self.low(x))
        return self.scores(functional.relu(self.high(x)), x)

    def scores(self, y: Tensor, _: Tensor) -> Tensor:
        scores: Tensor = self.head(functional.dropout(y, 0.5, self.training).mean((2, 3)))
        return scores


class Hidden(Straight):
    """A head with a hidden layer: nn.Linear, yet not linear."""

    def scores(self, y: Tensor, _: Tensor) -> Tensor:
        scores: Tensor = self.head(functional.relu(y.mean((2, 3)) - 0.1))
        return scores


class Placed(Straight):
    """A head that looks at one corner of the maps."""

    def scores(self, y: Tensor, _: Tensor) -> Tensor:
        scores: Tensor = self.head(y[:, :, :4, :4].mean((2, 3)))
        return scores


class Peaks(Straight):
    def scores(self, y: Tensor, _: Tensor) -> Tensor:
        scores: Tensor = self.head(y.amax((2, 3)))
        return scores


class Bypassed(Straight):
    def scores(self, y: Tensor, x: Tensor) -> Tensor:
        scores: Tensor = self.head(y.mean((2, 3))) + x.mean((2, 3))[:, :3]
        return scores


class Reshaped(Straight):
    """A linear head written in other words: a convolution over the pooled map, and a size of the picture."""

    def scores(self, y: Tensor, x: Tensor) -> Tensor:
        pooled = functional.adaptive_avg_pool2d(y, 1)
        return functional.conv2d(pooled, self.head.weight[:, :, None, None], self.head.bias).reshape(x.shape[0], -1)


@pytest.mark.parametrize(
    "kind, about",
    [
        (Straight, LINEAR),
        (Reshaped, LINEAR),
        (DigitNetwork, LINEAR),
        (Hidden, "what follows high is not linear"),
        (Placed, "class scores depend on where in its map a channel of high is activated"),
        (Peaks, "class scores depend on where in its map a channel of high is activated"),
        (Bypassed, "class scores also depend on .*, which bypasses high"),
    ],
)
def test_a_head_is_linear_if_it_computes_a_weighted_sum(kind: Callable[[], nn.Module], about: str) -> None:
    module = kind().eval()
    picture = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    layers = ["low", "high"] if isinstance(module, Straight) else None
    wiring = wire(module, picture, layers)
    head = find_head(wiring.traced, wiring.layers[-1], WHOLE, CPU)
    assert re.fullmatch(about, head.about), head.about
    if head.linear:
        own = dict(module.named_parameters())
        for output in range(3):
            weights, bias = head.weights(output)
            assert weights.tolist() == pytest.approx(own["head.weight"][output].tolist(), rel=1e-5)
            assert bias == pytest.approx(own["head.bias"].tolist()[output], abs=1e-6)


@dataclass(frozen=True)
class Failing:
    """Scores of a network that cannot be run on other maps than its own."""

    error: BaseException

    def of(self, _output: Any) -> Tensor:
        raise self.error


def found_head(error: BaseException) -> Head:
    wiring = wire(Straight().eval(), torch.rand(1, 3, 32, 32), ["low", "high"])
    return find_head(wiring.traced, wiring.layers[-1], cast(Any, Failing(error)), CPU)


@pytest.mark.parametrize("kind", [RuntimeError, TypeError, IndexError, AssertionError])
def test_a_head_that_fails_on_other_maps_is_not_linear(kind: type[Exception]) -> None:
    assert found_head(kind("expected 4 positions")).about == (
        "what follows high cannot be run alone (expected 4 positions)"
    )


def test_too_little_memory_says_nothing_about_a_head() -> None:
    with pytest.raises(torch.OutOfMemoryError):
        found_head(torch.OutOfMemoryError("CUDA out of memory"))


def test_every_rank_takes_the_verdict_of_the_first(straight: Settings) -> None:
    class Second(Ranks):
        """Rank 1 of 2, where rank 0 found another verdict."""

        def broadcast(self, work: Callable[[], Any]) -> Any:
            return "what follows high is not linear"

    task = prepare(straight, Ranks())
    assert task.head.linear and not replace(task, ranks=Second(1, 2)).head.linear


def test_sums_over_pictures_are_exact_in_any_order() -> None:
    chance = random.Random(4)
    values = [[chance.gauss(0, 1) * 10 ** chance.randint(-40, 30) for _ in range(4)] for _ in range(60)]
    means = numpy.array(values)
    rounded = means.astype(numpy.float32)
    expected = tuple(sum(Fraction(float(value)) for value in column) for column in rounded.T)
    whole = Pooled.of(means)
    assert tuple(Fraction(total, 2**UNIT) for total in whole.sums) == expected
    assert whole.means(60) == [float(total / 60) for total in expected]
    chance.shuffle(values)
    parts = [Pooled.of(numpy.array(values[start:end])) for start, end in ((0, 1), (1, 7), (7, 60))]
    assert parts[2] + (parts[0] + parts[1]) == whole == Pooled.read(whole.table())


@pytest.fixture
def straight(settings: Settings) -> Settings:
    network = "tests.ingest.count.test_output:Straight"
    return replace(settings, network=network, layers=("low", "high"), attribution=True, resample=False)


def test_contributions_and_the_bias_add_up_to_the_mean_score(straight: Settings) -> None:
    count_pictures(straight)
    assert read_manifest(straight.run)["head"] == LINEAR == RunReader(straight.run).properties["head"]
    module = Straight().eval()
    for index, folder in enumerate(("cat", "Big_Dog")):
        *rows, bias = read_table(straight.run, index, "output").to_pylist()
        names = list_source(straight.images).classes[folder]
        pictures = torch.stack([each.content for each in read_all(names, module.preprocessing, 0, False)])  # type: ignore[misc]
        with torch.no_grad():
            value = functional.relu(module.high(functional.relu(module.low(pictures))))
            score = module(pictures)[:, index].double().mean()
        means = value.double().mean((0, 2, 3))
        assert [row["channel"] for row in rows] == list(range(7)) and bias["channel"] is None
        for row, mean, weight in zip(rows, means.tolist(), module.head.weight[index].tolist(), strict=True):
            assert row["mean"] == pytest.approx(mean, rel=1e-6)
            assert row["contribution"] == row["weight"] * row["mean"] == pytest.approx(weight * mean, rel=1e-5)
        assert sum(row["contribution"] for row in (*rows, bias)) == pytest.approx(float(score), rel=1e-5)
        found = RunReader(straight.run).counts(index).output
        assert found is not None and [*found.contributions] == [row["contribution"] for row in rows]
    assert RunReader(straight.run).counts(3).output is None  # "stranger" is no output


def test_contributions_do_not_depend_on_batch_processes_or_interruptions(
    straight: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_pictures(straight)
    truth = files(straight.run)
    assert "classes/00000/output.parquet" in truth
    for name, other in {"one": replace(straight, batch=1), "processes": replace(straight, processes=2)}.items():
        count_pictures(replace(other, run=tmp_path / name))
        assert files(tmp_path / name) == truth, name

    broken = replace(straight, run=tmp_path / "broken")
    interrupt(monkeypatch, broken)
    count_pictures(broken)
    assert files(broken.run) == truth


def test_merged_runs_have_the_contributions_of_all_their_pictures(straight: Settings, tmp_path: Path) -> None:
    cats = named(straight.images, "cat")
    one = part(straight, tmp_path / "one", cats[:6])
    count_pictures(one)
    two = replace(part(straight, tmp_path / "two", cats[6:]), means=one.run)
    count_pictures(two)
    merge_run(one.run, two.run, ignore_progress)
    count_pictures(one)
    whole = replace(straight, classes=("cat",), run=tmp_path / "whole", means=one.run)
    count_pictures(whole)
    assert files(one.run) == files(whole.run)
    fresh = tmp_path / "fresh"
    merge_run(fresh, whole.run, ignore_progress)
    assert RunReader(fresh).properties["head"] == LINEAR


def test_a_class_that_an_earlier_version_counted_in_part_has_no_contributions(straight: Settings) -> None:
    few = replace(straight, classes=("cat",), first=4)
    count_pictures(few)
    for name in ("pooled", "output"):
        (straight.run / "classes" / "00000" / f"{name}.parquet").unlink()
    count_pictures(straight)
    run = RunReader(straight.run)
    assert run.counts(0).output is None and run.counts(0).attribution_count
    assert run.counts(1).output is not None


def test_a_network_whose_head_is_not_linear_is_counted_without_contributions(straight: Settings) -> None:
    heard: list[News] = []
    count_pictures(replace(straight, network="tests.ingest.count.test_output:Hidden"), heard.append)
    notes = [str(news) for news in heard if isinstance(news, Note)]
    assert "contributions to class scores are not counted, as what follows high is not linear" in notes
    run = RunReader(straight.run)
    assert run.properties["head"] == "what follows high is not linear"
    assert run.counts(0).output is None and run.counts(0).attribution_count
    assert not list(straight.run.rglob("pooled.parquet"))
