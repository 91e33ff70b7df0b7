"""Pictures of channels, served from where they lie: in the layout of the published ones, or in the folder of a run."""

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from graphql_api.addresses import layer_address
from graphql_api.page_files import unless_known
from graphql_api.patches import hashed_file
from graphql_api.refusals import refuse
from graphql_api.synthesised import synthesised_file
from queries.pictures import LISTINGS, while_unchanged
from queries.store import Store

INDEX = re.compile(r"[0-9]{1,6}")
KINDS = re.compile(r"channel|diversity-[0-3]|dataset-p-[0-9]")
DIVERSITY = tuple(f"diversity-{k}" for k in range(4))
EXAMPLES = tuple(f"dataset-p-{k}" for k in range(10))
THUMBNAILS = ("channel", EXAMPLES[0])
DAY, YEAR = 86_400, 31_536_000  # seconds


@lru_cache(LISTINGS)
def kind_folder(folder: Path, kind: str) -> Path:
    """Where the pictures of one kind lie below the `feature-vis` folder; those of real pictures share one."""
    return folder / (kind.removesuffix(f"-{kind[-1]}") if kind.startswith("dataset") else kind)


def picture_file(folder: Path, layer: str, index: int, kind: str) -> Path:
    """Where a picture lies below the `feature-vis` folder."""
    return kind_folder(folder, kind) / picture_name(layer, index, kind)


def picture_name(layer: str, index: int, kind: str) -> str:
    return f"{layer}-{index}-{kind}.jpg"


def is_served(folder: Path, picture: Path) -> bool:
    """Whether there is such a picture, and inside the folder once symbolic links are followed in both paths."""
    return picture.is_file() and picture.resolve().is_relative_to(folder.resolve())


class Names(NamedTuple):
    """What is in a folder of pictures: names of its own files, and of what may lie elsewhere."""

    files: frozenset[str]
    links: frozenset[str]


@while_unchanged(LISTINGS)
def _names(folder: Path) -> Names:
    with os.scandir(folder) as entries:
        own = {entry.name: entry.is_file(follow_symlinks=False) for entry in entries}
    if not folder.resolve().is_relative_to(folder.parent.resolve()):
        return Names(frozenset(), frozenset(own))
    return Names(frozenset(filter(own.get, own)), frozenset(name for name in own if not own[name]))


def has_picture(folder: Path, layer: str, index: int, kind: str) -> bool:
    """What `is_served` says of a picture, from a listing where no link needs to be followed."""
    names, name = _names(kind_folder(folder, kind)), picture_name(layer, index, kind)
    return names is not None and (
        name in names.files or (name in names.links and is_served(folder, picture_file(folder, layer, index, kind)))
    )


def picture_url(folder: Path, channel: str, kind: str) -> str | None:
    """The address of a channel's picture on this service, or None where there is no such picture.

    folder   the model's `feature-vis` folder
    channel  channel id, "<model>/<layer>/<index>"
    """
    model, layer, index = channel.rsplit("/", 2)
    if not has_picture(folder, layer, int(index), kind):
        return None
    return f"{layer_address(model, layer)}/{index}/{kind}.jpg"


class Served(NamedTuple):
    """The file of a picture's address, and whether its name stands for its content."""

    path: Path
    hashed: bool


async def find_picture(store: Store, model: str, layer: str, index: str, kind: str) -> Served | None:
    """The file behind /pictures/<model>/<layer>/<index>/<kind>.jpg; None where there is no such picture."""
    rows = await store.run("picture_folder", layer=f"{model}/{layer}")
    if not rows or not rows[0]["pictures"]:
        return None
    folder = Path(rows[0]["pictures"])
    hashed = hashed_file(folder, layer, index, kind) or synthesised_file(folder, layer, index, kind)
    if hashed and is_served(folder, hashed):
        return Served(hashed, True)
    if INDEX.fullmatch(index) and KINDS.fullmatch(kind):
        path = picture_file(folder, layer, int(index), kind)
        if is_served(folder, path):
            return Served(path, False)
    return None


async def serve_picture(request: Request) -> Response:
    """GET /pictures/<model>/<layer>/<index>/<kind>.jpg"""
    shared = "private" if request.app.state.entry.private else "public"
    model, layer, index, kind = (request.path_params[name] for name in ("model", "layer", "index", "kind"))
    if found := await find_picture(request.app.state.store, model, layer, index, kind):
        headers = {
            "cache-control": f"{shared}, max-age={YEAR}, immutable" if found.hashed else f"{shared}, max-age={DAY}"
        }
        return unless_known(request.headers, FileResponse(found.path, headers=headers, stat_result=found.path.stat()))
    return refuse(request, 404, "NOT_FOUND", f"no picture {kind:.40} of {model:.100}/{layer:.100}/{index:.20}")
