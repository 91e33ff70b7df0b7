"""Personalized PageRank of one class, put in order: what attribution graphs of any threshold are cut from. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from queries.records import digest_of


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

    def properties(self) -> dict[str, Any]:
        """As a node of the database holds it."""
        return {name: list(getattr(self, name)) for name in self.__slots__}


def seal_of_rankings(rows: Iterable[Mapping[str, Any]]) -> str:
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
    order = sorted(found, key=lambda each: (-each.pagerank, each.layer, each.channel))
    before_in_all = dict(zip(order, percent_before([each.pagerank for each in order]), strict=True))
    return [
        rank_layer([each for each in order if each.layer == layer], size, before_in_all)
        for layer, size in enumerate(sizes)
    ]


def rank_layer(order: Sequence[Ranked], size: int, before_in_all: Mapping[Ranked, float]) -> LayerRanking:
    places = [len(order)] * size
    for place, each in enumerate(order):
        places[each.channel] = place
    pageranks = tuple(each.pagerank for each in order)
    return LayerRanking(
        channels=tuple(each.channel for each in order),
        pageranks=pageranks,
        counts=tuple(each.count for each in order),
        before_in_layer=percent_before(pageranks),
        before_in_all=tuple(before_in_all[each] for each in order),
        places=tuple(places),
    )


def percent_before(values: Sequence[float]) -> tuple[float, ...]:
    """For descending values, the sum of those before each, in percent of all; 100 where the rest is 0."""
    total = sum(values)
    sums = accumulate(values, initial=0.0)
    return tuple(100 * before / total if value > 0 else 100.0 for before, value in zip(sums, values, strict=False))
