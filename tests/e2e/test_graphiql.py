"""GraphiQL at /graphql, with nothing from elsewhere."""

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.conftest import Service
from tests.e2e.looking import MODEL

OpenPage = Callable[..., Page]


def test_graphiql_asks_the_api_and_needs_no_other_machine(open_page: OpenPage, running: Service) -> None:
    page = open_page("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto("/graphql")
    page.get_by_role("button", name="Execute query").click()

    expect(page.locator(".graphiql-response")).to_contain_text(MODEL)
    hosts = {urlsplit(url).netloc for url in asked if urlsplit(url).scheme.startswith("http")}
    assert hosts == {urlsplit(running.url).netloc}
