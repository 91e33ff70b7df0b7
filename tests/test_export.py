"""`summit export` and GET /export: the same files of the sample, whole or refused in words."""

import csv
import io
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import networkx
import pytest

from bench.testbed.databases import Database, open_database
from bench.testbed.sample import load_sample
from queries.engines.arcadedb import ArcadeDB
from queries.export.asking import Request, export
from queries.export.formats import FORMATS, graph_of
from queries.export.script import cypher_script, literal
from queries.graphs.stored import read_graph
from queries.groups import keep_group
from queries.records import digest_of
from tests.commands import run_here
from tests.conftest import Command, Service, serving
from tests.queries.export import exports

QUESTIONS = {"class": "0", "compare": "0,1", "motifs": "both"}
CUT = {"class": "0", "threshold": "20", "min_count": "3"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the sample and a group of its two classes."""
    home = tmp_path_factory.mktemp("exported")
    with open_database(ArcadeDB(), home / "arcadedb") as database:
        database.await_(load_sample(database.store))
        database.await_(keep_group(database.store, "sample", "both", [0, 1]))
    return home


@pytest.fixture(scope="module")
def service(home: Path) -> Iterator[Service]:
    with serving(home) as running:
        yield running


def get(service: Service, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and text of an answer."""
    try:
        with urllib.request.urlopen(urllib.request.Request(service.url + path, headers=headers)) as response:
            return response.status, dict(response.headers.items()), response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers.items()), error.read().decode()


def undated(text: str) -> str:
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:+]+", "DATE", re.sub(r'lastmodifieddate="[\d-]+"', "", text))


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_command_and_the_service_write_the_same_files(
    question: str, service: Service, summit: Command, home: Path, tmp_path: Path
) -> None:
    for name, format in FORMATS.items():
        if name == "neuronpedia" and question != "class":
            status, _, text = get(
                service, f"/export/sample?{urlencode({question: QUESTIONS[question], 'format': name})}"
            )
            assert status == 400 and "holds the graph of one class" in text
            continue
        asked = urlencode({question: QUESTIONS[question], "format": name})
        status, headers, text = get(service, f"/export/sample?{asked}")
        assert status == 200, text
        assert headers["content-type"].split(";")[0] == format.media
        assert re.fullmatch(
            rf"attachment; filename\*=UTF-8''sample\S+\.{format.ending}", headers["content-disposition"]
        )
        if name in ("graphml", "csv"):
            file = tmp_path / f"answer.{name}"
            done = summit("export", "sample", f"--{question}", QUESTIONS[question], "--to", file, home=home)
            assert done.returncode == 0 and f"as {name}" in done.stdout, done.stderr
            assert undated(file.read_text()) == undated(text)
            assert list(tmp_path.glob(".*")) == []


def test_a_file_holds_the_stored_graph_and_how_it_was_cut(service: Service) -> None:
    graph = networkx.parse_graphml(get(service, "/export/sample?class=0&format=graphml")[2])
    answer = service.ask(
        """{ imageClass(model: "sample", index: 0) { images attributionGraph {
        channels { count share pagerank channel { id layer index } } edges { source target weight }
        origin { threshold damping variant } } } }"""
    )["imageClass"]
    stored = answer["attributionGraph"]
    assert {n: (a["layer"], a["index"], a["count"], a["pagerank"]) for n, a in graph.nodes(data=True)} == {
        row["channel"]["id"]: (row["channel"]["layer"], row["channel"]["index"], row["count"], row["pagerank"])
        for row in stored["channels"]
    }
    assert {(*edge,) for edge in graph.edges(data="weight")} == {
        (row["source"], row["target"], row["weight"]) for row in stored["edges"]
    }
    told = graph.graph
    assert {name: told[name] for name in stored["origin"]} == stored["origin"]
    assert (told["model"], told["image_class"], told["images"]) == ("sample", 0, answer["images"])
    assert told["program"] == "Summit Graph" and told["version"] and told["date"]


