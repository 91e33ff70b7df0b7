"""The questions the API answers. Resolvers run, convert and return; anything longer lives in queries/."""

import strawberry
from strawberry.scalars import JSON

from graphql_api.context import ContextInfo
from graphql_api.errors import SpeakingSchema
from graphql_api.fields.graphs.comparison import ComparedGraph, SetOperation, to_compared
from graphql_api.fields.graphs.score import Score, score_of
from graphql_api.fields.groups import ClassGroup
from graphql_api.fields.listing import BY_DROP, ClassConnection, ClassOrder, ordered
from graphql_api.fields.model import Model
from graphql_api.fields.motifs import MotifConnection, MotifGroup, MotifShape, to_motif
from graphql_api.fields.mutation import Mutation
from graphql_api.fields.paging import page
from graphql_api.fields.stored import StoredQuery, Table
from graphql_api.fields.types import Channel, ImageClass
from graphql_api.requests.documents import BoundedDocuments
from graphql_api.requests.execution import ColumnExecution
from queries.ask.functions import ask_table, readable
from queries.errors import NotFound, QueryError
from queries.graphs.compare import compare
from queries.groups import chosen_classes, find_group
from queries.lookup import find_classes, find_layer, find_model
from queries.motifs.mining import CHAIN, MOST_BY_CLASS, Question, mine
from queries.motifs.search import Budget, name_of
from queries.work.awaited import announced_if_long

EVERY = 1_000_000  # as a limit: all of them
LISTING_COST, STORED_COST = 10, 25  # simple queries that take as long as a list of classes, as a stored query may take


