"""Shared by the commands: options, progress bars, and answers for a person or a program."""

import json
import logging
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from typing import Annotated

import typer
from rich.console import Console as RichConsole
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress
from rich.table import Table as RichTable
from rich.text import Text

from queries.engines.settings import Settings
from queries.progress import Console, Progress
from queries.records import Table
from queries.values import counted
from queries.work.under_way import announced

UNLIMITED = 100_000  # characters of a line written to a file or a program
WIDEST = 7  # columns of a table; rows with more are printed as blocks of lines
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
STDERR = RichConsole(stderr=True, highlight=False)


def command_group() -> typer.Typer:
    """A group of commands, to be added to `summit`."""
    return typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)


def report(sentence: str) -> None:
    """A line on standard error; only answers go to standard output."""
    STDERR.print(sentence, markup=False, soft_wrap=True)


class Reporter(logging.Handler):
    """Reports log records, one line each, without breaking a progress bar."""

    def emit(self, record: logging.LogRecord) -> None:
        report(self.format(record))


def write_lines() -> None:
    """From now on this process writes its log in lines for a person."""
    logging.basicConfig(format="%(message)s", handlers=[Reporter()])
    logging.getLogger("queries").setLevel(logging.INFO)
    logging.getLogger("neo4j").setLevel(logging.CRITICAL)  # its messages arrive as our own errors


@contextmanager
def progress_bar(kind: str, about: str | None = None) -> Iterator[Progress]:
    """A function (what, done, total) that draws one bar per `what`; the service and its clients hear of it, too.

    kind   the command, for those; about: the model or the run that it was given
    """
    seen = STDERR.is_terminal
    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with (
        announced(Settings.from_environment().home, kind, about) as announce,
        RichProgress(*columns, console=STDERR, transient=not seen, disable=not seen) as bars,
    ):
        tasks: dict[str, TaskID] = {}

        def update(what: str, done: int, total: int) -> None:
            announce(what, done, total)
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield update


def console(kind: str, about: str | None = None) -> Console:
    """Where a command reports; arguments as of progress_bar."""
    return Console(report, partial(progress_bar, kind, about), STDERR.is_terminal)


def words(text: str) -> tuple[str, ...]:
    """The parts of a comma-separated option."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def json_or_text(word: str) -> object:
    """A word as a JSON value if it is one, else as text."""
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


def answer(facts: object, as_json: bool, text: str) -> None:
    """The command's result on standard output, as JSON or as text."""
    typer.echo(json.dumps(finite(facts), ensure_ascii=False, allow_nan=False, default=str) if as_json else text)


def finite(value: object) -> object:
    """The same with null for numbers that JSON cannot represent, at any depth."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(part) for key, part in value.items()}
    return [finite(part) for part in value] if isinstance(value, (list, tuple)) else value


def print_table(table: Table, as_json: bool) -> None:
    """Rows for a person (aligned, followed by their number and the time) or for a program."""
    if as_json:
        answer({**asdict(table), "rows": [list(row) for row in table.rows]}, True, "")
        return
    out = RichConsole(width=None if sys.stdout.isatty() else UNLIMITED, highlight=False)
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
    report(f"{counted(len(table.rows), 'row')} in {table.seconds:.2f} s{more}")
    if table.note:
        report(table.note + (f"\ncursor={table.cursor}" if table.cursor else ""))
