"""The service in this process, asked over ASGI as anyone would ask it."""

from pathlib import Path
from typing import Any

import httpx

from bench.testbed.databases import Database
from graphql_api.app import create_app
from graphql_api.gate.access import Entry
from queries.guard.guard import Guard

TOKEN = "a-token"
BEARER = {"authorization": f"Bearer {TOKEN}"}
READ = {"query": '{ imageClass(model: "made", index: 0) { index } }'}
CHANGE = {"query": 'mutation { extract(model: "made", classes: [0]) { unchanged } }'}


class Caller:
    """Asks a service that runs in this process."""

    def __init__(self, database: Database, guard: Guard, entry: Entry, page: Path) -> None:
        self.database = database
        self.app = create_app(database.store, guard, entry, page)

    def __call__(
        self, method: str, path: str, client: str = "127.0.0.1", host: str = "localhost:8000", **words: Any
    ) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=(client, 1234))
            async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as session:
                return await session.request(method, path, **words)

        return self.database.await_(ask())


def code_of(answer: httpx.Response) -> str | None:
    """The code of the one error, None where there is none."""
    errors = answer.json().get("errors", [])
    return errors[0]["extensions"]["code"] if errors else None
