"""Set algebra over attribution graphs as the API tells it."""

from dataclasses import dataclass
from enum import Enum

import strawberry

from graphql_api.context import ContextInfo
from graphql_api.fields.graphs.edges import PICTURES, SHARE, Edge, asks_for, with_kinds
from graphql_api.fields.types import PAGERANK, Channel, ImageClass, share
from queries.errors import StoreBusy
from queries.graphs.compare import Comparison, read_cuts
from queries.graphs.outside import MOST_CLASSES, counted_channels, counted_edges
from queries.graphs.resampling.probable import Probable
from queries.records import Score
from queries.store import Row

field = strawberry.field
PROBABILITIES = (
    "In each of the comparison's classes, in their order, also where a class's graph lacks it: the share of the "
    "resamples of the class's pictures whose graph has it, 0 to 1. Null where it is not known, as for an edge that a "
    "class's graph lacks."
)
EVERY = (
    "One number per compared class, in their order, including classes whose graph lacks it: pictures of the class. "
    f"Null where not known, as for published graphs. Refused for more than {MOST_CLASSES} classes."
)


@dataclass(frozen=True, slots=True)
class Compared:
    """Ids of the compared classes, the score of their graphs, and rows of graph_cuts from before these were read."""

    classes: tuple[str, ...]
    score: Score
    cuts: list[Row]

    async def likely(self, info: ContextInfo) -> list[Probable] | None:
        """What is known of each class, where the request asks for probabilities of what is resolved now."""
        if not asks_for("probabilities", info):
            return None
        found = list(await info.context.probable.load_many([(name, self.score) for name in self.classes]))
        await self.require_same(info)
        return found

    async def require_same(self, info: ContextInfo) -> None:
        """Raises StoreBusy where what was read besides the graphs may belong to others, which replaced them."""
        if await read_cuts(info.context.store, self.classes, self.score) != self.cuts:
            raise StoreBusy("graphs that are compared were replaced while they were read; ask again in a moment")


@strawberry.enum(description="Set algebra over the graphs of the compared classes.")
class SetOperation(Enum):
    INTERSECTION = strawberry.enum_value("INTERSECTION", description="In all of the classes.")
    UNION = strawberry.enum_value("UNION", description="In any of the classes.")
    DIFFERENCE = strawberry.enum_value("DIFFERENCE", description="In the first class and in none of the others.")
    SYMMETRIC_DIFFERENCE = strawberry.enum_value("SYMMETRIC_DIFFERENCE", description="In an odd number of the classes.")
    AT_LEAST = strawberry.enum_value("AT_LEAST", description="In at least `atLeast` of the classes.")


@strawberry.type(description="A channel and the compared classes that have it; the lists go together.")
class ComparedChannel:
    channel: Channel
    classes: list[int]
    counts: list[int] = field(description=PICTURES)

    @field(description=SHARE)
    def shares(self) -> list[float] | None:
        return shares(self.counts, self.images)

    pageranks: list[float] = field(description=PAGERANK)
    probabilities: list[float | None] = field(default_factory=list, description=PROBABILITIES)
    every_count: list[int | None] = field(default_factory=list, description=EVERY)
    images: strawberry.Private[list[int | None]]


@strawberry.type(description="An edge and the compared classes that have it; the lists go together.")
class ComparedEdge(Edge):
    classes: list[int]
    weights: list[int] = field(description=PICTURES)

    @field(description=SHARE)
    def shares(self) -> list[float] | None:
        return shares(self.weights, self.images)

    probabilities: list[float | None] = field(default_factory=list, description=PROBABILITIES)
    every_weight: list[int | None] = field(default_factory=list, description=EVERY)
    images: strawberry.Private[list[int | None]]


@strawberry.type(description="How much of a layer the compared classes share, whatever the operation.")
class LayerOverlap:
    layer: str
    jaccard: float = field(description="shared / union, 0 to 1.")
    overlap: float = field(description="shared / the smallest of counts, 0 to 1; 0 where a class has no channel.")
    counts: list[int] = field(description="Channels of each compared class, in their order.")
    shared: int = field(description="Channels that every compared class has.")
    union: int = field(description="Channels that any compared class has.")


