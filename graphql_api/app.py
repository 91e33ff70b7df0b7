"""The service: GraphQL at /graphql, pictures, and the built page at /."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL

from graphql_api.context import Context
from graphql_api.pictures import serve_picture
from graphql_api.schema import schema
from queries.guard import Guard
from queries.store import Store

PAGE = Path(__file__).parent.parent / "web" / "dist"
NO_PAGE = """<!doctype html><html lang="en"><title>Summit Graph</title>
<p>The page is not built yet: run <code>make setup</code>, then load this again.
The API answers at <a href="/graphql">/graphql</a>.</p></html>"""


class GraphQLEndpoint(GraphQL[Context, None]):
    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        return Context.over(request.app.state.store, request.app.state.guard)


def create_app(store: Store, guard: Guard, page: Path = PAGE) -> Starlette:
    """The application over one open database."""
    routes: list[BaseRoute] = [
        Route("/graphql", GraphQLEndpoint(schema)),
        Route("/pictures/{model}/{layer}/{index}/{kind}.jpg", serve_picture),
    ]
    if (page / "index.html").is_file():
        routes.append(Mount("/", StaticFiles(directory=page, html=True)))
    else:
        routes.append(Route("/", lambda _: HTMLResponse(NO_PAGE)))
    app = Starlette(routes=routes, middleware=[Middleware(GZipMiddleware, minimum_size=2000)])
    app.state.store, app.state.guard = store, guard
    return app
