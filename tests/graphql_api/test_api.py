"""The API in-process over a real database: every field, every kind of error, and what a question costs."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLNonNull,
    GraphQLObjectType,
    Undefined,
    build_schema,
    get_named_type,
)

from graphql_api.context import Context
from graphql_api.fields.listing import ClassOrder, ordered
from graphql_api.schema import schema
from queries.errors import QueryError
from queries.graphs.resampling.stability import IMPORTED, LIVE, NO_RUN
from queries.groups import keep_group, remove_group
from queries.guard.guard import Guard
from queries.store import Row, Store
from tests.conftest import MODEL, Database

SDL = Path(__file__).parents[2] / "graphql_api" / "schema.graphql"


class Api:
    """The schema over a store, with its own guard."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.guard = database.await_(Guard.open(database.access.reader or database.access.address))

    def post(
        self, query: str, store: Store | None = None, read_only: str | None = None, **variables: Any
    ) -> tuple[Any, list[Any]]:
        """Data and errors of an answer."""
        context = Context.over(store or self.database.store, self.guard, read_only)
        result = self.database.await_(schema.execute(query, variables, context_value=context))
        return result.data, list(result.errors or ())

    def ask(self, query: str, store: Store | None = None, **variables: Any) -> Any:
        data, errors = self.post(query, store, **variables)
        assert not errors, errors
        return data

    def refusal(self, query: str, **variables: Any) -> tuple[str, str]:
        """Code and message of the one error."""
        _, (error,) = self.post(query, **variables)
        return error.extensions["code"], error.message


@pytest.fixture(scope="module")
def api(arcadedb: Database) -> Iterator[Api]:
    api = Api(arcadedb)
    yield api
    arcadedb.await_(api.guard.close())


class CountingStore(Store):
    """A store that remembers which queries it was asked."""

    asked: Counter[str]

    async def run(self, name: str, /, **parameters: Any) -> list[Row]:
        self.asked[name] += 1
        return await super().run(name, **parameters)

    async def run_packed(self, name: str, /, **parameters: Any) -> list[Row]:
        self.asked[name] += 1
        return await super().run_packed(name, **parameters)


@pytest.fixture
def counting(arcadedb: Database) -> Iterator[CountingStore]:
    store = arcadedb.await_(CountingStore.open(arcadedb.access.address))
    store.asked = Counter()
    yield store
    arcadedb.await_(store.close())


# The schema


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    assert SDL.read_text() == schema.as_str() + "\n", "run `make schema`"


ARGUMENTS = {  # of fields that need some; a new field that needs some needs a line here
    "Query.model": f'(id: "{MODEL}")',
    "Query.classes": f'(model: "{MODEL}", first: 2, search: "bear")',
    "Query.imageClass": f'(model: "{MODEL}", index: 294)',
    "Query.channel": f'(id: "{MODEL}/mixed4d/431")',
    "Query.compare": f'(model: "{MODEL}", classes: [294, 295], operation: INTERSECTION)',
    "Query.groups": f'(model: "{MODEL}", search: "bear")',
    "Query.motifs": f'(model: "{MODEL}", group: "bear", minSupport: 1, first: 2)',
    "Query.cypher": '(statement: "RETURN 1 AS one")',
    "Query.storedQuery": '(name: "models")',
    "Channel.classes": "(first: 2)",
    "AttributionGraph.place": f'(channel: "{MODEL}/mixed4d/431")',
    "ImageClass.similar": "(first: 2)",
    "ImageClass.company": '(layer: "mixed4d", groups: ["bear"])',
    "ImageClass.companyByLayer": '(groups: ["bear"])',
}


ASKED_ALONE = {  # what takes a layer, and no layer is one of every model; what there are many of, or none published
    "Model.embedding",
    "Model.annotations",
    "Model.suggestedNames",
    "Channel.companions",
    "ImageClass.trail",
    "ImageClass.effects",
    "ImageClass.subsets",
    "ImageClass.histogram",
    "ImageClass.confusions",
}


STATISTICS_OF = """{ imageClass(model: "sample", index: 0) {
  trail { layer x y } histogram { bins truth top images }
  confusions { output name images class { index name } } } }"""


FAITHFULNESS_OF = """{ imageClass(model: "sample", index: 0) { faithfulness { pictures draws seed drop nullMean beaten
  layers { layer channels drop nullMean null99 beaten matched recovered } } effects { channel layer drop low high
  pictures seed } } }"""


SUBSETS_OF = """{ imageClass(model: "sample", index: 0) { subsets { name score pictures rest restPictures splits seed
  difference { what layer jaccard mean low high } } } }"""


PROBE_OF = """{ model(id: "sample") { probe { classes learning heldOut chance top sets seed
  layers { layer size channels accuracy random randomLeast randomMost every } } } }"""


OUTPUT_OF = """{ imageClass(model: "sample", index: 0) { attributionGraph { output { score bias reason
  edges { source attributed share contribution weight mean } } } } }"""


EDGES_OF = """{ imageClass(model: "sample", index: 0) { attributionGraph {
  edges { source target attributed attributedOf }
  place(channel: "sample/middle/0") { inputs { source target attributed attributedOf }
  outputs { source target attributed attributedOf } } } } }"""


COMPANION = "together classCount jaccard channel { id }"
NAMES_OF = f'{{ model(id: "{MODEL}") {{ suggestedNames(search: "fish aquatic") {{ name channel {{ id }} }} }} }}'


def document(kind: GraphQLObjectType, done: set[str]) -> str:
    """All fields of a type and of the types below it, each type once: `done` names those that were asked before."""
    if kind.name in done:
        return "__typename"
    done.add(kind.name)
    parts = []
    for name, field in kind.fields.items():
        if f"{kind.name}.{name}" in ASKED_ALONE:
            continue
        below = get_named_type(field.type)
        words = ARGUMENTS.get(f"{kind.name}.{name}", "")
        parts.append(
            f"{name}{words}" + (f" {{ {document(below, done)} }}" if isinstance(below, GraphQLObjectType) else "")
        )
    return " ".join(parts)


