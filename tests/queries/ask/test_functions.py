"""Functions asked by name, as `summit query` and the API ask them."""

import math
from typing import Any

import pytest

from queries.ask.checks import checked_parameters
from queries.ask.functions import ask_table, readable
from queries.errors import GraphError, NotFound, QueryError
from queries.library import StoredQuery
from queries.records import Table, class_id
from queries.values import MOST_COUNT
from tests.conftest import MODEL, Database

BEARS, CATS = [294, 295, 296, 297], [281, 282, 283, 284, 285]
WALK: dict[str, Any] = {"class": f"{MODEL}/294", "damping": 0.85, "tolerance": 1e-9, "steps": 100}
LIMITED = [query for query in readable().values() if "limit" in query.params]
BETWEEN: dict[str, Any] = {"lower": "mixed4a", "upper": "mixed5b", "neighbours": 3, "limit": 20}
MOTIFS: dict[str, Any] = {"model": MODEL, "shape": "CLOSED", "share": 0.5, "seconds": 10, "limit": 10_000}


def ask(database: Database, query: str, **parameters: Any) -> Table:
    return database.await_(ask_table(database.store, query, parameters))


def ids(indexes: list[int]) -> list[str]:
    return [class_id(MODEL, index) for index in indexes]


def test_a_group_is_its_wnid_its_name_or_its_classes(arcadedb: Database) -> None:
    by_wnid, by_name, ad_hoc = (
        ask(arcadedb, "motifs", **MOTIFS, group=group).rows for group in ("n02131653", "bear", "297, 294,295,296")
    )
    assert by_wnid == by_name == ad_hoc


@pytest.mark.parametrize("query", LIMITED, ids=lambda query: query.name)
def test_the_largest_limit_gives_every_row_and_a_larger_one_is_refused(query: StoredQuery, database: Database) -> None:
    """ArcadeDB cuts LIMIT to 32 bits: 4294967297 was one row, and 2147483647 an error."""
    every = ask(database, query.name, **{**query.example, "limit": MOST_COUNT}).rows
    assert every == ask(database, query.name, **{**query.example, "limit": 1_000_000}).rows
    for limit in (MOST_COUNT + 1, 2**32 + 1):
        with pytest.raises(QueryError, match=f"{query.name}: limit is {limit}; expected a whole number up to 2,147,"):
            ask(database, query.name, **{**query.example, "limit": limit})


def test_without_a_group_all_classes_are_mined(arcadedb: Database) -> None:
    parameters = MOTIFS | {"share": 0.1}
    assert len(ask(arcadedb, "motifs", **parameters).rows) == 561
    assert ask(arcadedb, "motifs", **parameters, group=None).note is None


def test_a_search_that_its_time_ends_gives_what_it_found_and_goes_on_from_its_cursor(arcadedb: Database) -> None:
    whole_answer = ask(arcadedb, "motifs", **MOTIFS, group="mammal")
    parts = [ask(arcadedb, "motifs", **MOTIFS | {"seconds": 1e-9}, group="mammal")]
    while parts[-1].cursor:
        assert "stopped at the limit of" in str(parts[-1].note)
        parts.append(ask(arcadedb, "motifs", **MOTIFS | {"seconds": 1e-3}, group="mammal", cursor=parts[-1].cursor))
    assert len(parts) > 1
    assert len(parts[0].rows) == 1
    rows = [row for part in parts for row in part.rows]
    assert sorted(map(str, rows)) == sorted(map(str, whole_answer.rows))


def test_chains_have_the_length_asked_for(arcadedb: Database) -> None:
    for length in (2, 5, 9):
        table = ask(arcadedb, "motifs", **MOTIFS | {"shape": "CHAIN", "share": 0.75}, group="bear", length=length)
        rows = arcadedb.run("motif_chains", classes=ids(BEARS), length=length, min_support=3, limit=100_000)
        assert {(tuple(row[0]), row[2]) for row in table.rows} == {(tuple(r["sources"]), r["support"]) for r in rows}


def test_a_chain_of_one_channel_is_none(arcadedb: Database) -> None:
    assert arcadedb.run("motif_chains", classes=ids(BEARS), length=1, min_support=2, limit=10) == []


def test_motifs_that_the_other_group_has_too_are_left_out(arcadedb: Database) -> None:
    question = MOTIFS | {"group": "bear", "against": "dog"}
    every, rare = (ask(arcadedb, "contrasted_motifs", **question, rare=rare) for rare in (None, 0.0))
    against = every.columns.index("against")
    assert 0 < len(rare.rows) < len(every.rows)
    assert rare.rows == [row for row in every.rows if row[against] == 0]


def test_the_difference_of_large_groups_is_that_of_their_classes(arcadedb: Database) -> None:
    inside, outside = range(200), range(200, 400)
    groups = {name: ",".join(map(str, group)) for name, group in (("group", inside), ("against", outside))}
    table = ask(arcadedb, "group_difference_edges", model=MODEL, **groups, limit=50)
    rows = arcadedb.run("difference_edges", classes=ids([*inside, *outside]), first=200, limit=50)
    for mine, row in zip(table.rows, rows, strict=True):
        assert mine[:2] == [row["source"], row["target"]]
        assert mine[2:] == pytest.approx([row["first"], row["second"], row["difference"]])


