"""The built page as it lies on disk: compressed when it was built, kept by browsers as long as its names say."""

import os
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

from graphql_api.encoding import takes_gzip

FOR_EVER = "public, max-age=31536000, immutable"  # what bears a digest of its content in its name
ASK_AGAIN = "no-cache"  # kept, and asked for again with its tag
TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".md": "text/markdown",
}


class PageFiles(StaticFiles):
    """The files of the page. Those that have a neighbour in gzip are given in that to who takes it."""

    def __init__(self, page: Path) -> None:
        super().__init__(directory=page, html=True)

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        path = Path(full_path)
        keep = FOR_EVER if path.parent.name == "assets" else ASK_AGAIN
        return page_file(path, Headers(scope=scope), {"cache-control": keep}, status_code)


def page_file(path: Path, asked: Headers, headers: dict[str, str], status: int = 200) -> Response:
    """A file of the page, or that it is the one that the browser has.

    asked    headers of the request
    headers  of the answer
    """
    packed = path.with_name(f"{path.name}.gz")
    if packed.is_file():
        headers = {**headers, "vary": "accept-encoding"}
        if takes_gzip(asked):
            headers = {**headers, "content-encoding": "gzip"}
            answer = FileResponse(packed, status, headers, TYPES[path.suffix], stat_result=packed.stat())
            return unless_known(asked, answer)
    return unless_known(asked, FileResponse(path, status, headers, stat_result=path.stat()))


def unless_known(asked: Headers, answer: FileResponse) -> Response:
    """The answer; or, to who names its tag in If-None-Match, that it is still so."""
    tags = (tag.strip().removeprefix("W/") for tag in asked.get("if-none-match", "").split(","))
    return NotModifiedResponse(answer.headers) if answer.headers["etag"] in tags else answer