def test_a_subset_has_a_graph_of_its_own_and_the_class_keeps_its_own(api: Api) -> None:
    graph = "channels { channel { id } count share } origin { threshold variant noProbability }"
    asked = f"""{{ imageClass(model: "sample", index: 0) {{
      images attributionGraph {{ {graph} }} some: attributionGraph(subset: "wrong") {{ {graph} }} }} }}"""
    found = api.ask(asked)["imageClass"]
    whole, some = found["attributionGraph"], found["some"]
    assert (whole["origin"]["threshold"], some["origin"]["threshold"]) == (7.5, 30.0)
    assert some["origin"]["noProbability"] == "of a subset"
    assert all(each["share"] == each["count"] / 10 for each in some["channels"])  # of its own pictures
    assert all(each["share"] == each["count"] / found["images"] for each in whole["channels"])
    below = "output { score bias reason edges { source } }"
    of_some = api.ask(
        f'{{ imageClass(model: "sample", index: 0) {{ attributionGraph(subset: "wrong") {{ {below} }} }} }}'
    )["imageClass"]["attributionGraph"]["output"]
    assert (of_some["score"], of_some["bias"], of_some["edges"]) == (None, None, [])
    assert "counted over all of the class's pictures, not over those of the subset 'wrong'" in of_some["reason"]
    for words, error in (
        ('subset: "odd"', "has no graph by activation of a subset 'odd' (it has: right, wrong); `summit subset RUN"),
        ('subset: "wrong", threshold: 5', "graphs of subsets are cut once"),
    ):
        refusal = f'{{ imageClass(model: "sample", index: 0) {{ attributionGraph({words}) {{ totalChannels }} }} }}'
        assert error in api.refusal(refusal)[1]


def test_every_field_of_the_schema_answers(api: Api) -> None:
    served = build_schema(SDL.read_text())
    assert served.query_type is not None
    asked: set[str] = set()
    done: set[str] = set()
    for name, field in served.query_type.fields.items():
        below = get_named_type(field.type)
        assert isinstance(below, GraphQLObjectType)
        words = ARGUMENTS.get(f"Query.{name}", "")
        needed = [
            arg
            for arg, about in field.args.items()
            if isinstance(about.type, GraphQLNonNull) and about.default_value in (None, Undefined)
        ]
        assert words or not field.args, f"ARGUMENTS lacks Query.{name}, which takes {needed}"
        answer = api.ask(f"{{ {name}{words} {{ {document(below, done)} }} }}")[name]
        assert answer, name
        note(answer, below, asked)
    map_of = '{ model(id: "sample") { embedding(layer: "top") { classes x y source stale parked parameters } } }'
    note(api.ask(map_of)["model"], served.type_map["Model"], asked)  # type: ignore[arg-type]
    company = f'{{ channel(id: "{MODEL}/mixed4d/431") {{ companions(first: 2) {{ {COMPANION} }} }} }}'
    note(api.ask(company)["channel"], served.type_map["Channel"], asked)  # type: ignore[arg-type]
    written = (
        '{ model(id: "sample") { annotations { id picture kind target name note address created changed revision } } }'
    )
    for question in (NAMES_OF, PROBE_OF, written):
        note(api.ask(question)["model"], served.type_map["Model"], asked)  # type: ignore[arg-type]
    for question in (STATISTICS_OF, FAITHFULNESS_OF, SUBSETS_OF, OUTPUT_OF, EDGES_OF):
        note(api.ask(question)["imageClass"], served.type_map["ImageClass"], asked)  # type: ignore[arg-type]
    objects = [kind for kind in served.type_map.values() if isinstance(kind, GraphQLObjectType)]
    every = {f"{kind.name}.{name}" for kind in objects if not kind.name.startswith("__") for name in kind.fields}
    elsewhere = ("Query.", "Mutation.", "Extraction.", "Patch.")  # above; test_extraction.py; e2e/test_pictures.py
    assert {each for each in every if not each.startswith(elsewhere)} - asked == set()


def note(answer: Any, kind: GraphQLObjectType, asked: set[str]) -> None:
    """Remember which fields of which types an answer holds."""
    for row in answer if isinstance(answer, list) else [answer]:
        for name, value in (row or {}).items():
            if name == "__typename":
                continue
            asked.add(f"{kind.name}.{name}")
            below = get_named_type(kind.fields[name].type)
            if isinstance(below, GraphQLObjectType) and value:
                note(value, below, asked)


# Answers


WRITTEN = "kind target name note address created changed revision"
KEEP_NOTE = f"""mutation ($kind: AnnotationKind!, $target: String!, $name: String, $note: String, $expected: String) {{
  keepAnnotation(model: "sample", kind: $kind, target: $target, name: $name, note: $note, expected: $expected) {{
    {WRITTEN} }} }}"""
REMOVE_NOTE = """mutation ($kind: AnnotationKind!, $target: String!, $expected: String!) {
  removeAnnotation(model: "sample", kind: $kind, target: $target, expected: $expected) }"""


def test_names_and_notes_are_kept_read_changed_and_removed(api: Api) -> None:
    about: dict[str, Any] = {"kind": "CHANNEL", "target": "top/1"}
    made = api.ask(KEEP_NOTE, **about, name="ears", note="round")["keepAnnotation"]
    try:
        asked = """{ channel(id: "sample/top/1") { name note }
          model(id: "sample") { annotations(kind: CHANNEL) { target } } }"""
        found = api.ask(asked)
        assert found["channel"] == {"name": "ears", "note": "round"}
        assert [each["target"] for each in found["model"]["annotations"]] == ["middle/1", "top/1"]

        code, message = api.refusal(KEEP_NOTE, **about, name="tail")
        assert (code, "'ears'" in message, made["revision"] in message) == ("CONFLICT", True, True)
        changed = api.ask(KEEP_NOTE, **about, name="tail", expected=made["revision"])["keepAnnotation"]
        assert (changed["name"], changed["note"], changed["created"]) == ("tail", None, made["created"])
        assert api.refusal(REMOVE_NOTE, **about, expected=made["revision"])[0] == "CONFLICT"
        assert api.ask(REMOVE_NOTE, **about, expected=changed["revision"]) == {"removeAnnotation": True}
        assert api.ask(asked)["channel"] == {"name": None, "note": None}
    finally:
        api.database.write("remove_annotations", ids=["sample/channel/top/1"])


