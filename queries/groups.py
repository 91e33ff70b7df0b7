"""Groups of classes by WordNet id, by name where the name is unique, or ad hoc by the indexes of their classes."""

import re
from collections.abc import Sequence

from queries.compare import find_classes, find_model
from queries.errors import NotFound, QueryError
from queries.store import Row, Store

INDEXES = re.compile(r" *\d{1,9} *(, *\d{1,9} *)*", re.ASCII)


async def chosen_classes(store: Store, model: str, group: str | None, classes: Sequence[int] | None) -> list[int]:
    """The indexes of a group's classes, of a list, or of all classes of the model. Raises NotFound, QueryError.

    group  a WordNet id, a name, or indexes of classes separated by commas
    """
    if group is not None and classes is not None:
        raise QueryError(f"both a group ({group!r}) and classes are named; name one of them")
    if group is not None and INDEXES.fullmatch(group):
        classes = sorted({int(index) for index in group.split(",")})
    elif group is not None:
        return [int(index) for index in (await find_group(store, model, group))["classes"]]
    if classes is not None:
        return [int(row["index"]) for row in await find_classes(store, model, classes)]
    await find_model(store, model)
    return [int(row["index"]) for row in await store.run("find_classes", model=model, words=[], group=None)]


async def find_group(store: Store, model: str, named: str) -> Row:
    """The group as a row of groups.cypher. Raises NotFound, or QueryError that lists the groups that share a name."""
    groups = await store.run("groups", model=model)
    found = [group for group in groups if group["wnid"] == named] or [
        group for group in groups if group["name"] == named
    ]
    if not found:
        await find_model(store, model)
        near = [group["name"] for group in groups if named.lower() in group["name"].lower()]
        hint = f"; did you mean {', '.join(near[:5])}?" if near else ""
        raise NotFound(f"model {model} has no group {named!r} among its {len(groups)}{hint}")
    if len(found) > 1:
        candidates = ", ".join(f"{group['wnid']} ({len(group['classes'])} classes)" for group in found)
        raise QueryError(f"{len(found)} groups of {model} are called {named!r}: name one by its wnid: {candidates}")
    return found[0]
