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
    if not 1 <= neighbours <= MOST_NEIGHBOURS:
        raise QueryError(f"neighbours is {neighbours}; expected 1 to {MOST_NEIGHBOURS}")
    model = class_id.rpartition("/")[0]
    await find_layer(store, model, layer)
    found = await find_groups(store, model, groups)
    name = source.name if source else GRAPHS
    rows = await store.run("nearest_classes", **{"class": class_id}, layer=layer, source=name, neighbours=neighbours)
    near = {row["index"] for row in rows}
    return [(group, len(near.intersection(group["classes"]))) for group in found]
