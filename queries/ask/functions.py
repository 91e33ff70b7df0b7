"""Questions that Python answers better than Cypher, with the interface of stored queries: a contract and rows."""

import time
from collections.abc import Mapping

from queries.ask.answers import PartialRows
from queries.ask.channel_functions import CHANNEL_FUNCTIONS
from queries.ask.checks import checked_parameters, require_known
from queries.ask.contracts import Function
from queries.ask.group_functions import GROUP_FUNCTIONS
from queries.ask.map_functions import MAP_FUNCTIONS
from queries.library import Library, StoredQuery, load_library
from queries.records import Table
from queries.store import Row, Store

MOST_ROWS = 10_000
FUNCTIONS: Mapping[str, Function] = {
    function.contract.name: function for function in (*CHANNEL_FUNCTIONS, *GROUP_FUNCTIONS, *MAP_FUNCTIONS)
}


def readable(library: Library | None = None) -> dict[str, StoredQuery]:
    """Everything a user can run by name: stored queries that read, and functions."""
    reads = {query.name: query for query in (library or load_library()).of_mode("read")}
    return dict(sorted({**reads, **{name: function.contract for name, function in FUNCTIONS.items()}}.items()))


async def ask(store: Store, name: str, parameters: Mapping[str, object]) -> list[Row]:
    """The rows of a stored query or a function. Raises QueryError for an unknown name or wrong parameters."""
    if name in FUNCTIONS:
        return await FUNCTIONS[name].answer(store, **checked_parameters(FUNCTIONS[name].contract, parameters))
    given = checked_parameters(store.library[name], parameters)
    await require_known(store, name, given)
    return await store.run(name, **given)


async def ask_table(store: Store, name: str, parameters: Mapping[str, object]) -> Table:
    """The same with columns and time, and at most MOST_ROWS rows."""
    started = time.perf_counter()
    rows = await ask(store, name, parameters)
    columns = tuple(readable()[name].returns)
    shown = [list(row.values()) for row in rows[:MOST_ROWS]]
    note, cursor = (rows.note, rows.cursor) if isinstance(rows, PartialRows) else (None, None)
    return Table(columns, shown, len(rows) > MOST_ROWS, time.perf_counter() - started, note, cursor)
