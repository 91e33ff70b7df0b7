"""A run as files for `neo4j-admin database import full`: for models whose relationships go into the hundred millions.

The imported database is the one that loading the run makes, once loading has looked at it and signed the counts (which
takes seconds): nothing reads them before. Constraints and indexes come when a Store is first opened.
"""

import hashlib
import shlex
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import numpy

from queries.errors import DataError
from queries.graphs.adjacency import adjacency_rows
from queries.load.counts import ClassCounts, CountedRun, Summary
from queries.load.influences import by_target
from queries.load.pairs import Pairs, Sum, hops, no_pairs
from queries.load.steps import described_model, layer_rows
from queries.progress import Progress
from queries.records import LayerSize, Record, Row, channel_id, class_id
from queries.values import utc_now

LIST, LIST_NAME = "\x1f", "U+001F"  # between the values of a list, and what the tool calls it: names may hold any other
ADJACENCY = ("in_starts", "in_sources", "in_weights", "out_starts", "out_targets", "out_weights")
NODES = {"models": "Model", "layers": "Layer", "channels": "Channel", "classes": "ImageClass", "adjacency": "Adjacency"}
RELATIONSHIPS = {
    "layers-of-model": "OF_MODEL",
    "classes-of-model": "OF_MODEL",
    "channels-of-layer": "OF_LAYER",
    "activates": "ACTIVATES",
    "attributed-to": "ATTRIBUTED_TO",
    "contributes-to": "CONTRIBUTES_TO",
    "influences": "INFLUENCES",
    "influenced": "INFLUENCED",
    "has-adjacency": "HAS_ADJACENCY",
}
BUFFER = "16m"  # the tool's limit on one row; the longest list is a layer's adjacency


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    arguments  of neo4j-admin, the database's name being `neo4j`
    """

    folder: Path
    classes: int
    nodes: int
    relationships: int
    arguments: tuple[str, ...]

    @property
    def command(self) -> str:
        return shlex.join(["neo4j-admin", *self.arguments])


class Sheet:
    """One CSV file that is being written; the first row holds names and types."""

    def __init__(self, file: IO[str], header: Sequence[str]) -> None:
        self._file, self.rows = file, 0
        file.write(",".join(map(cell, header)) + "\n")

    def write(self, rows: Iterable[Sequence[object]]) -> None:
        for row in rows:
            self._file.write(",".join(map(cell, row)) + "\n")
            self.rows += 1

    def write_lines(self, lines: Iterable[str], count: int) -> None:
        """Rows that are text already."""
        self._file.writelines(lines)
        self.rows += count


def write_bulk(run: CountedRun, summaries: Sequence[Summary], folder: Path, model: str, progress: Progress) -> Exported:
    """Write all files, class by class, then put them in their place. Raises DataError where it cannot."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".unfinished-", dir=folder) as unfinished:
            with ExitStack() as files:
                sheets = {
                    name: Sheet(files.enter_context((Path(unfinished) / name).open("w", newline="")), header)
                    for name, header in headers(run, summaries, model).items()
                }
                columns = list(class_properties(summaries))
                total = Sum(run.layers)
                for done, summary in enumerate(summaries, 1):
                    counts = run.counts(summary.index)
                    write_class(sheets, run, counts, summary, model, columns)
                    total.add(counts.influences)
                    progress("exporting", done, len(summaries))
                pairs = total.total()
                write_network(sheets, run, model, pairs)
                write_channel_graph(sheets, run, pairs)
            for name in sheets:
                (Path(unfinished) / name).replace(folder / f"{name}.csv")
    except OSError as error:
        raise DataError(f"cannot write to {folder}: {error.strerror}; name another folder with --to") from error
    return Exported(
        folder,
        classes=len(summaries),
        nodes=sum(sheets[name].rows for name in NODES),
        relationships=sum(sheets[name].rows for name in RELATIONSHIPS),
        arguments=(
            *("database", "import", "full", "neo4j", "--overwrite-destination", f"--read-buffer-size={BUFFER}"),
            f"--array-delimiter={LIST_NAME}",
            *(f"--nodes={label}={folder / name}.csv" for name, label in NODES.items()),
            *(f"--relationships={kind}={folder / name}.csv" for name, kind in RELATIONSHIPS.items()),
        ),
    )


def headers(run: CountedRun, summaries: Sequence[Summary], model: str) -> dict[str, list[str]]:
    """Columns of every file.

    The numbers that join rows of different files are in spaces of the model's own, so that the files of several exports
    can be imported together.
    """
    space = hashlib.sha256(model.encode()).hexdigest()[:8]
    layers, channels, classes, adjacency = (f"{kind}-{space}" for kind in ("layer", "channel", "class", "adjacency"))
    return {
        "models": ["id:ID(model)", *typed(model_row(run, no_pairs()))],
        "layers": [f":ID({layers})", "id", "model", "name", "index:long", "channels:long"],
        "channels": [
            *(f":ID({channels})", "id", "model", "layer"),
            *("layer_index:long", "index:long", "excluded:boolean"),
            *("skips:long", "skip_sources:long[]", "both_sources:long[]"),
        ],
        "classes": [
            *(f":ID({classes})", "id", "model", "index:long"),
            *("imported_digest", "about_digest", "influence_count:long"),
            *typed(class_properties(summaries)),
        ],
        "adjacency": [
            *(f":ID({adjacency})", "id", "class_id", "layer", "layer_index:long"),
            *(f"{name}:long[]" for name in ADJACENCY),
        ],
        "layers-of-model": [f":START_ID({layers})", ":END_ID(model)"],
        "classes-of-model": [f":START_ID({classes})", ":END_ID(model)"],
        "channels-of-layer": [f":START_ID({channels})", f":END_ID({layers})"],
        "activates": [f":START_ID({classes})", f":END_ID({channels})", "count:long"],
        "attributed-to": [f":START_ID({classes})", f":END_ID({channels})", "count:long"],
        "contributes-to": [
            *(f":START_ID({channels})", f":END_ID({classes})"),
            *("weight:double", "mean:double", "contribution:double"),
        ],
        "influences": [f":START_ID({channels})", f":END_ID({channels})", "classes:long", "weight:long"],
        "influenced": [f":START_ID({classes})", f":END_ID({channels})", "sources:long[]", "weights:long[]"],
        "has-adjacency": [f":START_ID({classes})", f":END_ID({adjacency})"],
    }


