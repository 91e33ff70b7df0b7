"""The strongest pictures of each channel: by definition, however they are split, and as a run keeps them."""

import pickle
from dataclasses import replace
from functools import reduce
from pathlib import Path
from random import Random

import numpy
from hypothesis import given
from hypothesis import strategies as st

from ingest.count.pipeline import count_pictures
from ingest.count.rules import Rules
from ingest.count.settings import Settings
from ingest.count.strongest import KEPT, NOBODY, Strongest
from ingest.run.files import class_folder, class_indexes, read_table
from tests.ingest.count.test_pipeline import images, settings

__all__ = ["images", "settings"]  # fixtures

rows = st.lists(st.tuples(st.lists(st.integers(0, 4), min_size=2, max_size=2), st.booleans()), min_size=1, max_size=16)


def split(pictures: list[tuple[list[int], bool]]) -> list[list[int]]:
    """Positions in parts; a part ends after each picture that says so."""
    parts: list[list[int]] = [[]]
    for position, (_, ends) in enumerate(pictures):
        parts[-1].append(position)
        parts += [[]] if ends else []
    return [part for part in parts if part]


@given(rows, st.randoms())
def test_the_strongest_of_all_parts_are_the_strongest_and_equal_ones_in_order(
    pictures: list[tuple[list[int], bool]], chance: Random
) -> None:
    peaks = numpy.array([row for row, _ in pictures], numpy.float32)
    places = numpy.arange(peaks.size, dtype=numpy.int32).reshape(peaks.shape)
    parts = [Strongest.of(part, peaks[part], places[part]) for part in split(pictures)]
    chance.shuffle(parts)
    found = reduce(Strongest.__add__, parts)
    for channel in range(2):
        ranked = sorted((-row[channel], at) for at, (row, _) in enumerate(pictures) if row[channel])[:KEPT]
        width = found.peaks.shape[1]
        missing = width - len(ranked)
        assert found.positions[channel].tolist() == [at for _, at in ranked] + [NOBODY] * missing
        assert found.peaks[channel].tolist() == [-peak for peak, _ in ranked] + [0] * missing
        assert found.places[channel, : len(ranked)].tolist() == [places[at, channel] for _, at in ranked]


def strongest(run: Path) -> dict[int, bytes]:
    return {index: (class_folder(run, index) / "strongest.parquet").read_bytes() for index in class_indexes(run)}


def test_a_run_keeps_the_highest_peaks_of_every_class_whatever_its_votes_and_methods(
    settings: Settings, tmp_path: Path
) -> None:
    count_pictures(settings)
    truth = strongest(settings.run)
    for name, other in {
        "votes": replace(settings, keep_votes=True),
        "maps": replace(settings, rules=Rules(influence_method=2)),
        "ranks": replace(settings, rules=Rules(activation_method=1)),
    }.items():
        count_pictures(replace(other, run=tmp_path / name))
        assert strongest(tmp_path / name) == truth, name
    for index in class_indexes(settings.run):
        votes, kept = (read_table(settings.run, index, name) for name in ("votes", "strongest"))
        peaks = numpy.array(votes["peaks"].to_pylist(), numpy.float32)
        for channel, found in enumerate(kept.to_pylist()):
            expected = sorted(peaks[:, channel][peaks[:, channel] > 0].tolist(), reverse=True)[:KEPT]
            assert found["peaks"][: len(expected)] == expected and not any(found["peaks"][len(expected) :])
            for picture, peak in zip(found["pictures"], expected, strict=False):
                assert peaks[votes["picture"].to_pylist().index(picture), channel] == peak


def test_a_class_that_was_counted_without_them_and_extended_does_not_claim_to_have_them(settings: Settings) -> None:
    count_pictures(replace(settings, limit=3))
    for index in class_indexes(settings.run):
        (class_folder(settings.run, index) / "strongest.parquet").unlink()
    assert count_pictures(settings).pictures == 17
    assert not list(settings.run.glob("classes/*/strongest.parquet"))


def test_they_go_from_process_to_process_and_get_the_numbers_of_the_finished_class() -> None:
    some = Strongest.of([4, 9], numpy.array([[1.0, 0], [2, 3]], numpy.float32), numpy.zeros((2, 2), numpy.int32))
    there = pickle.loads(pickle.dumps(some)).renumbered({4: 1, 9: 0})
    assert there.positions.tolist() == [[0, 1], [0, NOBODY]] and there.peaks.tolist() == [[2, 1], [3, 0]]