def test_notes_that_cannot_be_kept_are_refused_with_a_code(api: Api) -> None:
    wrong: dict[str, Any] = {"kind": "CHANNEL", "target": "top/99", "name": "ears"}
    assert api.refusal(KEEP_NOTE, **wrong)[0] == "NOT_FOUND"
    assert api.refusal(KEEP_NOTE, **{**wrong, "target": "top/1", "name": "x" * 61})[0] == "BAD_QUERY"
    _, (error,) = api.post(KEEP_NOTE, read_only="the token is missing", **{**wrong, "target": "top/1"})
    assert error.extensions["code"] == "FORBIDDEN"
    removing: dict[str, Any] = {"kind": "CLASS", "target": "0", "expected": ""}
    _, (error,) = api.post(REMOVE_NOTE, read_only="the token is missing", **removing)
    assert error.extensions["code"] == "FORBIDDEN"


def test_names_of_many_channels_and_pictures_of_many_views_are_one_query(api: Api, counting: CountingStore) -> None:
    asked = """{ imageClass(model: "sample", index: 0) { note }
      compare(model: "sample", classes: [0, 1], operation: UNION) { channels { channel { name note } } }
      model(id: "sample") { annotations { kind picture } } }"""
    found = api.ask(asked, counting)
    names = [row["channel"]["name"] for row in found["compare"]["channels"]]
    assert (names.count("stripes"), len(names) > 3, found["imageClass"]["note"]) == (1, True, "few pictures")
    assert [each["kind"] for each in found["model"]["annotations"]] == ["CHANNEL", "CLASS", "VIEW"]
    assert counting.asked["annotations_by_id"] <= 3, "of the class, of the channels together, of the views together"


def test_edges_tell_what_was_counted_of_them_by_attribution(api: Api) -> None:
    graph = api.ask(EDGES_OF)["imageClass"]["attributionGraph"]
    told = {(each["source"], each["target"]): (each["attributed"], each["attributedOf"]) for each in graph["edges"]}
    known = {  # of middle/1 nothing was counted, and no source of top/0 was among the five in any picture
        ("sample/bottom/0", "sample/middle/0"): (8, 8),
        ("sample/middle/0", "sample/top/0"): (0, 8),
        ("sample/middle/1", "sample/top/1"): (5, 8),
        ("sample/bottom/0", "sample/middle/1"): (None, None),
        ("sample/bottom/1", "sample/middle/1"): (None, None),
        ("sample/middle/1", "sample/top/0"): (0, 8),
        ("sample/middle/0", "sample/top/1"): (0, 8),
    }
    assert told == {edge: known[edge] for edge in told}
    assert {8, 0} <= {count for count, _ in told.values()}
    for side in ("inputs", "outputs"):
        for each in graph["place"][side]:
            assert (each["attributed"], each["attributedOf"]) == told[each["source"], each["target"]]
    other = EDGES_OF.replace("index: 0", "index: 1").replace("middle/0", "middle/1")
    bare = api.ask(other)["imageClass"]["attributionGraph"]["edges"]
    of_some = """{ imageClass(model: "sample", index: 0) { attributionGraph(subset: "wrong") {
      edges { source target attributed attributedOf } } } }"""
    other_pictures = api.ask(of_some)["imageClass"]["attributionGraph"]["edges"]
    for edges in (bare, other_pictures):
        assert edges and all((each["attributed"], each["attributedOf"]) == (None, None) for each in edges)


def test_a_counted_class_has_an_output_and_others_have_none(api: Api) -> None:
    by_score = """{ imageClass(model: "sample", index: %d) { attributionGraph%s { channels { channel { id } }
      output { score bias reason edges { source attributed share contribution weight mean } } } } }"""
    for how in ("", "(score: ATTRIBUTION)", "(threshold: 50)"):
        graph = api.ask(by_score % (0, how))["imageClass"]["attributionGraph"]
        shown = {item["channel"]["id"] for item in graph["channels"]}
        rows = [
            {
                "source": "sample/top/1",
                "attributed": 12,
                "share": 0.24,
                "contribution": 3.0,
                "weight": 2.0,
                "mean": 1.5,
            },
            {
                "source": "sample/top/0",
                "attributed": 0,
                "share": 0.0,
                "contribution": -0.125,
                "weight": -0.5,
                "mean": 0.25,
            },
        ]
        edges = [row for row in rows if row["source"] in shown]
        assert graph["output"] == {"score": 3.375, "bias": 0.5, "reason": None, "edges": edges} and edges
    assert api.ask(by_score % (1, ""))["imageClass"]["attributionGraph"]["output"] is None
    published = (
        "query ($model: ID!) { imageClass(model: $model, index: 294) { attributionGraph { output { score } } } }"
    )
    assert api.ask(published, model=MODEL)["imageClass"]["attributionGraph"]["output"] is None


def test_the_tench_is_answered_with_its_graph(api: Api, published_data: Any) -> None:
    tench = published_data.graphs[0]
    graph = api.ask(
        "query ($model: ID!) { imageClass(model: $model, index: 0) { name wnid attributionGraph {"
        " channels { channel { layer index } count share } edges { source } totalChannels totalEdges } } }",
        model=MODEL,
    )["imageClass"]
    shown = graph["attributionGraph"]

    assert (graph["name"], graph["wnid"]) == ("tench", "n01440764")
    assert (shown["totalChannels"], shown["totalEdges"]) == (len(tench.vertices), len(tench.edges))
    last = [row["channel"]["index"] for row in shown["channels"] if row["channel"]["layer"] == "mixed5b"]
    assert sorted(last) == [5, 238, 278, 391, 464, 480, 503, 525]
    assert all(row["share"] is None for row in shown["channels"]), "the published graphs do not tell the pictures"


