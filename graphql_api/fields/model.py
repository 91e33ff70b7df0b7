"""A network, its maps, and what counting says of its classes, as the API tells them."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from graphql_api.context import ContextInfo
from graphql_api.fields.graphs.score import ModelScore, Score
from graphql_api.fields.notes import Annotation, AnnotationKind
from graphql_api.fields.paging import first_of
from graphql_api.fields.probe import Probe
from queries.channels.names import named_with
from queries.lookup import find_layer
from queries.notes.record import is_readable
from queries.notes.stored import rows_of_model
from queries.store import Row

if TYPE_CHECKING:
    from graphql_api.fields.channel import SuggestedName

field = strawberry.field


@strawberry.type(description="One row of a network.")
class Layer:
    id: strawberry.ID
    name: str
    index: int = field(description="0 is the layer nearest to the picture.")
    channels: int = field(description="Number of channels.")


@strawberry.type(description="A map of the classes at one layer, similar ones close together; the columns go together.")
class Embedding:
    layer: str
    classes: list[int] = field(description="Indexes of the classes that have channels in the layer, ascending.")
    x: list[float] = field(description="In map units, the same for all layers of the model.")
    y: list[float] = field(description="In map units.")
    parked: list[int] = field(
        description="Classes that share no channel with any other: they stand at the rim, and their place says nothing."
    )
    source: str = field(
        description="`activations`: the counts of all channels; `graphs`: of the channels in the attribution graphs."
    )
    stale: bool = field(description="Whether the counts changed since; `summit embed` makes the map again.")
    parameters: str = field(description="How the map was made, as JSON.")

    @classmethod
    def of(cls, row: Row, stale: bool) -> "Embedding":
        return cls(**{name: value for name, value in row.items() if name != "digest"}, stale=stale)


@strawberry.type(description="Where a class lies on the map of a layer.")
class TrailPoint:
    layer: str
    x: float = field(description="In map units, the same for all layers.")
    y: float


@strawberry.type(description="Pictures of a class by probability, in bins of equal width over 0 to 1.")
class ProbabilityHistogram:
    bins: int
    truth: list[int] = field(description="By the probability of the class itself; empty where no output stands for it.")
    top: list[int] = field(description="By the highest probability of any output.")
    images: int = field(description="Pictures counted.")

    @classmethod
    def of(cls, kept: Row | None) -> "ProbabilityHistogram | None":
        """A row of class_statistics; None where nothing was counted."""
        if kept is None or kept["top"] is None or kept["images"] is None:
            return None
        return cls(bins=len(kept["top"]), truth=kept["truth"] or [], top=kept["top"], images=kept["images"])


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
    weight_unit: float | None = field(
        description="What 1 is in an imported file's weights, where counts are numbers of positions; null where both "
        "are numbers of pictures."
    )
    row: strawberry.Private[Row]

    @classmethod
    def of(cls, row: Row) -> "Model":
        names = ("id", "architecture", "dataset", "weights", "source", "created", "graph_threshold", "class_count")
        return cls(**{name: row[name] for name in (*names, "weight_unit")}, row=row)

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

    @field(description="Its attribution graphs by each score.")
    async def scores(self, info: ContextInfo) -> list[ModelScore]:
        rows = await info.context.run("model_scores", model=self.id)
        return [ModelScore(score=Score(row.pop("score")), **row) for row in map(dict, rows)]

    @field(
        description="How early its classes can be told apart; null where `summit probe` has not measured it for the "
        "counts that are loaded now."
    )
    async def probe(self, info: ContextInfo) -> Probe | None:
        return Probe.of(await info.context.run("layer_probes", model=self.id))

    @field(description="The map of a layer's classes; null where there is none yet (`summit embed` makes it).")
    async def embedding(self, info: ContextInfo, layer: str) -> Embedding | None:
        found = [each for each in await self.embeddings(info) if each.layer == layer]
        if not found:
            await find_layer(info.context.store, self.id, layer)
        return found[0] if found else None

    @field(description="The maps of all layers that have one, lowest layer first.")
    async def embeddings(self, info: ContextInfo) -> list[Embedding]:
        rows = await info.context.embeddings.load(self.id)
        source = await info.context.sources.load(self.id) if rows else None
        return [Embedding.of(row, stale=source is None or source.digest != row["digest"]) for row in rows]

    @field(
        description="The channels that have a group of classes to be called after, by id; with `search` (words) those "
        "whose name holds each word, and at most the `first` ones."
    )
    async def suggested_names(
        self, info: ContextInfo, search: str | None = None, first: int | None = None
    ) -> list[Annotated["SuggestedName", strawberry.lazy("graphql_api.fields.channel")]]:
        from graphql_api.fields.channel import SuggestedName

        found = await info.context.names.load(self.id)
        return [SuggestedName.of(each) for each in first_of(named_with(found, search), first)]

    @field(description="What people wrote down about the model, its channels and classes; by kind, oldest first.")
    async def annotations(self, info: ContextInfo, kind: AnnotationKind | None = None) -> list[Annotation]:
        info.context.count_query()
        rows = filter(is_readable, await rows_of_model(info.context.store, self.id))
        return [Annotation.of(row) for row in rows if kind is None or kind.value == row["kind"]]

    async def _scale(self, info: ContextInfo, name: str) -> int:
        """As stored on the model when loading finished; counted now if it did not finish."""
        kept = self.row[name]
        return int(kept if kept is not None else (await info.context.scales.load(self.id))[name])
