"""Personalized PageRank of one attribution graph that came without: on the graph alone, not on a network. Pure."""

from collections.abc import Mapping, Sequence

import numpy

DAMPING, MOST_ROUNDS, TOLERANCE = 0.85, 1_000, 1e-13

Feature = tuple[int, int]  # layer, index


def graph_pagerank(
    counts: Mapping[Feature, int], edges: Mapping[tuple[Feature, Feature], int | float]
) -> dict[Feature, float]:
    """Shares of 1, as everywhere here: edges in both directions, restart at a count's share of its layer's largest.

    Where nothing was counted, it restarts everywhere alike.
    """
    places = {feature: place for place, feature in enumerate(counts)}
    restart = numpy.array(_restart(counts), numpy.float64)
    restart = restart / restart.sum() if restart.any() else numpy.full(len(places), 1 / len(places))
    ends = numpy.array([[places[source], places[target]] for source, target in edges], numpy.int64).reshape(-1, 2)
    starts, stops = numpy.concatenate([ends[:, 0], ends[:, 1]]), numpy.concatenate([ends[:, 1], ends[:, 0]])
    weights = numpy.tile(numpy.array(list(edges.values()), numpy.float64), 2)
    strength = numpy.bincount(starts, weights, len(places))
    shares = weights / strength[starts]
    rank = restart
    for _ in range(MOST_ROUNDS):
        flow = numpy.bincount(stops, shares * rank[starts], len(places))
        new = DAMPING * (flow + rank[strength == 0].sum() * restart) + (1 - DAMPING) * restart
        done, rank = float(numpy.abs(new - rank).sum()) < TOLERANCE, new
        if done:
            break
    return dict(zip(places, map(float, rank), strict=True))


def _restart(counts: Mapping[Feature, int]) -> Sequence[float]:
    largest: dict[int, int] = {}
    for (layer, _), count in counts.items():
        largest[layer] = max(largest.get(layer, 0), count)
    return [count / largest[layer] if largest[layer] else 0.0 for (layer, _), count in counts.items()]
