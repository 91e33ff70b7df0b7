"""Whether the attribution graphs of a model hold what its classes depend on."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from statistics import mean
from typing import TYPE_CHECKING, Annotated

import typer

from queries.engines.settings import Settings
from queries.errors import QueryError
from queries.records import Score, model_id
from queries.values import MOST_INT, counted
from summit.extra import ingest_extra
from summit.load import Classes, ModelId, RunName
from summit.terminal import Json, answer, command_group, console, report, words

if TYPE_CHECKING:
    from ingest.faithfulness.channels_run import ClassMeasured, Found
    from ingest.faithfulness.check import LayerFaithfulness
    from ingest.faithfulness.edges import EdgeSources
    from ingest.faithfulness.effects import ChannelEffect
    from ingest.faithfulness.run import ClassFaithfulness

DRAWS = 20  # random sets of a layer
commands = command_group()
ENDS = 10  # channels shown from either end
SHOWN = 20  # edges


@commands.command("check")
def check(
    run: RunName,
    model: ModelId = None,
    classes: Classes = "",
    draws: Annotated[
        int | None, typer.Option(min=1, max=MOST_INT, help=f"Random sets of equal size per layer; default: {DRAWS}.")
    ] = None,
    pictures: Annotated[
        int, typer.Option(min=1, max=MOST_INT, help="Counted, correctly classified pictures per class, at most.")
    ] = 8,
    seed: Annotated[int, typer.Option(min=0, max=MOST_INT, help="Of pictures and sets.")] = 0,
    score: Annotated[
        Score | None, typer.Option(help="Which graphs of the classes; default: all that were extracted.")
    ] = None,
    channels: Annotated[
        bool,
        typer.Option(
            "--channels",
            help="Measure each channel of the graphs separately instead. With --classes, measure the channels of "
            "all named classes on each of them.",
        ),
    ] = False,
    edges: Annotated[
        bool,
        typer.Option(
            "--edges",
            help="Count instead, for each channel of the graphs, the five channels of the layer below that its "
            "attribution comes from most.",
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Measure what a class loses when its graph's channels are switched off, compared with random channels.

    In log-odds, one layer at a time. Results are kept in the run, and in the database for the page. Classes that have
    one for their graph are not checked again.
    """
    if channels and edges:
        raise QueryError("--channels and --edges are two measurements; give one of them at a time")
    if draws is not None and (channels or edges):
        raise QueryError("--draws is about random sets, which --channels and --edges do not use; leave it out")
    with ingest_extra():
        from ingest.faithfulness.checking import check_model, measure_edges, measure_effects
        from ingest.faithfulness.run import Draw
        from ingest.loading import open_run

    started, settings = time.perf_counter(), Settings.from_environment()
    found = open_run(run, settings.home, console("check"))
    name = model_id(found.name if model is None else model)
    chosen, draw = found.select(words(classes)), Draw(DRAWS if draws is None else draws, pictures, seed)
    if channels:
        effects, notes = measure_effects(
            settings, found, name, chosen, score, draw, bool(words(classes)), console("check", name)
        )
        tell(name, started, notes, effects, "effects", strongest, as_json)
        return
    if edges:
        targets, notes = measure_edges(settings, found, name, chosen, score, draw, console("check", name))
        tell(name, started, notes, targets, "targets", most_counted, as_json)
        return
    results, notes = check_model(settings, found, name, chosen, score, draw, console("check", name))
    for note in notes:
        report(note)
    seconds = time.perf_counter() - started
    content = {"model": name, "classes": [asdict(each) for each in results], "seconds": round(seconds, 2)}
    tables = [f"graphs by {by}, {pictures_of(each)}\n{described(each)}" for by, each in by_score(results).items()]
    checked = len({each.index for each in results})
    answer(content, as_json, "\n\n".join([*tables, f"{counted(checked, 'class')} of {name}; {seconds:.1f} s"]))


