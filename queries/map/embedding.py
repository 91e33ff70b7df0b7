"""Maps of a model's classes, one per layer, on which similar classes lie close together. Pure, no database, no umap.

A layer's map starts from the one below it and is then turned onto it, without scaling, so that a class can be followed
from layer to layer. Map units are those of UMAP, the same for every layer of a model.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from queries.map.neighbours import Counts, cosines

FEW = 15  # up to so many classes, classical scaling keeps their distances better than UMAP
START_RADIUS = 10.0  # root mean square of the distances from the middle that a layout starts with
DIGITS = 4  # of a start: what the order of additions changes lies far below
JITTER = 0.01  # map units; tells classes apart that start in one place
RIM = 1.1  # radius at which classes are parked that share nothing with any other, relative to the outermost one
NEIGHBOURS = 15  # of UMAP; the class itself is one of them
MIN_DIST = 0.1
LEARNING_RATE = 0.3  # below UMAP's 1, so that a layer stays near the one below it, from which it starts
SEED = 0
UMAP, CLASSICAL_SCALING = "UMAP", "classical scaling"  # layouts

Places = NDArray[np.float64]  # classes x 2
LayOut = Callable[[Places, Places], Places]  # cosines and a start, classes x classes and classes x 2


@dataclass(frozen=True, slots=True)
class Map:
    """Where the classes lie at one layer; a class without channels there has no place.

    classes  indexes, ascending; x and y, in map units, go with them
    parked   those of them that share no channel with any other class; they stand at the rim, and where says nothing
    layout   what placed the others
    """

    classes: tuple[int, ...]
    x: tuple[float, ...]
    y: tuple[float, ...]
    parked: tuple[int, ...]
    layout: str


def draw_maps(layers: Iterable[tuple[str, Counts]], lay_out: LayOut) -> Iterable[tuple[str, Map]]:
    """One map per layer in which any class has a channel, as they are finished; layers come lowest first.

    lay_out  places more than FEW classes
    """
    below: dict[int, complex] = {}
    for layer, counts in layers:
        held = {index: channels for index, channels in sorted(counts.items()) if any(channels.values())}
        if held:
            drawn = draw_map(held, below, lay_out)
            places = map(complex, drawn.x, drawn.y)
            below = dict(zip(drawn.classes, places, strict=True))
            yield layer, drawn


def draw_map(held: Counts, below: Mapping[int, complex], lay_out: LayOut) -> Map:
    """The map of one layer; `below` holds the places in the layer below, as x + iy, none for the lowest layer."""
    indexes = list(held)
    similarity = cosines(list(held.values()))
    alone = (similarity > 0).sum(axis=1) == 1
    among = [index for index, parked in zip(indexes, alone, strict=True) if not parked]
    similarity = similarity[np.ix_(~alone, ~alone)]
    start = starting_places(among, similarity, below)
    places = lay_out(similarity, start) if len(among) > FEW else classical_scaling(similarity)
    shared = [row for row, index in enumerate(among) if index in below]
    places = turned_onto(places, shared, [below[among[row]] for row in shared])
    parked = [index for index, is_parked in zip(indexes, alone, strict=True) if is_parked]
    everywhere = dict(zip(among, places.tolist(), strict=True)) | dict(
        zip(parked, rim(places, len(parked)), strict=True)
    )
    return Map(
        classes=tuple(indexes),
        x=tuple(round(everywhere[index][0], DIGITS) for index in indexes),
        y=tuple(round(everywhere[index][1], DIGITS) for index in indexes),
        parked=tuple(parked),
        layout=UMAP if len(among) > FEW else CLASSICAL_SCALING,
    )


def starting_places(among: list[int], similarity: Places, below: Mapping[int, complex]) -> Places:
    """Where classes lie in the layer below, or for the lowest layer by classical scaling; rounded, and told apart.

    A class without a place below starts in the middle of those that have one, the more similar the closer.
    """
    if known := [row for row, index in enumerate(among) if index in below]:
        places = np.zeros((len(among), 2))
        places[known] = as_columns([below[among[row]] for row in known])
        strangers = [row for row, index in enumerate(among) if index not in below]
        weights = similarity[np.ix_(strangers, known)] + 1e-9
        places[strangers] = (weights[:, :, None] * places[known]).sum(axis=1) / weights.sum(axis=1)[:, None]
    else:
        places = classical_scaling(similarity)
    places -= places.mean(axis=0) if len(places) else 0.0
    radius = np.sqrt((places**2).sum(axis=1).mean()) if len(places) else 0.0
    start = np.round(places * (START_RADIUS / radius if radius > 0 else 1.0), DIGITS)
    return start + np.random.RandomState(SEED).normal(scale=JITTER, size=start.shape)


def classical_scaling(similarity: Places) -> Places:
    """The plane in which the distances of the classes' unit vectors are kept best: classes x 2, in map units."""
    middle = similarity.mean(axis=0) if len(similarity) else 0.0
    centred = similarity - middle - np.reshape(middle, (-1, 1)) + (similarity.mean() if len(similarity) else 0.0)
    values, vectors = np.linalg.eigh(centred)
    places = np.zeros((len(similarity), 2))
    for column, place in enumerate(range(len(values) - 1, max(len(values) - 3, -1), -1)):
        vector = vectors[:, place]
        sign = np.sign(vector[np.argmax(np.round(np.abs(vector), 9))])
        places[:, column] = START_RADIUS * np.sqrt(max(values[place], 0.0)) * sign * vector
    return np.round(places, DIGITS)


def turned_onto(places: Places, shared: list[int], targets: list[complex]) -> Places:
    """The places turned, mirrored if that fits better, and moved, so that the `shared` rows come closest to targets.

    Sums are those of numbers, not of matrix products, so they do not depend on the number of threads.
    """
    at = places[:, 0] + 1j * places[:, 1]
    if not shared:
        return as_columns(at - at.mean()) if len(at) else places
    wanted, moved = np.array(targets), at - at[shared].mean()
    centred = wanted - wanted.mean()
    turn, mirrored = (centred * moved[shared].conj()).sum(), (centred * moved[shared]).sum()
    if abs(mirrored) > abs(turn):
        moved, turn = moved.conj(), mirrored
    return as_columns(moved * (turn / abs(turn) if abs(turn) > 0 else 1.0) + wanted.mean())


def as_columns(at: Iterable[complex] | NDArray[np.complex128]) -> Places:
    """Complex numbers as x and y."""
    numbers = np.array(list(at), complex)
    return np.stack([numbers.real, numbers.imag], axis=1)


def rim(places: Places, count: int) -> list[list[float]]:
    """Places for a number of classes on a circle around all others, evenly, the first at the right."""
    middle = places.mean(axis=0) if len(places) else np.zeros(2)
    radius = RIM * (np.sqrt(((places - middle) ** 2).sum(axis=1)).max() if len(places) else START_RADIUS / RIM)
    angles = 2 * np.pi * np.arange(count) / max(count, 1)
    around: list[list[float]] = (middle + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)).tolist()
    return around
