"""The Python client against a running service: graphs equal to the raw files, tables, and errors in words."""

import asyncio
import copy
import json
import pickle
import random
import re
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx
import numpy
import pytest
from networkx.utils import graphs_equal

from bench.testbed.counted import load
from bench.testbed.databases import open_database
from bench.testbed.sample import SAMPLE, load_sample
from queries.engines.arcadedb import ArcadeDB
from queries.graphs.scored import read_scored
from queries.load.published import LAYERS, MODEL
from queries.records import Score
from queries.work.under_way import announced
from summit.client import (
    Ambiguous,
    AsyncSummit,
    BadRequest,
    Forbidden,
    ImageClass,
    Model,
    NotFound,
    Rows,
    Summit,
    Unreachable,
)
from summit.client import service as service_module
from summit.client.connection import Connection
from summit.client.figure import AttributionGraph, rows_of
from summit.client.graphs import shown
from summit.client.naming import the_one
from tests.conftest import ROOT, Service, serving
from tests.graphql_api.asgi import TOKEN

PLACE = {layer.name: at for at, layer in enumerate(LAYERS)}


@pytest.fixture(scope="module")
def summit_client(service: Service) -> Iterator[Summit]:
    with Summit(service.url, model=MODEL) as client:
        yield client


def raw_graph(folder: Path, index: int) -> Any:
    """A class's graph as its file has it: nodes with count and pagerank, edges with their weight."""
    layers = json.loads((folder / "ag" / f"ag-{index}.json").read_text())
    graph = networkx.DiGraph()
    for layer, channels in layers.items():
        for each in channels:
            name = f"{MODEL}/{layer}/{each['channel']}"
            graph.add_node(name, layer=layer, index=each["channel"], count=each["count"], pagerank=each["pagerank"])
    names = [layer.name for layer in LAYERS]
    for layer, channels in layers.items():
        for each in channels:
            for lower in each["prev_channels"]:
                source = f"{MODEL}/{names[PLACE[layer] - 1]}/{lower['prev_channel']}"
                graph.add_edge(source, f"{MODEL}/{layer}/{each['channel']}", weight=lower["inf"])
    return graph


def plain(graph: Any) -> Any:
    """The same with only what the raw files have."""
    bare = networkx.DiGraph()
    for name, about in graph.nodes(data=True):
        bare.add_node(name, **{key: about[key] for key in ("layer", "index", "count", "pagerank")})
    bare.add_edges_from((*edge, {"weight": weight}) for *edge, weight in graph.edges(data="weight"))
    return bare


def test_graphs_of_forty_classes_are_those_of_the_raw_files(summit_client: Summit, published_folder: Path) -> None:
    for index in random.Random(4).sample(range(1000), 40):
        found = summit_client.graph(index)
        assert graphs_equal(plain(found), raw_graph(published_folder, index)), index
        assert found.graph["image_class"] == index and networkx.is_directed_acyclic_graph(found)
    assert all(PLACE[found.nodes[low]["layer"]] + 1 == PLACE[found.nodes[high]["layer"]] for low, high in found.edges)
    assert found.graph["layers"] == [layer.name for layer in LAYERS]


def test_a_graph_says_where_it_comes_from(summit_client: Summit) -> None:
    """The threshold that one holds for all graphs of a model is that of each."""
    told = summit_client.graph(294).graph
    (model,) = [model for model in summit_client.models() if model.id == MODEL]
    assert (told["architecture"], told["dataset"], told["weights"]) == (
        model.architecture,
        model.dataset,
        model.weights,
    )
    assert told["threshold"] == model.graph_threshold == 7.5 and told["architecture"] == "InceptionV1"
    compared = summit_client.compare([294, 295]).graph
    assert compared["dataset"] == model.dataset and "threshold" not in compared


OPERATIONS: dict[str, Callable[[Collection[int], Sequence[int]], bool]] = {  # which of the classes must have a thing
    "union": lambda held, classes: len(held) >= 1,
    "intersection": lambda held, classes: len(held) == len(classes),
    "difference": lambda held, classes: list(held) == list(classes[:1]),
    "symmetric_difference": lambda held, classes: len(held) % 2 == 1,
    "at_least": lambda held, classes: len(held) >= 2,
}


