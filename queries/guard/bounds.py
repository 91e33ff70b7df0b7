"""Integers that the built-in engine would cut to 32 bits without a word: row counts and positions in lists and texts.

ArcadeDB reads `LIMIT 4294967297` as `LIMIT 1` and `list[4294967297]` as `list[1]`. So a statement for it may use only
integers up to MOST_COUNT there. LIMIT and SKIP need a literal or a parameter, because the value of an expression is
not known before it runs. A position that is computed from smaller numbers or read from the data is not judged.
"""

import re
from collections.abc import Mapping, Sequence

from queries.guard.calls import CUT
from queries.values import MOST_COUNT

TOKEN = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\w*|\$?[^\W\d]\w*|\.\.|\S")
FRACTION = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
WHOLE = re.compile("0[xX][0-9a-fA-F]{1,16}|[0-9]{1,19}")  # the only numbers that both engines and we read alike
ROWS = ("limit", "skip", "offset")
POSITIONED = ("substring", "left", "right", "round")  # their arguments are positions, lengths or digits
BEFORE_A_LIST = re.compile(
    "and|as|by|case|contains|delete|distinct|else|ends|in|limit|not|on|or|order|return|set|skip|starts|then|unwind|"
    "when|where|with|xor|yield"
)
PLACEHOLDERS = {"gap": " ", "text": " text ", "name": " name "}  # for what cannot hold an integer
GOES_ON = frozenset("+-*/%^.[(:|")  # after a number: it is a part of an expression


def wrapped_integer(statement: str, parameters: Mapping[str, object]) -> str | None:
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
        elif inside[-1] and (problem := wild_position(token, parameters)):
            return problem
    return None


def wild_position(token: str, parameters: Mapping[str, object]) -> str | None:
    """What is wrong with a token where a position is worked out, None where the engine takes it as it is.

    It refuses fractions as positions itself.
    """
    if (token.startswith("$") and holds_beyond(parameters.get(token[1:]))) or (integer(token, {}) or 0) > MOST_COUNT:
        return f"{token} is a position in a list or a text; the built-in engine counts them up to {MOST_COUNT:,}"
    if token == "$" or (token[0].isdigit() and not (WHOLE.fullmatch(token) or FRACTION.fullmatch(token))):
        return (
            f"{token} stands where a position in a list or a text is worked out; the built-in engine needs a whole "
            f"number up to {MOST_COUNT:,} there, in digits or as a parameter with a plain name ($n)"
        )
    return None


def holds_position(tokens: Sequence[str], place: int) -> bool:
    """Whether what the bracket at a place opens is an index, a slice, or the arguments of a function of positions."""
    before = tokens[place - 1].lower() if place else ""
    if tokens[place] == "(":
        return before in POSITIONED
    named = before.isidentifier() and not BEFORE_A_LIST.fullmatch(before)
    return tokens[place] == "[" and (named or before.startswith("$") or before in ("]", ")", "}"))


def unbounded(keyword: str, following: Sequence[str], parameters: Mapping[str, object]) -> str | None:
    """What is wrong with what follows LIMIT or SKIP, None if it is a number that the engine takes as it is.

    A parameter that is missing is named by the engine.
    """
    expected = f"a whole number from 0 to {MOST_COUNT:,}, or a parameter that holds one"
    amount, after = [*following, "", ""][:2]
    value = integer(amount, parameters)
    if value is not None and value > MOST_COUNT:
        return f"{keyword} {amount} is too large; the built-in engine expects {expected}"
    missing = amount[:1] == "$" and len(amount) > 1 and amount[1:] not in parameters
    if (value is None and not missing) or after in GOES_ON:
        return f"{keyword} is not followed by {expected}, which the built-in engine needs; put a name in backticks"
    return None


def holds_beyond(value: object) -> bool:
    """Whether a parameter is, or has within it, a whole number that is too large for a position."""
    if isinstance(value, Mapping | list):
        return any(map(holds_beyond, value.values() if isinstance(value, Mapping) else value))
    return isinstance(value, int) and value > MOST_COUNT


def integer(token: str, parameters: Mapping[str, object]) -> int | None:
    """The whole number that a token is, or that the parameter it names holds; None for anything else.

    A parameter has a plain name: what follows `$` in backticks or in digits stands apart from it.
    """
    if token.startswith("$"):
        value = parameters.get(token[1:])
        return value if type(value) is int else None
    if not WHOLE.fullmatch(token):
        return None
    return int(token, 16 if token[:2].lower() == "0x" else 10)
