"""Opening a run: what it has already, checked against the pictures, and what is still to be counted."""

import platform
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import PIL
import pyarrow
import pyarrow.parquet
import torch
import torchvision

from ingest.count.task import ClassWork, Task
from ingest.images.classes import FolderClass, Listed, joined_outputs, keep_indexes, named_as_listed
from ingest.images.picture import picture_digests
from ingest.run.files import class_folder, class_indexes, read_class_row, read_table
from ingest.run.skips import keep_skips
from ingest.run.write import RunWriter, continued
from ingest.tracing.skips import find_skips
from queries.errors import DataError
from queries.graphs.resampling.replicates import FILE as REPLICATES
from queries.records import Record
from queries.values import counted

NAMED = 5  # folders named in a note


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done in a run.

    works  classes with pictures to count, or to resample from the votes that the run keeps
    kept   classes that are complete
    votes  whether the run keeps the votes of single pictures, as this or an earlier command says
    notes  what the user should know, in sentences
    """

    run: RunWriter
    works: tuple[ClassWork, ...]
    kept: int
    votes: bool
    notes: tuple[str, ...]


def open_run(task: Task) -> Plan:
    """Open or create the run. DataError for other settings, and for a picture that changed since it was counted."""
    versions = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "pillow": PIL.__version__,
    }
    about = {"created": datetime.now(UTC).isoformat(timespec="seconds"), "versions": versions}
    run = RunWriter.open(task.settings.run, continued(task.identity(), task.settings.run), about)
    if "skips" not in run.manifest():
        keep_skips(run, find_skips(task.wiring))
    manifest = run.manifest()
    indexes = manifest.get("folders", {})
    outputs = joined_outputs(
        manifest.get("outputs", ()), [(each.wnid, each.name) if each else None for each in task.outputs]
    )
    classes = named_as_listed(keep_indexes(task.classes, len(outputs), indexes), outputs)
    finished = set(class_indexes(run.path))
    works, notes, resampled = [], unmatched(classes), 0
    for each in classes:
        found, note = _compare(task, run, each, each.index in finished)
        notes += [note] if note else []
        work = ClassWork(each, found)
        if each.index not in finished or run.has_parts(each.index) or task.missing(work):
            works.append(work)
        elif task.settings.resample and _lacks_replicates(run, each.index):
            works.append(work)
            resampled += 1
    if resampled:
        notes.append(f"the votes that the run keeps are resampled for {counted(resampled, 'class')}")
    run.update(_described(task, manifest, classes, outputs, bool(works)))
    return Plan(run, tuple(works), len(classes) - len(works), run.keeps_votes, tuple(notes))


def _lacks_replicates(run: RunWriter, index: int) -> bool:
    """Whether a finished class has none, and the votes of all its pictures, which they are counted from."""
    folder = class_folder(run.path, index)
    votes = folder / "votes.parquet"
    if (folder / REPLICATES).is_file() or not votes.is_file():
        return False
    if "winners" not in pyarrow.parquet.read_schema(votes).names:
        return False
    pictures = read_table(run.path, index, "pictures")["skipped"].null_count
    return bool(pyarrow.parquet.read_metadata(votes).num_rows == pictures)


def _described(
    task: Task, manifest: Record, classes: Sequence[FolderClass], outputs: Sequence[Listed], work: bool
) -> Record:
    """What the manifest says about the pictures and classes, with those of this command."""
    settings = task.settings
    source = {name: getattr(settings, name) for name in ("limit", "first", "seed")}
    source["images"] = str(settings.images.resolve())
    sources = manifest.get("sources", [])
    return {
        "coverage": task.wiring.notes,
        "sources": sources if source in sources else [*sources, source],
        "folders": {**manifest.get("folders", {}), **{each.folder: each.index for each in classes}},
        "outputs": outputs,
        "finished": manifest["finished"] and not work,
        **({"merging": []} if "merging" in manifest else {}),
    }


def _compare(task: Task, run: RunWriter, image_class: FolderClass, finished: bool) -> tuple[frozenset[str], str | None]:
    """Names of the counted pictures of a class, and a note on those that are no longer listed.

    Parts with a picture that has changed are removed. Raises DataError where a finished class has one.
    """
    if finished and (row := read_class_row(run.path, image_class.index))["folder"] != image_class.folder:
        raise DataError(f"{class_folder(run.path, image_class.index)} holds {row['folder']}, not {image_class.folder}")
    listed = {picture.name: picture for picture in task.chosen(image_class)}
    names: set[str] = set()
    gone: list[str] = []
    for folder, tables in run.earlier_parts(image_class.index):
        paths, all_digests, skipped = (tables["pictures"][name].to_pylist() for name in ("path", "digest", "skipped"))
        rows = dict(zip(paths, all_digests, strict=True))
        present = [name for name in rows if name in listed]
        digests = picture_digests([listed[name] for name in present])
        changed = [name for name, digest in zip(present, digests, strict=True) if rows[name] != digest]
        is_class = folder == class_folder(run.path, image_class.index)
        if is_class and changed:
            raise DataError(
                f"{changed[0]} has changed since it was counted ({counted(len(changed), 'changed picture')} of "
                f"{image_class.folder}); delete {folder} and repeat the command to count the class again, or use "
                "another run name"
            )
        if changed or names & rows.keys():
            shutil.rmtree(folder)
            continue
        names |= rows.keys()
        gone += [name for name, why in zip(paths, skipped, strict=True) if name not in listed and why is None]
    note = (
        f"{image_class.folder}: kept in the counts, though no longer listed: {counted(len(gone), 'picture')} "
        f"({', '.join(gone[:NAMED])})"
    )
    return frozenset(names), note if gone else None


def unmatched(classes: Sequence[FolderClass]) -> list[str]:
    """A note on the folders that match no output, if there are any."""
    folders = [each.folder for each in classes if each.output is None]
    if not folders:
        return []
    named = ", ".join(folders[:NAMED]) + (", ..." if len(folders) > NAMED else "")
    return [
        f"no output of the network matches {len(folders):,} of {counted(len(classes), 'folder')} ({named}): such a "
        "class gets a graph, but no accuracy (--class-list or --mapping can match it)"
    ]
