"""Folders that take long to make: made once for each test run, by the process that asks first, and then copied."""

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from queries.engines.engine import RECORD
from queries.engines.files import locked


def make_once(folder: Path, make: Callable[[Path], object]) -> Path:
    """The folder, made by `make` unless it is there; a half-made one is never seen."""
    with locked(folder.with_name(f"{folder.name}.lock")):
        if not folder.exists():
            unfinished = folder.with_name(f"{folder.name}.part")
            shutil.rmtree(unfinished, ignore_errors=True)
            with ThreadPoolExecutor(1) as elsewhere:  # in this thread Playwright's event loop may run
                elsewhere.submit(make, unfinished).result()
            unfinished.rename(folder)
    return folder


def copy_engine(original: Path, copy: Path) -> Path:
    """An engine's folder from that of a stopped one. The copy chooses its own port."""
    assert not (original / RECORD).exists(), f"the engine in {original} still runs, so its files may be incomplete"
    shutil.copytree(original, copy)
    (copy / "port").unlink(missing_ok=True)
    return copy
