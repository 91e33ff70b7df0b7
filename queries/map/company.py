"""The company a class keeps: of which groups its nearest classes at a layer are."""

from collections.abc import Sequence

from queries.errors import QueryError
from queries.groups import find_groups
from queries.lookup import find_layer
from queries.map.stored import GRAPHS, Source
from queries.store import Row, Store

MOST_NEIGHBOURS = 1000


async def keep_company(
    store: Store, class_id: str, layer: str, groups: Sequence[str], neighbours: int, source: Source | None
) -> list[tuple[Row, int]]:
    """Each group, in the order asked, and how many of the class's nearest classes at a layer are of it.

    groups  WordNet ids, or names that only one group has; a class of several of them counts for each
    source  what the model's classes are compared by (`find_source`)
    Raises NotFound for an unknown layer or group, QueryError for a number of neighbours that cannot be.
    """
    check_neighbours(neighbours)
    model = class_id.rpartition("/")[0]
    await find_layer(store, model, layer)
    found = await find_groups(store, model, groups)
    named = {"class": class_id, "source": source_name(source)}
    rows = await store.run("nearest_classes", **named, layer=layer, neighbours=neighbours)
    return counted(found, rows)


async def keep_company_by_layer(
    store: Store, class_id: str, groups: Sequence[str], neighbours: int, source: Source | None
) -> list[tuple[str, list[tuple[Row, int]]]]:
    """The same at every layer of the model, lowest first, by one search over all of them."""
    check_neighbours(neighbours)
    model = class_id.rpartition("/")[0]
    found = await find_groups(store, model, groups)
    named = {"class": class_id, "source": source_name(source)}
    nearest: dict[str, list[Row]] = {row["name"]: [] for row in await store.run("layers", model=model)}
    for row in await store.run("nearest_classes_by_layer", **named, neighbours=neighbours):
        nearest[row["layer"]].append(row)
    return [(layer, counted(found, rows)) for layer, rows in nearest.items()]


def check_neighbours(neighbours: int) -> None:
    if not 1 <= neighbours <= MOST_NEIGHBOURS:
        raise QueryError(f"neighbours is {neighbours}; expected 1 to {MOST_NEIGHBOURS}")


def source_name(source: Source | None) -> str:
    return source.name if source else GRAPHS


def counted(groups: Sequence[Row], nearest: Sequence[Row]) -> list[tuple[Row, int]]:
    """Each group, and how many of the nearest classes are of it."""
    near = {row["index"] for row in nearest}
    return [(group, len(near.intersection(group["classes"]))) for group in groups]
