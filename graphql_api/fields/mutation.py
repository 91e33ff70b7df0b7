"""What the API can change; a request without permission gets the reason."""

import time

import strawberry

from graphql_api.context import ContextInfo
from graphql_api.errors import Forbidden
from graphql_api.fields.graphs.score import Score, score_of
from graphql_api.fields.groups import ClassGroup
from graphql_api.fields.notes import Annotation, AnnotationKind
from queries.errors import QueryError
from queries.graphs.extraction import Cut, Walk, extract_model
from queries.groups import keep_group, remove_group
from queries.integrity.check import damages_by_totals, told
from queries.notes.record import Annotation as Written
from queries.notes.record import Kind
from queries.notes.stored import keep_annotation, remove_annotation
from queries.work.awaited import announced_if_long

MOST_EXTRACTED = 20  # classes of one request: a few seconds each


def require_rights(info: ContextInfo) -> None:
    """Raises Forbidden for a request that may change nothing."""
    if info.context.read_only:
        raise Forbidden(info.context.read_only)


@strawberry.type(description="What an extraction did.")
class Extraction:
    model: strawberry.Private[str]
    written: int = strawberry.field(description="Classes whose attribution graph was replaced.")
    unchanged: int = strawberry.field(description="Classes that had this graph already.")
    variant: str = strawberry.field(description="What computed PageRank: procedure, portable or gds.")
    seconds: float

    @strawberry.field(
        description="The quick check that `summit extract` ends with, done when this is asked for; seconds for 1,000 "
        "graphs. What of the whole model is not all there any more, each with the command that mends it."
    )
    async def damages(self, info: ContextInfo) -> list[str]:
        return told(await damages_by_totals(info.context.store, self.model))


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Compute personalized PageRank of some classes from their counts, keep it, and replace their "
        "stored attribution graphs, each in one transaction. `threshold` is in percent of a layer's PageRank (of the "
        "network's where `unified`), 1 to 50; `step` is what it is raised by where a layer would have no edge. The "
        "graphs by the other `score` stay as they are."
    )
    async def extract(
        self,
        info: ContextInfo,
        model: strawberry.ID,
        classes: list[int],
        threshold: float = 7.5,
        unified: bool = False,
        step: float = 0.5,
        dead_ends: bool = True,
        damping: float = 0.85,
        score: Score = Score.ACTIVATION,
    ) -> Extraction:
        require_rights(info)
        if not 0 < len(set(classes)) <= MOST_EXTRACTED:
            raise QueryError(
                f"{len(set(classes))} classes; a request extracts 1 to {MOST_EXTRACTED}, `summit extract` all of them"
            )
        started = time.perf_counter()
        async with announced_if_long(info.context.home, "extract", model) as progress:
            done = await extract_model(
                info.context.store,
                model,
                classes=classes,
                walk=Walk(damping),
                cut=Cut(threshold, unified, step, dead_ends),
                score=score_of(score),
                progress=progress,
            )
        return Extraction(
            model=model,
            written=done.written,
            unchanged=done.unchanged,
            variant=done.variant,
            seconds=time.perf_counter() - started,
        )

    @strawberry.mutation(
        description="Name and keep a group of classes put together by hand. The same name and classes again change "
        "nothing; a name that another group has is refused."
    )
    async def keep_group(self, info: ContextInfo, model: strawberry.ID, name: str, classes: list[int]) -> ClassGroup:
        require_rights(info)
        return ClassGroup(**await keep_group(info.context.store, model, name, classes))

    @strawberry.mutation(description="Remove a group put together by hand; false where there is none of that id.")
    async def remove_group(self, info: ContextInfo, model: strawberry.ID, group: strawberry.ID) -> bool:
        require_rights(info)
        return await remove_group(info.context.store, model, group)

    @strawberry.mutation(
        description="Keep a name (at most 60 characters), a note (4,000) or a view in place of what is kept for its "
        "target. `expected` is the revision of what the change is based on, null where nothing was kept: where other "
        "contents are kept by now, the change is refused with CONFLICT. A view has a key of your making as its target, "
        "a name, an address, and perhaps a picture of at most 60,000 bytes."
    )
    async def keep_annotation(
        self,
        info: ContextInfo,
        model: strawberry.ID,
        kind: AnnotationKind,
        target: str,
        name: str | None = None,
        note: str | None = None,
        address: str | None = None,
        picture: str | None = None,
        expected: str | None = None,
    ) -> Annotation:
        require_rights(info)
        given = Written(model, Kind(kind.value), target, name, note, address, picture)
        return Annotation.of((await keep_annotation(info.context.store, given, expected)).properties)

    @strawberry.mutation(
        description="Remove what is kept for a target, if its revision is the one that is `expected`; false where "
        "nothing is kept."
    )
    async def remove_annotation(
        self, info: ContextInfo, model: strawberry.ID, kind: AnnotationKind, target: str, expected: str
    ) -> bool:
        require_rights(info)
        return await remove_annotation(info.context.store, model, Kind(kind.value), target, expected)