@pytest.mark.parametrize("kind", ["channels", "edges"])
def test_the_difference_of_two_groups_is_that_of_their_classes(kind: str, arcadedb: Database) -> None:
    table = ask(
        arcadedb, f"group_difference_{kind}", model=MODEL, group="bear", against="281,282,283,284,285", limit=50
    )
    rows = arcadedb.run(f"difference_{kind}", classes=ids(BEARS + CATS), first=4, limit=50)
    assert table.rows == [list(row.values()) for row in rows]


def test_a_class_of_both_groups_counts_for_the_first(arcadedb: Database) -> None:
    question = {"model": MODEL, "group": "bear", "limit": 50}
    assert (
        ask(arcadedb, "group_difference_channels", **question, against="281,282,283,284,285,294").rows
        == ask(arcadedb, "group_difference_channels", **question, against="281,282,283,284,285").rows
    )


def test_the_classes_of_a_group_that_move_are_those_of_the_stored_query(arcadedb: Database) -> None:
    table = ask(arcadedb, "moving_classes_of_model", model=MODEL, **BETWEEN, group=",".join(map(str, BEARS + CATS)))
    rows = arcadedb.run("moving_classes", classes=ids(BEARS + CATS), **BETWEEN)
    answers = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert answers == [{**row, "lower": "mixed4a", "upper": "mixed5b"} for row in rows]


