"""Patches of a counted run's channels, served from the run's folder: each layer's record is read once."""

import json
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from graphql_api.addresses import layer_address
from queries.patches import (
    ChannelPatches,
    Patch,
    patch_folder,
    patches_record,
    read_members,
    read_patches,
    whole_file,
)
from queries.pictures import HASH, is_of_run, run_argument, while_unchanged

LAYERS_KEPT = 64  # records in memory
PATCH_KIND = re.compile(rf"patch-([0-9]{{1,6}})\.({HASH})")  # in an address; on disk "<channel>-<n>.<hash>"
NO_PATCHES = ChannelPatches((), ())
WHOLE_INDEX, WHOLE_KIND = "whole", re.compile(HASH)


class LayerPatches(NamedTuple):
    """What the record of a layer says, see queries/patches.py."""

    channels: Mapping[int, ChannelPatches]
    members: Mapping[int, frozenset[int]] | None


@while_unchanged(LAYERS_KEPT)
def _record(file: Path) -> LayerPatches:
    record = json.loads(file.read_text(encoding="utf-8"))
    return LayerPatches(read_patches(record), read_members(record))


def channel_patches(folder: Path, layer: str, index: int) -> ChannelPatches:
    """What there is of a channel; nothing where no patches were made, or where the run is gone."""
    found = _record(patches_record(folder, layer))
    return NO_PATCHES if found is None else found.channels.get(index, NO_PATCHES)


def is_of_older_graph(folder: Path, layer: str, index: int, image_class: int) -> bool:
    """Whether patches were made when no graph of the class had the channel, so that none more of it were looked for.

    Not of a class that the run does not have (a model may hold several runs' classes), which its patches cannot show;
    nor where an earlier version made them, which did not say.
    """
    found = _record(patches_record(folder, layer))
    members = None if found is None else found.members
    return members is not None and image_class in members and index not in members[image_class]


def patches_command(folder: Path, model: str) -> str | None:
    """The command that makes a run's patches, with those for the graphs of a model that was loaded from it.

    None where a folder is not a run's, or the run is gone.
    """
    if not is_of_run(folder):
        return None
    return f"summit patches {run_argument(folder.parent)} --model {shlex.quote(model)}"


def patch_url(channel: str, patch: Patch) -> str:
    """The address of a patch; `channel` is "<model>/<layer>/<index>"."""
    stem, hashed, suffix = patch.file.split(".")
    rank = stem.partition("-")[2]
    model, layer, index = channel.rsplit("/", 2)
    return f"{layer_address(model, layer)}/{index}/patch-{rank}.{hashed}.{suffix}"


def whole_url(channel: str, patch: Patch) -> str:
    """The address of the square that a patch was cut out of."""
    model, layer, _ = channel.rsplit("/", 2)
    return f"{layer_address(model, layer)}/{WHOLE_INDEX}/{patch.whole}.jpg"


def hashed_file(folder: Path, layer: str, index: str, kind: str) -> Path | None:
    """The file of an address, whose name bears the hash of its content; None where that is not of a patch."""
    if index == WHOLE_INDEX and WHOLE_KIND.fullmatch(kind):
        return whole_file(folder, kind)
    if index.isdecimal() and (named := PATCH_KIND.fullmatch(kind)):
        return patch_folder(folder, layer) / f"{index}-{named[1]}.{named[2]}.jpg"
    return None
