"""Values between JSON and a database: what can be sent, and how an answer is represented."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from neo4j.graph import Node, Path, Relationship

from queries.errors import QueryError

MOST_COUNT = 2**31 - 2  # rows, positions: the embedded engine has 32 bits for them, and counts one row more
DEEPEST = 100  # nested lists and objects


def check_sendable(parameters: Mapping[str, Any]) -> None:
    """Raise QueryError, with the parameter's name, for a value that no database accepts."""
    for name, value in parameters.items():
        problem = unsendable({name: value})
        if problem:
            raise QueryError(f"parameter {name!a:.40}: {problem}")


def unsendable(given: Any) -> str | None:
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


def plain(value: Any, depth: int = 0) -> Any:
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


def parts_of(value: Any) -> dict[str, Any] | None:
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


def utc_now() -> str:
    """The time now, in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
