"""Groups of classes by WordNet id, by name if it is unique, or ad hoc by the indexes of their classes."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from queries.errors import NotFound, QueryError
from queries.lookup import find_classes, find_model
from queries.records import class_ids
from queries.store import Row, Store

GROUPS_A_TRANSACTION = 50
INDEXES = re.compile(r" *\d{1,9} *(, *\d{1,9} *)*", re.ASCII)


async def chosen_classes(store: Store, model: str, group: str | None, classes: Sequence[int] | None) -> list[int]:
    """The indexes of a group's classes, of a list, or of all classes of the model. Raises NotFound, QueryError.

    group  a WordNet id, a name, or indexes of classes separated by commas
    """
    if group is not None and classes is not None:
        raise QueryError(f"both a group ({group!r}) and classes are given; give one of them")
    if group is not None and INDEXES.fullmatch(group):
        classes = sorted({int(index) for index in group.split(",")})
    elif group is not None:
        return [int(index) for index in (await find_group(store, model, group))["classes"]]
    if classes is not None:
        return [int(row["index"]) for row in await find_classes(store, model, classes)]
    await find_model(store, model)
    return [int(row["index"]) for row in await store.run("find_classes", model=model, words=[], group=None)]


async def find_group(store: Store, model: str, named: str) -> Row:
    """The group as a row of groups.cypher. Raises NotFound, or QueryError with the groups that share a name."""
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
        raise QueryError(f"{len(found)} groups of {model} are called {named!r}; name one by its wnid: {candidates}")
    return found[0]


async def write_groups(store: Store, model: str, groups: Sequence[Mapping[str, Any]]) -> tuple[int, list[int]]:
    """Write the groups of a group list, with those classes that exist.

    groups  rows {wnid, name, classes}; classes are indexes, ascending
    Returns how many groups were created or changed, and the indexes of the listed classes that the model lacks.
    """
    classes = await store.run("find_classes", model=model, words=[], group=None) if groups else []
    present = {row["index"] for row in classes}
    found = {row["wnid"]: (row["name"], row["classes"]) for row in await store.run("groups", model=model)}
    wanted = {
        group["wnid"]: (group["name"], [index for index in group["classes"] if index in present]) for group in groups
    }
    changed = [
        {"id": f"{model}/{wnid}", "wnid": wnid, "name": name, "classes": class_ids(model, members)}
        for wnid, (name, members) in wanted.items()
        if found.get(wnid, (name, [])) != (name, members)
    ]
    for start in range(0, len(changed), GROUPS_A_TRANSACTION):
        await store.write("replace_groups", model=model, rows=changed[start : start + GROUPS_A_TRANSACTION])
    return len(changed), sorted({index for group in groups for index in group["classes"]} - present)
