"""What is measured of single channels on a run's classes: pictures, means and channels in, one file per class out."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import torch
from torch import Tensor

from ingest.faithfulness.check import Checked
from ingest.faithfulness.edges import EdgeSources, edge_sources
from ingest.faithfulness.effects import ChannelEffect, class_effects
from ingest.faithfulness.run import Draw, can_be_extended, found_squares, pictures_to_check, prepare
from ingest.pictures.patches.squares import Squares
from ingest.run.means import read_means
from ingest.run.read import RunReader
from ingest.run.write import write_json
from queries.errors import DataError
from queries.graphs.faithfulness import GraphChannels
from queries.progress import Progress
from queries.records import Record, digest_of

Wanted = Mapping[str, Sequence[int]]  # layer -> channels, ascending


class OfChannel(Protocol):
    """What is known of one channel."""

    @property
    def layer(self) -> str: ...

    @property
    def channel(self) -> int: ...


Found = TypeVar("Found", bound=OfChannel)


@dataclass(frozen=True)
class Measure(Generic[Found]):
    """Something that can be measured of each channel by itself.

    name     as progress and the files call it
    record   of one channel, a dataclass
    measure  the network, pictures, the class's output and the channels -> a record of each channel that has one
    """

    name: str
    record: type[Found]
    measure: Callable[[Checked, Sequence[Tensor], int, Wanted], list[Found]]


EFFECTS = Measure("channels", ChannelEffect, class_effects)
EDGES = Measure("edges", EdgeSources, edge_sources)


@dataclass(frozen=True, slots=True)
class ClassMeasured(Generic[Found]):
    """The result of a class.

    pictures  names of counted pictures
    means     digest of the layers' means, at which channels stand that are switched off
    rows      the lowest layer's first
    """

    index: int
    name: str
    pictures: tuple[str, ...]
    means: str
    rows: tuple[Found, ...]


def wanted_channels(graphs: Sequence[GraphChannels], together: bool) -> dict[int, dict[str, list[int]]]:
    """Class, ascending -> the channels of its graphs; with `together`, those of all classes' graphs for each."""
    found: dict[int, dict[str, set[int]]] = {}
    for graph in graphs:
        for index in {each.index for each in graphs} if together else {graph.index}:
            layers = found.setdefault(index, {})
            for layer, channels in graph.channels.items():
                layers.setdefault(layer, set()).update(channels)
    return {index: {layer: sorted(each) for layer, each in found[index].items()} for index in sorted(found)}


@torch.no_grad()
def measured_in_run(
    what: Measure[Found], run: RunReader, wanted: Mapping[int, Wanted], draw: Draw, progress: Progress
) -> tuple[list[ClassMeasured[Found]], list[str]]:
    """What is measured of the wanted channels on each class, and a sentence for each class that is left out.

    The run's folder keeps it, and that of other channels that were measured before on the same pictures, at the same
    means, comes with it, so that only channels that are new cost time. On other pictures, those are measured again with
    the wanted ones, and so they are on more pictures, where fewer than asked for could be read. Raises DataError as
    check_run does.
    """
    found, notes, ready = list[ClassMeasured[Found]](), list[str](), None
    for number, (index, channels) in enumerate(wanted.items()):
        progress(what.name, number, len(wanted))
        key = _key(run, index, draw)
        earlier = _stored(what, run, index)
        known = earlier[1] if earlier and earlier[0] == key else None
        if known and can_be_extended(run, index, known.pictures, draw):
            known = None
        if earlier and known is None:
            channels = _with(channels, earlier[1].rows, run)
        if not any(channels.values()) and known is None:
            notes.append(f"class {index} is left out: its graph has no channel to measure")
            continue
        if _without(channels, known.rows if known else ()):
            ready = ready or _ready(run)
            new = _measured(what, run, *ready, index, channels, known, draw)
            if isinstance(new, str):
                notes.append(new)
                continue
            _keep(what, run, new, key, draw)
            known = new
        found += [known] if known else []
    progress(what.name, len(wanted), len(wanted))
    return found, notes


def _ready(run: RunReader) -> tuple[Squares, Checked]:
    squares = found_squares(run)
    return squares, prepare(run, squares)


def _measured(
    what: Measure[Found],
    run: RunReader,
    squares: Squares,
    checked: Checked,
    index: int,
    channels: Wanted,
    known: ClassMeasured[Found] | None,
    draw: Draw,
) -> ClassMeasured[Found] | str:
    """These channels, and what is known: unless other pictures can be read now than could be then."""
    row = run.table(index, "statistics").to_pylist()[0]
    pictures = pictures_to_check(run, squares, index, row, draw)
    if isinstance(pictures, str):
        return pictures
    drawn, means = tuple(pictures), digest_of([each.tolist() for each in checked.means])
    held = known.rows if known and (known.pictures, known.means) == (drawn, means) else ()
    try:
        new = what.measure(checked, list(pictures.values()), row["output"], _without(channels, held))
    except DataError as error:
        return f"{row['name']} is left out: {error}"
    order = {layer.name: layer.index for layer in run.layers}
    rows = sorted((*held, *new), key=lambda each: (order[each.layer], each.channel))
    return ClassMeasured(index, row["name"], drawn, means, tuple(rows))


def _without(channels: Wanted, known: Iterable[OfChannel]) -> dict[str, list[int]]:
    """The channels of which nothing is known."""
    held = {(each.layer, each.channel) for each in known}
    found = {layer: [at for at in each if (layer, at) not in held] for layer, each in channels.items()}
    return {layer: each for layer, each in found.items() if each}


def _with(channels: Wanted, others: Iterable[OfChannel], run: RunReader) -> dict[str, list[int]]:
    """The channels together with others, as far as the run's layers have them."""
    sizes = {layer.name: layer.channels for layer in run.layers}
    found = {layer: set(each) for layer, each in channels.items()}
    for other in others:
        if other.channel < sizes.get(other.layer, 0):
            found.setdefault(other.layer, set()).add(other.channel)
    return {layer: sorted(each) for layer, each in found.items()}


def _file(what: Measure[Found], run: RunReader, index: int) -> Path:
    return run.path / "faithfulness" / f"{index:05d}-{what.name}.json"


def _key(run: RunReader, index: int, draw: Draw) -> str:
    """Equal for equal results: the network, the pictures that they are drawn from, and how many."""
    means, row = read_means(run.path), run.table(index, "statistics").to_pylist()[0]
    of_run = [run.settings["weights_sha256"], means.digest if means else run.pictures_digest, row["pictures_digest"]]
    return digest_of([draw.pictures, draw.seed, *of_run])


def _keep(what: Measure[Found], run: RunReader, found: ClassMeasured[Found], key: str, draw: Draw) -> None:
    file = _file(what, run, found.index)
    file.parent.mkdir(exist_ok=True)
    write_json(file, {"key": key, "parameters": {"pictures": draw.pictures, "seed": draw.seed}, **asdict(found)})


def _stored(what: Measure[Found], run: RunReader, index: int) -> tuple[str, ClassMeasured[Found]] | None:
    """What the run has of a class, with its key; None where it has nothing, or a damaged file."""
    try:
        content: Record = json.loads(_file(what, run, index).read_text(encoding="utf-8"))
        rows = tuple(what.record(**{name: _frozen(value) for name, value in row.items()}) for row in content["rows"])
        pictures, means = tuple(content["pictures"]), content["means"]
        return content["key"], ClassMeasured(content["index"], content["name"], pictures, means, rows)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
