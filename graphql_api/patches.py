"""Patches of a counted run's channels, served from the run's folder: each layer's record is read once."""

import json
import re
import shlex
from collections.abc import Mapping
from pathlib import Path

from graphql_api.addresses import layer_address
from queries.patches import ChannelPatches, Patch, patch_folder, patches_record, read_patches, whole_file
from queries.pictures import HASH, is_of_run, while_unchanged

LAYERS_KEPT = 64  # records in memory
PATCH_KIND = re.compile(rf"patch-([0-9]{{1,6}})\.({HASH})")  # in an address; on disk "<channel>-<n>.<hash>"
NO_PATCHES = ChannelPatches((), ())
WHOLE_INDEX, WHOLE_KIND = "whole", re.compile(HASH)


@while_unchanged(LAYERS_KEPT)
def _record(record: Path) -> Mapping[int, ChannelPatches]:
    return read_patches(json.loads(record.read_text(encoding="utf-8")))


def channel_patches(folder: Path, layer: str, index: int) -> ChannelPatches:
    """What there is of a channel; nothing where no patches were made, or where the run is gone."""
    return (_record(patches_record(folder, layer)) or {}).get(index, NO_PATCHES)


def patches_command(folder: Path) -> str | None:
    """The command that makes a run's patches; None where a folder is not a run's, or the run is gone."""
    return f"summit patches {shlex.quote(folder.parent.name)}" if is_of_run(folder) else None


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
