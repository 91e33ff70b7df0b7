"""A service below a path of another server, and one that pages of chosen sites may ask."""

from pathlib import Path

import pytest

from bench.testbed.databases import Database
from graphql_api.gate.access import Entry
from queries.engines.settings import Settings
from queries.errors import DataError
from queries.guard.guard import Guard
from tests.graphql_api.asgi import CHANGE, READ, TOKEN, Caller, code_of

SITE = "https://lab.example.org"


@pytest.fixture(scope="module")
def ask(made: Database, guard: Guard, page: Path) -> Caller:
    return Caller(made, guard, Entry(TOKEN, private=True, origins=(SITE,), prefix="/lab/summit"), page)


def bearer(**headers: str) -> dict[str, str]:
    return {"authorization": f"Bearer {TOKEN}", **headers}


@pytest.mark.parametrize("prefix", ["", "/lab/summit"])
def test_a_proxy_may_take_the_prefix_off_or_leave_it(ask: Caller, prefix: str) -> None:
    answer = ask("POST", f"{prefix}/graphql", json=READ, headers=bearer())
    assert answer.json()["data"] == {"imageClass": {"index": 0}}
    assert ask("GET", f"{prefix}/health").json() == {"live": True}
    assert "<!doctype html>" in ask("GET", f"{prefix}/", headers=bearer()).text
    cookie = ask("GET", f"{prefix}/?token={TOKEN}").headers["set-cookie"]
    assert cookie.endswith("Path=/lab/summit/")


def test_the_prefix_alone_leads_to_the_page_below_it(ask: Caller) -> None:
    answer = ask("GET", f"/lab/summit?token={TOKEN}")
    assert (answer.status_code, answer.headers["location"]) == (307, f"/lab/summit/?token={TOKEN}")
    assert ask("GET", "/lab/summitten", headers=bearer()).status_code == 404


def test_a_page_of_a_chosen_site_may_ask_and_no_other(ask: Caller) -> None:
    cross = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}
    mine = ask("POST", "/graphql", json=READ, headers=bearer(origin=SITE, **cross))
    assert mine.json()["data"] == {"imageClass": {"index": 0}}
    assert mine.headers["access-control-allow-origin"] == SITE
    other = ask("POST", "/graphql", json=READ, headers=bearer(origin="https://lab.example.com", **cross))
    assert code_of(other) == "CROSS_SITE"
    assert "access-control-allow-origin" not in other.headers


def test_a_browser_hears_beforehand_what_a_chosen_site_may_send(ask: Caller) -> None:
    def before(origin: str) -> int:
        asked = {
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization,content-type",
        }
        return ask("OPTIONS", "/graphql", headers={"origin": origin, **asked}).status_code

    assert (before(SITE), before("https://lab.example.com")) == (200, 400)


def test_a_chosen_site_changes_nothing_without_the_token(ask: Caller) -> None:
    assert code_of(ask("POST", "/graphql", json=CHANGE, headers={"origin": SITE})) == "TOKEN_NEEDED"


@pytest.mark.parametrize(
    "name, value, told",
    [
        ("SUMMIT_CORS", "*", "SUMMIT_CORS has '*'; expected sites as https://example.org"),
        ("SUMMIT_CORS", "https://a.org, a.org", "SUMMIT_CORS has 'a.org'"),
        ("SUMMIT_CORS", "https://a.org/path", "SUMMIT_CORS has 'https://a.org/path'"),
        ("SUMMIT_ROOT_PATH", "summit", "the root path is 'summit'; expected a path such as /summit"),
        ("SUMMIT_ROOT_PATH", "/a b", "the root path is '/a b'"),
        ("SUMMIT_PRIVAT", "1", "SUMMIT_PRIVAT is set, which is not a setting; do you mean SUMMIT_PRIVATE?"),
        ("SUMMIT_HOST", "a.org", "do you mean SUMMIT_HOSTS?"),
    ],
)
def test_a_setting_that_means_nothing_is_refused(name: str, value: str, told: str) -> None:
    with pytest.raises(DataError) as refused:
        Settings.from_environment({name: value})
    assert told in str(refused.value)


def test_settings_are_read(caplog: pytest.LogCaptureFixture) -> None:
    read = Settings.from_environment(
        {"SUMMIT_CORS": f"{SITE}, http://localhost:5173", "SUMMIT_ROOT_PATH": "/lab/summit/", "SUMMIT_ELSE": "1"}
    )
    assert (read.origins, read.prefix) == ((SITE, "http://localhost:5173"), "/lab/summit")
    assert caplog.messages == ["SUMMIT_ELSE is set, which is not a setting; it is ignored"]
