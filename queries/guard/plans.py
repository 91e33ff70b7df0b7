"""Whether a query plan only reads: the engines' names for their steps, and which of them are allowed.

The lists name what is allowed. Everything else is refused, so a new version of an engine can only refuse more.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from queries.records import Record


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEO4J_STEPS = words(
    """
    AllNodesScan NodeByLabelScan UnionNodeByLabelsScan IntersectionNodeByLabelsScan SubtractionNodeByLabelsScan
    DynamicLabelNodeLookup NodeByIdSeek NodeByElementIdSeek NodeIndexScan NodeIndexContainsScan NodeIndexEndsWithScan
    NodeIndexSeek NodeIndexSeekByRange NodeUniqueIndexSeek NodeUniqueIndexSeekByRange MultiNodeIndexSeek
    NodeFulltextIndexSearch NodeVectorIndexSearch NodeCountFromCountStore RelationshipCountFromCountStore

    DirectedAllRelationshipsScan DirectedRelationshipTypeScan DirectedUnionRelationshipTypesScan
    DynamicDirectedRelationshipTypeLookup DirectedRelationshipByIdSeek DirectedRelationshipByElementIdSeek
    DirectedRelationshipIndexScan DirectedRelationshipIndexContainsScan DirectedRelationshipIndexEndsWithScan
    DirectedRelationshipIndexSeek DirectedRelationshipIndexSeekByRange DirectedRelationshipUniqueIndexSeek
    DirectedRelationshipUniqueIndexSeekByRange DirectedRelationshipFulltextIndexSearch
    DirectedRelationshipVectorIndexSearch

    UndirectedAllRelationshipsScan UndirectedRelationshipTypeScan UndirectedUnionRelationshipTypesScan
    DynamicUndirectedRelationshipTypeLookup UndirectedRelationshipByIdSeek UndirectedRelationshipByElementIdSeek
    UndirectedRelationshipIndexScan UndirectedRelationshipIndexContainsScan UndirectedRelationshipIndexEndsWithScan
    UndirectedRelationshipIndexSeek UndirectedRelationshipIndexSeekByRange UndirectedRelationshipUniqueIndexSeek
    UndirectedRelationshipUniqueIndexSeekByRange UndirectedRelationshipFulltextIndexSearch
    UndirectedRelationshipVectorIndexSearch

    Expand OptionalExpand VarLengthExpand ShortestPath StatefulShortestPath Repeat BidirectionalRepeat
    PathPropagatingBFS ProjectEndpoints TriadicSelection TriadicBuild TriadicFilter

    Apply SemiApply AntiSemiApply LetSemiApply LetAntiSemiApply SelectOrSemiApply SelectOrAntiSemiApply
    LetSelectOrSemiApply LetSelectOrAntiSemiApply ConditionalApply AntiConditionalApply RollUpApply Optional
    CartesianProduct NodeHashJoin NodeLeftOuterHashJoin NodeRightOuterHashJoin ValueHashJoin ValueMergeJoin
    AssertSameNode AssertSameRelationship

    Argument EmptyRow EmptyResult ProduceResults Projection CacheProperties Unwind Filter Distinct OrderedDistinct Eager
    EagerAggregation OrderedAggregation Sort PartialSort Top PartialTop Top1WithTies Skip Limit Union OrderedUnion
    NonFuseable PreserveOrder ArgumentTracker NullifyMetadata
    """
)
SUBQUERY = "CALL SUBQUERY { ... }"
ARCADEDB_STEPS = (  # how a line of its plan may begin
    "AGGREGATION",
    SUBQUERY,
    "CONSTANT COUNT",
    "COUNT",
    "CartesianProduct",
    "DUMMY ROW",
    "EAGER",
    "EXPAND INTO",
    "EXPAND PATH",
    "ExpandAll",
    "ExpandInto",
    "FILTER WHERE",
    "FINAL PROJECTION",
    "Filter",
    "GAV ONE-HOP SCAN",
    "GAVExpandAll",
    "GAVExpandInto",
    "GAVFusedChain",
    "GROUP BY AGGREGATION",
    "INDEX SEEK",
    "IndexNestedLoopJoin",
    "LIMIT",
    "MATCH EDGE BY INDEX",
    "MATCH NODE",
    "MATCH RELATIONSHIP",
    "MAX",
    "MIN",
    "NodeByLabelDisjunctionIndexSeek",
    "NodeByLabelDisjunctionScan",
    "NodeByLabelScan",
    "NodeHashJoin",
    "NodeIndexRangeScan",
    "NodeIndexSeek",
    "NodeIndexUnionSeek",
    "OPTIMIZED MATCH",
    f"OPTIONAL {SUBQUERY}",
    "OPTIONAL MATCH",
    "OrderByStep",
    "PROJECT",
    "QUANTIFIED PATH",
    "SHORTEST PATH",
    "SINGLE ROW INPUT",
    "SKIP",
    "SUBQUERY SEED ROW",
    "TYPE COUNT OPTIMIZATION",
    "UNION",
    "UNWIND",
    "ValueHashJoin",
    "VarLengthExpand",
    "WITH",
    "ZERO-LENGTH PATH",
)
PROCEDURES = words(
    """
    db.labels db.relationshipTypes db.propertyKeys db.schema.visualization db.schema.nodeTypeProperties
    db.schema.relTypeProperties db.index.fulltext.queryNodes db.index.fulltext.queryRelationships
    db.index.vector.queryNodes db.index.vector.queryRelationships summit.personalizedPageRank
    summit.attributionGraph
    """
)
NAMESPACES = words(  # of functions with a dot in their name; those without one are built in and harmless
    "coll date datetime duration localdatetime localtime point string time uuid vector.similarity gds.util"
)

PROCEDURE_CALL = "ProcedureCall"
FUNCTION = re.compile(r"([a-z_]\w*(?:\.\w+)+)\(", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Step:
    """One operator of a plan.

    name      as the engine calls it, without its variant: "Expand" for Neo4j's "Expand(All)", "ProcedureCall" on both
    details   its arguments, in the engine's words
    database  the one it works in, "" if the engine does not say (ArcadeDB has one)
    """

    name: str
    details: str = ""
    database: str = ""
    children: tuple["Step", ...] = ()

    def walk(self) -> Iterator["Step"]:
        yield self
        for child in self.children:
            yield from child.walk()


def read_plan(plan: Record) -> Step:
    """The driver's plan as Steps, from either engine."""
    kind, arguments = plan["operatorType"], plan["args"]
    if kind == "ArcadeDB.OpenCypher.Plan":
        return Step("PROJECT", children=tuple(read_lines(arguments["string-representation"])))
    name, _, database = kind.partition("@")
    return Step(
        name.partition("(")[0],
        arguments.get("Details", ""),
        database,
        tuple(read_plan(child) for child in plan.get("children", ())),
    )


