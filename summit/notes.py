"""Names of channels, notes and saved views: listed, written to a file and taken from one."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from queries.engines.session import open_store
from queries.engines.settings import Settings
from queries.errors import DataError, QueryError
from queries.files import whole_file
from queries.notes.file import parse_file, print_file, told
from queries.notes.record import Annotation
from queries.notes.stored import Both, Merged, merge_annotations, read_annotations
from queries.store import Store
from queries.values import counted
from summit.terminal import Json, answer, command_group, report

commands = command_group()
Answer = TypeVar("Answer")
LARGEST_FILE = 100_000_000  # bytes; 500 views with pictures and 10,000 notes have 80


@commands.command("notes")
def notes(
    model: Annotated[str, typer.Argument(help="Id of a model (`summit query models`).")],
    export: Annotated[Path | None, typer.Option("--export", help="Write all of them to a file.")] = None,
    force: Annotated[bool, typer.Option("--force", help="With --export: replace a file that is there.")] = False,
    source: Annotated[Path | None, typer.Option("--import", help="Merge a file into what is kept.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="With --import: where both have something, take the file's.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List what people wrote down about a model: names of channels, notes, saved views; or move them by a file.

    An import keeps what is there: what differs in the file is told, and taken with --replace. The page writes and
    reads the same files.
    """
    if export and source:
        raise QueryError("both --export and --import are given; give one of them")
    if force and not export:
        raise QueryError("--force is given without --export; give --export FILE with it, or leave it out")
    if replace and not source:
        raise QueryError("--replace is given without --import; give --import FILE with it, or leave it out")
    if source:
        take(model, source, replace, as_json)
    elif export:
        write(model, export, force, as_json)
    else:
        listed = in_store(lambda store: read_annotations(store, model, report))
        lines = [line(each) for each in listed]
        answer([told(each) for each in listed], as_json, "\n".join(lines) or f"nothing is written about {model} yet")


def write(model: str, path: Path, force: bool, as_json: bool) -> None:
    held = in_store(lambda store: read_annotations(store, model, report))
    with whole_file(path, force) as file:
        file.write(f"{print_file(model, held)}\n".encode())
    size = counted(len(held), "entry", "entries")
    answer({"file": str(path.absolute()), "notes": len(held)}, as_json, f"{path}: {size} of {model}")


def take(model: str, path: Path, is_replacing: bool, as_json: bool) -> None:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise DataError(f"{path} has more than {LARGEST_FILE // 10**6} MB; it is not a file of notes")
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not text; give a file that `summit notes --export` or the page wrote") from error
    given = parse_file(text, model, str(path))
    merged = in_store(lambda store: merge_annotations(store, model, given, is_replacing))
    for pair in merged.kept:
        kept = line(pair.held) if pair.held else f"{title(pair.given)}: damaged"
        report(f"stays: {kept}; in the file: {shown(pair.given)}")
    for each in merged.absent:
        report(f"kept, although {model} does not have it now: {line(each)}")
    facts = {name: list(map(fact, getattr(merged, name))) for name in Merged.__slots__}
    answer(facts, as_json, summary(path, merged))


def summary(path: Path, merged: Merged) -> str:
    parts = [
        f"{len(merged.added):,} added",
        f"{len(merged.replaced):,} replaced",
        f"{len(merged.unchanged):,} there already",
    ]
    if merged.kept:
        parts.append(f"{len(merged.kept):,} differ and stay as they are (--replace takes the file's)")
    return f"{path}: {', '.join(parts)}"


def line(each: Annotation) -> str:
    """One of them in a line."""
    return f"{title(each)}: {shown(each)}"


def title(each: Annotation) -> str:
    return f"{each.kind.lower()} {each.target}"


def shown(each: Annotation) -> str:
    return " | ".join(part for part in (each.name, (each.note or "").replace("\n", " "), each.address) if part)


def fact(each: Annotation | Both) -> Mapping[str, object]:
    """For JSON; where both the database and the file have something, both, null for what is damaged."""
    if isinstance(each, Annotation):
        return told(each)
    return {"kept": told(each.held) if each.held else None, "file": told(each.given)}


def in_store(work: Callable[[Store], Awaitable[Answer]]) -> Answer:
    async def ask() -> Answer:
        async with open_store(Settings.from_environment(), report) as store:
            return await work(store)

    return asyncio.run(ask())
