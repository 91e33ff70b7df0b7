"""A class's attribution graph."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from graphql_api.context import ContextInfo
from graphql_api.fields.graphs.edges import PICTURES, PROBABILITY, SHARE, GraphEdge, with_attributions, with_kinds
from graphql_api.fields.graphs.output import ClassOutput
from graphql_api.fields.graphs.score import GraphOrigin, Score
from graphql_api.fields.types import CHANNEL, PAGERANK, Channel, ImageClass, share
from queries.graphs.output import not_of
from queries.store import Row

if TYPE_CHECKING:
    from graphql_api.fields.channel import ChannelPlace

field = strawberry.field


@strawberry.type(description="A channel of an attribution graph.")
class GraphChannel:
    channel: Channel
    count: int = field(description=PICTURES)
    share: float | None = field(description=SHARE)
    pagerank: float = field(description=PAGERANK)
    probability: float | None = field(default=None, description=PROBABILITY)


@strawberry.type(description="The channels a class uses most, and how they influence one another.")
class AttributionGraph:
    channels: list[GraphChannel]
    total_channels: int = field(description="Before `minCount`.")
    total_edges: int = field(description="Before `minCount`.")
    origin: GraphOrigin = field(description="How the graph was cut.")
    of: strawberry.Private["ImageClass"]
    score: strawberry.Private[Score]
    subset: strawberry.Private[str | None]
    rows: strawberry.Private[tuple[list[Row], list[Row]]]  # channels and edges, before `minCount`
    links: strawberry.Private[list[GraphEdge]]

    @classmethod
    def of_class(
        cls,
        image_class: "ImageClass",
        found: tuple[list[Row], list[Row], Row],
        min_count: int,
        score: Score,
        subset: str | None,
    ) -> "AttributionGraph":
        """From Context.graph, without channels of a lower count and their edges."""
        channels, edges, cut = found
        images = image_class.images if subset is None else cut["pictures"]
        shown = {row["channel"]: row for row in channels if row["count"] >= min_count}
        return cls(
            channels=[
                GraphChannel(
                    channel=Channel.of(id),
                    count=row["count"],
                    share=share(row["count"], images),
                    pagerank=row["pagerank"],
                    probability=row["probability"],
                )
                for id, row in shown.items()
            ],
            links=[
                GraphEdge(**row, share=share(row["weight"], images))
                for row in edges
                if row["source"] in shown and row["target"] in shown
            ],
            total_channels=len(channels),
            total_edges=len(edges),
            origin=GraphOrigin(**{name: value for name, value in cut.items() if name != "pictures"}),
            of=image_class,
            score=score,
            subset=subset,
            rows=(channels, edges),
        )

    @field(description="Between the channels shown, strongest first.")
    async def edges(self, info: ContextInfo) -> list[GraphEdge]:
        edges = list(await with_kinds(self.links, info))
        return edges if self.subset is not None else list(await with_attributions(edges, self.of.id, info))

    @field(
        description="The class above the last layer; null without attribution counts (`summit ingest --attribution`). "
        "Without edges and numbers in the graph of a `subset`, since it is counted over all of the class's pictures."
    )
    async def output(self, info: ContextInfo) -> ClassOutput | None:
        info.context.count_query()
        found = await info.context.outputs.load(self.of.id)
        if found is not None and self.subset is not None:
            found = not_of(self.subset)
        return ClassOutput.of(found, {item.channel.id for item in self.channels}, self.of.images) if found else None

    @field(description="Why a channel is in the graph; null where it is not. For graphs by ACTIVATION.")
    async def place(self, info: ContextInfo, channel: strawberry.ID) -> Annotated["ChannelPlace", CHANNEL] | None:
        from graphql_api.fields.channel import place_in

        return await place_in(self, channel, info)