@strawberry.type(description="Several classes' attribution graphs as one.")
class ComparedGraph:
    classes: list[ImageClass]
    layers: list[LayerOverlap]
    of: strawberry.Private[Compared]
    held: strawberry.Private[list[ComparedChannel]]
    links: strawberry.Private[list[ComparedEdge]]

    @field
    async def channels(self, info: ContextInfo) -> list[ComparedChannel]:
        likely = await self.of.likely(info)
        for each in self.held if likely else ():
            each.probabilities = [found.of_channel(each.channel.id) for found in likely or ()]
        if asks_for("everyCount", info):
            ids = [each.channel.id for each in self.held]
            counted = await counted_channels(info.context.store, self.of.classes, ids, self.of.score)
            await self.of.require_same(info)
            for each in self.held:
                each.every_count = self.every(each, each.counts, [one.of_channel(each.channel.id) for one in counted])
        return self.held

    @field
    async def edges(self, info: ContextInfo) -> list[ComparedEdge]:
        likely = await self.of.likely(info)
        for each in self.links if likely else ():
            each.probabilities = [found.of_edge(each.source, each.target) for found in likely or ()]
        if asks_for("everyWeight", info):
            edges = ((each.source, each.target) for each in self.links)
            counted = await counted_edges(info.context.store, self.of.classes, edges)
            await self.of.require_same(info)
            for each in self.links:
                found = [one.of_edge(each.source, each.target) for one in counted]
                each.every_weight = self.every(each, each.weights, found)
        return list(await with_kinds(self.links, info))

    def every(self, of: ComparedChannel | ComparedEdge, held: list[int], counted: list[int | None]) -> list[int | None]:
        """Of each class: what its graph has, else what was counted."""
        of_graph = dict(zip(of.classes, held, strict=True))
        return [of_graph.get(each.index, count) for each, count in zip(self.classes, counted, strict=True)]


def to_compared(found: Comparison, score: Score) -> ComparedGraph:
    """A comparison of graphs by a score, with classes told by their indexes."""
    by_id = {row["id"]: row for row in found.classes}
    indexes, images = ({id: row[name] for id, row in by_id.items()} for name in ("index", "images"))
    layers = {row["layer"]: row for row in found.overlap}
    channels_of = {(row["layer"], row["class"]): row["channels"] for row in found.overlap}
    return ComparedGraph(
        classes=[ImageClass.of(row) for row in found.classes],
        of=Compared(tuple(row["id"] for row in found.classes), score, found.cuts),
        held=[
            ComparedChannel(
                channel=Channel.of(row["channel"]),
                classes=[indexes[id] for id in row["classes"]],
                counts=row["counts"],
                images=[images[id] for id in row["classes"]],
                pageranks=row["pageranks"],
            )
            for row in found.channels
        ],
        links=[
            ComparedEdge(
                source=row["source"],
                target=row["target"],
                classes=[indexes[id] for id in row["classes"]],
                weights=row["weights"],
                images=[images[id] for id in row["classes"]],
            )
            for row in found.edges
        ],
        layers=[layer_overlap(row, [channels_of[layer, id] for id in by_id]) for layer, row in layers.items()],
    )


def layer_overlap(row: Row, counts: list[int]) -> LayerOverlap:
    return LayerOverlap(
        layer=row["layer"],
        jaccard=row["jaccard"],
        overlap=row["shared"] / max(1, min(counts)),
        counts=counts,
        shared=row["shared"],
        union=row["total"],
    )


def shares(counts: list[int], images: list[int | None]) -> list[float] | None:
    """Counts as shares of each class's pictures, None unless the number of pictures is known for all of them."""
    found = [share(count, number) for count, number in zip(counts, images, strict=True)]
    return None if None in found else [each for each in found if each is not None]