def tell(
    name: str,
    started: float,
    notes: Sequence[str],
    results: "Sequence[ClassMeasured[Found]]",
    rows: str,
    table: "Callable[[Sequence[Found]], str]",
    as_json: bool,
) -> None:
    """Print what was measured of single channels, class by class.

    rows   what JSON calls the records of a class
    table  lines about them
    """
    for note in notes:
        report(note)
    seconds = time.perf_counter() - started
    classes = [{rows if key == "rows" else key: value for key, value in asdict(each).items()} for each in results]
    tables = [f"{each.name}, {counted(len(each.pictures), 'picture')}\n{table(each.rows)}" for each in results]
    content = {"model": name, "classes": classes, "seconds": round(seconds, 2)}
    answer(content, as_json, "\n\n".join([*tables, f"{counted(len(results), 'class')} of {name}; {seconds:.1f} s"]))


def most_counted(targets: "Sequence[EdgeSources]") -> str:
    """The edges that are counted in most pictures."""
    edges = [
        (count, f"{each.layer}/{each.channel}", source)
        for each in targets
        for source, count in zip(each.sources, each.counts, strict=True)
    ]
    edges.sort(key=lambda edge: -edge[0])
    width = max([len(target) for _, target, _ in edges[:SHOWN]] + [len("target")]) + 2
    lines = [f"{'target':<{width}}{'source below':>12}{'pictures':>10}"]
    lines += [f"{target:<{width}}{source:>12}{count:>10,}" for count, target, source in edges[:SHOWN]]
    if len(edges) > SHOWN:
        lines.append(f"... {counted(len(edges) - SHOWN, 'edge')}")
    return "\n".join(lines)


def strongest(effects: "Sequence[ChannelEffect]") -> str:
    """The channels that a class needs most, and those that speak against it most."""
    order = sorted(effects, key=lambda each: -each.drop)
    shown = order if len(order) <= 2 * ENDS else [*order[:ENDS], None, *order[-ENDS:]]
    width = max(len(f"{each.layer}/{each.channel}") for each in order) + 2
    lines = [f"{'channel':<{width}}{'costs':>8}   95 % interval over pictures"]
    for each in shown:
        if each is None:
            lines.append(f"... {counted(len(order) - 2 * ENDS, 'channel')}")
            continue
        interval = "" if each.low is None or each.high is None else f"   {each.low:.2f} to {each.high:.2f}"
        lines.append(f"{f'{each.layer}/{each.channel}':<{width}}{each.drop:>8.2f}{interval}")
    return "\n".join(lines)


def by_score(results: "Sequence[ClassFaithfulness]") -> "dict[str, list[ClassFaithfulness]]":
    found: dict[str, list[ClassFaithfulness]] = {}
    for result in results:
        found.setdefault(result.score, []).append(result)
    return found


def pictures_of(results: "Sequence[ClassFaithfulness]") -> str:
    """On how many pictures they were measured."""
    numbers = [len(result.pictures) for result in results]
    least, most = min(numbers), max(numbers)
    return f"{'' if least == most else f'{least:,} to '}{counted(most, 'picture')} per class"


def described(results: "Sequence[ClassFaithfulness]") -> str:
    """A table with a row for each layer, means over classes, and one of classes' means over their layers."""
    layers: dict[str, list[LayerFaithfulness]] = {}
    for result in results:
        for layer in result.layers:
            layers.setdefault(layer.layer, []).append(layer)
    overall = [result.overall for result in results]
    width = max([*map(len, layers), *(len(row.layer) for row in overall)], default=0) + 2
    columns = ("channels", "drop", "random", "99 %", "beaten", "matched", "kept")
    lines = [f"{'layer':<{width}}" + "".join(f"{column:>10}" for column in columns)]
    lines += [f"{layer:<{width}}{row_of(rows)}" for layer, rows in layers.items()]
    if overall:
        lines.append(f"{overall[0].layer:<{width}}{row_of(overall)}")
    return "\n".join(lines)


def row_of(rows: "Sequence[LayerFaithfulness]") -> str:
    kept = [row.recovered for row in rows if row.recovered is not None]
    values = [mean(getattr(row, name) for row in rows) for name in ("channels", "drop", "null_mean", "null_99")]
    cells = [f"{values[0]:.1f}", *(f"{value:.2f}" for value in values[1:])]
    cells += [f"{mean(row.beaten for row in rows):.0%}", f"{mean(row.matched for row in rows):.2f}"]
    return "".join(f"{cell:>10}" for cell in [*cells, f"{mean(kept):.2f}" if kept else "-"])