def test_a_comparison_says_how_its_graphs_were_cut(service: Service) -> None:
    about = json.loads(get(service, "/export/sample?compare=0,1&format=json")[2])["graph"]
    assert (about["threshold"], about["damping"], about["operation"]) == (7.5, 0.85, "UNION")
    assert [(each["index"], each["threshold"]) for each in about["classes"]] == [(0, 7.5), (1, 7.5)]
    rows = list(csv.DictReader(io.StringIO(get(service, "/export/sample?compare=0,1&format=csv")[2])))
    assert {(row["Threshold"], row["Damping"], row["Class"]) for row in rows} == {("7.5", "0.85", "0 1")}


def test_motifs_around_a_channel_are_those_of_the_api(service: Service) -> None:
    asked = {"motifs": "both", "min_support": 1, "shape": "maximal", "channel": "sample/middle/1", "seconds": 5}
    about = json.loads(get(service, f"/export/sample?{urlencode(asked)}")[2])["graph"]
    found = service.ask(
        """{ motifs(model: "sample", group: "both", minSupport: 1, shape: MAXIMAL, channel: "sample/middle/1") {
        nodes { support classes } } }"""
    )["motifs"]["nodes"]
    assert [(each["support"], each["classes"]) for each in about["motifs"]] == [tuple(each.values()) for each in found]
    assert (about["channel"], about["shape"]) == ("sample/middle/1", "MAXIMAL")


def test_another_cut_and_a_least_count_are_those_of_the_api(service: Service) -> None:
    text = get(service, f"/export/sample?{urlencode({**CUT, 'format': 'json'})}")[2]
    graph = networkx.node_link_graph(json.loads(text), edges="edges")
    cut = service.ask(
        """{ imageClass(model: "sample", index: 0) { attributionGraph(threshold: 20, minCount: 3) {
        channels { channel { id } } edges { source target } } } }"""
    )["imageClass"]["attributionGraph"]
    assert set(graph) == {row["channel"]["id"] for row in cut["channels"]}
    assert set(graph.edges) == {(row["source"], row["target"]) for row in cut["edges"]}
    assert (graph.graph["threshold"], graph.graph["min_count"]) == (20, 3)


def test_a_graph_by_attribution_is_another_file_that_says_so(service: Service) -> None:
    text = get(service, "/export/sample?class=0&score=attribution&format=graphml")[2]
    graph = networkx.parse_graphml(text)
    stored = service.ask(
        """{ imageClass(model: "sample", index: 0) { attributionGraph(score: ATTRIBUTION) {
        channels { count channel { id } } } } }"""
    )["imageClass"]["attributionGraph"]
    assert dict(graph.nodes(data="count")) == {row["channel"]["id"]: row["count"] for row in stored["channels"]}
    assert graph.graph["score"] == "attribution"
    other = networkx.parse_graphml(get(service, "/export/sample?class=0&format=graphml")[2])
    assert other.graph["score"] == "activation" and dict(other.nodes) != dict(graph.nodes)


