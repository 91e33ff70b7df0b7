"""The contract of a stored query is compared with its statement, and with what a caller gives."""

from pathlib import Path
from typing import Any

import pytest

from queries.errors import QueryError
from queries.library import StoredQuery, has_type, load_library, read_query

HEADER = "// about:   Channels of a layer.\n// params:  layer: string, limit: int\n// returns: channel: string\n"
STATEMENT = "MATCH (c:Channel {layer: $layer})\nRETURN c.id AS channel\nORDER BY channel\nLIMIT $limit\n"


def stored(folder: Path, text: str, mode: str = "read", name: str = "channels") -> StoredQuery:
    path = folder / mode / f"{name}.cypher"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return read_query(path, name, mode)


def test_a_file_whose_header_and_statement_agree_is_a_query_with_its_contract(tmp_path: Path) -> None:
    query = stored(tmp_path, HEADER + "// units:   none\n// example: layer=mixed4d limit=3\n" + STATEMENT)

    assert (query.name, query.mode, query.about) == ("channels", "read", "Channels of a layer.")
    assert query.params == {"layer": "string", "limit": "int"}
    assert query.returns == {"channel": "string"}
    assert query.example == {"layer": "mixed4d", "limit": 3}
    assert query.text == STATEMENT.strip()


def test_a_header_line_may_go_on_in_the_next(tmp_path: Path) -> None:
    header = HEADER.replace("string, limit", "string,\n//          limit")
    assert stored(tmp_path, header + STATEMENT).params == {"layer": "string", "limit": "int"}


