"""Who may ask, who may change something, and what every answer tells a browser; asked over ASGI, as anyone."""

import os
import re
from pathlib import Path

import pytest
from starlette.requests import Request

from graphql_api.app import PAGE
from graphql_api.gate.access import Entry
from graphql_api.gate.headers import HEADERS
from graphql_api.gate.token import kept_token, service_token
from queries.engines.settings import Settings
from queries.errors import DataError
from queries.guard.guard import Guard
from tests.conftest import Database
from tests.graphql_api.asgi import BEARER, CHANGE, READ, TOKEN, Caller, code_of

TO_PAGE = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
PICTURE = "/pictures/made/layer0/0/channel.jpg"


@pytest.fixture(scope="module")
def ask(made: Database, guard: Guard, page: Path) -> Caller:
    return Caller(made, guard, Entry(TOKEN), page)


@pytest.fixture(scope="module")
def ask_private(made: Database, guard: Guard, page: Path) -> Caller:
    return Caller(made, guard, Entry(TOKEN, private=True), page)


# Who may change something


@pytest.mark.parametrize("client", ["127.0.0.1", "::1", "10.1.2.3"])
@pytest.mark.parametrize("given", [None, "Bearer wrong", "Bearer", f"Basic {TOKEN}", "Bearer a-toke", "Bearer sécret"])
def test_nobody_changes_anything_without_the_token(ask: Caller, client: str, given: str | None) -> None:
    headers = {"authorization": given.encode()} if given else {}
    assert ask("POST", "/graphql", client, json=READ, headers=headers).json()["data"] == {"imageClass": {"index": 0}}
    answer = ask("POST", "/graphql", client, json=CHANGE, headers=headers)
    assert code_of(answer) == "FORBIDDEN"
    assert "SUMMIT_TOKEN" in answer.text


@pytest.mark.parametrize("client", ["127.0.0.1", "10.1.2.3"])
@pytest.mark.parametrize("word", ["Bearer", "bearer"])
def test_who_has_the_token_changes_something(ask: Caller, client: str, word: str) -> None:
    answer = ask("POST", "/graphql", client, json=CHANGE, headers={"authorization": f"{word} {TOKEN}"})
    assert answer.json()["data"] == {"extract": {"unchanged": 1}}


def test_a_get_reads_and_never_changes(ask: Caller) -> None:
    assert ask("GET", "/graphql", params=READ).json()["data"] == {"imageClass": {"index": 0}}
    refused = ask("GET", "/graphql", params=CHANGE, headers=BEARER)
    assert (refused.status_code, code_of(refused)) == (400, "BAD_REQUEST")
    assert "mutations are not allowed when using GET" in refused.text


# By which name


def refusal(entry: Entry, host: str, **headers: str) -> str | None:
    """The code a request is refused with."""
    pairs = {"host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": "/",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in pairs.items() if value],
    }
    found = entry.refusal(Request(scope))
    return found.code if found else None


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "localhost.", "127.0.0.1:1", "127.0.0.2", "[::1]:8000"]
)
@pytest.mark.parametrize("beyond", [False, True])
def test_this_machine_is_asked_by_its_own_names(host: str, beyond: bool) -> None:
    assert refusal(Entry(TOKEN, beyond=beyond), host) is None


