"""Questions: stored queries by name, the user's own Cypher, and answers as files, for other programs or as a site."""

import asyncio
import shlex
import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from queries.ask.checks import checked_parameters
from queries.ask.functions import ask_table, readable
from queries.engines.session import database, open_store
from queries.engines.settings import Settings
from queries.export.asking import MOST_MOTIFS, Request, export
from queries.export.formats import FORMATS, Format, format_named, format_of
from queries.export.record import Export
from queries.files import whole_file, whole_folder
from queries.graphs.compare import OPERATIONS
from queries.guard.guard import Guard
from queries.library import load_library
from queries.motifs.mining import CHAIN, DEFAULT_BUDGET, MINED
from queries.motifs.shapes import SHAPES
from queries.records import Score, Table
from queries.store import Store
from queries.values import counted
from summit.extract import class_indexes
from summit.terminal import (
    Json,
    answer,
    command_group,
    json_or_text,
    print_table,
    progress_bar,
    report,
    split_word,
)

if TYPE_CHECKING:
    from graphql_api.site.export import Exported

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


def spelled(names: Iterable[str]) -> str:
    """Names of the API as options have them."""
    return ", ".join(name.lower().replace("_", "-") for name in names)


def named(option: str) -> str:
    """The other way round."""
    return option.upper().replace("-", "_")


@commands.command("export")
def export_answer(
    model: Annotated[str, typer.Argument(help="Id of a model (`summit query models`).")],
    image_class: Annotated[int | None, typer.Option("--class", help="Index of a class: its attribution graph.")] = None,
    compare: Annotated[str, typer.Option(help="Class indexes, comma-separated: the graphs compared.")] = "",
    motifs: Annotated[str | None, typer.Option(help="WordNet id or name of a group: its motifs.")] = None,
    format: Annotated[
        str | None, typer.Option(help=f"{', '.join(FORMATS)}; by default that of the file's ending, else json.")
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(help="With --class: percent of each layer's PageRank to cut another graph at.")
    ] = None,
    score: Annotated[
        Score, typer.Option(help="With --class and --compare: what the graphs are by.")
    ] = Score.ACTIVATION,
    operation: Annotated[str, typer.Option(help=f"With --compare: {spelled(OPERATIONS)}.")] = "union",
    at_least: Annotated[int | None, typer.Option(help="With --operation at-least: of so many classes.")] = None,
    shape: Annotated[str, typer.Option(help=f"With --motifs: {spelled((*MINED, *SHAPES))}.")] = "closed",
    min_support: Annotated[float, typer.Option(help="With --motifs: share of the classes that have it.")] = 0.5,
    first: Annotated[int, typer.Option(help="With --motifs: at most so many.", min=1, max=MOST_MOTIFS)] = 20,
    against: Annotated[str | None, typer.Option(help="With --motifs: a group in which they should be rare.")] = None,
    length: Annotated[int, typer.Option(help="With --motifs --shape chain: channels of a chain.")] = CHAIN,
    channel: Annotated[str | None, typer.Option(help="With --motifs: only motifs with this channel, by id.")] = None,
    seconds: Annotated[float, typer.Option(help="With --motifs: that the search may take.")] = DEFAULT_BUDGET.seconds,
    to: Annotated[Path | None, typer.Option(help="A file; without it, standard output.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    as_json: Json = False,
) -> None:
    """Write a graph, a comparison or motifs for networkx, Gephi, a spreadsheet or another graph database."""
    chosen = format_named(format or (format_of(to.name) if to else "json"))
    request = Request(
        model,
        image_class,
        class_indexes(compare, "--compare"),
        motifs,
        threshold,
        score=score,
        operation=named(operation),
        at_least=at_least,
        shape=named(shape),
        min_support=min_support,
        first=first,
        against=against,
        length=length,
        channel=channel,
        seconds=seconds,
    )

    async def work() -> Export:
        async with open_store(Settings.from_environment(), report) as store:
            return await export(store, request, chosen.whole)

    write_export(asyncio.run(work()), chosen, to, force, as_json)


def write_export(found: Export, chosen: Format, to: Path | None, force: bool, as_json: bool) -> None:
    """An answer as a file, or on standard output."""
    text = chosen.write(found)
    facts = {"name": found.name, "format": chosen.ending, "channels": len(found.vertices), "edges": len(found.arcs)}
    if to is None:
        answer({**facts, "text": text}, as_json, text.removesuffix("\n"))
        return
    with whole_file(to, force) as file:
        file.write(text.encode())
    size = f"{counted(len(found.vertices), 'channel')}, {counted(len(found.arcs), 'edge')}"
    told = f"{to}: {found.name}, {size}, as {chosen.ending}"
    answer({**facts, "file": str(to.absolute())}, as_json, told)


@commands.command("export-site")
def export_site(
    model: Annotated[str, typer.Argument(help="Id of a model (`summit query models`).")],
    to: Annotated[Path, typer.Option(help="A folder: new, empty, or an earlier site, which is replaced.")],
    classes: Annotated[str, typer.Option(help="Class indexes, comma-separated; all if not given.")] = "",
    as_json: Json = False,
) -> None:
    """Write the page over a model as files, which any web server gives out without a database.

    Explore, Map, Compare and channels answer as the service does; what needs a service says so. Safe to interrupt: the
    folder is whole or as it was. To look at it: `python -m http.server --directory DIR`.
    """
    from graphql_api.app import PAGE
    from graphql_api.site.asking import Asker
    from graphql_api.site.export import export_site as export
    from graphql_api.site.export import is_site
    from graphql_api.site.questions import read_questions

    started = time.perf_counter()
    questions, indexes = read_questions(PAGE), class_indexes(classes)
    settings = Settings.from_environment()

    async def work(folder: Path) -> "Exported":
        async with (
            await Store.open(access.address, form=settings.pagerank) as store,
            await Guard.open(access.reader or access.address) as guard,
        ):
            await store.create_schema()
            with progress_bar("export-site", model) as progress:
                return await export(Asker(store, guard, questions), model, indexes, PAGE, folder, progress)

    with whole_folder(to, is_site) as folder, database(settings, report) as access:
        made = asyncio.run(work(folder))
    seconds = time.perf_counter() - started
    size = f"{counted(made.files, 'file')}, {made.bytes / 1e6:,.1f} MB; {seconds:,.1f} s"
    if not made.maps:
        command = f"summit embed {shlex.quote(made.model)}"
        report(f"{made.model} has no maps; `{command}` makes them, and an export after it has them")
    held = f"{counted(made.classes, 'class')}, {counted(made.channels, 'channel')}, {counted(made.pictures, 'picture')}"
    answer(
        {**asdict(made), "folder": str(to.resolve()), "seconds": round(seconds, 2)},
        as_json,
        f"{to}: {made.model}, {held}: {size}\nto look at it: python -m http.server --directory {shlex.quote(str(to))}",
    )
