"""Faithfulness of attribution graphs in the database: which channels are to be checked, and what a check found."""

import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from queries.errors import QueryError
from queries.graphs.scored import scored_graphs
from queries.graphs.stored import read_graph
from queries.records import Record, Score, class_id
from queries.store import Step, Store


@dataclass(frozen=True, slots=True)
class GraphChannels:
    """The channels of a class's graph by a score.

    index     of the class
    digest    of the graph
    channels  layer -> indexes
    """

    index: int
    score: Score
    digest: str
    channels: Mapping[str, Sequence[int]]


async def channels_by_activation(store: Store, model: str, classes: Collection[int]) -> list[GraphChannels]:
    """Of each class's graph by activation. QueryError where a class has none."""
    digests = {row["index"]: row["graph"] for row in await store.run("class_digests", model=model)}
    _require(model, classes, [index for index, digest in digests.items() if digest], Score.ACTIVATION)
    found = []
    for index in classes:
        channels, _, _ = await read_graph(store, class_id(model, index))
        ids = [row["channel"] for row in channels]
        found.append(GraphChannels(index, Score.ACTIVATION, digests[index], by_layer(ids)))
    return found


async def channels_by_attribution(
    store: Store, model: str, classes: Collection[int], required: bool
) -> list[GraphChannels]:
    """Of each class's graph by attribution. QueryError where a class has none, if it is required."""
    rows = await scored_graphs(store, model, Score.ATTRIBUTION)
    held = [index for index in classes if rows.get(class_id(model, index), {}).get("graph")]
    if required:
        _require(model, classes, held, Score.ATTRIBUTION)
    found = []
    for index in held:
        name, score = class_id(model, index), Score.ATTRIBUTION
        (row,) = await store.run("scored_graph", **{"class": name}, score=score.value)
        found.append(GraphChannels(index, score, rows[name]["graph"], by_layer(row["channels"])))
    return found


def _require(model: str, classes: Collection[int], held: Collection[int], score: Score) -> None:
    missing = sorted(set(classes) - set(held))
    if missing:
        option = "" if score is Score.ACTIVATION else f" --score {score.value}"
        raise QueryError(
            f"classes {missing[:5]} of {model} have no attribution graph by {score.value}; "
            f"run `summit extract {shlex.quote(model)}{option}` first"
        )


def by_layer(channels: Sequence[str]) -> dict[str, list[int]]:
    """Layer -> indexes, from ids of channels."""
    found: dict[str, list[int]] = {}
    for channel in channels:
        _, layer, index = channel.rsplit("/", 2)
        found.setdefault(layer, []).append(int(index))
    return found


def faithfulness_step(model: str, graph: GraphChannels, layers: Sequence[str], rows: Sequence[Record]) -> Step:
    """The write that keeps what a check found about a graph.

    layers  of the model, lowest first
    rows    one per layer, with the columns of class_faithfulness
    """
    name = class_id(model, graph.index)
    common = {"class_id": name, "score": graph.score.value, "graph_digest": graph.digest}
    kept = [
        {**row, **common, "id": f"{name}/{graph.score.value}/{row['layer']}", "layer_index": layers.index(row["layer"])}
        for row in rows
    ]
    return "store_faithfulness", {"class": name, "score": graph.score.value, "rows": kept}
