"""Maps of a few classes by hand, by law, and the same bits from another number of threads."""

import json
import math
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.map.embedding import (
    CLASSICAL_SCALING,
    FEW,
    START_RADIUS,
    UMAP,
    Map,
    Places,
    classical_scaling,
    draw_maps,
    starting_places,
    turned_onto,
)
from queries.map.neighbours import Counts, cosines

corners = st.complex_numbers(max_magnitude=100, allow_nan=False, allow_infinity=False)


def as_they_start(_: Places, start: Places) -> Places:
    return start


def at(drawn: Map, index: int) -> tuple[float, float]:
    place = drawn.classes.index(index)
    return drawn.x[place], drawn.y[place]


def test_few_classes_keep_the_distances_of_their_unit_vectors() -> None:
    three: Counts = {0: {0: 3}, 1: {0: 5, 1: 5}, 2: {1: 2}}  # at 0, 45 and 90 degrees
    ((layer, drawn),) = draw_maps([("only", three)], as_they_start)
    assert (layer, drawn.layout, drawn.classes, drawn.parked) == ("only", CLASSICAL_SCALING, (0, 1, 2), ())
    chord = START_RADIUS * 2 * math.sin(math.pi / 8)
    assert math.dist(at(drawn, 0), at(drawn, 1)) == pytest.approx(chord, abs=1e-3)
    assert math.dist(at(drawn, 1), at(drawn, 2)) == pytest.approx(chord, abs=1e-3)
    assert math.dist(at(drawn, 0), at(drawn, 2)) == pytest.approx(START_RADIUS * math.sqrt(2), abs=1e-3)


def test_a_class_without_channels_has_no_place_and_one_that_shares_none_stands_at_the_rim() -> None:
    counts: Counts = {0: {0: 3}, 1: {0: 5, 1: 5}, 2: {1: 2}, 5: {7: 4}, 6: {}, 8: {9: 1}}
    ((_, drawn),) = draw_maps([("only", counts)], as_they_start)
    assert (drawn.classes, drawn.parked) == ((0, 1, 2, 5, 8), (5, 8))
    middle = np.mean([at(drawn, index) for index in (0, 1, 2)], axis=0)
    outermost = max(math.dist(middle, at(drawn, index)) for index in (0, 1, 2))
    assert all(math.dist(middle, at(drawn, index)) > outermost for index in drawn.parked)
    assert at(drawn, 5) != at(drawn, 8)


def test_a_layer_in_which_no_class_has_a_channel_has_no_map() -> None:
    assert [layer for layer, _ in draw_maps([("a", {}), ("b", {0: {}}), ("c", {0: {1: 1}})], as_they_start)] == ["c"]


@given(st.lists(corners, min_size=3, max_size=12), st.floats(0, 6), st.booleans(), corners)
def test_turning_finds_the_way_back_and_never_stretches(
    wanted: list[complex], angle: float, mirrored: bool, moved: complex
) -> None:
    given_places = [
        (each.conjugate() if mirrored else each) * complex(math.cos(angle), math.sin(angle)) for each in wanted
    ]
    places = np.array([[(each + moved).real, (each + moved).imag] for each in given_places])
    turned = turned_onto(places, list(range(len(wanted))), wanted)
    assert np.allclose(turned[:, 0] + 1j * turned[:, 1], wanted, atol=1e-6)


def test_a_layer_starts_from_the_one_below_and_a_new_class_among_those_like_it() -> None:
    counts: Counts = {0: {0: 1}, 1: {0: 1, 1: 1}, 2: {1: 1}, 3: {1: 2}}
    similarity = cosines(list(counts.values()))
    start = starting_places([0, 1, 2, 3], similarity, {0: -1 + 0j, 1: 0j, 2: 1 + 0j})
    assert math.sqrt((start**2).sum(axis=1).mean()) == pytest.approx(START_RADIUS, rel=0.01)
    assert start[0, 0] < start[1, 0] < start[3, 0] < start[2, 0] + 0.1


def test_equal_classes_start_apart_so_that_every_layout_can_tell_them() -> None:
    start = starting_places([0, 1, 2], np.ones((3, 3)), {})
    assert len({tuple(row) for row in start.tolist()}) == 3


@pytest.mark.parametrize("classes", [0, 1, 2, 3])
def test_classical_scaling_of_next_to_nothing(classes: int) -> None:
    places = classical_scaling(np.ones((classes, classes)))
    assert places.shape == (classes, 2) and np.isfinite(places).all()


MANY = """
import json, random, sys
from queries.map.stored import draw
chance = random.Random(3)
def counts():
    return {i: {c + 8 * (i % 3): chance.randint(1, 50) for c in chance.sample(range(12), 5)} for i in range(40)}
apart = {i: {i // 5: 1 + i % 2} for i in range(40)}  # eight clumps that share nothing
alike = {i: {0: 3} for i in range(20)}
maps = draw([("a", counts()), ("b", counts()), ("c", apart), ("d", alike)], lambda *_: None)
json.dump({layer: [m.layout, m.classes, m.x, m.y, m.parked] for layer, m in maps.items()}, sys.stdout)
"""


def test_umap_gives_equal_bits_on_any_number_of_threads_and_survives_clumps() -> None:
    answers = []
    for threads in ("1", "2"):
        limits = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), threads)
        done = subprocess.run(
            [sys.executable, "-c", MANY], env={**os.environ, **limits}, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        answers.append(done.stdout)
    assert answers[0] == answers[1]
    maps = json.loads(answers[0])
    assert [maps[layer][0] for layer in "abcd"] == [UMAP] * 4
    assert all(math.isfinite(value) for _, _, x, y, _ in maps.values() for value in [*x, *y])
    assert min(len(classes) for _, classes, *_ in maps.values()) > FEW
