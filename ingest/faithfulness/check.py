"""Whether a class's graph holds what the class depends on: its channels are switched off, and random ones as well."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ingest.faithfulness.ablation import Ablation, Values
from ingest.faithfulness.sets import matched_set, random_sets

OVERALL = "all layers"
CLEAN, NONE, CUT, KEEP, MATCHED = range(5)  # places of a layer's log-odds; those of random sets follow


@dataclass(frozen=True, slots=True)
class LayerFaithfulness:
    """Of one layer, or of all (OVERALL), in log-odds (nats), means over pictures.

    channels   of the graph in the layer
    drop       by how much the log-odds fall when the graph's channels stand at their means
    null_mean  the same for random sets of equal size: mean over draws
    null_99    their 99th percentile, interpolated
    beaten     share of the draws whose drop is smaller than the graph's (0..1)
    matched    the same for channels outside the graph that are activated about as often
    recovered  with all other channels at their means, the part that is left of what all channels give; None where
               they give nothing
    """

    layer: str
    channels: int
    drop: float
    null_mean: float
    null_99: float
    beaten: float
    matched: float
    recovered: float | None


@dataclass(frozen=True, eq=False)
class Checked:
    """A network ready to be checked: its ablations, one per layer, lowest first.

    means    one per layer: (C,) float64
    allowed  one per layer: (C,) bool, channels that are not excluded
    """

    layers: Sequence[str]
    ablations: Sequence[Ablation]
    values: Values
    means: Sequence[Tensor]
    allowed: Sequence[Tensor]


def check_class(
    checked: Checked,
    pictures: Sequence[Tensor],
    output: int,
    graph: Mapping[str, Sequence[int]],
    counts: Mapping[str, Mapping[int, int]],
    draws: int,
    seed: str,
    done: Callable[[int], None] = lambda _: None,
) -> list[LayerFaithfulness]:
    """One row per layer in which the graph has channels, lowest first, and at the end one over these layers.

    The last one is of means over the layers, each of which is altered alone: its random sets are of all layers.

    pictures  (1, 3, height, width) each, one at least
    graph     layer -> its channels
    counts    layer -> channel -> pictures that activate it
    done      called with the number of pictures that are done
    cost      for each picture and layer draws + 4 passes through what is above the layer
    """
    at = [place for place, layer in enumerate(checked.layers) if graph.get(layer)]
    sets = {place: _sets(checked, place, graph, counts, draws, seed) for place in at}
    odds: dict[int, list[Tensor]] = {place: [] for place in at}
    for number, picture in enumerate(pictures, 1):
        values = checked.values(picture)
        value, *bypass = values[-1]
        clean = checked.ablations[-1].odds(value, bypass, output)
        for place in at:
            value, *bypass = values[place]
            found = checked.ablations[place](value, bypass, checked.means[place], sets[place], output)
            odds[place].append(torch.cat([clean, found]).cpu())
        done(number)
    by_layer = {checked.layers[place]: torch.stack(odds[place]).mean(0) for place in at}
    rows = [summarised(layer, len(graph[layer]), each) for layer, each in by_layer.items()]
    if rows:
        channels = sum(row.channels for row in rows)
        rows.append(summarised(OVERALL, channels, torch.stack([*by_layer.values()]).mean(0)))
    return rows


def summarised(layer: str, channels: int, odds: Tensor) -> LayerFaithfulness:
    """The row of a layer from the mean log-odds of each of its sets."""
    drops = odds[CLEAN] - odds
    null = drops[MATCHED + 1 :]
    given = float(odds[CLEAN] - odds[NONE])
    return LayerFaithfulness(
        layer=layer,
        channels=channels,
        drop=float(drops[CUT]),
        null_mean=float(null.mean()),
        null_99=float(null.quantile(0.99)),
        beaten=float((null < drops[CUT]).double().mean()),
        matched=float(drops[MATCHED]),
        recovered=float(odds[KEEP] - odds[NONE]) / given if given > 0 else None,
    )


def _sets(
    checked: Checked,
    place: int,
    graph: Mapping[str, Sequence[int]],
    counts: Mapping[str, Mapping[int, int]],
    draws: int,
    seed: str,
) -> Tensor:
    """(4 + draws, C) bool: the channels that keep their values, from NONE on; CLEAN needs no set."""
    layer, allowed = checked.layers[place], checked.allowed[place]
    chosen = torch.zeros_like(allowed)
    chosen[list(graph[layer])] = True
    matched = matched_set(graph[layer], counts.get(layer, {}), allowed)
    random = random_sets(int(chosen.sum()), allowed, draws, f"{seed}/{layer}")
    return torch.stack([torch.zeros_like(chosen), ~chosen, chosen, ~matched, *~random])
