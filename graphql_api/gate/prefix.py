"""A service below a path of another server (`--root-path`): the prefix is taken off, or was taken off by the proxy."""

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class Prefix:
    """The application as if it stood at the root."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self.app, self.prefix = app, prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        path: str = scope["path"]
        if path == self.prefix:  # addresses in the page are relative to its folder
            query = Request(scope).url.query
            to = f"{self.prefix}/" + (f"?{query}" if query else "")
            return await RedirectResponse(to)(scope, receive, send)
        if path.startswith(f"{self.prefix}/"):
            scope = {**scope, "path": path.removeprefix(self.prefix), "raw_path": None}
        return await self.app(scope, receive, send)
