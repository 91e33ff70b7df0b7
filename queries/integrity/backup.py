"""Everything that the database holds into one file, whichever engine holds it."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from queries.errors import DataError, StoreBusy
from queries.integrity.archive import EDGES, NODES, Section, Writer, line_of, writing
from queries.integrity.model import VERSION_LABEL, labels
from queries.integrity.statements import count_nodes, count_out, edges_of, nodes_of
from queries.progress import Progress
from queries.records import Record
from queries.revision import settled_state
from queries.store import Row, Store
from queries.values import utc_now

NODES_AT_ONCE = 100  # of the largest kind, a layer's lists, some 30 MB
EDGES_AT_ONCE = 20_000
KEPT_TYPES = (bool, int, float, str)


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What was written.

    digest    of the contents, equal for equal databases
    left_out  {label: number} of nodes that are not of the data model
    """

    path: Path
    nodes: int
    edges: int
    digest: str
    left_out: dict[str, int]


async def write_backup(store: Store, path: Path, *, engine: str, force: bool, progress: Progress) -> BackedUp:
    """Write all nodes and relationships of the data model; the file has its name once it is whole.

    The caller holds off writers. Raises DataError where the file cannot be written or would lose something, StoreBusy
    where the database was changed meanwhile.
    """
    state, before = await settled_state(store.revision), await outline(store)
    total = sum(len(rows) + sum(row["edges"] for row in rows) for rows in before.values())
    done = 0
    with writing(path, engine, utc_now(), force) as writer:
        for label, rows in before.items():
            done += await write_nodes(store, writer, label, [row["id"] for row in rows])
            progress("writing", done, total)
            async for written in write_edges(store, writer, label, rows):
                done += written
                progress("writing", done, total)
        if await outline(store) != before or await settled_state(store.revision) != state:
            raise StoreBusy("the database was changed while it was written to the file; repeat when nothing writes")
        digest = writer.end()
    return BackedUp(
        path,
        nodes=sum(rows for section, (rows, _) in writer.sections.items() if section.what == NODES),
        edges=sum(rows for section, (rows, _) in writer.sections.items() if section.what == EDGES),
        digest=digest,
        left_out=await strangers(store),
    )


async def outline(store: Store) -> dict[str, list[Row]]:
    """Id and number of outgoing relationships of every node by label, by id. Raises DataError for one without an id."""
    found = {}
    for label in labels():
        rows = await store.read_text(count_out(label))
        if any(not isinstance(row["id"], str) for row in rows):
            raise DataError(f"a node labelled {label} has no id, so that no backup can keep it; see `summit db check`")
        found[label] = sorted(rows, key=lambda row: row["id"])
    return found


async def strangers(store: Store) -> dict[str, int]:
    """How many nodes have no label of the data model, by label."""
    known = {*labels(), VERSION_LABEL}
    return {
        ":".join(row["labels"]) or "(none)": row["nodes"]
        for row in await store.read_text(count_nodes())
        if not known & set(row["labels"])
    }


async def write_nodes(store: Store, writer: Writer, label: str, ids: Sequence[str]) -> int:
    """A section of nodes by id; how many there are."""
    section = Section(NODES, label)
    opened = writer.section(section)
    for start in range(0, len(ids), NODES_AT_ONCE):
        rows = await store.read_text(nodes_of(label), ids=ids[start : start + NODES_AT_ONCE])
        nodes = [kept(row["properties"], label) for row in rows]
        opened.add([[node] for node in sorted(nodes, key=lambda node: str(node["id"]))])
    writer.end_section(section, opened)
    return opened.rows


async def write_edges(store: Store, writer: Writer, label: str, rows: Sequence[Row]) -> AsyncIterator[int]:
    """A section of what starts at these nodes; yields how many were written each time."""
    section = Section(EDGES, label)
    opened = writer.section(section)
    for ids in pages(rows):
        found = await store.read_text(edges_of(label), ids=ids)
        edges = [
            [row["source"], row["kind"], known_label(row), row["target"], kept(row["properties"], row["kind"])]
            for row in found
            if known_label(row) is not None
        ]
        opened.add(sorted(edges, key=line_of))
        yield len(edges)
    writer.end_section(section, opened)


def pages(rows: Sequence[Row]) -> Iterator[list[str]]:
    """Ids of nodes that have some edges, with up to EDGES_AT_ONCE together, or one node with more."""
    page: list[str] = []
    edges = 0
    for row in rows:
        if page and edges + row["edges"] > EDGES_AT_ONCE:
            yield page
            page, edges = [], 0
        if row["edges"]:
            page.append(row["id"])
            edges += row["edges"]
    if page:
        yield page


def known_label(row: Row) -> str | None:
    """The label of the data model of an edge's target; None where it has none, and so is left out."""
    return next((label for label in row["labels"] if label in labels()), None)


def kept(properties: Record, what: str) -> Record:
    """Properties as JSON holds them: a list with a float is of floats, as one engine stores it. Raises DataError."""
    return {name: kept_value(value, f"{what}.{name}") for name, value in properties.items() if value is not None}


def kept_value(value: object, name: str) -> object:
    parts = value if isinstance(value, list) else [value]
    if not all(isinstance(part, KEPT_TYPES) for part in parts):
        raise DataError(f"{name} has a value of a kind that no backup keeps ({value!r:.60}); remove the property")
    if isinstance(value, list) and any(isinstance(part, float) for part in parts):
        return [float(part) for part in value]
    return value
