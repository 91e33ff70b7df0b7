"""Why a channel is in a graph, what comes with it, and what it may be called."""

import strawberry

from graphql_api.context import ContextInfo
from graphql_api.fields.graphs.attribution import AttributionGraph
from graphql_api.fields.graphs.edges import PICTURES, SHARE, GraphEdge, with_attributions, with_kinds
from graphql_api.fields.graphs.score import Score
from graphql_api.fields.groups import ClassGroup
from graphql_api.fields.types import Channel, share
from queries.channels.naming import SuggestedName as FoundName
from queries.channels.place import ChannelPlace as FoundPlace
from queries.channels.place import find_place
from queries.errors import QueryError
from queries.store import Row

field = strawberry.field


@strawberry.type(description="A group of classes that a channel may stand for. Classes are no samples: it is no proof.")
class SuggestedName:
    channel: Channel
    name: str = field(description="Of the group; of all, with ` / `, where several have the same classes.")
    groups: list[ClassGroup] = field(description="The group, or those with the same classes; shortest name first.")
    together: int = field(description="Classes of the group whose graphs have the channel.")
    size: int = field(description="Classes of the group that have a graph.")
    class_count: int = field(description="Classes whose graphs have the channel.")
    log_p: float = field(
        description="Natural logarithm of the hypergeometric chance that so many or more of them are of the group."
    )
    q: float = field(description="After Benjamini and Hochberg, over all pairs of channel and group; below 0.01.")

    @classmethod
    def of(cls, found: FoundName) -> "SuggestedName":
        return cls(
            channel=Channel.of(found.channel),
            name=found.name,
            groups=[ClassGroup(**group) for group in found.groups],
            together=found.together,
            size=found.size,
            class_count=found.classes,
            log_p=found.log_p,
            q=found.q,
        )


@strawberry.type(description="A channel that the same classes' graphs have.")
class Companion:
    channel: Channel
    together: int = field(description="Classes whose graphs have both.")
    class_count: int = field(description="Classes whose graphs have the companion.")
    jaccard: float = field(description="Classes with both by classes with either, 0 to 1.")

    @classmethod
    def of(cls, row: Row) -> "Companion":
        numbers = {"together": row["together"], "class_count": row["classes"], "jaccard": row["jaccard"]}
        return cls(channel=Channel.of(row["companion"]), **numbers)


@strawberry.type(description="Why a channel is in a graph: its place there, and among the classes that have it.")
class ChannelPlace:
    channel: Channel
    count: int = field(description=PICTURES)
    share: float | None = field(description=SHARE)
    rank: int = field(description="By PageRank among the graph's channels of its layer; 1 is the highest.")
    row_size: int = field(description="The graph's channels of its layer.")
    margin: float | None = field(description="Its PageRank by the lowest in the graph of its layer, 1 or more.")
    pagerank_before: float | None = field(
        description="PageRank of all channels ranked before it, in percent of its layer's (of the network's where the "
        "graph's threshold is unified): it is in the graph at any threshold above. Null where PageRank is not kept."
    )
    others: int = field(description="Other classes whose stored graph has it.")
    rank_among_users: int = field(
        description="Of this class among them by share of pictures, or by number where a class's pictures are unknown."
    )
    mean_count: float | None = field(description="Mean number of pictures of the other classes that have it.")
    mean_share: float | None = field(description="Mean share of their pictures, 0 to 1; null where unknown.")
    of_class: strawberry.Private[str]
    into: strawberry.Private[list[GraphEdge]]
    out: strawberry.Private[list[GraphEdge]]

    @field(description="Edges that lead to it, strongest first.")
    async def inputs(self, info: ContextInfo) -> list[GraphEdge]:
        return list(await with_attributions(await with_kinds(self.into, info), self.of_class, info))

    @field(description="Edges that it leads to, strongest first.")
    async def outputs(self, info: ContextInfo) -> list[GraphEdge]:
        return list(await with_attributions(await with_kinds(self.out, info), self.of_class, info))

    @classmethod
    def of(cls, found: FoundPlace, of_class: str, images: int | None) -> "ChannelPlace":
        def edges(rows: tuple[Row, ...]) -> list[GraphEdge]:
            return [GraphEdge(**row, share=share(row["weight"], images)) for row in rows]

        count = found.vertex["count"]
        here = ("rank", "row_size", "margin", "pagerank_before")
        elsewhere = ("others", "rank_among_users", "mean_count", "mean_share")
        return cls(
            channel=Channel.of(found.vertex["channel"]),
            count=count,
            share=share(count, images),
            of_class=of_class,
            into=edges(found.inputs),
            out=edges(found.outputs),
            **{name: getattr(found, name) for name in here + elsewhere},
        )


async def place_in(graph: AttributionGraph, channel: str, info: ContextInfo) -> ChannelPlace | None:
    """Raises QueryError for a graph by attribution or of a subset: other classes' graphs have no such counts."""
    if graph.score is not Score.ACTIVATION or graph.subset is not None:
        raise QueryError(
            "place compares graphs of whole classes by ACTIVATION; ask for it in attributionGraph without another "
            "score or a subset"
        )
    info.context.count_query()
    unified = bool(graph.origin.unified)
    found = await find_place(info.context.store, graph.of.id, channel, *graph.rows, unified)
    return ChannelPlace.of(found, graph.of.id, graph.of.images) if found else None