@strawberry.type
class Query:
    @strawberry.field(description="All models in the database.")
    async def models(self, info: ContextInfo) -> list[Model]:
        return [Model.of(row) for row in await info.context.store.run("models")]

    @strawberry.field(description="One model, null if there is none of that id.")
    async def model(self, info: ContextInfo, id: strawberry.ID) -> Model | None:
        row = await info.context.models.load(id)
        return Model.of(row) if row else None

    @strawberry.field(
        description="Classes whose name, WordNet id or index holds every word of `search`; orders by `drop` are about "
        "graphs by `score`."
    )
    async def classes(
        self,
        info: ContextInfo,
        model: strawberry.ID,
        search: str | None = None,
        group: str | None = None,
        order_by: ClassOrder = ClassOrder.INDEX,
        similar_to: int | None = None,
        layer: str | None = None,
        first: int = 50,
        after: str | None = None,
        score: Score = Score.ACTIVATION,
    ) -> ClassConnection:
        store = info.context.store
        info.context.count_query(LISTING_COST)
        await find_model(store, model)
        group_id = (await find_group(store, model, group))["id"] if group is not None else None
        found = await store.run("find_classes", model=model, words=(search or "").split(), group=group_id)
        similarities: dict[str, float] = {}
        if layer is not None:
            if similar_to is None:
                raise QueryError("layer goes with similarTo, the index of the class to compare with at that layer")
            await find_layer(store, model, layer)
        if similar_to is not None:
            (reference,) = await find_classes(store, model, [similar_to])
            rows = await store.run("similar_classes", **{"class": reference["id"]}, layer=layer, limit=EVERY)
            similarities = {reference["id"]: 1.0} | {row["class"]: row["similarity"] for row in rows}
        checked = await info.context.checked.load((model, score_of(score))) if order_by in BY_DROP else {}
        drops = {id: row["drop"] for id, row in checked.items()}
        classes = ordered(found, order_by, similarities, drops)
        taken, page_info = page(classes, first, after, name_of(*[row["id"] for row in classes]))
        nodes = [ImageClass.of(row, similarities.get(row["id"], 0.0) if similarities else None) for row in taken]
        return ClassConnection(nodes=nodes, total_count=len(found), page_info=page_info)

    @strawberry.field(description="One class by its index in the network's output.")
    async def image_class(self, info: ContextInfo, model: strawberry.ID, index: int) -> ImageClass | None:
        return ImageClass.of((await find_classes(info.context.store, model, [index]))[0])

    @strawberry.field(description='One channel by its id, "<model>/<layer>/<index>".')
    async def channel(self, info: ContextInfo, id: strawberry.ID) -> Channel | None:
        row = await info.context.channels.load(id)
        if row is None:
            raise NotFound(f'no channel {id!r}; an id is "<model>/<layer>/<index>"')
        return Channel.of(row["id"])

    @strawberry.field(
        description="Set algebra over two or more classes' attribution graphs, all by one `score`; refused where a "
        "class has no such graph."
    )
    async def compare(
        self,
        info: ContextInfo,
        model: strawberry.ID,
        classes: list[int],
        operation: SetOperation,
        at_least: int | None = None,
        score: Score = Score.ACTIVATION,
    ) -> ComparedGraph:
        info.context.count_query(max(1, len(classes)))  # graphs
        found = await compare(info.context.store, model, classes, operation.name, at_least, score_of(score))
        return to_compared(found, score_of(score))

    @strawberry.field(
        description="Motifs that at least a share `minSupport` of a group, of a list or of all classes have, and at "
        "least two. `channel` keeps those around one channel; a search ends after `seconds`, reading the "
        "graphs included, and continues from its `cursor`. Reading alone may take up to 10 s even if `seconds` is less."
    )
    async def motifs(
        self,
        info: ContextInfo,
        model: strawberry.ID,
        group: str | None = None,
        classes: list[int] | None = None,
        against: MotifGroup | None = None,
        shape: MotifShape = MotifShape.CLOSED,
        min_support: float = 0.5,
        length: int = CHAIN,
        channel: strawberry.ID | None = None,
        seconds: float = 10.0,
        cursor: str | None = None,
        first: int = 20,
        after: str | None = None,
    ) -> MotifConnection:
        store = info.context.store
        among = await chosen_classes(store, model, group, classes)
        other = await chosen_classes(store, model, against.group, against.classes) if against is not None else None
        rare = against.max_support if against is not None else 1.0
        info.context.count_query(min(MOST_BY_CLASS, max(1, len(among) + len(other or ()))))  # graphs, or a scan
        question = Question(model, among, shape.name, min_support, other, rare, length, channel, cursor)
        async with announced_if_long(info.context.home, "motifs", model, limit=seconds) as progress:
            progress("searching", 0, 0)
            mined = await mine(store, question, Budget(seconds))
        taken, page_info = page(mined, first, after, mined.mark)
        return MotifConnection(
            nodes=[to_motif(motif, mined.classes) for motif in taken],
            total_count=len(mined),
            page_info=page_info,
            class_count=mined.classes,
            against_count=mined.against,
            complete=mined.found.complete,
            note=mined.found.note,
            cursor=mined.found.cursor,
        )

    @strawberry.field(
        description="Run a Cypher statement that only reads the graph; the database refuses whatever would do more."
    )
    async def cypher(self, info: ContextInfo, statement: str, parameters: JSON | None = None) -> Table:
        return Table.of(await info.context.guard.run(statement, as_object(parameters)))

    @strawberry.field(description="Groups of classes, e.g. bear, mammal, vehicle, by name.")
    async def groups(self, info: ContextInfo, model: strawberry.ID, search: str | None = None) -> list[ClassGroup]:
        await find_model(info.context.store, model)
        rows = await info.context.store.run("groups", model=model)
        return [ClassGroup(**row) for row in rows if (search or "").lower() in row["name"].lower()]

    @strawberry.field(description="The stored queries that read, with their contracts.")
    def stored_queries(self) -> list[StoredQuery]:
        return [StoredQuery.of(query) for query in readable().values()]

    @strawberry.field(description="Run a stored query; `parameters` is an object with exactly its parameters.")
    async def stored_query(self, info: ContextInfo, name: str, parameters: JSON | None = None) -> Table:
        given = as_object(parameters)
        longest = max((len(value) for value in given.values() if isinstance(value, list)), default=0)
        info.context.count_query(min(MOST_BY_CLASS, max(STORED_COST, longest)))
        return Table.of(await ask_table(info.context.store, name, given))


def as_object(parameters: JSON | None) -> dict[str, object]:
    """The parameters of a query, of any JSON that a caller may give; raises QueryError."""
    given: object = {} if parameters is None else parameters
    if not isinstance(given, dict):
        raise QueryError(f"parameters is {given!r:.60}; expected an object of names and values")
    return given


schema = SpeakingSchema(Query, Mutation, extensions=[BoundedDocuments], execution_context_class=ColumnExecution)
