"""The pictures that excite a channel most, by definition and of a real run."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ingest.count.pipeline import count_pictures
from ingest.count.settings import Settings
from ingest.pictures.examples import EXAMPLES, KIND, SIDE, Excitation, write_examples
from ingest.run.read import RunReader
from queries.progress import ignore_progress
from tests.ingest.count.test_pipeline import images, settings

__all__ = ["images", "settings"]  # fixtures

batches = st.lists(st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=2), min_size=1, max_size=5), max_size=4)


@given(batches)
def test_the_strongest_peaks_of_all_batches_are_kept_and_equal_ones_in_order(given: list[list[list[int]]]) -> None:
    found, first = Excitation.none(2), 0
    for batch in given:
        found, first = found.updated(numpy.array(batch, numpy.float32), first), first + len(batch)

    everything = [row for batch in given for row in batch]
    for channel in range(2):
        ranked = sorted((-row[channel], place) for place, row in enumerate(everything) if row[channel])[:EXAMPLES]
        missing = EXAMPLES - len(ranked)
        assert found.pictures[channel].tolist() == [place for _, place in ranked] + [-1] * missing
        assert found.peaks[channel].tolist() == [-negative for negative, _ in ranked] + [0] * missing


def test_a_run_gives_each_channel_the_pictures_with_its_highest_peaks(settings: Settings, tmp_path: Path) -> None:
    shutil.copytree(settings.images, tmp_path / "copy")
    settings = replace(settings, images=tmp_path / "copy")
    count_pictures(settings)
    run, folder = RunReader(settings.run), tmp_path / "examples"
    written = write_examples(run, folder, ignore_progress)

    channels = [(layer.name, channel) for layer in run.layers for channel in range(layer.channels)]
    peaks = numpy.concatenate(
        [numpy.array(run.table(index, "votes")["peaks"].to_pylist(), numpy.float32) for index in run.classes]
    )
    firing = [(layer, channel) for place, (layer, channel) in enumerate(channels) if peaks[:, place].any()]
    assert written == len(firing) > 0
    for layer, channel in firing:
        with Image.open(folder / KIND / f"{layer}-{channel}-{KIND}-0.jpg") as picture:
            assert picture.size == (SIDE, SIDE)
    place = channels.index(firing[0])
    paths = [
        settings.images / path for index in run.classes for path in run.table(index, "pictures")["path"].to_pylist()
    ]
    strongest = paths[int(peaks[:, place].argmax())]
    strongest.unlink()
    again = write_examples(run, folder, ignore_progress)  # in place of the first, without the picture that is gone
    assert again == len({p.name.rsplit("-dataset", 1)[0] for p in (folder / KIND).iterdir()})
    kept = [p.name for p in folder.parent.iterdir() if "examples" in p.name]
    assert kept == ["examples"] and not list(folder.glob("*.jpg"))


def test_a_run_without_peaks_or_pictures_has_no_examples(settings: Settings, tmp_path: Path) -> None:
    count_pictures(replace(settings, keep_votes=False, limit=2))
    assert write_examples(RunReader(settings.run), tmp_path / "examples", ignore_progress) == 0
    assert not (tmp_path / "examples").exists()

    copy = tmp_path / "copy"
    shutil.copytree(settings.images, copy)
    kept = replace(settings, images=copy, run=tmp_path / "other", limit=2)
    count_pictures(kept)
    shutil.rmtree(copy)
    assert write_examples(RunReader(kept.run), tmp_path / "examples", ignore_progress) == 0
