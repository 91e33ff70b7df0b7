"""An export as a Cypher script that another database runs; running it again changes nothing. Pure."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from queries.export.record import Export
from queries.records import Record, digest_of

ROWS = 500  # of one statement
CHANNELS = """UNWIND {rows} AS row
MERGE (channel:Channel {{id: row.id}})
SET channel.layer = row.layer, channel.index = row.index"""
HAS_CHANNEL = """UNWIND {rows} AS row
MATCH (graph:AttributionGraph {{id: {graph}}})
MATCH (channel:Channel {{id: row.channel}})
MERGE (graph)-[has:HAS_CHANNEL]->(channel)
SET has += row.values"""
ATTRIBUTES = """UNWIND {rows} AS row
MATCH (source:Channel {{id: row.source}})
MATCH (target:Channel {{id: row.target}})
MERGE (source)-[edge:ATTRIBUTES {{graph: {graph}}}]->(target)
SET edge += row.values"""


def cypher_script(export: Export) -> str:
    """Statements that end with a semicolon and a new line; the first line is a comment with the provenance as JSON.

    One (:AttributionGraph) with the provenance, one for each motif, (:Channel) nodes, HAS_CHANNEL and ATTRIBUTES.
    """
    about = json.dumps(export.about)  # in ASCII, where no character ends a line
    return f"// {about}\n" + "".join(f"{statement};\n" for statement in statements(export))


def statements(export: Export) -> Iterator[str]:
    """The same, one by one, without their semicolons."""
    whole = f"{export.name} {digest_of({**export.about, 'date': None})}"
    channels = {v.channel: {"id": v.channel, "layer": v.layer, "index": v.index} for v in export.vertices}
    yield from (CHANNELS.format(rows=rows) for rows in _literals(list(channels.values())))
    flat = {k: v for k, v in export.about.items() if not isinstance(v, (list, dict)) or _plain(v)}
    for part in sorted({vertex.part for vertex in export.vertices} or {0}):
        motif = next((dict(m) for m in export.about.get("motifs", ()) if m["motif"] == part), {})
        graph = literal(f"{whole} motif {part}" if part else whole)
        yield f"MERGE (graph:AttributionGraph {{id: {graph}}})\nSET graph += {literal({**flat, **motif})}"
        of_id = {vertex.id: vertex.channel for vertex in export.vertices if vertex.part == part}
        held: list[Record] = [
            {"channel": vertex.channel, "values": {k: v for k, v in vertex.values.items() if k != "channel"}}
            for vertex in export.vertices
            if vertex.part == part
        ]
        yield from (HAS_CHANNEL.format(rows=rows, graph=graph) for rows in _literals(held))
        arcs: list[Record] = [
            {
                "source": of_id[arc.source],
                "target": of_id[arc.target],
                "values": {"weight": arc.weight, **arc.values},
            }
            for arc in export.arcs
            if arc.part == part
        ]
        yield from (ATTRIBUTES.format(rows=rows, graph=graph) for rows in _literals(arcs))


def literal(value: object) -> str:
    """A JSON value in Cypher, on one line; names in backticks.

    Text is quoted as in JSON. Some databases read \\u anywhere, also after another backslash: there it is cut in two.
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return " + ".join(json.dumps(part, ensure_ascii=False) for part in re.split(r"(?<=\\)(?=u)", value))
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"`{name.replace('`', '``')}`: {literal(each)}" for name, each in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(literal, value)) + "]"
    return repr(value)


def _literals(rows: Sequence[Record]) -> Iterator[str]:
    return (literal(rows[start : start + ROWS]) for start in range(0, len(rows), ROWS))


def _plain(value: object) -> bool:
    """Whether a database keeps it as a property: a list of texts, or of numbers."""
    return isinstance(value, list) and not any(isinstance(each, (list, dict)) for each in value)
