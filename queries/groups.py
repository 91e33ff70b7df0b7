"""Groups of classes by WordNet id, by name if it is unique, or ad hoc by the indexes of their classes."""

import re
import shlex
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass

from queries.errors import NotFound, QueryError
from queries.lookup import find_classes, find_model
from queries.records import Record, class_ids, digest_of
from queries.revision import lock
from queries.store import Row, Step, Store
from queries.values import counted, is_visible, unseen

GROUPS_A_TRANSACTION = 50
LONGEST_NAME = 100  # of a group put together by hand
Turns = Generator[Step, list[Row] | None, None]
INDEXES = re.compile(r" *\d{1,9} *(, *\d{1,9} *)*", re.ASCII)


async def chosen_classes(store: Store, model: str, group: str | None, classes: Sequence[int] | None) -> list[int]:
    """The indexes of a group's classes, of a list, or of all classes of the model. Raises NotFound, QueryError.

    group  a WordNet id, a name, or indexes of classes separated by commas
    A list or a group without classes is refused: what is made of no classes says nothing.
    """
    if group is not None and classes is not None:
        raise QueryError(f"both a group ({group!r}) and classes are given; give one of them")
    if group is not None and INDEXES.fullmatch(group):
        classes = sorted({int(index) for index in group.split(",")})
    elif group is not None:
        members = [int(index) for index in (await find_group(store, model, group))["classes"]]
        if not members:
            raise QueryError(f"the group {group!r} of {model} has no classes; name another one")
        return members
    if classes is not None and not classes:
        raise QueryError("the list of classes is empty; name one or more, or leave the list out")
    if classes is not None:
        return [int(row["index"]) for row in await find_classes(store, model, classes)]
    await find_model(store, model)
    return [int(row["index"]) for row in await store.run("find_classes", model=model, words=[], group=None)]


async def with_graphs(store: Store, model: str, classes: Sequence[int]) -> list[int]:
    """Those of some classes that have an attribution graph: no other can have a channel, an edge or a motif.

    Raises QueryError where there are some and none has a graph.
    """
    if not classes:
        return []
    rows = await store.run("classes_with_graph_among", classes=class_ids(model, classes))
    having = {row["index"] for row in rows}
    found = [index for index in classes if index in having]
    if not found:
        listed = ", ".join(map(str, classes[:5])) + (", ..." if len(classes) > 5 else "")
        raise QueryError(
            f"none of the classes {listed} of {model} has an attribution graph; `summit extract {shlex.quote(model)}` "
            "makes them from counts"
        )
    return found


async def find_group(store: Store, model: str, named: str) -> Row:
    """The group as a row of groups.cypher. Raises NotFound, or QueryError that lists the groups that share a name."""
    return (await find_groups(store, model, [named]))[0]


async def find_groups(store: Store, model: str, names: Sequence[str]) -> list[Row]:
    """The same for several groups, in the order asked. Raises QueryError also for a group that is named twice."""
    groups = await store.run("groups", model=model)
    if names and not groups:
        await find_model(store, model)
    found: dict[str, Row] = {}
    for named in names:
        group = named_among(groups, model, named)
        if group["id"] in found:
            raise QueryError(f"the group {named!r:.80} is named twice; name each once")
        found[group["id"]] = group
    return list(found.values())


def named_among(groups: Sequence[Row], model: str, named: str) -> Row:
    """The one group of that id, WordNet id or name. Raises NotFound, QueryError."""
    found = [group for group in groups if named in (group["id"], group["wnid"])] or [
        group for group in groups if group["name"] == named
    ]
    if not found:
        near = [group["name"] for group in groups if named.lower() in group["name"].lower()]
        hint = f"; did you mean {', '.join(near[:5])}?" if near else ""
        if not groups:
            hint = f"; `summit groups {shlex.quote(model)} LIST` gives it groups"
        raise NotFound(f"model {model} has no group {named!r} among its {len(groups)}{hint}")
    if len(found) > 1:
        candidates = ", ".join(
            f"{group['wnid'] or group['id']} ({counted(len(group['classes']), 'class')})" for group in found
        )
        raise QueryError(f"{len(found)} groups of {model} are called {named!r}; name one by its wnid: {candidates}")
    return found[0]


async def keep_group(store: Store, model: str, name: str, classes: Sequence[int]) -> Row:
    """A group put together by hand, as a row of groups.cypher; the same name and classes again change nothing.

    It has an id of its own and no WordNet id. Raises NotFound for an unknown model or class, QueryError for a name that
    is empty, too long or taken by other classes, and for no classes.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or INDEXES.fullmatch(name) or unseen(name) or not is_visible(name):
        raise QueryError(
            f"{name!a:.80} cannot name a group; expected 1 to {LONGEST_NAME} characters that can be seen, not only "
            "indexes, and none that controls how text is shown"
        )
    if not classes:
        raise QueryError(f"the group {name!r} has no classes; name one or more")
    members = sorted({int(row["index"]) for row in await find_classes(store, model, [*dict.fromkeys(classes)])})
    row = {"id": f"{model}/by-hand-{digest_of(name)}", "wnid": None, "name": name}

    def there(groups: Iterable[Row]) -> Row | None:
        """The group, where it is there already. Raises QueryError where another one is called so."""
        found = next((group for group in groups if name in (group["name"], group["wnid"], group["id"])), None)
        if found is not None and (found["wnid"] is not None or found["classes"] != members):
            raise QueryError(
                f"{model} has a group {name!r} already, with {counted(len(found['classes']), 'class')}; choose another "
                "name"
            )
        return found

    def turns() -> Turns:
        yield lock()
        if there((yield "groups", {"model": model}) or ()) is None:
            yield "replace_groups", {"model": model, "rows": [{**row, "classes": class_ids(model, members)}]}

    if found := there(await store.run("groups", model=model)):
        return found
    await store.write_in_turn(turns)
    return {**row, "classes": members}


async def remove_group(store: Store, model: str, id: str) -> bool:
    """Remove a group put together by hand; whether it was there. Raises QueryError for a group from a list."""
    removed: list[bool] = []

    def is_there(groups: Iterable[Row]) -> bool:
        found = next((group for group in groups if group["id"] == id), None)
        if found is not None and found["wnid"] is not None:
            raise QueryError(
                f"{found['name']!r} comes from a group list; only groups put together by hand can be removed"
            )
        return found is not None

    def turns() -> Turns:
        yield lock()
        removed[:] = [is_there((yield "groups", {"model": model}) or ())]
        if removed[0]:
            yield "remove_group", {"model": model, "group": id}

    if not is_there(await store.run("groups", model=model)):
        await find_model(store, model)
        return False
    await store.write_in_turn(turns)
    return removed[0]


@dataclass(frozen=True, slots=True)
class Written:
    """What a group list led to.

    written   groups that were created or changed
    left_out  groups that were not there, and none of whose classes the model has
    lacking   indexes of the listed classes that the model lacks
    """

    written: int
    left_out: int
    lacking: list[int]


async def write_groups(store: Store, model: str, groups: Sequence[Record]) -> Written:
    """Write the groups of a group list, with those classes that exist.

    groups  rows {wnid, name, classes}; classes are indexes, ascending
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
    left_out = sum(not members and wnid not in found for wnid, (_, members) in wanted.items())
    lacking = sorted({index for group in groups for index in group["classes"]} - present)
    return Written(len(changed), left_out, lacking)
