"""The service: GraphQL at /graphql, pictures, and the built page at /."""

import hmac
import json
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL

from graphql_api.context import Context
from graphql_api.pictures import serve_picture
from graphql_api.schema import schema
from queries.errors import GraphError
from queries.guard.guard import Guard
from queries.store import Store

MOST_BYTES = 4_000_000  # of a request; a thousand class ids are 30,000
LOOPBACK = ("127.0.0.1", "::1")
PAGE = Path(__file__).parent / "page"  # built from web/
NO_PAGE = """<!doctype html><html lang="en"><title>Summit Graph</title>
<p>The page is not built yet: run <code>make setup</code>, then start the service again.
The API answers at <a href="/graphql">/graphql</a>.</p></html>"""


class GraphQLEndpoint(GraphQL[Context, None]):
    """GraphQL over HTTP, and for a browser GraphiQL as it was built with the page."""

    def __init__(self, page: Path) -> None:
        super().__init__(schema)
        self.ide = page / "graphiql.html"

    async def render_graphql_ide(self, request: Request) -> Response:
        return FileResponse(self.ide) if self.ide.is_file() else HTMLResponse(NO_PAGE)

    def decode_json(self, data: str | bytes) -> object:
        try:
            return super().decode_json(data)
        except (RecursionError, UnicodeDecodeError) as error:  # as a JSONDecodeError it is answered as a bad request
            raise json.JSONDecodeError("nested too deeply, or not in UTF-8", "", 0) from error

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        state = request.app.state
        return Context.over(state.store, state.guard, why_read_only(request, state.token))


def why_read_only(request: Request | WebSocket, token: str | None) -> str | None:
    """Why a request may change nothing, None if it may: it carries the token, or where none is set, it comes from this
    machine and asked for this machine (a page of another site has its own name for us)."""
    if token:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if hmac.compare_digest(given.encode(), token.encode()):
            return None
        return "changes need the header `Authorization: Bearer TOKEN` with the service's SUMMIT_TOKEN"
    if request.client and request.client.host in LOOPBACK and request.url.hostname in ("localhost", *LOOPBACK):
        return None
    return "changes from other machines need a token: set SUMMIT_TOKEN for the service, and send it as a Bearer token"


def unavailable(request: Request, error: Exception) -> Response:
    """What a request outside GraphQL is told where the database does not answer."""
    return PlainTextResponse(str(error), 503)


def create_app(store: Store, guard: Guard, token: str | None = None, page: Path = PAGE) -> Starlette:
    """The application over one open database; `token` is what requests that change something must carry."""
    routes: list[BaseRoute] = [
        Route("/graphql", GraphQLEndpoint(page)),
        Route("/pictures/{model}/{layer}/{index}/{kind}.jpg", serve_picture),
    ]
    if (page / "index.html").is_file():
        routes.append(Mount("/", StaticFiles(directory=page, html=True)))
    else:
        routes.append(Route("/", lambda _: HTMLResponse(NO_PAGE)))
    app = Starlette(
        routes=routes,
        middleware=[Middleware(GZipMiddleware, minimum_size=2000)],
        exception_handlers={GraphError: unavailable},
        max_body_size=MOST_BYTES,
    )
    app.state.store, app.state.guard, app.state.token = store, guard, token
    return app
