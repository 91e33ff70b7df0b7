"""The `summit` command: puts the commands together and turns errors into one clear line."""

import logging
import signal
import sys
from typing import NoReturn

import typer

from queries.errors import GraphError
from summit import ask, count, engine, extract, imports, load, service
from summit.terminal import report

app = typer.Typer(
    help="Attribution graphs of image classifiers: load, query, compare and mine them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for group in (service, imports, count, load, extract, ask):
    app.add_typer(group.commands)
app.add_typer(engine.commands, name="db")


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
    except OSError as error:  # a file that cannot be read or written, say
        report(f"summit: {error.filename or 'a system call'}: {error.strerror or error}")
        sys.exit(1)
    sys.exit(0)


if __name__ == "__main__":
    main()
