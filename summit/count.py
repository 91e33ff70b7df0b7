"""Counting a network's channels over pictures."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from queries.errors import DataError
from queries.session import Settings
from summit.terminal import Json, answer, command_group, report, words

commands = command_group()


@commands.command("ingest")
def ingest(
    network: Annotated[str, typer.Option(help="A torchvision classifier, efficientnet-lite0, or module:function.")],
    images: Annotated[Path, typer.Option(help="Folder with a subfolder of pictures for each class.")],
    run: Annotated[str, typer.Option(help="Name of the run; it lies in SUMMIT_HOME/runs.")],
    weights: Annotated[str, typer.Option(help="default, a torchvision name, a state-dict file, or none.")] = "default",
    layers: Annotated[str, typer.Option(help="Modules that are the rows, comma-separated; default: by family.")] = "",
    exclude: Annotated[str, typer.Option(help="Channels not to count, LAYER/INDEX, comma-separated.")] = "",
    classes: Annotated[str, typer.Option(help="Folders to count, comma-separated; default: all.")] = "",
    limit: Annotated[int | None, typer.Option(help="Pictures of a class, at most.", min=1)] = None,
    mapping: Annotated[Path | None, typer.Option(help="Tab-separated folder, class: which class a folder is.")] = None,
    class_list: Annotated[Path | None, typer.Option(help="Tab-separated index, wnid, name of the outputs.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:1.")] = "auto",
    processes: Annotated[int, typer.Option(help="Copies of the network side by side.", min=1)] = 1,
    as_json: Json = False,
) -> None:
    """Count what a network's channels do for each class of a folder of pictures; finished classes are kept."""
    try:
        from ingest.pipeline import measure
        from ingest.settings import Settings as IngestSettings
    except ModuleNotFoundError as error:
        raise DataError(
            f"{error.name} is not installed; install the extra: pip install 'summit-graph[ingest]'"
        ) from error
    settings = IngestSettings(
        network=network,
        images=images,
        run=Settings.from_environment().home / "runs" / run,
        weights=weights,
        layers=words(layers),
        exclude=words(exclude),
        classes=words(classes),
        limit=limit,
        mapping=mapping,
        class_list=class_list,
        device=device,
        processes=processes,
    )
    summary = measure(settings, report)
    for picture in summary.skipped:
        report(f"left out: {picture}")
    accuracy = "unknown" if summary.top1_accuracy is None else f"{summary.top1_accuracy:.3f}"
    answer(
        asdict(summary),
        as_json,
        f"{summary.run}: {summary.pictures:,} pictures of {summary.counted:,} classes counted, {summary.kept:,} "
        f"kept from before, {len(summary.skipped):,} pictures left out; top-1 accuracy {accuracy}; "
        f"{summary.seconds:.1f} s",
    )
