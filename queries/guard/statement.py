"""A user's statement before it runs: its form, what the database says it does, the mark by which it is found again."""

import re
from collections.abc import Mapping
from itertools import accumulate

from neo4j import READ_ACCESS, AsyncDriver, Query, ResultSummary
from neo4j.exceptions import Neo4jError

from queries.errors import StatementRefused, first_line
from queries.guard.bounds import wrapped_integer
from queries.guard.calls import hidden_call
from queries.guard.plans import judge, read_plan
from queries.values import half_character

SECONDS = 30.0  # for a statement, and for its explanation
BARE_PATTERN = "Pattern expressions are not allowed"  # says ArcadeDB of one that stands alone within RETURN EXISTS { }
LONGEST = 20_000  # characters of a statement; the longest stored query has under 3,000
DEEPEST = (("(", ")", 50), ("[", "]", 50), ("{", "}", 10))  # for twice as many, Neo4j's parser needs minutes


async def explain_and_judge(
    driver: AsyncDriver, database: str | None, home: str, statement: str, parameters: Mapping[str, object], mark: str
) -> None:
    """Raises StatementRefused unless the database finds that the statement only reads; none of it is executed.

    home  the database's name in plans, "" on ArcadeDB
    The line break before the closing brace ends a comment that the statement may end with.
    """
    inside = f"RETURN EXISTS {{\n{statement}\n}} AS reads"
    try:
        await explain(driver, database, marked(inside, mark, home), parameters, mark)
    except Neo4jError as error:
        if (error.code or "").startswith(("Neo.ClientError.Transaction", "Neo.TransientError")):
            raise
        if BARE_PATTERN in str(error):
            raise StatementRefused(
                "a pattern stands alone as a condition, which the built-in engine cannot check; put it in EXISTS { }: "
                "WHERE EXISTS { (class)-[:IN_GROUP]->() }"
            ) from error
        raise StatementRefused(
            "this is not one statement that only reads, or it has a syntax error (inside braces, the database reports: "
            f"{reason(error)}); writes, commands, several statements and prefixes are refused, and CALL needs YIELD "
            "and RETURN"
        ) from error
    summary = await explain(driver, database, marked(statement, mark, home), parameters, mark)
    if summary.plan is None:
        raise StatementRefused("the database shows no plan for this statement, so it cannot be checked and is refused")
    more = judge(read_plan(summary.plan), home) or (None if home else hidden_call(statement))
    if more is not None:
        raise StatementRefused(f"this does more than read the graph: {more}")
    if not home and (wrapped := wrapped_integer(statement, parameters)):
        raise StatementRefused(wrapped)


async def explain(
    driver: AsyncDriver, database: str | None, statement: str, parameters: Mapping[str, object], mark: str
) -> ResultSummary:
    query = Query(f"EXPLAIN {statement}", metadata={"mark": mark}, timeout=SECONDS)
    async with driver.session(database=database, default_access_mode=READ_ACCESS) as session:
        return await (await session.run(query, dict(parameters))).consume()


def check_form(statement: str) -> None:
    """Raise StatementRefused for a text that is not even sent to the database."""
    if not statement:
        raise StatementRefused("the statement is empty; expected one that reads, e.g. MATCH (m:Model) RETURN m.id")
    if len(statement) > LONGEST:
        raise StatementRefused(f"the statement has {len(statement)} characters; at most {LONGEST} are allowed")
    if wrong := half_character(statement):
        raise StatementRefused(f"the statement has half a character ({wrong}), which is not valid text")
    for begin, end, most in DEEPEST:
        depth = max(accumulate((sign == begin) - (sign == end) for sign in statement))
        if depth > most:
            raise StatementRefused(f"the statement nests {begin} {end} {depth} deep; at most {most} levels are allowed")


def marked(statement: str, mark: str, home: str) -> str:
    return statement if home else f"{statement}\n// {mark}"


def reason(error: Exception) -> str:
    """The engine's message, with line numbers counted from the user's first line."""
    return re.sub(r"\bline (\d+)", lambda found: f"line {max(1, int(found[1]) - 1)}", first_line(error)[:300])
