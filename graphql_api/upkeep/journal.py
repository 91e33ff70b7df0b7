"""What is written down of every request: an id, what it asked for, how it ended, how long it took.

The id goes into the answer (`x-request-id`) and into every line of the log that the request causes.
"""

import logging
import re
import secrets
import time
from contextvars import ContextVar
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graphql_api.upkeep.metrics import Metrics

log = logging.getLogger("summit.requests")

GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
FAILED, CLIENT_GONE = 500, 499  # statuses where no answer was begun; the second is only ours
KINDS = {
    "graphql",
    "pictures",
    "export",
    "events",
    "health",
    "ready",
    "metrics",
}  # first parts of paths; the rest is the page


@dataclass(slots=True)
class JournalEntry:
    """One request.

    fields       what its GraphQL operation asks for, at the root
    of_database  whether the answer to it follows from the database alone
    """

    id: str
    fields: list[str] = field(default_factory=list)
    of_database: bool = False


CURRENT: ContextVar[JournalEntry | None] = ContextVar("request", default=None)


class Journal:
    """The application, with each of its requests measured, and logged where that is wanted."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        entry, began, status = JournalEntry(request_id(Headers(scope=scope))), time.perf_counter(), 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = entry.id
            await send(message)

        before = CURRENT.set(entry)
        try:
            await self.app(scope, receive, send_with_id)
            status = status or CLIENT_GONE
        finally:
            status = status or FAILED
            seconds = time.perf_counter() - began
            self.metrics.answered(kind_of(scope["path"]), status, seconds, entry.fields)
            about = {"method": scope["method"], "path": scope["path"], "status": status, "seconds": round(seconds, 4)}
            log.info("request", extra={**about, "fields": entry.fields})
            CURRENT.reset(before)


def request_id(headers: Headers) -> str:
    """The one that the request brings (`x-request-id`), or a new one where it brings none that can be logged."""
    given = headers.get("x-request-id", "")
    return given if GIVEN_ID.fullmatch(given) else secrets.token_hex(8)


def kind_of(path: str) -> str:
    """What a path leads to."""
    first = path.split("/")[1] if path.startswith("/") else ""
    return first if first in KINDS else "page"


def note_operation(document: DocumentNode, chosen: str | None, of_database: bool) -> None:
    """Keep what the chosen operation of a valid document asks for at the root, and where all it asks for comes from."""
    entry = CURRENT.get()
    if entry is None:
        return
    entry.of_database = of_database
    fragments = {part.name.value: part for part in document.definitions if isinstance(part, FragmentDefinitionNode)}
    found, seen = set(), set()
    waiting: list[SelectionSetNode] = [
        part.selection_set
        for part in document.definitions
        if isinstance(part, OperationDefinitionNode) and (chosen is None or (part.name and part.name.value == chosen))
    ]
    while waiting:
        for each in waiting.pop().selections:
            if isinstance(each, FieldNode):
                found.add(each.name.value)
            elif isinstance(each, InlineFragmentNode):
                waiting.append(each.selection_set)
            elif isinstance(each, FragmentSpreadNode) and each.name.value not in seen:
                seen.add(each.name.value)
                waiting.append(fragments[each.name.value].selection_set)
    entry.fields = sorted(found)


class WithRequest(logging.Filter):
    """Puts the id of the request under way on each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        if entry := CURRENT.get():
            record.request = entry.id
        return True
