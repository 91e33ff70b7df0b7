"""Probabilities of channels and edges in a file of our own, taken apart and checked. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from queries.errors import DataError

Feature = tuple[int, int]  # layer, index


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
    about: Mapping[str, Any],
    nodes: Sequence[Mapping[str, Any]],
    links: Sequence[Mapping[str, Any]],
    features: Mapping[str, Feature],
    layers: Sequence[str],
) -> Likely | None:
    """None for a graph without probabilities, for one cut by a least count, and for a file of an earlier version.

    features  by node id; layers: names, lowest first
    Raises DataError for a probability that is missing or is none, and for a channel outside of no layer.
    """
    if not about.get("replicates") or about.get("min_count") or "outside" not in about:
        return None
    heights = {name: height for height, name in enumerate(layers)}
    return Likely(
        about["replicates"],
        {features[id]: _share(node, id) for node in nodes if (id := node["node_id"]) in features},
        {
            (features[link["source"]], features[link["target"]]): _share(link, f"{link['source']} to {link['target']}")
            for link in links
            if link["source"] in features and link["target"] in features
        },
        {_outside(label, heights): _share({"probability": share}, label) for label, share in about["outside"].items()},
    )


def _share(row: Mapping[str, Any], what: str) -> float:
    share: Any = row.get("probability")
    if type(share) not in (int, float) or not 0 <= share <= 1:
        raise DataError(
            f"{what:.60} has probability {share!r:.40}; expected a share of 1, as of all others; export the file again"
        )
    return float(share)


def _outside(label: str, heights: Mapping[str, int]) -> Feature:
    layer, _, index = label.rpartition("/")
    if layer not in heights or not index.isascii() or not index.isdecimal():
        raise DataError(
            f"its generation_settings name a channel {label!r:.60} outside the graph; expected one of its layers and a "
            "number, as mixed4d/431; export the file again"
        )
    return heights[layer], int(index)
