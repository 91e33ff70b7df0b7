"""The effects of channels on a run's classes: pictures, means and channels in, one result file per class out."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from ingest.faithfulness.check import Checked
from ingest.faithfulness.effects import ChannelEffect, class_effects
from ingest.faithfulness.run import Draw, found_squares, pictures_to_check, prepare
from ingest.pictures.patches.squares import Squares
from ingest.run.means import read_means
from ingest.run.read import RunReader
from ingest.run.write import write_json
from queries.graphs.faithfulness import GraphChannels
from queries.progress import Progress
from queries.records import digest_of

Wanted = Mapping[str, Sequence[int]]  # layer -> channels, ascending


@dataclass(frozen=True, slots=True)
class ClassEffects:
    """The result of a class.

    pictures  names of counted pictures
    means     digest of the layers' means, at which channels stand that are switched off
    effects   the lowest layer's first
    """

    index: int
    name: str
    pictures: tuple[str, ...]
    means: str
    effects: tuple[ChannelEffect, ...]


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
def effects_of_run(
    run: RunReader, wanted: Mapping[int, Wanted], draw: Draw, progress: Progress
) -> tuple[list[ClassEffects], list[str]]:
    """The effects of the wanted channels on each class, and a sentence for each class that has no log-odds.

    The run's folder keeps them, and those of other channels that were measured before on the same pictures, at the same
    means, come with them, so that only channels that are new cost time. Raises DataError as check_run does.
    """
    found, notes, ready = list[ClassEffects](), list[str](), None
    for number, (index, channels) in enumerate(wanted.items()):
        progress("channels", number, len(wanted))
        key = _key(run, index, draw)
        known = _stored(run, index, key)
        if _without(channels, known.effects if known else ()):
            ready = ready or _ready(run)
            new = _measured(run, *ready, index, channels, known, draw)
            if isinstance(new, str):
                notes.append(new)
                continue
            _keep(run, new, key, draw)
            known = new
        found += [known] if known else []
    progress("channels", len(wanted), len(wanted))
    return found, notes


def _ready(run: RunReader) -> tuple[Squares, Checked]:
    squares = found_squares(run)
    return squares, prepare(run, squares)


def _measured(
    run: RunReader,
    squares: Squares,
    checked: Checked,
    index: int,
    channels: Wanted,
    known: ClassEffects | None,
    draw: Draw,
) -> ClassEffects | str:
    """The effects of these channels, and what is known: unless other pictures can be read now than could be then."""
    row = run.table(index, "statistics").to_pylist()[0]
    pictures = pictures_to_check(run, squares, index, row, draw)
    if isinstance(pictures, str):
        return pictures
    drawn, means = tuple(pictures), digest_of([each.tolist() for each in checked.means])
    held = known.effects if known and (known.pictures, known.means) == (drawn, means) else ()
    new = class_effects(checked, list(pictures.values()), row["output"], _without(channels, held))
    order = {layer.name: layer.index for layer in run.layers}
    effects = sorted((*held, *new), key=lambda each: (order[each.layer], each.channel))
    return ClassEffects(index, row["name"], drawn, means, tuple(effects))


def _without(channels: Wanted, known: Iterable[ChannelEffect]) -> dict[str, list[int]]:
    """The channels whose effect is not known."""
    held = {(each.layer, each.channel) for each in known}
    found = {layer: [at for at in each if (layer, at) not in held] for layer, each in channels.items()}
    return {layer: each for layer, each in found.items() if each}


def _file(run: RunReader, index: int) -> Path:
    return run.path / "faithfulness" / f"{index:05d}-channels.json"


def _key(run: RunReader, index: int, draw: Draw) -> str:
    """Equal for equal effects: the network, the pictures that they are drawn from, and how many."""
    means, row = read_means(run.path), run.table(index, "statistics").to_pylist()[0]
    of_run = [run.settings["weights_sha256"], means.digest if means else run.pictures_digest, row["pictures_digest"]]
    return digest_of([draw.pictures, draw.seed, *of_run])


def _keep(run: RunReader, found: ClassEffects, key: str, draw: Draw) -> None:
    file = _file(run, found.index)
    file.parent.mkdir(exist_ok=True)
    write_json(file, {"key": key, "parameters": {"pictures": draw.pictures, "seed": draw.seed}, **asdict(found)})


def _stored(run: RunReader, index: int, key: str) -> ClassEffects | None:
    """What the run has of a class; None where it has nothing, other pictures' or a damaged file."""
    try:
        content: dict[str, Any] = json.loads(_file(run, index).read_text(encoding="utf-8"))
        if content["key"] != key:
            return None
        effects = tuple(ChannelEffect(**each) for each in content["effects"])
        return ClassEffects(content["index"], content["name"], tuple(content["pictures"]), content["means"], effects)
    except (OSError, ValueError, KeyError, TypeError):
        return None
