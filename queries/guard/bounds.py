"""Integers that the built-in engine would cut to 32 bits without a word: row counts and positions in lists and texts.

ArcadeDB reads `LIMIT 4294967297` as `LIMIT 1` and `list[4294967297]` as `list[1]`. So a statement for it may use only
integers up to MOST_COUNT there. LIMIT and SKIP need a literal or a parameter, because the value of an expression is
not known before it runs. A position that is computed from smaller numbers or read from the data is not judged.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from queries.guard.calls import CUT
from queries.values import MOST_COUNT

TOKEN = re.compile(r"0[xX][0-9a-fA-F]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?|\$?[^\W\d]\w*|\.\.|\S")
ROWS = ("limit", "skip", "offset")
POSITIONED = ("substring", "left", "right", "round")  # their arguments are positions, lengths or digits
BEFORE_A_LIST = re.compile(
    "and|as|by|case|contains|delete|distinct|else|ends|in|limit|not|on|or|order|return|set|skip|starts|then|unwind|"
    "when|where|with|xor|yield"
)
PLACEHOLDERS = {"gap": " ", "text": " text ", "name": " name "}  # for what cannot hold an integer
GOES_ON = frozenset("+-*/%^.[(:|")  # after a number: it is a part of an expression


def wrapped_integer(statement: str, parameters: Mapping[str, Any]) -> str | None:
    """Why the embedded engine might cut an integer of this statement short, None where it will not."""
    tokens = TOKEN.findall(CUT.sub(lambda piece: PLACEHOLDERS[piece.lastgroup or "gap"], statement))
    inside = [False]  # for each open bracket, whether a position is worked out in it
    for place, token in enumerate(tokens):
        if token in ("(", "[", "{"):
            inside.append(inside[-1] or holds_position(tokens, place))
        elif token in (")", "]", "}") and len(inside) > 1:
            inside.pop()
        elif token.lower() in ROWS and tokens[place - 1 : place] != ["."] and tokens[place + 1 : place + 2] != [":"]:
            if problem := unbounded(token.upper(), tokens[place + 1 : place + 3], parameters):
                return problem
        elif inside[-1] and (value := integer(token, parameters)) is not None and value > MOST_COUNT:
            return f"{token} is a position in a list or a text; the built-in engine counts them up to {MOST_COUNT:,}"
    return None


def holds_position(tokens: Sequence[str], place: int) -> bool:
    """Whether what the bracket at a place opens is an index, a slice, or the arguments of a function of positions."""
    before = tokens[place - 1].lower() if place else ""
    if tokens[place] == "(":
        return before in POSITIONED
    named = before.isidentifier() and not BEFORE_A_LIST.fullmatch(before)
    return tokens[place] == "[" and (named or before.startswith("$") or before in ("]", ")", "}"))


def unbounded(keyword: str, following: Sequence[str], parameters: Mapping[str, Any]) -> str | None:
    """What is wrong with what follows LIMIT or SKIP, None if it is a number that the engine takes as it is."""
    expected = f"a whole number from 0 to {MOST_COUNT:,}, or a parameter that holds one"
    amount, after = [*following, "", ""][:2]
    value = integer(amount, parameters)
    if value is not None and value > MOST_COUNT:
        return f"{keyword} {amount} is too large; the built-in engine expects {expected}"
    if (value is None and not amount.startswith("$")) or after in GOES_ON:
        return f"{keyword} is not followed by {expected}, which the built-in engine needs; put a name in backticks"
    return None


def integer(token: str, parameters: Mapping[str, Any]) -> int | None:
    """The whole number that a token is, or that the parameter it names holds; None for anything else."""
    if token.startswith("$"):
        value = parameters.get(token[1:])
        return value if isinstance(value, int) else None
    try:
        return int(token, 0) if token[:2].lower() == "0x" else int(token)
    except ValueError:
        return None
