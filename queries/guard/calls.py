"""What an ArcadeDB statement calls where its plan shows nothing: procedures in subqueries, and functions.

The plan ends at the brace of a subquery, and a procedure that hides there, `do.when`, runs a further text: it could
list and end other users' statements. So the statement is cut up as the engine's grammar cuts it, without texts and
comments, and after each word CALL that is left a subquery or an open procedure must follow. This may refuse too much
(what is called `call` wants backticks), never too little: what cannot be cut up with certainty is refused.
"""

import re

from queries.guard.plans import PROCEDURES, closed_function, open_functions, open_procedures

CUT = re.compile(
    r"""(?P<gap> (?: //[^\r\n]* | /\*.*?\*/ | \s )+ )
      | (?P<text> '(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" )
      | `(?P<name> (?:[^`]|``)* )`""",
    re.DOTALL | re.VERBOSE,
)
CALL = re.compile(r"\b(?:\d\w*)?call\b *(?P<procedure>[^\s(){}]*)(?P<next>[({]?)", re.IGNORECASE)


def hidden_call(statement: str) -> str | None:
    """Why a statement calls more than is open, or None if it does not."""
    code = re.sub(r" *([.(){}]) *", r"\1", CUT.sub(bare, statement))
    if re.search(r"""['"`\\]""", code):
        return "it holds a quote, backtick or backslash that begins or ends nothing"
    for call in CALL.finditer(code):
        if call["procedure"] and call["procedure"] not in PROCEDURES:
            return f"it calls the procedure {call['procedure']}; open are {open_procedures()}"
        if not (call["procedure"] or call["next"]):
            return "after the word CALL neither a subquery nor a procedure follows; a name goes between backticks"
    if function := closed_function(CALL.sub(" ", code)):
        return f"it calls the function {function}; of those with a dot in their name, open are {open_functions()}"
    return None


def bare(piece: re.Match[str]) -> str:
    """What is left of a piece of a statement: no comment, no text, and of a quoted name what could name a procedure."""
    if piece["name"] is not None:
        return f" {re.sub('call', 'name', piece['name'], flags=re.IGNORECASE)} "
    return " " if piece["gap"] else " 0 "
