"""Questions: stored queries by name, and the user's own Cypher."""

import asyncio
from typing import Annotated

import typer

from queries.ask.checks import checked_parameters
from queries.ask.functions import ask_table, readable
from queries.engines.session import database, open_store
from queries.engines.settings import Settings
from queries.guard.guard import Guard
from queries.library import load_library
from queries.records import Table
from summit.terminal import Json, answer, command_group, json_or_text, print_table, report, split_word

commands = command_group()


@commands.command("queries")
def queries(as_json: Json = False) -> None:
    """List the stored queries with their parameters."""
    reads = readable().values()
    rows = [
        {"name": q.name, "about": q.about, "params": dict(q.params), "returns": dict(q.returns), "units": q.units}
        for q in reads
    ]
    listing = "\n".join(
        f"{q.name} {' '.join(f'{p}=<{kind}>' for p, kind in q.params.items())}\n    {q.about}" for q in reads
    )
    answer(rows, as_json, listing)


@commands.command("query")
def query(
    name: Annotated[str, typer.Argument(help="A name from `summit queries`.")],
    parameters: Annotated[
        list[str] | None, typer.Argument(metavar="KEY=VALUE ...", help="Lists are comma-separated.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Run a stored query by its name: `summit query class_edges class=summit-inceptionv1/294`."""
    stored = readable().get(name) or load_library()[name]
    values = checked_parameters(stored, stored.parse(dict(split_word(word) for word in parameters or ())))

    async def work() -> Table:
        async with open_store(Settings.from_environment(), report) as store:
            return await ask_table(store, name, values)

    print_table(asyncio.run(work()), as_json)


@commands.command("cypher")
def cypher(
    statement: Annotated[str, typer.Argument(help="One statement that only reads the graph.")],
    parameters: Annotated[list[str] | None, typer.Argument(metavar="KEY=JSON ...", help="Its parameters.")] = None,
    rows: Annotated[int, typer.Option(help="Maximum number of rows.", min=1, max=100_000)] = 1000,
    as_json: Json = False,
) -> None:
    """Run your own Cypher statement; anything but reading the graph is refused (docs/cypher.md)."""
    values = {key: json_or_text(word) for key, word in (split_word(word) for word in parameters or ())}
    with database(Settings.from_environment(), report) as access:

        async def work() -> Table:
            async with await Guard.open(access.reader or access.address, rows=rows) as guard:
                return await guard.run(statement, values)

        print_table(asyncio.run(work()), as_json)
