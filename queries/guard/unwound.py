"""Statements in a form that the built-in engine answers: it finds nothing for a MATCH right after an UNWIND.

Where a MATCH comes before both and the later one uses what UNWIND gave, ArcadeDB returns no row:

    MATCH (m:Model) UNWIND $ids AS id MATCH (c:ImageClass {id: id}) RETURN c.name

`WITH *` between UNWIND and MATCH keeps all variables and rows. With it, the engine returns what Neo4j does.
"""

import re

from queries.guard.calls import CUT

WORD = re.compile(r"\w+|\S")


def separated(statement: str) -> str:
    """The statement with `WITH *` between every UNWIND and a MATCH that follows it."""
    words = [(word[0].lower(), word.start()) for word in WORD.finditer(CUT.sub(filled, statement))]
    unwinding = [False]  # for each open bracket, whether the next AS ends an UNWIND
    parts, start = [], 0
    for at, (word, _) in enumerate(words):
        if word in ("(", "[", "{"):
            unwinding.append(False)
        elif word in (")", "]", "}") and len(unwinding) > 1:
            unwinding.pop()
        elif word == "unwind":
            unwinding[-1] = True
        elif word == "as" and unwinding[-1]:
            unwinding[-1] = False
            after, place = words[at + 2] if at + 2 < len(words) else ("", 0)
            if after == "match":
                parts.append(statement[start:place])
                start = place
    return "WITH * ".join([*parts, statement[start:]])


def filled(piece: re.Match[str]) -> str:
    """As many characters as the piece has, without a keyword in them."""
    if piece["name"] is not None:
        return f" {'n' * (len(piece[0]) - 2)} "
    return (" " if piece["gap"] else '"') * len(piece[0])
