"""The page below a path of another server, which takes that path off."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, Response, expect

from tests.conftest import Service
from tests.e2e.looking import MODEL
from tests.nginx import plain_proxy

OpenPage = Callable[..., Page]


def test_everything_is_asked_for_below_the_path(
    open_page: OpenPage, running: Service, nginx: str, tmp_path: Path
) -> None:
    with plain_proxy(nginx, f"{running.url}/", tmp_path, "/lab/summit/") as url:
        page = open_page("about:blank")
        answers: list[tuple[str, int]] = []

        def note(response: Response) -> None:
            if response.url.startswith(url):  # and not a blob, which the page makes itself
                answers.append((urlsplit(response.url).path, response.status))

        page.on("response", note)

        page.goto(f"{url}/lab/summit/?class=270")
        expect(page.locator("image.picture").first).to_be_visible()
        page.get_by_role("link", name="Compare", exact=True).click()
        page.goto(f"{url}/lab/summit/graphql")
        page.get_by_role("button", name="Execute query").click()
        expect(page.locator(".graphiql-response")).to_contain_text(MODEL)

        assert [path for path, _ in answers if not path.startswith("/lab/summit/")] == []
        assert [path for path, status in answers if status >= 400] == []
        assert any(path.startswith("/lab/summit/pictures/") for path, _ in answers)