def test_a_least_count_leaves_out_channels_and_their_edges(api: Api) -> None:
    graph = api.ask(
        "query ($model: ID!) { imageClass(model: $model, index: 294) { attributionGraph(minCount: 600) {"
        " channels { channel { id } count } edges { source target } totalChannels } } }",
        model=MODEL,
    )["imageClass"]["attributionGraph"]
    shown = {row["channel"]["id"] for row in graph["channels"]}

    assert 0 < len(shown) < graph["totalChannels"]
    assert all(row["count"] >= 600 for row in graph["channels"])
    assert {end for edge in graph["edges"] for end in (edge["source"], edge["target"])} <= shown


PAGE = """query ($model: ID!, $first: Int!, $after: String, $order: ClassOrder!) {
  classes(model: $model, first: $first, after: $after, orderBy: $order) {
    nodes { index name } totalCount pageInfo { hasNextPage endCursor } } }"""


@pytest.mark.parametrize("order", ["INDEX", "NAME", "ACCURACY"])
def test_pages_walk_all_classes_exactly_once(api: Api, order: str) -> None:
    walked: list[int] = []
    after, more = None, True
    while more:
        answer = api.ask(PAGE, model=MODEL, first=170, after=after, order=order)["classes"]
        walked += [node["index"] for node in answer["nodes"]]
        after, more = answer["pageInfo"]["endCursor"], answer["pageInfo"]["hasNextPage"]
        assert answer["totalCount"] == 1000
    assert sorted(walked) == list(range(1000))


def test_a_page_of_classes_goes_with_its_list_alone(api: Api, arcadedb: Database) -> None:
    def page(after: str | None) -> dict[str, Any]:
        return {"model": "sample", "first": 1, "after": after, "order": "INDEX"}

    after = api.ask(PAGE, **page(None))["classes"]["pageInfo"]["endCursor"]
    assert api.ask(PAGE, **page(after))["classes"]["nodes"][0]["index"] == 1
    arcadedb.write("upsert_classes", model="sample", rows=[{"id": "sample/77", "index": 77}])
    try:
        code, message = api.refusal(PAGE, **page(after))
    finally:
        arcadedb.administer("MATCH (class:ImageClass {id: 'sample/77'}) DETACH DELETE class")
    assert code == "BAD_QUERY" and "ask for the first page again" in message


def test_classes_like_another_come_most_similar_first(api: Api) -> None:
    nodes = api.ask(
        "query ($model: ID!) { classes(model: $model, orderBy: SIMILARITY, similarTo: 294, first: 1000) {"
        " nodes { index similarity } } }",
        model=MODEL,
    )["classes"]["nodes"]
    similarities = [node["similarity"] for node in nodes]

    assert (nodes[0]["index"], similarities[0]) == (294, 1.0)
    assert len(nodes) == 1000
    assert similarities == sorted(similarities, reverse=True)
    assert all(0 <= each <= 1 for each in similarities)


def test_a_search_takes_words_of_names_wordnet_ids_and_indexes(api: Api) -> None:
    def found(search: str) -> list[int]:
        text = "query ($m: ID!, $s: String) { classes(model: $m, search: $s) { nodes { index } } }"
        return [node["index"] for node in api.ask(text, m=MODEL, s=search)["classes"]["nodes"]]

    assert found("BEAR brown") == [294]
    assert found("n02132136") == found("294") == [294]
    assert found("no such class") == []


def test_a_difference_goes_with_its_counts(api: Api) -> None:
    answer = api.ask(
        "query ($m: ID!) { compare(model: $m, classes: [294, 295], operation: SYMMETRIC_DIFFERENCE) {"
        " classes { index } channels { classes counts pageranks shares } edges { classes weights } } }",
        m=MODEL,
    )["compare"]
    assert [row["index"] for row in answer["classes"]] == [294, 295]
    assert len(answer["channels"]) == 56
    assert all(len(row["classes"]) == len(row["counts"]) == len(row["pageranks"]) == 1 for row in answer["channels"])
    assert all(len(row["classes"]) == len(row["weights"]) == 1 for row in answer["edges"])


def test_a_map_has_a_place_for_every_class_of_its_layer(api: Api) -> None:
    text = """{ model(id: "sample") { embeddings { layer classes x y parked source stale parameters }
      one: embedding(layer: "top") { layer classes x y } }
      imageClass(model: "sample", index: 0) { trail { layer x y } } }"""
    answer = api.ask(text)
    maps = {each["layer"]: each for each in answer["model"]["embeddings"]}
    assert {layer: each["classes"] for layer, each in maps.items()} == {"bottom": [0, 1], "middle": [0, 1], "top": [0]}
    assert all(len(each["x"]) == len(each["y"]) == len(each["classes"]) for each in maps.values())
    assert all((each["source"], each["stale"]) == ("activations", False) for each in maps.values())
    assert answer["model"]["one"] == {name: maps["top"][name] for name in ("layer", "classes", "x", "y")}
    wanted = [{"layer": layer, "x": each["x"][0], "y": each["y"][0]} for layer, each in maps.items()]
    assert answer["imageClass"]["trail"] == wanted


def test_a_layer_without_a_map_has_none_and_a_layer_that_is_not_there_is_named(api: Api) -> None:
    assert (
        api.ask(f'{{ model(id: "{MODEL}") {{ embedding(layer: "mixed4d") {{ x }} }} }}')["model"]["embedding"] is None
    )
    assert "no layer 'mixed9'" in api.refusal(f'{{ model(id: "{MODEL}") {{ embedding(layer: "mixed9") {{ x }} }} }}')[1]


