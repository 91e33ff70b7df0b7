"""Names, notes and saved views."""

from enum import Enum

import strawberry

from graphql_api.context import Context, Values, looked_up
from queries.store import Row

field = strawberry.field


@strawberry.enum(description="What is written about.")
class AnnotationKind(Enum):
    CHANNEL = "CHANNEL"
    CLASS = "CLASS"
    VIEW = "VIEW"


async def pictures_of_views(annotations: Values, context: Context) -> list[str | None]:
    views = [each.id for each in annotations if each.kind is AnnotationKind.VIEW]
    rows = dict(zip(views, await context.annotations.load_many(views), strict=True))
    return [row["picture"] if (row := rows.get(each.id)) else None for each in annotations]


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
