"""GraphQL documents from text: parsed, measured and validated with bounded work, and kept while they are asked again.

Validation runs in a thread of its own, so that pages, pictures and signals are not kept waiting by a large document.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from graphql_api.requests.kept import is_of_database
from graphql_api.requests.limits import MOST_CHARACTERS, MOST_TOKENS, check_size
from graphql_api.upkeep.journal import note_operation

KEPT_CHARACTERS = 300_000  # of all documents that are kept; the page's own have some 10,000
EACH = 1_000  # characters that a kept document counts besides its own, so that many small ones are not kept, either
MOST_ERRORS = 5  # of one document
RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
READER = ThreadPoolExecutor(1, "documents")


@dataclass(frozen=True, slots=True)
class Reading:
    """A document and what is wrong with it, nothing where it has no fault.

    of_database  whether it has none, and all that it asks for follows from the database alone
    """

    document: DocumentNode
    faults: tuple[GraphQLError, ...]
    of_database: bool


def read(schema: GraphQLSchema, text: str) -> Reading:
    """Parse, measure, validate. Raises GraphQLError for what is no document, or too large a one."""
    document = parse(text, max_lexical_tokens=MOST_TOKENS, max_comments=MOST_TOKENS, max_source_length=MOST_CHARACTERS)
    check_size(document)
    faults = validate(schema, document, RULES, max_errors=MOST_ERRORS)
    of_database = not faults and is_of_database(schema, document)
    return Reading(document, tuple(callers_fault(fault) for fault in faults), of_database)


def callers_fault(fault: GraphQLError) -> GraphQLError:
    """A fault of the document, also where a value in it made its conversion fail: a number of 5,000 digits, say."""
    if fault.original_error is None or isinstance(fault.original_error, GraphQLError):
        return fault
    return GraphQLError("a value in the document cannot be read; is a number too long?", fault.nodes)


class Shelf:
    """Documents without fault by their text, the least recently asked for forgotten first.

    most  characters of all of them, EACH for each included
    size  characters that they have now
    """

    def __init__(self, most: int = KEPT_CHARACTERS) -> None:
        self.most, self.size = most, 0
        self.kept: dict[tuple[GraphQLSchema, str], Reading] = {}
        self._texts: dict[str, str] = {}  # of the same documents, by digest

    async def find(self, schema: GraphQLSchema, text: str) -> Reading:
        """Raises GraphQLError as read does."""
        found = self.kept.get((schema, text))
        if found is None:
            found = await asyncio.get_running_loop().run_in_executor(READER, read, schema, text)
        if not found.faults:
            self._keep(schema, text, found)
        return found

    def _keep(self, schema: GraphQLSchema, text: str, found: Reading) -> None:
        """Keep a document as the last that was asked for."""
        if self.kept.pop((schema, text), None) is None:
            self.size += EACH + len(text)
            self._texts[sha256_of(text)] = text
        self.kept[schema, text] = found
        while self.size > self.most:
            oldest = next(iter(self.kept))
            del self.kept[oldest]
            self.size -= EACH + len(oldest[1])
            self._texts.pop(sha256_of(oldest[1]), None)

    def by_digest(self, digest: str) -> str | None:
        """The text of a kept document by its SHA-256 in hexadecimal digits; None for any other."""
        return self._texts.get(digest)


def sha256_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


SHELF = Shelf()


class BoundedDocuments(SchemaExtension):
    """In place of the schema's own parsing and validation."""

    faults: tuple[GraphQLError, ...] = ()

    async def on_parse(self) -> AsyncIterator[None]:
        asked = self.execution_context
        if asked.query:
            chosen = asked.operation_name  # without one, and with a document, this would be the first operation's
            found = await SHELF.find(asked.schema._schema, asked.query)
            if chosen is None:
                refuse_several(found.document)
            asked.graphql_document, self.faults = found.document, found.faults
            if not found.faults:
                note_operation(found.document, chosen, found.of_database)
        yield

    def on_validate(self) -> Iterator[None]:
        self.execution_context.pre_execution_errors = list(self.faults)
        yield


def refuse_several(document: DocumentNode) -> None:
    """Raises GraphQLError for a document whose operation nobody chose."""
    operations = [part for part in document.definitions if isinstance(part, OperationDefinitionNode)]
    if len(operations) > 1:
        names = ", ".join(each.name.value[:60] for each in operations if each.name) or "none has a name"
        raise GraphQLError(f"the document has {len(operations)} operations; choose one by operationName ({names})")
