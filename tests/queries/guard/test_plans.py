"""What a plan is judged by: steps, procedures, functions and databases that are on a list."""

import pytest

from queries.guard.plans import ARCADEDB_STEPS, NEO4J_STEPS, PROCEDURES, Step, judge, read_plan


def arcadedb(*lines: str) -> Step:
    text = "OpenCypher Native Execution Plan\n=====\n\nExecution Plan:\n" + "\n".join(lines)
    return read_plan({"operatorType": "ArcadeDB.OpenCypher.Plan", "args": {"string-representation": text}})


def neo4j(name: str, details: str = "", database: str = "neo4j") -> Step:
    leaf = {"operatorType": f"{name}@{database}", "args": {"Details": details}, "children": []}
    return read_plan({"operatorType": "ProduceResults@neo4j", "args": {}, "children": [leaf]})


@pytest.mark.parametrize(
    "name", ["AllNodesScan", "Expand(All)", "VarLengthExpand(Pruning,BFS,All)", "Repeat(All, Trail)"]
)
def test_steps_that_read_are_allowed_in_all_their_variants(name: str) -> None:
    assert judge(neo4j(name), "neo4j") is None


@pytest.mark.parametrize(
    "name", ["Create", "SetProperty", "LoadCSV", "TransactionForeach", "ShowSettings", "NewInNeo4j7"]
)
def test_a_step_that_is_not_on_the_list_is_refused_by_name(name: str) -> None:
    assert f"the step '{name}'" in str(judge(neo4j(name), "neo4j"))


def test_no_step_that_writes_is_on_a_list() -> None:
    writes = (
        "create",
        "delete",
        "detach",
        "set",
        "merge",
        "locking",
        "remove",
        "foreach",
        "load",
        "drop",
        "transaction",
    )
    for name in [*NEO4J_STEPS, *ARCADEDB_STEPS]:
        assert not name.lower().removeprefix("optional ").startswith(writes), name


def test_procedures_are_allowed_by_name() -> None:
    assert judge(neo4j("ProcedureCall", "db.labels() :: (label :: STRING)"), "neo4j") is None
    assert judge(neo4j("ProcedureCall", "`db`.`labels`() :: (label :: STRING)"), "neo4j") is None
    assert judge(arcadedb("+ CALL db.labels() YIELD 1 fields"), "") is None

    assert "dbms.listConfig" in str(judge(neo4j("ProcedureCall", "dbms.listConfig() :: (name :: STRING)"), "neo4j"))
    assert "apoc.util.sleep" in str(judge(arcadedb("+ CALL apoc.util.sleep(1 args)"), ""))
    assert "algo.pagerank" in str(judge(arcadedb("+ OPTIONAL CALL algo.pagerank(0 args) YIELD 2 fields"), ""))


def test_no_procedure_on_the_list_is_of_a_plug_in_other_than_ours() -> None:
    others = PROCEDURES - {"summit.personalizedPageRank", "summit.attributionGraph"}
    assert all(name.startswith("db.") and "create" not in name.lower() for name in others) and others != PROCEDURES


def test_functions_of_plug_ins_are_refused_wherever_they_stand() -> None:
    project = "n.x AS x, gds.graph.project($autostring_0, a, b) AS g"
    assert "gds.graph.project" in str(judge(neo4j("EagerAggregation", project), "neo4j"))
    assert "apoc.cypher.runFirstColumn" in str(
        judge(neo4j("Filter", "1 + apoc.cypher.runFirstColumn($q) > 2"), "neo4j")
    )
    assert "gds.graph.project" in str(judge(neo4j("Projection", "`gds`.graph.`project`(a) AS g"), "neo4j"))
    assert (
        judge(
            neo4j("Filter", "date.truncate($unit, a.day) = a.n AND size(keys(a)) > point.distance(a.p, b.p)"), "neo4j"
        )
        is None
    )


def test_another_database_is_refused() -> None:
    assert "'system'" in str(judge(neo4j("AllNodesScan", database="system"), "neo4j"))


def test_every_line_of_an_arcadedb_plan_is_a_step_or_prose() -> None:
    plan = arcadedb(
        "+ MATCH NODE (a:A)", "OrderByStep", "  + OPTIONAL MATCH (variables: b)", "Total Estimated Rows: 4", ""
    )
    assert [step.name for step in plan.children] == ["MATCH NODE", "OrderByStep", "OPTIONAL MATCH"]
    assert judge(plan, "") is None


@pytest.mark.parametrize(
    "line", ["+ CREATE", "+ LOAD CSV FROM 'x' AS l", "+ WITHOUT", "VacuumStep", "    + SET a.x = 1"]
)
def test_a_line_that_begins_otherwise_is_refused(line: str) -> None:
    assert "not on the list" in str(judge(arcadedb("+ MATCH NODE (a:A)", line), ""))


def test_subqueries_are_allowed_but_not_with_transactions_of_their_own() -> None:
    assert judge(arcadedb("+ CALL SUBQUERY { ... }"), "") is None
    assert "transactions" in str(judge(arcadedb("+ CALL SUBQUERY { ... } IN TRANSACTIONS"), ""))


def test_a_quoted_line_break_can_only_add_steps() -> None:
    text = "+ PROJECT RETURN 'x\n+ CREATE'\n+ CREATE"
    assert [step.name for step in arcadedb(text).children] == ["PROJECT", "CREATE'", "CREATE"]