def values_by_class(graphs: dict[int, Any], things: str, value: str) -> dict[Any, dict[int, int]]:
    """Node or edge -> class -> its count or weight there; `things` is nodes or edges."""
    held: dict[Any, dict[int, int]] = {}
    for index, graph in graphs.items():
        for thing, about in getattr(graph, things).items():
            held.setdefault(thing, {})[index] = about[value]
    return held


def test_twenty_comparisons_are_those_of_the_raw_files(summit_client: Summit, published_folder: Path) -> None:
    draw = random.Random(5)
    for turn in range(20):
        operation, holds = list(OPERATIONS.items())[turn % len(OPERATIONS)]
        indexes = draw.sample(range(1000), draw.choice((2, 3, 5)))
        raw = {index: raw_graph(published_folder, index) for index in indexes}
        found = summit_client.compare(indexes, operation, at_least=2 if operation == "at_least" else None)
        for things, value in (("nodes", "count"), ("edges", "weight")):
            held = values_by_class(raw, things, value)
            expected = {thing: by for thing, by in held.items() if holds(by, indexes)}
            answered = {thing: about[f"{value}s"] for thing, about in getattr(found, things).items()}
            assert {thing: by for thing, by in answered.items() if by} == expected


def test_classes_are_found_by_index_wordnet_id_and_name(summit_client: Summit) -> None:
    bear = summit_client.image_class(294)
    assert bear == summit_client.image_class(bear.wnid or "") == summit_client.image_class("Brown Bear")
    assert bear == summit_client.image_class(numpy.int64(294)) and summit_client.similar(numpy.int64(294), first=1)
    with pytest.raises(Ambiguous, match=r"2 classes of .* are called 'crane': 134 .*517 .*use the index"):
        summit_client.graph("crane")
    with pytest.raises(NotFound, match=r"no class of .* 'brown bea'; similar ones: 294 brown bear"):
        summit_client.graph("brown bea")
    with pytest.raises(NotFound, match="100000"):
        summit_client.image_class(100_000)
    for spelled in ("brown_bear", " BROWN  bear"):
        assert summit_client.image_class(spelled) == bear
    for one_class in (lambda: summit_client.compare("294"), lambda: summit_client.motifs(classes="brown bear")):
        with pytest.raises(BadRequest, match="is one class; expected a list"):
            one_class()
    everything = summit_client.classes()
    assert [each.index for each in everything] == list(range(1000))
    assert len(summit_client.classes(first=201)) == 201
    assert {each.index for each in summit_client.classes(group="bear")} == {294, 295, 296, 297}


def test_the_model_is_the_only_one_or_is_named(service: Service) -> None:
    with Summit(service.url) as client:
        models = client.models()
        assert MODEL in {model.id for model in models}
        with pytest.raises(NotFound, match=f"no model is called 'other'; there are: .*{MODEL}"):
            client.graph(294, model="other")
        if len(models) > 1:
            with pytest.raises(Ambiguous, match="several models"):
                client.graph(294)
        assert client.graph(294, model=MODEL).graph["name"] == "brown bear"


def test_pictures_and_pages_have_addresses_that_answer(service: Service, summit_client: Summit) -> None:
    import httpx

    graph = summit_client.graph("brown bear")
    pictures = [picture for _, picture in graph.nodes(data="picture") if picture]
    assert pictures and httpx.get(pictures[0]).headers["content-type"] == "image/jpeg"
    assert graph.graph["address"] == f"{service.url}/?model={MODEL}&class=294"
    assert httpx.get(graph.graph["address"]).status_code == 200


def test_a_pages_address_is_that_of_what_was_asked_for(service: Service, summit_client: Summit) -> None:
    page = f"{service.url}/?model={MODEL}"
    assert summit_client.graph(294, min_count=100).graph["address"] == f"{page}&class=294&min=100"
    three = summit_client.compare([294, 295, 296], "at_least", at_least=3).graph["address"]
    assert three == f"{service.url}/?room=compare&model={MODEL}&classes=294,295,296&operation=AT_LEAST&atLeast=3"
    cut = {"threshold": 20.0, "unified": True, "deadEnds": False, "min": 0, "score": "attribution"}
    assert shown("", cut) == "?threshold=20.0&unified=true&deadEnds=false&score=attribution"