def test_horse_cart_keeps_the_company_of_artifacts_then_organisms_then_artifacts(api: Api) -> None:
    layers = [row["name"] for row in api.database.run("layers", model=MODEL)]
    asked = " ".join(
        f'{layer}: company(layer: "{layer}", groups: ["n00004475", "artifact"]) {{ group {{ name }} count }}'
        for layer in layers
    )
    found = api.ask(f'{{ imageClass(model: "{MODEL}", index: 603) {{ {asked} }} }}')["imageClass"]
    assert [[row["group"]["name"] for row in found[layer]] for layer in layers] == [["organism", "artifact"]] * 9
    assert [found[layer][0]["count"] for layer in layers] == [0, 0, 1, 1, 5, 7, 9, 5, 0]
    assert [found[layer][1]["count"] for layer in layers] == [10, 10, 9, 9, 5, 3, 1, 5, 10]
    at_once = 'companyByLayer(groups: ["n00004475", "artifact"]) { layer company { group { name } count } }'
    rows = api.ask(f'{{ imageClass(model: "{MODEL}", index: 603) {{ {at_once} }} }}')["imageClass"]["companyByLayer"]
    assert [row["layer"] for row in rows] == layers
    assert {row["layer"]: row["company"] for row in rows} == found


def test_the_statistics_of_a_class_have_the_names_of_outputs_that_are_classes_and_of_others(api: Api) -> None:
    found = api.ask(STATISTICS_OF)["imageClass"]
    assert found["histogram"] == {
        "bins": 20,
        "truth": [5, 5, *[0] * 16, 20, 20],
        "top": [*[0] * 18, 10, 40],
        "images": 50,
    }
    assert found["confusions"] == [
        {"output": 7, "name": "lobster", "images": 6, "class": None},
        {"output": 1, "name": "class 1", "images": 4, "class": {"index": 1, "name": "class 1"}},
    ]
    bare = api.ask(f'{{ imageClass(model: "{MODEL}", index: 294) {{ histogram {{ bins }} confusions {{ output }} }} }}')
    assert bare["imageClass"] == {"histogram": None, "confusions": []}


@pytest.mark.parametrize("order", ["ACCURACY", "ACCURACY_DESCENDING", "ACCURACY_ASCENDING"])
def test_classes_of_unknown_accuracy_come_last_in_either_direction(api: Api, order: str) -> None:
    text = f'{{ classes(model: "sample", orderBy: {order}) {{ nodes {{ index accuracy }} }} }}'
    assert api.ask(text)["classes"]["nodes"] == [{"index": 0, "accuracy": 0.8}, {"index": 1, "accuracy": None}]


def test_accuracy_orders_both_ways() -> None:
    rows = [
        {"id": f"m/{index}", "index": index, "accuracy": known} for index, known in enumerate([0.5, None, 0.0, 0.9])
    ]
    assert [row["index"] for row in ordered(rows, ClassOrder.ACCURACY_ASCENDING, {}, {})] == [2, 0, 3, 1]
    assert [row["index"] for row in ordered(rows, ClassOrder.ACCURACY_DESCENDING, {}, {})] == [3, 0, 2, 1]


def test_what_classes_lose_orders_both_ways() -> None:
    rows = [{"id": f"m/{index}", "index": index} for index in range(4)]
    drops = {"m/0": 0.5, "m/2": -0.1, "m/3": 0.9}
    assert [row["index"] for row in ordered(rows, ClassOrder.DROP_ASCENDING, {}, drops)] == [2, 0, 3, 1]
    assert [row["index"] for row in ordered(rows, ClassOrder.DROP_DESCENDING, {}, drops)] == [3, 0, 2, 1]


def test_what_one_class_loses_is_not_read_of_the_whole_model(api: Api, counting: CountingStore) -> None:
    one = api.ask('{ imageClass(model: "sample", index: 0) { drop other: drop(score: ATTRIBUTION) } }', counting)
    assert one["imageClass"] == {"drop": pytest.approx(3.5 / 3), "other": None}
    assert (counting.asked["faithfulness_of_classes"], counting.asked["class_faithfulness"]) == (0, 2)
    both = api.ask('{ classes(model: "sample") { nodes { drop } } }', counting)
    assert [each["drop"] for each in both["classes"]["nodes"]] == [pytest.approx(3.5 / 3), None]
    assert (counting.asked["faithfulness_of_classes"], counting.asked["class_faithfulness"]) == (1, 2)


@pytest.mark.parametrize("order", ["DROP_DESCENDING", "DROP_ASCENDING"])
def test_a_list_has_what_each_class_loses_where_it_was_measured(api: Api, order: str) -> None:
    text = f"""{{ classes(model: "sample", orderBy: {order}) {{
      nodes {{ index drop faithfulness {{ drop }} other: drop(score: ATTRIBUTION) }} }} }}"""
    checked, unchecked = api.ask(text)["classes"]["nodes"]
    assert (checked["index"], checked["drop"]) == (0, pytest.approx(3.5 / 3))
    assert checked["drop"] == pytest.approx(checked["faithfulness"]["drop"]) and checked["other"] is None
    assert unchecked == {"index": 1, "drop": None, "faithfulness": None, "other": None}
    by_other = f'{{ classes(model: "sample", orderBy: {order}, score: ATTRIBUTION) {{ nodes {{ index }} }} }}'
    assert [each["index"] for each in api.ask(by_other)["classes"]["nodes"]] == [0, 1]


KEEP = """mutation ($name: String!, $classes: [Int!]!) {
  keepGroup(model: "sample", name: $name, classes: $classes) { id wnid name classes classCount } }"""


def test_a_group_by_hand_is_kept_asked_for_by_name_and_removed(api: Api) -> None:
    kept = api.ask(KEEP, name=" my  pair ", classes=[1, 0])["keepGroup"]
    assert {name: kept[name] for name in ("wnid", "name", "classes", "classCount")} == {
        "wnid": None,
        "name": "my pair",
        "classes": [0, 1],
        "classCount": 2,
    }
    assert api.ask(KEEP, name="my pair", classes=[0, 1])["keepGroup"] == kept
    assert "has a group 'my pair' already" in api.refusal(KEEP, name="my pair", classes=[0])[1]
    assert api.ask('{ classes(model: "sample", group: "my pair") { totalCount } }')["classes"]["totalCount"] == 2
    remove = f'mutation {{ removeGroup(model: "sample", group: "{kept["id"]}") }}'
    assert api.ask(remove) == {"removeGroup": True}
    assert api.ask(remove) == {"removeGroup": False}
    assert api.ask('{ groups(model: "sample") { name } }')["groups"] == []


