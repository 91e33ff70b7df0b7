"""Why a channel is in a class's attribution graph: its place there, and among the classes whose graphs have it."""

from collections.abc import Sequence
from dataclasses import dataclass

from queries.store import Row, Store


@dataclass(frozen=True, slots=True)
class ChannelPlace:
    """A channel in one class's graph.

    vertex, inputs, outputs  rows of the graph: the channel, the edges that lead to it and from it, strongest first
    rank, row_size   by PageRank among the graph's channels of its layer (1 is the highest); how many those are
    margin           its PageRank divided by the lowest of them (>= 1); None where that is 0
    pagerank_before  of all channels ranked before it, in percent of its layer's, or of the network's for a unified cut:
                     it is in the graph at any threshold above; None where PageRank is not kept
    others           other classes whose stored graph has it
    rank_among_users  of this class among them and itself, by share of pictures, by their number where that is unknown
    mean_count, mean_share  over the other classes; None where there is none or a number of pictures is unknown
    """

    vertex: Row
    inputs: tuple[Row, ...]
    outputs: tuple[Row, ...]
    rank: int
    row_size: int
    margin: float | None
    pagerank_before: float | None
    others: int
    rank_among_users: int
    mean_count: float | None
    mean_share: float | None


async def find_place(
    store: Store, class_id: str, channel: str, channels: Sequence[Row], edges: Sequence[Row], unified: bool
) -> ChannelPlace | None:
    """The place of a channel in a graph, None where it is not in it.

    channels, edges  the graph as read_graph and graph_rows give it (queries/graphs/stored.py)
    """
    vertex = next((row for row in channels if row["channel"] == channel), None)
    if vertex is None:
        return None
    named = {"class": class_id, "channel": channel}
    (elsewhere,) = await store.run("channel_elsewhere", **named, count=vertex["count"])
    before = await store.run("pagerank_before", **named)
    column = "in_all" if unified else "in_layer"
    higher = elsewhere["higher_count"] if elsewhere["higher_share"] is None else elsewhere["higher_share"]
    rank, row_size, margin = place_in_row(vertex, channels)
    return ChannelPlace(
        vertex=vertex,
        inputs=tuple(row for row in edges if row["target"] == channel),
        outputs=tuple(row for row in edges if row["source"] == channel),
        rank=rank,
        row_size=row_size,
        margin=margin,
        pagerank_before=before[0][column] if before else None,
        others=elsewhere["others"],
        rank_among_users=1 + higher,
        mean_count=elsewhere["mean_count"],
        mean_share=elsewhere["mean_share"],
    )


def place_in_row(vertex: Row, channels: Sequence[Row]) -> tuple[int, int, float | None]:
    """Rank by PageRank among the channels of the same layer, how many they are, and the margin over the lowest."""
    layer = vertex["channel"].rpartition("/")[0]
    row = [each["pagerank"] for each in channels if each["channel"].rpartition("/")[0] == layer]
    least = min(row)
    higher = sum(pagerank > vertex["pagerank"] for pagerank in row)
    return 1 + higher, len(row), vertex["pagerank"] / least if least > 0 else None
