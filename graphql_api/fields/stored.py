"""Stored queries and their answers as the API tells them."""

import strawberry
from strawberry.scalars import JSON

from queries.library import StoredQuery as LibraryQuery
from queries.records import Table as TableRecord

field = strawberry.field


@strawberry.type(description="A parameter or a column of a stored query.")
class QueryField:
    name: str
    type: str


@strawberry.type(description="A stored query and its contract: Cypher, or for a few a function of the service.")
class StoredQuery:
    name: str
    about: str
    parameters: list[QueryField]
    returns: list[QueryField]
    units: str | None
    mode: str
    example: JSON = field(description="Parameters that answer on the published graphs.")
    text: str

    @classmethod
    def of(cls, query: LibraryQuery) -> "StoredQuery":
        return cls(
            name=query.name,
            about=query.about,
            parameters=[QueryField(name=name, type=kind) for name, kind in query.params.items()],
            returns=[QueryField(name=name, type=kind) for name, kind in query.returns.items()],
            units=query.units,
            mode=query.mode,
            example=JSON(dict(query.example)),
            text=query.text,
        )


@strawberry.type(description="Rows as they came from the database.")
class Table:
    columns: list[str]
    rows: list[list[JSON | None]]
    truncated: bool = field(description="There were more rows than the limit let through.")
    seconds: float
    note: str | None = field(description="Why a search did not come to its end, and what to do.")
    cursor: str | None = field(description="As a parameter of the same question: the search goes on from there.")

    @classmethod
    def of(cls, table: TableRecord) -> "Table":
        rows: list[list[JSON | None]] = [list(row) for row in table.rows]
        return cls(
            columns=list(table.columns),
            rows=rows,
            truncated=table.truncated,
            seconds=table.seconds,
            note=table.note,
            cursor=table.cursor,
        )
