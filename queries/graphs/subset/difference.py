"""How far two graphs of a class's pictures differ, next to graphs of random splits of the same pictures. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

LOW, HIGH = 5.0, 95.0  # percentiles of the band, interpolated


@dataclass(frozen=True, slots=True)
class Likeness:
    """Jaccard index of two graphs' channels or edges, 0 to 1; 1 where both have none.

    layer   None for all layers; of edges, the one that they lead to
    what    "channels" or "edges"
    mean    over the random splits
    low     5th percentile of the random splits, and high their 95th; None without splits, as is mean
    """

    layer: str | None
    what: str
    jaccard: float
    mean: float | None
    low: float | None
    high: float | None


Difference = tuple[Likeness, ...]  # in all, then by layer, lowest first; channels before edges


def difference_of(layers: Sequence[str], found: NDArray[numpy.float64]) -> Difference:
    """From Jaccard indexes (1 + splits, 2 + layers + layers - 1), the first row of the two graphs themselves."""
    places: list[tuple[str | None, str]] = [(None, "channels"), (None, "edges")]
    places += [(layer, "channels") for layer in layers] + [(layer, "edges") for layer in layers[1:]]
    null = found[1:]
    rows = []
    for at, (layer, what) in enumerate(places):
        band: list[float | None] = [None, None, None]
        if len(null):
            band = [float(null[:, at].mean()), *(float(each) for each in numpy.percentile(null[:, at], [LOW, HIGH]))]
        rows.append(Likeness(layer, what, float(found[0, at]), *band))
    return tuple(rows)
