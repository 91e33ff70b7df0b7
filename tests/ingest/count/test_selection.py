from itertools import product

import pytest
import torch

from ingest.count.instrument import peak
from ingest.count.selection import top_by_mass, top_by_rank
from tests.ingest import reference


def test_the_channel_that_crosses_the_share_is_in() -> None:
    peaks = torch.tensor([[1.0, 5.0, 4.0, 0.0]])
    assert top_by_mass(peaks, 0.03).tolist() == [[False, True, False, False]]
    assert top_by_mass(peaks, 0.5).tolist() == [[False, True, False, False]]
    assert top_by_mass(peaks, 0.51).tolist() == [[False, True, True, False]]
    assert top_by_mass(peaks, 1.0).tolist() == [[True, True, True, False]]


def test_equal_channels_go_by_index_and_stop_exactly_at_the_share() -> None:
    assert top_by_mass(torch.ones(1, 100), 0.03).nonzero()[:, 1].tolist() == [0, 1, 2]


def test_values_that_are_not_positive_are_never_selected() -> None:
    values = torch.tensor([[2.0, 5.0, -9.0, 3.0], [0.0, 0.0, -1.0, 0.0]], dtype=torch.float64)
    assert top_by_mass(values, 0.5).tolist() == [[False, True, False, False], [False] * 4]
    assert top_by_mass(values, 0.51).tolist() == [[False, True, False, True], [False] * 4]
    assert top_by_rank(values, 4).tolist() == [[True, True, False, True], [False] * 4]


def test_an_image_without_activation_counts_nothing() -> None:
    assert not top_by_mass(torch.zeros(2, 5), 0.03).any()
    assert not top_by_rank(torch.zeros(2, 5), 3).any()


def test_by_rank_the_largest_are_selected_and_ties_go_to_the_lower_index() -> None:
    peaks = torch.tensor([[2.0, 3.0, 2.0, 0.0]])
    assert top_by_rank(peaks, 2).tolist() == [[True, True, False, False]]
    assert top_by_rank(peaks, 4).tolist() == [[True, True, True, False]]


def test_both_methods_agree_with_plain_loops() -> None:
    peaks = torch.randn(40, 300).relu()
    assert torch.equal(top_by_mass(peaks, 0.03).int(), reference.by_mass(peaks.double(), 0.03))
    assert torch.equal(top_by_rank(peaks, 5).int(), reference.largest(peaks.double(), 5))


def test_a_peak_is_the_spatial_maximum_after_a_relu() -> None:
    value = torch.tensor([[[[-1.0, 7.0]], [[-2.0, -3.0]]]])
    most, place = peak(value)
    assert most.tolist() == [[7.0, 0.0]] and place[0, 0] == 1


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_a_peak_is_where_the_map_is_highest_first_in_reading_order(layout: torch.memory_format) -> None:
    value = torch.randint(-3, 4, (2, 5, 6, 7), generator=torch.Generator().manual_seed(3)).float()
    most, place = peak(value.contiguous(memory_format=layout))
    for picture, channel in product(range(2), range(5)):
        flat = value[picture, channel].flatten().tolist()
        assert most[picture, channel] == max(0, *flat) and place[picture, channel] == flat.index(max(flat))
