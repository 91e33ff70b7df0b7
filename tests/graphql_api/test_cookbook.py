"""The examples of docs/graphql.md run, all documents are valid, every code is a real one."""

import json
import re
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from graphql import parse, validate

from graphql_api.errors import Forbidden
from graphql_api.requests.asking import NotPersisted
from graphql_api.requests.documents import KEPT_CHARACTERS
from graphql_api.schema import schema
from queries.errors import GraphError
from tests.conftest import HANGS, ROOT, Service
from tests.cookbook.r import REMEDY, find_r

TEXT = (ROOT / "docs" / "graphql.md").read_text()
ADDRESS = "http://localhost:8000"
READS_A_FILE = 'igraph::read_graph("bear.graphml", format = "graphml")'
PACKAGES = ROOT / "tests" / "cookbook" / "node_modules"  # what the examples for JavaScript import


def blocks(language: str) -> list[str]:
    found = re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    assert found, f"docs/graphql.md has no {language} example"
    return found


@pytest.fixture(scope="module")
def answers(service: Service) -> dict[str, Any]:
    """What the Python examples leave, run one after the other."""
    names: dict[str, Any] = {}
    for block in blocks("python"):
        exec(compile(block.replace(ADDRESS, service.url), "docs/graphql.md", "exec"), names)
    return names


def test_the_examples_for_python_answer(answers: dict[str, Any], service: Service) -> None:
    assert [each["index"] for each in answers["classes"]] == list(range(1000)) and answers["page"]["totalCount"] == 1000
    assert (
        len(answers["shared"]) == sum(row["jaccard"] > 0 for row in answers["compared"]["layers"]) or answers["shared"]
    )
    assert all(len(row["counts"]) == 2 for row in answers["compared"]["channels"])
    with pytest.raises(RuntimeError, match="has no class 9999"):
        answers["ask"]('{ imageClass(model: "summit-inceptionv1", index: 9999) { name } }')


def test_the_examples_for_curl_answer(service: Service) -> None:
    told = []
    for block in blocks("sh"):
        done = subprocess.run(["sh", "-c", block.replace(ADDRESS, service.url)], capture_output=True, check=True)
        told += read_all(done.stdout.decode())
    assert told[0]["data"]["imageClass"]["name"] == "brown bear"
    assert len(told[0]["data"]["imageClass"]["attributionGraph"]["edges"]) == 176
    assert told[1]["data"]["models"][0]["classCount"] == 1000
    assert told[2]["data"]["models"] and told[3] == told[2]


def read_all(text: str) -> list[Any]:
    """JSON values, one after the other."""
    found, decoder = [], json.JSONDecoder()
    while text := text.lstrip():
        value, end = decoder.raw_decode(text)
        found.append(value)
        text = text[end:]
    return found


@pytest.mark.skipif(not (PACKAGES / ".installed").exists(), reason="`make cookbook` installs what the examples import")
def test_the_examples_for_javascript_answer(service: Service, tmp_path: Path) -> None:
    """With fetch, urql and Apollo. Each question comes by its digest first, and then with its document."""
    (tmp_path / "node_modules").symlink_to(PACKAGES)
    told = []
    for number, block in enumerate(blocks("js")):
        module = tmp_path / f"{number}.mjs"
        module.write_text(block.replace(ADDRESS, service.url) + "console.log(JSON.stringify(data));\n")
        done = subprocess.run(["node", module], capture_output=True, text=True, check=False, timeout=HANGS)
        assert done.returncode == 0, done.stderr
        told.append(json.loads(done.stdout))
    by_fetch, by_urql, by_apollo = told
    assert [each["imageClass"]["name"] for each in by_fetch["imageClass"]["similar"]][:1] == ["American black bear"]
    graph = by_urql["imageClass"]["attributionGraph"]
    assert (graph["totalChannels"], graph["totalEdges"]) == (57, 176)
    found = by_apollo["motifs"]["nodes"]
    assert found and all(motif["support"] == 4 and motif["edges"] for motif in found)


def test_the_examples_for_r_answer(service: Service, tmp_path: Path) -> None:
    """Over HTTP, and by a file that igraph reads."""
    if not find_r():
        pytest.skip(REMEDY)
    (block,) = blocks("r")
    with urllib.request.urlopen(f"{service.url}/export/summit-inceptionv1?class=294&format=graphml") as answer:
        (tmp_path / "bear.graphml").write_bytes(answer.read())
    told = (
        'cat(nrow(edges), sum(edges$weight), edges$source[1], "\\n")\n'
        f"bear <- {READS_A_FILE}\n"
        'cat(igraph::vcount(bear), igraph::ecount(bear), sum(igraph::E(bear)$weight), "\\n")\n'
    )
    assert READS_A_FILE in TEXT
    (tmp_path / "a.R").write_text(block.replace(ADDRESS, service.url) + told)
    done = subprocess.run(["Rscript", "a.R"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=HANGS)
    assert done.returncode == 0, done.stderr
    graph = service.ask(
        """{ imageClass(model: "summit-inceptionv1", index: 294) {
        attributionGraph { totalChannels edges { source weight } } } }"""
    )["imageClass"]["attributionGraph"]
    weight, edges = sum(each["weight"] for each in graph["edges"]), graph["edges"]
    over_http, by_file = (line.split() for line in done.stdout.splitlines())
    assert over_http == [str(len(edges)), str(weight), edges[0]["source"]]
    assert by_file == [str(graph["totalChannels"]), str(len(edges)), str(weight)]


def documents() -> list[str]:
    """Every document of the examples in any language."""
    quoted = re.findall(r'query(?:"?: | = )"(query .*?)",?\n', TEXT)
    tagged = re.findall(r"gql`(.*?)`", TEXT, re.DOTALL)
    triple = re.findall(r'"""(query .*?)"""', TEXT, re.DOTALL)
    return [*quoted, *tagged, *triple]


def test_every_document_of_an_example_fits_the_schema() -> None:
    assert len(documents()) >= 7
    for document in documents():
        assert validate(schema._schema, parse(document)) == [], document


def test_the_codes_and_the_limits_are_those_of_the_service() -> None:
    def codes(kind: type[GraphError]) -> set[str]:
        return {kind.code}.union(*(codes(each) for each in kind.__subclasses__()))

    listed = {
        code for row in re.findall(r"^\| (`[A-Z_`, ]+`) \|", TEXT, re.MULTILINE) for code in re.findall(r"\w+", row)
    }
    assert listed <= codes(GraphError) | {"BAD_REQUEST", "INTERNAL", NotPersisted.code}
    assert {Forbidden.code, "NOT_FOUND", "BAD_QUERY", NotPersisted.code} <= listed
    assert f"{KEPT_CHARACTERS:,}" in TEXT
