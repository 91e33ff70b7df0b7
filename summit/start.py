"""Where the `summit` command starts: says in one sentence why it cannot run here, before anything can fail in many."""

import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

OURS = "summit-graph"
PACKAGES = ("summit", "queries", "graphql_api", "ingest")  # ingest is absent from the image that only serves


def main() -> NoReturn:
    """Run the command line, or exit with 1 and one sentence where this system or environment cannot run it."""
    if problem := unsupported(os.name) or overwritten():
        sys.exit(f"summit: {problem}")
    try:
        with importing():
            import_driver()
            command = import_module("summit.main").main
        gc.freeze()  # modules stay until the end
        command()
    except KeyboardInterrupt:  # while Python still imports; afterwards summit.main answers signals
        sys.exit(128 + signal.SIGINT)
    sys.exit(0)


def unsupported(system: str) -> str | None:
    """Why a system (an `os.name`) cannot run Summit Graph, None if it can."""
    if system == "posix":
        return None
    return "Summit Graph runs on Linux and macOS; on Windows, run it in WSL (Windows Subsystem for Linux)"


@contextmanager
def importing() -> Iterator[None]:
    """A block that only imports: without Python's search for garbage, of which there is next to none.

    The search would come hundreds of times, and take a fifth of the time of PyTorch's import.
    """
    searched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searched:
            gc.enable()


def import_driver() -> None:
    """Import the Neo4j driver without pandas and pyarrow.

    It imports them where they are installed, to accept their values as parameters, which no command sends; that would
    take longer than all other imports together.
    """
    unneeded = {"pandas", "pyarrow"} - set(sys.modules)
    sys.modules.update(dict.fromkeys(unneeded, None))  # type: ignore[arg-type]  # None: Python does not look for them
    try:
        import_module("neo4j")
    finally:
        for name in unneeded:
            del sys.modules[name]


def overwritten() -> str | None:
    """Which package of ours another distribution has replaced, as a sentence with the remedy; None if all are ours.

    Our packages have an empty `__init__.py`, so a file with content was written by somebody else.
    """
    for package in PACKAGES:
        spec = find_spec(package)
        if spec is None or spec.origin is None or Path(spec.origin).stat().st_size == 0:
            continue
        others = sorted(set(packages_distributions().get(package, [])) - {OURS})
        culprit = f"the distribution {others[0]!r}" if others else "another program"
        return (
            f"the package {package!r} at {spec.origin} was overwritten by {culprit}; install summit-graph in an "
            "environment of its own (python -m venv)"
        )
    return None


if __name__ == "__main__":
    main()
