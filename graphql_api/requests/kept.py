"""Answers kept for as long as the database is as it was, bounded in bytes.

Kept is what depends on the database alone: queries whose fields are all of types that are read from it, answered
without an error. Before an answer is given again, the database is asked for its revision (queries/revision.py): one
small question, shared by all requests that wait for it. A request that arrives after Summit Graph wrote something, in
whatever process, thus never gets what was true before it. Neo4j also tells of writes of other programs; ArcadeDB does
not.
"""

import asyncio
import gzip
import hashlib
from dataclasses import dataclass
from typing import Self

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    visit,
)
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import NotModifiedResponse
from starlette.types import Scope

from graphql_api.encoding import takes_gzip
from queries.errors import GraphError
from queries.revision import Revision, State
from queries.store import Store

MOST = 64 * 2**20  # bytes of all answers; a graph is some 40,000
LARGEST = 8  # an answer takes at most such a part of them
PACKED_FROM = 2_000  # bytes
PACKING = 6  # zlib's level; 9 costs twice the time for 1 %
OVERHEAD = 500  # bytes that an answer takes besides its own

ROOT = "Query"
ROOT_FIELDS = frozenset({"models", "model", "classes", "imageClass", "channel", "compare", "groups"})
OF_DATABASE = frozenset(  # types whose fields follow from the database; pictures lie on disk
    {
        *("Model", "Layer", "Embedding", "TrailPoint", "ProbabilityHistogram", "ClassConnection", "PageInfo"),
        *("ImageClass", "AttributionGraph", "GraphChannel", "GraphEdge", "GraphOrigin", "Channel", "ChannelUse"),
        *("SimilarClass", "ClassGroup", "Company", "LayerCompany", "Confusion"),
        *("SuggestedName", "Companion", "ChannelPlace", "Annotation"),
        *("ClassOutput", "OutputEdge", "Faithfulness", "LayerFaithfulness", "ChannelEffect", "ModelScore"),
        *("Probe", "LayerProbe", "Subset", "Likeness"),
        *("ComparedGraph", "ComparedChannel", "ComparedEdge", "LayerOverlap"),
    }
)


def is_of_database(schema: GraphQLSchema, document: DocumentNode) -> bool:
    """Whether all that a valid document can ask for follows from the database alone."""
    fields = _Fields(TypeInfo(schema))
    visit(document, TypeInfoVisitor(fields.types, fields))
    return fields.of_database


class _Fields(Visitor):
    """Looks at every field, those of all fragments and operations."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types, self.of_database = types, True

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: object) -> None:
        self.of_database &= node.operation is OperationType.QUERY

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent, name = self.types.get_parent_type(), node.name.value
        known = parent is not None and (
            parent.name in OF_DATABASE or (parent.name == ROOT and name in ROOT_FIELDS) or name == "__typename"
        )
        self.of_database &= known


def question_of(scope: Scope, body: bytes) -> bytes:
    """Digest of all that an answer depends on besides the database."""
    headers = Headers(scope=scope)
    parts = (
        scope["method"].encode(),
        scope["query_string"],
        headers.get("accept", "").encode(),
        headers.get("content-type", "").encode(),
        b"gzip" if takes_gzip(headers) else b"",
        body,
    )
    digest = hashlib.blake2b(digest_size=32)
    for part in parts:
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.digest()


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it goes to the client.

    body    compressed where `packed`
    tag     of the body, as in ETag
    fields  at the root of its operation, for the journal
    """

    body: bytes
    packed: bool
    tag: str
    fields: tuple[str, ...]

    @classmethod
    def of(cls, body: bytes, pack: bool, fields: tuple[str, ...]) -> Self:
        packed = pack and len(body) >= PACKED_FROM
        sent = gzip.compress(body, PACKING, mtime=0) if packed else body
        return cls(sent, packed, f'"{hashlib.blake2b(sent, digest_size=16).hexdigest()}"', fields)

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return len(self.body) + OVERHEAD

    def response(self, method: str, asked: Headers) -> Response:
        """A GET is answered with a tag, or with 304 if the client has the answer already; a POST always in full."""
        headers = {"vary": "accept, accept-encoding"}
        if self.packed:
            headers["content-encoding"] = "gzip"
        if method != "GET":
            return Response(self.body, headers=headers, media_type="application/json")
        headers |= {"cache-control": "private, no-cache", "etag": self.tag}
        answer = Response(self.body, headers=headers, media_type="application/json")
        tags = {each.strip().removeprefix("W/") for each in asked.get("if-none-match", "").split(",")}
        return NotModifiedResponse(answer.headers) if tags & {self.tag, "*"} else answer


class Answers:
    """The kept answers of one service.

    most   bytes of all of them, 0 to keep none
    size   bytes that they have now
    state  of the database that they are of; None where it is not known, or where something is being written
    given  answers that were given again
    """

    def __init__(self, store: Store, most: int = MOST) -> None:
        self.most, self.size, self.given = most, 0, 0
        self.state: State | None = None
        self._kept: dict[bytes, Answer] = {}
        self._asking = Asking(store)

    def __len__(self) -> int:
        return len(self._kept)

    async def find(self, question: bytes) -> Answer | None:
        """The answer, if the database is still as it was when it was computed."""
        if question not in self._kept:
            return None
        await self.look()
        found = self._kept.pop(question, None)
        if found is not None:
            self._kept[question] = found  # the last to be forgotten
            self.given += 1
        return found

    async def look(self) -> None:
        """Ask the database for its state; what is of another one is forgotten."""
        try:
            revision = await self._asking.ask()
        except GraphError:  # the request itself will report the error
            revision = None
        if revision is None or revision.state != self.state:
            self._kept.clear()
            self.size = 0
            self.state = revision.state if revision is not None and revision.settled else None

    async def begin(self) -> State | None:
        """The state to compute an answer in, for `keep`; None where it is unknown, or nothing is kept."""
        if self.most:
            await self.look()
        return self.state

    def may_keep(self, body: bytes, state: State | None) -> bool:
        """Whether an answer that was computed in that state can be kept at all."""
        return state is not None and len(body) + OVERHEAD <= self.most // LARGEST

    def keep(self, question: bytes, answer: Answer, state: State | None) -> None:
        """Keep an answer that was computed after the database was seen in that state, where it still counts as such."""
        if state is None or state != self.state or answer.size > self.most // LARGEST:
            return
        if (before := self._kept.pop(question, None)) is not None:
            self.size -= before.size
        self._kept[question] = answer
        self.size += answer.size
        while self.size > self.most:
            self.size -= self._kept.pop(next(iter(self._kept))).size


class Asking:
    """The question for the revision, asked once for all who wait. Nobody gets an answer from before their request."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._under_way: asyncio.Task[Revision | None] | None = None
        self._next: asyncio.Task[Revision | None] | None = None

    async def ask(self) -> Revision | None:
        """Raises StoreError."""
        if self._next is None:
            self._next = asyncio.create_task(self._after(self._under_way))
            self._next.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._next)

    async def _after(self, before: "asyncio.Task[Revision | None] | None") -> Revision | None:
        """Who comes from now on is in time for the question after this one."""
        if before is not None:
            await asyncio.wait([before])
        self._under_way, self._next = self._next, None
        return await self._store.revision()
