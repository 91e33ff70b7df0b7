"""Statements in a form that the built-in engine answers: it forgets a relationship that only a WITH is ordered by.

Where a relationship's variable stands in the ORDER BY of a WITH and nowhere else, ArcadeDB orders by null:

    MATCH (:ImageClass)-[use:HAS_CHANNEL]->(c) WITH c ORDER BY use.count DESC LIMIT 3 RETURN c.id

`WITH *, use AS use` before that WITH keeps all variables and rows. With it, the engine returns what Neo4j does.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from queries.guard.calls import CUT
from queries.guard.unwound import WORD, filled

CLAUSES = frozenset(("match", "optional", "unwind", "with", "where", "return", "call", "union"))
OPENING, CLOSING = frozenset("([{"), frozenset(")]}")


class Word(NamedTuple):
    """A word of a statement: as it is written, in lower case where it may be a keyword, and its place."""

    text: str
    key: str
    start: int


def carried(statement: str) -> str:
    """The statement with relationships named before each WITH that is ordered by them."""
    words = [word_at(statement, found) for found in WORD.finditer(CUT.sub(filled, statement))]
    bound: list[dict[str, str]] = [{}]  # for each open bracket, relationships since the last WITH, as they are written
    parts, start = [], 0
    for at, word in enumerate(words):
        if word.key == "[" and at and words[at - 1].key == "-" and words[at + 1 : at + 2]:
            name = words[at + 1]
            if statement[name.start - 1] == "`":
                bound[-1][name.text] = f"`{name.text}`"
            elif name.text.isidentifier():  # else the relationship has no name
                bound[-1][name.text] = name.text
        if word.key in OPENING:
            bound.append({})
        elif word.key in CLOSING and len(bound) > 1:
            bound.pop()
        elif word.key in ("with", "return", "union") and is_clause(words, at):
            names = [
                written for name, written in bound[-1].items() if word.key == "with" and name in ordering(words, at)
            ]
            if names:
                parts.append(statement[start : word.start])
                parts.append("".join(["WITH *", *(f", {name} AS {name}" for name in names), " "]))
                start = word.start
            bound[-1].clear()
    return "".join([*parts, statement[start:]])


def word_at(statement: str, found: re.Match[str]) -> Word:
    """A word that was found in the filled statement; a name in backticks is no keyword, nor is a text."""
    text = statement[found.start() : found.end()]
    return Word(text, found[0].lower() if found[0] == text else "", found.start())


def is_clause(words: Sequence[Word], at: int) -> bool:
    """Whether a word that may begin a clause does: it is no part of STARTS WITH, no property, label or key."""
    before = words[at - 1].key if at else ""
    after = words[at + 1].key if at + 1 < len(words) else ""
    return before not in ("starts", "ends", ".", ":", "$", "as") and after not in (":", ".", ",")


def ordering(words: Sequence[Word], at: int) -> set[str]:
    """The words that the WITH at a place is ordered by."""
    own = list(within(words, at))
    by = next((place for place, word in enumerate(own) if word.key == "order"), len(own))
    return {word.text for word in own[by:]}


def within(words: Sequence[Word], at: int) -> Iterator[Word]:
    """The words of a clause after the keyword at a place."""
    depth = 0
    for place in range(at + 1, len(words)):
        key = words[place].key
        depth += (key in OPENING) - (key in CLOSING)
        if depth < 0 or (depth == 0 and key in CLAUSES and is_clause(words, place)):
            return
        yield words[place]
