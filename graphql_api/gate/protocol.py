"""uvicorn's HTTP/1.1 with limits on connections, and answers in JSON where a request never reaches the application."""

import asyncio
import sys
from http import HTTPStatus

import h11
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from graphql_api.gate.connections import Connections, Phase, State
from graphql_api.refusals import code_of, in_json

RETRY_SECONDS = 2  # for a client that finds no place
LINGER_SECONDS = 2.0  # that a refused client may go on sending: if it were cut off, it might never read why
LARGEST_HEAD = 16 * 1024  # bytes; h11 holds to it only where a head arrives in parts
LENGTHS = {b"content-length", b"transfer-encoding"}
NO_REQUEST = (
    "this is not an HTTP/1.1 request: its first line, a header or the length of its body is wrong; ask without TLS, or "
    "through a proxy that has it"
)
TOO_MUCH = "the address and the headers are larger than 16 kB; send less, or a question by POST"
UNKNOWN_CODING = "the transfer-encoding is not understood; send `chunked` once, or a content-length"
SENTENCES = {431: TOO_MUCH, 501: UNKNOWN_CODING}


class Refused(h11.RemoteProtocolError):
    """What h11 lets pass and we refuse; its text is for the client."""


class Strict(h11.Connection):
    """Refuses a body with two lengths, of which a proxy may believe the other one, a head that is large however it
    arrives, and versions but 1.0 and 1.1.
    """

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        event = super().next_event()
        if isinstance(event, h11.Request):
            if not event.http_version.startswith(b"1."):
                raise Refused("this version of HTTP is not supported; ask with HTTP/1.1", 505)
            headers = sum(len(name) + len(value) + len(b": \r\n") for name, value in event.headers)
            if len(event.target) + headers > LARGEST_HEAD:
                raise Refused(TOO_MUCH, 431)
            if {name for name, _ in event.headers} >= LENGTHS:
                raise Refused("the request has both a content-length and a transfer-encoding; send one of them")
        return event


class Guarded(H11Protocol):
    """A connection of a client."""

    limits: Connections
    refused = False  # what still comes is thrown away

    def state(self) -> State:
        left = self.transport.get_write_buffer_size()
        if left:
            return Phase.READER, left
        if self.cycle is None or self.cycle.response_complete:
            return Phase.REQUEST, 0
        return (Phase.BODY if self.cycle.more_body else Phase.ANSWER), 0

    def end(self, late: Phase) -> None:
        if late is Phase.READER or self.refused or (self.cycle is not None and self.cycle.response_started):
            self.drop()
        else:
            self.transport.write(refusal(408, f"the request did not arrive within {late.value:g} s; send it again"))
            self.transport.close()

    def drop(self) -> None:
        self.transport.abort()

    def turn_away(self) -> None:
        self.app = no_place

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.conn = Strict(h11.SERVER)
        self.limits.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.limits.closed(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self.refused:
            super().data_received(data)
            self.limits.moved(self)

    def on_response_complete(self) -> None:
        self.limits.moved(self)
        super().on_response_complete()
        self.limits.moved(self)

    def shutdown(self) -> None:
        if self.refused:
            self.transport.close()
        else:
            super().shutdown()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request, or no longer one: uvicorn calls this while it handles h11's error."""
        error = sys.exception()
        assert isinstance(error, h11.RemoteProtocolError)
        self.refused = True
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.close()  # an answer was begun
            return
        status = error.error_status_hint
        self.transport.write(
            refusal(status, str(error) if isinstance(error, Refused) else SENTENCES.get(status, NO_REQUEST))
        )
        self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def _should_upgrade(self) -> bool:
        return False  # nothing here is asked over a WebSocket


def guarded(connections: Connections) -> type[H11Protocol]:
    """uvicorn's protocol, with every connection under these limits."""
    return type("GuardedHere", (Guarded,), {"limits": connections})


def refusal(status: int, sentence: str) -> bytes:
    """The HTTP response that closes a connection, as bytes."""
    body = JSONResponse(in_json(code_of(status), sentence)).body
    head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\ncontent-type: application/json\r\nconnection: close\r\n"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + bytes(body)


async def no_place(scope: Scope, receive: Receive, send: Send) -> None:
    """What is answered where all places are taken by requests under way."""
    response = JSONResponse(
        in_json("STORE_BUSY", "the service is at its limit of requests; repeat in a moment"),
        503,
        {"retry-after": str(RETRY_SECONDS), "connection": "close"},
    )
    await response(scope, receive, send)
