"""Pictures of channels, served from where they lie: in the layout of the published ones, or in the folder of a run."""

import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from graphql_api.addresses import layer_address
from graphql_api.page_files import unless_known
from graphql_api.patches import hashed_file
from graphql_api.refusals import refuse
from graphql_api.synthesised import synthesised_file
from queries.store import Store

INDEX = re.compile(r"[0-9]{1,6}")
KINDS = re.compile(r"channel|diversity-[0-3]|dataset-p-[0-9]")
DIVERSITY = tuple(f"diversity-{k}" for k in range(4))
EXAMPLES = tuple(f"dataset-p-{k}" for k in range(10))
THUMBNAILS = ("channel", EXAMPLES[0])
DAY, YEAR = 86_400, 31_536_000  # seconds


def picture_file(folder: Path, layer: str, index: int, kind: str) -> Path:
    """Where a picture lies below the `feature-vis` folder."""
    return (
        folder / kind.removesuffix(f"-{kind[-1]}" if kind.startswith("dataset") else "") / f"{layer}-{index}-{kind}.jpg"
    )


def is_served(folder: Path, picture: Path) -> bool:
    """Whether there is such a picture, and inside the folder once symbolic links are followed in both paths."""
    return picture.is_file() and picture.resolve().is_relative_to(folder.resolve())


def picture_url(folder: str | None, channel: str, kind: str) -> str | None:
    """The address of a channel's picture on this service, or None where there is no such picture.

    folder   the model's `feature-vis` folder, None where it has none
    channel  channel id, "<model>/<layer>/<index>"
    """
    model, layer, index = channel.rsplit("/", 2)
    if folder is None or not is_served(Path(folder), picture_file(Path(folder), layer, int(index), kind)):
        return None
    return f"{layer_address(model, layer)}/{index}/{kind}.jpg"


async def serve_picture(request: Request) -> Response:
    """GET /pictures/<model>/<layer>/<index>/<kind>.jpg"""
    store: Store = request.app.state.store
    shared = "private" if request.app.state.entry.private else "public"
    model, layer, index, kind = (request.path_params[name] for name in ("model", "layer", "index", "kind"))
    rows = await store.run("picture_folder", layer=f"{model}/{layer}")
    hashed = None
    if rows and rows[0]["pictures"]:
        place = (Path(rows[0]["pictures"]), layer, index, kind)
        hashed = hashed_file(*place) or synthesised_file(*place)
    if hashed and is_served(Path(rows[0]["pictures"]), hashed):
        headers = {"cache-control": f"{shared}, max-age={YEAR}, immutable"}
        return unless_known(request.headers, FileResponse(hashed, headers=headers, stat_result=hashed.stat()))
    if rows and rows[0]["pictures"] and INDEX.fullmatch(index) and KINDS.fullmatch(kind):
        folder = Path(rows[0]["pictures"])
        path = picture_file(folder, layer, int(index), kind)
        if is_served(folder, path):
            headers = {"cache-control": f"{shared}, max-age={DAY}"}
            return unless_known(request.headers, FileResponse(path, headers=headers, stat_result=path.stat()))
    return refuse(request, 404, "NOT_FOUND", f"no picture {kind:.40} of {model:.100}/{layer:.100}/{index:.20}")
