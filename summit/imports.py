"""Published graphs, and groups of classes, into the database."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from queries.engines.session import open_store, sole_import
from queries.engines.settings import Settings
from queries.errors import DataError
from queries.groups import Written, find_group, keep_group, remove_group, write_groups
from queries.integrity.check import report_damage
from queries.load import published
from queries.load.tables import read_class_list, read_group_list
from queries.load.viewers.graphs import ImportedGraphs, import_viewer_files, read_viewer_files
from queries.load.viewers.model import named_model
from queries.lookup import find_model
from queries.map.background import embed_later
from queries.records import model_id
from queries.store import Store
from queries.values import counted
from summit.extract import class_indexes
from summit.terminal import Json, answer, command_group, progress_bar, report

Answer = TypeVar("Answer")

commands = command_group()


@commands.command("import-summit")
def import_summit(
    folder: Annotated[Path, typer.Argument(help="A clone of SUMMIT's data repository, or its `data` folder.")],
    class_list: Annotated[Path | None, typer.Option(help="Tab-separated index, wnid, name.")] = None,
    group_list: Annotated[Path | None, typer.Option(help="Tab-separated wnid, name, classes.")] = None,
    model: Annotated[str, typer.Option(help="Id to load the graphs under.")] = published.MODEL,
    skip_bad: Annotated[bool, typer.Option(help="Skip damaged or missing files instead of refusing all.")] = False,
    as_json: Json = False,
) -> None:
    """Load the attribution graphs that SUMMIT's authors published; safe to repeat and to interrupt."""
    started = time.perf_counter()
    settings = Settings.from_environment()
    imported, skipped = import_folder(settings, folder, class_list, group_list, model, skip_bad)
    seconds = time.perf_counter() - started
    if imported.absent:
        report(
            f"{folder} has no file for {counted(imported.absent, 'class')} of {imported.model} in the database; left "
            "as before (if files are missing, copy the folder again; `--class-list` names them)"
        )
    answer(
        {**asdict(imported), "skipped": skipped, "seconds": round(seconds, 2)},
        as_json,
        f"{imported.model} in the database: {counted(imported.classes, 'class')}, "
        f"{counted(imported.vertices, 'vertex', 'vertices')}, {counted(imported.edges, 'edge')}\n"
        f"{counted(imported.written, 'class')} written, {imported.unchanged:,} unchanged, {skipped:,} left out; "
        f"{imported.named:,} named, {counted(imported.grouped, 'group')} written; {seconds:.1f} s"
        + ("" if imported.written or imported.named or imported.grouped else "\nnothing changed"),
    )


