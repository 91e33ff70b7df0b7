"""What fields of channels and classes look up for many of them at once; each takes objects that have an `id`."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from graphql_api.context import Context
from graphql_api.fields.groups import ClassGroup
from graphql_api.fields.model import ProbabilityHistogram
from graphql_api.fields.pictures import Pictures
from queries.notes.record import id_of_channel, id_of_class
from queries.pictures import folder_named


class HasId(Protocol):
    """A channel or a class."""

    @property
    def id(self) -> str: ...


async def are_excluded(channels: Sequence[HasId], context: Context) -> list[bool]:
    rows = await context.channels.load_many([each.id for each in channels])
    return [bool(row and row["excluded"]) for row in rows]


async def class_counts(channels: Sequence[HasId], context: Context) -> list[int]:
    rows = await context.channels.load_many([each.id for each in channels])
    return [int(row["class_count"]) if row else 0 for row in rows]


async def pictures_of(channels: Sequence[HasId], context: Context) -> list[Pictures | None]:
    owners = [each.id.rsplit("/", 2)[0] for each in channels]
    models = sorted(set(owners))
    rows = zip(models, await context.models.load_many(models), strict=True)
    folders = {model: folder_named(row["pictures"]) for model, row in rows if row and row["pictures"]}
    return [
        Pictures(folder=folders[owner], channel=each.id) if owner in folders else None
        for owner, each in zip(owners, channels, strict=True)
    ]


def written(
    what: str, id_of: Callable[[str], str]
) -> Callable[[Sequence[HasId], Context], Awaitable[list[str | None]]]:
    """A look-up of what people wrote: "name" or "note". id_of  from an object's id to its annotation's"""

    async def find(objects: Sequence[HasId], context: Context) -> list[str | None]:
        rows = await context.annotations.load_many([id_of(each.id) for each in objects])
        return [row[what] if row else None for row in rows]

    return find


own_names = written("name", id_of_channel)
notes_on_channels = written("note", id_of_channel)
notes_on_classes = written("note", id_of_class)


async def groups_of(classes: Sequence[HasId], context: Context) -> list[list[ClassGroup]]:
    of_class = await context.groups.load_many([each.id for each in classes])
    return [[ClassGroup(**row) for row in rows] for rows in of_class]


async def histograms(classes: Sequence[HasId], context: Context) -> list[ProbabilityHistogram | None]:
    return list(map(ProbabilityHistogram.of, await context.statistics.load_many([each.id for each in classes])))
