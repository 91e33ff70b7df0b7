"""Runs of earlier versions do not say where their channels' peaks are: the network is shown their pictures again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

import torch

from ingest.count.forward import repeatable
from ingest.count.instrument import peak
from ingest.count.stored.tables import strongest_table
from ingest.count.strongest import Strongest
from ingest.pictures.counted import CountedNetwork, LayerMaps
from ingest.pictures.patches.choose import Key
from ingest.pictures.patches.squares import Squares
from ingest.run.files import class_folder
from ingest.run.read import RunReader
from ingest.run.write import RunWriter, sole_writer
from queries.progress import Progress

STRONGEST = "strongest"


def classes_without(run: RunReader) -> list[int]:
    """Indexes of the classes whose strongest pictures are unknown."""
    return [index for index in run.classes if not (class_folder(run.path, index) / f"{STRONGEST}.parquet").is_file()]


@dataclass(frozen=True, slots=True, eq=False)
class ShownAgain:
    """What came of showing the network the pictures of some classes.

    unread   pictures that could not be read
    partial  class index -> its strongest pictures among those that could, where some could not
    nothing  classes of which no picture could be read
    """

    unread: int = 0
    partial: Mapping[int, Strongest] = field(default_factory=dict)
    nothing: Sequence[int] = ()


@torch.inference_mode()
def find_strongest(run: RunReader, counted: CountedNetwork, squares: Squares, progress: Progress) -> ShownAgain:
    """Find the strongest pictures of the classes that lack them; the run keeps those of classes that were read whole.

    Class by class, so that it goes on where it stopped. Costs one forward pass per picture.
    """
    maps, lacking, unread = LayerMaps(counted.traced, counted.layers), classes_without(run), 0
    pictures = {index: [at for at, each in enumerate(squares.of_class(index)) if not each.skipped] for index in lacking}
    done, total = 0, sum(map(len, pictures.values()))
    excluded = [torch.tensor(sorted(layer.excluded), dtype=torch.long) for layer in run.layers]
    partial, nothing = dict[int, Strongest](), list[int]()
    with repeatable(), sole_writer(run.path):
        for index in lacking:
            parts, missing = list[Strongest](), 0
            for position in pictures[index]:
                found = _strongest_of_picture(maps, squares, Key(index, position), excluded)
                parts = [reduce(Strongest.__add__, [*parts, found])] if found else parts
                missing, done = missing + (found is None), done + 1
                progress("peaks", done, total)
            if not parts:
                nothing.append(index)
            elif missing:
                partial[index] = parts[0]
            else:
                RunWriter(run.path).add_table(index, STRONGEST, strongest_table(parts[0]))
            unread += missing
    return ShownAgain(unread, partial, nothing)


def _strongest_of_picture(
    maps: LayerMaps, squares: Squares, key: Key, excluded: list[torch.Tensor]
) -> Strongest | None:
    square = squares.square(key)
    if square is None:
        return None
    peaks, places = zip(*map(peak, maps(squares.preprocessing.normalised(square)[None])), strict=True)
    peaks = tuple(each.index_fill(1, out, 0) for each, out in zip(peaks, excluded, strict=True))
    return Strongest.of([key.position], torch.cat(peaks, 1).numpy(), torch.cat(places, 1).numpy())
