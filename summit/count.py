"""Counting a network's channels over pictures."""

import os
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from queries.engines.session import Settings
from queries.errors import DataError, QueryError
from summit.terminal import Json, answer, command_group, progress_bar, report, says, words

if TYPE_CHECKING:
    from ingest.count.pipeline import ClassDone, RunSummary
    from ingest.count.settings import Settings as IngestSettings

commands = command_group()


@commands.command("ingest")
def ingest(
    network: Annotated[str, typer.Option(help="A torchvision classifier, efficientnet-lite0, or module:function.")],
    images: Annotated[Path, typer.Option(help="Folder with a subfolder of pictures for each class.")],
    run: Annotated[str, typer.Option(help="Name of the run; it lies in SUMMIT_HOME/runs.")],
    weights: Annotated[str, typer.Option(help="default, a torchvision name, a state-dict file, or none.")] = "default",
    layers: Annotated[str, typer.Option(help="Modules to use as layers, comma-separated; default: by family.")] = "",
    exclude: Annotated[str, typer.Option(help="Channels not to count, LAYER/INDEX, comma-separated.")] = "",
    classes: Annotated[str, typer.Option(help="Folders to count, comma-separated; default: all.")] = "",
    limit: Annotated[int | None, typer.Option(help="Pictures of a class, at most.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="Tab-separated folder, class: which class a folder is.")] = None,
    class_list: Annotated[Path | None, typer.Option(help="Tab-separated index, wnid, name of the outputs.")] = None,
    size: Annotated[
        int | None, typer.Option(help="Side of the network's input, pixels; default: the weights'.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:1.")] = "auto",
    batch: Annotated[int, typer.Option(help="Pictures counted together; changes speed and memory only.")] = 8,
    workers: Annotated[int, typer.Option(help="Processes that read pictures ahead.")] = 0,
    processes: Annotated[int, typer.Option(help="Copies of the network side by side.")] = 1,
    votes: Annotated[bool, typer.Option(help="Keep each picture's votes, for graphs of any subset.")] = True,
    activation_method: Annotated[int, typer.Option(help="2: by share of activation mass; 1: the top ones.")] = 2,
    activation_share: Annotated[float, typer.Option(help="Method 2: share of an image's activation mass.")] = 0.03,
    activation_top: Annotated[int, typer.Option(help="Method 1: channels of a layer.")] = 5,
    influence_method: Annotated[int, typer.Option(help="1: the top sources; 2: by share of influence.")] = 1,
    influence_share: Annotated[float, typer.Option(help="Method 2: share of a target's influence.")] = 0.03,
    influence_top: Annotated[int, typer.Option(help="Method 1: sources of a target.")] = 5,
    measure: Annotated[str, typer.Option(help="Influence over positions: max, sum or frobenius.")] = "max",
    join: Annotated[str, typer.Option(help="Edges over several convolutions: all, or the strongest.")] = "all",
    as_json: Json = False,
) -> None:
    """Count what a network's channels do for each class of a folder of pictures; finished classes are kept."""
    require_ingest()
    from ingest.count.rules import Rules
    from ingest.count.settings import Settings as IngestSettings
    from ingest.images.files import empty_folders

    settings = IngestSettings(
        network=network,
        images=images,
        run=run_folder(Settings.from_environment().home, run),
        weights=weights,
        layers=words(layers),
        exclude=words(exclude),
        classes=words(classes),
        limit=limit,
        mapping=mapping,
        class_list=class_list,
        size=size,
        device=device,
        batch=batch,
        workers=workers,
        processes=processes,
        keep_votes=votes,
        rules=Rules(
            activation_method=activation_method,
            activation_share=activation_share,
            activation_top=activation_top,
            influence_method=influence_method,
            influence_top=influence_top,
            influence_share=influence_share,
            measure=measure,
            join=join,
        ),
    )
    summary = count_pictures(settings)
    if os.environ.get("RANK", "0") != "0":
        return  # under torchrun the first process speaks for all
    for folder in empty_folders(settings.images):
        report(f"left out: {folder}: no picture in it")
    for picture in summary.skipped:
        report(f"left out: {picture}")
    answer(asdict(summary), as_json, told(summary))


def count_pictures(settings: "IngestSettings") -> "RunSummary":
    """Count, with a progress bar at a terminal and a line for each class elsewhere."""
    from ingest.count.pipeline import count_pictures as count

    with progress_bar() as progress:

        def hear(news: "ClassDone") -> None:
            if says.is_terminal:
                progress("counting", news.done, news.total)
            else:
                report(str(news))

        return count(settings, hear)


def told(summary: "RunSummary") -> str:
    accuracy = "unknown" if summary.top1_accuracy is None else f"{summary.top1_accuracy:.3f}"
    return (
        f"{summary.run}: {summary.pictures:,} pictures of {summary.counted:,} classes counted, {summary.kept:,} "
        f"kept from before, {len(summary.skipped):,} pictures left out; top-1 accuracy {accuracy}; "
        f"{summary.seconds:.1f} s"
    )


def require_ingest(module: str = "ingest.count.pipeline") -> None:
    """Raise DataError where PyTorch, or what else the module takes, is not installed."""
    try:
        import_module(module)
    except ModuleNotFoundError as error:
        raise DataError(
            f"{error.name} is not installed; run `make setup-ingest` in the checkout, or install the wheel with its "
            "extra: pip install 'FILE.whl[ingest]'"
        ) from error


def run_folder(home: Path, name: str) -> Path:
    """Where a run of that name lies. Raises QueryError for a name that cannot be a folder's."""
    if Path(name).name != name or name.startswith("."):
        raise QueryError(
            f"--run {name!r} is not a valid run name; expected one without '/' that does not start with '.'"
        )
    return home / "runs" / name
