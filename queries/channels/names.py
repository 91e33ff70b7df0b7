"""The names suggested for a model's channels, worked out once for its graphs and groups as they are now."""

import asyncio
from collections.abc import Mapping
from weakref import WeakKeyDictionary

from queries.channels.naming import SuggestedName, suggest_names
from queries.line import take_error
from queries.lookup import find_model
from queries.records import digest_of
from queries.store import Row, Store

Names = Mapping[str, SuggestedName]  # by channel id


class _Kept:
    """The names of one model, and what they were made from; one request at a time makes them again."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.digest = ""
        self.names: Names = {}


_kept: WeakKeyDictionary[Store, dict[str, _Kept]] = WeakKeyDictionary()


async def suggested_names(store: Store, model: str) -> Names:
    """By channel id, those with a group; from memory unless graphs or groups of the model have changed.

    Raises NotFound for an unknown model.
    """
    digests, groups = await store.run("class_digests", model=model), await store.run("groups", model=model)
    if not digests:
        await find_model(store, model)
    digest = digest_of([[[row["index"], row["graph"], row["vertices"]] for row in digests], groups])
    kept = _kept.setdefault(store, {}).setdefault(model, _Kept())

    async def current() -> Names:
        async with kept.lock:
            if kept.digest != digest:
                kept.names, kept.digest = await _make(store, model, groups), digest
            return kept.names

    begun = asyncio.create_task(current())  # it goes on alone, and is kept
    begun.add_done_callback(take_error)
    return await asyncio.shield(begun)


def named_with(names: Names, search: str | None) -> list[SuggestedName]:
    """Those whose name holds every word, all without words; by channel id."""
    words = (search or "").lower().split()
    return [names[id] for id in sorted(names) if all(word in names[id].name.lower() for word in words)]


async def _make(store: Store, model: str, groups: list[Row]) -> Names:
    if not groups:
        return {}
    rows = await store.run("channel_holders", model=model)
    held = {row["channel"]: row["classes"] for row in rows}
    classes = {index for users in held.values() for index in users}
    return await asyncio.to_thread(suggest_names, held, groups, classes)
