"""Scores of a run's channels are what its files give; what is missing is named."""

import math
from dataclasses import replace
from itertools import pairwise

import pyarrow.parquet
import pytest

from ingest.channels.run import score_channels
from ingest.count.pipeline import count_pictures
from ingest.count.settings import Settings
from ingest.run.files import class_folder
from ingest.run.peaks import channel_bounds
from ingest.run.read import RunReader
from queries.errors import DataError
from queries.progress import ignore_progress
from tests.ingest.channels.test_score import literal_divergence, literal_selectivity
from tests.ingest.count.test_pipeline import images, settings

__all__ = ["images", "settings"]  # fixtures


def test_scores_are_over_all_classes_of_the_run(settings: Settings) -> None:
    count_pictures(replace(settings, exclude=("mixed/2",)))
    run = RunReader(settings.run)
    folders = [class_folder(run.path, index) for index in run.classes]
    peaks = [pyarrow.parquet.read_table(folder / "votes.parquet")["peaks"].to_pylist() for folder in folders]
    histograms = [pyarrow.parquet.read_table(folder / "maxima.parquet")["cells"].to_pylist() for folder in folders]
    counted = [pyarrow.parquet.read_table(folder / "activations.parquet").to_pylist() for folder in folders]
    cells = [[sum(counts) for counts in zip(*rows, strict=True)] for rows in zip(*histograms, strict=True)]
    found = {each.name: each for each in score_channels(run, ignore_progress)}
    bounds = channel_bounds(run)
    assert len(found) == bounds[-1] - 1 and "mixed/2" not in found
    for layer, (start, end) in zip(run.layers, pairwise(bounds), strict=True):
        positions = literal_divergence(cells[start:end])
        for index in set(range(layer.channels)) - layer.excluded:
            score, at = found[f"{layer.name}/{index}"], start + index
            selectivity = literal_selectivity([[row[at] for row in rows] for rows in peaks])
            times = [
                row["count"]
                for rows in counted
                for row in rows
                if (row["layer"], row["channel"]) == (layer.name, index)
            ]
            assert score.frequency == pytest.approx(sum(times) / 26)
            for value, expected in ((score.position, positions[index]), (score.selectivity, selectivity)):
                assert value is None if math.isnan(expected) else value == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_what_a_run_lacks_is_named_with_the_remedy(settings: Settings) -> None:
    count_pictures(settings)
    run = RunReader(settings.run)
    (class_folder(run.path, 1) / "maxima.parquet").unlink()
    with pytest.raises(
        DataError, match=r"00001 has no maxima\.parquet: an earlier version .*delete that folder and repeat"
    ):
        score_channels(run, ignore_progress)
    one = replace(settings, run=settings.run.with_name("one"), classes=("cat",))
    count_pictures(one)
    with pytest.raises(DataError, match="has 1 class; expected two"):
        score_channels(RunReader(one.run), ignore_progress)
