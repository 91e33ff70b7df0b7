"""The service over HTTP, as a browser meets it."""

import http.client
import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest

from graphql_api.app import MOST_BYTES
from queries.engines.arcadedb import ArcadeDB
from queries.engines.lifecycle import lease
from tests.conftest import MODEL, Service, serving


def get(service: Service, path: str, accept: str = "*/*") -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body; the path goes over the wire as it is given."""
    connection = http.client.HTTPConnection(urlsplit(service.url).netloc, timeout=30)
    try:
        connection.request("GET", path, headers={"accept": accept})
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


def test_the_bears_compare_over_http_as_published(service: Service) -> None:
    answer = service.ask(
        "query ($m: ID!, $c: [Int!]!) { compare(model: $m, classes: $c, operation: INTERSECTION) {"
        " channels { channel { layer index } } layers { layer jaccard shared } } }",
        m=MODEL,
        c=[294, 295],
    )["compare"]
    shared = [(row["channel"]["layer"], row["channel"]["index"]) for row in answer["channels"]]

    assert len(shared) == 27
    assert [index for layer, index in shared if layer == "mixed4b"] == [398, 408, 418, 436, 439]
    assert {row["layer"]: row["shared"] for row in answer["layers"]}["mixed5b"] == 3


def test_errors_come_as_json_with_a_code(service: Service) -> None:
    answer = service.post('{ classes(model: "vgg") { totalCount } }')
    (error,) = answer["errors"]
    assert answer["data"] is None
    assert error["extensions"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"[" * 100_000,
        b"",
        b"\xff",
        b"{}",
        b'{"query": 1}',
        b'{"query": "{ models { id } }", "variables": 3}',
    ],
)
def test_a_request_that_is_none_is_the_callers_mistake(service: Service, body: bytes) -> None:
    request = urllib.request.Request(f"{service.url}/graphql", body, {"content-type": "application/json"})
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(request, timeout=30)
    with refusal.value as response:
        assert response.code in (400, 415)
        assert b"Traceback" not in response.read()


def test_a_request_too_large_is_refused_before_it_is_read(service: Service) -> None:
    connection = http.client.HTTPConnection(urlsplit(service.url).netloc, timeout=30)
    connection.putrequest("POST", "/graphql")
    connection.putheader("content-type", "application/json")
    connection.putheader("content-length", str(MOST_BYTES + 1))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


@pytest.mark.parametrize(
    "statement, value",
    [
        ("RETURN 0.0 / 0.0 AS x", "NaN"),
        ("RETURN [1.0 / 0.0, -1.0 / 0.0] AS x", ["Infinity", "-Infinity"]),
        ("RETURN {on: date('2020-01-02')} AS x", {"on": "2020-01-02"}),
        ("MATCH (l:Layer {id: 'summit-inceptionv1/mixed3a'}) RETURN labels(l) AS x, l", ["Layer"]),
        ("MATCH p = (l:Layer {id: 'summit-inceptionv1/mixed3a'})-[r]->() RETURN type(r) AS x, p, r", "OF_MODEL"),
    ],
)
def test_any_answer_to_cypher_is_json(service: Service, statement: str, value: Any) -> None:
    body = json.dumps(
        {"query": "query ($s: String!) { cypher(statement: $s) { rows } }", "variables": {"s": statement}}
    )
    request = urllib.request.Request(f"{service.url}/graphql", body.encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        answer = json.loads(response.read(), parse_constant=pytest.fail)  # NaN and the like are no JSON
    assert answer["data"]["cypher"]["rows"][0][0] == value


def test_a_browser_gets_a_page_to_ask_at(service: Service) -> None:
    status, headers, body = get(service, "/graphql", accept="text/html")
    assert status == 200
    assert headers["content-type"].startswith("text/html")
    assert b"graphiql" in body.lower()
    assert b"<script src" not in body, "all of it comes at once, from here"


def test_long_answers_are_compressed_for_who_takes_it(service: Service) -> None:
    query = json.dumps({"query": f'{{ classes(model: "{MODEL}", first: 1000) {{ nodes {{ name }} }} }}'}).encode()
    kind = {"content-type": "application/json", "accept-encoding": "gzip"}
    request = urllib.request.Request(f"{service.url}/graphql", query, kind)
    with urllib.request.urlopen(request, timeout=30) as response:
        assert response.headers["content-encoding"] == "gzip"


def test_pictures_of_a_channel_are_served_for_a_day(service: Service) -> None:
    pictures = service.ask(
        "query ($id: ID!) { channel(id: $id) { pictures { featureVisualization diversity examples } } }",
        id=f"{MODEL}/mixed4d/431",
    )["channel"]["pictures"]
    assert pictures["featureVisualization"] == f"/pictures/{MODEL}/mixed4d/431/channel.jpg"
    for path in [pictures["featureVisualization"], *pictures["diversity"], *pictures["examples"]]:
        status, headers, body = get(service, path)
        assert (status, headers["content-type"]) == (200, "image/jpeg")
        assert headers["cache-control"] == "public, max-age=86400"
        assert body.startswith(b"\xff\xd8")


def test_a_server_that_went_away_is_told_by_every_address(tmp_path: Path) -> None:
    with lease(ArcadeDB(), tmp_path / "arcadedb", print) as running:
        there = running.address
        url = f"bolt://{there.user}:{there.password}@{there.url.removeprefix('bolt://')}/{there.database}"
        with serving(tmp_path, SUMMIT_DATABASE=url) as service:
            psutil.Process(running.pid).kill()
            (error,) = service.post("{ models { id } }")["errors"]
            status, headers, body = get(service, f"/pictures/{MODEL}/mixed4d/431/channel.jpg")

    assert error["extensions"]["code"] == "STORE_UNREACHABLE"
    assert (status, headers["content-type"]) == (503, "text/plain; charset=utf-8")
    for told in (error["message"], body.decode()):
        assert told.startswith(f"nothing answers at {there.url}")
        assert there.password not in told


@pytest.mark.parametrize(
    "path",
    [
        f"/pictures/{MODEL}/mixed4d/431/diversity-9.jpg",
        f"/pictures/{MODEL}/mixed4d/431/..%2f..%2fag%2fag-0.json.jpg",
        f"/pictures/{MODEL}/mixed4d/431/../../../../../../../etc/passwd",
        f"/pictures/{MODEL}/..%2f..%2f..%2f/431/channel.jpg",
        f"/pictures/..%2f{MODEL}/mixed4d/431/channel.jpg",
        f"/pictures/{MODEL}/mixed4d/-1/channel.jpg",
        f"/pictures/{MODEL}/mixed4d/99999/channel.jpg",
        f"/pictures/{MODEL}/mixed4d/{'9' * 300}/channel.jpg",
        f"/pictures/{MODEL}/mixed4d/{'9' * 5000}/channel.jpg",
        f"/pictures/{MODEL}/mixed4d/431/channel%00.jpg",
        "/pictures/vgg/mixed4d/431/channel.jpg",
        "/..%2f..%2fpyproject.toml",
        "/assets/..%2f..%2f..%2fsummit.py",
    ],
)
def test_nothing_but_pictures_is_served_as_one(service: Service, path: str) -> None:
    status, _, body = get(service, path)
    assert status in (400, 404), f"{status}: {body[:80]!r}"
    assert b"root:" not in body
    assert b"mixed5b" not in body or b"no picture" in body
    assert b"Traceback" not in body
