"""Everything that can go wrong in the database layer, as one tree.

    GraphError
    ├── QueryError              a stored query is unknown, misused or malformed, or an argument is invalid
    │   └── StatementRefused    a user's own statement would do more than read the graph
    ├── NotFound                a model, class, channel or group that is not in the database
    ├── Conflict                the entry was changed by someone else in the meantime
    ├── DataError               files or records with unexpected content
    └── StoreError              the database cannot do what was asked
        ├── StoreUnreachable    nothing answers at the address
        ├── StoreRefused        the address answers, but not to these credentials
        ├── StoreBusy           a limit on time or memory was reached
        └── EngineError         the built-in engine cannot start or stop

A message names the thing, the place, what was expected and what to do. Interfaces map the class to a code; none parses
a message.
"""

from typing import ClassVar


def first_line(error: BaseException) -> str:
    """The first line of an error's message, or its class if there is none."""
    said = (getattr(error, "message", None) or str(error)).strip()
    return str(said.splitlines()[0]) if said else type(error).__name__


class GraphError(Exception):
    """Root of the tree; `code` is the stable name that interfaces show with the message."""

    code: ClassVar[str] = "GRAPH_ERROR"


class QueryError(GraphError):
    code = "BAD_QUERY"


class StatementRefused(QueryError):
    code = "STATEMENT_REFUSED"


class NotFound(GraphError):
    code = "NOT_FOUND"


class Conflict(GraphError):
    code = "CONFLICT"


class DataError(GraphError):
    code = "BAD_DATA"


class StoreError(GraphError):
    code = "STORE_ERROR"


class StoreUnreachable(StoreError):
    code = "STORE_UNREACHABLE"


class StoreRefused(StoreError):
    code = "STORE_REFUSED"


class StoreBusy(StoreError):
    code = "STORE_BUSY"


class EngineError(StoreError):
    code = "ENGINE_ERROR"