@pytest.mark.parametrize(
    "name, classes, told",
    [
        ("", [0], "cannot name a group"),
        ("1,2", [0], "cannot name a group"),
        ("a\x00b", [0], "cannot name a group"),
        ("\u202ebears", [0], "cannot name a group"),
        ("x" * 101, [0], "cannot name a group"),
        ("none", [], "has no classes"),
        ("lost", [5], "has no class 5"),
    ],
)
def test_a_group_that_cannot_be_kept_is_refused(api: Api, name: str, classes: list[int], told: str) -> None:
    assert told in api.refusal(KEEP, name=name, classes=classes)[1]


def test_a_reader_keeps_and_removes_no_group_and_a_listed_one_stays(api: Api) -> None:
    _, (error,) = api.post(KEEP, read_only="no token", name="mine", classes=[0])
    assert error.extensions["code"] == "FORBIDDEN"
    remove = f'mutation {{ removeGroup(model: "{MODEL}", group: "{MODEL}/n02131653") }}'
    _, (error,) = api.post(remove, read_only="no token")
    assert error.extensions["code"] == "FORBIDDEN"
    assert "comes from a group list" in api.refusal(remove)[1]


# Cost


def test_the_channels_of_a_graph_cost_one_query(api: Api, counting: CountingStore) -> None:
    api.ask(
        "query ($m: ID!) { imageClass(model: $m, index: 294) { attributionGraph { channels {"
        " channel { excluded classCount pictures { featureVisualization } } } } } }",
        counting,
        m=MODEL,
    )
    assert counting.asked["channels_by_id"] == counting.asked["models"] == 1
    assert sum(counting.asked.values()) <= 5


def test_graphs_without_probabilities_say_why_and_comparisons_have_none(api: Api) -> None:
    graph = "origin { replicates noProbability } channels { probability } edges { probability }"
    cut = f"cut: attributionGraph(threshold: 20) {{ {graph} }}"
    sample = api.ask(f'{{ imageClass(model: "sample", index: 0) {{ stored: attributionGraph {{ {graph} }} {cut} }} }}')
    published = api.ask(f'{{ imageClass(model: "{MODEL}", index: 294) {{ attributionGraph {{ {graph} }} }} }}')
    graphs = [*sample["imageClass"].values(), published["imageClass"]["attributionGraph"]]
    for found, reason in zip(graphs, (NO_RUN, LIVE, IMPORTED), strict=True):
        assert found["origin"] == {"replicates": None, "noProbability": reason}
        assert {row["probability"] for row in (*found["channels"], *found["edges"])} == {None}
    both = 'compare(model: "sample", classes: [1, 0], operation: UNION)'
    compared = api.ask(f"{{ {both} {{ channels {{ probabilities }} edges {{ probabilities }} }} }}")["compare"]
    assert [row["probabilities"] for rows in compared.values() for row in rows] == [[None, None]] * sum(
        map(len, compared.values())
    )


def test_comparisons_tell_counts_of_what_a_graph_lacks(api: Api) -> None:
    fields = "{ channels { channel { id } everyCount } edges { source target everyWeight } }"
    sample = api.ask(f'{{ compare(model: "sample", classes: [1, 0], operation: UNION) {fields} }}')["compare"]
    counts = {row["channel"]["id"]: row["everyCount"] for row in sample["channels"]}
    assert (counts["sample/middle/0"], counts["sample/bottom/0"]) == ([0, 8], [1, 10])
    weights = {(row["source"], row["target"]): row["everyWeight"] for row in sample["edges"]}
    assert weights["sample/bottom/2", "sample/middle/1"] == [9, 0]
    bears = api.ask(f'{{ compare(model: "{MODEL}", classes: [294, 295], operation: DIFFERENCE) {fields} }}')["compare"]
    assert {row["everyCount"][1] for row in bears["channels"]} == {None}, "published graphs come without counts"


GRAPHS_OF_SAMPLE = {"stored": "", "cut": "(threshold: 50)", "other": "(score: ATTRIBUTION)"}
KIND = {("sample/bottom/1", "sample/middle/1"): "SKIP", ("sample/bottom/0", "sample/middle/0"): "BOTH"}


def test_edges_of_a_counted_network_have_kinds_for_one_query_and_published_ones_none(
    api: Api, counting: CountingStore
) -> None:
    edges = "edges { source target kind }"
    graphs = [f"{name}: attributionGraph{how} {{ {edges} }}" for name, how in GRAPHS_OF_SAMPLE.items()]
    compared = f'compare(model: "sample", classes: [0, 1], operation: UNION) {{ {edges} }}'
    sample = api.ask(f'{{ imageClass(model: "sample", index: 0) {{ {" ".join(graphs)} }} {compared} }}', counting)
    of_class = sample["imageClass"]
    lists = [of_class[name]["edges"] for name in GRAPHS_OF_SAMPLE] + [sample["compare"]["edges"]]
    for found in lists:
        assert found
        assert [row["kind"] for row in found] == [
            KIND.get((row["source"], row["target"]), "CONVOLUTION") for row in found
        ]
    assert {row["kind"] for found in lists for row in found} == {"CONVOLUTION", "SKIP", "BOTH"}
    assert counting.asked["skips_into"] <= 2

    spread = "query Q { ...Part } fragment Part on Query { "
    written = 'imageClass(model: "sample", index: 0) { attributionGraph { edges { ...Ends ... { kind } } } } }'
    told = api.ask(f"{spread}{written} fragment Ends on GraphEdge {{ source target }}")
    assert told["imageClass"]["attributionGraph"]["edges"] == of_class["stored"]["edges"]

    published = api.ask(f'{{ imageClass(model: "{MODEL}", index: 294) {{ attributionGraph {{ {edges} }} }} }}')
    assert {row["kind"] for row in published["imageClass"]["attributionGraph"]["edges"]} == {None}


