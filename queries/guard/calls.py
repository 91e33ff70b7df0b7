"""Calls in an ArcadeDB statement that its plan does not show: procedures in subqueries, and functions.

The plan ends at the brace of a subquery, and a procedure hidden there, `do.when`, runs another text: it could list and
end other users' statements. So the statement is tokenised as the engine's grammar does it, strings and comments are
removed, and each remaining word CALL must be followed by a subquery or an allowed procedure. This may refuse too much
(put names such as `call` in backticks), but never too little: a statement that cannot be tokenised with certainty is
refused.
"""

import re

from queries.guard.plans import PROCEDURES, closed_function, open_functions, open_procedures

INSTEAD = "`CALL db.labels()`, `CALL db.relationshipTypes()`, and `MATCH (n:Channel) RETURN keys(n) LIMIT 1`"
UNLIKE_NEO4J = {  # the engine has them in name only
    "db.propertyKeys": "which gives no keys there",
    "db.schema.visualization": "which has neither nodes nor relationships there",
}

CUT = re.compile(
    r"""(?P<gap> (?: //[^\r\n]* | /\*.*?\*/ | \s )+ )
      | (?P<text> '(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" )
      | `(?P<name> (?:[^`]|``)* )`""",
    re.DOTALL | re.VERBOSE,
)
CALL = re.compile(r"\b(?:\d\w*)?call\b *(?P<procedure>[^\s(){}]*)(?P<next>[({]?)", re.IGNORECASE)


def hidden_call(statement: str) -> str | None:
    """Why a statement calls more than is allowed, or None if it does not."""
    code = re.sub(r" *([.(){}]) *", r"\1", CUT.sub(bare, statement))
    if re.search(r"""['"`\\]""", code):
        return "it has an unmatched quote or backtick, or a stray backslash"
    for call in CALL.finditer(code):
        if call["procedure"] and call["procedure"] not in PROCEDURES:
            return f"it calls the procedure {call['procedure']}; allowed are {open_procedures()}"
        if lack := UNLIKE_NEO4J.get(call["procedure"]):
            return (
                f"the built-in engine does not answer {call['procedure']} as Neo4j does, {lack}; ask for parts of the "
                f"schema with {INSTEAD}"
            )
        if not (call["procedure"] or call["next"]):
            return "the word CALL is not followed by a subquery or a procedure; put names such as `call` in backticks"
    if function := closed_function(CALL.sub(" ", code)):
        return f"it calls the function {function}; of those with a dot in their name, allowed are {open_functions()}"
    return None


def bare(piece: re.Match[str]) -> str:
    """What remains of a token: no comment, no string, and of a quoted name the part that could name a procedure."""
    if piece["name"] is not None:
        return f" {re.sub('call', 'name', piece['name'], flags=re.IGNORECASE)} "
    return " " if piece["gap"] else " 0 "
