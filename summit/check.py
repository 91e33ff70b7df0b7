"""Whether the attribution graphs of a model hold what its classes depend on."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Annotated

import typer

from queries.engines.session import open_store
from queries.engines.settings import Settings
from queries.errors import QueryError
from queries.graphs.stored import read_graph
from queries.load.origin import models_of_run
from queries.records import class_id, model_id
from summit.extra import ingest_extra
from summit.load import ModelId, RunName
from summit.terminal import CONSOLE, Json, answer, command_group, progress_bar, report, words

if TYPE_CHECKING:
    from ingest.faithfulness.check import LayerFaithfulness
    from ingest.faithfulness.run import ClassFaithfulness

commands = command_group()


@commands.command("check")
def check(
    run: RunName,
    model: ModelId = None,
    classes: Annotated[str, typer.Option(help="Folder names or indexes, comma-separated; default: all.")] = "",
    draws: Annotated[int, typer.Option(min=1, help="Random sets of equal size per layer.")] = 20,
    pictures: Annotated[int, typer.Option(min=1, help="Rightly classified pictures per class, at most.")] = 8,
    seed: Annotated[int, typer.Option(help="Of pictures and sets.")] = 0,
    as_json: Json = False,
) -> None:
    """Measure what a class loses when its graph's channels are switched off, compared with random channels.

    In log-odds, one layer at a time. Results are kept in the run, and classes that have one for their graph are not
    checked again.
    """
    with ingest_extra():
        from ingest.faithfulness.run import Draw, check_run
        from ingest.loading import open_run

    started, settings = time.perf_counter(), Settings.from_environment()
    found = open_run(run, settings.home, CONSOLE)
    name = model_id(found.name if model is None else model)
    graphs = asyncio.run(stored_graphs(settings, name, found.path.resolve(), found.select(words(classes))))
    with progress_bar() as progress:
        results, notes = check_run(found, graphs, Draw(draws, pictures, seed), progress)
    for note in notes:
        report(note)
    seconds = time.perf_counter() - started
    content = {"model": name, "classes": [asdict(each) for each in results], "seconds": round(seconds, 2)}
    answer(content, as_json, f"{described(results)}\n{len(results):,} classes of {name}; {seconds:.1f} s")


async def stored_graphs(
    settings: Settings, model: str, run: Path, classes: Sequence[int]
) -> dict[int, dict[str, list[int]]]:
    """The channels of each class's graph by layer. QueryError where the model was not loaded from the run."""
    async with open_store(settings, report) as store:
        if model not in await models_of_run(store, str(run)):
            raise QueryError(
                f"the database has no model {model} that was loaded from {run}; load it, or name it with --model"
            )
        graphs = {index: (await read_graph(store, class_id(model, index)))[0] for index in classes}
    if missing := [index for index, channels in graphs.items() if not channels]:
        raise QueryError(
            f"classes {missing[:5]} of {model} have no attribution graph; run `summit extract {model}` first"
        )
    return {index: by_layer(model, channels) for index, channels in graphs.items()}


def by_layer(model: str, channels: Sequence[Mapping[str, object]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row in channels:
        layer, _, index = str(row["channel"]).removeprefix(f"{model}/").rpartition("/")
        found.setdefault(layer, []).append(int(index))
    return found


def described(results: "Sequence[ClassFaithfulness]") -> str:
    """A table with a row for each layer, means over classes, and one over all layers."""
    layers: dict[str, list[LayerFaithfulness]] = {}
    for result in results:
        for layer in result.layers:
            layers.setdefault(layer.layer, []).append(layer)
    width = max([*map(len, layers), len("all layers")]) + 2
    columns = ("channels", "drop", "random", "99 %", "beaten", "matched", "kept")
    lines = [f"{'layer':<{width}}" + "".join(f"{column:>10}" for column in columns)]
    lines += [f"{layer:<{width}}{row_of(rows)}" for layer, rows in layers.items()]
    if layers:
        lines.append(f"{'all layers':<{width}}{row_of([row for rows in layers.values() for row in rows])}")
    return "\n".join(lines)


def row_of(rows: "Sequence[LayerFaithfulness]") -> str:
    kept = [row.recovered for row in rows if row.recovered is not None]
    values = [mean(getattr(row, name) for row in rows) for name in ("channels", "drop", "null_mean", "null_99")]
    cells = [f"{values[0]:.1f}", *(f"{value:.2f}" for value in values[1:])]
    cells += [f"{mean(row.beaten for row in rows):.0%}", f"{mean(row.matched for row in rows):.2f}"]
    return "".join(f"{cell:>10}" for cell in [*cells, f"{mean(kept):.2f}" if kept else "-"])