@pytest.mark.parametrize(
    "host", ["", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8000", "[", "a@b", "graphs.lan."]
)
@pytest.mark.parametrize("beyond", [False, True])
def test_a_name_that_is_not_ours_is_not_answered(host: str, beyond: bool) -> None:
    assert refusal(Entry(TOKEN, beyond=beyond), host) == "WRONG_HOST"
    if host == "graphs.lan.":
        assert refusal(Entry(TOKEN, ("graphs.lan",), beyond=beyond), host) is None


def test_addresses_and_the_name_of_the_machine_are_ours_where_others_may_connect() -> None:
    for host in ("192.0.2.7:8000", "[2001:db8::1]:8000", os.uname().nodename):
        assert refusal(Entry(TOKEN, beyond=True), host) is None
        assert refusal(Entry(TOKEN), host) == "WRONG_HOST"


def test_a_wrong_name_gets_nothing_at_any_address(ask: Caller) -> None:
    for method, path in (("GET", "/"), ("GET", "/graphql?query={__typename}"), ("POST", "/graphql"), ("GET", PICTURE)):
        answer = ask(method, path, host="evil.example", headers=BEARER)
        assert (answer.status_code, code_of(answer)) == (421, "WRONG_HOST")
        assert "SUMMIT_HOSTS" in answer.text


# From which page


@pytest.mark.parametrize(
    "headers, allowed",
    [
        ({}, True),
        ({"sec_fetch_site": "none"}, True),
        ({"sec_fetch_site": "same-origin"}, True),
        ({"sec_fetch_site": "same-site"}, True),
        ({"sec_fetch_site": "cross-site"}, False),
        ({"sec_fetch_site": "cross-site", "sec_fetch_mode": "no-cors", "sec_fetch_dest": "image"}, False),
        ({"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}, True),
        ({"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "iframe"}, False),
        ({"origin": "http://localhost:3000"}, True),
        ({"origin": "http://evil.example"}, False),
        ({"origin": "null"}, False),
    ],
)
def test_pages_of_other_sites_lead_here_and_do_not_ask(headers: dict[str, str], allowed: bool) -> None:
    assert refusal(Entry(TOKEN), "localhost:8000", **headers) == (None if allowed else "CROSS_SITE")


def test_a_link_to_a_question_is_a_question(ask: Caller) -> None:
    headers = {"sec-fetch-site": "cross-site", **TO_PAGE}
    assert ask("GET", "/graphql", headers={**headers, "accept": "text/html"}).status_code == 200
    assert ask("GET", "/graphql?query={__typename}", headers=headers).status_code == 403
    assert ask("GET", "/graphql?extensions={}", headers=headers).status_code == 403, "by the digest of a document"
    assert ask("POST", "/graphql", headers=headers, json=READ).status_code == 403


# Private


@pytest.mark.parametrize("path", ["/", "/graphql?query={__typename}", PICTURE, "/?token=", "/?token=wrong"])
def test_a_private_service_shows_nothing_without_the_token(ask_private: Caller, path: str) -> None:
    answer = ask_private("GET", path)
    assert (answer.status_code, code_of(answer), answer.headers["www-authenticate"]) == (401, "TOKEN_NEEDED", "Bearer")
    assert "set-cookie" not in answer.headers
    assert ask_private("GET", path, headers={"accept": "text/html"}).headers["content-type"].startswith("text/plain")


def test_the_start_address_of_a_private_service_lets_a_browser_read_and_not_change(ask_private: Caller) -> None:
    cookie = ask_private("GET", f"/?token={TOKEN}").headers["set-cookie"]
    assert re.fullmatch(r"summit-\w{8}=\w{64}; HttpOnly; SameSite=Strict; Path=/", cookie)
    assert TOKEN not in cookie
    headers = {"cookie": cookie.partition(";")[0]}
    assert ask_private("GET", "/", headers=headers).status_code == 200
    assert ask_private("POST", "/graphql", headers=headers, json=READ).status_code == 200
    assert code_of(ask_private("POST", "/graphql", headers=headers, json=CHANGE)) == "FORBIDDEN"
    assert ask_private("GET", "/", headers={"cookie": headers["cookie"][:-1]}).status_code == 401


def test_a_program_reads_a_private_service_with_the_header(ask_private: Caller) -> None:
    assert ask_private("POST", "/graphql", headers=BEARER, json=READ).json()["data"] == {"imageClass": {"index": 0}}


# Headers


@pytest.mark.parametrize(
    "method, path, host",
    [
        ("GET", "/", "localhost"),
        ("GET", "/graphql?query={__typename}", "localhost"),
        ("GET", "/nothing", "localhost"),
        ("DELETE", "/graphql", "localhost"),
        ("POST", "/graphql", "localhost"),
        ("GET", "/", "evil.example"),
    ],
)
def test_every_answer_carries_the_headers(ask: Caller, method: str, path: str, host: str) -> None:
    headers = ask(method, path, host=host).headers
    assert {name: headers[name] for name in HEADERS} == HEADERS
    assert "script-src 'self';" in headers["content-security-policy"]


def test_graphiql_runs_the_scripts_it_came_with_and_no_others(ask: Caller) -> None:
    policy = ask("GET", "/graphql", headers={"accept": "text/html"}).headers["content-security-policy"]
    assert "script-src 'sha256-PBL+VNcqg2ezLpeQ7yj8J15XmnKAnnIb2qth9B/WTJ4='" in policy
    assert "frame-ancestors 'none'" in policy


def test_the_built_page_has_no_script_in_itself() -> None:
    index = PAGE / "index.html"
    if not index.is_file():
        pytest.skip(f"{index} is not built; run `make setup`")
    assert set(re.findall(r"<script[^>]*>(.*?)</script>", index.read_text(), re.DOTALL)) == {""}
    assert not re.search(r"\son\w+=", index.read_text())


# Pictures


def test_a_link_in_a_folder_of_pictures_serves_nothing_outside_it(ask: Caller, made: Database) -> None:
    (folder,) = {Path(row["pictures"]) for row in made.run("picture_folder", layer="made/layer0")}
    inside, outside = folder / "channel" / "layer0-0-channel.jpg", folder / "channel" / "layer0-1-channel.jpg"
    inside.write_bytes(b"\xff\xd8 a picture")
    outside.symlink_to(folder.parent / "secret")
    assert outside.read_text() == "not to be served"

    assert ask("GET", PICTURE).content == b"\xff\xd8 a picture"
    refused = ask("GET", PICTURE.replace("/0/", "/1/"))
    assert (refused.status_code, code_of(refused)) == (404, "NOT_FOUND")
    found = [
        ask("POST", "/graphql", json={"query": f'{{ channel(id: "made/layer0/{k}") {{ pictures {{ thumbnail }} }} }}'})
        for k in (0, 1)
    ]
    assert [each.json()["data"]["channel"]["pictures"]["thumbnail"] for each in found] == [PICTURE, None]


# The token


def test_a_token_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    token = service_token(Settings(None, home))
    assert len(token) >= 32
    assert service_token(Settings(None, home)) == token
    assert (home / "token").stat().st_mode & 0o777 == 0o600
    assert service_token(Settings(None, tmp_path / "elsewhere")) != token
    assert service_token(Settings(None, home, token="my-own")) == "my-own"


def test_a_token_that_others_may_read_or_no_header_carries_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "token"
    kept_token(path)
    path.chmod(0o644)
    with pytest.raises(DataError, match="others than its owner may read it; delete it"):
        kept_token(path)
    path.chmod(0o600)
    path.write_text("")
    with pytest.raises(DataError, match="delete it for a new one"):
        kept_token(path)
    for word in ("two words", "sécret", "line\nline"):
        with pytest.raises(DataError, match="SUMMIT_TOKEN: a token has letters"):
            service_token(Settings(None, tmp_path, token=word))


def test_settings_of_access_come_from_the_environment(tmp_path: Path) -> None:
    found = Settings.from_environment({"SUMMIT_HOSTS": "Graphs.lan, api ,", "SUMMIT_PRIVATE": "1"})
    assert (found.hosts, found.private) == (("graphs.lan", "api"), True)
    assert Settings.from_environment({}).private is False
    with pytest.raises(DataError, match="SUMMIT_PRIVATE is 'yes'"):
        Settings.from_environment({"SUMMIT_PRIVATE": "yes"})
