"""The service over HTTP, as a browser meets it."""

import gc
import gzip
import http.client
import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest

from graphql_api.app import MOST_BYTES
from graphql_api.server import collect_seldom
from queries.engines.arcadedb import ArcadeDB
from queries.engines.lifecycle import lease
from tests.conftest import MODEL, Service, serving


def get(service: Service, path: str, accept: str = "*/*", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body; the path goes over the wire as it is given."""
    connection = http.client.HTTPConnection(urlsplit(service.url).netloc, timeout=30)
    try:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers={"accept": accept, **given})
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


JSON = "application/json"
DEEP = b'{"query": "{ __typename }", "variables": {"a": ' + b"[" * 100 + b"]" * 100 + b"}}"


def raw_post(service: Service, body: bytes, kind: str = JSON) -> tuple[int, Any]:
    """Status and answer of a POST."""
    request = urllib.request.Request(f"{service.url}/graphql", body, {"content-type": kind})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


@pytest.mark.parametrize(
    "body, words",
    [
        (b"{", "no JSON"),
        (b"", "no JSON"),
        (b"null", "no JSON object"),
        (b"1", "no JSON object"),
        (b'"a"', "no JSON object"),
        (b"[]", "a list of operations is not answered"),
        (b"[" * 100_000, "nested more than 64 deep"),
        (DEEP, "nested more than 64 deep"),
        (b"\xff", "is not UTF-8 text"),
        (b'{"query": "{ a \xed\xa0\x80 }"}', "is not UTF-8 text"),
        (b'{"query": "{ __typename }", "variables": {"a": "\\ud800"}}', "is not UTF-8 text"),
        (b'{"query": "{ __typename }", "variables": {"a": ' + b"9" * 4_301 + b"}}", "too many digits"),
        (b'{"query": "{ __typename }", "variables": {"a": NaN}}', "the JSON holds NaN; expected a finite number"),
        (b'{"query": "{ __typename }", "variables": {"a": [-1e999]}}', "the JSON holds -1e999"),
        (b"{}", "there is no `query`"),
        (b'{"query": 1}', "`query` is no text"),
        (b'{"query": "{ models { id } }", "variables": 3}', "`variables` is no JSON object"),
        (b'{"query": "{ models { id } }", "operationName": 3}', "`operationName` is no text"),
        (b'{"query": "query a { __typename }", "operationName": "' + b"b" * 9_000 + b'"}', "Unknown operation named"),
    ],
)
def test_a_request_that_is_none_is_the_callers_mistake(empty_service: Service, body: bytes, words: str) -> None:
    status, answer = raw_post(empty_service, body)
    (error,) = answer["errors"]
    assert (status, error["extensions"]["code"], words in error["message"]) == (400, "BAD_REQUEST", True), error
    assert len(error["message"]) < 1_100, "nothing is sent back at length"


NUMBERS = {  # documents with $N where a number is, and whether it is a variable's value
    "index": ('{ imageClass(model: "a", index: $N) { name } }', False),
    "first": ('{ classes(model: "a", first: $N) { totalCount } }', False),
    "list": ('{ compare(model: "a", classes: [0, $N], operation: UNION) { layers { layer } } }', False),
    "share": ('{ motifs(model: "a", minSupport: $N) { totalCount } }', False),
    "default": ('query ($n: Int = $N) { imageClass(model: "a", index: $n) { name } }', False),
    "directive": ("{ models @include(if: $N) { id } }", False),
    "stored query": ('{ storedQuery(name: "similar_classes", parameters: {class: "a/0", limit: $N}) { rows } }', False),
    "Cypher": ('{ cypher(statement: "RETURN $n AS n", parameters: {n: [{m: $N}]}) { rows } }', False),
    "statement": ('{ cypher(statement: "RETURN $N AS n") { rows } }', False),
    "rows": ('{ cypher(statement: "UNWIND [1] AS n RETURN n LIMIT $N") { rows } }', False),
    "variable": ('query ($n: Int!) { imageClass(model: "a", index: $n) { name } }', True),
    "share by variable": ('query ($n: Float!) { motifs(model: "a", minSupport: $n) { totalCount } }', True),
    "stored query by variable": (
        'query ($n: JSON) { storedQuery(name: "similar_classes", parameters: $n) { rows } }',
        True,
    ),
    "Cypher by variable": ('query ($n: JSON) { cypher(statement: "RETURN $n AS n", parameters: $n) { rows } }', True),
}


@pytest.mark.parametrize("digits", [20, 4_300, 4_301, 20_000])
@pytest.mark.parametrize("place", NUMBERS)
def test_an_integer_of_many_digits_is_refused_with_a_code_wherever_it_is(
    empty_service: Service, place: str, digits: int
) -> None:
    document, by_variable = NUMBERS[place]
    number = "9" * digits
    value = f'{{"n": {number}}}' if "JSON" in document else number
    variables = f'{{"n": {value}}}' if by_variable else "{}"
    body = f'{{"query": {json.dumps(document.replace("$N", number))}, "variables": {variables}}}'

    status, answer = raw_post(empty_service, body.encode())

    assert status in (200, 400), answer
    (error,) = answer["errors"]
    assert error["extensions"]["code"] in ("BAD_REQUEST", "BAD_QUERY", "STATEMENT_REFUSED", "NOT_FOUND"), error
    assert number not in json.dumps(answer) or digits == 20
    assert len(error["message"]) < 600, error
    assert empty_service.home is not None
    (log,) = empty_service.home.glob("serve-*.log")
    assert "Traceback" not in log.read_text()


@pytest.mark.parametrize("name", ["class", "compare", "first", "length", "threshold", "min_support", "seconds"])
def test_an_address_with_an_integer_of_many_digits_is_refused_with_a_code(empty_service: Service, name: str) -> None:
    for digits in (4_300, 5_000):
        status, _, body = get(empty_service, f"/export/a?format=graphml&{name}={'9' * digits}")
        (error,) = json.loads(body)["errors"]
        assert (400 <= status < 500, error["extensions"]["code"] != "INTERNAL") == (True, True), error
        assert len(error["message"]) < 600


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x" * 500])
def test_a_body_of_another_type_is_refused(empty_service: Service, kind: str) -> None:
    status, answer = raw_post(empty_service, b'{"query": "{ __typename }"}', kind)
    assert (status, answer["errors"][0]["extensions"]["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert "send JSON, with `content-type: application/json`" in answer["errors"][0]["message"]


def test_what_is_not_there_is_told_in_json(empty_service: Service) -> None:
    for method, path, status, code in (
        ("GET", "/nothing", 404, "NOT_FOUND"),
        ("PUT", "/graphql", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/graphql?query={models{id}}&variables=[1]", 400, "BAD_REQUEST"),
    ):
        connection = http.client.HTTPConnection(urlsplit(empty_service.url).netloc, timeout=30)
        connection.request(method, path)
        response = connection.getresponse()
        assert (response.status, json.load(response)["errors"][0]["extensions"]["code"]) == (status, code)
        connection.close()


def test_a_request_too_large_is_refused_before_it_is_read(empty_service: Service) -> None:
    connection = http.client.HTTPConnection(urlsplit(empty_service.url).netloc, timeout=30)
    connection.putrequest("POST", "/graphql")
    connection.putheader("content-type", "application/json")
    connection.putheader("content-length", str(MOST_BYTES + 1))
    connection.endheaders()
    response = connection.getresponse()
    assert (response.status, json.load(response)["errors"][0]["extensions"]["code"]) == (
        413,
        "TOO_LARGE",
    )
    connection.close()


@pytest.mark.parametrize(
    "statement, value",
    [
        ("RETURN 0.0 / 0.0 AS x", "NaN"),
        ("RETURN [1.0 / 0.0, -1.0 / 0.0] AS x", ["Infinity", "-Infinity"]),
        ("RETURN {on: date('2020-01-02')} AS x", {"on": "2020-01-02"}),
        ("MATCH (l:Layer {id: 'summit-inceptionv1/mixed3a'}) RETURN labels(l) AS x, l", ["Layer"]),
        (
            "MATCH p = (l:Layer {id: 'summit-inceptionv1/mixed3a'})-[r:OF_MODEL]->() RETURN type(r) AS x, p, r",
            "OF_MODEL",
        ),
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


def test_files_with_a_digest_in_their_name_are_kept_for_ever_and_the_page_is_asked_for_again(
    service: Service, built_page: Path
) -> None:
    for file in (built_page / "assets").iterdir():
        if file.suffix != ".gz":
            status, headers, body = get(service, f"/assets/{file.name}")
            assert (status, body) == (200, file.read_bytes())
            assert headers["cache-control"] == "public, max-age=31536000, immutable"
            assert get(service, f"/assets/{file.name}", if_none_match=headers["etag"])[0] == 304
    status, headers, _ = get(service, "/")
    assert (status, headers["cache-control"]) == (200, "no-cache")
    assert get(service, "/", if_none_match=headers["etag"])[0] == 304


@pytest.mark.parametrize(("path", "file"), [("/graphql", "graphiql.html"), ("/", "index.html")])
def test_a_page_is_sent_as_it_was_compressed_when_it_was_built(
    service: Service, built_page: Path, path: str, file: str
) -> None:
    packed = (built_page / f"{file}.gz").read_bytes()
    status, headers, body = get(service, path, "text/html", accept_encoding="gzip")
    assert (status, headers["content-encoding"], headers["vary"].lower()) == (200, "gzip", "accept-encoding")
    assert body == packed, "it is compressed again"
    assert gzip.decompress(packed) == (built_page / file).read_bytes() == get(service, path, "text/html")[2]
    assert get(service, path, "text/html", accept_encoding="gzip", if_none_match=headers["etag"])[0] == 304


def test_the_code_of_the_page_is_small(built_page: Path) -> None:
    packed = {file.name: file.stat().st_size for file in built_page.rglob("*.js.gz")}
    assert len(packed) > 5
    assert sum(packed.values()) <= 150_000, packed


@pytest.mark.parametrize(
    ("pattern", "kind"), [("cypher-*.md", "text/markdown"), ("questions-*.json", "application/json")]
)
def test_words_that_a_part_of_the_page_needs_are_files_of_their_own(
    service: Service, built_page: Path, pattern: str, kind: str
) -> None:
    (file,) = (built_page / "assets").glob(pattern)
    status, headers, body = get(service, f"/assets/{file.name}", accept_encoding="gzip")
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert headers["content-type"].startswith(kind)
    assert gzip.decompress(body) == file.read_bytes()


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
        again, kept, nothing = get(service, path, if_none_match=headers["etag"])
        assert (again, kept["etag"], kept["cache-control"], nothing) == (
            304,
            headers["etag"],
            "public, max-age=86400",
            b"",
        )
        assert get(service, path, if_none_match='"another"')[0] == 200


def test_a_server_that_went_away_is_told_by_every_address(tmp_path: Path) -> None:
    with lease(ArcadeDB(), tmp_path / "arcadedb", print) as running:
        there = running.address
        url = f"bolt://{there.user}:{there.password}@{there.url.removeprefix('bolt://')}/{there.database}"
        with serving(tmp_path, SUMMIT_DATABASE=url) as service:
            psutil.Process(running.pid).kill()
            with ThreadPoolExecutor(1) as beside:  # each is answered after some tries
                asked = beside.submit(get, service, f"/pictures/{MODEL}/mixed4d/431/channel.jpg")
                (error,) = service.post("{ models { id } }")["errors"]
                status, headers, body = asked.result()

    assert error["extensions"]["code"] == "STORE_UNREACHABLE"
    assert (status, headers["content-type"]) == (503, "application/json")
    for told in (error["message"], json.loads(body)["errors"][0]["message"]):
        assert told.startswith("nothing answers at the database")
        assert there.password not in told and there.url.rpartition(":")[2] not in told


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


def test_the_objects_of_a_large_answer_are_made_without_a_collection() -> None:
    before = gc.get_threshold()
    try:
        collect_seldom()
        collected = gc.get_stats()[0]["collections"]
        answer = [[place] for place in range(10_000)]
        assert gc.get_stats()[0]["collections"] == collected, f"collected amid {len(answer)} objects"
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
