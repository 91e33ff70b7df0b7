"""Scores of channels equal what loops over pictures give, and find channels that were planted."""

import math
import random
from pathlib import Path

import numpy
import pytest

from ingest.channels.run import ChannelScore, Limits, listed
from ingest.channels.score import Variances, position_divergence
from ingest.run.excluded import channels_to_exclude


def literal_selectivity(classes: list[list[float]]) -> float:
    """Eta squared of one channel's peaks."""
    everything = [peak for peaks in classes for peak in peaks]
    mean = sum(everything) / len(everything)
    between = sum(len(peaks) * (sum(peaks) / len(peaks) - mean) ** 2 for peaks in classes)
    total = sum((peak - mean) ** 2 for peak in everything)
    return between / total if total else math.nan


def literal_divergence(cells: list[list[int]]) -> list[float]:
    shares = [[count / sum(row) for count in row] for row in cells if sum(row)]
    usual = [sum(row[at] for row in shares) / len(shares) for at in range(len(cells[0]))]
    found = []
    for row in cells:
        if sum(row):
            each = [count / sum(row) for count in row]
            found.append(sum(p * math.log(p / q) for p, q in zip(each, usual, strict=True) if p))
        else:
            found.append(math.nan)
    return found


@pytest.mark.parametrize("seed", range(5))
def test_scores_equal_the_literal_ones(seed: int) -> None:
    chance = random.Random(seed)
    sizes = [chance.randint(1, 9) for _ in range(4)]
    peaks = [[[chance.choice((0.0, chance.random() * 1e3)) for _ in range(6)] for _ in range(size)] for size in sizes]
    for rows in peaks:
        for row in rows:
            row[5] = 2.5  # always the same
    variances = Variances()
    for rows in peaks:
        variances.add(numpy.array(rows, numpy.float32))
    exact = [[[float(numpy.float32(peak)) for peak in row] for row in rows] for rows in peaks]
    expected = [literal_selectivity([[row[channel] for row in rows] for rows in exact]) for channel in range(6)]
    numpy.testing.assert_allclose(variances.selectivity(), expected, rtol=1e-9, equal_nan=True)
    assert math.isnan(expected[5])

    cells = [[chance.choice((0, 0, chance.randint(1, 30))) for _ in range(49)] for _ in range(7)]
    cells[3] = [0] * 49
    found = position_divergence(numpy.array(cells))
    numpy.testing.assert_allclose(found, literal_divergence(cells), rtol=1e-9, atol=1e-12, equal_nan=True)


def test_a_planted_channel_is_proposed_and_no_other() -> None:
    """Twenty channels with peaks anywhere that tell classes apart; one at the border that does not."""
    random = numpy.random.default_rng(0)
    variances, cells = Variances(), numpy.zeros((21, 49), int)
    for index in range(10):
        peaks = random.normal(5, 1, (40, 21)).astype(numpy.float32)
        peaks[:, :20] += 3 * random.normal(size=20).astype(numpy.float32)
        variances.add(peaks)
        for channel in range(21):
            places = random.integers(0, 49, 40) if channel < 20 else random.integers(0, 7, 40)
            cells[channel] += numpy.bincount(places, minlength=49)
        assert index < 10
    scores = [
        ChannelScore("layer", at, 0.5 if at else 0.01, float(position), float(selectivity))
        for at, (position, selectivity) in enumerate(
            zip(position_divergence(cells), variances.selectivity(), strict=True)
        )
    ]
    proposed = list(filter(Limits().proposes, scores))
    assert [each.name for each in proposed] == ["layer/20"]
    assert not Limits(frequency=0.51).proposes(scores[20]) and not Limits(position=9).proposes(scores[20])
    assert not Limits(selectivity=0.0).proposes(scores[20])
    assert not Limits().proposes(ChannelScore("layer", 1, 0.5, None, 0.0))
    assert not Limits().proposes(ChannelScore("layer", 1, 0.5, 3.0, None))


def test_the_list_is_what_excluding_takes(tmp_path: Path) -> None:
    proposed = [ChannelScore("one.two", 3, 0.25, 1.5, 0.01), ChannelScore("one", 0, 0.125, 2.0, 0.02)]
    text = listed("photos", proposed)
    assert "one.two/3  # 1.500 0.010 0.250\n" in text and text.startswith("# of the run photos: ")
    file = tmp_path / "list.txt"
    file.write_text(text)
    assert channels_to_exclude(str(file)) == ("one.two/3", "one/0")
