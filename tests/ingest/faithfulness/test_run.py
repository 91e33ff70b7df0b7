"""Results of a run's classes are kept in the run, and belong to one graph, one drawing and one network."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from torch import nn

from ingest.count.pipeline import count_pictures
from ingest.count.settings import Settings
from ingest.faithfulness.channels_run import EFFECTS, measured_in_run
from ingest.faithfulness.run import Draw, check_run
from ingest.run.files import read_manifest
from ingest.run.read import RunReader
from queries.errors import DataError
from queries.graphs.faithfulness import GraphChannels
from queries.progress import ignore_progress
from queries.records import Score
from tests.ingest.count.test_pipeline import images, settings, small

__all__ = ["images", "settings"]  # fixtures
GRAPH = {"stem": [1, 4], "mixed": [0, 2, 7]}
DRAW = Draw(sets=6, pictures=3)


def graphs_of(
    classes: Sequence[int], channels: Mapping[str, Sequence[int]] = GRAPH, score: Score = Score.ACTIVATION
) -> list[GraphChannels]:
    return [GraphChannels(index, score, "digest", channels) for index in classes]


def leaning() -> nn.Module:
    """The tiny network, which takes every picture for a cat."""
    module = small()
    with torch.no_grad():
        module.get_parameter("head.bias")[0] += 10
    return module


def never(*_: Any) -> None:
    raise AssertionError("checked again")


@pytest.fixture
def leaned(settings: Settings) -> Settings:
    return replace(settings, network="tests.ingest.faithfulness.test_run:leaning")


@pytest.fixture
def run(leaned: Settings) -> RunReader:
    count_pictures(leaned)
    return RunReader(leaned.run)


def test_results_are_kept_until_the_graph_or_the_drawing_changes(
    run: RunReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, notes = check_run(run, graphs_of(run.classes), DRAW, ignore_progress)
    right = [0]
    assert [each.index for each in first] == right
    dog, stranger = notes
    assert dog.startswith("big dog is not checked: none of its pictures is classified correctly")
    assert stranger.startswith("stranger is not checked: it is not an output of the network")
    for each in first:
        assert [(layer.layer, layer.channels) for layer in each.layers] == [("stem", 2), ("mixed", 3)]
        assert len(set(each.pictures)) == DRAW.pictures
        assert each.overall.drop == pytest.approx(sum(layer.drop for layer in each.layers) / 2)

    monkeypatch.setattr("ingest.faithfulness.run.check_class", never)
    graphs = graphs_of(right)
    assert check_run(run, graphs, DRAW, ignore_progress) == (first, [])
    for other, draw in (({"stem": [1, 5]}, DRAW), (GRAPH, replace(DRAW, seed=1)), (GRAPH, replace(DRAW, sets=7))):
        with pytest.raises(AssertionError, match="checked again"):
            check_run(run, graphs_of(right, other), draw, ignore_progress)
    monkeypatch.undo()
    (run.path / "faithfulness" / f"{right[0]:05d}.json").write_text("{")  # damaged
    assert check_run(run, graphs, DRAW, ignore_progress)[0] == first


def test_a_result_of_few_pictures_is_kept_only_until_more_can_be_read(
    leaned: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = shutil.copytree(leaned.images, tmp_path / "images")
    count_pictures(replace(leaned, images=images, classes=("cat",)))
    run, away = RunReader(leaned.run), tmp_path / "away"
    cats = sorted((images / "cat").iterdir())
    away.mkdir()
    for cat in cats[2:]:
        cat.rename(away / cat.name)
    wanted = {0: {"stem": [1]}}

    def both() -> tuple[set[str], set[str]]:
        (result,), _ = check_run(run, graphs_of([0]), DRAW, ignore_progress)
        (effects,), _ = measured_in_run(EFFECTS, run, wanted, DRAW, ignore_progress)
        return set(result.pictures), set(effects.pictures)

    few = {"cat/00.png", "cat/01.png"}
    assert both() == (few, few)
    with monkeypatch.context() as patched:
        for place in ("run", "channels_run"):
            patched.setattr(f"ingest.faithfulness.{place}.prepare", never)
        assert both() == (few, few), "nothing is measured again while no more can be read"
        images.rename(tmp_path / "gone")
        assert both() == (few, few)
        (tmp_path / "gone").rename(images)
    for cat in cats[2:]:
        (away / cat.name).rename(cat)
    result, effects = both()
    assert result == effects and len(result) == DRAW.pictures


def test_graphs_of_a_class_by_either_score_are_checked_apart(run: RunReader) -> None:
    other = {"stem": [0, 2], "mixed": [1, 3]}
    both = [*graphs_of(run.classes), *graphs_of(run.classes, other, Score.ATTRIBUTION)]
    (one, two), notes = check_run(run, both, DRAW, ignore_progress)
    assert len(notes) == 2  # one for each class that cannot be checked
    assert [one.score, two.score] == ["activation", "attribution"]
    assert [layer.channels for layer in two.layers] == [2, 2] and one.layers != two.layers
    assert check_run(run, both, DRAW, ignore_progress)[0] == [one, two]
    assert check_run(run, graphs_of([0], other), DRAW, ignore_progress)[0][0].layers == two.layers


def test_a_run_with_attribution_is_checked_from_the_means_it_was_counted_with(
    leaned: Settings, run: RunReader, tmp_path: Path
) -> None:
    count_pictures(replace(leaned, attribution=True, run=tmp_path / "other"))
    other = RunReader(tmp_path / "other")
    (ours, _), (theirs, _) = (check_run(each, graphs_of([0]), DRAW, ignore_progress) for each in (run, other))
    assert read_manifest(other.path)["means"]["pictures"] == 26  # all pictures, as those that the check takes itself
    assert len(ours) == 1
    for one, two in zip(ours, theirs, strict=True):
        for mine, its in zip(one.layers, two.layers, strict=True):
            assert mine.drop == pytest.approx(its.drop, abs=1e-9)
            assert mine.null_99 == pytest.approx(its.null_99, abs=1e-9)


def test_pictures_that_are_gone_are_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "images" / "cat").mkdir(parents=True)
    for at in range(2):
        Image.effect_noise((24, 24), 50 + at).save(tmp_path / "images" / "cat" / f"{at}.png")
    count_pictures(replace(settings, images=tmp_path / "images"))
    (tmp_path / "images").rename(tmp_path / "elsewhere")
    with pytest.raises(
        DataError, match=r"cannot be checked: the pictures it was counted over, .*images, are gone; restore"
    ):
        check_run(RunReader(settings.run), graphs_of([0]), DRAW, ignore_progress)
