"""The `summit` command: parses arguments and calls the packages."""

import asyncio
import json
import logging
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table as RichTable
from rich.text import Text

from queries import published
from queries.engines import lifecycle
from queries.errors import DataError, GraphError
from queries.functions import ask_table, readable
from queries.guard import Guard
from queries.library import load_library
from queries.lists import read_class_list, read_group_list
from queries.records import Table
from queries.session import (
    Settings,
    choose_engine,
    chosen_engine,
    database,
    engine_folder,
    find_engine,
    open_store,
    sole_import,
)

app = typer.Typer(
    help="Attribution graphs of image classifiers: load, query, compare and mine them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
db = typer.Typer(
    help="The engine that Summit Graph runs itself (used while SUMMIT_DATABASE is unset).", no_args_is_help=True
)
app.add_typer(db, name="db")

WIDEST = 7  # columns of a table; rows with more are shown as blocks of lines
PUBLISHED = Path("../shared/data/summit-published")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
says = Console(stderr=True, highlight=False)


def report(sentence: str) -> None:
    """A line to the person at the terminal; answers go to standard output, everything else here."""
    says.print(sentence, markup=False, soft_wrap=True)


@contextmanager
def progress_bar() -> Iterator[published.Progress]:
    """A function (what, done, total) that draws one bar for every `what`."""
    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=says, transient=not says.is_terminal, disable=not says.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def update(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield update


@app.command("demo")
def demo(
    published_folder: Annotated[Path, typer.Option("--published", help="SUMMIT's published data.")] = PUBLISHED,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8000,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser (from a terminal only).")] = True,
    as_json: Json = False,
) -> None:
    """Load what is at hand and serve it: the whole main job in one command."""
    from graphql_api.server import serve as serve_forever

    settings = Settings.from_environment()
    with database(settings, report):  # held across both steps, so that the engine starts once
        if published.data_folder(published_folder):
            beside = [published_folder.parent / name for name in ("imagenet_classes.tsv", "imagenet_groups.tsv")]
            class_list, group_list = (path if path.is_file() else None for path in beside)
            imported, _ = import_folder(settings, published_folder, class_list, group_list, published.MODEL, False)
            report(f"{imported.classes:,} attribution graphs of {imported.model} in the database")
        else:
            report(
                f"no published graphs in {published_folder}: clone github fredhohman/summit-data and name the clone in "
                "SUMMIT_PUBLISHED; serving what the database holds"
            )
        serve_forever(settings, host, port, report, as_json, open_page=browser and sys.stderr.isatty())


@app.command("import-summit")
def import_summit(
    folder: Annotated[Path, typer.Argument(help="A clone of SUMMIT's data repository, or its `data` folder.")],
    class_list: Annotated[Path | None, typer.Option(help="Tab-separated index, wnid, name.")] = None,
    group_list: Annotated[Path | None, typer.Option(help="Tab-separated wnid, name, classes.")] = None,
    model: Annotated[str, typer.Option(help="Id to load the graphs under.")] = published.MODEL,
    skip_bad: Annotated[bool, typer.Option(help="Leave out damaged or missing files instead of refusing all.")] = False,
    as_json: Json = False,
) -> None:
    """Load the attribution graphs that SUMMIT's authors published; safe to repeat and to interrupt."""
    started = time.perf_counter()
    settings = Settings.from_environment()
    imported, skipped = import_folder(settings, folder, class_list, group_list, model, skip_bad)
    seconds = time.perf_counter() - started
    answer(
        {**asdict(imported), "skipped": skipped, "seconds": round(seconds, 2)},
        as_json,
        f"{imported.model} in the database: {imported.classes:,} classes, {imported.vertices:,} vertices, "
        f"{imported.edges:,} edges\n{imported.written:,} classes written, {imported.unchanged:,} unchanged, "
        f"{skipped:,} left out; {imported.named:,} named, {imported.grouped:,} groups written; {seconds:.1f} s"
        + ("" if imported.written or imported.named or imported.grouped else "\nnothing changed"),
    )


def import_folder(
    settings: Settings, folder: Path, class_list: Path | None, group_list: Path | None, model: str, skip_bad: bool
) -> tuple[published.Imported, int]:
    """Read, check and load published graphs with a progress bar; what was done, and how many files were left out."""
    names = read_class_list(class_list) if class_list else []
    groups = read_group_list(group_list) if group_list else []
    with progress_bar() as progress:
        data = published.read_published(folder, progress, listed=[row["index"] for row in names])
        for problem in data.problems:
            report(f"{'left out: ' if skip_bad else ''}{problem}")
        if data.problems and not skip_bad:
            raise DataError(
                f"{len(data.problems)} files are damaged or missing (above) and nothing was loaded; mend them, or "
                "leave them out with --skip-bad"
            )

        async def work() -> published.Imported:
            async with open_store(settings, report) as store:
                return await published.import_graphs(
                    store, data, model=model, names=names, groups=groups, progress=progress
                )

        with sole_import(settings, report):
            return asyncio.run(work()), len(data.problems)


@app.command("serve")
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8000,
    as_json: Json = False,
) -> None:
    """Serve GraphQL at /graphql and the page at /, until Ctrl+C."""
    from graphql_api.server import serve as serve_forever

    serve_forever(Settings.from_environment(), host, port, report, as_json, open_page=False)


@app.command("ingest")
def ingest(
    network: Annotated[str, typer.Option(help="A torchvision classifier, efficientnet-lite0, or module:function.")],
    images: Annotated[Path, typer.Option(help="Folder with a subfolder of pictures for each class.")],
    run: Annotated[str, typer.Option(help="Name of the run; it lies in SUMMIT_HOME/runs.")],
    weights: Annotated[str, typer.Option(help="default, a torchvision name, a state-dict file, or none.")] = "default",
    layers: Annotated[str, typer.Option(help="Modules that are the rows, comma-separated; default: by family.")] = "",
    exclude: Annotated[str, typer.Option(help="Channels not to count, LAYER/INDEX, comma-separated.")] = "",
    classes: Annotated[str, typer.Option(help="Folders to count, comma-separated; default: all.")] = "",
    limit: Annotated[int | None, typer.Option(help="Pictures of a class, at most.", min=1)] = None,
    mapping: Annotated[Path | None, typer.Option(help="Tab-separated folder, class: which class a folder is.")] = None,
    class_list: Annotated[Path | None, typer.Option(help="Tab-separated index, wnid, name of the outputs.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:1.")] = "auto",
    processes: Annotated[int, typer.Option(help="Copies of the network side by side.", min=1)] = 1,
    as_json: Json = False,
) -> None:
    """Count what a network's channels do for each class of a folder of pictures; finished classes are kept."""
    try:
        from ingest.pipeline import measure
        from ingest.settings import Settings as IngestSettings
    except ModuleNotFoundError as error:
        raise DataError(
            f"{error.name} is not installed; install the extra: pip install 'summit-graph[ingest]'"
        ) from error
    settings = IngestSettings(
        network=network,
        images=images,
        run=Settings.from_environment().home / "runs" / run,
        weights=weights,
        layers=words(layers),
        exclude=words(exclude),
        classes=words(classes),
        limit=limit,
        mapping=mapping,
        class_list=class_list,
        device=device,
        processes=processes,
    )
    summary = measure(settings, report)
    for picture in summary.skipped:
        report(f"left out: {picture}")
    accuracy = "unknown" if summary.top1_accuracy is None else f"{summary.top1_accuracy:.3f}"
    answer(
        asdict(summary),
        as_json,
        f"{summary.run}: {summary.pictures:,} pictures of {summary.counted:,} classes counted, {summary.kept:,} "
        f"kept from before, {len(summary.skipped):,} pictures left out; top-1 accuracy {accuracy}; "
        f"{summary.seconds:.1f} s",
    )


def words(text: str) -> tuple[str, ...]:
    """The parts of a comma-separated option."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


@app.command("queries")
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


@app.command("query")
def query(
    name: Annotated[str, typer.Argument(help="A name from `summit queries`.")],
    parameters: Annotated[
        list[str] | None, typer.Argument(metavar="KEY=VALUE ...", help="Lists are comma-separated.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Run a stored query, e.g. `summit query class_edges class=summit-inceptionv1/294`."""
    stored = readable().get(name) or load_library()[name]
    words = dict(split_word(word) for word in parameters or ())
    values = stored.parse(words)
    stored.check(values)

    async def work() -> Table:
        async with open_store(Settings.from_environment(), report) as store:
            return await ask_table(store, name, values)

    print_table(asyncio.run(work()), as_json)


@app.command("cypher")
def cypher(
    statement: Annotated[str, typer.Argument(help="One statement that only reads the graph.")],
    parameters: Annotated[list[str] | None, typer.Argument(metavar="KEY=JSON ...", help="Its parameters.")] = None,
    rows: Annotated[int, typer.Option(help="Return at most so many rows.", min=1, max=100_000)] = 1000,
    as_json: Json = False,
) -> None:
    """Run a Cypher statement of your own; anything but reading the graph is refused (docs/cypher.md)."""
    values = {key: json_or_text(word) for key, word in (split_word(word) for word in parameters or ())}
    with database(Settings.from_environment(), report) as access:

        async def work() -> Table:
            async with await Guard.open(access.reader or access.address, rows=rows) as guard:
                return await guard.run(statement, values)

        print_table(asyncio.run(work()), as_json)


@db.command("start")
def db_start(
    engine: Annotated[
        str | None, typer.Option(help="arcadedb (default, needs nothing) or neo4j (assembled with mvn).")
    ] = None,
    as_json: Json = False,
) -> None:
    """Start the engine and keep it running until `summit db stop`; commands to come use it."""
    settings = Settings.from_environment()
    chosen = find_engine(engine) if engine else chosen_engine(settings.home)
    running = lifecycle.start(chosen, engine_folder(settings.home, chosen), report)
    choose_engine(settings.home, chosen)
    answer(
        {"engine": running.engine, "url": running.address.url, "pid": running.pid},
        as_json,
        f"{running.engine} runs at {running.address.url} (pid {running.pid}); it stays until `summit db stop`",
    )


@db.command("stop")
def db_stop(as_json: Json = False) -> None:
    """Stop the engine; refused while a service or another command uses it."""
    settings = Settings.from_environment()
    engine = chosen_engine(settings.home)
    stopped = lifecycle.stop(engine_folder(settings.home, engine))
    answer({"stopped": stopped}, as_json, f"{engine.name} stopped" if stopped else f"{engine.name} was not running")


@db.command("status")
def db_status(as_json: Json = False) -> None:
    """Say which database the commands use, and what it holds if it runs."""
    settings = Settings.from_environment()
    engine = chosen_engine(settings.home)
    folder = engine_folder(settings.home, engine)
    running = lifecycle.status(folder) if settings.database is None else None
    if settings.database is None and running is None:
        answer(
            {"engine": engine.name, "running": False, "folder": str(folder)},
            as_json,
            f"{engine.name} in {folder}: not running",
        )
        return

    async def work() -> tuple[str, list[str], list[dict[str, Any]]]:
        async with open_store(settings, report) as store:
            return store.address.url, sorted(store.abilities), await store.run("models")

    url, abilities, models = asyncio.run(work())
    facts = {
        "engine": running.engine if running else "server",
        "running": True,
        "url": url,
        "pid": running.pid if running else None,
        "kept": running.kept if running else None,
        "abilities": abilities,
        "models": [{"id": model["id"], "classes": model["class_count"]} for model in models],
    }
    held = ", ".join(f"{model['id']} ({model['class_count']:,} classes)" for model in models) or "no model yet"
    kept = (
        f" (pid {running.pid}, {'kept until `summit db stop`' if running.kept else 'until its last user ends'})"
        if running
        else ""
    )
    answer(
        facts,
        as_json,
        f"{facts['engine']} runs at {url}{kept}\nabilities: {', '.join(abilities) or 'openCypher'}\nholds: {held}",
    )


@db.command("reset")
def db_reset(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Delete the engine's data; what was imported can be imported again, runs on disk are not touched."""
    settings = Settings.from_environment()
    engine = chosen_engine(settings.home)
    folder = engine_folder(settings.home, engine)
    if not yes and folder.exists():
        typer.confirm(f"Delete everything in {folder}?", abort=True, err=True)
    erased = lifecycle.erase(folder)
    answer({"erased": erased}, as_json, f"{folder} deleted" if erased else f"{folder} was empty already")


def json_or_text(word: str) -> Any:
    """A word as the JSON value it is, else as text."""
    try:
        return json.loads(word)
    except ValueError:
        return word


def split_word(word: str) -> tuple[str, str]:
    """`key=value` as a pair."""
    key, separator, value = word.partition("=")
    if not separator:
        raise typer.BadParameter(f"{word!r} is not KEY=VALUE")
    return key, value


def answer(facts: Any, as_json: bool, text: str) -> None:
    """The command's result on standard output, as JSON or as text."""
    typer.echo(json.dumps(facts, ensure_ascii=False, default=str) if as_json else text)


def print_table(table: Table, as_json: bool) -> None:
    """Rows for a person (aligned, then how many and how long) or for a program."""
    if as_json:
        answer({**asdict(table), "rows": [list(row) for row in table.rows]}, True, "")
        return
    out = Console(soft_wrap=not sys.stdout.isatty(), highlight=False)
    if len(table.columns) > WIDEST:
        for row in table.rows:
            out.print(
                "\n".join(f"{name:<24}{value}" for name, value in zip(table.columns, row, strict=True)) + "\n",
                markup=False,
            )
    else:
        drawn = RichTable(*table.columns, box=None, header_style="bold")
        for row in table.rows:
            drawn.add_row(*("" if value is None else Text(str(value)) for value in row))
        out.print(drawn)
    more = "; there are more, ask for fewer" if table.truncated else ""
    report(f"{len(table.rows):,} rows in {table.seconds:.2f} s{more}")


def main() -> NoReturn:
    """Run the command line: one clear line and a non-zero exit for whatever goes wrong."""
    logging.getLogger("neo4j").setLevel(logging.CRITICAL)  # what it would say arrives as our own errors
    for end in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(end, lambda number, _: sys.exit(128 + number))
    try:
        app()
    except GraphError as error:
        report(f"summit: {error}")
        sys.exit(1)
    sys.exit(0)


if __name__ == "__main__":
    main()
