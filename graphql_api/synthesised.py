"""Pictures that were made of what a counted run's channels look for, served from the run's folder."""

import re
from pathlib import Path

from graphql_api.addresses import layer_address
from queries.pictures import (
    DIVERSE,
    HASH,
    MEAN,
    is_of_run,
    list_pictures,
    read_measured,
    run_argument,
    synthesised_folder,
)

KIND = re.compile(rf"(?:mean|diverse-[0-3])\.{HASH}")  # in an address; on disk "<channel>-<kind>.jpg"
READY, NOT_MADE, FAILED, NONE = "READY", "NOT_MADE", "FAILED", "NONE"


def made_urls(folder: Path, channel: str, kinds: tuple[str, ...]) -> list[str]:
    """The addresses of a channel's pictures of these kinds, those that there are.

    channel  "<model>/<layer>/<index>"
    """
    model, layer, index = channel.rsplit("/", 2)
    there = list_pictures(synthesised_folder(folder, layer))
    base = f"{layer_address(model, layer)}/{index}"
    names = [there[int(index), kind] for kind in kinds if (int(index), kind) in there]
    return [f"{base}/{name.partition('-')[2]}" for name in names]


def mean_url(folder: Path, channel: str) -> str | None:
    return next(iter(made_urls(folder, channel, (MEAN,))), None)


def diverse_urls(folder: Path, channel: str) -> list[str]:
    return made_urls(folder, channel, DIVERSE)


def made_state(folder: Path, channel: str) -> str:
    """Whether a channel's picture is there; NONE where the run is gone, or the folder is not a run's."""
    if not is_of_run(folder):
        return NONE
    if mean_url(folder, channel) is None:
        return NOT_MADE
    _, layer, index = channel.rsplit("/", 2)
    measured = read_measured(synthesised_folder(folder, layer), int(index))
    return FAILED if measured is not None and measured.get("passed") is False else READY


def remedy_for(folder: Path, state: str, in_graphs: bool) -> str | None:
    """The command that makes a picture that is missing, or what is in its way.

    in_graphs  whether the channel is in any stored graph
    """
    if state == NOT_MADE:
        return f"summit visualize {run_argument(folder.parent)}" + ("" if in_graphs else " --all")
    if state == NONE and folder.name == "pictures" and not folder.parent.exists():
        return f"the run {folder.parent} is gone; bring it back, or count and load it again"
    return None


def synthesised_file(folder: Path, layer: str, index: str, kind: str) -> Path | None:
    """The file of an address, whose name bears the hash of its content; None where that is of no such picture."""
    if not (index.isdecimal() and KIND.fullmatch(kind)):
        return None
    return synthesised_folder(folder, layer) / f"{index}-{kind}.jpg"
