"""docs/queries.md: every stored query with its contract and an example answer."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from queries.ask.functions import readable
from queries.library import Library, StoredQuery
from queries.store import Row

SHOWN_ROWS, SHOWN_LENGTH = 3, 60
OWN_TO_A_LOADING = ("created", "pictures")  # columns whose values differ from one data directory to the next

INTRODUCTION = """# Stored queries

Written by `make docs`; answers are those of the published graphs on either engine, or of `sample`, a network of a few
channels with counts (tests/sample.py).

Run one with `summit query NAME key=value ...` (lists are comma-separated or JSON; what has a type with `?` may be left
out), in the page's Query room, or over GraphQL with `storedQuery(name, parameters)`. A class is named by its id,
`<model>/<index>`, a channel by `<model>/<layer>/<index>`, a group by `<model>/<wnid>`. Queries of
motifs and of differences that take the model by itself take a group by its wnid, by a name that no other group has, or
by its classes' indexes (`group=294,295`).
"""


def reference(library: Library, answers: Mapping[str, Sequence[Row]]) -> str:
    """The page: reads with the first rows of their answers, then writes and schema."""
    reads = [section(query, answers[name]) for name, query in readable(library).items()]
    others = [
        f"- `{query.name}`{parameters(query)}: {query.about}"
        for mode in ("write", "schema")
        for query in library.of_mode(mode)
    ]
    closing = "## Writes and schema\n\nRun by the loaders, never by users.\n\n" + "\n".join(others)
    return "\n\n".join([INTRODUCTION.strip(), *reads, closing]) + "\n"


def section(query: StoredQuery, rows: Sequence[Row]) -> str:
    """One read query."""
    lines = [f"## {query.name}", "", query.about, ""]
    lines += [f"- takes{parameters(query) or ' nothing'}"]
    lines += [f"- returns {', '.join(f'`{name}: {kind}`' for name, kind in query.returns.items())}"]
    lines += [f"- units: {query.units}"] if query.units else []
    words = " ".join(f"{name}={word(value)}" for name, value in query.example.items())
    lines += ["", "```sh", f"summit query {query.name} {words}".strip(), "```", ""]
    lines += ["| " + " | ".join(query.returns) + " |", "|" + " --- |" * len(query.returns)]
    shown = map(query.ordered, rows[:SHOWN_ROWS])
    lines += ["| " + " | ".join(cell(name, row[name]) for name in query.returns) + " |" for row in shown]
    more = len(rows) - SHOWN_ROWS
    return "\n".join(lines) + (f"\n\n{more:,} more rows." if more > 0 else "")


def parameters(query: StoredQuery) -> str:
    return "".join(f" `{name}: {kind}`" for name, kind in query.params.items())


def word(value: Any) -> str:
    """A parameter as it is typed on a command line."""
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value) if isinstance(value, str) else json.dumps(value)


def cell(column: str, value: Any) -> str:
    """A value short enough for a table, floats to six digits, for engines differ in the last."""
    if column in OWN_TO_A_LOADING:
        return "..."
    text = json.dumps(rounded(value), ensure_ascii=False) if not isinstance(value, str) else value
    return (text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 3] + "...").replace("|", "\\|")


def rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value
