"""Files are made a few at a time: each is whole in memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bench.testbed.counted import counted
from bench.testbed.databases import Database
from graphql_api.export import Exports
from graphql_api.refusals import unavailable
from queries.errors import GraphError
from queries.graphs.extraction import extract_model
from queries.line import Line
from queries.progress import ignore_progress
from queries.store import Row
from queries.work import awaited
from queries.work.under_way import work_under_way


def test_a_file_waits_for_a_place_and_is_refused_where_the_line_is_too_long(made: Database) -> None:
    exports = Exports()
    exports.line = Line("export", 1, 0.05)
    app = Starlette(routes=[Route("/export/{model}", exports)], exception_handlers={GraphError: unavailable})
    app.state.store = made.store

    async def ask() -> tuple[httpx.Response, httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as session:
            async with exports.line.place():
                refused = await session.get("/export/made?class=0")
            return refused, await session.get("/export/made?class=0")

    refused, answered = made.await_(ask())
    assert refused.status_code == 503 and refused.json()["errors"][0]["extensions"]["code"] == "STORE_BUSY"
    assert "1 export is running, the most allowed at a time" in refused.text
    assert answered.status_code == 200 and answered.json()["graph"]["model"] == "made"


def test_a_search_for_a_file_is_announced_where_it_takes_long(
    made: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(awaited, "QUIET_SECONDS", 0.0)
    app = Starlette(routes=[Route("/export/{model}", Exports(1))])
    app.state.store, app.state.home = made.store, tmp_path

    async def ask() -> list[int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as session:
            asked = ("class=0", "motifs=0,1,2&min_support=0.5")
            return [(await session.get(f"/export/made?{each}")).status_code for each in asked]

    assert made.await_(ask()) == [200, 200]
    assert [(work.kind, work.model, work.state) for work in work_under_way(tmp_path)] == [("motifs", "made", "done")]


@pytest.fixture
def compared(made: Database) -> Iterator[Database]:
    """Three classes of a model of its own, all with graphs."""
    made.load(counted("compared", (8, 9, 10), 3, 0.2))
    made.await_(extract_model(made.store, "compared", progress=ignore_progress))
    yield made
    made.remove("compared")


def test_a_comparison_asks_once_how_its_graphs_were_cut(compared: Database, monkeypatch: Any) -> None:
    asked: list[str] = []
    run = compared.store.run

    async def noted(name: str, **parameters: Any) -> list[Row]:
        asked.append(name)
        return await run(name, **parameters)

    monkeypatch.setattr(compared.store, "run", noted)
    app = Starlette(routes=[Route("/export/{model}", Exports())])
    app.state.store = compared.store

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as session:
            return await session.get("/export/compared?compare=0,1,2")

    about = compared.await_(ask()).json()["graph"]
    assert [each["index"] for each in about["classes"]] == [0, 1, 2] and about["classes"][0]["threshold"] == 7.5
    assert asked.count("graph_cuts") == 1 and "graph_origin" not in asked