@commands.command("import-graphs")
def import_graphs(
    files: Annotated[list[Path], typer.Argument(metavar="FILE ...", help="Attribution graphs as JSON.")],
    model: Annotated[
        str | None, typer.Option(help="Id to load the graphs under; by default what the files call their network.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Load attribution graphs in the JSON of Anthropic's and Neuronpedia's viewers, each file as a class of one model.

    Features become channels of their layers. What has no place there is named. Safe to repeat and to interrupt.
    """
    settings = Settings.from_environment()
    with progress_bar("import-graphs", model) as progress:
        read = read_viewer_files(files, progress)
    name = named_model(read, model)

    async def work(store: Store) -> ImportedGraphs:
        with progress_bar("import-graphs", name) as progress:
            imported = await import_viewer_files(store, read, name, progress)
        await report_damage(store, name, report)
        await embed_later(settings, store, name)
        return imported

    imported = in_store(settings, work)
    answer(asdict(imported), as_json, imported_text(imported))


def imported_text(imported: ImportedGraphs) -> str:
    """What an import did, and what it could not carry."""
    classes = "; ".join(f"{index} {name!r:.60}" for index, name in list(imported.classes.items())[:5])
    more = f" and {len(imported.classes) - 5:,} more" if len(imported.classes) > 5 else ""
    lines = [
        f"{imported.model} in the database: {'class' if len(imported.classes) == 1 else 'classes'} {classes}{more}; "
        f"{counted(imported.vertices, 'channel')} and {counted(imported.edges, 'edge')} in graphs",
        f"{counted(imported.written, 'graph')} written, {imported.unchanged:,} unchanged",
    ]
    if imported.weight_unit is not None:
        lines.append(
            f"weights are in units of {imported.weight_unit:g}; counts are numbers of positions where a feature "
            "stands, not of pictures"
        )
    if imported.ranked:
        lines.append(f"PageRank of {counted(imported.ranked, 'file')} without it was computed on the graph of the file")
    lines += [f"left out: {what}: {number:,}" for what, number in imported.left_out.items()]
    return "\n".join(lines)


@commands.command("groups")
def groups(
    model: Annotated[str, typer.Argument(help="Id of a model in the database.")],
    group_list: Annotated[
        Path | None, typer.Argument(help="Tab-separated wnid, name, classes (indexes, comma-separated).")
    ] = None,
    keep: Annotated[
        str | None, typer.Option(metavar="NAME", help="Keep the --classes as a group of this name.")
    ] = None,
    classes: Annotated[str, typer.Option(help="Class indexes, comma-separated, for --keep.")] = "",
    remove: Annotated[
        str | None, typer.Option(metavar="NAME", help="Remove a group kept by --keep or the page.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Name groups of a model's classes: from a list, or one by hand. Listed classes that the model lacks are left out.

    Groups by hand have no wnid and can be removed again. Safe to repeat.
    """
    settings = Settings.from_environment()
    if sum(each is not None for each in (group_list, keep, remove)) != 1:
        raise DataError("expected one of a LIST, --keep NAME with --classes, or --remove NAME")
    if keep is not None:
        kept = in_store(settings, lambda store: keep_group(store, model, keep, class_indexes(classes) or []))
        answer(
            {"model": model, **kept},
            as_json,
            f"{model}: {kept['name']} with {counted(len(kept['classes']), 'class')} is kept",
        )
    elif remove is not None:
        removed = in_store(settings, lambda store: remove_named(store, model, remove))
        answer({"model": model, "removed": removed}, as_json, f"{model}: {remove} removed")
    elif group_list is not None:
        write_listed_groups(settings, model, group_list, as_json)


def in_store(settings: Settings, ask: Callable[[Store], Awaitable[Answer]]) -> Answer:
    """What is asked of an open store, while no other import is at work."""

    async def work() -> Answer:
        async with open_store(settings, report) as store:
            return await ask(store)

    with sole_import(settings, report):
        return asyncio.run(work())


async def remove_named(store: Store, model: str, name: str) -> bool:
    return await remove_group(store, model, (await find_group(store, model, name))["id"])


def write_listed_groups(settings: Settings, model: str, group_list: Path, as_json: bool) -> None:
    listed = read_group_list(group_list)

    async def write(store: Store) -> Written:
        await find_model(store, model)
        return await write_groups(store, model, listed)

    found = in_store(settings, write)
    facts = {"model": model, "groups": len(listed), "written": found.written, "lacking": found.lacking}
    changed = f"{found.written:,} written, {len(listed) - found.written - found.left_out:,} unchanged"
    if found.left_out:
        changed += f", {found.left_out:,} left out (no class of the model)"
    lacking = found.lacking
    some = ", ".join(map(str, lacking[:5])) + (f" and {len(lacking) - 5:,} more" if len(lacking) > 5 else "")
    without = f"; skipped, because {model} lacks them: class {some}" if lacking else ""
    answer(facts, as_json, f"{model}: {counted(len(listed), 'group')} listed, {changed}{without}")


def prepare_published(settings: Settings, folder: Path) -> None:
    """The graphs that SUMMIT's authors published, with the class and group lists next to them."""
    listed = (folder.resolve().parent / name for name in ("imagenet_classes.tsv", "imagenet_groups.tsv"))
    class_list, group_list = (path if path.is_file() else None for path in listed)
    imported, _ = import_folder(settings, folder, class_list, group_list, published.MODEL, False)
    report(f"{counted(imported.classes, 'attribution graph')} of {imported.model} in the database")


def import_folder(
    settings: Settings, folder: Path, class_list: Path | None, group_list: Path | None, model: str, skip_bad: bool
) -> tuple[published.Imported, int]:
    """Read, check and load published graphs with a progress bar; returns the result and the number of skipped files."""
    model = model_id(model)
    names = read_class_list(class_list) if class_list else []
    groups = read_group_list(group_list) if group_list else []
    with progress_bar("import-summit", model) as progress:
        data = published.read_published(folder, progress, listed=[row["index"] for row in names])
        for problem in data.problems:
            report(f"{'left out: ' if skip_bad else ''}{problem}")
        if data.problems and not skip_bad:
            are = "is" if len(data.problems) == 1 else "are"
            raise DataError(
                f"{counted(len(data.problems), 'file')} {are} damaged or missing (above) and nothing was loaded; "
                "repair them, or skip them with --skip-bad"
            )

        async def work() -> published.Imported:
            async with open_store(settings, report) as store:
                imported = await published.import_graphs(
                    store, data, model=model, names=names, groups=groups, progress=progress
                )
                await report_damage(store, model, report)
                await embed_later(settings, store, model)
                return imported

        with sole_import(settings, report):
            return asyncio.run(work()), len(data.problems)
