"""Patches of a run: for every channel the pictures that excite it most, cut where it looks."""

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

from torch import Tensor

from ingest.count.forward import repeatable
from ingest.count.stored.tables import read_strongest
from ingest.count.strongest import Strongest
from ingest.pictures.counted import CountedNetwork, LayerMaps, load_counted
from ingest.pictures.folder import write_whole
from ingest.pictures.patches.choose import Choice, Found, Key, choose, pool_of
from ingest.pictures.patches.cut import WHOLE_QUALITY, cut_patch, frame_around
from ingest.pictures.patches.field import SAMPLE, centre_of, patch_sides
from ingest.pictures.patches.files import as_jpeg, write_hashed
from ingest.pictures.patches.recount import STRONGEST, ShownAgain, classes_without, find_strongest
from ingest.pictures.patches.squares import Squares
from ingest.run.read import RunReader
from queries.errors import DataError
from queries.patches import (
    WHOLE,
    ChannelPatches,
    Patch,
    patch_folder,
    patches_as_json,
    patches_record,
)
from queries.pictures import run_pictures
from queries.progress import Progress
from queries.records import digest_of
from queries.values import counted

NAMED = 5  # classes in a sentence
RECIPE = 2  # changes when the same run would get other patches, or other records of them
Graphs = Mapping[int, Mapping[str, Sequence[int]]]  # class index -> layer -> channels of its attribution graph


@dataclass(frozen=True, slots=True)
class MadePatches:
    """What was made.

    channels   that have a patch
    patches    of all channels
    unread     pictures that were to be shown to the network again and could not be read
    left_out   names of the classes of which none of these could be
    unchanged  whether everything was there already
    """

    channels: int = 0
    patches: int = 0
    unread: int = 0
    left_out: tuple[str, ...] = ()
    unchanged: bool = False

    def __str__(self) -> str:
        if self.unchanged:
            return "patches: there already"
        unread = f"; {counted(self.unread, 'picture')} could not be read" if self.unread else ""
        named = ", ".join(self.left_out[:NAMED]) + (", ..." if len(self.left_out) > NAMED else "")
        left_out = f"; without patches of their own, since none of theirs could be: {named}" if named else ""
        again = "; `summit patches` tries again" if self.unread else ""
        return f"patches: {self.patches:,} of {counted(self.channels, 'channel')}{unread}{left_out}{again}"


@dataclass(frozen=True, slots=True)
class Cut:
    """One patch to cut.

    at     the channel's number over all layers
    rank   among the patches of its channel
    most   whether it is one of those that excite the channel most over all classes
    """

    at: int
    rank: int
    most: bool
    found: Found


def make_patches(run: RunReader, graphs: Graphs, progress: Progress, *, show_again: bool) -> MadePatches:
    """Make the patches of a run below its folder, in place of earlier ones; nothing if they are up to date.

    Two at once would overwrite each other's: who calls it has the run's turn (ingest/pictures/patching.py).

    graphs      of those classes that have one; their channels get more patches of the class
    show_again  show the network the pictures of classes that do not say where their channels' peaks are
    Classes of which pictures were to be shown again and could not be read are tried again the next time.
    Raises DataError with the reason where they cannot be made.
    """
    folder, lacking = run_pictures(run.path), classes_without(run)
    if not (lacking and show_again) and _is_made_from(folder, run, _made_from(run, graphs, lacking)):
        return MadePatches(unchanged=True)
    if lacking and not show_again:
        raise DataError(
            f"an earlier version, which did not keep where peaks are, counted {len(lacking):,} of "
            f"{counted(len(run.classes), 'class')}; the network has to be shown their pictures again"
        )
    try:
        squares = Squares(run)
    except FileNotFoundError as error:
        raise DataError(str(error)) from error
    network = load_counted(run)
    again = find_strongest(run, network, squares, progress) if lacking else ShownAgain()
    sides = _sides(network, squares, progress)
    made_from = _made_from(run, graphs, classes_without(run))
    graphs = {index: graph for index, graph in graphs.items() if index not in again.nothing}
    cuts = _cuts(run, graphs, squares, again, progress)
    patches = _write(run, network, squares, sides, cuts, progress)
    _write_records(run, patches, sides, graphs, made_from)
    _tidy(folder, run, patches)
    left_out = tuple(run.table(index, "statistics")["name"][0].as_py() for index in again.nothing)
    number = sum(len(each.most) + len(each.others) for each in patches.values())
    return MadePatches(len(patches), number, again.unread, left_out)


def _made_from(run: RunReader, graphs: Graphs, lacking: Sequence[int]) -> str:
    """Equal for equal patches.

    lacking  classes of which pictures were to be shown again and could not be read
    """
    members = {str(index): {layer: sorted(of) for layer, of in graph.items()} for index, graph in graphs.items()}
    return digest_of([RECIPE, run.pictures_digest, members, *([lacking] if lacking else [])])


def _is_made_from(folder: Path, run: RunReader, made_from: str) -> bool:
    beginning = patches_as_json(made_from, 0, {}, {}).partition(",")[0].encode()
    for layer in run.layers:
        try:
            with patches_record(folder, layer.name).open("rb") as record:
                if record.read(len(beginning)) != beginning:
                    return False
        except OSError:
            return False
    return True


