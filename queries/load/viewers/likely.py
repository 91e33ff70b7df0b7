"""Probabilities of channels and edges in a file of our own, taken apart and checked. Pure."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from queries.errors import DataError
from queries.records import Record

Feature = tuple[int, int]  # layer, index
INDEX = re.compile("0|[1-9][0-9]{0,9}")


@dataclass(frozen=True, slots=True)
class Likely:
    """Shares of the resamples of a class's pictures whose graph has a channel or an edge (0..1).

    replicates  how many resamples; None where nothing is known
    channels    of the graph
    edges       of the graph, by source and target
    outside     of the channels that only graphs of resamples have
    """

    replicates: int | None
    channels: Mapping[Feature, float]
    edges: Mapping[tuple[Feature, Feature], float]
    outside: Mapping[Feature, float]


UNKNOWN = Likely(None, {}, {}, {})


def read_likely(
    about: Record,
    nodes: Sequence[Record],
    links: Sequence[Record],
    features: Mapping[str, Feature],
    layers: Sequence[str],
    left: Counter[str],
) -> Likely | None:
    """None for a graph without probabilities, for one cut by a least count, and for a file of an earlier version.

    features  by node id; layers: names, lowest first; left: what is not carried, which is added to
    Raises DataError for a probability that is missing or not a share of 1, and for a channel outside the graph that is
    in no layer, or in the graph.
    """
    if not about.get("replicates") or about.get("min_count") or "outside" not in about:
        if about and any("probability" in row for row in (*nodes, *links)):
            left["probabilities, which this file does not hold whole"] += 1
        return None
    heights = {name: height for height, name in enumerate(layers)}
    outside = {_outside(label, heights): label for label in about["outside"]}
    if both := next((label for feature, label in outside.items() if feature in features.values()), None):
        raise DataError(f"channel {both:.60} is both in the graph and outside it; export the file again")
    return Likely(
        about["replicates"],
        {features[id]: _share(node, id) for node in nodes if (id := node["node_id"]) in features},
        {
            (features[link["source"]], features[link["target"]]): _share(link, f"{link['source']} to {link['target']}")
            for link in links
            if link["source"] in features and link["target"] in features
        },
        {feature: _share({"probability": about["outside"][label]}, label) for feature, label in outside.items()},
    )


def _share(row: Record, what: str) -> float:
    share: Any = row.get("probability")
    if type(share) not in (int, float) or not 0 <= share <= 1:
        raise DataError(
            f"{what:.60} has probability {share!r:.40}; expected a share of 1, as of all others; export the file again"
        )
    return float(share)


def _outside(label: str, heights: Mapping[str, int]) -> Feature:
    layer, _, index = label.rpartition("/")
    if layer not in heights or not INDEX.fullmatch(index):
        raise DataError(
            f"its generation_settings name a channel {label!r:.60} outside the graph; expected one of its layers and a "
            "number, as mixed4d/431; export the file again"
        )
    return heights[layer], int(index)
