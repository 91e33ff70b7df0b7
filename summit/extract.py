"""Attribution graphs from counts."""

import asyncio
import os
import shlex
import time
from dataclasses import asdict
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from queries.engines.session import open_store, sole_import
from queries.engines.settings import Settings
from queries.errors import QueryError
from queries.graphs.extraction import Cut, Extracted, Walk, extract_model
from queries.integrity.check import report_damage, require_extractable
from queries.load.origin import model_record
from queries.map.background import embed_later
from queries.patches import PATCHES
from queries.pictures import is_of_run, run_argument, run_pictures
from queries.records import Score
from queries.store import Store
from queries.values import counted
from queries.work.background import start_in_background
from summit.terminal import Json, answer, command_group, progress_bar, report, words

LOG = "patches.log"  # of the data directory

commands = command_group()


class Mode(Enum):
    PER_LAYER = "per-layer"
    UNIFIED = "unified"


@commands.command("extract")
def extract(
    model: Annotated[str, typer.Argument(help="Id of a model with counts (`summit load`).")],
    threshold: Annotated[float, typer.Option(help="Percent of PageRank to take, 1 to 50.")] = 7.5,
    mode: Annotated[Mode, typer.Option(help="Percent of each layer's PageRank, or of the network's.")] = Mode.PER_LAYER,
    classes: Annotated[str, typer.Option(help="Class indexes, comma-separated; default: all with counts.")] = "",
    score: Annotated[
        Score, typer.Option(help="Counts that PageRank restarts at; a class keeps one graph by each.")
    ] = Score.ACTIVATION,
    step: Annotated[float, typer.Option(help="Points to raise a threshold by while a layer has no edge.")] = 0.5,
    dead_ends: Annotated[bool, typer.Option(help="Keep edges from channels that nothing below influences.")] = True,
    damping: Annotated[float, typer.Option(help="PageRank damping factor.")] = 0.85,
    as_json: Json = False,
) -> None:
    """Compute personalized PageRank and attribution graphs inside the database; finished classes are kept.

    Where a run has patches, more of each class are cut in the background for the channels of its graphs, unless
    SUMMIT_VISUALIZE is off.
    """
    started = time.perf_counter()
    walk, cut = Walk(damping), Cut(threshold, mode is Mode.UNIFIED, step, dead_ends)
    wanted = class_indexes(classes)
    settings = Settings.from_environment()

    async def work() -> Extracted:
        async with open_store(settings, report) as store:
            await require_extractable(store, model, wanted)
            with progress_bar("extract", model) as progress:
                extracted = await extract_model(
                    store,
                    model,
                    classes=wanted,
                    walk=walk,
                    cut=cut,
                    score=score,
                    at_once=os.cpu_count() or 1,
                    progress=progress,
                )
            await report_damage(store, model, report)
            await embed_later(settings, store, model)
            if extracted.written:
                await patch_later(settings, store, model)
            return extracted

    with sole_import(settings, report):
        extracted = asyncio.run(work())
    seconds = time.perf_counter() - started
    answer(
        {**asdict(extracted), "score": score.value, "seconds": round(seconds, 2)},
        as_json,
        f"{extracted.model}: attribution graphs of {counted(extracted.written, 'class')} extracted by {score.value} "
        f"({extracted.variant} PageRank), {extracted.unchanged:,} unchanged; these graphs have "
        f"{counted(extracted.vertices, 'vertex', 'vertices')}, {counted(extracted.edges, 'edge')}; {seconds:.1f} s"
        + ("" if extracted.written else "\nnothing changed"),
    )


async def patch_later(settings: Settings, store: Store, model: str) -> None:
    """Have patches of each class cut for the channels of its graphs, in the background, if its run has any patches.

    It is said where, or else by which command. Nothing for a model that was not counted here.
    """
    run = (await model_record(store, model)).get("run")
    if run is None or not is_of_run(folder := run_pictures(Path(run))):
        return
    if settings.visualize and (folder / PATCHES).is_dir():
        await asyncio.to_thread(start_in_background, settings.home, LOG, "patches", run, "--model", model)
        log = settings.home / LOG
        report(f"patches of each class for the channels of its graphs are cut in the background; its log is {log}")
    else:
        command = f"summit patches {run_argument(Path(run))} --model {shlex.quote(model)}"
        report(f"`{command}` cuts patches of each class for the channels of its graphs")


def class_indexes(text: str, option: str = "--classes") -> list[int] | None:
    """Comma-separated class indexes; None if there are none. Raises QueryError."""
    if not words(text):
        return None
    try:
        return [int(word) for word in words(text)]
    except ValueError as error:
        raise QueryError(f"{option} {text!r}: expected class indexes, comma-separated, e.g. 0,294,295") from error