def test_edges_at_a_channel_have_the_kinds_of_their_graph_and_motifs_of_published_ones_none(api: Api) -> None:
    ends = "inputs { source target kind } outputs { source target kind }"
    of_class = f'attributionGraph(threshold: 50) {{ place(channel: "sample/middle/0") {{ {ends} }} }}'
    place = api.ask(f'{{ imageClass(model: "sample", index: 0) {{ {of_class} }} }}')["imageClass"]["attributionGraph"][
        "place"
    ]
    assert [row["kind"] for row in place["inputs"]] == ["BOTH"]
    assert [row["kind"] for row in place["outputs"]] == ["CONVOLUTION"]
    motifs = (
        f'motifs(model: "{MODEL}", classes: [294, 295], minSupport: 1, shape: EDGE) {{ nodes {{ edges {{ kind }} }} }}'
    )
    found = [row["kind"] for node in api.ask(f"{{ {motifs} }}")["motifs"]["nodes"] for row in node["edges"]]
    assert found and set(found) == {None}


def test_the_groups_of_a_page_of_classes_cost_the_same_as_of_one(api: Api, counting: CountingStore) -> None:
    text = "query ($m: ID!, $n: Int!) { classes(model: $m, first: $n) { nodes { groups { name } } } }"
    api.ask(text, counting, m=MODEL, n=1)
    one = sum(counting.asked.values())
    counting.asked.clear()
    api.ask(text, counting, m=MODEL, n=100)
    assert sum(counting.asked.values()) == one, counting.asked


# Errors

M = f'model: "{MODEL}"'


@pytest.mark.parametrize(
    "query, code, words",
    [
        (
            '{ classes(model: "vgg") { totalCount } }',
            "NOT_FOUND",
            f"no model 'vgg' in the database; it holds sample, {MODEL}",
        ),
        (
            f"{{ imageClass({M}, index: 1000) {{ id }} }}",
            "NOT_FOUND",
            "has no class 1000; it has 1000 classes (0 to 999)",
        ),
        (f'{{ channel(id: "{MODEL}/mixed9z/1") {{ id }} }}', "NOT_FOUND", "no channel"),
        ('{ channel(id: "nonsense") { id } }', "NOT_FOUND", "no channel 'nonsense'"),
        (f'{{ classes({M}, group: "bea") {{ totalCount }} }}', "NOT_FOUND", "did you mean"),
        (f'{{ classes({M}, group: "") {{ totalCount }} }}', "NOT_FOUND", "no group ''"),
        (f"{{ motifs({M}, classes: []) {{ totalCount }} }}", "BAD_QUERY", "the list of classes is empty"),
        (f'{{ motifs({M}, group: "") {{ totalCount }} }}', "NOT_FOUND", "no group ''"),
        (
            f'{{ motifs({M}, group: "bear", against: {{classes: []}}) {{ totalCount }} }}',
            "BAD_QUERY",
            "the list of classes is empty",
        ),
        (f'{{ motifs({M}, group: "bear", against: {{group: ""}}) {{ totalCount }} }}', "NOT_FOUND", "no group ''"),
        (f'{{ classes({M}, group: "car") {{ totalCount }} }}', "BAD_QUERY", "name one by its wnid: n0"),
        (f"{{ classes({M}, orderBy: SIMILARITY) {{ totalCount }} }}", "BAD_QUERY", "needs similarTo"),
        (f"{{ classes({M}, first: -1) {{ totalCount }} }}", "BAD_QUERY", "first is -1; expected 0 to 1000"),
        (f"{{ classes({M}, first: 1001) {{ totalCount }} }}", "BAD_QUERY", "first is 1001"),
        (f'{{ classes({M}, after: "§") {{ totalCount }} }}', "BAD_QUERY", "which is not a cursor"),
        (f'{{ classes({M}, after: "YWZ0ZXIgLTE=") {{ totalCount }} }}', "BAD_QUERY", "which is not a cursor"),
        (f"{{ compare({M}, classes: [1], operation: UNION) {{ classes {{ id }} }} }}", "BAD_QUERY", "two or more"),
        (f"{{ compare({M}, classes: [1, 2], operation: MINUS) {{ classes {{ id }} }} }}", "BAD_REQUEST", "MINUS"),
        (
            f'{{ channel(id: "{MODEL}/mixed4d/431") {{ classes(first: -1) {{ count }} }} }}',
            "BAD_QUERY",
            "first is -1; expected 0 to 1000",
        ),
        (f"{{ imageClass({M}, index: 1) {{ similar(first: -1) {{ similarity }} }} }}", "BAD_QUERY", "first is -1"),
        (
            f'{{ imageClass({M}, index: 1) {{ similar(layer: "mixed9") {{ similarity }} }} }}',
            "NOT_FOUND",
            "no layer 'mixed9'; it has mixed3a, mixed3b",
        ),
        (f'{{ classes({M}, similarTo: 1, layer: "mixed9") {{ totalCount }} }}', "NOT_FOUND", "no layer 'mixed9'"),
        (f'{{ classes({M}, layer: "mixed4d") {{ totalCount }} }}', "BAD_QUERY", "layer goes with similarTo"),
        ('{ storedQuery(name: "nothing") { columns } }', "BAD_QUERY", "no stored query is called 'nothing'"),
        ('{ storedQuery(name: "upsert_model") { columns } }', "BAD_QUERY", "upsert_model"),
        ('{ storedQuery(name: "class_edges") { columns } }', "BAD_QUERY", "missing ['class']"),
        ('{ storedQuery(name: "models", parameters: [1]) { columns } }', "BAD_QUERY", ""),
        ('{ storedQuery(name: "models", parameters: "x") { columns } }', "BAD_QUERY", ""),
        ('{ storedQuery(name: "models", parameters: {name: "x"}) { columns } }', "BAD_QUERY", "unknown ['name']"),
        ('{ storedQuery(name: "models", parameters: {self: 1}) { columns } }', "BAD_QUERY", "unknown ['self']"),
        ('{ cypher(statement: "RETURN 1 AS one", parameters: [1]) { columns } }', "BAD_QUERY", ""),
        ('{ cypher(statement: "CREATE (n) RETURN n") { columns } }', "STATEMENT_REFUSED", ""),
        ("{ nothing }", "BAD_REQUEST", "nothing"),
        ("{ models { id ", "BAD_REQUEST", "Syntax Error"),
    ],
)
def test_an_error_carries_its_code_and_no_insides(api: Api, query: str, code: str, words: str) -> None:
    told, message = api.refusal(query)
    assert (told, words in message) == (code, True), f"{told}: {message}"
    assert "Traceback" not in message
    assert 'File "' not in message


