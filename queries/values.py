"""Values between JSON and a database, and in sentences: what can be sent, and how an answer is represented."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from unicodedata import category

from neo4j.graph import Node, Path, Relationship

from queries.errors import QueryError
from queries.records import Record

MOST_COUNT = 2**31 - 2  # rows, positions: the embedded engine has 32 bits for them, and counts one row more
MOST_INT = 2**31 - 1  # that GraphQL can answer with
DEEPEST = 100  # nested lists and objects
CONTROLS = re.compile(  # characters that control how the text around them is shown, and those that no text may hold
    "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
JOINED = "[^\x00-\u02ff\\s\u200b-\u200f]"  # in emoji and in scripts that need it, not in Latin
TAGS = re.compile("(?<=\U0001f3f4)[\U000e0020-\U000e007f]+")  # which make a flag of a country's part
SHOWN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")  # Arabic and Syriac marks
JOINER = re.compile(f"(?<={JOINED})[\u200c\u200d](?={JOINED})")
BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols that are drawn as nothing


def check_sendable(parameters: Mapping[str, object]) -> None:
    """Raise QueryError, with the parameter's name, for a value that no database accepts."""
    for name, value in parameters.items():
        problem = unsendable({name: value})
        if problem:
            raise QueryError(f"parameter {name!a:.40}: {problem}")


def unsendable(given: object) -> str | None:
    """Why a JSON value cannot be sent, None if it can."""
    waiting = [(given, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            return f"it is nested more than {DEEPEST} deep; flatten it"
        if isinstance(value, dict):
            waiting += [(part, depth + 1) for pair in value.items() for part in pair]
        elif isinstance(value, (list, tuple)):
            waiting += [(part, depth + 1) for part in value]
        elif isinstance(value, str) and (wrong := half_character(value)):
            return f"{value!a:.40} has half a character ({wrong}), which is not valid text"
        elif isinstance(value, int) and not -(2**63) <= value < 2**63:
            return f"{value!r:.40} is not a 64-bit integer"
    return None


def half_character(text: str) -> str | None:
    """A surrogate without its other half, which JSON can express and UTF-8 cannot; None if there is none."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return f"U+{ord(text[error.start]):04X}"
    return None


def unseen(name: str) -> str | None:
    """The first character of a name that cannot be seen or controls how text is shown, as "U+200B"; None without one.

    Characters that join or tag others, in emoji and in scripts that need them, belong to what is seen.
    """
    rest = JOINER.sub("", TAGS.sub("", name))
    found = CONTROLS.search(rest)
    sign = found[0] if found else next((each for each in rest if category(each) == "Cf" and each not in SHOWN), None)
    return f"U+{ord(sign):04X}" if sign else None


def is_visible(name: str) -> bool:
    """Whether a name has at least one letter, number, symbol or punctuation mark."""
    return any(category(each)[0] in "LNPS" and each not in BLANKS for each in name)


def plain(value: object, depth: int = 0) -> Any:
    """A value of an answer as JSON: nodes, relationships and paths as objects, dates and points as text, and numbers
    that JSON cannot represent as "NaN", "Infinity" and "-Infinity". Raises QueryError if it is nested too deep.
    """
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
    if depth > DEEPEST:
        raise QueryError(f"the answer has lists or objects nested more than {DEEPEST} deep; flatten them")
    if isinstance(value, list):
        return [plain(part, depth + 1) for part in value]
    parts = value if isinstance(value, dict) else parts_of(value)
    if parts is None:
        return value.iso_format() if hasattr(value, "iso_format") else str(value)
    return {name: plain(part, depth + 1) for name, part in parts.items()}


def parts_of(value: object) -> Record | None:
    """A node, a relationship or a path as an object; None for anything else."""
    if isinstance(value, Node):
        return {"element_id": value.element_id, "labels": sorted(value.labels), "properties": dict(value)}
    if isinstance(value, Relationship):
        start, end = (node and node.element_id for node in value.nodes)
        about = {"element_id": value.element_id, "type": value.type, "start": start, "end": end}
        return {**about, "properties": dict(value)}
    if isinstance(value, Path):
        return {"nodes": list(value.nodes), "relationships": list(value.relationships)}
    return None


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """ "1 file", "2,000 classes": a number with its noun, whose plural ends in s, or es, unless it is given."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {plural or noun + ('es' if noun.endswith(('s', 'x', 'ch', 'sh')) else 's')}"


def utc_now() -> str:
    """The time now, in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
