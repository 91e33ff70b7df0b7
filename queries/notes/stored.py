"""Names, notes and saved views in the database: read, written and removed, and never over a change unseen."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from queries.errors import Conflict, QueryError
from queries.lookup import find_channel, find_classes, find_model
from queries.notes.record import Annotation, Kind, annotation_id, check_target, checked
from queries.records import channel_id
from queries.store import Row, Step, Store
from queries.values import utc_now

MOST = 10_000  # of a model
MOST_VIEWS = 500  # of a model, with pictures of up to 40 MB in all
AT_ONCE = 100  # a statement: views with pictures of 8 MB

Turns = Generator[Step, list[Row] | None, None]


async def list_annotations(store: Store, model: str) -> list[Row]:
    """All of a model as rows of annotations.cypher, also where the model is gone. Raises NotFound for neither."""
    rows = await store.run("annotations", model=model)
    if not rows:
        await find_model(store, model)
    return rows


async def read_annotations(store: Store, model: str) -> list[Annotation]:
    """The same with the pictures. Raises NotFound."""
    ids = [row["id"] for row in await list_annotations(store, model)]
    found: dict[str, Annotation] = {}
    for start in range(0, len(ids), AT_ONCE):
        rows = await store.run("annotations_by_id", ids=ids[start : start + AT_ONCE])
        found |= {row["id"]: Annotation.of(row) for row in rows}
    return [found[id] for id in ids if id in found]


async def keep_annotation(store: Store, given: Annotation, expected: str | None) -> Annotation:
    """Write one name, note or view in place of what is kept for its target.

    expected  the revision of what the change is based on; None where nothing was kept
    Raises QueryError for what cannot be kept, NotFound for a target that the model lacks, Conflict where something
    else is kept than was expected, unless it is the same.
    """
    wanted = checked(given)
    await find_target(store, wanted)
    kept: list[Annotation] = []

    def turns() -> Turns:
        kept.clear()
        yield lock()
        before = found_in((yield "annotations_by_id", {"ids": [wanted.id]}))
        if before is None or before["revision"] != wanted.revision:
            require_expected(wanted.label, before, expected)
            if before is None:
                require_room((yield "annotations", {"model": wanted.model}), [wanted])
            yield "store_annotations", {"rows": [dated(wanted, before).properties]}
        kept.append(
            Annotation.of(before) if before and before["revision"] == wanted.revision else dated(wanted, before)
        )

    await store.write_in_turn(turns)
    return kept[0]


async def remove_annotation(store: Store, model: str, kind: Kind, target: str, expected: str) -> bool:
    """Remove what is kept for a target; whether there was something. `expected` as for keep_annotation.

    Raises QueryError for what is no target, Conflict.
    """
    check_target(kind, target)
    id = annotation_id(model, kind, target)
    removed: list[bool] = []

    def turns() -> Turns:
        yield lock()
        before = found_in((yield "annotations_by_id", {"ids": [id]}))
        removed[:] = [before is not None]
        if before is not None:
            require_expected(Annotation.of(before).label, before, expected)
            yield "remove_annotations", {"ids": [id]}

    await store.write_in_turn(turns)
    return removed[0]


@dataclass(frozen=True, slots=True)
class Merged:
    """What an import did, by what it did with each.

    added, replaced  are in the database now; of those replaced, what was kept before
    unchanged        were in the database already
    kept             differ from what is kept, which stayed
    absent           of those added or replaced: channels and classes that the model lacks now
    """

    added: Sequence[Annotation]
    replaced: Sequence[Annotation]
    unchanged: Sequence[Annotation]
    kept: Sequence[Annotation]
    absent: Sequence[Annotation]


async def merge_annotations(store: Store, model: str, given: Iterable[Annotation], is_replacing: bool) -> Merged:
    """Put what a file holds beside what is kept, all of it in one transaction.

    is_replacing  where both have something for a target and it differs, the file's is taken; else what is kept stays
    Raises NotFound for an unknown model, QueryError for what cannot be kept.
    """
    await find_model(store, model)
    wanted = {each.id: each for each in map(checked, given)}
    results: list[Merged] = []

    def turns() -> Turns:
        yield lock()
        rows = (yield "annotations", {"model": model}) or []
        merged = merge(wanted, {row["id"]: row for row in rows}, is_replacing)
        require_room(rows, merged.added)
        new = [each.properties for each in (*merged.added, *merged.replaced)]
        for start in range(0, len(new), AT_ONCE):
            yield "store_annotations", {"rows": new[start : start + AT_ONCE]}
        results[:] = [merged]

    await store.write_in_turn(turns)
    absent = await absent_of(store, model, (*results[0].added, *results[0].replaced))
    return replace(results[0], absent=absent)


def merge(wanted: Mapping[str, Annotation], held: Mapping[str, Row], is_replacing: bool) -> Merged:
    """Which of a file's are added, replace what is kept, are there already, or give way. Pure, but for the time."""
    added = [dated(each, None) for id, each in wanted.items() if id not in held]
    both = [(each, held[id]) for id, each in wanted.items() if id in held]
    same = [each for each, row in both if row["revision"] == each.revision]
    other = [(each, row) for each, row in both if row["revision"] != each.revision]
    replaced = [dated(each, row) for each, row in other] if is_replacing else []
    return Merged(added, replaced, same, [] if is_replacing else [each for each, _ in other], ())