@pytest.mark.parametrize(
    "old, new, complaint",
    [
        (", limit: int", "", "declares params ['layer'] but uses ['layer', 'limit']"),
        ("limit: int", "limit: int, model: string", "declares params ['layer', 'limit', 'model'] but uses"),
        ("channel: string\n", "channel: string, layer: string\n", "declares returns ['channel', 'layer'] but returns"),
        ("AS channel\n", "AS channel, c.index AS index\n", "returns ['channel', 'index']"),
        ("RETURN c.id AS channel\nORDER BY channel\n", "// nothing\n", "declares returns ['channel'] but returns []"),
        ("// about:   Channels of a layer.\n", "", "the header lacks ['about']"),
        ("// returns: channel: string\n", "", "the header lacks ['returns']"),
        ("limit: int", "limit: number", "'limit: number' is not `name: type`"),
        ("limit: int", "limit", "'limit' is not `name: type`"),
    ],
)
def test_a_file_whose_header_and_statement_differ_is_refused_by_name(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    text = (HEADER + STATEMENT).replace(old, new)
    with pytest.raises(QueryError) as refusal:
        stored(tmp_path, text)
    assert complaint in str(refusal.value)
    assert "channels.cypher" in str(refusal.value)


def test_a_parameter_in_a_comment_is_not_used(tmp_path: Path) -> None:
    assert stored(tmp_path, HEADER + STATEMENT.replace("\nLIMIT", " // of $model\nLIMIT")).params.keys() == {
        "layer",
        "limit",
    }


def test_a_variant_stands_beside_its_query_and_keeps_its_contract(tmp_path: Path) -> None:
    stored(tmp_path, HEADER + STATEMENT)
    stored(tmp_path, HEADER + STATEMENT.replace("c.id", "gds.util.name(c)"), name="channels.gds")

    query = load_library(tmp_path)["channels"]
    assert list(query.variants) == ["gds"]
    assert "gds.util" in query.variants["gds"]
    assert "gds.util" not in query.text


@pytest.mark.parametrize(
    "name, header", [("alone.gds", HEADER), ("channels.gds", HEADER.replace("channel: string", "channel: int"))]
)
def test_a_variant_without_its_query_or_with_another_contract_is_refused(
    tmp_path: Path, name: str, header: str
) -> None:
    stored(tmp_path, HEADER + STATEMENT)
    stored(tmp_path, header + STATEMENT, name=name)

    with pytest.raises(QueryError, match=r"a variant needs .* with the same params and returns next to it"):
        load_library(tmp_path)


def test_an_unknown_query_is_answered_with_the_nearest(tmp_path: Path) -> None:
    stored(tmp_path, HEADER + STATEMENT)
    library = load_library(tmp_path)

    assert "chanels" not in library
    with pytest.raises(QueryError, match="no stored query is called 'chanels'; did you mean channels"):
        library["chanels"]


def test_the_library_of_the_project_loads_and_every_read_is_ordered() -> None:
    library = load_library()

    assert {query.mode for query in library.values()} == {"read", "write", "schema"}
    unordered = {query.name for query in library.of_mode("read") if "ORDER BY" not in query.text}
    of_one_row = {
        *("channel_graph_state", "graph_origin", "influence_total", "model_run", "model_scale", "old_influences"),
        *(
            "channel_elsewhere",
            "count_annotations",
            "pagerank_before",
            "output_origin",
            "picture_folder",
            "scored_graph",
            "subset_graph",
        ),
    }
    assert unordered == of_one_row


@pytest.fixture
def query(tmp_path: Path) -> StoredQuery:
    return stored(
        tmp_path,
        "// about:   Every type.\n"
        "// params:  s: string, i: int, f: float, b: bool, n: string?, ss: list<string>, ii: list<int>, m: map\n"
        "// returns: one: int\n"
        "RETURN $s + $i + $f + $b + $n + $ss + $ii + $m AS one\n",
    )


GIVEN: dict[str, Any] = {
    "s": "a",
    "i": 1,
    "f": 0.5,
    "b": True,
    "n": None,
    "ss": ["a"],
    "ii": [1],
    "m": {"key": [1]},
}


@pytest.mark.parametrize("name, value", [("f", 1), ("n", "x"), ("ss", []), ("i", 2**63 - 1), ("i", -(2**63))])
def test_parameters_of_the_declared_types_are_taken(query: StoredQuery, name: str, value: Any) -> None:
    query.check({**GIVEN, name: value})


@pytest.mark.parametrize(
    "name, value",
    [
        ("s", 1),
        ("s", None),
        ("i", 1.0),
        ("i", True),
        ("i", 2**63),  # no database holds it
        ("f", "0.5"),
        ("f", True),
        ("b", 1),
        ("n", 1),
        ("ss", "a"),
        ("ss", ["a", 1]),
        ("ii", [1, None]),
        ("m", []),
    ],
)
def test_a_parameter_of_another_type_is_refused_by_name(query: StoredQuery, name: str, value: Any) -> None:
    with pytest.raises(QueryError, match=rf"channels: {name} is .*; expected {query.params[name]}".replace("?", r"\?")):
        query.check({**GIVEN, name: value})


def test_missing_and_unknown_parameters_are_named_together(query: StoredQuery) -> None:
    given = {**GIVEN, "limits": 3}
    del given["i"]
    with pytest.raises(QueryError, match=r"channels: missing \['i'\], unknown \['limits'\]; expected"):
        query.check(given)


def test_words_of_a_command_line_become_the_declared_types(query: StoredQuery) -> None:
    words = {"s": "1", "i": "1", "f": "1", "b": "true", "n": "null", "ss": "a, b", "ii": "[1, 2]", "m": '{"k": 1}'}

    parsed = query.parse(words)

    assert parsed == {"s": "1", "i": 1, "f": 1, "b": True, "n": None, "ss": ["a", "b"], "ii": [1, 2], "m": {"k": 1}}
    query.check(parsed)


@pytest.mark.parametrize(
    "name, word", [("i", "one"), ("i", "1.5"), ("i", "1e400"), ("b", "yes"), ("ii", "1,two"), ("m", "[1]"), ("f", "")]
)
def test_a_word_that_does_not_read_as_its_type_is_refused(query: StoredQuery, name: str, word: str) -> None:
    with pytest.raises(QueryError, match="cannot be read as"):
        query.parse({name: word})


def test_an_unknown_word_is_kept_for_the_check_to_name(query: StoredQuery) -> None:
    assert query.parse({"lim": "3"}) == {"lim": "3"}


def test_a_list_of_lists_of_a_type_is_judged_at_its_bottom() -> None:
    assert has_type([[1], []], "list<list<int>>")
    assert not has_type([[1], ["a"]], "list<list<int>>")


def test_a_set_is_a_list_whose_order_means_nothing(tmp_path: Path) -> None:
    path = tmp_path / "some.cypher"
    path.write_text(
        "// about:   x\n// params:  none\n// returns: ii: set<int>, jj: list<int>\nRETURN [2, 1] AS ii, [2, 1] AS jj"
    )
    query = read_query(path, "some", "read")

    assert query.ordered({"ii": [2, 1], "jj": [2, 1]}) == {"ii": [1, 2], "jj": [2, 1]}
    assert has_type([2, 1], query.returns["ii"])
    assert not has_type(["a"], query.returns["ii"])