def read_lines(text: str) -> Iterator[Step]:
    """ArcadeDB's plan: one step per line, after a plus sign or by the name of its class; the rest is prose.

    A quoted string with a line break may look like another step. It can only add steps, never hide one.
    """
    for line in text.splitlines():
        found = re.match(r"\s*\+ (.*)", line) or re.match(r"\s*(\w+Step\b.*)", line)
        if found is None:
            continue
        words = found[1]
        name = next((name for name in ARCADEDB_STEPS if words.startswith(name)), None)
        if name is not None and not words[len(name) : len(name) + 1].isalpha():
            yield Step(name, words.removeprefix(name).strip())
        elif call := re.match(r"(?:OPTIONAL )?CALL (.*)", words):
            yield Step(PROCEDURE_CALL, call[1])
        else:
            yield Step(words)


def judge(plan: Step, home: str) -> str | None:
    """Why this plan does more than read the graph in the database `home`, or None if it only reads."""
    for step in plan.walk():
        expressions = step.details
        if step.database not in ("", home):
            return f"it goes to the database {step.database!r}, and only {home!r} is allowed"
        if step.name == PROCEDURE_CALL:
            procedure, _, expressions = step.details.replace("`", "").partition("(")
            if procedure not in PROCEDURES:
                return f"it calls the procedure {procedure}; allowed are {open_procedures()}"
        elif step.name not in NEO4J_STEPS and step.name not in ARCADEDB_STEPS:
            return f"its plan has the step {step.name[:80]!r}, which is not on the list of steps that only read"
        if step.name.endswith(SUBQUERY) and "IN TRANSACTIONS" in step.details:
            return "it opens its own transactions (IN TRANSACTIONS)"
        if step.database and (function := closed_function(expressions)):
            return (
                f"it calls the function {function}; of those with a dot in their name, allowed are {open_functions()}"
            )
    return None


def closed_function(details: str) -> str | None:
    """A function from a namespace that is not allowed, in an expression without strings, such as Neo4j renders it."""
    for name in FUNCTION.findall(details.replace("`", "")):
        if not any(name.startswith(f"{namespace}.") for namespace in NAMESPACES):
            return str(name)
    return None


def open_procedures() -> str:
    return ", ".join(sorted(PROCEDURES))


def open_functions() -> str:
    return ", ".join(f"{namespace}.*" for namespace in sorted(NAMESPACES))
