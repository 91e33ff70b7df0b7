"""Effects of single channels equal a plain ablation with hooks, are kept, and grow by what is new."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy
import pytest
import torch

from ingest.count.pipeline import count_pictures
from ingest.count.settings import Settings
from ingest.faithfulness.channels_run import EFFECTS, measured_in_run, wanted_channels
from ingest.faithfulness.effects import class_effects, measured
from ingest.faithfulness.run import Draw
from ingest.run.read import RunReader
from queries.graphs.faithfulness import GraphChannels
from queries.progress import ignore_progress
from queries.records import Score
from tests.ingest.count.test_pipeline import images, settings
from tests.ingest.faithfulness.test_check import OUTPUT, Residual, checked, plainly
from tests.ingest.networks import network, pictures

__all__ = ["images", "settings"]  # fixtures
DRAW = Draw(pictures=3)


@pytest.mark.parametrize(
    ("name", "layers", "side"),
    [("residual", ["low", "high"], 12), ("squeezenet1_1", ["features.7", "features.12"], 64)],
)
def test_an_effect_is_that_of_a_plain_ablation_of_one_channel(name: str, layers: list[str], side: int) -> None:
    torch.manual_seed(2)
    module = Residual().eval() if name == "residual" else network(name)
    ready, batch = checked(module, layers, side), torch.split(pictures(4, side, seed=8), 1)
    with torch.no_grad():
        found = class_effects(ready, batch, OUTPUT, {layers[0]: [0, 2, 5], "elsewhere": [1]})
    assert [(each.layer, each.channel) for each in found] == [(layers[0], channel) for channel in (0, 2, 5)]
    for each in found:
        every = torch.ones_like(ready.allowed[0])
        but_one = every.clone()
        but_one[each.channel] = False
        drops = [
            plainly(module, layers[0], ready.means[0], every, x)
            - plainly(module, layers[0], ready.means[0], but_one, x)
            for x in batch
        ]
        mean, half = numpy.mean(drops), 3.182 * numpy.std(drops, ddof=1) / 2  # t of 3 degrees of freedom
        assert each.drop == pytest.approx(mean, abs=1e-5)
        assert each.low == pytest.approx(mean - half, abs=1e-4)
        assert each.high == pytest.approx(mean + half, abs=1e-4)


def test_an_interval_needs_two_pictures_and_narrows_with_more() -> None:
    one = measured("layer", 3, torch.tensor([2.0], dtype=torch.float64))
    assert (one.drop, one.low, one.high) == (2.0, None, None)
    two = measured("layer", 3, torch.tensor([1.0, 3.0], dtype=torch.float64))
    assert two.low == pytest.approx(2 - 12.7062, rel=1e-5) and two.high == pytest.approx(2 + 12.7062, rel=1e-5)
    for size, quantile in ((16, 2.131), (18, 2.110), (100, 1.984), (1000, 1.962)):  # of Student's t, from a table
        many = measured("layer", 3, torch.tensor([1.0, 3.0] * (size // 2), dtype=torch.float64))
        assert many.high is not None
        assert many.high - 2 == pytest.approx(quantile / (size - 1) ** 0.5, rel=3e-4), size


def graph(index: int, channels: Mapping[str, Sequence[int]], score: Score = Score.ACTIVATION) -> GraphChannels:
    return GraphChannels(index, score, "digest", channels)


def test_a_class_is_measured_on_its_own_channels_or_on_those_of_all_classes() -> None:
    graphs = [graph(0, {"a": [3, 1]}), graph(0, {"a": [1, 4]}, Score.ATTRIBUTION), graph(2, {"a": [5], "b": [0]})]
    assert wanted_channels(graphs, together=False) == {0: {"a": [1, 3, 4]}, 2: {"a": [5], "b": [0]}}
    both = {"a": [1, 3, 4, 5], "b": [0]}
    assert wanted_channels(graphs, together=True) == {0: both, 2: both}
    assert list(wanted_channels([graph(3, {"a": [1]}), graph(8, {"a": [2]})], together=True)) == [3, 8]


def test_effects_are_kept_and_only_new_channels_are_measured(settings: Settings) -> None:
    count_pictures(replace(settings, network="tests.ingest.faithfulness.test_run:leaning"))
    run = RunReader(settings.run)
    wanted = {index: {"stem": [1, 4], "mixed": [0, 2]} for index in run.classes}
    (cat,), notes = measured_in_run(EFFECTS, run, wanted, DRAW, ignore_progress)
    assert [note.split(" is not")[0] for note in notes] == ["big dog", "stranger"]
    assert [(each.layer, each.channel) for each in cat.rows] == [
        ("stem", 1),
        ("stem", 4),
        ("mixed", 0),
        ("mixed", 2),
    ]
    assert len(set(cat.pictures)) == 3
    asked: list[Any] = []

    def noted(*words: Any) -> Any:
        asked.append(words[3])
        return class_effects(*words)

    noting = replace(EFFECTS, measure=noted)
    assert measured_in_run(noting, run, {0: wanted[0]}, DRAW, ignore_progress) == ([cat], [])
    assert asked == []
    (more,), _ = measured_in_run(noting, run, {0: {"stem": [0, 1], "first": [2]}}, DRAW, ignore_progress)
    assert asked == [{"stem": [0], "first": [2]}]
    assert [(each.layer, each.channel) for each in more.rows] == [
        *(("stem", 0), ("stem", 1), ("stem", 4)),
        *(("mixed", 0), ("mixed", 2), ("first", 2)),
    ]
    assert [each for each in more.rows if each in cat.rows] == list(cat.rows)
    (other,), _ = measured_in_run(noting, run, {0: wanted[0]}, replace(DRAW, pictures=2), ignore_progress)
    assert asked[1:] == [{"stem": [0, 1, 4], "mixed": [0, 2], "first": [2]}] and len(other.pictures) == 2


def test_effects_of_other_pictures_are_not_joined(settings: Settings) -> None:
    count_pictures(replace(settings, network="tests.ingest.faithfulness.test_run:leaning"))
    run = RunReader(settings.run)
    (before,), _ = measured_in_run(EFFECTS, run, {0: {"stem": [1, 4]}}, DRAW, ignore_progress)
    gone = settings.images / before.pictures[0]
    gone.unlink()
    (known,), _ = measured_in_run(EFFECTS, run, {0: {"stem": [1]}}, DRAW, ignore_progress)
    assert known == before, "what was measured stays, where nothing new is wanted"
    (after,), _ = measured_in_run(EFFECTS, run, {0: {"stem": [1, 4], "mixed": [0]}}, DRAW, ignore_progress)
    assert before.pictures[0] not in after.pictures and after.pictures
    (run.path / "faithfulness" / "00000-channels.json").unlink()
    (anew,), _ = measured_in_run(EFFECTS, run, {0: {"stem": [1, 4], "mixed": [0]}}, DRAW, ignore_progress)
    assert after == anew, "all of them are of the pictures that are named"


def test_effects_at_other_means_are_not_joined(settings: Settings) -> None:
    """Where a run has no means of its own, they are of its pictures: a picture of another class is one of them."""
    count_pictures(replace(settings, network="tests.ingest.faithfulness.test_run:leaning"))
    run = RunReader(settings.run)
    (before,), _ = measured_in_run(EFFECTS, run, {0: {"stem": [1, 4]}}, DRAW, ignore_progress)
    next((settings.images / "stranger").iterdir()).unlink()
    (after,), _ = measured_in_run(EFFECTS, run, {0: {"stem": [1, 4], "mixed": [0]}}, DRAW, ignore_progress)
    assert after.pictures == before.pictures and after.means != before.means
    assert all(one.drop != other.drop for one, other in zip(before.rows, after.rows[:2], strict=True)), "measured again"
