"""Which channels stored graphs have."""

from queries.errors import NotFound
from queries.graphs.scored import read_scored
from queries.graphs.stored import read_graph
from queries.records import Score
from queries.store import Store

Members = dict[str, set[int]]  # layer -> indexes of channels


async def graph_members(store: Store, model: str) -> dict[int, Members]:
    """Class index -> the channels of its stored attribution graphs, by whatever score; no class without a graph."""
    found: dict[int, Members] = {}
    for layer in await store.run("layers", model=model):
        for row in await store.run_packed("layer_counts", model=model, layer=layer["name"]):
            found.setdefault(row["class"], {}).setdefault(layer["name"], set()).update(row["channels"])
    for graph in await store.run("scored_graphs", model=model):
        index = int(graph["class"].rpartition("/")[2])
        for row in await store.run("scored_graph", **{"class": graph["class"]}, score=graph["score"]):
            for channel in row["channels"] or ():
                _, name, number = channel.rsplit("/", 2)
                found.setdefault(index, {}).setdefault(name, set()).add(int(number))
    return found


async def class_members(store: Store, class_id: str) -> frozenset[str]:
    """Ids of the channels that a class's stored attribution graphs have, by whatever score; none without a graph.

    Raises StoreBusy where no whole graph is found in some seconds.
    """
    found = set[str]()
    for score in Score:
        try:
            rows, *_ = await (
                read_graph(store, class_id) if score is Score.ACTIVATION else read_scored(store, class_id, score)
            )
        except NotFound:
            continue
        found.update(row["channel"] for row in rows)
    return frozenset(found)


async def channels_in_graphs(store: Store, model: str) -> Members:
    """The channels that any stored attribution graph of a model has, by whatever score; no layer without one."""
    found: Members = {}
    for members in (await graph_members(store, model)).values():
        for layer, channels in members.items():
            found.setdefault(layer, set()).update(channels)
    return found
