"""A probe of a run is what a literal computation from the run's files gives, and goes on where it stopped."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy
import pyarrow.parquet
import pytest

from ingest.count.pipeline import count_pictures
from ingest.count.settings import Settings
from ingest.probe.classifier import Split, accuracy_by
from ingest.probe.run import LayerProbe, ProbeSettings, _probed, probe_run
from ingest.probe.samples import sampled_peaks
from ingest.run.read import RunReader
from queries.errors import DataError
from queries.progress import ignore_progress
from queries.records import LayerSize
from tests.ingest.count.test_pipeline import images, settings
from tests.ingest.probe.test_classifier import literal_predictions

__all__ = ["images", "settings"]  # fixtures
ASKED = ProbeSettings(top=2, pictures=8, held_out=0.3, sets=3, seed=4)
PROBING = "ingest.probe.run"
SHARE = 0.03  # of an image's activation mass


@pytest.fixture
def run(settings: Settings) -> RunReader:
    count_pictures(replace(settings, exclude=("mixed/0", "first/3")))
    return RunReader(settings.run)


def peaks_of(run: Path, index: int) -> tuple[list[str], list[list[float]]]:
    """Names of a class's counted pictures and their peaks, in the order drawn."""
    folder = run / "classes" / f"{index:05d}"
    paths = pyarrow.parquet.read_table(folder / "pictures.parquet")["path"].to_pylist()
    rows = pyarrow.parquet.read_table(folder / "votes.parquet").to_pylist()
    named = [(paths[row["picture"]], row["peaks"]) for row in rows]
    named.sort(key=lambda pair: hashlib.blake2b(f"{ASKED.seed}/{pair[0]}".encode(), digest_size=8).hexdigest())
    return [name for name, _ in named], [peaks for _, peaks in named]


def most_activated(pictures: list[list[float]]) -> list[int]:
    """The two channels that most pictures count in the first part of their mass."""
    counts = [0] * len(pictures[0])
    for peaks in pictures:
        held, total = 0.0, sum(peaks)
        for channel in sorted(range(len(peaks)), key=lambda at: (-peaks[at], at)):
            if peaks[channel] > 0 and held < SHARE * total:
                counts[channel] += 1
            held += peaks[channel]
    order = sorted(range(len(counts)), key=lambda at: (-counts[at], at))
    return [channel for channel in order[:2] if counts[channel]]


def literal(learning: list[list[float]], of_learning: Any, held_out: list[list[float]], of_held_out: Any) -> float:
    one, other = numpy.array(learning), numpy.array(held_out)
    mean, deviation = one.mean(0), one.std(0)
    deviation[deviation == 0] = 1
    found = literal_predictions((one - mean) / deviation, of_learning, (other - mean) / deviation)
    return float((found == of_held_out).mean())


def test_a_probe_is_what_the_files_of_the_run_give(run: RunReader) -> None:
    found, notes = probe_run(run, run.classes, ASKED, ignore_progress)
    assert not notes and found.classes == tuple(
        run.table(index, "statistics")["name"][0].as_py() for index in run.classes
    )
    drawn = {index: peaks_of(run.path, index)[1][:8] for index in run.classes}
    apart = {index: round(0.3 * len(rows)) for index, rows in drawn.items()}
    assert sorted(map(len, drawn.values())) == [6, 8, 8] and sorted(apart.values()) == [2, 2, 2]
    assert (found.learning, found.held_out) == (16, 6)
    labels = numpy.arange(3)
    of_learning = numpy.repeat(labels, [len(drawn[index]) - apart[index] for index in run.classes])
    of_held_out = numpy.repeat(labels, [apart[index] for index in run.classes])
    start = 0
    for layer, probed in zip(run.layers, found.layers, strict=True):
        end = start + layer.channels
        learning = [row[start:end] for index in run.classes for row in drawn[index][apart[index] :]]
        held_out = [row[start:end] for index in run.classes for row in drawn[index][: apart[index]]]
        tops = sorted(
            {
                channel
                for index in run.classes
                for channel in most_activated([row[start:end] for row in drawn[index][apart[index] :]])
            }
        )
        allowed = [at for at in range(layer.channels) if at not in layer.excluded]
        assert len(allowed) == layer.channels - (layer.name in ("mixed", "first"))
        assert not set(tops) & layer.excluded

        def by(channels: list[int], one: Any = learning, other: Any = held_out) -> float:
            chosen = ([[row[at] for at in channels] for row in side] for side in (one, other))
            return literal(next(chosen), of_learning, next(chosen), of_held_out)

        assert (probed.layer, probed.size, probed.channels) == (layer.name, len(allowed), len(tops))
        assert probed.accuracy == by(tops)
        assert probed.every == by(allowed)
        assert 0 <= probed.random_least <= probed.random <= probed.random_most <= 1
        start = end


def test_random_sets_are_as_large_as_the_top_channels_and_leave_out_excluded_ones(
    run: RunReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[int]] = []

    def noted(split: Split, chosen: Any) -> float:
        asked.append(chosen.tolist())
        return accuracy_by(split, chosen)

    monkeypatch.setattr(f"{PROBING}.accuracy_by", noted)
    found, _ = probe_run(run, run.classes, ASKED, ignore_progress)
    for layer, probed in zip(run.layers, found.layers, strict=True):
        tops, *random, every = asked[: ASKED.sets + 2]
        del asked[: ASKED.sets + 2]
        assert [len(each) for each in random] == [probed.channels] * ASKED.sets
        assert len({tuple(each) for each in random}) > 1
        assert not {channel for each in (tops, *random, every) for channel in each} & layer.excluded
    assert not asked


