"""Pictures of a run's channels: made of what they look for, and cut from the pictures that excite them most."""

import asyncio
import os
import shlex
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from queries.engines.session import open_store
from queries.engines.settings import Settings
from queries.errors import QueryError
from queries.graphs.channels import channels_in_graphs
from queries.load.origin import models_of_run
from queries.records import Table, model_id
from queries.values import counted, utc_now
from queries.work.background import NICE
from summit.extra import ingest_extra
from summit.load import RunName
from summit.terminal import Json, answer, command_group, console, print_table, report

if TYPE_CHECKING:
    from ingest.pictures.visualize.pipeline import Estimate, Visualized
    from ingest.run.read import RunReader

commands = command_group()


@commands.command("visualize")
def visualize(
    run: RunName,
    every: Annotated[bool, typer.Option("--all", help="Every channel, not only those in stored graphs.")] = False,
    diversity: Annotated[int, typer.Option(help="More pictures of each channel, which differ: 2 to 4.")] = 0,
    steps: Annotated[int, typer.Option(help="Steps of a picture; one that fails gets four times as many.")] = 48,
    size: Annotated[int | None, typer.Option(help="Side in pixels; default: by what the layer sees, 48 to 96.")] = None,
    processes: Annotated[
        int | None, typer.Option(min=1, help="Processes that share the work; default: one per core.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:1.")] = "auto",
    sheet: Annotated[Path | None, typer.Option(help="Write all pictures on one sheet, too, a JPEG.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many pictures, and how long.")] = False,
    background: Annotated[bool, typer.Option("--background", hidden=True)] = False,
    as_json: Json = False,
) -> None:
    """Make a picture of what each channel looks for; pictures that are there are kept.

    Of the channels that are in any stored graph of the run's models, unless --all is given. Safe to interrupt.
    """
    with ingest_extra():
        from ingest.count.forward import choose_device
        from ingest.loading import open_run
        from ingest.pictures.visualize.pipeline import estimate
        from ingest.pictures.visualize.plan import Settings as PictureSettings
        from ingest.pictures.visualize.progress import visualize_with_progress
        from ingest.pictures.visualize.sheet import write_sheet

    found = open_run(run, Settings.from_environment().home, console("visualize"))
    alone = choose_device(device).type == "cuda"
    channels = every_channel(found) if every else asyncio.run(channels_of(found))
    settings = PictureSettings(
        run=found.path,
        channels=channels,
        steps=steps,
        size=size,
        diversity=diversity,
        processes=processes or (1 if alone else os.cpu_count() or 1),
        device=device,
    )
    if background:
        os.nice(NICE)  # now, since an engine that had to be started would have inherited it
        report(f"{utc_now()} making the pictures of {found.name} (pid {os.getpid()})")
    if dry_run:
        planned = estimate(settings)
        answer(asdict(planned), as_json, told_before(planned, settings.processes))
        return
    made = visualize_with_progress(settings, console("visualize", found.name))
    if sheet is not None:
        write_sheet(settings, sheet)
    if as_json:
        answer(asdict(made), True, "")
    else:
        print_table(quality_table(made), False)
        answer(None, False, sentences(made))


def every_channel(run: "RunReader") -> dict[str, Sequence[int]]:
    """All channels of a run but the excluded ones."""
    return {
        layer.name: [channel for channel in range(layer.channels) if channel not in layer.excluded]
        for layer in run.layers
    }


async def channels_of(run: "RunReader") -> Mapping[str, Sequence[int]]:
    """The channels in any stored graph of any model that was loaded from the run. QueryError where there is none."""
    found: dict[str, set[int]] = {}
    async with open_store(Settings.from_environment(), report) as store:
        models = await models_of_run(store, str(run.path.resolve()))
        for model in models:
            for layer, channels in (await channels_in_graphs(store, model)).items():
                found.setdefault(layer, set()).update(channels)
    if not models:
        raise QueryError(
            f"no model in the database was loaded from the run {run.name}; `summit load {run.argument}` and then "
            f"`summit extract {shlex.quote(run.name)}` bring its graphs, or --all makes pictures of all channels"
        )
    if not found:
        raise QueryError(
            f"{', '.join(models)} has no graphs yet; `summit extract {shlex.quote(next(iter(models)))}` makes them, "
            "or --all makes pictures of all channels"
        )
    return {layer.name: sorted(found[layer.name]) for layer in run.layers if layer.name in found}


def told_before(planned: "Estimate", processes: int) -> str:
    if not planned.pictures:
        return f"nothing to do: {counted(planned.kept, 'picture')} there already"
    shared = f" in {processes} processes" if processes > 1 else ""
    return (
        f"{counted(planned.pictures, 'picture')} to make, {planned.kept:,} there; about {planned.seconds:,.0f} "
        f"s{shared}"
    )


def quality_table(made: "Visualized") -> Table:
    rows = [
        (
            row.layer,
            f"{row.channels:,}",
            share(row.first, row.channels),
            "unknown" if row.ratio is None else f"{row.ratio:.2f}",
        )
        for row in made.layers
    ]
    return Table(
        ("layer", "channels", "ranked first by their picture", "activation / largest"), rows, False, made.seconds
    )


def share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "unknown"


def sentences(made: "Visualized") -> str:
    channels = sum(row.channels for row in made.layers)
    first = sum(row.first for row in made.layers)
    ratio = "" if made.ratio is None else f"; median activation {made.ratio:.2f} times the largest over its pictures"
    speed = f" ({made.made / made.seconds:.1f} a second)" if made.made and made.seconds else ""
    failed = f"\nfailed, even with more steps: {', '.join(made.failed)}" if made.failed else ""
    return (
        f"{made.run}: {counted(made.made, 'picture')} made, {made.kept:,} kept; ranked first on theirs: {first:,} of "
        f"{counted(channels, 'channel')} ({share(first, channels)}){ratio}; {made.seconds:,.1f} s{speed}{failed}"
    )


@commands.command("patches")
def patches(
    run: RunName,
    model: Annotated[
        str | None, typer.Option(help="A model whose graphs count, besides all that were loaded from the run.")
    ] = None,
    background: Annotated[bool, typer.Option("--background", hidden=True)] = False,
    as_json: Json = False,
) -> None:
    """Cut the pictures that excite each channel of a run most where the channel looks.

    Classes counted by a version that did not keep where that is are shown to the network again. `summit load` makes
    patches, too, and `summit extract` has those of each class cut for the channels of its graphs, in the background.
    """
    with ingest_extra():
        from ingest.loading import open_run
        from ingest.pictures.patching import make, make_in_background

    started = time.perf_counter()
    settings = Settings.from_environment()
    found = open_run(run, settings.home, console("patches"))
    named = None if model is None else model_id(model)
    place = console("patches", found.name)
    if background:
        waited = make_in_background(settings, found, named, place, NICE)
        if waited is None:
            return
        made = waited
    else:
        made = make(settings, found, named, place, show_again=True)
    seconds = time.perf_counter() - started
    answer({"run": str(found.path), **asdict(made), "seconds": round(seconds, 2)}, as_json, f"{made}; {seconds:.1f} s")
