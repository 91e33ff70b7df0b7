"""What a user asks of a stored query or a function, checked beyond its types, so that no answer is silently wrong."""

from collections.abc import Mapping
from typing import Any

from queries.compare import OPERATIONS, find_model
from queries.errors import NotFound, QueryError
from queries.library import StoredQuery
from queries.store import Store
from queries.values import check_sendable

AMOUNTS = {"limit": 2**31, "neighbours": 2**31, "draws": 1_000}  # numbers that say how much, and the most they may be
NAMED = ("class", "classes", "other", "others", "channel", "channels", "sources", "group", "ids")  # what holds ids


def whole(query: StoredQuery, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters, null where one that may be null is left out. Raises QueryError where they make no question."""
    given = {name: None for name, kind in query.params.items() if kind.endswith("?")} | dict(parameters)
    query.check(given)
    check_sendable(given)
    problem = nonsense(given)
    if problem:
        raise QueryError(f"{query.name}: {problem}")
    return given


def nonsense(given: Mapping[str, Any]) -> str | None:
    """What is wrong with values that have the right types, None if nothing is."""
    for name, most in AMOUNTS.items():
        if not 0 <= given.get(name, 0) <= most:
            return f"{name} is {given[name]}; it takes 0 to {most:,}"
    for name in NAMED:
        if len(set(ids := listed(given, name))) < len(ids):
            return f"{name} names {next(id for id in ids if ids.count(id) > 1)!r:.80} twice; name each once"
    classes = given.get("classes")
    if classes is not None and not classes:
        return "classes is empty; name one or more"
    if "first" in given and not 0 < given["first"] < len(classes or ()):
        return f"first is {given['first']}; of {len(classes or ())} classes it takes 1 or more and leaves 1 or more"
    if given.get("operation", OPERATIONS[0]) not in OPERATIONS:
        return f"operation is {given['operation']!r:.40}; it takes one of {', '.join(OPERATIONS)}"
    return None


def listed(given: Mapping[str, Any], name: str) -> list[str]:
    """The ids in a parameter, whether it holds one or many; none where it is not given."""
    value = given.get(name)
    return [value] if isinstance(value, str) else list(value or ())


async def require_known(store: Store, given: Mapping[str, Any]) -> None:
    """Raise NotFound for a model, class, channel or group that is not in the database: to count it would be wrong."""
    if "model" in given:
        await find_model(store, given["model"])
    strangers = {id for name in NAMED for id in listed(given, name)}
    for query in ("classes_by_id", "channels_by_id"):
        if strangers:
            strangers -= {row["id"] for row in await store.run(query, ids=sorted(strangers))}
    for model in {id.rpartition("/")[0] for id in strangers}:
        strangers -= {row["id"] for row in await store.run("groups", model=model)}
    if strangers:
        raise NotFound(
            f"nothing in the database is called {min(strangers)!r:.80}; a class is named <model>/<index>, a channel "
            "<model>/<layer>/<index>, a group <model>/<wnid>"
        )
