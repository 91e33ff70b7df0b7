"""What was measured over a whole run, into the models of the database that hold the same counts."""

import asyncio
import shlex
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol, TypeVar

from ingest.run.read import RunReader
from queries.engines.session import open_store, sole_import
from queries.engines.settings import Settings
from queries.errors import GraphError, QueryError
from queries.load.origin import models_of_run
from queries.progress import Console
from queries.store import Step, Store


class OfClass(Protocol):
    """What is known of one class."""

    @property
    def index(self) -> int: ...


Result = TypeVar("Result", bound=OfClass)


@dataclass(frozen=True, slots=True)
class Kept:
    """Where something is in the database now.

    models  that have it
    notes   a sentence for each model of the run that lacks these counts and was left alone
    failed  why the database could not be asked or written, from some model on; None where it could
    """

    models: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    failed: str | None = None

    def told(self, what: str, run: RunReader) -> list[str]:
        """Sentences about what is not kept; `what` with its verb, such as "the probe is"."""
        failed = [f"{what} not kept: {self.failed}"] if self.failed is not None else []
        if not self.models and not self.notes and not failed:
            return [f"{what} not kept: the database has no model of {run.name}; `summit load {run.argument}` loads it"]
        return [f"{what} not kept for {note}" for note in self.notes] + failed


def keep_measured(
    settings: Settings,
    run: RunReader,
    classes: Collection[int],
    steps: Callable[[str], Sequence[Step]],
    console: Console,
) -> Kept:
    """Write what was measured of some classes of a run, in one transaction per model that was loaded from it.

    steps  the writes for a model
    What was measured may have taken hours, so an error of the database is returned with it instead of raised.
    """

    async def work() -> Kept:
        async with open_store(settings, console.report) as store:
            return await keep(store, run, classes, steps)

    try:
        with sole_import(settings, console.report):
            return asyncio.run(work())
    except GraphError as error:
        return Kept(failed=str(error))


async def keep(store: Store, run: RunReader, classes: Collection[int], steps: Callable[[str], Sequence[Step]]) -> Kept:
    """The same in an open database."""
    models, notes, failed = list[str](), list[str](), None
    digest = cache(lambda index: run.counts(index).digest)  # which reads all counts of a class
    for model in await models_of_run(store, str(run.path.resolve())):
        try:
            held = await counts_held(store, model)
            lacking = next((index for index in classes if held.get(index) != digest(index)), None)
            if lacking is None:
                await store.write_together(list(steps(model)))
                models.append(model)
            else:
                notes.append(f"{model}: {other_counts(run, model, held, lacking)}")
        except GraphError as error:
            failed = f"{model}: {error}"
            break
    return Kept(tuple(models), tuple(notes), failed)


async def require_model(store: Store, run: RunReader, model: str) -> None:
    """Raise QueryError where the database has no such model that was loaded from the run."""
    if model not in await models_of_run(store, str(run.path.resolve())):
        raise QueryError(
            f"the database has no model {model} that was loaded from {run.path}; load it, or name it with --model"
        )


async def counts_held(store: Store, model: str) -> dict[int, str | None]:
    """By class, the digest of its counts in the database; None where they are not whole."""
    return {row["index"]: row["counts"] for row in await store.run("class_digests", model=model)}


def same_counts(run: RunReader, model: str, held: Mapping[int, str | None], index: int) -> str:
    """Digest of a class's counts, the same in the run and in the database. Raises QueryError."""
    counts: str = run.counts(index).digest
    if held.get(index) != counts:
        raise QueryError(other_counts(run, model, held, index))
    return counts


def with_same_counts(
    run: RunReader, model: str, held: Mapping[int, str | None], results: Sequence[Result]
) -> tuple[list[Result], list[str]]:
    """The results of classes with the same counts in both, and a sentence for each of the others."""
    same = [each for each in results if held.get(each.index) == run.counts(each.index).digest]
    others = sorted({each.index for each in results} - {each.index for each in same})
    why = {index: other_counts(run, model, held, index) for index in others}
    return same, [f"what was measured of class {index} is not kept: {told}" for index, told in why.items()]


def other_counts(run: RunReader, model: str, held: Mapping[int, str | None], index: int) -> str:
    """That a class's counts in the database are not those of the run, and what mends it."""
    flaw = "no" if index not in held else "other" if held[index] else "damaged"
    return (
        f"the database has {flaw} counts of class {index}; run "
        f"`summit load {run.argument} --model {shlex.quote(model)}` and "
        f"`summit extract {shlex.quote(model)}`, then repeat"
    )
