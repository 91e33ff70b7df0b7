"""A cache of an engine's Java classes, with which it starts in about half the CPU time and is fast sooner.

Classes are in it loaded and linked (JEP 483 and 514), with profiles of what their methods did in a rehearsal (JEP 515),
so that Java compiles the busy ones at once. Java 25 and later write and read it. It belongs to one Java and one set of
jars. Where it is damaged, Java says so in the engine's log and starts as it does without one.
"""

import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

from queries.engines.engine import Engine, Launch, Report
from queries.engines.files import locked, make_private
from queries.engines.lifecycle import lease
from queries.engines.process import LOG
from queries.errors import EngineError
from queries.records import Address

WHOLE = "AOTCache creation is complete"  # what Java says at its end
KEPT = 4  # caches of an engine, some 50 MB each
FORM = "with profiles"  # of what is in a cache; one of another form is not used


class Cached(Engine, Protocol):
    """An engine that can start from such a cache."""

    @property
    def class_cache(self) -> Path:
        """The file of its cache, there or not."""


@dataclass(frozen=True, slots=True)
class WithJavaOptions:
    """An engine whose Java gets other options: `options` makes those from what the engine itself would give it."""

    engine: Engine
    options: Callable[[list[str]], list[str]]

    @property
    def name(self) -> str:
        return self.engine.name

    def prepare(self, folder: Path, report: Report) -> None:
        self.engine.prepare(folder, report)

    def launch(self, folder: Path) -> Launch:
        launch = self.engine.launch(folder)
        java, *others = launch.argv
        return replace(launch, argv=[java, *self.options(others)])


def make_class_cache(engine: Cached, report: Report, rehearse: Callable[[Address], object]) -> bool:
    """Write the cache of an engine, once; whether it was written now. Raises EngineError where that is not possible.

    rehearse  does with an engine what users do with it
    """
    file = engine.class_cache
    if file.is_file():
        return False
    make_private(file.parent)
    report(f"taking {engine.name} through its work once, so that it starts fast from now on")
    with locked(file.with_suffix(".lock")), tempfile.TemporaryDirectory(dir=file.parent) as scratch:
        if file.is_file():
            return False
        written = Path(scratch) / "classes.aot"
        recording = WithJavaOptions(engine, lambda options: [f"-XX:AOTCacheOutput={written}", *options])
        with lease(recording, Path(scratch) / "home", report) as running:
            rehearse(running.address)
        if WHOLE not in (Path(scratch) / "home" / LOG).read_text(errors="replace"):
            raise EngineError(f"Java wrote no class cache for {engine.name}; it starts without one")
        written.replace(file)
        with suppress(FileNotFoundError):  # another process removes the same
            _remove_older(file.parent, engine.name)
    return True


def _remove_older(cache: Path, name: str) -> None:
    """All but the newest few: of another Java, other jars, or other places where the product is installed."""
    every = sorted(cache.glob(f"{name}-classes-*.aot"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in every[KEPT:]:
        file.unlink()


def cache_file(cache: Path, name: str, java: Path, jars: Sequence[Path]) -> Path:
    """Where the cache of an engine lies that runs on this Java from the jars of these folders."""
    held = [
        (str(jar), found.st_size, found.st_mtime_ns)
        for folder in jars
        for jar in sorted(folder.glob("*.jar"))
        for found in [jar.stat()]
    ]
    digest = blake2b(repr((FORM, str(java), release(java), held)).encode(), digest_size=8).hexdigest()
    return cache / f"{name}-classes-{digest}.aot"


def cache_options(file: Path) -> list[str]:
    """The option that makes Java start from the cache; none if the file is missing."""
    return [f"-XX:AOTCache={file}"] if file.is_file() else []


def release(java: Path) -> str:
    """What a Java says of itself in its `release` file; empty where it has none."""
    try:
        return (java.resolve().parent.parent / "release").read_text()
    except OSError:
        return ""
