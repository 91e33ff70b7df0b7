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
from graphql_api.context import Context
from graphql_api.export import Exports
from graphql_api.refusals import unavailable
from graphql_api.schema import schema
from queries.errors import GraphError, NotFound
from queries.export.asking import Request, export
from queries.graphs.compare import read_cuts
from queries.graphs.extraction import Cut, extract_model
from queries.guard.guard import Guard
from queries.line import Line
from queries.progress import ignore_progress
from queries.records import Score
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
    assert int(refused.headers["retry-after"]) > 0
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


def test_a_comparison_asks_of_all_graphs_together_how_they_were_cut(compared: Database, monkeypatch: Any) -> None:
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
    assert asked.count("graph_cuts") == 2 and "graph_origin" not in asked  # before they are read and after it


@pytest.fixture
def replaced(compared: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The same; the graph of class 0 is replaced once probabilities are asked for."""
    run, begun = compared.store.run, False

    async def with_another(name: str, **parameters: Any) -> list[Row]:
        nonlocal begun
        if name == "graph_resamples" and not begun:
            begun = True
            cut = Cut(50.0)
            await extract_model(compared.store, "compared", classes=[0], cut=cut, progress=ignore_progress)
        return await run(name, **parameters)

    monkeypatch.setattr(compared.store, "run", with_another)
    yield compared
    assert begun


def test_what_is_said_of_compared_graphs_is_of_the_graphs_that_were_compared(replaced: Database) -> None:
    found = replaced.await_(export(replaced.store, Request("compared", classes=[0, 1])))
    assert [each["threshold"] for each in found.about["classes"]] == [50.0, 7.5]
    channels = replaced.run("class_channels", **{"class": "compared/0"}, min_count=0)
    assert {row["channel"] for row in channels} == {
        each.channel for each in found.vertices if "count_0" in each.values
    }, "all are of the new graph"


def test_probabilities_of_graphs_that_were_replaced_meanwhile_are_refused(replaced: Database, guard: Guard) -> None:
    query = """{ compare(model: "compared", classes: [0, 1], operation: UNION) { channels { probabilities } } }"""
    context = Context.over(replaced.store, guard, None)
    errors = replaced.await_(schema.execute(query, context_value=context)).errors or []
    assert [error.extensions and error.extensions["code"] for error in errors] == ["STORE_BUSY"]
    assert "were replaced" in errors[0].message
    again = replaced.await_(schema.execute(query, context_value=Context.over(replaced.store, guard, None)))
    assert again.data and not again.errors


def test_a_class_that_is_gone_is_named(compared: Database) -> None:
    with pytest.raises(NotFound, match="no class 'compared/9' in the database any more"):
        compared.await_(read_cuts(compared.store, ["compared/0", "compared/9"], Score.ACTIVATION))
