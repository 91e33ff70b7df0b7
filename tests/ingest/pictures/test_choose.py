"""Which pictures show a channel: by definition, on made-up peaks."""

import numpy
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from ingest.count.strongest import Strongest
from ingest.pictures.patches.choose import (
    MORE,
    MOST,
    PER_CLASS,
    Found,
    Key,
    choose,
    more_of_class,
    pool_of,
    strongest_of,
)
from ingest.pictures.patches.cut import SHOWN, cut_patch, frame_around, look_of


def unlike(key: Key) -> numpy.ndarray:
    """Every picture looks like nothing else."""
    look = numpy.zeros(4096, numpy.float32)
    look[key.image_class * 64 + key.position] = 1
    return look


peaks = st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=6), min_size=1, max_size=12)


def strongest(row: list[int]) -> Strongest:
    """Of one channel."""
    values = numpy.array(row, numpy.float32)[:, None]
    return Strongest.of(range(len(row)), values, numpy.zeros_like(values, numpy.int32))


@given(peaks)
def test_the_ten_strongest_pictures_with_two_of_a_class_are_those_of_all_classes_in_order(
    given: list[list[int]],
) -> None:
    pool = pool_of((index, strongest(row)) for index, row in enumerate(given))
    found = strongest_of(pool.candidates(0), unlike)

    expected: list[tuple[int, int]] = []
    everything = [(-peak, index, at) for index, row in enumerate(given) for at, peak in enumerate(row) if peak]
    for _, index, at in sorted(everything):
        if len(expected) < MOST and sum(other == index for other, _ in expected) < PER_CLASS:
            expected.append((index, at))
    assert [tuple(each.key) for each in found] == expected
    assert [each.peak for each in found] == [given[index][at] for index, at in expected]


def test_a_picture_that_looks_like_a_stronger_one_or_is_gone_makes_room_for_the_next() -> None:
    candidates = [Found(Key(index, 0), 9 - index, 0) for index in range(4)]
    looks = {0: unlike(Key(0, 0)), 1: unlike(Key(0, 0)), 2: None, 3: unlike(Key(3, 0))}
    found = strongest_of(candidates, lambda key: looks[key.image_class])
    assert [each.key.image_class for each in found] == [0, 3]


def test_a_class_whose_graph_has_the_channel_adds_three_that_are_not_among_the_strongest() -> None:
    kept = {0: strongest([1, 9, 8, 7, 6, 5]), 1: strongest([3])}
    choices = choose(pool_of(kept.items()), 1, {0: [0]}, kept.__getitem__, unlike)
    assert [each.key for each in choices[0].most] == [(0, 1), (0, 2), (1, 0)]
    assert [each.key for each in choices[0].others] == [(0, 3), (0, 4), (0, 5)]
    assert len(more_of_class([Found(Key(2, at), 1, 0) for at in range(9)], [], unlike)) == MORE


def test_a_frame_lies_around_its_middle_and_never_sticks_out() -> None:
    assert frame_around(50, 60, 20, 100) == (40, 50)
    assert frame_around(3, 99, 20, 100) == (0, 80)
    assert frame_around(50, 50, 100, 100) == (0, 0)


def test_a_cut_shows_what_is_in_the_frame() -> None:
    square = Image.new("RGB", (64, 64), "white")
    ImageDraw.Draw(square).rectangle((16, 24, 31, 39), fill="red")
    patch = cut_patch(square, 16, 24, 16)
    assert patch.size == (SHOWN, SHOWN) and patch.getcolors() == [(SHOWN**2, (255, 0, 0))]


def test_a_picture_looks_like_itself_brighter_or_smaller_and_unlike_another() -> None:
    noise = numpy.random.default_rng(4).integers(0, 200, (8, 8, 3), numpy.uint8)
    one, other = (
        Image.fromarray(pixels).resize((200, 200), Image.Resampling.BICUBIC) for pixels in (noise, noise[::-1])
    )
    brighter = one.point(lambda value: value + 40).resize((150, 150))
    assert look_of(one) @ look_of(brighter) > 0.98 > 0.8 > look_of(one) @ look_of(other)
    even = look_of(Image.new("RGB", (9, 9), "red"))
    assert abs(float(even @ even) - 1) < 1e-6 and abs(float(even @ look_of(one))) < 0.1
