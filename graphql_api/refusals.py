"""What is answered where a request gets nothing: one sentence with a code, as GraphQL tells its errors."""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from graphql_api.errors import told
from queries.errors import GraphError, StoreError

RETRY_SECONDS = 5  # for a client that the database has no answer for now


def refuse(request: Request, status: int, code: str, sentence: str, headers: dict[str, str] | None = None) -> Response:
    """JSON for programs, a line of text for a person's browser."""
    message = told(sentence)
    if "text/html" in request.headers.get("accept", ""):
        return PlainTextResponse(message, status, headers)
    return JSONResponse(in_json(code, message), status, headers)


def in_json(code: str, message: str) -> dict[str, object]:
    """One error, as GraphQL tells its own."""
    return {"data": None, "errors": [{"message": message, "extensions": {"code": code}}]}


def code_of(status: int) -> str:
    """The code of a status: its name, except where that differs between versions of Python."""
    return "TOO_LARGE" if status == 413 else HTTPStatus(status).name


class BodyLimit:
    """Refuses bodies over a number of bytes: before they are read where they say their size, else while they are."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app, self.most = RequestBodyLimitMiddleware(app, most), most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        said = Headers(scope=scope).get("content-length", "0") if scope["type"] == "http" else "0"
        if not said.isdecimal() or len(said) > 18 or int(said) > self.most:
            sentence = f"the body is larger than {self.most:,} bytes; send less at a time"
            answer = refuse(Request(scope), 413, code_of(413), sentence, {"connection": "close"})
            return await answer(scope, receive, send)
        return await self.app(scope, receive, send)


def unavailable(request: Request, error: Exception) -> Response:
    """A request outside GraphQL where the database does not answer."""
    code = error.code if isinstance(error, GraphError) else "INTERNAL"
    again = {"retry-after": str(RETRY_SECONDS)} if isinstance(error, StoreError) else None
    return refuse(request, 503, code, str(error), again)


def not_served(request: Request, error: Exception) -> Response:
    """An address or a method that is not there, a body too large, and the like."""
    assert isinstance(error, HTTPException)
    sentence = error.detail if error.status_code != HTTPStatus.NOT_FOUND else f"nothing at {request.url.path:.200}"
    return refuse(request, error.status_code, code_of(error.status_code), sentence, dict(error.headers or {}))


def broken(request: Request, _: Exception) -> Response:
    """What nobody expected; the log says what."""
    return refuse(request, 500, "INTERNAL", "something went wrong inside the service; its log says what")
