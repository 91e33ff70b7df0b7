"""Checking a model in the database: the channels of its graphs out, what the check found back in."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ingest.run.keeping import counts_held, require_model, same_counts, with_same_counts
from ingest.run.read import RunReader
from queries.engines.session import open_store, sole_import
from queries.engines.settings import Settings
from queries.graphs.effects import edge_attribution_steps, effect_steps
from queries.graphs.faithfulness import (
    GraphChannels,
    channels_by_activation,
    channels_by_attribution,
    faithfulness_step,
)
from queries.progress import Console
from queries.records import Record, Score
from queries.store import Step

if TYPE_CHECKING:
    from ingest.faithfulness.channels_run import ClassMeasured
    from ingest.faithfulness.edges import EdgeSources
    from ingest.faithfulness.effects import ChannelEffect
    from ingest.faithfulness.run import ClassFaithfulness, Draw


def check_model(
    settings: Settings,
    run: RunReader,
    model: str,
    classes: Sequence[int],
    score: Score | None,
    draw: "Draw",
    console: Console,
) -> "tuple[list[ClassFaithfulness], list[str]]":
    """What check_run finds about the stored graphs of some classes, which the database then has, too.

    score  None: graphs by activation, and by attribution where there are such
    Raises QueryError where the model was not loaded from the run, or a graph is missing; DataError as check_run does.
    """
    from ingest.faithfulness.run import check_run

    graphs = asyncio.run(stored_graphs(settings, run, model, classes, score, console))
    with console.progress() as progress:
        results, notes = check_run(run, graphs, draw, progress)
    with sole_import(settings, console.report):
        notes += asyncio.run(keep(settings, run, model, graphs, results, draw, console))
    return results, notes


def measure_effects(
    settings: Settings,
    run: RunReader,
    model: str,
    classes: Sequence[int],
    score: Score | None,
    draw: "Draw",
    together: bool,
    console: Console,
) -> "tuple[list[ClassMeasured[ChannelEffect]], list[str]]":
    """The effects of the channels of the stored graphs of some classes, which the database then has.

    score     as of check_model; together  measure the channels of all these graphs on each of the classes
    Errors as of check_model.
    """
    from ingest.faithfulness.channels_run import EFFECTS, measured_in_run, wanted_channels

    graphs = asyncio.run(stored_graphs(settings, run, model, classes, score, console))
    with console.progress() as progress:
        results, notes = measured_in_run(EFFECTS, run, wanted_channels(graphs, together), draw, progress)
    with sole_import(settings, console.report):
        notes += asyncio.run(keep_of_classes(settings, run, effect_steps, model, results, draw, console))
    return results, notes


def measure_edges(
    settings: Settings,
    run: RunReader,
    model: str,
    classes: Sequence[int],
    score: Score | None,
    draw: "Draw",
    console: Console,
) -> "tuple[list[ClassMeasured[EdgeSources]], list[str]]":
    """What leads to the channels of the stored graphs of some classes, by attribution; the database then has it, too.

    Parameters and errors as of check_model.
    """
    from ingest.faithfulness.channels_run import EDGES, measured_in_run, wanted_channels

    graphs = asyncio.run(stored_graphs(settings, run, model, classes, score, console))
    lowest = run.layers[0].name
    targets = {
        index: {layer: each for layer, each in channels.items() if layer != lowest}
        for index, channels in wanted_channels(graphs, together=False).items()
    }
    with console.progress() as progress:
        results, notes = measured_in_run(EDGES, run, targets, draw, progress)
    with sole_import(settings, console.report):
        notes += asyncio.run(keep_of_classes(settings, run, edge_attribution_steps, model, results, draw, console))
    return results, notes


async def keep_of_classes(
    settings: Settings,
    run: RunReader,
    steps: Callable[[str, int, Sequence[Record]], list[Step]],
    model: str,
    results: "Sequence[ClassMeasured[Any]]",
    draw: "Draw",
    console: Console,
) -> list[str]:
    """Put what was measured of single channels into the database, class by class.

    steps  the writes for a class's rows, in place of those that it has
    Returns a sentence for each class that has other counts there by now; the run keeps what was measured of it.
    """
    async with open_store(settings, console.report) as store:
        same, notes = with_same_counts(run, model, await counts_held(store, model), results)
        for result in same:
            drawn = {"pictures": len(result.pictures), "seed": draw.seed}
            rows = [{**asdict(row), **drawn} for row in result.rows]
            await store.write_together(steps(model, result.index, rows))
        return notes


async def stored_graphs(
    settings: Settings, run: RunReader, model: str, classes: Sequence[int], score: Score | None, console: Console
) -> list[GraphChannels]:
    """The channels of each class's graphs; parameters and errors as of check_model.

    Raises QueryError where a class has other counts in the database than in the run, as its graph is not of these.
    """
    async with open_store(settings, console.report) as store:
        await require_model(store, run, model)
        held = await counts_held(store, model)
        for index in classes:
            same_counts(run, model, held, index)
        found = []
        if score is not Score.ATTRIBUTION:
            found += await channels_by_activation(store, model, classes)
        if score is not Score.ACTIVATION:
            found += await channels_by_attribution(store, model, classes, required=score is not None)
        return found


async def keep(
    settings: Settings,
    run: RunReader,
    model: str,
    graphs: Sequence[GraphChannels],
    results: "Sequence[ClassFaithfulness]",
    draw: "Draw",
    console: Console,
) -> list[str]:
    """Put the results into the database.

    graphs  that were checked
    Returns sentences as keep_of_classes does.
    """
    checked = {(each.index, each.score.value): each for each in graphs}
    layers = [layer.name for layer in run.layers]
    async with open_store(settings, console.report) as store:
        same, notes = with_same_counts(run, model, await counts_held(store, model), results)
        for result in same:
            drawn = {"pictures": len(result.pictures), "draws": draw.sets, "seed": draw.seed}
            rows = [{**asdict(layer), **drawn} for layer in result.layers]
            step = faithfulness_step(model, checked[result.index, result.score], layers, rows)
            await store.write_together([step])
        return notes