def test_a_graph_draws_itself_with_its_pictures(summit_client: Summit) -> None:
    graph = summit_client.graph("brown bear")
    drawn = ElementTree.fromstring(graph._repr_html_() or "")
    images = [image.get("href") or "" for image in drawn.findall(".//{*}image")]
    assert len(images) == len(graph) and all(image.startswith("data:image/jpeg;base64,") for image in images)
    assert len(drawn.findall("{*}path")) == graph.number_of_edges()
    texts = {text.text for text in drawn.findall(".//{*}text")}
    assert {
        "brown bear",
        f"57 channels · 176 edges · {MODEL} · 7.5 % of PageRank",
        "14 of 1,024",
        *graph.graph["layers"],
    } <= texts
    part = graph.subgraph([node for node, layer in graph.nodes(data="layer") if layer in ("mixed4d", "mixed4e")])
    assert part.svg().count("data:image/jpeg") == len(part) == 10 == graph.copy().subgraph(part).svg().count("<image")
    rows = [text.text for text in ElementTree.fromstring(part.svg()).findall("{*}text[@class='name']")]
    assert rows == ["mixed4d", "mixed4e"]  # none above and below
    assert "<image" not in graph.svg(pictures=False)
    assert graph.open() == graph.graph["address"]
    assert graph.open()._repr_html_().startswith(f'<a href="{escape(graph.open())}"')


def test_a_graph_draws_itself_after_pickle_and_where_it_has_layers(summit_client: Summit) -> None:
    graph = summit_client.graph("brown bear")
    for kept in (pickle.loads(pickle.dumps(graph)), copy.deepcopy(graph)):
        assert graphs_equal(kept, graph)
        assert kept._repr_html_() == graph.svg(pictures=False)
    assert graph.__class__([(1, 2)])._repr_html_() is None
    graph.add_edge(f"{MODEL}/mixed3a/76", f"{MODEL}/mixed5b/398")
    assert graph._repr_html_() is None


def test_a_comparison_draws_its_three_zones(summit_client: Summit) -> None:
    graph = summit_client.compare([294, 295])
    drawn = ElementTree.fromstring(graph.svg(pictures=False))
    whose = [text.text for text in drawn.findall(".//{*}text") if "whose" in (text.get("class") or "")]
    assert whose == ["only brown bear", "both", "only American black bear"]
    held = Counter(tuple(about["weights"]) for *_, about in graph.edges(data=True))
    tones = Counter(path.get("class") for path in drawn.findall("{*}path"))
    assert tones == {"a": held[294,], "b": held[295,], "both": held[294, 295]}
    several = summit_client.compare([294, 295, 296, 297], "at_least", at_least=2)
    assert "brown bear, American black bear, ice bear and 1 more" in several.svg(pictures=False)
    assert "at least 2" in several.svg(pictures=False)


def test_pointing_tells_probabilities_where_they_are_known() -> None:
    one = AttributionGraph(model="m", layers=["low", "high"], score="activation", name="ox")
    one.add_node("m/low/1", layer="low", index=1, count=1_200, share=0.5, probability=0.671875)
    one.add_node("m/high/2", layer="high", index=2, count=7, share=0.5, probability=None)
    one.add_edge("m/low/1", "m/high/2", weight=5, share=0.5, kind=None, probability=0.0)
    assert "low/1: 1,200 pictures (probability 0.67)<" in one.svg() and "high/2: 7 pictures<" in one.svg()
    assert "low/1 to high/2: 5 pictures (probability 0)<" in one.svg()
    one.edges["m/low/1", "m/high/2"].update(attributed=0, attributed_of=8)
    assert "low/1 to high/2: 5 pictures (probability 0); by attribution 0 of 8<" in one.svg()
    two = AttributionGraph(
        model="m", layers=["low"], score="activation", classes={3: "ox", 4: "yak"}, operation="union"
    )
    two.add_node("m/low/1", layer="low", index=1, counts={4: 9}, shares={4: 0.5}, probabilities={3: 0.25, 4: 1.0})
    assert "low/1: 9 pictures of yak (probability 1)<" in two.svg()


