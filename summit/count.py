"""Counting a network's channels over pictures."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from queries.engines.settings import Settings
from queries.errors import QueryError
from summit.extra import ingest_extra
from summit.terminal import Json, answer, command_group, console, report, words

commands = command_group()


@commands.command("ingest")
def ingest(
    network: Annotated[str, typer.Option(help="A name that `summit networks` lists, module:function, or FILE.pt2.")],
    images: Annotated[
        Path, typer.Option(help="Folder with one subfolder per class, or a table (path, class), Parquet or tar shards.")
    ],
    run: Annotated[str, typer.Option(help="Name of the run, a folder in SUMMIT_HOME/runs.")],
    weights: Annotated[str, typer.Option(help="default, the name of weights, a file, or none.")] = "default",
    layers: Annotated[str, typer.Option(help="Modules to use as layers, comma-separated; default: by family.")] = "",
    exclude: Annotated[
        str, typer.Option(help="Channels never to count: LAYER/INDEX, comma-separated, or a file with one per line.")
    ] = "",
    classes: Annotated[str, typer.Option(help="Folders to count, comma-separated; default: all.")] = "",
    limit: Annotated[int | None, typer.Option(help="Pictures per class, a random sample; default: all.")] = None,
    first: Annotated[int | None, typer.Option(help="Pictures per class, the first by name; default: all.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the sample.")] = 0,
    mapping: Annotated[
        str | None, typer.Option(help="Tab-separated folder, class; or sorted: folders by name are the outputs.")
    ] = None,
    class_list: Annotated[Path | None, typer.Option(help="Tab-separated index, wnid, name of the outputs.")] = None,
    size: Annotated[
        int | None, typer.Option(help="Side of the network's input, pixels; resized in proportion.")
    ] = None,
    resize: Annotated[int | None, typer.Option(help="Short side after resizing; default: the network's own.")] = None,
    crop: Annotated[int | None, typer.Option(help="Side of the centre square; default: the network's own.")] = None,
    interpolation: Annotated[str | None, typer.Option(help="bilinear, bicubic, nearest, lanczos, ...")] = None,
    mean: Annotated[str | None, typer.Option(help="Of red,green,blue, as shares of full brightness (0..1).")] = None,
    std: Annotated[str | None, typer.Option(help="Of red,green,blue, as shares of full brightness (0..1).")] = None,
    transform_input: Annotated[
        bool | None, typer.Option(help="Whether googlenet or inception_v3 converts its input itself.")
    ] = None,
    output: Annotated[str | None, typer.Option(help="Part of the network's answer that has the class scores.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:1.")] = "auto",
    batch: Annotated[int, typer.Option(help="Pictures counted at once; affects only speed and memory.")] = 8,
    workers: Annotated[int, typer.Option(help="Processes that read pictures ahead.")] = 0,
    processes: Annotated[int, typer.Option(help="Processes that share the pictures.")] = 1,
    orientation: Annotated[bool, typer.Option(help="Turn pictures as their EXIF orientation says.")] = False,
    dry_run: Annotated[bool, typer.Option(help="Only say what would be counted, and for how long.")] = False,
    votes: Annotated[
        bool,
        typer.Option("--keep-votes/--no-votes", help="Keep each picture's votes, for graphs of subsets."),
    ] = False,
    resample: Annotated[
        bool,
        typer.Option(
            help="Resample each class's pictures, for probabilities of its graph's channels and edges. Counting needs "
            "less memory without this and without --keep-votes."
        ),
    ] = True,
    attribution: Annotated[
        bool, typer.Option(help="Count what raises the class's log-odds, too; up to twice the time.")
    ] = False,
    means: Annotated[
        str | None, typer.Option(help="Run whose layer means attribution is taken from; default: this run's own.")
    ] = None,
    activation_method: Annotated[int, typer.Option(help="2: by share of activation mass; 1: the top channels.")] = 2,
    activation_share: Annotated[float, typer.Option(help="Method 2: share of an image's activation mass.")] = 0.03,
    activation_top: Annotated[int, typer.Option(help="Method 1: channels per layer.")] = 5,
    influence_method: Annotated[int, typer.Option(help="1: the top sources; 2: by share of influence.")] = 1,
    influence_share: Annotated[float, typer.Option(help="Method 2: share of a target's influence.")] = 0.03,
    influence_top: Annotated[int, typer.Option(help="Method 1: sources per target.")] = 5,
    measure: Annotated[str, typer.Option(help="Influence over positions: max, sum or frobenius.")] = "max",
    join: Annotated[str, typer.Option(help="Edges over several convolutions: all, or the strongest.")] = "all",
    as_json: Json = False,
) -> None:
    """Count the activations and influences of a network's channels, class by class.

    What a run has is kept: pictures and classes that it lacks are added.
    """
    with ingest_extra():
        from ingest.count.pipeline import count_with_progress
        from ingest.count.ranks import first_rank
        from ingest.count.rules import Rules
        from ingest.count.settings import SORTED
        from ingest.count.settings import Settings as CountSettings
        from ingest.estimate import estimate
        from ingest.network.preprocess import Adjustments
        from ingest.run.excluded import channels_to_exclude
        from ingest.run.files import run_folder
        from ingest.run.read import find_run

    home = Settings.from_environment().home
    settings = CountSettings(
        network=network,
        images=images,
        run=run_folder(home, run),
        weights=weights,
        layers=words(layers),
        exclude=channels_to_exclude(exclude),
        classes=words(classes),
        limit=limit,
        first=first,
        seed=seed,
        mapping=SORTED if mapping == SORTED else Path(mapping) if mapping else None,
        class_list=class_list,
        adjustments=Adjustments(size, resize, crop, interpolation, colour("--mean", mean), colour("--std", std)),
        transform_input=transform_input,
        output=output,
        device=device,
        batch=batch,
        workers=workers,
        processes=processes,
        oriented=orientation,
        attribution=attribution,
        means=find_run(means, home) if means else None,
        keep_votes=votes,
        resample=resample,
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
    result = estimate(settings, report) if dry_run else count_with_progress(settings, console("ingest", run))
    if first_rank():
        answer(asdict(result), as_json, str(result))


@commands.command("networks")
def networks(
    search: Annotated[str, typer.Argument(help="Part of a name; default: all.")] = "", as_json: Json = False
) -> None:
    """List the networks that `summit ingest --network` knows by name, with the names of their weights."""
    with ingest_extra():
        from ingest.network.load import known_networks

    found = [network for network in known_networks() if search.lower() in network.name]
    lines = [f"{network.name:<44}  {', '.join(network.weights) or 'no weights'}" for network in found]
    answer([asdict(network) for network in found], as_json, "\n".join(lines))
    if not found:
        report(f"no network's name contains {search!r}")


def colour(option: str, text: str | None) -> tuple[float, float, float] | None:
    """Three numbers, or one for all three, from an option's text. Raises QueryError."""
    if text is None:
        return None
    try:
        values = tuple(map(float, words(text)))
    except ValueError:
        values = ()
    if len(values) == 1:
        values *= 3
    if len(values) != 3:
        raise QueryError(f"{option} {text!r}: expected three numbers, for example 0.485,0.456,0.406, or one for all")
    return values
