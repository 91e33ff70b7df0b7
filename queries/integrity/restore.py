"""A backup into the database: all of it, or marked as cut off until it is repeated."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from queries.errors import DataError, StoreError
from queries.integrity.archive import EDGES, NODES, Contents, Section, read_rows
from queries.integrity.model import is_name, labels
from queries.integrity.statements import count_out, create_edges, create_nodes, delete_nodes
from queries.progress import Progress
from queries.store import Store
from queries.values import counted
from queries.version import VERSION

ROWS_AT_ONCE = 10_000
CHARACTERS_AT_ONCE = 4_000_000  # of a batch as JSON, which Bolt needs less than; a message holds 16 MB
DELETED_AT_ONCE = 100  # a channel of 1,000 graphs has some 40 edges, and some thousands with counts
Kind = tuple[str, ...]  # (label,) of nodes, (source label, type, target label) of edges


@dataclass(frozen=True, slots=True)
class Restored:
    """What the database holds now, and how many nodes were deleted before."""

    nodes: int
    edges: int
    deleted: int
    digest: str


async def restore_backup(store: Store, contents: Contents, *, replace: bool, progress: Progress) -> Restored:
    """Put a backup that read_contents found whole in place of everything in the database; safe to interrupt and repeat.

    Raises DataError where the database is not empty, unless `replace` or a restore into it was cut off, and for labels
    that the data model does not have; StoreError where the engine holds other totals in the end.
    """
    require_known(contents)
    require_form(contents)
    held = await count_held(store)
    cut_off = any(row["restoring"] is not None for row in await store.run("schema_version"))
    if any(nodes for nodes, _ in held.values()) and not (replace or cut_off):
        raise DataError(
            f"the database is not empty: it holds {await described(store, held)}; --replace deletes all of that first"
        )
    await store.write("stamp_schema", version=VERSION, restoring=contents.digest)
    deleted = await delete_everything(store, sum(nodes for nodes, _ in held.values()), progress)
    total, done = contents.rows(NODES) + contents.rows(EDGES), 0
    for kind, rows in batches(contents):
        await write_batch(store, contents, kind, rows)
        done += len(rows)
        progress("restoring", done, total)
    require_totals(contents, await count_held(store))
    await store.write("stamp_schema", version=VERSION, restoring=None)
    return Restored(contents.rows(NODES), contents.rows(EDGES), deleted, contents.digest)


async def count_held(store: Store) -> dict[str, tuple[int, int]]:
    """(nodes, outgoing edges) in the database by label."""
    found = {}
    for label in labels():
        rows = await store.read_text(count_out(label))
        found[label] = len(rows), sum(row["edges"] for row in rows)
    return found


async def described(store: Store, held: dict[str, tuple[int, int]]) -> str:
    """What would be deleted."""
    models = [f"{row['id']} ({counted(row['class_count'], 'class')})" for row in await store.run("models")]
    nodes, edges = (sum(counts) for counts in zip(*held.values(), strict=True))
    written = held.get("Annotation", (0, 0))[0]
    notes = f", {counted(written, 'name, note or view', 'names, notes and views')} that people wrote"
    size = f"{counted(nodes, 'node')} and {counted(edges, 'relationship')} in all"
    return f"{', '.join(models) or 'no model'}{notes if written else ''}, {size}"


async def delete_everything(store: Store, nodes: int, progress: Progress) -> int:
    """Delete all nodes of the data model with their relationships; how many nodes."""
    deleted = 0
    for label in labels():
        some = DELETED_AT_ONCE
        while some == DELETED_AT_ONCE:
            (row,) = await store.write_texts([(delete_nodes(label), {"most": DELETED_AT_ONCE})])
            some = row["deleted"]
            deleted += some
            progress("deleting", deleted, nodes)
    return deleted


def batches(contents: Contents) -> Iterator[tuple[Kind, list[object]]]:
    """Rows of one kind at a time, nodes before edges, as many as one message takes."""
    for what in (NODES, EDGES):
        open_batches: dict[Kind, tuple[list[object], int]] = {}
        for section, row in read_rows(contents):
            if section.what != what:
                continue
            kind, value = split(section, row)
            rows, size = open_batches.get(kind, ([], 0))
            rows.append(value)
            size += len(json.dumps(value))
            open_batches[kind] = rows, size
            if len(rows) == ROWS_AT_ONCE or size > CHARACTERS_AT_ONCE:
                yield kind, open_batches.pop(kind)[0]
        for kind, (rows, _) in open_batches.items():
            yield kind, rows


def split(section: Section, row: list[Any]) -> tuple[Kind, object]:
    """A row's kind and what is written of it."""
    if section.what == NODES:
        return (section.label,), row[0]
    source, kind, target_label, target, properties = row
    return (section.label, kind, target_label), [source, target, properties]


async def write_batch(store: Store, contents: Contents, kind: Kind, rows: list[object]) -> None:
    """One transaction. Raises DataError for names that no statement may hold."""
    if len(kind) == 1:
        await store.write_texts([(create_nodes(*kind), {"rows": rows})])
        return
    source, name, target = kind
    if not is_name(name) or target not in labels():
        raise DataError(f"{contents.path}: {name!r:.60} to {target!r:.60} is not a relationship of the data model")
    await store.write_texts([(create_edges(source, name, target), {"rows": rows})])


def require_known(contents: Contents) -> None:
    if strange := sorted({section.label for section in contents.sections} - set(labels())):
        raise DataError(
            f"{contents.path} holds {', '.join(strange)}, which this Summit Graph does not know; install a newer one"
        )


def require_form(contents: Contents) -> None:
    """Raise DataError for a backup of version 1 of the data model with influences, which it has one by one."""
    of_channels = Section(EDGES, "Channel")
    if contents.header["schema"] < 2 and any(
        section == of_channels and row[1] == "INFLUENCES" for section, row in read_rows(contents)
    ):
        raise DataError(
            f"{contents.path} holds influences in the form of an earlier Summit Graph (version 1 of the data model); "
            "load the runs again with `summit load RUN` and `summit extract MODEL` (nothing was changed)"
        )


def require_totals(contents: Contents, held: dict[str, tuple[int, int]]) -> None:
    """Raise StoreError where the engine has not all that was sent."""
    for label, (nodes, edges) in held.items():
        expected = tuple(contents.sections.get(Section(what, label), (0, ""))[0] for what in (NODES, EDGES))
        if (nodes, edges) != expected:
            raise StoreError(
                f"after the restore the database holds {nodes:,} of {counted(expected[0], 'node')} labelled {label} "
                f"and {edges:,} of {counted(expected[1], 'relationship')} from there; repeat it"
            )
