"""How early in a network its classes can be told apart."""

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from queries.engines.settings import Settings
from queries.values import MOST_INT, counted
from summit.extra import ingest_extra
from summit.load import Classes, RunName
from summit.terminal import Json, answer, command_group, console, report, words

if TYPE_CHECKING:
    from ingest.probe.run import Probe

commands = command_group()


@commands.command("probe")
def probe(
    run: RunName,
    classes: Classes = "",
    top: Annotated[int, typer.Option(min=1, max=MOST_INT, help="Most activated channels of each class.")] = 5,
    pictures: Annotated[int, typer.Option(min=4, max=MOST_INT, help="Pictures per class, at most.")] = 100,
    held_out: Annotated[
        float, typer.Option(min=0.01, max=0.9, help="Share of them that the classifier is tested on.")
    ] = 0.25,
    sets: Annotated[int, typer.Option(min=1, max=MOST_INT, help="Random sets of as many channels per layer.")] = 5,
    seed: Annotated[int, typer.Option(min=0, max=MOST_INT, help="Of pictures and sets.")] = 0,
    as_json: Json = False,
) -> None:
    """Measure how well a linear classifier tells the classes apart by each layer's channels.

    By the classes' most activated channels, by as many random ones, and by all. It learns from the peaks that the run
    keeps of each picture, so the network does not run again. An interrupted probe goes on where it stopped. What is
    found is kept in the database for the page and the API, if the run was loaded; if that fails, the answer is
    printed all the same, and the command ends with 1.
    """
    with ingest_extra():
        from ingest.loading import open_run
        from ingest.probe.keeping import keep_probe
        from ingest.probe.run import ProbeSettings, probe_run

    started, settings = time.perf_counter(), Settings.from_environment()
    found = open_run(run, settings.home, console("probe"))
    chosen, asked = found.select(words(classes)), ProbeSettings(top, pictures, held_out, sets, seed)
    where = console("probe", found.name)
    with where.progress() as progress:
        result, notes = probe_run(found, chosen, asked, progress)
    kept = keep_probe(settings, found, chosen, result, where)
    for line in (*notes, *kept.told("the probe is", found)):
        report(line)
    content = {**asdict(result), "models": kept.models, "seconds": round(time.perf_counter() - started, 2)}
    for_models = f"\nkept for {', '.join(kept.models)}" if kept.models else ""
    answer(content, as_json, described(result) + for_models)
    if kept.failed is not None:
        raise typer.Exit(1)


def described(result: "Probe") -> str:
    """A table with a row for each layer, below what it was measured on."""
    width = max(len("layer"), *(len(layer.layer) for layer in result.layers)) + 2
    columns = ("channels", "top", "random", "least", "most", "all of", "all")
    lines = [
        f"{counted(len(result.classes), 'class')} of {result.run}; accuracy on "
        f"{counted(result.held_out, 'held-out picture')}, after learning from {result.learning:,}; chance "
        f"{result.chance:.3f}",
        f"{'layer':<{width}}" + "".join(f"{column:>10}" for column in columns),
    ]
    for each in result.layers:
        accuracies = (each.accuracy, each.random, each.random_least, each.random_most)
        cells = (f"{each.channels:,}", *(f"{value:.3f}" for value in accuracies), f"{each.size:,}", f"{each.every:.3f}")
        lines.append(f"{each.layer:<{width}}" + "".join(f"{cell:>10}" for cell in cells))
    return "\n".join(lines)
