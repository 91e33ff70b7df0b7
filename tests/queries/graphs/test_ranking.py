"""Rankings by hand and by their definition."""

import math

import numpy
from hypothesis import given
from hypothesis import strategies as st

from queries.graphs.ranking import LayerRanking, Ranked, percent_before, rank_layers

FOUND = [
    Ranked(0, 0, 0.25, 7),
    Ranked(0, 2, 0.25, 3),
    Ranked(1, 0, 0.125, 1),
    Ranked(1, 1, 0.375, 9),
    Ranked(1, 3, 0.0, 0),
]
networks = st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=6), min_size=1, max_size=4)


def test_channels_come_by_pagerank_and_the_mass_before_each_is_told() -> None:
    lower, upper = rank_layers(FOUND, [3, 4])

    assert lower == LayerRanking((0, 2), (0.25, 0.25), (7, 3), (0.0, 50.0), (37.5, 62.5), (0, 2, 1))
    assert upper == LayerRanking(
        (1, 0, 3), (0.375, 0.125, 0.0), (9, 1, 0), (0.0, 75.0, 100.0), (0.0, 87.5, 100.0), (1, 0, 3, 2)
    )


def test_a_layer_without_channels_or_without_pagerank_has_nothing_to_take() -> None:
    lower, upper = rank_layers([Ranked(1, 0, 0.0, 2)], [2, 1])

    assert lower == LayerRanking((), (), (), (), (), (0, 0))
    assert upper.before_in_layer == upper.before_in_all == (100.0,)


@given(networks)
def test_the_mass_before_a_channel_is_that_of_all_that_rank_higher(masses: list[list[int]]) -> None:
    total = sum(map(sum, masses)) or 1
    found = [
        Ranked(layer, channel, mass / total, mass)
        for layer, row in enumerate(masses)
        for channel, mass in enumerate(row)
    ]
    for layer, ranking in enumerate(rank_layers(found, [len(row) for row in masses])):
        for place, channel in enumerate(ranking.channels):
            here = masses[layer][channel]
            assert ranking.places[channel] == place and ranking.counts[place] == here
            if here:
                higher = [each for each in found if (-each.count, each.layer, each.channel) < (-here, layer, channel)]
                before = sum(each.count for each in higher)
                in_layer = sum(each.count for each in higher if each.layer == layer)
                assert math.isclose(ranking.before_in_all[place], 100 * before / total, abs_tol=1e-9)
                assert math.isclose(ranking.before_in_layer[place], 100 * in_layer / sum(masses[layer]), abs_tol=1e-9)


def test_percentages_start_at_nothing() -> None:
    assert percent_before(numpy.array([3.0, 1.0])).tolist() == [0.0, 75.0]
    assert percent_before(numpy.array([])).tolist() == []
