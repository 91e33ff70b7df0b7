"""The `summit` command: assembles the commands and turns errors into one clear line."""

import errno
import signal
import sys
from typing import NoReturn

import typer

from queries.engines.settings import SETTINGS, Settings
from queries.errors import GraphError
from summit import ask, count, embed, engine, extract, imports, load, notes, runs, service, visualize
from summit.terminal import report, write_lines
from summit.truth import channels, check, probe, subset

INTERRUPTED = 128 + signal.SIGINT  # typer's exit code for a KeyboardInterrupt


def settings_help() -> str:
    """The environment variables, as `--help` lists them."""
    rows = (f"  {name}\n      {meaning.replace('`', '')}" for name, meaning in SETTINGS.items())
    return "\b\nEnvironment variables:\n" + "\n".join(rows)


app = typer.Typer(
    help="Attribution graphs of image classifiers: load, query, compare and mine them.",
    epilog=settings_help(),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for group in (
    service,
    imports,
    count,
    runs,
    load,
    extract,
    check,
    probe,
    channels,
    subset,
    embed,
    visualize,
    ask,
    notes,
):
    app.add_typer(group.commands)
app.add_typer(engine.commands, name="db")


def told(error: OSError) -> str:
    """What the system refused, and the remedy where it is known."""
    said = f"{error.filename or 'a system call'}: {error.strerror or error}"
    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        return said
    home = Settings.from_environment().home
    return (
        f"{said}; the disk of SUMMIT_HOME ({home}), or that of a file named in the command, is full: free some space, "
        "or choose another, and repeat; what was committed is kept"
    )


def main() -> NoReturn:
    """Run the command line: one clear line and a non-zero exit code if anything goes wrong.

    Every signal that ends the process acts like Ctrl+C, after which asyncio cancels its work in order.
    """
    write_lines()
    ended_by: int = signal.SIGINT

    def interrupt(number: int, _: object) -> None:
        nonlocal ended_by
        ended_by = number
        signal.raise_signal(signal.SIGINT)

    signal.signal(signal.SIGINT, signal.default_int_handler)  # a script's background commands start with it ignored
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, interrupt)
    try:
        app()
    except GraphError as error:
        report(f"summit: {error}")
        sys.exit(1)
    except OSError as error:  # such as a file that cannot be read or written
        report(f"summit: {told(error)}")
        sys.exit(1)
    except SystemExit as end:
        sys.exit(128 + ended_by if end.code == INTERRUPTED else end.code)
    sys.exit(0)


if __name__ == "__main__":
    main()
