"""Names, notes and saved views in the database: read, written and removed, never over someone else's change.

A row whose contents do not match its revision is damaged. One that cannot even be read is replaced or removed by anyone
who asks.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from queries.errors import Conflict, QueryError
from queries.lookup import find_channel, find_classes, find_model
from queries.notes.record import (
    MOST,
    MOST_VIEWS,
    Annotation,
    Kind,
    annotation_id,
    check_target,
    checked,
    is_readable,
    whole,
)
from queries.records import channel_id
from queries.revision import lock
from queries.store import Row, Step, Store
from queries.values import utc_now

AT_ONCE = 100  # views in a statement: at most 10 MB, 8 of them pictures
LISTED_AT_ONCE = 500  # without pictures: at most 9 MB, as a character may have four bytes

Turns = Generator[Step, list[Row] | None, None]


async def rows_of_model(store: Store, model: str) -> list[Row]:
    """Rows of annotations.cypher, by kind, oldest first; none for a model without any."""
    rows: list[Row] = []
    after: str | None = None
    while part := await store.run_packed("annotations", model=model, after=after, limit=LISTED_AT_ONCE):
        rows += part
        after = part[-1]["id"]
        if len(part) < LISTED_AT_ONCE:
            break
    return sorted(rows, key=lambda row: (str(row["kind"]), str(row["created"]), row["id"]))


async def rows_by_id(store: Store, ids: Sequence[str]) -> list[Row]:
    """Rows of annotations_by_id, asked for in portions: a model may have more than one answer can hold."""
    return [row for part in portions(ids) for row in await store.run_packed("annotations_by_id", ids=part)]


def portions(ids: Sequence[str]) -> Iterator[list[str]]:
    """Ids of annotations in lists whose rows fit into one answer. Pure."""
    views = [id for id in ids if id.rpartition("/")[0].endswith("/view")]
    others = [id for id in ids if not id.rpartition("/")[0].endswith("/view")]
    for held, most in ((others, LISTED_AT_ONCE), (views, AT_ONCE)):
        yield from (held[start : start + most] for start in range(0, len(held), most))


async def list_annotations(store: Store, model: str) -> list[Row]:
    """All of a model as rows of annotations.cypher, also where the model is gone. Raises NotFound for neither."""
    rows = await rows_of_model(store, model)
    if not rows:
        await find_model(store, model)
    return rows


async def read_annotations(store: Store, model: str, report: Callable[[str], None]) -> list[Annotation]:
    """The same with the pictures. Rows that cannot be read are left out and reported. Raises NotFound."""
    ids = [row["id"] for row in await list_annotations(store, model)]
    (counted,) = await store.run("count_annotations", model=model)
    if without := counted["without_id"]:
        report(f"left out, because they are damaged: {without:,} without an id; `summit db check {model}` says more")
    rows = {row["id"]: row for row in await rows_by_id(store, ids)}
    for id in ids:
        if id in rows and not is_readable(rows[id]):
            report(f"left out, because it is damaged: {id!a}; `summit db check {model}` says how to mend it")
    return [Annotation.of(rows[id]) for id in ids if id in rows and is_readable(rows[id])]


async def keep_annotation(store: Store, given: Annotation, expected: str | None) -> Annotation:
    """Write one name, note or view in place of what is kept for its target.

    expected  the revision of what the change is based on; None where nothing was kept
    Raises QueryError for what cannot be kept, NotFound for a target that the model lacks, Conflict where something
    else is kept than was expected, unless it is the same. An entry that cannot be read is replaced.
    """
    wanted = checked(given)
    await find_target(store, wanted)
    kept: list[Annotation] = []

    def turns() -> Turns:
        kept.clear()
        yield lock()
        yield cleared(wanted.model, [wanted.id])
        before = found_in((yield "annotations_by_id", {"ids": [wanted.id]}))
        held = whole(before) if before else None
        if held is None or held.revision != wanted.revision:
            if before is None or (is_readable(before) and before["revision"] != wanted.revision):
                require_expected(wanted.label, before, expected)  # nobody can base a change on what cannot be read
            if before is None:
                require_room(found_in((yield "count_annotations", {"model": wanted.model})), [wanted])
            held = dated(wanted, before)
            yield "store_annotations", {"rows": [held.properties]}
        kept.append(held)

    await store.write_in_turn(turns)
    return kept[0]


async def remove_annotation(store: Store, model: str, kind: Kind, target: str, expected: str) -> bool:
    """Remove what is kept for a target; whether there was something. `expected` as for keep_annotation.

    Raises QueryError for what is no target, Conflict unless it cannot be read.
    """
    check_target(kind, target)
    id = annotation_id(model, kind, target)
    removed: list[bool] = []

    def turns() -> Turns:
        yield lock()
        strays = found_in((yield cleared(model, [id])))
        before = found_in((yield "annotations_by_id", {"ids": [id]}))
        removed[:] = [before is not None or bool(strays and strays["removed"])]
        if before is not None:
            if is_readable(before):
                require_expected(Annotation(model, kind, target, before["name"]).label, before, expected)
            yield "remove_annotations", {"ids": [id]}

    await store.write_in_turn(turns)
    return removed[0]


@dataclass(frozen=True, slots=True)
class Both:
    """What is kept for a target, None where that is damaged, and what a file has for it."""

    held: Annotation | None
    given: Annotation


@dataclass(frozen=True, slots=True)
class Merged:
    """What an import did, by what it did with each.

    added      are in the database now
    replaced   what was kept before, and what is in the database now
    unchanged  were in the database already
    kept       what is kept, which stayed, and what the file has
    absent     of those added or replaced: channels and classes that the model lacks now
    """

    added: Sequence[Annotation]
    replaced: Sequence[Both]
    unchanged: Sequence[Annotation]
    kept: Sequence[Both]
    absent: Sequence[Annotation]


async def merge_annotations(store: Store, model: str, given: Iterable[Annotation], is_replacing: bool) -> Merged:
    """Merge what a file holds into what is kept, all of it in one transaction.

    is_replacing  where both have something for a target and it differs, the file's is taken; else what is kept stays
    Raises NotFound for a model that is neither there nor has left anything, QueryError for what cannot be kept.
    """
    if not (await store.run("count_annotations", model=model))[0]["total"]:
        await find_model(store, model)
    wanted = {each.id: each for each in map(checked, given)}
    results: list[Merged] = []

    def turns() -> Turns:
        yield lock()
        if is_replacing:
            yield cleared(model, list(wanted))
        rows: dict[str, Row] = {}
        for part in portions(list(wanted)):
            rows |= {row["id"]: row for row in (yield "annotations_by_id", {"ids": part}) or ()}
        merged = merge(wanted, rows, is_replacing)
        require_room(found_in((yield "count_annotations", {"model": model})), merged.added)
        new = [each.properties for each in (*merged.added, *(pair.given for pair in merged.replaced))]
        for start in range(0, len(new), AT_ONCE):
            yield "store_annotations", {"rows": new[start : start + AT_ONCE]}
        results[:] = [merged]

    await store.write_in_turn(turns)
    written = (*results[0].added, *(pair.given for pair in results[0].replaced))
    return replace(results[0], absent=await absent_of(store, model, written))


def merge(wanted: Mapping[str, Annotation], rows: Mapping[str, Row], is_replacing: bool) -> Merged:
    """Which of a file's are added, replace what is kept, are there already, or give way. Pure, but for the time.

    rows  of annotations_by_id, by id
    """
    added = [dated(each, None) for id, each in wanted.items() if id not in rows]
    both = [Both(whole(rows[id]), each) for id, each in wanted.items() if id in rows]
    same = [pair.held for pair in both if pair.held and pair.held.revision == pair.given.revision]
    other = [pair for pair in both if pair.held is None or pair.held.revision != pair.given.revision]
    if not is_replacing:
        return Merged(added, [], same, other, [])
    replaced = [replace(pair, given=dated(pair.given, rows[pair.given.id])) for pair in other]
    return Merged(added, replaced, same, [], [])


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


def cleared(model: str, ids: Sequence[str]) -> Step:
    """What stands for these ids under other ids, or under none, is damaged and gives way."""
    return "remove_misplaced_annotations", {"model": model, "ids": ids}


def found_in(rows: Sequence[Row] | None) -> Row | None:
    return rows[0] if rows else None


def dated(given: Annotation, before: Row | None) -> Annotation:
    """As it is written now. What replaces something keeps the time of its making, and what a file adds has its own."""
    now = utc_now()
    if before is None:
        return replace(given, created=given.created or now, changed=given.changed or now)
    made = before["created"] if isinstance(before["created"], str) else given.created
    return replace(given, created=made or now, changed=now)


def require_expected(label: str, before: Row | None, expected: str | None) -> None:
    """Raise Conflict where something else is kept than the change was based on.

    Of what is damaged, readers have the revision that was written, which is as good as that of its contents.
    """
    if (before["revision"] if before else None) == expected:
        return
    if before is None:
        raise Conflict(
            f"{label}: what was to be changed was removed by someone else in the meantime; read it again and decide"
        )
    texts = [f"{before[what]!r:.80}" for what in ("name", "note") if before[what]]
    raise Conflict(
        f"{label}: {' and '.join(texts) or 'something'} was written there at {before['changed']}, after what this "
        f"change is based on; read it again, and give its revision ({before['revision']}) as expected to change it"
    )


def require_room(held: Row | None, added: Sequence[Annotation]) -> None:
    """Raise QueryError where a model would have too many. held  row of count_annotations"""
    total, views = (held["total"], held["views"]) if held else (0, 0)
    new_views = sum(each.kind is Kind.VIEW for each in added)
    for what, number, most in (
        ("views", views + new_views, MOST_VIEWS),
        ("names, notes and views", total + len(added), MOST),
    ):
        if number > most and added:
            raise QueryError(f"the model would have {number:,} {what}; expected at most {most:,}: remove some first")


async def damaged_ids(store: Store, model: str) -> list[str]:
    """Of those whose contents are not the ones that were written."""
    ids = [row["id"] for row in await rows_of_model(store, model)]
    return [row["id"] for row in await rows_by_id(store, ids) if whole(row) is None]
