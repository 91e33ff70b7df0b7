"""Extraction in plain Python, by its definition: the reference for the stored query. Slow and literal."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key", int, tuple[int, int])
Weights = Mapping[tuple[int, int], int]  # (channel of the layer below, channel): pictures


def extraction(
    pageranks: Sequence[Mapping[int, float]],
    influences: Sequence[Weights],
    threshold: float,
    *,
    unified: bool = False,
    step: float = 0.5,
    dead_ends: bool = True,
) -> tuple[list[float], list[set[int]], list[set[tuple[int, int, int]]]]:
    """Final thresholds, chosen channels and edges (below, channel, weight) of every layer, lowest first.

    pageranks   of every channel, by layer
    influences  of every layer on its channels; the first layer's is empty
    """
    layers = range(len(pageranks))
    thresholds = [threshold] * len(pageranks)

    def chosen(layer: int) -> set[int]:
        if unified:
            everyone = {(index, channel): p for index in layers for channel, p in pageranks[index].items()}
            return {channel for index, channel in taken(everyone, thresholds[layer]) if index == layer}
        return taken(pageranks[layer], thresholds[layer])

    def linked(layer: int) -> bool:
        below, here = chosen(layer - 1), chosen(layer)
        return any(source in below and target in here for source, target in influences[layer])

    for layer in layers[1:]:
        before = list(thresholds)
        while not linked(layer):
            if thresholds[layer] >= 100:
                thresholds[:] = before
                break
            raised = min(100.0, thresholds[layer] + step)
            if unified:
                thresholds[:] = [raised] * len(thresholds)
            else:
                thresholds[layer] = raised
    channels = [chosen(layer) for layer in layers]
    edges = [
        {
            (s, t, weight)
            for (s, t), weight in influences[layer].items()
            if s in channels[layer - 1] and t in channels[layer]
        }
        for layer in layers
    ]
    if not dead_ends:
        reached = [{target for _, target, _ in of_layer} for of_layer in edges]
        edges = [{edge for edge in edges[layer] if layer < 2 or edge[0] in reached[layer - 1]} for layer in layers]
    return thresholds, channels, edges


def taken(pageranks: Mapping[Key, float], threshold: float) -> set[Key]:
    """Highest first, equal ones by key, until the mass taken reaches `threshold` percent of all."""
    total, mass, found = sum(pageranks.values()), 0.0, set()
    for key, value in sorted(pageranks.items(), key=lambda item: (-item[1], item[0])):
        if value <= 0 or mass >= threshold / 100 * total:
            break
        found.add(key)
        mass += value
    return found