def test_a_graph_is_two_tables(summit_client: Summit) -> None:
    graph = summit_client.compare([294, 295])
    edges, channels = rows_of(graph, "edges"), rows_of(graph, "channels")
    assert len(edges) == graph.number_of_edges() and len(channels) == len(graph)
    assert {"source", "target", "weight_294", "weight_295"} <= set(edges.columns)
    (row,) = [row for row in channels.dicts() if row["channel"] == f"{MODEL}/mixed4d/446"]
    assert row["count_294"] == graph.nodes[row["channel"]]["counts"][294] and row["layer"] == "mixed4d"
    by_class = {name for table in (edges, channels) for name in table.columns if name.endswith("_294")}
    assert by_class == {f"{name}_294" for name in ("weight", "count", "share", "pagerank", "probability")}
    graph.nodes[row["channel"]]["ranks"] = {"mine": 1}
    assert "ranks_mine" in rows_of(graph, "channels").columns
    with pytest.raises(ValueError, match=r"of is 'nodes'; expected edges or channels"):
        rows_of(graph, "nodes")


def test_motifs_similar_classes_and_tables(summit_client: Summit) -> None:
    bears = summit_client.motifs(group="bear", min_support=1, first=3)
    assert bears and all(set(motif.classes) == {294, 295, 296, 297} for motif in bears)
    told = summit_client.motifs(classes=["brown bear", 295], against="dog", shape="edge", first=1)
    assert told[0].support == 2 and told[0].p_value is not None
    with pytest.raises(BadRequest, match="both group and classes"):
        summit_client.motifs(group="bear", classes=[1, 2])
    with pytest.warns(UserWarning, match="stopped at the limit of 0.2 s"):
        some = summit_client.motifs(min_support=0.02, seconds=0.2, first=3)
    assert some.note and some.cursor and len(some) == min(3, some.total)

    near = summit_client.similar("brown bear", first=3)
    assert [each.image_class.index for each in near][:1] == [295] and near[0].similarity > near[1].similarity
    rows = summit_client.query("similar_classes", **{"class": f"{MODEL}/294", "layer": None, "limit": 3})
    assert rows.column("similarity") == pytest.approx([each.similarity for each in near])
    with pytest.raises(KeyError, match="no column 'distance'; there are class, similarity"):
        rows.column("distance")
    assert summit_client.cypher("RETURN $a AS a, [1, 2] AS b", a="x").rows == (("x", [1, 2]),)
    with pytest.raises(BadRequest, match="only reads"):
        summit_client.cypher("MATCH (n) SET n.x = 1")


def test_a_model_without_a_map_is_told_how_to_get_one(tmp_path: Path) -> None:
    with open_database(ArcadeDB(), tmp_path / "arcadedb") as database:
        database.await_(load(database.store, SAMPLE))
    no_map = pytest.raises(NotFound, match=r"sample has no map of top yet; `summit embed sample` makes it")
    with serving(tmp_path) as service, Summit(service.url) as client, no_map:
        client.embedding("top")


