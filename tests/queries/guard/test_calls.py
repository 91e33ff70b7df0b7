"""What a statement calls, read from its words: nothing hides in comments, texts, quoted names or odd spaces."""

import re

import pytest

from queries.guard.calls import hidden_call
from queries.library import StoredQuery, load_library
from tests.conftest import ROOT

COOKBOOK = re.findall(r"```cypher\n(.*?)```", (ROOT / "docs" / "cypher.md").read_text(), re.DOTALL)


@pytest.mark.parametrize(
    "statement",
    [
        "CALL db.labels() YIELD label RETURN label",
        "OPTIONAL CALL db . labels ( ) YIELD label RETURN label",
        "CALL `db`.`labels`() YIELD label RETURN label",
        "CALL { RETURN 1 AS one } RETURN one",
        "CALL (x)\n // aside\n /* and aside */ {\n RETURN 1 AS one } RETURN one",
        "RETURN 'CALL do.when(1)' AS text, \"CALL it's\" AS other // CALL do.when(1)",
        "RETURN 'it\\'s CALL do.when(1)' AS text /* CALL do.when(1) */",
        "RETURN n.`call` AS `call`, n.recall AS recalled, calls AS calls",
        "RETURN date.truncate('day', d) AS d, point.distance(a.p, b.p) AS far, size(n.list[1..size(x)]) AS n",
    ],
)
def test_subqueries_and_open_procedures_and_functions_pass(statement: str) -> None:
    assert hidden_call(statement) is None


@pytest.mark.parametrize("statement", COOKBOOK)
def test_the_cookbook_passes(statement: str) -> None:
    assert hidden_call(statement) is None


@pytest.mark.parametrize("query", load_library().of_mode("read"), ids=lambda query: query.name)
def test_stored_queries_pass(query: StoredQuery) -> None:
    assert hidden_call(query.text) is None


@pytest.mark.parametrize(
    "call",
    [
        "CALL do.when(true, 'x', '', {}) YIELD value",
        "caLL\n/**/do . /* x */ when (true, 'x', '', {}) YIELD value",
        "CALL`do`.`when`(true) YIELD value",
        "CALL`do.when`YIELD value",
        "CALL do.when YIELD value",
        "CALL\u00a0do.when() YIELD value",
        "WITH 1 AS x WHERE x < 1e5CALL do.when() YIELD value",
        "WITH 1 AS x WHERE x < 0o7CALL do.when() YIELD value",
        "WITH 'a' AS x WHERE x = 'b'CALL do.when() YIELD value",
        "/* ' */ CALL do.when() YIELD value WITH value /* ' */",
        "// it's\nCALL do.when() YIELD value // '",
        "// it's\rCALL do.when() YIELD value // '",
        'WITH "\' /* " AS x CALL do.when() YIELD value WITH value // */',
        "WITH '\\\\' AS x CALL do.when() YIELD value // '",
    ],
)
@pytest.mark.parametrize(
    "around", ["{}", "CALL () {{ {} RETURN 1 AS one }} RETURN one", "RETURN COUNT {{ {} RETURN 1 }}"]
)
def test_a_procedure_that_is_not_open_is_named(call: str, around: str) -> None:
    assert "calls the procedure do.when" in str(hidden_call(around.format(call)))


@pytest.mark.parametrize("call", ["util.sleep(9)", "`util` . `sleep`(9)", "`util.sleep`(9)", "apoc.util./**/sleep (9)"])
def test_a_function_that_is_not_open_is_named(call: str) -> None:
    assert re.search(r"calls the function (apoc\.)?util\.sleep", str(hidden_call(f"RETURN [x IN [1] | {call}] AS x")))


@pytest.mark.parametrize(
    "statement", ["RETURN 'open", 'RETURN "open', "RETURN `open", "RETURN \\u0043ALL", "RETURN 'a''b"]
)
def test_what_cannot_be_cut_up_is_refused(statement: str) -> None:
    assert "unmatched quote or backtick" in str(hidden_call(statement))


def test_a_word_call_that_calls_nothing_wants_backticks() -> None:
    assert "in backticks" in str(hidden_call("RETURN 1 AS call"))
