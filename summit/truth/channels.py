"""Which channels of a run mean nothing."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from queries.engines.settings import Settings
from queries.files import refuse_taken, whole_file
from queries.values import counted
from summit.extra import ingest_extra
from summit.load import RunName
from summit.terminal import Json, answer, command_group, console, report

if TYPE_CHECKING:
    from ingest.channels.run import ChannelScore

commands = command_group()


@commands.command("channels")
def channels(
    run: RunName,
    position: Annotated[
        float, typer.Option(min=0, help="Divergence of the places of peaks from the layer's, in nats: more than this.")
    ] = 1.0,
    selectivity: Annotated[
        float, typer.Option(min=0, max=1, help="Share of the variance of peaks between classes: less than this.")
    ] = 0.12,
    frequency: Annotated[
        float, typer.Option(min=0, max=1, help="Share of pictures in which the channel is counted: at least this.")
    ] = 0.05,
    to: Annotated[Path | None, typer.Option(help="Write the list for `summit ingest --exclude` to this file.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file that --to names.")] = False,
    as_json: Json = False,
) -> None:
    """Propose channels that mean nothing: peaks in unusual places, hardly dependent on the class, yet often counted.

    Scores of all channels are kept in the database, for the stored query channels_without_meaning.
    """
    with ingest_extra():
        from ingest.channels.keeping import keep_scores
        from ingest.channels.run import Limits, listed, score_channels
        from ingest.loading import open_run

    if to:
        refuse_taken(to, force)
    started, settings = time.perf_counter(), Settings.from_environment()
    found = open_run(run, settings.home, console("channels"))
    where = console("channels", found.name)
    with where.progress() as progress:
        scores = score_channels(found, progress)
    stored = keep_scores(settings, found, scores, where)
    for line in stored.told("scores are", found):
        report(line)
    limits = Limits(position, selectivity, frequency)
    proposed = sorted(filter(limits.proposes, scores), key=lambda each: -each.frequency)
    if to:
        with whole_file(to, force) as file:
            file.write(listed(found.name, proposed).encode())
    seconds = time.perf_counter() - started
    content = {
        "run": found.name,
        "limits": asdict(limits),
        "models": stored.models,
        "proposed": [each.name for each in proposed],
        "channels": [asdict(each) for each in scores],
        "seconds": round(seconds, 2),
    }
    kept = f"; kept for {', '.join(stored.models)}" if stored.models else ""
    lines = [described(proposed)] if proposed else []
    summary = f"{len(proposed):,} of {counted(len(scores), 'channel')} of {found.name} proposed for exclusion{kept}"
    answer(content, as_json, "\n".join([*lines, f"{summary}; {seconds:.1f} s"]))
    if stored.failed is not None:
        raise typer.Exit(1)


def described(proposed: "list[ChannelScore]") -> str:
    """A table of channels with their scores."""
    width = max(len("channel"), *(len(each.name) for each in proposed)) + 2
    columns = ("position", "selectivity", "frequency")
    lines = [f"{'channel':<{width}}" + "".join(f"{column:>13}" for column in columns)]
    for each in proposed:
        values = (each.position or 0.0, each.selectivity or 0.0, each.frequency)
        lines.append(f"{each.name:<{width}}" + "".join(f"{value:>13.3f}" for value in values))
    return "\n".join(lines)
