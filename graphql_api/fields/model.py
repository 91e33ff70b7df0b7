"""A network, its maps, and what counting says of its classes, as the API tells them."""

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry

from graphql_api.context import Context, ContextInfo, Values, looked_up
from graphql_api.fields.paging import first_of
from graphql_api.fields.score import ModelScore, Score
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


@strawberry.enum(description="What is written about.")
class AnnotationKind(Enum):
    CHANNEL = "CHANNEL"
    CLASS = "CLASS"
    VIEW = "VIEW"


async def pictures_of_views(annotations: Values, context: Context) -> list[str | None]:
    rows = await context.annotations.load_many([each.id for each in annotations])
    return [row["picture"] if row else None for row in rows]


@strawberry.type(
    description="The name of a channel, a note on a channel or a class, or a saved view. It belongs to an id: it stays "
    "where the channel or class is counted again, replaced or removed."
)
class Annotation:
    id: strawberry.ID
    kind: AnnotationKind
    target: str = field(description="`<layer>/<index>` of a channel, the index of a class, the key of a view.")
    name: str | None = field(description="Of a channel or a view; null for a channel without one, and for classes.")
    note: str | None
    address: str | None = field(description="Of a view: what the page's address has from its `?` on.")
    created: str = field(description="UTC.")
    changed: str = field(description="UTC.")
    revision: str = field(description="Equal for equal contents; a change says which one it is based on.")

    picture: str | None = looked_up(pictures_of_views, "Of a view, as a data URL of a PNG, JPEG or WebP file.")

    @classmethod
    def of(cls, row: Row) -> "Annotation":
        names = ("id", "target", "name", "note", "address", "created", "changed", "revision")
        return cls(**{name: row[name] for name in names}, kind=AnnotationKind(row["kind"]))


ACCURACY = "A share of the held-out pictures, 0 to 1."


@strawberry.type(description="How well a linear classifier tells classes apart by the channels of one layer.")
class LayerProbe:
    layer: str
    size: int = field(description="Channels of the layer that are not excluded.")
    channels: int = field(description="Of them, those that are among the most activated ones of a class.")
    accuracy: float = field(description=f"By these channels. {ACCURACY}")
    random: float = field(description=f"By random sets of as many, the mean over the sets. {ACCURACY}")
    random_least: float = field(description=f"The worst of the sets. {ACCURACY}")
    random_most: float = field(description=f"The best of the sets. {ACCURACY}")
    every: float = field(description=f"By all channels that are not excluded. {ACCURACY}")


@strawberry.type(description="How early in a network its classes can be told apart (`summit probe`).")
class Probe:
    classes: int = field(description="How many classes are told apart.")
    learning: int = field(description="Pictures that the classifiers learned from; the run counted them.")
    held_out: int = field(description="Pictures that they were tested on; the run counted them, too.")
    chance: float = field(description=f"The accuracy of the answer that most pictures have. {ACCURACY}")
    top: int = field(description="Most activated channels of each class.")
    sets: int = field(description="Random sets per layer.")
    seed: int = field(description="Of pictures and sets.")
    layers: list[LayerProbe] = field(description="Lowest first.")

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Probe | None":
        """From rows of layer_probes; None without any."""
        if not rows:
            return None
        common = ("classes", "learning", "held_out", "chance", "top", "sets", "seed")
        layers = [LayerProbe(**{name: value for name, value in row.items() if name not in common}) for row in rows]
        return cls(**{name: rows[0][name] for name in common}, layers=layers)


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
