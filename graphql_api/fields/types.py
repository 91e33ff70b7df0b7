"""The types of the GraphQL schema. Fields carry the names of the stored queries' columns."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from graphql_api.context import ContextInfo, looked_up
from graphql_api.fields.faithfulness import ChannelEffect, Faithfulness
from graphql_api.fields.graphs.edges import PICTURES, SHARE
from graphql_api.fields.graphs.score import Score, score_of
from graphql_api.fields.graphs.subset import Subset
from graphql_api.fields.groups import ClassGroup, Company, LayerCompany, company_of
from graphql_api.fields.model import ProbabilityHistogram, TrailPoint
from graphql_api.fields.paging import check_size
from graphql_api.fields.pictures import Pictures
from graphql_api.fields.together import (
    are_excluded,
    class_counts,
    groups_of,
    histograms,
    notes_on_channels,
    notes_on_classes,
    own_names,
    pictures_of,
)
from queries.graphs.subset.stored import rows_of_differences
from queries.lookup import find_layer
from queries.map.company import keep_company, keep_company_by_layer
from queries.records import class_id
from queries.store import Row

if TYPE_CHECKING:
    from graphql_api.fields.channel import Companion, SuggestedName
    from graphql_api.fields.graphs.attribution import AttributionGraph

CHANNEL = strawberry.lazy("graphql_api.fields.channel")
GRAPH = strawberry.lazy("graphql_api.fields.graphs.attribution")
field = strawberry.field
PAGERANK = "Personalized PageRank, a share of 1 over the whole network."
COMPANIONS_COST = 25  # simple queries that take as long


def share(count: int, images: int | None) -> float | None:
    """A number of pictures as a share of the class's, None where their number is unknown."""
    return count / images if images else None


@strawberry.type(description="One channel of a layer.")
class Channel:
    id: strawberry.ID = field(description='"<model>/<layer>/<index>"')
    layer: str
    index: int = field(description="Within its layer, 0-based.")

    @classmethod
    def of(cls, id: str) -> "Channel":
        _, layer, index = id.rsplit("/", 2)
        return cls(id=strawberry.ID(id), layer=layer, index=int(index))

    excluded: bool = looked_up(are_excluded, "Whether the channel is left out of every count.")
    class_count: int = looked_up(class_counts, "Classes whose attribution graph has the channel.")
    pictures: Pictures | None = looked_up(pictures_of, "Null where the model has no pictures.")
    name: str | None = looked_up(own_names, "That somebody gave it; null where nobody did.")
    note: str | None = looked_up(notes_on_channels, "That somebody wrote about it; null where nobody did.")

    @field(description="Classes whose attribution graph has the channel, highest count first.")
    async def classes(self, info: ContextInfo, first: int = 50) -> list["ChannelUse"]:
        check_size(first)
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

    @field(description="What it may be called, by the classes whose graphs have it; null where no group stands out.")
    async def suggested_name(self, info: ContextInfo) -> Annotated["SuggestedName", CHANNEL] | None:
        from graphql_api.fields.channel import SuggestedName

        found = (await info.context.names.load(self.id.rsplit("/", 2)[0])).get(self.id)
        return SuggestedName.of(found) if found else None

    @field(description="The channels that the same classes' graphs have, by the Jaccard index of the classes.")
    async def companions(self, info: ContextInfo, first: int = 10) -> list[Annotated["Companion", CHANNEL]]:
        from graphql_api.fields.channel import Companion

        check_size(first)
        info.context.count_query(COMPANIONS_COST)
        rows = await info.context.run("channel_companions", channel=self.id, limit=first)
        return [Companion.of(row) for row in rows]


@strawberry.type(description="A class whose attribution graph has a channel.")
class ChannelUse:
    image_class: "ImageClass"
    count: int = field(description=PICTURES)
    share: float | None = field(description=SHARE)
    pagerank: float = field(description=PAGERANK)


@strawberry.type(description="A class and how similar it is to another.")
class SimilarClass:
    image_class: "ImageClass"
    similarity: float = field(description="Cosine of the two classes' channel counts, 0 to 1.")


