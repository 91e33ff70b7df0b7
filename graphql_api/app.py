"""The service: GraphQL at /graphql, pictures, files at /export, progress at /events, and the built page at /."""

from asyncio import to_thread
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

from cross_web import AsyncHTTPRequestAdapter
from cross_web import HTTPException as NoRequest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.http.base import BaseRequestProtocol
from strawberry.types import ExecutionResult

from graphql_api.context import Context
from graphql_api.encoding import Packing, json_bytes, takes_gzip
from graphql_api.events import Events
from graphql_api.export import Exports
from graphql_api.gate.access import Entry, Gate
from graphql_api.gate.headers import Careful, graphiql_policy
from graphql_api.gate.prefix import Prefix
from graphql_api.page_files import ASK_AGAIN, PageFiles, page_file
from graphql_api.pictures import serve_picture
from graphql_api.refusals import BodyLimit, broken, code_of, not_served, refuse, unavailable
from graphql_api.requests.asking import NotPersisted, read_request
from graphql_api.requests.attended import while_attended
from graphql_api.requests.kept import Answer, Answers, question_of
from graphql_api.requests.recalled import Rows
from graphql_api.schema import schema
from graphql_api.upkeep.ending import Ending
from graphql_api.upkeep.health import Health
from graphql_api.upkeep.journal import CURRENT, Journal
from graphql_api.upkeep.metrics import Metrics
from graphql_api.upkeep.watch import Watch
from queries.errors import GraphError
from queries.guard.guard import Guard
from queries.revision import RECALL
from queries.store import Store

MOST_BYTES = 4_000_000  # of a request; a thousand class ids are 30,000
PAGE = Path(__file__).parent / "page"  # built from web/
NO_PAGE = """<!doctype html><html lang="en"><title>Summit Graph</title>
<p>The page is not built yet: run <code>make setup</code>, then start the service again.
The API answers at <a href="/graphql">/graphql</a>.</p></html>"""


def cors(origins: Collection[str]) -> dict[str, Any]:
    """What pages of other origins may send and read."""
    return {
        "allow_origins": list(origins),
        "allow_methods": ["GET", "POST"],
        "allow_headers": ["authorization", "content-type", "x-request-id"],
        "expose_headers": ["x-request-id", "retry-after"],
    }


class GraphQLEndpoint(GraphQL[Context, None]):
    """GraphQL over HTTP, and for a browser GraphiQL as it was built with the page.

    A request whose client goes away is stopped: nobody's statement or search takes a place from the others. What a
    mutation has committed by then stays.
    """

    def __init__(self, page: Path) -> None:
        super().__init__(schema)
        self.ide = page / "graphiql.html"
        self.ide_policy = graphiql_policy(self.ide) if self.ide.is_file() else ""

    async def render_graphql_ide(self, request: Request) -> Response:
        if not self.ide.is_file():
            return HTMLResponse(NO_PAGE)
        headers = {"cache-control": ASK_AGAIN, "content-security-policy": self.ide_policy}
        return page_file(self.ide, request.headers, headers)

    def should_render_graphql_ide(self, request: BaseRequestProtocol) -> bool:
        """Not for a document that is asked for by its digest."""
        return "extensions" not in request.query_params and super().should_render_graphql_ide(request)

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData:
        return await read_request(request)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        with suppress(ClientDisconnect):
            if response := await self.respond(request, await request.body()):
                await response(scope, receive, send)

    async def respond(self, request: Request, body: bytes) -> Response | None:
        """A kept answer, or a new one, which is kept where it may be. None where the client goes away first."""
        answers: Answers = request.app.state.answers
        question, asked = question_of(request.scope, body), CURRENT.get()
        if found := await answers.find(question):
            if asked:
                asked.fields = list(found.fields)
            return found.response(request.method, request.headers)
        response = await while_attended(self.answer(request), request.receive)
        if response is None or asked is None or not (asked.of_database and getattr(request.state, "whole", False)):
            return response
        body, state = bytes(response.body), request.state.begun_in
        if not answers.may_keep(body, state):
            return response
        answer = await to_thread(Answer.of, body, takes_gzip(request.headers), tuple(asked.fields))
        answers.keep(question, answer, state)
        return answer.response(request.method, request.headers)

    async def answer(self, request: Request) -> Response:
        recall = await request.app.state.rows.begin()
        RECALL.set(recall)  # in the context of this task alone
        request.state.begun_in = recall.state if recall else None
        try:
            return await self.run(request)
        except NoRequest as error:
            code = error.code if isinstance(error, NotPersisted) else code_of(error.status_code)
            return refuse(request, error.status_code, code, error.reason, {"cache-control": "no-store"})

    def encode_json(self, data: object) -> bytes:
        return json_bytes(data)

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        request.state.whole = not result.errors
        return await super().process_result(request, result)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        state = request.app.state
        return Context.over(state.store, state.guard, state.entry.why_read_only(request), state.home)


def create_app(
    store: Store,
    guard: Guard,
    entry: Entry,
    page: Path = PAGE,
    watch: Watch | None = None,
    metrics: Metrics | None = None,
    rows: Rows | None = None,
    events: Events | None = None,
    exports: Exports | None = None,
) -> Starlette:
    """The application over one open database.

    entry    who may ask and who may change something
    watch    looks after the engine, where there is one to look after
    metrics  where requests are counted
    rows     of stored queries that are kept, and the answers
    events   of the data directory's long work
    exports  answers as files
    """
    events = events or Events(None)
    metrics = metrics or Metrics()
    routes: list[BaseRoute] = [
        Route("/graphql", GraphQLEndpoint(page)),
        Route("/metrics", lambda _: metrics.page()),
        Route("/pictures/{model}/{layer}/{index}/{kind}.jpg", serve_picture),
        Route("/export/{model}", exports or Exports()),
        Route("/events", events),
    ]
    if (page / "index.html").is_file():
        routes.append(Mount("/", PageFiles(page)))
    else:
        routes.append(Route("/", lambda _: HTMLResponse(NO_PAGE)))
    app = Starlette(
        routes=routes,
        middleware=[
            *([Middleware(Prefix, prefix=entry.prefix)] if entry.prefix else []),
            Middleware(Journal, metrics=metrics),
            Middleware(Careful),
            *([Middleware(CORSMiddleware, **cors(entry.origins))] if entry.origins else []),
            Middleware(Ending),
            Middleware(Gate, entry=entry),
            Middleware(Health, store=store, watch=watch),
            Middleware(BodyLimit, most=MOST_BYTES),
            Middleware(Packing, minimum_size=2000),
        ],
        exception_handlers={GraphError: unavailable, HTTPException: not_served, Exception: broken},
    )
    app.state.store, app.state.guard, app.state.entry = store, guard, entry
    app.state.rows = Rows(Answers(store)) if rows is None else rows
    app.state.answers = app.state.rows.answers
    app.state.home = events.home
    return app
