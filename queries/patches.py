"""Where the pictures of a counted run's channels are: names that what makes them and what serves them share.

    FOLDER/patches/<layer>.json                        for each channel its patches, see `read_patches`
    FOLDER/patches/<layer>/<channel>-<n>.<hash>.jpg    a patch
    FOLDER/whole/<hash>.jpg                            the square that the network saw of a picture, once per picture

<hash> is `content_hash` of the file (queries/pictures.py), so a name never stands for two contents.
"""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

PATCHES, WHOLE = "patches", "whole"
LAYERS_KEPT = 4_096  # paths in memory


class Patch(NamedTuple):
    """A part of a picture that excites a channel.

    file         name of the patch, below its layer's folder
    image_class  index of the picture's class
    peak         of the channel in the picture
    picture      name in the run
    whole        hash of the square that the network saw
    x, y, side   where in that square the patch is, pixels
    """

    file: str
    image_class: int
    peak: float
    picture: str
    whole: str
    x: int
    y: int
    side: int


class ChannelPatches(NamedTuple):
    """The patches of a channel.

    most    those that excite it most over all classes, strongest first
    others  more of single classes, strongest first within a class
    """

    most: Sequence[Patch]
    others: Sequence[Patch]

    def of_class(self, image_class: int | None) -> list[Patch]:
        """Those of a class first, strongest first, then the others that excite it most."""
        if image_class is None:
            return list(self.most)
        of_class = [each for each in (*self.most, *self.others) if each.image_class == image_class]
        return of_class + [each for each in self.most if each.image_class != image_class]


@lru_cache(LAYERS_KEPT)
def patches_record(folder: Path, layer: str) -> Path:
    return folder / PATCHES / f"{layer}.json"


def patch_folder(folder: Path, layer: str) -> Path:
    return folder / PATCHES / layer


def whole_file(folder: Path, name: str) -> Path:
    """The square with this hash."""
    return folder / WHOLE / f"{name}.jpg"


def read_patches(record: Mapping[str, object]) -> dict[int, ChannelPatches]:
    """Channel -> its patches, from a layer's record as `patches_as_json` made it."""
    channels: Mapping[str, Mapping[str, Sequence[Sequence[object]]]] = record["channels"]  # type: ignore[assignment]
    return {
        int(channel): ChannelPatches(*(tuple(Patch(*row) for row in found[name]) for name in ("most", "others")))  # type: ignore[arg-type]
        for channel, found in channels.items()
    }


def read_members(record: Mapping[str, object]) -> dict[int, frozenset[int]] | None:
    """Class index -> channels of its graphs, of which more patches of the class were looked for, from a layer's record.

    Every class of the run is there, one without a graph with no channel. None in a record of an earlier version.
    """
    members: Mapping[str, Sequence[int]] | None = record.get("members")  # type: ignore[assignment]
    return None if members is None else {int(index): frozenset(channels) for index, channels in members.items()}


def patches_as_json(
    made_from: str, side: int, channels: Mapping[int, ChannelPatches], members: Mapping[int, Sequence[int]]
) -> str:
    """The record of a layer.

    made_from  digest of all that the patches depend on
    side       of the layer's patches, pixels of the square
    members    see `read_members`
    """
    rows = {str(channel): found._asdict() for channel, found in sorted(channels.items())}
    of_classes = {str(index): sorted(found) for index, found in sorted(members.items())}
    record = {"made_from": made_from, "side": side, "columns": Patch._fields, "members": of_classes, "channels": rows}
    return json.dumps(record) + "\n"