def _sides(counted: CountedNetwork, squares: Squares, progress: Progress) -> list[int]:
    """The side of each layer's patches, pixels of the square."""
    found = [square for key in squares.sample(SAMPLE) if (square := squares.square(key))]
    if not found:
        raise DataError("none of a sample of its pictures can be read any more")

    def seen() -> Iterator[Tensor]:
        for done, square in enumerate(found, 1):
            yield squares.preprocessing.normalised(square)
            progress("fields", done, len(found))

    with repeatable():
        return patch_sides(LayerMaps(counted.traced, counted.layers), seen())


def _cuts(
    run: RunReader, graphs: Graphs, squares: Squares, again: ShownAgain, progress: Progress
) -> dict[Key, list[Cut]]:
    """What to cut out of each picture."""

    @lru_cache(1)
    def strongest(index: int) -> Strongest:
        return again.partial.get(index) or read_strongest(run.table(index, STRONGEST))

    starts = dict(zip((layer.name for layer in run.layers), _starts(run), strict=False))
    members = {
        index: sorted(starts[layer] + channel for layer, channels in graph.items() for channel in channels)
        for index, graph in graphs.items()
        if index in run.classes
    }
    channels = _starts(run)[-1]
    total = channels + len(members)
    choices = choose(
        pool_of((index, strongest(index)) for index in run.classes if index not in again.nothing),
        channels,
        members,
        strongest,
        squares.look,
        lambda done: progress("choosing patches", done, total),
    )
    return _by_picture(choices)


def _by_picture(choices: Sequence[Choice]) -> dict[Key, list[Cut]]:
    cuts: dict[Key, list[Cut]] = defaultdict(list)
    for at, choice in enumerate(choices):
        for rank, found in enumerate((*choice.most, *choice.others)):
            cuts[found.key].append(Cut(at, rank, rank < len(choice.most), found))
    return cuts


def _starts(run: RunReader) -> list[int]:
    """The number of each layer's first channel over all layers, and how many there are."""
    return [0, *accumulate(layer.channels for layer in run.layers)]


def _write(
    run: RunReader,
    counted: CountedNetwork,
    squares: Squares,
    sides: Sequence[int],
    cuts: Mapping[Key, Sequence[Cut]],
    progress: Progress,
) -> dict[int, ChannelPatches]:
    """Write every patch and whole; returns those of each channel that has one, by its number over all layers."""
    folder, starts = run_pictures(run.path), _starts(run)
    layer_of = [at for at, layer in enumerate(run.layers) for _ in range(layer.channels)]
    sizes = [tuple(counted.traced.facts[layer.value].shape[2:]) for layer in counted.layers]

    def of_picture(key: Key) -> list[tuple[Cut, Patch]]:
        square = squares.square(key)
        if square is None:
            return []
        whole = write_hashed(folder / WHOLE, "", as_jpeg(square, WHOLE_QUALITY)).partition(".")[0]
        written = []
        for cut in cuts[key]:
            layer = layer_of[cut.at]
            side = min(sides[layer], square.width)
            left, top = frame_around(*centre_of(cut.found.place, sizes[layer], square.width), side, square.width)
            stem = f"{cut.at - starts[layer]}-{cut.rank}"
            content = as_jpeg(cut_patch(square, left, top, side))
            file = write_hashed(patch_folder(folder, run.layers[layer].name), stem, content)
            peak = float(f"{cut.found.peak:.6g}")
            written.append((cut, Patch(file, key.image_class, peak, squares.name(key), whole, left, top, side)))
        return written

    found: dict[int, list[tuple[Cut, Patch]]] = defaultdict(list)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done, written in enumerate(pool.map(of_picture, sorted(cuts)), 1):
            progress("patches", done, len(cuts))
            for cut, patch in written:
                found[cut.at].append((cut, patch))
    return {at: _of_channel(written) for at, written in found.items()}


def _of_channel(written: Sequence[tuple[Cut, Patch]]) -> ChannelPatches:
    ordered = sorted(written, key=lambda each: each[0].rank)
    most = tuple(patch for cut, patch in ordered if cut.most)
    return ChannelPatches(most, tuple(patch for cut, patch in ordered if not cut.most))


def _write_records(
    run: RunReader, patches: Mapping[int, ChannelPatches], sides: Sequence[int], graphs: Graphs, made_from: str
) -> None:
    for at, (layer, start) in enumerate(zip(run.layers, _starts(run), strict=False)):
        channels = {n: patches[start + n] for n in range(layer.channels) if start + n in patches}
        members = {index: graphs.get(index, {}).get(layer.name, ()) for index in run.classes}
        record = patches_as_json(made_from, sides[at], channels, members)
        write_whole(patches_record(run_pictures(run.path), layer.name), record.encode())


def _tidy(folder: Path, run: RunReader, patches: Mapping[int, ChannelPatches]) -> None:
    """Remove files that no record names, those of earlier patches and of killed processes."""
    everything = [patch for each in patches.values() for patch in (*each.most, *each.others)]
    named = {patch.file for patch in everything} | {f"{patch.whole}.jpg" for patch in everything}
    for place in (folder / WHOLE, *(patch_folder(folder, layer.name) for layer in run.layers)):
        for file in place.glob("*") if place.is_dir() else ():
            if file.name not in named:
                file.unlink(missing_ok=True)