@pytest.mark.parametrize(
    ("asked", "status", "code", "words"),
    [
        ("class=0&compare=0,1", 400, "BAD_QUERY", "2 of class, compare and motifs given; expected exactly one"),
        ("", 400, "BAD_QUERY", "none of class, compare and motifs given"),
        ("class=0&format=svg", 400, "BAD_QUERY", "expected one of json, graphml, gexf, csv, cypher"),
        ("class=x", 400, "BAD_QUERY", "class=x cannot be read; expected a whole number"),
        ("class=9", 404, "NOT_FOUND", "model sample has no class 9"),
        ("class=0&threshold=nan", 400, "BAD_QUERY", "threshold nan is not in 1 to 50 percent"),
        ("class=0&dead_ends=false", 400, "BAD_QUERY", "without a threshold"),
        ("class=0&class=1", 400, "BAD_QUERY", "class is given more than once"),
        ("class=0&colour=red", 400, "BAD_QUERY", "'colour' is not known here; expected class, threshold"),
        ("compare=0", 400, "BAD_QUERY", "two or more different classes"),
        ("compare=0,1&threshold=9", 400, "BAD_QUERY", "belong to one class's graph"),
        ("compare=0,1&operation=at-least", 400, "BAD_QUERY", "AT_LEAST takes a number"),
        ("motifs=both&score=attribution", 400, "BAD_QUERY", "motifs are of graphs by activation"),
        ("class=1&score=attribution", 404, "NOT_FOUND", "class sample/1 has no attribution counts"),
        ("class=0&score=loudness", 400, "BAD_QUERY", "expected activation or attribution"),
        ("motifs=nobody", 404, "NOT_FOUND", "no group 'nobody'"),
        ("class=0&against=both", 400, "BAD_QUERY", "against belongs to motifs; give a group"),
        ("compare=0,1&length=4", 400, "BAD_QUERY", "length belongs to motifs; give a group"),
        ("motifs=both&seconds=-1", 400, "BAD_QUERY", "seconds is -1"),
        ("motifs=both&first=0", 400, "BAD_QUERY", "expected 1 to 1,000"),
    ],
)
def test_what_cannot_be_a_file_is_refused_in_words(
    asked: str, status: int, code: str, words: str, service: Service
) -> None:
    answered, _, text = get(service, f"/export/sample?{asked}")
    (error,) = json.loads(text)["errors"]
    assert (answered, error["extensions"]["code"]) == (status, code) and words in error["message"]


def test_files_are_guarded_as_every_read_is(service: Service, home: Path) -> None:
    assert get(service, "/export/sample?class=0", host="elsewhere.example")[0] == 421
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert get(service, "/export/sample?class=0", **link)[0] == 403
    assert get(service, "/", **link)[0] == 200
    request = urllib.request.Request(f"{service.url}/export/sample?class=0", method="POST", data=b"")
    with pytest.raises(urllib.error.HTTPError, match="405"):
        urllib.request.urlopen(request)
    with serving(home, SUMMIT_PRIVATE="1") as private:
        assert get(private, "/export/sample?class=0")[0] == 401
        assert get(private, "/export/sample?class=0", authorization=f"Bearer {private.token}")[0] == 200


def test_the_command_writes_to_standard_output_and_never_over_a_file(home: Path, tmp_path: Path) -> None:
    done = run_here("export", "sample", "--class", "0", "--format", "csv", home=home)
    assert next(csv.reader(io.StringIO(done.stdout)))[:3] == ["Source", "Target", "Weight"]
    there = tmp_path / "there.gexf"
    there.write_text("mine")
    refused = run_here("export", "sample", "--class", "0", "--to", there, home=home)
    assert refused.returncode == 1 and there.read_text() == "mine"
    assert "there.gexf is there already; name another, or replace it with --force" in refused.stderr
    assert run_here("export", "sample", "--class", "0", "--to", there, "--force", home=home).returncode == 0
    assert there.read_text().startswith("<?xml")
    nowhere = run_here("export", "sample", "--class", "0", "--to", tmp_path / "none" / "a.csv", home=home)
    assert nowhere.returncode == 1 and "cannot write" in nowhere.stderr and "name another file" in nowhere.stderr