def model_row(run: CountedRun, pairs: Pairs) -> Record:
    """Properties of the model with this channel graph."""
    channels = sum(layer.channels for layer in run.layers)
    summed = {"channel_graph_influences": pairs.influences, "channel_graph_pairs": len(pairs.keys)}
    kept = {"channel_count": channels, **summed, "created": utc_now()}
    row = {**described_model(run), **kept}
    return {name: value for name, value in row.items() if value is not None}


def class_properties(summaries: Sequence[Summary]) -> Record:
    """What is known of any class, with a value as an example; None for what is known of none."""
    known: Row = {}
    for summary in summaries:
        for name, value in summary.about["properties"].items():
            known[name] = known.get(name) if value is None else value
    return known


def typed(properties: Record) -> list[str]:
    return [f"{name}{kind_of(value)}" for name, value in properties.items()]


def kind_of(value: object) -> str:
    """What the tool calls a value's type; nothing for text."""
    if isinstance(value, bool):
        return ":boolean"
    if isinstance(value, int):
        return ":long"
    if isinstance(value, float):
        return ":double"
    return f"{kind_of(value[0]) or ':string'}[]" if isinstance(value, list) else ""


def cell(value: object) -> str:
    """A value as the tool reads it: nothing for None, an empty text or list in quotes."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return cell(LIST.join(map(str, value)))
    return '"{}"'.format(value.replace('"', '""')) if isinstance(value, str) else str(value)


def first_channels(layers: Sequence[LayerSize]) -> dict[str, int]:
    """Number of each layer's first channel."""
    starts = accumulate((layer.channels for layer in layers), initial=0)
    return {layer.name: start for layer, start in zip(layers, starts, strict=False)}


def write_network(sheets: Mapping[str, Sheet], run: CountedRun, model: str, pairs: Pairs) -> None:
    """The model with its layers and channels."""
    sheets["models"].write([[model, *model_row(run, pairs).values()]])
    first = first_channels(run.layers)
    for layer, row in zip(run.layers, layer_rows(model, run.layers), strict=True):
        sheets["layers"].write([[layer.index, row["id"], model, layer.name, layer.index, layer.channels]])
        sheets["layers-of-model"].write([[layer.index, model]])
        start = first[layer.name]
        sheets["channels"].write(
            [
                *(start + at, channel_id(model, layer.name, at), model, layer.name, layer.index, at),
                *(at in layer.excluded, *layer.skips_of(at).values()),
            ]
            for at in range(layer.channels)
        )
        sheets["channels-of-layer"].write([start + at, layer.index] for at in range(layer.channels))


def write_class(
    sheets: Mapping[str, Sheet],
    run: CountedRun,
    counts: ClassCounts,
    summary: Summary,
    model: str,
    columns: Sequence[str],
) -> None:
    """One class and all that hangs on it; `columns` are the properties of classes."""
    name, index, first = class_id(model, counts.index), counts.index, first_channels(run.layers)
    known = [summary.about["properties"].get(column) for column in columns]
    digests = [summary.digest, summary.about["digest"]]
    sheets["classes"].write([[index, name, model, index, *digests, summary.influences, *known]])
    sheets["classes-of-model"].write([[index, model]])
    for sheet, counted in (("activates", counts.activations), ("attributed-to", counts.attributions)):
        for layer, found in counted.items():
            pairs = zip(found.channels, found.counts, strict=True)
            sheets[sheet].write([index, first[layer] + channel, count] for channel, count in pairs)
    if counts.output is not None:
        columns_of = (counts.output.weights, counts.output.means, counts.output.contributions)
        start = first[run.layers[-1].name]
        rows = zip(counts.output.channels, *columns_of, strict=True)
        sheets["contributes-to"].write([start + channel, index, *row] for channel, *row in rows)
    for upper in run.layers:
        if upper.name in counts.influences:
            lists = zip(*by_target(counts.influences[upper.name], upper.channels), strict=True)
            start = first[upper.name]
            sheets["influenced"].write([index, start + at, *both] for at, both in enumerate(lists) if both[0])
    for row in adjacency_rows(name, run.layers, counts.influences):
        number = index * len(run.layers) + row["layer_index"]
        place = [number, row["id"], name, row["layer"], row["layer_index"]]
        sheets["adjacency"].write([[*place, *(row[column] for column in ADJACENCY)]])
        sheets["has-adjacency"].write([[index, number]])


def write_channel_graph(sheets: Mapping[str, Sheet], run: CountedRun, pairs: Pairs) -> None:
    first = first_channels(run.layers)
    for hop in hops(run.layers):
        found = pairs.of(hop)
        targets, sources = numpy.divmod(found.keys - hop.first, hop.lower.channels)
        low, high = sources + first[hop.lower.name], targets + first[hop.upper.name]
        edges = zip(*(column.tolist() for column in (low, high, found.classes, found.weights)), strict=True)
        lines = (f"{source},{target},{classes},{weight}\n" for source, target, classes, weight in edges)
        sheets["influences"].write_lines(lines, len(found.keys))