@strawberry.type(description="An output that the network gives its highest score for pictures of another class.")
class Confusion:
    output: int = field(description="0-based.")
    image_class: "ImageClass | None" = field(
        name="class", description="Null where no class of the model is this output."
    )
    name: str | None = field(description="Of the class, or else of the output; null where neither is known.")
    images: int = field(description="Number of pictures.")


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

    groups: list[ClassGroup] = looked_up(groups_of, "Groups the class is in.")
    note: str | None = looked_up(notes_on_classes, "That somebody wrote about it; null where nobody did.")

    @field(description="Whether `attributionGraph` takes a threshold: its personalized PageRank is kept.")
    async def live(self, info: ContextInfo) -> bool:
        return bool((await info.context.run("graph_origin", **{"class": self.id}))[0]["live"])

    @field(
        description="The stored graph, or with `threshold` (percent of a layer's PageRank, 1 to 50; of the network's "
        "where `unified`) another one, cut at once from the PageRank that is kept. `minCount` leaves out channels with "
        "a lower count, and their edges. A graph by another `score` than ACTIVATION is refused where it was not "
        "extracted. `subset` is one of `subsets`: the graph of these pictures, without `threshold`."
    )
    async def attribution_graph(
        self,
        info: ContextInfo,
        threshold: float | None = None,
        unified: bool = False,
        dead_ends: bool = True,
        min_count: int = 0,
        score: Score = Score.ACTIVATION,
        subset: str | None = None,
    ) -> Annotated["AttributionGraph", GRAPH]:
        from graphql_api.fields.graphs.attribution import AttributionGraph

        found = await info.context.graph(self.id, threshold, unified, dead_ends, score_of(score), subset)
        return AttributionGraph.of_class(self, found, min_count, score, subset)

    @field(description="Subsets of its pictures that have a graph of their own; see `attributionGraph(subset:)`.")
    async def subsets(self, info: ContextInfo) -> list[Subset]:
        rows = await info.context.run("class_subsets", **{"class": self.id})
        return [Subset.of(row) for row in rows_of_differences(rows)]

    @field(
        description="What the class loses when the channels of its graph are switched off, compared with random ones; "
        "null where `summit check` has not measured it for the graph that is stored now."
    )
    async def faithfulness(self, info: ContextInfo, score: Score = Score.ACTIVATION) -> Faithfulness | None:
        rows = await info.context.run("class_faithfulness", **{"class": self.id}, score=score_of(score).value)
        return Faithfulness.of(rows)

    @field(
        description="By how much the log-odds of the class fall when the channels of its graph are switched off one "
        "layer at a time, in nats: the mean over layers, as in `faithfulness`, which costs less for many classes. Null "
        "where `summit check` has not measured it for the graph that is stored now."
    )
    async def drop(self, info: ContextInfo, score: Score = Score.ACTIVATION) -> float | None:
        return await info.context.drops.load((self.id, score_of(score)))

    @field(
        description="What the class loses when one channel alone is switched off, the channels that it needs most "
        "first; empty where `summit check --channels` has not measured it."
    )
    async def effects(self, info: ContextInfo, first: int = 100) -> list[ChannelEffect]:
        check_size(first)
        rows = await info.context.run("class_effects", **{"class": self.id}, limit=first)
        return [ChannelEffect(**{name: value for name, value in row.items() if name != "index"}) for row in rows]

    @field(description="Its place on the map of each layer that has one for it, lowest layer first.")
    async def trail(self, info: ContextInfo) -> list[TrailPoint]:
        maps = await info.context.embeddings.load(self.id.rpartition("/")[0])
        return [
            TrailPoint(layer=row["layer"], x=row["x"][place], y=row["y"][place])
            for row in maps
            if self.index in row["classes"]
            for place in [row["classes"].index(self.index)]
        ]

    @field(
        description="How many of its nearest classes at a layer are of each group. Groups are named by WordNet id, by "
        "id, or by a name that no other group has; a class of several groups counts for each."
    )
    async def company(self, info: ContextInfo, layer: str, groups: list[str], neighbours: int = 10) -> list[Company]:
        info.context.count_query()
        source = await info.context.sources.load(self.id.rpartition("/")[0])
        found = await keep_company(info.context.store, self.id, layer, groups, neighbours, source)
        return company_of(found)

    @field(description="The same at every layer, lowest first.")
    async def company_by_layer(self, info: ContextInfo, groups: list[str], neighbours: int = 10) -> list[LayerCompany]:
        info.context.count_query()
        source = await info.context.sources.load(self.id.rpartition("/")[0])
        layers = await keep_company_by_layer(info.context.store, self.id, groups, neighbours, source)
        return [LayerCompany(layer=layer, company=company_of(found)) for layer, found in layers]

    histogram: ProbabilityHistogram | None = looked_up(
        histograms, "How sure the network is of the class's pictures; null where nothing was counted."
    )

    @field(
        description="The other outputs that pictures of the class are taken for, most often first; up to five are kept."
    )
    async def confusions(self, info: ContextInfo) -> list[Confusion]:
        kept = await info.context.statistics.load(self.id)
        if kept is None or not kept["confused_outputs"]:
            return []
        names = kept["confused_names"] or [""] * len(kept["confused_outputs"])
        taken = zip(kept["confused_outputs"], names, kept["confused_images"], strict=True)
        others = [each for each in taken if each[0] != kept["output"]]
        model = self.id.rpartition("/")[0]
        classes = await info.context.classes.load_many([class_id(model, output) for output, _, _ in others])
        return [
            Confusion(
                output=output,
                image_class=ImageClass.of(row) if row else None,
                name=row["name"] if row else name or None,
                images=images,
            )
            for (output, name, images), row in zip(others, classes, strict=True)
        ]

    @field(description="The most similar classes, at one layer or over all.")
    async def similar(self, info: ContextInfo, layer: str | None = None, first: int = 10) -> list[SimilarClass]:
        check_size(first)
        rows = await info.context.run("similar_classes", **{"class": self.id}, layer=layer, limit=first)
        if layer is not None and not rows:
            await find_layer(info.context.store, self.id.rpartition("/")[0], layer)
        classes = await info.context.classes.load_many([row["class"] for row in rows])
        return [
            SimilarClass(image_class=ImageClass.of(found), similarity=row["similarity"])
            for row, found in zip(rows, classes, strict=True)
            if found
        ]