def test_graphs_by_attribution_are_asked_for_by_name_and_refused_where_there_are_none(tmp_path: Path) -> None:
    with open_database(ArcadeDB(), tmp_path / "arcadedb") as database:
        database.await_(load_sample(database.store))
        channels, edges, _ = database.await_(read_scored(database.store, "sample/0", Score.ATTRIBUTION))
    with serving(tmp_path) as service, Summit(service.url) as client:
        plain, found = client.graph(0), client.graph(0, score="attribution")
        assert dict(found.nodes(data="count")) == {row["channel"]: row["count"] for row in channels}
        assert set(found.edges) == {(row["source"], row["target"]) for row in edges}
        assert (plain.graph["score"], found.graph["score"]) == ("activation", "attribution")
        assert found.graph["address"] == plain.graph["address"] + "&score=attribution"
        assert " · by attribution" in found.svg() and " · by attribution" not in plain.svg()
        assert not graphs_equal(plain, found)
        skips = {("sample/bottom/1", "sample/middle/1"): "SKIP", ("sample/bottom/0", "sample/middle/0"): "BOTH"}
        for graph in (plain, found, client.graph(0, threshold=50), client.compare([0, 1])):
            kinds = {(source, target): kind for source, target, kind in graph.edges(data="kind")}
            assert kinds == {edge: skips.get(edge, "CONVOLUTION") for edge in kinds}
            assert set(graph.frame(library="pandas")["kind"]) == set(kinds.values())
        counted = {("sample/bottom/0", "sample/middle/0"): (8, 8), ("sample/middle/1", "sample/top/1"): (5, 8)}
        for graph in (plain, found, client.graph(0, threshold=50)):
            told = {(s, t): (e["attributed"], e["attributed_of"]) for s, t, e in graph.edges(data=True)}
            assert told == {
                edge: (None, None) if edge[1] == "sample/middle/1" else counted.get(edge, (0, 8)) for edge in told
            }
            assert {"attributed", "attributed_of"} <= set(graph.frame(library="pandas"))
        assert set(client.graph(1).edges(data="attributed_of")) == {(*edge, None) for edge in client.graph(1).edges}
        assert client.names() == {"sample/middle/1": "stripes"}
        assert [(each.kind, each.target, each.note) for each in client.notes()][:2] == [
            ("CHANNEL", "sample/middle/1", "as on a zebra"),
            ("CLASS", "sample/0", "few pictures"),
        ]
        assert set(client.compare([0, 1]).nodes(data="name")) >= {
            ("sample/middle/1", "stripes"),
            ("sample/top/1", None),
        }
        no_counts = "class sample/1 has no attribution counts"
        with pytest.raises(NotFound, match=no_counts):
            client.graph(1, score="attribution")
        with pytest.raises(NotFound, match=no_counts):
            client.compare([0, 1], score="attribution")
        with pytest.raises(BadRequest, match="Score"):
            client.graph(0, score="loudness")


def test_a_table_is_a_data_frame_where_pandas_is_installed() -> None:
    pandas = pytest.importorskip("pandas")
    frame = Rows(("class", "count"), (("bear", 3), ("dog", None))).frame()
    assert isinstance(frame, pandas.DataFrame) and list(frame.columns) == ["class", "count"] and len(frame) == 2
    with pytest.raises(ValueError, match="library is 'excel'; expected pandas or polars"):
        Rows((), ()).frame("excel")  # type: ignore[arg-type]


def test_the_twin_that_awaits_answers_the_same(service: Service, summit_client: Summit) -> None:
    async def ask() -> tuple[Any, Any, list[Model]]:
        async with AsyncSummit(service.url, model=MODEL) as client:
            return await asyncio.gather(client.graph(294), client.graph(295), client.models())

    one, two, models = asyncio.run(ask())
    assert graphs_equal(one, summit_client.graph(294)) and graphs_equal(two, summit_client.graph(295))
    assert models == summit_client.models()


def test_a_private_service_is_read_with_the_token_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUMMIT_TOKEN", raising=False)
    with serving(tmp_path, SUMMIT_TOKEN=TOKEN, SUMMIT_PRIVATE="1") as service:
        with Summit(service.url) as stranger, pytest.raises(Forbidden, match="private"):
            stranger.models()
        with Summit(service.url, token=TOKEN) as friend:
            assert friend.models() == []


def test_what_is_no_service_is_told_from_what_does_not_answer(nothing_listens: str) -> None:
    with Summit(nothing_listens) as client, pytest.raises(Unreachable, match=r"nothing answers at .*summit serve"):
        client.models()
    with pytest.raises(Unreachable, match="is no address of a service"):
        Summit("localhost:8000")


def test_an_address_within_the_service_is_told_from_a_name_that_is_not_there(service: Service) -> None:
    for path in ("graphql", "somewhere"):
        with Summit(f"{service.url}/{path}") as client, pytest.raises(Unreachable, match=r"is no Summit Graph service"):
            client.models()


def test_what_can_be_no_token_is_refused_before_it_is_sent(service: Service) -> None:
    with pytest.raises(Forbidden, match="a character that no token has"):
        Summit(service.url, token="clé")
    with Summit(service.url, token=f"{service.token}\n") as client:  # as a file has it
        assert client.connection._session.headers["authorization"] == f"Bearer {service.token}"