async def absent_of(store: Store, model: str, given: Iterable[Annotation]) -> list[Annotation]:
    """Those about channels and classes that the model lacks."""
    of = {kind: {each.target: each for each in given if each.kind is kind} for kind in (Kind.CHANNEL, Kind.CLASS)}
    channels = [f"{model}/{target}" for target in of[Kind.CHANNEL]]
    there = {row["id"].partition("/")[2] for row in await store.run("channels_by_id", channels=channels)}
    classes = [f"{model}/{target}" for target in of[Kind.CLASS]]
    known = {str(row["index"]) for row in await store.run("classes_by_id", classes=classes)}
    lost = [each for target, each in of[Kind.CHANNEL].items() if target not in there]
    return lost + [each for target, each in of[Kind.CLASS].items() if target not in known]


async def find_target(store: Store, given: Annotation) -> None:
    """Raises NotFound with what there is."""
    if given.kind is Kind.CLASS:
        await find_classes(store, given.model, [int(given.target)])
    elif given.kind is Kind.CHANNEL:
        layer, _, index = given.target.rpartition("/")
        await find_channel(store, given.model, channel_id(given.model, layer, int(index)))
    else:
        await find_model(store, given.model)


def lock() -> Step:
    """The first step of a change that depends on what is kept: nobody else's comes between the two.

    Every transaction writes the mark (queries/revision.py); one that writes it first waits for all others, or, on
    ArcadeDB, is repeated where another was committed meanwhile.
    """
    return "mark_revision", {"mark": uuid4().hex}


def found_in(rows: Sequence[Row] | None) -> Row | None:
    return rows[0] if rows else None


def dated(given: Annotation, before: Row | None) -> Annotation:
    """As it is written now. What is there keeps the time of its making, and what comes from a file its own times."""
    now = utc_now()
    made = before["created"] if before else given.created or now
    return replace(given, created=made, changed=given.changed or now)


def require_expected(label: str, before: Row | None, expected: str | None) -> None:
    """Raise Conflict where something else is kept than the change was based on."""
    if (before["revision"] if before else None) == expected:
        return
    if before is None:
        raise Conflict(f"{label}: what was to be changed was removed meanwhile; read it again and decide")
    texts = [f"{before[what]!r:.80}" for what in ("name", "note") if before[what]]
    raise Conflict(
        f"{label}: {' and '.join(texts)} was written there at {before['changed']}, after what this change is based on; "
        f"read it again, and give its revision ({before['revision']}) as expected to change it"
    )


def require_room(rows: Sequence[Row] | None, added: Sequence[Annotation]) -> None:
    """Raise QueryError where a model would have too many."""
    held = rows or ()
    views = sum(row["kind"] == Kind.VIEW for row in held) + sum(each.kind is Kind.VIEW for each in added)
    for what, number, most in (("views", views, MOST_VIEWS), ("names and notes", len(held) + len(added), MOST)):
        if number > most and added:
            raise QueryError(f"the model would have {number:,} {what}; expected at most {most:,}: remove some first")


async def damaged_ids(store: Store, model: str) -> list[str]:
    """Of those whose contents are not the ones that were written."""
    ids = [row["id"] for row in await store.run("annotations", model=model)]
    found: list[str] = []
    for start in range(0, len(ids), AT_ONCE):
        rows = await store.run("annotations_by_id", ids=ids[start : start + AT_ONCE])
        found += [row["id"] for row in rows if not is_whole(row)]
    return found


def is_whole(row: Row) -> bool:
    """Whether a row of annotations_by_id holds what was written."""
    try:
        held = checked(Annotation.of(row))
    except (QueryError, ValueError, TypeError):
        return False
    return bool(held.revision == row["revision"] and held.id == row["id"])
