"""Checks of a user's parameters beyond their types, so that no answer is silently wrong."""

from collections import Counter
from collections.abc import Collection, Mapping
from operator import itemgetter

from queries.errors import NotFound, QueryError
from queries.graphs.compare import OPERATIONS
from queries.graphs.scored import require_counts
from queries.library import StoredQuery
from queries.lookup import find_layer, find_model
from queries.records import Record, Score
from queries.store import Store
from queries.values import MOST_COUNT, check_sendable, counted

AMOUNTS = {  # numbers that say how many, and their maximum
    "limit": MOST_COUNT,
    "neighbours": MOST_COUNT,
    "draws": 1_000,
    "length": 64,
}
KINDS = {  # the kind of ids that a parameter holds, by its name
    **dict.fromkeys(("class", "classes", "other", "others", "part"), "class"),
    **dict.fromkeys(("channel", "channels", "sources"), "channel"),
    **dict.fromkeys(("group", "against"), "group"),
}
FORMS = {"class": "<model>/<index>", "channel": "<model>/<layer>/<index>", "group": "<model>/<wnid>"}
SCORES = tuple(score.value for score in Score)
LAYERS = ("layer", "lower", "upper")
ROWS_OF_IDS = {  # each id's own rows, so that ids of several models may stand side by side
    "channels_by_id",
    "class_groups",
    "class_statistics",
    "classes_by_id",
    "graph_cuts",
    "graph_edges",
    "graph_resamples",
    "graph_vertices",
}


def checked_parameters(query: StoredQuery, parameters: Mapping[str, object]) -> Record:
    """The parameters, with null for optional ones that are left out. Raises QueryError for values out of range."""
    given = {name: None for name, kind in query.params.items() if kind.endswith("?")} | dict(parameters)
    query.check(given)
    check_sendable(given)
    if problem := too_large(query, given) or out_of_range(given):
        raise QueryError(f"{query.name}: {problem}")
    return given


def too_large(query: StoredQuery, given: Record) -> str | None:
    """Which whole number is larger than both engines can count; None if none is. A seed never reaches them."""
    for name in query.params.keys() - {"seed"}:
        values = given[name] if isinstance(given[name], (list, tuple)) else [given[name]]
        for value in values:
            if isinstance(value, int) and abs(value) > MOST_COUNT:
                return f"{name} is {value}; expected a whole number up to {MOST_COUNT:,}"
    return None


def out_of_range(given: Record) -> str | None:
    """What is wrong with values of the right types; None if nothing is."""
    for name, most in AMOUNTS.items():
        if not 0 <= (given.get(name) or 0) <= most:
            return f"{name} is {given[name]}; expected 0 to {most:,}"
    for name in KINDS:
        id, times = max(Counter(listed(given, name)).items(), key=itemgetter(1), default=("", 0))
        if times > 1:
            return f"{name} names {id!r:.80} twice; name each once"
    length = given.get("length")
    if length is not None and length < 2:
        return f"length is {length}; a chain has at least 2 channels"
    if not 0 <= given.get("damping", 0) < 1:
        return f"damping is {given['damping']}; expected 0 to less than 1"
    if not 0 < given.get("step", 1) <= 100:
        return f"step is {given['step']}; expected above 0 and at most 100 percentage points"
    if not given.get("tolerance", 1) > 0:
        return f"tolerance is {given['tolerance']}; expected a number above 0"
    classes = given.get("classes")
    if classes is not None and not classes:
        return "classes is empty; name one or more"
    if "others" in given and set(given["others"]) <= set(classes or ()):
        return "others has no class besides those in classes, so nothing is left to compare with; name other classes"
    if "first" in given and not 0 < given["first"] < len(classes or ()):
        return (
            f"first is {given['first']}; expected at least 1 and fewer than the {counted(len(classes or ()), 'class')}"
        )
    if given.get("score") not in (None, *SCORES):
        return f"score is {given['score']!r:.40}; expected {' or '.join(SCORES)}"
    if given.get("operation", OPERATIONS[0]) not in OPERATIONS:
        return f"operation is {given['operation']!r:.40}; expected one of {', '.join(OPERATIONS)}"
    if given.get("operation") == "AT_LEAST" and not 1 <= given["at_least"] <= (most := len(given["classes"])):
        return f"at_least is {given['at_least']}; expected 1 to {most}, the number of classes"
    return None


def listed(given: Record, name: str) -> list[str]:
    """The ids in a parameter, whether it holds one or many; empty if it is not given."""
    value = given.get(name)
    return [value] if isinstance(value, str) else list(value or ())


async def require_known(store: Store, query: str, given: Record) -> None:
    """Raise NotFound for ids that are not in the database, QueryError for those of several models in one question: an
    answer would be wrong, for instance without rows.
    """
    if "model" in given:
        await find_model(store, given["model"])
    named: dict[str, set[str]] = {kind: set() for kind in FORMS}
    for name, kind in KINDS.items():
        named[kind].update(listed(given, name))
    for kind, ids in named.items():
        if unknown := ids and ids - await known(store, kind, ids):
            raise await nothing_called(store, kind, min(unknown))
    if given.get("score") not in (None, Score.ACTIVATION.value):
        await require_counts(store, given["class"], Score(given["score"]))
    models = sorted(models_of(named) | ({given["model"]} if "model" in given else set()))
    if len(models) > 1 and query not in ROWS_OF_IDS:
        raise QueryError(f"{query}: the ids are of several models ({', '.join(models)}); name those of one model")
    for name in LAYERS:
        if models and given.get(name) is not None:
            await find_layer(store, models[0], given[name])


async def nothing_called(store: Store, kind: str, id: str) -> NotFound:
    """The error for an id that is not in the database; where its model is not there either, it says so."""
    if id.count("/") == FORMS[kind].count("/"):
        try:
            await find_model(store, id.partition("/")[0])
        except NotFound as error:
            return error
    return NotFound(f"no {kind} is called {id!r:.80}; a {kind} is named {FORMS[kind]}")


def models_of(named: Mapping[str, Collection[str]]) -> set[str]:
    """The models that ids, by their kind, belong to."""
    return {id.rsplit("/", FORMS[kind].count("/"))[0] for kind, ids in named.items() for id in ids}


async def known(store: Store, kind: str, ids: Collection[str]) -> set[str]:
    """Ids of that kind in the database, at least those among `ids`."""
    if kind == "class":
        rows = await store.run("classes_by_id", classes=list(ids))
    elif kind == "channel":
        rows = await store.run("channels_by_id", channels=list(ids))
    else:
        models = {row["id"] for row in await store.run("models")} & {id.rpartition("/")[0] for id in ids}
        rows = [row for model in sorted(models) for row in await store.run("groups", model=model)]
    return {row["id"] for row in rows}
