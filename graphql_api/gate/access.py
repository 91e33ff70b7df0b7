"""Who may ask, and who may change something: by the name that was asked for, the page that asks, and the token.

A page of another site can have its own name lead to this machine, and so read what is served here: requests by names
that are not ours get nothing. Nobody may change something for the address they come from: behind a proxy on this
machine, everybody comes from this machine. What changes something carries the token in a header, which no page of
another site can send.
"""

import hashlib
import hmac
import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graphql_api.refusals import refuse
from graphql_api.upkeep.health import LIVE

LOCAL_NAME = "localhost"
EXPORTS = "/export/"  # files, which a link may not have made
ASKING = frozenset({"query", "extensions"})  # a GraphQL document, or the digest of one that is kept
WHERE_THE_TOKEN_IS = (
    "open the address with ?token= that `summit serve` printed, or give the token: it is in SUMMIT_TOKEN, or in the "
    "file `token` of the service's data directory"
)


@dataclass(frozen=True, slots=True)
class Refusal:
    status: int
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Entry:
    """The rule of a service.

    token    what requests that change something carry
    names    host names it is asked by, besides this machine's own
    private  requests that only read carry the token, too
    beyond   it listens for other machines: any address, and this machine's name, are names of ours
    origins  sites, as scheme://host:port, whose pages may ask, too
    prefix   path of another server below which the service stands, "" where it has an address of its own
    """

    token: str
    names: Collection[str] = ()
    private: bool = False
    beyond: bool = False
    origins: Collection[str] = ()
    prefix: str = ""

    def refusal(self, request: HTTPConnection) -> Refusal | None:
        """Why a request gets nothing at all, None where it is answered."""
        name = host_name(request.headers.get("host", ""))
        if not self.is_ours(name):
            return Refusal(
                421,
                "WRONG_HOST",
                f"the service is not asked by the name {name[:100]!r}; use localhost, or start it with that name in "
                "SUMMIT_HOSTS",
            )
        if request.headers.get("origin") not in self.origins and comes_from_elsewhere(request):
            return Refusal(403, "CROSS_SITE", "pages of other sites may not ask this service; open its own page")
        if (
            self.private
            and request.url.path != LIVE
            and not (self.is_trusted(request) or self.has_cookie(request) or self.starts(request))
        ):
            return Refusal(401, "TOKEN_NEEDED", f"the service is private; {WHERE_THE_TOKEN_IS}")
        return None

    def is_ours(self, name: str) -> bool:
        """Whether a service is asked by a name; addresses cannot be made to lead here by another site's page."""
        if name in self.names:
            return True
        if not self.beyond:
            return is_loopback(name)
        return is_loopback(name) or is_address(name) or name == socket.gethostname().lower()

    def is_trusted(self, request: HTTPConnection) -> bool:
        """Whether it carries the token in its header."""
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        return kind.lower() == "bearer" and equal(given.strip(), self.token)

    def starts(self, request: HTTPConnection) -> bool:
        """Whether it is the start address, which carries the token in its query."""
        return request.url.path == "/" and equal(request.query_params.get("token", ""), self.token)

    def has_cookie(self, request: HTTPConnection) -> bool:
        name, value = self.cookie()
        return equal(request.cookies.get(name, ""), value)

    def cookie(self) -> tuple[str, str]:
        """Name and value of the cookie that lets a browser read a private service, pictures too.

        Browsers show a cookie to every service on a machine, whatever its port: the value is made of the token but does
        not tell it, and each service has a name of its own.
        """
        name, value = (
            hmac.new(self.token.encode(), word, hashlib.sha256).hexdigest() for word in (b"name", b"reading")
        )
        return f"summit-{name[:8]}", value

    def why_read_only(self, request: HTTPConnection) -> str | None:
        """Why a request may change nothing, None if it may."""
        return None if self.is_trusted(request) else f"changes need the service's token; {WHERE_THE_TOKEN_IS}"


class Gate:
    """Lets through what the entry allows; the start address of a private service gives a browser its cookie."""

    def __init__(self, app: ASGIApp, entry: Entry) -> None:
        self.app, self.entry = app, entry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request = Request(scope)
        if found := self.entry.refusal(request):
            challenge = {"www-authenticate": "Bearer"} if found.status == 401 else None
            answer = refuse(request, found.status, found.code, found.sentence, challenge)
            return await answer(scope, receive, send)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                name, value = self.entry.cookie()
                headers = MutableHeaders(scope=message)
                headers.append("set-cookie", f"{name}={value}; HttpOnly; SameSite=Strict; Path={self.entry.prefix}/")
            await send(message)

        opens = self.entry.private and self.entry.starts(request)
        return await self.app(scope, receive, send_with_cookie if opens else send)


def host_name(host: str) -> str:
    """The name or address in a Host header, without port, brackets and the dot of the root; "" for none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(name: str) -> bool:
    return name == LOCAL_NAME or (is_address(name) and ipaddress.ip_address(name).is_loopback)


def comes_from_elsewhere(request: HTTPConnection) -> bool:
    """Whether a page of another site asks; following a link to one of our pages is no question."""
    site = request.headers.get("sec-fetch-site")
    if site is None:  # a program, or a browser of before 2023
        origin = request.headers.get("origin")
        return origin is not None and host_name(urlsplit(origin).netloc) != host_name(request.headers.get("host", ""))
    if site != "cross-site":
        return False
    follows_link = (
        request.scope["method"] == "GET"
        and request.headers.get("sec-fetch-mode") == "navigate"
        and request.headers.get("sec-fetch-dest") == "document"
    )
    asks = not ASKING.isdisjoint(request.query_params) or request.url.path.startswith(EXPORTS)
    return not follows_link or asks


def equal(given: str, wanted: str) -> bool:
    """In a time that does not tell how much of it is right."""
    return hmac.compare_digest(given.encode(), wanted.encode())
