"""The types of the GraphQL schema. Fields carry the names of the stored queries' columns."""

from enum import Enum
from typing import Any

import strawberry
from strawberry.scalars import JSON

from graphql_api.context import ContextInfo
from graphql_api.paging import PageInfo
from graphql_api.pictures import DIVERSITY, EXAMPLES, picture_url
from queries.library import StoredQuery as LibraryQuery
from queries.records import Table as TableRecord
from queries.store import Row

field = strawberry.field
PICTURES = "Number of pictures of the class."
SHARE = "Share of the class's pictures, 0 to 1; null where their number is unknown."
PAGERANK = "Personalized PageRank, a share of 1 over the whole network."


def share(count: int, images: int | None) -> float | None:
    """A number of pictures as a share of the class's, None where their number is unknown."""
    return count / images if images else None


@strawberry.enum(description="How classes are ordered.")
class ClassOrder(Enum):
    INDEX = "index"
    NAME = "name"
    ACCURACY = "accuracy"
    SIMILARITY = "similarity"


@strawberry.enum(description="Set algebra over the graphs of the compared classes.")
class SetOperation(Enum):
    INTERSECTION = strawberry.enum_value("INTERSECTION", description="In all of the classes.")
    UNION = strawberry.enum_value("UNION", description="In any of the classes.")
    DIFFERENCE = strawberry.enum_value("DIFFERENCE", description="In the first class and in none of the others.")
    SYMMETRIC_DIFFERENCE = strawberry.enum_value("SYMMETRIC_DIFFERENCE", description="In an odd number of the classes.")
    AT_LEAST = strawberry.enum_value("AT_LEAST", description="In at least `atLeast` of the classes.")


@strawberry.type(description="One row of a network.")
class Layer:
    id: strawberry.ID
    name: str
    index: int = field(description="0 is the layer nearest to the picture.")
    channels: int = field(description="Number of channels.")


@strawberry.type(description="A network whose classes' attribution graphs are in the database.")
class Model:
    id: strawberry.ID
    architecture: str | None
    dataset: str | None
    weights: str | None
    source: str | None
    created: str | None
    graph_threshold: float | None = field(description="Share of a layer's PageRank the graphs were cut at, in percent.")
    class_count: int
    row: strawberry.Private[Row]

    @classmethod
    def of(cls, row: Row) -> "Model":
        names = ("id", "architecture", "dataset", "weights", "source", "created", "graph_threshold", "class_count")
        return cls(**{name: row[name] for name in names}, row=row)

    @field(description="From the picture upwards.")
    async def layers(self, info: ContextInfo) -> list[Layer]:
        rows = await info.context.store.run("layers", model=self.id)
        return [Layer(id=strawberry.ID(f"{self.id}/{row['name']}"), **row) for row in rows]

    @field(description="Channels of all layers.")
    async def channel_count(self, info: ContextInfo) -> int:
        return await self._scale(info, "channel_count")

    @field(description="Channels that are in at least one attribution graph.")
    async def graph_channel_count(self, info: ContextInfo) -> int:
        return await self._scale(info, "graph_channel_count")

    @field(description="The largest count of any channel in any graph, in pictures.")
    async def largest_count(self, info: ContextInfo) -> int:
        return await self._scale(info, "largest_count")

    @field(description="The largest weight of any edge in any graph, in pictures.")
    async def largest_weight(self, info: ContextInfo) -> int:
        return await self._scale(info, "largest_weight")

    async def _scale(self, info: ContextInfo, name: str) -> int:
        """As kept on the model when its loading ended; counted anew where it did not."""
        kept = self.row[name]
        return int(kept if kept is not None else (await info.context.scales.load(self.id))[name])


@strawberry.type(description="Pictures of a channel, as addresses on this service.")
class Pictures:
    folder: strawberry.Private[str]
    channel: strawberry.Private[str]

    @field(description="What excites the channel most, synthesised.")
    def feature_visualization(self) -> str | None:
        return picture_url(self.folder, self.channel, "channel")

    @field(description="Several different pictures that excite the channel, synthesised.")
    def diversity(self) -> list[str]:
        return [url for kind in DIVERSITY if (url := picture_url(self.folder, self.channel, kind))]

    @field(description="Patches of real pictures that excite the channel most.")
    def examples(self) -> list[str]:
        return [url for kind in EXAMPLES if (url := picture_url(self.folder, self.channel, kind))]


