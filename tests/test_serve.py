"""`summit serve` as a process: who gets what, also behind a proxy, and under documents made to cost much."""

import http.client
import json
import signal
import ssl
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from tests.commands import begin, refused
from tests.conftest import Command, Service, serving
from tests.graphql_api.requests.test_limits import chain
from tests.nginx import NAME, documented_proxy, plain_proxy

CHANGE = 'mutation { extract(model: "none", classes: [0]) { written } }'


def post(url: str, query: str, **headers: str) -> dict[str, Any]:
    """The answer to a GraphQL request, whatever its status."""
    body = json.dumps({"query": query}).encode()
    request = urllib.request.Request(f"{url}/graphql", body, {"content-type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            answer: dict[str, Any] = json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            answer = json.load(error)
    return answer


def code_of(answer: dict[str, Any]) -> str | None:
    errors = answer.get("errors")
    return errors[0]["extensions"]["code"] if errors else None


def test_the_token_in_the_file_changes_something_and_nothing_else_does(empty_service: Service) -> None:
    assert code_of(post(empty_service.url, CHANGE)) == "FORBIDDEN"
    assert code_of(post(empty_service.url, CHANGE, authorization="Bearer guess")) == "FORBIDDEN"
    assert code_of(post(empty_service.url, CHANGE, authorization=f"Bearer {empty_service.token}")) == "NOT_FOUND"


def test_behind_a_proxy_on_this_machine_nobody_is_local(empty_service: Service, nginx: str, tmp_path: Path) -> None:
    with plain_proxy(nginx, empty_service.url, tmp_path) as url:
        assert post(url, "{ __typename }")["data"] == {"__typename": "Query"}
        assert code_of(post(url, CHANGE)) == "FORBIDDEN"
        assert code_of(post(url, CHANGE, **{"x-forwarded-for": "127.0.0.1"})) == "FORBIDDEN"
        assert code_of(post(url, CHANGE, authorization=f"Bearer {empty_service.token}")) == "NOT_FOUND"


def test_a_name_of_the_setting_is_answered_privately_and_through_the_documented_nginx(
    nginx: str, tmp_path: Path
) -> None:
    with (
        serving(tmp_path, SUMMIT_HOSTS=NAME, SUMMIT_PRIVATE="1") as service,
        documented_proxy(nginx, service.url, tmp_path) as url,
    ):
        bearer = {"authorization": f"Bearer {service.token}"}
        assert post(service.url, "{ models { id } }", host=NAME, **bearer)["data"] == {"models": []}
        trusted = ssl.create_default_context(cafile=tmp_path / "graphs.pem")
        opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=trusted))

        def read(path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes, str]:
            request = urllib.request.Request(url + path, body, {"host": NAME, **headers})
            with opener.open(request, timeout=60) as response:
                return response.status, response.read(), (response.headers["set-cookie"] or "").partition(";")[0]

        with pytest.raises(urllib.error.HTTPError, match="401"):
            read("/")
        _, page, cookie = read(f"/?token={service.token}")
        assert b"Summit Graph" in page
        same = {"origin": f"https://{NAME}", "sec-fetch-site": "same-origin", "content-type": "application/json"}
        for query, rights, expected in [
            ("{ models { id } }", {"cookie": cookie}, "data"),
            (CHANGE, bearer, "NOT_FOUND"),
        ]:
            _, answer, _ = read("/graphql", json.dumps({"query": query}).encode(), **same, **rights)
            assert code_of(json.loads(answer)) == (None if expected == "data" else expected)


def test_a_name_that_leads_here_reads_nothing(empty_service: Service) -> None:
    answer = post(empty_service.url, '{ cypher(statement: "RETURN 1") { rows } }', host="rebound.example")
    assert code_of(answer) == "WRONG_HOST"


def test_a_private_service_is_read_with_the_token_that_its_start_address_brings(tmp_path: Path) -> None:
    command = begin("serve", "--port", "0", "--private", "--json", home=tmp_path)
    assert command.stdout
    try:
        said = json.loads(command.stdout.readline())
        assert said["token"] == (tmp_path / "token").read_text().strip()
        assert said["start"] == f"{said['url']}?token={said['token']}"
        url = said["url"].rstrip("/")
        assert code_of(post(url, "{ models { id } }")) == "TOKEN_NEEDED"
        with urllib.request.urlopen(said["start"], timeout=60) as response:
            cookie = response.headers["set-cookie"].partition(";")[0]
        assert post(url, "{ models { id } }", cookie=cookie)["data"] == {"models": []}
    finally:
        command.terminate()
        command.communicate(timeout=60)


def test_a_given_token_is_not_printed(tmp_path: Path) -> None:
    with serving(tmp_path, SUMMIT_TOKEN="not-to-be-told") as service:
        assert code_of(post(service.url, CHANGE, authorization="Bearer not-to-be-told")) == "NOT_FOUND"
        (log,) = tmp_path.glob("serve-*.log")
        assert "with the word in SUMMIT_TOKEN" in log.read_text()
        assert "not-to-be-told" not in log.read_text()
    assert not (tmp_path / "token").exists()


def test_a_token_that_no_header_carries_ends_the_start(tmp_path: Path, summit: Command) -> None:
    complaint = refused(summit("serve", "--port", "0", home=tmp_path, SUMMIT_TOKEN="two words"))
    assert "SUMMIT_TOKEN: a token has letters, digits and signs of ASCII, and no space" in complaint


def test_costly_documents_hold_up_neither_pages_nor_the_end(tmp_path: Path) -> None:
    """Every request ends, and so does the service, however many of them come; before, one was enough to hold it up."""
    costly = [chain(40, 4), chain(40, 2), chain(300, 2), "{" + "models{" * 900, "{models{" + "id " * 1900 + "}}"]
    command = begin("serve", "--port", "0", "--json", home=tmp_path)
    assert command.stdout
    url = json.loads(command.stdout.readline())["url"].rstrip("/")

    def attack(number: int) -> int:
        text = costly[number % len(costly)] + " " * number  # so that none is known
        if number % 2:
            return len(post(url, text)["errors"])
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        connection.request("GET", f"/graphql?query={quote(text)}")
        answer = json.load(connection.getresponse())
        connection.close()
        return len(answer["errors"])

    with ThreadPoolExecutor(8) as attackers:
        attacks = [attackers.submit(attack, number) for number in range(40)]
        with urllib.request.urlopen(url, timeout=60) as page:
            assert page.status == 200
        assert [each.result() for each in attacks] == [1] * 40
        more = [attackers.submit(attack, number) for number in range(40, 80)]
        command.send_signal(signal.SIGTERM)
        _, said = command.communicate(timeout=60)
        for each in more:
            each.exception()  # answered, or cut off by the end
    assert command.returncode == 128 + signal.SIGTERM
    assert "Traceback" not in said