@pytest.mark.parametrize(
    "query, parameters, problem, words",
    [
        ("motifs", MOTIFS | {"limit": -1}, QueryError, "motifs: limit is -1; expected 0 to"),
        ("motifs", MOTIFS | {"seconds": math.nan}, QueryError, "motifs: seconds is nan; expected float"),
        ("motifs", MOTIFS | {"seconds": math.inf}, QueryError, "seconds is inf"),
        ("motifs", MOTIFS | {"seconds": 0}, QueryError, "seconds is 0; expected above 0, at most 60"),
        ("motifs", MOTIFS | {"seconds": 61}, QueryError, "seconds is 61; expected above 0, at most 60"),
        ("motifs", MOTIFS | {"share": 50}, QueryError, "expected a number from 0 to 1"),
        ("motifs", MOTIFS | {"shape": "STAR"}, QueryError, "shape is 'STAR'; expected one of CLOSED"),
        ("motifs", MOTIFS | {"shape": "CHAIN", "length": 1}, QueryError, "a chain has at least 2 channels"),
        ("motifs", MOTIFS | {"shape": "CHAIN", "length": 0}, QueryError, "length is 0; a chain has at least 2"),
        (
            "motifs",
            MOTIFS | {"shape": "CHAIN", "cursor": "x"},
            QueryError,
            "with CLOSED and MAXIMAL motifs, not with CHAIN",
        ),
        ("motifs", MOTIFS | {"cursor": "x.1"}, QueryError, "belongs to another search"),
        ("motifs", MOTIFS | {"group": "car"}, QueryError, r"name one by its wnid: n0\d+ \(10 classes\), n0"),
        ("motifs", MOTIFS | {"group": "294,1000"}, NotFound, "has no class 1000"),
        ("motifs", MOTIFS | {"model": "vgg"}, NotFound, "no model 'vgg'"),
        ("motifs", MOTIFS | {"channel": f"{MODEL}/mixed4d/999"}, NotFound, "has no channel"),
        ("motifs", MOTIFS | {"channel": "vgg/mixed4d/431"}, NotFound, f"model {MODEL} has no channel 'vgg/"),
        (
            "motif_baseline",
            {"model": MODEL, "group": "bear", "share": 0.5, "draws": 10**6, "seed": 0},
            QueryError,
            "draws",
        ),
        (
            "class_edges",
            {"class": "294"},
            NotFound,
            "no class is called '294'; a class is named <model>",
        ),
        ("class_edges", {"class": f"{MODEL}/mixed4d/431"}, NotFound, "no class is called"),
        ("class_edges", {"class": "vgg/294"}, NotFound, f"no model 'vgg' in the database; it holds .*{MODEL}"),
        ("channel_classes", {"channel": f"{MODEL}/294", "limit": 3}, NotFound, "no channel is called"),
        ("similar_classes", {"class": f"{MODEL}/294", "layer": "mixed9", "limit": 3}, NotFound, "no layer 'mixed9'"),
        ("layer_counts", {"model": MODEL, "layer": "mixed9"}, NotFound, "no layer 'mixed9'"),
        (
            "motif_chains",
            {"classes": ids(BEARS), "length": 1, "min_support": 2, "limit": 3},
            QueryError,
            "at least 2 channels",
        ),
        ("motif_chains", {"classes": ids(BEARS), "length": 65, "min_support": 2, "limit": 3}, QueryError, "0 to 64"),
        (
            "compared_edges",
            {"classes": ids(BEARS), "operation": "AT_LEAST", "at_least": 5},
            QueryError,
            "at_least is 5; expected 1 to 4, the number of classes",
        ),
        ("compared_edges", {"classes": [], "operation": "AT_LEAST", "at_least": 1}, QueryError, "classes is empty"),
        ("personalized_pagerank", {**WALK, "damping": 1}, QueryError, "damping is 1; expected 0 to less than 1"),
        ("personalized_pagerank", {**WALK, "tolerance": -1}, QueryError, "tolerance is -1; expected a number above 0"),
        (
            "extract_attribution_graph",
            {"class": f"{MODEL}/294", "threshold": 7.5, "unified": False, "step": 0, "dead_ends": True},
            QueryError,
            "step is 0; expected above 0 and at most 100",
        ),
        (
            "personalized_pagerank",
            {**WALK, "score": "r"},
            QueryError,
            "score is 'r'; expected activation or attr",
        ),
        ("personalized_pagerank", {**WALK, "score": "attribution"}, NotFound, f"class {MODEL}/294 has no attribution"),
        ("class_edges", {"class": "\ud800"}, QueryError, "parameter 'class': .* half a character"),
        (
            "difference_edges",
            {"classes": ids(BEARS), "first": 0, "limit": 3},
            QueryError,
            "first is 0; expected at least 1",
        ),
        (
            "difference_channels",
            {"classes": ids(BEARS), "first": 4, "limit": 3},
            QueryError,
            "fewer than the 4",
        ),
        ("difference_channels", {"classes": ids([294, 294]), "first": 1, "limit": 3}, QueryError, "/294' twice"),
        ("separating_channels", {"classes": [], "others": ids(BEARS), "limit": 3}, QueryError, "classes is empty"),
        ("separating_channels", {"classes": ids(BEARS), "others": [], "limit": 3}, QueryError, "others has no class"),
        (
            "separating_edges",
            {"classes": ids(BEARS), "others": ids(BEARS[1:]), "min_support": 1, "limit": 3},
            QueryError,
            "nothing is left to compare with",
        ),
        ("layer_overlap", {"classes": ids([294, 1000])}, NotFound, f"called '{MODEL}/1000'"),
        (
            "compared_edges",
            {"classes": ids(BEARS), "operation": "MINUS", "at_least": 1},
            QueryError,
            "operation is 'MINUS'; expected one of INTERSECTION",
        ),
        ("group_channels", {"group": f"{MODEL}/n9", "limit": 3}, NotFound, f"called '{MODEL}/n9'"),
        ("common_channels", {"model": "vgg", "limit": 3}, NotFound, "no model 'vgg'"),
        (
            "pagerank_before",
            {"class": "sample/0", "channel": f"{MODEL}/mixed4d/431"},
            QueryError,
            f"pagerank_before: the ids are of several models .sample, {MODEL}.; name those of one model",
        ),
        ("moving_classes", BETWEEN | {"classes": [f"{MODEL}/0", "sample/0"]}, QueryError, "ids are of several"),
        ("similarity_by_layer", {"class": "sample/0", "other": f"{MODEL}/0"}, QueryError, "ids are of several models"),
        ("common_channels", {"model": MODEL, "limit": -3}, QueryError, "limit is -3"),
    ],
)
def test_a_question_without_an_answer_says_why(
    query: str, parameters: dict[str, Any], problem: type[GraphError], words: str, arcadedb: Database
) -> None:
    with pytest.raises(problem, match=words):
        ask(arcadedb, query, **parameters)


def test_an_answer_may_be_empty_where_everything_asked_about_is_there(arcadedb: Database) -> None:
    assert ask(arcadedb, "motif_edges", classes=ids(BEARS), min_support=5, limit=3).rows == []
    assert ask(arcadedb, "group_channels", group=f"{MODEL}/n02131653", limit=0).rows == []


def test_what_may_be_null_may_be_left_out(arcadedb: Database) -> None:
    question = {"class": class_id(MODEL, 294), "limit": 3}
    assert checked_parameters(arcadedb.store.library["similar_classes"], question) == question | {"layer": None}
    assert (
        ask(arcadedb, "similar_classes", **question).rows
        == ask(arcadedb, "similar_classes", **question, layer=None).rows
    )


def test_each_id_has_rows_of_its_own_whatever_its_model(arcadedb: Database) -> None:
    both = ask(arcadedb, "classes_by_id", classes=[class_id(MODEL, 294), "sample/0"])
    assert {row[0] for row in both.rows} == {class_id(MODEL, 294), "sample/0"}


def test_of_a_model_that_is_not_there_no_group_is_missed(arcadedb: Database) -> None:
    with pytest.raises(NotFound, match="no model 'vgg' in the database"):
        ask(arcadedb, "motifs", **MOTIFS | {"model": "vgg"}, group="bear")
