"""What was measured over a whole run, into the models of the database that hold the same counts."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from ingest.run.read import RunReader
from queries.engines.session import open_store, sole_import
from queries.engines.settings import Settings
from queries.errors import GraphError
from queries.load.origin import models_of_run
from queries.progress import Console
from queries.store import Step, Store


@dataclass(frozen=True, slots=True)
class Kept:
    """Where something is in the database now.

    models  that have it
    notes   a sentence for each model of the run that has other counts and was left alone
    failed  why the database could not be asked or written; None where it could
    """

    models: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    failed: str | None = None

    def told(self, what: str, run: str) -> list[str]:
        """Sentences about what is not kept; `what` with its verb, such as "the probe is"."""
        if self.failed is not None:
            return [f"{what} not kept: {self.failed}"]
        if not self.models and not self.notes:
            return [f"{what} not kept: the database has no model of {run}; `summit load {run}` loads it"]
        return [f"{what} not kept for {note}" for note in self.notes]


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
    models, notes = [], []
    for model in await models_of_run(store, str(run.path.resolve())):
        if (other := await other_counts(store, run, model, classes)) is None:
            await store.write_together(list(steps(model)))
            models.append(model)
        else:
            notes.append(f"{model}, which has other counts of class {other}; `summit load {run.name} --model {model}`")
    return Kept(tuple(models), tuple(notes))


async def other_counts(store: Store, run: RunReader, model: str, classes: Collection[int]) -> int | None:
    """The first of some classes whose counts a model does not hold as the run has them; None where it holds all."""
    held = {row["index"]: row["counts"] for row in await store.run("class_digests", model=model)}
    return next((index for index in classes if held.get(index) != run.counts(index).digest), None)