@strawberry.type(description="One channel of a layer.")
class Channel:
    id: strawberry.ID = field(description='"<model>/<layer>/<index>"')
    layer: str
    index: int = field(description="Within its layer, 0-based.")

    @classmethod
    def of(cls, id: str) -> "Channel":
        _, layer, index = id.rsplit("/", 2)
        return cls(id=strawberry.ID(id), layer=layer, index=int(index))

    @field(description="Whether the channel is left out of every count.")
    async def excluded(self, info: ContextInfo) -> bool:
        row = await info.context.channels.load(self.id)
        return bool(row and row["excluded"])

    @field(description="Classes whose attribution graph has the channel.")
    async def class_count(self, info: ContextInfo) -> int:
        row = await info.context.channels.load(self.id)
        return int(row["class_count"]) if row else 0

    @field(description="Null where the model has no pictures.")
    async def pictures(self, info: ContextInfo) -> Pictures | None:
        model = await info.context.models.load(self.id.rsplit("/", 2)[0])
        return Pictures(folder=model["pictures"], channel=self.id) if model and model["pictures"] else None

    @field(description="Classes whose attribution graph has the channel, highest count first.")
    async def classes(self, info: ContextInfo, first: int = 50) -> list["ChannelUse"]:
        rows = await info.context.run("channel_classes", channel=self.id, limit=first)
        classes = await info.context.classes.load_many([row["class"] for row in rows])
        return [
            ChannelUse(
                image_class=ImageClass.of(found),
                count=row["count"],
                share=share(row["count"], found["images"]),
                pagerank=row["pagerank"],
            )
            for row, found in zip(rows, classes, strict=True)
            if found
        ]


@strawberry.type(description="A class whose attribution graph has a channel.")
class ChannelUse:
    image_class: "ImageClass"
    count: int = field(description=PICTURES)
    share: float | None = field(description=SHARE)
    pagerank: float = field(description=PAGERANK)


@strawberry.type(description="A channel of an attribution graph.")
class GraphChannel:
    channel: Channel
    count: int = field(description=PICTURES)
    share: float | None = field(description=SHARE)
    pagerank: float = field(description=PAGERANK)


@strawberry.type(description="The source, in the lower layer, influences the target.")
class GraphEdge:
    source: strawberry.ID
    target: strawberry.ID
    weight: int = field(description=PICTURES)
    share: float | None = field(description=SHARE)


@strawberry.type(description="The channels a class uses most, and how they influence one another.")
class AttributionGraph:
    channels: list[GraphChannel]
    edges: list[GraphEdge] = field(description="Between the channels shown, strongest first.")
    total_channels: int = field(description="Before `minCount`.")
    total_edges: int = field(description="Before `minCount`.")


@strawberry.type(description="A group of classes, e.g. bear or vehicle.")
class ClassGroup:
    id: strawberry.ID
    wnid: str
    name: str
    classes: list[int]

    @field(description="Number of classes.")
    def class_count(self) -> int:
        return len(self.classes)


@strawberry.type(description="A class and how similar it is to another.")
class SimilarClass:
    image_class: "ImageClass"
    similarity: float = field(description="Cosine of the two classes' channel counts, 0 to 1.")


@strawberry.type(description="One class of the classifier.")
class ImageClass:
    id: strawberry.ID
    index: int = field(description="Row of the network's output, 0-based.")
    name: str
    wnid: str | None = field(description="WordNet id.")
    images: int | None = field(description="Pictures the counts were taken over; null where unknown.")
    accuracy: float | None = field(description="Share of them whose most probable class is right, 0 to 1.")
    similarity: float | None = field(default=None, description="To `similarTo`, within such a list only, 0 to 1.")

    @classmethod
    def of(cls, row: Row, similarity: float | None = None) -> "ImageClass":
        return cls(**row, similarity=similarity)

    @field(description="Groups the class is in.")
    async def groups(self, info: ContextInfo) -> list[ClassGroup]:
        return [ClassGroup(**row) for row in await info.context.groups.load(self.id)]

    @field(description="`minCount` leaves out channels with a lower count, and their edges.")
    async def attribution_graph(self, info: ContextInfo, min_count: int = 0) -> AttributionGraph:
        channels, edges = await info.context.graph(self.id)
        shown = {row["channel"]: row for row in channels if row["count"] >= min_count}
        return AttributionGraph(
            channels=[
                GraphChannel(
                    channel=Channel.of(id),
                    count=row["count"],
                    share=share(row["count"], self.images),
                    pagerank=row["pagerank"],
                )
                for id, row in shown.items()
            ],
            edges=[
                GraphEdge(**row, share=share(row["weight"], self.images))
                for row in edges
                if row["source"] in shown and row["target"] in shown
            ],
            total_channels=len(channels),
            total_edges=len(edges),
        )

    @field(description="The most similar classes, at one layer or over all.")
    async def similar(self, info: ContextInfo, layer: str | None = None, first: int = 10) -> list[SimilarClass]:
        rows = await info.context.run("similar_classes", **{"class": self.id}, layer=layer, limit=first)
        classes = await info.context.classes.load_many([row["class"] for row in rows])
        return [
            SimilarClass(image_class=ImageClass.of(found), similarity=row["similarity"])
            for row, found in zip(rows, classes, strict=True)
            if found
        ]


@strawberry.type(description="A page of classes.")
class ClassConnection:
    nodes: list[ImageClass]
    total_count: int
    page_info: PageInfo


@strawberry.type(description="A channel and the compared classes that have it; the lists go together.")
class ComparedChannel:
    channel: Channel
    classes: list[int]
    counts: list[int] = field(description=PICTURES)
    shares: list[float] | None = field(description=SHARE)
    pageranks: list[float] = field(description=PAGERANK)


