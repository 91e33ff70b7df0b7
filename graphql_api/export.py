"""Answers as files: GET /export/<model>?class=294&format=graphml, with the options of `summit export` and of a cut."""

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request as HTTPRequest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from graphql_api.refusals import refuse
from graphql_api.requests.attended import while_attended
from queries.errors import DataError, NotFound, QueryError
from queries.export.asking import Request, export
from queries.export.formats import Format, file_name, format_named
from queries.export.record import Export
from queries.line import Line, Place
from queries.records import Record, Score
from queries.work.awaited import announced_if_long

STATUSES: Mapping[type[Exception], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    QueryError: HTTPStatus.BAD_REQUEST,
    DataError: HTTPStatus.UNPROCESSABLE_ENTITY,
}
OF_A_CLASS = ("class", "threshold", "unified", "dead_ends", "min_count")
OF_A_COMPARISON = ("compare", "operation", "at_least")
OF_MOTIFS = ("motifs", "against", "shape", "min_support", "length", "channel", "seconds", "cursor", "first")
AT_ONCE, PATIENCE_SECONDS = 2, 30.0  # files that a service makes; the longest wait for a place
NAMES = (*OF_A_CLASS, *OF_A_COMPARISON, *OF_MOTIFS, "score", "format")


class Exports:
    """The endpoint; a search whose client goes away is stopped.

    places  files that are made at once, each whole in memory; one that is finished leaves its place while it is sent
    """

    def __init__(self, places: int = AT_ONCE) -> None:
        self.line = Line("export", places, PATIENCE_SECONDS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = HTTPRequest(scope, receive)
        if request.method not in ("GET", "HEAD"):
            raise HTTPException(405, "a file is asked for by GET", {"allow": "GET, HEAD"})
        await request.body()
        if response := await while_attended(self._answer_in_turn(request), receive):
            await response(scope, receive, send)

    async def _answer_in_turn(self, request: HTTPRequest) -> Response:
        """Raises StoreBusy where the line is too long."""
        async with self.line.place() as place:
            return await _answer(request, place)


async def _answer(request: HTTPRequest, place: Place) -> Response:
    """The file, or why there is none. Raises StoreError."""
    try:
        options = _options(request)
        format = format_named(options.pop("format", "json"))
        found = await _found(request, read_request(request.path_params["model"], options), format)
        text = await place.in_thread(partial(format.write, found))
    except (NotFound, QueryError, DataError) as error:
        status = next(status for kind, status in STATUSES.items() if isinstance(error, kind))
        return refuse(request, status, error.code, str(error))
    name = quote(file_name(found, format))
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}", "cache-control": "no-store"}
    return Response(text, media_type=format.media, headers=headers)


async def _found(request: HTTPRequest, asked: Request, format: Format) -> Export:
    """What was asked for. A search for motifs is announced, as those of GraphQL are."""
    state = request.app.state
    if asked.group is None:
        return await export(state.store, asked, format.whole)
    async with announced_if_long(state.home, "motifs", asked.model, limit=asked.seconds) as progress:
        progress("searching", 0, 0)
        return await export(state.store, asked)


def _options(request: HTTPRequest) -> dict[str, str]:
    """The query of the address. Raises QueryError for a name that is unknown or comes twice."""
    pairs = request.query_params.multi_items()
    for name, _ in pairs:
        if name not in NAMES:
            raise QueryError(f"{name!r:.40} is not known here; expected {', '.join(NAMES)}")
        if [other for other, _ in pairs].count(name) > 1:
            raise QueryError(f"{name} is given more than once; give it once")
    return dict(pairs)


def read_request(model: str, options: Mapping[str, str]) -> Request:
    """What an address asks for. Raises QueryError for what cannot be read."""
    read: Record = {
        "image_class": _number(int, "class", options),
        "classes": _indexes(options.get("compare")),
        "group": options.get("motifs"),
        **{name: options.get(name) for name in ("against", "channel", "cursor")},
        **{name: _number(int, name, options) for name in ("min_count", "at_least", "first", "length")},
        **{name: _number(float, name, options) for name in ("threshold", "min_support", "seconds")},
        **{name: _switch(name, options) for name in ("unified", "dead_ends")},
        **{name: _named(options.get(name)) for name in ("operation", "shape")},
        "score": _score(options.get("score")),
    }
    return Request(model, **{name: value for name, value in read.items() if value is not None})


def _number(kind: type[int] | type[float], name: str, options: Mapping[str, str]) -> int | float | None:
    if name not in options:
        return None
    try:
        value = kind(options[name])
    except ValueError as error:
        what = "a whole number" if kind is int else "a number"
        raise QueryError(f"{name}={options[name]:.40} cannot be read; expected {what}") from error
    return value


def _indexes(text: str | None) -> list[int] | None:
    if text is None:
        return None
    try:
        return [int(word) for word in text.split(",")]
    except ValueError as error:
        raise QueryError(f"compare={text:.60} cannot be read; expected class indexes, e.g. 294,295") from error


def _switch(name: str, options: Mapping[str, str]) -> bool | None:
    if options.get(name, "true") not in ("true", "false"):
        raise QueryError(f"{name}={options[name]:.40} cannot be read; expected true or false")
    return None if name not in options else options[name] == "true"


def _score(word: str | None) -> Score | None:
    try:
        return None if word is None else Score(word.lower())
    except ValueError as error:
        raise QueryError(f"score={word:.40} cannot be read; expected {' or '.join(s.value for s in Score)}") from error


def _named(word: str | None) -> str | None:
    return None if word is None else word.upper().replace("-", "_")