def test_an_ambiguous_group_lists_its_candidates(api: Api) -> None:
    _, message = api.refusal(f'{{ classes({M}, group: "car") {{ totalCount }} }}')
    candidates = [row["wnid"] for row in api.database.run("groups", model=MODEL) if row["name"] == "car"]
    assert len(candidates) > 1
    assert all(wnid in message for wnid in candidates)
    assert api.ask(f'{{ classes({M}, group: "{candidates[0]}") {{ totalCount }} }}')["classes"]["totalCount"] > 0


def test_an_error_in_one_answer_cancels_no_other(api: Api) -> None:
    both = f"imageClass({M}, index: 294)"
    data, errors = api.post(
        f"{{ bad: {both} {{ groups {{ name }} similar(first: -1) {{ similarity }} }}"
        f"  good: {both} {{ groups {{ name }} }} }}"
    )
    assert [error.path[0] for error in errors] == ["bad"]
    assert data["bad"] is None
    assert "bear" in [group["name"] for group in data["good"]["groups"]]


def nested(depth: int) -> str:
    inner = "index"
    for _ in range(depth):
        inner = f"similar(first: 1) {{ imageClass {{ {inner} }} }}"
    return f"{{ imageClass({M}, index: 0) {{ {inner} }} }}"


def test_hostile_queries_are_refused_before_they_cost_anything(api: Api, counting: CountingStore) -> None:
    aliases = " ".join(f"a{number}: models {{ id }}" for number in range(60))
    long = "{ models { " + "id " * 5000 + "} }"
    for query in (nested(20), f"{{ {aliases} }}", long):
        _, errors = api.post(query, counting)
        assert errors
        assert {error.extensions["code"] for error in errors} == {"BAD_REQUEST"}
    assert counting.asked == Counter()
    assert api.ask(nested(2))


MANY = ", ".join(f'"{MODEL}/{index}"' for index in range(30))


@pytest.mark.parametrize(
    "field, cost",
    [
        (f"compare({M}, classes: [0, 1, 2], operation: UNION) {{ layers {{ layer }} }}", 3),
        (f"motifs({M}, classes: [294, 295], against: {{classes: [296]}}) {{ totalCount }}", 3),
        (f"classes({M}, first: 1) {{ totalCount }}", 10),
        ('storedQuery(name: "models") { rows }', 25),
        (f'storedQuery(name: "classes_by_id", parameters: {{classes: [{MANY}]}}) {{ rows }}', 30),
    ],
)
def test_what_is_asked_again_and_again_under_other_names_counts_as_often(
    api: Api, monkeypatch: pytest.MonkeyPatch, field: str, cost: int
) -> None:
    monkeypatch.setattr("graphql_api.context.MOST_QUERIES", 2 * cost)
    data, errors = api.post("{ " + " ".join(f"a{number}: {field}" for number in range(2)) + " }")
    assert (data is not None, errors) == (True, [])
    _, errors = api.post("{ " + " ".join(f"a{number}: {field}" for number in range(3)) + " }")
    assert {error.extensions["code"] for error in errors} == {"STORE_BUSY"}


def test_pages_of_motifs_go_together_or_are_refused(api: Api) -> None:
    asked = f'motifs({M}, group: "bear", minSupport: %s, first: 2, after: %s)'
    page = asked + " { pageInfo { endCursor } nodes { logP } }"
    whole = api.ask("{ " + page.replace("first: 2", "first: 4") % (1, "null") + " }")["motifs"]["nodes"]
    first = api.ask("{ " + page % (1, "null") + " }")["motifs"]
    after = f'"{first["pageInfo"]["endCursor"]}"'
    assert first["nodes"] + api.ask("{ " + page % (1, after) + " }")["motifs"]["nodes"] == whole
    code, message = api.refusal("{ " + page % (0.6, after) + " }")
    assert code == "BAD_QUERY" and "ask for the first page again" in message
    assert api.refusal("{ " + page % (1, '"YWZ0ZXIgMg=="') + " }")[0] == "BAD_QUERY"  # without its search


def test_two_groups_of_one_name_at_once_are_one_group(database: Database) -> None:
    async def both() -> list[Any]:
        keep = (keep_group(database.store, "sample", "twice", classes) for classes in ([0], [1]))
        return await asyncio.gather(*keep, return_exceptions=True)

    for _ in range(5):
        kept, refused = sorted(database.await_(both()), key=lambda each: isinstance(each, Exception))
        assert isinstance(refused, QueryError) and "has a group 'twice' already" in str(refused)
        assert [row for row in database.run("groups", model="sample") if row["name"] == "twice"] == [kept]

        async def remove(id: str = kept["id"]) -> list[bool]:
            return list(await asyncio.gather(*(remove_group(database.store, "sample", id) for _ in range(2))))

        assert sorted(database.await_(remove())) == [False, True]


def test_names_hold_the_words_that_are_searched(api: Api) -> None:
    names = api.ask(NAMES_OF)["model"]["suggestedNames"]
    assert api.ask(NAMES_OF.replace("(search", "(first: 2, search"))["model"]["suggestedNames"] == names[:2]
    assert {"name": "fish / aquatic vertebrate", "channel": {"id": f"{MODEL}/mixed4e/346"}} in names
    assert all("fish" in each["name"] and "aquatic" in each["name"] for each in names)


def test_a_place_is_that_of_a_graph_by_activation(api: Api) -> None:
    named = f'attributionGraph(score: ACTIVATION) {{ place(channel: "{MODEL}/mixed4d/188") {{ rank }} }}'
    query = f'{{ imageClass(model: "{MODEL}", index: 294) {{ {named} }} }}'

    assert api.ask(query)["imageClass"]["attributionGraph"]["place"] is None  # the American black bear has it