def test_an_interrupted_probe_goes_on_where_it_stopped(run: RunReader, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, _ = probe_run(run, run.classes, ASKED, ignore_progress)
    (run.path / "probe.json").unlink()
    calls = 0

    def interrupted(*words: Any) -> float:
        nonlocal calls
        calls += 1
        if calls > ASKED.sets + 2:  # in the second layer
            raise KeyboardInterrupt
        return accuracy_by(*words)

    monkeypatch.setattr(f"{PROBING}.accuracy_by", interrupted)
    with pytest.raises(KeyboardInterrupt):
        probe_run(run, run.classes, ASKED, ignore_progress)
    counted: list[int] = []

    def noted(*words: Any) -> float:
        counted.append(1)
        return accuracy_by(*words)

    monkeypatch.setattr(f"{PROBING}.accuracy_by", noted)
    assert probe_run(run, run.classes, ASKED, ignore_progress)[0] == whole
    assert len(counted) == 2 * (ASKED.sets + 2)
    assert probe_run(run, run.classes, ASKED, ignore_progress)[0] == whole  # all from the run's folder
    assert len(counted) == 2 * (ASKED.sets + 2)
    for other in (replace(ASKED, seed=5), replace(ASKED, top=3)):
        counted.clear()
        probe_run(run, run.classes, other, ignore_progress)
        assert len(counted) == 3 * (ASKED.sets + 2)
    (run.path / "probe.json").write_text("{")  # damaged
    assert probe_run(run, run.classes, ASKED, ignore_progress)[0] == whole


def test_results_do_not_depend_on_how_much_is_in_memory(run: RunReader, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, _ = probe_run(run, run.classes, ASKED, ignore_progress)
    passes: list[slice] = []

    def noted(run: RunReader, samples: Any, part: slice) -> Any:
        passes.append(part)
        return sampled_peaks(run, samples, part)

    monkeypatch.setattr(f"{PROBING}.sampled_peaks", noted)
    sizes = [layer.channels for layer in run.layers]
    for most, expected in ((1, [1, 1, 1]), (22 * sum(sizes[:2]), [2, 1])):
        monkeypatch.setattr(f"{PROBING}.AT_ONCE", most)
        passes.clear()
        (run.path / "probe.json").unlink()
        assert probe_run(run, run.classes, ASKED, ignore_progress)[0] == whole
        assert [part.stop - part.start for part in passes] == expected


def test_a_copy_of_a_picture_is_drawn_once(images: Path, settings: Settings, tmp_path: Path) -> None:
    for folder in ("cat", "Big_Dog"):
        (tmp_path / "images" / folder).mkdir(parents=True)
        for at in range(5):
            content = (images / folder / f"{at:02d}.png").read_bytes()
            (tmp_path / "images" / folder / f"{at}.png").write_bytes(content)
            if folder == "cat":
                (tmp_path / "images" / folder / f"again{at}.png").write_bytes(content)
    count_pictures(replace(settings, images=tmp_path / "images"))
    found, _ = probe_run(RunReader(settings.run), RunReader(settings.run).classes, ASKED, ignore_progress)
    assert found.learning + found.held_out == 10


def test_a_class_with_few_pictures_is_left_out_by_name(settings: Settings, run: RunReader, tmp_path: Path) -> None:
    few = replace(settings, first=3, run=tmp_path / "few")
    count_pictures(few)
    other = RunReader(few.run)
    with pytest.raises(DataError, match=r"has 0 classes that can be probed; expected two at least; .*3 different"):
        probe_run(other, other.classes, ASKED, ignore_progress)
    with pytest.raises(DataError, match="has 1 class that can be probed; expected two at least"):
        probe_run(run, run.classes[:1], ASKED, ignore_progress)


def test_a_run_without_peaks_is_refused_with_the_remedy(settings: Settings) -> None:
    count_pictures(settings)
    run = RunReader(settings.run)
    (settings.run / "classes" / "00000" / "votes.parquet").unlink()
    with pytest.raises(
        DataError, match=r"00000 has no votes\.parquet: .* count it again, as another run, with --influ"
    ):
        probe_run(run, run.classes, ASKED, ignore_progress)


def test_a_layer_whose_channels_are_all_silent_is_no_better_than_chance(run: RunReader) -> None:
    stem = run.layers[0]
    learning, held_out = (numpy.zeros((pictures, stem.channels)) for pictures in (4, 2))
    split = Split.of(learning, numpy.array([0, 0, 0, 1]), held_out, numpy.array([0, 1]))
    found = _probed(stem, split, [], ASKED)
    assert found == LayerProbe("stem", stem.channels, 0, 0.5, 0.5, 0.5, 0.5, 0.5)


def test_a_layer_that_is_excluded_as_a_whole_is_no_better_than_chance() -> None:
    split = Split(numpy.ones((4, 2)), numpy.array([0, 0, 0, 1]), numpy.ones((2, 2)), numpy.array([0, 1]))
    found = _probed(LayerSize("low", 0, 2, frozenset({0, 1})), split, [], ASKED)
    assert (found.size, found.channels, found.accuracy, found.random, found.every) == (0, 0, 0.5, 0.5, 0.5)