@strawberry.type(description="An edge and the compared classes that have it; the lists go together.")
class ComparedEdge:
    source: strawberry.ID
    target: strawberry.ID
    classes: list[int]
    weights: list[int] = field(description=PICTURES)
    shares: list[float] | None = field(description=SHARE)


@strawberry.type(description="How much of a layer the compared classes share, whatever the operation.")
class LayerOverlap:
    layer: str
    jaccard: float = field(description="shared / union, 0 to 1.")
    counts: list[int] = field(description="Channels of each compared class, in their order.")
    shared: int = field(description="Channels that every compared class has.")
    union: int = field(description="Channels that any compared class has.")


@strawberry.type(description="Several classes' attribution graphs as one.")
class ComparedGraph:
    classes: list[ImageClass]
    channels: list[ComparedChannel]
    edges: list[ComparedEdge]
    layers: list[LayerOverlap]


@strawberry.enum(description="What kind of motif.")
class MotifShape(Enum):
    CLOSED = strawberry.enum_value(
        "CLOSED", description="Every connected set of edges that cannot grow and keep its classes."
    )
    MAXIMAL = strawberry.enum_value("MAXIMAL", description="Those of them that no other frequent one contains.")
    EDGE = "EDGE"
    CHAIN = strawberry.enum_value("CHAIN", description="One channel a layer, `length` layers.")
    FAN_IN = strawberry.enum_value("FAN_IN", description="Two channels that lead to one.")
    FAN_OUT = strawberry.enum_value("FAN_OUT", description="One channel that leads to two.")
    DIAMOND = strawberry.enum_value("DIAMOND", description="Two ways from a channel to another, two layers up.")
    BI_FAN = strawberry.enum_value("BI_FAN", description="Two channels that both lead to the same two.")


@strawberry.input(description="Classes to contrast with: a group, or a list.")
class MotifGroup:
    group: str | None = field(default=None, description="WordNet id, or a name that only one group has.")
    classes: list[int] | None = field(default=None, description="Class indexes.")


@strawberry.type(description="A connected set of edges that several classes' attribution graphs have.")
class Motif:
    channels: list[Channel]
    edges: list[GraphEdge] = field(description="`weight` is the mean over the classes that have the motif.")
    support: int = field(description="Number of the classes that have it.")
    share: float = field(description="support / classes, 0 to 1.")
    classes: list[int] = field(description="Indexes of the classes that have it.")
    nearly_classes: list[int] = field(description="Those that lack exactly one of its edges.")
    log_p: float = field(
        description="Natural logarithm of the chance of this support if each edge kept its frequency and fell on "
        "classes at random: the smaller, the less by chance; 0 for a single edge."
    )
    support_against: int | None = field(description="Number of the contrasted classes that have it.")
    odds_ratio: float | None = field(description="Odds of having it, first group to second (0.5 added to each count).")
    odds_ratio_low: float | None = field(description="Lower end of the odds ratio's 95 % interval.")
    odds_ratio_high: float | None = field(description="Upper end of the odds ratio's 95 % interval.")
    p_value: float | None = field(
        description="Fisher's exact test, one-sided. It ranks; classes are no independent samples."
    )
    q_value: float | None = field(description="p after Benjamini and Hochberg's correction.")


@strawberry.type(description="A page of motifs, least likely by chance first; contrasted ones most telling first.")
class MotifConnection:
    nodes: list[Motif]
    total_count: int
    page_info: PageInfo
    class_count: int = field(description="Number of classes looked at.")
    complete: bool = field(description="False where a limit of time or memory ended the search; `note` says which.")
    note: str | None
    cursor: str | None = field(
        description="Of a search that did not end: the same question with it goes on from there."
    )


@strawberry.type(description="A parameter or a column of a stored query.")
class QueryField:
    name: str
    type: str


@strawberry.type(description="A stored Cypher query and its contract.")
class StoredQuery:
    name: str
    about: str
    parameters: list[QueryField]
    returns: list[QueryField]
    units: str | None
    mode: str
    example: JSON = field(description="Parameters that answer on the published graphs.")
    text: str

    @classmethod
    def of(cls, query: LibraryQuery) -> "StoredQuery":
        return cls(
            name=query.name,
            about=query.about,
            parameters=[QueryField(name=name, type=kind) for name, kind in query.params.items()],
            returns=[QueryField(name=name, type=kind) for name, kind in query.returns.items()],
            units=query.units,
            mode=query.mode,
            example=JSON(dict(query.example)),
            text=query.text,
        )


@strawberry.type(description="Rows as they came from the database.")
class Table:
    columns: list[str]
    rows: list[list[JSON | None]]
    truncated: bool = field(description="There were more rows than the limit let through.")
    seconds: float

    @classmethod
    def of(cls, table: TableRecord) -> "Table":
        rows: list[list[Any]] = [list(row) for row in table.rows]
        return cls(columns=list(table.columns), rows=rows, truncated=table.truncated, seconds=table.seconds)
