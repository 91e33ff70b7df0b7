"""What a supervisor asks: `/health` (the process answers) and `/ready` (so does the database, and it holds a model).

While it is known that the database does not answer, a request that needs it gets a 503 with the reason and the time
to come again, at once. `/health` is the only answer of a private service that needs no token.
"""

import asyncio
from collections.abc import Mapping
from math import ceil

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from graphql_api.errors import told
from graphql_api.upkeep.watch import Watch
from queries.errors import EngineError, GraphError, StoreBusy
from queries.store import Store

READY_SECONDS = 5.0
LIVE = "/health"
OF_DATABASE = ("/graphql", "/pictures/", "/export/")


class Health:
    """The application, with its health in front; without a watch nothing is known of the engine."""

    def __init__(self, app: ASGIApp, store: Store, watch: Watch | None) -> None:
        self._app, self._store, self._watch = app, store, watch

    @property
    def _down(self) -> str | None:
        return told(self._watch.down) if self._watch and self._watch.down else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(scope["path"]) if scope["type"] == "http" else None
        await (answer or self._app)(scope, receive, send)

    async def _answer(self, path: str) -> Response | None:
        """The answer to a request that is not for the application, None for one that is."""
        if path == LIVE:
            return JSONResponse({"live": True})
        if path == "/ready":
            return await self._ready()
        if self._down is not None and path.startswith(OF_DATABASE):
            error = {"message": self._down, "extensions": {"code": EngineError.code}}
            return self._unavailable({"data": None, "errors": [error]})
        return None

    async def _ready(self) -> Response:
        if self._down is not None:
            return self._unavailable({"ready": False, "code": EngineError.code, "reason": self._down})
        try:
            async with asyncio.timeout(READY_SECONDS):
                models = await self._store.run("models")
        except GraphError as error:
            return self._unavailable({"ready": False, "code": error.code, "reason": told(str(error))})
        except TimeoutError:
            reason = f"the database did not answer in {READY_SECONDS:g} s"
            return self._unavailable({"ready": False, "code": StoreBusy.code, "reason": reason})
        if not models:
            reason = (
                "the database holds no model yet; `summit demo`, `summit load` and `summit import-summit` bring one"
            )
            return self._unavailable({"ready": False, "code": "NO_DATA", "reason": reason})
        return JSONResponse({"ready": True, "models": [model["id"] for model in models]})

    def _unavailable(self, body: Mapping[str, object]) -> Response:
        return JSONResponse(body, 503, {"retry-after": str(ceil(self._watch.pause if self._watch else READY_SECONDS))})