def test_a_file_of_the_viewers_becomes_a_model_that_the_service_shows(
    service: Service, summit: Command, home: Path, tmp_path: Path
) -> None:
    text = get(service, "/export/sample?class=0&format=neuronpedia")[2]
    (tmp_path / "a.json").write_text(text)
    done = summit("import-graphs", tmp_path / "a.json", "--model", "brought", home=home)
    assert done.returncode == 0 and "brought in the database: class 0 'class 0'; " in done.stdout, done.stderr
    assert "1 graph written, 0 unchanged" in done.stdout
    counts = sum("attributed" in link for link in json.loads(text)["links"])
    left = {"channels' parts in the class output": 1, "counts of edges by attribution": counts}
    assert all(f"left out: {what}: {number}" in done.stdout for what, number in left.items()), done.stdout
    again = json.loads(run_here("import-graphs", tmp_path / "a.json", "--model", "brought", "--json", home=home).stdout)
    assert (again["written"], again["unchanged"], again["left_out"]) == (0, 1, left)
    told = [undated(get(service, f"/export/{model}?class=0&format=csv")[2]) for model in ("sample", "brought")]
    before, after = (list(csv.DictReader(text.replace("sample", "brought").splitlines())) for text in told)
    counted = [[row.pop(name) for name in ("attributed", "attributed_of")] for row in before]
    assert before == after and all(row["kind"] for row in before) and any(each[0] for each in counted)
    models = service.ask("{ models { id source weightUnit } }")["models"]
    (brought,) = [row for row in models if row["id"] == "brought"]
    assert brought["source"].startswith("imported from attribution-graph JSON of Summit Graph")
    assert brought["weightUnit"] is None
    taken = run_here("import-graphs", tmp_path / "a.json", home=home)
    assert taken.returncode == 1 and "give another id with --model" in taken.stderr


def run_script(database: Database, text: str) -> None:
    for statement in text.split("\n", 1)[1].split(";\n"):
        if statement:
            database.administer(statement)


def test_another_database_takes_the_script_and_taking_it_again_changes_nothing(home: Path, tmp_path: Path) -> None:
    with open_database(ArcadeDB(), home / "arcadedb") as database:
        channels, edges, _ = database.await_(read_graph(database.store, "sample/0"))
        one = database.await_(export(database.store, Request("sample", image_class=0)))
        motifs = database.await_(export(database.store, Request("sample", group="both")))
    odd = 'it\'s "odd" \\u0022 \\\\u0041 \\; 🐻 $x `y`'
    one = replace(one, about={**one.about, "class_name": odd})
    with open_database(ArcadeDB(), tmp_path / "other") as other:
        for _ in range(2):
            run_script(other, cypher_script(one))
            assert other.administer(
                "MATCH (graph:AttributionGraph)-[has:HAS_CHANNEL]->(channel:Channel) "
                "RETURN channel.id, has.count, has.pagerank ORDER BY channel.id"
            ) == sorted([row["channel"], row["count"], row["pagerank"]] for row in channels)
            assert other.administer(
                "MATCH (source)-[edge:ATTRIBUTES]->(target) RETURN source.id, target.id, edge.weight "
                "ORDER BY source.id, target.id"
            ) == sorted([row["source"], row["target"], row["weight"]] for row in edges)
        kept = other.administer("MATCH (graph:AttributionGraph) RETURN graph.class_name, graph.model, graph.layers")
        assert kept == [[odd, "sample", ["bottom", "middle", "top"]]]
        for made in (exports.odd(), exports.resampled(), exports.two()):
            run_script(other, cypher_script(made))
            name = f"{made.name} {digest_of({**made.about, 'date': None})}"
            found = other.administer(
                f"MATCH (source)-[edge:ATTRIBUTES]->(target) WHERE edge.graph = {literal(name)} "
                "RETURN source.id, target.id, properties(edge)"
            )
            told = {(source, target): {k: v for k, v in edge.items() if k[0] != "@"} for source, target, edge in found}
            assert told == {(a.source, a.target): {"graph": name, "weight": a.weight, **a.values} for a in made.arcs}
            held = other.administer(
                f"MATCH (:AttributionGraph {{id: {literal(name)}}})-[has:HAS_CHANNEL]->(channel) "
                "RETURN channel.id, properties(has)"
            )
            values = {channel: {k: v for k, v in has.items() if k[0] != "@"} for channel, has in held}
            assert values == {vertex.channel: dict(vertex.values) for vertex in made.vertices}
        run_script(other, cypher_script(motifs))
        graphs = other.administer(
            "MATCH (g:AttributionGraph) WHERE g.motif IS NOT NULL RETURN g.motif ORDER BY g.motif"
        )
        assert [rank for (rank,) in graphs] == [told["motif"] for told in motifs.about["motifs"]]
        assert set(graph_of(motifs)) >= {vertex.id for vertex in motifs.vertices}
