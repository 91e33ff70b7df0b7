"""What a request gets that the end of the service cuts off: 503, and when to retry."""

import asyncio

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graphql_api.refusals import refuse

RETRY_SECONDS = 10  # a service that is started again answers by then


class Ending:
    """The application; a request that is cancelled before its answer began gets 503 with `Retry-After`.

    Only the end of the service cancels a request as a whole: one whose client goes away has no answer to wait for.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = scope["type"] != "http"

        async def send_noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        except asyncio.CancelledError:
            if begun:
                raise
            sentence = "the service is being stopped and did not finish this request; repeat it in a moment"
            headers = {"retry-after": str(RETRY_SECONDS), "connection": "close"}
            await refuse(Request(scope), 503, "STOPPING", sentence, headers)(scope, receive, send)
