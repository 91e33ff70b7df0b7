"""Personalized PageRank of one class, put in order: what attribution graphs of any threshold are cut from. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

from queries.records import Record, digest_of


@dataclass(frozen=True, slots=True)
class Ranked:
    """A channel with its PageRank (a share of 1 over the whole network) and its count in A (pictures)."""

    layer: int
    channel: int
    pagerank: float
    count: int


@dataclass(frozen=True, slots=True)
class LayerRanking:
    """The channels of one layer, highest PageRank first; equal ones by index.

    channels, pageranks, counts  aligned
    before_in_layer  PageRank of the channels before each, in percent of the layer's; 100 from where nothing is left
    before_in_all    PageRank of all channels of the network before each, in percent of the whole
    places           by channel index: its place in `channels`; of a channel that is left out, the number of channels
    """

    channels: tuple[int, ...]
    pageranks: tuple[float, ...]
    counts: tuple[int, ...]
    before_in_layer: tuple[float, ...]
    before_in_all: tuple[float, ...]
    places: tuple[int, ...]

    def properties(self) -> Record:
        """As a node of the database holds it."""
        return {name: list(getattr(self, name)) for name in self.__slots__}


def seal_of_rankings(rows: Iterable[Record]) -> str:
    """Digest of a class's rankings, lowest layer first; a database may give a whole number back as a float."""
    return digest_of(
        [
            [row["layer"], *([float(value) for value in row[name]] for name in LayerRanking.__slots__)]
            for row in sorted(rows, key=lambda row: row["layer_index"])
        ]
    )


def rank_layers(found: Iterable[Ranked], sizes: Sequence[int]) -> list[LayerRanking]:
    """One ranking a layer, lowest layer first.

    sizes  number of channels of each layer, those left out included
    """
    every = list(found)
    layers, channels, counts = (
        numpy.array([getattr(each, name) for each in every], numpy.int64) for name in ("layer", "channel", "count")
    )
    pageranks = numpy.array([each.pagerank for each in every], numpy.float64)
    order = numpy.lexsort((channels, layers, -pageranks))
    before_in_all = percent_before(pageranks[order])
    rankings = []
    for layer, size in enumerate(sizes):
        here = numpy.flatnonzero(layers[order] == layer)
        chosen = order[here]
        places = numpy.full(size, len(chosen))
        places[channels[chosen]] = numpy.arange(len(chosen))
        before_in_layer = percent_before(pageranks[chosen])
        columns = (channels[chosen], pageranks[chosen], counts[chosen], before_in_layer, before_in_all[here], places)
        rankings.append(LayerRanking(*(tuple(column.tolist()) for column in columns)))
    return rankings


def percent_before(values: NDArray[numpy.float64]) -> NDArray[numpy.float64]:
    """For descending values, the sum of those before each, in percent of all; 100 where the rest is 0."""
    sums = numpy.concatenate([[0.0], numpy.cumsum(values)])
    return numpy.where(values > 0, 100 * sums[:-1] / (sums[-1] or 1.0), 100.0)