def test_a_parameter_that_is_nested_too_deep_is_refused_before_it_is_sent() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(BadRequest, match="a parameter cannot be sent"):
        Connection("http://127.0.0.1:9").ask("{ models { id } }", deep=deep)


def test_parameters_may_be_numbers_of_numpy_and_what_is_no_json_is_refused(summit_client: Summit) -> None:
    rows = summit_client.cypher("RETURN $a AS a, $b AS b", a=numpy.int64(3), b=numpy.array([1.5, 2]))
    assert rows.rows == ((3, [1.5, 2.0]),)
    for odd in (float("nan"), object()):
        with pytest.raises(BadRequest, match="a parameter cannot be sent"):
            summit_client.cypher("RETURN $a AS a", a=odd)


def found(*names: str) -> list[ImageClass]:
    return [ImageClass("m", index, name, None, None, None) for index, name in enumerate(names)]


def test_a_name_is_looked_for_among_all_classes_that_hold_it(
    summit_client: Summit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the service answers with more than one page of them."""
    monkeypatch.setattr(service_module, "PAGE", 2)
    assert len(summit_client.classes("bear")) > 3
    assert summit_client.image_class("bearskin").name == "bearskin"
    assert summit_client.image_class("sloth bear").index == 297
    whole = the_one(found("Tench, Tinca tinca", "tench", "Tinca"), "tench, tinca tinca", "m")
    assert whole.index == 0
    with pytest.raises(Ambiguous, match="2 classes of m are called 'tinca': 0 tench, Tinca, 1 Tinca; use the index"):
        the_one(found("tench, Tinca", "Tinca"), "tinca", "m")


@pytest.fixture
def nothing_listens() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def test_a_local_service_starts_and_ends_with_the_client(tmp_path: Path) -> None:
    with Summit.local(tmp_path) as client:
        assert client.models() == []
        with pytest.raises(NotFound, match="there are: none"):
            client.graph(0)
    with pytest.raises(Unreachable, match=r"nothing answers at"):
        Summit(client.connection.url).models()
    (tmp_path / "file").write_text("")
    with pytest.raises(Unreachable, match=r"the service did not start: summit: .*file"):
        Summit.local(tmp_path / "file")


def test_the_examples_of_the_documentation_run(service: Service) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "python.md").read_text(), re.DOTALL)
    names: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block.replace("http://127.0.0.1:8000", service.url), "docs/python.md", "exec"), names)
    names["summit"].close()
    assert len(names["graphs"]) == 4 and set(names["both"]) <= set(names["graphs"][0]) and names["motifs"]


def test_importing_the_client_imports_nothing_that_takes_long() -> None:
    heavy = ["torch", "neo4j", "starlette", "strawberry", "numpy", "networkx", "httpx", "typer", "queries.records"]
    code = f"import summit.client, sys; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_long_work_is_followed_and_awaited(service: Service) -> None:
    """Of any process of the data directory: here of this one."""
    with Summit(service.url) as client:
        assert client.wait("extract", model="awaited") == []
        states = []
        with announced(service.home, "extract", "awaited") as progress:
            for found in client.progress("extract", model="awaited"):
                states.append(found)
                (work,) = found
                assert (work.kind, work.model, work.state) == ("extract", "awaited", "running")
                if len(states) == 2:
                    assert (work.what, work.done, work.total) == ("cutting", 1, 4)
                    break
                progress("cutting", 1, 4)
            with pytest.raises(TimeoutError, match=r"extract of awaited still runs after 0\.5 s"):
                client.wait("extract", model="awaited", seconds=0.5)
        assert [work.state for work in client.wait("extract", model="awaited")] == ["done"]


def test_code_that_awaits_follows_long_work_too(service: Service) -> None:
    async def follow() -> list[str]:
        async with AsyncSummit(service.url) as client:
            states = []
            with announced(service.home, "embed", "followed"):
                async for found in client.progress("embed", model="followed"):
                    states += [work.state for work in found]
                    break
            return [*states, *(work.state for work in await client.wait("embed", model="followed"))]

    assert asyncio.run(follow()) == ["running", "done"]
